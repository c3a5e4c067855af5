"""Plan everyone: which stream the people come from, and where the work is done."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

from competency_engine.loading.calibration import read_calibration
from competency_engine.loading.files import MAX_BYTES, PEOPLE_FILE_SUFFIXES, TABLE_SUFFIXES
from competency_engine.loading.loader import column_names
from competency_engine.loading.parquet import require_pyarrow
from competency_engine.loading.people_stream import (
    PeopleStream,
    file_stream,
    population_stream,
)
from competency_engine.loading.table_stream import NotInOrderError, table_stream
from competency_engine.loading.workspace import people_files
from competency_engine.workflows.batch import PEOPLE_IN_A_SHARD, Batch, Progress, plan_stream
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session, open_population
from competency_engine.workflows.shards import make_job
from competency_engine.workflows.workers import cluster_workers, local_workers

FAST_ABOVE = 200
"""Up to so many people, to compile the search (the first time on a machine) takes longer than it saves."""


def plan_all(
    session: Session,
    people: Path | None,
    options: PlanOptions,
    out: Path,
    *,
    workers: int = 1,
    cluster: str | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Batch:
    """Plan everyone in ``people`` and write the plans to ``out``; a run that was cut short goes on where it was.

    Args:
        session: the library.
        people: a file of JSON lines or Parquet, or what `open_population` takes.
        options: dates and hours.
        out: file of plans; its suffix is one of `render.plan_lines.PLAN_FILE_SUFFIXES`.
        workers: processes on this machine.
        cluster: address of a Dask scheduler, whose workers do the work instead.
        report: told of the progress after each shard.

    Raises:
        UsageError: when a file cannot be read or written, or lists nobody.
        FilesInError: when documents of people in YAML, or small tables in no order, hold an error.
        EngineError: when big tables do not stand in one order, or the workers died.
        KeyboardInterrupt: on an interrupt; what was under way is stored first.
    """
    if out.suffix == ".parquet":
        require_pyarrow()
    stream = open_stream(session, people)
    many = sum(1 for _ in islice(stream.lines(), FAST_ABOVE + 1)) > FAST_ABOVE
    calibration = read_calibration(people or session.workspace.people())
    job = make_job(session, options, stream.line_format, calibration, fast=many)
    chosen = local_workers(job, workers) if cluster is None else cluster_workers(job, cluster)
    with chosen as ready:
        return plan_stream(job, stream, out, ready, people_in_a_shard=PEOPLE_IN_A_SHARD, report=report)


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
