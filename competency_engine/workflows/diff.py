"""Two libraries compared, and the plans of a population under both: only those are made that can differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from competency_engine.audit.compare import DocumentChange, compare_libraries
from competency_engine.audit.plan_changes import ChangeTally, PlanChange
from competency_engine.errors import FilesInError, UsageError
from competency_engine.loading.loader import Loading, overlay
from competency_engine.text import say
from competency_engine.workflows.counting import count_shards
from competency_engine.workflows.diff_shards import DiffJob, Unreadable, compare_shard
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.revision import PARTS, PREFIX, find_commit, unpacked
from competency_engine.workflows.session import Session, open_session
from competency_engine.workflows.streams import open_stream, stream_job


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
    workers: int | None = 1


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
    before, after = (stream_job(session, stream, people, options.plan) for session in (old[1], new[1]))
    job = DiffJob.of(before, after, documents, full=options.full, listed=options.listed)
    compared = PlansCompared(ChangeTally(), [], [])
    for found in count_shards(compare_shard, job, stream, options.workers):
        compared.tally.merge(found.tally)
        compared.changes += found.changes
        compared.unreadable += found.unreadable
        report(compared.tally.people)
    return compared
