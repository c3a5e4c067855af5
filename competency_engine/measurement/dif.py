"""Differential item functioning: items that are harder for one of two groups than for people of the other with the same score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from competency_engine.measurement.estimate import Estimate, Reason, Z, withheld
from competency_engine.measurement.scores import MISSING, Bools, Floats, Ints, score_matrix

FEWEST_IN_GROUP, FEWEST_PEOPLE = 200, 500
"""Who the smaller group and both together must have: what ETS asks for at test assembly (Zwick 2012)."""

FEWEST_MATCHED = 0.5
"""Share of each group that must have a score at which both groups occur and the item is both won and lost: only those people
bear on the odds ratio, and it should not speak of a minority."""

SLIGHT, LARGE = 1.0, 1.5
"""Bounds of the ETS classes on the delta scale (Zwick 2012): A is below the first or not significant, C at least the second and
significantly above the first, B what is left."""

DELTA = -2.35
"""From the logarithm of an odds ratio to the delta scale of ETS (Holland & Thayer 1988)."""

_Z_ONE_SIDED = 1.6448536269514722

Category = Literal["A", "B", "C"]
"""ETS classes: A negligible, B slight to moderate, C moderate to large."""

Matching = Literal["rest", "total"]
"""Score by which people are matched: of the other items, or of all of them."""


@dataclass(frozen=True, slots=True)
class ItemDif:
    """One item, compared between the groups.

    Attributes:
        difference: MH D-DIF on the delta scale; below 0 the item is harder for the focal group than its score lets expect.
        odds_ratio: of winning, reference group to focal group, at equal scores; ``None`` without ``difference``.
        p_value: of no difference, by the Mantel-Haenszel chi-square with continuity correction.
        category: ETS class.
        cut: least score that counts as won; above 1 only for items of more than two points.
        matched: people whose score bears on the comparison.
    """

    difference: Estimate
    odds_ratio: float | None
    p_value: float | None
    category: Category | None
    cut: int
    matched: int


@dataclass(frozen=True, slots=True, eq=False)
class _Strata:
    """Counts by score, of scores at which both groups occur and the item is both won and lost."""

    reference_won: Floats
    reference_lost: Floats
    focal_won: Floats
    focal_lost: Floats

    @property
    def size(self) -> Floats:
        return self.reference_won + self.reference_lost + self.focal_won + self.focal_lost


def find_dif(
    scores: npt.ArrayLike,
    focal: npt.ArrayLike,
    highest: npt.ArrayLike = 1,
    *,
    matching: Matching = "total",
    fewest_in_group: int = FEWEST_IN_GROUP,
    fewest_people: int = FEWEST_PEOPLE,
) -> tuple[ItemDif, ...]:
    """Return the comparison of each item between the two groups, in the order of the columns.

    Formulas: odds ratio α = Σ(AD/N) / Σ(BC/N) over the scores, with A, B reference won and lost, C, D focal won and lost (Mantel
    & Haenszel 1959); MH D-DIF = −2.35 ln α (Holland & Thayer 1988), its interval by the variance of Robins, Breslow & Greenland
    (1986). Only people who answered every item are compared; the matching score is not purified of items found different.

    Args:
        scores: rows = people, columns = items; cell = points won, -1 = missing.
        focal: for each person, whether of the focal group; the others are the reference group.
        highest: the highest score of each item, or one for all. An item of more than one point counts as won from half of its
            points on (``ItemDif.cut``); in the matching score it keeps its points.
        matching: by the score of all items, or only of the others. Of two people with the same rest score the one of the abler group
            is still the abler, so that where the groups differ, matching by the rest finds differences that are none (Holland &
            Thayer 1988, Zwick 1990): with a gap of one standard deviation in most of ten blameless items.
        fewest_in_group: people in the smaller group below which nothing is said.
        fewest_people: the same for both together.

    Raises:
        ValueError: see ``score_matrix``; when ``focal`` has not one value a person.
    """
    matrix, tops = score_matrix(scores, highest)
    group = np.asarray(focal, dtype=bool)
    if group.shape != matrix.shape[:1]:
        raise ValueError("one group a person is needed")
    complete = (matrix != MISSING).all(axis=1)
    matrix, group = matrix[complete], group[complete]
    cuts = [int(top + 1) // 2 for top in tops]
    members = int(group.sum()), int((~group).sum())
    if len(tops) < 2:
        return tuple(_withheld("few_items", cut) for cut in cuts)
    if min(members) < max(fewest_in_group, 1) or sum(members) < fewest_people:
        return tuple(_withheld("few_people", cut) for cut in cuts)
    total = matrix.sum(axis=1)
    return tuple(
        _compare(matrix[:, item] >= cut, group, total - matrix[:, item] if matching == "rest" else total, cut)
        for item, cut in enumerate(cuts)
    )


def _withheld(reason: Reason, cut: int, matched: int = 0) -> ItemDif:
    return ItemDif(withheld(reason), None, None, None, cut, matched)


def _compare(won: Bools, focal: Bools, score: Ints, cut: int) -> ItemDif:
    strata = _stratify(won, focal, score)
    of_focal, of_all = float((strata.focal_won + strata.focal_lost).sum()), float(strata.size.sum())
    fewest = FEWEST_MATCHED * np.array([focal.sum(), (~focal).sum()])
    with_, against = strata.reference_won * strata.focal_lost, strata.reference_lost * strata.focal_won
    if of_focal < fewest[0] or of_all - of_focal < fewest[1] or not with_.any() or not against.any():
        return _withheld("few_matched", cut, int(of_all))
    odds_ratio = float((with_ / strata.size).sum() / (against / strata.size).sum())
    difference, error = DELTA * math.log(odds_ratio), abs(DELTA) * math.sqrt(_log_odds_variance(strata))
    p_value = _p_value(strata)
    return ItemDif(
        difference=Estimate(difference, difference - Z * error, difference + Z * error),
        odds_ratio=odds_ratio,
        p_value=p_value,
        category=_category(difference, error, p_value),
        cut=cut,
        matched=int(of_all),
    )


def _stratify(won: Bools, focal: Bools, score: Ints) -> _Strata:
    def count(who: Bools) -> Floats:
        return np.bincount(score[who], minlength=int(score.max()) + 1).astype(np.float64)

    cells = [count(~focal & won), count(~focal & ~won), count(focal & won), count(focal & ~won)]
    informative = (
        (cells[0] + cells[1] > 0) & (cells[2] + cells[3] > 0) & (cells[0] + cells[2] > 0) & (cells[1] + cells[3] > 0)
    )
    return _Strata(*(cell[informative] for cell in cells))


def _log_odds_variance(strata: _Strata) -> float:
    """Return the variance of the logarithm of the common odds ratio (Robins, Breslow & Greenland 1986)."""
    size = strata.size
    with_ = strata.reference_won * strata.focal_lost / size
    against = strata.reference_lost * strata.focal_won / size
    same = (strata.reference_won + strata.focal_lost) / size
    other = 1 - same
    all_with, all_against = with_.sum(), against.sum()
    return float(
        (same * with_).sum() / (2 * all_with**2)
        + (same * against + other * with_).sum() / (2 * all_with * all_against)
        + (other * against).sum() / (2 * all_against**2)
    )


def _p_value(strata: _Strata) -> float:
    """Return P(χ² ≥ (|ΣA − ΣE(A)| − ½)² / ΣVar(A)), one degree of freedom (Holland & Thayer 1988)."""
    size = strata.size
    reference, won = strata.reference_won + strata.reference_lost, strata.reference_won + strata.focal_won
    expected = reference * won / size
    variance = reference * (size - reference) * won * (size - won) / (size**2 * (size - 1))
    surplus = max(abs(float((strata.reference_won - expected).sum())) - 0.5, 0.0)
    return math.erfc(surplus / math.sqrt(2 * float(variance.sum())))


def _category(difference: float, error: float, p_value: float) -> Category:
    size = abs(difference)
    if p_value >= 0.05 or size < SLIGHT:
        return "A"
    return "C" if size >= LARGE and size - _Z_ONE_SIDED * error > SLIGHT else "B"
