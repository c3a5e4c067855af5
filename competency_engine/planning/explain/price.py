"""The price list: what each further hour of budget buys."""

from __future__ import annotations

from dataclasses import dataclass

from competency_engine.planning.explain.variants import UnprovenError, with_budget, year_load
from competency_engine.planning.problem import PlanningProblem, Solution
from competency_engine.planning.solve import solve_problem


@dataclass(frozen=True, slots=True)
class PricePoint:
    """The best plan from ``budget`` quarter hours a year on, up to the next point.

    Attributes:
        budget: smallest budget of a calendar year, in quarter hours, that reaches this value.
        solution: the plan that this budget gives.
        value: closed weight: mandatory first, then tier by tier; compared from left to right.
        closed: facts of the goals that it closes.
    """

    budget: int
    solution: Solution
    value: tuple[int, ...]
    closed: int


def find_prices(problem: PlanningProblem) -> tuple[PricePoint, ...]:
    """Return every budget at which the best closed weight rises, smallest first.

    From an unlimited budget downwards: the best plan under one budget, with h quarters in its fullest year, is also the
    best under every smaller budget down to h, for it is still there and nothing new is; the next question is h − 1.
    Each solve is proven, so no budget in between has another plan.

    Raises:
        UnprovenError: when a search stopped before its value was proven.
    """
    points: list[PricePoint] = []
    budget = sum(problem.catalogue.hours)
    while budget >= 0:
        point = _point(problem, budget)
        if points and points[-1].value == point.value:
            points.pop()
        points.append(point)
        budget = point.budget - 1
    return tuple(reversed(points))


def _point(problem: PlanningProblem, budget: int) -> PricePoint:
    limited = with_budget(problem, budget)
    solution = solve_problem(limited)
    closing = 1 + len(problem.tiers)
    if solution is None or any(stage.status != "optimal" for stage in solution.stages[:closing]):
        raise UnprovenError
    facts, _ = problem.catalogue.closure(problem.start, solution.modules)
    return PricePoint(
        budget=year_load(limited, solution),
        solution=solution,
        value=tuple(stage.value for stage in solution.stages[:closing]),
        closed=sum({1 << goal.fact for goal in problem.goals}) & facts,
    )
