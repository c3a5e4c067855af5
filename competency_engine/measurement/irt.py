"""Item response models for items that are won or lost: difficulties and abilities on one scale, with their errors.

The scale is that of the people: ability is standard normal among those who answered. An item of difficulty b is won by half of
the people whose ability is b.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from competency_engine.measurement.estimate import Estimate, Reason, Thin, Z, withheld
from competency_engine.measurement.marginal import (
    NODES,
    Patterns,
    Solution,
    collapse,
    expected_counts,
    information,
    maximise,
    posterior,
)
from competency_engine.measurement.scores import MISSING, Bools, Floats, Ints, score_matrix

FEWEST_PEOPLE_RASCH = 30
"""Holds a difficulty within one logit, nineteen times of twenty (Linacre 1994); 100 hold it within half a logit."""

FEWEST_PEOPLE_TWO_PARAMETER = 200
"""Slopes of their own need more (Drasgow 1989)."""

FEWEST_ITEMS = 3
"""Two items have three free frequencies, fewer than their difficulties and discriminations."""

FIT_BAND = (0.7, 1.3)
"""Mean squares of items of a test that serves are within it (Wright & Linacre 1994)."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemModel:
    """A fitted model; arrays follow the columns of the answers and hold NaN where ``reasons`` says why.

    Attributes:
        difficulty: ability at which half win the item.
        difficulty_error: its standard error.
        discrimination: slope of the logit at that ability, per standard deviation of ability; in the Rasch model one for all.
        discrimination_error: its standard error.
        intercept: logit of winning at ability 0, which an item has even where it is too flat for a difficulty.
        reasons: why an item has no difficulty: ``few_people``, ``all_right``, ``all_wrong`` (left out), ``flat``; else ``None``.
        steadied: items whose discrimination ran off and is held by a prior; both their figures are rough.
        people: how many answered any of the items that were kept.
        log_likelihood: of their answers, at the estimates.
        iterations: rounds of EM.
        converged: whether EM came to rest before its bound.
    """

    difficulty: Floats
    difficulty_error: Floats
    discrimination: Floats
    discrimination_error: Floats
    intercept: Floats
    reasons: tuple[Reason | None, ...]
    steadied: Bools
    people: int
    log_likelihood: float
    iterations: int
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class Abilities:
    """Abilities of people, NaN for who answered none of the model's items.

    Attributes:
        value: mean of what the answers say of the ability (EAP), in standard deviations of the population.
        standard_error: standard deviation of the same.
    """

    value: Floats
    standard_error: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ItemFit:
    """Mean squares of the items, 1 where the answers scatter as the model says, NaN for items left out.

    Above 1 there is more scatter (guessing, another trait), below 1 less (an item that repeats others).

    Attributes:
        infit: weighted by information, so that people near the item count most.
        outfit: unweighted, so that surprises far from the item count.
    """

    infit: Floats
    outfit: Floats


def fit_rasch(answers: npt.ArrayLike, *, fewest_people: int = FEWEST_PEOPLE_RASCH) -> ItemModel | Thin:
    """Return the Rasch model of ``answers``: one discrimination for all items.

    Model: P(right) = 1/(1+exp(−a(θ−b))) (Rasch 1960); estimates of marginal maximum likelihood (Bock & Aitkin 1981, Thissen
    1982), standard errors of the observed information (Louis 1982) by the delta method. Answers missing for reasons that the
    other answers explain do no harm. An item that all win or all lose is left out; nothing has a prior unless the common
    discrimination runs off (``steadied``).

    Args:
        answers: rows = people, columns = items; 1 right, 0 wrong, -1 missing.
        fewest_people: who must have answered, and answered an item, for an estimate.

    Raises:
        ValueError: see ``score_matrix``.
    """
    return _fit(answers, fewest_people, tied=True)


def fit_two_parameter(answers: npt.ArrayLike, *, fewest_people: int = FEWEST_PEOPLE_TWO_PARAMETER) -> ItemModel | Thin:
    """Return the two-parameter logistic model of ``answers``: a discrimination for each item (Birnbaum 1968).

    As ``fit_rasch``; below 0 is the discrimination of an item that the able lose, which most often has a wrong key. An item whose
    discrimination is within two standard errors of 0 has no difficulty (``flat``).

    Raises:
        ValueError: see ``score_matrix``.
    """
    return _fit(answers, fewest_people, tied=False)


def estimate_abilities(answers: npt.ArrayLike, model: ItemModel) -> Abilities:
    """Return the ability of each person: mean and standard deviation of the posterior (EAP; Bock & Mislevy 1982).

    Args:
        answers: rows = people, columns = the items of ``model`` in their order; 1 right, 0 wrong, -1 missing.
        model: the model to score by; it need not have been fitted to the same people.

    Raises:
        ValueError: see ``score_matrix``.
    """
    matrix, kept = _kept_answers(answers, model)
    rows, inverse = np.unique(matrix, axis=0, return_inverse=True)
    patterns = Patterns((rows == 1).astype(float), (rows != MISSING).astype(float), np.ones(len(rows)))
    mean, deviation = _moments(patterns, model, kept)
    silent = (rows == MISSING).all(axis=1)
    mean[silent], deviation[silent] = np.nan, np.nan
    return Abilities(mean[inverse.ravel()], deviation[inverse.ravel()])


def item_fit(answers: npt.ArrayLike, model: ItemModel) -> ItemFit:
    """Return infit and outfit of each item.

    Formulas (Wright & Masters 1982): infit Σ(x−P)² / ΣP(1−P), outfit the mean of (x−P)²/(P(1−P)); over people and over what the
    answers of each say of the ability, so that both are 1 in expectation under the model, which they are not at point estimates
    of ability (Adams & Wu 2007).

    Raises:
        ValueError: see ``score_matrix``.
    """
    matrix, kept = _kept_answers(answers, model)
    patterns = collapse(matrix)
    slopes, intercepts = model.discrimination[kept], model.intercept[kept]
    seen, won = expected_counts(patterns, posterior(patterns, slopes, intercepts)[0])
    odds = np.exp(intercepts[:, None] + slopes[:, None] * NODES)
    chance = odds / (1 + odds)
    squares = won * (1 - chance) ** 2 + (seen - won) * chance**2
    infit = squares.sum(axis=1) / (seen * chance * (1 - chance)).sum(axis=1)
    outfit = (won / odds + (seen - won) * odds).sum(axis=1) / seen.sum(axis=1)
    return ItemFit(_spread(infit, kept), _spread(outfit, kept))


def marginal_reliability(answers: npt.ArrayLike, model: ItemModel) -> Estimate:
    """Return which share of the variance of ability the answers resolve, 0 to 1, without interval.

    Formula: variance of the EAP abilities / (that variance + mean squared standard error) (Adams 2005).

    Raises:
        ValueError: see ``score_matrix``.
    """
    abilities = estimate_abilities(answers, model)
    known = ~np.isnan(abilities.value)
    if not known.any():
        return withheld("few_people")
    resolved, left = float(abilities.value[known].var()), float((abilities.standard_error[known] ** 2).mean())
    return Estimate(resolved / (resolved + left))


def _fit(answers: npt.ArrayLike, fewest_people: int, tied: bool) -> ItemModel | Thin:
    matrix, _ = score_matrix(answers)
    reasons = [_reason_to_leave_out(column, fewest_people) for column in matrix.T]
    kept = np.array([reason is None for reason in reasons], dtype=bool)
    if kept.sum() < FEWEST_ITEMS:
        return Thin("few_people" if kept.sum() + reasons.count("few_people") >= FEWEST_ITEMS else "few_items")
    patterns = collapse(matrix[:, kept])
    solution = maximise(patterns, tied)
    errors = _standard_errors(information(patterns, solution), solution, tied)
    if errors is None:
        return Thin("not_identified")
    flat = np.abs(solution.slopes) < Z * errors[1]
    if flat.all():
        return Thin("no_common_trait")
    for position, item in enumerate(np.flatnonzero(kept)):
        if flat[position]:
            reasons[item] = "flat"
    return _model(solution, errors, kept, flat, tuple(reasons), int(patterns.count.sum()))


def _reason_to_leave_out(column: Ints, fewest_people: int) -> Reason | None:
    seen = column[column != MISSING]
    if len(seen) < max(fewest_people, 1):
        return "few_people"
    if seen.all():
        return "all_right"
    return None if seen.any() else "all_wrong"


def _standard_errors(matrix: Floats, solution: Solution, tied: bool) -> tuple[Floats, Floats] | None:
    """Return the standard errors of difficulties and slopes; ``None`` when the information is not positive definite."""
    items = len(solution.slopes)
    shared = np.eye(2 * items)
    if tied:
        shared = np.zeros((2 * items, items + 1))
        shared[:items, :items], shared[items:, items] = np.eye(items), 1
        matrix = shared.T @ matrix @ shared
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return None
    covariance = shared @ np.linalg.inv(matrix) @ shared.T
    slopes = np.sqrt(np.diag(covariance)[items:])
    # b = −d/a, so ∂b/∂d = −1/a and ∂b/∂a = −b/a.
    inverse, place = -1 / solution.slopes, solution.intercepts / solution.slopes**2
    crossed = np.diag(covariance[:items, items:])
    variance = inverse**2 * np.diag(covariance)[:items] + 2 * inverse * place * crossed + place**2 * slopes**2
    return np.sqrt(np.maximum(variance, 0)), slopes


def _model(
    solution: Solution,
    errors: tuple[Floats, Floats],
    kept: Bools,
    flat: Bools,
    reasons: tuple[Reason | None, ...],
    people: int,
) -> ItemModel:
    steadied = np.zeros(len(kept), dtype=bool)
    steadied[kept] = solution.precision > 0
    return ItemModel(
        difficulty=_spread(np.where(flat, np.nan, -solution.intercepts / solution.slopes), kept),
        difficulty_error=_spread(np.where(flat, np.nan, errors[0]), kept),
        discrimination=_spread(solution.slopes, kept),
        discrimination_error=_spread(errors[1], kept),
        intercept=_spread(solution.intercepts, kept),
        reasons=reasons,
        steadied=steadied,
        people=people,
        log_likelihood=solution.log_likelihood,
        iterations=solution.rounds,
        converged=solution.converged,
    )


def _spread(values: Floats, kept: Bools) -> Floats:
    """Return ``values`` at the items that were kept, NaN at the others."""
    full = np.full(len(kept), np.nan)
    full[kept] = values
    return full


def _kept_answers(answers: npt.ArrayLike, model: ItemModel) -> tuple[Ints, Bools]:
    """Return the answers to the items that the model kept, and which those are."""
    matrix, _ = score_matrix(answers)
    kept = ~np.isnan(model.intercept)
    if matrix.shape[1] != len(kept):
        raise ValueError(f"the model has {len(kept)} items, the answers have {matrix.shape[1]}")
    return matrix[:, kept], kept


def _moments(patterns: Patterns, model: ItemModel, kept: Bools) -> tuple[Floats, Floats]:
    weights, _ = posterior(patterns, model.discrimination[kept], model.intercept[kept])
    mean = weights @ NODES
    return mean, np.sqrt(np.maximum(weights @ NODES**2 - mean**2, 0))
