"""One person's assessment, a policy and dates → a PlanningProblem."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from competency_engine.assessment.gaps import Assessment, Gap
from competency_engine.domain.curriculum import Mode
from competency_engine.domain.entity import UnitId, quarters
from competency_engine.domain.library import Library
from competency_engine.domain.policy import FewAbsences, OnlineShare, SoftPrerequisites, TeachingForm
from competency_engine.planning.problem import Catalogue, Goal, Period, PlanningProblem, Preference, bits


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

    def periods(self) -> tuple[Period, ...]:
        """Return the months of the horizon."""
        return tuple(
            Period((self.month - 1 + offset) % 12, (self.month - 1 + offset) // 12) for offset in range(self.months)
        )


def pose_problem(assessment: Assessment, library: Library, catalogue: Catalogue, horizon: Horizon) -> PlanningProblem:
    """Return the problem of planning for one person over ``horizon``."""
    policy = library.policy
    periods = horizon.periods()
    away = sum(1 << period for period in range(horizon.months) if horizon.label(period) in assessment.person.away)
    per_period = quarters(policy.hours_per_month)
    fixed = _fixed(assessment, catalogue, horizon, per_period, away)
    begun = sum(1 << module for module, _ in fixed)
    catalogue = _with_begun(catalogue, begun) if begun else catalogue
    counted = _of_modes(policy.budget.counts, library, catalogue)
    fact_index = {key: index for index, key in enumerate(catalogue.facts)}
    tiers = tuple(tier.id for tier in library.model.tiers)
    gaps = {gap.unit: gap for gap in assessment.gaps}
    return PlanningProblem(
        catalogue=catalogue,
        start=_start(assessment, library, catalogue),
        available=_available(assessment, catalogue, periods, per_period, away) | begun,
        completed=sum(1 << i for i, module_id in enumerate(catalogue.module_ids) if module_id in assessment.completed),
        goals=tuple(
            sorted(
                (
                    _goal(gap, level, assessment, library, horizon, fact_index, tiers)
                    for gap in assessment.gaps
                    for level in range(gap.held + 1, gap.required.level + 1)
                ),
                key=lambda goal: goal.fact,
            )
        ),
        tiers=tiers,
        counted=counted,
        budgets=_budgets(
            assessment, library, horizon, [entry for entry in fixed if counted >> entry[0] & 1], catalogue
        ),
        periods=periods,
        hours_per_period=per_period,
        longest_interval=policy.longest_interval_months,
        preferences=tuple(_preference(preference, gaps, library, catalogue) for preference in policy.preferences),
        strict=policy.prerequisites_by == "earlier_month",
        least_hours_per_period=quarters(policy.least_hours_per_month),
        least_modules_per_period=policy.least_modules_per_month,
        most_modules_per_period=policy.most_modules_per_month,
        away=away,
        fixed=fixed,
    )


def _fixed(
    assessment: Assessment, catalogue: Catalogue, horizon: Horizon, per_period: int, away: int
) -> tuple[tuple[int, int | None], ...]:
    """Return the modules under way with their months.

    Those begun before the horizon go on within it, in any month (None); one that is longer than a month holds, in the
    first month that the person is not away.
    """
    first_open = next((period for period in range(horizon.months) if not away >> period & 1), 0)
    fixed: list[tuple[int, int | None]] = []
    for module, module_id in enumerate(catalogue.module_ids):
        if module_id in assessment.begun:
            period = horizon.period_of(assessment.begun[module_id])
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


def _start(assessment: Assessment, library: Library, catalogue: Catalogue) -> int:
    facts = 0
    for index, key in enumerate(catalogue.facts):
        if key[0] in ("unit", "assessed"):
            held = assessment.held[key[1]]  # type: ignore[index]
            true = held.level >= int(key[2]) and not (key[0] == "assessed" and held.assumed)
        elif key[0] == "module":
            true = key[1] in assessment.completed
        else:
            true = key[0] == "urgent" and key[1] in assessment.urgent_skills
        facts |= true << index
    return catalogue.close_gates(facts)


def _available(
    assessment: Assessment, catalogue: Catalogue, periods: tuple[Period, ...], per_period: int, away: int
) -> int:
    offered = 0
    for index, period in enumerate(periods):
        offered |= (~away >> index & 1) << period.month
    mask = 0
    for index, module_id in enumerate(catalogue.module_ids):
        fits = catalogue.hours[index] <= per_period and catalogue.months[index] & offered
        if fits and module_id not in assessment.completed:
            mask |= 1 << index
    return mask


def _goal(
    gap: Gap,
    level: int,
    assessment: Assessment,
    library: Library,
    horizon: Horizon,
    fact_index: dict[tuple[str | int, ...], int],
    tiers: tuple[str, ...],
) -> Goal:
    urgency = next(rule.urgency for rule in library.policy.gap_kinds if rule.kind == gap.kind)
    deadline = None
    if gap.required.deadline is not None:
        period = horizon.period_of(gap.required.deadline)
        deadline = period if period < horizon.months else None
    return Goal(
        fact=fact_index["unit", gap.unit, level],
        weight=library.units[gap.unit].weight * urgency,
        tier=tiers.index(library.tier_of(gap.unit)),
        mandatory=level <= assessment.role.floor.get(gap.unit, 0) or gap.required.urgent,
        deadline=deadline,
    )


def _of_modes(modes: tuple[Mode, ...], library: Library, catalogue: Catalogue) -> int:
    return sum(
        1 << index for index, module_id in enumerate(catalogue.module_ids) if library.modules[module_id].mode in modes
    )


def _preference(
    preference: TeachingForm | SoftPrerequisites | FewAbsences | OnlineShare,
    gaps: dict[UnitId, Gap],
    library: Library,
    catalogue: Catalogue,
) -> Preference:
    if isinstance(preference, TeachingForm):
        forms = {rule.kind: rule.forms for rule in library.policy.gap_kinds}
        unsuited = [
            (index, 1)
            for index, module_id in enumerate(catalogue.module_ids)
            for module in (library.modules[module_id],)
            if any(unit in gaps and module.form not in forms[gaps[unit].kind] for unit in module.brings)
        ]
        return Preference(preference.prefer, module_costs=tuple(unsuited))
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
