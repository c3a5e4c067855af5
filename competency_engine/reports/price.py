"""The price list → Document: what each further hour buys, as a table and a picture."""

from __future__ import annotations

from typing import Any

from competency_engine.domain.library import Library
from competency_engine.domain.plan import Plan
from competency_engine.planning.explain.price import PricePoint
from competency_engine.planning.problem import bits
from competency_engine.reports.compare import goals_difference
from competency_engine.reports.document import Block, Document, Notes, Steps, Table, same
from competency_engine.reports.places import Places
from competency_engine.text import Text, say


def price_document(plan: Plan, points: tuple[PricePoint, ...], places: Places, *, count_gaps: bool) -> Document:
    """Return the price list of one person; ``count_gaps``: every missing step counts one, alike."""
    goals = len(places.problem.goals)
    rule = (
        say("目标：尽量多补差距，每缺一级算一步，不分轻重", "Aim: as many missing levels closed as can be, all alike")
        if count_gaps
        else say(
            "目标：先必保，再逐层级比较补上的权重（靠前的多一分，胜过靠后的任何多分）；每行就是该预算下的计划",
            "Aim: mandatory first, then weight closed tier by tier (a point earlier outweighs any number later); "
            "each row is the plan under that budget",
        )
    )
    proof = say(
        "每行是达到该结果的最小预算，已证明；两行之间的预算得不到更好的结果",
        "each row is the smallest budget for its result, proven; no budget in between does better",
    )
    blocks: list[Block] = [Notes(None, (rule, proof)), _table(points, places, goals, count_gaps)]
    blocks.append(_picture(plan, points, places, count_gaps))
    data = {
        "person": plan.person,
        "by": "gaps" if count_gaps else "tiers",
        "goals": goals,
        "points": [_data(point, places) for point in points],
    }
    return Document(
        say(f"{plan.person} 价目表：多少学时补多少差距", f"Price list of {plan.person}: hours against gaps closed"),
        tuple(blocks),
        data,
    )


def _tiers(library: Library, count_gaps: bool) -> tuple[Text, ...]:
    return () if count_gaps else (say("必保", "Mandatory"), *(tier.title for tier in library.model.tiers))


def _table(points: tuple[PricePoint, ...], places: Places, goals: int, count_gaps: bool) -> Table:
    columns = (
        say("每年学时", "Hours a year"),
        say("课程", "Modules"),
        *_tiers(places.library, count_gaps),
        say(f"补上（共 {goals} 级）", f"Closed (of {goals})"),
        say("比上一行", "Against the row above"),
    )
    rows = []
    closed = 0
    for index, point in enumerate(points):
        values = () if count_gaps else point.value
        rows.append(
            (
                same(f"{point.budget / 4:g}{'*' if _is_current(points, index, places) else ''}"),
                same(len(point.solution.steps)),
                *(same(value) for value in values),
                same(point.closed.bit_count()),
                goals_difference(places, closed, point.closed) or same(""),
            )
        )
        closed = point.closed
    return Table(say("价目（* 为现行预算所得）", "Prices (* what the present budget buys)"), columns, tuple(rows))


def _is_current(points: tuple[PricePoint, ...], index: int, places: Places) -> bool:
    budget = min(places.problem.budgets)
    following = points[index + 1].budget if index + 1 < len(points) else budget + 1
    return points[index].budget <= budget < following


def _picture(plan: Plan, points: tuple[PricePoint, ...], places: Places, count_gaps: bool) -> Steps:
    series = (say("补上的级数", "levels closed"),) if count_gaps else _tiers(places.library, count_gaps)[1:]
    heights = [point.value[1:] for point in points]
    budget = min(places.problem.budgets) / 4
    last = points[-1].budget / 4
    return Steps(
        title=say(f"{plan.person}：学时与补上的差距", f"{plan.person}: hours and gaps closed"),
        x_title=say("每年学时", "hours a year"),
        y_title=say("补上的级数", "levels closed") if count_gaps else say("补上的权重", "weight closed"),
        series=series,
        points=tuple((point.budget / 4, height) for point, height in zip(points, heights, strict=True)),
        end=max(last * 1.1, min(budget, last * 2)) or 1,
        mark=(budget, say(f"现行预算 {budget:g}", f"present budget {budget:g}")) if budget <= last * 2 else None,
    )


def _data(point: PricePoint, places: Places) -> dict[str, Any]:
    facts = places.problem.catalogue.facts
    return {
        "hours_per_year": point.budget / 4,
        "hours": sum(places.problem.catalogue.hours[module] for module, _ in point.solution.steps) / 4,
        "value": list(point.value),
        "closed": [f"{facts[fact][1]}≥{facts[fact][2]}" for fact in bits(point.closed)],
        "modules": [places.module_id(module) for module, _ in point.solution.steps],
    }
