"""Why: reasons of the steps taken, causes of the goals left open, and what another choice would cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from competency_engine.planning.problem import FactKey, Goal, PlanningProblem, Solution, StageResult, bits
from competency_engine.planning.reduce import find_executable
from competency_engine.planning.select import select_modules


@dataclass(frozen=True, slots=True)
class StepReasons:
    """What one step is for: goals that it closes, later steps that need it, partners that it is taken with."""

    closes: tuple[Goal, ...]
    needed_by: tuple[int, ...]
    partners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a module is not in the plan: ``cause``, and where forcing it in first costs something.

    ``stage`` holds (name, value of the plan, value with the module); None when nothing but the tie-break differs.
    """

    cause: str
    stage: tuple[str, int, int] | None = None


def find_reasons(problem: PlanningProblem, solution: Solution) -> tuple[StepReasons, ...]:
    """Return the reasons of every step, in the order of the steps.

    A step needs this one when it cannot be taken without it; of a chain of such steps only the first is named.
    """
    catalogue = problem.catalogue
    goal_of = {goal.fact: goal for goal in problem.goals}
    order = [module for module, _ in solution.steps]
    dependants = {module: _dependants(problem, order, module) for module in order}
    facts = problem.start
    reasons = []
    for module in order:
        after = catalogue.close_gates(facts | catalogue.adds[module])
        closes = tuple(goal_of[fact] for fact in bits(after & ~facts) if fact in goal_of)
        direct = dependants[module]
        first = tuple(other for other in direct if not any(other in dependants[between] for between in direct))
        partners = tuple(other for other in order if catalogue.partners[module] >> other & 1)
        reasons.append(StepReasons(closes, first, partners))
        facts = after
    return tuple(reasons)


def _dependants(problem: PlanningProblem, order: list[int], module: int) -> tuple[int, ...]:
    """Return the modules of ``order`` that cannot be taken without ``module``."""
    others = sum(1 << other for other in order if other != module)
    _, taken = problem.catalogue.closure(problem.start, others)
    return tuple(other for other in order if others >> other & 1 and not taken >> other & 1)


def find_blockers(problem: PlanningProblem, fact: int) -> tuple[FactKey, ...]:
    """Return what keeps ``fact`` out of reach: unit levels or topics that nothing at hand can bring.

    Follows, from the fact, the needs of every module that would bring it, down to facts that no module brings, or none
    that does not need the fact itself.
    """
    catalogue = problem.catalogue
    reachable, _ = find_executable(problem)
    children = {gate.fact: gate.children for gate in catalogue.gates}
    queue, seen = [fact], {fact}
    dead_ends: list[int] = []
    while queue:
        current = queue.pop(0)
        adders = [
            module
            for module in bits(problem.available)
            if catalogue.adds[module] >> current & 1 and not catalogue.needs[module] >> current & 1
        ]
        missing = children.get(current, 0) & ~reachable
        for module in adders:
            missing |= catalogue.needs[module] & ~reachable
        if not adders and current not in children:
            dead_ends.append(current)
        for other in bits(missing):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return tuple(catalogue.facts[dead] for dead in dead_ends) or (catalogue.facts[fact],)


def explain_absence(problem: PlanningProblem, solution: Solution, module: int) -> WhyNot:
    """Return why ``module`` is not part of ``solution``: it cannot be, or what taking it would cost."""
    catalogue = problem.catalogue
    if problem.completed >> module & 1:
        return WhyNot("completed")
    if not problem.available >> module & 1:
        return WhyNot("not_offered")
    _, executable = find_executable(problem)
    if not executable >> module & 1:
        return WhyNot("out_of_reach")
    selection = select_modules(problem, forced=1 << module)
    if selection is None:
        return WhyNot("over_budget")
    difference = _first_difference(solution.stages, selection.stages)
    if difference is None:
        return WhyNot("equal_value")
    reached = catalogue.closure(problem.start, solution.modules)[0]
    gives_nothing = not catalogue.adds[module] & ~reached & sum({1 << goal.fact for goal in problem.goals})
    return WhyNot("nothing_missing" if gives_nothing and difference[0] == "hours" else "costs_more", difference)


def hours_to_close(problem: PlanningProblem, solution: Solution, wanted: int) -> int | None:
    """Return the fewest quarter hours that close the facts ``wanted`` and all that ``solution`` closes.

    Budget and calendar are lifted for the question; None when even then it cannot be done.
    """
    closed, _ = problem.catalogue.closure(problem.start, solution.modules)
    goals = tuple(
        replace(goal, weight=1, mandatory=True) for goal in problem.goals if (closed | wanted) >> goal.fact & 1
    )
    ample = sum(problem.catalogue.hours)
    lifted = replace(problem, goals=goals, budgets=(ample,), hours_per_period=ample, preferences=())
    selection = select_modules(lifted)
    values = {stage.name: stage.value for stage in selection.stages} if selection else {}
    return values["hours"] if values.get("mandatory") == len(goals) else None


def _first_difference(ours: tuple[StageResult, ...], theirs: tuple[StageResult, ...]) -> tuple[str, int, int] | None:
    for mine, other in zip(ours, theirs, strict=False):
        if mine.value != other.value:
            return mine.name, mine.value, other.value
    return None
