"""A second exact judge in a third formalism: mixed-integer programs for HiGHS, straight from a ``Case``.

Answer sets prove small worlds in no time, but sums over months are hard for them; a mixed-integer solver proves the
real curriculum. The requirements are linear rows over the documents' own trees. Circular support is not modelled: an
answer is replayed, and a circle becomes rows that ask for a way out of it.

HiGHS and the product's solver cannot be loaded into one process: run this through ``tests.judge.people_worker``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import highspy
import numpy as np

from competency_engine.domain.requirement import AllOf, AnyOf, AtLeast, ModuleDone, Requirement, TopicDone, UnitAtLevel
from tests.judge.rules import Case
from tests.judge.useful import is_first, useful_modules

Terms = Mapping[int, int]
Variable = int | bool
"""A variable, or what is known already."""


class Program:
    """A maximisation with integer rows; a row asked for between two solves holds from then on."""

    def __init__(self) -> None:
        self.solver = highspy.Highs()
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 0.9),
            ("mip_feasibility_tolerance", 1e-9),
            ("primal_feasibility_tolerance", 1e-9),
        ):
            self.solver.setOptionValue(name, value)
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self.size = 0

    def variable(self, *, whole: bool = True, upper: int = 1) -> int:
        """Return a new variable between 0 and ``upper``."""
        self.solver.addVar(0.0, float(upper))
        if whole:
            self.solver.changeColIntegrality(self.size, highspy.HighsVarType.kInteger)
        self.size += 1
        return self.size - 1

    def row(self, terms: Terms, lower: int | None = None, upper: int | None = None) -> None:
        """Ask for lower ≤ Σ terms ≤ upper."""
        infinity = highspy.kHighsInf
        self.solver.addRow(
            -infinity if lower is None else lower,
            infinity if upper is None else upper,
            len(terms),
            np.fromiter(terms.keys(), dtype=np.int32),
            np.fromiter(terms.values(), dtype=float),
        )

    def best(self, objective: Terms) -> tuple[int, list[float]] | None:
        """Return the proven maximum and an answer that reaches it; None when nothing is feasible."""
        costs = np.zeros(self.size)
        for variable, cost in objective.items():
            costs[variable] = cost
        self.solver.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), costs)
        self.solver.clearSolver()
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS stopped with {status}")
        return round(self.solver.getInfo().objective_function_value), list(self.solver.getSolution().col_value)


class Rules:
    """The documents' requirements as rows over variables that say which modules are done."""

    def __init__(self, case: Case, program: Program, done: Mapping[str, int]) -> None:
        self.case, self.program, self.done = case, program, done
        self.levels: dict[tuple[str, int], Variable] = {}

    def level(self, unit: str, level: int) -> Variable:
        """Return what says that ``unit`` is held at ``level``."""
        if self.case.start_levels[unit] >= level:
            return True
        if (unit, level) not in self.levels:
            self.levels[unit, level] = self.one_of(
                [self.done[m] for m in self.done if is_first(self.case, m, unit, level)]
            )
        return self.levels[unit, level]

    def holds(self, requirement: Requirement) -> Variable:
        """Return what says that ``requirement`` holds."""
        if isinstance(requirement, UnitAtLevel):
            return self.level(requirement.unit, requirement.level)
        if isinstance(requirement, ModuleDone):
            return requirement.module in self.case.assessment.completed or self.done.get(requirement.module, False)
        if isinstance(requirement, TopicDone):
            if self.case.topic_held(requirement.topic):
                return True
            paths = self.case.library.topics[requirement.topic].paths
            return self.one_of([self.all_of([self.holds(ModuleDone(module=m)) for m in path]) for path in paths])
        if isinstance(requirement, AllOf):
            return self.all_of([self.holds(part) for part in requirement.all])
        if isinstance(requirement, AnyOf):
            return self.one_of([self.holds(part) for part in requirement.any])
        assert isinstance(requirement, AtLeast)
        return self._at_least(requirement.at_least, [self.holds(part) for part in requirement.of])

    def all_of(self, parts: list[Variable]) -> Variable:
        """Return what holds only if every part does."""
        waiting = [part for part in parts if part is not True]
        if not waiting or any(part is False for part in waiting):
            return not waiting
        result = self.program.variable(whole=False)
        for part in waiting:
            self.program.row({result: 1, part: -1}, upper=0)
        return result

    def one_of(self, parts: list[Variable]) -> Variable:
        """Return what holds only if one part does."""
        if any(part is True for part in parts):
            return True
        possible = [part for part in parts if part is not False]
        if not possible:
            return False
        result = self.program.variable(whole=False)
        self.program.row({result: 1, **dict.fromkeys(possible, -1)}, upper=0)
        return result

    def _at_least(self, number: int, parts: list[Variable]) -> Variable:
        number -= sum(part is True for part in parts)
        possible = [part for part in parts if not isinstance(part, bool)]
        if number <= 0 or len(possible) < number:
            return number <= 0
        result = self.program.variable()
        terms: dict[int, int] = {result: number}
        for part in possible:
            terms[part] = terms.get(part, 0) - 1
        self.program.row(terms, upper=0)
        return result

    def bind(self, module: str) -> None:
        """Let ``module`` be done only by one of its ways."""
        entry = self.one_of([self.all_of([self.holds(need) for need in way]) for way in self.case.ways[module]])
        if entry is False:
            self.program.row({self.done[module]: 1}, upper=0)
        elif entry is not True:
            self.program.row({self.done[module]: 1, entry: -1}, upper=0)


def select(case: Case) -> dict[str, int]:
    """Return the value of every selection stage."""
    program = Program()
    take = {module: program.variable() for module in useful_modules(case)}
    rules = Rules(case, program, take)
    for module, variable in take.items():
        rules.bind(module)
        partners = case.partners(module)
        if partners and not any(partner in case.assessment.completed for partner in partners):
            present = {take[partner]: -1 for partner in partners if partner in take}
            program.row({variable: 1, **present}, upper=0)
    for module in case.begun:
        program.row({take[module]: 1}, lower=1)
    counted = {take[m]: case.hours[m] for m in take if m in case.counted}
    program.row(counted, upper=sum(case.budgets.values()))
    program.row({take[m]: case.hours[m] for m in take}, upper=case.room)

    def circles(answer: list[float]) -> Iterable[tuple[Terms, int]]:
        return _circles(case, take, answer)

    values: dict[str, int] = {}
    for name, terms, sign in _selection_stages(case, rules, take):
        values[name] = sign * _stage(program, terms, circles)
    return values


def _selection_stages(case: Case, rules: Rules, take: Mapping[str, int]) -> list[tuple[str, dict[int, int], int]]:
    closed = [(step, rules.level(step.unit, step.level)) for step in case.missing]
    reached = [(step, variable) for step, variable in closed if not isinstance(variable, bool)]
    stages = [("mandatory", {v: step.weight for step, v in reached if step.mandatory}, 1)]
    for tier in case.library.model.tiers:
        stages.append((f"tier:{tier.id}", {v: step.weight for step, v in reached if step.tier == tier.id}, 1))
    if case.earlier:
        stages.append(("kept", {take[m]: 1 for m in case.earlier if m in take}, 1))
    stages.append(("hours", {take[m]: -case.hours[m] for m in take}, -1))
    for cost in case.costs:
        terms = {take[m]: -value for m, value in cost.per_module.items() if m in take and value}
        for module in take:
            for requirement in cost.recommendations.get(module, ()):
                met = rules.holds(requirement)
                if met is not True:
                    unmet = rules.program.variable(whole=False)
                    kept = {} if met is False else {met: -1}
                    rules.program.row({take[module]: 1, unmet: -1, **kept}, upper=0)
                    terms[unmet] = -1
        if cost.at_least_zero:
            excess = rules.program.variable(whole=False, upper=10**7)
            rules.program.row({**terms, excess: 1}, lower=0)
            terms = {excess: -1}
        stages.append((cost.name, terms, -1))
    return stages


def schedule(case: Case, modules: tuple[str, ...]) -> dict[str, int] | None:
    """Return the value of every sequence stage for exactly ``modules``; None when no schedule exists."""
    program = Program()
    last = len(case.calendar) - 1
    by = {module: [program.variable() for _ in case.calendar] for module in modules}
    periods = [Rules(case, program, {module: by[module][t] for module in modules}) for t in range(last + 1)]
    for module in modules:
        program.row({by[module][last]: 1}, lower=1)
        for t in range(last + 1):
            periods[t].bind(module)
            earlier = {by[module][t - 1]: -1} if t else {}
            program.row({by[module][t]: 1, **earlier}, lower=0, upper=None if t in case.runs(module) else 0)
    _bind_neighbours(case, program, by)
    _bind_months(case, program, by)
    peak = program.variable(upper=max(map(case.most_hours, range(last + 1))))
    for t in range(last + 1):
        program.row({**_load(case, by, modules, t), peak: -1}, upper=0)
    for year in case.years:
        terms: dict[int, int] = {}
        for t in (t for t, (y, _) in enumerate(case.calendar) if y == year):
            for variable, hours in _load(case, by, [m for m in modules if m in case.counted], t).items():
                terms[variable] = terms.get(variable, 0) + hours
        program.row(terms, upper=case.budgets[year])

    def circles(answer: list[float]) -> Iterable[tuple[Terms, int]]:
        for t in range(last + 1):
            yield from _circles(case, {module: by[module][t] for module in modules}, answer)

    replayed = case.replay([modules])
    if replayed is None:
        return None
    closed = [step for step in case.missing if replayed[0][step.unit] >= step.level]
    late: dict[int, int] = {}
    early: dict[int, int] = {}
    late_weight = sum(step.weight for step in closed if step.last_period is not None)
    for step in closed:
        for t in range(last):
            _add(early, periods[t].level(step.unit, step.level), step.weight)
        if step.last_period is not None and step.last_period >= 0:
            _add(late, periods[step.last_period].level(step.unit, step.level), step.weight)
    unmoved: dict[int, int] = {}
    for module, at in case.earlier.items():
        if at is not None and module in by:
            _add(unmoved, by[module][at], 1)
            if at:
                _add(unmoved, by[module][at - 1], -1)
    movable = sum(at is not None and module in by for module, at in case.earlier.items())
    whole = sum(step.weight * (last + 1) for step in closed)
    values: dict[str, int] = {}
    for name, objective, offset in (
        ("deadlines", late, late_weight),
        *((("moved", unmoved, movable),) if case.earlier else ()),
        ("goal_periods", early, whole),
        ("peak_load", {peak: -1}, 0),
    ):
        try:
            values[name] = offset - _stage(program, objective, circles)
        except LookupError:
            return None
    return values


def _bind_months(case: Case, program: Program, by: Mapping[str, list[int]]) -> None:
    policy = case.library.policy
    if policy.prerequisites_by != "same_month":
        raise NotImplementedError("this judge knows no strict precedence; the answer-set judge does")
    for t in range(len(case.calendar)):
        least, fewest = case.least(t)
        program.row(_load(case, by, by, t), least, case.most_hours(t))
        count = {columns[t]: 1 for columns in by.values()}
        earlier = {columns[t - 1]: -1 for columns in by.values()} if t else {}
        program.row({**count, **earlier}, fewest, case.most_modules(t))


def _bind_neighbours(case: Case, program: Program, by: Mapping[str, list[int]]) -> None:
    longest = case.library.policy.longest_interval_months
    for module, columns in by.items():
        document = case.library.modules[module]
        for partner in case.partners(module):
            for mine, theirs in zip(columns, by.get(partner, ()), strict=False):
                program.row({mine: 1, theirs: -1}, lower=0, upper=0)
        for other, later in by.items():
            same = document.topic is not None and document.topic == case.library.modules[other].topic
            if other != module and same and module not in case.begun and other not in case.begun:
                for t in range(len(columns) - 1 - longest):
                    program.row({columns[t]: 1, later[t + longest]: -1}, upper=0)


def _load(case: Case, by: Mapping[str, list[int]], modules: Iterable[str], t: int) -> dict[int, int]:
    terms: dict[int, int] = {}
    for module in modules:
        terms[by[module][t]] = case.hours[module]
        if t:
            terms[by[module][t - 1]] = -case.hours[module]
    return terms


def _add(terms: dict[int, int], variable: Variable, weight: int) -> None:
    if not isinstance(variable, bool):
        terms[variable] = terms.get(variable, 0) + weight


def _stage(program: Program, terms: Terms, circles: Callable[[list[float]], Iterable[tuple[Terms, int]]]) -> int:
    """Return the proven maximum of ``terms`` and keep it from here on.

    Raises:
        LookupError: when nothing is feasible.
    """
    while True:
        found = program.best(terms)
        if found is None:
            raise LookupError("infeasible")
        value, answer = found
        broken = list(circles(answer))
        if not broken:
            if terms:
                program.row(terms, lower=value)
            return value
        for row, upper in broken:
            program.row(row, upper=upper)


def _circles(case: Case, done: Mapping[str, int], answer: list[float]) -> Iterable[tuple[Terms, int]]:
    """Yield rows that ``answer`` breaks where modules only hold each other up.

    A wider set of modules, as wide as leaves the same ones stuck, holds no way out of the circle: whoever has done one
    of these has also done a module outside the wider set.
    """
    chosen = {module for module, variable in done.items() if answer[variable] > 0.5}
    stuck = case.stuck(chosen)
    if stuck:
        wider = set(chosen)
        for module in done:
            if stuck <= case.stuck({*wider, module}):
                wider.add(module)
        outside = {variable: -1 for module, variable in done.items() if module not in wider}
        for module in sorted(stuck):
            yield {done[module]: 1, **outside}, 0
