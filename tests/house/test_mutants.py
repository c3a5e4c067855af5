"""The list of mutants stays true to the code; `make mutants` shows that the tests kill them all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.mutants.mutants import MUTANTS

ROOT = Path(__file__).parents[2]


def test_each_mutant_replaces_text_that_stands_exactly_once() -> None:
    texts = {mutant.file: (ROOT / mutant.file).read_text(encoding="utf-8") for mutant in MUTANTS}
    assert [mutant for mutant in MUTANTS if texts[mutant.file].count(mutant.old) != 1 or mutant.old == mutant.new] == []


def test_every_rule_of_verifier_stages_and_sequencer_has_three_mutants() -> None:
    counts = Counter(mutant.rule for mutant in MUTANTS)
    rules = [
        "availability",
        "prerequisites",
        "pairs",
        "order",
        "offers",
        "caps",
        "least",
        "precedence",
        "budget",
        "intervals",
        "stages",
    ]
    rules += ["stage mandatory", "stage tier", "stage hours", "stage preference", "tie-break"]
    rules += [f"{rule} in selection" for rule in ("prerequisites", "pairs", "budget")]
    rules += [
        f"{rule} in sequence"
        for rule in (
            "prerequisites",
            "pairs",
            "offers",
            "caps",
            "years",
            "intervals",
            "months",
            "precedence",
            "deadlines",
            "goal periods",
            "peak",
            "tie-break",
        )
    ]
    rules += ["uses", "absence", "changes", "conflict", "alternatives", "price"]
    assert {rule: counts[rule] for rule in rules if counts[rule] < 3} == {}
