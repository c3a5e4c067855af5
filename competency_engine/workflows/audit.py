"""Audit a curriculum, and a population against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from competency_engine.audit.coverage import cover
from competency_engine.audit.findings import find_findings
from competency_engine.audit.observed import Observed, requisites_of
from competency_engine.audit.outline import Outline, outline
from competency_engine.audit.people import SMALLEST_CELL, Tally
from competency_engine.audit.structure import measure_layers
from competency_engine.audit.summary import Audit
from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.entity import PersonId
from competency_engine.domain.people import Dossier
from competency_engine.workflows.counting import count_shards
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session
from competency_engine.workflows.shards import OUR_DEFECT, BrokenLine, Job, Shard, plan_people
from competency_engine.workflows.streams import open_stream, stream_job

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused


def audit(
    session: Session,
    people: Path | None,
    options: PlanOptions,
    workers: int | None = 1,
    report: Callable[[int], None] = lambda people: None,
    smallest: int = SMALLEST_CELL,
) -> Audit:
    """Return what the curriculum teaches and, where there are ``people``, what they lack and what their best plans take.

    Args:
        session: the library.
        people: a file or folder of people; None = the curriculum alone.
        options: dates and hours of the plans.
        workers: processes that plan.
        report: called now and then with the number of people that are done.
        smallest: levels that fewer people lack weigh nothing in the severity of findings.

    Raises:
        UsageError: when a file cannot be read or lists nobody.
        FilesInError: when files of people hold an error.
    """
    coverage = cover(session.library)
    layers = measure_layers(session.library)
    tally, observed = count_people(session, people, options, workers, report) if people is not None else (None, None)
    weights = tally.weights(smallest) if tally is not None else None
    findings = find_findings(session.library, coverage, weights or None)
    return Audit(session.library, session.library_hash, options.as_of, coverage, layers, findings, tally, observed)


def count_people(
    session: Session, people: Path, options: PlanOptions, workers: int | None, report: Callable[[int], None]
) -> tuple[Tally, Observed]:
    """Return the sums over everyone in ``people``, planned a shard at a time; the same for any number of ``workers``.

    Raises:
        UsageError: when a file cannot be read or lists nobody.
        FilesInError: when lines of people are wrong: all that is wrong with them.
    """
    stream = open_stream(session, people)
    job = stream_job(session, stream, people, options)
    tally, observed = Tally(), Observed()
    for counted in count_shards(tally_shard, job, stream, workers):
        tally.merge(counted.tally)
        observed.merge(counted.observed)
        report(tally.people)
    return tally, observed


class Counted(NamedTuple):
    """What one shard adds: the sums, who is in it and at which line, and what is wrong with the lines of the others."""

    tally: Tally
    observed: Observed
    people: tuple[tuple[PersonId, int], ...]
    problems: tuple[Diagnostic, ...]


def _outlined(job: Job, dossier: Dossier, fused: Mapping[PersonId, Fused]) -> Outline:
    planner = job.planner_of(dossier, fused)
    solved = planner.solve(dossier.person.id)
    return outline(solved.assessment, planner.options.horizon(planner.session), solved.problem, solved.solution)


def tally_shard(job: Job, shard: Shard) -> Counted:
    """Return the sums of one shard: a pure function, the same in any process."""
    tally, observed, people, problems = Tally(), Observed(), list[tuple[PersonId, int]](), list[Diagnostic]()
    pairs = requisites_of(job.planner.session.library)
    for one in plan_people(job, shard, partial(_outlined, job)):
        if isinstance(one, BrokenLine):
            (tally.left_out if one.finding.code == OUR_DEFECT else problems).append(one.finding)
        else:
            tally.add(one.dossier, one.plan)
            observed.add(one.dossier, one.fused, pairs)
            people.append((one.dossier.person.id, one.number))
    return Counted(tally, observed, tuple(people), tuple(problems))
