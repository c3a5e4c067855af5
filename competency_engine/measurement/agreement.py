"""Agreement between raters on an ordinal scale, and between the kinds of source that evidence comes from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from competency_engine.measurement.estimate import Estimate, withheld
from competency_engine.measurement.resampling import FEWEST_GROUPS, draw_weights, percentile_interval, ratio_estimate
from competency_engine.measurement.scores import MISSING, Floats, Ints, whole_numbers


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How often two raters of the same unit agree.

    Attributes:
        exact: share of the pairs that give the same level.
        adjacent: share of the pairs that differ by one level at most; never below ``exact``.
        pairs: how many pairs there are.
        units: how many rated units have two raters or more.
    """

    exact: Estimate
    adjacent: Estimate
    pairs: int
    units: int


@dataclass(frozen=True, slots=True)
class SourceDifference:
    """One kind of source against the others.

    Attributes:
        kind: the kind, as it was given.
        difference: mean of its level less the level of the others, in levels; above 0 the kind is generous.
        compared: how many units of a person were rated by this kind and by another.
        people: how many people they belong to.
    """

    kind: int
    difference: Estimate
    compared: int
    people: int


def ordinal_alpha(
    ratings: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    seed: int = 0,
    fewest_groups: int = FEWEST_GROUPS,
) -> Estimate:
    """Return Krippendorff's alpha for ordinal levels: 1 perfect agreement, 0 that of chance, below 0 less than chance.

    Formula: 1 − observed / expected disagreement, the distance of two levels being the square of how many ratings lie between
    them (Krippendorff 2011). Interval: percentiles of a bootstrap over units (Zapf et al. 2016). 0.8 is asked for where much
    depends on it, 0.667 is the least from which anything follows (Krippendorff 2004). ``no_variance`` when all ratings are equal.

    Args:
        ratings: rows = units rated, columns = raters; cell = level from 0, -1 = not rated. Raters need not be the same
            persons in each row.
        groups: for each row, what it belongs to (a person with several units); rows of one group are drawn together. Without it
            each row stands alone.
        seed: of the bootstrap; equal seeds give equal intervals.
        fewest_groups: groups with two ratings of a row, below which nothing is said.

    Raises:
        ValueError: when ``ratings`` is no matrix of levels or ``groups`` does not have one value a row.

    >>> rows = [[0, 0], [1, 1], [2, 2], [0, 1], [2, 1]]
    >>> round(ordinal_alpha(rows, fewest_groups=5).value, 4)
    0.7
    """
    counts, names = _paired_counts(ratings, groups)
    if len(np.unique(names)) < max(fewest_groups, 1):
        return withheld("few_units")
    if (counts.sum(axis=0) > 0).sum() < 2:
        return withheld("no_variance")
    coincidences = _coincidences(counts, names)
    drawn = (_alpha(np.tensordot(weights, coincidences, 1)) for weights in draw_weights(len(coincidences), seed))
    interval = percentile_interval(np.array(list(drawn)))
    return Estimate(_alpha(coincidences.sum(axis=0)), *(interval or (None, None)))


def pair_agreement(
    ratings: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    seed: int = 0,
    fewest_groups: int = FEWEST_GROUPS,
) -> PairAgreement:
    """Return how often two raters of a unit give the same level, and how often one that differs by one at most.

    Formulas: Σ pairs that agree / Σ pairs, over the units; a unit of m raters has m(m−1)/2 pairs. Intervals: bootstrap over units.
    Chance is not taken out: on a scale of four levels used evenly, a quarter of the pairs agree by chance.

    Args:
        ratings: rows = units rated, columns = raters; cell = level from 0, -1 = not rated.
        groups: see ``ordinal_alpha``.
        seed: of the bootstrap.
        fewest_groups: see ``ordinal_alpha``.

    Raises:
        ValueError: see ``ordinal_alpha``.

    >>> pair_agreement([[0, 0], [0, 1], [0, 2], [2, 2]], fewest_groups=4).exact.value
    0.5
    """
    counts, names = _paired_counts(ratings, groups)
    raters = counts.sum(axis=1)
    pairs = raters * (raters - 1) / 2
    same = (counts * (counts - 1) / 2).sum(axis=1)
    near = same + (counts[:, :-1] * counts[:, 1:]).sum(axis=1)
    return PairAgreement(
        exact=ratio_estimate(same, pairs, names, seed, fewest_groups),
        adjacent=ratio_estimate(near, pairs, names, seed, fewest_groups),
        pairs=int(pairs.sum()),
        units=len(counts),
    )


def source_differences(
    people: npt.ArrayLike,
    units: npt.ArrayLike,
    kinds: npt.ArrayLike,
    levels: npt.ArrayLike,
    *,
    seed: int = 0,
    fewest_people: int = FEWEST_GROUPS,
) -> tuple[SourceDifference, ...]:
    """Return, for each kind of source, by how many levels it lies above the others on the same unit of the same person.

    Formula: mean over (person, unit) of the kind's mean level less the mean of the other kinds' mean levels; where a kind is alone
    nothing is compared. Interval: bootstrap over people, because the units of one person are not independent. It is a
    difference between sources, not an error of one of them: nobody knows the true level.

    Args:
        people: one number for each piece of evidence, as are the following three: whose it is.
        units: what was rated.
        kinds: kind of source.
        levels: the level given, 0 or more.
        seed: of the bootstrap.
        fewest_people: people compared, below which nothing is said of a kind.

    Raises:
        ValueError: when the four are not of one length or hold something else than whole numbers.

    >>> found = source_differences([1, 1, 2, 2], [7, 7, 7, 7], [0, 1, 0, 1], [3, 2, 2, 2], fewest_people=2)
    >>> [(one.kind, one.difference.value) for one in found]
    [(0, 0.5), (1, -0.5)]
    """
    columns = [whole_numbers(column) for column in (people, units, kinds, levels)]
    if len({len(column) for column in columns}) > 1:
        raise ValueError("people, units, kinds and levels must be of one length")
    cells, place = np.unique(np.stack(columns[:3], axis=1), axis=0, return_inverse=True)
    place = place.ravel()
    mean = np.bincount(place, columns[3], len(cells)) / np.maximum(np.bincount(place, minlength=len(cells)), 1)
    _, subject = np.unique(cells[:, :2], axis=0, return_inverse=True)
    subject = subject.ravel()
    total, together = np.bincount(subject, mean)[subject], np.bincount(subject)[subject]
    compared = together > 1
    surplus = mean[compared] - (total - mean)[compared] / (together[compared] - 1)
    return tuple(
        _source_difference(int(kind), cells[compared], surplus, seed, fewest_people) for kind in np.unique(columns[2])
    )


def _source_difference(kind: int, cells: Ints, surplus: Floats, seed: int, fewest_people: int) -> SourceDifference:
    mine = cells[:, 2] == kind
    whose = cells[mine, 0]
    difference = ratio_estimate(surplus[mine], np.ones(len(whose)), whose, seed, fewest_people)
    return SourceDifference(kind, difference, len(whose), len(np.unique(whose)))


def _paired_counts(ratings: npt.ArrayLike, groups: npt.ArrayLike | None) -> tuple[Ints, Ints]:
    """Return how often each row with two ratings or more has each level, and the groups of these rows."""
    matrix = whole_numbers(ratings, dimensions=2)
    if (matrix < MISSING).any():
        raise ValueError("a level is 0 or more, and -1 where there is none")
    names = np.arange(len(matrix)) if groups is None else whole_numbers(groups)
    if names.shape != matrix.shape[:1]:
        raise ValueError("one group a row is needed")
    scale = np.arange(max(int(matrix.max(initial=0)) + 1, 2))
    counts = (matrix[:, :, None] == scale).sum(axis=1)
    paired = counts.sum(axis=1) > 1
    return counts[paired].astype(np.int64), names[paired]


def _coincidences(counts: Ints, names: Ints) -> Floats:
    """Return, for each group, how often two levels meet in a row, groups × levels × levels; a row counts by its ratings."""
    used = counts[:, counts.sum(axis=0) > 0].astype(np.float64)
    per_rating = 1 / (used.sum(axis=1) - 1)
    groups, place = np.unique(names, return_inverse=True)
    met = np.zeros((len(groups), used.shape[1], used.shape[1]))
    for level in range(used.shape[1]):
        with_itself = np.arange(used.shape[1]) == level
        np.add.at(met[:, level], place, (per_rating * used[:, level])[:, None] * (used - with_itself))
    return met


def _alpha(coincidences: Floats) -> float:
    """Return the ordinal alpha of coincidences, levels × levels, NaN when only one level occurs."""
    often = coincidences.sum(axis=1)
    if (often > 0).sum() < 2:
        return float("nan")
    # How many ratings lie between two levels, half of their own counted, is the distance of their middle ranks.
    rank = np.cumsum(often) - often / 2
    distance = (rank[:, None] - rank) ** 2
    expected = float(often @ distance @ often) / (float(often.sum()) - 1)
    return 1 - float((coincidences * distance).sum()) / expected
