"""Questions asked of the graph; every answer comes in a fixed order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterator
from itertools import pairwise
from typing import Any

import networkx as nx

from competency_engine.graph.build import Node, PrerequisiteGraph


def edges_where(graph: PrerequisiteGraph, keep: Callable[[dict[str, Any]], bool]) -> PrerequisiteGraph:
    """Return ``graph`` with only those edges whose attributes ``keep`` accepts, and with every node."""
    chosen: PrerequisiteGraph = nx.DiGraph()
    chosen.add_nodes_from(graph.nodes)
    chosen.add_edges_from((source, target, data) for source, target, data in graph.edges(data=True) if keep(data))
    return chosen


def ancestors(graph: PrerequisiteGraph, node: Node) -> tuple[Node, ...]:
    """Return everything that leads to ``node``, sorted; never ``node`` itself."""
    return tuple(sorted(nx.ancestors(graph, node) - {node}))


def descendants(graph: PrerequisiteGraph, node: Node) -> tuple[Node, ...]:
    """Return everything that follows from ``node``, sorted; never ``node`` itself."""
    return tuple(sorted(nx.descendants(graph, node) - {node}))


def find_cycles(graph: PrerequisiteGraph) -> tuple[tuple[Node, ...], ...]:
    """Return one shortest cycle of each strongly connected component that has one.

    A cycle is the path of its nodes from the smallest on, the first not repeated at the end; of equally short ones the
    lexicographically smallest. Components stand in order of their cycles.
    """
    cycles = (_shortest_cycle(graph, component) for component in nx.strongly_connected_components(graph))
    return tuple(sorted(cycle for cycle in cycles if cycle))


def _shortest_cycle(graph: PrerequisiteGraph, component: set[Node]) -> tuple[Node, ...]:
    if len(component) == 1:
        (node,) = component
        return (node,) if graph.has_edge(node, node) else ()
    found = (
        _shortest_walk(graph, start, start, {node for node in component if node > start}) for start in sorted(component)
    )
    return min((cycle for cycle in found if cycle), key=lambda cycle: (len(cycle), cycle))


def _shortest_walk(graph: PrerequisiteGraph, source: Node, target: Node, through: Container[Node]) -> tuple[Node, ...]:
    """Return the nodes before ``target`` on a shortest walk of at least one edge; () when there is none.

    Successors are tried in order, so of equally short walks the lexicographically smallest is found.
    """
    reached: dict[Node, tuple[Node, ...]] = {source: (source,)}
    queue = deque([source])
    while queue:
        node = queue.popleft()
        for successor in sorted(graph.successors(node)):
            if successor == target:
                return reached[node]
            if successor not in reached and successor in through:
                reached[successor] = (*reached[node], successor)
                queue.append(successor)
    return ()


def path_edges(graph: PrerequisiteGraph, source: Node, target: Node) -> tuple[tuple[Node, Node], ...]:
    """Return the edges of a shortest path from ``source`` to ``target``; () when there is none."""
    walk = _shortest_walk(graph, source, target, graph.nodes)
    return tuple(pairwise((*walk, target))) if walk else ()


def redundant_edges(graph: PrerequisiteGraph) -> Iterator[tuple[Node, Node, Node]]:
    """Yield (source, target, via) for every edge source → target that is implied because source leads to via → target.

    Of several such ``via`` the smallest is named. Nodes on a common cycle do not imply each other.
    """
    before = {node: nx.ancestors(graph, node) for node in graph}
    for target in sorted(graph):
        sources = sorted(graph.predecessors(target))
        for source in sources:
            via = next((other for other in sources if source in before[other] and other not in before[source]), None)
            if via is not None:
                yield source, target, via
