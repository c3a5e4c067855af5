"""PlanningProblem → Solution: select, schedule, verify."""

from __future__ import annotations

from competency_engine.planning.problem import PlanningProblem, Solution
from competency_engine.planning.select import select_modules
from competency_engine.planning.sequence import order_within_periods, schedule_modules
from competency_engine.planning.verify import verify_solution

SELECTION_LIMIT = 50
"""Selections tried before giving up on a schedule."""


class BrokenPlanError(AssertionError):
    """A plan that the verifier rejects: a defect of ours, never of the input."""


def solve_problem(problem: PlanningProblem, forced: int = 0) -> Solution | None:
    """Return the best schedulable selection in its best order, verified; None when there is none.

    A selection that cannot be scheduled is excluded and the next best is taken.

    Raises:
        BrokenPlanError: when the verifier rejects the result.
    """
    excluded: list[int] = []
    while len(excluded) < SELECTION_LIMIT:
        selection = select_modules(problem, tuple(excluded), forced)
        if selection is None:
            return None
        schedule = schedule_modules(problem, selection.modules)
        if schedule is not None:
            periods, stages = schedule
            solution = Solution(order_within_periods(problem, periods), (*selection.stages, *stages))
            broken = verify_solution(problem, solution)
            if broken:
                raise BrokenPlanError("; ".join(broken))
            return solution
        excluded.append(selection.modules)
    return None
