"""Which modules: the stages of selection, each solved to proven optimality before the next begins."""

from __future__ import annotations

from dataclasses import dataclass, replace

from competency_engine.planning.budget import WORK_LIMIT, select_within_budget
from competency_engine.planning.problem import PlanningProblem, Preference, StageResult, bits
from competency_engine.planning.reduce import reduce_problem
from competency_engine.planning.relax import close_relaxed, select_relaxed
from competency_engine.planning.search import Closing, Search, fastest_search, plain_search
from competency_engine.planning.sequence import Calendar
from competency_engine.solving.program import Program, Row, Terms

_TIE_BREAK_CHUNK = 56
_STAGE_BITS = 30
"""Stages whose values fit into so many bits together are solved as one; with more, the program proves less in a solve than it saves."""
_BRIEFLY = WORK_LIMIT // 2000
_Stage = tuple[str, Terms, int]


@dataclass(frozen=True, slots=True)
class Selection:
    """The best set of modules, what each stage reached, the log of the search that proves its hours, if one did, and whether all is proven."""

    modules: int
    stages: tuple[StageResult, ...]
    proof: list[int] | None = None
    proven: bool = True


def select_modules(
    problem: PlanningProblem, *, forced: int = 0, in_calendar: bool = False, search: Search | None = None
) -> Selection | None:
    """Return the best selection; None when there is none.

    The search of our own closes everything within reach or, where the budget binds, finds what it buys; where another limit binds,
    an integer program decides. The best selection is unique, so it does not matter who proves it: the plain search tries briefly,
    and again, compiled where that can be, only where the program proves nothing.

    Args:
        problem: what to plan.
        forced: modules that must be in the selection whatever it costs (for ``explain``).
        in_calendar: let only selections compete that can be scheduled.
        search: the search over the problem's catalogue; by default the one in plain Python.
    """
    if forced or in_calendar or problem.wants_more_than_goals:
        return _select_by_program(problem, forced, in_calendar)
    if search is None or search.catalogue is not problem.catalogue:
        search = plain_search(problem.catalogue)
    closing = close_relaxed(problem, search)
    if closing is not None:
        relaxed = select_relaxed(problem, search, closing)
        if relaxed is not None:
            return Selection(*relaxed, closing.proof)
        selection = _select_by_program(problem)
        proven = selection is not None and _reaches(problem, selection.modules, closing)
        return replace(selection, proof=closing.proof) if selection is not None and proven else selection
    bought = select_within_budget(problem, search, WORK_LIMIT if search.compiled else _BRIEFLY)
    if bought is not None:
        return Selection(*bought)
    selection = _select_by_program(problem)
    if search.compiled or (selection is not None and selection.proven):
        return selection
    bought = select_within_budget(problem, fastest_search(problem.catalogue))
    return Selection(*bought) if bought is not None else selection


def _select_by_program(problem: PlanningProblem, forced: int = 0, in_calendar: bool = False) -> Selection | None:
    reduction = reduce_problem(problem)
    forced |= sum(1 << module for module, _ in problem.fixed)
    if forced & ~reduction.executable:
        return None
    candidates = reduction.executable if forced or problem.wants_more_than_goals else reduction.relevant
    program = _SelectionProgram(problem, candidates, reduction.achievers, forced)
    if in_calendar:
        program.add_calendar()
    return program.solve()


def _reaches(problem: PlanningProblem, modules: int, closing: Closing) -> bool:
    """Return whether ``modules`` close all the goals that ``closing`` does, in as few hours."""
    goals = sum(1 << goal.fact for goal in problem.goals)
    wanted, _ = problem.catalogue.closure(problem.start, closing.modules)
    closed, _ = problem.catalogue.closure(problem.start, modules)
    return not goals & wanted & ~closed and sum(problem.catalogue.hours[m] for m in bits(modules)) == closing.hours


class _SelectionProgram:
    """The integer program of one problem: a 0/1 variable a candidate module, a derived one a fact."""

    def __init__(
        self,
        problem: PlanningProblem,
        candidates: int,
        achievers: dict[int, int],
        forced: int,
    ) -> None:
        self.problem = problem
        self.candidates = candidates
        self.proven = True
        self.program = Program()
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

    def add_calendar(self) -> None:
        """Ask that the selection can be scheduled: months enter the choice itself."""
        self.calendar = Calendar(self.problem, self.candidates, self.program, self.module_vars, self.achievers)

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

    def solve(self) -> Selection | None:
        """Return the best selection with the result of every stage."""
        stages: list[StageResult] = []
        for group in self._grouped(self._stages()):
            found = self._solve_together(group) or self._solve_in_turn(group)
            if found is None:
                return None
            stages += found
        chosen = self._smallest_ids()
        return None if chosen is None else Selection(chosen, tuple(stages), proven=self.proven)

    def _grouped(self, stages: list[_Stage]) -> list[list[_Stage]]:
        """Return ``stages`` in groups that are small enough to be solved as one."""
        groups: list[list[_Stage]] = []
        room = 0
        for stage in stages:
            size = self.program.span(stage[1]).bit_length()
            if not groups or size > room:
                groups.append([])
                room = _STAGE_BITS
            groups[-1].append(stage)
            room -= size
        return groups

    def _solve_together(self, group: list[_Stage]) -> list[StageResult] | None:
        """Return the results of ``group``, solved as one sum in which each stage outweighs all after it; None when that proves nothing."""
        joined: dict[int, int] = {}
        for _, terms, _ in group:
            size = self.program.span(terms).bit_length()
            joined = {variable: coefficient << size for variable, coefficient in joined.items()}
            for variable, coefficient in terms.items():
                joined[variable] = joined.get(variable, 0) + coefficient
        answer = self.program.maximise(joined, self._cuts) if len(group) > 1 and joined else None
        if answer is None or answer.value != answer.bound:
            return None
        found = []
        for name, terms, sign in group:
            value = answer.value_of(terms)
            self.program.require(Row(terms, lower=value))
            found.append(StageResult(name, sign * value, sign * value))
        return found

    def _solve_in_turn(self, group: list[_Stage]) -> list[StageResult] | None:
        found = []
        for name, terms, sign in group:
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

    def _stages(self) -> list[_Stage]:
        """Return the stages in order as (name, terms to maximise, sign): the stage's value is sign × terms."""
        problem = self.problem
        reachable = [goal for goal in problem.goals if goal.fact in self.achievers or goal.fact in self.gates]
        closed = {goal: self._fact(goal.fact) for goal in reachable}
        stages: list[_Stage] = [("mandatory", {v: goal.weight for goal, v in closed.items() if goal.mandatory}, 1)]
        for index, tier in enumerate(problem.tiers):
            stages.append((f"tier:{tier}", {v: goal.weight for goal, v in closed.items() if goal.tier == index}, 1))
        if problem.earlier:
            kept = (self.module_vars.get(module) for module, _ in problem.earlier)
            stages.append(("kept", {variable: 1 for variable in kept if variable is not None}, 1))
        hours = problem.catalogue.hours
        stages.append(("hours", {v: -hours[m] for m, v in self.module_vars.items()}, -1))
        stages.extend(self._preference(preference) for preference in problem.preferences)
        return stages

    def _preference(self, preference: Preference) -> _Stage:
        terms = {self.module_vars[m]: -cost for m, cost in preference.module_costs if cost and m in self.module_vars}
        for module, fact in preference.unmet_costs:
            if module in self.module_vars and not self.problem.start >> fact & 1:
                unmet = self.program.variable()
                self.program.require(Row({self.module_vars[module]: 1, self._fact(fact): -1, unmet: -1}, upper=0))
                terms[unmet] = -1
        if preference.allowance is None:
            return preference.name, terms, -1
        excess = self.program.variable(upper=10**7)
        self.program.require(Row({**terms, excess: 1}, lower=-preference.allowance))
        return preference.name, {excess: -1}, -1

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
