"""Units that are gone, those that stand for them, and what is carried from the ones to the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

from competency_engine.assessment.wholes import Item, Parts
from competency_engine.domain.crosswalk import Counterpart
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.graph.crossing import Links, sources_of

Reason = Literal[
    "unknown", "dropped", "related", "incomplete", "superseded", "scale", "differs", "taken", "item", "instrument"
]  # fmt: skip
"""Why a record is carried nowhere: nothing has this id; its unit was dropped; is only related; parts are missing; a later level came
before the other parts; the score is out of range or on no scale of levels; the parts say different things; the new unit was scored too; its item or
its instrument is gone."""
Value = TypeVar("Value")
Items = Mapping[UnitId, Sequence[Item[Value]]]


@dataclass(frozen=True)
class Successors:
    """What stands in ``library`` for the units of ``links``, none of which is its own, and which form no circle."""

    library: Library
    links: Links

    @cached_property
    def sources(self) -> Mapping[UnitId, tuple[tuple[UnitId, Counterpart], ...]]:
        """What counts for each unit."""
        return sources_of(self.links)

    @cached_property
    def renamed(self) -> Mapping[UnitId, UnitId]:
        """Units that merely have another id now, level by level."""
        return {
            unit: links[0].unit
            for unit, links in self.links.items()
            if len(links) == 1 and links[0].relation == "exactMatchOf" and not links[0].levels
        }

    def why_nowhere(self, unit: str) -> Reason | None:
        """Return why nothing recorded of ``unit`` can be carried anywhere; None where something can."""
        links = self.links.get(UnitId(unit))
        if links is None:
            return "unknown"
        if links and not any(link.carries for link in links):
            return "related"
        return None if any(self.ends_of(UnitId(unit))) else "dropped"

    def ways_of(self, unit: UnitId) -> Iterator[Counterpart]:
        """Yield every counterpart that carries something on the way from ``unit`` to the library."""
        for link in self.links.get(unit, ()):
            if link.carries:
                yield link
                yield from self.ways_of(link.unit)

    def ends_of(self, unit: UnitId) -> Iterator[UnitId]:
        """Yield the units of the library that ``unit`` comes to in the end."""
        return (link.unit for link in self.ways_of(unit) if link.unit in self.library.units)

    def carry(
        self,
        own: Items[Value],
        through: Callable[[Value, Counterpart], Value | None],
        join: Callable[[Parts[Value]], Sequence[Item[Value]]],
    ) -> dict[UnitId, list[Item[Value]]]:
        """Return what ``own`` amounts to for each unit of the library that something counts for, its own left out.

        Args:
            own: what is recorded under each unit.
            through: a value as the counterpart counts it; None = not at all.
            join: what the parts of a whole say together.
        """
        met: dict[UnitId, list[Item[Value]]] = {}

        def all_of(unit: UnitId) -> list[Item[Value]]:
            if unit not in met:
                met[unit] = list(own.get(unit, ()))
                met[unit] += derived(unit)
            return met[unit]

        def derived(unit: UnitId) -> Sequence[Item[Value]]:
            sources = self.sources.get(unit, ())
            parts = [
                [
                    Item(value, item.behind)
                    for item in all_of(source)
                    if (value := through(item.value, link)) is not None
                ]
                for source, link in sources
            ]
            of_whole = [part for part, (_, link) in zip(parts, sources, strict=True) if link.relation == "isPartOf"]
            alone = [part for part, (_, link) in zip(parts, sources, strict=True) if link.relation != "isPartOf"]
            whole = join(of_whole) if len(of_whole) > 1 and all(of_whole) else ()
            return [*whole, *(item for part in alone for item in part)]

        return {unit: list(derived(unit)) for unit in self.sources if unit in self.library.units}
