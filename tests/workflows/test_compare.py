"""Two sides of a world small enough to count by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from competency_engine.audit.people import Sums, Tally, apart
from competency_engine.audit.side_by_side import Comparison, links_between, pair_units
from competency_engine.domain.crosswalk import Counterpart, RetiredUnit
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.graph.crossing import Links, followed
from competency_engine.measurement.estimate import Z, share_difference
from competency_engine.reports.comparison.document import comparison_document, comparison_tables
from competency_engine.reports.document import Table
from competency_engine.reports.tables import DataTable
from competency_engine.workflows.compare import Compared, compare
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session
from tests.worlds.build import library, module, role, unit
from tests.worlds.files import AS_OF
from tests.worlds.lines import tiny_session, write_people

OPTIONS = PlanOptions(AS_OF)


def old() -> Library:
    """U1 and U2 to level 2; U1 is taught by two modules, the shorter of one hour; U2 by none."""
    units = [unit("U1"), unit("U2")]
    modules = [module("M1", brings={"U1": 1}, hours=3), module("M2", brings={"U1": 1}), module("M3", brings={"U1": 2})]
    return library(units, modules, roles=[role("r", {"U1": 2, "U2": 2})])


def new() -> Library:
    """U1 to level 3 in place of 2, and V taught to level 1."""
    units = [unit("U1"), unit("V")]
    modules = [module("M1", brings={"U1": 1}), module("N", brings={"V": 1}, hours=2)]
    return library(units, modules, roles=[role("r", {"U1": 3, "V": 1}), role("s", {"V": 1})])


def retired(id_: str, *replaced_by: dict[str, object]) -> RetiredUnit:
    given = {"id": id_, "title": {"zh": "甲", "en": "a"}, "retired": "2026-01-01", "replaced_by": replaced_by}
    return RetiredUnit.model_validate({"kind": "retired_unit", "certainty": "illustrative", **given}, strict=False)


def session(of: Library) -> Session:
    return replace(tiny_session(), library=of)


def compared(first: Library, second: Library, links: Links | None = None) -> Comparison:
    return compare(Compared("one", session(first)), Compared("two", session(second)), OPTIONS, links)


def tables(comparison: Comparison, smallest: int = 5) -> dict[str, DataTable]:
    return {table.id: table for table in comparison_tables(comparison, smallest)}


def rows(table: DataTable, *columns: str) -> list[tuple[object, ...]]:
    places = [next(i for i, column in enumerate(table.columns) if column.id == name) for name in columns]
    return [tuple(row[place] for place in places) for row in table.rows]


def test_every_unit_of_both_models_is_listed_once_or_beside_its_counterpart() -> None:
    found = tables(compared(old(), new()))["units"]
    assert rows(found, "a_unit", "b_unit") == [("U1", "U1"), ("U2", None), (None, "V")]
    assert [row[2].en for row in found.rows] == ["same", "only in A", "only in B"]  # type: ignore[union-attr]


def test_steps_stand_beside_each_other_level_by_level() -> None:
    found = tables(compared(old(), new()))["steps"]
    u1 = rows(found, "a_unit", "b_unit", "a_level", "b_level", "a_modules", "b_modules", "a_hours", "b_hours")  # fmt: skip
    assert u1[:3] == [
        ("U1", "U1", 1, 1, 2, 1, 1.0, 1.0),
        ("U1", "U1", 2, 2, 1, 0, 1.0, None),
        ("U1", "U1", 3, 3, 0, 0, None, None),
    ]
    assert ("U2", None, 1, None, 0, None, None, None) in u1
    assert (None, "V", None, 1, None, 1, None, 2.0) in u1


def test_requirements_differ_by_what_the_other_side_asks_more() -> None:
    found = rows(tables(compared(old(), new()))["requirements"], "role", "a_unit", "b_unit", "a_level", "b_level", "difference")  # fmt: skip
    assert found == [
        ("r", "U1", "U1", 2, 3, 1),
        ("r", "U2", None, 2, None, None),
        ("r", None, "V", None, 1, None),
        ("s", None, "V", None, 1, None),
    ]


def test_coverage_counts_required_steps_by_hand() -> None:
    """A requires U1 1–2 and U2 1–2, and teaches U1 1–2; B requires U1 1–3 and V 1, and teaches U1 1 and V 1."""
    found = tables(compared(old(), new()))["coverage"]
    names = ("a_required", "b_required", "a_taught", "b_taught", "a_taught_there", "b_taught_there")
    assert rows(found, *names)[0] == (4, 4, 2, 2, 1, 2)


def test_findings_that_both_sides_have_are_left_out() -> None:
    """U2 is taught by nothing in both: a finding of both; V is taught by nothing only in the second."""
    first = library([unit("U1"), unit("U2")], roles=[role("r", {"U1": 1, "U2": 1})])
    second = library([unit("U2"), unit("V")], roles=[role("r", {"U2": 1, "V": 1})])
    found = tables(compared(first, second))["findings"]
    listed = {(row[0].en, row[2].en, row[3]) for row in found.rows}  # type: ignore[union-attr]
    assert ("A", "not taught", "U1") in listed
    assert ("B", "not taught", "V") in listed
    assert not [row for row in listed if row[2] == "U2"]
    renamed = tables(compared(first, second, {UnitId("U1"): (Counterpart(unit=UnitId("V")),), UnitId("U2"): (Counterpart(unit=UnitId("U2")),)}))  # fmt: skip
    assert renamed["findings"].rows == ()


def test_links_carry_levels_and_leave_what_is_only_related_alone() -> None:
    links = {
        UnitId("U1"): (Counterpart(unit=UnitId("V"), levels={1: 1, 2: 1}),),
        UnitId("U2"): (Counterpart(unit=UnitId("U1"), relation="isRelatedTo"),),
    }
    found = tables(compared(old(), new(), links))
    steps = rows(found["steps"], "a_unit", "b_unit", "a_level", "b_level")
    assert steps[:4] == [("U1", "V", 1, 1), ("U1", "V", 2, 1), ("U1", "V", 3, 1), ("U1", "V", None, 2)]
    assert ("U2", "U1", 1, None) in steps
    assert ("U2", "U1", None, 1) in steps
    asked = rows(found["requirements"], "role", "a_unit", "b_unit", "a_level", "a_counts_as", "b_level", "difference")
    assert ("r", "U1", "V", 2, 1, 1, 0) in asked
    assert ("r", "U2", "U1", 2, None, 3, None) in asked


def test_a_unit_that_the_second_model_retired_stands_beside_its_successor() -> None:
    second = replace(new(), retired_units={UnitId("U2"): retired("U2", {"unit": "V"})})
    pairs = pair_units(old(), second, links_between(old(), second))
    assert [(pair.a, pair.b) for pair in pairs] == [("U1", "U1"), ("U2", "V")]


def test_successors_that_were_retired_themselves_are_followed_to_what_stands_now() -> None:
    """U2 was renamed W; W was split into V and X, of which V counts 2 as 1; X and W's twin Y were merged into U1: no way to say how."""
    gone = [
        retired("U2", {"unit": "W"}),
        retired("W", {"unit": "V", "relation": "hasPart", "levels": {2: 1}}, {"unit": "X", "relation": "hasPart"}),
        retired("X", {"unit": "U1", "relation": "isPartOf"}),
    ]
    second = replace(new(), retired_units={UnitId(one.id): one for one in gone})
    assert links_between(old(), second)[UnitId("U2")] == (
        Counterpart(unit=UnitId("V"), relation="hasPart", levels={1: 0, 2: 1, 3: 1}),
        Counterpart(unit=UnitId("U1"), relation="isRelatedTo"),
    )


def test_what_comes_to_one_unit_by_two_ways_is_only_related_to_it() -> None:
    links = {
        UnitId("A"): (
            Counterpart(unit=UnitId("B"), relation="hasPart"),
            Counterpart(unit=UnitId("C"), relation="hasPart"),
        ),
        UnitId("B"): (Counterpart(unit=UnitId("D")),),
        UnitId("C"): (Counterpart(unit=UnitId("D")),),
    }
    found = followed(links, {UnitId("D")}, 3)
    assert found[UnitId("A")] == (Counterpart(unit=UnitId("D"), relation="isRelatedTo"),)
    assert found[UnitId("B")] == (Counterpart(unit=UnitId("D")),)


def test_the_interval_of_a_difference_of_shares_is_newcombes() -> None:
    """Newcombe 1998, table II, method 10: 9/10 − 3/10 and 10/10 − 0/10."""
    assert [round(value, 4) for value in share_difference((3, 10), (9, 10))] == [0.6, 0.1705, 0.8090]
    assert [round(value, 4) for value in share_difference((0, 10), (10, 10))] == [1.0, 0.6075, 1.0]


def sums(*values: float) -> Sums:
    found = Sums()
    for value in values:
        found.add(value)
    return found


def test_means_lie_apart_by_welch() -> None:
    """1, 2, 3 and 2, 4: means 2 and 3, squared standard errors 1/3 and 1."""
    found = apart(sums(2, 4), sums(1, 2, 3))
    assert found is not None
    assert found.value == 1
    assert found.high - found.value == pytest.approx(Z * math.sqrt(1 / 3 + 1))
    assert apart(sums(1), sums(1, 2)) is None


def people(tmp_path: Path, name: str, numbers: range) -> Path:
    return write_people(tmp_path / f"{name}.jsonl", numbers)


def test_two_cities_on_one_curriculum(tmp_path: Path) -> None:
    tiny = tiny_session()
    sides = Compared("A", tiny, people(tmp_path, "a", range(30))), Compared("B", tiny, people(tmp_path, "b", range(40, 90)))  # fmt: skip
    comparison = compare(*sides, OPTIONS)
    first, second = (side.tally for side in comparison.sides)
    assert first is not None
    assert second is not None
    found = tables(comparison)
    gap = next(row for row in rows(found["gaps"], "a_unit", "a_people", "b_people", "a_share", "difference") if row[0] == "BAS-2")  # fmt: skip
    counts = [sum(n for (u, _), n in tally.gaps.items() if u == "BAS-2") for tally in (first, second)]
    assert gap[1:] == (*counts, round(counts[0] / 30, 4), pytest.approx(counts[1] / 50 - counts[0] / 30, abs=1e-4))
    means = rows(found["measures"], "a_people", "b_people", "a_mean", "b_mean", "difference")[0]
    assert means[:2] == (30, 50)
    assert means[4] == pytest.approx(means[3] - means[2], abs=2e-4)  # type: ignore[operator]
    assert "学员0" not in str(comparison_document(comparison, comparison_tables(comparison, 5), 5).data)


def test_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    tiny = tiny_session()
    sides = Compared("A", tiny, people(tmp_path, "a", range(120))), Compared("B", tiny, people(tmp_path, "b", range(50, 150)))  # fmt: skip
    one, two = (comparison_tables(compare(*sides, OPTIONS, workers=workers), 5) for workers in (1, 2))
    assert one == two


def with_tally(comparison: Comparison, first: Tally | None, second: Tally | None) -> Comparison:
    return replace(comparison, a=replace(comparison.a, tally=first), b=replace(comparison.b, tally=second))


def tally(people: int, with_gap: int) -> Tally:
    found = Tally(people=people)
    found.gaps[UnitId("U1"), "ability"] = with_gap
    found.unserved["budget"] = with_gap
    found.responded["survey"] = with_gap
    found.measures["all", ""] = {
        "gap_levels": sums(*[1.0] * people), "open_levels": sums(*[0.0] * people),
        "hours": sums(*[2.0] * people), "waiting": sums(*[3.0] * with_gap),
    }  # fmt: skip
    return found


def test_a_count_of_few_is_kept_back_with_all_that_would_give_it_away() -> None:
    comparison = with_tally(compared(old(), old()), tally(20, 4), tally(20, 10))
    found = tables(comparison)
    names = ("a_people", "b_people", "a_share", "b_share", "difference", "difference_low", "difference_high", "clear")
    hidden = (None, 10, None, 0.5, None, None, None, None)
    assert rows(found["gaps"], *names)[0] == hidden
    assert hidden in rows(found["unserved"], *names)
    assert rows(found["response"], *names)[0] == hidden
    waiting = rows(found["measures"], "a_people", "b_people", "a_mean", "difference")[3]
    assert waiting == (None, 10, None, None)
    shown = tables(with_tally(compared(old(), old()), tally(20, 5), tally(20, 10)))
    assert rows(shown["gaps"], "a_people", "difference")[0] == (5, 0.25)


def test_of_a_population_of_few_nothing_is_said() -> None:
    found = tables(with_tally(compared(old(), old()), tally(4, 0), tally(20, 10)))
    for id_ in ("measures", "gaps", "demand_topics", "unserved", "response"):
        table = found[id_]
        own = [i for i, column in enumerate(table.columns) if column.id.startswith("a_") and column.id != "a_unit"]
        assert all(row[i] is None for row in table.rows for i in own)
        assert all(row[-1] is None for row in table.rows if id_ != "demand_topics")


def test_every_unit_without_a_counterpart_is_shown_however_many_there_are() -> None:
    many = library([unit(f"V{number:03}") for number in range(60)], roles=[role("r", {"V000": 1})])
    comparison = compared(old(), many)
    block = comparison_document(comparison, comparison_tables(comparison, 5), 5).blocks[1]
    assert isinstance(block, Table)
    assert len(block.rows) == 62


def test_a_finding_about_a_unit_that_is_only_related_is_one_of_one_side() -> None:
    first = library([unit("U1")], roles=[role("r", {"U1": 1})])
    second = library([unit("V")], roles=[role("r", {"V": 1})])
    found = {
        relation: len(tables(compared(first, second, {UnitId("U1"): (Counterpart(unit=UnitId("V"), relation=relation),)}))["findings"].rows)
        for relation in ("exactMatchOf", "isRelatedTo")
    }  # fmt: skip
    assert found["exactMatchOf"] == 0
    assert found["isRelatedTo"] > 0
