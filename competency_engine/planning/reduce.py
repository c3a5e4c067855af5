"""What of the catalogue can matter to one problem: reachable facts and relevant modules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from competency_engine.planning.problem import Catalogue, Gate, PlanningProblem, bits


@dataclass(frozen=True, slots=True)
class Reduction:
    """The part of a problem that a best selection can draw on.

    Attributes:
        reachable: facts that hold after taking every module that can be taken.
        executable: modules that can be taken at all.
        relevant: executable modules that can help to close a goal, directly or for another module.
        achievers: for each fact that is not true at the start, the modules that can be the first to add it.
    """

    reachable: int
    executable: int
    relevant: int
    achievers: dict[int, int]


def find_executable(problem: PlanningProblem) -> tuple[int, int]:
    """Return the facts that can be reached and the modules that can be taken, partners included."""
    return _exhaust(problem.catalogue, problem.start, problem.available, problem.completed)


def find_reachable(problem: PlanningProblem, wanted: int) -> int:
    """Return which facts of the mask ``wanted`` can be reached; mostly by what anybody can reach from nothing, found once."""
    if not wanted & ~_from_nothing(problem.catalogue, problem.available):
        return wanted
    return wanted & find_executable(problem)[0]


@lru_cache(maxsize=64)
def _from_nothing(catalogue: Catalogue, available: int) -> int:
    return _exhaust(catalogue, 0, available, 0)[0]


def _exhaust(catalogue: Catalogue, start: int, modules: int, completed: int) -> tuple[int, int]:
    while True:
        facts, modules = catalogue.closure(start, modules)
        present = modules | completed
        lonely = sum(1 << m for m in bits(modules) if catalogue.partners[m] and not catalogue.partners[m] & present)
        if not lonely:
            return facts, modules
        modules &= ~lonely


def reduce_problem(problem: PlanningProblem) -> Reduction:
    """Return what matters to ``problem``.

    Exact: a module that is not relevant supports no relevant one, so leaving it out of a selection closes the same
    goals in fewer hours, and no selection that holds it passes the hours stage.
    """
    catalogue = problem.catalogue
    reachable, executable = find_executable(problem)
    achievers = find_achievers(problem, executable)
    children = {gate.fact: gate.children for gate in catalogue.gates}
    relevant = seen = 0
    queue = sum({1 << goal.fact for goal in problem.goals}) & reachable
    while queue:
        fact = queue.bit_length() - 1
        queue &= ~(1 << fact)
        seen |= 1 << fact
        queue |= children.get(fact, 0) & reachable & ~problem.start & ~seen
        fresh = achievers.get(fact, 0) & ~relevant
        while fresh:
            module = fresh.bit_length() - 1
            relevant |= 1 << module
            fresh = (fresh | catalogue.partners[module] & executable) & ~relevant
            queue |= catalogue.needs[module] & ~problem.start & ~seen
    return Reduction(reachable, executable, relevant, achievers)


def find_achievers(problem: PlanningProblem, executable: int) -> dict[int, int]:
    """Return, for each fact that is not true at the start, the modules that can be the first to add it.

    A module before which a fact always holds already is never its first achiever. What always holds before a module
    are its fact landmarks, the greatest fixpoint of: before a module, every need and what always holds before that
    need; before a fact, what always holds before, or is added by, each module that adds it (Keyder, Richter and
    Helmert, "Sound and complete landmarks for and/or graphs", ECAI 2010).
    """
    catalogue = problem.catalogue
    modules = tuple(bits(executable))
    adders: dict[int, list[int]] = {}
    for module in modules:
        for fact in bits(catalogue.adds[module] & ~problem.start):
            adders.setdefault(fact, []).append(module)
    open_gates = [gate for gate in catalogue.gates if not problem.start >> gate.fact & 1]
    everything = (1 << len(catalogue.facts)) - 1
    before_fact = dict.fromkeys((*adders, *(gate.fact for gate in open_gates)), everything)
    before_module = dict.fromkeys(modules, everything)
    changed = True
    while changed:
        changed = False
        for module in modules:
            landmarks = catalogue.needs[module] & ~problem.start
            for need in bits(landmarks):
                landmarks |= before_fact.get(need, everything)
            if landmarks != before_module[module]:
                before_module[module], changed = landmarks, True
        for fact, sources in adders.items():
            landmarks = everything
            for module in sources:
                landmarks &= before_module[module] | catalogue.adds[module] & ~(1 << fact)
            before_fact[fact] = landmarks
        for gate in open_gates:
            before_fact[gate.fact] = _before_gate(gate, problem.start, before_fact, everything)
    return {
        fact: sum(1 << module for module in sources if not before_module[module] >> fact & 1)
        for fact, sources in adders.items()
    }


def _before_gate(gate: Gate, start: int, before_fact: dict[int, int], everything: int) -> int:
    """Return what always holds before a gate opens: all that its children take when it needs every child.

    Where it needs fewer, at least what any one child takes.
    """
    waiting = list(bits(gate.children & ~start))
    if gate.at_least == gate.children.bit_count():
        landmarks = 0
        for child in waiting:
            landmarks |= 1 << child | before_fact.get(child, everything)
        return landmarks
    landmarks = everything
    for child in waiting:
        landmarks &= 1 << child | before_fact.get(child, everything)
    return landmarks
