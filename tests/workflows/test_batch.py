"""Planning many: order, bytes, broken lines, and what a run leaves when it is cut short at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from competency_engine.domain.people import Dossier
from competency_engine.domain.plan import Plan
from competency_engine.errors import UsageError
from competency_engine.loading.people_stream import Line, PeopleStream, json_lines_stream
from competency_engine.planning import kernel as plain_kernel
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.problem import Catalogue
from competency_engine.planning.search import Search, fastest_search, plain_search
from competency_engine.planning.solve import BrokenPlanError
from competency_engine.workflows.batch import Batch, Progress, errors_file, plan_stream
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.plan_all import plan_all
from competency_engine.workflows.schema import schema_text
from competency_engine.workflows.session import Session
from competency_engine.workflows.shards import (
    Job,
    PlannedLine,
    Shard,
    ShardResult,
    cut_shards,
    make_job,
    plan_shard,
)
from competency_engine.workflows.streams import FAST_ABOVE
from competency_engine.workflows.workers import Workers, local_workers
from tests.worlds.files import AS_OF, TINY
from tests.worlds.lines import OPTIONS, person, tiny_session, write_people

ROOT = Path(__file__).parents[2]
PEOPLE = range(12)


@pytest.fixture(scope="module")
def session() -> Session:
    return tiny_session()


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return write_people(tmp_path / "people.jsonl", PEOPLE)


@pytest.fixture(scope="module")
def expected(session: Session) -> bytes:
    """Return the plans of ``PEOPLE``, each planned alone."""
    return b"".join(plan_alone(session, number) for number in PEOPLE)


def plan_alone(session: Session, number: int) -> bytes:
    line = json.dumps(person(number), ensure_ascii=False).encode()
    job = make_job(session, OPTIONS, json_lines_stream(Path(__file__), "people.jsonl").line_format)
    dossier = job.reader.read(1, line)
    assert isinstance(dossier, Dossier)
    return job.plan(dossier, {}).model_dump_json().encode() + b"\n"


def run(
    session: Session,
    people: Path,
    out: Path,
    shard: int = 5,
    options: PlanOptions = OPTIONS,
    in_flight: int = 3,
    **given: Any,
) -> Batch:
    """Plan ``people`` in this process."""
    stream = json_lines_stream(people, "people.jsonl")
    job = make_job(session, options, stream.line_format)
    with local_workers(job, 1) as workers:
        return plan_stream(job, stream, out, workers._replace(in_flight=in_flight), people_in_a_shard=shard, **given)


def left_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.parametrize("shard", [1, 5, 12, 100])
def test_plans_stand_in_the_order_of_people_whatever_the_shard(
    session: Session, people: Path, expected: bytes, shard: int, tmp_path: Path
) -> None:
    batch = run(session, people, tmp_path / "plans.jsonl", shard)
    assert (tmp_path / "plans.jsonl").read_bytes() == expected
    assert (batch.planned, batch.findings, batch.errors) == (12, 0, None)
    assert left_in(tmp_path) == {"people.jsonl", "plans.jsonl"}


def test_two_processes_give_the_bytes_of_one(session: Session, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.jsonl", range(120))
    for workers in (1, 2):
        plan_all(session, people, OPTIONS, tmp_path / f"{workers}.jsonl", workers=workers)
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    assert (tmp_path / "2.jsonl").read_bytes().count(b"\n") == 120


def test_results_that_come_in_any_order_are_written_in_theirs(
    session: Session, people: Path, expected: bytes, tmp_path: Path
) -> None:
    """The first shard is done last of those in flight, and so on."""
    stream = json_lines_stream(people, "people.jsonl")
    job = make_job(session, OPTIONS, stream.line_format)
    held: list[tuple[Future[ShardResult], Shard]] = []

    def submit(shard: Shard) -> Future[ShardResult]:
        held.append((Future(), shard))
        if len(held) in (3, 6):
            for future, late in reversed(held[-3:]):
                future.set_result(plan_shard(job, late))
        return held[-1][0]

    plan_stream(job, stream, tmp_path / "plans.jsonl", Workers(submit, 3), people_in_a_shard=2)
    assert (tmp_path / "plans.jsonl").read_bytes() == expected


def test_every_line_fits_the_schema_that_the_schema_command_prints(
    session: Session, people: Path, tmp_path: Path
) -> None:
    run(session, people, tmp_path / "plans.jsonl")
    for subject, path in (("people", people), ("plans", tmp_path / "plans.jsonl")):
        validator = jsonschema.Draft202012Validator(json.loads(schema_text(subject)))  # type: ignore[arg-type]
        lines = path.read_text(encoding="utf-8").splitlines()
        assert [error.message for line in lines for error in validator.iter_errors(json.loads(line))] == []
        assert list(validator.iter_errors({})) != []


def test_a_broken_line_stops_nobody_else(session: Session, expected: bytes, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.jsonl", PEOPLE)
    lines = people.read_text(encoding="utf-8").splitlines()
    lines[3:3] = ["{", lines[0].replace("学员000000", "学员9").replace("old_estate", "new_estate")]
    people.write_text("\n".join(lines), encoding="utf-8")
    found = {}
    for shard in (1, 5, 100):
        out = tmp_path / f"{shard}.jsonl"
        batch = run(session, people, out, shard)
        assert out.read_bytes() == expected
        assert (batch.planned, batch.findings, batch.errors) == (12, 2, errors_file(out))
        assert [finding.code for finding in batch.shown] == ["LIN01", "REF01"]
        found[shard] = errors_file(out).read_bytes()
    assert found[1] == found[5] == found[100]
    assert [json.loads(line)["line"] for line in found[1].splitlines()] == [4, 5]


def test_a_plan_that_the_verifier_rejects_is_listed_and_stops_nobody_else(
    session: Session, people: Path, expected: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned_by = Job.plan

    def plan(job: Job, dossier: Dossier, fused: Any) -> Plan:
        if dossier.person.id == "学员000004":
            raise BrokenPlanError("caps: period 1 holds 5 of 4 quarter hours")
        return planned_by(job, dossier, fused)

    monkeypatch.setattr(Job, "plan", plan)
    out = tmp_path / "plans.jsonl"
    batch = run(session, people, out)

    lines = expected.splitlines(keepends=True)
    assert out.read_bytes() == b"".join([*lines[:4], *lines[5:]])
    assert (batch.planned, batch.findings, batch.defects) == (11, 1, 1)
    (finding,) = batch.shown
    assert (finding.code, finding.position.line) == ("BUG01", 5)
    assert "学员000004: caps" in finding.message.en


def test_the_errors_of_an_earlier_run_vanish_when_they_are_mended(
    session: Session, people: Path, tmp_path: Path
) -> None:
    out = tmp_path / "plans.jsonl"
    sound = people.read_bytes()
    people.write_bytes(sound + b"{\n")
    assert run(session, people, out).errors == errors_file(out)
    people.write_bytes(sound)
    run(session, people, out)
    assert left_in(tmp_path) == {"people.jsonl", "plans.jsonl"}


def test_a_person_who_comes_twice_is_planned_once_and_reported(
    session: Session, expected: bytes, tmp_path: Path
) -> None:
    people = write_people(tmp_path / "people.jsonl", [*PEOPLE, 3, 0])
    for shard in (1, 100):
        batch = run(session, people, tmp_path / "plans.jsonl", shard)
        assert (tmp_path / "plans.jsonl").read_bytes() == expected
        places = [(f.code, f.position.line, f.related[0].position.line) for f in batch.shown]
        assert places == [("REF02", 13, 4), ("REF02", 14, 1)]


def test_a_file_without_people_is_a_wrong_request(session: Session, tmp_path: Path) -> None:
    (tmp_path / "people.jsonl").write_text("\n \n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"there are no people in people\.jsonl"):
        run(session, tmp_path / "people.jsonl", tmp_path / "plans.jsonl")
    assert left_in(tmp_path) == {"people.jsonl"}


def test_an_output_in_no_folder_is_a_wrong_request(session: Session, people: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        run(session, people, tmp_path / "no" / "plans.jsonl")


def test_a_shard_ends_when_its_lines_are_long() -> None:
    lines = [Line(number, b" " * 1024 * 1024, number) for number in range(1, 10)]
    assert [len(shard.lines) for shard in cut_shards(lines, 100)] == [4, 4, 1]


# What is done stays done


class Crash(BaseException):
    """The process is gone."""


def crash_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let the process end just before its ``step``-th change on the disk; return what counts them."""
    count = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                raise Crash
            return real(*arguments, **named)

        return call

    monkeypatch.setattr(os, "fsync", counted(os.fsync))
    for name in ("replace", "unlink", "rmdir", "mkdir"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    return lambda: count


def test_a_crash_before_any_change_on_the_disk_loses_and_doubles_nothing(
    session: Session, people: Path, expected: bytes, tmp_path: Path
) -> None:
    people.write_bytes(people.read_bytes() + b"{\n")
    out = tmp_path / "plans.jsonl"
    step = 0
    while True:
        step += 1
        with pytest.MonkeyPatch.context() as patch:
            steps = crash_at(step, patch)
            try:
                run(session, people, out)
            except Crash:
                assert not out.exists() or out.read_bytes() == expected
            if steps() < step:
                break
        assert run(session, people, out).findings == 1
        assert out.read_bytes() == expected
        assert left_in(tmp_path) == {"people.jsonl", "plans.jsonl", "plans.errors.jsonl"}
        out.unlink()
        errors_file(out).unlink()
    assert step > 20


def parts_after(session: Session, people: Path, out: Path, shards: int) -> dict[str, bytes]:
    """Run until ``shards`` are done, as if killed then; return the parts."""

    def report(progress: Progress) -> None:
        if progress.people == 2 * shards:
            raise Crash

    with pytest.raises(Crash):
        run(session, people, out, shard=2, in_flight=1, report=report)
    return {path.name: path.read_bytes() for path in sorted(out.with_name(f"{out.name}.parts").glob("*.part"))}


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of people who are really planned."""
    names: list[str] = []
    real = Job.plan

    def plan(self: Job, dossier: Dossier, fused: Any) -> Any:
        names.append(dossier.person.id[-2:])
        return real(self, dossier, fused)

    monkeypatch.setattr(Job, "plan", plan)
    return names


def test_a_rerun_plans_only_what_is_not_done(
    session: Session, people: Path, expected: bytes, planned: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "plans.jsonl"
    assert list(parts_after(session, people, out, 3)) == ["00000000.part", "00000001.part", "00000002.part"]
    planned.clear()
    seen: list[tuple[int, int]] = []
    run(session, people, out, shard=2, report=lambda progress: seen.append((progress.people, progress.found)))
    assert planned == ["06", "07", "08", "09", "10", "11"]
    assert seen == [(2, 2), (4, 4), (6, 6), (8, 6), (10, 6), (12, 6)]
    assert out.read_bytes() == expected


@pytest.mark.parametrize("change", ["input", "options", "library", "damage", "cut", "swap"])
def test_a_part_of_something_else_is_done_again(
    session: Session, people: Path, planned: list[str], change: str, tmp_path: Path
) -> None:
    out = tmp_path / "plans.jsonl"
    parts = parts_after(session, people, out, 3)
    folder = tmp_path / "plans.jsonl.parts"
    options = OPTIONS
    if change == "input":
        people.write_bytes(people.read_bytes().replace("学员000002".encode(), "学员999999".encode()))
    elif change == "options":
        options = PlanOptions(AS_OF, months=6)
    elif change == "library":
        session = replace(session, library_hash="of other files")
    elif change == "damage":
        (folder / "00000001.part").write_bytes(parts["00000001.part"].replace(b'"hours":', b'"horas":', 1))
    elif change == "cut":
        (folder / "00000001.part").write_bytes(parts["00000001.part"][:-100])
    else:
        (folder / "00000001.part").write_bytes(parts["00000000.part"])
    planned.clear()
    run(session, people, out, shard=2, options=options)
    kept = {"options": (), "library": ()}.get(change, ("00", "01", "04", "05"))
    assert set(planned).isdisjoint(kept)
    assert len(planned) == 12 - len(kept)
    run(session, people, tmp_path / "fresh.jsonl", options=options)
    assert out.read_bytes() == (tmp_path / "fresh.jsonl").read_bytes()


def test_what_others_put_beside_the_parts_stays(session: Session, people: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plans.jsonl.parts"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    run(session, people, tmp_path / "plans.jsonl")
    assert left_in(folder) == {"notes.txt"}


def test_an_interrupt_stores_what_is_under_way(session: Session, people: Path, tmp_path: Path) -> None:
    """Of three shards in flight one runs, one is done, one has not begun when the interrupt comes."""
    stream = json_lines_stream(people, "people.jsonl")
    job = make_job(session, OPTIONS, stream.line_format)
    futures: list[Future[ShardResult]] = []

    def submit(shard: Shard) -> Future[ShardResult]:
        future: Future[ShardResult] = Future()
        futures.append(future)
        if shard.number == 3:
            futures[0].set_result(plan_shard(job, next(cut_shards(stream.lines(), 2))))
            raise KeyboardInterrupt
        if shard.number < 2:
            future.set_running_or_notify_cancel()
        if shard.number == 1:
            future.set_result(plan_shard(job, shard))
        return future

    with pytest.raises(KeyboardInterrupt):
        plan_stream(job, stream, tmp_path / "plans.jsonl", Workers(submit, 9), people_in_a_shard=2)
    assert left_in(tmp_path / "plans.jsonl.parts") == {"00000000.part", "00000001.part"}
    assert futures[2].cancelled()


@pytest.mark.parametrize(("people", "fast"), [(FAST_ABOVE, False), (FAST_ABOVE + 1, True)])
def test_many_people_are_planned_by_the_compiled_search_and_few_are_not(
    session: Session, people: int, fast: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Search] = []

    def ask(catalogue: Catalogue) -> Search:
        asked.append(fastest_search(catalogue))
        return asked[-1]

    monkeypatch.setattr("competency_engine.workflows.shards.fastest_search", ask)
    file = write_people(tmp_path / "people.jsonl", range(people))
    plan_all(session, file, OPTIONS, tmp_path / "plans.jsonl")
    assert len(asked) == (people if fast else 0)
    assert len(set(asked)) == (1 if fast else 0)
    assert all(search.kernel is not plain_kernel for search in asked)
    with (tmp_path / "plans.jsonl").open("rb") as plans:
        assert all(line == plan_alone(session, number) for number, line in enumerate(plans))


def test_without_numba_many_are_planned_in_plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "competency_engine.planning.compiled", raising=False)
    catalogue = compile_catalogue(tiny_session().library)
    assert fastest_search(catalogue) is plain_search(catalogue)


def command(people: Path, out: Path, *more: str) -> list[str]:
    arguments = ["plan", "--all", "--people", str(people), "--out", str(out), "--as-of", "2026-11-21", *more]
    return [sys.executable, str(ROOT / "cli.py"), *arguments, "--curriculum", "tiny", "--lang", "en"]


def parts_in(folder: Path) -> int:
    return len(list(folder.glob("*.parts/*.part")))


def test_ten_kills_at_random_moments_change_nothing(session: Session, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.jsonl", range(600))
    out = tmp_path / "plans.jsonl"
    rng = random.Random(2026)
    moments = []
    for _ in range(10):
        before, more = parts_in(tmp_path), rng.randrange(2)
        with subprocess.Popen(command(people, out, "--workers", "2"), cwd=TINY, stderr=subprocess.DEVNULL) as process:
            until(lambda: parts_in(tmp_path) >= before + more or process.poll() is not None)  # noqa: B023
            time.sleep(rng.uniform(0, 1.5))
            process.kill()
        moments.append((process.returncode, parts_in(tmp_path)))
    result = subprocess.run(
        command(people, out, "--workers", "2"), cwd=TINY, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    assert "600 plans in" in result.stderr
    assert [code for code, _ in moments].count(-signal.SIGKILL) >= 5, moments
    assert any(parts for _, parts in moments), moments
    plan_all(session, people, OPTIONS, tmp_path / "undisturbed.jsonl")
    assert out.read_bytes() == (tmp_path / "undisturbed.jsonl").read_bytes()
    assert left_in(tmp_path) == {"people.jsonl", "plans.jsonl", "undisturbed.jsonl"}


@pytest.mark.parametrize("wait", [0.0, 0.2, 0.5])
def test_a_command_that_is_interrupted_twice_ends_at_once_and_leaves_no_process(wait: float, tmp_path: Path) -> None:
    """A terminal sends the signal to every process of the command; whoever is impatient sends it again."""
    people = write_people(tmp_path / "people.jsonl", range(2000))
    books = tmp_path / "books"
    arguments = ["handbook", "--all", "--people", str(people), "--out", str(books), "--workers", "2"]
    arguments += ["--as-of", "2026-11-21", "--curriculum", "tiny", "--lang", "en"]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *arguments], cwd=TINY, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        until(lambda: any(books.glob("*.docx")) or process.poll() is not None)
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGINT)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    assert process.returncode == 130
    assert said.decode().rstrip().endswith("interrupted")
    assert "Traceback" not in said.decode()
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_workers_end_with_the_parent_that_is_killed(tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.jsonl", range(2000))
    process = subprocess.Popen(
        command(people, tmp_path / "plans.jsonl", "--workers", "2"), cwd=TINY, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: any(tmp_path.glob("*.parts/*.part")))
        workers = children_of(process.pid)
    finally:
        process.kill()
        process.wait()
    assert len(workers) >= 2
    until(lambda: not any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers))


def until(condition: Callable[[], bool], seconds: float = 180) -> None:
    """Wait until ``condition`` holds, at most ``seconds``; where nothing compiled is on the disk yet, it takes a while."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        pytest.skip("needs /proc")
    return [int(child) for child in children.read_text(encoding="utf-8").split()]


def test_the_memory_of_the_parent_does_not_grow_with_the_people(session: Session, tmp_path: Path) -> None:
    """Two hundred thousand people, planned by a stub that answers at once."""
    content = json.dumps(person(1), ensure_ascii=False).encode()
    count = 200_000
    stream = PeopleStream(
        json_lines_stream(Path(__file__), "people.jsonl").line_format,
        count,
        lambda: (Line(number, content, number) for number in range(1, count + 1)),
    )
    job = make_job(session, OPTIONS, stream.line_format)
    text = plan_alone(session, 1).strip()
    waiting = 0
    most_waiting = 0
    sizes: list[int] = []

    class Answer(Future[ShardResult]):
        def result(self, timeout: float | None = None) -> ShardResult:
            nonlocal waiting
            waiting -= 1
            return super().result(timeout)

    def submit(shard: Shard) -> Future[ShardResult]:
        nonlocal waiting, most_waiting
        waiting += 1
        most_waiting = max(most_waiting, waiting)
        future = Answer()
        plans = (PlannedLine(line.number, f"学员{line.number}", "optimal", text) for line in shard.lines)  # type: ignore[arg-type]
        future.set_result(ShardResult(tuple(plans), ()))
        return future

    def report(progress: Progress) -> None:
        if progress.people % 20_000 == 0:
            sizes.append(resident_kilobytes())

    batch = plan_stream(job, stream, tmp_path / "plans.jsonl", Workers(submit, 4), people_in_a_shard=500, report=report)
    after = resident_kilobytes()
    assert batch.planned == count
    assert most_waiting == 4
    assert sizes[-1] - sizes[0] < 8_000, sizes
    assert after - sizes[0] < 16_000


def resident_kilobytes() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("needs /proc")
    lines: Iterator[str] = iter(status.read_text(encoding="utf-8").splitlines())
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS")))
