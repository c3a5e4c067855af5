"""The rater model: exact against enumeration where it says so, near it elsewhere, and its laws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_engine.measurement import inference
from competency_engine.measurement.inference import PEOPLE_AT_A_TIME, Inference, infer
from competency_engine.measurement.raters import (
    BLIND_SHIFTS,
    MACHINE,
    SENSES,
    SHIFTS,
    TYPES,
    RaterModel,
    Scale,
    Sheet,
    abilities,
    graded,
    perceived,
    type_weights,
)

TOP = 2
TIGHT = 1e-6
"""The floor under every chance, 1e-9, is not in the enumeration."""
EXAMPLES = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def rating(units: int = 2, bias: float = 0.0, noise: float = 0.5) -> Scale:
    """Return an instrument that rates every unit from 0 to the top."""
    return Scale(np.arange(units), (np.arange(1, TOP + 1) - 0.5 - bias)[None], noise)


def model_of(*scales: Scale, units: int = 2) -> RaterModel:
    """Return a model of ``units`` of rising difficulty and two unequal noises."""
    thresholds = np.arange(1, TOP + 1) - 0.5 + np.linspace(-0.2, 0.4, units)[:, None]
    ability = np.exp(-0.5 * (abilities(TOP) - 1.2) ** 2)
    return RaterModel(TOP, scales, thresholds, np.linspace(0.4, 0.7, units), ability / ability.sum())


def sheet(scores: Sequence[Sequence[int]], types: np.ndarray | None = None, scale: int = 0, **fields: object) -> Sheet:
    """Return a sheet of one sitting for each of so many people."""
    rows = np.array(scores)
    weights = np.tile(type_weights(0.4) if types is None else types, (len(rows), 1))
    given_ = {"people": np.arange(len(rows)), "force": np.ones(rows.shape), **fields}
    faded = bool((np.asarray(given_["force"]) < 1).any())
    return Sheet(scale, scores=rows, types=weights, faded=faded, **given_)  # type: ignore[arg-type]


def chance_of(score: int, thresholds: Sequence[float], noise: float, guessing: float, seen: float) -> float:
    """Return P(score) written out for one score."""

    def reached(k: int) -> float:
        if k == 0:
            return 1.0
        if k > len(thresholds):
            return 0.0
        return guessing + (1 - guessing) / (1 + math.exp(-(seen - thresholds[k - 1]) / noise))

    return reached(score) - reached(score + 1)


def enumerated(model: RaterModel, sheets: Sequence[Sheet], person: int = 0) -> np.ndarray:
    """Return P(level) of each unit by going through every ability, every type of every sitting, every level of every unit."""
    sittings = [
        (model.scales[one.scale], one.scores[row], one.types[row], one.force[row])
        for one in sheets
        for row in range(len(one.people))
        if one.people[row] == person
    ]
    units, levels = len(model.thresholds), range(model.top + 1)
    found = np.zeros((units, model.top + 1))
    for ability, likely in zip(abilities(model.top), model.ability, strict=True):
        held = [
            [chance_of(level, model.thresholds[unit], model.noise[unit], 0.0, ability) for level in levels]
            for unit in range(units)
        ]
        for types in product(*([t for t in range(TYPES) if weights[t] > 0] for _, _, weights, _ in sittings)):
            for true in product(levels, repeat=units):
                joint = float(likely)
                for unit in range(units):
                    joint *= held[unit][true[unit]]
                for (scale, scores, weights, force), type_ in zip(sittings, types, strict=True):
                    joint *= weights[type_]
                    for column, score in enumerate(scores):
                        if score >= 0:
                            middle = model.top / 2
                            seen = middle + SENSES[type_] * (true[scale.units[column]] - middle) + SHIFTS[type_]
                            row = scale.thresholds[min(column, len(scale.thresholds) - 1)]
                            joint *= chance_of(score, row, scale.noise, scale.guessing, seen) ** force[column]
                for unit in range(units):
                    found[unit, true[unit]] += joint
    shares: np.ndarray = found / found.sum(axis=1, keepdims=True)
    return shares


def mean_levels(inference: Inference) -> np.ndarray:
    """Return the expected level of each person and unit."""
    means: np.ndarray = inference.levels @ np.arange(inference.levels.shape[2])
    return means


@EXAMPLES
@given(
    st.lists(st.floats(-3, 5), min_size=1, max_size=4, unique=True),
    st.floats(0.05, 3),
    st.floats(0, 0.9),
    st.lists(st.floats(-3, 8), min_size=2, max_size=5, unique=True),
)
def test_chances_of_scores_sum_to_one_and_rise_with_what_is_seen(
    thresholds: list[float], noise: float, guessing: float, seen: list[float]
) -> None:
    chances = graded(np.array([sorted(thresholds)]), np.array([noise]), np.array(sorted(seen)), guessing)[0]
    assert chances.sum(axis=0) == pytest.approx(1, abs=1e-8)
    reached = chances[::-1].cumsum(axis=0)[::-1]
    assert (np.diff(reached, axis=1) > -1e-8).all()
    assert (reached[1] >= guessing - 1e-8).all()


def test_chances_of_scores_by_hand() -> None:
    """At its threshold a score is as likely as not; one logistic unit above, 0.731 of the time; guessing a quarter: 0.625."""
    at_each_threshold = graded(np.array([[0.0, 1.0]]), np.array([1.0]), np.array([0.0, 1.0]))[0].T
    assert at_each_threshold.round(4).tolist() == [[0.5, 0.2311, 0.2689], [0.2689, 0.2311, 0.5]]
    assert graded(np.array([[0.0]]), np.array([1.0]), np.array([0.0]), 0.25)[0] == pytest.approx([0.375, 0.625])


def test_a_score_that_cannot_be_given_is_as_good_as_impossible_however_small_the_noise() -> None:
    chances = graded(np.array([[0.5, 100.0]]), np.array([0.01]), np.array([0.0, 1.0]))[0]
    assert chances.round(6).T.tolist() == [[1, 0, 0], [0, 1, 0]]


def test_types_of_raters_by_hand() -> None:
    """Seven that follow the levels, five by half, five not at all: .8, .15 and .05 of all; a machine has one type."""
    weights = type_weights(0.4)
    assert [weights[sense == SENSES].sum() for sense in (1, 0.5, 0)] == pytest.approx([0.8, 0.15, 0.05])
    assert weights[(SHIFTS == 0.4) & (SENSES == 1)] / weights[(SHIFTS == 0) & (SENSES == 1)] == pytest.approx(
        math.exp(-0.5)
    )
    assert weights @ SHIFTS == pytest.approx(0, abs=1e-12)
    assert type_weights(0.0).tolist() == MACHINE.tolist()
    assert (MACHINE.sum(), perceived(3)[MACHINE == 1].tolist()) == (1, [[0, 1, 2, 3]])


def test_what_raters_see_of_the_levels_by_hand() -> None:
    """Half a sense shrinks levels 0, 1, 2 towards the middle, 1; none leaves the middle and the shift."""
    seen = perceived(2)
    assert seen[(SENSES == 1) & (SHIFTS == 0.4)] == pytest.approx(np.array([[0.4, 1.4, 2.4]]))
    assert seen[(SENSES == 0.5) & (SHIFTS == -0.5)].tolist() == [[0.0, 0.5, 1.0]]
    assert seen[(SENSES == 0) & (SHIFTS == 2)].tolist() == [[3.0, 3.0, 3.0]]


@pytest.mark.parametrize("scores", [[0, 2], [2, 2], [1, -1], [0, 0]])
@pytest.mark.parametrize("bias", [0.0, 0.6])
def test_one_sitting_gives_what_enumeration_gives(
    scores: list[int], bias: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, sheets = model_of(rating(bias=bias)), [sheet([scores])]
    exact = enumerated(model, sheets)
    assert infer(model, sheets, 1).levels[0] == pytest.approx(exact, abs=2e-3)
    monkeypatch.setattr(inference, "_NEGLIGIBLE", 0.0)
    assert infer(model, sheets, 1).levels[0] == pytest.approx(exact, abs=TIGHT)


def test_one_test_with_guessing_gives_what_enumeration_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "_NEGLIGIBLE", 0.0)
    items = Scale(np.array([0, 1]), np.array([[0.5], [1.5]]), 0.4, 0.25)
    model = model_of(items)
    for scores in ([1, 1], [1, 0], [-1, 0]):
        sheets = [sheet([scores], MACHINE)]
        assert infer(model, sheets, 1).levels[0] == pytest.approx(enumerated(model, sheets), abs=TIGHT)


def test_a_right_answer_says_less_where_it_can_be_guessed_and_a_wrong_one_more() -> None:
    said = {}
    for guessing in (0.0, 0.25):
        model = model_of(Scale(np.array([0]), np.array([[0.5]]), 0.4, guessing))
        said[guessing] = mean_levels(infer(model, [sheet([[1], [0]], MACHINE)], 2))[:, 0]
    assert said[0.0][0] > said[0.25][0]
    assert said[0.0][1] == pytest.approx(said[0.25][1], abs=1e-3)


def test_two_or_three_sittings_give_nearly_what_enumeration_gives() -> None:
    """The approximation, on scores drawn from the model itself: two units, twelve people, five of the types.

    Half the sum of absolute differences, averaged over people and units, was at most 0.014 with two sittings and 0.025 with three
    on four seeds, and no chance was off by more than 0.04 and 0.08; the bounds leave a margin of two thirds.
    """
    generator = np.random.default_rng(1)
    few = np.where(np.isin(np.arange(TYPES), [1, 3, 5, 9, 14]), type_weights(0.4), 0.0)
    few /= few.sum()
    model = model_of(rating(bias=0.4), rating(noise=0.7))
    for sittings, mean_bound, worst_bound in ((2, 0.023, 0.065), (3, 0.042, 0.12)):
        off = []
        for _ in range(12):
            sheets = drawn(model, sittings, few, generator)
            off.append(infer(model, sheets, 1).levels[0] - enumerated(model, sheets))
        assert 0.5 * np.abs(off).sum(axis=2).mean() < mean_bound
        assert np.abs(off).max() < worst_bound


def drawn(model: RaterModel, sittings: int, types: np.ndarray, generator: np.random.Generator) -> list[Sheet]:
    """Return sittings of one person drawn from the model, by its two instruments in turn."""
    ability = generator.choice(len(model.ability), p=model.ability)
    levels = [generator.choice(TOP + 1, p=row / row.sum()) for row in model.levels[:, :, ability]]
    found = []
    for number in range(sittings):
        scale, type_ = number % 2, generator.choice(TYPES, p=types)
        chances = model.scales[scale].chances(TOP)[0, :, type_]
        scores = [int(generator.choice(TOP + 1, p=chances[:, level] / chances[:, level].sum())) for level in levels]
        found.append(sheet([scores], types, scale))
    return found


def test_who_sees_nothing_says_nothing() -> None:
    blind = np.where(SENSES == 0, 1 / len(BLIND_SHIFTS), 0.0)
    model = model_of(rating())
    silent = infer(model, [sheet([[-1, -1]])], 1).levels
    assert infer(model, [sheet([[2, 0]], blind)], 1).levels == pytest.approx(silent, abs=1e-9)
    assert np.abs(infer(model, [sheet([[2, 0]])], 1).levels - silent).max() > 0.1


def test_who_scores_all_alike_is_likelier_to_see_nothing() -> None:
    """Of raters one in twenty sees nothing; who gives less for harder units less likely, who gives 1 for all twelve more likely."""
    model = model_of(rating(12), units=12)
    falling, same, highest = infer(model, [sheet([[2] * 4 + [1] * 4 + [0] * 4, [1] * 12, [2] * 12])], 3).types[0]
    assert falling[SENSES == 0].sum() < 0.05 < 0.3 < same[SENSES == 0].sum()
    assert highest @ SHIFTS > 0.5 > abs(same @ SHIFTS)
    assert (falling.sum(), same.sum(), highest.sum()) == pytest.approx((1, 1, 1))


def test_scores_without_force_count_as_missing() -> None:
    model = model_of(rating())
    missing = infer(model, [sheet([[1, -1], [-1, -1]])], 2)
    unheard = infer(model, [sheet([[1, 2], [0, 2]], force=np.array([[1.0, 0.0], [0.0, 0.0]]))], 2)
    assert unheard.levels == pytest.approx(missing.levels, abs=1e-12)
    assert unheard.types[0] == pytest.approx(missing.types[0], abs=1e-12)


@EXAMPLES
@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=2, unique=True))
def test_a_score_with_more_force_moves_the_level_further(forces: list[float]) -> None:
    model = model_of(rating())
    means = [
        mean_levels(infer(model, [sheet([[2, -1]], force=np.full((1, 2), force))], 1))[0, 0] for force in sorted(forces)
    ]
    silent = mean_levels(infer(model, [sheet([[-1, -1]])], 1))[0, 0]
    assert silent - 1e-9 < means[0] < means[1] + 1e-9


@EXAMPLES
@given(st.lists(st.integers(-1, TOP), min_size=2, max_size=2), st.integers(0, 1))
def test_a_higher_score_never_lowers_the_expected_level_of_its_unit(scores: list[int], unit: int) -> None:
    """With one type of rater; a rater of unknown type who scores higher may be taken for lenient."""
    model = model_of(rating())
    means = []
    for score in range(TOP + 1):
        scores[unit] = score
        means.append(mean_levels(infer(model, [sheet([scores], MACHINE)], 1))[0, unit])
    assert means == sorted(means)


def test_nobodys_answer_depends_on_who_else_is_there() -> None:
    """The middle of 300 people, on both sides of a block's end, alone and among all."""
    generator = np.random.default_rng(2)
    people = PEOPLE_AT_A_TIME + 44
    model = model_of(rating(3), rating(3, noise=0.8), units=3)
    scores = generator.integers(-1, TOP + 1, (2, people, 3))
    everyone = [sheet(scores[scale], scale=scale, group=scale) for scale in (0, 1)]
    together = infer(model, everyone, people)
    for start, stop in ((0, 1), (250, 260), (PEOPLE_AT_A_TIME, people)):
        few = infer(model, [one.rows_of(slice(start, stop)) for one in everyone], stop - start)
        assert few.levels == pytest.approx(together.levels[start:stop], abs=1e-12)
        assert few.alone == pytest.approx(together.alone[:, start:stop], abs=1e-12)
        for mine, theirs in zip(few.types, together.types, strict=True):
            assert mine == pytest.approx(theirs[start:stop], abs=1e-12)


def test_nobody_without_sittings_shifts_the_sittings_of_others() -> None:
    model = model_of(rating())
    scores = np.array([[2, 0], [0, 1]])
    found = infer(model, [sheet(scores, people=np.array([1, 3]))], 4)
    dense = infer(model, [sheet(scores)], 2)
    assert found.levels[[1, 3]] == pytest.approx(dense.levels, abs=1e-12)
    assert found.levels[0] == pytest.approx(found.levels[2], abs=1e-12)
    assert found.types[0] == pytest.approx(dense.types[0], abs=1e-12)
    assert infer(model, [], 1).levels[0] == pytest.approx(found.levels[0], abs=1e-12)


def test_a_checklist_with_several_items_of_a_unit_gives_what_enumeration_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """What two items of one unit say of the person is not counted twice, as it would be were they heard one by one."""
    monkeypatch.setattr(inference, "_NEGLIGIBLE", 0.0)
    items = Scale(np.array([0, 0, 1]), np.array([[0.5, 0.9], [1.1, 1.5], [0.2, 0.6]]), 0.4)
    model = model_of(items)
    for scores in ([2, 1, 0], [2, 2, -1], [0, 0, 2], [1, -1, 1]):
        sheets = [sheet([scores])]
        assert infer(model, sheets, 1).levels[0] == pytest.approx(enumerated(model, sheets), abs=TIGHT)


def test_scores_of_half_their_force_count_as_the_root_of_their_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "_NEGLIGIBLE", 0.0)
    model = model_of(rating())
    sheets = [sheet([[2, 0]], force=np.array([[0.5, 0.5]]))]
    assert infer(model, sheets, 1).levels[0] == pytest.approx(enumerated(model, sheets), abs=TIGHT)


def test_two_items_of_one_unit_multiply_given_the_ability() -> None:
    """With one ability only, the chance of a level is its prior times the chances of both answers."""
    items = Scale(np.array([0, 0]), np.array([[0.5], [1.5]]), 0.4)
    model = model_of(items)
    ability = np.full_like(model.ability, 1e-30)
    ability[4] = 1.0
    model = replace(model, ability=ability)
    expected = np.array(
        [
            chance_of(level, model.thresholds[0], model.noise[0], 0, abilities(TOP)[4])
            * chance_of(1, [0.5], 0.4, 0, level)
            * chance_of(0, [1.5], 0.4, 0, level)
            for level in range(TOP + 1)
        ]
    )
    found = infer(model, [sheet([[1, 0]], MACHINE)], 1).levels[0, 0]
    assert found == pytest.approx(expected / expected.sum(), abs=TIGHT)


def test_a_group_that_is_alone_finds_what_all_find_and_each_group_its_own() -> None:
    model = model_of(rating(), rating(noise=0.8))
    first, second = sheet([[2, 0]]), sheet([[0, 1]], scale=1)
    alone = infer(model, [first], 1)
    assert alone.alone[0] == pytest.approx(alone.levels, abs=1e-12)
    both = infer(model, [first, replace(second, group=1)], 1)
    assert both.alone.shape[0] == 2
    high, low = both.alone[:, 0, 0] @ np.arange(TOP + 1)
    assert high > mean_levels(both)[0, 0] > low
