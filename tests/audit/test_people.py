"""Sums over a population: by hand for two people, the same however the population is cut, and nobody of a small group shown."""

from __future__ import annotations

import datetime as dt

import pytest

from competency_engine.assessment.gaps import Gap
from competency_engine.assessment.requirements import RequiredLevel
from competency_engine.audit.outline import Outline
from competency_engine.audit.people import Sums, Tally, difference, measures_of, shown_groups
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.people import Community, Dossier, Person

DAY = dt.date(2026, 11, 21)


def dossier(label: str, district: str | None = "A区") -> Dossier:
    return Dossier(
        person=Person(kind="person", id=label, community="社区1", post_since=DAY),
        community=Community(kind="community", id="社区1", types=("old_estate",), district=district),
    )


def plan(*, open_levels: int = 0) -> Outline:
    """Return a plan that raises U from 0 to 2 in its first and third month and leaves ``open_levels`` of V open."""
    return Outline(
        role="R1",
        gaps=(gap("U", 2), *([gap("V", open_levels)] if open_levels else [])),
        open_goals=tuple((UnitId("V"), level, "budget") for level in range(1, open_levels + 1)),
        months=((ModuleId("M1"), "2027-01"), (ModuleId("M2"), "2027-03")),
        quarter_hours=16,
        waits=(1, 3),
    )


def gap(unit: str, required: int) -> Gap:
    return Gap(UnitId(unit), 0, False, RequiredLevel(UnitId(unit), required, "R1", ("R1",)), "ability")


def test_a_person_waits_until_each_level_is_reached() -> None:
    assert measures_of(plan()) == {"gap_levels": 2, "open_levels": 0, "hours": 4.0, "waiting": 2.0}


def test_two_people_by_hand() -> None:
    tally = Tally()
    tally.add(dossier("学员1"), plan())
    tally.add(dossier("学员2", None), plan(open_levels=3))
    assert tally.people == 2
    assert tally.goals == {("U", 1): 2, ("U", 2): 2, ("V", 1): 1, ("V", 2): 1, ("V", 3): 1}
    assert tally.open == {("V", level, "budget"): 1 for level in (1, 2, 3)}
    assert tally.taken == {"M1": 2, "M2": 2}
    assert tally.unserved == {"budget": 1}
    assert set(tally.measures) == {("all", ""), ("role", "R1"), ("community_type", "old_estate"), ("district", "A区")}
    assert tally.measures["all", ""]["open_levels"].interval()[:2] == (2, 1.5)
    assert sum(tally.weights(1).values()) == pytest.approx(1)
    assert tally.weights(2) == {("U", 1): 0.5, ("U", 2): 0.5}


def test_a_population_cut_in_two_adds_up() -> None:
    people = [(dossier(f"学员{n}"), plan(open_levels=n % 3)) for n in range(9)]
    whole, first, second = Tally(), Tally(), Tally()
    for number, person in enumerate(people):
        whole.add(*person)
        (first if number < 4 else second).add(*person)
    first.merge(second)
    assert first == whole


def test_a_difference_is_between_a_group_and_the_others_and_has_an_interval() -> None:
    everyone, group = Sums(), Sums()
    for value in (1, 2, 3, 7, 8, 9):
        everyone.add(value)
    for value in (7, 8, 9):
        group.add(value)
    apart = difference(group, everyone)
    assert apart is not None
    assert apart.value == pytest.approx(6)
    assert apart.clear
    assert apart.high - apart.value == pytest.approx(1.959964 * (1 / 3 + 1 / 3) ** 0.5)


def test_nobody_can_be_told_from_what_is_left_of_the_whole() -> None:
    sizes = [("a", 90), ("b", 4), ("c", 7)]
    assert shown_groups(sizes, 5, divides=True) == {"a"}
    assert shown_groups(sizes, 5, divides=False) == {"a", "c"}
    assert shown_groups([("a", 90), ("c", 7)], 5, divides=True) == {"a", "c"}
