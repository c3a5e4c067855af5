"""Bootstrap intervals: bounded, repeatable, and as wide as they should be."""

from __future__ import annotations

import numpy as np
import pytest

from competency_engine.measurement.resampling import (
    FEWEST_RESAMPLES,
    RESAMPLES,
    draw_weights,
    percentile_interval,
    ratio_estimate,
    resample_count,
)


@pytest.mark.parametrize(
    ("groups", "expected"), [(0, RESAMPLES), (20_000, 1000), (40_000, 500), (10**7, FEWEST_RESAMPLES)]
)
def test_many_groups_are_drawn_less_often(groups: int, expected: int) -> None:
    assert resample_count(groups) == expected


def test_each_resample_is_as_large_as_the_sample() -> None:
    first, *others = draw_weights(50, seed=3)
    assert {len(weights) for weights in others} == {50}
    assert {int(weights.sum()) for weights in others} == {50}
    assert (first == next(draw_weights(50, seed=3))).all()


def test_no_interval_where_most_resamples_say_nothing() -> None:
    assert percentile_interval(np.array([1.0, np.nan])) is None
    assert percentile_interval(np.array([1.0, 1.0, np.nan])) == (1.0, 1.0)


def test_the_interval_of_a_mean_is_that_of_the_normal_approximation() -> None:
    values = np.random.default_rng(4).normal(size=400)
    found = ratio_estimate(values, np.ones(400), np.arange(400), seed=0, fewest_groups=20)

    error = 1.96 * values.std() / 20
    assert (found.low, found.high) == pytest.approx((values.mean() - error, values.mean() + error), abs=0.15 * error)


def test_groups_without_anything_below_the_line_do_not_count() -> None:
    found = ratio_estimate(np.ones(3), np.array([1.0, 1.0, 0.0]), [0, 1, 2], seed=0, fewest_groups=3)
    assert found.reason == "few_units"
