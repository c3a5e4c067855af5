"""Compilation: what the YAML says about requirements, said in facts."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from competency_engine.domain.library import Library
from competency_engine.planning.compile import compile_catalogue, trace_needs
from competency_engine.planning.problem import Catalogue
from tests.worlds.build import library, module, policy, topic, unit, urgent_pack


def catalogue(world: Library) -> Catalogue:
    return compile_catalogue(world)


def takes(world: Library, name: str, *facts: tuple[Any, ...], also: tuple[str, ...] = ()) -> bool:
    """Return whether module ``name`` can be taken from ``facts``, after the modules ``also``."""
    compiled = catalogue(world)
    start = sum(1 << compiled.facts.index(fact) for fact in facts)
    chosen = sum(1 << compiled.module_ids.index(other) for other in (name, *also))  # type: ignore[arg-type]
    _, taken = compiled.closure(start, chosen)
    return bool(taken >> compiled.module_ids.index(name) & 1)  # type: ignore[arg-type]


def test_a_module_needs_the_level_below_the_one_it_brings() -> None:
    world = library([unit("A")], [module("m", brings={"A": 2})])
    assert not takes(world, "m")
    assert takes(world, "m", ("unit", "A", 1))


def test_a_module_to_level_one_needs_nothing() -> None:
    assert takes(library([unit("A")], [module("m", brings={"A": 1})]), "m")


def test_a_requirement_on_the_same_unit_replaces_the_level_below() -> None:
    world = library([unit("A")], [module("m", brings={"A": 3}, requires=[{"unit": "A", "level": 1}])])
    assert takes(world, "m", ("unit", "A", 1))


def test_a_module_may_start_from_nothing() -> None:
    world = library(
        [unit("A")],
        [
            module("m", brings={"A": 3}, requires=[{"unit": "A", "level": 0}]),
            module("n", brings={"A": 2}, requires=[{"all": [{"unit": "A", "level": 0}, {"module": "m"}]}]),
        ],
    )
    assert takes(world, "m")
    assert takes(world, "n", also=("m",))
    assert not any(key[:2] == ("unit", "A") and key[2] == 0 for key in catalogue(world).facts)
    assert {(module, fact) for module, fact in trace_needs(world)} == {
        (1, catalogue(world).facts.index(("module", "m")))
    }


def test_a_requirement_on_the_same_unit_inside_a_group_replaces_it_too() -> None:
    any_of = {"any": [{"unit": "A", "level": 1}, {"unit": "B", "level": 1}]}
    world = library([unit("A"), unit("B")], [module("m", brings={"A": 3}, requires=[any_of])])
    assert takes(world, "m", ("unit", "B", 1))


def test_a_module_adds_every_level_up_to_the_one_it_brings() -> None:
    compiled = catalogue(library([unit("A")], [module("m", brings={"A": 2})]))
    assert [compiled.facts[i] for i in range(len(compiled.facts)) if compiled.adds[0] >> i & 1] == [
        ("unit", "A", 1),
        ("unit", "A", 2),
    ]


def test_unit_prerequisites_bind_steps_to_level_three_only() -> None:
    units = [unit("A", prerequisites=[{"unit": "B", "level": 2}]), unit("B")]
    world = library(units, [module("two", brings={"A": 2}), module("three", brings={"A": 3})])
    assert takes(world, "two", ("unit", "A", 1))
    assert not takes(world, "three", ("unit", "A", 2))
    assert takes(world, "three", ("unit", "A", 2), ("unit", "B", 2))


def test_all_any_and_at_least_mean_what_they_say() -> None:
    parts = [{"unit": name, "level": 1} for name in ("A", "B", "C")]
    units = [unit(name) for name in ("A", "B", "C")]
    held = [("unit", name, 1) for name in ("A", "B", "C")]
    every = library(units, [module("m", requires=[{"all": parts}])])
    one = library(units, [module("m", requires=[{"any": parts}])])
    two = library(units, [module("m", requires=[{"at_least": 2, "of": parts}])])
    listed = library(units, [module("m", requires=parts)])
    for count, expected in ((0, ""), (1, "one"), (2, "one two"), (3, "one two every listed")):
        able = {
            name
            for name, world in (("every", every), ("one", one), ("two", two), ("listed", listed))
            if takes(world, "m", *held[:count])
        }
        assert able == set(expected.split())


def test_groups_nest() -> None:
    inner = {"all": [{"unit": "A", "level": 1}, {"unit": "B", "level": 1}]}
    world = library(
        [unit(n) for n in ("A", "B", "C")], [module("m", requires=[{"any": [inner, {"unit": "C", "level": 1}]}])]
    )
    assert not takes(world, "m", ("unit", "A", 1))
    assert takes(world, "m", ("unit", "A", 1), ("unit", "B", 1))
    assert takes(world, "m", ("unit", "C", 1))


def test_a_module_can_be_required() -> None:
    world = library([unit("A")], [module("first"), module("then", requires=[{"module": "first"}])])
    assert not takes(world, "then")
    assert takes(world, "then", also=("first",))


TOPICS = [topic("T1", "A", [["t", "c"], ["short"]]), topic("T2", "B", [["late"]], requires=["T1"])]
TOPIC_MODULES = [
    module("t", topic="T1"),
    module("c", topic="T1"),
    module("short", topic="T1"),
    module("late", topic="T2"),
]


def test_a_prerequisite_topic_is_done_by_one_of_its_paths() -> None:
    world = library([unit("A"), unit("B")], TOPIC_MODULES, topics=TOPICS)
    assert not takes(world, "late", also=("t",))
    assert takes(world, "late", also=("t", "c"))
    assert takes(world, "late", also=("short",))


def test_a_prerequisite_topic_is_done_by_an_assessed_level() -> None:
    """The level has to be assessed: reaching it within the plan is not the same as having done the topic."""
    world = library([unit("A"), unit("B")], TOPIC_MODULES, topics=TOPICS)
    assert takes(world, "late", ("assessed", "A", 2))
    assert not takes(world, "late", ("unit", "A", 2))
    stricter = library([unit("A"), unit("B")], TOPIC_MODULES, topics=TOPICS, planning=policy(topic_done_level=3))
    assert takes(stricter, "late", ("assessed", "A", 3))


def test_an_urgent_pack_waives_what_it_names_and_nothing_else() -> None:
    """Normally m needs B1; when S is urgent it needs C1 instead, but still S1 for S2."""
    modules = [module("m", brings={"S": 2}, requires=[{"unit": "B", "level": 1}])]
    world = library(
        [unit("B"), unit("C"), unit("S", domain="SKILL")],
        modules,
        urgent_packs=[urgent_pack("S", {"m": [{"unit": "C", "level": 1}]})],
    )
    assert takes(world, "m", ("unit", "S", 1), ("unit", "B", 1))
    assert not takes(world, "m", ("unit", "S", 1), ("unit", "C", 1))
    assert takes(world, "m", ("unit", "S", 1), ("unit", "C", 1), ("urgent", "S"))
    assert not takes(world, "m", ("unit", "C", 1), ("urgent", "S"))
    assert not takes(world, "m", ("unit", "S", 1), ("urgent", "S"))


def test_a_module_of_two_urgent_packs_may_be_entered_by_either() -> None:
    modules = [module("m", requires=[{"unit": "A", "level": 3}])]
    units = [unit("A"), unit("S", domain="SKILL"), unit("Z", domain="SKILL")]
    packs = [urgent_pack("S", {"m": []}), urgent_pack("Z", {"m": [{"unit": "A", "level": 2}]})]
    world = library(units, modules, urgent_packs=packs)
    assert not takes(world, "m")
    assert takes(world, "m", ("urgent", "S"))
    assert not takes(world, "m", ("urgent", "Z"))
    assert takes(world, "m", ("urgent", "Z"), ("unit", "A", 2))


def test_modules_stand_in_order_of_id_with_hours_in_quarters() -> None:
    compiled = catalogue(library([unit("A")], [module("b", hours=1.25), module("a", hours=2)]))
    assert compiled.module_ids == ("a", "b")
    assert compiled.hours == (8, 5)


def test_offers_become_months_and_none_means_every_month() -> None:
    compiled = catalogue(library([unit("A")], [module("a", offered=[1, 12]), module("b")]))
    assert compiled.months == (0b100000000001, 0xFFF)


def test_recommendations_of_module_and_topic_are_facts() -> None:
    topics = [topic("T1", "A", [["one"]]), topic("T2", "B", [["two"]], recommends=["T1"])]
    modules = [module("one", topic="T1"), module("two", topic="T2", recommends=[{"unit": "A", "level": 2}])]
    compiled = catalogue(library([unit("A"), unit("B")], modules, topics=topics))
    assert compiled.recommended[0] == ()
    assert len(compiled.recommended[1]) == 2
    assert compiled.needs[1] == 0


def test_the_same_library_compiles_to_the_same_catalogue() -> None:
    world = library([unit("A"), unit("B")], TOPIC_MODULES, topics=TOPICS)
    assert astuple(catalogue(world)) == astuple(catalogue(world))


def traced(world: Library, name: str) -> dict[int, list[tuple[str, tuple[str | int, ...]]]]:
    """Return the origins of what a module needs: by fact, the id of the document and the path in it."""
    index = catalogue(world).module_ids.index(name)  # type: ignore[arg-type]
    return {
        fact: [(origin.entity.id, origin.path) for origin in origins]
        for (module_index, fact), origins in trace_needs(world).items()
        if module_index == index
    }


def test_every_need_is_traced_to_the_lines_that_ask_for_it() -> None:
    """The level below from ``brings``, two atoms of an AND apart, the unit's prerequisite, the topic's topic."""
    asked = {"all": [{"unit": "C", "level": 1}, {"any": [{"module": "n"}, {"unit": "C", "level": 2}]}]}
    world = library(
        [unit("A", prerequisites=[{"unit": "B", "level": 2}]), unit("B"), unit("C")],
        [module("m", brings={"A": 3}, requires=[asked], topic="T2"), module("n", topic="T1")],
        topics=[topic("T1", "C", [["n"]]), topic("T2", "A", [["m"]], requires=["T1"])],
    )
    compiled = catalogue(world)
    found = traced(world, "m")
    assert sorted(where for origins in found.values() for where in origins) == [
        ("A", ("prerequisites", 0)),
        ("T2", ("requires", 0)),
        ("m", ("brings", "A")),
        ("m", ("requires", 0, "all", 0)),
        ("m", ("requires", 0, "all", 1)),
    ]
    assert sum(1 << fact for fact in found) == compiled.needs[compiled.module_ids.index("m")]  # type: ignore[arg-type]


def test_the_one_need_of_an_urgent_module_is_traced_to_every_line_of_its_normal_way() -> None:
    units = [unit("S", domain="SKILL"), unit("A")]
    world = library(
        units,
        [module("m", brings={"S": 2}, requires=[{"unit": "A", "level": 1}])],
        urgent_packs=[urgent_pack("S", {"m": []})],
    )
    compiled = catalogue(world)
    assert traced(world, "m") == {compiled.needs[0].bit_length() - 1: [("m", ("requires", 0)), ("m", ("brings", "S"))]}
