"""What a population lacks and what its best plans take, summed person by person in memory that does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple

from competency_engine.audit.outline import Outline
from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.entity import UnitId
from competency_engine.domain.people import Dossier
from competency_engine.measurement.estimate import Z

GROUPINGS = ("role", "community_type", "district", "street")
"""By what people are grouped; a community of several types counts in each, the others divide the population."""
MEASURES = ("gap_levels", "open_levels", "hours", "waiting")
"""Of each person: missing levels, those that stay open, hours of the plan, mean months until a closed level is reached."""
SMALLEST_CELL = 5
"""Groups of fewer people are not shown (k-anonymity)."""
Group = tuple[str, str]


class Interval(NamedTuple):
    """A mean with its 95 % interval, and how many people it is of."""

    people: int
    mean: float
    low: float
    high: float


@dataclass(slots=True)
class Sums:
    """Count, sum and sum of squares of a measure."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """Add one value."""
        self.count += 1
        self.total += value
        self.squares += value * value

    def merge(self, other: Sums) -> None:
        """Add what ``other`` has summed."""
        self.count += other.count
        self.total += other.total
        self.squares += other.squares

    def minus(self, other: Sums) -> Sums:
        """Return the sums of all but ``other``, a part of these."""
        return Sums(self.count - other.count, self.total - other.total, self.squares - other.squares)

    @property
    def mean(self) -> float:
        """The mean; 0 of nothing."""
        return self.total / self.count if self.count else 0.0

    @property
    def error(self) -> float:
        """Standard error of the mean; 0 where fewer than two values are."""
        if self.count < 2:
            return 0.0
        variance = max(0.0, self.squares - self.total * self.mean) / (self.count - 1)
        return sqrt(variance / self.count)

    def interval(self) -> Interval:
        """Return the mean with its normal 95 % interval."""
        half = Z * self.error
        return Interval(self.count, self.mean, self.mean - half, self.mean + half)


@dataclass
class Tally:
    """What was counted of everyone so far; two tallies add up to that of both populations.

    Attributes:
        people: how many.
        responded: how many answered a needs survey, have scores, or have settled levels, by ``survey``, ``scores``, ``settled``.
        goals: people who lack each (unit, level).
        open: people of whom it stays open, by (unit, level, cause).
        gaps: people with a gap, by (unit, kind).
        assumed: people whose gap in the unit rests on no evidence.
        gaps_of: people with a gap in the unit, by (grouping, group, unit).
        taken: people whose plan takes each module.
        months: people who take it in each month, by (module, month).
        unserved: people with a level that stays open, by cause.
        measures: by (grouping, group) and measure; the whole population is the group of the grouping "all".
        left_out: of each person who is not counted because the verifier refused our plan, what it said.
    """

    people: int = 0
    responded: Counter[str] = field(default_factory=Counter)
    goals: Counter[tuple[UnitId, int]] = field(default_factory=Counter)
    open: Counter[tuple[UnitId, int, str]] = field(default_factory=Counter)
    gaps: Counter[tuple[UnitId, str]] = field(default_factory=Counter)
    assumed: Counter[UnitId] = field(default_factory=Counter)
    gaps_of: Counter[tuple[str, str, UnitId]] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    unserved: Counter[str] = field(default_factory=Counter)
    measures: dict[Group, dict[str, Sums]] = field(default_factory=dict)
    left_out: list[Diagnostic] = field(default_factory=list)

    def add(self, dossier: Dossier, plan: Outline) -> None:
        """Count one person with the person's best plan."""
        self.people += 1
        heard = (("survey", dossier.surveys), ("scores", dossier.sittings), ("settled", dossier.evidence))
        self.responded.update(name for name, records in heard if records)
        groups = groups_of(dossier, plan)
        for gap in plan.gaps:
            self.goals.update((gap.unit, level) for level in range(gap.held + 1, gap.required.level + 1))
            self.gaps[gap.unit, gap.kind] += 1
            self.assumed[gap.unit] += gap.assumed
            self.gaps_of.update((*group, gap.unit) for group in groups)
        self.open.update(plan.open_goals)
        self.unserved.update({cause for _, _, cause in plan.open_goals})
        self.taken.update(module for module, _ in plan.months)
        self.months.update(plan.months)
        values = measures_of(plan)
        for group in (("all", ""), *groups):
            of_group = self.measures.setdefault(group, {name: Sums() for name in MEASURES})
            for name, value in values.items():
                of_group[name].add(value)

    def merge(self, other: Tally) -> None:
        """Add what ``other`` has counted."""
        self.people += other.people
        self.left_out += other.left_out
        for name in ("responded", "goals", "open", "gaps", "assumed", "gaps_of", "taken", "months", "unserved"):
            getattr(self, name).update(getattr(other, name))
        for group, measures in other.measures.items():
            mine = self.measures.setdefault(group, {name: Sums() for name in MEASURES})
            for name, sums in measures.items():
                mine[name].merge(sums)

    def weights(self, smallest: int) -> dict[tuple[UnitId, int], float]:
        """Return the share of each missing level in all that are missing; levels that fewer than ``smallest`` people lack have none."""
        goals = {goal: count for goal, count in self.goals.items() if count >= smallest}
        total = sum(goals.values())
        return {goal: count / total for goal, count in goals.items()}


def groups_of(dossier: Dossier, plan: Outline) -> tuple[Group, ...]:
    """Return the groups that a person belongs to, as (grouping, group); what is not stated gives none."""
    community = dossier.community
    places = (("district", community.district), ("street", community.street))
    return (
        ("role", plan.role),
        *(("community_type", type_) for type_ in community.types),
        *((grouping, place) for grouping, place in places if place is not None),
    )


def measures_of(plan: Outline) -> dict[str, float]:
    """Return the measures of one person; the wait is left out where the plan closes nothing."""
    values = {
        "gap_levels": float(sum(gap.required.level - gap.held for gap in plan.gaps)),
        "open_levels": float(len(plan.open_goals)),
        "hours": plan.quarter_hours / 4,
    }
    if plan.waits:
        values["waiting"] = sum(plan.waits) / len(plan.waits)
    return values


class Difference(NamedTuple):
    """How far one mean or share lies above another, with a 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def difference(group: Sums, everyone: Sums) -> Difference | None:
    """Return the difference between ``group`` and the rest of ``everyone``; None where either has fewer than two people."""
    return apart(group, everyone.minus(group))


def apart(one: Sums, other: Sums) -> Difference | None:
    """Return how far the mean of ``one`` lies above that of ``other`` (Welch); None where either has fewer than two people."""
    if one.count < 2 or other.count < 2:
        return None
    value = one.mean - other.mean
    half = Z * sqrt(one.error**2 + other.error**2)
    return Difference(value, value - half, value + half)


def shown_groups(sizes: Iterable[tuple[str, int]], smallest: int, *, divides: bool) -> frozenset[str]:
    """Return the groups that may be shown: those of at least ``smallest`` people.

    Where groups divide the population and just one is too small, the next larger one is kept back too: what is left of the
    whole would give the small one away.

    >>> sorted(shown_groups([("a", 9), ("b", 4), ("c", 7)], 5, divides=True))
    ['a']
    """
    ordered = sorted(sizes, key=lambda entry: (entry[1], entry[0]))
    small = [name for name, size in ordered if size < smallest]
    if divides and len(small) == 1 and len(ordered) > 1:
        small.append(ordered[1][0])
    return frozenset(name for name, _ in ordered) - frozenset(small)
