"""Gaps: which evidence counts, settled or scored, what an unassessed unit counts as, what is completed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from competency_engine.assessment.gaps import Assessment, assess, find_person
from competency_engine.domain.casebook import Problem
from competency_engine.domain.entity import PersonId, UnitId
from competency_engine.domain.evidence import Sitting
from competency_engine.errors import UsageError
from tests.worlds.build import AS_OF, DRAFTED, TEXT, library, module, people, policy, role, unit
from tests.worlds.scores import instrument, sitting, survey, with_instruments

WHO = PersonId("学员0001")
A = UnitId("A")


def of(
    *records: dict[str, Any],
    modules: Any = (),
    requires: dict[str, int] | None = None,
    planning: Any = None,
    **person: Any,
) -> Assessment:
    """Return the assessment of one person required to hold A at 3."""
    world = library(
        [unit("A"), unit("B")],
        modules,
        roles=[role("R", {"A": 3} if requires is None else requires)],
        planning=planning,
    )
    return assess(WHO, people(records, **person), world, AS_OF)


def held(*records: dict[str, Any], **options: Any) -> tuple[int, bool]:
    """Return the level of A and whether it is assumed."""
    result = of(*records, **options).held[A]
    return result.level, result.assumed


def test_the_latest_record_wins_even_when_it_is_lower() -> None:
    assert held({"unit": "A", "level": 3, "date": "2025-01-01"}, {"unit": "A", "level": 1, "date": "2026-01-01"}) == (
        1,
        False,
    )


def test_on_one_day_the_higher_level_wins() -> None:
    assert held({"unit": "A", "level": 1}, {"unit": "A", "level": 2}) == (2, False)


def test_a_record_after_the_date_of_reference_is_not_known_yet() -> None:
    assert held({"unit": "A", "level": 3, "date": "2026-11-22"}) == (2, True)
    assert held({"unit": "A", "level": 3, "date": "2026-11-21"}) == (3, False)


def test_an_expired_record_gives_way_to_an_older_valid_one() -> None:
    old = {"unit": "A", "level": 2, "date": "2024-01-01"}
    expired = {"unit": "A", "level": 3, "date": "2025-01-01", "valid_until": "2026-11-20"}
    assert held(old, expired) == (2, False)
    assert held(old, {**expired, "valid_until": "2026-11-21"}) == (3, False)


def test_only_expired_evidence_counts_as_none_and_is_named() -> None:
    result = of({"unit": "A", "level": 1, "date": "2025-01-01", "valid_until": "2025-12-31"}).held[A]
    assert (result.level, result.assumed) == (2, True)
    assert result.expired is not None


def test_an_unassessed_unit_counts_as_one_below_the_requirement_or_as_zero() -> None:
    assert held() == (2, True)
    assert held(planning=policy(unassessed="zero")) == (0, True)


def test_an_unassessed_unit_that_is_not_required_counts_as_zero() -> None:
    assert held(requires={"B": 3}) == (0, True)


def test_level_zero_is_an_assessment() -> None:
    assert held({"unit": "A", "level": 0}) == (0, False)


def test_a_module_completed_after_the_evidence_raises_the_level() -> None:
    brings = [module("m", brings={"A": 2})]
    before = {"unit": "A", "level": 1, "date": "2026-01-01"}
    assert held(before, modules=brings, completed=[{"module": "m", "date": "2026-02-01"}]) == (2, False)
    assert held(before, modules=brings, completed=[{"module": "m", "date": "2025-12-01"}]) == (1, False)
    assert held(modules=brings, completed=[{"module": "m", "date": "2025-12-01"}]) == (2, False)


def test_a_completion_never_lowers_a_level() -> None:
    brings = [module("m", brings={"A": 1})]
    assert held(
        {"unit": "A", "level": 3, "date": "2026-01-01"},
        modules=brings,
        completed=[{"module": "m", "date": "2026-02-01"}],
    ) == (3, False)


@pytest.mark.parametrize(("date", "counts"), [("2025-11-22", True), ("2025-11-21", False), ("2026-11-22", False)])
def test_a_completion_counts_until_its_validity_runs_out(date: str, counts: bool) -> None:
    brings = [module("m", brings={"A": 2}, validity_months=12)]
    result = of(modules=brings, completed=[{"module": "m", "date": date}])
    assert ("m" in result.completed) is counts


def test_a_gap_carries_kind_requirement_and_assumption() -> None:
    gap = of({"unit": "A", "level": 1, "gap_kind": "knowledge"}).gaps[0]
    assert (gap.unit, gap.held, gap.required.level, gap.kind, gap.assumed) == ("A", 1, 3, "knowledge", False)
    assert of().gaps[0].kind == "ability"
    assert of().gaps[0].assumed


def test_a_met_requirement_is_no_gap() -> None:
    assert of({"unit": "A", "level": 3}).gaps == ()


def test_an_unknown_person_is_answered_with_the_nearest_label() -> None:
    with pytest.raises(UsageError, match="no person 学员0011; did you mean 学员0001"):
        find_person("学员0011", people())


def test_what_is_begun_is_neither_completed_nor_in_the_future() -> None:
    modules = [module(name, hours=2) for name in ("done", "future", "now", "twice")]
    begun = [
        {"module": "done", "month": "2026-01"},
        {"module": "future", "month": "2026-12"},
        {"module": "now", "month": "2026-11"},
        {"module": "twice", "month": "2026-09"},
        {"module": "twice", "month": "2026-03"},
    ]
    result = of(modules=modules, begun=begun, completed=[{"module": "done", "date": "2026-02-01"}])
    assert {module_id: day.isoformat() for module_id, day in result.begun.items()} == {
        "now": "2026-11-01",
        "twice": "2026-09-01",
    }


def test_a_module_whose_completion_has_run_out_can_be_under_way_again() -> None:
    modules = [module("again", validity_months=6)]
    done = [{"module": "again", "date": "2026-01-01"}]
    assert set(of(modules=modules, completed=done, begun=[{"module": "again", "month": "2026-10"}]).begun) == {"again"}


def test_every_completion_of_a_counted_mode_is_credited_in_its_year() -> None:
    """Also one that has run out, and one of a module taken twice; never one after the date of reference."""
    modules = [module("m", hours=1.5, validity_months=1), module("web", hours=4, mode="online")]
    dates = ("2025-05-01", "2026-01-31", "2026-07-01", "2026-11-22")
    done = [{"module": name, "date": date} for name in ("m", "web") for date in dates]
    planning = policy(budget={"hours_per_year": 20, "counts": ["thematic"]})
    assert of(modules=modules, completed=done, planning=planning).credited == {2025: 1.5, 2026: 3}
    assert of().credited == {}


SHOWN = [
    {"kind": "knowledge", "urgency": 1, "forms": ["lecture"], "shown_by": ["test"]},
    {"kind": "quality", "urgency": 2, "forms": ["discussion"], "shown_by": ["peer_rating", "resident_rating"]},
    {"kind": "ability", "urgency": 3, "forms": ["exercise"]},
]


def scored(*sittings: Sitting, records: Any = (), surveys: Any = (), **person: Any) -> Assessment:
    """Return the assessment of one person with scores, required to hold A at 3; a module m brings A to 2."""
    world = with_instruments(
        library(
            [unit("A"), unit("B")],
            [module("m", brings={"A": 2})],
            roles=[role("R", {"A": 3})],
            planning=policy(gap_kinds=SHOWN),
        ),
        instrument("work"),
        instrument("peer", method="peer_rating", proves_up_to=1),
        instrument("test", method="test", noise=0.25),
    )
    world = replace(
        world, problems={name: problem(name, needs) for name, needs in (("Q1", {"A": 2}), ("Q2", {"A": 1, "B": 1}))}
    )
    population = replace(people(records, **person), sittings={WHO: sittings}, surveys={WHO: tuple(surveys)})
    return assess(WHO, population, world, AS_OF)


def problem(id_: str, needs: dict[str, int]) -> Problem:
    given = {"kind": "problem", "id": id_, "number": 1, "title": TEXT, "signs": [TEXT], "first_steps": [TEXT]}
    return Problem.model_validate({**given, "needs": needs, **DRAFTED}, strict=False)


def test_scores_count_where_no_level_is_settled() -> None:
    result = scored(sitting("work", "2026-09-01", {"A": 2})).held[A]
    assert (result.level, result.assumed, result.evidence) == (2, False, None)
    assert result.fused is not None
    assert scored().held[A].fused is None


def test_a_settled_level_stands_over_scores_even_over_newer_ones() -> None:
    result = scored(sitting("work", "2026-10-01", {"A": 3}), records=[{"unit": "A", "level": 1}]).held[A]
    assert (result.level, result.assumed, result.unproven) == (1, False, None)
    assert result.fused is not None
    assert result.fused.level == 3


def test_scores_count_again_once_the_settled_level_has_expired() -> None:
    expired = {"unit": "A", "level": 1, "valid_until": "2026-11-20"}
    result = scored(sitting("work", "2026-10-01", {"A": 3}), records=[expired]).held[A]
    assert (result.level, result.assumed, result.evidence, result.expired) == (3, False, None, None)
    assert not result.retest


def test_expired_scores_are_assumed_away_and_ask_for_a_retest() -> None:
    """Valid for a year: scores of August 2025 no longer count, as if nothing were there, but they are shown."""
    result = scored(sitting("work", "2025-08-01", {"A": 1})).held[A]
    assert (result.level, result.assumed, result.retest, result.unproven) == (2, True, True, None)
    assert result.fused is not None
    nothing = scored().held[A]
    assert (nothing.level, nothing.assumed, nothing.retest) == (2, True, False)


def test_an_expired_settled_level_asks_for_a_retest() -> None:
    assert scored(records=[{"unit": "A", "level": 1, "valid_until": "2026-11-20"}]).held[A].retest


def test_a_level_that_peers_cannot_prove_is_unproven() -> None:
    """Three peers say 2 but prove no more than 1; what counts is 1, and the likelier 2 is named."""
    peers = [sitting("peer", "2026-09-01", {"A": 2}, rater=f"r{number}") for number in range(3)]
    result = scored(*peers).held[A]
    assert (result.level, result.unproven) == (1, 2)
    assert scored(*peers, sitting("work", "2026-09-01", {"A": 2})).held[A].unproven is None
    assert scored(sitting("peer", "2026-09-01", {"A": 1})).held[A].unproven is None


def test_a_module_completed_after_the_scores_raises_the_level() -> None:
    work = sitting("work", "2026-09-01", {"A": 1})
    levels = [scored(work, completed=[{"module": "m", "date": f"2026-0{month}-01"}]).held[A].level for month in (8, 9)]
    assert levels == [1, 2]
    raised = scored(*(sitting("peer", "2026-06-01", {"A": 2}, rater=f"r{n}") for n in range(3)), completed=[{"module": "m", "date": "2026-09-01"}])  # fmt: skip
    assert (raised.held[A].level, raised.held[A].unproven) == (2, None)


def test_the_kind_of_a_gap_is_the_first_that_its_ways_of_asking_show() -> None:
    """A is required at 3: a test that finds 1 shows missing knowledge, before peers who find 1 too; work evidence shows no kind."""
    low = {name: sitting(name, "2026-09-01", {"A": 1}) for name in ("test", "peer", "work")}
    high, again = sitting("test", "2026-09-01", {"A": 3}), sitting("work", "2026-09-01", {"A": 1}, rater="r2")
    found = [
        scored(*sittings).gaps[0].kind
        for sittings in (
            (low["test"],),
            (low["test"], low["peer"]),
            (high, low["peer"], low["work"]),
            (low["work"],),
            (high, low["work"], again),
            (),
        )
    ]
    assert found == ["knowledge", "knowledge", "quality", "ability", "ability", "ability"]


def test_a_settled_level_says_the_kind_of_its_gap_and_scores_do_not() -> None:
    test_score = sitting("test", "2026-09-01", {"A": 1})
    for said, kind in (("quality", "quality"), (None, "ability")):
        record = {"unit": "A", "level": 1, "gap_kind": said}
        assert scored(test_score, records=[record]).gaps[0].kind == kind


def test_expired_scores_say_nothing_of_the_kind() -> None:
    assert scored(sitting("test", "2025-08-01", {"A": 1})).gaps[0].kind == "ability"


def test_the_problems_of_the_latest_survey_are_reported() -> None:
    first, second, future = survey("2026-01-01", "Q2"), survey("2026-06-01", "Q1"), survey("2026-12-01", "Q2")
    for surveys in ([first, second, future], [future, second, first]):
        assert scored(surveys=surveys).reported == {"A"}
    assert scored(surveys=[first]).reported == {"A", "B"}
    assert scored(surveys=[future]).reported == scored(surveys=[survey("2026-06-01")]).reported == frozenset()
    assert scored(surveys=[survey("2026-06-01", "Q1"), survey("2026-06-01", "Q2")]).reported == {"A", "B"}


def test_what_was_heard_is_told_with_its_reasons() -> None:
    heard = scored(sitting("work", "2026-09-01", {"A": 1}), sitting("peer", "2026-12-01", {"A": 1})).heard
    assert [(one.sitting.source, one.unheard) for one in heard] == [("peer", "later"), ("work", None)]
