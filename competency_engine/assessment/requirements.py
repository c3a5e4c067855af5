"""Role, stage and community → the level that each unit requires, with the rule that decided it."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from functools import lru_cache

from competency_engine.domain.competency import (
    AnyCondition,
    Condition,
    ContextRule,
    EveryCondition,
    FactIs,
    Role,
    TypeIs,
)
from competency_engine.domain.duty import DUTY_LEVEL, TrainingDuty
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Person
from competency_engine.errors import UsageError
from competency_engine.text import say


@dataclass(frozen=True, slots=True)
class RequiredLevel:
    """The level that a unit requires of one person.

    ``decided_by`` is the id of the role or context rule that asks most (the role wins ties, then the smaller id);
    ``asked_by`` lists every one that asks for this level or less; up to ``mandatory`` the requirement comes before all
    weights: a floor, an urgent skill, or a training duty.
    """

    unit: UnitId
    level: int
    decided_by: str
    asked_by: tuple[str, ...]
    urgent: bool = False
    deadline: dt.date | None = None
    mandatory: int = 0


def months_between(since: dt.date, until: dt.date) -> int:
    """Return the whole months from ``since`` to ``until``; negative when ``until`` is earlier.

    >>> months_between(dt.date(2026, 1, 31), dt.date(2026, 2, 28))
    0
    """
    months = (until.year - since.year) * 12 + until.month - since.month
    return months - (until.day < since.day)


def find_role(person: Person, library: Library, as_of: dt.date) -> Role:
    """Return the role of ``person`` on ``as_of``: the appointed one, else by whole months in post.

    Raises:
        UsageError: when the appointment lies after ``as_of`` or no role covers the months.
    """
    if person.role is not None:
        return library.roles[person.role]
    months = months_between(person.post_since, as_of)
    for role in library.roles.values():
        span = role.months_in_post
        if span is not None and span.at_least <= months and (span.below is None or months < span.below):
            return role
    raise UsageError(
        say(
            f"{person.id} 任职 {months} 个月（{person.post_since} 至 {as_of}），没有角色与之对应",
            f"no role covers {person.id} with {months} months in post ({person.post_since} to {as_of})",
        )
    )


def holds(condition: Condition, community: Community, as_of: dt.date) -> bool:
    """Return whether ``condition`` is true of ``community`` on ``as_of``; an unstated fact makes it false."""
    if isinstance(condition, TypeIs):
        return not set(condition.community_type).isdisjoint(community.types)
    if isinstance(condition, FactIs):
        return _fact_holds(condition, community, as_of)
    if isinstance(condition, EveryCondition):
        return all(holds(part, community, as_of) for part in condition.all)
    if isinstance(condition, AnyCondition):
        return any(holds(part, community, as_of) for part in condition.any)
    return True


def _fact_holds(condition: FactIs, community: Community, as_of: dt.date) -> bool:
    value = community.facts.get(condition.fact)
    if value is None:
        return False
    if condition.equals is not None:
        return value == condition.equals
    if condition.one_of is not None:
        return value in condition.one_of
    if condition.within_days is not None:
        return dt.date.fromisoformat(str(value)) <= as_of + dt.timedelta(days=condition.within_days)
    if condition.at_least is not None:
        return float(value) >= condition.at_least
    assert condition.at_most is not None
    return float(value) <= condition.at_most


def find_requirements(
    person: Person, community: Community, library: Library, as_of: dt.date
) -> dict[UnitId, RequiredLevel]:
    """Return the required level of every unit that is required of ``person``, in order of unit id."""
    role = find_role(person, library, as_of)
    asks: dict[UnitId, list[tuple[int, str]]] = {unit: [(level, role.id)] for unit, level in role.requires.items()}
    urgent: set[UnitId] = set()
    deadlines: dict[UnitId, list[dt.date]] = {}
    floor = dict(role.floor)
    for duty in library.training_duties.values():
        if duty.active and (not duty.roles or role.id in duty.roles):
            asks.setdefault(duty.unit, []).append((DUTY_LEVEL, duty.id))
            floor[duty.unit] = max(DUTY_LEVEL, floor.get(duty.unit, 0))
            deadlines.setdefault(duty.unit, []).extend(_due(duty, person, as_of))
    for rule in library.context_rules.values():
        if not holds(rule.when, community, as_of):
            continue
        for skill in rule.activates:
            level = role.urgent_skill_level if rule.urgent else role.skill_level
            asks.setdefault(skill, []).append((level, rule.id))
            if rule.urgent:
                urgent.add(skill)
                deadlines.setdefault(skill, []).extend(_deadline(rule, community, as_of))
        for unit, level in rule.raises.items():
            asks.setdefault(unit, []).append((level, rule.id))
    return {
        unit: _required(
            unit,
            tuple(asks[unit]),
            role.id,
            floor.get(unit, 0),
            unit in urgent,
            min(deadlines.get(unit, ()), default=None),
        )
        for unit in sorted(asks)
    }


def _due(duty: TrainingDuty, person: Person, as_of: dt.date) -> list[dt.date]:
    """Return the day by which ``duty`` is due after the person's appointment; nothing when it has no such day, or it is past."""
    if duty.within_months is None:
        return []
    months = person.post_since.year * 12 + person.post_since.month - 1 + duty.within_months
    year, month = months // 12, months % 12 + 1
    due = dt.date(year, month, min(person.post_since.day, monthrange(year, month)[1]))
    return [due] if due >= as_of else []


def _deadline(rule: ContextRule, community: Community, as_of: dt.date) -> list[dt.date]:
    value = community.facts.get(rule.deadline) if rule.deadline is not None else None
    date = dt.date.fromisoformat(str(value)) if value is not None else None
    return [date] if date is not None and date >= as_of else []


@lru_cache(maxsize=4096)
def _required(
    unit: UnitId, asks: tuple[tuple[int, str], ...], role_id: str, floor: int, urgent: bool, deadline: dt.date | None
) -> RequiredLevel:
    level = max(level for level, _ in asks)
    deciders = sorted((origin != role_id, origin) for asked, origin in asks if asked == level)
    asked_by = tuple(sorted({origin for _, origin in asks}))
    return RequiredLevel(unit, level, deciders[0][1], asked_by, urgent, deadline, level if urgent else floor)
