"""What a measurement says: a number with its interval, or nothing and the reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

CONFIDENCE = 0.95
"""Coverage of every interval of this package."""

Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
"""Quantile of the normal distribution that belongs to it, 1.96."""

Reason = Literal[
    "few_people",
    "few_items",
    "few_units",
    "few_matched",
    "no_variance",
    "alpha_not_positive",
    "all_right",
    "all_wrong",
    "flat",
    "no_common_trait",
    "not_identified",
]
"""Why a number is withheld.

``few_people``, ``few_items``, ``few_units``: less than the named constant of the function asks for. ``few_matched``: too few
people of both groups share a score. ``no_variance``: everybody has the same score. ``alpha_not_positive``: the items do not
hang together. ``all_right``, ``all_wrong``: an item that tells nobody apart. ``flat``: an item whose discrimination cannot be
told from none, so that it has no place on the scale. ``no_common_trait``: all items are so. ``not_identified``: the data do
not determine the parameters.
"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval, or neither and the reason.

    Attributes:
        value: the estimate; ``None`` when the data are too thin to say.
        low: lower end of the interval of coverage ``CONFIDENCE``; ``None`` without a value.
        high: its upper end.
        reason: why there is no value; ``None`` when there is one.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Thin:
    """A whole analysis that the data are too thin for, and why."""

    reason: Reason


def withheld(reason: Reason) -> Estimate:
    """Return the estimate that says nothing but why."""
    return Estimate(None, reason=reason)


def share_interval(share: float, count: int) -> tuple[float, float]:
    """Return the interval of a share of ``count`` (Wilson 1927); from 0 to 1 of nothing.

    Formula: (p + z²/2n ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n).

    >>> low, high = share_interval(0.5, 100)
    >>> round(low, 3), round(high, 3)
    (0.404, 0.596)
    """
    if not count:
        return 0.0, 1.0
    spread = Z * math.sqrt(max(share * (1 - share), 0) / count + Z**2 / (4 * count**2))
    middle, scale = share + Z**2 / (2 * count), 1 + Z**2 / count
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


def share_difference(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float, float]:
    """Return how far the second of two shares, each as (how many, of how many), lies above the first, with its interval.

    Newcombe's method 10 (Statistics in Medicine 17, 1998, pages 873–890), from the intervals l–u of the two shares p:
    d − √((p₂−l₂)² + (u₁−p₁)²) to d + √((u₂−p₂)² + (p₁−l₁)²).

    >>> [round(value, 4) for value in share_difference((48, 80), (56, 70))]
    [0.2, 0.0524, 0.3339]
    """
    shares = [count / of if of else 0.0 for count, of in (first, second)]
    (low_1, high_1), (low_2, high_2) = (
        share_interval(share, of) for share, (_, of) in zip(shares, (first, second), strict=True)
    )
    value = shares[1] - shares[0]
    below = math.hypot(shares[1] - low_2, high_1 - shares[0])
    above = math.hypot(high_2 - shares[1], shares[0] - low_1)
    return value, value - below, value + above
