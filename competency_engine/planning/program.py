"""The selection as an integer program: where another limit than the budget binds, or the tables of what a budget buys are too wide."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from competency_engine.planning.problem import PlanningProblem, Preference, Selection, StageResult, bits
from competency_engine.planning.reduce import reduce_problem
from competency_engine.planning.relax import close_relaxed, room_of, select_relaxed
from competency_engine.planning.search import Search
from competency_engine.planning.sequence import Calendar
from competency_engine.solving.program import Program, Row, Terms

_TIE_BREAK_CHUNK = 56
_STAGE_BITS = 30
"""Stages whose values fit into so many bits together are solved as one; with more, the program proves less in a solve than it saves."""
_GOAL_SETS = 8
"""Sets of goals of equal worth that are looked through at the most."""


class _Stage(NamedTuple):
    """What to maximise; the value of the stage is ``sign`` × ``terms``, and differs by ``span`` at the most."""

    name: str
    terms: Terms
    sign: int
    span: int


def select_by_program(
    problem: PlanningProblem, forced: int = 0, in_calendar: bool = False, search: Search | None = None
) -> Selection | None:
    """Return the best selection; None when there is none.

    Args:
        problem: what to plan.
        forced: modules that must be in it whatever it costs.
        in_calendar: let only selections compete that can be scheduled.
        search: says how to close the goals that the program chose; by default the program does.
    """
    reduction = reduce_problem(problem)
    forced |= sum(1 << module for module, _ in problem.fixed)
    if forced & ~reduction.executable:
        return None
    candidates = reduction.executable if forced or problem.wants_more_than_goals else reduction.relevant
    program = _SelectionProgram(problem, candidates, reduction.achievers, forced, in_calendar=in_calendar)
    closed = [_close_only(problem, goals, search) for goals in program.best_goals() or ()] if search is not None else []
    known = [selection for selection in closed if selection is not None]
    return min(known, key=_in_order) if known and len(known) == len(closed) else program.solve()


def _close_only(problem: PlanningProblem, goals: int, search: Search) -> Selection | None:
    """Return the best selection of all that close ``goals``, a mask of facts; None when a limit may bind, or the search was cut short."""
    part = replace(problem, goals=tuple(goal for goal in problem.goals if goals >> goal.fact & 1))
    closing = close_relaxed(part, search)
    relaxed = select_relaxed(part, search, closing) if closing is not None else None
    return None if relaxed is None else Selection(*relaxed)


def _in_order(selection: Selection) -> tuple[list[int], list[int]]:
    """Return what tells which of two selections comes first whose goals are worth as much, in as few hours: preferences, then ids."""
    return [stage.value for stage in selection.stages], bits(selection.modules)


class _SelectionProgram:
    """The integer program of one problem: a 0/1 variable a candidate module, a derived one a fact; ``in_calendar`` the months enter the choice itself."""

    def __init__(
        self,
        problem: PlanningProblem,
        candidates: int,
        achievers: dict[int, int],
        forced: int,
        *,
        in_calendar: bool,
    ) -> None:
        self.problem = problem
        self.candidates = candidates
        self.proven = True
        self.results: list[StageResult] = []
        self.program = Program(cutting_planes=in_calendar)
        self.module_vars = {module: self.program.variable() for module in bits(self.candidates)}
        self.fact_vars: dict[int, int] = {}
        self.achievers = achievers
        self.calendar: Calendar | None = None
        self.gates = {gate.fact: gate for gate in self.problem.catalogue.gates}
        for module in bits(self.candidates):
            self._constrain(module)
        self._constrain_hours()
        for module in bits(forced):
            self.program.require(Row({self.module_vars[module]: 1}, lower=1))
        if in_calendar:
            self.calendar = Calendar(problem, candidates, self.program, self.module_vars, achievers)

    def _fact(self, fact: int) -> int:
        """Return the variable of ``fact``: 1 only if the selection makes it hold."""
        if fact in self.fact_vars:
            return self.fact_vars[fact]
        variable = self.fact_vars[fact] = self.program.variable()
        achievers = bits(self.achievers.get(fact, 0) & self.candidates)
        terms = {self.module_vars[module]: -1 for module in achievers}
        gate = self.gates.get(fact)
        if gate is None:
            self.program.require(Row({variable: 1, **terms}, upper=0))
        else:
            held = (gate.children & self.problem.start).bit_count()
            opened = [self._fact(child) for child in bits(gate.children & ~self.problem.start)]
            self.program.require_gate(variable, gate.at_least - held, opened)
        return variable

    def _constrain(self, module: int) -> None:
        catalogue, variable = self.problem.catalogue, self.module_vars[module]
        for fact in bits(catalogue.needs[module] & ~self.problem.start):
            self.program.require(Row({variable: 1, self._fact(fact): -1}, upper=0))
        partners = catalogue.partners[module]
        if partners and not partners & self.problem.completed:
            together = {self.module_vars[other]: -1 for other in bits(partners & self.candidates)}
            self.program.require(Row({variable: 1, **together}, upper=0))

    def _constrain_hours(self) -> None:
        hours = self.problem.catalogue.hours
        counted = {v: hours[m] for m, v in self.module_vars.items() if self.problem.counted >> m & 1}
        self.program.require(Row(counted, upper=self.problem.budget))
        self._constrain_months_together()

    def _constrain_months_together(self) -> None:
        """Keep what the least and the most of a month come to over the horizon."""
        hours = self.problem.catalogue.hours
        window = self.problem.whole_window()
        everything = {v: hours[m] for m, v in self.module_vars.items()}
        self.program.require(Row(everything, window.least_hours or None, window.most_hours))
        if window.least_modules or window.most_modules is not None:
            count = dict.fromkeys(self.module_vars.values(), 1)
            self.program.require(Row(count, window.least_modules, window.most_modules))

    def best_goals(self) -> list[int] | None:
        """Return of each set of goals that a best selection may close its facts as a mask; None when there are many, or nothing is proven."""
        if not self._goals_settled or not self.proven:
            return None
        wanted = sum({1 << goal.fact for goal in self.problem.goals if goal.weight})
        found: list[int] = []
        while len(found) < _GOAL_SETS:
            facts, _ = self.problem.catalogue.closure(self.problem.start, self._chosen(self.program.last))
            found.append(wanted & facts)
            another = self.program.variable()
            for goals in found:
                others = {self.fact_vars[fact]: -1 for fact in bits(wanted & ~goals) if fact in self.fact_vars}
                self.program.require(Row({another: 1, **others}, upper=0))
            answer = self.program.maximise({another: 1}, self._cuts)
            if answer is None or answer.bound == 0:
                return found if answer is not None else None
        return None

    def solve(self) -> Selection | None:
        """Return the best selection with the result of every stage."""
        preferences = [self._preference(preference) for preference in self.problem.preferences]
        if not (self._goals_settled and self._settle(preferences)):
            return None
        chosen = self._smallest_ids()
        return None if chosen is None else Selection(chosen, tuple(self.results), proven=self.proven)

    @cached_property
    def _goals_settled(self) -> bool:
        """Whether there is a selection; what the goals are worth, and in how few hours, is settled once this is asked."""
        return self._settle(self._goals())

    def _settle(self, stages: list[_Stage]) -> bool:
        """Keep from now on what each of ``stages`` reaches, one before the next; return whether there is a selection."""
        for group in _grouped(stages):
            found = self._solve_together(group) or self._solve_in_turn(group)
            if found is None:
                return False
            self.results += found
        return True

    def _solve_together(self, group: list[_Stage]) -> list[StageResult] | None:
        """Return the results of ``group``, solved as one sum in which each stage outweighs all after it; None when that proves nothing."""
        joined: dict[int, int] = {}
        for stage in group:
            size = stage.span.bit_length()
            joined = {variable: coefficient << size for variable, coefficient in joined.items()}
            for variable, coefficient in stage.terms.items():
                joined[variable] = joined.get(variable, 0) + coefficient
        answer = self.program.maximise(joined, self._cuts) if len(group) > 1 and joined else None
        if answer is None or answer.value != answer.bound:
            return None
        found = []
        for stage in group:
            value = answer.value_of(stage.terms)
            self.program.require(Row(stage.terms, lower=value))
            found.append(StageResult(stage.name, stage.sign * value, stage.sign * value))
        return found

    def _solve_in_turn(self, group: list[_Stage]) -> list[StageResult] | None:
        found = []
        for name, terms, sign, _ in group:
            if terms:
                answer = self.program.maximise(terms, self._cuts)
                if answer is None:
                    return None
                self.proven = self.proven and answer.value == answer.bound
                self.program.require(Row(terms, lower=answer.value))
                found.append(StageResult(name, sign * answer.value, sign * answer.bound))
            else:
                found.append(StageResult(name, 0, 0))
        return found

    def _goals(self) -> list[_Stage]:
        """Return the stages up to the hours, in order."""
        problem, hours = self.problem, self.problem.catalogue.hours
        reachable = [goal for goal in problem.goals if goal.fact in self.achievers or goal.fact in self.gates]
        closed = {goal: self._fact(goal.fact) for goal in reachable}
        stages = [self._stage("mandatory", {v: goal.weight for goal, v in closed.items() if goal.mandatory})]
        for index, tier in enumerate(problem.tiers):
            stages.append(
                self._stage(f"tier:{tier}", {v: goal.weight for goal, v in closed.items() if goal.tier == index})
            )
        if problem.earlier:
            kept = (self.module_vars.get(module) for module, _ in problem.earlier)
            stages.append(self._stage("kept", {variable: 1 for variable in kept if variable is not None}))
        spent = self._stage("hours", {v: -hours[m] for m, v in self.module_vars.items()}, -1)
        room = room_of(problem, self.candidates, problem.whole_window())
        return [*stages, spent._replace(span=min(spent.span, room))]

    def _stage(self, name: str, terms: Terms, sign: int = 1) -> _Stage:
        return _Stage(name, terms, sign, self.program.span(terms))

    def _preference(self, preference: Preference) -> _Stage:
        terms = {self.module_vars[m]: -cost for m, cost in preference.module_costs if cost and m in self.module_vars}
        for module, fact in preference.unmet_costs:
            if module in self.module_vars and not self.problem.start >> fact & 1:
                unmet = self.program.variable()
                self.program.require(Row({self.module_vars[module]: 1, self._fact(fact): -1, unmet: -1}, upper=0))
                terms[unmet] = -1
        if preference.allowance is None:
            return self._stage(preference.name, terms, -1)
        excess = self.program.variable(upper=10**7)
        self.program.require(Row({**terms, excess: 1}, lower=-preference.allowance))
        return self._stage(preference.name, {excess: -1}, -1)

    def _cuts(self, values: tuple[int, ...]) -> list[Row]:
        """Return rows broken by a selection that cannot be exhausted: some module waits for itself.

        For a stuck module, grow the selection by every module that leaves it stuck; one of the others must be taken.
        """
        chosen = self._chosen(values)
        _, taken = self.problem.catalogue.closure(self.problem.start, chosen)
        stuck = [self._cut(module, chosen) for module in bits(chosen & ~taken)]
        return stuck or (self.calendar.cuts(values) if self.calendar is not None else [])

    def _cut(self, module: int, chosen: int) -> Row:
        grown = chosen
        for other in bits(self.candidates & ~chosen):
            _, taken = self.problem.catalogue.closure(self.problem.start, grown | 1 << other)
            if not taken >> module & 1:
                grown |= 1 << other
        rescue = {self.module_vars[other]: -1 for other in bits(self.candidates & ~grown)}
        return Row({self.module_vars[module]: 1, **rescue}, upper=0)

    def _smallest_ids(self) -> int | None:
        """Return the lexicographically smallest selection by module id among those of equal stage values.

        Equal hours and positive hours rule out that one selection contains another, so the smallest sorted tuple of
        ids is the largest vector of chosen bits in order of id; it is fixed a few modules at a time.
        """
        order = list(self.module_vars.items())
        chosen = 0
        for first in range(0, len(order), _TIE_BREAK_CHUNK):
            chunk = order[first : first + _TIE_BREAK_CHUNK]
            terms = {v: 1 << len(chunk) - 1 - rank for rank, (_, v) in enumerate(chunk)}
            answer = self.program.maximise(terms, self._cuts)
            if answer is None:
                return None
            self.proven = self.proven and answer.value == answer.bound
            self.program.require(Row(terms, lower=answer.value, upper=answer.value))
            chosen = self._chosen(answer.values)
        return chosen

    def _chosen(self, values: tuple[int, ...]) -> int:
        return sum(1 << module for module, variable in self.module_vars.items() if values[variable])


def _grouped(stages: list[_Stage]) -> list[list[_Stage]]:
    """Return ``stages`` in groups that are small enough to be solved as one."""
    groups: list[list[_Stage]] = []
    room = 0
    for stage in stages:
        size = stage.span.bit_length()
        if not groups or size > room:
            groups.append([])
            room = _STAGE_BITS
        groups[-1].append(stage)
        room -= size
    return groups
