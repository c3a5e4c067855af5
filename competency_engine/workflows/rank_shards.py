"""The unit of ranking: some people in, what each single change does to their plans out, by one pure function wherever it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from competency_engine.assessment.gaps import Assessment, assess
from competency_engine.audit.candidates import Candidate, DropRequisite, RaiseBudget, WriteModule
from competency_engine.audit.plan_changes import outcome
from competency_engine.audit.ranking import RankTally
from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.entity import ModuleId, PersonId
from competency_engine.domain.people import Dossier
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import PlanningProblem, Solution
from competency_engine.planning.search import fastest_search
from competency_engine.planning.solve import solve_problem
from competency_engine.planning.switches import Switch, Switched, try_singly
from competency_engine.workflows.shards import Job, Shard

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused


@dataclass(frozen=True, kw_only=True)
class RankJob(Job):
    """The job of trying single changes on everybody's plans.

    Attributes:
        candidates: the changes.
        switched: the catalogue in which they lie ready.
        switches: each change by its place; the yardstick has none.
    """

    candidates: tuple[Candidate, ...]
    switched: Switched
    switches: dict[int, Switch]

    @classmethod
    def of(cls, job: Job, candidates: tuple[Candidate, ...], switched: Switched) -> RankJob:
        """Return the job of trying ``candidates`` on the plans that ``job`` makes."""
        own = {part.name: getattr(job, part.name) for part in fields(Job)}
        switches = dict(_switches(candidates, switched))
        return cls(**own, candidates=candidates, switched=switched, switches=switches)

    def warm_up(self) -> None:
        """Load what planning with all changes at hand needs."""
        if self.fast:
            fastest_search(self.switched.catalogue).warm_up()


def _switches(candidates: tuple[Candidate, ...], switched: Switched) -> Iterator[tuple[int, Switch]]:
    for index, candidate in enumerate(candidates):
        if isinstance(candidate, WriteModule):
            yield index, switched.write(ModuleId(candidate.module.id))
        elif isinstance(candidate, DropRequisite):
            yield index, switched.drop(candidate.entry)


@dataclass(frozen=True)
class RankedShard:
    """What one shard adds: sums, who is in it at which line, and what is wrong with the others."""

    tally: RankTally = field(default_factory=RankTally)
    people: list[tuple[PersonId, int]] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


def rank_shard(job: RankJob, shard: Shard) -> RankedShard:
    """Return what one shard adds: a pure function, the same in any process."""
    reads = [(line.number, job.reader.read(line.number, line.content)) for line in shard.lines]
    fused = job.fuse([read for _, read in reads if isinstance(read, Dossier)])
    found = RankedShard()
    for number, read in reads:
        if isinstance(read, Dossier):
            _try_changes(job, read, fused.get(read.person.id), found.tally)
            found.people.append((read.person.id, number))
        else:
            found.problems.extend(read)
    return found


def _try_changes(job: RankJob, dossier: Dossier, fused: Fused | None, tally: RankTally) -> None:
    """Count what each change does to the plan of one person."""
    planner = job.planner
    population = replace(dossier.population, calibration=planner.population.calibration)
    assessment = assess(dossier.person.id, population, planner.session.library, planner.options.as_of, fused)
    horizon = planner.options.horizon(planner.session)

    def solve(problem: PlanningProblem) -> Solution | None:
        tally.solved += 1
        return solve_problem(problem, fastest_search(job.switched.catalogue) if job.fast else None)

    problem = _pose(job, assessment, horizon)
    old = outcome(problem, horizon, solve(problem))
    tally.add(old)
    places = list(job.switches)
    for tried in try_singly(problem, list(job.switches.values()), solve):
        new = outcome(tried.problem, horizon, tried.solution)
        tally.add_change(places[tried.switch], assessment, old, new)
    for place, candidate in enumerate(job.candidates):
        if isinstance(candidate, RaiseBudget):
            raised = _pose(job, assessment, replace(horizon, hours_per_year=candidate.hours_per_year))
            tally.add_change(place, assessment, old, outcome(raised, horizon, solve(raised)))


def _pose(job: RankJob, assessment: Assessment, horizon: Horizon) -> PlanningProblem:
    """Return the problem of one person with every switch off."""
    switched = job.switched
    return switched.off(pose_problem(assessment, switched.library, switched.catalogue, horizon))
