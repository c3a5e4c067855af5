"""Which single changes of a curriculum would close most gap hours of a population."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from competency_engine.audit.candidates import Candidate, DropRequisite, WriteModule, find_candidates, step_hours
from competency_engine.audit.coverage import cover
from competency_engine.audit.plan_changes import Goal
from competency_engine.audit.ranking import RankTally
from competency_engine.planning.switches import compile_switched
from competency_engine.workflows.counting import count_shards
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.rank_shards import RankJob, rank_shard
from competency_engine.workflows.session import Session
from competency_engine.workflows.streams import FAST_ABOVE, open_stream, stream_job

PEOPLE_IN_A_SHARD = 4
"""Each takes some twenty plans."""


@dataclass(frozen=True)
class Ranking:
    """What single changes do to everybody's best plans.

    Attributes:
        session: the library as it is.
        candidates: every change that was tried.
        hours: what each level weighs in hours.
        tally: of everyone.
    """

    session: Session
    candidates: tuple[Candidate, ...]
    hours: dict[Goal, float]
    tally: RankTally


def rank(
    session: Session,
    people: Path | None,
    options: PlanOptions,
    workers: int | None = 1,
    report: Callable[[int], None] = lambda people: None,
) -> Ranking:
    """Return what each single change does to the best plans of everyone in ``people``, by default those of the workspace.

    The same for any number of ``workers``.

    Args:
        session: the library.
        people: a file or folder of people.
        options: dates and hours of the plans; with hours of their own there is no yardstick.
        workers: processes that plan.
        report: called now and then with the number of people that are done.

    Raises:
        UsageError: when a file cannot be read or lists nobody.
        FilesInError: when people are wrong: all that is wrong with them.
    """
    library = session.library
    coverage = cover(library)
    candidates = find_candidates(library, coverage, yardstick=options.hours is None)
    modules = [candidate.module for candidate in candidates if isinstance(candidate, WriteModule)]
    entries = {candidate.entry for candidate in candidates if isinstance(candidate, DropRequisite)}
    stream = open_stream(session, people)
    job = stream_job(session, stream, people, options, fast_above=FAST_ABOVE // 10)
    ranked = RankJob.of(job, candidates, compile_switched(library, modules, entries))
    tally = RankTally()
    for counted in count_shards(rank_shard, ranked, stream, workers, PEOPLE_IN_A_SHARD):
        tally.merge(counted.tally)
        report(tally.people)
    for of_change in tally.changes.values():
        of_change.people = tally.people
    return Ranking(session, candidates, step_hours(library, coverage), tally)
