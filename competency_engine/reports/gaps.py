"""Assessments → Document: required against held."""

from __future__ import annotations

from typing import Any

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.library import Library
from competency_engine.reports.document import Document, Notes, Table, same
from competency_engine.reports.names import GAP_KINDS
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
    if held.evidence is not None:
        evidence = say(f"{held.evidence.date} 评定", f"assessed {held.evidence.date}")
    elif held.expired is not None:
        evidence = say(f"{held.expired.date} 的评定已过期", f"assessment of {held.expired.date} has expired")
    else:
        evidence = (
            say("未测评，按政策推定", "not assessed; assumed by the policy")
            if held.assumed
            else say("已修课程", "completed modules")
        )
    urgent = say("（紧急）", " (urgent)") if gap.required.urgent else say("", "")
    return (
        same(gap.unit),
        library.units[gap.unit].title,
        same(f"{gap.held}{'?' if gap.assumed else ''}"),
        same(gap.required.level),
        say(GAP_KINDS[gap.kind].zh + urgent.zh, GAP_KINDS[gap.kind].en + urgent.en),
        evidence,
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
            }
            for unit, required in assessment.required.items()
        ],
    }
