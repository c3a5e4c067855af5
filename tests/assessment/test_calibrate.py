"""From a population to a calibration: who is in the sample, which raters are known, and what its hash says."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from competency_engine.assessment.calibrate import (
    Labelled,
    RaterMemory,
    calibration_of,
    choose_sample,
    estimate_parameters,
)
from competency_engine.assessment.fusion import fuse
from competency_engine.assessment.heard import Asked
from competency_engine.domain.calibration import Calibration, hash_of
from competency_engine.domain.entity import PersonId
from competency_engine.loading.calibration import calibration_text
from competency_engine.measurement.raters import SENSES, SHIFTS, TYPES
from tests.worlds.build import AS_OF, library, unit
from tests.worlds.scores import instrument, sitting, with_instruments

ITEMS = [{"id": "Q1", "unit": "A", "level": 1}, {"id": "Q2", "unit": "B", "level": 2, "points": 2}]
WORLD = with_instruments(
    library([unit("A"), unit("B"), unit("C")]),
    instrument("peer", method="peer_rating", raters_differ=0.4),
    instrument("quiz", method="test", items=ITEMS),
)


def labelled(number: int, *raters: str | None) -> Labelled:
    """Return a person whose peers all say 1 and 2 and 3, but r9, who says 3 throughout."""
    sittings = [
        sitting(
            "peer", "2026-09-01", dict.fromkeys("ABC", 3) if rater == "r9" else {"A": 1, "B": 2, "C": 3}, rater=rater
        )
        for rater in raters
    ]
    sittings += [sitting("quiz", "2026-09-01", {"Q1": 1, "Q2": number % 3})] if raters else []
    return Labelled(PersonId(f"P{number:03d}"), Asked(sittings, ()))


PEOPLE = [labelled(number, "r1" if number < 3 else "r2" if number < 5 else None, "r9") for number in range(30)]


def calibrated(people: Sequence[Labelled], size: int = 20, block: int = 7) -> Calibration:
    sample, count = choose_sample(people, size)
    memory = RaterMemory(estimate_parameters(sample, WORLD, AS_OF), WORLD, AS_OF)
    for start in range(0, len(people), block):
        memory.hear(people[start : start + block])
    estimates = estimate_parameters(sample, WORLD, AS_OF)
    return calibration_of(estimates, memory.raters(), WORLD, AS_OF, count, len(sample))


@cache
def known() -> Calibration:
    return calibrated(PEOPLE)


def labels(people: Sequence[Labelled]) -> list[str]:
    return [one.person for one in people]


def test_the_sample_is_chosen_by_the_hash_of_labels_and_stands_in_their_order() -> None:
    expected = sorted(sorted(labels(PEOPLE), key=lambda label: hashlib.sha256(label.encode()).hexdigest())[:20])
    shuffled = random.Random(1).sample(PEOPLE, len(PEOPLE))
    for people in (PEOPLE, PEOPLE[::-1], shuffled):
        sample, count = choose_sample(people, 20)
        assert (labels(sample), count) == (expected, 30)


def test_a_larger_sample_holds_the_smaller_one() -> None:
    small, large = (set(labels(choose_sample(PEOPLE, size)[0])) for size in (5, 10))
    assert small < large


@pytest.mark.parametrize("size", [30, 31, 1600])
def test_fewer_people_than_asked_are_all_taken(size: int) -> None:
    assert labels(choose_sample(PEOPLE[::-1], size)[0]) == labels(PEOPLE)


def test_people_without_sittings_are_passed_over_and_not_counted() -> None:
    sample, count = choose_sample([labelled(100), *PEOPLE[:3], labelled(101)])
    assert (labels(sample), count) == (["P000", "P001", "P002"], 3)
    assert choose_sample([]) == ([], 0)


def test_another_row_order_and_other_blocks_give_equal_bytes() -> None:
    text = calibration_text(known())
    shuffled = [
        replace(one, asked=Asked(one.asked.sittings[::-1], ())) for one in random.Random(2).sample(PEOPLE, len(PEOPLE))
    ]
    assert calibration_text(calibrated(shuffled, block=30)) == text
    assert calibration_text(calibrated(PEOPLE, block=1)) == text


def test_a_rater_is_known_from_three_sittings_on() -> None:
    """r1 rated three people, r2 two, r9 all thirty; ratings without a rater are nobody's."""
    assert list(known().raters) == ["peer/r1", "peer/r9"]


def test_who_rates_above_the_others_is_remembered_as_lenient_or_blind() -> None:
    steady, high = (known().raters[f"peer/{rater}"] for rater in ("r1", "r9"))
    assert sum(weight * shift for weight, shift in zip(high, SHIFTS, strict=True)) > 0.3
    assert sum(weight for weight, sense in zip(high, SENSES, strict=True) if sense < 1) > sum(
        weight for weight, sense in zip(steady, SENSES, strict=True) if sense < 1
    )
    for weights in (steady, high):
        assert len(weights) == TYPES
        assert sum(weights) == pytest.approx(1, abs=1e-3)


def test_a_calibration_says_what_it_rests_on() -> None:
    found = known()
    assert (found.as_of, found.people, found.sample) == ("2026-11-21", 30, 20)
    assert list(found.scales) == ["peer", "quiz"]
    assert found.scales["peer"].columns == ()
    assert found.scales["quiz"].columns == ("Q1", "Q2")
    assert list(found.units) == ["A", "B", "C"]
    assert sum(found.ability) == pytest.approx(1, abs=1e-4)


def test_the_hash_is_of_all_content_but_itself() -> None:
    found = known()
    assert found.hash == hash_of(found)
    assert hash_of(replace(found, hash="x")) == found.hash
    scale = replace(found.scales["peer"], noise=found.scales["peer"].noise + 0.0001)
    changed = (
        replace(found, as_of="2026-11-22"),
        replace(found, people=31),
        replace(found, scales={**found.scales, "peer": scale}),
        replace(found, units={}),
        replace(found, raters={}),
        replace(found, format="2"),
    )
    assert len({found.hash, *map(hash_of, changed)}) == 7


def test_a_calibration_of_nobody_changes_no_level() -> None:
    """Rounding to four decimals may move the last digit of a chance."""
    nothing = calibrated([])
    asked = [PEOPLE[0].asked]
    with_it, without = (fuse(asked, WORLD, one, AS_OF)[0].levels for one in (nothing, None))
    for unit_id, found in with_it.items():
        assert found.chances == pytest.approx(without[unit_id].chances, abs=2e-4)
        assert found.likely == without[unit_id].likely


def test_evidence_after_the_date_is_not_calibrated_on() -> None:
    late = [
        replace(one, asked=Asked([*one.asked.sittings, sitting("peer", "2026-12-01", {"A": 0}, rater="r1")], ()))
        for one in PEOPLE
    ]
    assert calibration_text(calibrated(late)) == calibration_text(known())
