"""Assess people: required against held, gap by gap."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from competency_engine.assessment.gaps import Assessment, assess, find_person
from competency_engine.workflows.session import Session, open_population


def assess_people(
    session: Session, people: Path | None, names: tuple[str, ...], as_of: dt.date
) -> tuple[Assessment, ...]:
    """Return the assessments of ``names`` (none = of everyone, by label).

    Raises:
        UsageError: when a name is nobody's.
        FilesInError: when a file of people holds an error.
    """
    population, _ = open_population(session, people, frozenset(names) or None)
    person_ids = [find_person(name, population) for name in names] or list(population.persons)
    return tuple(assess(person_id, population, session.library, as_of) for person_id in person_ids)
