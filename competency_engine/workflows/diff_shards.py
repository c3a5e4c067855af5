"""The unit of comparing plans: some people in, what becomes of their plans out, by one pure function wherever it runs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, NamedTuple

from competency_engine.assessment.gaps import Assessment, assess
from competency_engine.audit.compare import DocumentChange
from competency_engine.audit.plan_changes import ChangeTally, Outcome, PlanChange, causes, outcome
from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.entity import PersonId
from competency_engine.domain.people import Dossier
from competency_engine.planning.fingerprint import Part, fingerprint, relevant_part
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import PlanningProblem
from competency_engine.planning.search import fastest_search
from competency_engine.planning.solve import solve_problem
from competency_engine.workflows.shards import Job, Shard

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused


@dataclass(frozen=True, kw_only=True)
class DiffJob(Job):
    """The job of planning people under the library of this job and under that of another.

    Attributes:
        other: the job of the new library.
        documents: what differs between the libraries.
        full: whether to make the plans of everyone, also of those that cannot differ.
        listed: whether to keep each plan that differs.
    """

    other: Job
    documents: tuple[DocumentChange, ...] = ()
    full: bool = False
    listed: bool = False

    @classmethod
    def of(cls, old: Job, new: Job, documents: tuple[DocumentChange, ...], *, full: bool, listed: bool) -> DiffJob:
        """Return the job of comparing what two jobs plan."""
        own = {part.name: getattr(old, part.name) for part in fields(Job)}
        return cls(**own, other=new, documents=documents, full=full, listed=listed)

    def warm_up(self) -> None:
        """Load what planning needs under both libraries."""
        super().warm_up()
        self.other.warm_up()


class Unreadable(NamedTuple):
    """A person whom one library cannot read: which (``old`` or ``new``), who, and one thing that is wrong."""

    side: str
    person: PersonId
    finding: Diagnostic


@dataclass(frozen=True)
class ComparedShard:
    """What one shard adds: sums, changes, who is in it at which line, and what is wrong with the others."""

    tally: ChangeTally = field(default_factory=ChangeTally)
    changes: list[PlanChange] = field(default_factory=list)
    people: list[tuple[PersonId, int]] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


def compare_shard(job: DiffJob, shard: Shard) -> ComparedShard:
    """Return what one shard adds: a pure function, the same in any process."""
    sides = (job, job.other)
    reads = [[side.reader.read(line.number, line.content) for line in shard.lines] for side in sides]
    fused = [
        side.fuse([read for read in of_side if isinstance(read, Dossier)])
        for side, of_side in zip(sides, reads, strict=True)
    ]
    found = ComparedShard()
    for line, before, after in zip(shard.lines, *reads, strict=True):
        if isinstance(before, Dossier) and isinstance(after, Dossier):
            person = before.person.id
            old = _pose(job, before, fused[0].get(person))
            new = _pose(job.other, after, fused[1].get(person))
            _compare(job, old, new, found)
        elif isinstance(before, Dossier):
            person = before.person.id
            found.unreadable.extend(Unreadable("new", person, finding) for finding in after)
        elif isinstance(after, Dossier):
            person = after.person.id
            found.unreadable.extend(Unreadable("old", person, finding) for finding in before)
        else:
            found.problems.extend(after)
            continue
        found.people.append((person, line.number))
    return found


class _Posed(NamedTuple):
    """One person under one library: the problem, and what its best plan depends on."""

    job: Job
    assessment: Assessment
    problem: PlanningProblem
    horizon: Horizon
    part: Part


def _pose(job: Job, dossier: Dossier, fused: Fused | None) -> _Posed:
    planner = job.planner
    library, options = planner.session.library, planner.options
    population = replace(dossier.population, calibration=planner.population.calibration)
    assessment = assess(dossier.person.id, population, library, options.as_of, fused)
    horizon = options.horizon(planner.session)
    problem = pose_problem(assessment, library, planner.catalogue, horizon)
    return _Posed(job, assessment, problem, horizon, relevant_part(problem, horizon))


def _compare(job: DiffJob, old: _Posed, new: _Posed, found: ComparedShard) -> None:
    """Count one person, making the plans only where what they depend on differs."""
    found.tally.people += 1
    if not job.full and fingerprint(old.part) == fingerprint(new.part):
        return
    found.tally.solved += 1
    before, after = _solve(old), _solve(new)
    if before != after:
        sides = [(posed.part, posed.assessment, posed.job.planner.session.library) for posed in (old, new)]
        change = PlanChange(old.assessment.person.id, before, after, causes(job.documents, *sides))
        found.tally.add(change)
        if job.listed:
            found.changes.append(change)


def _solve(posed: _Posed) -> Outcome:
    search = fastest_search(posed.job.planner.catalogue) if posed.job.fast else None
    return outcome(posed.problem, posed.horizon, solve_problem(posed.problem, search))
