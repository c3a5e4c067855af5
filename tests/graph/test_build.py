"""The graph of the tiny world, edge by edge."""

from __future__ import annotations

import pytest

from competency_engine.graph.build import build_graph
from tests.worlds import build
from tests.worlds.files import tiny


@pytest.fixture(scope="module")
def graph():
    return build_graph(tiny().library)


def edges_of(graph, kind):
    return [(source[1], target[1]) for source, target, data in graph.edges(data=True) if data["kind"] == kind]


def test_nodes_are_units_topics_and_modules_in_order_of_id(graph):
    assert list(graph) == [
        *(("unit", id_) for id_ in ("BAS-1", "BAS-2", "DUT-1", "POL-1", "SKL-1")),
        *(("topic", id_) for id_ in ("P1", "T1", "T2")),
        *(
            ("module", id_)
            for id_ in ("BAS-2-G", "DUT-1-O", "P1-C", "P1-P", "SKL-1-C", "T1-C", "T1-P", "T1-T", "T2-C", "T2-P")
        ),
    ]


def test_edges_of_each_kind(graph):
    assert edges_of(graph, "unit_prerequisite") == [("BAS-1", "BAS-2")]
    assert edges_of(graph, "requires") == [("T1", "T2"), ("T1-T", "T1-C"), ("T2-C", "T2-P")]
    assert edges_of(graph, "recommends") == [("T2", "SKL-1-C")]
    assert sorted(edges_of(graph, "inherits")) == [("BAS-1", "BAS-2-G"), ("T1", "T2-C"), ("T1", "T2-P")]
    assert sorted(edges_of(graph, "membership")) == [
        ("P1-C", "P1"), ("P1-P", "P1"), ("T1-C", "T1"), ("T1-P", "T1"), ("T1-T", "T1"), ("T2-C", "T2"), ("T2-P", "T2"),
    ]  # fmt: skip
    assert ("BAS-2-G", "BAS-2") in edges_of(graph, "brings")


def test_an_edge_says_where_it_is_written(graph):
    library = tiny().library
    edge = graph.edges[("module", "T1-T"), ("module", "T1-C")]
    kind, id_, *path = edge["path"]

    assert (kind, id_, path) == ("module", "T1-C", ["requires", 0, "module"])
    place = library.where(library.modules["T1-C"], *path)
    line = tiny().loading.lines[place.file][place.line - 1]
    assert line[place.column - 1 :].startswith("T1-T")


def test_edges_say_whether_they_bar_and_whether_there_is_another_way(graph):
    def strength(source, target):
        edge = graph.edges[source, target]
        return edge["hard"], edge["alternative"], edge["level"]

    assert strength(("unit", "BAS-1"), ("unit", "BAS-2")) == (True, False, 2)
    assert strength(("topic", "T2"), ("module", "SKL-1-C")) == (False, False, None)
    assert strength(("module", "T1-C"), ("unit", "BAS-1")) == (True, True, 1)
    assert strength(("module", "T1-C"), ("topic", "T1")) == (True, False, None)


def test_a_module_on_some_paths_only_is_one_way_among_several():
    topic = build.topic("T", "U", [["a"], ["b"]])
    library = build.library(
        [build.unit("U")], [build.module("a", topic="T"), build.module("b", topic="T")], topics=[topic]
    )

    assert build_graph(library).edges[("module", "a"), ("topic", "T")]["alternative"]


def test_of_two_edges_between_the_same_nodes_the_strongest_is_kept():
    either = {"any": [{"module": "a"}, {"unit": "U", "level": 1}]}
    b = build.module("b", requires=[either, {"module": "a"}], recommends=[{"module": "a"}])
    library = build.library([build.unit("U")], [build.module("a"), b])

    edge = build_graph(library).edges[("module", "a"), ("module", "b")]

    assert edge["path"] == ("module", "b", "requires", 1, "module")
    assert not edge["alternative"]
    assert build_graph(library).edges[("unit", "U"), ("module", "b")]["alternative"]


def test_prerequisites_of_a_unit_bind_modules_from_level_three_on():
    units = [build.unit("U", prerequisites=[{"unit": "V", "level": 2}]), build.unit("V")]
    library = build.library(units, [build.module("m2", brings={"U": 2}), build.module("m3", brings={"U": 3})])

    graph = build_graph(library)

    assert not graph.has_edge(("unit", "V"), ("module", "m2"))
    assert graph.edges[("unit", "V"), ("module", "m3")]["path"] == ("unit", "U", "prerequisites", 0)


def test_a_reference_to_nothing_gives_no_edge():
    lost = build.module("m", topic="gone", brings={"gone": 3}, requires=[{"module": "gone"}])

    assert not build_graph(build.library([build.unit("U")], [lost])).edges
