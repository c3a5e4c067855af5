"""Requirements: which rule asks for which level, and who wins."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from competency_engine.assessment.requirements import find_requirements, find_role, holds, months_between
from competency_engine.domain.competency import ContextRule
from competency_engine.domain.entity import PersonId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community
from competency_engine.errors import UsageError
from tests.worlds.build import AS_OF, duty, library, people, role, rule, unit

WHO = PersonId("学员0001")
STAGES = [
    role("R1", {"A": 1}, months_in_post={"at_least": 0, "below": 12}),
    role("R2", {"A": 2}, months_in_post={"at_least": 12, "below": 36}),
    role("R3", {"A": 3}, months_in_post={"at_least": 36}),
    role("R4", {"A": 3}, months_in_post=None),
]


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        ("2025-11-21", "2026-11-21", 12),
        ("2025-11-22", "2026-11-21", 11),
        ("2026-01-31", "2026-02-28", 0),
        ("2026-12-01", "2026-11-21", -1),
    ],
)
def test_months_between_counts_whole_months(since: str, until: str, months: int) -> None:
    assert months_between(dt.date.fromisoformat(since), dt.date.fromisoformat(until)) == months


@pytest.mark.parametrize(
    ("since", "expected"),
    [("2026-11-21", "R1"), ("2025-11-22", "R1"), ("2025-11-21", "R2"), ("2023-11-22", "R2"), ("2023-11-21", "R3")],
)
def test_the_role_follows_the_months_in_post(since: str, expected: str) -> None:
    world = library([unit("A")], roles=STAGES)
    assert find_role(people(post_since=since).persons[WHO], world, AS_OF).id == expected


def test_an_appointed_role_wins_over_the_months() -> None:
    world = library([unit("A")], roles=STAGES)
    assert find_role(people(role="R4").persons[WHO], world, AS_OF).id == "R4"


def test_an_appointment_after_the_date_has_no_role() -> None:
    world = library([unit("A")], roles=STAGES)
    with pytest.raises(UsageError, match="no role covers 学员0001 with -1 months"):
        find_role(people(post_since="2026-12-01").persons[WHO], world, AS_OF)


def condition(when: dict[str, Any], **facts: Any) -> bool:
    """Return whether ``when`` holds of an old community with ``facts``."""
    built = rule("r", when)
    assert isinstance(built, ContextRule)
    community = Community.model_validate(
        {"kind": "community", "id": "c", "types": ["old"], "facts": facts}, strict=False
    )
    return holds(built.when, community, AS_OF)


@pytest.mark.parametrize(
    ("when", "facts", "expected"),
    [
        ({"always": True}, {}, True),
        ({"community_type": ["new", "old"]}, {}, True),
        ({"community_type": ["new"]}, {}, False),
        ({"fact": "flood", "equals": True}, {"flood": True}, True),
        ({"fact": "flood", "equals": True}, {"flood": False}, False),
        ({"fact": "flood", "equals": False}, {"flood": False}, True),
        ({"fact": "flood", "equals": False}, {}, False),
        ({"fact": "stage", "one_of": ["planned"]}, {"stage": "planned"}, True),
        ({"fact": "stage", "one_of": ["planned"]}, {"stage": "none"}, False),
        ({"fact": "homes", "at_least": 3}, {"homes": 3}, True),
        ({"fact": "homes", "at_least": 3}, {"homes": 2}, False),
        ({"fact": "homes", "at_most": 3}, {"homes": 3}, True),
        ({"fact": "homes", "at_most": 3}, {"homes": 4}, False),
        ({"fact": "due", "within_days": 10}, {"due": "2026-12-01"}, True),
        ({"fact": "due", "within_days": 10}, {"due": "2026-12-02"}, False),
        ({"fact": "due", "within_days": 10}, {"due": "2020-01-01"}, True),
        ({"all": [{"community_type": ["old"]}, {"fact": "homes", "at_least": 1}]}, {"homes": 1}, True),
        ({"all": [{"community_type": ["old"]}, {"fact": "homes", "at_least": 1}]}, {}, False),
        ({"any": [{"community_type": ["new"]}, {"fact": "homes", "at_least": 1}]}, {"homes": 1}, True),
        ({"any": [{"community_type": ["new"]}, {"fact": "homes", "at_least": 1}]}, {}, False),
    ],
)
def test_a_condition_holds_exactly_when_its_facts_say_so(
    when: dict[str, Any], facts: dict[str, Any], expected: bool
) -> None:
    assert condition(when, **facts) is expected


def required(world: Library, **facts: Any) -> dict[str, tuple[int, str]]:
    """Return level and deciding rule of each required unit."""
    population = people(facts=facts)
    found = find_requirements(population.persons[WHO], population.communities["社区0001"], world, AS_OF)
    return {name: (need.level, need.decided_by) for name, need in found.items()}


def test_a_rule_switches_a_skill_on_at_the_level_of_the_role() -> None:
    world = library(
        [unit("A"), unit("S", domain="SKILL")],
        roles=[role("R", {"A": 2})],
        rules=[rule("S-on", {"fact": "flood", "equals": True}, activates=["S"])],
    )
    assert required(world) == {"A": (2, "R")}
    assert required(world, flood=True) == {"A": (2, "R"), "S": (1, "S-on")}


def test_an_urgent_rule_asks_more_and_brings_its_deadline() -> None:
    rules = [
        rule("S-on", {"always": True}, activates=["S"]),
        rule("S-urgent", {"fact": "due", "within_days": 90}, activates=["S"], urgent=True, deadline="due"),
    ]
    world = library([unit("S", domain="SKILL")], roles=[role("R", {})], rules=rules)
    population = people(facts={"due": "2027-01-15"})
    need = find_requirements(population.persons[WHO], population.communities["社区0001"], world, AS_OF)[UnitId("S")]
    assert (need.level, need.decided_by, need.urgent, need.deadline) == (2, "S-urgent", True, dt.date(2027, 1, 15))
    assert need.asked_by == ("S-on", "S-urgent")


def test_a_deadline_that_has_passed_is_none() -> None:
    rules = [rule("S-urgent", {"fact": "due", "within_days": 90}, activates=["S"], urgent=True, deadline="due")]
    world = library([unit("S", domain="SKILL")], roles=[role("R", {})], rules=rules)
    population = people(facts={"due": "2026-11-20"})
    need = find_requirements(population.persons[WHO], population.communities["社区0001"], world, AS_OF)[UnitId("S")]
    assert (need.urgent, need.deadline) == (True, None)


def test_the_highest_demand_wins_and_the_role_wins_ties() -> None:
    rules = [
        rule("raise", {"always": True}, raises={"A": 3, "B": 2}),
        rule("raise2", {"always": True}, raises={"A": 3}),
    ]
    world = library([unit("A"), unit("B")], roles=[role("R", {"A": 1, "B": 2})], rules=rules)
    assert required(world) == {"A": (3, "raise"), "B": (2, "R")}


def test_a_raise_never_lowers() -> None:
    world = library([unit("A")], roles=[role("R", {"A": 3})], rules=[rule("low", {"always": True}, raises={"A": 1})])
    assert required(world) == {"A": (3, "R")}


def test_a_training_duty_requires_its_unit_before_all_else_of_the_roles_it_covers() -> None:
    units = [unit("A"), unit("D"), unit("E"), unit("F")]
    duties = [duty("law-d", "D"), duty("law-e", "E", roles=["other"]), duty("law-f", "F", active=False)]
    world = library(units, roles=[role("R", {"A": 2}), role("other", {}, months_in_post=None)], duties=duties)
    population = people()

    required = find_requirements(
        population.persons[PersonId("学员0001")], population.communities["社区0001"], world, AS_OF
    )

    assert {unit: (asked.level, asked.mandatory, asked.decided_by) for unit, asked in required.items()} == {
        "A": (2, 0, "R"),
        "D": (1, 1, "law-d"),
    }


@pytest.mark.parametrize(
    ("since", "within", "deadline"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-08-31", 4, "2026-12-31"),
        ("2026-05-21", 6, "2026-11-21"),
        ("2026-05-20", 6, None),
        ("2026-08-31", None, None),
    ],
)
def test_a_duty_may_be_due_some_months_after_the_appointment(
    since: str, within: int | None, deadline: str | None
) -> None:
    world = library([unit("D")], roles=[role("R", {})], duties=[duty("law-d", "D", within_months=within)])
    population = people(post_since=since)

    required = find_requirements(population.persons[WHO], population.communities["社区0001"], world, AS_OF)

    assert required[UnitId("D")].deadline == (None if deadline is None else dt.date.fromisoformat(deadline))
