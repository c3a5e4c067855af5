"""The capability profile of one person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from competency_engine.assessment.gaps import Assessment, assess, find_person
from competency_engine.domain.evidence import Survey
from competency_engine.workflows.session import Session, open_population


def profile_of(session: Session, people: Path | None, name: str, as_of: dt.date) -> tuple[Assessment, Survey | None]:
    """Return the assessment of ``name`` on ``as_of``, and the latest needs survey by then; None = none.

    Raises:
        UsageError: when nobody has this label.
        FilesInError: when a file of people holds an error.
    """
    population, _ = open_population(session, people, frozenset((name,)))
    person = find_person(name, population)
    surveys = [survey for survey in population.surveys.get(person, ()) if survey.date <= as_of]
    latest = max(surveys, key=lambda survey: (survey.date, survey.problems), default=None)
    return assess(person, population, session.library, as_of), latest
