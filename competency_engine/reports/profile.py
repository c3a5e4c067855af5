"""The capability profile of one person → Document: required against held, with how sure it is, domain by domain."""

from __future__ import annotations

from typing import Any

from competency_engine.assessment.gaps import Assessment, Held
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Survey
from competency_engine.domain.library import Library
from competency_engine.reports.document import Document, Notes, Range, Ranges, joined, same
from competency_engine.reports.evidence import basis_of, level_data, sure_of
from competency_engine.text import Text, say

_LEGEND = say(
    "▲ 低于要求，● 达到或高于要求（△○ 为推定），┃ 要求的等级，── 可能的区间",
    "▲ below what is required, ● met or above (△○ assumed), ┃ level required, ── where it may lie",
)


def profile_document(assessment: Assessment, survey: Survey | None, library: Library) -> Document:
    """Return the profile of one person: every unit that is required or on which there is evidence.

    Args:
        assessment: of the person.
        survey: the person's latest needs survey, whose importance stands beside the units; None = none.
        library: the model.
    """
    person, role = assessment.person, assessment.role
    shown = {unit: held for unit, held in assessment.held.items() if unit in assessment.required or not held.assumed}
    retests = [unit for unit, held in shown.items() if held.retest]
    unproven = [unit for unit, held in shown.items() if held.unproven is not None]
    lines = [
        say(
            f"角色：{role.title.zh}（{role.id}）；基准日 {assessment.as_of}",
            f"Role: {role.title.en} ({role.id}); as of {assessment.as_of}",
        ),
        say(
            f"要求 {len(assessment.required)} 个单元，已达到 {len(assessment.required) - len(assessment.gaps)} 个",
            f"{len(assessment.required)} units required, {len(assessment.required) - len(assessment.gaps)} met",
        ),
    ]
    if unproven:
        ids = ", ".join(unproven)
        lines.append(say(f"可能更高、尚缺实操佐证：{ids}", f"likely higher, for want of evidence from practice: {ids}"))
    if retests:
        lines.append(
            say(f"证据已过期、应重测：{', '.join(retests)}", f"evidence expired, to test again: {', '.join(retests)}")
        )
    lines.append(_LEGEND)
    lines.append(say("本图供本人和主办方使用，不用于排名", "For the person and the office; not for ranking"))
    blocks = [
        Ranges(library.domains[domain].title, len(library.model.scale) - 1, rows)
        for domain in _domains(library)
        if (
            rows := tuple(
                _row(unit, held, assessment, survey, library)
                for unit, held in shown.items()
                if library.units[unit].domain == domain
            )
        )
    ]
    data = {
        "person": person.id,
        "role": role.id,
        "as_of": assessment.as_of.isoformat(),
        "units": [_data(unit, held, assessment, survey) for unit, held in shown.items()],
    }
    title = say(f"{person.id} 的能力画像", f"Capability profile of {person.id}")
    return Document(title, (Notes(None, tuple(lines)), *blocks), data)


def _domains(library: Library) -> list[str]:
    """Return the domains in the order of their tiers; those of training duties last."""
    tiers = [tier.id for tier in library.model.tiers]
    duties = {library.units[unit].domain for unit in library.duty_units}
    return sorted(library.domains, key=lambda id_: (id_ in duties, tiers.index(library.domains[id_].tier), id_))


def _row(unit: UnitId, held: Held, assessment: Assessment, survey: Survey | None, library: Library) -> Range:
    required = assessment.required.get(unit)
    said = held.fused if held.fused is not None and held.evidence is None else None
    low, high = (said.low, said.high) if said is not None else (held.level, held.level)
    title = library.units[unit].title
    return Range(
        say(f"{unit} {title.zh}", f"{unit} {title.en}"),
        low,
        high,
        held.level,
        required.level if required is not None else None,
        not held.assumed,
        _note(held, survey.importance.get(unit) if survey is not None else None),
    )


def _note(held: Held, importance: int | None) -> Text:
    parts = [same(f"{held.level}{'?' if held.assumed else ''}")]
    if held.fused is not None and held.evidence is None and not held.assumed:
        parts.append(sure_of(held.fused))
        if held.unproven is not None:
            parts.append(say(f"只证明到 {held.fused.proven_up_to}", f"proven to {held.fused.proven_up_to}"))
    else:
        parts.append(basis_of(held))
    if importance is not None:
        parts.append(say(f"本人看重度 {importance}", f"importance to them {importance}"))
    return joined(parts, "；", "; ")


def _data(unit: UnitId, held: Held, assessment: Assessment, survey: Survey | None) -> dict[str, Any]:
    required = assessment.required.get(unit)
    return {
        "unit": unit,
        "required": required.level if required is not None else None,
        "held": held.level,
        "assumed": held.assumed,
        "unproven": held.unproven,
        "retest": held.retest,
        "settled": held.evidence.date.isoformat() if held.evidence is not None else None,
        "importance": survey.importance.get(unit) if survey is not None else None,
        "fused": level_data(held.fused) if held.fused is not None else None,
    }
