"""Plan → Document: what is missing, which modules close it, in which order and month, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from competency_engine.domain.library import Library
from competency_engine.domain.names import FORMS, GAP_KINDS, LAW_STATUSES, MODES
from competency_engine.domain.plan import OpenGoal, Plan, PlannedGap, Reason, Step
from competency_engine.reports.document import Bars, Block, Document, Notes, Table, joined, same
from competency_engine.reports.names import CAUSES, CHANGE_CAUSES, CHANGES, STATUSES, stage_name
from competency_engine.text import Text, say


def plan_document(plan: Plan, library: Library) -> Document:
    """Return the plan of one person as a document; its data is the plan itself."""
    role = library.roles[plan.role].title
    blocks: list[Block] = [
        Notes(
            None,
            (
                say(
                    f"角色：{role.zh}（{plan.role}）；基准日 {plan.as_of}",
                    f"Role: {role.en} ({plan.role}); as of {plan.as_of}",
                ),
                say(
                    f"自 {plan.start} 起 {plan.months} 个月；每年 {plan.hours_per_year:g} 学时，计划 {plan.hours:g} 学时、{len(plan.steps)} 门课",
                    f"{plan.months} months from {plan.start}; {plan.hours_per_year:g} h a year, planned {plan.hours:g} h in {len(plan.steps)} modules",
                ),
                *credited_lines(plan),
                *hours_rule_lines(plan, library),
                say(f"结论：{STATUSES[plan.status].zh}", f"Status: {STATUSES[plan.status].en}"),
            ),
        ),
        gap_table(plan.gaps, library),
        _steps(plan, library),
    ]
    if plan.changes:
        blocks.append(_changes(plan, library))
    if plan.steps:
        blocks.append(_months(plan, library))
    if plan.open_goals:
        blocks.append(_open(plan.open_goals, library))
    if plan.risks:
        blocks.append(_risks(plan, library))
    late = tuple(past_deadlines(plan))
    if late:
        blocks.append(Notes(say("期限提醒", "Deadlines to check"), late))
    stale = tuple(stale_laws(plan, library))
    if stale:
        blocks.append(Notes(say("法规提醒", "Laws to check"), stale))
    blocks.append(_stages(plan, library))
    return Document(
        say(f"{plan.person} 学习计划", f"Study plan of {plan.person}"), tuple(blocks), plan.model_dump(mode="json")
    )


def credited_lines(plan: Plan) -> tuple[Text, ...]:
    """Return a line for each year of which hours are used already."""
    return tuple(
        say(
            f"{credited.year} 年已完成 {credited.hours:g} 学时，计入该年预算",
            f"{credited.year}: {credited.hours:g} h already completed count against the year",
        )
        for credited in plan.credited
    )


def hours_rule_lines(plan: Plan, library: Library) -> tuple[Text, ...]:
    """Return a line for each hours rule and year: what it asks, and what is planned and completed."""
    lines = []
    for check in plan.hours_rules:
        title = library.hours_rules[check.rule].title
        short = check.required - check.hours
        met = say("达到", "met") if short <= 0 else say(f"差 {short:g} 学时", f"{short:g} h short")
        lines.append(
            say(
                f"{title.zh}（{check.year} 年 {check.required:g} 学时）：计划和已完成 {check.hours:g} 学时，{met.zh}",
                f"{title.en} ({check.required:g} h in {check.year}): {check.hours:g} h planned and completed, {met.en}",
            )
        )
    return tuple(lines)


def past_deadlines(plan: Plan) -> Iterator[Text]:
    """Yield each deadline that is over before the plan begins, so that no order of its months can meet it."""
    first = dt.date.fromisoformat(f"{plan.start}-01")
    for gap in plan.gaps:
        if gap.deadline is not None and gap.deadline < first:
            yield say(
                f"{gap.unit} 的期限 {gap.deadline} 早于计划首月 {plan.start}；要赶上，用 --start {gap.deadline:%Y-%m} 或更早",
                f"the deadline of {gap.unit}, {gap.deadline}, lies before the first month {plan.start}; to meet it, begin with --start {gap.deadline:%Y-%m} or earlier",
            )


def stale_laws(plan: Plan, library: Library) -> Iterator[Text]:
    """Yield for each planned module every law that it teaches and that does not bind in the month of the plan."""
    for step in plan.steps:
        for id_ in library.modules[step.module].laws:
            law = library.laws[id_]
            status = law.status_on(dt.date.fromisoformat(f"{step.month}-01"))
            if status in ("repealed", "not_yet"):
                words = LAW_STATUSES[status]
                yield say(
                    f"{step.module}（{step.month}）讲授 {law.title.zh}：{words.zh}",
                    f"{step.module} ({step.month}) teaches {law.title.en}: {words.en}",
                )


def gap_table(gaps: tuple[PlannedGap, ...], library: Library) -> Table:
    """Return the gaps as a table; an assumed level carries a question mark."""
    rows = []
    for gap in gaps:
        urgent = say("，紧急", ", urgent") if gap.urgent else say("", "")
        deadline = f" ≤{gap.deadline}" if gap.deadline else ""
        rows.append(
            (
                same(gap.unit),
                library.units[gap.unit].title,
                same(f"{gap.held}{'?' if gap.assumed else ''}"),
                same(gap.required),
                same(gap.reached),
                say(GAP_KINDS[gap.kind].zh + urgent.zh + deadline, GAP_KINDS[gap.kind].en + urgent.en + deadline),
                same(gap.decided_by),
            )
        )
    columns = (
        say("单元", "Unit"),
        say("名称", "Title"),
        say("现有", "Held"),
        say("要求", "Required"),
        say("计划后", "After"),
        say("类别", "Kind"),
        say("由谁要求", "Asked by"),
    )
    return Table(
        say("差距（? 表示没有有效测评，按政策推定）", "Gaps (? = no valid evidence, assumed by the policy)"),
        columns,
        tuple(rows),
    )


def _steps(plan: Plan, library: Library) -> Table:
    columns = (
        say("序", "#"),
        say("月份", "Month"),
        say("课程", "Module"),
        say("名称", "Title"),
        say("方式", "Mode"),
        say("学时", "Hours"),
        say("等级", "Levels"),
        say("理由", "Why"),
    )
    return Table(say("课程次序", "Modules in order"), columns, tuple(_step_row(step, library) for step in plan.steps))


def _step_row(step: Step, library: Library) -> tuple[Text, ...]:
    module = library.modules[step.module]
    mode, form = MODES[module.mode], FORMS[module.form]
    return (
        same(step.number),
        same(step.month),
        same(step.module),
        module.title,
        say(f"{mode.zh}·{form.zh}", f"{mode.en}, {form.en}"),
        same(f"{step.hours:g}"),
        same(" ".join(f"{rise.unit} {rise.before}→{rise.after}" for rise in step.rises)),
        joined(reason_text(reason) for reason in step.reasons),
    )


def reason_text(reason: Reason) -> Text:
    """Return one reason in words."""
    if reason.kind == "closes_gap":
        return say(
            f"补 {reason.unit} 到 {reason.level} 级（{reason.decided_by} 要求）",
            f"closes {reason.unit} at {reason.level} ({reason.decided_by})",
        )
    if reason.kind == "needed_by":
        return say(f"{reason.module} 的先修", f"needed by {reason.module}")
    if reason.kind == "under_way":
        return say("已经开始", "under way")
    if reason.kind == "planned_before":
        return say("原计划已排", "planned before")
    if reason.kind == "fills_month":
        return say("补足每月下限", "fills a month to its least")
    return say(f"与 {reason.module} 成对", f"pairs with {reason.module}")


def _changes(plan: Plan, library: Library) -> Table:
    columns = (
        say("课程", "Module"),
        say("名称", "Title"),
        say("变动", "Change"),
        say("原月份", "Before"),
        say("新月份", "Now"),
        say("原因", "Why"),
    )
    rows = []
    for change in plan.changes:
        module = library.modules.get(change.module)
        rows.append(
            (
                same(change.module),
                module.title if module is not None else same(""),
                CHANGES[change.kind],
                same(change.before or ""),
                same(change.after or ""),
                CHANGE_CAUSES[change.cause],
            )
        )
    return Table(say("与原计划相比", "Against the earlier plan"), columns, tuple(rows))


def _months(plan: Plan, library: Library) -> Bars:
    loads: dict[str, float] = {}
    for step in plan.steps:
        loads[step.month] = loads.get(step.month, 0) + step.hours
    bars = tuple((same(month), hours, say(f"{hours:g} 学时", f"{hours:g} h")) for month, hours in sorted(loads.items()))
    return Bars(say("每月学时", "Hours by month"), bars, library.policy.hours_per_month)


def _open(goals: tuple[OpenGoal, ...], library: Library) -> Table:
    columns = (say("单元", "Unit"), say("名称", "Title"), say("等级", "Level"), say("原因", "Cause"))
    rows = []
    for goal in goals:
        lacks = "、".join(goal.blocked_by)
        cause = CAUSES[goal.cause]
        if lacks:
            cause = say(f"{cause.zh}：缺 {lacks}", f"{cause.en}: lacks {lacks.replace('、', ', ')}")
        rows.append((same(goal.unit), library.units[goal.unit].title, same(goal.level), cause))
    return Table(say("未能补上的", "Left open"), columns, tuple(rows))


def _risks(plan: Plan, library: Library) -> Notes:
    return Notes(
        say("紧急事项风险提示", "Urgent: mind the risk"), tuple(library.urgent_packs[pack].risk for pack in plan.risks)
    )


def _stages(plan: Plan, library: Library) -> Table:
    columns = (say("阶段", "Stage"), say("达到", "Value"), say("证明的界", "Proven bound"))
    rows = tuple((stage_name(stage.name, library), same(stage.value), same(stage.bound)) for stage in plan.stages)
    return Table(say("逐阶段证明", "Proof, stage by stage"), columns, rows)
