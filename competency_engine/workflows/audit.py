"""Audit a curriculum, and a population against it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from competency_engine.audit.coverage import cover
from competency_engine.audit.findings import find_findings
from competency_engine.audit.observed import Observed, requisites_of
from competency_engine.audit.people import Tally
from competency_engine.audit.structure import measure_layers
from competency_engine.audit.summary import Audit
from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.entity import PersonId
from competency_engine.errors import FilesInError
from competency_engine.loading.calibration import read_calibration
from competency_engine.loading.labels import Labels
from competency_engine.text import say
from competency_engine.workflows.batch import PEOPLE_IN_A_SHARD
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.plan_all import FAST_ABOVE, open_stream
from competency_engine.workflows.session import Session
from competency_engine.workflows.shards import BrokenLine, Job, Shard, cut_shards, make_job, plan_people
from competency_engine.workflows.workers import Workers, local_workers_of


def audit(
    session: Session,
    people: Path | None,
    options: PlanOptions,
    workers: int = 1,
    report: Callable[[int], None] = lambda people: None,
) -> Audit:
    """Return what the curriculum teaches and, where there are ``people``, what they lack and what their best plans take.

    Args:
        session: the library.
        people: a file or folder of people; None = the curriculum alone.
        options: dates and hours of the plans.
        workers: processes that plan.
        report: called now and then with the number of people that are done.

    Raises:
        UsageError: when a file cannot be read or lists nobody.
        FilesInError: when files of people hold an error.
    """
    coverage = cover(session.library)
    layers = measure_layers(session.library)
    tally, observed = count_people(session, people, options, workers, report) if people is not None else (None, None)
    weights = tally.weights() if tally is not None and tally.goals else None
    findings = find_findings(session.library, coverage, weights)
    return Audit(session.library, session.library_hash, options.as_of, coverage, layers, findings, tally, observed)


def count_people(
    session: Session, people: Path, options: PlanOptions, workers: int, report: Callable[[int], None]
) -> tuple[Tally, Observed]:
    """Return the sums over everyone in ``people``, planned a shard at a time; the same for any number of ``workers``.

    Raises:
        UsageError: when a file cannot be read or lists nobody.
        FilesInError: when lines of people are wrong: all that is wrong with them.
    """
    stream = open_stream(session, people)
    many = sum(1 for _ in islice(stream.lines(), FAST_ABOVE + 1)) > FAST_ABOVE
    job = make_job(session, options, stream.line_format, read_calibration(people), fast=many)
    tally, observed, problems = Tally(), Observed(), list[Diagnostic]()
    with local_workers_of(tally_shard, job, workers) as ready, Labels(stream.line_format.name) as labels:
        for counted in _in_order(cut_shards(stream.lines(), PEOPLE_IN_A_SHARD), ready):
            tally.merge(counted.tally)
            observed.merge(counted.observed)
            problems += counted.problems
            problems += filter(None, (labels.find_repeated(person, line) for person, line in counted.people))
            report(tally.people)
    if problems:
        message = say(
            f"文件有 {len(problems)} 处错误，先改正再继续", f"the files have {len(problems)} errors; mend them first"
        )
        raise FilesInError(message, tuple(sorted(problems, key=lambda problem: problem.sort_key)), {})
    return tally, observed


class Counted(NamedTuple):
    """What one shard adds: the sums, who is in it and at which line, and what is wrong with the others."""

    tally: Tally
    observed: Observed
    people: tuple[tuple[PersonId, int], ...]
    problems: tuple[Diagnostic, ...]


def tally_shard(job: Job, shard: Shard) -> Counted:
    """Return the sums of one shard: a pure function, the same in any process."""
    tally, observed, people, problems = Tally(), Observed(), list[tuple[PersonId, int]](), list[Diagnostic]()
    pairs = requisites_of(job.planner.session.library)
    for one in plan_people(job, shard):
        if isinstance(one, BrokenLine):
            problems.append(one.finding)
        else:
            tally.add(one.dossier, one.plan)
            observed.add(one.dossier, one.fused, pairs)
            people.append((one.dossier.person.id, one.number))
    return Counted(tally, observed, tuple(people), tuple(problems))


def _in_order(shards: Iterator[Shard], workers: Workers[Counted]) -> Iterator[Counted]:
    """Yield the results of ``shards`` in their order, with a few under way."""
    waiting: deque[Future[Counted]] = deque()
    for shard in shards:
        waiting.append(workers.submit(shard))
        if len(waiting) >= workers.in_flight:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
