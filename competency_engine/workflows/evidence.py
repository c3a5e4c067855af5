"""Hear the evidence of many people: calibrate instruments and raters, and fuse levels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from competency_engine.assessment.calibrate import (
    BLOCK,
    SAMPLE,
    Labelled,
    RaterMemory,
    calibration_of,
    choose_sample,
    estimate_parameters,
    smallest_hashes,
)
from competency_engine.assessment.frame import known_by
from competency_engine.assessment.fusion import Fused, fuse
from competency_engine.assessment.gaps import Assessment, asked_of, assess, find_person, fuse_person
from competency_engine.assessment.quality import Examined, Quality, examine, measure_quality
from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.calibration import Calibration
from competency_engine.domain.entity import PersonId
from competency_engine.domain.people import Dossier
from competency_engine.errors import UsageError, mend_first
from competency_engine.loading.calibration import read_calibration
from competency_engine.loading.dossiers import DossierReader
from competency_engine.loading.people_stream import read_people
from competency_engine.text import say
from competency_engine.workflows.session import Session, open_population
from competency_engine.workflows.streams import open_stream


class Heard(NamedTuple):
    """How far a pass over people is: a share of 1 in the round ``round`` of ``rounds``."""

    round: int
    rounds: int
    people: int


Report = Callable[[Heard], None]
QUALITY_SAMPLE = 5000
"""People from whom quality is measured: all where there are no more."""


def _nothing(heard: Heard) -> None:
    """Say nothing."""


def stream_dossiers(session: Session, people: Path | None, as_of: dt.date) -> Iterator[Dossier]:
    """Yield every person in ``people``, one at a time.

    Raises:
        UsageError: when a file cannot be read.
        FilesInError: after the last line, when lines were wrong: all that is wrong with them.
    """
    stream = open_stream(session, people)
    reader = DossierReader(stream.line_format, session.library, as_of)
    problems: list[Diagnostic] = []
    for read in read_people(reader, stream.lines()):
        if isinstance(read, Dossier):
            yield read
        else:
            problems.extend(read)
    if problems:
        raise mend_first(problems)


def calibrate(
    session: Session, people: Path | None, as_of: dt.date, sample: int = SAMPLE, report: Report = _nothing
) -> Calibration:
    """Return what the evidence of ``people`` says of instruments and raters: two passes, in memory that does not grow with them.

    Raises:
        UsageError: when nobody has a score.
        FilesInError: when files of people hold an error.
    """
    labelled = _labelled(stream_dossiers(session, people, as_of), as_of, 1, report)
    with_scores = (one for one in labelled if any(sitting.date <= as_of for sitting in one.asked.sittings))
    chosen, count = choose_sample(with_scores, sample)
    if not count:
        raise UsageError(say("没有评分可用", "there are no scores to learn from"))
    report(Heard(2, 3, len(chosen)))
    estimates = estimate_parameters(chosen, session.library, as_of)
    memory = RaterMemory(estimates, session.library, as_of)
    everyone = _labelled(stream_dossiers(session, people, as_of), as_of, 3, report)
    for block in _blocks(labelled for labelled in everyone if labelled.asked.sittings):
        memory.hear(block)
    return calibration_of(estimates, memory.raters(), session.library, as_of, count, len(chosen))


def _labelled(dossiers: Iterable[Dossier], as_of: dt.date, round_: int, report: Report) -> Iterator[Labelled]:
    for number, dossier in enumerate(dossiers, start=1):
        yield Labelled(dossier.person.id, asked_of(dossier.person.id, dossier.population, as_of))
        if number % BLOCK == 0:
            report(Heard(round_, 3, number))


def _blocks(people: Iterable[Labelled]) -> Iterator[list[Labelled]]:
    block: list[Labelled] = []
    for labelled in people:
        block.append(labelled)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def fuse_everyone(
    session: Session, people: Path | None, as_of: dt.date, report: Report = _nothing
) -> Iterator[tuple[PersonId, Fused]]:
    """Yield what the sources say of everyone who has scores, in the order of the files, some people at a time.

    Raises:
        UsageError: when a file cannot be read.
        FilesInError: when files of people hold an error.
    """
    calibration = read_calibration(people or session.workspace.people())
    dossiers = stream_dossiers(session, people, as_of)
    everyone = (labelled for labelled in _labelled(dossiers, as_of, 1, report) if labelled.asked.sittings)
    for block in _blocks(everyone):
        fused = fuse([labelled.asked for labelled in block], session.library, calibration, as_of)
        yield from zip((labelled.person for labelled in block), fused, strict=True)


def fuse_one(
    session: Session, people: Path | None, name: str, as_of: dt.date, unit: str | None
) -> tuple[Assessment, Fused]:
    """Return the assessment of ``name`` and what the sources say; ``unit``, where it is given, must exist.

    Raises:
        UsageError: when nobody has this label, there is no such unit, or there are no scores.
        FilesInError: when a file of people holds an error.
    """
    if unit is not None and unit not in session.library.units:
        near = get_close_matches(unit.upper(), session.library.units, n=1, cutoff=0.5)
        hint = say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")
        raise UsageError(say(f"没有单元 {unit}{hint.zh}", f"there is no unit {unit}{hint.en}"))
    population, _ = open_population(session, people, frozenset((name,)))
    person = find_person(name, population)
    fused = fuse_person(person, population, session.library, as_of)
    if fused is None:
        raise UsageError(say(f"{name} 没有评分", f"there are no scores of {name}"))
    return assess(person, population, session.library, as_of, fused), fused


def quality_of(
    session: Session, people: Path | None, as_of: dt.date, sample: int = QUALITY_SAMPLE, report: Report = _nothing
) -> tuple[Quality, Calibration | None]:
    """Return the quality of the evidence on at most ``sample`` people chosen by hash, and the calibration beside the people as far as it was known on ``as_of``.

    Raises:
        UsageError: when nobody has a score.
        FilesInError: when files of people hold an error.
    """

    def examined() -> Iterator[tuple[PersonId, Examined]]:
        for number, dossier in enumerate(stream_dossiers(session, people, as_of), start=1):
            if dossier.sittings:
                yield dossier.person.id, examine(dossier, session.library, as_of)
            if number % BLOCK == 0:
                report(Heard(1, 1, number))

    chosen, count = smallest_hashes(examined(), sample)
    if not count:
        raise UsageError(say("没有评分可用", "there are no scores to look at"))
    quality = measure_quality([one for _, one in chosen], session.library, count)
    return quality, known_by(read_calibration(people or session.workspace.people()), as_of)
