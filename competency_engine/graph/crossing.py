"""Units and what stands for them: who comes from whom, and what a list of counterparts leaves open or contradicts."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import networkx as nx

from competency_engine.diagnostics import Path
from competency_engine.domain.crosswalk import Counterpart
from competency_engine.domain.entity import UnitId
from competency_engine.text import Text, say

Links = Mapping[UnitId, tuple[Counterpart, ...]]
"""Each unit with its counterparts; none = it has none, and somebody said so."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the counterparts of ``unit``.

    Attributes:
        kind: ``levels`` (they fall, or leave the scale) or ``join`` (units meet and nothing says how).
        unit: whose counterparts they are.
        path: where it stands below the list of them.
        texts: what was found, what is expected, how to mend it.
    """

    kind: Literal["levels", "join"]
    unit: UnitId
    path: Path
    texts: tuple[Text, Text, Text]


def sources_of(links: Links) -> dict[UnitId, tuple[tuple[UnitId, Counterpart], ...]]:
    """Return for each unit what counts for it: the units that name it, each with how."""
    found: dict[UnitId, list[tuple[UnitId, Counterpart]]] = {}
    for unit, counterparts in links.items():
        for counterpart in counterparts:
            if counterpart.carries:
                found.setdefault(counterpart.unit, []).append((unit, counterpart))
    return {unit: tuple(sources) for unit, sources in found.items()}


def followed(links: Links, ends: Container[UnitId], top: int) -> Links:
    """Return for each unit its counterparts among ``ends``, by however many steps; where several ways lead to one, it is only related.

    Args:
        links: without circles.
        ends: units that stand for themselves.
        top: the highest level of the scale.
    """

    def along(unit: UnitId) -> Iterator[Counterpart]:
        for link in links.get(unit, ()):
            if link.unit in ends:
                yield link
            else:
                yield from (_joined(link, further, top) for further in along(link.unit))

    found: dict[UnitId, tuple[Counterpart, ...]] = {}
    for unit in links:
        by_end: dict[UnitId, list[Counterpart]] = {}
        for link in along(unit):
            by_end.setdefault(link.unit, []).append(link)
        found[unit] = tuple(
            ways[0] if len(ways) == 1 else Counterpart(unit=end, relation="isRelatedTo") for end, ways in by_end.items()
        )
    return found


def _joined(first: Counterpart, second: Counterpart, top: int) -> Counterpart:
    """Return how a unit stands to the counterpart of its counterpart."""
    relations = {first.relation, second.relation} - {"exactMatchOf"}
    relation = relations.pop() if len(relations) == 1 else "isRelatedTo" if relations else "exactMatchOf"
    levels = {}
    if first.levels or second.levels:
        levels = {own: second.counts_as(first.counts_as(own)) for own in range(1, top + 1)}
    return Counterpart(unit=second.unit, relation=relation, levels=levels)


def find_circles(links: Links) -> list[tuple[UnitId, ...]]:
    """Return a circle of each knot of units that stand for each other, each from its least id on."""
    graph = nx.DiGraph((unit, other.unit) for unit, others in links.items() for other in others)
    knots = (sorted(knot) for knot in nx.strongly_connected_components(graph))
    own = (knot for knot in knots if len(knot) > 1 or graph.has_edge(knot[0], knot[0]))
    return sorted(tuple(unit for unit, _ in nx.find_cycle(graph.subgraph(knot), knot[0])) for knot in own)


def find_faults(links: Links, tops: tuple[int, int]) -> Iterator[Fault]:
    """Yield all that is wrong with ``links``, between scales with the top levels ``tops``."""
    sources = sources_of(links)
    for unit, counterparts in links.items():
        carrying = [other for other in counterparts if other.carries]
        for index, other in enumerate(counterparts):
            yield from _level_faults(unit, index, other, tops)
            if other.unit in [earlier.unit for earlier in counterparts[:index]]:
                found = say(f"{unit} 两次对应 {other.unit}", f"{unit} names {other.unit} twice")
                yield _join(unit, index, "unit", found, say("每个单元一次", "each unit once"))
            elif other.carries:
                yield from _join_faults(unit, index, other, len(carrying), sources[other.unit])


def _level_faults(unit: UnitId, index: int, other: Counterpart, tops: tuple[int, int]) -> Iterator[Fault]:
    highest = 0
    for own, level in sorted(other.levels.items()):
        if own > tops[0] or level > tops[1]:
            texts = (
                say(
                    f"{unit} 的{own}级算 {other.unit} 的{level}级",
                    f"level {own} of {unit} counts as level {level} of {other.unit}",
                ),
                say(f"不超过{tops[0]}级和{tops[1]}级", f"at most level {tops[0]} and level {tops[1]}"),
                say("改为量表上的等级", "write levels of the scale"),
            )
            yield Fault("levels", unit, (index, "levels", str(own)), texts)
        elif level < highest:
            texts = (
                say(
                    f"{unit} 的{own}级只算{level}级，更低的等级算到{highest}级",
                    f"level {own} of {unit} counts as {level}, a lower one as {highest}",
                ),
                say(f"不低于{highest}", f"{highest} or more"),
                say("高的等级不能算得更低", "let no higher level count for less"),
            )
            yield Fault("levels", unit, (index, "levels", str(own)), texts)
        highest = max(highest, level)


def _join_faults(
    unit: UnitId, index: int, other: Counterpart, own: int, sources: tuple[tuple[UnitId, Counterpart], ...]
) -> Iterator[Fault]:
    """Yield where a relation and the units that meet in it disagree."""
    rivals = ", ".join(source for source, _ in sources if source != unit)
    if other.relation == "exactMatchOf" and own > 1:
        found = say(
            f"{unit} 与 {other.unit} 相同，却还有别的对应单元",
            f"{unit} is the same as {other.unit} and stands beside others too",
        )
        expected = say("拆分的各部分写 hasPart", "hasPart for each of the parts that it was split into")
        yield _join(unit, index, "relation", found, expected)
    if any(link.relation != "isPartOf" for _, link in sources) and len(sources) > 1:
        found = say(f"{unit} 和 {rivals} 都对应 {other.unit}", f"{unit} and {rivals} both stand for {other.unit}")
        expected = say(
            "合并的各部分都写 isPartOf；其余写 isRelatedTo",
            "isPartOf for each of the parts that were merged, isRelatedTo for the others",
        )
        yield _join(unit, index, "relation", found, expected)


def _join(unit: UnitId, index: int, field: str, found: Text, expected: Text) -> Fault:
    return Fault("join", unit, (index, field), (found, expected, say("说明它们怎样合在一起", "say how they join")))
