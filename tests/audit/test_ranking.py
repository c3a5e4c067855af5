"""What single changes come to, and what tables of supply and demand count: small worlds, counted by hand."""

from __future__ import annotations

from collections import Counter

from competency_engine.audit.candidates import find_candidates, step_hours
from competency_engine.audit.coverage import cover
from competency_engine.audit.people import Sums, Tally
from competency_engine.audit.plan_changes import ChangeTally, Goal, Outcome
from competency_engine.audit.ranking import RankTally, rank_changes
from competency_engine.audit.side_by_side import Pair, pair_units
from competency_engine.audit.structure import measure_layers
from competency_engine.audit.supply import measure_thickness
from competency_engine.domain.crosswalk import Counterpart
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.library import Library
from competency_engine.reports.audit.people import people_tables
from competency_engine.reports.tables import DataTable
from tests.worlds.build import library, module, role, topic, unit

U, V, W = UnitId("U"), UnitId("V"), UnitId("W")


def goals(*levels: tuple[UnitId, int]) -> frozenset[Goal]:
    return frozenset(levels)


def two_units() -> Library:
    modules = [
        module("a", brings={"U": 1}, hours=2),
        module("b", brings={"U": 1}, hours=2.5),
        module("d", brings={"V": 1}, hours=6),
    ]
    return library([unit("U", weight=3), unit("V")], modules, roles=[role("R", {"U": 1, "V": 1})])


def table(tally: Tally, made: Library, name: str) -> DataTable:
    (found,) = (each for each in people_tables(tally, made, 5) if each.id == name)
    return found


def test_those_who_lack_something_and_what_stays_open_add_up() -> None:
    """One person of two lacks U at 2 after the best plan."""
    one = RankTally()
    one.add(Outcome(True, 0, (), goals((U, 1), (U, 2)), goals((U, 1))))
    one.add(Outcome(True, 0, (), goals((U, 1)), goals((U, 1))))
    assert (one.people, one.lacking, one.open) == (2, 1, {(U, 2): 1})
    both = RankTally()
    both.merge(one)
    both.merge(one)
    assert (both.people, both.lacking, both.open) == (4, 2, {(U, 2): 2})


def test_equal_gap_hours_are_ordered_by_levels_and_weight_is_that_of_the_unit() -> None:
    """One level of two hours, or two of one hour: the two levels come first, though the other saves nine hours."""
    made = two_units()
    candidates = find_candidates(made, cover(made))
    one = ChangeTally(gained=Counter({(U, 1): 1}), hours_lost=9.0)
    two = ChangeTally(gained=Counter({(V, 1): 2}))
    found = rank_changes(RankTally(changes={0: one, 1: two}), candidates, {(U, 1): 2.0, (V, 1): 1.0}, made)
    assert [(each.gap_hours, each.levels, each.weight) for each in found] == [(2, 2, 2), (2, 1, 3)]


def test_a_level_weighs_the_median_hours_of_its_peers_rounded_up_to_a_quarter() -> None:
    made = library(
        [unit("U")],
        [module("a", brings={"U": 1}, hours=2), module("b", brings={"U": 1}, hours=2.5)],
        roles=[role("R", {"U": 1})],
    )
    assert step_hours(made, cover(made))[U, 1] == 2.25


def test_a_step_is_thin_below_half_of_its_part_not_at_half() -> None:
    """One hour of four for half of the demand: 1/4 ÷ 1/2 = 0.5."""
    made = library(
        [unit("U"), unit("V")],
        [module("a", brings={"U": 1}, hours=1), module("b", brings={"V": 1}, hours=3)],
        roles=[role("R", {"U": 1, "V": 1})],
    )
    found = measure_thickness(cover(made), {(U, 1): 1, (V, 1): 1})
    assert [(each.ratio, each.thin) for each in found] == [(0.5, False), (1.5, False)]


def test_a_month_counts_what_runs_in_it_and_classes_only_where_seats_are_shown() -> None:
    made = library([unit("U")], [module("a", brings={"U": 1}, class_size={"at_most": 2}), module("b", offered=[3])])
    tally = Tally(people=20)
    tally.months.update({("a", "2027-01"): 3, ("a", "2027-03"): 6})
    assert table(tally, made, "demand_months").rows == (("2027-01", None, 1, None), ("2027-03", 6, 2, 3))


def test_sums_of_what_is_listed_one_by_one_tell_of_nobody_else() -> None:
    """Nine take a and one takes b: the topic has nine seats; fifteen lack level 1 and two level 2: the unit lacks fifteen."""
    made = library(
        [unit("U")],
        [module("a", brings={"U": 1}, topic="T", hours=2), module("b", brings={"U": 2}, topic="T", hours=3)],
        topics=[topic("T", "U", [["a", "b"]])],
    )
    tally = Tally(people=20)
    tally.taken.update({ModuleId("a"): 9, ModuleId("b"): 1})
    tally.gaps[U, "ability"] = 15
    tally.goals.update({(U, 1): 15, (U, 2): 2})
    tally.open.update({(U, 1, "budget"): 6, (U, 2, "budget"): 1})
    (row,) = table(tally, made, "demand_topics").rows
    assert row[3:5] == (9, 18.0)
    (gap,) = table(tally, made, "gaps").rows
    assert gap[-2:] == (15, 6)
    tally.taken[ModuleId("a")] = 4
    (row,) = table(tally, made, "demand_topics").rows
    assert row[3:5] == (None, None)


def test_what_is_left_of_a_unit_when_its_groups_are_taken_away_is_of_nobody_or_of_enough() -> None:
    """Of twelve people with a gap eight are in north and three in south: with north shown, four would be left; so neither is."""
    made = library([unit("U")], [module("a", brings={"U": 1})])
    tally = Tally(people=40)
    tally.gaps[U, "ability"] = 12
    for district, size, lacking in (("north", 20, 8), ("south", 20, 3)):
        tally.gaps_of["district", district, U] = lacking
        sums = tally.measures.setdefault(("district", district), {})
        for name in ("gap_levels", "open_levels", "hours", "waiting"):
            sums[name] = Sums(size, 0.0, 0.0)
            tally.measures.setdefault(("all", ""), {}).setdefault(name, Sums()).merge(sums[name])
    assert table(tally, made, "gaps_by_group").rows == ()
    tally.gaps_of["district", "south", U] = 4
    tally.gaps[U, "ability"] = 13
    tally.gaps_of["district", "north", U] = 8
    assert table(tally, made, "gaps_by_group").rows[0][1:4] == ("north", U, 8)


def test_a_requisite_that_two_others_lead_to_is_redundant() -> None:
    """D needs A and C, C needs B, B needs A: that D needs A is said already."""
    units = [
        unit("A"),
        unit("B", prerequisites=[{"unit": "A", "level": 1}]),
        unit("C", prerequisites=[{"unit": "B", "level": 3}]),
        unit("D", prerequisites=[{"unit": "A", "level": 1}, {"unit": "C", "level": 3}]),
    ]
    (layer,) = (each for each in measure_layers(library(units)) if each.layer == "unit")
    assert [(fault.kind, fault.before, fault.after) for fault in layer.faults] == [("redundant", "A", "D")]


def test_a_module_that_needs_a_topic_waits_for_its_first_path() -> None:
    made = library(
        [unit("U")], [module("m"), module("n", requires=[{"topic": "T"}])], topics=[topic("T", "U", [["m"]])]
    )
    (layer,) = (each for each in measure_layers(made) if each.layer == "module")
    assert layer.steps == {"m": 1, "n": 2}


def test_a_unit_that_was_split_stands_beside_each_of_its_parts() -> None:
    links = {U: (Counterpart(unit=V, relation="hasPart"), Counterpart(unit=W, relation="hasPart"))}
    pairs = pair_units(library([unit("U")]), library([unit("V"), unit("W")]), links)
    assert [(pair.a, pair.b) for pair in pairs] == [("U", "V"), ("U", "W")]
    assert Pair(U, V, Counterpart(unit=V)).is_same
    assert not Pair(U, V, Counterpart(unit=V, levels={1: 0})).is_same
