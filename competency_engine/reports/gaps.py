"""Assessments → Document: required against held."""

from __future__ import annotations

from typing import Any

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.library import Library
from competency_engine.domain.names import GAP_KINDS
from competency_engine.reports.document import Document, Notes, Table, joined, same
from competency_engine.reports.evidence import basis_of
from competency_engine.text import Text, say


def gaps_document(assessment: Assessment, library: Library) -> Document:
    """Return the gaps of one person: every missing unit with the rule that requires it and the evidence that counts."""
    person, role = assessment.person, assessment.role
    met = len(assessment.required) - len(assessment.gaps)
    summary = Notes(
        None,
        (
            say(
                f"角色：{role.title.zh}（{role.id}）；基准日 {assessment.as_of}",
                f"Role: {role.title.en} ({role.id}); as of {assessment.as_of}",
            ),
            say(
                f"要求 {len(assessment.required)} 个单元，已达到 {met} 个，差距 {len(assessment.gaps)} 个",
                f"{len(assessment.required)} units required, {met} met, {len(assessment.gaps)} with a gap",
            ),
        ),
    )
    columns = (
        say("单元", "Unit"),
        say("名称", "Title"),
        say("现有", "Held"),
        say("要求", "Required"),
        say("类别", "Kind"),
        say("依据", "Evidence"),
        say("由谁要求", "Asked by"),
    )
    rows = tuple(_row(assessment, index, library) for index in range(len(assessment.gaps)))
    blocks = (summary, Table(say("差距", "Gaps"), columns, rows))
    return Document(say(f"{person.id} 的差距", f"Gaps of {person.id}"), blocks, gaps_data(assessment))


def _row(assessment: Assessment, index: int, library: Library) -> tuple[Text, ...]:
    gap = assessment.gaps[index]
    held = assessment.held[gap.unit]
    reported = say("（本人所报难题）", " (reported problem)") if gap.unit in assessment.reported else say("", "")
    urgent = say("（紧急）", " (urgent)") if gap.required.urgent else say("", "")
    return (
        same(gap.unit),
        library.units[gap.unit].title,
        same(f"{gap.held}{'?' if gap.assumed else ''}"),
        same(gap.required.level),
        joined((GAP_KINDS[gap.kind], urgent, reported), "", ""),
        basis_of(held),
        same(", ".join(gap.required.asked_by)),
    )


def gaps_data(assessment: Assessment) -> dict[str, Any]:
    """Return the assessment as plain data: every required unit with what is held."""
    gaps = {gap.unit: gap for gap in assessment.gaps}
    return {
        "person": assessment.person.id,
        "role": assessment.role.id,
        "as_of": assessment.as_of.isoformat(),
        "units": [
            {
                "unit": unit,
                "required": required.level,
                "decided_by": required.decided_by,
                "asked_by": list(required.asked_by),
                "urgent": required.urgent,
                "deadline": required.deadline.isoformat() if required.deadline else None,
                "held": assessment.held[unit].level,
                "assumed": assessment.held[unit].assumed,
                "kind": gaps[unit].kind if unit in gaps else None,
                "likely": said.likely if (said := assessment.held[unit].fused) is not None else None,
                "chance": said.chance_of(said.likely) if said is not None else None,
                "interval": [said.low, said.high] if said is not None else None,
            }
            for unit, required in assessment.required.items()
        ],
    }
