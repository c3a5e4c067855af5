"""PlanningProblem → Solution: select, schedule, verify."""

from __future__ import annotations

from dataclasses import replace

from competency_engine.planning.problem import PlanningProblem, Solution, bits
from competency_engine.planning.select import Exclusions, select_modules
from competency_engine.planning.sequence import can_schedule, order_within_periods, schedule_modules
from competency_engine.planning.verify import verify_solution

SELECTION_LIMIT = 500
"""Selections tried before giving up on a schedule."""


class BrokenPlanError(AssertionError):
    """A plan that the verifier rejects: a defect of ours, never of the input."""


def solve_problem(problem: PlanningProblem) -> Solution | None:
    """Return the best schedulable selection in its best order, verified; None when there is none.

    A selection that cannot be scheduled is excluded, with every other that holds the same conflict, and the next best
    is taken.

    Raises:
        BrokenPlanError: when the verifier rejects the result.
    """
    excluded = Exclusions()
    for _ in range(SELECTION_LIMIT):
        selection = select_modules(problem, excluded)
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
        conflict = find_conflict(problem, selection.modules)
        if conflict is None:
            excluded = replace(excluded, selections=(*excluded.selections, selection.modules))
        else:
            excluded = replace(excluded, conflicts=(*excluded.conflicts, conflict))
    return None


def find_conflict(problem: PlanningProblem, modules: int) -> int | None:
    """Return a smallest part of ``modules`` that no schedule can hold whatever else is taken; None when there is none.

    A part is such a conflict if it cannot be scheduled even with the effects of all other modules there from the start.
    """
    if not _conflicts(problem, modules):
        return None
    for module in bits(modules):
        if _conflicts(problem, modules & ~(1 << module)):
            modules &= ~(1 << module)
    return modules


def _conflicts(problem: PlanningProblem, modules: int) -> bool:
    facts = problem.start
    for other in bits(problem.available & ~modules):
        facts |= problem.catalogue.adds[other]
    return not can_schedule(replace(problem, start=problem.catalogue.close_gates(facts)), modules)
