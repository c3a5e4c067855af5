"""Why not that: what keeps a module out of a plan, what stands in its place, and what taking it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from competency_engine.planning.problem import PlanningProblem, Solution, StageResult, bits
from competency_engine.planning.reduce import find_executable
from competency_engine.planning.solve import solve_problem

AbsenceCause = Literal[
    "completed", "not_offered", "out_of_reach", "over_budget", "nothing_missing", "equal_value", "costs_more"
]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a module is not in the plan.

    Attributes:
        cause: what keeps it out.
        forced: the best plan that takes it all the same; None when there is none.
        instead: (fact, step) for each fact that the module adds and a step of the plan brings.
        dominated_by: steps that bring all of the module that matters here, in no more hours, without needing more.
    """

    cause: AbsenceCause
    forced: Solution | None = None
    instead: tuple[tuple[int, int], ...] = ()
    dominated_by: tuple[int, ...] = ()


def explain_absence(problem: PlanningProblem, solution: Solution, module: int) -> WhyNot:
    """Return why ``module`` is not part of ``solution``: it cannot be, or what taking it would cost.

    The cost is exact: the plan is made again with the module forced in.
    """
    if problem.completed >> module & 1:
        return WhyNot("completed")
    if not problem.available >> module & 1:
        return WhyNot("not_offered")
    if not find_executable(problem)[1] >> module & 1:
        return WhyNot("out_of_reach")
    instead = _instead(problem, solution, module)
    dominating = _dominating(problem, solution, module)
    forced = solve_problem(problem, forced=1 << module)
    if forced is None:
        return WhyNot("over_budget", None, instead, dominating)
    difference = first_difference(problem, solution.stages, forced.stages)
    if difference is None:
        return WhyNot("equal_value", forced, instead, dominating)
    reached = problem.catalogue.closure(problem.start, solution.modules)[0]
    goals = sum({1 << goal.fact for goal in problem.goals})
    idle = difference == "hours" and not problem.catalogue.adds[module] & ~reached & goals
    return WhyNot("nothing_missing" if idle else "costs_more", forced, instead, dominating)


def first_difference(
    problem: PlanningProblem, ours: tuple[StageResult, ...], theirs: tuple[StageResult, ...]
) -> str | None:
    """Return the first stage of the selection in which two plans differ; None when only the tie-break tells them apart."""
    stages = 2 + len(problem.tiers) + len(problem.preferences)
    pairs = zip(ours[:stages], theirs[:stages], strict=True)
    return next((mine.name for mine, other in pairs if mine.value != other.value), None)


def rank(problem: PlanningProblem, solution: Solution) -> tuple[int, ...]:
    """Return the values of the selection's stages so that the smaller tuple is the better plan."""
    closing = 1 + len(problem.tiers)
    values = [stage.value for stage in solution.stages[: closing + 1 + len(problem.preferences)]]
    return tuple(-value if index < closing else value for index, value in enumerate(values))


def find_cheapest(problem: PlanningProblem, ways: Sequence[int]) -> tuple[int, Solution] | None:
    """Return the one of ``ways``, masks of modules to be taken, that costs the plan least, and the plan with it.

    The first of equals; None when none of them can be taken.
    """
    plans = [(way, solve_problem(problem, forced=way)) for way in ways]
    possible = [(way, plan) for way, plan in plans if plan is not None]
    return min(possible, key=lambda found: rank(problem, found[1]), default=None)


def _instead(problem: PlanningProblem, solution: Solution, module: int) -> tuple[tuple[int, int], ...]:
    catalogue = problem.catalogue
    facts = problem.start
    found = {}
    for step, _ in solution.steps:
        for fact in bits(catalogue.adds[step] & catalogue.adds[module] & ~facts):
            found[fact] = step
        facts = catalogue.take(facts, step)
    return tuple(sorted(found.items()))


def _dominating(problem: PlanningProblem, solution: Solution, module: int) -> tuple[int, ...]:
    """Return the steps that do for this plan all that ``module`` would, for no more."""
    catalogue = problem.catalogue
    useful = sum({1 << goal.fact for goal in problem.goals})
    for step, _ in solution.steps:
        useful |= catalogue.needs[step]
    for gate in catalogue.gates:
        useful |= gate.children
    gain = catalogue.adds[module] & useful & ~problem.start
    return tuple(
        step
        for step, _ in solution.steps
        if gain
        and not gain & ~catalogue.adds[step]
        and catalogue.hours[step] <= catalogue.hours[module]
        and not catalogue.needs[step] & ~catalogue.needs[module] & ~problem.start
    )
