"""A cluster of processes on this machine: the bytes of one process, also when a worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from competency_engine.errors import EngineError, UsageError
from competency_engine.loading.people_stream import json_lines_stream
from competency_engine.workflows import workers
from competency_engine.workflows.batch import Progress
from competency_engine.workflows.plan_all import plan_all
from competency_engine.workflows.session import Session
from competency_engine.workflows.shards import cut_shards, make_job, plan_shard
from tests.worlds.lines import OPTIONS, tiny_session, write_people

ROOT = Path(__file__).parents[2]


@dataclass
class Cluster:
    """A scheduler and its workers, each a process."""

    address: str
    environment: dict[str, str]
    workers: list[subprocess.Popen[bytes]]
    scheduler: subprocess.Popen[bytes]

    def add_worker(self) -> None:
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
        self.workers.append(started("dask_worker", [self.address, *options], self.environment))


def started(name: str, arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{name}", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "20s"}
    file = tmp_path / "address"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
    scheduler = started("dask_scheduler", [*options, "--scheduler-file", str(file)], environment)
    found = Cluster("", environment, [], scheduler)
    try:
        until(lambda: file.exists() and '"address"' in file.read_text(encoding="utf-8"))
        found.address = file.read_text(encoding="utf-8").split('"address": "')[1].split('"')[0]
        yield found
    finally:
        for process in (*found.workers, scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def session() -> Session:
    return tiny_session()


@pytest.fixture(scope="module")
def undisturbed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    write_people(folder / "people.jsonl", range(500))
    plan_all(session, folder / "people.jsonl", OPTIONS, folder / "plans.jsonl")
    return folder


def connected(cluster: Cluster, count: int) -> bool:
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        return len(client.nthreads()) == count


def test_a_killed_worker_changes_nothing(session: Session, undisturbed: Path, cluster: Cluster, tmp_path: Path) -> None:
    """Two workers begin; when the first shard is done one of them is killed, and later a new one comes."""
    for _ in range(2):
        cluster.add_worker()
    until(lambda: connected(cluster, 2))
    done: list[int] = []

    def kill_one(progress: Progress) -> None:
        done.append(progress.people)
        if len(done) == 1:
            cluster.workers[0].send_signal(signal.SIGKILL)
            cluster.add_worker()

    out = tmp_path / "plans.jsonl"
    batch = plan_all(session, undisturbed / "people.jsonl", OPTIONS, out, cluster=cluster.address, report=kill_one)
    assert cluster.workers[0].wait() == -signal.SIGKILL
    assert batch.planned == 500
    assert done == list(range(50, 501, 50))
    assert out.read_bytes() == (undisturbed / "plans.jsonl").read_bytes()


def test_a_worker_that_held_the_only_job_may_die(
    session: Session, undisturbed: Path, cluster: Cluster, tmp_path: Path
) -> None:
    cluster.add_worker()
    until(lambda: connected(cluster, 1))

    def replace_it(progress: Progress) -> None:
        if progress.people == 50:
            cluster.workers[0].send_signal(signal.SIGKILL)
            cluster.workers[0].wait()
            cluster.add_worker()

    out = tmp_path / "plans.jsonl"
    plan_all(session, undisturbed / "people.jsonl", OPTIONS, out, cluster=cluster.address, report=replace_it)
    assert out.read_bytes() == (undisturbed / "plans.jsonl").read_bytes()


def test_a_cluster_that_goes_away_leaves_what_is_done(
    session: Session, undisturbed: Path, cluster: Cluster, tmp_path: Path
) -> None:
    cluster.add_worker()
    until(lambda: connected(cluster, 1))
    out = tmp_path / "plans.jsonl"
    with pytest.raises(EngineError, match="the cluster went away"):
        plan_all(
            session,
            undisturbed / "people.jsonl",
            OPTIONS,
            out,
            cluster=cluster.address,
            report=lambda progress: cluster.scheduler.kill(),
        )
    found: list[int] = []
    plan_all(session, undisturbed / "people.jsonl", OPTIONS, out, report=lambda progress: found.append(progress.found))
    assert found[-1] >= 50
    assert out.read_bytes() == (undisturbed / "plans.jsonl").read_bytes()


def test_a_cluster_without_workers_is_a_wrong_request(session: Session, undisturbed: Path, cluster: Cluster) -> None:
    with pytest.raises(UsageError, match="has no worker; start dask worker first"):
        plan_all(session, undisturbed / "people.jsonl", OPTIONS, undisturbed / "x.jsonl", cluster=cluster.address)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1:port"])
def test_an_address_where_nobody_answers_is_a_wrong_request(
    session: Session, undisturbed: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "SECONDS_TO_CONNECT", 1)
    with pytest.raises(UsageError, match="no scheduler answers at"):
        plan_all(session, undisturbed / "people.jsonl", OPTIONS, undisturbed / "x.jsonl", cluster=address)


def test_without_the_extra_the_message_says_what_to_install(
    session: Session, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'competency-engine\[cluster\]'"):
        plan_all(session, undisturbed / "people.jsonl", OPTIONS, undisturbed / "x.jsonl", cluster="tcp://127.0.0.1:9")


def test_a_worker_of_another_version_refuses(
    session: Session, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = json_lines_stream(undisturbed / "people.jsonl", "people.jsonl")
    job = make_job(session, OPTIONS, stream.line_format)
    monkeypatch.setattr("competency_engine.__version__", "0.0.0")
    with pytest.raises(EngineError, match=r"a worker has version 0\.0\.0"):
        plan_shard(job, next(cut_shards(stream.lines(), 1)))
