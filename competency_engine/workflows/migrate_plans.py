"""Which plans still stand for people whose records were carried over, and which must be made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.plan import Plan
from competency_engine.errors import UsageError, mend_first
from competency_engine.loading.plans import read_plans
from competency_engine.planning.compile import compile_catalogue
from competency_engine.reports.migration import PLANS
from competency_engine.reports.tables import Cell, DataTable
from competency_engine.text import Text, say
from competency_engine.workflows.plan import Planner, PlanOptions
from competency_engine.workflows.session import Session, open_population
from competency_engine.workflows.verify import options_of


def migrate_plans(
    session: Session, people: Path, plans: Path, out: Path, add_row: Callable[[DataTable, tuple[Cell, ...]], None]
) -> tuple[int, int]:
    """Write the plans in ``plans`` that still stand to ``out``, list the others, and return how many were read and stand.

    A plan stands when planning the person now, with the plan's own dates and hours, takes the same modules in the same months
    and proves as much. It is then written as it comes out now, so that ``verify`` finds its inputs and its proof.

    Args:
        session: the present library.
        people: the people whose records were carried over.
        plans: JSON lines, or one plan as JSON.
        out: file of plans, which is new.
        add_row: takes the rows of plans to be made again.

    Raises:
        UsageError: when there is no such file.
        FilesInError: with all that is wrong with lines that hold no plan.
    """
    if not plans.is_file():
        raise UsageError(say(f"找不到文件：{plans}", f"there is no such file: {plans}"))
    name = session.workspace.name_of(plans)
    read: list[tuple[int, Plan]] = []
    problems: list[Diagnostic] = []
    for number, text, plan in read_plans(plans, name):
        if isinstance(plan, Plan):
            read.append((number, plan))
        elif text.strip():
            problems += plan
    if problems:
        raise mend_first(problems)
    labels = frozenset(plan.person for _, plan in read)
    population, _ = open_population(session, people, labels or None)
    planner = (
        Planner(session, population, compile_catalogue(session.library), PlanOptions(read[0][1].as_of))
        if read
        else None
    )
    stand = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for number, plan in read:
            assert planner is not None
            found = _again(planner, plan)
            if isinstance(found, Plan):
                stand += 1
                file.write(found.model_dump_json() + "\n")
            else:
                add_row(PLANS, (name, number, plan.person, found))
    return len(read), stand


def _again(planner: Planner, plan: Plan) -> Plan | Text:
    """Return ``plan`` as it comes out now, or why it does not."""
    if plan.person not in planner.population.persons:
        return say("没有这名学员", "there is no such person")
    if "earlier" in plan.inputs:
        return say("是 replan 改出来的：用 replan 重新制定", "replan changed an earlier plan into it: run replan again")
    gone = sorted({step.module for step in plan.steps} - planner.session.library.modules.keys())
    if gone:
        listed = ", ".join(gone)
        return say(f"课程已不在课程体系里：{listed}", f"modules are in the curriculum no more: {listed}")
    now = replace(planner, options=options_of(plan)).plan(plan.person)
    differing = tuple(_differing(plan, now))
    if not differing:
        return now
    return say("；".join(text.zh for text in differing), "; ".join(text.en for text in differing))


def _differing(then: Plan, now: Plan) -> Iterator[Text]:
    before, after = ({step.module: step.month for step in plan.steps} for plan in (then, now))
    into, out = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    moved = sorted(module for module in before.keys() & after.keys() if before[module] != after[module])
    for modules, zh, en in (
        (into, "现在还要学", "now takes"),
        (out, "现在不学", "no longer takes"),
        (moved, "月份不同", "in other months"),
    ):
        if modules:
            listed = ", ".join(modules)
            yield say(f"{zh}：{listed}", f"{en}: {listed}")
    if then.status != now.status:
        yield say(f"结论由 {then.status} 变为 {now.status}", f"{then.status} then, {now.status} now")
