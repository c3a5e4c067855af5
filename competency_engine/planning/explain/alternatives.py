"""Selections as good as the plan's: how many there are, and the first of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from competency_engine.planning.explain.variants import UnprovenError, demanding
from competency_engine.planning.problem import PlanningProblem, Selection, Solution
from competency_engine.planning.reduce import reduce_problem
from competency_engine.planning.select import select_modules
from competency_engine.planning.sequence import order_within_periods, schedule_modules
from competency_engine.planning.solve import BrokenPlanError
from competency_engine.planning.verify import verify_solution


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Selections that close as much as the plan, stage by stage, in as few hours, and can be scheduled.

    Attributes:
        plans: the alternatives found, each in its best order: those that suit the preferences best first, then by ids.
        equal: how many of them equal the plan in every preference too; they come first.
        complete: whether there are no others.
    """

    plans: tuple[Solution, ...]
    equal: int
    complete: bool


def find_alternatives(problem: PlanningProblem, solution: Solution, limit: int) -> Alternatives:
    """Return up to ``limit`` alternatives to ``solution``, the plan of ``problem``.

    Two different selections of equal hours each hold a module that the other lacks, for hours are positive. So the next
    best selection is the best one that holds, for each selection already seen, some module outside it.

    Raises:
        UnprovenError: when a search stopped before its value was proven.
        BrokenPlanError: when the verifier rejects an alternative.
    """
    relevant = reduce_problem(problem).relevant
    best = select_modules(problem)
    in_calendar = best is None or best.modules != solution.modules
    demands = [relevant & ~solution.modules]
    plans: list[Solution] = []
    ours = _stages(problem, solution)
    while _stages(problem, selection := _next(problem, demands, in_calendar)) == ours:
        if len(plans) == limit:
            return Alternatives(tuple(plans), _count_equal(problem, solution, plans), complete=False)
        demands.append(relevant & ~selection.modules)
        plan = _in_order(problem, selection)
        if plan is not None:
            plans.append(plan)
    return Alternatives(tuple(plans), _count_equal(problem, solution, plans), complete=True)


def _next(problem: PlanningProblem, demands: list[int], in_calendar: bool) -> Selection:
    """Return the best selection that meets every demand; where there is none, one whose first stage is below zero."""
    changed, premium = demanding(problem, demands)
    selection = select_modules(changed, in_calendar=in_calendar)
    if selection is None or any(stage.status != "optimal" for stage in selection.stages):
        raise UnprovenError
    first, *others = selection.stages
    lowered = replace(first, value=first.value - premium, bound=first.bound - premium)
    return replace(selection, stages=(lowered, *others))


def _in_order(problem: PlanningProblem, selection: Selection) -> Solution | None:
    """Return the best schedule of ``selection``, verified; None when it has none."""
    schedule = schedule_modules(problem, selection.modules)
    if schedule is None:
        return None
    periods, stages = schedule
    solution = Solution(order_within_periods(problem, periods), (*selection.stages, *stages))
    broken = verify_solution(problem, solution)
    if broken:
        raise BrokenPlanError("; ".join(broken))
    return solution


def _stages(problem: PlanningProblem, found: Selection | Solution) -> tuple[int, ...]:
    """Return the values of the stages up to the hours."""
    return tuple(stage.value for stage in found.stages[: 2 + len(problem.tiers)])


def _count_equal(problem: PlanningProblem, solution: Solution, plans: list[Solution]) -> int:
    first = 2 + len(problem.tiers)
    ours, *theirs = (
        [stage.value for stage in plan.stages[first : first + len(problem.preferences)]] for plan in (solution, *plans)
    )
    return sum(values == ours for values in theirs)
