"""What can be learnt: the fixpoint of taking every module whose requirements hold."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass

from competency_engine.diagnostics import Path, Related
from competency_engine.domain.competency import PREREQUISITES_BIND_FROM
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import Entity, ModuleId, TopicId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import (
    AllOf,
    AtLeast,
    ModuleDone,
    Requirement,
    TopicDone,
    UnitAtLevel,
    atoms,
    parts,
)
from competency_engine.text import Text, say


@dataclass(frozen=True, slots=True)
class Need:
    """A requirement that bars a module, and where it is written."""

    requirement: Requirement
    entity: Entity
    path: Path


@dataclass(frozen=True, slots=True)
class Reach:
    """What a person who holds only ``assumed`` can come to: the highest level of each unit, and the modules."""

    levels: dict[UnitId, int]
    modules: frozenset[ModuleId]
    assumed: Mapping[UnitId, int]


def find_needs(module: Module, library: Library) -> Iterator[Need]:
    """Yield all that must hold before ``module``: what it asks itself, its topic's prerequisites, and the climb."""
    for index, requirement in enumerate(module.requires):
        yield Need(requirement, module, ("requires", index))
    if module.topic is not None:
        topic = library.topics[module.topic]
        for index, before in enumerate(topic.requires):
            yield Need(TopicDone(topic=before), topic, ("requires", index))
    yield from _climb_needs(module)
    yield from _unit_prerequisites(module, library)


def climb(module: Module) -> tuple[UnitId, ...]:
    """Return the units that ``module`` brings to some k ≥ 2 and so needs at k−1: those not named in ``requires``."""
    named = {atom.unit for atom, _ in atoms(module.requires) if isinstance(atom, UnitAtLevel)}
    return tuple(unit for unit, level in module.brings.items() if level > 1 and unit not in named)


def _climb_needs(module: Module) -> Iterator[Need]:
    for unit in climb(module):
        yield Need(UnitAtLevel(unit=unit, level=module.brings[unit] - 1), module, ("brings", unit))


def _unit_prerequisites(module: Module, library: Library) -> Iterator[Need]:
    for unit_id, level in module.brings.items():
        if level >= PREREQUISITES_BIND_FROM:
            unit = library.units[unit_id]
            for index, before in enumerate(unit.prerequisites):
                requirement = UnitAtLevel(unit=before.unit, level=before.level)
                yield Need(requirement, unit, ("prerequisites", index))


def find_reach(
    library: Library,
    urgent: bool = False,
    assumed: Mapping[UnitId, int] | None = None,
    without: Container[ModuleId] = (),
    taken: Collection[ModuleId] = (),
) -> Reach:
    """Return what can be reached when all modules but some may be taken.

    Args:
        library: whose modules are taken.
        urgent: whether the reduced requirements of the urgent packs serve as well.
        assumed: levels held by assessment at the start; None = level 0 of everything.
        without: modules that may not be taken.
        taken: modules that count as taken at the start, whatever they need.
    """
    needs = {id_: _ways_in(module, library, urgent) for id_, module in library.modules.items()}
    allowed = {id_ for id_ in library.modules if id_ not in without}
    nothing = Reach(dict.fromkeys(library.units, 0) | dict(assumed or {}), frozenset(), assumed or {})
    start = _with(nothing, frozenset(taken), library)
    while True:
        reach = _exhaust(library, needs, allowed, start)
        alone = {id_ for id_ in reach.modules - start.modules if not has_partner(library.modules[id_], reach)}
        if not alone:
            return reach
        allowed = set(reach.modules) - alone


def has_partner(module: Module, reach: Reach) -> bool:
    """Return whether ``module`` needs no partner or one of its partners can be taken."""
    return not module.pairs_with or not reach.modules.isdisjoint(module.pairs_with)


def _ways_in(module: Module, library: Library, urgent: bool) -> tuple[tuple[Requirement, ...], ...]:
    ways = [tuple(need.requirement for need in find_needs(module, library))]
    steps = (step for pack in library.urgent_packs.values() for step in pack.steps if urgent)
    ways += [
        (*step.requires, *(need.requirement for need in _climb_needs(module)))
        for step in steps
        if step.module == module.id
    ]
    return tuple(ways)


def _exhaust(
    library: Library, needs: dict[ModuleId, tuple[tuple[Requirement, ...], ...]], allowed: set[ModuleId], reach: Reach
) -> Reach:
    while True:
        new = frozenset(
            id_
            for id_ in allowed - reach.modules
            if any(all(holds(requirement, reach, library) for requirement in way) for way in needs[id_])
        )
        if not new:
            return reach
        reach = _with(reach, new, library)


def _with(reach: Reach, new: frozenset[ModuleId], library: Library) -> Reach:
    levels = dict(reach.levels)
    for id_ in new:
        for unit, level in library.modules[id_].brings.items():
            levels[unit] = max(levels[unit], level)
    return Reach(levels, reach.modules | new, reach.assumed)


def holds(requirement: Requirement, reach: Reach, library: Library) -> bool:
    """Return whether ``requirement`` can be met within ``reach``."""
    if isinstance(requirement, UnitAtLevel):
        return reach.levels[requirement.unit] >= requirement.level
    if isinstance(requirement, ModuleDone):
        return requirement.module in reach.modules
    if isinstance(requirement, TopicDone):
        return _topic_done(requirement.topic, reach, library)
    if isinstance(requirement, AllOf):
        return all(holds(part, reach, library) for part in requirement.all)
    needed = requirement.at_least if isinstance(requirement, AtLeast) else 1
    return sum(holds(part, reach, library) for part in parts(requirement)) >= needed


def _topic_done(topic_id: TopicId, reach: Reach, library: Library) -> bool:
    topic = library.topics[topic_id]
    if reach.assumed.get(topic.unit, 0) >= max(library.policy.topic_done_level, 1):
        return True
    return any(reach.modules.issuperset(path) for path in topic.paths)


def find_blockers(unit: UnitId, level: int, reach: Reach, library: Library) -> tuple[Related, ...]:
    """Return what keeps the modules that bring ``unit`` to ``level``, or to the next higher one, out of ``reach``."""
    brought = [module.brings.get(unit, 0) for module in library.modules.values()]
    nearest = min((reached for reached in brought if reached >= level), default=None)
    found: list[Related] = []
    for module in library.modules.values():
        if module.brings.get(unit) != nearest:
            continue
        unmet = [need for need in find_needs(module, library) if not holds(need.requirement, reach, library)]
        found += [
            Related(library.where(need.entity, *need.path), _blocked(module, need.requirement, reach)) for need in unmet
        ]
        if not unmet and not has_partner(module, reach):
            message = say(f"{module.id} 的成对课程都修不了", f"no partner of {module.id} can be taken")
            found.append(Related(library.where(module, "pairs_with"), message))
    return tuple(found)


def _blocked(module: Module, requirement: Requirement, reach: Reach) -> Text:
    if isinstance(requirement, UnitAtLevel):
        unit, level, reached = requirement.unit, requirement.level, reach.levels[requirement.unit]
        return say(
            f"{module.id} 要求 {unit} 达到{level}级，最多只能到{reached}级",
            f"{module.id} needs {unit} at level {level}; level {reached} is the most",
        )
    if isinstance(requirement, ModuleDone):
        other = requirement.module
        return say(f"{module.id} 要求先修 {other}，而它修不了", f"{module.id} needs {other}, which cannot be taken")
    if isinstance(requirement, TopicDone):
        topic = requirement.topic
        return say(
            f"{module.id} 要求先修专题 {topic}，而它学不完", f"{module.id} needs topic {topic}, which cannot be done"
        )
    return say(f"{module.id} 的这组条件满足不了", f"this group of conditions of {module.id} cannot be met")
