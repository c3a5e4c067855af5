"""Item analysis against worlds counted by hand, published figures and the properties it must have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_engine.measurement.items import (
    analyse_items,
    correlation,
    cronbach_alpha,
    share_estimate,
    standard_error_of_measurement,
)
from tests.measurement.public_data import lsat, verbal_aggression, verbal_aggression_reference

# Four people: a won both items, b won the first, c and d none.
FOUR = np.array([[1, 1], [1, 0], [0, 0], [0, 0]])


def scores(people: int = 40, items: int = 5) -> st.SearchStrategy[np.ndarray]:
    return st.integers(0, 2**32 - 1).map(
        lambda seed: np.random.default_rng(seed).integers(-1, 4, size=(people, items), dtype=np.int64)
    )


def test_difficulty_is_the_share_of_the_points_won() -> None:
    first, second = analyse_items(FOUR, fewest_people=4)
    assert (first.difficulty.value, second.difficulty.value) == (0.5, 0.25)

    (item, _) = analyse_items([[4, 0], [2, 0], [0, 0], [-1, 0]], [4, 1], fewest_people=3)
    assert (item.difficulty.value, item.share_missing, item.answered) == (0.5, 0.25, 3)


def test_discrimination_leaves_the_item_itself_out_of_the_rest() -> None:
    first, second = analyse_items(FOUR, fewest_people=4)
    # With two items the rest of one is the other: both correlations are that of (1,1,0,0) and (1,0,0,0), 1/√3.
    assert first.discrimination.value == pytest.approx(3**-0.5)
    assert second.discrimination.value == pytest.approx(3**-0.5)


def test_a_person_who_answered_nothing_else_has_no_rest() -> None:
    rows = np.vstack([FOUR, [[1, -1]] * 3])
    assert analyse_items(rows, fewest_people=4)[0].discrimination.value == pytest.approx(3**-0.5)
    assert analyse_items(rows, fewest_people=5)[0].discrimination.reason == "few_people"


def test_what_is_too_thin_says_why() -> None:
    few = analyse_items(FOUR)[0]
    assert (few.difficulty.value, few.difficulty.reason) == (None, "few_people")
    assert few.discrimination.reason == "few_people"
    assert analyse_items([[1]] * 30)[0].discrimination.reason == "few_items"
    assert analyse_items([[1, 0], [1, 1]] * 15)[0].discrimination.reason == "no_variance"
    assert cronbach_alpha([[1, 1]] * 30).reason == "no_variance"
    assert cronbach_alpha([[1]] * 30).reason == "few_items"
    assert cronbach_alpha([[1, -1]] * 30 + [[1, 0]] * 29).reason == "few_people"
    assert analyse_items(np.empty((0, 2), dtype=int))[0].share_missing == 0


def test_alpha_of_four_people_by_hand() -> None:
    # Item variances 1/3 and 1/4, variance of the sums (2,1,0,0) 11/12: 2·(1 − (7/12)/(11/12)) = 8/11.
    assert cronbach_alpha(FOUR, fewest_people=4).value == pytest.approx(8 / 11)


def test_alpha_of_one_point_items_is_kuder_richardson_20() -> None:
    answers = lsat(6)
    share, sums = answers.mean(axis=0), answers.sum(axis=1)
    expected = 5 / 4 * (1 - (share * (1 - share)).sum() / sums.var())

    assert cronbach_alpha(answers).value == pytest.approx(expected)


def test_an_item_that_is_asked_twice_is_perfectly_reliable() -> None:
    twice = cronbach_alpha([[0, 0], [1, 1]] * 15)
    assert (twice.value, twice.low, twice.high) == (1, 1, 1)
    error = standard_error_of_measurement([[0, 0], [1, 1]] * 15)
    assert (error.value, error.low, error.high) == (0, 0, 0)


def test_items_that_contradict_each_other_have_no_error_of_measurement() -> None:
    contrary = [[0, 1, 0], [1, 0, 0], [1, 0, 1], [0, 1, 1]] * 10
    assert cronbach_alpha(contrary).value < 0  # type: ignore[operator]
    assert standard_error_of_measurement(contrary).reason == "alpha_not_positive"
    assert standard_error_of_measurement([[1, 1]] * 30).reason == "no_variance"


def test_error_of_measurement_by_hand() -> None:
    # Standard deviation √(11/12), alpha 8/11: √(11/12 · 3/11) = 1/2.
    assert standard_error_of_measurement(FOUR, fewest_people=4).value == pytest.approx(0.5)


def test_bonett_interval_by_hand() -> None:
    # LSAT 6, n = 1000, k = 5, α = 0.2950: ln 0.7050 − ln(1000/999) = −0.35055 and 1.96·√(10/(4·998)) = 0.09810.
    found = cronbach_alpha(lsat(6))
    assert (found.low, found.high) == pytest.approx((1 - np.exp(-0.25245), 1 - np.exp(-0.44865)), abs=1e-5)


def test_published_figures_of_the_lsat() -> None:
    # psych::alpha on section 6, in seven digits; ltm's descript() prints alpha 0.295.
    assert cronbach_alpha(lsat(6)).value == pytest.approx(0.2949971922, abs=1e-9)
    found = [item.discrimination.value for item in analyse_items(lsat(6))]
    assert found == pytest.approx([0.1128326889, 0.1531781201, 0.1727789433, 0.1444280952, 0.1215964025], abs=1e-9)


def test_verbal_aggression_as_the_reference_says() -> None:
    answers, _ = verbal_aggression()
    reference = verbal_aggression_reference()

    assert cronbach_alpha(answers).value == pytest.approx(reference["cronbach_alpha"], abs=1e-9)
    found = [item.discrimination.value for item in analyse_items(answers)]
    assert found == pytest.approx(reference["item_rest_correlation"], abs=1e-9)


def test_intervals_of_a_share_and_of_a_correlation() -> None:
    assert share_estimate(0.0, 30).low == 0
    assert share_estimate(1.0, 30).high == 1
    # Wilson's interval of 8 in 10.
    found = share_estimate(0.8, 10)
    assert (found.low, found.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    # Fisher's interval of r = 0.5 in 28 pairs: tanh(0.5493 ± 0.392).
    first = np.tile([1.0, -1.0, 1.0, -1.0], 7)
    second = np.tile([1.0, -1.0, 1.0, 1.0], 7)
    found = correlation(first, second)
    half = np.arctanh(found.value) - np.arctanh(found.low)  # type: ignore[type-var]
    assert half == pytest.approx(1.959964 / 5)
    line = correlation(np.arange(4.0), np.arange(4.0))
    assert (line.value, line.low, line.high) == pytest.approx((1, 1, 1))


@settings(max_examples=30, deadline=None)
@given(scores(), st.randoms(use_true_random=False))
def test_neither_the_order_of_people_nor_that_of_items_matters(matrix: np.ndarray, random: object) -> None:
    generator = np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    rows, columns = generator.permutation(matrix.shape[0]), generator.permutation(matrix.shape[1])
    before, after = (
        analyse_items(matrix, 3, fewest_people=5),
        analyse_items(matrix[rows][:, columns], 3, fewest_people=5),
    )

    for new, old in enumerate(columns):
        assert after[new].share_missing == before[old].share_missing
        assert after[new].difficulty.value == pytest.approx(before[old].difficulty.value)
        assert after[new].discrimination.value == pytest.approx(before[old].discrimination.value)
    first, second = (cronbach_alpha(one, 3, fewest_people=3) for one in (matrix, matrix[rows][:, columns]))
    assert first.reason == second.reason
    assert first.value == pytest.approx(second.value)


@settings(max_examples=30, deadline=None)
@given(scores())
def test_estimates_lie_in_their_intervals_and_bounds(matrix: np.ndarray) -> None:
    for item in analyse_items(matrix, 3):
        for estimate, lowest in ((item.difficulty, 0.0), (item.discrimination, -1.0)):
            if estimate.value is None:
                assert estimate.reason is not None
            else:
                assert lowest <= estimate.low <= estimate.value <= estimate.high <= 1  # type: ignore[operator]
    alpha = cronbach_alpha(matrix, 3, fewest_people=3)
    if alpha.value is not None:
        assert alpha.low <= alpha.value <= alpha.high <= 1  # type: ignore[operator]
