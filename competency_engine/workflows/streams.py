"""Where people come from: the stream of a file or folder, and the job of planning who stands in it."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from competency_engine.loading.calibration import read_calibration
from competency_engine.loading.files import MAX_BYTES, PEOPLE_FILE_SUFFIXES, TABLE_SUFFIXES
from competency_engine.loading.loader import column_names
from competency_engine.loading.people_stream import PeopleStream, file_stream, population_stream
from competency_engine.loading.table_stream import NotInOrderError, table_stream
from competency_engine.loading.workspace import people_files
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session, open_population
from competency_engine.workflows.shards import Job, make_job

FAST_ABOVE = 200
"""Up to so many people, to compile the search (the first time on a machine) takes longer than it saves."""


def open_stream(session: Session, people: Path | None) -> PeopleStream:
    """Return the people in ``people`` as a stream, by default those of the workspace.

    Raises:
        UsageError: when a file cannot be read or lists nobody.
        FilesInError: when documents of people in YAML, or small tables in no order, hold an error.
        NotInOrderError: when big tables do not stand in one order.
    """
    if people is not None and people.suffix in PEOPLE_FILE_SUFFIXES:
        return file_stream(people, session.workspace.name_of(people))
    root = people or session.workspace.people()
    paths = people_files(root)
    if paths and all(path.suffix in TABLE_SUFFIXES for path in paths):
        try:
            return table_stream(paths, session.workspace, column_names(session.loading))
        except NotInOrderError:
            if any(path.stat().st_size > MAX_BYTES for path in paths):
                raise
    population, _ = open_population(session, people, calibrated=False)
    return population_stream(population, session.workspace.name_of(people or session.workspace.people()))


def stream_job(
    session: Session, stream: PeopleStream, people: Path | None, options: PlanOptions, fast_above: int = FAST_ABOVE
) -> Job:
    """Return the job of planning everyone in ``stream``, which `open_stream` made of ``people``; fast where they are many.

    Raises:
        UsageError: when the calibration beside the people cannot be read.
    """
    many = sum(1 for _ in islice(stream.lines(), fast_above + 1)) > fast_above
    calibration = read_calibration(people or session.workspace.people())
    return make_job(session, options, stream.line_format, calibration, fast=many)
