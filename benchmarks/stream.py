"""What planning a nation costs besides planning: CPU microseconds a person, in the parent and in the workers.

`python benchmarks/stream.py PEOPLE OUT [WORKERS]`: reads any format of people, writes any format of plans; every plan is that
of the first person under another label, so that what is left is reading, checking, serialising, storing and joining.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from competency_engine.domain.entity import PersonId
from competency_engine.domain.people import Dossier
from competency_engine.domain.plan import Plan
from competency_engine.workflows.batch import PEOPLE_IN_A_SHARD, plan_stream
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import open_session
from competency_engine.workflows.shards import Job, cut_shards, make_job
from competency_engine.workflows.streams import open_stream
from competency_engine.workflows.workers import local_workers

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class StubJob(Job):
    """A job that answers with the same plan for everyone."""

    sample: Plan | None = None

    def plan(self, dossier: Dossier, fused: Mapping[PersonId, Fused]) -> Plan:
        assert self.sample is not None
        return self.sample.model_copy(update={"person": dossier.person.id})


def stub(job: Job, first: Dossier) -> StubJob:
    """Return ``job`` with the plan of ``first`` for everyone."""
    given = {field.name: getattr(job, field.name) for field in fields(Job)}
    return StubJob(**given, sample=job.plan(first, job.fuse([first])))


def main() -> None:
    """Print the costs, people per second, and the largest resident memory of the parent."""
    people, out, workers = Path(sys.argv[1]), Path(sys.argv[2]), int((*sys.argv, "2")[3])
    started, cpu = time.perf_counter(), time.process_time()
    stream = open_stream(open_session(ROOT, "7n"), people)
    job = make_job(open_session(ROOT, "7n"), PlanOptions(dt.date(2026, 11, 21)), stream.line_format)
    line = next(cut_shards(stream.lines(), 1)).lines[0]
    first = job.reader.read(line.number, line.content)
    assert isinstance(first, Dossier), first
    with local_workers(stub(job, first), workers) as ready:
        batch = plan_stream(job, stream, out, ready, people_in_a_shard=PEOPLE_IN_A_SHARD)
    parent, wall = time.process_time() - cpu, time.perf_counter() - started
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    count = batch.planned
    print(f"{count:,} people in {wall:.1f} s: {count / wall:,.0f} a second with {workers} workers")
    print(
        f"parent {parent / count * 1e6:.0f} µs a person, workers {(children.ru_utime + children.ru_stime) / count * 1e6:.0f} µs"
    )
    print(f"parent's largest resident memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
