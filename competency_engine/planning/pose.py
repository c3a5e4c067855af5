"""One person's assessment, a policy and dates → a PlanningProblem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, product
from operator import or_

from competency_engine.assessment.gaps import Assessment, Gap
from competency_engine.domain.curriculum import Mode
from competency_engine.domain.entity import HIGHEST_LEVEL, ModuleId, UnitId, quarters
from competency_engine.domain.library import Library
from competency_engine.domain.policy import FewAbsences, OnlineShare, SoftPrerequisites, TeachingForm
from competency_engine.planning.problem import Catalogue, FactKey, Goal, Period, PlanningProblem, Preference, bits


@dataclass(frozen=True, slots=True)
class Horizon:
    """When a plan runs: its first month, how many months, and the hours of a calendar year (None = the policy's)."""

    year: int
    month: int
    months: int
    hours_per_year: float | None = None

    def label(self, period: int) -> str:
        """Return the month of ``period`` (from 0) as ``2027-01``."""
        index = self.year * 12 + self.month - 1 + period
        return f"{index // 12}-{index % 12 + 1:02d}"

    def period_of(self, date: dt.date) -> int:
        """Return the period in which ``date`` lies; negative before the horizon."""
        return (date.year - self.year) * 12 + date.month - self.month

    def period_of_month(self, month: str) -> int:
        """Return the period of a month such as ``2027-01``; negative before the horizon."""
        return self.period_of(dt.date.fromisoformat(f"{month}-01"))

    def periods(self) -> tuple[Period, ...]:
        """Return the months of the horizon."""
        return tuple(
            Period((self.month - 1 + offset) % 12, (self.month - 1 + offset) // 12) for offset in range(self.months)
        )


@dataclass(frozen=True, eq=False)
class _Frame:
    """What posing a problem looks up, the same for everyone.

    Attributes:
        fact: number of each fact.
        held: what a level of each unit means, as facts, from level 0 on: held by assumption, and assessed.
        module: index of each module.
        counted: modules whose hours count against the budget.
        tier: number of the tier of each unit.
        urgency: factor of each kind of gap.
        unsuited: modules that bring a unit in a form that does not suit a kind of gap, by unit and kind.
        shared: the preferences that are the same for everyone, by name.
    """

    fact: dict[FactKey, int]
    held: dict[tuple[UnitId, bool], list[int]]
    module: dict[ModuleId, int]
    counted: int
    tier: dict[UnitId, int]
    urgency: dict[str, int]
    unsuited: dict[tuple[UnitId, str], int]
    shared: dict[str, Preference]


@lru_cache(maxsize=4)
def _frame(library: Library, catalogue: Catalogue) -> _Frame:
    policy = library.policy
    tiers = [tier.id for tier in library.model.tiers]
    unsuited: dict[tuple[UnitId, str], int] = {}
    for index, module_id in enumerate(catalogue.module_ids):
        module = library.modules[module_id]
        for unit, rule in product(module.brings, policy.gap_kinds):
            if module.form not in rule.forms:
                unsuited[unit, rule.kind] = unsuited.get((unit, rule.kind), 0) | 1 << index
    fact = {key: index for index, key in enumerate(catalogue.facts)}
    return _Frame(
        fact=fact,
        held={
            (unit, assumed): _facts_of_levels(unit, ("unit",) if assumed else ("unit", "assessed"), fact)
            for unit in library.units
            for assumed in (True, False)
        },
        module={module_id: index for index, module_id in enumerate(catalogue.module_ids)},
        counted=_of_modes(policy.budget.counts, library, catalogue),
        tier={unit: tiers.index(library.tier_of(unit)) for unit in library.units},
        urgency={rule.kind: rule.urgency for rule in policy.gap_kinds},
        unsuited=unsuited,
        shared={
            preference.prefer: _shared_preference(preference, library, catalogue)
            for preference in policy.preferences
            if not isinstance(preference, TeachingForm)
        },
    )


def pose_problem(assessment: Assessment, library: Library, catalogue: Catalogue, horizon: Horizon) -> PlanningProblem:
    """Return the problem of planning for one person over ``horizon``."""
    policy = library.policy
    frame = _frame(library, catalogue)
    periods = horizon.periods()
    away = sum(1 << period for period in range(horizon.months) if horizon.label(period) in assessment.person.away)
    per_period = quarters(policy.hours_per_month)
    fixed = _fixed(assessment, catalogue, frame, horizon, per_period, away)
    begun = sum(1 << module for module, _ in fixed)
    catalogue = _with_begun(catalogue, begun) if begun else catalogue
    completed = sum(1 << frame.module[module] for module in assessment.completed if module in frame.module)
    return PlanningProblem(
        catalogue=catalogue,
        start=_start(assessment, catalogue, frame),
        available=_offered(catalogue, periods, per_period, away) & ~completed | begun,
        completed=completed,
        goals=tuple(
            sorted(
                (
                    _goal(
                        gap,
                        level,
                        policy.problem_pull if gap.unit in assessment.reported else 1,
                        library,
                        horizon,
                        frame,
                    )
                    for gap in assessment.gaps
                    for level in range(gap.held + 1, gap.required.level + 1)
                    if ("unit", gap.unit, level) in frame.fact
                ),
                key=lambda goal: goal.fact,
            )
        ),
        tiers=tuple(tier.id for tier in library.model.tiers),
        counted=frame.counted,
        budgets=_budgets(
            assessment, library, horizon, [entry for entry in fixed if frame.counted >> entry[0] & 1], catalogue
        ),
        periods=periods,
        hours_per_period=per_period,
        longest_interval=policy.longest_interval_months,
        preferences=tuple(
            frame.shared.get(preference.prefer) or _teaching_form(assessment, frame)
            for preference in policy.preferences
        ),
        strict=policy.prerequisites_by == "earlier_month",
        least_hours_per_period=quarters(policy.least_hours_per_month),
        least_modules_per_period=policy.least_modules_per_month,
        most_modules_per_period=policy.most_modules_per_month,
        away=away,
        fixed=fixed,
    )


def _fixed(
    assessment: Assessment, catalogue: Catalogue, frame: _Frame, horizon: Horizon, per_period: int, away: int
) -> tuple[tuple[int, int | None], ...]:
    """Return the modules under way with their months.

    Those begun before the horizon go on within it, in any month (None); one that is longer than a month holds, in the
    first month that the person is not away.
    """
    first_open = next((period for period in range(horizon.months) if not away >> period & 1), 0)
    fixed: list[tuple[int, int | None]] = []
    for module, month in sorted((frame.module[module_id], month) for module_id, month in assessment.begun.items()):
        period = horizon.period_of(month)
        if period < 0:
            fixed.append((module, None if catalogue.hours[module] <= per_period else first_open))
        elif period < horizon.months:
            fixed.append((module, period))
    return tuple(fixed)


def _with_begun(catalogue: Catalogue, begun: int) -> Catalogue:
    """Return ``catalogue`` as it is for someone in the middle of ``begun``.

    Like a completed module, one that is begun asks for no prerequisite, partner, offer or interval any more, and
    satisfies its partners; its hours and what it brings still lie ahead.
    """
    of_module = range(len(catalogue.module_ids))
    return replace(
        catalogue,
        needs=tuple(0 if begun >> m & 1 else catalogue.needs[m] for m in of_module),
        partners=tuple(
            0 if begun >> m & 1 or catalogue.partners[m] & begun else catalogue.partners[m] for m in of_module
        ),
        months=tuple(0xFFF if begun >> m & 1 else catalogue.months[m] for m in of_module),
        topics=tuple(topic & ~begun for topic in catalogue.topics),
    )


def _budgets(
    assessment: Assessment,
    library: Library,
    horizon: Horizon,
    fixed: list[tuple[int, int | None]],
    catalogue: Catalogue,
) -> tuple[int, ...]:
    """Return what each calendar year has left after the hours credited; never less than the hours of ``fixed``."""
    per_year = horizon.hours_per_year if horizon.hours_per_year is not None else library.policy.budget.hours_per_year
    periods = horizon.periods()
    due = [0] * (periods[-1].year + 1)
    for module, period in fixed:
        due[periods[period or 0].year] += catalogue.hours[module]
    credited = (quarters(assessment.credited.get(horizon.year + year, 0)) for year in range(len(due)))
    return tuple(max(hours, quarters(per_year) - used) for hours, used in zip(due, credited, strict=True))


def _start(assessment: Assessment, catalogue: Catalogue, frame: _Frame) -> int:
    true: list[FactKey] = [("module", module) for module in assessment.completed]
    true += [("urgent", skill) for skill in assessment.urgent_skills]
    facts = sum({1 << frame.fact[key] for key in true if key in frame.fact})
    for unit, held in assessment.held.items():
        facts |= frame.held[unit, held.assumed][held.level]
    return catalogue.close_gates(facts)


def _facts_of_levels(unit: UnitId, kinds: tuple[str, ...], fact: Mapping[FactKey, int]) -> list[int]:
    """Return for each level, from 0 on, the facts of ``kinds`` that hold of whoever holds ``unit`` at it."""
    keys: list[list[FactKey]] = [[(kind, unit, level) for kind in kinds] for level in range(HIGHEST_LEVEL + 1)]
    masks = (sum(1 << fact[key] for key in of_level if key in fact) for of_level in keys)
    return list(accumulate(masks, or_))


@lru_cache(maxsize=64)
def _offered(catalogue: Catalogue, periods: tuple[Period, ...], per_period: int, away: int) -> int:
    """Return the modules that fit into a month and run in one of ``periods``."""
    open_months = 0
    for index, period in enumerate(periods):
        open_months |= (~away >> index & 1) << period.month
    return sum(
        1 << module
        for module, months in enumerate(catalogue.months)
        if catalogue.hours[module] <= per_period and months & open_months
    )


def _goal(gap: Gap, level: int, pull: int, library: Library, horizon: Horizon, frame: _Frame) -> Goal:
    deadline = None
    if gap.required.deadline is not None and level <= gap.required.mandatory:
        period = horizon.period_of(gap.required.deadline)
        deadline = period if period < horizon.months else None
    return Goal(
        fact=frame.fact["unit", gap.unit, level],
        weight=library.units[gap.unit].weight * frame.urgency[gap.kind] * pull,
        tier=frame.tier[gap.unit],
        mandatory=level <= gap.required.mandatory,
        deadline=deadline,
    )


def _of_modes(modes: tuple[Mode, ...], library: Library, catalogue: Catalogue) -> int:
    return sum(
        1 << index for index, module_id in enumerate(catalogue.module_ids) if library.modules[module_id].mode in modes
    )


def _teaching_form(assessment: Assessment, frame: _Frame) -> Preference:
    """Return the preference for modules whose form suits the kind of each gap that they bear on."""
    unsuited = 0
    for gap in assessment.gaps:
        unsuited |= frame.unsuited.get((gap.unit, gap.kind), 0)
    return Preference("teaching_form", module_costs=tuple((module, 1) for module in bits(unsuited)))


def _shared_preference(
    preference: SoftPrerequisites | FewAbsences | OnlineShare, library: Library, catalogue: Catalogue
) -> Preference:
    if isinstance(preference, SoftPrerequisites):
        pairs = tuple((index, fact) for index, facts in enumerate(catalogue.recommended) for fact in facts)
        return Preference(preference.prefer, unmet_costs=pairs)
    if isinstance(preference, FewAbsences):
        absent = _of_modes(preference.modes, library, catalogue)
        return Preference(preference.prefer, module_costs=tuple((index, 1) for index in bits(absent)))
    online = _of_modes(("online",), library, catalogue)
    excess = tuple(
        (index, hours * ((100 if online >> index & 1 else 0) - preference.percent))
        for index, hours in enumerate(catalogue.hours)
    )
    return Preference(preference.prefer, module_costs=excess, allowance=0)
