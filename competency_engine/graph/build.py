"""Library → the directed graph of what comes before what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import networkx as nx

from competency_engine.diagnostics import Path
from competency_engine.domain.competency import PREREQUISITES_BIND_FROM
from competency_engine.domain.curriculum import Module, Topic
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import ModuleDone, Requirement, TopicDone, UnitAtLevel
from competency_engine.graph.requirements import walk_requirements

Node: TypeAlias = tuple[Literal["unit", "topic", "module"], str]
EdgeKind = Literal["unit_prerequisite", "requires", "recommends", "inherits", "membership", "brings"]
PrerequisiteGraph: TypeAlias = "nx.DiGraph[Node]"


@dataclass(frozen=True, slots=True)
class Edge:
    """``source`` comes before ``target``; the fields after them are the attributes of the edge.

    Attributes:
        source: the prerequisite.
        target: what depends on it.
        kind: ``unit_prerequisite`` unit → unit; ``requires`` and ``recommends`` as written; ``inherits`` what a module
            owes to its topic's requirements or to the prerequisites of a unit that it brings to level 3 or above;
            ``membership`` module → its topic; ``brings`` module → unit.
        hard: a bar; False = a preference.
        alternative: one way among several: inside ``any`` or ``at_least``, on some of the topic's paths only, or one
            of the modules that may bring a unit.
        path: where it is written: kind and id of the document, then the path in it.
        level: level of the unit that is asked or brought; None where no unit is.
    """

    source: Node
    target: Node
    kind: EdgeKind
    path: Path
    hard: bool = True
    alternative: bool = False
    level: int | None = None

    @property
    def strength(self) -> tuple[bool, bool]:
        """Order among edges between the same two nodes; only the strongest is kept."""
        return self.hard, not self.alternative


def build_graph(library: Library) -> PrerequisiteGraph:
    """Return the graph of units, topics and modules; each edge goes from a prerequisite to what depends on it.

    Nodes are ``("unit" | "topic" | "module", id)`` in order of id, edges carry the attributes of ``Edge``. Of several
    edges between the same two nodes the strongest is kept, of equals the first. A reference to something that does
    not exist gives no edge.
    """
    graph: PrerequisiteGraph = nx.DiGraph()
    graph.add_nodes_from(("unit", id_) for id_ in sorted(library.units))
    graph.add_nodes_from(("topic", id_) for id_ in sorted(library.topics))
    graph.add_nodes_from(("module", id_) for id_ in sorted(library.modules))
    strongest: dict[tuple[Node, Node], Edge] = {}
    for edge in _edges(library):
        if edge.source in graph and edge.target in graph:
            ends = edge.source, edge.target
            strongest[ends] = max(strongest.get(ends, edge), edge, key=lambda candidate: candidate.strength)
    for (source, target), edge in strongest.items():
        graph.add_edge(
            source,
            target,
            kind=edge.kind,
            hard=edge.hard,
            alternative=edge.alternative,
            path=edge.path,
            level=edge.level,
        )
    return graph


def _edges(library: Library) -> Iterator[Edge]:
    for unit_id in sorted(library.units):
        for index, prerequisite in enumerate(library.units[unit_id].prerequisites):
            path = ("unit", unit_id, "prerequisites", index)
            source: Node = ("unit", prerequisite.unit)
            yield Edge(source, ("unit", unit_id), "unit_prerequisite", path, level=prerequisite.level)
    for topic_id in sorted(library.topics):
        topic = library.topics[topic_id]
        yield from _topic_edges(topic, topic.requires, "requires")
        yield from _topic_edges(topic, topic.recommends, "recommends")
    for module_id in sorted(library.modules):
        yield from _module_edges(library.modules[module_id], library)


def _topic_edges(topic: Topic, before: Iterable[str], kind: Literal["requires", "recommends"]) -> Iterator[Edge]:
    for index, id_ in enumerate(before):
        path = ("topic", topic.id, kind, index)
        yield Edge(("topic", id_), ("topic", topic.id), kind, path, hard=kind == "requires")


def _module_edges(module: Module, library: Library) -> Iterator[Edge]:
    yield from _requirement_edges(module, module.requires, "requires")
    yield from _requirement_edges(module, module.recommends, "recommends")
    target: Node = ("module", module.id)
    topic = library.topics.get(module.topic) if module.topic is not None else None
    if topic is not None:
        for index, id_ in enumerate(topic.requires):
            yield Edge(("topic", id_), target, "inherits", ("topic", topic.id, "requires", index))
        optional = any(module.id not in path for path in topic.paths)
        yield Edge(target, ("topic", topic.id), "membership", ("module", module.id, "topic"), alternative=optional)
    for unit_id, level in module.brings.items():
        yield from _inherited_from_unit(unit_id, level, target, library)
        path = ("module", module.id, "brings", unit_id)
        yield Edge(target, ("unit", unit_id), "brings", path, alternative=True, level=level)


def _inherited_from_unit(unit_id: UnitId, level: int, target: Node, library: Library) -> Iterator[Edge]:
    unit = library.units.get(unit_id)
    if unit is None or level < PREREQUISITES_BIND_FROM:
        return
    for index, prerequisite in enumerate(unit.prerequisites):
        path = ("unit", unit_id, "prerequisites", index)
        yield Edge(("unit", prerequisite.unit), target, "inherits", path, level=prerequisite.level)


def _requirement_edges(
    module: Module, requirements: tuple[Requirement, ...], kind: Literal["requires", "recommends"]
) -> Iterator[Edge]:
    for clause in walk_requirements(requirements, ("module", module.id, kind)):
        named = _named(clause.requirement)
        if named is not None:
            source, level = named
            yield Edge(
                source,
                ("module", module.id),
                kind,
                (*clause.path, source[0]),
                hard=kind == "requires",
                alternative=clause.alternative,
                level=level,
            )


def _named(requirement: Requirement) -> tuple[Node, int | None] | None:
    if isinstance(requirement, UnitAtLevel):
        return ("unit", requirement.unit), requirement.level
    if isinstance(requirement, ModuleDone):
        return ("module", requirement.module), None
    if isinstance(requirement, TopicDone):
        return ("topic", requirement.topic), None
    return None
