"""The register of laws on a date → Document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from competency_engine.diagnostics import Position
from competency_engine.domain.library import Citation
from competency_engine.domain.names import LAW_STATUSES
from competency_engine.domain.reference import Law, LawStatus
from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.text import Text, say

Row = tuple[Law, LawStatus, Sequence[tuple[Citation, Position]]]


def laws_document(register: Sequence[Row], as_of: dt.date) -> Document:
    """Return the register on ``as_of``, and what must be rewritten because a law does not bind on that date."""
    stale = [(law, status, places) for law, status, places in register if status in ("repealed", "not_yet") and places]
    count = sum(len(places) for _, _, places in stale)
    lines = (
        say(f"{as_of}，登记 {len(register)} 部", f"on {as_of}, {len(register)} laws and policies registered"),
        say(f"须改写的引用 {count} 处", f"citations to rewrite: {count}"),
    )
    blocks: list[Block] = [Notes(None, lines)]
    if stale:
        blocks.append(_to_rewrite(stale))
    blocks.append(_register(register))
    data = {
        "as_of": as_of.isoformat(),
        "laws": [
            {
                **law.model_dump(mode="json", exclude={"kind"}),
                "status": status,
                "cited_by": [
                    {"kind": citation.entity.kind, "id": citation.entity.id, "position": str(place)}
                    for citation, place in places
                ],
            }
            for law, status, places in register
        ],
        "to_rewrite": count,
    }
    return Document(say("法规登记册", "Register of laws"), tuple(blocks), data)


def _to_rewrite(stale: Sequence[Row]) -> Table:
    columns = (say("引用处", "Cited in"), say("位置", "Place"), say("法规", "Law"), say("原因", "Why"))
    rows = tuple(
        (same(citation.entity.id), same(place), same(law.id), _why(law, status))
        for law, status, places in stale
        for citation, place in places
    )
    return Table(say("须改写", "To rewrite"), columns, rows)


def _why(law: Law, status: LawStatus) -> Text:
    if status == "not_yet":
        return say(f"{law.in_force} 才施行", f"in force from {law.in_force} only")
    if law.replaced_by is None:
        return say(f"{law.repealed} 起失效", f"not in force since {law.repealed}")
    return say(
        f"{law.repealed} 起失效，由 {law.replaced_by} 取代",
        f"not in force since {law.repealed}; {law.replaced_by} replaced it",
    )


def _register(register: Sequence[Row]) -> Table:
    columns = (
        same("id"),
        say("名称", "Title"),
        say("制定机关", "Issuer"),
        say("文号", "Number"),
        say("施行", "In force"),
        say("状态", "Status"),
        say("可信程度", "Certainty"),
        say("核对", "Checked"),
        say("引用", "Cited"),
    )
    rows = tuple(
        (
            same(law.id),
            law.title,
            same(law.issuer or ""),
            same(law.number or ""),
            same(law.in_force or ""),
            LAW_STATUSES[status],
            same(law.certainty),
            same(law.checked or ""),
            same(len(places)),
        )
        for law, status, places in register
    )
    return Table(say("登记册", "Register"), columns, rows)
