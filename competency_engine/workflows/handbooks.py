"""Handbooks of many people: plan a shard, or verify plans at hand, and print each person's; the same bytes wherever it runs."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple, assert_never

from competency_engine.assessment.gaps import assess, find_person
from competency_engine.diagnostics import Diagnostic, Position, Severity
from competency_engine.domain.entity import PersonId
from competency_engine.domain.people import Dossier
from competency_engine.domain.plan import Plan, PlanStatus
from competency_engine.errors import UsageError
from competency_engine.loading.labels import Labels
from competency_engine.loading.people_stream import Line, PeopleStream, population_stream
from competency_engine.loading.plans import read_plans
from competency_engine.reports.handbook import Handbook, make_handbook
from competency_engine.text import Lang, Text, say
from competency_engine.workflows.batch import Progress
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session, open_population
from competency_engine.workflows.shards import BrokenLine, Job, PlannedPerson, Shard, cut_shards, make_job, plan_people
from competency_engine.workflows.streams import open_stream, stream_job
from competency_engine.workflows.verify import options_of, verdict_on
from competency_engine.workflows.workers import local_workers_of

PEOPLE_IN_A_SHARD = 16
SHARDS_AHEAD = 3
"""Of what the workers have in flight: they go on while the parent waits for a slow shard whose turn it is."""
HandbookFormat = Literal["docx", "pdf", "html", "ics", "xlsx"]


@dataclass(frozen=True, slots=True)
class Printing:
    """How handbooks are printed.

    Attributes:
        format: of the files; xlsx stands for lists of everybody, of which each person gives a plan.
        lang: language of their words.
        template: an office's own Word file, for docx; None = our layout.
        template_name: by which messages call it.
    """

    format: HandbookFormat
    lang: Lang
    template: bytes | None = None
    template_name: str = ""

    @property
    def key(self) -> str:
        """SHA-256 of all on which the look of a handbook depends."""
        template = hashlib.sha256(self.template or b"").hexdigest()
        return hashlib.sha256(f"{self.format} {self.lang} {template}".encode()).hexdigest()

    def print(self, handbook: Handbook) -> bytes:
        """Return the file of one handbook.

        Raises:
            BadTemplateError: when a tag of the template cannot be filled.
        """
        from competency_engine.reports.handbook_document import handbook_document

        if self.format == "docx":
            if self.template is not None:
                from competency_engine.interop.word_template import fill_template

                return fill_template(self.template, self.template_name, handbook, self.lang)
            from competency_engine.render.docx import render_docx

            return render_docx(handbook_document(handbook), self.lang)
        if self.format == "pdf":
            from competency_engine.render.pdf import render_pdf

            return render_pdf(handbook_document(handbook), self.lang)
        if self.format == "html":
            from competency_engine.render.html import render_html

            return render_html(handbook_document(handbook), self.lang).encode()
        if self.format == "ics":
            from competency_engine.render.ics import render_ics

            return render_ics(handbook, self.lang)
        if self.format == "xlsx":
            raise ValueError(self.format)
        assert_never(self.format)


class GivenPlan(NamedTuple):
    """A plan at hand: the line of its file, and its text."""

    line: int
    text: bytes


@dataclass(frozen=True)
class HandbookJob(Job):
    """The job of planning people and printing their handbooks.

    Attributes:
        printing: how to print.
        given: plans at hand, to be verified in place of planning; None = plan.
        given_name: by which messages call their file.
    """

    printing: Printing = Printing("docx", "zh")
    given: Mapping[PersonId, GivenPlan] | None = None
    given_name: str = ""

    def key_of(self, line: Line) -> str:
        """Return the SHA-256 of everything on which the handbook of the person in ``line`` depends."""
        digest = hashlib.sha256(f"{self.printing.key} {self.key} {len(line.content)}\n".encode() + line.content)
        if self.given is not None:
            digest = hashlib.sha256(
                f"{self.printing.key} {self.planner.session.library_hash}\n".encode() + line.content
            )
            given = self.given.get(json.loads(line.content)["person"]["id"])
            digest.update(given.text if given is not None else b"")
        return digest.hexdigest()


class Made(NamedTuple):
    """The handbook of the person in line ``number``; for lists, the plan as a line of JSON."""

    number: int
    person: PersonId
    status: PlanStatus
    content: bytes


HandbookShard = tuple[Made | BrokenLine, ...]


def make_handbooks(job: HandbookJob, shard: Shard) -> HandbookShard:
    """Return the handbooks of one shard, in the order of its lines: a pure function, the same in any process.

    Every plan was verified before: where it is planned, as the last step of solving; where it is given, here.
    """
    people = plan_people(job, shard, job.plan) if job.given is None else _verified_people(job, job.given, shard)
    return tuple(one if isinstance(one, BrokenLine) else _made(job, one) for one in people)


def _made(job: HandbookJob, planned: PlannedPerson[Plan]) -> Made:
    plan, dossier = planned.plan, planned.dossier
    if job.printing.format == "xlsx":
        return Made(planned.number, plan.person, plan.status, plan.model_dump_json().encode())
    population = replace(dossier.population, calibration=job.planner.population.calibration)
    library = job.planner.session.library
    assessment = assess(plan.person, population, library, plan.as_of, planned.fused)
    content = job.printing.print(make_handbook(plan, assessment, library))
    return Made(planned.number, plan.person, plan.status, content)


def _verified_people(
    job: HandbookJob, given: Mapping[PersonId, GivenPlan], shard: Shard
) -> Iterator[PlannedPerson[Plan] | BrokenLine]:
    """Yield for each line the plan at hand, replayed from its inputs; one that is not what it says is broken."""
    for line in shard.lines:
        read = job.reader.read(line.number, line.content)
        if not isinstance(read, Dossier):
            yield from (BrokenLine(line.number, finding) for finding in read)
            continue
        at_hand = given[read.person.id]
        plan = Plan.model_validate_json(at_hand.text)
        population = replace(read.population, calibration=job.planner.population.calibration)
        verdict = verdict_on(replace(job.planner, population=population, options=options_of(plan)), at_hand.line, plan)
        if verdict.outcome == "true":
            yield PlannedPerson(line.number, read, None, plan)
        for found in verdict.found:
            yield BrokenLine(line.number, _refused(job.given_name, at_hand.line, plan.person, found))


def _refused(name: str, line: int, person: str, found: Text) -> Diagnostic:
    return Diagnostic(
        "FMT04",
        Severity.ERROR,
        Position(name, line, 1),
        say(f"{person} 的计划不能印发：{found.zh}", f"the plan of {person} cannot be printed: {found.en}"),
        say(
            "由现在的课程和学员记录可以重放的计划",
            "a plan that can be replayed from the present curriculum and records",
        ),
        say("重新制定计划，或不写 --plans", "make the plan again, or leave out --plans"),
    )


@dataclass(frozen=True)
class Opened:
    """People to print handbooks of: the job, the stream, and what was wrong before it began."""

    job: HandbookJob
    stream: PeopleStream
    findings: tuple[Diagnostic, ...] = ()


def open_handbooks(
    session: Session, people: Path | None, names: Sequence[str], options: PlanOptions, printing: Printing
) -> Opened:
    """Return the people whose handbooks are asked for, to be planned; no ``names`` = everyone in ``people``.

    Raises:
        UsageError: when a file cannot be read or lists nobody, or a name is nobody's.
        FilesInError: when documents of people hold an error.
    """
    stream = _stream_of(session, people, names) if names else open_stream(session, people)
    return Opened(_with_printing(stream_job(session, stream, people, options), printing), stream)


def open_given(session: Session, people: Path | None, names: Sequence[str], plans: Path, printing: Printing) -> Opened:
    """Return the people whose plans stand in the file ``plans``; as `open_handbooks`, but nothing is planned.

    Raises:
        UsageError: when a file cannot be read, holds no plan, or has none of a name.
        FilesInError: when documents of people hold an error.
    """
    if not plans.is_file() or plans.suffix not in (".json", ".jsonl"):
        raise UsageError(
            say(
                f"{plans} 不是计划文件；应为 plan 写出的 .jsonl 或 .json",
                f"{plans} is no file of plans; expected .jsonl or .json as plan writes it",
            )
        )
    name = session.workspace.name_of(plans)
    given, findings = _read_given(plans, name)
    missing = [person for person in names if person not in given]
    if missing or not given:
        who = "、".join(missing) or say("任何人", "anybody").zh
        raise UsageError(
            say(f"{name} 里没有 {who} 的计划", f"{name} holds no plan of {', '.join(missing) or 'anybody'}")
        )
    population, _ = open_population(session, people, frozenset(names or given))
    wanted = [PersonId(person) for person in names or given]
    present = [person for person in wanted if person in population.persons]
    absent = say("没有这名学员", "there is no such person")
    findings += [_refused(name, given[p].line, p, absent) for p in wanted if p not in population.persons]
    chosen = replace(population, persons={person: population.persons[person] for person in present})
    stream = population_stream(chosen, session.workspace.name_of(people or session.workspace.people()))
    job = make_job(session, PlanOptions(dt.date.min), stream.line_format, population.calibration)
    job = replace(job, reader=replace(job.reader, as_of=None))
    return Opened(replace(_with_printing(job, printing), given=given, given_name=name), stream, tuple(findings))


def _read_given(plans: Path, name: str) -> tuple[dict[PersonId, GivenPlan], list[Diagnostic]]:
    """Return the plans of a file by person, and what is wrong with the lines that hold none, or one more of a person."""
    given: dict[PersonId, GivenPlan] = {}
    findings: list[Diagnostic] = []
    with Labels(name) as labels:
        for number, text, read in read_plans(plans, name):
            if not isinstance(read, Plan):
                findings.extend(read)
            elif (repeated := labels.find_repeated(read.person, number)) is not None:
                findings.append(repeated)
            else:
                given[read.person] = GivenPlan(number, text.encode())
    return given, findings


def _stream_of(session: Session, people: Path | None, names: Sequence[str]) -> PeopleStream:
    population, _ = open_population(session, people, frozenset(names), calibrated=False)
    ids = dict.fromkeys(find_person(name, population) for name in names)
    chosen = replace(population, persons={person_id: population.persons[person_id] for person_id in ids})
    return population_stream(chosen, session.workspace.name_of(people or session.workspace.people()))


def _with_printing(job: Job, printing: Printing) -> HandbookJob:
    return HandbookJob(job.planner, job.reader, job.key, job.fast, job.version, printing)


@dataclass(slots=True)
class Tally:
    """What a run gave.

    Attributes:
        made: people with a handbook.
        kept: how many of these an earlier run had made.
        infeasible: how many have a plan that is infeasible.
        findings: what is wrong with the others.
        left: files of earlier runs in the folder, which no longer belong to anybody.
    """

    made: int = 0
    kept: int = 0
    infeasible: int = 0
    findings: list[Diagnostic] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def each_handbook(
    opened: Opened,
    workers: int | None,
    tally: Tally,
    report: Callable[[Progress], None] = lambda progress: None,
    found: Callable[[Line], Made | None] = lambda line: None,
) -> Iterator[tuple[Line, Made]]:
    """Yield everybody's handbook in the order of the stream, whatever the number of ``workers``.

    Args:
        opened: the people.
        workers: processes.
        tally: counts what is yielded, and takes the findings on the others.
        report: told of the progress after each shard.
        found: returns what an earlier run has made of a line; None = it is to be made.

    Raises:
        EngineError: when a process dies.
    """
    tally.findings.extend(opened.findings)
    progress = Progress()
    waiting: deque[tuple[Shard, dict[int, Made], Future[HandbookShard] | None]] = deque()
    name = opened.job.reader.line_format.name

    def finished() -> Iterator[tuple[Line, Made]]:
        shard, kept, future = waiting.popleft()
        results = {**kept, **{one.number: one for one in future.result() if isinstance(one, Made)}} if future else kept
        tally.findings.extend(one.finding for one in (future.result() if future else ()) if isinstance(one, BrokenLine))
        for line in shard.lines:
            made = results.get(line.number)
            repeated = labels.find_repeated(made.person, line.number) if made is not None else None
            if repeated is not None:
                tally.findings.append(repeated)
            elif made is not None:
                tally.made += 1
                tally.kept += line.number in kept
                tally.infeasible += made.status == "infeasible"
                yield line, made
        progress.people += len(shard.lines)
        progress.found += len(kept)
        progress.share = shard.lines[-1].end / opened.stream.size
        report(progress)

    with local_workers_of(make_handbooks, opened.job, workers) as ready, Labels(name) as labels:
        ahead = 1 if ready.in_flight == 1 else ready.in_flight * SHARDS_AHEAD
        for shard in cut_shards(opened.stream.lines(), PEOPLE_IN_A_SHARD):
            kept = {line.number: made for line in shard.lines if (made := found(line)) is not None}
            rest = replace(shard, lines=tuple(line for line in shard.lines if line.number not in kept))
            waiting.append((shard, kept, ready.submit(rest) if rest.lines else None))
            while len(waiting) >= ahead:
                yield from finished()
        while waiting:
            yield from finished()
