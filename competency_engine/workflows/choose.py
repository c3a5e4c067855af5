"""Plan with modules that a person asked for, or without some; what that costs, or why it cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from competency_engine.domain.entity import ModuleId
from competency_engine.domain.plan import Plan
from competency_engine.errors import UsageError
from competency_engine.planning.explain.conflict import Conflict, find_demand_conflict
from competency_engine.planning.explain.variants import without_modules
from competency_engine.planning.problem import PlanningProblem, bits
from competency_engine.planning.solve import solve_problem
from competency_engine.text import say
from competency_engine.workflows.explain import Explained, explain_plan
from competency_engine.workflows.plan import Planner, Solved


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan as somebody chose it, beside the best one.

    Attributes:
        best: the plan that nobody interfered with.
        taken: modules asked for.
        barred: modules refused.
        plan: the best plan that keeps to the choice; of status infeasible when there is none.
        chosen: that plan with what it was made from; None when there is none.
        conflict: why there is none, and the problem that its rules speak of.
    """

    best: Explained
    taken: tuple[ModuleId, ...]
    barred: tuple[ModuleId, ...]
    plan: Plan
    chosen: Explained | None
    conflict: tuple[Conflict, PlanningProblem] | None


def choose_modules(planner: Planner, name: str, taken: tuple[str, ...], barred: tuple[str, ...]) -> Choice:
    """Return the best plan of ``name`` that holds the modules ``taken`` and none of ``barred``.

    Raises:
        UsageError: when the person or a module does not exist, is both asked for and refused, or is completed already.
    """
    best = explain_plan(planner, name)
    with_, without = (_find_modules(planner, listed) for listed in (taken, barred))
    _refuse_contradictions(best, with_, without)
    problem = without_modules(best.problem, _mask(without))
    solution = solve_problem(problem, forced=_mask(with_))
    plan = planner.describe(Solved(best.assessment, problem, solution))
    ids = planner.catalogue.module_ids
    names = tuple(ids[module] for module in with_), tuple(ids[module] for module in without)
    if solution is not None:
        return Choice(best, *names, plan, Explained(best.assessment, problem, solution, plan), None)
    return Choice(best, *names, plan, None, find_demand_conflict(problem, with_))


def _find_modules(planner: Planner, names: Iterable[str]) -> tuple[int, ...]:
    """Return the modules ``names`` in order of id, each once."""
    ids = planner.catalogue.module_ids
    unknown = [name for name in names if name not in ids]
    if unknown:
        hints = [near[0] for name in unknown if (near := get_close_matches(name, ids, n=1))]
        zh = f"；是不是 {'、'.join(hints)}？" if hints else ""
        en = f"; did you mean {', '.join(hints)}?" if hints else ""
        raise UsageError(say(f"没有课程 {'、'.join(unknown)}{zh}", f"there is no module {', '.join(unknown)}{en}"))
    return tuple(sorted({ids.index(ModuleId(name)) for name in names}))


def _refuse_contradictions(best: Explained, taken: tuple[int, ...], barred: tuple[int, ...]) -> None:
    ids = best.problem.catalogue.module_ids
    both = sorted(ids[module] for module in {*taken} & {*barred})
    if both:
        raise UsageError(
            say(
                f"{'、'.join(both)} 不能既要（--with）又不要（--without）",
                f"{', '.join(both)} cannot be both asked for (--with) and refused (--without)",
            )
        )
    done = [ids[module] for module in bits(_mask(taken) & best.problem.completed)]
    if done:
        raise UsageError(
            say(
                f"{'、'.join(done)} 已经学完，不再重复，不能用 --with",
                f"{', '.join(done)}: completed already and not repeated, so not for --with",
            )
        )


def _mask(modules: tuple[int, ...]) -> int:
    return sum(1 << module for module in modules)
