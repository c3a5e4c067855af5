"""Records carried over to other units: nothing is lost, nothing is made up, and a whole is what all its parts show."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable

import pytest

from competency_engine.assessment.migration import Migrated, count_records, migrate
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import EvidenceRecord
from competency_engine.domain.people import Dossier
from competency_engine.graph.crossing import find_circles, find_faults
from tests.worlds.retired import FIRST, dossier, link, present, random_dossier, random_links, successors
from tests.worlds.retired import links as links_of

THERE = ("A", "B", "C", "D", "E")


def levels(of: Migrated | Dossier) -> list[tuple[str, int, str]]:
    found = of.dossier if isinstance(of, Migrated) else of
    return [(record.unit, record.level, str(record.date)) for record in found.evidence]


def reasons(of: Migrated) -> dict[str, str | None]:
    return {fate.recorded.key: fate.reason for fate in of.fates if fate.reason is not None}


def test_a_rename_keeps_level_date_validity_and_kind() -> None:
    old = {"unit": "O", "level": 3, "date": "2025-03-04", "valid_until": "2026-03-03", "gap_kind": "quality"}
    found = migrate(dossier([old]), successors(present("A"), O=[link("A")]))
    assert [record.model_dump(mode="json") for record in found.dossier.evidence] == [{**old, "unit": "A"}]
    assert found.fates[0].becomes == (("A", "3"),)


def test_levels_count_as_the_link_says() -> None:
    records = [{"unit": "O", "level": level, "date": f"2025-0{level + 1}-01"} for level in range(4)]
    found = migrate(dossier(records), successors(present("A"), O=[link("A", levels={2: 1, 3: 2})]))
    assert [level for _, level, _ in levels(found)] == [0, 0, 1, 2]


def test_a_level_of_the_whole_is_one_of_each_part() -> None:
    world = successors(present("A", "B"), O=[link("A", "hasPart"), link("B", "hasPart", {3: 2})])
    found = migrate(dossier([{"unit": "O", "level": 3}]), world)
    assert levels(found) == [("A", 3, "2026-01-01"), ("B", 2, "2026-01-01")]


def test_what_stands_for_a_whole_by_itself_asks_for_none_of_its_parts() -> None:
    """A is what P and Q show together, and also what O shows alone, which another source of links says."""
    world = successors(present("A"), P=[link("A", "isPartOf")], Q=[link("A", "isPartOf")], O=[link("A")])
    assert levels(migrate(dossier([{"unit": "O", "level": 3}]), world)) == [("A", 3, "2026-01-01")]
    parts = [{"unit": "P", "level": 2}, {"unit": "Q", "level": 1}]
    assert levels(migrate(dossier(parts), world)) == [("A", 1, "2026-01-01")]


def test_a_whole_is_what_all_its_parts_show_the_lowest() -> None:
    """P: 1 on 1 January, 3 on 1 March; Q: 2 on 1 February. So the whole: 1 from February, 2 from March."""
    records = [
        {"unit": "P", "level": 1, "date": "2025-01-01"},
        {"unit": "Q", "level": 2, "date": "2025-02-01"},
        {"unit": "P", "level": 3, "date": "2025-03-01"},
    ]
    found = migrate(dossier(records), successors(present("A"), P=[link("A", "isPartOf")], Q=[link("A", "isPartOf")]))
    assert levels(found) == [("A", 1, "2025-02-01"), ("A", 2, "2025-03-01")]
    assert reasons(found) == {}


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([{"unit": "P", "level": 1}], "incomplete"),
        ([{"unit": "P", "level": 1, "valid_until": "2026-01-31"}, {"unit": "Q", "level": 2, "date": "2026-02-01"}], "incomplete"),
        ([{"unit": "P", "level": 1, "date": "2024-01-01"}, {"unit": "P", "level": 2}, {"unit": "Q", "level": 2}], "superseded"),
        ([{"unit": "R", "level": 1}], "dropped"),
        ([{"unit": "S", "level": 1}], "related"),
        ([{"unit": "T", "level": 1}], "unknown"),
        ([{"unit": "U", "level": 1}], "incomplete"),
    ],
)  # fmt: skip
def test_what_has_nowhere_to_go_is_listed_with_the_reason(records: list[dict[str, object]], reason: str) -> None:
    """A is P and Q together; R was dropped; S is only related; U is a part of B of which no other part is known."""
    world = successors(
        present("A", "B"),
        P=[link("A", "isPartOf")],
        Q=[link("A", "isPartOf")],
        R=[],
        S=[link("A", "isRelatedTo")],
        U=[link("B", "isPartOf")],
    )
    found = migrate(dossier(records), world)
    assert found.fates[0].reason == reason
    assert len(found.dossier.evidence) == (1 if reason == "superseded" else 0)


def test_what_a_merge_became_is_carried_on() -> None:
    """P and Q were merged into W, which is called A now."""
    world = successors(
        present("A"), P=[link("W", "isPartOf")], Q=[link("W", "isPartOf")], W=[link("A", levels={1: 1, 3: 2})]
    )
    records = [{"unit": "P", "level": 3}, {"unit": "Q", "level": 3}, {"unit": "W", "level": 1, "date": "2025-01-01"}]
    assert levels(migrate(dossier(records), world)) == [("A", 1, "2025-01-01"), ("A", 2, "2026-01-01")]


def test_ratings_go_along_but_only_levels_can_be_counted_as_others() -> None:
    world = successors(present("A", "B"), O=[link("A")], P=[link("B", levels={1: 1, 2: 1, 3: 2})])
    sittings = [{"source": source, "scores": {"O": 3, "P": 3}} for source in ("peers", "points")]
    found = migrate(dossier(sittings=sittings), world)
    assert [dict(sitting.scores) for sitting in found.dossier.sittings] == [{"A": 3, "B": 2}, {"A": 3}]
    assert reasons(found) == {"P": "scale"}


def test_scores_out_of_range_are_not_carried_over() -> None:
    """A rating of levels ends at 3, an indicator at 2; a score of a unit that stays is not ours to judge."""
    sittings = [{"source": "peers", "scores": {"O": 4, "B": 9}}, {"source": "drill", "scores": {"O-1-1": 3}}]
    found = migrate(dossier(sittings=sittings), successors(present("A", "B"), O=[link("A")]))
    assert [dict(sitting.scores) for sitting in found.dossier.sittings] == [{"B": 9}]
    assert reasons(found) == {"O": "scale", "O-1-1": "scale"}


def test_ratings_of_parts_in_one_sitting_are_the_lowest_of_the_whole() -> None:
    world = successors(present("A"), P=[link("A", "isPartOf")], Q=[link("A", "isPartOf")])
    both, one = {"source": "peers", "scores": {"P": 3, "Q": 1}}, {"source": "peers", "scores": {"P": 3}}
    found = migrate(dossier(sittings=[both, one]), world)
    assert [dict(sitting.scores) for sitting in found.dossier.sittings] == [{"A": 1}]
    assert [fate.reason for fate in found.fates] == [None, None, "incomplete"]


def test_a_score_of_the_successor_itself_stands() -> None:
    found = migrate(
        dossier(sittings=[{"source": "peers", "scores": {"A": 1, "O": 3}}]), successors(present("A"), O=[link("A")])
    )
    assert dict(found.dossier.sittings[0].scores) == {"A": 1}
    assert reasons(found) == {"O": "taken"}


def test_items_stay_and_indicators_follow_a_mere_rename() -> None:
    scores = {"A-1-1": 2, "O-2-1": 1, "O-9-9": 1, "P-1-1": 1}
    world = successors(present("A", "B"), O=[link("A")], P=[link("B", levels={1: 1})])
    found = migrate(
        dossier(sittings=[{"source": "drill", "scores": scores}, {"source": "lost", "scores": {"A": 1}}]), world
    )
    assert [dict(sitting.scores) for sitting in found.dossier.sittings] == [{"A-1-1": 2, "A-2-1": 1}]
    assert reasons(found) == {"O-9-9": "item", "P-1-1": "item", "A": "instrument"}


def test_importance_of_a_whole_is_what_its_parts_agree_on() -> None:
    world = successors(
        present("A", "B"), P=[link("A", "isPartOf")], Q=[link("A", "isPartOf")], O=[link("B", levels={1: 1})]
    )
    surveys = [{"importance": {"P": 4, "Q": 4, "O": 5}}, {"importance": {"P": 4, "Q": 2}}, {"importance": {"P": 4}}]
    found = migrate(dossier(surveys=surveys), world)
    assert [dict(survey.importance) for survey in found.dossier.surveys] == [{"A": 4, "B": 5}, {}, {}]
    assert [fate.reason for fate in found.fates] == [None, None, None, "differs", "differs", "incomplete"]


def test_modules_and_problems_that_are_gone_are_listed() -> None:
    person = dossier(
        surveys=[{"problems": ["LOST"]}],
        completed=[{"module": "M", "date": "2025-01-01"}, {"module": "LOST", "date": "2025-01-02"}],
        begun=[{"module": "LOST", "month": "2026-01"}],
    )
    found = migrate(person, successors(present("A")))
    assert [done.module for done in found.dossier.person.completed] == ["M"]
    assert [(fate.recorded.kind, fate.reason) for fate in found.fates] == [
        ("problem", "unknown"), ("completed", "unknown"), ("begun", "unknown"),
    ]  # fmt: skip


def held(records: Iterable[EvidenceRecord], unit: str, on: dt.date) -> int | None:
    """The latest valid level, as `assess` takes it."""
    valid = [r for r in records if r.unit == unit and r.date <= on and (r.valid_until is None or r.valid_until >= on)]
    return max((record.date, record.level) for record in valid)[1] if valid else None


@pytest.mark.parametrize("seed", range(300))
def test_nothing_is_lost_nothing_is_made_up_and_twice_is_once(seed: int) -> None:
    rng = random.Random(seed)
    found_links = random_links(rng, THERE)
    world = successors(present(*THERE), **{str(key): ways for key, ways in found_links.items()})
    assert not list(find_faults(found_links, (3, 3)))
    assert not find_circles(found_links)
    person = random_dossier(rng, [*THERE, *found_links])
    found = migrate(person, world)
    assert count_records(person) == found.kept + len(found.fates)
    assert all((fate.reason is None) == bool(fate.becomes) for fate in found.fates)
    places = {fate.recorded.path for fate in found.fates}
    assert len(places) == len(found.fates)
    assert {record.unit for record in found.dossier.evidence} <= set(THERE)
    assert migrate(found.dossier, world) == Migrated(found.dossier, (), count_records(found.dossier))
    now = {("level", *entry[:2]) for entry in [(r.unit, str(r.level)) for r in found.dossier.evidence]}
    assert {("level", *pair) for fate in found.fates if fate.recorded.kind == "level" for pair in fate.becomes} <= now


@pytest.mark.parametrize("seed", range(200))
def test_on_every_day_a_whole_is_the_lowest_of_its_parts(seed: int) -> None:
    rng = random.Random(seed)
    parts = ["P", "Q", "R"][: rng.randrange(2, 4)]
    world = successors(present("A"), **{part: [link("A", "isPartOf")] for part in parts})
    records = [record for record in random_dossier(rng, parts).evidence if record.unit != "NOBODY"]
    more = [record for record in random_dossier(rng, parts).evidence if record.unit != "NOBODY"]
    person = dossier().model_copy(update={"evidence": (*records, *more)})
    found = migrate(person, world).dossier.evidence
    for number in range(-1, 100):
        day = FIRST + dt.timedelta(days=number)
        shown = [held(person.evidence, part, day) for part in parts]
        expected = None if None in shown else min(level for level in shown if level is not None)
        assert held(found, "A", day) == expected


@pytest.mark.parametrize("seed", range(50))
def test_to_split_and_to_merge_again_gives_the_levels_back(seed: int) -> None:
    rng = random.Random(seed)
    person = random_dossier(rng, ["O"])
    records = tuple(record for record in person.evidence if record.unit == "O")
    person = dossier().model_copy(update={"evidence": records})
    apart = migrate(person, successors(present("P", "Q"), O=[link("P", "hasPart"), link("Q", "hasPart")])).dossier
    again = migrate(apart, successors(present("O"), P=[link("O", "isPartOf")], Q=[link("O", "isPartOf")])).dossier
    for number in range(100):
        day = FIRST + dt.timedelta(days=number)
        assert held(again.evidence, "O", day) == held(records, "O", day)


def test_faults_of_links_are_found_where_they_stand() -> None:
    wrong = links_of(
        A=[link("X"), link("Y")],
        B=[link("Z")],
        C=[link("Z", "isPartOf")],
        D=[link("V", levels={1: 2, 2: 1, 9: 1})],
        E=[link("U", "hasPart"), link("U", "hasPart")],
    )
    found = [(fault.unit, fault.kind, fault.path) for fault in find_faults(wrong, (4, 4))]
    assert found == [
        ("A", "join", (0, "relation")),
        ("A", "join", (1, "relation")),
        ("B", "join", (0, "relation")),
        ("C", "join", (0, "relation")),
        ("D", "levels", (0, "levels", "2")),
        ("D", "levels", (0, "levels", "9")),
        ("E", "join", (0, "relation")),
        ("E", "join", (1, "unit")),
    ]


def test_circles_are_found_once_each() -> None:
    circles = find_circles(links_of(A=[link("B")], B=[link("A")], C=[link("C")], D=[link("A")], E=[link("F")]))
    assert [set(circle) for circle in circles] == [{"A", "B"}, {UnitId("C")}]
