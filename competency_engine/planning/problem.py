"""The planning problem as integers and bit masks: nothing left to look up.

A *fact* is something that holds or not: a unit at a level, a module done, a gate of other facts. Bit ``i`` of a
fact mask stands for ``Catalogue.facts[i]``, bit ``m`` of a module mask for ``Catalogue.module_ids[m]``. Modules stand
in order of id, so that the smallest index is the smallest id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Literal, NamedTuple

from competency_engine.domain.entity import ModuleId

FactKey = tuple[str | int, ...]


class Gate(NamedTuple):
    """A fact that holds as soon as ``at_least`` of the facts in ``children`` hold."""

    fact: int
    at_least: int
    children: int


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """A curriculum compiled once, for everyone; it holds nothing of any person.

    Attributes:
        module_ids: ids in ascending order; position = module index everywhere below.
        hours: quarter credit hours of each module.
        facts: what each fact bit means, e.g. ``("unit", "MAS-1", 2)``, ``("module", "T01-C")``, ``("gate", 7)``.
        needs: fact mask of each module: all must hold before it may be taken.
        adds: fact mask of each module: what holds once it is taken.
        gates: every gate after the gates that it is made of.
        partners: module mask of each module: it is taken with at least one of these, or not at all; 0 = free.
        topics: modules of one topic that must stay within the longest interval, as module masks.
        phases: 0 theory, 1 cognition, 2 practice of each module; orders the modules of a topic within a month.
        months: bit mask of the calendar months (bit 0 = January) in which each module runs.
        recommended: facts that had better hold before each module.
        touched: gates that each module may open, as a mask of their places in ``gates``: it adds a child of them, or may open one.
    """

    module_ids: tuple[ModuleId, ...]
    hours: tuple[int, ...]
    facts: tuple[FactKey, ...]
    needs: tuple[int, ...]
    adds: tuple[int, ...]
    gates: tuple[Gate, ...]
    partners: tuple[int, ...]
    topics: tuple[int, ...]
    phases: tuple[int, ...]
    months: tuple[int, ...]
    recommended: tuple[tuple[int, ...], ...]

    touched: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find what each module may open."""
        above = [0] * len(self.facts)
        for place in range(len(self.gates) - 1, -1, -1):
            gate = self.gates[place]
            for child in bits(gate.children):
                above[child] |= 1 << place | above[gate.fact]
        object.__setattr__(self, "touched", tuple(reduce(or_, map(above.__getitem__, bits(a)), 0) for a in self.adds))

    def closure(self, facts: int, modules: int, gates: int = -1) -> tuple[int, int]:
        """Return the facts that hold, and the modules that could be taken, after exhausting ``modules``.

        Because effects only add, the order in which the modules are tried does not matter. ``gates`` is the mask of those that can matter.
        """
        facts = self.close_gates(facts, gates)
        waiting = bits(modules)
        taken = 0
        while True:
            touched = 0
            blocked = []
            for module in waiting:
                if self.needs[module] & ~facts:
                    blocked.append(module)
                    continue
                taken |= 1 << module
                facts |= self.adds[module]
                touched |= self.touched[module]
            if len(blocked) == len(waiting):
                return facts, taken
            waiting = blocked
            facts = self.close_gates(facts, touched & gates)

    def take(self, facts: int, module: int, gates: int = -1) -> int:
        """Return ``facts`` with what ``module`` adds, and those of the mask ``gates`` that this opens."""
        return self.close_gates(facts | self.adds[module], self.touched[module] & gates)

    def close_gates(self, facts: int, gates: int = -1) -> int:
        """Return ``facts`` with those of the mask ``gates`` (−1 = all) that they open."""
        for fact, at_least, children in self.gates if gates < 0 else map(self.gates.__getitem__, bits(gates)):
            if not facts >> fact & 1 and (children & facts).bit_count() >= at_least:
                facts |= 1 << fact
        return facts

    def gates_of(self, modules: int, wanted: int) -> int:
        """Return the gates on which the needs of ``modules`` or the facts ``wanted`` depend, as a mask of their places."""
        for module in bits(modules):
            wanted |= self.needs[module]
        found = 0
        for place in range(len(self.gates) - 1, -1, -1):
            gate = self.gates[place]
            if wanted >> gate.fact & 1:
                wanted |= gate.children
                found |= 1 << place
        return found


@dataclass(frozen=True, slots=True)
class Goal:
    """One missing step: the fact that closes it, a gate too, and what closing it is worth."""

    fact: int
    weight: int
    tier: int
    mandatory: bool
    deadline: int | None = None


@dataclass(frozen=True, slots=True)
class Preference:
    """A cost, to be kept small, of taking modules and of taking them without what they recommend.

    The cost of a selection is Σ ``module_costs`` of its modules + the number of pairs (module, fact) in
    ``unmet_costs`` whose module is taken and whose fact does not hold in the end, at least 0, from ``allowance`` on:
    max(0, Σ − allowance) when ``allowance`` is not None.
    """

    name: str
    module_costs: tuple[tuple[int, int], ...] = ()
    unmet_costs: tuple[tuple[int, int], ...] = ()
    allowance: int | None = None
    cost_of: dict[int, int] = field(init=False, repr=False, compare=False)
    """Of each module that has a cost, the sum of its ``module_costs``."""
    unmet_of: dict[int, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    """Of each module that has some, the facts of its ``unmet_costs``."""

    def __post_init__(self) -> None:
        """Look up the costs by module."""
        cost_of: dict[int, int] = {}
        for module, cost in self.module_costs:
            cost_of[module] = cost_of.get(module, 0) + cost
        unmet_of: dict[int, tuple[int, ...]] = {}
        for module, fact in self.unmet_costs:
            unmet_of[module] = (*unmet_of.get(module, ()), fact)
        object.__setattr__(self, "cost_of", cost_of)
        object.__setattr__(self, "unmet_of", unmet_of)


@dataclass(frozen=True, slots=True)
class Period:
    """One month of the plan: its calendar month (bit 0 = January) and the index of its calendar year."""

    month: int
    year: int


@dataclass(frozen=True, slots=True)
class Window:
    """Least and most quarter credit hours and modules of one month, or of all; None = any number of modules."""

    least_hours: int
    most_hours: int
    least_modules: int
    most_modules: int | None


@dataclass(frozen=True, slots=True)
class PlanningProblem:
    """What to plan for one person; goals stand in order of fact.

    Attributes:
        catalogue: the compiled curriculum.
        start: facts that hold at the start, gates closed.
        available: modules that may be taken at all.
        completed: modules already completed; they satisfy pairs and are never repeated.
        goals: the missing steps.
        tiers: names of the tiers, in the order in which they are planned.
        counted: modules whose hours count against the budget.
        budgets: quarter credit hours of each calendar year of the horizon.
        periods: the months of the horizon.
        hours_per_period: most quarter credit hours in a month.
        longest_interval: most months between two modules of one topic.
        preferences: compared in this order among selections of equal hours.
        strict: every need of a module holds at the end of an earlier month, or through partners that it is taken
            with; False: at the latest when its turn comes within its month.
        least_hours_per_period: fewest quarter credit hours in every month of the horizon.
        least_modules_per_period: fewest modules in every month of the horizon.
        most_modules_per_period: most modules in a month; None = any number.
        away: mask of the months of the horizon in which no module is taken, and none is due.
        fixed: (module, month of the horizon) of modules that every plan takes, in just this month whatever its offer
            and ``away`` say; None = in any month in which it runs. No month's most is less than what is fixed in it.
        earlier: (module, month) of the modules of an earlier plan that are still wanted; None = its month has passed.
            Where there are any, the stage ``kept`` takes the most of them before hours count, and the stage
            ``moved`` leaves as many as possible in their months after deadlines count.
    """

    catalogue: Catalogue
    start: int
    available: int
    completed: int
    goals: tuple[Goal, ...]
    tiers: tuple[str, ...]
    counted: int
    budgets: tuple[int, ...]
    periods: tuple[Period, ...]
    hours_per_period: int
    longest_interval: int
    preferences: tuple[Preference, ...]
    strict: bool = False
    least_hours_per_period: int = 0
    least_modules_per_period: int = 0
    most_modules_per_period: int | None = None
    away: int = 0
    fixed: tuple[tuple[int, int | None], ...] = ()
    earlier: tuple[tuple[int, int | None], ...] = ()

    @property
    def budget(self) -> int:
        """Quarter credit hours of the whole horizon."""
        return sum(self.budgets)

    @property
    def wants_more_than_goals(self) -> bool:
        """Whether a best plan may hold modules that close no goal: to fill months, or to keep what was planned."""
        return bool(self.least_hours_per_period or self.least_modules_per_period or self.fixed or self.earlier)

    def runs_in(self, module: int, period: int) -> bool:
        """Return whether ``module`` may be taken in ``period``."""
        for fixed, month in self.fixed:
            if fixed == module and month is not None:
                return month == period
        return bool(self.catalogue.months[module] >> self.periods[period].month & ~(self.away >> period) & 1)

    def window(self, period: int) -> Window:
        """Return the least and the most that ``period`` may hold."""
        fixed = [module for module, month in self.fixed if month == period]
        hours = sum(self.catalogue.hours[module] for module in fixed)
        if self.away >> period & 1:
            return Window(0, hours, 0, len(fixed))
        most = self.most_modules_per_period
        return Window(
            self.least_hours_per_period,
            max(self.hours_per_period, hours),
            self.least_modules_per_period,
            None if most is None else max(most, len(fixed)),
        )

    def whole_window(self) -> Window:
        """Return the least and the most that all periods may hold together."""
        windows = [self.window(period) for period in range(len(self.periods))]
        most = [window.most_modules for window in windows if window.most_modules is not None]
        return Window(
            sum(window.least_hours for window in windows),
            sum(window.most_hours for window in windows),
            sum(window.least_modules for window in windows),
            sum(most) if len(most) == len(windows) else None,
        )


Status = Literal["optimal", "feasible"]


@dataclass(frozen=True, slots=True)
class StageResult:
    """What one stage reached: ``value`` by the plan, ``bound`` proven of every plan; equal when optimal."""

    name: str
    value: int
    bound: int

    @property
    def status(self) -> Status:
        """Whether the value is proven best, given the stages before."""
        return "optimal" if self.value == self.bound else "feasible"


@dataclass(frozen=True, slots=True)
class Selection:
    """The best set of modules, what each stage reached, the log of the search that proves its hours, if one did, and whether all is proven."""

    modules: int
    stages: tuple[StageResult, ...]
    proof: list[int] | None = None
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Certificate:
    """That some goals take ``hours`` quarter hours at the least, step by step; ``seal`` binds the steps to one problem."""

    hours: int
    steps: tuple[int, ...]
    seal: str


@dataclass(frozen=True, slots=True)
class Solution:
    """A schedule: (module, period) in the order in which they are taken, and the value of each stage.

    ``certificate`` proves the hours stage where everything within reach is closed; ``certificate.py`` checks it.
    """

    steps: tuple[tuple[int, int], ...]
    stages: tuple[StageResult, ...]
    certificate: Certificate | None = None

    @property
    def modules(self) -> int:
        """The modules of the schedule as a mask."""
        return sum(1 << module for module, _ in self.steps)


def bits(mask: int) -> list[int]:
    """Return the positions of the set bits of ``mask``, smallest first.

    >>> bits(0b1010)
    [1, 3]
    """
    found = []
    while mask:
        highest = mask.bit_length() - 1
        found.append(highest)
        mask ^= 1 << highest
    found.reverse()
    return found
