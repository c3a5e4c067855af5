"""In which month: the chosen modules in periods, each stage solved to proven optimality before the next begins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import log2

from competency_engine.planning import timetable
from competency_engine.planning.problem import Catalogue, Goal, PlanningProblem, StageResult, Window, bits
from competency_engine.planning.reduce import find_achievers
from competency_engine.planning.search import Search, fastest_search, plain_search
from competency_engine.solving.program import WORK_LIMIT, Program, Row, Terms

_TIE_BREAK_BITS = 44
"""Size of a tie-break objective: what the program adds up stays far within 64 bits, whatever the horizon."""
_BRIEFLY = timetable.WORK_LIMIT // 2000
_LITTLE_WORK = 0.25


def schedule_modules(
    problem: PlanningProblem, modules: int, *, search: Search | None = None
) -> tuple[dict[int, int], tuple[StageResult, ...]] | None:
    """Return the period of each of ``modules`` and the result of each stage; None when no schedule exists.

    Where it can, the search over sets of tasks decides, and where that is cut short, an integer program with little work; elsewhere the program.
    The best schedule is unique, so it does not matter who proves it. The plain search is slow where there are many sets: it tries
    briefly, and again, compiled where that can be, only where the program proves nothing.
    """
    search = search or plain_search(problem.catalogue)
    found = timetable.find_jobs(problem, modules, _tasks(problem, modules))
    if found is None:
        return _ScheduleProgram(problem, modules).solve()
    placed = timetable.place_jobs(*found, search, timetable.WORK_LIMIT if search.compiled else _BRIEFLY)
    if placed is not None:
        return placed
    program = _ScheduleProgram(problem, modules, _LITTLE_WORK)
    solved = program.solve()
    if search.compiled or (solved is not None and program.proven):
        return solved
    return timetable.place_jobs(*found, fastest_search(problem.catalogue), timetable.WORK_LIMIT) or solved


def order_within_periods(problem: PlanningProblem, periods: dict[int, int]) -> tuple[tuple[int, int], ...]:
    """Return (module, period) in the order of taking them.

    By period; within one, whatever can be taken: theory before cognition before practice of its topic, then the
    smallest id.
    """
    catalogue = problem.catalogue
    waiting = sum(1 << module for module in periods)
    gates = catalogue.gates_of(waiting, 0)
    facts = catalogue.close_gates(problem.start, gates)
    steps: list[tuple[int, int]] = []
    for month in sorted(set(periods.values())):
        now = sorted(module for module, period in periods.items() if period == month)
        while now:
            open_now = [module for module in now if not catalogue.needs[module] & ~facts]
            module = next((m for m in open_now if not _has_earlier_phase(catalogue, m, waiting)), open_now[0])
            now.remove(module)
            waiting &= ~(1 << module)
            steps.append((module, month))
            facts = catalogue.take(facts, module, gates)
    return tuple(steps)


def _has_earlier_phase(catalogue: Catalogue, module: int, waiting: int) -> bool:
    """Return whether a module of an earlier phase of the same topic is among those that wait."""
    siblings = _topic_of(catalogue).get(module, 0)
    return any(catalogue.phases[other] < catalogue.phases[module] for other in bits(siblings & waiting))


@lru_cache(maxsize=4)
def _topic_of(catalogue: Catalogue) -> dict[int, int]:
    """Return the modules of its topic for each module that has such siblings."""
    return {module: topic for topic in reversed(catalogue.topics) for module in bits(topic)}


class Calendar:
    """Rows that put modules into periods: by[task][p] = 1 when the task is taken in period p or before.

    Modules that always go together are one task. The last column of a task says whether it is taken at all.
    """

    def __init__(
        self,
        problem: PlanningProblem,
        modules: int,
        program: Program,
        taken: Mapping[int, int],
        achievers: dict[int, int],
    ) -> None:
        self.problem = problem
        self.modules = modules
        self.last = len(problem.periods) - 1
        self.program = program
        self.task_of = _tasks(problem, modules)
        self.by = {
            task: [*(program.variable() for _ in range(self.last)), taken[task]]
            for task in sorted(set(self.task_of.values()))
        }
        self.fact_vars: dict[tuple[int, int], int] = {}
        self.before_vars: dict[tuple[int, int, int], int] = {}
        self.never = program.variable(upper=0)
        self.achievers = achievers
        self.gates = {gate.fact: gate for gate in problem.catalogue.gates}
        for task, columns in self.by.items():
            self._constrain_task(task, columns)
        for module in bits(modules):
            self._constrain_needs(module)
            self._constrain_partners(module)
        windows = [problem.window(period) for period in range(self.last + 1)]
        self.heaviest = max(window.most_hours for window in windows)
        self.peak = self.program.variable(upper=self.heaviest)
        for period, window in enumerate(windows):
            self._constrain_month(period, window)
        self._constrain_years()
        self._constrain_intervals()

    def _constrain_task(self, task: int, columns: list[int]) -> None:
        members = [module for module in bits(self.modules) if self.task_of[module] == task]
        for period, variable in enumerate(columns):
            earlier = {columns[period - 1]: -1} if period else {}
            closed = not all(self.problem.runs_in(module, period) for module in members)
            self.program.require(Row({variable: 1, **earlier}, lower=0, upper=0 if closed else None))

    def _constrain_needs(self, module: int) -> None:
        partners = self.problem.catalogue.partners[module] & self.modules
        for fact in bits(self.problem.catalogue.needs[module] & ~self.problem.start):
            for period, variable in enumerate(self.by[self.task_of[module]]):
                holds = self._fact_before(fact, period, partners) if self.problem.strict else self.fact(fact, period)
                if holds != variable:
                    self.program.require(Row({variable: 1, holds: -1}, upper=0))

    def _constrain_partners(self, module: int) -> None:
        """Let partners that are both taken, but may be taken alone, share their month."""
        columns = self.by[self.task_of[module]]
        for partner in bits(self.problem.catalogue.partners[module] & self.modules):
            others = self.by[self.task_of[partner]]
            if others is not columns:
                self._constrain_no_earlier(columns, others)
                if not self.problem.catalogue.partners[partner] >> module & 1:
                    self._constrain_no_earlier(others, columns)

    def _constrain_no_earlier(self, columns: list[int], others: list[int]) -> None:
        for mine, theirs in zip(columns[:-1], others, strict=False):
            self.program.require(Row({mine: 1, theirs: -1, others[-1]: 1}, upper=1))

    def fact(self, fact: int, period: int) -> int:
        """Return the variable of ``fact`` holding at the end of ``period``; of a period before the first, 0."""
        if period < 0:
            return self.never
        if (fact, period) in self.fact_vars:
            return self.fact_vars[fact, period]
        gate = self.gates.get(fact)
        tasks = sorted({self.task_of[module] for module in bits(self.achievers.get(fact, 0) & self.modules)})
        if gate is None and len(tasks) == 1:
            return self.by[tasks[0]][period]
        variable = self.fact_vars[fact, period] = self.program.variable()
        if gate is not None:
            held = (gate.children & self.problem.start).bit_count()
            opened = [self.fact(child, period) for child in bits(gate.children & ~self.problem.start)]
            self.program.require_gate(variable, gate.at_least - held, opened)
        else:
            self.program.require(Row({variable: 1, **{self.by[task][period]: -1 for task in tasks}}, upper=0))
        return variable

    def _fact_before(self, fact: int, period: int, partners: int) -> int:
        """Return the variable of ``fact`` holding before ``period``, or through ``partners`` by its end."""
        catalogue = self.problem.catalogue
        givers = sum(1 << partner for partner in bits(partners) if catalogue.adds[partner] & self._below(fact))
        if not givers:
            return self.fact(fact, period - 1)
        key = (fact, period, givers)
        if key in self.before_vars:
            return self.before_vars[key]
        variable = self.before_vars[key] = self.program.variable()
        gate = self.gates.get(fact)
        if gate is not None:
            held = (gate.children & self.problem.start).bit_count()
            waiting = bits(gate.children & ~self.problem.start)
            opened = [self._fact_before(child, period, givers) for child in waiting]
            self.program.require_gate(variable, gate.at_least - held, opened)
        else:
            beside = {self.by[self.task_of[giver]][period]: -1 for giver in bits(givers)}
            self.program.require(Row({variable: 1, self.fact(fact, period - 1): -1, **beside}, upper=0))
        return variable

    def _below(self, fact: int) -> int:
        """Return ``fact`` and all the facts that its gate is made of."""
        gate = self.gates.get(fact)
        found = 1 << fact
        for child in bits(gate.children) if gate is not None else ():
            found |= self._below(child)
        return found

    def _load_terms(self, period: int, modules: int) -> Terms:
        """Return the terms whose sum is the quarter hours of ``modules`` taken in ``period``."""
        hours = self.problem.catalogue.hours
        return self.month_terms(period, {module: hours[module] for module in bits(modules)})

    def month_terms(self, period: int, sizes: Mapping[int, int]) -> Terms:
        """Return the terms whose sum is what the modules of ``sizes`` taken in ``period`` add up to."""
        terms: dict[int, int] = {}
        for module, size in sizes.items():
            columns = self.by[self.task_of[module]]
            terms[columns[period]] = terms.get(columns[period], 0) + size
            if period:
                terms[columns[period - 1]] = terms.get(columns[period - 1], 0) - size
        return terms

    def _constrain_month(self, period: int, window: Window) -> None:
        """Keep the hours and the modules of ``period`` between their least and their most."""
        load = self._load_terms(period, self.modules)
        self.program.require(Row({**load, self.peak: -1}, upper=0))
        if window.least_hours or window.most_hours < self.heaviest:
            self.program.require(Row(load, window.least_hours, window.most_hours))
        if window.least_modules or window.most_modules is not None:
            count = self.month_terms(period, dict.fromkeys(bits(self.modules), 1))
            self.program.require(Row(count, window.least_modules, window.most_modules))

    def _constrain_years(self) -> None:
        if len(self.problem.budgets) == 1:
            return
        for year, budget in enumerate(self.problem.budgets):
            terms: dict[int, int] = {}
            for period in range(self.last + 1):
                if self.problem.periods[period].year == year:
                    for variable, hours in self._load_terms(period, self.modules & self.problem.counted).items():
                        terms[variable] = terms.get(variable, 0) + hours
            self.program.require(Row(terms, upper=budget))

    def _constrain_intervals(self) -> None:
        longest = self.problem.longest_interval
        for topic in self.problem.catalogue.topics:
            tasks = sorted({self.task_of[module] for module in bits(topic & self.modules)})
            for early in tasks:
                for late in tasks:
                    if early != late:
                        taken = self.by[late][self.last]
                        for period in range(self.last - longest):
                            terms = {self.by[early][period]: 1, self.by[late][period + longest]: -1, taken: 1}
                            self.program.require(Row(terms, upper=1))

    def cuts(self, values: tuple[int, ...]) -> list[Row]:
        """Return rows broken by a schedule in which, at the end of some period, a module waits for itself."""
        rows = []
        for period in range(self.last + 1):
            taken = sum(1 << m for m in bits(self.modules) if values[self.by[self.task_of[m]][period]])
            _, possible = self.problem.catalogue.closure(self.problem.start, taken)
            for module in bits(taken & ~possible):
                grown = taken
                for other in bits(self.modules & ~taken):
                    if not self.problem.catalogue.closure(self.problem.start, grown | 1 << other)[1] >> module & 1:
                        grown |= 1 << other
                rescue = {self.by[self.task_of[other]][period]: -1 for other in bits(self.modules & ~grown)}
                rows.append(Row({self.by[self.task_of[module]][period]: 1, **rescue}, upper=0))
        return rows


class _ScheduleProgram:
    """The stages of the sequence over the calendar of modules that are all taken.

    Once solved, ``proven`` says whether every stage is, and that no schedule as good comes first in order of ids.
    """

    def __init__(self, problem: PlanningProblem, modules: int, work_limit: float = WORK_LIMIT) -> None:
        self.problem = problem
        self.modules = modules
        self.last = len(problem.periods) - 1
        self.program = Program(work_limit)
        self.proven = True
        taken = {module: self.program.variable() for module in bits(modules)}
        for variable in taken.values():
            self.program.require(Row({variable: 1}, lower=1))
        self.calendar = Calendar(problem, modules, self.program, taken, find_achievers(problem, modules))

    def solve(self) -> tuple[dict[int, int], tuple[StageResult, ...]] | None:
        """Return the period of each module and the stages: late deadlines, moved modules, goal periods, peak load."""
        stages = []
        late, late_offset = self._late_terms()
        early, early_offset = self._early_terms()
        unmoved, movable = self._unmoved_terms()
        staged: tuple[tuple[str, Terms, int], ...] = (
            ("deadlines", late, late_offset),
            *((("moved", unmoved, movable),) if self.problem.earlier else ()),
            ("goal_periods", early, early_offset),
            ("peak_load", {self.calendar.peak: -1}, 0),
        )
        for name, terms, offset in staged:
            if not terms:
                stages.append(StageResult(name, offset, offset))
                continue
            answer = self.program.maximise(terms, self.calendar.cuts)
            if answer is None:
                return None
            self.program.require(Row(terms, lower=answer.value))
            self.proven = self.proven and answer.value == answer.bound
            stages.append(StageResult(name, offset - answer.value, offset - answer.bound))
        return self._smallest_periods(), tuple(stages)

    def _late_terms(self) -> tuple[Terms, int]:
        """Return terms and offset so that offset − terms = weight of the goals reached after their deadline."""
        terms: dict[int, int] = {}
        offset = 0
        for goal in self._closed_goals():
            if goal.deadline is not None:
                offset += goal.weight
                if goal.deadline >= 0:
                    variable = self.calendar.fact(goal.fact, goal.deadline)
                    terms[variable] = terms.get(variable, 0) + goal.weight
        return terms, offset

    def _unmoved_terms(self) -> tuple[Terms, int]:
        """Return terms and offset so that offset − terms = modules of the earlier plan whose month changes."""
        terms: dict[int, int] = {}
        offset = 0
        for module, period in self.problem.earlier:
            if period is not None and self.modules >> module & 1:
                offset += 1
                for variable, sign in self.calendar.month_terms(period, {module: 1}).items():
                    terms[variable] = terms.get(variable, 0) + sign
        return terms, offset

    def _early_terms(self) -> tuple[Terms, int]:
        """Return terms and offset so that offset − terms = Σ weight × period (from 1) in which a goal is reached."""
        terms: dict[int, int] = {}
        offset = 0
        for goal in self._closed_goals():
            offset += goal.weight * (self.last + 1)
            for period in range(self.last):
                variable = self.calendar.fact(goal.fact, period)
                terms[variable] = terms.get(variable, 0) + goal.weight
        return terms, offset

    def _closed_goals(self) -> list[Goal]:
        facts, _ = self.problem.catalogue.closure(self.problem.start, self.modules)
        return [goal for goal in self.problem.goals if facts >> goal.fact & 1]

    def _smallest_periods(self) -> dict[int, int]:
        """Return the schedule whose periods, listed in order of module id, are lexicographically smallest."""
        columns = list(self.calendar.by.values())
        values: tuple[int, ...] = ()
        base = len(self.problem.periods)
        at_once = max(1, int(_TIE_BREAK_BITS / log2(max(base, 2))))
        for first in range(0, len(columns), at_once):
            chunk = columns[first : first + at_once]
            terms = {variable: base ** (len(chunk) - 1 - rank) for rank, task in enumerate(chunk) for variable in task}
            answer = self.program.maximise(terms, self.calendar.cuts)
            assert answer is not None
            self.program.require(Row(terms, lower=answer.value, upper=answer.value))
            self.proven = self.proven and answer.value == answer.bound
            values = answer.values
        return {
            module: len(self.problem.periods) - sum(values[v] for v in self.calendar.by[self.calendar.task_of[module]])
            for module in bits(self.modules)
        }


def _tasks(problem: PlanningProblem, modules: int) -> dict[int, int]:
    """Return for each module the smaller of itself and the partner without which it is never taken, nor that without it."""
    partners = problem.catalogue.partners
    task_of = {}
    for module in bits(modules):
        only = partners[module].bit_length() - 1
        mutual = only >= 0 and partners[module] == 1 << only and partners[only] == 1 << module
        together = mutual and modules >> only & 1
        task_of[module] = min(module, only) if together else module
    return task_of
