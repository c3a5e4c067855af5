"""Chains of prerequisites through several documents: none comes back to its start, none is written twice over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from competency_engine.diagnostics import Position, Related, Severity
from competency_engine.domain.entity import ModuleId, TopicId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import TopicDone
from competency_engine.graph.build import Node, PrerequisiteGraph, build_graph
from competency_engine.graph.queries import edges_where, find_cycles, path_edges, redundant_edges
from competency_engine.graph.requirements import walk_requirements
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.text import Text, say


def check_cycles(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield a shortest cycle of each knot of prerequisites that wait for each other."""
    graph = edges_where(build_graph(library), _binds)
    for cycle in find_cycles(graph):
        ends = (*cycle, cycle[0])
        shown = " → ".join(id_ for _, id_ in ends)
        related = tuple(Related(_place(library, graph, edge), _edge_text(graph, edge)) for edge in pairwise(ends))
        yield Finding(
            related[0].position,
            say(f"前置成环：{shown}", f"the prerequisites form a cycle: {shown}"),
            say("有先有后，不回到起点", "prerequisites that never lead back"),
            say("删去其中一处前置", "remove one of these prerequisites"),
            related,
        )


def has_cycle(library: Library) -> bool:
    """Return whether some prerequisites wait for each other."""
    return bool(find_cycles(edges_where(build_graph(library), _binds)))


def _binds(edge: dict[str, Any]) -> bool:
    return edge["hard"] and not edge["alternative"] and edge["kind"] != "brings"


def _place(library: Library, graph: PrerequisiteGraph, edge: tuple[Node, Node]) -> Position:
    kind, id_, *path = graph.edges[edge]["path"]
    if kind == "unit":
        return library.where(library.units[UnitId(id_)], *path)
    if kind == "topic":
        return library.where(library.topics[TopicId(id_)], *path)
    return library.where(library.modules[ModuleId(id_)], *path)


def _edge_text(graph: PrerequisiteGraph, edge: tuple[Node, Node]) -> Text:
    (_, before), (_, after) = edge
    kind = graph.edges[edge]["kind"]
    if kind == "membership":
        return say(f"学完 {after} 必须修 {before}", f"{after} cannot be done without {before}")
    if kind == "inherits":
        owner = graph.edges[edge]["path"][1]
        return say(f"{after} 随 {owner} 要求 {before}", f"{after} needs {before} because {owner} does")
    return say(f"{after} 要求 {before}", f"{after} requires {before}")


def check_redundant(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each topic prerequisite that another prerequisite of the same topic or module implies."""
    graph = edges_where(build_graph(library), _between_topics)
    for source, target, via in redundant_edges(graph):
        edges = (*path_edges(graph, source, via), (via, target))
        related = tuple(Related(_place(library, graph, edge), _edge_text(graph, edge)) for edge in edges)
        yield _redundant(_place(library, graph, (source, target)), target[1], source[1], via[1], related)
    for module in library.modules.values():
        for clause in walk_requirements(module.requires, ("requires",)):
            requirement = clause.requirement
            if isinstance(requirement, TopicDone) and module.topic is not None and not clause.alternative:
                implied = _implied_by_topic(library, graph, requirement.topic, module.topic)
                if implied:
                    place = library.where(module, *clause.path, "topic")
                    yield _redundant(place, module.id, requirement.topic, module.topic, implied)


def _between_topics(edge: dict[str, Any]) -> bool:
    return bool(edge["kind"] == "requires" and edge["path"][0] == "topic")


def _implied_by_topic(
    library: Library, graph: PrerequisiteGraph, before: TopicId, topic: TopicId
) -> tuple[Related, ...]:
    edges = path_edges(graph, ("topic", before), ("topic", topic))
    return tuple(Related(_place(library, graph, edge), _edge_text(graph, edge)) for edge in edges)


def _redundant(place: Position, owner: str, before: str, via: str, related: tuple[Related, ...]) -> Finding:
    return Finding(
        place,
        say(f"{owner} 的前置 {before} 已由 {via} 包含", f"{owner} need not require {before}: {via} does"),
        say("只写直接的前置", "direct prerequisites only"),
        say("删去这一项", "remove this one"),
        related,
    )


RULES = (
    Rule(
        "PRE01",
        "prerequisites",
        Severity.ERROR,
        say("前置不成环", "Prerequisites form no cycle"),
        say(
            "互为前置的内容谁也不能先学，整圈都学不到。",
            "Things that wait for each other can never be started, so nobody ever learns any of them.",
        ),
        check_cycles,
    ),
    Rule(
        "PRE03",
        "prerequisites",
        Severity.WARNING,
        say("不写已被包含的前置", "No prerequisite that another one implies"),
        say(
            "A 要求 B、B 要求 C 时，再写 A 要求 C 没有作用；以后改了 B，这一处会被忘掉。",
            "Where A requires B and B requires C, “A requires C” does nothing, and is forgotten when B changes.",
        ),
        check_redundant,
    ),
)
