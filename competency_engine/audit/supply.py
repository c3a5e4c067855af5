"""What the files say of supply, held against demand: how thick each step is taught, and who is there to teach it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from competency_engine.audit.coverage import Coverage, Step
from competency_engine.domain.curriculum import Module, TeacherKind
from competency_engine.domain.entity import TopicId, UnitId, quarters
from competency_engine.domain.library import Library
from competency_engine.domain.venue import Site, Teacher

THIN_BELOW = 0.5
"""A step is thin where its share of supply is less than this part of its share of demand."""


@dataclass(frozen=True, slots=True)
class Thickness:
    """How thick one required step is taught.

    Attributes:
        step: the step.
        hours: of the modules that teach it.
        supply: their share in the hours of all required steps; a module counts for each step that it teaches.
        demand: its share in all demand; None = not to be told.
    """

    step: Step
    hours: float
    supply: float
    demand: float | None

    @property
    def ratio(self) -> float | None:
        """Share of supply ÷ share of demand, 1 = as much as its part; None where nobody asks or it is not to be told."""
        return self.supply / self.demand if self.demand else None

    @property
    def thin(self) -> bool | None:
        """Whether the ratio is below `THIN_BELOW`; None where there is none."""
        return None if self.ratio is None else self.ratio < THIN_BELOW


def measure_thickness(coverage: Coverage, demand: Mapping[tuple[UnitId, int], int | None]) -> tuple[Thickness, ...]:
    """Return the thickness of each required step, in order of unit and level.

    Args:
        coverage: of the model by the curriculum.
        demand: how many ask for each step; None = not to be told, and in no share.
    """
    hours = {step.key: sum(quarters(module.hours) for module in step.modules) / 4 for step in coverage.required}
    offered = sum(hours.values())
    asked = sum(filter(None, (demand.get(key) for key in hours)))
    found = []
    for step in coverage.required:
        count = demand.get(step.key)
        share = None if count is None or not asked else count / asked
        found.append(Thickness(step, hours[step.key], hours[step.key] / offered if offered else 0.0, share))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Staffing:
    """The modules of one topic, or of one unit beside all topics, that one kind of teacher teaches.

    Attributes:
        topic: the topic; None = modules of no topic.
        unit: the unit that they are taught for; None = nothing says which.
        kind: the kind of teacher that they ask for.
        modules: in order of id.
        teachers: those registered of this kind who name the topic or the unit.
    """

    topic: TopicId | None
    unit: UnitId | None
    kind: TeacherKind
    modules: tuple[Module, ...]
    teachers: tuple[Teacher, ...]


def find_staffing(library: Library) -> tuple[Staffing, ...]:
    """Return who teaches what, by topic, unit and kind of teacher; modules that ask for no kind are left out."""
    groups: dict[tuple[TopicId | None, UnitId | None, TeacherKind], list[Module]] = {}
    for module in library.modules.values():
        if module.teacher is not None:
            groups.setdefault((module.topic, library.unit_of(module), module.teacher), []).append(module)
    return tuple(
        Staffing(topic, unit, kind, tuple(groups[topic, unit, kind]), _teachers(topic, unit, kind, library))
        for topic, unit, kind in sorted(groups, key=lambda key: tuple(map(str, key)))
    )


def _teachers(topic: TopicId | None, unit: UnitId | None, kind: TeacherKind, library: Library) -> tuple[Teacher, ...]:
    return tuple(
        teacher
        for teacher in library.teachers.values()
        if teacher.teacher_kind == kind and (topic in teacher.topics or unit in teacher.units)
    )


@dataclass(frozen=True, slots=True)
class Visits:
    """The site visits of one unit: the modules of this form that are taught for it, and the sites that show it."""

    unit: UnitId
    modules: tuple[Module, ...]
    sites: tuple[Site, ...]

    @property
    def places(self) -> int:
        """Most visitors at a time, all sites together."""
        return sum(site.places for site in self.sites)


def find_visits(library: Library) -> tuple[Visits, ...]:
    """Return the site visits of each unit that has modules of this form or sites, in order of unit."""
    modules = [module for module in library.modules.values() if module.form == "site_visit"]
    found = (
        Visits(
            unit,
            tuple(module for module in modules if library.unit_of(module) == unit),
            tuple(site for site in library.sites.values() if unit in site.shows),
        )
        for unit in library.units
    )
    return tuple(visits for visits in found if visits.modules or visits.sites)


def fewest_classes(module: Module, seats: int) -> int | None:
    """Return the fewest classes that hold ``seats``; None where the module states no class size."""
    return None if module.class_size is None else ceil(seats / module.class_size.at_most)


def classes_of(taken: Iterable[tuple[Module, int]]) -> tuple[int, float]:
    """Return the fewest classes of modules with so many seats each, and their hours; modules without a class size count nothing."""
    classes = [(fewest_classes(module, seats) or 0, module) for module, seats in taken]
    return sum(n for n, _ in classes), sum(n * quarters(module.hours) for n, module in classes) / 4
