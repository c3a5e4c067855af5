"""Differential item functioning against tables counted by hand, a reference implementation and data made with and without it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_engine.measurement.dif import find_dif
from tests.measurement.public_data import verbal_aggression, verbal_aggression_reference


def simulate(people: int, gap: float, shift: float, seed: int, items: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Return answers and who is focal; the focal group is less able by ``gap``, and item 0 is harder for it by ``shift``."""
    generator = np.random.default_rng(seed)
    focal = np.arange(2 * people) % 2 == 1
    abilities = generator.normal(size=2 * people) - gap * focal
    difficulties = np.tile(np.linspace(-1, 1, items), (2 * people, 1))
    difficulties[focal, 0] += shift
    chance = 1 / (1 + np.exp(-1.3 * (abilities[:, None] - difficulties)))
    return (generator.random(chance.shape) < chance).astype(np.int64), focal


def table(won: int, lost: int, other: int) -> np.ndarray:
    """Return answers to two items: the first won by so many and lost by so many, the second answered ``other`` by all."""
    return np.array([[1, other]] * won + [[0, other]] * lost)


def test_odds_ratio_of_two_tables_by_hand() -> None:
    # Other item lost: reference 30:10, focal 20:20, N = 80; won: 40:20 and 20:20, N = 100.
    parts = [table(30, 10, 0), table(40, 20, 1), table(20, 20, 0), table(20, 20, 1)]
    focal = np.repeat([False, True], [100, 80])
    (found, _) = find_dif(np.vstack(parts), focal, matching="rest", fewest_in_group=80, fewest_people=180)

    # (30·20/80 + 40·20/100) / (10·20/80 + 20·20/100) = 15.5 / 6.5
    assert found.odds_ratio == pytest.approx(15.5 / 6.5)
    assert found.difference.value == pytest.approx(-2.35 * math.log(15.5 / 6.5))
    assert found.matched == 180
    # Surplus of won answers 30 − 40·50/80 + 40 − 60·60/100 = 9, variance 40·40·50·30/(80²·79) + 60·40·60·40/(100²·99).
    variance = 2_400_000 / (6400 * 79) + 5_760_000 / (10_000 * 99)
    assert found.p_value == pytest.approx(math.erfc(8.5 / math.sqrt(2 * variance)))


@pytest.mark.parametrize("matching", ["rest", "total"])
def test_verbal_aggression_as_the_reference_says(matching: str) -> None:
    answers, women = verbal_aggression()
    found = find_dif(answers, women, matching=matching, fewest_in_group=70, fewest_people=300)  # type: ignore[arg-type]

    # Few say yes to the 21st question, and less than half of the people have a score at which both answers occur.
    assert [position for position, item in enumerate(found) if item.difference.reason == "few_matched"] == [20]
    for item, expected in zip(found, verbal_aggression_reference()["mantel_haenszel"][matching], strict=True):
        if item.odds_ratio is None:
            continue
        assert item.odds_ratio == pytest.approx(expected["odds_ratio"], rel=1e-6)
        ends = (-2.35 * math.log(expected[end]) for end in ("high", "low"))
        assert (item.difference.low, item.difference.high) == pytest.approx(tuple(ends), rel=1e-5)
        # The reference drops the correction where the surplus is below one half; there the answer here is 1.
        assert item.p_value == pytest.approx(expected["p_value"], rel=1e-6) or (
            item.p_value == 1 and expected["p_value"] > 0.8
        )


def test_an_item_that_is_harder_for_one_group_is_of_class_c() -> None:
    found = find_dif(*simulate(1000, gap=0, shift=1.0, seed=1))

    assert found[0].category == "C"
    assert found[0].difference.value < -1.5  # type: ignore[operator]
    assert {item.category for item in found[1:]} <= {"A", "B"}
    answers, focal = simulate(1000, gap=0, shift=-1.0, seed=2)
    assert find_dif(answers, focal)[0].difference.value > 1.5  # type: ignore[operator]


def test_a_gap_in_ability_is_no_difference_of_the_items_unless_they_are_matched_by_the_rest() -> None:
    answers, focal = simulate(1500, gap=1.0, shift=0.0, seed=3)
    by_total, by_rest = find_dif(answers, focal), find_dif(answers, focal, matching="rest")

    assert [item.category for item in by_total] == ["A"] * 10
    assert np.mean([item.difference.value for item in by_total]) == pytest.approx(0, abs=0.1)
    assert np.mean([item.difference.value for item in by_rest]) < -0.5


def test_false_alarms_are_as_rare_as_they_claim() -> None:
    values = [item.p_value for seed in range(10) for item in find_dif(*simulate(400, 0.5, 0.0, seed))]
    # Of a hundred tests at 5 %, ten or more would be one in thirty-five, and the correction makes them rarer.
    assert np.sum(np.array(values) < 0.05) < 10


def test_an_item_of_several_points_is_won_from_half_of_them_on() -> None:
    answers, focal = simulate(600, 0, 1.0, seed=4)
    answers[:, 0] *= 4
    cuts = find_dif(answers, focal, [4] + [1] * 9, matching="rest")
    assert [item.cut for item in cuts] == [2] + [1] * 9
    plain = find_dif(np.minimum(answers, 1), focal, matching="rest")
    assert cuts[0] == type(cuts[0])(
        plain[0].difference, plain[0].odds_ratio, plain[0].p_value, plain[0].category, 2, plain[0].matched
    )
    assert find_dif(answers, focal, [5] + [1] * 9)[0].cut == 3


def test_what_is_too_thin_says_why() -> None:
    answers, focal = simulate(300, 0, 0, seed=5)
    assert find_dif(answers[:, :1], focal)[0].difference.reason == "few_items"
    assert find_dif(answers[:300], focal[:300])[0].difference.reason == "few_people"
    assert find_dif(answers, np.zeros(600, bool))[0].difference.reason == "few_people"
    missing = answers.copy()
    missing[:300, 3] = -1
    assert find_dif(missing, focal)[0].difference.reason == "few_people"
    everyone = answers.copy()
    everyone[:, 0] = 1
    first = find_dif(everyone, focal)[0]
    assert (first.difference.reason, first.category, first.matched) == ("few_matched", None, 0)
    apart = np.where(focal[:, None], 0, 1) * np.ones((1, 10), int)
    assert {item.difference.reason for item in find_dif(apart, focal)} == {"few_matched"}
    with pytest.raises(ValueError, match="one group a person"):
        find_dif(answers, focal[:-1])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_does_not_matter_and_swapping_the_groups_turns_the_sign(seed: int) -> None:
    answers, focal = simulate(300, 0.3, 0.5, seed)
    generator = np.random.default_rng(seed)
    rows, columns = generator.permutation(600), generator.permutation(10)
    before = find_dif(answers, focal)

    assert find_dif(answers[rows], focal[rows]) == before
    assert find_dif(answers[:, columns], focal) == tuple(before[item] for item in columns)
    for item, swapped in zip(before, find_dif(answers, ~focal), strict=True):
        assert swapped.difference.value == pytest.approx(-item.difference.value)  # type: ignore[operator]
        assert swapped.p_value == pytest.approx(item.p_value)
        assert swapped.category == item.category
        assert item.difference.low < item.difference.value < item.difference.high  # type: ignore[operator]
