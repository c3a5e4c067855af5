"""The unit of batch work: some people in, their plans out, by one pure function wherever it runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import competency_engine
from competency_engine.assessment.gaps import asked_of
from competency_engine.diagnostics import Diagnostic, Position, Severity
from competency_engine.domain.calibration import Calibration
from competency_engine.domain.entity import PersonId
from competency_engine.domain.people import Dossier, Population
from competency_engine.domain.plan import Plan, PlanStatus
from competency_engine.errors import EngineError
from competency_engine.loading.dossiers import DossierReader, LineFormat
from competency_engine.loading.people_stream import Line
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.search import fastest_search
from competency_engine.planning.solve import BrokenPlanError
from competency_engine.text import say
from competency_engine.workflows.plan import Planner, PlanOptions
from competency_engine.workflows.session import Session

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused

PlanT = TypeVar("PlanT")
OUR_DEFECT = "BUG01"
"""Code of the finding that a plan of ours was rejected by the verifier."""
SHARD_BYTES = 4 * 1024 * 1024
"""A shard ends here even when it holds fewer people than asked for, so that long lines cannot fill the memory."""


@dataclass(frozen=True)
class Job:
    """All that is the same for every person.

    Attributes:
        planner: plans one person, once it has a population.
        reader: reads a line.
        key: SHA-256 of what a plan depends on besides the person.
        fast: whether to take the compiled search where numba is installed; the plans are the same.
        version: of this package, where the job was made.
    """

    planner: Planner
    reader: DossierReader
    key: str
    fast: bool = False
    version: str = competency_engine.__version__

    def warm_up(self) -> None:
        """Load what planning needs, so that processes forked from here have it."""
        if self.fast:
            fastest_search(self.planner.catalogue).warm_up()

    def fuse(self, dossiers: Sequence[Dossier]) -> Mapping[PersonId, Fused]:
        """Return what the sources say of those who have sittings; many at a time is faster than one by one."""
        rated = [dossier for dossier in dossiers if dossier.sittings]
        if not rated:
            return {}
        from competency_engine.assessment.fusion import fuse  # numpy, only where there are scores

        as_of = self.planner.options.as_of
        asked = [asked_of(dossier.person.id, dossier.population, as_of) for dossier in rated]
        fused = fuse(asked, self.planner.session.library, self.planner.population.calibration, as_of)
        return {dossier.person.id: of_person for dossier, of_person in zip(rated, fused, strict=True)}

    def planner_of(self, dossier: Dossier, fused: Mapping[PersonId, Fused]) -> Planner:
        """Return what plans the person of ``dossier``."""
        search = fastest_search(self.planner.catalogue) if self.fast else None
        population = replace(dossier.population, calibration=self.planner.population.calibration)
        return replace(self.planner, population=population, search=search, fused=fused)

    def plan(self, dossier: Dossier, fused: Mapping[PersonId, Fused]) -> Plan:
        """Return the plan of one person."""
        return self.planner_of(dossier, fused).plan(dossier.person.id)


def make_job(
    session: Session,
    options: PlanOptions,
    line_format: LineFormat,
    calibration: Calibration | None = None,
    *,
    fast: bool = False,
) -> Job:
    """Return the job of planning people who stand in lines of ``line_format``; ``fast`` as in `Job`."""
    heard = calibration.hash if calibration is not None else None
    parts = [competency_engine.__version__, session.library_hash, asdict(options), repr(line_format), heard]
    key = hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()
    planner = Planner(
        session, Population({}, {}, {}, calibration=calibration), compile_catalogue(session.library), options
    )
    return Job(planner, DossierReader(line_format, session.library, options.as_of), key, fast)


@dataclass(frozen=True, slots=True)
class Shard:
    """Some lines of a stream; ``number`` counts shards from 0."""

    number: int
    lines: tuple[Line, ...]

    def key(self, job: Job) -> str:
        """Return the SHA-256 of everything on which the result of this shard depends."""
        digest = hashlib.sha256(f"{job.key} {self.number}\n".encode())
        for line in self.lines:
            digest.update(f"{line.number} {len(line.content)}\n".encode())
            digest.update(line.content)
        return digest.hexdigest()


class PlannedLine(NamedTuple):
    """The plan of the person in line ``number``, as a line of JSON without its end."""

    number: int
    person: PersonId
    status: PlanStatus
    text: bytes


class BrokenLine(NamedTuple):
    """One thing that is wrong with the person in line ``number``."""

    number: int
    finding: Diagnostic


@dataclass(frozen=True, slots=True)
class ShardResult:
    """Plans in the order of the lines, and what is wrong with the lines that gave none."""

    plans: tuple[PlannedLine, ...]
    broken: tuple[BrokenLine, ...]


class PlannedPerson(NamedTuple, Generic[PlanT]):
    """The plan of the person in line ``number``, or what is asked of it, with what it was made from."""

    number: int
    dossier: Dossier
    fused: Fused | None
    plan: PlanT


def plan_shard(job: Job, shard: Shard) -> ShardResult:
    """Return the plans of one shard: a pure function, the same in this process, a pool of them, or a cluster.

    A line in which something is wrong gives findings and no plan; the others are planned all the same.

    Raises:
        EngineError: when the job was made by another version of this package.
    """
    plans: list[PlannedLine] = []
    broken: list[BrokenLine] = []
    for one in plan_people(job, shard, job.plan):
        if isinstance(one, BrokenLine):
            broken.append(one)
        else:
            person, plan = one.dossier.person.id, one.plan
            plans.append(PlannedLine(one.number, person, plan.status, plan.model_dump_json().encode()))
    return ShardResult(tuple(plans), tuple(broken))


def plan_people(
    job: Job, shard: Shard, make: Callable[[Dossier, Mapping[PersonId, Fused]], PlanT]
) -> Iterator[PlannedPerson[PlanT] | BrokenLine]:
    """Yield for each line of a shard what ``make`` makes of its person, given what the sources say, or all that is wrong with it.

    Raises:
        EngineError: when the job was made by another version of this package.
    """
    if job.version != competency_engine.__version__:
        here = competency_engine.__version__
        raise EngineError(
            say(
                f"工作进程的版本是 {here}，任务的版本是 {job.version}；装成同一版本",
                f"a worker has version {here}, the job {job.version}; install one version everywhere",
            )
        )
    reads = [(line.number, job.reader.read(line.number, line.content)) for line in shard.lines]
    fused = job.fuse([read for _, read in reads if isinstance(read, Dossier)])
    for number, read in reads:
        if isinstance(read, Dossier):
            yield _planned(job, number, read, fused, make)
        else:
            yield from (BrokenLine(number, finding) for finding in read)


def _planned(
    job: Job,
    number: int,
    dossier: Dossier,
    fused: Mapping[PersonId, Fused],
    make: Callable[[Dossier, Mapping[PersonId, Fused]], PlanT],
) -> PlannedPerson[PlanT] | BrokenLine:
    """Return the plan of one person; one that the verifier rejects is our defect, and stops nobody else."""
    person = dossier.person.id
    try:
        plan = make(dossier, fused)
    except BrokenPlanError as refusal:
        return BrokenLine(number, _rejected(Position(job.reader.line_format.name, number, 1), person, refusal))
    except Exception as defect:
        defect.add_note(f"while planning {person}, line {number} of {job.reader.line_format.name}")
        raise
    return PlannedPerson(number, dossier, fused.get(person), plan)


def _rejected(position: Position, person: PersonId, refusal: BrokenPlanError) -> Diagnostic:
    return Diagnostic(
        OUR_DEFECT,
        Severity.ERROR,
        position,
        say(f"核验没有通过 {person} 的计划：{refusal}", f"the verifier rejects the plan of {person}: {refusal}"),
        say("符合每条规则的计划", "a plan that keeps every rule"),
        say(
            "这是程序的缺陷，请把这条消息发给我们；其他人的计划不受影响",
            "this is a defect of ours, please send us this message; the plans of the others are not touched by it",
        ),
    )


def cut_shards(lines: Iterable[Line], people: int) -> Iterator[Shard]:
    """Yield ``lines`` in shards of at most ``people``."""
    shard: list[Line] = []
    size = number = 0
    for line in lines:
        shard.append(line)
        size += len(line.content)
        if len(shard) >= people or size >= SHARD_BYTES:
            yield Shard(number, tuple(shard))
            shard, size, number = [], 0, number + 1
    if shard:
        yield Shard(number, tuple(shard))
