"""How the scores of one sheet are read: what they say of the types of their raters, of levels, and how they are counted.

Ratings, of which a sitting has one for nearly every unit, are read by products of matrices; items, of which few are asked and
several of one unit, unit by unit. Both do the same: weighted by the types that a whole sitting suggests, the ratio
P(scores of a unit | type, level) / P(the same | type, ability) is what these scores say of the level, for the division
takes them out of what suggested the types.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from competency_engine.measurement.raters import TYPES, Array, RaterModel, Sheet, Whole


class Reading(Protocol):
    """A sheet as it is read."""

    @property
    def sheet(self) -> Sheet:
        """The sheet."""

    def types_given_ability(self) -> Array:
        """Return log P(type and scores of the sitting | ability), shape (sittings, types, abilities)."""

    def say(self, rows: Whole, types: Array, ability: int) -> Array:
        """Return the logarithm of what ``rows`` say of each unit, up to a constant, shape (rows, units, levels); 0 = nothing.

        Args:
            rows: sittings of the sheet.
            types: how likely each type is for them.
            ability: index of the ability that is given.
        """

    def count(self, rows: Whole, types: Array, others: Array, weight: Array, ability: int, counts: Array) -> None:
        """Add to ``counts`` how often each score comes with each type and level.

        Args:
            rows: sittings of the sheet.
            types: how likely each type is for them.
            others: P(level) as all but the sitting itself says, shape (rows, units, levels).
            weight: of each row.
            ability: index of the ability that is given.
            counts: shape (columns or 1, scores, types, levels).
        """


def read_sheet(model: RaterModel, sheet: Sheet) -> Reading:
    """Return ``sheet`` as it is read."""
    is_rating = len(model.scales[sheet.scale].thresholds) == 1
    return _Ratings(model, sheet) if is_rating and not sheet.faded else _Items(model, sheet)


class _Ratings:
    """Ratings with their full force, one of each unit."""

    def __init__(self, model: RaterModel, sheet: Sheet) -> None:
        self.sheet = sheet
        self._table = model.tables[sheet.scale]
        self._units = model.scales[sheet.scale].units
        self._shape = (len(model.thresholds), model.top + 1)

    def types_given_ability(self) -> Array:
        rows, columns = self.sheet.scores.shape
        row, column = np.nonzero(self.sheet.scores >= 0)
        given = np.zeros((rows, columns, self._table.scores))
        given[row, column, self.sheet.scores[row, column]] = 1.0
        heard = given.reshape(rows, -1) @ self._table.log_given_ability
        return _with_types(heard.reshape(rows, TYPES, -1), self.sheet.types)

    def say(self, rows: Whole, types: Array, ability: int) -> Array:
        scores = self.sheet.scores[rows]
        columns, levels = scores.shape[1], self._shape[1]
        every = (types @ self._table.ratios(ability)).reshape(len(rows), columns, self._table.scores, levels)
        picked = np.take_along_axis(every, np.maximum(scores, 0)[:, :, None, None], axis=2)[:, :, 0]
        said = np.zeros((len(rows), *self._shape))
        said[:, self._units] = np.log(np.where(scores[..., None] >= 0, picked, 1.0))
        return said

    def count(self, rows: Whole, types: Array, others: Array, weight: Array, ability: int, counts: Array) -> None:
        scores = self.sheet.scores[rows]
        row, column = np.nonzero(scores >= 0)
        score = scores[row, column]
        left = _normal(types[row] / self._table.given_ability[ability, column, score])
        right = others[row, self._units[column]]
        chances = self._table.given_level[score]
        left *= (weight[row] / np.einsum("nt,ntl,nl->n", left, chances, right, optimize=True))[:, None]
        for value in range(self._table.scores):
            chosen = score == value
            counts[0, value] += (left[chosen].T @ right[chosen]) * self._table.given_level[value]


class _Items:
    """Scores of which a unit may have several, or that have lost some of their force: read unit by unit."""

    def __init__(self, model: RaterModel, sheet: Sheet) -> None:
        self.sheet = sheet
        scale = model.scales[sheet.scale]
        self._shape = (len(model.thresholds), model.top + 1)
        self._row, self._column = np.nonzero(sheet.scores >= 0)
        self._score = sheet.scores[self._row, self._column]
        self._force = sheet.force[self._row, self._column]
        keys = self._row * len(model.thresholds) + scale.units[self._column]
        pairs, self._pair = np.unique(keys, return_inverse=True)
        self._pair_row, self._pair_unit = np.divmod(pairs, len(model.thresholds))
        given_level = scale.chances(model.top)
        of_scores = given_level[self._column if len(given_level) > 1 else 0, self._score]
        logs = np.zeros((len(pairs), TYPES, model.top + 1))
        np.add.at(logs, self._pair, self._force[:, None, None] * np.log(of_scores))
        self._given_level = np.exp(logs)
        self._given_ability = np.matmul(self._given_level, model.levels[self._pair_unit])

    def types_given_ability(self) -> Array:
        heard = np.zeros((len(self.sheet.scores), *self._given_ability.shape[1:]))
        np.add.at(heard, self._pair_row, np.log(self._given_ability))
        return _with_types(heard, self.sheet.types)

    def say(self, rows: Whole, types: Array, ability: int) -> Array:
        place, pairs = self._within(rows)
        ratios = self._given_level[pairs] / self._given_ability[pairs, :, ability][..., None]
        said = np.zeros((len(rows), *self._shape))
        said[place, self._pair_unit[pairs]] = np.log(np.einsum("nt,ntl->nl", types[place], ratios))
        return said

    def count(self, rows: Whole, types: Array, others: Array, weight: Array, ability: int, counts: Array) -> None:
        place, pairs = self._within(rows)
        left = _normal(types[place] / self._given_ability[pairs, :, ability])
        right = others[place, self._pair_unit[pairs]]
        joint = np.zeros((len(self._pair_row), *self._given_level.shape[1:]))
        joint[pairs] = left[:, :, None] * right[:, None, :] * self._given_level[pairs]
        totals = joint[pairs].sum(axis=(1, 2), keepdims=True)
        joint[pairs] *= weight[place][:, None, None] / totals
        column = self._column if len(counts) > 1 else np.zeros_like(self._column)
        np.add.at(counts, (column, self._score), joint[self._pair] * self._force[:, None, None])

    def _within(self, rows: Whole) -> tuple[Whole, Whole]:
        """Return, of the pairs that belong to ``rows``, the place of the row among them, and the pairs."""
        places = np.full(len(self.sheet.scores), -1)
        places[rows] = np.arange(len(rows))
        pairs = np.flatnonzero(places[self._pair_row] >= 0)
        return places[self._pair_row[pairs]], pairs


def _with_types(heard: Array, types: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs: Array = heard + np.log(types)[:, :, None]
    return logs


def _normal(weights: Array) -> Array:
    shares: Array = weights / weights.sum(axis=1, keepdims=True)
    return shares
