"""A direct model as a yardstick: the stages of selection as CP-SAT constraints over the relevant modules, as one writes them down.

A 0/1 variable for each module and for each fact that does not hold at the start; a fact needs an arc from one of the modules that can be the
first to add it. Where modules could hold each other up in a circle, ranks forbid it: a fact ranks above what adds it, a module
no lower than what it needs. Circles are looked for once (networkx), so that ranks cost nothing where there are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
from ortools.sat.python import cp_model

from competency_engine.planning.problem import PlanningProblem, Preference, bits
from competency_engine.planning.reduce import reduce_problem

SECONDS = 10.0
"""Limit of one solve."""
_TIE_BREAK_CHUNK = 48

Node = tuple[str, int]


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """The chosen modules as a mask, and whether every stage was proven optimal."""

    modules: int
    proven: bool


class DirectModel:
    """The constraints of one problem."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.problem, self.catalogue = problem, problem.catalogue
        reduction = reduce_problem(problem)
        self.achievers = {fact: modules & reduction.relevant for fact, modules in reduction.achievers.items()}
        self.gates = {gate.fact: gate for gate in self.catalogue.gates}
        self.model = cp_model.CpModel()
        self.take = {module: self.model.new_bool_var(f"m{module}") for module in bits(reduction.relevant)}
        self.goals = [goal for goal in problem.goals if (reduction.reachable & ~problem.start) >> goal.fact & 1]
        self.facts = self._facts()
        self.rank = self._ranks()
        for module in self.take:
            self._constrain_module(module)
        for fact in self.facts:
            self._constrain_fact(fact)

    def _facts(self) -> dict[int, cp_model.IntVar]:
        """Return a variable for each fact that a goal or a module asks for, directly or through gates."""
        asked = {goal.fact for goal in self.goals}
        for module in self.take:
            asked |= set(bits(self.catalogue.needs[module]))
        for preference in self.problem.preferences:
            asked |= {fact for module, fact in preference.unmet_costs if module in self.take}
        todo = list(asked)
        while todo:
            children = set(bits(self.gates[fact].children)) if (fact := todo.pop()) in self.gates else set()
            todo += children - asked
            asked |= children
        return {
            fact: self.model.new_bool_var(f"f{fact}") for fact in sorted(asked) if not self.problem.start >> fact & 1
        }

    def _ranks(self) -> dict[Node, cp_model.IntVar]:
        """Return a rank for each module and fact that lies on a circle of support."""
        graph: nx.DiGraph[Node] = nx.DiGraph()
        for fact in self.facts:
            sources = bits(self.achievers.get(fact, 0))
            graph.add_edges_from((("module", module), ("fact", fact)) for module in sources)
            if fact in self.gates:
                children = bits(self.gates[fact].children)
                graph.add_edges_from((("fact", child), ("fact", fact)) for child in children if child in self.facts)
        for module in self.take:
            needs = bits(self.catalogue.needs[module])
            graph.add_edges_from((("fact", need), ("module", module)) for need in needs if need in self.facts)
        ranks = {}
        self.circle: dict[Node, int] = {}
        for number, circle in enumerate(nx.strongly_connected_components(graph)):
            if len(circle) > 1:
                for node in sorted(circle):
                    ranks[node] = self.model.new_int_var(0, len(circle), f"rank {node}")
                    self.circle[node] = number
        return ranks

    def _above(self, upper: Node, lower: Node, condition: cp_model.IntVar, steps: int) -> None:
        """Rank ``upper`` at least ``steps`` above ``lower`` where ``condition`` holds and both lie on one circle."""
        if upper in self.circle and self.circle[upper] == self.circle.get(lower):
            self.model.add(self.rank[upper] >= self.rank[lower] + steps).only_enforce_if(condition)

    def _constrain_module(self, module: int) -> None:
        taken = self.take[module]
        for need in bits(self.catalogue.needs[module] & ~self.problem.start):
            self.model.add_implication(taken, self.facts[need])
            self._above(("module", module), ("fact", need), taken, 0)
        partners = self.catalogue.partners[module]
        if partners and not partners & self.problem.completed:
            together = [self.take[partner] for partner in bits(partners) if partner in self.take]
            self.model.add_bool_or([*together, ~taken])

    def _constrain_fact(self, fact: int) -> None:
        holds = self.facts[fact]
        gate = self.gates.get(fact)
        if gate is None:
            arcs = []
            for module in bits(self.achievers.get(fact, 0)):
                arc = self.take[module]
                if ("module", module) in self.circle and self.circle[("module", module)] == self.circle.get(
                    ("fact", fact)
                ):
                    arc = self.model.new_bool_var(f"{module} first to add {fact}")
                    self.model.add_implication(arc, self.take[module])
                    self._above(("fact", fact), ("module", module), arc, 1)
                arcs.append(arc)
            self.model.add_bool_or([*arcs, ~holds])
            return
        held = (gate.children & self.problem.start).bit_count()
        arcs = []
        for child in bits(gate.children & ~self.problem.start):
            arc = self.facts[child]
            if ("fact", child) in self.circle and self.circle[("fact", child)] == self.circle.get(("fact", fact)):
                arc = self.model.new_bool_var(f"{child} opens {fact}")
                self.model.add_implication(arc, self.facts[child])
                self._above(("fact", fact), ("fact", child), arc, 1)
            arcs.append(arc)
        self.model.add(sum(arcs) >= gate.at_least - held).only_enforce_if(holds)

    def close_goals(self) -> DirectAnswer:
        """Return modules that close every goal within reach in the fewest hours."""
        for goal in self.goals:
            self.model.add(self.facts[goal.fact] == 1)
        value = self._minimise(self._hours())
        return DirectAnswer(self._chosen, value is not None)

    def select(self) -> DirectAnswer:
        """Return the selection that is best by every stage, ties broken by id."""
        self._limit_hours()
        proven = True
        stages = [-sum(g.weight * self.facts[g.fact] for g in self.goals if g.mandatory)]
        for tier in range(len(self.problem.tiers)):
            stages.append(-sum(g.weight * self.facts[g.fact] for g in self.goals if g.tier == tier))
        stages += [self._hours(), *(self._preference(preference) for preference in self.problem.preferences)]
        order = list(self.take.values())
        for first in range(0, len(order), _TIE_BREAK_CHUNK):
            chunk = order[first : first + _TIE_BREAK_CHUNK]
            stages.append(-sum((1 << len(chunk) - 1 - rank) * variable for rank, variable in enumerate(chunk)))
        for stage in stages:
            if isinstance(stage, int):
                continue
            value = self._minimise(stage)
            if value is None:
                return DirectAnswer(self._chosen, proven=False)
            self.model.add(stage <= value)
        return DirectAnswer(self._chosen, proven)

    def _hours(self) -> cp_model.LinearExprT:
        return sum(self.catalogue.hours[module] * variable for module, variable in self.take.items())

    def _limit_hours(self) -> None:
        counted = [self.catalogue.hours[m] * v for m, v in self.take.items() if self.problem.counted >> m & 1]
        self.model.add(sum(counted) <= self.problem.budget)
        self.model.add(self._hours() <= self.problem.hours_per_period * len(self.problem.periods))

    def _preference(self, preference: Preference) -> cp_model.LinearExprT:
        cost = sum(cost * self.take[module] for module, cost in preference.module_costs if module in self.take)
        for module, fact in preference.unmet_costs:
            if module in self.take and fact in self.facts:
                unmet = self.model.new_bool_var(f"{module} without {fact}")
                self.model.add_bool_or([unmet, self.facts[fact], ~self.take[module]])
                cost += unmet
        if preference.allowance is None:
            return cost
        excess = self.model.new_int_var(0, 10**7, preference.name)
        self.model.add(excess >= cost - preference.allowance)
        return excess

    def _minimise(self, objective: cp_model.LinearExprT) -> int | None:
        """Return the least value of ``objective`` and keep the modules; None when it is not proven."""
        self.model.minimize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_time_in_seconds = SECONDS
        status = solver.solve(self.model)
        self._chosen = 0
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._chosen = sum(1 << module for module, variable in self.take.items() if solver.value(variable))
            self.model.clear_hints()
            for variable in (*self.take.values(), *self.facts.values()):
                self.model.add_hint(variable, solver.value(variable))
        return round(solver.objective_value) if status == cp_model.OPTIMAL else None
