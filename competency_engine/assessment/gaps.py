"""Required against held: what one person is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from competency_engine.assessment.heard import Asked, Heard
from competency_engine.assessment.requirements import RequiredLevel, find_requirements, find_role
from competency_engine.domain.competency import Role
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import ModuleId, PersonId, UnitId
from competency_engine.domain.evidence import EvidenceRecord, Survey
from competency_engine.domain.library import Library
from competency_engine.domain.people import Completion, Person, Population
from competency_engine.domain.policy import GapKind
from competency_engine.errors import UsageError
from competency_engine.text import say

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused, FusedLevel


@dataclass(frozen=True, slots=True)
class Held:
    """The level of one unit that a person counts as holding; ``assumed`` when there is no valid evidence.

    Attributes:
        unit: the unit.
        level: the level.
        assumed: whether the policy assumes it.
        evidence: the settled level that counts.
        expired: the latest settled level that no longer counts, where nothing else does.
        fused: what the scores of all sources say of the unit; it counts where no settled level does.
    """

    unit: UnitId
    level: int
    assumed: bool
    evidence: EvidenceRecord | None = None
    expired: EvidenceRecord | None = None
    fused: FusedLevel | None = None

    @property
    def unproven(self) -> int | None:
        """The likelier level that the evidence cannot prove; None when the level that counts is proven."""
        if self.assumed or self.evidence is not None or self.fused is None or self.fused.likely <= self.level:
            return None
        return self.fused.likely

    @property
    def retest(self) -> bool:
        """Whether there is evidence, but none within its validity."""
        return self.assumed and (self.expired is not None or self.fused is not None)


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
    completions of each calendar year have used of its budget, none where it is 0; ``heard`` the sittings and how far each
    was heard; ``reported`` the units that the problems of the latest survey need.
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
    heard: tuple[Heard, ...] = ()
    reported: frozenset[UnitId] = frozenset()

    @property
    def urgent_skills(self) -> frozenset[UnitId]:
        """Skills whose minimum pack an urgent fact of the community triggers."""
        return frozenset(unit for unit, required in self.required.items() if required.urgent)


def assess(
    person_id: PersonId, population: Population, library: Library, as_of: dt.date, fused: Fused | None = None
) -> Assessment:
    """Return what ``person_id`` must hold, holds, and is missing on ``as_of``.

    The latest valid settled level of a unit wins (on one day, the higher one); where there is none, what the scores of all
    sources say; a module completed after either raises it.

    Args:
        person_id: the person.
        population: holds the person.
        library: the model, the curriculum, the policy.
        as_of: the date.
        fused: what the sources say, where it is known already.

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
    if fused is None:
        fused = fuse_person(person_id, population, library, as_of)
    held = {
        unit: _held(unit, required.get(unit), records.get(unit, []), fused, completions, library, as_of)
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
        heard=fused.heard if fused is not None else (),
        reported=_reported(population.surveys.get(person_id, ()), library, as_of),
    )


def fuse_person(person_id: PersonId, population: Population, library: Library, as_of: dt.date) -> Fused | None:
    """Return what the scores of all sources say of one person; None when there are none."""
    if not population.sittings.get(person_id):
        return None
    from competency_engine.assessment.fusion import fuse  # numpy, only where there are scores

    return fuse([asked_of(person_id, population, as_of)], library, population.calibration, as_of)[0]


def asked_of(person_id: PersonId, population: Population, as_of: dt.date) -> Asked:
    """Return what fusion needs of one person."""
    completed = population.persons[person_id].completed
    return Asked(population.sittings.get(person_id, ()), tuple(c for c in completed if c.date <= as_of))


def _reported(surveys: Sequence[Survey], library: Library, as_of: dt.date) -> frozenset[UnitId]:
    """Return the units that the problems of the latest survey by ``as_of`` need."""
    past = [survey for survey in surveys if survey.date <= as_of]
    if not past:
        return frozenset()
    latest = max(past, key=lambda survey: (survey.date, survey.problems))
    return frozenset(unit for problem in latest.problems for unit in library.problems[problem].needs)


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
    fused: Fused | None,
    completions: tuple[Completion, ...],
    library: Library,
    as_of: dt.date,
) -> Held:
    valid = [record for record in records if record.valid_until is None or record.valid_until >= as_of]
    latest = _latest(valid)
    # That a training was held is no matter of opinion: a duty is met by completing it, or by a settled level.
    said = fused.levels.get(unit) if fused is not None and unit not in library.duty_units else None
    counts = said if said is not None and said.valid else None
    since = latest.date if latest else counts.latest if counts else dt.date.min
    taught = max((library.modules[c.module].brings.get(unit, 0) for c in completions if c.date >= since), default=0)
    if latest is not None or counts is not None or taught:
        level = max(taught, latest.level if latest else counts.level if counts else 0)
        return Held(unit, level, assumed=False, evidence=latest, fused=said)
    expired = _latest(records)
    one_below = library.policy.unassessed == "one_below_required" and required is not None
    level = required.level - 1 if one_below and required is not None else 0
    return Held(unit, level, assumed=True, expired=expired, fused=said)


def _latest(records: list[EvidenceRecord]) -> EvidenceRecord | None:
    if len(records) < 2:
        return records[0] if records else None
    return max(records, key=lambda record: (record.date, record.level))


def _gap(held: Held, required: RequiredLevel, library: Library) -> Gap:
    kind = held.evidence.gap_kind if held.evidence is not None else _kind_shown(held, required.level, library)
    return Gap(held.unit, held.level, held.assumed, required, kind or library.policy.default_gap_kind)


def _kind_shown(held: Held, required: int, library: Library) -> GapKind | None:
    """Return the first kind of gap of the policy whose ways of asking, taken alone, find the unit below ``required``."""
    alone = held.fused.alone if held.fused is not None and held.fused.valid else {}
    shown = (
        rule.kind for rule in library.policy.gap_kinds if any(alone.get(m, required) < required for m in rule.shown_by)
    )
    return next(shown, None)


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
