"""What a reader may see of a population: a hand-made tally of 30 people in which some counts are of few."""

from __future__ import annotations

from collections import Counter

import pytest

from competency_engine.audit.people import MEASURES, Sums, Tally
from competency_engine.domain.entity import UnitId
from competency_engine.reports.audit.people import people_tables
from competency_engine.reports.tables import Cell, DataTable
from tests.worlds.build import library, module, role, unit

WORLD = library([unit("U"), unit("V")], [module("M"), module("N")], roles=[role("R", {"U": 2})])
U, V = UnitId("U"), UnitId("V")


def sums(people: int) -> dict[str, Sums]:
    found = {name: Sums() for name in MEASURES}
    for of_measure in found.values():
        for value in range(people):
            of_measure.add(value)
    return found


@pytest.fixture
def tally() -> Tally:
    """Thirty people; ten lack U, of two kinds; four lack V; three districts of 20, 7 and 3; M is taken by 12, N by 2."""
    return Tally(
        people=30,
        goals=Counter({(U, 1): 10, (U, 2): 3, (V, 1): 4}),
        open=Counter({(U, 1, "budget"): 6, (U, 2, "budget"): 2, (V, 1, "budget"): 1}),
        gaps=Counter({(U, "ability"): 8, (U, "knowledge"): 2, (V, "ability"): 4}),
        assumed=Counter({U: 6, V: 4}),
        gaps_of=Counter({("district", "东", U): 6, ("district", "西", U): 4, ("role", "R", U): 10}),
        taken=Counter({"M": 12, "N": 2}),
        months=Counter({("M", "2027-01"): 9, ("M", "2027-02"): 3, ("N", "2027-02"): 2}),
        measures={
            ("all", ""): sums(30),
            ("role", "R"): sums(30),
            ("district", "东"): sums(20),
            ("district", "西"): sums(7),
            ("district", "北"): sums(3),
        },
    )


def rows(tally: Tally, table: str, *columns: str) -> list[tuple[Cell, ...]]:
    """Return the rows of one table, some of its columns, with nothing kept back below 5."""
    found: DataTable = next(one for one in people_tables(tally, WORLD, 5) if one.id == table)
    places = [[column.id for column in found.columns].index(name) for name in columns]
    return [tuple(row[place] for place in places) for row in found.rows]


def test_a_unit_that_few_lack_says_nothing_and_its_kinds_do_not_give_each_other_away(tally: Tally) -> None:
    """Of ten people two lack U for want of knowledge: ten and eight would give them away, so eight is kept back too."""
    columns = ("unit", "people", "ability", "knowledge", "quality", "assumed", "levels", "open")
    assert rows(tally, "gaps", *columns) == [
        ("U", 10, None, None, 0, 6, 10, 6),
        ("V", None, None, None, None, None, None, None),
    ]


def test_a_district_of_few_takes_the_next_larger_with_it(tally: Tally) -> None:
    assert {row[0] for row in rows(tally, "groups", "group")} == {"R", "东"}
    assert rows(tally, "gaps_by_group", "group", "unit", "people") == [("R", "U", 10)]


def test_types_of_communities_overlap_so_that_only_few_are_left_out(tally: Tally) -> None:
    tally.measures |= {("community_type", "old"): sums(9), ("community_type", "new"): sums(2)}
    assert ("old",) in rows(tally, "groups", "group")
    assert ("new",) not in rows(tally, "groups", "group")


def test_seats_are_kept_back_where_one_of_few_stands_behind_them(tally: Tally) -> None:
    assert rows(tally, "demand_modules", "module", "seats", "hours", "busiest") == [
        ("M", 12, 12.0, 9),
        ("N", None, None, None),
    ]
    assert rows(tally, "demand_months", "month", "seats") == [("2027-01", 9), ("2027-02", None)]


def test_open_levels_of_few_have_no_number(tally: Tally) -> None:
    assert rows(tally, "unserved", "unit", "level", "people") == [("U", 1, 6), ("U", 2, None), ("V", 1, None)]
