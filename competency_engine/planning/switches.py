"""One catalogue in which many changes lie ready, each behind a switch: a module to write, a requirement to drop.

Every switch only makes more possible: whatever could be taken without it can be taken with it. So the best plan under a
set of switches that draws on none of them is the best plan under each of them, and under none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import NamedTuple

from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import ModuleId
from competency_engine.domain.library import Library
from competency_engine.planning.compile import Compiler, Origin
from competency_engine.planning.problem import Catalogue, PlanningProblem, Solution, bits

Entry = tuple[str, str, int]
"""One requirement as it is written: kind and id of the document, and its place in the list of all."""


class Switch(NamedTuple):
    """What one change adds to a problem: facts that hold at the start, and modules that may be taken, as masks."""

    facts: int
    modules: int


@dataclass(frozen=True, slots=True, eq=False)
class Switched:
    """A catalogue with switches; with all of them off it says what the library says that it was made from.

    Attributes:
        library: with the modules that may be written.
        catalogue: of it.
        written: mask of these modules.
        entries: the fact that takes the place of each requirement that may be dropped, as a mask; none for one that asks for nothing.
    """

    library: Library
    catalogue: Catalogue
    written: int
    entries: Mapping[Entry, int]

    def off(self, problem: PlanningProblem) -> PlanningProblem:
        """Return ``problem``, posed over this catalogue, with every switch off."""
        return replace(problem, available=problem.available & ~self.written)

    def write(self, module: ModuleId) -> Switch:
        """Return the switch of writing ``module``."""
        return Switch(0, 1 << self.catalogue.module_ids.index(module))

    def drop(self, entry: Entry) -> Switch:
        """Return the switch of dropping a requirement."""
        return Switch(self.entries.get(entry, 0), 0)


def compile_switched(library: Library, modules: Iterable[Module], entries: Collection[Entry]) -> Switched:
    """Return the catalogue of ``library`` in which ``modules`` may be written and ``entries`` dropped."""
    added = {ModuleId(module.id): module for module in modules}
    together = replace(library, modules=dict(sorted({**library.modules, **added}.items())))
    compiler = _SwitchCompiler(together, frozenset(entries))
    catalogue = compiler.compile()
    written = sum(1 << index for index, module in enumerate(catalogue.module_ids) if module in added)
    return Switched(together, catalogue, written, compiler.switches)


class _SwitchCompiler(Compiler):
    """Lets each need that comes of an entry hold as well when the entry is switched off."""

    def __init__(self, library: Library, entries: frozenset[Entry]) -> None:
        super().__init__(library)
        self.entries = entries
        self.switches: dict[Entry, int] = {}

    def _normal(self, module: Module) -> int:
        normal = 0
        for fact, origin in self.trace(module):
            entry = _entry_of(origin)
            normal |= 1 << (fact if entry not in self.entries else self._or_switched_off(fact, entry))
        return normal

    def _or_switched_off(self, fact: int, entry: Entry) -> int:
        switch = self.fact(("switch", *entry))
        self.switches[entry] = 1 << switch
        return self._gate(1, (fact, switch))


def _entry_of(origin: Origin) -> Entry | None:
    rank = origin.path[1]
    return (origin.entity.kind, origin.entity.id, rank) if isinstance(rank, int) else None


class Tried(NamedTuple):
    """A switch by its place, the problem under it alone, and the best plan of that; None = there is none."""

    switch: int
    problem: PlanningProblem
    solution: Solution | None


Solve = Callable[[PlanningProblem], Solution | None]


def try_singly(problem: PlanningProblem, switches: Sequence[Switch], solve: Solve) -> Iterator[Tried]:
    """Yield the switches under which alone the best plan of ``problem`` can differ; under all others it is the same.

    All are turned on together. Those that the best plan then draws on are tried alone and put aside, until a best plan
    draws on none of what is left: it can be had without any of them, and as each leaves all plans that there are without
    it, none alone leads to a better one. So the plans made are as many as there are switches drawn on, and a few more.

    Args:
        problem: with every switch off.
        switches: each only makes more possible.
        solve: gives the best plan.
    """
    left = dict(enumerate(switches))
    while left:
        together = _turned_on(problem, left.values())
        best = solve(together)
        drawn = _drawn_on(problem, left, best) if best is not None else ()
        if not drawn:
            return
        for index in sorted(drawn):
            alone = _turned_on(problem, [left.pop(index)])
            yield Tried(index, alone, solve(alone))


def _turned_on(problem: PlanningProblem, switches: Iterable[Switch]) -> PlanningProblem:
    facts, available = problem.start, problem.available
    for switch in switches:
        facts |= switch.facts
        available |= switch.modules
    return replace(problem, start=problem.catalogue.close_gates(facts), available=available)


def _drawn_on(problem: PlanningProblem, switches: Mapping[int, Switch], solution: Solution) -> set[int]:
    """Return the switches that ``solution`` may not do without: each module of it that is to be written, and what a step needs."""
    drawn = {index for index, switch in switches.items() if switch.modules & solution.modules}
    ready = sum(switch.facts for switch in switches.values())
    needed = _facts_needed(problem, ready, solution) if ready else 0
    return drawn | {index for index, switch in switches.items() if switch.facts & needed}


def _facts_needed(problem: PlanningProblem, ready: int, solution: Solution) -> int:
    """Return those of the facts ``ready`` without which some step of ``solution`` would lack what it needs at its turn."""
    catalogue = problem.catalogue
    gates = catalogue.gates_of(solution.modules, 0)
    held = before = problem.start
    month = -1
    needed = 0
    for module, period in solution.steps:
        if period != month or not problem.strict:
            before, month = held, period
        if catalogue.needs[module] & ~before:
            needed |= _facts_of_step(catalogue, module, before, ready)
        held = catalogue.take(held, module, gates)
    return needed


def _facts_of_step(catalogue: Catalogue, module: int, before: int, ready: int) -> int:
    gates = catalogue.gates_of(1 << module, 0)
    own = ready & reduce(or_, (catalogue.gates[place].children for place in bits(gates)), 0)
    return sum(
        1 << fact
        for fact in bits(own)
        if catalogue.needs[module] & ~catalogue.close_gates(before | own & ~(1 << fact), gates)
    )
