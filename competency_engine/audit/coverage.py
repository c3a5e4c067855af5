"""What teaches, practises, assesses and illustrates each step of each unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, get_args

from competency_engine.domain.curriculum import MODES, PHASES, Mode, Module, Phase, TeacherKind
from competency_engine.domain.entity import ModuleId, UnitId, quarters
from competency_engine.domain.evidence import Instrument
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import UnitAtLevel, atoms
from competency_engine.graph.demands import Demand, find_demands
from competency_engine.graph.reach import find_reach

PRACTICE_FROM = 3
"""Level from which practice evidence is asked for (the published touchstone)."""
TEACHERS: tuple[TeacherKind, ...] = get_args(TeacherKind)
Value = TypeVar("Value")
Unheld = Mapping[ModuleId, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One unit from ``level`` − 1 to ``level``, and what serves it.

    Attributes:
        unit: the unit.
        level: the level that it is raised to.
        demands: who requires this level of it or more.
        modules: what teaches it: brings the level or more and can be entered below it, in order of id.
        instruments: ids of what proves it.
        cases: ids of the cases that these modules use.
        sites: ids of the sites that show the unit.
        items: how many test items and observation points of this level there are.
        reachable: whether somebody who holds nothing can come to it.
    """

    unit: UnitId
    level: int
    demands: tuple[Demand, ...]
    modules: tuple[Module, ...]
    instruments: tuple[str, ...]
    cases: tuple[str, ...]
    sites: tuple[str, ...]
    items: int
    reachable: bool

    @property
    def key(self) -> tuple[UnitId, int]:
        """Unit and level."""
        return self.unit, self.level

    @property
    def required(self) -> bool:
        """Whether anybody asks for it."""
        return bool(self.demands)

    @property
    def required_by(self) -> int:
        """How many roles, rules, training duties and problems ask for it."""
        return len({(demand.owner.kind, demand.owner.id) for demand in self.demands})

    @property
    def practised(self) -> int:
        """How many practice modules teach it."""
        return sum(module.phase == "practice" for module in self.modules)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Phases of the modules that teach it, in the order of the loop."""
        return _in_order(PHASES, (module.phase for module in self.modules))

    @property
    def modes(self) -> tuple[Mode, ...]:
        """Training modes of the modules that teach it."""
        return _in_order(MODES, (module.mode for module in self.modules))

    @property
    def teachers(self) -> tuple[TeacherKind, ...]:
        """Kinds of teachers of the modules that teach it."""
        return _in_order(TEACHERS, (module.teacher for module in self.modules if module.teacher is not None))


@dataclass(frozen=True)
class Coverage:
    """Every step of every unit, in order of unit and level, and the modules that cannot be held at all.

    Attributes:
        steps: up to the top of each unit's own levels, or as far as somebody requires.
        unheld: modules that cannot be held, with the reason: ``month``, ``year`` or ``partner``.
    """

    steps: tuple[Step, ...]
    unheld: Unheld

    @cached_property
    def required(self) -> tuple[Step, ...]:
        """The steps that somebody asks for."""
        return tuple(step for step in self.steps if step.required)

    @cached_property
    def step(self) -> dict[tuple[UnitId, int], Step]:
        """Every step by unit and level."""
        return {step.key: step for step in self.steps}

    @cached_property
    def of_unit(self) -> dict[UnitId, tuple[Step, ...]]:
        """The steps of each unit, from level 1 on."""
        found: dict[UnitId, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.unit, []).append(step)
        return {unit: tuple(steps) for unit, steps in found.items()}


def cover(library: Library) -> Coverage:
    """Return the coverage of ``library``'s model by its curriculum."""
    demands: dict[UnitId, list[Demand]] = {}
    for demand in find_demands(library):
        demands.setdefault(demand.unit, []).append(demand)
    unheld = find_unheld(library)
    reached = {urgent: find_reach(library, urgent, without=unheld).levels for urgent in (False, True)}
    entries = {unit: _entries(unit, library) for unit in library.units}
    steps = []
    for unit in library.units:
        asked = demands.get(unit, [])
        for level in range(1, _top(library, unit, asked) + 1):
            asking = tuple(demand for demand in asked if demand.level >= level)
            by_packs = bool(asking) and all(demand.urgent for demand in asking)
            modules = tuple(module for module, entry in entries[unit] if entry < level <= module.brings[unit])
            steps.append(_step(unit, level, asking, modules, reached[by_packs][unit] >= level, library))
    return Coverage(tuple(steps), unheld)


def _top(library: Library, unit: UnitId, demands: Iterable[Demand]) -> int:
    own = (level.level for level in library.units[unit].levels)
    return max((*own, *(demand.level for demand in demands)), default=0)


def _entries(unit: UnitId, library: Library) -> list[tuple[Module, int]]:
    """Return the modules that bring ``unit``, each with the level of it that must be held before."""
    return [
        (module, _entry(module, unit)) for _, module in sorted(library.modules.items()) if module.brings.get(unit, 0)
    ]


def _entry(module: Module, unit: UnitId) -> int:
    named = [atom.level for atom, _ in atoms(module.requires) if isinstance(atom, UnitAtLevel) and atom.unit == unit]
    return min(named) if named else module.brings[unit] - 1


def _step(
    unit: UnitId,
    level: int,
    demands: tuple[Demand, ...],
    modules: tuple[Module, ...],
    reachable: bool,
    library: Library,
) -> Step:
    return Step(
        unit,
        level,
        demands,
        modules,
        tuple(id_ for id_, instrument in library.instruments.items() if _proves(instrument, unit, level, library)),
        tuple(sorted({case for module in modules for case in module.cases})),
        tuple(id_ for id_, site in library.sites.items() if unit in site.shows),
        sum(item.unit == unit and item.level == level for items in library.items.values() for item in items.values()),
        reachable,
    )


def _proves(instrument: Instrument, unit: UnitId, level: int, library: Library) -> bool:
    if instrument.proves_up_to < level:
        return False
    items = library.items.get(instrument.id)
    return items is None or any(item.unit == unit for item in items.values())


def find_unheld(library: Library) -> Unheld:
    """Return the modules that no plan can hold, in order of id, with the reason.

    ``month`` and ``year``: more hours than the policy's month or year has; ``partner``: no partner runs in a month in
    which it runs.
    """
    return {id_: reason for id_, module in sorted(library.modules.items()) if (reason := _why_unheld(module, library))}


def _why_unheld(module: Module, library: Library) -> str | None:
    policy = library.policy
    if quarters(module.hours) > quarters(policy.hours_per_month):
        return "month"
    if module.mode in policy.budget.counts and quarters(module.hours) > quarters(policy.budget.hours_per_year):
        return "year"
    months = _months(module)
    if module.pairs_with and all(months.isdisjoint(_months(library.modules[id_])) for id_ in module.pairs_with):
        return "partner"
    return None


def _months(module: Module) -> frozenset[int]:
    return frozenset(module.offered) or frozenset(range(1, 13))


def _in_order(order: Sequence[Value], found: Iterable[Value]) -> tuple[Value, ...]:
    present = set(found)
    return tuple(value for value in order if value in present)


def served(coverage: Coverage, owners: Collection[str], skills: Collection[str] = ()) -> tuple[Step, ...]:
    """Return the steps that any of ``owners`` requires, and those of ``skills`` that anybody requires."""
    return tuple(
        step
        for step in coverage.required
        if step.unit in skills or any(demand.owner.id in owners for demand in step.demands)
    )
