"""Verdicts on plans → Document: how many are what they say, how many proven, and what is wrong with the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from competency_engine.domain.plan import Verdict
from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.text import say

_OUTCOMES = {"false": say("不符", "refused"), "unknown": say("无法核验", "cannot be verified")}


def verify_document(verdicts: Sequence[Verdict], unreadable: int) -> Document:
    """Return what was found of the plans in a file, of which ``unreadable`` lines hold none."""
    count = Counter(verdict.outcome for verdict in verdicts)
    proven = sum(verdict.proven for verdict in verdicts)
    lines = (
        say(
            f"{len(verdicts)} 份计划：{count['true']} 份重放相符",
            f"{len(verdicts)} plans: {count['true']} replayed as they say",
        ),
        say(f"学时最少的证明成立：{proven} 份", f"proof of the fewest hours accepted: {proven}"),
        say(
            f"不符 {count['false']} 份，无法核验 {count['unknown']} 份，读不出 {unreadable} 行",
            f"refused {count['false']}, cannot be verified {count['unknown']}, unreadable lines {unreadable}",
        ),
    )
    blocks: list[Block] = [Notes(None, lines)]
    wrong = [verdict for verdict in verdicts if verdict.outcome != "true"]
    if wrong:
        columns = (say("行", "Line"), say("学员", "Person"), say("结论", "Outcome"), say("原因", "Why"))
        cells = [
            (same(str(verdict.line)), same(verdict.person), _OUTCOMES[verdict.outcome], why)
            for verdict in wrong
            for why in verdict.found
        ]
        blocks.append(Table(say("须查看", "To look at"), columns, tuple(cells)))
    data = {
        "plans": len(verdicts),
        "true": count["true"],
        "false": count["false"],
        "unknown": count["unknown"],
        "unreadable": unreadable,
        "proofs_accepted": proven,
        "findings": [
            {"line": v.line, "person": v.person, "outcome": v.outcome, "found": [why.en for why in v.found]}
            for v in wrong
        ],
    }
    return Document(say("计划核验", "Verification of plans"), tuple(blocks), data)
