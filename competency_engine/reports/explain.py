"""Answers to "why" → Document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from competency_engine.domain.entity import ModuleId, TopicId
from competency_engine.domain.library import Library
from competency_engine.domain.plan import Plan
from competency_engine.planning.explain.absence import WhyNot
from competency_engine.planning.explain.conflict import Conflict
from competency_engine.planning.explain.reasons import Link, Use
from competency_engine.planning.problem import PlanningProblem, Solution
from competency_engine.reports.compare import comparison_data, exchange_lines, modules_text, stage_table
from competency_engine.reports.conflict import conflict_block, conflict_data
from competency_engine.reports.document import Block, Document, Notes, Table, joined, same
from competency_engine.reports.names import CAUSES
from competency_engine.reports.places import Places
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


def step_document(plan: Plan, places: Places, module: int, uses: tuple[Use, ...]) -> Document:
    """Return why a module is in a plan: the goals that it serves, and every link of the way there with its line."""
    module_id = places.module_id(module)
    taken = places.library.modules[module_id]
    step = next(step for step in plan.steps if step.module == module_id)
    place = places.module(module)
    facts = say(
        f"第 {step.number} 步，{step.month}，{step.hours:g} 学时（{place}）",
        f"step {step.number}, {step.month}, {step.hours:g} h ({place})",
    )
    blocks: list[Block] = [Notes(None, (facts, *(reason_text(reason) for reason in step.reasons)))]
    if uses:
        lines = tuple(_use_line(places, use) for use in uses)
        blocks.append(Notes(say("没有它就补不上的差距", "What would stay open without it"), lines))
    links = tuple(dict.fromkeys(link for use in uses for link in use.links))
    if links:
        blocks.append(_links_table(places, links))
    title = say(
        f"{plan.person}：为何学 {module_id} {taken.title.zh}", f"{plan.person}: why {module_id} {taken.title.en}"
    )
    data = {
        "person": plan.person,
        "module": module_id,
        "in_plan": True,
        "at": place,
        "step": step.model_dump(mode="json"),
        "serves": [_use_data(places, use) for use in uses],
    }
    return Document(title, tuple(blocks), data)


def _use_line(places: Places, use: Use) -> Text:
    goal = places.goal(use.goal.fact)
    chain = " → ".join(_chain(places, use))
    return say(f"{goal.text.zh}，{goal.place}：{chain}", f"{goal.text.en}, {goal.place}: {chain}")


def _chain(places: Places, use: Use) -> tuple[ModuleId, ...]:
    return (*(places.module_id(link.module) for link in use.links), places.module_id(use.closer))


def _links_table(places: Places, links: tuple[Link, ...]) -> Table:
    rows = []
    for link in links:
        found = [places.need(link.follower, fact) for fact in link.needs] or [places.pair(link.follower)]
        rows.append(
            (
                same(places.module_id(link.module)),
                same(places.module_id(link.follower)),
                joined(reference.text for reference in found),
                same(", ".join(dict.fromkeys(reference.place for reference in found))),
            )
        )
    columns = (say("课程", "Module"), say("后续课程", "Leads to"), say("因为", "Because"), say("写在", "Written at"))
    return Table(say("一步一步的依据", "Link by link"), columns, tuple(rows))


def _use_data(places: Places, use: Use) -> dict[str, Any]:
    goal = places.goal(use.goal.fact)
    _, unit, level = places.problem.catalogue.facts[use.goal.fact]
    return {
        "unit": unit,
        "level": level,
        "required_by": places.assessment.required[places.unit_of(use.goal.fact)].decided_by,
        "at": goal.place,
        "chain": list(_chain(places, use)),
    }


def absence_document(
    plan: Plan,
    places: Places,
    solution: Solution,
    module: int,
    why_not: WhyNot,
    conflict: tuple[Conflict, PlanningProblem] | None,
) -> Document:
    """Return why a module is not in a plan: what stands in its place, what taking it would cost or what forbids it."""
    module_id = places.module_id(module)
    missed = places.library.modules[module_id]
    lines = [_ABSENCES[why_not.cause]]
    if why_not.dominated_by:
        better = modules_text(places.problem, why_not.dominated_by, places.library)
        lines.append(
            say(
                f"计划里的 {better.zh} 起同样的作用，学时不多，先修不多",
                f"{better.en} in the plan does the same for no more hours and no more requirements",
            )
        )
    lines += [
        say(
            f"它带来的 {places.step(fact).zh}，计划里由 {places.module_id(step)} 带来",
            f"it brings {places.step(fact).en}, which {places.module_id(step)} brings in the plan",
        )
        for fact, step in why_not.instead
        if places.problem.catalogue.facts[fact][0] == "unit"
    ]
    blocks: list[Block] = [Notes(None, tuple(lines))]
    if why_not.forced is not None:
        blocks += cost_blocks(places, solution, why_not.forced, say("含它", "With it"))
    ruled_out = None
    if conflict is not None:
        found, asked = conflict
        demanded = replace(places, problem=asked, taken=(module_id,))
        blocks.append(conflict_block(found, demanded))
        ruled_out = conflict_data(found, demanded)
    title = say(
        f"{plan.person}：为何不学 {module_id} {missed.title.zh}",
        f"{plan.person}: why not {module_id} {missed.title.en}",
    )
    data: dict[str, Any] = {
        "person": plan.person,
        "module": module_id,
        "in_plan": False,
        "at": places.module(module),
        "cause": why_not.cause,
        "dominated_by": [places.module_id(step) for step in why_not.dominated_by],
        "with_it": comparison_data(places.problem, solution, why_not.forced) if why_not.forced else None,
        "conflict": ruled_out,
    }
    return Document(title, tuple(blocks), data)


def cost_blocks(places: Places, ours: Solution, theirs: Solution, other: Text) -> list[Block]:
    """Return what another plan would change: modules out and in, gaps that it closes or leaves, and every stage."""
    lines = exchange_lines(places, ours, theirs)
    title = say("代价，逐阶段比较（靠前的阶段先比）", "What it costs, stage by stage (earlier stages come first)")
    return [Notes(None, tuple(lines)), stage_table(ours, theirs, title, other, places.library)]


def topic_document(
    plan: Plan,
    places: Places,
    solution: Solution,
    topic_id: TopicId,
    state: str,
    cheapest: tuple[int, Solution] | None,
) -> Document:
    """Return what a plan takes of a topic; ``cheapest`` is what completing it would cost."""
    library = places.library
    topic = library.topics[topic_id]
    months = {step.module: step.month for step in plan.steps}
    level = library.policy.topic_done_level
    states = {
        "completed": say("规划前已修完", "completed before the plan begins"),
        "assessed": say(
            f"单元 {topic.unit} 已测评达到 {level} 级，按政策视为已修",
            f"its unit {topic.unit} is assessed at {level} or above, which counts as having done it",
        ),
        "planned": say("按计划修完", "done by the end of the plan"),
        "open": say("按计划不会修完", "not done by the end of the plan"),
    }
    rows = []
    for module in library.modules_of_topic[topic_id]:
        month = months.get(ModuleId(module.id))
        done = module.id in places.assessment.completed
        when = say("已学完", "completed") if done else same(month) if month else say("不在计划中", "not in the plan")
        rows.append((same(module.id), module.title, same(f"{module.hours:g}"), when))
    columns = (say("课程", "Module"), say("名称", "Title"), say("学时", "Hours"), say("计划", "Plan"))
    blocks: list[Block] = [Notes(None, (states[state],)), Table(say("各门课程", "Its modules"), columns, tuple(rows))]
    data: dict[str, Any] = {
        "person": plan.person,
        "topic": topic_id,
        "state": state,
        "modules": {str(row[0].en): months.get(ModuleId(row[0].en)) for row in rows},
        "cheapest": None,
    }
    if cheapest is not None:
        way, forced = cheapest
        listed = [places.module_id(module) for module, _ in forced.steps if way >> module & 1]
        names = ", ".join(listed)
        blocks.append(Notes(say(f"修完它代价最小的路径：{names}", f"Cheapest way to complete it: {names}"), ()))
        blocks += cost_blocks(places, solution, forced, say("修完它", "With it"))
        data["cheapest"] = {"modules": listed, **comparison_data(places.problem, solution, forced)}
    elif state == "open":
        blocks.append(Notes(None, (say("无论怎样取舍都修不完它", "no plan can complete it"),)))
    title = say(f"{plan.person}：专题 {topic_id} {topic.title.zh}", f"{plan.person}: topic {topic_id} {topic.title.en}")
    return Document(title, tuple(blocks), data)


def overview_document(plan: Plan, places: Places, uses: tuple[tuple[Use, ...], ...], library: Library) -> Document:
    """Return the reasons of every step of a plan and the goals that it serves in the end, one line each."""
    lines = []
    for step, served in zip(plan.steps, uses, strict=True):
        title = library.modules[step.module].title
        reasons = joined(reason_text(reason) for reason in step.reasons)
        distant = [places.step(use.goal.fact) for use in served if use.links]
        ends = joined(distant, "、", ", ")
        tail = say(f"；为了 {ends.zh}", f"; in the end for {ends.en}") if distant else say("", "")
        lines.append(
            say(
                f"{step.number}. {step.month} {step.module} {title.zh}：{reasons.zh}{tail.zh}",
                f"{step.number}. {step.month} {step.module} {title.en}: {reasons.en}{tail.en}",
            )
        )
    blocks: list[Block] = [Notes(None, tuple(lines))]
    if plan.open_goals:
        blocks.append(_open_notes(plan))
    data = {
        "person": plan.person,
        "steps": [
            {**step.model_dump(mode="json"), "serves": [_use_data(places, use) for use in served]}
            for step, served in zip(plan.steps, uses, strict=True)
        ],
    }
    title = say(f"{plan.person}：每门课的理由", f"{plan.person}: why each module")
    return Document(title, tuple(blocks), data)


def _open_notes(plan: Plan) -> Notes:
    """Return what stays open and how to ask what would close it."""
    lines = []
    for goal in plan.open_goals:
        cause = CAUSES[goal.cause]
        ask = f"explain {plan.person} {goal.unit}"
        lines.append(
            say(
                f"{goal.unit} 到 {goal.level} 级：{cause.zh}；怎样才能补上：{ask}",
                f"{goal.unit} at {goal.level}: {cause.en}; what would close it: {ask}",
            )
        )
    return Notes(say("未能补上的", "Left open"), tuple(lines))
