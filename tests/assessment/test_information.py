"""What a measurement is worth, by hand: two levels, four hours of training between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_engine.assessment.information import Outcomes, expected_loss, outcomes_of, value_of
from competency_engine.domain.entity import UnitId
from tests.worlds.files import tiny

LIBRARY = tiny().library
PRACTICE = LIBRARY.instruments["mentor"]  # proves level 3
SELF = LIBRARY.instruments["self"]  # proves level 1
EVEN = np.array([0.5, 0.5])
HOURS = [4.0, 0.0]
PERFECT = np.eye(2)
BLIND = np.full((2, 2), 0.5)


def test_acting_on_a_level_loses_the_hours_given_in_vain_or_missing() -> None:
    """Of two equally likely people one needs four hours; whatever is done for both alike is wrong for one."""
    assert expected_loss(EVEN, 0, HOURS) == 2
    assert expected_loss(EVEN, 1, HOURS) == 2
    assert expected_loss(np.array([0.75, 0.25]), 1, HOURS) == 3


def test_a_perfect_measurement_is_worth_all_that_is_lost_without_it() -> None:
    assert value_of(Outcomes(PRACTICE, PERFECT), EVEN, 0, 0, HOURS, 50) == 2


def test_a_blind_measurement_is_worth_nothing() -> None:
    assert value_of(Outcomes(PRACTICE, BLIND), EVEN, 1, 1, HOURS, 50) == pytest.approx(0)


def test_a_measurement_that_cannot_prove_the_level_is_worth_nothing() -> None:
    """Levels 1 and 2; a self-rating proves 1 at most, so even a perfect one changes nothing that counts."""
    chances = np.array([0.0, 0.5, 0.5])
    hours = [6.0, 4.0, 0.0]
    assert value_of(Outcomes(SELF, np.eye(3)), chances, 1, 1, hours, 50) == 0
    assert value_of(Outcomes(PRACTICE, np.eye(3)), chances, 1, 1, hours, 50) == 2


def test_what_is_certain_is_not_worth_measuring() -> None:
    assert value_of(Outcomes(PRACTICE, PERFECT), np.array([0.0, 1.0]), 1, 1, HOURS, 50) == 0


@given(st.lists(st.floats(0.01, 1), min_size=4, max_size=4), st.integers(0, 3), st.integers(0, 3))
def test_no_measurement_is_worth_more_than_what_is_lost_without_it(
    weights: list[float], level: int, proven: int
) -> None:
    chances = np.array(weights) / sum(weights)
    hours = [9.0, 5.0, 2.0, 0.0]
    for outcomes in outcomes_of(UnitId("BAS-1"), LIBRARY, None):
        assert value_of(outcomes, chances, level, proven, hours, 50) <= expected_loss(chances, level, hours) + 1e-9


def test_each_instrument_that_can_be_ordered_says_what_it_may_give() -> None:
    found = {outcomes.instrument.id: outcomes.chances for outcomes in outcomes_of(UnitId("BAS-1"), LIBRARY, None)}
    levels = len(LIBRARY.model.scale)
    assert "drill" not in found  # its checklist is of BAS-2
    assert found["quiz"].shape == (3, levels)  # two items of one point: sums 0, 1, 2
    assert found["mentor"].shape == (levels, levels)
    for chances in found.values():
        assert chances.sum(axis=0) == pytest.approx(1)
    assert (np.diff(found["mentor"].argmax(axis=0)) >= 0).all()  # a higher level is seen as no lower
