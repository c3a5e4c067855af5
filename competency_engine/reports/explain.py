"""Answers to "why" → Document."""

from __future__ import annotations

from competency_engine.domain.library import Library
from competency_engine.domain.plan import Plan
from competency_engine.planning.explain.reasons import WhyNot
from competency_engine.reports.document import Document, Notes
from competency_engine.reports.names import CAUSES, stage_name
from competency_engine.reports.plan import reason_text
from competency_engine.text import Text, say

_ABSENCES: dict[str, Text] = {
    "completed": say("已经学完，不再重复", "it is completed already and is not repeated"),
    "not_offered": say(
        "规划期内不开课，或一门课超过每月上限", "it is not offered within the horizon, or is longer than a month's cap"
    ),
    "out_of_reach": say("它的先修条件够不到", "its requirements are out of reach"),
    "over_budget": say("预算和日历容不下它", "budget and calendar cannot hold it"),
    "nothing_missing": say(
        "计划里没有它能补的差距，只会增加学时", "it closes nothing that the plan leaves open; it would only add hours"
    ),
    "equal_value": say(
        "选它同样好；并列时按编号取小，由人决定可互换",
        "taking it is equally good; ties go to the smaller id, so a person may swap it in",
    ),
    "costs_more": say("选它会让更靠前的目标变差", "taking it would make an earlier stage worse"),
}


def module_document(plan: Plan, module_id: str, why_not: WhyNot | None, library: Library) -> Document:
    """Return why a module is, or is not, in a plan."""
    module = library.modules[module_id]  # type: ignore[index]
    title = say(
        f"{plan.person}：为何{'不' if why_not else ''}学 {module_id} {module.title.zh}",
        f"{plan.person}: why {'not ' if why_not else ''}{module_id} {module.title.en}",
    )
    if why_not is not None:
        lines = [_ABSENCES[why_not.cause]]
        if why_not.stage is not None:
            name, ours, theirs = why_not.stage
            stage = stage_name(name, library)
            lines.append(
                say(f"{stage.zh}：计划 {ours}，含它 {theirs}", f"{stage.en}: {ours} in the plan, {theirs} with it")
            )
        data = {"module": module_id, "in_plan": False, "cause": why_not.cause, "stage": why_not.stage}
        return Document(title, (Notes(None, tuple(lines)),), {"person": plan.person, **data})
    steps = [step for step in plan.steps if step.module == module_id]
    lines = [
        say(
            f"第 {step.number} 步，{step.month}，{step.hours:g} 学时",
            f"step {step.number}, {step.month}, {step.hours:g} h",
        )
        for step in steps
    ]
    lines += [reason_text(reason) for step in steps for reason in step.reasons]
    data = {"module": module_id, "in_plan": bool(steps), "step": steps[0].model_dump(mode="json") if steps else None}
    return Document(title, (Notes(None, tuple(lines)),), {"person": plan.person, **data})


def unit_document(plan: Plan, unit_id: str, hours_needed: float | None, library: Library) -> Document:
    """Return how a plan treats one unit: levels, the steps that raise it, what stays open and what would close it."""
    unit = library.units[unit_id]  # type: ignore[index]
    gap = next((gap for gap in plan.gaps if gap.unit == unit_id), None)
    lines: list[Text] = []
    if gap is None:
        lines.append(say("没有差距，或不作要求", "no gap, or not required"))
    else:
        lines.append(
            say(
                f"现有 {gap.held}，要求 {gap.required}（{gap.decided_by}），计划后 {gap.reached}",
                f"held {gap.held}, required {gap.required} ({gap.decided_by}), after the plan {gap.reached}",
            )
        )
    for step in plan.steps:
        for rise in step.rises:
            if rise.unit == unit_id:
                lines.append(same_step(step.month, step.module, rise.before, rise.after))
    for goal in plan.open_goals:
        if goal.unit == unit_id:
            cause = CAUSES[goal.cause]
            lacks = ", ".join(goal.blocked_by)
            tail = say(f"：缺 {lacks}", f": lacks {lacks}") if lacks else say("", "")
            lines.append(
                say(f"{goal.level} 级未补：{cause.zh}{tail.zh}", f"level {goal.level} stays open: {cause.en}{tail.en}")
            )
    if hours_needed is not None:
        lines.append(
            say(
                f"在保住现有目标的前提下一并补上，共需 {hours_needed:g} 学时（计划 {plan.hours:g}）",
                f"closing it too, with all that the plan closes, takes {hours_needed:g} h (the plan has {plan.hours:g})",
            )
        )
    data = {
        "person": plan.person,
        "unit": unit_id,
        "gap": gap.model_dump(mode="json") if gap else None,
        "open": [goal.model_dump(mode="json") for goal in plan.open_goals if goal.unit == unit_id],
        "hours_needed": hours_needed,
    }
    title = say(f"{plan.person}：{unit_id} {unit.title.zh}", f"{plan.person}: {unit_id} {unit.title.en}")
    return Document(title, (Notes(None, tuple(lines)),), data)


def same_step(month: str, module: str, before: int, after: int) -> Text:
    """Return one rise in words."""
    return say(f"{month} {module}：{before}→{after}", f"{month} {module}: {before} → {after}")


def overview_document(plan: Plan, library: Library) -> Document:
    """Return the reasons of every step of a plan, one line each."""
    lines = tuple(
        say(
            f"{step.number}. {step.month} {step.module} {library.modules[step.module].title.zh}："
            + "；".join(reason_text(r).zh for r in step.reasons),
            f"{step.number}. {step.month} {step.module} {library.modules[step.module].title.en}: "
            + "; ".join(reason_text(r).en for r in step.reasons),
        )
        for step in plan.steps
    )
    data = {"person": plan.person, "steps": [step.model_dump(mode="json") for step in plan.steps]}
    return Document(say(f"{plan.person}：每门课的理由", f"{plan.person}: why each module"), (Notes(None, lines),), data)
