"""PlanningProblem → Solution: select, schedule, verify."""

from __future__ import annotations

from competency_engine.planning.certificate import seal_certificate
from competency_engine.planning.problem import Certificate, PlanningProblem, Selection, Solution, StageResult
from competency_engine.planning.search import Search
from competency_engine.planning.select import select_modules
from competency_engine.planning.sequence import order_within_periods, schedule_modules
from competency_engine.planning.verify import stage_values, verify_solution


class BrokenPlanError(AssertionError):
    """A plan that the verifier rejects: a defect of ours, never of the input."""


def solve_problem(problem: PlanningProblem, search: Search | None = None, *, forced: int = 0) -> Solution | None:
    """Return the best schedulable selection in its best order, verified; None when none was found.

    The best selection of all is tried first, because most can be scheduled; only when it cannot, months enter the
    choice itself and the best that can be scheduled is taken.

    Args:
        problem: what to plan.
        search: the search over the problem's catalogue; by default the one in plain Python.
        forced: modules that must be in it whatever they cost.

    Raises:
        BrokenPlanError: when the verifier rejects the result.
    """
    for in_calendar in (False, True):
        selection = select_modules(problem, forced=forced, in_calendar=in_calendar, search=search)
        schedule = schedule_modules(problem, selection.modules, search=search) if selection is not None else None
        if selection is not None and schedule is not None:
            periods, stages = schedule
            steps = order_within_periods(problem, periods)
            reached = _reached(problem, steps, (*selection.stages, *stages))
            solution = Solution(steps, reached, _certificate(problem, selection))
            broken = verify_solution(problem, solution)
            if broken:
                raise BrokenPlanError("; ".join(broken))
            return solution
    return None


def _reached(
    problem: PlanningProblem, steps: tuple[tuple[int, int], ...], stages: tuple[StageResult, ...]
) -> tuple[StageResult, ...]:
    """Return ``stages`` with the values that ``steps`` come to.

    A solve that was cut short may know less of its answer than is true, and a later stage may improve on an earlier one; bounds hold all the same.
    """
    if all(stage.status == "optimal" for stage in stages):
        return stages
    values = stage_values(problem, Solution(steps, ()))
    return tuple(StageResult(stage.name, values[stage.name], stage.bound) for stage in stages)


def _certificate(problem: PlanningProblem, selection: Selection) -> Certificate | None:
    if selection.proof is None:
        return None
    hours = next(stage.value for stage in selection.stages if stage.name == "hours")
    return seal_certificate(problem, hours, tuple(selection.proof))
