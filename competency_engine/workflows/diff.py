"""Two libraries compared, and the plans of a population under both: only those are made that can differ."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path

from competency_engine.audit.compare import DocumentChange, compare_libraries
from competency_engine.audit.plan_changes import ChangeTally, PlanChange
from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.calibration import Calibration
from competency_engine.errors import FilesInError, UsageError
from competency_engine.loading.calibration import read_calibration
from competency_engine.loading.labels import Labels
from competency_engine.loading.loader import Loading, overlay
from competency_engine.loading.people_stream import PeopleStream
from competency_engine.text import say
from competency_engine.workflows.batch import PEOPLE_IN_A_SHARD
from competency_engine.workflows.diff_shards import ComparedShard, DiffJob, Unreadable, compare_shard
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.plan_all import FAST_ABOVE, open_stream
from competency_engine.workflows.revision import PARTS, PREFIX, find_commit, unpacked
from competency_engine.workflows.session import Session, open_session
from competency_engine.workflows.shards import Job, cut_shards, make_job
from competency_engine.workflows.workers import local_workers_of


@dataclass(frozen=True)
class Difference:
    """What differs between two libraries and, where there are people, in their plans.

    Attributes:
        old: the library before, with the name by which it was asked for.
        new: the library after.
        documents: every document that differs.
        plans: of the people; None = nobody was asked about.
    """

    old: tuple[str, Session]
    new: tuple[str, Session]
    documents: tuple[DocumentChange, ...]
    plans: PlansCompared | None


@dataclass
class PlansCompared:
    """Sums over a population; the plans that differ one by one only where they are listed.

    ``unreadable`` are the people of whom only one of the libraries knows everything that is recorded.
    """

    tally: ChangeTally
    changes: list[PlanChange]
    unreadable: list[Unreadable]


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """How plans are compared.

    Attributes:
        plan: dates and hours.
        full: whether to make the plans of everyone, also of those that cannot differ.
        listed: whether to keep each plan that differs.
        workers: processes.
    """

    plan: PlanOptions
    full: bool = False
    listed: bool = False
    workers: int = 1


def open_source(source: str, curriculum: str | None = None, here: Path | None = None) -> Session:
    """Return the library in the folder ``source`` or, where there is none, at the git revision of that name.

    Args:
        source: a folder, ``git:REV``, or ``REV``.
        curriculum: as in `open_session`.
        here: the workspace whose repository has the revisions; by default the current folder.

    Raises:
        UsageError: when it is neither, or holds neither models nor curricula.
        FilesInError: when a file holds an error.
    """
    here = here or Path.cwd()
    try:
        return _open(source, curriculum, here)
    except FilesInError as error:
        message = say(f"{source}：{error.message.zh}", f"{source}: {error.message.en}")
        raise FilesInError(message, error.diagnostics, error.lines) from None


def _open(source: str, curriculum: str | None, here: Path) -> Session:
    folder = here / source
    if source.startswith(PREFIX) or not folder.is_dir():
        return _open_revision(source, curriculum, here)
    if not any((folder / part).is_dir() for part in PARTS):
        raise UsageError(
            say(f"{source} 里既没有 models 也没有 curricula", f"{source} holds neither models nor curricula")
        )
    return open_session(folder, curriculum)


def _open_revision(source: str, curriculum: str | None, here: Path) -> Session:
    revision = source.removeprefix(PREFIX)
    try:
        find_commit(revision, here)
    except UsageError as error:
        if source.startswith(PREFIX) or revision.startswith("-"):
            raise
        raise UsageError(
            say(
                f"{source} 不是文件夹，也不是 git 修订：{error.message.zh}",
                f"{source} is neither a folder nor a git revision: {error.message.en}",
            )
        ) from None
    with unpacked(revision, here) as folder:
        return open_session(folder, curriculum, kept_as=f"{PREFIX}{here.resolve()}")


def compare(
    old: tuple[str, Session],
    new: tuple[str, Session],
    people: Path | None,
    options: DiffOptions,
    report: Callable[[int], None] = lambda people: None,
) -> Difference:
    """Return what differs between two libraries and, where there are ``people``, in their plans.

    Args:
        old: the library before, with its name.
        new: the library after, with its name.
        people: a file or folder of people; None = the documents alone.
        options: how plans are compared.
        report: called now and then with the number of people that are done.

    Raises:
        UsageError: when a file cannot be read or lists nobody.
        FilesInError: when files of people hold an error under both libraries.
    """
    documents = compare_libraries(old[1].library, new[1].library)
    plans = compare_plans(old, new, people, options, documents, report) if people is not None else None
    return Difference(old, new, documents, plans)


def compare_plans(
    old: tuple[str, Session],
    new: tuple[str, Session],
    people: Path,
    options: DiffOptions,
    documents: tuple[DocumentChange, ...],
    report: Callable[[int], None],
) -> PlansCompared:
    """Return the sums over everyone in ``people``, a shard at a time; the same for any number of workers.

    Raises:
        UsageError: when a file cannot be read or lists nobody.
        FilesInError: when people are wrong under both libraries: all that is wrong with them.
    """
    # People may name what only one of the libraries has, so they are read against the documents of both.
    both = replace(new[1], loading=Loading(overlay(new[1].loading, old[1].loading)))
    stream = open_stream(both, people)
    job = _job(old[1], new[1], stream, read_calibration(people), options, documents)
    compared, problems = PlansCompared(ChangeTally(), [], []), list[Diagnostic]()
    with Labels(stream.line_format.name) as labels:
        for found in _results(job, stream, options.workers):
            compared.tally.merge(found.tally)
            compared.changes += found.changes
            compared.unreadable += found.unreadable
            problems += found.problems
            problems += filter(None, (labels.find_repeated(person, line) for person, line in found.people))
            report(compared.tally.people)
    if problems:
        message = say(
            f"文件有 {len(problems)} 处错误，先改正再继续", f"the files have {len(problems)} errors; mend them first"
        )
        raise FilesInError(message, tuple(sorted(problems, key=lambda problem: problem.sort_key)), {})
    return compared


def _job(
    old: Session,
    new: Session,
    stream: PeopleStream,
    calibration: Calibration | None,
    options: DiffOptions,
    documents: tuple[DocumentChange, ...],
) -> DiffJob:
    many = sum(1 for _ in islice(stream.lines(), FAST_ABOVE + 1)) > FAST_ABOVE
    jobs = [make_job(session, options.plan, stream.line_format, calibration, fast=many) for session in (old, new)]
    own = {part.name: getattr(jobs[0], part.name) for part in fields(Job)}
    return DiffJob(**own, other=jobs[1], documents=documents, full=options.full, listed=options.listed)


def _results(job: DiffJob, stream: PeopleStream, processes: int) -> Iterator[ComparedShard]:
    """Yield the results of the shards of ``stream`` in their order, with a few under way."""
    with local_workers_of(compare_shard, job, processes) as workers:
        waiting: deque[Future[ComparedShard]] = deque()
        for shard in cut_shards(stream.lines(), PEOPLE_IN_A_SHARD):
            waiting.append(workers.submit(shard))
            if len(waiting) >= workers.in_flight:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
