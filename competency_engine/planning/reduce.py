"""What of the catalogue can matter to one problem: reachable facts and relevant modules."""

from __future__ import annotations

from dataclasses import dataclass

from competency_engine.planning.problem import PlanningProblem, bits


@dataclass(frozen=True, slots=True)
class Reduction:
    """The part of a problem that a best selection can draw on.

    Attributes:
        reachable: facts that hold after taking every module that can be taken.
        executable: modules that can be taken at all.
        relevant: executable modules that can help to close a goal, directly or for another module.
        open_facts: facts, not true at the start, that some goal or relevant module needs.
    """

    reachable: int
    executable: int
    relevant: int
    open_facts: int


def find_executable(problem: PlanningProblem) -> tuple[int, int]:
    """Return the facts that can be reached and the modules that can be taken, partners included."""
    catalogue = problem.catalogue
    modules = problem.available
    while True:
        facts, modules = catalogue.closure(problem.start, modules)
        present = modules | problem.completed
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
    adders: dict[int, int] = {}
    for module in bits(executable):
        for fact in bits(catalogue.adds[module] & ~problem.start):
            adders[fact] = adders.get(fact, 0) | 1 << module
    children = {gate.fact: gate.children for gate in catalogue.gates}
    relevant = seen = 0
    queue = sum({1 << goal.fact for goal in problem.goals}) & reachable
    while queue:
        fact = queue.bit_length() - 1
        queue &= ~(1 << fact)
        seen |= 1 << fact
        queue |= children.get(fact, 0) & reachable & ~problem.start & ~seen
        fresh = adders.get(fact, 0) & ~relevant
        while fresh:
            module = fresh.bit_length() - 1
            relevant |= 1 << module
            fresh = (fresh | catalogue.partners[module] & executable) & ~relevant
            queue |= catalogue.needs[module] & ~problem.start & ~seen
    return Reduction(reachable, executable, relevant, seen)
