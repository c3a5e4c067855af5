"""Agreement between raters and sources: by hand, against a published example and an independent implementation."""

from __future__ import annotations

import itertools

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_engine.measurement.agreement import ordinal_alpha, pair_agreement, source_differences
from tests.measurement.public_data import anaesthetists

# Krippendorff (2011), data C: four observers (here columns), twelve units, five values.
EXAMPLE = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, -1, -1, -1],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, -1, 3],
        [-1, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, -1],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, -1],
    ]
).T


def ratings(seed: int) -> np.ndarray:
    """Return ratings of 30 units by four raters, some missing, that lean towards a common level."""
    generator = np.random.default_rng(seed)
    level = generator.integers(0, 4, (30, 1)) + generator.integers(-1, 2, (30, 4))
    return np.where(generator.random((30, 4)) < 0.2, -1, np.clip(level, 0, 4))


def test_alpha_of_the_published_example() -> None:
    assert ordinal_alpha(EXAMPLE, fewest_groups=11).value == pytest.approx(0.815, abs=5e-4)


def test_alpha_by_hand() -> None:
    # Three zeros, four ones, three twos have the middle ranks 1.5, 5 and 8.5; two units differ, by 3.5. Observed 4·3.5² = 49,
    # expected (2·3·4·3.5² + 2·4·3·3.5² + 2·3·3·7²)/9 = 1470/9: 1 − 49·9/1470 = 0.7.
    assert ordinal_alpha([[0, 0], [1, 1], [2, 2], [0, 1], [2, 1]], fewest_groups=5).value == pytest.approx(0.7)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_alpha_is_that_of_the_independent_implementation(seed: int) -> None:
    table = ratings(seed)
    expected = krippendorff.alpha(np.where(table < 0, np.nan, table).T, level_of_measurement="ordinal")

    found = ordinal_alpha(table, seed=seed % 7)
    assert found.value == pytest.approx(expected)
    assert found.low <= found.value <= found.high <= 1  # type: ignore[operator]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_neither_order_nor_the_distance_of_levels_matters_to_alpha(seed: int) -> None:
    table, generator = ratings(seed), np.random.default_rng(seed)
    shuffled = generator.permuted(table[generator.permutation(30)], axis=1)
    stretched = np.where(table < 0, -1, table**2 + 3)

    assert ordinal_alpha(shuffled).value == pytest.approx(ordinal_alpha(table).value)
    assert ordinal_alpha(stretched) == ordinal_alpha(table)


def test_equal_seeds_give_equal_intervals() -> None:
    assert ordinal_alpha(ratings(1), seed=5) == ordinal_alpha(ratings(1), seed=5)
    assert ordinal_alpha(ratings(1), seed=5) != ordinal_alpha(ratings(1), seed=6)


def test_perfect_and_systematic_disagreement() -> None:
    same = ordinal_alpha([[0, 0], [3, 3]] * 15)
    assert (same.value, same.low, same.high) == (1, 1, 1)
    assert ordinal_alpha([[0, 1], [1, 0]] * 15).value < 0  # type: ignore[operator]


def test_what_is_too_thin_says_why() -> None:
    assert ordinal_alpha(EXAMPLE).reason == "few_units"
    assert ordinal_alpha([[2, 2]] * 30).reason == "no_variance"
    assert ordinal_alpha([[2, -1], [1, -1]] * 30).reason == "few_units"
    assert ordinal_alpha(np.tile(EXAMPLE, (5, 1)), groups=np.arange(60) // 4).reason == "few_units"
    assert pair_agreement(EXAMPLE).exact.reason == "few_units"
    with pytest.raises(ValueError, match="one group a row"):
        ordinal_alpha(EXAMPLE, groups=[1])
    with pytest.raises(ValueError, match="0 or more"):
        ordinal_alpha([[-2, 1]])


def test_resamples_of_one_level_only_are_left_out_of_the_interval() -> None:
    # One unit in twenty has another level; 0.95²⁰, a third of the resamples, do not hold it.
    rare = [[0, 0]] * 19 + [[1, 1]]
    found = ordinal_alpha(rare)
    assert (found.value, found.low, found.high) == (1, 1, 1)


def test_rows_of_one_group_are_drawn_together() -> None:
    # Thirty people, each with four equal rows: the interval must not shrink as if there were 120 observations.
    table = ratings(3)
    alone, repeated = ordinal_alpha(table), np.repeat(table, 4, axis=0)
    grouped = ordinal_alpha(repeated, groups=np.repeat(np.arange(30), 4))
    naive = ordinal_alpha(repeated)

    width = [one.high - one.low for one in (alone, grouped, naive)]  # type: ignore[operator]
    assert width[1] == pytest.approx(width[0], rel=0.1)
    assert width[2] < 0.6 * width[0]


def test_pairs_by_hand() -> None:
    # Units of two, three and one rating: pairs 1 + 3 + 0. Equal: (1,1) and one of (0,0,2); within one level: the same.
    found = pair_agreement([[1, 1, -1], [0, 0, 2], [3, -1, -1]], fewest_groups=2)
    assert (found.exact.value, found.adjacent.value) == (0.5, 0.5)
    assert (found.pairs, found.units) == (4, 2)
    assert pair_agreement([[0, 1], [1, 3]], fewest_groups=2).adjacent.value == 0.5


def test_pairs_of_the_anaesthetists_counted_one_by_one() -> None:
    table = anaesthetists()
    pairs = [(a, b) for row in table for a, b in itertools.combinations(row, 2)]
    found = pair_agreement(table)

    assert found.pairs == len(pairs) == 45 * 21
    assert found.exact.value == pytest.approx(np.mean([a == b for a, b in pairs]))
    assert found.adjacent.value == pytest.approx(np.mean([abs(a - b) <= 1 for a, b in pairs]))
    assert found.exact.low < found.exact.value < found.exact.high < found.adjacent.value  # type: ignore[operator]


def test_sources_by_hand() -> None:
    # Person 1, unit 1: kind 0 says 3 and 1 (mean 2), kind 1 says 1, kind 2 says 0. Person 2, unit 1: kind 0 says 2, kind 1 says 2.
    # Person 2, unit 2: kind 2 alone.
    people, units = [1, 1, 1, 1, 2, 2, 2], [1, 1, 1, 1, 1, 1, 2]
    kinds, levels = [0, 0, 1, 2, 0, 1, 2], [3, 1, 1, 0, 2, 2, 4]
    found = source_differences(people, units, kinds, levels, fewest_people=1)

    # Kind 0: 2 − (1+0)/2 = 1.5 and 0; kind 1: 1 − (2+0)/2 = 0 and 0; kind 2: 0 − (2+1)/2 = −1.5.
    assert [one.difference.value for one in found] == pytest.approx([0.75, 0, -1.5])
    assert [(one.kind, one.compared, one.people) for one in found] == [(0, 2, 2), (1, 2, 2), (2, 1, 1)]
    assert source_differences(people, units, kinds, levels)[0].difference.reason == "few_units"
    assert source_differences([], [], [], []) == ()
    with pytest.raises(ValueError, match="one length"):
        source_differences([1], [1], [1], [1, 2])


def test_a_generous_source_is_found_and_the_interval_covers_it() -> None:
    generator = np.random.default_rng(11)
    inside = 0
    for _ in range(40):
        people, units = np.divmod(np.arange(180), 3)
        level = generator.normal(5, 1, 180) + generator.normal(0, 1, 60)[people]
        kinds = np.repeat([0, 1], 180)
        given_levels = np.rint(np.concatenate([level + 0.5, level]) + generator.normal(0, 0.7, 360)).clip(0)
        found = source_differences(np.tile(people, 2), np.tile(units, 2), kinds, given_levels, seed=1)[0].difference
        inside += found.low <= 0.5 <= found.high  # type: ignore[operator]
    # Of forty intervals at 95 %, fewer than 34 would be one in a thousand.
    assert inside >= 34


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_evidence_does_not_matter_and_two_kinds_mirror_each_other(seed: int) -> None:
    generator = np.random.default_rng(seed)
    columns = np.stack([generator.integers(0, high, 200) for high in (25, 3, 2, 5)])
    found = source_differences(*columns, fewest_people=1)
    again = source_differences(*columns[:, generator.permutation(200)], fewest_people=1)

    assert [one.difference.value for one in again] == pytest.approx([one.difference.value for one in found])
    assert found[0].difference.value == pytest.approx(-found[1].difference.value)  # type: ignore[operator]
    assert found[0].compared == found[1].compared
