"""Single changes ranked: every number is the one that `whatif` gives for the same change, of all changes and of all people."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from competency_engine.audit.candidates import (
    Candidate,
    DropRequisite,
    RaiseBudget,
    WriteModule,
    change_of,
    find_candidates,
    step_hours,
)
from competency_engine.audit.coverage import cover
from competency_engine.audit.plan_changes import ChangeTally
from competency_engine.audit.ranking import Ranked, RankTally, rank_changes
from competency_engine.domain.library import Library
from competency_engine.reports.rank import change_text
from competency_engine.workflows.diff import DiffOptions, compare
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.rank import Ranking, rank
from competency_engine.workflows.session import Session, open_session
from competency_engine.workflows.whatif import suppose
from examples import generate
from tests.worlds.build import library, module, role, topic, unit
from tests.worlds.files import AS_OF, TINY
from tests.worlds.lines import write_people

ROOT = Path(__file__).parents[2]
PLAN = PlanOptions(AS_OF)


def pasted(
    session: Session, candidate: Candidate, people: Path, folder: Path, options: PlanOptions, full: bool = True
) -> ChangeTally:
    """Return what `whatif` counts of the file of changes that is printed for ``candidate``, by default making every plan."""
    file = folder / "changes.yaml"
    file.write_text(change_text(change_of(candidate, session.library)), encoding="utf-8")
    new = suppose(session, file).session
    plans = compare(("old", session), ("new", new), people, DiffOptions(options, full=full)).plans
    assert plans is not None
    assert plans.unreadable == []
    return replace(plans.tally, solved=0, causes=ChangeTally().causes)


@pytest.mark.parametrize(
    ("options", "policy"),
    [
        (PLAN, ""),
        (PlanOptions(AS_OF, hours=4.0), ""),
        (PlanOptions(AS_OF, months=3), "prerequisites_by: earlier_month\n"),
        (PLAN, "prerequisites_by: earlier_month\nmost_modules_per_month: 1\n"),
        (PlanOptions(AS_OF, months=3), "least_modules_per_month: 1\n"),
    ],
)
def test_every_number_is_that_of_making_everyone_s_plan_under_every_change(
    tmp_path: Path, options: PlanOptions, policy: str
) -> None:
    shutil.copytree(TINY, tmp_path / "tiny")
    head = tmp_path / "tiny" / "curricula" / "tiny" / "curriculum.yaml"
    text = head.read_text(encoding="utf-8")
    head.write_text(text.replace("kind: policy\n", f"kind: policy\n{policy}"), encoding="utf-8")
    session = open_session(tmp_path / "tiny", "tiny")
    people = write_people(tmp_path / "people.jsonl", range(16))
    ranking = rank(session, people, options)
    for place, candidate in enumerate(ranking.candidates):
        brute = pasted(session, candidate, people, tmp_path, options)
        assert ranking.tally.changes.get(place, ChangeTally(people=16)) == brute, candidate
    kinds = [type(candidate) for candidate in ranking.candidates]
    assert {WriteModule, DropRequisite} <= set(kinds)
    assert (RaiseBudget in kinds) == (options.hours is None)
    assert ranking.tally.changes


def test_a_sample_of_changes_of_the_reference_curriculum_by_whatif(tmp_path: Path) -> None:
    session = open_session(ROOT, "7n")
    people = tmp_path / "people.jsonl"
    generate.write_lines(generate.build_world(5, 5, generate.AS_OF), people)
    ranking = rank(session, people, PLAN)
    assert ranking.tally.solved < 5 * len(ranking.candidates) / 10
    best = [ranking.candidates.index(one.candidate) for one in ranked(ranking)[:2]]
    others = random.Random(1).sample(sorted(ranking.tally.changes), 1)
    still = random.Random(2).sample(sorted({*range(len(ranking.candidates))} - ranking.tally.changes.keys()), 1)
    for place in {*best, *others, *still}:
        brute = pasted(session, ranking.candidates[place], people, tmp_path, PLAN, full=False)
        assert ranking.tally.changes.get(place, ChangeTally(people=5)) == brute


def ranked(ranking: Ranking) -> tuple[Ranked, ...]:
    return rank_changes(ranking.tally, ranking.candidates, ranking.hours, ranking.session.library)


def test_the_answer_is_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    session = open_session(TINY, "tiny")
    people = write_people(tmp_path / "people.jsonl", range(15))
    one, two = (rank(session, people, PLAN, workers) for workers in (1, 2))
    assert one.tally == two.tally


def world() -> Library:
    """U is taught to level 1 (2 h, 3 h) and 3 (5 h), V to level 1 (6 h); the step of U to 2 is untaught, T asks for both."""
    modules = [
        module("a", brings={"U": 1}, hours=2, mode="online"),
        module("b", brings={"U": 1}, hours=3, requires=[{"unit": "U", "level": 0}, {"unit": "V", "level": 1}]),
        module("c", brings={"U": 3}, hours=5, topic="T"),
        module("d", brings={"V": 1}, hours=6),
    ]
    topics = [topic("S", "V", [["d"]]), topic("T", "U", [["c"]], requires=["S"])]
    units = [unit("U", prerequisites=[{"unit": "V", "level": 1}]), unit("V")]
    return library(units, modules, topics=topics, roles=[role("R", {"U": 3, "V": 1})])


def test_what_is_tried_and_what_is_assumed_by_hand() -> None:
    made = world()
    coverage = cover(made)
    assert step_hours(made, coverage) == {
        ("U", 1): 3, ("U", 2): 4, ("U", 3): 5, ("V", 1): 3, ("V", 2): 4, ("V", 3): 5,
    }  # fmt: skip
    candidates = find_candidates(made, coverage)
    written = {(one.unit, one.level): one for one in candidates if isinstance(one, WriteModule)}
    assert list(written) == [("U", 1), ("U", 2), ("U", 3), ("V", 1)]
    first = written["U", 1]  # type: ignore[index]
    assert (first.taught_by, first.module.hours, first.module.mode, first.module.requires) == (2, 3, "thematic", ())
    assert written["U", 2].taught_by == 0  # type: ignore[index]
    dropped = [one.entry for one in candidates if isinstance(one, DropRequisite)]
    assert dropped == [("unit", "U", 0), ("topic", "T", 0), ("module", "b", 1)]
    assert candidates[-1] == RaiseBudget(28)


def test_a_module_to_write_has_an_id_of_its_own_however_long_the_unit_s_is() -> None:
    long = ["U" * 64, "U" * 62 + "VV"]
    modules = [module("a", brings={long[0]: 1}), module("NEW-X-1", brings={"X": 1})]
    made = library([*map(unit, long), unit("X")], modules, roles=[role("R", dict.fromkeys((*long, "X"), 1))])
    written = [one.module.id for one in find_candidates(made, cover(made)) if isinstance(one, WriteModule)]
    assert written == [f"NEW-{'U' * 56}-1", f"NEW1-{'U' * 55}-1", "NEW1-X-1"]


def test_a_change_is_written_as_a_file_that_leaves_the_other_entries() -> None:
    made = world()
    texts = [
        change_text(change_of(one, made))
        for one in find_candidates(made, cover(made))
        if not isinstance(one, WriteModule)
    ]
    assert texts == [
        'unset:\n  - {"document": "unit U", "path": "prerequisites"}\n',
        'unset:\n  - {"document": "topic T", "path": "requires"}\n',
        'set:\n  - {"document": "module b", "path": "requires", "value": [{"unit": "U", "level": 0}]}\n',
        "hours_per_year: 28.0\n",
    ]


def test_the_order_is_gap_hours_then_levels_then_fewer_hours_then_the_order_of_the_changes() -> None:
    """U1 weighs 3 hours, U2 4; two people gain U1 by the first, the third loses one of them for U2 and V1 by the second."""
    made = world()
    candidates = find_candidates(made, cover(made))
    first, second, third, fourth = (
        ChangeTally(gained=Counter({("U", 1): 2}), hours_gained=2.0),
        ChangeTally(gained=Counter({("U", 2): 1, ("V", 1): 1}), lost=Counter({("U", 1): 1})),
        ChangeTally(gained=Counter({("U", 1): 2}), hours_gained=2.0, hours_lost=1.0),
        ChangeTally(gained=Counter({("U", 1): 1}), lost=Counter({("U", 1): 1})),
    )  # type: ignore[misc]
    tally = RankTally(changes={0: first, 1: second, 2: third, 3: fourth, len(candidates) - 1: first})
    found = rank_changes(tally, candidates, step_hours(made, cover(made)), made)
    assert [(one.candidate, one.gap_hours, one.levels) for one in found] == [
        (candidates[2], 6, 2), (candidates[0], 6, 2), (candidates[1], 4, 1),
    ]  # fmt: skip
