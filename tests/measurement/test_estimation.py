"""Estimation against parameters that made the data, against an independent judge on public data, and at the edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from competency_engine.measurement.estimation import (
    MEMORY_PRIOR,
    Estimates,
    Start,
    ability_prior,
    estimate,
    level_places,
    remember_raters,
    starting_model,
    types_of,
    weights_of_rater,
)
from competency_engine.measurement.inference import Inference, infer
from competency_engine.measurement.raters import SHIFTS, TYPES, Sheet, type_weights
from tests.measurement.public_data import anaesthetists

TOP = 3
DIFFICULTIES = np.array([-0.4, 0.0, 0.0, 0.6])
BIASES, NOISES = (0.8, 0.0, -0.4), (0.6, 0.3, 0.5)
"""Of self-ratings, of work evidence (the anchor: its bias is believed to be 0), and of superiors, who rate ten people each."""
Names = list[list[str | None]]


@dataclass(frozen=True, eq=False)
class Simulated:
    """People drawn from the model: their true levels, and the scores of three instruments."""

    truth: np.ndarray
    starts: tuple[Start, ...]
    sheets: tuple[Sheet, ...]
    raters: Names

    @property
    def stacked(self) -> np.ndarray:
        """Scores, instruments × people × units, NaN where there is none."""
        scores = np.stack([one.scores for one in self.sheets]).astype(float)
        return np.where(scores < 0, np.nan, scores)


def a_start(bias: float = 0.0, spread: float = 0.5, differ: float = 0.4, units: int = 4) -> Start:
    """Return a rating instrument that starts from ``bias`` and a noise of 0.5."""
    return Start(level_places(TOP)[None], bias, spread, 0.5, differ, np.arange(units))


def sheet(scale: int, people: Sequence[int], scores: np.ndarray) -> Sheet:
    return Sheet(scale, np.array(people), scores, np.ones(scores.shape), np.zeros((len(people), TYPES)))


@cache
def simulated(people: int = 300, seed: int = 2) -> Simulated:
    """Return people of abilities about 1.5; raters have a bias of their own of 0.3; a tenth of all scores is missing."""
    generator = np.random.default_rng(seed)
    steps = level_places(TOP)
    ability = generator.normal(1.5, 1.0, people)
    held = ability[:, None, None] + generator.logistic(0, 0.4, (people, 4, 1))
    truth = (held >= steps + DIFFICULTIES[:, None]).sum(axis=2)
    names: Names = [[f"s{one}" for one in range(people)], [None] * people, [f"r{one // 10}" for one in range(people)]]
    sheets = []
    for scale, (bias, noise, of_each) in enumerate(zip(BIASES, NOISES, (1, 0, 10), strict=True)):
        own = generator.normal(0, 0.3, people)[np.arange(people) // of_each] if of_each else np.zeros(people)
        seen = truth + bias + own[:, None] + generator.logistic(0, noise, truth.shape)
        scores = (seen[:, :, None] >= steps).sum(axis=2)
        sheets.append(sheet(scale, range(people), np.where(generator.random(truth.shape) < 0.1, -1, scores)))
    starts = (a_start(0.4), a_start(0.0, spread=0.1, differ=0.0), a_start(0.0))
    return Simulated(truth, starts, tuple(sheets), names)


@cache
def estimated() -> Estimates:
    world = simulated()
    return estimate(world.starts, world.sheets, world.raters, 4, TOP)


def inferred(found: Estimates, sheets: Sequence[Sheet], raters: Names, people: int) -> Inference:
    weighed = [
        replace(one, types=types_of(one.scale, names, found.types, found.raters))
        for one, names in zip(sheets, raters, strict=True)
    ]
    return infer(found.model, weighed, people)


def test_what_made_the_scores_is_recovered() -> None:
    """300 people; on three seeds bias was off by 0.18 at most, noise by 0.11, difficulty by 0.19; it starts 0.4, 0.2 and 0.6 off."""
    model = estimated().model
    biases = [np.mean(level_places(TOP) - scale.thresholds) for scale in model.scales]
    assert biases == pytest.approx(list(BIASES), abs=0.25)
    assert [scale.noise for scale in model.scales] == pytest.approx(list(NOISES), abs=0.15)
    assert (model.thresholds - level_places(TOP)).mean(axis=1) == pytest.approx(DIFFICULTIES, abs=0.25)
    assert model.noise == pytest.approx([0.4] * 4, abs=0.2)


def test_fused_levels_beat_the_mean_and_the_maximum() -> None:
    """Mean absolute errors: about 0.25 against 0.33 of the rounded mean, 0.38 of the mean and 0.69 of the maximum."""
    world = simulated()
    levels = inferred(estimated(), world.sheets, world.raters, len(world.truth)).levels
    likely = (levels[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:] >= 0.5).sum(axis=-1)
    scored = ~np.isnan(world.stacked).all(axis=0)

    def error(guess: np.ndarray) -> float:
        return float(np.abs(guess - world.truth)[scored].mean())

    scores, there = np.nan_to_num(world.stacked), ~np.isnan(world.stacked)
    mean = scores.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    assert error(likely) < 0.85 * error(np.rint(mean))
    assert error(likely) < 0.75 * error(mean)
    assert error(likely) < 0.45 * error(scores.max(axis=0))


def test_chances_are_as_honest_as_they_claim() -> None:
    """Of all levels that are given a chance, as many are true as the chances say, to six points in each tenth."""
    world = simulated()
    levels = inferred(estimated(), world.sheets, world.raters, len(world.truth)).levels
    true = np.eye(TOP + 1)[world.truth]
    tenth = np.minimum((levels * 10).astype(int), 9)
    for part in range(10):
        cells = tenth == part
        if cells.sum() >= 200:
            assert levels[cells].mean() == pytest.approx(true[cells].mean(), abs=0.06)


def test_a_rater_who_is_known_is_told_from_the_others() -> None:
    """Ten ratings each: the third of the superiors who rate highest are found more lenient than the third who rate lowest."""
    world, found = simulated(), estimated()
    surplus = np.nan_to_num(world.stacked[2] - world.truth).reshape(30, -1).mean(axis=1)
    order = np.argsort(surplus)
    leniency = [found.raters[2, f"r{rater}"] @ SHIFTS for rater in order]
    assert np.mean(leniency[-10:]) > np.mean(leniency[:10]) + 0.1
    assert {scale for scale, _ in found.raters} == {2}


def test_thresholds_rise_and_shares_sum_to_one() -> None:
    found = estimated()
    model = found.model
    assert all((np.diff(scale.thresholds, axis=1) > 0).all() for scale in model.scales)
    assert (np.diff(model.thresholds, axis=1) > 0).all()
    assert model.ability.sum() == pytest.approx(1)
    assert [types.sum() for types in (*found.types, *found.raters.values())] == pytest.approx([1] * 33)


def test_thresholds_rise_even_where_a_score_is_never_given() -> None:
    """Everyone scores 0 or 3: nothing places scores 1 and 2."""
    scores = np.repeat([[0], [3]], 30, axis=0)
    found = estimate([a_start(units=1)], [sheet(0, range(60), scores)], [[None] * 60], 1, TOP)
    assert (np.diff(found.model.scales[0].thresholds) > 0).all()
    assert (np.diff(found.model.thresholds) > 0).all()


def test_no_data_gives_the_start_back() -> None:
    world = simulated()
    for sheets in ((), tuple(sheet(number, (), np.zeros((0, 4), int)) for number in range(3))):
        found = estimate(world.starts, sheets, [[] for _ in sheets], 4, TOP)
        start = starting_model(world.starts, 4, TOP)
        assert [scale.thresholds.tolist() for scale in found.model.scales] == [
            scale.thresholds.tolist() for scale in start.scales
        ]
        assert [scale.noise for scale in found.model.scales] == [0.5] * 3
        assert found.model.thresholds.tolist() == start.thresholds.tolist()
        assert found.model.ability.tolist() == ability_prior(TOP).tolist()
        assert [types.tolist() for types in found.types] == [type_weights(x).tolist() for x in (0.4, 0.0, 0.4)]
        assert found.raters == {}


def test_the_start_expects_the_bias_of_its_document() -> None:
    """A bias of 0.4: score 1 is likelier than not from level 0.1 on."""
    assert a_start(0.4).scale.thresholds[0].tolist() == pytest.approx([0.1, 1.1, 2.1])


def test_the_surer_a_document_is_of_a_bias_the_less_the_scores_move_it() -> None:
    """Self-ratings lie 0.8 too high, the document says 0: held with certainty, doubted, left open."""
    world = simulated(150)
    found = []
    for spread in (0.01, 0.1, 0.5):
        starts = (a_start(0.0, spread), *world.starts[1:])
        model = estimate(starts, world.sheets, world.raters, 4, TOP).model
        found.append(np.mean(level_places(TOP) - model.scales[0].thresholds))
    assert found[0] < found[1] - 0.1 < found[2] - 0.2
    assert found[0] < 0.25


def test_equal_sheets_give_equal_bytes() -> None:
    world = simulated(60)
    first, again = (estimate(world.starts, world.sheets, world.raters, 4, TOP) for _ in range(2))
    assert first.model.thresholds.tobytes() == again.model.thresholds.tobytes()
    assert [scale.thresholds.tobytes() for scale in first.model.scales] == [
        scale.thresholds.tobytes() for scale in again.model.scales
    ]
    assert {key: types.tobytes() for key, types in first.raters.items()} == {
        key: types.tobytes() for key, types in again.raters.items()
    }


def test_a_machine_stays_a_machine() -> None:
    assert estimated().types[1].tolist() == type_weights(0.0).tolist()


def test_difficulties_of_items_are_recovered() -> None:
    """Three items asked at level 2; one is a level harder than it claims, one easier; beside them a reliable rating.

    The prior draws each back to its claim; half of the way is to be found.
    """
    generator = np.random.default_rng(5)
    people, off = 400, np.array([-0.8, 0.0, 0.8])
    level = generator.integers(0, TOP + 1, people)
    right = level[:, None] + generator.logistic(0, 0.3, (people, 3)) >= 1.5 + off
    rated = (level[:, None, None] + generator.logistic(0, 0.2, (people, 1, 1)) >= level_places(TOP)).sum(axis=2)
    items = Start(np.full((3, 1), 1.5), 0.0, 0.2, 0.4, 0.0, np.zeros(3, int))
    rating = replace(a_start(0.0, 0.1, 0.0, units=1), noise=0.2)
    sheets = [sheet(0, range(people), right.astype(int)), sheet(1, range(people), rated)]
    found = estimate([items, rating], sheets, [[None] * people] * 2, 1, TOP).model.scales[0].thresholds[:, 0]
    assert found[0] < 1.1
    assert found[1] == pytest.approx(1.5, abs=0.3)
    assert found[2] > 1.9


def test_sittings_of_a_rater_add_up_and_are_weighed_against_the_instrument() -> None:
    world, found = simulated(60), estimated()
    remembered = remember_raters(found, world.sheets, world.raters, 60)
    assert {times for (scale, _), (_, times) in remembered.items() if scale == 2} == {10}
    assert {times for (scale, _), (_, times) in remembered.items() if scale == 0} == {1}
    total, times = remembered[2, "r0"]
    assert total.sum() == pytest.approx(times)
    weights = weights_of_rater(total, times, found.types[2])
    assert weights == pytest.approx((total + MEMORY_PRIOR * found.types[2]) / 12)
    assert weights.sum() == pytest.approx(1)


def dawid_and_skene(classes: np.ndarray, observers: Sequence[int], count: int) -> np.ndarray:
    """Return P(class) of each patient by the algorithm of Dawid and Skene (1979), eqs 2.3 to 2.5 and 3.1, in plain loops."""
    patients = len(classes)
    often = np.zeros((patients, max(observers) + 1, count))
    for patient in range(patients):
        for assessment, observer in enumerate(observers):
            often[patient, observer, classes[patient, assessment]] += 1
    chances = often.sum(axis=1) / len(observers)
    for _ in range(200):
        marginal = chances.mean(axis=0)
        rates = np.einsum("pj,pol->ojl", chances, often)
        rates /= rates.sum(axis=2, keepdims=True)
        chances = np.array(
            [
                [marginal[true] * np.prod(rates[:, true] ** often[patient]) for true in range(count)]
                for patient in range(patients)
            ]
        )
        chances /= chances.sum(axis=1, keepdims=True)
    return chances


def test_anaesthetists_classify_patients_as_dawid_and_skene_do() -> None:
    """44 of 45 patients get the same class; the bound is all but two.

    Only patient 2 differs, assessed 3 3 3 4 3 3 4: Dawid and Skene give observers 2 and 5 error rates of their own for each class and
    say 4, a model of ordered levels says 3, as do five of the seven assessments. The mode of the seven agrees with them in 42.
    """
    classes, observers = anaesthetists() - 1, [0, 0, 0, 1, 2, 3, 4]
    judge = dawid_and_skene(classes, observers, 4)
    assert judge.mean(axis=0).round(2).tolist() == [0.4, 0.42, 0.11, 0.07]

    starts = [a_start(spread=0.2, units=1) for _ in range(5)]
    sheets, names = [], []
    for observer in range(5):
        columns = [column for column, of in enumerate(observers) if of == observer]
        people = np.repeat(np.arange(45), len(columns))
        sheets.append(sheet(observer, people, classes[:, columns].reshape(-1, 1)))
        names.append([f"o{observer}"] * len(people))
    found = estimate(starts, sheets, names, 1, TOP)
    ours = inferred(found, sheets, names, 45).levels[:, 0]

    same = ours.argmax(axis=1) == judge.argmax(axis=1)
    assert same.sum() >= 43
    assert np.abs(ours.argmax(axis=1) - judge.argmax(axis=1)).max() <= 1
    mode = np.array([np.bincount(row).argmax() for row in classes])
    assert same.sum() > (mode == judge.argmax(axis=1)).sum()
