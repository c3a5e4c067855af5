"""Item analysis: how hard an item is, how well it goes with the others, how reliable their sum is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from competency_engine.measurement.estimate import Estimate, Z, share_interval, withheld
from competency_engine.measurement.scores import MISSING, Floats, Ints, complete_rows, score_matrix

FEWEST_PEOPLE = 30
"""Below it a share near one half is uncertain by more than 9 points and a correlation near zero by more than 0.18
(standard errors √(p(1−p)/n) and 1/√(n−1)): no verdict on an item stands on that."""

FEWEST_ITEMS = 2
"""Alpha compares items with each other; the correlation with the rest needs a rest."""


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item.

    Attributes:
        difficulty: share of the points won, 0 (nobody won any) to 1; so a high figure is an easy item.
        discrimination: correlation with the rest, −1 to 1; below 0 the able lose the item.
        share_missing: share of the people who gave no answer.
        answered: how many people gave one.
    """

    difficulty: Estimate
    discrimination: Estimate
    share_missing: float
    answered: int


def analyse_items(
    scores: npt.ArrayLike, highest: npt.ArrayLike = 1, *, fewest_people: int = FEWEST_PEOPLE
) -> tuple[ItemStatistics, ...]:
    """Return the statistics of each item, in the order of the columns.

    Args:
        scores: rows = people, columns = items; cell = points won, -1 = missing.
        highest: the highest score of each item, or one for all.
        fewest_people: who answered the item, below which nothing is said of it.

    Raises:
        ValueError: see ``score_matrix``.
    """
    matrix, tops = score_matrix(scores, highest)
    return tuple(_analyse(matrix, tops, item, fewest_people) for item in range(matrix.shape[1]))


def _analyse(matrix: Ints, tops: Ints, item: int, fewest_people: int) -> ItemStatistics:
    answered = matrix[:, item] != MISSING
    count = int(answered.sum())
    return ItemStatistics(
        difficulty=_difficulty(matrix[answered, item] / tops[item], fewest_people),
        discrimination=_discrimination(matrix, tops, item, fewest_people),
        share_missing=1 - count / len(matrix) if len(matrix) else 0.0,
        answered=count,
    )


def _difficulty(won: Floats, fewest_people: int) -> Estimate:
    if len(won) < fewest_people:
        return withheld("few_people")
    return share_estimate(float(won.mean()), len(won))


def share_estimate(share: float, count: int) -> Estimate:
    """Return a share with its interval.

    Of points won on a scale, which vary less than wins and losses with the same mean, the interval is too wide rather than
    too short.
    """
    return Estimate(share, *share_interval(share, count))


def _discrimination(matrix: Ints, tops: Ints, item: int, fewest_people: int) -> Estimate:
    """Return the correlation of an item with the share of the points won on the other items that the person answered.

    Where no answer is missing this is the corrected item-total correlation (Nunnally & Bernstein 1994): that share is then
    the rest score on another scale.
    """
    if matrix.shape[1] < FEWEST_ITEMS:
        return withheld("few_items")
    others, other_tops = np.delete(matrix, item, axis=1), np.delete(tops, item)
    possible = np.where(others != MISSING, other_tops, 0).sum(axis=1)
    both = (matrix[:, item] != MISSING) & (possible > 0)
    if both.sum() < fewest_people:
        return withheld("few_people")
    rest = np.where(others != MISSING, others, 0).sum(axis=1)[both] / possible[both]
    return correlation(matrix[both, item].astype(np.float64), rest)


def correlation(first: Floats, second: Floats) -> Estimate:
    """Return Pearson's correlation with its interval, tanh(artanh r ± z/√(n−3)) (Fisher 1921).

    ``no_variance`` when one of them does not vary or there are fewer than four pairs.

    >>> round(correlation(np.arange(5.0), np.array([0.0, 2, 1, 4, 3])).value, 6)
    0.8
    """
    if len(first) < 4 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return withheld("no_variance")
    value = float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))
    if abs(value) > 1 - 1e-12:
        return Estimate(value, value, value)
    middle, spread = math.atanh(value), Z / math.sqrt(len(first) - 3)
    return Estimate(value, math.tanh(middle - spread), math.tanh(middle + spread))


def cronbach_alpha(
    scores: npt.ArrayLike, highest: npt.ArrayLike = 1, *, fewest_people: int = FEWEST_PEOPLE
) -> Estimate:
    """Return Cronbach's alpha of the sum score, of the people who answered every item.

    Formula: k/(k−1) · (1 − Σ item variances / variance of the sum) (Cronbach 1951); of items of one point it is KR-20 (Kuder &
    Richardson 1937). Interval: 1 − exp(ln(1−α) − ln(n/(n−1)) ± z√(2k/((k−1)(n−2)))) (Bonett 2002). At most 1; below 0 when the
    items contradict each other.

    Raises:
        ValueError: see ``score_matrix``.

    >>> round(cronbach_alpha([[1, 1], [0, 0], [1, 0], [0, 0]], fewest_people=4).value, 4)
    0.7273
    """
    matrix, _ = score_matrix(scores, highest)
    rows = complete_rows(matrix)
    people, items = rows.shape
    if items < FEWEST_ITEMS:
        return withheld("few_items")
    if people < max(fewest_people, 3):
        return withheld("few_people")
    total = float(rows.sum(axis=1).var(ddof=1))
    if total == 0:
        return withheld("no_variance")
    value = items / (items - 1) * (1 - float(rows.var(axis=0, ddof=1).sum()) / total)
    if value > 1 - 1e-12:
        return Estimate(1.0, 1.0, 1.0)
    middle = math.log(1 - value) - math.log(people / (people - 1))
    spread = Z * math.sqrt(2 * items / ((items - 1) * (people - 2)))
    return Estimate(value, 1 - math.exp(middle + spread), 1 - math.exp(middle - spread))


def standard_error_of_measurement(
    scores: npt.ArrayLike, highest: npt.ArrayLike = 1, *, fewest_people: int = FEWEST_PEOPLE
) -> Estimate:
    """Return by how many points a sum score is uncertain: the standard deviation of its error.

    Formula: s√(1−α), with the standard deviation s of the sum and Cronbach's alpha (Lord & Novick 1968); the interval is that
    of alpha, s held fixed. An alpha of 0 or less says that all is error: ``alpha_not_positive``.

    Raises:
        ValueError: see ``score_matrix``.

    >>> round(standard_error_of_measurement([[1, 1], [0, 0], [1, 0], [0, 0]], fewest_people=4).value, 4)
    0.5
    """
    alpha = cronbach_alpha(scores, highest, fewest_people=fewest_people)
    if alpha.value is None or alpha.low is None or alpha.high is None:
        return alpha
    if alpha.value <= 0:
        return withheld("alpha_not_positive")
    matrix, _ = score_matrix(scores, highest)
    deviation = float(complete_rows(matrix).sum(axis=1).std(ddof=1))
    value, low, high = (deviation * math.sqrt(1 - share) for share in (alpha.value, alpha.high, alpha.low))
    return Estimate(value, low, high)
