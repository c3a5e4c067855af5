"""Which sittings are heard on a date, with what force, and why others are not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_engine.assessment.heard import FORGOTTEN, Heard, add_months, hear
from competency_engine.domain.evidence import Sitting
from competency_engine.domain.people import Completion
from tests.worlds.build import AS_OF, library, module, policy, unit
from tests.worlds.scores import instrument, sitting, with_instruments

ITEMS = [{"id": "Q1", "unit": "A", "level": 1}, {"id": "Q2", "unit": "A", "level": 2}]
WORLD = with_instruments(
    library([unit("A"), unit("B")], [module("m", brings={"A": 2}), module("n", brings={"B": 1})], planning=policy()),
    instrument("work"),
    instrument("half", weight=0.5),
    instrument("quiz", method="test", items=ITEMS),
)


def of(*sittings: Sitting, completed: Any = (), as_of: dt.date = AS_OF) -> tuple[Heard, ...]:
    done = [Completion.model_validate({"module": name, "date": date}, strict=False) for name, date in completed]
    return hear(sittings, done, WORLD, as_of)


def reasons(*sittings: Sitting, **options: Any) -> list[list[Any]]:
    """Return, for each sitting as it is heard, why each of its scores is not."""
    return [
        [one.unheard or one.dropped.get(key) for key in sorted(one.sitting.scores)] for one in of(*sittings, **options)
    ]


def test_a_sound_sitting_is_heard_with_the_weight_of_its_instrument() -> None:
    full, half = of(sitting("work", "2026-09-01", {"A": 2}), sitting("half", "2026-09-01", {"A": 2}))[::-1]
    assert (full.force, full.unheard, full.valid_until) == (1.0, None, dt.date(2027, 9, 1))
    assert (half.force, half.unheard) == (0.5, None)


def test_a_sitting_after_the_date_is_later_and_one_on_the_date_is_heard() -> None:
    assert reasons(sitting("work", "2026-11-21", {"A": 1})) == [[None]]
    assert reasons(sitting("work", "2026-11-22", {"A": 1})) == [["later"]]


def test_a_later_sitting_supersedes_nothing_yet() -> None:
    assert reasons(sitting("work", "2026-09-01", {"A": 1}), sitting("work", "2026-11-22", {"A": 2})) == [
        [None],
        ["later"],
    ]


def test_a_sitting_of_an_instrument_that_is_gone_is_unknown() -> None:
    one = of(sitting("gone", "2026-09-01", {"A": 1}))[0]
    assert (one.unheard, one.instrument, one.force) == ("unknown", None, 0.0)


def test_a_later_score_of_the_same_rater_supersedes_only_what_it_scores_again() -> None:
    first, second = sitting("work", "2026-08-01", {"A": 1, "B": 1}), sitting("work", "2026-09-01", {"A": 2})
    assert reasons(first, second) == [["superseded", None], [None]]


def test_three_sittings_of_one_rater_leave_the_newest_score_of_each_unit() -> None:
    """A is scored in all three, B in the first and the second."""
    dates_and_scores = [("2026-07-01", {"A": 1, "B": 1}), ("2026-08-01", {"A": 1, "B": 2}), ("2026-09-01", {"A": 2})]
    assert reasons(*(sitting("work", date, scores) for date, scores in dates_and_scores)) == [
        ["superseded", "superseded"],
        ["superseded", None],
        [None],
    ]


def test_another_rater_or_another_instrument_supersedes_nothing() -> None:
    first = sitting("work", "2026-08-01", {"A": 1}, rater="r1")
    for other in (
        sitting("work", "2026-09-01", {"A": 2}, rater="r2"),
        sitting("work", "2026-09-01", {"A": 2}),
        sitting("half", "2026-09-01", {"A": 2}, rater="r1"),
    ):
        assert reasons(first, other) == [[None], [None]]


def test_of_one_day_the_higher_score_of_a_rater_stands() -> None:
    heard = of(sitting("work", "2026-09-01", {"A": 3}), sitting("work", "2026-09-01", {"A": 1}))
    assert [(one.sitting.scores["A"], one.dropped) for one in heard] == [(1, {"A": "superseded"}), (3, {})]


def test_what_is_written_twice_is_heard_once() -> None:
    one, same = sitting("work", "2026-09-01", {"A": 1}), sitting("work", "2026-09-01", {"A": 1})
    assert reasons(one, same) == [["superseded"], [None]]
    assert reasons(one, one) == [["superseded"], [None]]


def test_scores_before_training_are_not_heard_once_newer_ones_follow_it() -> None:
    old, new = sitting("half", "2026-03-01", {"A": 1, "B": 1}), sitting("work", "2026-09-01", {"A": 2})
    assert reasons(old, new, completed=[("m", "2026-06-01")]) == [["before_training", None], [None]]
    assert reasons(old, completed=[("m", "2026-06-01")]) == [[None, None]]
    assert reasons(old, new, completed=[("m", "2026-10-01")]) == [[None, None], [None]]
    assert reasons(old, new, completed=[("n", "2026-06-01")]) == [[None, None], [None]]


def test_a_score_on_the_day_of_training_counts_as_after_it() -> None:
    old, new = sitting("half", "2026-06-01", {"A": 1}), sitting("work", "2026-06-01", {"A": 2})
    assert reasons(old, new, completed=[("m", "2026-06-01")]) == [[None], [None]]
    assert reasons(sitting("half", "2026-05-31", {"A": 1}), new, completed=[("m", "2026-06-01")]) == [
        ["before_training"],
        [None],
    ]


def test_more_training_that_nothing_was_scored_after_changes_nothing() -> None:
    """March, training in June, scored again in September, trained again in October: March lies before June."""
    old, new = sitting("half", "2026-03-01", {"A": 1}), sitting("work", "2026-09-01", {"A": 2})
    assert reasons(old, new, completed=[("m", "2026-06-01"), ("m", "2026-10-01")]) == [["before_training"], [None]]


def test_only_scores_that_are_heard_make_older_ones_old() -> None:
    old = sitting("half", "2026-03-01", {"A": 1})
    unheard = sitting("gone", "2026-09-01", {"A": 2}), sitting("work", "2026-12-01", {"A": 2})
    assert reasons(old, *unheard, completed=[("m", "2026-06-01")]) == [["unknown"], [None], ["later"]]


def test_items_count_for_the_unit_that_they_ask_for() -> None:
    old, new = sitting("quiz", "2026-03-01", {"Q1": 1, "Q9": 1}), sitting("work", "2026-09-01", {"A": 2})
    heard = of(old, new, completed=[("m", "2026-06-01")])
    assert heard[0].dropped == {"Q1": "before_training"}
    assert [one.scores_of(unit_id, WORLD) for one in heard for unit_id in ("A", "B")] == [  # type: ignore[arg-type]
        [("Q1", 1, "before_training")],
        [],
        [("A", 2, None)],
        [],
    ]


@pytest.mark.parametrize(
    ("as_of", "halvings"),
    [
        ("2026-09-01", 0),
        ("2027-09-01", 0),
        ("2027-09-02", 1 / 12),
        ("2027-09-30", 1 / 12),
        ("2027-10-01", 2 / 12),
        ("2028-07-31", 11 / 12),
        ("2028-08-01", 12 / 12),
        ("2031-11-30", 51 / 12),
    ],
)
def test_force_halves_each_half_life_past_the_last_valid_day(as_of: str, halvings: float) -> None:
    """Scored on 2026-09-01, valid for a year; the half-life is twelve months, each of which counts when it begins."""
    heard = of(sitting("work", "2026-09-01", {"A": 1}), as_of=dt.date.fromisoformat(as_of))[0]
    assert heard.force == pytest.approx(0.5**halvings)
    assert heard.unheard is None
    assert heard.is_valid(dt.date.fromisoformat(as_of)) == (halvings == 0)


def test_what_is_nearly_forgotten_is_expired() -> None:
    """0.5 ** (51/12) = 0.0526 and 0.5 ** (52/12) = 0.0496, on either side of what is forgotten."""
    one = sitting("work", "2026-09-01", {"A": 1})
    assert 0.5 ** (52 / 12) < FORGOTTEN < 0.5 ** (51 / 12)
    assert of(one, as_of=dt.date(2031, 12, 1))[0].unheard == "expired"
    assert of(one, as_of=dt.date(2031, 11, 30))[0].unheard is None


def test_the_sitting_may_say_how_long_it_is_valid() -> None:
    short = of(sitting("work", "2026-09-01", {"A": 1}, valid_until="2026-10-31"))[0]
    assert short.force == pytest.approx(0.5 ** (1 / 12))
    assert not short.is_valid(AS_OF)
    assert short.is_valid(dt.date(2026, 10, 31))
    assert of(sitting("work", "2020-01-01", {"A": 1}, valid_until="2027-01-01"))[0].force == 1.0


def test_no_day_of_validity_is_later_in_its_month_than_the_28th() -> None:
    assert of(sitting("work", "2026-08-31", {"A": 1}))[0].valid_until == dt.date(2027, 8, 28)
    assert add_months(dt.date(2026, 12, 5), 1) == dt.date(2027, 1, 5)


SITTINGS = st.builds(
    sitting,
    st.sampled_from(["work", "half", "gone"]),
    st.sampled_from(["2021-01-01", "2026-03-01", "2026-09-01", "2026-12-01"]),
    st.dictionaries(st.sampled_from(["A", "B"]), st.integers(0, 2), min_size=1),
    rater=st.sampled_from([None, "r1"]),
    valid_until=st.sampled_from([None, "2026-10-01"]),
)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(SITTINGS, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_sittings_does_not_matter(sittings: list[Sitting], random: Any) -> None:
    shuffled = random.sample(sittings, len(sittings))
    completed = [("m", "2026-02-01"), ("n", "2026-06-01")]
    assert of(*sittings, completed=completed) == of(*shuffled, completed=completed[::-1])


def test_two_raters_without_a_label_are_two_and_a_test_taken_again_is_one() -> None:
    """Of residents nobody is named; a machine has no name either, but it is the same machine."""
    within = with_instruments(WORLD, instrument("resident", raters_differ=0.4), instrument("machine"))
    twice = [
        sitting(s, date, {"A": n})
        for s in ("resident", "machine")
        for n, date in ((1, "2026-09-01"), (2, "2026-09-02"))
    ]
    assert [(one.sitting.source, dict(one.dropped)) for one in hear(twice, (), within, AS_OF)] == [
        ("machine", {"A": "superseded"}),
        ("machine", {}),
        ("resident", {}),
        ("resident", {}),
    ]
