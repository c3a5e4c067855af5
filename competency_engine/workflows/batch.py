"""Plan any number of people: a stream in, plans out in the same order, in memory that does not grow with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from competency_engine.diagnostics import Diagnostic
from competency_engine.errors import EngineError, UsageError
from competency_engine.loading.labels import Labels
from competency_engine.loading.people_stream import PeopleStream
from competency_engine.render.diagnostics import diagnostics_data
from competency_engine.render.plan_lines import open_plan_writer
from competency_engine.text import say
from competency_engine.workflows.parts import PartFolder
from competency_engine.workflows.shards import OUR_DEFECT, BrokenLine, Job, PlannedLine, Shard, ShardResult, cut_shards
from competency_engine.workflows.workers import Workers

PEOPLE_IN_A_SHARD = 50
SHOWN_FINDINGS = 20


@dataclass(slots=True)
class Progress:
    """How far a run is.

    Attributes:
        people: lines that are done.
        found: how many of these an earlier run had done.
        share: part of the input that is done, from 0 to 1.
    """

    people: int = 0
    found: int = 0
    share: float = 0.0


@dataclass(slots=True)
class Batch:
    """What a finished run gave.

    Attributes:
        planned: people with a plan.
        infeasible: how many of these plans are infeasible.
        findings: how many things are wrong in the lines of the others.
        defects: how many of these are defects of ours.
        shown: the first of these findings.
        errors: the file of all findings; None when there are none.
    """

    planned: int = 0
    infeasible: int = 0
    findings: int = 0
    defects: int = 0
    shown: list[Diagnostic] = field(default_factory=list)
    errors: Path | None = None


def errors_file(out: Path) -> Path:
    """Return where the findings of a run that writes ``out`` go: ``plans.errors.jsonl`` beside ``plans.jsonl``."""
    return out.with_name(f"{out.stem}.errors.jsonl")


def plan_stream(
    job: Job,
    stream: PeopleStream,
    out: Path,
    workers: Workers[ShardResult],
    *,
    people_in_a_shard: int,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Batch:
    """Plan everyone in ``stream`` and write the plans to ``out``, in the order of the stream.

    Finished shards stay in a folder beside ``out`` until all are done, so a run that was cut short goes on where it
    was; ``out`` appears whole at the end. Its bytes depend on neither ``workers`` nor ``people_in_a_shard``.

    Args:
        job: what to do for each person.
        stream: the people.
        out: file of plans, in the format of its suffix.
        workers: plan the shards.
        report: told of the progress after each shard.
        people_in_a_shard: most people in a shard.

    Raises:
        UsageError: when ``out`` cannot be written, or nobody is in the stream.
        KeyboardInterrupt: on an interrupt; what was under way is stored first.
    """
    parts = PartFolder(out)
    keys = _finish_shards(job, stream, parts, workers, report, people_in_a_shard)
    if not keys:
        parts.remove()
        name = job.reader.line_format.name
        raise UsageError(say(f"{name} 里没有学员", f"there are no people in {name}"))
    batch = _join(parts, keys, out, job.reader.line_format.name)
    parts.remove()
    return batch


def _finish_shards(
    job: Job,
    stream: PeopleStream,
    parts: PartFolder,
    workers: Workers[ShardResult],
    report: Callable[[Progress], None],
    people: int,
) -> list[bytes]:
    """Store every part that is not there yet; return the key of each.

    Why bytes: a nation has thousands of shards, and their keys are all that stays in memory.
    """
    keys: list[bytes] = []
    progress = Progress()
    waiting: dict[Future[ShardResult], Shard] = {}

    def count(shard: Shard, *, found: bool) -> None:
        progress.people += len(shard.lines)
        progress.found += len(shard.lines) if found else 0
        progress.share = max(progress.share, shard.lines[-1].end / stream.size)
        report(progress)

    def store(done: set[Future[ShardResult]]) -> None:
        for future in done:
            shard = waiting.pop(future)
            parts.store(shard.number, keys[shard.number].hex(), future.result())
            count(shard, found=False)

    try:
        for shard in cut_shards(stream.lines(), people):
            key = shard.key(job)
            keys.append(bytes.fromhex(key))
            if parts.read(shard.number, key) is not None:
                count(shard, found=True)
                continue
            waiting[workers.submit(shard)] = shard
            if len(waiting) >= workers.in_flight:
                store(wait(waiting, return_when=FIRST_COMPLETED).done)
        while waiting:
            store(wait(waiting, return_when=FIRST_COMPLETED).done)
    except BaseException:
        started = {future for future in waiting if not future.cancel()}
        store({future for future in wait(started).done if future.exception() is None})
        raise
    return keys


def _join(parts: PartFolder, keys: list[bytes], out: Path, name: str) -> Batch:
    """Write the plans of all parts to ``out`` and their findings to the file of errors.

    A second plan of one person becomes a finding.
    """
    batch = Batch()
    errors = errors_file(out)
    with (
        parts.replacing(out) as plans_file,
        parts.replacing(errors) as findings_file,
        Labels(name) as labels,
        open_plan_writer(plans_file, out.suffix) as write,
    ):
        for result in _results(parts, keys):
            once, broken = _without_repeated(result, labels)
            findings = tuple(line.finding for line in broken)
            write([plan.text for plan in once])
            batch.planned += len(once)
            batch.infeasible += sum(plan.status == "infeasible" for plan in once)
            batch.findings += len(findings)
            batch.defects += sum(finding.code == OUR_DEFECT for finding in findings)
            batch.shown += findings[: SHOWN_FINDINGS - len(batch.shown)]
            for finding in diagnostics_data(findings):
                findings_file.write(json.dumps(finding, ensure_ascii=False).encode() + b"\n")
    if batch.findings:
        batch.errors = errors
    else:
        errors.unlink()
    return batch


def _results(parts: PartFolder, keys: list[bytes]) -> Iterator[ShardResult]:
    for number, key in enumerate(keys):
        result = parts.read(number, key.hex())
        if result is None:
            raise EngineError(
                say(
                    f"{parts.path} 里的第 {number} 片被别的程序改动，再运行一次即可",
                    f"another program changed part {number} in {parts.path}; run the command again",
                )
            )
        yield result


def _without_repeated(result: ShardResult, labels: Labels) -> tuple[list[PlannedLine], list[BrokenLine]]:
    """Return the plans of people who are not yet in ``labels``, and the broken lines, with those of the others."""
    once, broken = [], list(result.broken)
    for plan in result.plans:
        repeated = labels.find_repeated(plan.person, plan.number)
        if repeated is None:
            once.append(plan)
        else:
            broken.append(BrokenLine(plan.number, repeated))
    return once, sorted(broken, key=lambda line: line.number)
