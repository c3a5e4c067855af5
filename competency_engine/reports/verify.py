"""Verdicts on plans → Document: how many are what they say, how many proven, and what is wrong with the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.text import Text, say

Row = tuple[int, str, str, bool, tuple[Text, ...]]
"""Line, person, outcome, whether proven, and what was found."""
_OUTCOMES = {"false": say("不符", "refused"), "unknown": say("无法核验", "cannot be verified")}


def verify_document(rows: Sequence[Row], unreadable: int) -> Document:
    """Return what was found of the plans in a file, of which ``unreadable`` lines hold none."""
    count = Counter(outcome for _, _, outcome, _, _ in rows)
    proven = sum(proven for _, _, _, proven, _ in rows)
    lines = (
        say(
            f"{len(rows)} 份计划：{count['true']} 份重放相符",
            f"{len(rows)} plans: {count['true']} replayed as they say",
        ),
        say(f"学时最少的证明成立：{proven} 份", f"proof of the fewest hours accepted: {proven}"),
        say(
            f"不符 {count['false']} 份，无法核验 {count['unknown']} 份，读不出 {unreadable} 行",
            f"refused {count['false']}, cannot be verified {count['unknown']}, unreadable lines {unreadable}",
        ),
    )
    blocks: list[Block] = [Notes(None, lines)]
    wrong = [row for row in rows if row[2] != "true"]
    if wrong:
        columns = (say("行", "Line"), say("学员", "Person"), say("结论", "Outcome"), say("原因", "Why"))
        cells = [
            (same(str(line)), same(person), _OUTCOMES[outcome], why)
            for line, person, outcome, _, found in wrong
            for why in found
        ]
        blocks.append(Table(say("须查看", "To look at"), columns, tuple(cells)))
    data = {
        "plans": len(rows),
        "true": count["true"],
        "false": count["false"],
        "unknown": count["unknown"],
        "unreadable": unreadable,
        "proofs_accepted": proven,
        "findings": [
            {"line": line, "person": person, "outcome": outcome, "found": [why.en for why in found]}
            for line, person, outcome, _, found in wrong
        ],
    }
    return Document(say("计划核验", "Verification of plans"), tuple(blocks), data)
