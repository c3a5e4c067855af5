"""A hierarchical rater model of scores, in plain numpy: its parameters, and the sheets of scores.

The model (Patz, Junker, Johnson and Mariano 2002, "The hierarchical rater model"; docs/evidence.md states it in words):

- a person has an ability ``g`` on the scale of levels; of a unit ``u`` the person holds the level ``L`` with
  P(L >= k | g) = F((g - c[u, k]) / s[u]), F the logistic function (Samejima 1969, graded responses);
- who gives the scores of one sitting is of a type ``t = (shift, sense)`` and sees the level ``L`` as ``x = m + sense * (L - m) + shift``,
  ``m`` the middle of the scale: a sense of 1 follows the levels, of 0 does not see them at all;
- a score ``y`` of column ``c`` comes with P(y >= k | L, t) = F((x - c[c, k]) / s[c]), raised by the chance to guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

FULL_SHIFTS = np.array([-1.2, -0.8, -0.4, 0.0, 0.4, 0.8, 1.2])
HALF_SHIFTS = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
BLIND_SHIFTS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
SHIFTS = np.concatenate([FULL_SHIFTS, HALF_SHIFTS, BLIND_SHIFTS])
"""Levels by which a rater of each type lies above the mean of the instrument."""
SENSES = np.repeat([1.0, 0.5, 0.0], [len(FULL_SHIFTS), len(HALF_SHIFTS), len(BLIND_SHIFTS)])
"""How far a rater of each type tells levels apart: fully, by half, not at all."""
SHARES = (0.8, 0.15, 0.05)
"""How many raters are expected to tell levels apart fully, by half, not at all."""
TYPES = len(SHIFTS)
MACHINE = np.where((SHIFTS == 0) & (SENSES == 1), 1.0, 0.0)
"""Weights of the types where nobody rates: the scores of a test that has one key."""
ABILITY_STEP = 1 / 3
EVEN = 0.3
"""How far the units of people with an even profile lie apart, against those of others.

Why: to a model in which every profile is uneven, sheets that agree on nearly one level for all units look like levels at one end
of the scale, where alone nothing scatters.
"""
_LEAST = 1e-9
_LARGEST_POWER = 700.0
"""e to a larger power is no number any more."""


def type_weights(spread: float) -> Array:
    """Return how likely each type is for raters whose own bias has the standard deviation ``spread``, in levels."""
    if spread <= 0:
        return MACHINE.copy()
    parts = [
        share * _bell(shifts, width)
        for share, shifts, width in zip(
            SHARES, (FULL_SHIFTS, HALF_SHIFTS, BLIND_SHIFTS), (spread, spread, 2 * spread), strict=True
        )
    ]
    return np.concatenate(parts)


def _bell(points: Array, width: float) -> Array:
    heights = np.exp(-0.5 * (points / max(width, 0.05)) ** 2)
    shares: Array = heights / heights.sum()
    return shares


def abilities(top: int) -> Array:
    """Return the grid of abilities for levels 0 to ``top``, from one below to one above."""
    return np.linspace(-1.0, top + 1.0, round((top + 2) / ABILITY_STEP) + 1)


def perceived(top: int) -> Array:
    """Return what a rater of each type sees of each level; rows = types, columns = levels 0 to ``top``."""
    middle = top / 2
    seen: Array = middle + SENSES[:, None] * (np.arange(top + 1) - middle) + SHIFTS[:, None]
    return seen


def graded(thresholds: Array, noise: Array, seen: Array, guessing: float = 0.0) -> Array:
    """Return the chance of each score, shape (scales, scores, *seen).

    Args:
        thresholds: rows = scales, columns = the seen value from which score 1, 2 … is likelier than not; rising.
        noise: scale of the logistic of each scale.
        seen: what is seen, of any shape.
        guessing: chance of a score above 0 whatever is seen.

    >>> graded(np.array([[0.5]]), np.array([1.0]), np.array([0.5])).round(2).tolist()
    [[[0.5], [0.5]]]
    """
    spread = (slice(None), slice(None)) + (None,) * seen.ndim
    steps = (seen[None, None] - thresholds[spread]) / noise[:, None][spread]
    above = guessing + (1 - guessing) / (1 + np.exp(np.minimum(-steps, _LARGEST_POWER)))
    ends = np.ones_like(above[:, :1])
    above = np.concatenate([ends, above, 0 * ends], axis=1)
    chances: Array = np.maximum(above[:, :-1] - above[:, 1:], _LEAST)
    return chances


@dataclass(frozen=True, eq=False)
class Scale:
    """How one instrument scores: each of its columns asks for one unit.

    Attributes:
        units: index of the unit of each column.
        thresholds: rows = columns of the instrument, as `graded`; one row where all columns share it.
        noise: scale of the logistic.
        guessing: chance of a score above 0 by guessing.
    """

    units: Whole
    thresholds: Array
    noise: float
    guessing: float = 0.0

    @property
    def scores(self) -> int:
        """Number of different scores."""
        return int(self.thresholds.shape[1]) + 1

    def chances(self, top: int) -> Array:
        """Return P(score | type, level), shape (columns or 1, scores, types, levels)."""
        noise = np.full(len(self.thresholds), self.noise)
        return graded(self.thresholds, noise, perceived(top), self.guessing)


@dataclass(frozen=True, eq=False)
class Sheet:
    """Sittings of one instrument, a row each.

    Attributes:
        scale: index of the instrument.
        people: index of the person of each row; rises.
        scores: rows × columns of the instrument, counted from 0; -1 = none.
        force: share of its force that each score has; same shape.
        types: how likely each type of rater is for each row.
        group: sheets of one group are also heard on their own.
        faded: whether scores have lost some of their force.
    """

    scale: int
    people: Whole
    scores: Whole
    force: Array
    types: Array
    group: int = 0
    faded: bool = False

    def rows_of(self, people: slice) -> Sheet:
        """Return the rows of the people in the slice, renumbered from 0."""
        first, last = np.searchsorted(self.people, (people.start, people.stop))
        rows = slice(first, last)
        return replace(
            self,
            people=self.people[rows] - people.start,
            scores=self.scores[rows],
            force=self.force[rows],
            types=self.types[rows],
        )


@dataclass(frozen=True, eq=False)
class RaterModel:
    """All parameters of the model.

    Attributes:
        top: highest level.
        scales: one for each instrument.
        thresholds: of the levels of each unit on the scale of abilities; rows = units, columns = levels 1 to ``top``.
        noise: of each unit.
        ability: how likely each ability of the grid is; once for people with an uneven profile and, where it is twice as
            long, once for those with an even one.
    """

    top: int
    scales: tuple[Scale, ...]
    thresholds: Array
    noise: Array
    ability: Array

    @cached_property
    def levels(self) -> Array:
        """P(level | ability) of each unit, shape (units, levels, abilities)."""
        grid, places = abilities(self.top), np.arange(1, self.top + 1) - 0.5
        kinds = [
            graded(places + EVEN**kind * (self.thresholds - places), EVEN**kind * self.noise, grid)
            for kind in range(len(self.ability) // len(grid))
        ]
        return np.concatenate(kinds, axis=2)

    @cached_property
    def tables(self) -> Mapping[int, Table]:
        """What inference looks up of the rating instruments, by index of the scale."""
        return {i: Table(scale, self) for i, scale in enumerate(self.scales) if len(scale.thresholds) == 1}


class Table:
    """Of one rating instrument: chances of scores given type and level, and given type and ability."""

    def __init__(self, scale: Scale, model: RaterModel) -> None:
        self.scores = scale.scores
        self.given_level: Array = scale.chances(model.top)[0]
        """P(score | type, level), shape (scores, types, levels)."""
        self.given_ability: Array = np.einsum(
            "ytl,clg->gcyt", self.given_level, model.levels[scale.units], optimize=True
        )
        """P(score | type, ability), shape (abilities, columns, scores, types)."""

    @cached_property
    def log_given_ability(self) -> Array:
        """Logarithm of ``given_ability``, shape (columns × scores, types × abilities)."""
        grid, columns, scores, types = self.given_ability.shape
        turned = np.log(self.given_ability).transpose(1, 2, 3, 0)
        return np.ascontiguousarray(turned.reshape(columns * scores, types * grid))

    def ratios(self, ability: int) -> Array:
        """Return P(score | type, level) / P(score | type, ability), shape (types, columns × scores × levels)."""
        ratio = self.given_level[None] / self.given_ability[ability][..., None]
        columns, scores, types, levels = ratio.shape
        return np.ascontiguousarray(ratio.transpose(2, 0, 1, 3).reshape(types, columns * scores * levels))
