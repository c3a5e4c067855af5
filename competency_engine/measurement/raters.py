"""From scores to the chances of each level: a hierarchical rater model, exact but for one step, in plain numpy.

The model (Patz, Junker, Johnson and Mariano 2002, "The hierarchical rater model"; docs/evidence.md states it in words):

- a person has an ability ``g`` on the scale of levels; of a unit ``u`` the person holds the level ``L`` with
  P(L >= k | g) = F((g - c[u, k]) / s[u]), F the logistic function (Samejima 1969, graded responses);
- who gives the scores of one sitting is of a type ``t = (shift, sense)`` and sees the level ``L`` as ``x = m + sense * (L - m) + shift``,
  ``m`` the middle of the scale: a sense of 1 follows the levels, of 0 does not see them at all;
- a score ``y`` of column ``c`` comes with P(y >= k | L, t) = F((x - c[c, k]) / s[c]), raised by the chance to guess.

Inference: given ``g``, the type of each sitting is found from that sitting alone; then levels given all types and ``g``; then the
average over ``g``. It is exact for one sitting with one score a unit. The one approximation: for types and abilities, scores of one
unit count as independent given ``g``, though they share the level, be they of several sittings or of several items of one;
`tests/measurement/test_raters.py` measures it for sittings. A score of less than full force is a further one: its share of
the likelihood is a power, and what it says of types is weighed by the same power.
"""

from __future__ import annotations

from collections.abc import Sequence
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
_LEAST = 1e-9
_LARGEST_POWER = 700.0
"""e to a larger power is no number any more."""
_NEGLIGIBLE = 1e-4
"""Abilities less likely than this, against the likeliest, are passed over."""
PEOPLE_AT_A_TIME = 256


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
    """

    scale: int
    people: Whole
    scores: Whole
    force: Array
    types: Array
    group: int = 0

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
        ability: how likely each ability of the grid is.
    """

    top: int
    scales: tuple[Scale, ...]
    thresholds: Array
    noise: Array
    ability: Array

    @cached_property
    def levels(self) -> Array:
        """P(level | ability) of each unit, shape (units, levels, abilities)."""
        return graded(self.thresholds, self.noise, abilities(self.top))

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """What inference looks up, one table for each instrument."""
        return tuple(_table(scale, self) for scale in self.scales)


@dataclass(frozen=True, eq=False)
class Table:
    """Of one instrument: chances of scores given type and level, and given type and ability.

    Attributes:
        given_level: shape (columns, scores, types, levels).
        given_ability: shape (abilities, columns, scores, types).
        is_dense: whether most sittings score most columns, as ratings do; of many items few are asked at a time.
    """

    given_level: Array
    given_ability: Array
    is_dense: bool

    @cached_property
    def log_given_ability(self) -> Array:
        """Logarithm of ``given_ability``, shape (columns × scores, types × abilities)."""
        grid, columns, scores, types = self.given_ability.shape
        turned = np.log(self.given_ability).transpose(1, 2, 3, 0)
        return np.ascontiguousarray(turned.reshape(columns * scores, types * grid))

    def ratios(self, ability: int) -> Array:
        """Return P(score | type, level) / P(score | type, ability), shape (types, columns × scores × levels).

        Weighted by the types that a whole sitting suggests, it says what one score adds of the level: the division
        takes that score out of what suggested the types.
        """
        ratio = self.given_level / self.given_ability[ability][..., None]
        columns, scores, types, levels = ratio.shape
        return np.ascontiguousarray(ratio.transpose(2, 0, 1, 3).reshape(types, columns * scores * levels))


def _table(scale: Scale, model: RaterModel) -> Table:
    columns = len(scale.units)
    given_level = np.broadcast_to(scale.chances(model.top), (columns, scale.scores, TYPES, model.top + 1))
    of_units = model.levels[scale.units]
    given_ability = np.einsum("cytl,clg->gcyt", given_level, of_units, optimize=True)
    return Table(given_level, given_ability, is_dense=len(scale.thresholds) == 1)


@dataclass(frozen=True, eq=False)
class Inference:
    """What the scores say of some people.

    Attributes:
        levels: P(level), shape (people, units, levels).
        alone: P(level) if of a unit only the sheets of one group were heard, shape (groups, people, units, levels).
        types: P(type) of the sittings of each sheet, shape (sittings, types).
    """

    levels: Array
    alone: Array
    types: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Given:
    """What holds given one ability, for the people who may have it.

    Attributes:
        ability: its index.
        people: indices of the people.
        chance: how likely it is for each of them.
        levels: P(level), shape (people, units, levels).
        alone: P(level) as each group says on its own, shape (groups, people, units, levels).
        sittings: for each sheet the rows, the weights of their types, and what each score adds: shape (rows, columns, levels).
    """

    ability: int
    people: Whole
    chance: Array
    levels: Array
    alone: Array
    sittings: tuple[tuple[Whole, Array, Array], ...]


def infer(model: RaterModel, sheets: Sequence[Sheet], people: int) -> Inference:
    """Return what ``sheets`` say of ``people`` people; nobody's answer depends on who else is there."""
    shape = (people, len(model.thresholds), model.top + 1)
    levels, alone = np.zeros(shape), np.zeros((_groups(sheets), *shape))
    types = tuple(np.zeros_like(sheet.types) for sheet in sheets)
    for start in range(0, people, PEOPLE_AT_A_TIME):
        span = slice(start, min(people, start + PEOPLE_AT_A_TIME))
        block = [sheet.rows_of(span) for sheet in sheets]
        first = [int(np.searchsorted(sheet.people, start)) for sheet in sheets]
        for given in each_ability(model, block, span.stop - start):
            who, chance = given.people + start, given.chance[:, None, None]
            levels[who] += chance * given.levels
            alone[:, who] += chance * given.alone
            of_person = np.zeros(span.stop - start)
            of_person[given.people] = given.chance
            for index, (rows, of_types, _) in enumerate(given.sittings):
                types[index][rows + first[index]] += of_person[block[index].people[rows]][:, None] * of_types
    return Inference(levels, alone, types)


def _groups(sheets: Sequence[Sheet]) -> int:
    return 1 + max((sheet.group for sheet in sheets), default=-1)


def each_ability(model: RaterModel, sheets: Sequence[Sheet], people: int) -> list[Given]:
    """Return what holds given each ability that is likely enough for somebody."""
    grid = len(model.ability)
    of_sheets = [_types_given_ability(model.tables[sheet.scale], sheet, grid) for sheet in sheets]
    with np.errstate(divide="ignore"):
        likely = np.repeat(np.log(model.ability)[None], people, axis=0)
    for sheet, of_types in zip(sheets, of_sheets, strict=True):
        np.add.at(likely, sheet.people, _log_sum(of_types))
    chance = _shares(likely)
    chance = np.where(chance >= _NEGLIGIBLE * chance.max(axis=1, keepdims=True), chance, 0.0)
    chance /= chance.sum(axis=1, keepdims=True)
    return [
        _given(model, sheets, of_sheets, chance[:, ability], ability)
        for ability in range(grid)
        if chance[:, ability].any()
    ]


def _types_given_ability(table: Table, sheet: Sheet, grid: int) -> Array:
    """Return log P(type and scores of the sitting | ability), shape (sittings, types, abilities)."""
    rows, columns = sheet.scores.shape
    scores = table.given_ability.shape[2]
    row, column = np.nonzero(sheet.scores >= 0)
    score, force = sheet.scores[row, column], sheet.force[row, column]
    if table.is_dense:
        forces = np.zeros((rows, columns, scores))
        forces[row, column, score] = force
        heard = forces.reshape(rows, columns * scores) @ table.log_given_ability
    else:
        heard = np.zeros((rows, TYPES * grid))
        np.add.at(heard, row, force[:, None] * table.log_given_ability[column * scores + score])
    with np.errstate(divide="ignore"):
        logs: Array = heard.reshape(rows, TYPES, grid) + np.log(sheet.types)[:, :, None]
    return logs


def _given(
    model: RaterModel, sheets: Sequence[Sheet], of_sheets: Sequence[Array], chance: Array, ability: int
) -> Given:
    who = np.flatnonzero(chance)
    place = np.full(len(chance), -1)
    place[who] = np.arange(len(who))
    prior = np.log(model.levels[:, :, ability])
    heard = np.zeros((_groups(sheets), len(who), *prior.shape))
    sittings = []
    for sheet, of_types in zip(sheets, of_sheets, strict=True):
        rows = np.flatnonzero(chance[sheet.people])
        types = _shares(of_types[rows, :, ability])
        added = _what_scores_add(model.tables[sheet.scale], sheet.scores[rows], types, ability)
        logs = sheet.force[rows][..., None] * np.log(added)
        of_units = _by_unit(logs, model.scales[sheet.scale].units, len(prior))
        np.add.at(heard[sheet.group], place[sheet.people[rows]], of_units)
        sittings.append((rows, types, added))
    return Given(ability, who, chance[who], _shares(prior + heard.sum(axis=0)), _shares(prior + heard), tuple(sittings))


def _by_unit(logs: Array, column_units: Whole, units: int) -> Array:
    """Return the sums of ``logs`` (rows, columns, levels) over the columns of each unit."""
    summed = np.zeros((logs.shape[0], units, logs.shape[2]))
    if len(np.unique(column_units)) == len(column_units):
        summed[:, column_units] = logs
    else:
        for column, unit in enumerate(column_units):
            summed[:, unit] += logs[:, column]
    return summed


def _what_scores_add(table: Table, scores: Whole, types: Array, ability: int) -> Array:
    """Return for each score what it says of each level, up to a factor; 1 where there is no score."""
    columns, values, _, levels = table.given_level.shape
    if not table.is_dense:
        row, column = np.nonzero(scores >= 0)
        score = scores[row, column]
        ratios = table.given_level[column, score] / table.given_ability[ability, column, score][..., None]
        sparse = np.ones((*scores.shape, levels))
        sparse[row, column] = np.einsum("nt,ntl->nl", types[row], ratios)
        return sparse
    every = (types @ table.ratios(ability)).reshape(len(scores), columns, values, levels)
    picked = np.take_along_axis(every, np.maximum(scores, 0)[:, :, None, None], axis=2)[:, :, 0]
    added: Array = np.where(scores[..., None] >= 0, picked, 1.0)
    return added


def _log_sum(logs: Array) -> Array:
    """Return the logarithm of the sum of exponentials over the second axis."""
    most = logs.max(axis=1, keepdims=True)
    total: Array = np.log(np.exp(logs - most).sum(axis=1)) + most[:, 0]
    return total


def _shares(logs: Array) -> Array:
    """Return exponentials that sum to 1 over the last axis."""
    powers = np.exp(logs - logs.max(axis=-1, keepdims=True))
    shares: Array = powers / powers.sum(axis=-1, keepdims=True)
    return shares
