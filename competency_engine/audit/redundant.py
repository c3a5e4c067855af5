"""Requisites that others imply, and those that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from competency_engine.domain.competency import PREREQUISITES_BIND_FROM
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import ModuleDone
from competency_engine.graph.faults import find_extraneous, why_invalid
from competency_engine.graph.requirements import walk_requirements
from competency_engine.graph.requisites import CyclicRequisitesError, Requisite, Requisites
from competency_engine.text import Text, say


@dataclass(frozen=True, slots=True)
class Fault:
    """A requisite that says nothing new to whoever learns everything here, or one of a cycle.

    Attributes:
        kind: which of the two.
        before: the requisite.
        after: what requires it.
        reason: by way of what it is implied, or the whole cycle.
    """

    kind: Literal["redundant", "cycle"]
    before: str
    after: str
    reason: Text


def find_faults(layer: str, requisites: Requisites, library: Library) -> Iterator[Fault]:
    """Yield the cycles of one layer, then what others imply, of modules only where it is written as a module that must be taken."""
    for problem in why_invalid(requisites):
        yield Fault("cycle", problem.courses[0], problem.courses[1 % len(problem.courses)], problem.reason)
    if layer == "unit":
        yield from _implied_levels(library)
        return
    written = requisites if layer == "topic" else Requisites(requisites.courses, tuple(_written(library)))
    try:
        extraneous = find_extraneous(written)
    except CyclicRequisitesError:
        return
    for found in extraneous:
        before, after, _ = found.edge
        yield _redundant(before, after, found.via)


def _redundant(before: str, after: str, via: str) -> Fault:
    return Fault("redundant", before, after, say(f"{via} 已经要求 {before}", f"{via} requires {before} already"))


def _written(library: Library) -> Iterator[Requisite]:
    for module in library.modules.values():
        for clause in walk_requirements(module.requires):
            if isinstance(clause.requirement, ModuleDone) and not clause.alternative:
                yield clause.requirement.module, module.id, "pre"


def _implied_levels(library: Library) -> Iterator[Fault]:
    """Yield the prerequisites of units that another implies: one at a level from which on its own prerequisites bind."""
    for unit in library.units.values():
        for needed in unit.prerequisites:
            for other in unit.prerequisites:
                if (
                    other.unit != needed.unit
                    and _implied(other.unit, other.level, library).get(needed.unit, 0) >= needed.level
                ):
                    yield _redundant(needed.unit, unit.id, other.unit)
                    break


def _implied(unit: UnitId, level: int, library: Library) -> dict[UnitId, int]:
    """Return the level of each unit that must be held before ``unit`` can be learnt to ``level``."""
    found: dict[UnitId, int] = {}
    waiting = [(unit, level)]
    while waiting:
        reached, height = waiting.pop()
        for needed in library.units[reached].prerequisites if height >= PREREQUISITES_BIND_FROM else ():
            if found.get(needed.unit, 0) < needed.level:
                found[needed.unit] = needed.level
                waiting.append((needed.unit, needed.level))
    return found
