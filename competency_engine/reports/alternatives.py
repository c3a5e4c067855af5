"""Selections as good as the plan's → Document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from competency_engine.domain.plan import Plan
from competency_engine.planning.explain.alternatives import Alternatives
from competency_engine.planning.pose import Horizon
from competency_engine.planning.problem import Solution
from competency_engine.reports.compare import exchange, exchange_lines, stage_value
from competency_engine.reports.document import Block, Document, Notes, joined
from competency_engine.reports.places import Places
from competency_engine.text import Text, say


def alternatives_document(
    plan: Plan, places: Places, solution: Solution, found: Alternatives, horizon: Horizon, shown: int
) -> Document:
    """Return how many selections are as good as the plan's, and how the first ``shown`` differ from it."""
    listed = found.plans[:shown]
    blocks: list[Block] = [Notes(None, _lines(plan, solution, found, places))]
    blocks += [
        Notes(say(f"第 {number} 组", f"Choice {number}"), tuple(_differences(solution, other, places, horizon)))
        for number, other in enumerate(listed, start=1)
    ]
    data = {
        "person": plan.person,
        "equal_in_hours": len(found.plans),
        "equal_in_preferences": found.equal,
        "complete": found.complete,
        "alternatives": [_data(solution, other, places, horizon) for other in listed],
    }
    title = say(f"{plan.person}：同样好的选择", f"{plan.person}: choices of equal value")
    return Document(title, tuple(blocks), data)


def _lines(plan: Plan, solution: Solution, found: Alternatives, places: Places) -> tuple[Text, ...]:
    count = len(found.plans)
    if not count:
        return (
            say(
                "没有：要补上同样多的差距而不增加学时，只有计划里这一组课程",
                "none: the plan's modules are the only ones that close as much in as few hours",
            ),
        )
    more = say("超过 ", "more than ") if not found.complete else say("", "")
    equal_more = more if found.equal == count else say("", "")
    _, come = exchange(solution, found.plans[0])
    options = " ".join(f"--with {places.module_id(module)}" for module in come)
    return (
        say(
            f"补得同样多、学时同样少的另有 {more.zh}{count} 组；其中各项偏好也一样的 {equal_more.zh}{found.equal} 组，计划只是按编号取小",
            f"others that close as much in as few hours: {more.en}{count}; of these equal in every preference too: "
            f"{equal_more.en}{found.equal}, where only the order of ids decided",
        ),
        say(
            f"要换成某一组，用 --with 和 --without 写明，例如第 1 组：plan {plan.person} {options}",
            f"to take one, say so with --with and --without; choice 1 is: plan {plan.person} {options}",
        ),
    )


def _differences(solution: Solution, other: Solution, places: Places, horizon: Horizon) -> Iterator[Text]:
    yield from exchange_lines(places, solution, other)
    preferences = [
        say(f"{name.zh} {mine}→{theirs}", f"{name.en} {mine} → {theirs}")
        for name, mine, theirs in _preferences(solution, other, places)
    ]
    suits = joined(preferences) if preferences else say("一样", "equal")
    yield say(f"偏好 {suits.zh}", f"preferences: {suits.en}")
    moved = ", ".join(f"{id_} {before}→{after}" for id_, before, after in _moved(solution, other, horizon, places))
    if moved:
        yield say(f"其余课程改期 {moved}", f"others that move: {moved}")


def _preferences(solution: Solution, other: Solution, places: Places) -> list[tuple[Text, str, str]]:
    names = {preference.name for preference in places.problem.preferences}
    found = []
    for mine, theirs in zip(solution.stages, other.stages, strict=True):
        if mine.name in names and mine.value != theirs.value:
            name, value = stage_value(mine.name, mine.value, places.library)
            found.append((name, value, stage_value(theirs.name, theirs.value, places.library)[1]))
    return found


def _moved(solution: Solution, other: Solution, horizon: Horizon, places: Places) -> list[tuple[str, str, str]]:
    before, after = dict(solution.steps), dict(other.steps)
    return [
        (places.module_id(module), horizon.label(before[module]), horizon.label(after[module]))
        for module in sorted(before)
        if module in after and before[module] != after[module]
    ]


def _data(solution: Solution, other: Solution, places: Places, horizon: Horizon) -> dict[str, Any]:
    gone, come = exchange(solution, other)
    return {
        "out": [places.module_id(module) for module in gone],
        "in": [places.module_id(module) for module in come],
        "preferences": {name.en: [mine, theirs] for name, mine, theirs in _preferences(solution, other, places)},
        "months": {places.module_id(module): horizon.label(period) for module, period in other.steps},
    }
