"""Sums over everyone in a stream: shards are counted anywhere, their results taken in the order of the people."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Protocol, TypeVar

from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.entity import PersonId
from competency_engine.errors import mend_first
from competency_engine.loading.labels import Labels
from competency_engine.loading.people_stream import PeopleStream
from competency_engine.workflows.batch import PEOPLE_IN_A_SHARD
from competency_engine.workflows.shards import Job, Shard, cut_shards
from competency_engine.workflows.workers import Workers, local_workers_of


class Counted(Protocol):
    """What one shard adds."""

    @property
    def people(self) -> Sequence[tuple[PersonId, int]]:
        """Who was counted, with the number of the line."""

    @property
    def problems(self) -> Sequence[Diagnostic]:
        """What is wrong with the others."""


JobT = TypeVar("JobT", bound=Job)
CountedT = TypeVar("CountedT", bound=Counted)


def count_shards(
    count: Callable[[JobT, Shard], CountedT],
    job: JobT,
    stream: PeopleStream,
    processes: int | None,
    people_in_a_shard: int = PEOPLE_IN_A_SHARD,
) -> Iterator[CountedT]:
    """Yield what ``count``, a pure function, returns of each shard of ``stream``, in their order whatever the number of ``processes``.

    Raises:
        FilesInError: after the last, when lines of people were wrong or a label stood twice: all that is wrong.
        EngineError: when a process dies.
    """
    problems: list[Diagnostic] = []
    with local_workers_of(count, job, processes) as workers, Labels(stream.line_format.name) as labels:
        for counted in _in_order(cut_shards(stream.lines(), people_in_a_shard), workers):
            problems += counted.problems
            problems += filter(None, (labels.find_repeated(person, line) for person, line in counted.people))
            yield counted
    if problems:
        raise mend_first(problems)


def _in_order(shards: Iterator[Shard], workers: Workers[CountedT]) -> Iterator[CountedT]:
    """Yield the results of ``shards`` in their order, with a few under way."""
    waiting: deque[Future[CountedT]] = deque()
    for shard in shards:
        waiting.append(workers.submit(shard))
        if len(waiting) >= workers.in_flight:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
