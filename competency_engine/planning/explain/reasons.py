"""Why this: reasons of the steps taken down to the goals that they serve, and causes of the goals left open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from competency_engine.planning.landmarks import find_landmarks
from competency_engine.planning.problem import FactKey, Goal, PlanningProblem, Solution, bits
from competency_engine.planning.reduce import find_executable


@dataclass(frozen=True, slots=True)
class StepReasons:
    """What one step is for: goals that it closes, later steps that need it, partners that it is taken with."""

    closes: tuple[Goal, ...]
    needed_by: tuple[int, ...]
    partners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """``module`` makes the facts ``needs`` hold that ``follower`` needs; no fact: the two are taken as a pair."""

    module: int
    follower: int
    needs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A goal that the plan loses without a module, and the shortest chain of links from the module to its closing."""

    goal: Goal
    closer: int
    links: tuple[Link, ...]


def find_reasons(problem: PlanningProblem, solution: Solution) -> tuple[StepReasons, ...]:
    """Return the reasons of every step, in the order of the steps.

    A step needs this one when it cannot be taken without it; of a chain of such steps only the first is named.
    """
    catalogue = problem.catalogue
    goal_of = {goal.fact: goal for goal in problem.goals}
    order = [module for module, _ in solution.steps]
    gates = catalogue.gates_of(solution.modules, sum(1 << fact for fact in goal_of))
    dependants = _dependants(problem, order, gates)
    facts = problem.start
    reasons = []
    for module in order:
        after = catalogue.take(facts, module, gates)
        closes = tuple(goal_of[fact] for fact in bits(after & ~facts) if fact in goal_of)
        direct = dependants[module]
        first = tuple(other for other in direct if not any(other in dependants[between] for between in direct))
        partners = tuple(other for other in order if catalogue.partners[module] >> other & 1)
        reasons.append(StepReasons(closes, first, partners))
        facts = after
    return tuple(reasons)


def _dependants(problem: PlanningProblem, order: list[int], gates: int) -> dict[int, tuple[int, ...]]:
    """Return for each module of ``order`` those that cannot be taken without it, in that order."""
    before = find_landmarks(problem, {module: 1 << module for module in order}, gates)
    waits_for = {
        module: reduce(or_, (before[fact] for fact in bits(problem.catalogue.needs[module] & ~problem.start)), 0)
        for module in order
    }
    return {module: tuple(other for other in order if waits_for[other] >> module & 1) for module in order}


def find_uses(problem: PlanningProblem, solution: Solution, module: int) -> tuple[Use, ...]:
    """Return the goals that the steps of ``solution`` no longer reach without ``module``, in the order of closing.

    A module that is only taken as someone's partner serves what the partner serves.
    """
    order = [step for step, _ in solution.steps]
    uses = _uses(problem, order, module)
    for partner in order if not uses else ():
        if problem.catalogue.partners[module] >> partner & 1:
            pair = Link(module, partner, ())
            uses += tuple(replace(use, links=(pair, *use.links)) for use in _uses(problem, order, partner))
    return uses


def _uses(problem: PlanningProblem, order: list[int], module: int) -> tuple[Use, ...]:
    """Follow, from the closing of each goal that is lost without ``module``, the facts that are lost back to it.

    There always is such a chain: what a lost step needs and lacks was made true by ``module`` or by a lost step before.
    """
    kept, _ = problem.catalogue.closure(problem.start, sum(1 << other for other in order if other != module))
    made_by = _producers(problem, order)
    uses = []
    for goal in sorted(problem.goals, key=lambda goal: _rank(order, made_by.get(goal.fact, ()))):
        if goal.fact in made_by and not kept >> goal.fact & 1:
            closer = made_by[goal.fact][-1]
            uses.append(Use(goal, closer, _chain(problem, made_by, kept, closer, module)))
    return tuple(uses)


def _rank(order: list[int], producers: tuple[int, ...]) -> int:
    return order.index(producers[-1]) if producers else len(order)


def _producers(problem: PlanningProblem, order: list[int]) -> dict[int, tuple[int, ...]]:
    """Return the steps that made each fact true: the first to add it; for a gate, those behind its open children."""
    catalogue = problem.catalogue
    facts = problem.start
    made_by: dict[int, tuple[int, ...]] = {}
    for module in order:
        made_by |= dict.fromkeys(bits(catalogue.adds[module] & ~facts), (module,))
        facts |= catalogue.adds[module]
        for gate in catalogue.gates:
            if not facts >> gate.fact & 1 and (gate.children & facts).bit_count() >= gate.at_least:
                behind = {step for child in bits(gate.children & facts) for step in made_by.get(child, ())}
                made_by[gate.fact] = tuple(sorted(behind, key=order.index))
                facts |= 1 << gate.fact
    return made_by


def _chain(
    problem: PlanningProblem, made_by: dict[int, tuple[int, ...]], kept: int, closer: int, module: int
) -> tuple[Link, ...]:
    came_from: dict[int, Link | None] = {closer: None}
    queue = [closer]
    while module not in came_from:
        current = queue.pop(0)
        lost = tuple(bits(problem.catalogue.needs[current] & ~kept))
        for producer in sorted({step for fact in lost for step in made_by[fact]}):
            if producer not in came_from:
                came_from[producer] = Link(producer, current, tuple(f for f in lost if producer in made_by[f]))
                queue.append(producer)
    links = []
    link = came_from[module]
    while link is not None:
        links.append(link)
        link = came_from[link.follower]
    return tuple(links)


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
