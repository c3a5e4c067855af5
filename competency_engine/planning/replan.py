"""An earlier plan and a new problem → the least change, and what changed with its cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.plan import Change, ChangeCause, Plan
from competency_engine.planning.pose import Horizon
from competency_engine.planning.problem import PlanningProblem
from competency_engine.planning.reduce import find_executable, reduce_problem


def keep_earlier(problem: PlanningProblem, horizon: Horizon, earlier: Plan) -> PlanningProblem:
    """Return ``problem`` with the modules of ``earlier`` that can still help to close a goal.

    Modules completed, begun (they stay anyway), gone, out of reach or needed for no goal any more are not among them.
    """
    wanted = reduce_problem(problem).relevant & ~sum(1 << module for module, _ in problem.fixed)
    index = {module_id: position for position, module_id in enumerate(problem.catalogue.module_ids)}
    planned = ((index[step.module], _period(horizon, step.month)) for step in earlier.steps if step.module in index)
    return replace(problem, earlier=tuple(sorted((m, period) for m, period in planned if wanted >> m & 1)))


def describe_changes(
    assessment: Assessment, problem: PlanningProblem, horizon: Horizon, earlier: Plan, plan: Plan
) -> tuple[Change, ...]:
    """Return what became of each module of ``earlier``, and what is new in ``plan``: kept, moved, new, dropped."""
    before = {step.module: step.month for step in earlier.steps}
    after = {step.module: step.month for step in plan.steps}
    index = {module_id: position for position, module_id in enumerate(problem.catalogue.module_ids)}
    begun = {problem.catalogue.module_ids[module] for module, _ in problem.fixed}

    def stays() -> Iterator[Change]:
        for module, month in after.items():
            was = before.get(module)
            if was is None:
                cause: ChangeCause = "under_way" if module in begun else "needed"
                yield Change(module=module, kind="new", after=month, cause=cause)
            elif was == month:
                cause = "under_way" if module in begun else "as_planned"
                yield Change(module=module, kind="kept", before=was, after=month, cause=cause)
            else:
                cause = "under_way" if module in begun else _moving(problem, index[module], _period(horizon, was))
                yield Change(module=module, kind="moved", before=was, after=month, cause=cause)

    kinds = {kind: rank for rank, kind in enumerate(("kept", "moved", "new"))}
    executable = find_executable(problem)[1]
    wanted = reduce_problem(problem).relevant
    dropped = []
    for module, month in before.items():
        if module in after:
            continue
        if module in assessment.completed:
            cause: ChangeCause = "completed"
        elif module not in index:
            cause = "not_in_curriculum"
        elif not executable >> index[module] & 1:
            cause = "out_of_reach"
        else:
            cause = "displaced" if wanted >> index[module] & 1 else "not_needed"
        dropped.append(Change(module=module, kind="dropped", before=month, cause=cause))
    return (*sorted(stays(), key=lambda change: kinds[change.kind]), *dropped)


def _moving(problem: PlanningProblem, module: int, period: int | None) -> ChangeCause:
    if period is None:
        return "month_passed"
    return "rescheduled" if problem.runs_in(module, period) else "month_closed"


def _period(horizon: Horizon, month: str) -> int | None:
    """Return the period of ``month``; None when it lies outside the horizon."""
    period = horizon.period_of_month(month)
    return period if 0 <= period < horizon.months else None
