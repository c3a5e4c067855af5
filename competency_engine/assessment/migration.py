"""What is recorded of people, carried over from units that are gone to those that stand for them; docs/compare.md states the rules.

One rule serves splits and merges: a level of the whole is what all its parts show, the lowest. So a level of the whole is one
of each part (a split), and a level of each part is one of the whole (a merge); with a part missing, nothing is known of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from competency_engine.assessment.successors import Reason, Successors
from competency_engine.assessment.wholes import Item, Parts, agreed, lowest_level, lowest_score
from competency_engine.diagnostics import Path
from competency_engine.domain.crosswalk import Counterpart
from competency_engine.domain.entity import Frozen, UnitId
from competency_engine.domain.evidence import EvidenceRecord, Instrument, Sitting, Survey
from competency_engine.domain.people import Dossier

RecordKind = Literal["level", "score", "importance", "problem", "completed", "begun"]


@dataclass(frozen=True, slots=True)
class OldRecord:
    """One thing that is recorded of a person.

    Attributes:
        kind: what it is.
        path: where it stands in the dossier.
        key: unit, item, problem or module.
        value: level, score or importance; "" of the others.
        date: when; of what is begun the month.
    """

    kind: RecordKind
    path: Path
    key: str
    value: str
    date: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a record that could not stay as it was: what it counts as now, or why it counts as nothing."""

    recorded: OldRecord
    becomes: tuple[tuple[str, str], ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Migrated:
    """A person after migration, and the fates of all records that changed; ``kept`` counts those that stayed as they were."""

    dossier: Dossier
    fates: tuple[Fate, ...]
    kept: int


def migrate(dossier: Dossier, successors: Successors) -> Migrated:
    """Return the person with every record that has a place in the library, and what became of the others."""
    run = _Run(successors)
    evidence = run.levels(dossier.evidence)
    sittings = run.sittings(dossier.sittings)
    surveys = run.surveys(dossier.surveys)
    person = dossier.person
    for index, done in enumerate(person.completed):
        run.module("completed", index, done.module, str(done.date))
    for index, begun in enumerate(person.begun):
        run.module("begun", index, begun.module, begun.month)
    if not run.fates:
        return Migrated(dossier, (), run.kept)
    modules = successors.library.modules
    person = updated(
        person,
        completed=tuple(done for done in person.completed if done.module in modules),
        begun=tuple(begun for begun in person.begun if begun.module in modules),
    )
    found = updated(dossier, person=person, evidence=evidence, sittings=sittings, surveys=surveys)
    return Migrated(found, tuple(run.fates), run.kept)


@dataclass
class _Run:
    """One person on the way."""

    successors: Successors
    fates: list[Fate] = field(default_factory=list)
    kept: int = 0

    def module(self, kind: Literal["completed", "begun"], index: int, module: str, date: str) -> None:
        """Count a module completed or begun; one that is in the curriculum no more is listed."""
        is_known = module in self.successors.library.modules
        self._stay(OldRecord(kind, ("person", kind, index, "module"), module, "", date), is_known=is_known)

    def _stay(self, recorded: OldRecord, *, is_known: bool) -> None:
        self.kept += is_known
        if not is_known:
            self.fates.append(Fate(recorded, (), "unknown"))

    def levels(self, records: Sequence[EvidenceRecord]) -> tuple[EvidenceRecord, ...]:
        """Return settled levels as the units of the library have them; those carried over stand last, by unit and date."""
        units = self.successors.library.units
        stays = [record for record in records if record.unit in units]
        self.kept += len(stays)
        own: dict[UnitId, list[Item[EvidenceRecord]]] = {}
        for index, record in enumerate(records):
            if record.unit not in units:
                own.setdefault(record.unit, []).append(Item(record, frozenset((index,))))
        if not own:
            return tuple(records)
        carried = self.successors.carry(own, _level_through, lowest_level)
        becomes: dict[int, list[tuple[str, str]]] = {}
        for unit, items in sorted(carried.items()):
            for record, behind in sorted(items, key=lambda item: (item.value.date, item.value.level)):
                stays.append(record.model_copy(update={"unit": unit}))
                for index in behind:
                    becomes.setdefault(index, []).append((unit, str(record.level)))
        for index, record in enumerate(records):
            if record.unit not in units:
                recorded = OldRecord(
                    "level", ("evidence", index, "unit"), record.unit, str(record.level), str(record.date)
                )
                reason = self._why_level(record.unit, carried) if index not in becomes else None
                self.fates.append(Fate(recorded, tuple(dict.fromkeys(becomes.get(index, ()))), reason))
        return tuple(stays)

    def _why_level(self, unit: UnitId, carried: Mapping[UnitId, Sequence[object]]) -> Reason:
        nowhere = self.successors.why_nowhere(unit)
        return nowhere or ("superseded" if any(carried[end] for end in self.successors.ends_of(unit)) else "incomplete")

    def sittings(self, sittings: Sequence[Sitting]) -> tuple[Sitting, ...]:
        """Return sittings with the scores that have a place; one of which none is left goes."""
        found = []
        for index, sitting in enumerate(sittings):
            scores = self._scores(index, sitting)
            if scores or not sitting.scores:
                found.append(updated(sitting, scores=scores))
        return tuple(found)

    def _scores(self, index: int, sitting: Sitting) -> dict[str, int]:
        library = self.successors.library
        instrument = library.instruments.get(sitting.source)
        if instrument is None:
            for key, score in sitting.scores.items():
                self._lose(index, sitting, key, score, "instrument")
            return {}
        if instrument.id in library.items:
            return self._item_scores(index, sitting, library.score_ranges[instrument.id])
        return self._ratings(index, sitting, instrument)

    def _lose(self, index: int, sitting: Sitting, key: str, score: int, reason: Reason) -> None:
        recorded = OldRecord("score", ("sittings", index, "scores", key), key, str(score), str(sitting.date))
        self.fates.append(Fate(recorded, (), reason))

    def _item_scores(self, index: int, sitting: Sitting, items: Mapping[str, tuple[int, int]]) -> dict[str, int]:
        """Return the scores of items; an indicator of a unit that merely has another id now goes with it."""
        found = {key: score for key, score in sitting.scores.items() if key in items}
        self.kept += len(found)
        for key, score in sitting.scores.items():
            if key not in items:
                new = next((name for name in self._new_names(key) if name in items and name not in found), None)
                if new is None or score > items[new][1]:
                    self._lose(index, sitting, key, score, "item" if new is None else "scale")
                else:
                    found[new] = score
                    recorded = OldRecord(
                        "score", ("sittings", index, "scores", key), key, str(score), str(sitting.date)
                    )
                    self.fates.append(Fate(recorded, ((new, str(score)),)))
        return found

    def _new_names(self, item: str) -> Iterator[str]:
        for unit in self.successors.renamed:
            if item.startswith(f"{unit}-"):
                new: str = unit
                for _ in self.successors.renamed:
                    new = self.successors.renamed.get(UnitId(new), UnitId(new))
                yield new + item.removeprefix(unit)

    def _ratings(self, index: int, sitting: Sitting, instrument: Instrument) -> dict[str, int]:
        top = len(self.successors.library.model.scale) - 1
        highest = top if instrument.highest is None else instrument.highest
        of_levels = (instrument.lowest, highest) == (0, top)

        def through(score: int, link: Counterpart) -> int | None:
            if not instrument.lowest <= score <= highest or (link.levels and not of_levels):
                return None
            return link.counts_as(score)

        def why(unit: UnitId) -> Reason:
            in_range = instrument.lowest <= sitting.scores[unit] <= highest
            plain = of_levels or not any(link.levels for link in self.successors.ways_of(unit))
            return "incomplete" if in_range and plain else "scale"

        path: Path = ("sittings", index, "scores")
        return self._values("score", path, sitting.scores, str(sitting.date), through, lowest_score, why)

    def surveys(self, surveys: Sequence[Survey]) -> tuple[Survey, ...]:
        """Return surveys with the answers that have a place; that somebody answered stays on record."""
        found = []
        for index, survey in enumerate(surveys):
            importance = self._values(
                "importance",
                ("surveys", index, "importance"),
                survey.importance,
                str(survey.date),
                lambda value, link: value,
                agreed,
                lambda unit: "incomplete",
            )
            problems = self.successors.library.problems
            for place, problem in enumerate(survey.problems):
                path = ("surveys", index, "problems", place)
                self._stay(OldRecord("problem", path, problem, "", str(survey.date)), is_known=problem in problems)
            left = tuple(problem for problem in survey.problems if problem in problems)
            found.append(updated(survey, importance=importance, problems=left))
        return tuple(found)

    def _values(
        self,
        kind: RecordKind,
        path: Path,
        values: Mapping[str, int] | Mapping[UnitId, int],
        date: str,
        through: Callable[[int, Counterpart], int | None],
        join: Callable[[Parts[int]], Sequence[Item[int]]],
        why: Callable[[UnitId], Reason],
    ) -> dict[str, int]:
        """Return numbers given to units at one time; a unit of the library that was given one keeps it."""
        units, given = self.successors.library.units, {UnitId(key): value for key, value in values.items()}
        found: dict[str, int] = {key: value for key, value in given.items() if key in units}
        self.kept += len(found)
        keys = [key for key in given if key not in units]
        if not keys:
            return found
        own = {key: [Item(given[key], frozenset((number,)))] for number, key in enumerate(keys)}
        carried = self.successors.carry(own, through, join)
        becomes: dict[int, list[tuple[str, str]]] = {}
        for unit, items in sorted(carried.items()):
            for item in items[:1] if unit not in found else ():
                found[unit] = item.value
                for number in item.behind:
                    becomes.setdefault(number, []).append((unit, str(item.value)))
        taken = {number for items in carried.values() for item in items for number in item.behind} - becomes.keys()
        for number, key in enumerate(keys):
            reason: Reason | None = None
            if number not in becomes:
                differs = kind == "importance" and self._has_all_parts(key, own)
                said: Reason = "taken" if number in taken else "differs" if differs else why(key)
                reason = self.successors.why_nowhere(key) or said
            recorded = OldRecord(kind, (*path, key), key, str(given[key]), date)
            self.fates.append(Fate(recorded, tuple(becomes.get(number, ())), reason))
        return found

    def _has_all_parts(self, unit: UnitId, own: Mapping[UnitId, object]) -> bool:
        return any(
            len(sources) > 1 and all(source in own for source, _ in sources)
            for end in self.successors.ends_of(unit)
            for sources in [self.successors.sources.get(end, ())]
        )


def count_records(dossier: Dossier) -> int:
    """Return how many things are recorded of a person: levels, scores, importances, problems, modules completed and begun."""
    return (
        len(dossier.evidence)
        + sum(len(sitting.scores) for sitting in dossier.sittings)
        + sum(len(survey.importance) + len(survey.problems) for survey in dossier.surveys)
        + len(dossier.person.completed)
        + len(dossier.person.begun)
    )


def _level_through(record: EvidenceRecord, link: Counterpart) -> EvidenceRecord:
    return record.model_copy(update={"level": link.counts_as(record.level)})


FrozenT = TypeVar("FrozenT", bound=Frozen)


def updated(value: FrozenT, **fields: object) -> FrozenT:
    """Return ``value`` with ``fields`` where they differ; what was never written stays unwritten."""
    changed = {name: field for name, field in fields.items() if field != getattr(value, name)}
    return value.model_copy(update=changed) if changed else value
