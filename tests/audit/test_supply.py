"""Supply against demand and the structure of requisites, by hand in worlds of a few modules."""

from __future__ import annotations

import pytest

from competency_engine.audit.coverage import cover
from competency_engine.audit.people import Tally
from competency_engine.audit.structure import Measured, measure_layers
from competency_engine.audit.supply import classes_of, find_staffing, measure_thickness
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.venue import Site, Teacher
from competency_engine.reports.audit.people import people_tables
from competency_engine.reports.audit.structure import structure_tables
from competency_engine.reports.audit.supply import supply_tables
from tests.worlds.build import DRAFTED, TEXT, library, module, role, topic, unit


def world() -> Library:
    """U to 1 by 2 + 4 hours and to 2 by 6, V to 1 by 8; R asks for U at 2 and V at 1, S for V at 1, Q for W that nothing teaches."""
    modules = [
        module("a", brings={"U": 1}, hours=2, teacher="department", class_size={"at_most": 10}),
        module("b", brings={"U": 1}, hours=4, teacher="secretary", topic="T"),
        module("c", brings={"U": 2}, hours=6, teacher="department", class_size={"at_most": 4}),
        module("d", brings={"V": 1}, hours=8),
    ]
    roles = [role("R", {"U": 2, "V": 1}), role("S", {"V": 1}), role("Q", {"W": 1})]
    return library([unit("U"), unit("V"), unit("W")], modules, topics=[topic("T", "U", [["b"]])], roles=roles)


def test_thickness_is_the_share_of_supply_over_the_share_of_demand() -> None:
    """20 hours in all; 5 ask: R for U at 1, U at 2 and V, S for V, Q for W."""
    coverage = cover(world())
    asked = {step.key: step.required_by for step in coverage.required}
    found = {one.step.key: one for one in measure_thickness(coverage, asked)}
    assert {key: (one.hours, one.supply, one.demand) for key, one in found.items()} == {
        ("U", 1): (6, 0.3, 0.2), ("U", 2): (6, 0.3, 0.2), ("V", 1): (8, 0.4, 0.4), ("W", 1): (0, 0.0, 0.2),
    }  # fmt: skip
    assert {key: one.ratio for key, one in found.items()} == pytest.approx(
        {("U", 1): 1.5, ("U", 2): 1.5, ("V", 1): 1, ("W", 1): 0}
    )
    assert [key for key, one in found.items() if one.thin] == [("W", 1)]


def test_a_demand_that_may_not_be_told_is_in_no_share_so_that_none_gives_it_away() -> None:
    tally = Tally(people=20)
    tally.goals.update({(UnitId("U"), 1): 15, (UnitId("U"), 2): 5, (UnitId("V"), 1): 4})
    made = world()
    table = next(supply_tables(cover(made), made, tally, 5))
    rows = {row[0] + str(row[3]): row[6:] for row in table.rows}  # type: ignore[operator]
    assert rows == {
        "U1": (15, 0.3, 0.75, 0.4, True),
        "U2": (5, 0.3, 0.25, 1.2, False),
        "V1": (None, 0.4, None, None, None),
        "W1": (0, 0.0, 0.0, None, None),
    }


def test_teachers_count_where_they_are_of_the_kind_and_name_the_topic_or_the_unit() -> None:
    made = world()
    for id_, kind, names in (
        ("t1", "department", {"units": ["U"], "full_time": True}),
        ("t2", "department", {"units": ["V"]}),
        ("t3", "secretary", {"topics": ["T"]}),
        ("t4", "university", {"units": ["U"]}),
    ):
        given = {"kind": "teacher", "id": id_, "title": TEXT, "teacher_kind": kind, **DRAFTED, **names}
        made.teachers[id_] = Teacher.model_validate(given, strict=False)
    found = find_staffing(made)
    told = [(one.topic, one.unit, one.kind, [m.id for m in one.modules], [t.id for t in one.teachers]) for one in found]
    assert told == [(None, "U", "department", ["a", "c"], ["t1"]), ("T", "U", "secretary", ["b"], ["t3"])]
    tally = Tally(people=30)
    tally.taken.update({ModuleId("a"): 21, ModuleId("c"): 9, ModuleId("b"): 3})
    _, staffing, _ = supply_tables(cover(made), made, tally, 5)
    assert [row[3:] for row in staffing.rows] == [
        (2, 8.0, 1, 1, 30, 3 + 3, 3 * 2 + 3 * 6.0), (1, 4.0, 1, 0, None, None, None),
    ]  # fmt: skip


def test_a_module_without_a_class_size_counts_no_class() -> None:
    made = world()
    assert classes_of([(made.modules[ModuleId("a")], 11), (made.modules[ModuleId("b")], 50)]) == (2, 4.0)


def test_the_thickness_of_a_topic_is_its_share_of_hours_on_offer_over_its_share_of_hours_taken() -> None:
    """On offer 6, 2 and 8 hours; taken 5 × 6 and 15 × 2 hours, so 6/16 ÷ 1/2 and 2/16 ÷ 1/2; of C too few people tell."""
    made = library(
        [unit("U")],
        [module("a", topic="A", hours=6), module("b", topic="B", hours=2), module("c", topic="C", hours=8)],
        topics=[topic("A", "U", [["a"]]), topic("B", "U", [["b"]]), topic("C", "U", [["c"]])],
    )
    tally = Tally(people=20)
    tally.taken.update({ModuleId("a"): 5, ModuleId("b"): 15, ModuleId("c"): 3})
    table = next(table for table in people_tables(tally, made, 5) if table.id == "demand_topics")
    assert [row[3:] for row in table.rows] == [(5, 30, 6, 0.75), (15, 30, 2, 0.25), (None, None, 8, None)]


def test_visits_come_in_as_many_rounds_as_all_sites_together_take() -> None:
    modules = [module("v", brings={"U": 1}, form="site_visit"), module("w", brings={"V": 1}, form="site_visit")]
    made = library([unit("U"), unit("V"), unit("W")], modules)
    for id_, shows, places in (("s1", ["U"], 20), ("s2", ["U", "W"], 30)):
        given = {"kind": "site", "id": id_, "title": TEXT, "site_kind": "studio", "shows": shows, "hours": 1, **DRAFTED}
        made.sites[id_] = Site.model_validate({**given, "places": places}, strict=False)
    tally = Tally(people=200)
    tally.taken.update({ModuleId("v"): 101, ModuleId("w"): 7})
    *_, visits = supply_tables(cover(made), made, tally, 5)
    assert [(row[0], *row[2:]) for row in visits.rows] == [
        ("U", 1, 2, 50, 101, 3), ("V", 1, 0, 0, 7, None), ("W", 0, 1, 30, 0, 0),
    ]  # fmt: skip


def layer(made: Library, name: str) -> Measured:
    return next(measured for measured in measure_layers(made) if measured.layer == name)


def test_deferment_is_the_room_on_a_longest_chain() -> None:
    """A → B → C is the longest chain; D could stand at any of its three steps, E before C at two."""
    before = {"B": ["A"], "C": ["B", "E"], "D": [], "A": [], "E": []}
    topics = [topic(name, "U", [[f"{name}1"]], requires=needs) for name, needs in before.items()]
    modules = [module(f"{name}1", topic=name, brings={"U": 1}) for name in before]
    found = layer(library([unit("U")], modules, topics=topics), "topic")
    assert found.chain == ("A", "B", "C")
    assert found.steps == {"A": 1, "B": 2, "C": 3, "D": 1, "E": 1}
    assert found.deferment == pytest.approx({"A": 1, "B": 1, "C": 1, "D": 1 / 3, "E": 1 / 2})
    assert [set(part) for part in found.components] == [{"A", "B", "C", "E"}]
    rows = {row[1]: row[-4:] for table in structure_tables([found]) if table.id == "structure" for row in table.rows}
    assert rows["E"] == (1, 0.5, None, 1)
    assert rows["D"] == (1, 0.3333, None, None)


def test_inflexibility_is_what_it_costs_to_miss_a_module_that_does_not_run_all_year() -> None:
    """m1 at the earliest in March; missed, it moves to September, and m2 to October: (3 + 6 + 0) × 2; m2 runs all year."""
    modules = [module("m1", offered=[3, 9]), module("m2", requires=[{"module": "m1"}]), module("m3", offered=[11])]
    found = layer(library([], modules), "module")
    assert found.steps == {"m1": 1, "m2": 2, "m3": 1}
    assert found.inflexibility == {"m1": 9 * 2, "m3": 11 + 12 + 11}


def test_bottlenecks_have_three_followers_and_stand_first_by_how_many_touch_them() -> None:
    names = ["A", "B", "C", "D"]
    topics = [topic("H", "U", [["m"]]), *(topic(name, "U", [["m"]], requires=["H"]) for name in names)]
    found = layer(library([unit("U")], [module("m")], topics=topics), "topic")
    (table,) = (table for table in structure_tables([found]) if table.id == "bottlenecks")
    assert table.rows == (("topic", "H", 0, 4),)


def faults(made: Library, name: str) -> list[tuple[str, str, str]]:
    return [(fault.kind, fault.before, fault.after) for fault in layer(made, name).faults]


def test_what_another_requisite_requires_already_is_redundant() -> None:
    topics = [
        topic("A", "U", [["m"]]),
        topic("B", "U", [["m"]], requires=["A"]),
        topic("C", "U", [["m"]], requires=["A", "B"]),
    ]
    modules = [
        module("m"),
        module("n", requires=[{"module": "m"}]),
        module("o", requires=[{"module": "m"}, {"module": "n"}]),
        module("p", requires=[{"any": [{"module": "m"}, {"module": "n"}]}, {"module": "n"}]),
    ]
    made = library([unit("U")], modules, topics=topics)
    assert faults(made, "topic") == [("redundant", "A", "C")]
    assert faults(made, "module") == [("redundant", "m", "o")]


@pytest.mark.parametrize(("level", "asked", "redundant"), [(3, 2, True), (2, 2, False), (3, 3, False)])
def test_of_units_only_where_the_level_binds_and_is_high_enough(level: int, asked: int, redundant: bool) -> None:
    """C asks for B at ``level`` and A at ``asked``; B, from level 3 on, asks for A at 2."""
    units = [
        unit("A"),
        unit("B", prerequisites=[{"unit": "A", "level": 2}]),
        unit("C", prerequisites=[{"unit": "A", "level": asked}, {"unit": "B", "level": level}]),
    ]
    assert faults(library(units), "unit") == ([("redundant", "A", "C")] if redundant else [])


def test_a_cycle_is_told_and_leaves_nothing_else_to_measure() -> None:
    modules = [module("m", requires=[{"module": "n"}]), module("n", requires=[{"module": "m"}])]
    found = layer(library([], modules), "module")
    assert (found.metrics, found.steps, found.deferment) == (None, {}, {})
    assert faults(library([], modules), "module") == [("cycle", "m", "n")]
    assert found.faults[0].reason.en == "the requisites form a cycle: m → n → m"
