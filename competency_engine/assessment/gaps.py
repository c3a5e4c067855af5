"""Required against held: what one person is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from competency_engine.assessment.requirements import RequiredLevel, find_requirements, find_role
from competency_engine.domain.competency import Role
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import ModuleId, PersonId, UnitId
from competency_engine.domain.evidence import EvidenceRecord
from competency_engine.domain.library import Library
from competency_engine.domain.people import Completion, Person, Population
from competency_engine.domain.policy import GapKind
from competency_engine.errors import UsageError
from competency_engine.text import say


@dataclass(frozen=True, slots=True)
class Held:
    """The level of one unit that a person counts as holding; ``assumed`` when there is no valid evidence."""

    unit: UnitId
    level: int
    assumed: bool
    evidence: EvidenceRecord | None = None
    expired: EvidenceRecord | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A unit held below its required level."""

    unit: UnitId
    held: int
    assumed: bool
    required: RequiredLevel
    kind: GapKind


@dataclass(frozen=True, slots=True)
class Assessment:
    """One person on one date: role, required and held levels, gaps, what is completed, and what is under way.

    ``begun`` holds the first day of the month in which each module was begun; ``credited`` the credit hours that the
    completions of each calendar year have used of its budget, none where it is 0.
    """

    person: Person
    role: Role
    as_of: dt.date
    required: dict[UnitId, RequiredLevel]
    held: dict[UnitId, Held]
    gaps: tuple[Gap, ...]
    completed: frozenset[ModuleId]
    begun: Mapping[ModuleId, dt.date] = field(default_factory=dict)
    credited: Mapping[int, float] = field(default_factory=dict)

    @property
    def urgent_skills(self) -> frozenset[UnitId]:
        """Skills whose minimum pack an urgent fact of the community triggers."""
        return frozenset(unit for unit, required in self.required.items() if required.urgent)


def assess(person_id: PersonId, population: Population, library: Library, as_of: dt.date) -> Assessment:
    """Return what ``person_id`` must hold, holds, and is missing on ``as_of``.

    The latest valid record of a unit wins (on one day, the higher level); a module completed after it raises it.

    Raises:
        UsageError: when no role covers the person.
    """
    person = population.persons[person_id]
    required = find_requirements(person, population.communities[person.community], library, as_of)
    completions = tuple(
        completion
        for completion in person.completed
        if completion.date <= as_of and _still_counts(completion, library.modules[completion.module], as_of)
    )
    records: dict[UnitId, list[EvidenceRecord]] = {}
    for record in population.evidence.get(person_id, ()):
        if record.date <= as_of:
            records.setdefault(record.unit, []).append(record)
    held = {
        unit: _held(unit, required.get(unit), records.get(unit, []), completions, library, as_of)
        for unit in library.units
    }
    gaps = tuple(
        _gap(held[unit], needed, library) for unit, needed in required.items() if held[unit].level < needed.level
    )
    return Assessment(
        person=person,
        role=find_role(person, library, as_of),
        as_of=as_of,
        required=required,
        held=held,
        gaps=gaps,
        completed=frozenset(completion.module for completion in completions),
        begun=_begun(person, frozenset(completion.module for completion in completions), as_of),
        credited=_credited(person, library, as_of),
    )


def ask_instead(assessment: Assessment, needs: Mapping[UnitId, int], origin: str, library: Library) -> Assessment:
    """Return ``assessment`` with the levels ``needs`` required in place of what role and community ask for.

    ``origin`` is the id of what needs them. A skill that is urgent in the community stays urgent, and its minimum pack open.
    """
    required = {
        unit: RequiredLevel(unit, needs[unit], origin, (origin,), unit in assessment.urgent_skills)
        for unit in sorted(needs)
    }
    held = assessment.held
    gaps = tuple(_gap(held[unit], asked, library) for unit, asked in required.items() if held[unit].level < asked.level)
    return replace(assessment, required=required, gaps=gaps)


def _begun(person: Person, completed: frozenset[ModuleId], as_of: dt.date) -> dict[ModuleId, dt.date]:
    """Return the modules begun by ``as_of`` and not completed, by id; of several months the last."""
    months = sorted((begun.module, dt.date.fromisoformat(f"{begun.month}-01")) for begun in person.begun)
    return {module: month for module, month in months if month <= as_of and module not in completed}


def _credited(person: Person, library: Library, as_of: dt.date) -> dict[int, float]:
    """Return the hours of the modules completed by ``as_of`` in counted modes, by calendar year."""
    hours: dict[int, float] = {}
    for completion in sorted(person.completed, key=lambda completion: completion.date):
        module = library.modules[completion.module]
        if completion.date <= as_of and module.mode in library.policy.budget.counts:
            hours[completion.date.year] = hours.get(completion.date.year, 0) + module.hours
    return hours


def _still_counts(completion: Completion, module: Module, as_of: dt.date) -> bool:
    if module.validity_months is None:
        return True
    months = completion.date.year * 12 + completion.date.month - 1 + module.validity_months
    ends = dt.date(months // 12, months % 12 + 1, min(completion.date.day, 28))
    return as_of < ends


def _held(
    unit: UnitId,
    required: RequiredLevel | None,
    records: list[EvidenceRecord],
    completions: tuple[Completion, ...],
    library: Library,
    as_of: dt.date,
) -> Held:
    valid = [record for record in records if record.valid_until is None or record.valid_until >= as_of]
    latest = _latest(valid)
    since = latest.date if latest else dt.date.min
    taught = max((library.modules[c.module].brings.get(unit, 0) for c in completions if c.date >= since), default=0)
    if latest is not None or taught:
        level = max(taught, latest.level if latest else 0)
        return Held(unit, level, assumed=False, evidence=latest)
    expired = _latest(records)
    one_below = library.policy.unassessed == "one_below_required" and required is not None
    level = required.level - 1 if one_below and required is not None else 0
    return Held(unit, level, assumed=True, expired=expired)


def _latest(records: list[EvidenceRecord]) -> EvidenceRecord | None:
    if len(records) < 2:
        return records[0] if records else None
    return max(records, key=lambda record: (record.date, record.level))


def _gap(held: Held, required: RequiredLevel, library: Library) -> Gap:
    kind = held.evidence.gap_kind if held.evidence is not None else None
    return Gap(held.unit, held.level, held.assumed, required, kind or library.policy.default_gap_kind)


def find_person(name: str, population: Population) -> PersonId:
    """Return ``name`` as the label of a person who exists.

    Raises:
        UsageError: when nobody has this label; names the nearest one.
    """
    from difflib import get_close_matches

    person_id = PersonId(name)
    if person_id in population.persons:
        return person_id
    near = get_close_matches(name, list(population.persons), n=1, cutoff=0.5)
    hint = say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")
    raise UsageError(say(f"没有学员 {name}{hint.zh}", f"there is no person {name}{hint.en}"))
