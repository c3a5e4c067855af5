"""The rules of a study plan, read from the documents a second time; see the package's docstring for why.

Nothing here knows a solver or the product's planning: levels are numbers in a dict, requirements are the documents'
own objects, and a plan is replayed module by module. Both exact judges and both enumerations start from a ``Case``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.curriculum import Module
from competency_engine.domain.library import Library
from competency_engine.domain.policy import FewAbsences, OnlineShare, SoftPrerequisites, TeachingForm
from competency_engine.domain.requirement import (
    AllOf,
    AnyOf,
    AtLeast,
    ModuleDone,
    Requirement,
    TopicDone,
    UnitAtLevel,
)

Earlier = Mapping[str, int | None]
NOTHING: Earlier = {}


class HorizonLike(Protocol):
    """When a plan runs; ``competency_engine.planning.pose.Horizon`` is one, but the judge need not import it."""

    @property
    def year(self) -> int:
        """Calendar year of the first month."""

    @property
    def month(self) -> int:
        """First month, 1–12."""

    @property
    def months(self) -> int:
        """How many months."""

    @property
    def hours_per_year(self) -> float | None:
        """Budget of a calendar year in credit hours; None = the policy's."""


@dataclass(frozen=True)
class Step:
    """One missing step of a unit: what closing it is worth, and the last period that is not late (None = any)."""

    unit: str
    level: int
    weight: int
    tier: str
    mandatory: bool
    last_period: int | None


@dataclass(frozen=True)
class Cost:
    """A preference: Σ ``per_module`` of the taken + Σ recommendations of the taken that do not hold in the end.

    ``at_least_zero`` cuts a negative sum off at 0.
    """

    name: str
    per_module: Mapping[str, int]
    recommendations: Mapping[str, tuple[Requirement, ...]]
    at_least_zero: bool = False


@dataclass(frozen=True)
class Selection:
    """The best set of modules: the value of every stage by its name, and the ids of the tie-break, sorted."""

    stages: dict[str, int]
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """A best schedule: the value of every stage by its name, and one placement that reaches them."""

    stages: dict[str, int]
    periods: dict[str, int]


def quarter_hours(hours: float) -> int:
    """Return credit hours as quarters.

    Raises:
        ValueError: when they are not a whole number of quarters.
    """
    exact = Fraction(hours) * 4
    if exact.denominator != 1:
        raise ValueError(f"{hours} is not a whole number of quarters")
    return int(exact)


@dataclass(frozen=True, eq=False)
class Case:
    """One person's planning problem, still in the words of the documents."""

    library: Library
    assessment: Assessment
    horizon: HorizonLike
    earlier: Earlier = field(default_factory=dict)
    """Modules of an earlier plan that are still wanted, with their periods; None = its month has passed."""

    @cached_property
    def begun(self) -> dict[str, int | None]:
        """Modules under way, with the period in which they are; None = begun before the first."""
        first = (self.horizon.year, self.horizon.month)
        found: dict[str, int | None] = {}
        for id_, day in self.assessment.begun.items():
            if (day.year, day.month) < first:
                open_months = (t for t in range(len(self.calendar)) if t not in self.away)
                found[id_] = None if self.hours[id_] <= self.cap_per_month else next(open_months, 0)
            elif (day.year, day.month) in self.calendar:
                found[id_] = self.calendar.index((day.year, day.month))
        return found

    @cached_property
    def away(self) -> frozenset[int]:
        """Periods in which the person is away from the post."""
        months = self.assessment.person.away
        return frozenset(t for t, (year, month) in enumerate(self.calendar) if f"{year:04d}-{month:02d}" in months)

    def partners(self, module: str) -> tuple[str, ...]:
        """Return the partners that bind ``module``: none where it, or one of them, is under way."""
        partners = self.library.modules[module].pairs_with
        return () if module in self.begun or any(partner in self.begun for partner in partners) else partners

    @cached_property
    def calendar(self) -> tuple[tuple[int, int], ...]:
        """(year, month) of each period."""
        year, month = self.horizon.year, self.horizon.month
        months = []
        for _ in range(self.horizon.months):
            months.append((year, month))
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return tuple(months)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Calendar years touched, ascending."""
        return tuple(sorted({year for year, _ in self.calendar}))

    @cached_property
    def budget_per_year(self) -> int:
        """Quarter hours of counted modes in one calendar year."""
        asked = self.horizon.hours_per_year
        return quarter_hours(self.library.policy.budget.hours_per_year if asked is None else asked)

    @cached_property
    def budgets(self) -> dict[int, int]:
        """Quarter hours that each calendar year has left; never less than what is under way in it."""
        spent = Counter[int]()
        for completion in self.assessment.person.completed:
            if completion.date <= self.assessment.as_of and completion.module in self.counted:
                spent[completion.date.year] += self.hours[completion.module]
        due = Counter[int]()
        for id_, period in self.begun.items():
            if id_ in self.counted:
                due[self.calendar[period or 0][0]] += self.hours[id_]
        return {year: max(self.budget_per_year - spent[year], due[year]) for year in self.years}

    def most_hours(self, period: int) -> int:
        """Return the most quarter hours of one period, where what is under way always fits."""
        under_way = sum(self.hours[id_] for id_, at in self.begun.items() if at == period)
        return under_way if period in self.away else max(self.cap_per_month, under_way)

    @cached_property
    def cap_per_month(self) -> int:
        """Quarter hours of all modes in one month."""
        return quarter_hours(self.library.policy.hours_per_month)

    @cached_property
    def hours(self) -> dict[str, int]:
        """Quarter hours of every module."""
        return {id_: quarter_hours(module.hours) for id_, module in self.library.modules.items()}

    @cached_property
    def counted(self) -> frozenset[str]:
        """Modules whose hours count against the budget."""
        modes = self.library.policy.budget.counts
        return frozenset(id_ for id_, module in self.library.modules.items() if module.mode in modes)

    @cached_property
    def takable(self) -> tuple[str, ...]:
        """Modules that may be taken: not completed, offered in the horizon, within a month's hours; sorted."""
        return tuple(
            sorted(
                id_
                for id_ in self.library.modules
                if id_ in self.begun
                or (id_ not in self.assessment.completed and self.hours[id_] <= self.cap_per_month and self.runs(id_))
            )
        )

    def runs(self, module: str) -> tuple[int, ...]:
        """Return the periods in which ``module`` is offered."""
        pinned = self.begun.get(module)
        if pinned is not None:
            return (pinned,)
        offered = () if module in self.begun else self.library.modules[module].offered
        return tuple(
            period
            for period, (_, month) in enumerate(self.calendar)
            if period not in self.away and (not offered or month in offered)
        )

    @cached_property
    def start_levels(self) -> dict[str, int]:
        """Level that each unit counts as at the start."""
        return {unit: held.level for unit, held in self.assessment.held.items()}

    def topic_held(self, topic: str) -> bool:
        """Return whether the topic counts as done because its unit was assessed high enough at the start."""
        held = self.assessment.held[self.library.topics[topic].unit]
        return not held.assumed and held.level >= self.library.policy.topic_done_level

    @cached_property
    def ways(self) -> dict[str, tuple[tuple[Requirement, ...], ...]]:
        """The ways into each takable module: it may be taken when every requirement of one way holds."""
        return {id_: ((),) if id_ in self.begun else self._ways(self.library.modules[id_]) for id_ in self.takable}

    def _ways(self, module: Module) -> tuple[tuple[Requirement, ...], ...]:
        named = set(_units_named(module.requires))
        below = tuple(
            UnitAtLevel(unit=unit, level=level - 1)
            for unit, level in module.brings.items()
            if level > 1 and unit not in named
        )
        usual: list[Requirement] = [*module.requires, *below]
        if module.topic is not None:
            usual += [TopicDone(topic=topic) for topic in self.library.topics[module.topic].requires]
        for unit, level in module.brings.items():
            if level >= 3:
                usual += [
                    UnitAtLevel(unit=first.unit, level=first.level) for first in self.library.units[unit].prerequisites
                ]
        urgent = [
            (*below, *step.requires)
            for pack in self.library.urgent_packs.values()
            if pack.skill in self.assessment.urgent_skills
            for step in pack.steps
            if step.module == module.id
        ]
        return (tuple(usual), *urgent)

    @cached_property
    def missing(self) -> tuple[Step, ...]:
        """Every missing step, by unit and level."""
        urgency = {rule.kind: rule.urgency for rule in self.library.policy.gap_kinds}
        steps = []
        for gap in self.assessment.gaps:
            unit = self.library.units[gap.unit]
            for level in range(gap.held + 1, gap.required.level + 1):
                steps.append(
                    Step(
                        unit=gap.unit,
                        level=level,
                        weight=unit.weight * urgency[gap.kind],
                        tier=self.library.domains[unit.domain].tier,
                        mandatory=gap.required.urgent
                        or level <= self.assessment.role.floor.get(gap.unit, 0)
                        or (level == 1 and gap.unit in self.duties),
                        last_period=self._last_period(
                            gap.required.deadline if level <= gap.required.mandatory else None
                        ),
                    )
                )
        return tuple(sorted(steps, key=lambda step: (step.unit, step.level)))

    @cached_property
    def duties(self) -> frozenset[str]:
        """Units that a training duty demands of this person."""
        role = self.assessment.role.id
        found = (duty for duty in self.library.training_duties.values() if duty.active)
        return frozenset(duty.unit for duty in found if role in (duty.roles or (role,)))

    def _last_period(self, deadline: object) -> int | None:
        if deadline is None:
            return None
        first_year, first_month = self.horizon.year, self.horizon.month
        period = 12 * (deadline.year - first_year) + (deadline.month - first_month)  # type: ignore[attr-defined]
        return period if period < self.horizon.months else None

    @cached_property
    def costs(self) -> tuple[Cost, ...]:
        """The policy's preferences in their order."""
        return tuple(self._cost(preference) for preference in self.library.policy.preferences)

    def _cost(self, preference: TeachingForm | SoftPrerequisites | FewAbsences | OnlineShare) -> Cost:
        modules = {id_: self.library.modules[id_] for id_ in self.takable}
        if isinstance(preference, TeachingForm):
            forms = {rule.kind: rule.forms for rule in self.library.policy.gap_kinds}
            kinds = {gap.unit: gap.kind for gap in self.assessment.gaps}
            unsuited = {
                id_: 1
                for id_, module in modules.items()
                if [unit for unit in module.brings if unit in kinds and module.form not in forms[kinds[unit]]]
            }
            return Cost("teaching_form", unsuited, {})
        if isinstance(preference, SoftPrerequisites):
            return Cost("soft_prerequisites", {}, {id_: self._recommended(module) for id_, module in modules.items()})
        if isinstance(preference, FewAbsences):
            return Cost(
                "few_absences", {id_: 1 for id_, module in modules.items() if module.mode in preference.modes}, {}
            )
        share = {
            id_: self.hours[id_] * (100 * (module.mode == "online") - preference.percent)
            for id_, module in modules.items()
        }
        return Cost("online_share", share, {}, at_least_zero=True)

    def _recommended(self, module: Module) -> tuple[Requirement, ...]:
        topics = self.library.topics[module.topic].recommends if module.topic is not None else ()
        both: Iterable[Requirement] = (*module.recommends, *(TopicDone(topic=topic) for topic in topics))
        return tuple({requirement.model_dump_json(): requirement for requirement in both}.values())

    def holds(self, requirement: Requirement, levels: Mapping[str, int], done: Collection[str]) -> bool:
        """Return whether ``requirement`` holds of someone with these ``levels`` who has ``done`` these modules."""
        if isinstance(requirement, UnitAtLevel):
            return levels[requirement.unit] >= requirement.level
        if isinstance(requirement, ModuleDone):
            return requirement.module in done
        if isinstance(requirement, TopicDone):
            paths = self.library.topics[requirement.topic].paths
            return self.topic_held(requirement.topic) or any(all(m in done for m in path) for path in paths)
        if isinstance(requirement, AllOf):
            return all(self.holds(part, levels, done) for part in requirement.all)
        if isinstance(requirement, AnyOf):
            return any(self.holds(part, levels, done) for part in requirement.any)
        assert isinstance(requirement, AtLeast)
        return sum(self.holds(part, levels, done) for part in requirement.of) >= requirement.at_least

    def replay(self, groups: Iterable[Iterable[str]]) -> tuple[dict[str, int], frozenset[str]] | None:
        """Return the levels and the modules done after each group in turn, or None if one cannot be exhausted.

        Within a group the modules may come in any order; as effects only add, taking whatever can be taken is enough.
        """
        levels, done = dict(self.start_levels), set(self.assessment.completed)
        for group in groups:
            if self._exhaust(group, levels, done):
                return None
        return levels, frozenset(done)

    def stuck(self, modules: Iterable[str]) -> set[str]:
        """Return which of ``modules`` cannot be taken although all that can be have been."""
        return self._exhaust(modules, dict(self.start_levels), set(self.assessment.completed))

    def _exhaust(self, modules: Iterable[str], levels: dict[str, int], done: set[str]) -> set[str]:
        """Take what can be taken of ``modules``, add it to ``levels`` and ``done``, and return what is left."""
        waiting = set(modules)
        while True:
            ready = {
                id_
                for id_ in waiting
                if any(all(self.holds(need, levels, done) for need in way) for way in self.ways[id_])
            }
            if not ready:
                return waiting
            for id_ in ready:
                for unit, level in self.library.modules[id_].brings.items():
                    levels[unit] = max(levels[unit], level)
            done |= ready
            waiting -= ready

    def partnered(self, modules: Collection[str]) -> bool:
        """Return whether every module with partners has one of them taken or completed."""
        there = {*modules, *self.assessment.completed}
        return all(
            not partners or any(partner in there for partner in partners)
            for partners in (self.partners(id_) for id_ in modules)
        )

    def affordable(self, modules: Collection[str]) -> bool:
        """Return whether the hours fit the budgets and the months of the horizon taken together."""
        counted = sum(self.hours[id_] for id_ in modules if id_ in self.counted)
        return counted <= sum(self.budgets.values()) and sum(self.hours[id_] for id_ in modules) <= self.room

    @cached_property
    def room(self) -> int:
        """Quarter hours of all months together."""
        return sum(self.most_hours(period) for period in range(len(self.calendar)))

    def selection_stages(self, modules: Sequence[str]) -> dict[str, int] | None:
        """Return the value of every selection stage, or None if ``modules`` is no feasible selection."""
        if not set(self.begun) <= set(modules) <= set(self.takable):
            return None
        if not (self.affordable(modules) and self.partnered(modules)):
            return None
        end = self.replay([modules])
        if end is None:
            return None
        levels, done = end
        closed = [step for step in self.missing if levels[step.unit] >= step.level]
        stages = {"mandatory": sum(step.weight for step in closed if step.mandatory)}
        for tier in self.library.model.tiers:
            stages[f"tier:{tier.id}"] = sum(step.weight for step in closed if step.tier == tier.id)
        if self.earlier:
            stages["kept"] = sum(id_ in modules for id_ in self.earlier)
        stages["hours"] = sum(self.hours[id_] for id_ in modules)
        for cost in self.costs:
            value = sum(cost.per_module.get(id_, 0) for id_ in modules) + sum(
                not self.holds(requirement, levels, done)
                for id_ in modules
                for requirement in cost.recommendations.get(id_, ())
            )
            stages[cost.name] = max(0, value) if cost.at_least_zero else value
        return stages

    def maximised(self, stage: str) -> bool:
        """Return whether more is better in this selection stage."""
        return stage in ("mandatory", "kept") or stage.startswith("tier:")

    def schedule_stages(self, periods: Mapping[str, int]) -> dict[str, int] | None:
        """Return the value of every sequence stage for modules with their periods, or None if a rule is broken."""
        if not self._placed_well(periods):
            return None
        groups = [sorted(id_ for id_, at in periods.items() if at == t) for t in range(len(self.calendar))]
        if self.replay(groups) is None or not self._in_earlier_months(groups):
            return None
        late = weighted = 0
        for step in self.missing:
            reached = [
                at for id_, at in periods.items() if self.library.modules[id_].brings.get(step.unit, 0) >= step.level
            ]
            if reached:
                weighted += step.weight * (min(reached) + 1)
                late += step.weight * (step.last_period is not None and min(reached) > step.last_period)
        loads = [sum(self.hours[id_] for id_ in group) for group in groups]
        stages = {"deadlines": late}
        if self.earlier:
            stages["moved"] = sum(at is not None and periods.get(id_, at) != at for id_, at in self.earlier.items())
        return {**stages, "goal_periods": weighted, "peak_load": max(loads, default=0)}

    def _in_earlier_months(self, groups: Sequence[Sequence[str]]) -> bool:
        """Return whether, where the policy asks so, each module's way holds before its month or with its partners."""
        if self.library.policy.prerequisites_by == "same_month":
            return True
        for at, group in enumerate(groups):
            before = self.replay(groups[:at])
            assert before is not None
            for id_ in group:
                levels, done = dict(before[0]), set(before[1])
                for partner in self.partners(id_):
                    if partner in group:
                        done.add(partner)
                        for unit, level in self.library.modules[partner].brings.items():
                            levels[unit] = max(levels[unit], level)
                if not any(all(self.holds(need, levels, done) for need in way) for way in self.ways[id_]):
                    return False
        return True

    def most_modules(self, period: int) -> int | None:
        """Return the most modules of one period; None = any number."""
        most = self.library.policy.most_modules_per_month
        under_way = sum(at == period for at in self.begun.values())
        if period in self.away:
            return under_way
        return None if most is None else max(most, under_way)

    def least(self, period: int) -> tuple[int, int]:
        """Return the fewest quarter hours and modules of one period."""
        policy = self.library.policy
        if period in self.away:
            return 0, 0
        return quarter_hours(policy.least_hours_per_month), policy.least_modules_per_month

    def within_window(self, period: int, hours: int, count: int) -> bool:
        """Return whether so many quarter hours and modules keep the least and the most of a period."""
        least, fewest = self.least(period)
        most = self.most_modules(period)
        return least <= hours <= self.most_hours(period) and fewest <= count and (most is None or count <= most)

    def _placed_well(self, periods: Mapping[str, int]) -> bool:
        modules = self.library.modules
        if not set(self.begun) <= set(periods):
            return False
        if any(at not in self.runs(id_) for id_, at in periods.items()):
            return False
        for id_, at in periods.items():
            if any(periods.get(partner, at) != at for partner in self.partners(id_)):
                return False
        by_topic: dict[str, list[int]] = {}
        for id_, at in periods.items():
            topic = modules[id_].topic
            if topic is not None and id_ not in self.begun:
                by_topic.setdefault(topic, []).append(at)
        if any(max(ats) - min(ats) > self.library.policy.longest_interval_months for ats in by_topic.values()):
            return False
        by_period = dict.fromkeys(range(len(self.calendar)), 0)
        by_year: dict[int, int] = {}
        for id_, at in periods.items():
            by_period[at] += self.hours[id_]
            year = self.calendar[at][0]
            by_year[year] = by_year.get(year, 0) + self.hours[id_] * (id_ in self.counted)
        counts = Counter(periods.values())
        return all(self.within_window(at, hours, counts[at]) for at, hours in by_period.items()) and all(
            hours <= self.budgets[year] for year, hours in by_year.items()
        )


def _units_named(requirements: Iterable[Requirement]) -> Iterable[str]:
    for requirement in requirements:
        if isinstance(requirement, UnitAtLevel):
            yield requirement.unit
        elif isinstance(requirement, AllOf):
            yield from _units_named(requirement.all)
        elif isinstance(requirement, AnyOf):
            yield from _units_named(requirement.any)
        elif isinstance(requirement, AtLeast):
            yield from _units_named(requirement.of)
