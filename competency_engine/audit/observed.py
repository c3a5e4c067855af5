"""Do the data bear the model out: prerequisites, neighbouring levels, units that move together, what is never observed.

The index of a prerequisite is Goodman and Kruskal's gamma on the two units (1954), and the share of those who hold the dependent level
although they do not hold what it needs, the violational coefficient of knowledge-space validation (Schrepp 1999) for one pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from competency_engine.domain.competency import PREREQUISITES_BIND_FROM
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.people import Dossier
from competency_engine.measurement.estimate import share_interval

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused

FEWEST = 30
"""Pairs of levels of fewer people than this are too thin to speak."""


class Requisite(NamedTuple):
    """That ``unit`` needs ``before`` at ``level`` from level 3 on."""

    unit: UnitId
    before: UnitId
    level: int


class Index(NamedTuple):
    """How the data bear a prerequisite out.

    Attributes:
        people: with a level of both units.
        holders: of these, who hold the dependent unit at level 3 or above.
        violations: of the holders, who do not hold what it needs.
        low: of the 95 % interval (Wilson) of violations among holders.
        high: likewise.
        gamma: of the levels of the two units, from −1 to 1; None where nothing can be compared.
    """

    people: int
    holders: int
    violations: int
    low: float
    high: float
    gamma: float | None


@dataclass
class Observed:
    """Levels that people are said to hold, summed; two add up to those of both populations.

    Attributes:
        joint: people by (unit, level, other unit, level), units in order of id, for pairs of one prerequisite.
        together: by (unit, other unit): n, Σx, Σy, Σxx, Σyy, Σxy of their levels.
        blur: by (unit, lower level): n and the sum of min(P(k), P(k+1)) / (P(k) + P(k+1)) of those likely at either.
        scored: how often each item or unit of each instrument was scored.
    """

    joint: Counter[tuple[UnitId, int, UnitId, int]] = field(default_factory=Counter)
    together: dict[tuple[UnitId, UnitId], list[int]] = field(default_factory=dict)
    blur: dict[tuple[UnitId, int], list[float]] = field(default_factory=dict)
    scored: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, dossier: Dossier, fused: Fused | None, pairs: Sequence[Requisite]) -> None:
        """Count one person: settled levels where there are any, else what the sources say."""
        levels = known_levels(dossier, fused)
        for pair in pairs:
            if pair.unit in levels and pair.before in levels:
                self.joint[pair.before, levels[pair.before], pair.unit, levels[pair.unit]] += 1
        self.scored.update((sitting.source, key) for sitting in dossier.sittings for key in sitting.scores)
        if fused is None:
            return
        ordered = sorted(fused.levels)
        for place, unit in enumerate(ordered):
            x = fused.levels[unit].likely
            self._add_blur(unit, x, fused.levels[unit].chances)
            for other in ordered[place + 1 :]:
                y = fused.levels[other].likely
                sums = self.together.setdefault((unit, other), [0] * 6)
                for index, value in enumerate((1, x, y, x * x, y * y, x * y)):
                    sums[index] += value

    def _add_blur(self, unit: UnitId, likely: int, chances: Sequence[float]) -> None:
        for lower in (likely - 1, likely):
            if 0 <= lower < len(chances) - 1:
                both = chances[lower] + chances[lower + 1]
                sums = self.blur.setdefault((unit, lower), [0.0, 0.0])
                sums[0] += 1
                sums[1] += min(chances[lower], chances[lower + 1]) / both

    def merge(self, other: Observed) -> None:
        """Add what ``other`` has counted."""
        self.joint.update(other.joint)
        self.scored.update(other.scored)
        for pair, counts in other.together.items():
            self.together[pair] = [a + b for a, b in zip(self.together.get(pair, [0] * 6), counts, strict=True)]
        for step, sums in other.blur.items():
            self.blur[step] = [a + b for a, b in zip(self.blur.get(step, [0.0, 0.0]), sums, strict=True)]


def known_levels(dossier: Dossier, fused: Fused | None) -> dict[UnitId, int]:
    """Return the newest settled level of each unit, else the likely one of the sources."""
    levels = {unit: level.likely for unit, level in fused.levels.items()} if fused is not None else {}
    for record in sorted(dossier.evidence, key=lambda record: record.date):
        levels[record.unit] = record.level
    return levels


def requisites_of(library: Library) -> tuple[Requisite, ...]:
    """Return the prerequisites of the model, in order of unit."""
    return tuple(
        Requisite(UnitId(unit.id), before.unit, before.level)
        for unit in library.units.values()
        for before in unit.prerequisites
    )


def index_of(pair: Requisite, observed: Observed) -> Index:
    """Return how the data bear ``pair`` out."""
    cells = {
        (before, after): n
        for (first, before, unit, after), n in observed.joint.items()
        if (first, unit) == (pair.before, pair.unit)
    }
    holders = sum(n for (_, after), n in cells.items() if after >= PREREQUISITES_BIND_FROM)
    violations = sum(
        n for (before, after), n in cells.items() if after >= PREREQUISITES_BIND_FROM and before < pair.level
    )
    low, high = share_interval(violations / holders if holders else 0, holders)
    return Index(sum(cells.values()), holders, violations, low, high, gamma(cells))


def gamma(cells: Mapping[tuple[int, int], int]) -> float | None:
    """Return Goodman and Kruskal's gamma of a table: (concordant − discordant) / (concordant + discordant) pairs.

    >>> gamma({(1, 1): 2, (2, 2): 2}), gamma({(1, 2): 1, (2, 1): 1}), gamma({(1, 1): 3})
    (1.0, -1.0, None)
    """
    agree = differ = 0
    ordered = sorted(cells.items())
    for place, ((x, y), n) in enumerate(ordered):
        for (other_x, other_y), m in ordered[place + 1 :]:
            if x != other_x and y != other_y:
                if (other_x > x) == (other_y > y):
                    agree += n * m
                else:
                    differ += n * m
    return (agree - differ) / (agree + differ) if agree + differ else None


def correlation(sums: Sequence[int]) -> float | None:
    """Return Pearson's correlation of n, Σx, Σy, Σxx, Σyy, Σxy; None where one does not vary.

    >>> correlation([3, 6, 12, 14, 56, 28])
    1.0
    """
    n, x, y, xx, yy, xy = sums
    spread = (n * xx - x * x) * (n * yy - y * y)
    return (n * xy - x * y) / sqrt(spread) if spread > 0 else None


def never_scored(observed: Observed, library: Library) -> dict[str, tuple[str, ...]]:
    """Return by instrument that was used at all the items of it that nobody was scored on."""
    used = {source for source, _ in observed.scored}
    return {
        id_: missing
        for id_, items in library.items.items()
        if id_ in used and (missing := tuple(item for item in items if not observed.scored[id_, item]))
    }
