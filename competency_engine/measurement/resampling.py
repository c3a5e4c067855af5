"""Bootstrap intervals: whole groups of observations are drawn again, with a seed and a bound on the work."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from competency_engine.measurement.estimate import CONFIDENCE, Estimate, withheld
from competency_engine.measurement.scores import Floats, Ints

FEWEST_GROUPS = 20
"""With 20 the percentile interval of a mean is a tenth shorter than it should be, with fewer still shorter (Hesterberg 2015)."""

RESAMPLES, FEWEST_RESAMPLES, MOST_DRAWS = 1000, 200, 20_000_000
"""How often is drawn: the first, unless that takes more single draws than the third; never less often than the second."""


def resample_count(groups: int) -> int:
    """Return how often so many groups are drawn again.

    >>> resample_count(100), resample_count(1_000_000)
    (1000, 200)
    """
    return max(min(RESAMPLES, MOST_DRAWS // max(groups, 1)), FEWEST_RESAMPLES)


def draw_weights(groups: int, seed: int) -> Iterator[Ints]:
    """Yield how often each group is drawn, of as many draws with replacement as there are groups (Efron 1979)."""
    generator = np.random.default_rng(seed)
    for _ in range(resample_count(groups)):
        yield np.bincount(generator.integers(groups, size=groups), minlength=groups)


def percentile_interval(values: Floats) -> tuple[float, float] | None:
    """Return the middle ``CONFIDENCE`` of ``values``, NaN left out; ``None`` when more than half are NaN.

    >>> [round(end, 6) for end in percentile_interval(np.arange(201.0))]
    [5.0, 195.0]
    """
    known = values[~np.isnan(values)]
    if 2 * len(known) <= len(values):
        return None
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def ratio_estimate(above: Floats, below: Floats, groups: npt.ArrayLike, seed: int, fewest_groups: int) -> Estimate:
    """Return Σ above / Σ below with its bootstrap interval; observations of one group are drawn together.

    ``few_units`` when fewer than ``fewest_groups`` groups have something below the line.

    >>> ratio_estimate(np.ones(2), np.full(2, 4.0), [0, 1], seed=0, fewest_groups=2)
    Estimate(value=0.25, low=0.25, high=0.25, reason=None)
    """
    told = below > 0
    names, place = np.unique(np.asarray(groups)[told], return_inverse=True)
    if len(names) < max(fewest_groups, 1):
        return withheld("few_units")
    top, bottom = np.bincount(place, above[told]), np.bincount(place, below[told])
    drawn = np.array([(weights @ top) / (weights @ bottom) for weights in draw_weights(len(names), seed)])
    interval = percentile_interval(drawn)
    return Estimate(float(top.sum() / bottom.sum()), *(interval or (None, None)))
