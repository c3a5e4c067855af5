"""Plan everyone, on this machine or on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from competency_engine.loading.parquet import require_pyarrow
from competency_engine.workflows.batch import PEOPLE_IN_A_SHARD, Batch, Progress, plan_stream
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session
from competency_engine.workflows.streams import open_stream, stream_job
from competency_engine.workflows.workers import cluster_workers, local_workers


def plan_all(
    session: Session,
    people: Path | None,
    options: PlanOptions,
    out: Path,
    *,
    workers: int | None = 1,
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
    job = stream_job(session, stream, people, options)
    chosen = local_workers(job, workers) if cluster is None else cluster_workers(job, cluster)
    with chosen as ready:
        return plan_stream(job, stream, out, ready, people_in_a_shard=PEOPLE_IN_A_SHARD, report=report)
