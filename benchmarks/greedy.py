"""The naive greedy as a yardstick: again and again the bundle that closes the most gap per hour.

A bundle is a module with its ancestors in the person's prerequisite graph: each need that does not hold leads to the module, each choice
to the alternatives, that ``ways.py`` calls cheapest, each pair to its cheapest partner. ``bundle_graph`` is that graph for networkx, and the
tests compare each bundle with ``nx.ancestors``. So every plan is valid, and none looks further than one bundle.

It is made as fast as plain Python allows, for a slow yardstick would flatter. Ways are found once per curriculum (again only for people
with an urgent pack, or who may not take a module on their way); only modules that add an open goal are candidates, since any other bundle closes
no more than a smaller one; candidates stay in a heap, and a bundle is made anew only when a fact that it waits for has come to hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import networkx as nx

from benchmarks.ways import NoWayError, Ways, common_ways, find_ways
from competency_engine.planning.problem import Catalogue, PlanningProblem, bits
from competency_engine.planning.reduce import find_executable


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """A module with what it needs: the modules, their hours, the facts that they add, the facts that it waits for."""

    modules: tuple[int, ...]
    hours: int
    adds: int
    waits: int


class Greedy:
    """The naive greedy over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.gates = {gate.fact: gate for gate in catalogue.gates}
        self.ways = common_ways(catalogue)
        self.adders: dict[int, list[int]] = {}
        for module, added in enumerate(catalogue.adds):
            for fact in bits(added):
                self.adders.setdefault(fact, []).append(module)
        self.urgent = sum(1 << fact for fact, key in enumerate(catalogue.facts) if key[0] == "urgent")
        self.partners = [
            sorted(bits(partners), key=lambda m: (catalogue.hours[m], m)) for partners in catalogue.partners
        ]

    def close_goals(self, problem: PlanningProblem) -> int:
        """Return modules that close every goal within reach, as a mask."""
        if not problem.start & self.urgent:
            try:
                return Run(self, self.ways, problem).close_goals()
            except NoWayError:
                pass
        facts, executable = find_executable(problem)
        own = find_ways(self.catalogue, problem.start, executable)
        return Run(self, own, problem, executable, facts).close_goals()


class Run:
    """One person's plan as it grows."""

    def __init__(
        self, greedy: Greedy, ways: Ways, problem: PlanningProblem, available: int | None = None, reachable: int = -1
    ) -> None:
        self.greedy, self.ways, self.problem = greedy, ways, problem
        self.catalogue = problem.catalogue
        self.available = problem.available if available is None else available
        self.facts = problem.start
        self.taken = 0
        self.weight = {goal.fact: goal.weight for goal in problem.goals if reachable >> goal.fact & 1}

    def close_goals(self) -> int:
        """Take bundles until every goal is closed; return the modules.

        Raises:
            NoWayError: when a bundle or a goal is out of reach by these ways.
        """
        open_goals = sum(1 << fact for fact in self.weight)
        adders = {module for fact in self.weight for module in self.greedy.adders.get(fact, ())}
        bundles = {module: self.bundle(module) for module in sorted(adders) if self.available >> module & 1}
        heap: list[tuple[float, int, int, Bundle]] = []
        for module, bundle in bundles.items():
            self.offer(heap, module, bundle, open_goals)
        while open_goals:
            if not heap:
                raise NoWayError
            _, module, _, bundle = heappop(heap)
            if bundles.get(module) is not bundle:
                continue
            gained, closed = self.take(bundle) & ~self.facts, open_goals
            self.facts |= gained
            open_goals &= ~self.facts
            closed &= ~open_goals
            for other, old in list(bundles.items()):
                if old.waits & gained or old.adds & closed:
                    del bundles[other]
                    if old.adds & open_goals:
                        bundles[other] = self.bundle(other)
                        self.offer(heap, other, bundles[other], open_goals)
        return self.taken

    def offer(self, heap: list[tuple[float, int, int, Bundle]], module: int, bundle: Bundle, open_goals: int) -> None:
        """Put ``bundle`` on the heap by what it closes per hour; of equals the first id wins."""
        gain = sum([self.weight[fact] for fact in bits(bundle.adds & open_goals)])
        heappush(heap, (-gain / bundle.hours, module, -id(bundle), bundle))

    def take(self, bundle: Bundle) -> int:
        """Take the modules of ``bundle``; return what holds then."""
        for module in bundle.modules:
            self.taken |= 1 << module
        return self.catalogue.close_gates(self.facts | bundle.adds)

    def bundle(self, module: int) -> Bundle:
        """Return ``module`` with all that it needs and that is not taken."""
        catalogue = self.catalogue
        chosen, stack = 1 << module, [module]
        modules, hours, adds, waits = [], 0, 0, 0
        while stack:
            module = stack.pop()
            modules.append(module)
            hours += catalogue.hours[module]
            adds |= catalogue.adds[module]
            facts = list(bits(catalogue.needs[module] & ~self.facts))
            while facts:
                fact = facts.pop()
                waits |= 1 << fact
                needed = self.ways.module.get(fact, -1)
                if needed < 0:
                    facts += self.children(fact)
                elif not chosen >> needed & 1:
                    chosen |= 1 << needed
                    stack.append(needed)
            partners = catalogue.partners[module]
            if partners and not partners & (chosen | self.taken | self.problem.completed):
                partner = self.partner(module)
                chosen |= 1 << partner
                stack.append(partner)
        if chosen & ~self.available:
            raise NoWayError
        return Bundle(tuple(modules), hours, adds, waits)

    def partner(self, module: int) -> int:
        """Return the cheapest partner of ``module`` that may be taken."""
        for partner in self.greedy.partners[module]:
            if self.available >> partner & 1:
                return partner
        raise NoWayError

    def children(self, fact: int) -> list[int]:
        """Return the cheapest children of a gate that are still missing."""
        if fact not in self.ways.children:
            raise NoWayError
        gate = self.greedy.gates[fact]
        missing = gate.at_least - (gate.children & self.facts).bit_count()
        wanted = [child for child in self.ways.children[fact] if not self.facts >> child & 1][:missing]
        if len(wanted) < missing:
            raise NoWayError
        return wanted


def bundle_graph(greedy: Greedy, problem: PlanningProblem) -> nx.DiGraph[int]:
    """Return the prerequisite graph of one person who has taken nothing yet: module → module that takes it first.

    Partners that do not need each other are joined both ways. For networkx, as a check on ``Run.bundle``.
    """
    run = Run(greedy, greedy.ways, problem)
    graph: nx.DiGraph[int] = nx.DiGraph()
    for module in bits(problem.available):
        graph.add_node(module)
        facts = list(bits(problem.catalogue.needs[module] & ~problem.start))
        needed = set()
        while facts:
            fact = facts.pop()
            if fact in greedy.ways.module:
                needed.add(greedy.ways.module[fact])
            else:
                facts += run.children(fact)
        partners = set(bits(problem.catalogue.partners[module]))
        if partners and not partners & needed and not problem.catalogue.partners[module] & problem.completed:
            needed.add(run.partner(module))
        graph.add_edges_from((other, module) for other in needed)
    return graph
