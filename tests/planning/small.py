"""Planning problems small enough to solve in the head, written by name.

A fact is a unit and a level: ``A2`` is unit A at level 2 (a module that adds A2 adds A1 too). Hours are whole credit
hours here, although the problem counts quarters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from competency_engine.domain.entity import ModuleId
from competency_engine.planning.problem import (
    Catalogue,
    FactKey,
    Gate,
    Goal,
    Period,
    PlanningProblem,
    Preference,
    Solution,
    StageResult,
)


@dataclass(frozen=True)
class Course:
    """A module: what it needs and adds by fact name, with whom it pairs, in which months (1–12) it runs."""

    hours: int = 1
    needs: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    months: tuple[int, ...] = tuple(range(1, 13))
    topic: str | None = None
    phase: int = 0


@dataclass(frozen=True)
class Wish:
    """A goal by fact name."""

    fact: str
    weight: int = 1
    tier: int = 0
    mandatory: bool = False
    deadline: int | None = None


@dataclass(frozen=True)
class World:
    """A problem with its names."""

    problem: PlanningProblem
    module: dict[str, int]
    fact: dict[str, int]

    def mask(self, *names: str) -> int:
        """Return the modules ``names`` as a mask."""
        return sum(1 << self.module[name] for name in names)

    def names(self, mask: int) -> set[str]:
        """Return the names in a module mask."""
        return {name for name, index in self.module.items() if mask >> index & 1}

    def solution(self, *steps: tuple[str, int], stages: Sequence[StageResult] = ()) -> Solution:
        """Return a solution of (module, period) steps."""
        return Solution(tuple((self.module[name], period) for name, period in steps), tuple(stages))


@dataclass
class _Facts:
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))


def _levels(name: str) -> tuple[str, ...]:
    if name[-1:].isdigit() and name[:1].isupper():
        return tuple(f"{name[:-1]}{level}" for level in range(1, int(name[-1]) + 1))
    return (name,)


def make_world(
    courses: Mapping[str, Course],
    goals: Sequence[Wish] = (),
    *,
    start: Sequence[str] = (),
    gates: Mapping[str, tuple[int, tuple[str, ...]]] | None = None,
    completed: Sequence[str] = (),
    budget: int | tuple[int, ...] = 100,
    uncounted: Sequence[str] = (),
    months: int = 4,
    first_month: int = 1,
    cap: int = 50,
    interval: int = 11,
    tiers: Sequence[str] = ("first", "second"),
    preferences: Sequence[Preference] = (),
    strict: bool = False,
    least: int = 0,
    fewest: int = 0,
    most: int | None = None,
    away: Sequence[int] = (),
    fixed: Mapping[str, int | None] | None = None,
    earlier: Mapping[str, int | None] | None = None,
) -> World:
    """Return the problem of planning ``goals`` over ``months`` from January on.

    A month holds between ``least`` and ``cap`` hours, and between ``fewest`` and ``most`` modules; ``away``, ``fixed``
    and ``earlier`` name months from 0 on.
    """
    facts = _Facts()
    names = sorted(courses)
    index = {name: position for position, name in enumerate(names)}
    for course in courses.values():
        for name in (*course.needs, *(level for added in course.adds for level in _levels(added))):
            facts.number(name)
    for wish in goals:
        facts.number(wish.fact)
    made = tuple(
        Gate(facts.number(name), at_least, sum(1 << facts.number(child) for child in children))
        for name, (at_least, children) in (gates or {}).items()
    )
    group: dict[str, int] = {}
    for name, course in courses.items():
        if course.topic is not None:
            group[course.topic] = group.get(course.topic, 0) | 1 << index[name]
    held = sum({1 << facts.number(level) for name in start for level in _levels(name)})
    done = sum(1 << index[name] for name in completed)
    keys: list[FactKey] = [
        ("unit", name[:-1], int(name[-1])) if name[-1:].isdigit() else ("gate", name) for name in facts.numbers
    ]
    catalogue = Catalogue(
        module_ids=tuple(ModuleId(name) for name in names),
        hours=tuple(courses[name].hours * 4 for name in names),
        facts=tuple(keys),
        needs=tuple(sum({1 << facts.number(need) for need in courses[name].needs}) for name in names),
        adds=tuple(
            sum({1 << facts.number(level) for added in courses[name].adds for level in _levels(added)})
            for name in names
        ),
        gates=made,
        partners=tuple(sum(1 << index[other] for other in courses[name].pairs) for name in names),
        topics=tuple(group[topic] for topic in sorted(group)),
        phases=tuple(courses[name].phase for name in names),
        months=tuple(sum(1 << month - 1 for month in courses[name].months) for name in names),
        recommended=((),) * len(names),
    )
    offsets = [first_month - 1 + offset for offset in range(months)]
    problem = PlanningProblem(
        catalogue=catalogue,
        start=catalogue.close_gates(held),
        available=sum(
            1 << index[name]
            for name in names
            if name not in completed and any((offset % 12) + 1 in courses[name].months for offset in offsets)
        ),
        completed=done,
        goals=tuple(
            sorted(
                (Goal(facts.number(g.fact), g.weight, g.tier, g.mandatory, g.deadline) for g in goals),
                key=lambda goal: goal.fact,
            )
        ),
        tiers=tuple(tiers),
        counted=sum(1 << index[name] for name in names if name not in uncounted),
        budgets=tuple(4 * hours for hours in ((budget,) if isinstance(budget, int) else budget)),
        periods=tuple(Period(offset % 12, offset // 12) for offset in offsets),
        hours_per_period=cap * 4,
        longest_interval=interval,
        preferences=tuple(preferences),
        strict=strict,
        least_hours_per_period=least * 4,
        least_modules_per_period=fewest,
        most_modules_per_period=most,
        away=sum(1 << period for period in away),
        fixed=tuple(sorted((index[name], period) for name, period in (fixed or {}).items())),
        earlier=tuple(sorted((index[name], period) for name, period in (earlier or {}).items())),
    )
    return World(problem, index, dict(facts.numbers))
