"""What single changes do to everybody's best plans: the sums, and which of them close most gap hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from competency_engine.assessment.gaps import Assessment
from competency_engine.audit.candidates import Candidate, RaiseBudget
from competency_engine.audit.plan_changes import ChangeTally, Goal, Outcome, PlanChange
from competency_engine.domain.library import Library


@dataclass
class RankTally:
    """What was counted of everyone so far; two tallies add up to that of both.

    Attributes:
        people: how many.
        solved: plans that were made.
        lacking: people whose best plan leaves a level open.
        open: people whose best plan leaves each level open.
        changes: by the place of each change that makes a difference, what it does.
    """

    people: int = 0
    solved: int = 0
    lacking: int = 0
    open: Counter[Goal] = field(default_factory=Counter)
    changes: dict[int, ChangeTally] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Count one person's best plan as things are."""
        self.people += 1
        self.lacking += outcome.goals != outcome.closed
        self.open.update(outcome.goals - outcome.closed)

    def add_change(self, candidate: int, assessment: Assessment, old: Outcome, new: Outcome) -> None:
        """Count what one change does to one person's plan."""
        if old != new:
            change = PlanChange(assessment.person.id, old, new, ())
            self.changes.setdefault(candidate, ChangeTally()).add(change)

    def merge(self, other: RankTally) -> None:
        """Add what ``other`` has counted."""
        self.people += other.people
        self.solved += other.solved
        self.lacking += other.lacking
        self.open.update(other.open)
        for candidate, tally in other.changes.items():
            self.changes.setdefault(candidate, ChangeTally()).merge(tally)


class Ranked(NamedTuple):
    """One change with what it does to everybody's best plans.

    Attributes:
        candidate: the change.
        tally: what becomes of the plans, as `whatif` counts it.
        gap_hours: Σ over levels of (people whose plan newly closes it − people whose plan closes it no more) × what it weighs in hours.
        levels: the same without hours.
        weight: the same with the weight of the unit in the place of hours.
    """

    candidate: Candidate
    tally: ChangeTally
    gap_hours: float
    levels: int
    weight: int


def rank_changes(
    tally: RankTally, candidates: Sequence[Candidate], hours: Mapping[Goal, float], library: Library
) -> tuple[Ranked, ...]:
    """Return the changes that close gap hours, most first; of equal ones that of more levels, then of fewer hours, then the earlier.

    The yardstick is not among them.

    Args:
        tally: of everyone.
        candidates: all changes that were tried.
        hours: what each level weighs.
        library: as things are.
    """
    found = [
        ranked_change(candidates[index], of_change, hours, library)
        for index, of_change in sorted(tally.changes.items())
        if not isinstance(candidates[index], RaiseBudget)
    ]
    closing = [ranked for ranked in found if ranked.gap_hours > 0]
    return tuple(sorted(closing, key=lambda one: (-one.gap_hours, -one.levels, _hours_more(one.tally))))


def ranked_change(candidate: Candidate, tally: ChangeTally, hours: Mapping[Goal, float], library: Library) -> Ranked:
    """Return ``candidate`` with what it comes to."""
    net = {goal: tally.gained[goal] - tally.lost[goal] for goal in {*tally.gained, *tally.lost}}
    return Ranked(
        candidate,
        tally,
        sum(people * hours[goal] for goal, people in net.items()),
        sum(net.values()),
        sum(people * library.units[goal[0]].weight for goal, people in net.items()),
    )


def _hours_more(tally: ChangeTally) -> float:
    return tally.hours_gained - tally.hours_lost
