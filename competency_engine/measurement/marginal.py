"""Marginal maximum likelihood of logistic item response models: the sums over patterns and nodes, and the steps of EM.

An item is won with probability P = 1/(1+exp(−(d + aθ))), slope a and intercept d, by a person of ability θ, which is standard
normal in the population. The integral over θ is a sum over fixed nodes (Bock & Aitkin 1981). Arrays named by their axes:
patterns × items, patterns × nodes, items × nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from competency_engine.measurement.scores import MISSING, Floats, Ints

NODES: Floats = np.linspace(-6.0, 6.0, 61)
"""Abilities over which the integrals are summed. Equal steps: for smooth integrands that vanish at both ends the error falls
faster than any power of the step, and a long test needs nodes near its few people, not in the tails."""

LOG_WEIGHTS: Floats = -0.5 * NODES**2 - np.log(np.exp(-0.5 * NODES**2).sum())
"""Logarithm of the normal density at the nodes, made to add up to one."""

MOST_ROUNDS = 2000
"""Bound on the rounds of EM."""

TOLERANCE = 1e-6
"""EM ends when no slope or intercept changes by more than this in a round, an amount far below any standard error."""

STEEPEST = 4.0
"""Slope beyond which an item is steadied. One of 1.7 is called very high already (Baker 2001); the slope of an item that parts
the people without error runs to infinity."""

PRIOR_SLOPE, PRIOR_PRECISION = 1.0, 1.0
"""Normal prior of the slope of a steadied item, and of no other: mean, and one over the variance."""

_NEWTON_STEPS = 3
_LONGEST_STEP = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Equal rows of answers counted once.

    Attributes:
        won: patterns × items, 1 where the answer is right.
        seen: patterns × items, 1 where there is an answer.
        count: how many people gave the pattern.
    """

    won: Floats
    seen: Floats
    count: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Where EM ended; ``precision`` is that of the prior, 0 for an item without one, shared out where the slope is shared."""

    slopes: Floats
    intercepts: Floats
    precision: Floats
    log_likelihood: float
    rounds: int
    converged: bool


def collapse(answers: Ints) -> Patterns:
    """Return the distinct rows of ``answers`` (people × items: 1 right, 0 wrong, -1 missing) that hold an answer.

    >>> collapse(np.array([[1, 0], [1, 0], [-1, -1]])).count.tolist()
    [2.0]
    """
    rows, counts = np.unique(answers[(answers != MISSING).any(axis=1)], axis=0, return_counts=True)
    return Patterns((rows == 1).astype(float), (rows != MISSING).astype(float), counts.astype(float))


def posterior(patterns: Patterns, slopes: Floats, intercepts: Floats) -> tuple[Floats, Floats]:
    """Return what each pattern says of the ability, patterns × nodes with rows that add up to 1, and its log-likelihood."""
    logits = intercepts[:, None] + slopes[:, None] * NODES
    joint = patterns.won @ logits - patterns.seen @ np.logaddexp(0, logits) + LOG_WEIGHTS
    top = joint.max(axis=1, keepdims=True)
    weights = np.exp(joint - top)
    total = weights.sum(axis=1, keepdims=True)
    return weights / total, (top + np.log(total))[:, 0]


def expected_counts(patterns: Patterns, weights: Floats) -> tuple[Floats, Floats]:
    """Return how many people at each node are expected to have answered each item, and to have won it; items × nodes."""
    people = patterns.count[:, None] * weights
    return patterns.seen.T @ people, patterns.won.T @ people


def maximise(patterns: Patterns, tied: bool) -> Solution:
    """Return the slopes and intercepts that make ``patterns`` most likely, by EM (Bock & Aitkin 1981).

    Every item must have been won by some and lost by some. ``tied``: all items share one slope. Starts from a slope of 1 and
    the logit of the share won; no randomness.
    """
    share = (patterns.count @ patterns.won) / (patterns.count @ patterns.seen)
    slopes, intercepts = np.ones_like(share), np.log(share / (1 - share))
    precision, held = np.zeros_like(share), PRIOR_PRECISION / (len(share) if tied else 1)
    rounds, change = 0, np.inf
    while change > TOLERANCE and rounds < MOST_ROUNDS:
        weights, _ = posterior(patterns, slopes, intercepts)
        seen, won = expected_counts(patterns, weights)
        before = slopes, intercepts
        slopes, intercepts = _maximisation_step(seen, won, slopes, intercepts, precision, tied)
        change = max(float(np.abs(slopes - before[0]).max()), float(np.abs(intercepts - before[1]).max()))
        precision[np.abs(slopes) > STEEPEST] = held
        rounds += 1
    _, likelihood = posterior(patterns, slopes, intercepts)
    return Solution(
        slopes, intercepts, precision, float(patterns.count @ likelihood), rounds, converged=change <= TOLERANCE
    )


def _maximisation_step(
    seen: Floats, won: Floats, slopes: Floats, intercepts: Floats, precision: Floats, tied: bool
) -> tuple[Floats, Floats]:
    """Return the parameters after some Newton steps on the expected log-likelihood, a logistic regression on the nodes."""
    for _ in range(_NEWTON_STEPS):
        chance = chances(slopes, intercepts)
        residual, weight = won - seen * chance, seen * chance * (1 - chance)
        up, up_slope = residual.sum(axis=1), residual @ NODES - precision * (slopes - PRIOR_SLOPE)
        bend, bend_both, bend_slope = weight.sum(axis=1), weight @ NODES, weight @ NODES**2 + precision
        gain, loss = up_slope - bend_both * up / bend, bend_slope - bend_both**2 / bend
        step = np.full_like(slopes, gain.sum() / loss.sum()) if tied else gain / loss
        step = np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        slopes = slopes + step
        intercepts = intercepts + np.clip((up - bend_both * step) / bend, -_LONGEST_STEP, _LONGEST_STEP)
    return slopes, intercepts


def chances(slopes: Floats, intercepts: Floats) -> Floats:
    """Return the probability of winning each item at each node, items × nodes.

    >>> float(chances(np.array([1.0]), np.array([0.0]))[0, 30])
    0.5
    """
    # By the hyperbolic tangent, which does not overflow.
    return 0.5 * (1 + np.tanh(0.5 * (intercepts[:, None] + slopes[:, None] * NODES)))


def information(patterns: Patterns, solution: Solution) -> Floats:
    """Return the observed information of the intercepts and slopes, a matrix of 2·items rows, intercepts first.

    Formula: E[−∂²l | answers] − Var[∂l | answers] with the log-likelihood l as if the abilities were known (Louis 1982); exact,
    up to the quadrature.
    """
    weights, _ = posterior(patterns, solution.slopes, solution.intercepts)
    chance = chances(solution.slopes, solution.intercepts)
    seen, _ = expected_counts(patterns, weights)
    bend = seen * chance * (1 - chance)
    corner, side = np.diag(bend @ NODES), np.diag(bend @ NODES**2 + solution.precision)
    complete = np.block([[np.diag(bend.sum(axis=1)), corner], [corner, side]])
    return np.asarray(complete - _score_variance(patterns, weights, chance))


def _score_variance(patterns: Patterns, weights: Floats, chance: Floats) -> Floats:
    """Return the sum over people of the posterior covariance of the complete-data score."""
    items = chance.shape[0]
    second = np.zeros((2 * items, 2 * items))
    mean = np.zeros((len(patterns.count), 2 * items))
    for node, ability in enumerate(NODES):
        residual = patterns.won - patterns.seen * chance[:, node]
        score = np.hstack([residual, residual * ability])
        at = weights[:, node, None]
        mean += at * score
        second += score.T @ (patterns.count[:, None] * at * score)
    return second - mean.T @ (patterns.count[:, None] * mean)
