"""How a plan treats one unit, and what would close its open levels → Document."""

from __future__ import annotations

from typing import Any

from competency_engine.domain.entity import UnitId
from competency_engine.domain.plan import Plan
from competency_engine.planning.explain.changes import Changes
from competency_engine.planning.explain.conflict import Conflict
from competency_engine.reports.conflict import conflict_block, conflict_data
from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.reports.names import CAUSES
from competency_engine.reports.places import Places
from competency_engine.text import Text, say

Asked = tuple[int, Changes]


def unit_document(
    plan: Plan,
    places: Places,
    unit_id: UnitId,
    within_reach: tuple[Asked, ...],
    out_of_reach: Asked | None,
    conflict: Conflict | None,
) -> Document:
    """Return how a plan treats one unit: levels, the steps that raise it, what stays open and what would close it."""
    unit = places.library.units[unit_id]
    blocks: list[Block] = [Notes(None, tuple(_lines(plan, unit_id, places)))]
    blocks += [_changes_table(places, *asked) for asked in within_reach]
    if conflict is not None:
        blocks.append(conflict_block(conflict, places))
    if out_of_reach is not None:
        blocks.append(_openings(places, *out_of_reach))
    gap = next((gap for gap in plan.gaps if gap.unit == unit_id), None)
    data = {
        "person": plan.person,
        "unit": unit_id,
        "gap": gap.model_dump(mode="json") if gap else None,
        "open": [goal.model_dump(mode="json") for goal in plan.open_goals if goal.unit == unit_id],
        "changes": [_changes_data(places, *asked) for asked in within_reach],
        "opens_with": _openings_data(places, *out_of_reach) if out_of_reach else None,
        "conflict": conflict_data(conflict, places),
    }
    title = say(f"{plan.person}：{unit_id} {unit.title.zh}", f"{plan.person}: {unit_id} {unit.title.en}")
    return Document(title, tuple(blocks), data)


def _lines(plan: Plan, unit_id: UnitId, places: Places) -> list[Text]:
    gap = next((gap for gap in plan.gaps if gap.unit == unit_id), None)
    if gap is None:
        return [say("没有差距，或不作要求", "no gap, or not required")]
    facts = places.problem.catalogue.facts
    required = places.goal(facts.index(("unit", unit_id, gap.required)))
    assumed = say("（推定）", " (assumed)") if gap.assumed else say("", "")
    lines = [
        say(
            f"现有 {gap.held}{assumed.zh}，要求 {gap.required}（{gap.decided_by}，{required.place}），计划后 {gap.reached}",
            f"held {gap.held}{assumed.en}, required {gap.required} ({gap.decided_by}, {required.place}), after the plan {gap.reached}",
        )
    ]
    for step in plan.steps:
        for rise in step.rises:
            if rise.unit == unit_id:
                lines.append(
                    say(
                        f"{step.month} {step.module}：{rise.before}→{rise.after}",
                        f"{step.month} {step.module}: {rise.before} → {rise.after}",
                    )
                )
    for goal in plan.open_goals:
        if goal.unit == unit_id:
            cause = CAUSES[goal.cause]
            lacks = say("：缺 " + "、".join(goal.blocked_by), ": lacks " + ", ".join(goal.blocked_by))
            tail = lacks if goal.blocked_by else say("", "")
            lines.append(
                say(f"{goal.level} 级未补：{cause.zh}{tail.zh}", f"level {goal.level} stays open: {cause.en}{tail.en}")
            )
    return lines


def _changes_table(places: Places, fact: int, changes: Changes) -> Table:
    problem = places.problem
    none = say("单改这一项不行", "not by this alone")

    def row(name: Text, now: str, value: float | None) -> tuple[Text, ...]:
        return name, same(now), none if value is None else same(f"{value:g}")

    rows = [
        row(
            say("每年学时预算", "hours a year"),
            f"{min(problem.budgets) / 4:g}",
            None if changes.hours_per_year is None else changes.hours_per_year / 4,
        ),
        row(
            say("每月学时上限", "hours a month"),
            f"{problem.hours_per_period / 4:g}",
            None if changes.hours_per_month is None else changes.hours_per_month / 4,
        ),
        row(say("规划月数", "months of the plan"), str(len(problem.periods)), changes.months),
    ]
    evidence = [_evidence_row(places, other) for other in _assumed_first(places, changes.evidence)]
    rows += evidence or [(say("另有测评证据", "other evidence of what is held"), same("–"), none)]
    step = places.step(fact)
    title = say(
        f"怎样才能在现有计划之外补上 {step.zh}（每行单独即可，均为已证明的最小值）",
        f"What would close {step.en} beside all that the plan closes (each row alone; each proven smallest)",
    )
    columns = (say("改什么", "Change"), say("现在", "Now"), say("至少", "At least"))
    return Table(title, columns, tuple(rows))


def _evidence_row(places: Places, fact: int) -> tuple[Text, ...]:
    unit = places.unit_of(fact)
    held = places.assessment.held[unit]
    name = say(f"有证据表明已具备的等级：{unit}", f"level shown by evidence: {unit}")
    return name, same(f"{held.level}{'?' if held.assumed else ''}"), same(places.problem.catalogue.facts[fact][2])


def _assumed_first(places: Places, facts: tuple[int, ...]) -> list[int]:
    return sorted(facts, key=lambda fact: (not places.assessment.held[places.unit_of(fact)].assumed, fact))


def _openings(places: Places, fact: int, changes: Changes) -> Notes:
    step = places.step(fact)
    lines = [
        say(
            f"新开一门课，把 {places.unit_of(other)} 提到 {places.problem.catalogue.facts[other][2]} 级",
            f"a new module that brings {places.step(other).en}",
        )
        for other in changes.missing
    ]
    for rule in changes.rules:
        reference = places.rule(rule)
        lines.append(
            say(f"去掉：{reference.text.zh}（{reference.place}）", f"drop: {reference.text.en} ({reference.place})")
        )
    lines += [
        say(f"有证据表明已具备 {places.step(other).zh}", f"evidence of {places.step(other).en}")
        for other in _assumed_first(places, changes.evidence)
    ]
    title = say(
        f"现有课程够不到 {step.zh}；下列任何一项单独就能打通（是否容得下另计）",
        f"No module reaches {step.en}; any one of these opens the way (whether it fits is another question)",
    )
    nothing = say("没有哪一项单独的改动能打通", "no single change does")
    return Notes(title, tuple(lines) or (nothing,))


def _changes_data(places: Places, fact: int, changes: Changes) -> dict[str, Any]:
    return {
        "level": places.problem.catalogue.facts[fact][2],
        "hours_per_year": None if changes.hours_per_year is None else changes.hours_per_year / 4,
        "hours_per_month": None if changes.hours_per_month is None else changes.hours_per_month / 4,
        "months": changes.months,
        "evidence": _levels(places, changes.evidence),
    }


def _levels(places: Places, facts: tuple[int, ...]) -> dict[str, Any]:
    return {places.unit_of(fact): places.problem.catalogue.facts[fact][2] for fact in facts}


def _openings_data(places: Places, fact: int, changes: Changes) -> dict[str, Any]:
    found = [(rule, places.rule(rule)) for rule in changes.rules]
    return {
        "level": places.problem.catalogue.facts[fact][2],
        "new_module": _levels(places, changes.missing),
        "dropped_rule": [{"kind": r.kind, "rule": reference.text.en, "at": reference.place} for r, reference in found],
        "evidence": _levels(places, changes.evidence),
    }
