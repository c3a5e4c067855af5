"""The ways to a level: which modules bring it, what each drags in, from where, and which of them is worth having."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from competency_engine.domain.competency import PREREQUISITES_BIND_FROM
from competency_engine.domain.curriculum import Mode, Module
from competency_engine.domain.entity import ModuleId, UnitId, quarters
from competency_engine.domain.library import Library
from competency_engine.domain.policy import FewAbsences
from competency_engine.domain.requirement import AllOf, ModuleDone, Requirement, UnitAtLevel


@dataclass(frozen=True, slots=True)
class Way:
    """One way to raise a unit to a level: a module, with the partner and the modules that it cannot be taken without.

    Attributes:
        module: the module that brings the level.
        modules: it and what it drags in, in order of id.
        mode: training mode of ``module``.
        quarter_hours: of all ``modules``.
        away: how many of them take the learner away from the post.
        level: the level that it brings, at least the one that is looked for.
        entry: the levels that must be held before, by unit; units that need nothing are left out.
    """

    module: ModuleId
    modules: tuple[ModuleId, ...]
    mode: Mode
    quarter_hours: int
    away: int
    level: int
    entry: dict[UnitId, int]

    def beats(self, other: Way) -> bool:
        """Return whether this way is no worse than ``other`` in hours, entry, absence and level, and better in one."""
        mine = (self.quarter_hours, self.away, -self.level)
        others = (other.quarter_hours, other.away, -other.level)
        no_worse = all(a <= b for a, b in zip(mine, others, strict=True)) and all(
            level <= other.entry.get(unit, 0) for unit, level in self.entry.items()
        )
        return no_worse and (mine != others or self.entry != other.entry)


def find_ways(library: Library, unit: UnitId, level: int) -> tuple[Way, ...]:
    """Return every way by which someone below ``level`` may raise ``unit`` to it, in order of the module's id.

    A topic that must be done before counts for none of them: it may be held by assessment. Of a choice of partners or of
    required modules the one of the fewest hours is dragged in.
    """
    bringing = (module for module in library.modules.values() if module.brings.get(unit, 0) >= level)
    ways = (_way(library, module, unit) for module in bringing)
    return tuple(way for way in ways if way.entry.get(unit, 0) < level)


def find_choices(library: Library, unit: UnitId, level: int) -> tuple[tuple[Way, Way], ...]:
    """Return the pairs of ways to ``level`` between which there is a real choice.

    The two differ in mode and in hours or entry level, and neither beats the other.
    """
    ways = find_ways(library, unit, level)
    return tuple(
        (first, second)
        for index, first in enumerate(ways)
        for second in ways[index + 1 :]
        if first.mode != second.mode
        and (first.quarter_hours != second.quarter_hours or first.entry != second.entry)
        and not first.beats(second)
        and not second.beats(first)
    )


def _way(library: Library, module: Module, unit: UnitId) -> Way:
    ids = _dragged_in(library, module)
    modules = [library.modules[id_] for id_ in ids]
    entry: dict[UnitId, int] = {}
    for other in modules:
        before = [library.modules[id_] for id_ in _taken_before(library, other)]
        for asked, level in _entry(other, library):
            if level > 0 and not any(earlier.brings.get(asked, 0) >= level for earlier in before):
                entry[asked] = max(level, entry.get(asked, 0))
    away = {mode for wish in library.policy.preferences if isinstance(wish, FewAbsences) for mode in wish.modes}
    return Way(
        module=ModuleId(module.id),
        modules=ids,
        mode=module.mode,
        quarter_hours=sum(quarters(other.hours) for other in modules),
        away=sum(other.mode in away for other in modules),
        level=module.brings[unit],
        entry=entry,
    )


def _dragged_in(library: Library, module: Module) -> tuple[ModuleId, ...]:
    """Return ``module`` and every module that it cannot be taken without, in order of id."""
    found: dict[ModuleId, None] = {}
    queue = [ModuleId(module.id)]
    while queue:
        id_ = queue.pop()
        if id_ in found:
            continue
        found[id_] = None
        current = library.modules[id_]
        queue.extend(_required_modules(current.requires))
        if (
            current.pairs_with
            and not found.keys() & set(current.pairs_with)
            and not set(queue) & set(current.pairs_with)
        ):
            queue.append(min(current.pairs_with, key=lambda partner: (library.modules[partner].hours, partner)))
    return tuple(sorted(found))


def _taken_before(library: Library, module: Module) -> set[ModuleId]:
    """Return the modules that ``module`` requires, and that they require."""
    found: set[ModuleId] = set()
    queue = list(_required_modules(module.requires))
    while queue:
        id_ = queue.pop()
        if id_ not in found:
            found.add(id_)
            queue.extend(_required_modules(library.modules[id_].requires))
    return found


def _required_modules(requirements: Iterable[Requirement]) -> Iterator[ModuleId]:
    for requirement in requirements:
        if isinstance(requirement, ModuleDone):
            yield requirement.module
        elif isinstance(requirement, AllOf):
            yield from _required_modules(requirement.all)


def _entry(module: Module, library: Library) -> Iterator[tuple[UnitId, int]]:
    """Yield the unit levels that ``module`` asks for: its own, one below what it brings where it names none, and its units' prerequisites."""
    named: set[UnitId] = set()
    todo = list(module.requires)
    while todo:
        requirement = todo.pop()
        if isinstance(requirement, UnitAtLevel):
            named.add(requirement.unit)
            yield requirement.unit, requirement.level
        elif isinstance(requirement, AllOf):
            todo.extend(requirement.all)
    yield from ((unit, level - 1) for unit, level in module.brings.items() if unit not in named)
    for unit, level in module.brings.items():
        if level >= PREREQUISITES_BIND_FROM:
            yield from ((first.unit, first.level) for first in library.units[unit].prerequisites)
