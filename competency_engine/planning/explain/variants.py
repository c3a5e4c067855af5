"""The same problem with one thing changed: what every "what if" asks the planner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from competency_engine.errors import EngineError
from competency_engine.planning.problem import Goal, Period, PlanningProblem, Solution, bits
from competency_engine.planning.solve import solve_problem
from competency_engine.text import say

EVERY_MONTH = 0xFFF
NO_TIER = -1
"""Tier of a goal that counts in the first stage only."""

_YEAR = 12


class UnprovenError(EngineError):
    """The search stopped at its limit of work, so the question has no exact answer."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "搜索到了工作量上限，这个问题得不到精确的答案",
                "the search reached its limit of work; this question has no exact answer",
            )
        )


def with_budget(problem: PlanningProblem, quarters: int) -> PlanningProblem:
    """Return ``problem`` with ``quarters`` of a credit hour as the budget of each calendar year."""
    return replace(problem, budgets=(quarters,) * len(problem.budgets))


def with_month_cap(problem: PlanningProblem, quarters: int) -> PlanningProblem:
    """Return ``problem`` with at most ``quarters`` of a credit hour in a month; longer modules drop out."""
    return refitted(replace(problem, hours_per_period=quarters))


def with_months(problem: PlanningProblem, months: int) -> PlanningProblem:
    """Return ``problem`` over ``months`` months from its first; a further year has the budget of the first."""
    first = problem.periods[0].month
    periods = tuple(Period((first + offset) % 12, (first + offset) // 12) for offset in range(months))
    budgets = (problem.budgets[0],) * (periods[-1].year + 1)
    return refitted(replace(problem, periods=periods, budgets=budgets))


def without_modules(problem: PlanningProblem, modules: int) -> PlanningProblem:
    """Return ``problem`` with ``modules`` barred: they run in no month."""
    months = tuple(
        barred_months(offered) if modules >> module & 1 else offered
        for module, offered in enumerate(problem.catalogue.months)
    )
    return refitted(replace(problem, catalogue=replace(problem.catalogue, months=months)))


def barred_months(months: int) -> int:
    """Return ``months`` moved out of the year, so that the module runs in none and nothing of it is forgotten."""
    return months << _YEAR


def unbarred(months: int) -> int:
    """Return the months in which a module runs, whether it is barred or not."""
    return months >> _YEAR if is_barred(months) else months


def is_barred(months: int) -> bool:
    """Return whether ``months`` lie outside the year because a module is barred."""
    return months > EVERY_MONTH


def with_levels(problem: PlanningProblem, facts: int) -> PlanningProblem:
    """Return ``problem`` with ``facts`` held at the start; goals among them are met and gone."""
    start = problem.catalogue.close_gates(problem.start | facts)
    goals = tuple(goal for goal in problem.goals if not start >> goal.fact & 1)
    return replace(problem, start=start, goals=goals)


def refitted(problem: PlanningProblem) -> PlanningProblem:
    """Return ``problem`` with the modules that its months and its cap allow."""
    catalogue = problem.catalogue
    offered = sum({1 << period.month for period in problem.periods})
    fitting = (
        1 << module
        for module, months in enumerate(catalogue.months)
        if months & offered and catalogue.hours[module] <= problem.hours_per_period
    )
    return replace(problem, available=sum(fitting) & ~problem.completed)


def wanting(problem: PlanningProblem, facts: int) -> PlanningProblem:
    """Return ``problem`` with ``facts`` as its only goals, all alike; no preference is left."""
    goals = tuple(Goal(fact, 1, NO_TIER, True) for fact in bits(facts & ~problem.start))
    return replace(problem, goals=goals, tiers=(), preferences=())


def close_all(problem: PlanningProblem) -> Solution | None:
    """Return a plan that closes every goal of ``problem``; None when it is proven that none does.

    Raises:
        UnprovenError: when the search stopped before it knew.
    """
    solution = solve_problem(problem)
    if solution is None:
        raise UnprovenError
    total = sum(goal.weight for goal in problem.goals)
    stage = solution.stages[0]
    if stage.value == total:
        return solution
    if stage.bound >= total:
        raise UnprovenError
    return None


def demanding(problem: PlanningProblem, demands: Sequence[int]) -> tuple[PlanningProblem, int]:
    """Return ``problem`` with a goal above all others for each module mask in ``demands``: that one of it is taken.

    Also returns what the first stage is worth more when every demand is met, and never reaches otherwise.

    Why goals: the question stays a planning problem like any other, whatever solves it.
    """
    catalogue = problem.catalogue
    first = len(catalogue.facts)
    adds = tuple(
        added | sum(1 << first + index for index, modules in enumerate(demands) if modules >> module & 1)
        for module, added in enumerate(catalogue.adds)
    )
    facts = (*catalogue.facts, *(("demand", index) for index in range(len(demands))))
    weight = 1 + sum(goal.weight for goal in problem.goals if goal.mandatory)
    goals = tuple(Goal(first + index, weight, NO_TIER, True) for index in range(len(demands)))
    changed = replace(problem, catalogue=replace(catalogue, facts=facts, adds=adds), goals=(*problem.goals, *goals))
    return changed, weight * len(demands)


def year_load(problem: PlanningProblem, solution: Solution) -> int:
    """Return the counted quarter hours of the fullest calendar year: the smallest budget that holds ``solution``."""
    loads = [0] * len(problem.budgets)
    for module, period in solution.steps:
        if problem.counted >> module & 1:
            loads[problem.periods[period].year] += problem.catalogue.hours[module]
    return max(loads)


def month_load(problem: PlanningProblem, solution: Solution) -> int:
    """Return the quarter hours of the fullest month: the smallest cap that holds ``solution``."""
    loads = [0] * len(problem.periods)
    for module, period in solution.steps:
        loads[period] += problem.catalogue.hours[module]
    return max(loads)


def smallest(low: int, high: int, attempt: Callable[[int], int | None]) -> int | None:
    """Return the smallest x with low < x ≤ high for which ``attempt`` succeeds; None when not even ``high`` does.

    ``low`` is known to fail. ``attempt`` is monotone; on success it returns a number ≤ x that is known to succeed
    too. The answer is proven: it succeeds, and the number below it fails.

    >>> smallest(0, 100, lambda x: x if x >= 7 else None)
    7
    """
    best = attempt(high)
    while best is not None and low + 1 < best:
        middle = (low + best) // 2
        found = attempt(middle)
        low, best = (middle, best) if found is None else (low, found)
    return best
