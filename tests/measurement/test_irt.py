"""Item response models against published estimates, against parameters that made the data, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_engine.measurement.estimate import Thin
from competency_engine.measurement.irt import (
    FIT_BAND,
    ItemModel,
    estimate_abilities,
    fit_rasch,
    fit_two_parameter,
    item_fit,
    marginal_reliability,
)
from tests.measurement.public_data import lsat, verbal_aggression, verbal_aggression_reference


def simulate(people: int, slopes: np.ndarray, difficulties: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return answers of people drawn from the standard normal, and their abilities."""
    generator = np.random.default_rng(seed)
    abilities = generator.normal(size=people)
    chance = 1 / (1 + np.exp(-slopes * (abilities[:, None] - difficulties)))
    return (generator.random(chance.shape) < chance).astype(np.int64), abilities


def fitted(model: ItemModel | Thin) -> ItemModel:
    assert isinstance(model, ItemModel)
    return model


def test_rasch_model_of_lsat_6_as_published() -> None:
    # Rizopoulos (2006), pp. 10-11; four decimals, three of the log-likelihood.
    model = fitted(fit_rasch(lsat(6)))

    assert model.difficulty == pytest.approx([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=1e-4)
    assert model.difficulty_error == pytest.approx([0.3266, 0.1422, 0.0977, 0.1691, 0.2510], abs=1e-4)
    assert model.discrimination == pytest.approx([0.7551] * 5, abs=1e-4)
    assert model.discrimination_error == pytest.approx([0.0694] * 5, abs=1e-4)
    assert model.log_likelihood == pytest.approx(-2466.938, abs=1e-3)
    assert (model.converged, model.people, model.reasons) == (True, 1000, (None,) * 5)


def test_two_parameter_model_of_lsat_6_as_published() -> None:
    # Output of ltm, which stopped at a gradient of 0.024: a likelihood no higher than ours, figures to three decimals.
    model = fitted(fit_two_parameter(lsat(6)))

    assert model.discrimination == pytest.approx([0.8253715, 0.7229499, 0.8904748, 0.6885502, 0.6574516], abs=1e-3)
    assert model.difficulty == pytest.approx([-3.3597341, -1.3696497, -0.2798983, -1.8659189, -3.1235725], abs=3e-3)
    assert model.discrimination_error == pytest.approx([0.2581, 0.1867, 0.2326, 0.1852, 0.2100], abs=1e-3)
    assert model.difficulty_error == pytest.approx([0.8669, 0.3073, 0.0997, 0.4341, 0.8700], abs=2e-3)
    assert model.log_likelihood == pytest.approx(-2466.653, abs=1e-3)


def test_two_parameter_model_of_lsat_7_as_published() -> None:
    # Manual of mirt, three decimals.
    model = fitted(fit_two_parameter(lsat(7)))

    assert model.discrimination == pytest.approx([0.988, 1.081, 1.706, 0.765, 0.736], abs=2e-3)
    assert model.intercept == pytest.approx([1.856, 0.808, 1.804, 0.486, 1.855], abs=2e-3)
    assert model.log_likelihood == pytest.approx(-2658.805, abs=1e-3)


def test_rasch_model_of_verbal_aggression_as_the_reference_says() -> None:
    model = fitted(fit_rasch(verbal_aggression()[0]))
    reference = verbal_aggression_reference()["rasch"]

    assert model.log_likelihood == pytest.approx(reference["log_likelihood"], abs=1e-5)
    assert model.discrimination[0] == pytest.approx(reference["discrimination"], abs=1e-5)
    assert model.difficulty == pytest.approx(reference["difficulty"], abs=2e-5)


def test_the_model_is_where_no_small_step_is_more_likely() -> None:
    # The marginal likelihood written out again, by another quadrature.
    model = fitted(fit_two_parameter(lsat(7)))
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)

    def likelihood(slopes: np.ndarray, intercepts: np.ndarray) -> float:
        logit = intercepts[:, None] + slopes[:, None] * nodes
        chance = 1 / (1 + np.exp(-logit))
        rows = np.prod(np.where(lsat(7)[:, :, None] == 1, chance, 1 - chance), axis=1)
        return float(np.log(rows @ weights / weights.sum()).sum())

    best = likelihood(model.discrimination, model.intercept)
    assert best == pytest.approx(model.log_likelihood, abs=1e-6)
    for step in (np.eye(5)[item] * size for item in range(5) for size in (-0.01, 0.01)):
        assert likelihood(model.discrimination + step, model.intercept) < best
        assert likelihood(model.discrimination, model.intercept + step) < best


def test_standard_errors_are_those_of_the_curvature() -> None:
    # Second differences of the marginal likelihood of the Rasch model in its six parameters.
    model = fitted(fit_rasch(lsat(7)))
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    patterns, counts = np.unique(lsat(7), axis=0, return_counts=True)

    def likelihood(parameters: np.ndarray) -> float:
        chance = 1 / (1 + np.exp(-parameters[5] * (nodes - parameters[:5, None])))
        rows = np.prod(np.where(patterns[:, :, None] == 1, chance, 1 - chance), axis=1)
        return float(counts @ np.log(rows @ weights / weights.sum()))

    at, step = np.append(model.difficulty, model.discrimination[0]), 1e-3 * np.eye(6)
    curvature = [
        [
            sum(a * b * likelihood(at + a * step[i] + b * step[j]) for a in (1, -1) for b in (1, -1)) / 4e-6
            for j in range(6)
        ]
        for i in range(6)
    ]
    errors = np.sqrt(np.diag(np.linalg.inv(-np.array(curvature))))
    assert model.difficulty_error == pytest.approx(errors[:5], rel=1e-3)
    assert model.discrimination_error[0] == pytest.approx(errors[5], rel=1e-3)


def test_parameters_that_made_the_data_are_recovered_through_missing_answers() -> None:
    slopes, difficulties = np.linspace(0.7, 1.8, 12), np.linspace(-1.5, 1.5, 12)[::-1]
    answers, abilities = simulate(4000, slopes, difficulties, seed=1)
    answers[np.random.default_rng(2).random(answers.shape) < 0.3] = -1
    model = fitted(fit_two_parameter(answers))

    # Twelve items, so that about one in thirty would stray beyond three standard errors.
    assert (np.abs(model.difficulty - difficulties) < 3 * model.difficulty_error).all()
    assert (np.abs(model.discrimination - slopes) < 3 * model.discrimination_error).all()
    found = estimate_abilities(answers, model)
    inside = np.abs(found.value - abilities) < 1.96 * found.standard_error
    assert inside.mean() == pytest.approx(0.95, abs=0.015)
    resolved = np.corrcoef(found.value, abilities)[0, 1] ** 2
    assert marginal_reliability(answers, model).value == pytest.approx(resolved, abs=0.02)


def test_rasch_recovers_its_parameters() -> None:
    difficulties = np.linspace(-2, 2, 15)
    answers, _ = simulate(2000, np.full(15, 1.2), difficulties, seed=3)
    model = fitted(fit_rasch(answers))

    assert (np.abs(model.difficulty - difficulties) < 3 * model.difficulty_error).all()
    assert model.discrimination[0] == pytest.approx(1.2, abs=3 * model.discrimination_error[0])


def test_mean_squares_are_one_under_the_model_and_show_the_item_that_is_not() -> None:
    slopes = np.full(15, 1.5)
    answers, _ = simulate(3000, slopes, np.linspace(-2, 2, 15), seed=4)
    fit = item_fit(answers, fitted(fit_rasch(answers)))
    assert fit.infit == pytest.approx(np.ones(15), abs=0.08)
    assert fit.outfit == pytest.approx(np.ones(15), abs=0.25)

    answers[:, 7] = np.random.default_rng(5).integers(0, 2, 3000)
    noisy = item_fit(answers, fitted(fit_rasch(answers)))
    assert noisy.infit.argmax() == noisy.outfit.argmax() == 7
    assert noisy.infit[7] > FIT_BAND[1]


def test_items_that_tell_nobody_apart_are_left_out_and_named() -> None:
    answers = np.column_stack([lsat(6), np.ones(1000, int), np.zeros(1000, int), np.full(1000, -1)])
    model = fitted(fit_rasch(answers))

    assert model.reasons[5:] == ("all_right", "all_wrong", "few_people")
    assert np.isnan(model.difficulty[5:]).all()
    assert np.isnan(item_fit(answers, model).infit[5:]).all()
    alone = fitted(fit_rasch(lsat(6)))
    assert model.difficulty[:5] == pytest.approx(alone.difficulty)
    assert estimate_abilities(answers, model).value == pytest.approx(estimate_abilities(lsat(6), alone).value)


def test_a_flat_item_has_no_difficulty_and_keeps_its_intercept() -> None:
    answers, _ = simulate(1000, np.array([1.5, 1.5, 1.5, 1.5, 0.0]), np.zeros(5), seed=6)
    model = fitted(fit_two_parameter(answers))

    assert model.reasons == (None, None, None, None, "flat")
    assert np.isnan(model.difficulty[4])
    assert model.intercept[4] == pytest.approx(0, abs=0.2)


def test_an_item_with_a_wrong_key_has_a_negative_discrimination() -> None:
    answers, _ = simulate(1000, np.array([1.5, 1.5, 1.5, 1.5, -1.5]), np.zeros(5), seed=7)
    assert fitted(fit_two_parameter(answers)).discrimination[4] < -1


def test_an_item_that_would_run_off_is_steadied_and_marked() -> None:
    # The last item is won exactly by who wins most of the others.
    answers, _ = simulate(600, np.full(9, 1.5), np.linspace(-1, 1, 9), seed=8)
    answers = np.column_stack([answers, answers.sum(axis=1) > 4])
    model = fitted(fit_two_parameter(answers))

    assert model.steadied.tolist() == [False] * 9 + [True]
    assert model.converged
    assert 4 < model.discrimination[9] < 20


def test_a_perfect_staircase_is_steadied_as_a_whole() -> None:
    stairs = np.repeat(np.tril(np.ones((6, 5), dtype=int), -1), 20, axis=0)
    model = fitted(fit_rasch(stairs))

    assert model.steadied.all()
    assert (np.diff(model.difficulty) > 0).all()


def test_what_is_too_thin_says_why() -> None:
    assert fit_rasch(lsat(6)[:20]) == Thin("few_people")
    assert fit_two_parameter(lsat(6)[:199]) == Thin("few_people")
    assert fit_rasch(lsat(6)[:, :2]) == Thin("few_items")
    coins = np.random.default_rng(9).integers(0, 2, (300, 5))
    assert isinstance(fit_rasch(coins), Thin)


def test_who_answered_nothing_has_no_ability() -> None:
    model = fitted(fit_rasch(lsat(6)))
    found = estimate_abilities([[-1] * 5, [1] * 5, [1, 1, -1, -1, -1]], model)

    assert np.isnan(found.value).tolist() == [True, False, False]
    assert np.isnan(found.standard_error).tolist() == [True, False, False]
    assert marginal_reliability([[-1] * 5], model).reason == "few_people"
    with pytest.raises(ValueError, match="the model has 5 items, the answers have 2"):
        estimate_abilities([[0, 1]], model)


def test_ability_after_one_answer_is_the_mean_of_ability_times_chance() -> None:
    # E[θ·P(θ)] / E[P(θ)] over the normal, by another quadrature.
    model = fitted(fit_rasch(lsat(6)))
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    chance = 1 / (1 + np.exp(-model.discrimination[2] * (nodes - model.difficulty[2])))
    expected = (weights * nodes * chance).sum() / (weights * chance).sum()

    assert estimate_abilities([[-1, -1, 1, -1, -1]], model).value[0] == pytest.approx(expected, abs=1e-8)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_neither_the_order_of_people_nor_that_of_items_matters(seed: int) -> None:
    generator = np.random.default_rng(seed)
    answers, _ = simulate(120, np.full(6, 1.5), generator.uniform(-1, 1, 6), seed)
    answers[generator.random(answers.shape) < 0.1] = -1
    rows, columns = generator.permutation(120), generator.permutation(6)
    before, shuffled = fit_rasch(answers), fit_rasch(answers[rows])
    turned = fit_rasch(answers[:, columns])
    if isinstance(before, Thin):
        assert before == shuffled == turned
        return

    assert (fitted(shuffled).difficulty == before.difficulty).all()
    assert fitted(turned).difficulty == pytest.approx(before.difficulty[columns], abs=1e-4)
    abilities = estimate_abilities(answers, before).value
    assert estimate_abilities(answers[rows], before).value == pytest.approx(abilities[rows], nan_ok=True)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_more_right_answers_never_mean_less_ability(seed: int) -> None:
    answers = np.random.default_rng(seed).integers(-1, 2, (50, 5))
    better = np.where(answers == 0, 1, answers)
    model = fitted(fit_rasch(lsat(7)))
    first, second = estimate_abilities(answers, model), estimate_abilities(better, model)

    known = ~np.isnan(first.value)
    assert (second.value[known] >= first.value[known] - 1e-12).all()
    assert (first.standard_error[known] < 1).all()
    assert 0 <= marginal_reliability(answers, model).value <= 1  # type: ignore[operator]
