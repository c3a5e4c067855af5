"""Cycles, what leads where, and what is implied."""

from __future__ import annotations

import networkx as nx
import pytest

from competency_engine.graph.build import build_graph
from competency_engine.graph.queries import (
    ancestors,
    descendants,
    edges_where,
    find_cycles,
    path_edges,
    redundant_edges,
)
from tests.worlds.files import tiny


@pytest.fixture(scope="module")
def graph():
    return build_graph(tiny().library)


def topics(*edges):
    """Return a graph of topics, one for each letter; ``ab`` means a before b."""
    graph = nx.DiGraph()
    graph.add_edges_from((("topic", a), ("topic", b)) for a, b in edges)
    return graph


def letters(nodes):
    return "".join(id_ for _, id_ in nodes)


def test_ancestors_are_all_that_leads_to_a_node_in_order(graph):
    hard = edges_where(graph, lambda edge: edge["hard"] and edge["kind"] != "brings")

    assert ancestors(hard, ("topic", "T2")) == (
        ("module", "T1-C"),
        ("module", "T1-P"),
        ("module", "T1-T"),
        ("module", "T2-C"),
        ("module", "T2-P"),
        ("topic", "T1"),
    )


def test_descendants_are_all_that_follows_in_order(graph):
    assert descendants(graph, ("module", "T2-P")) == (
        ("module", "SKL-1-C"),
        ("topic", "T2"),
        ("unit", "BAS-2"),
        ("unit", "SKL-1"),
    )


def test_a_node_on_a_cycle_is_not_its_own_ancestor():
    assert ancestors(topics("ab", "ba"), ("topic", "a")) == (("topic", "b"),)


def test_the_tiny_world_has_no_cycle(graph):
    assert find_cycles(edges_where(graph, lambda edge: edge["kind"] != "brings")) == ()


@pytest.mark.parametrize(
    ("edges", "cycles"),
    [
        (["ab", "bc"], []),
        (["aa"], ["a"]),
        (["ca", "bc", "ab"], ["abc"]),
        (["ab", "bc", "ca", "cb"], ["bc"]),
        (["ab", "ba", "bc", "cd", "dc"], ["ab", "cd"]),
        (["ad", "da", "ac", "ca"], ["ac"]),
        (["ab", "ba", "bb"], ["b"]),
    ],
)
def test_one_shortest_cycle_of_each_knot_from_its_smallest_node(edges, cycles):
    found = [letters(cycle) for cycle in find_cycles(topics(*edges))]

    assert found == cycles
    assert [letters(cycle) for cycle in find_cycles(topics(*reversed(edges)))] == cycles


@pytest.mark.parametrize(
    ("edges", "redundant"),
    [
        (["ab", "bc"], []),
        (["ab", "bc", "ac"], ["acb"]),
        (["ab", "bc", "cd", "ad"], ["adc"]),
        (["ab", "ac", "bd", "cd", "ad"], ["adb"]),
        (["ab", "ba", "ac", "bc"], []),
    ],
)
def test_redundant_edges_name_what_implies_them(edges, redundant):
    assert [letters(found) for found in redundant_edges(topics(*edges))] == redundant


def test_path_edges_follow_the_shortest_path_of_smallest_nodes():
    graph = topics("ac", "cd", "ab", "bd", "ae")

    assert [letters(edge) for edge in path_edges(graph, ("topic", "a"), ("topic", "d"))] == ["ab", "bd"]
    assert path_edges(graph, ("topic", "d"), ("topic", "a")) == ()
