"""Where shards are planned: in this process, in several, or on a cluster."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Generic, NamedTuple, TypeVar

from competency_engine.errors import EngineError, UsageError
from competency_engine.text import say
from competency_engine.workflows.shards import Job, Shard, ShardResult, plan_shard

JobT = TypeVar("JobT", bound=Job)
Result = TypeVar("Result")


class Workers(NamedTuple, Generic[Result]):
    """What works on shards: ``submit`` starts one; of at most ``in_flight`` is the result not yet taken."""

    submit: Callable[[Shard], Future[Result]]
    in_flight: int


def local_workers(job: Job, processes: int | None) -> AbstractContextManager[Workers[ShardResult]]:
    """Give what plans shards of ``job`` in ``processes`` of this machine; with one, in this process.

    None = as many as this machine lets us use, where the people are many (``job.fast``), else one.

    Raises:
        EngineError: when a process dies, e.g. for want of memory.
    """
    return local_workers_of(plan_shard, job, processes)


@contextmanager
def local_workers_of(
    work: Callable[[JobT, Shard], Result], job: JobT, processes: int | None
) -> Iterator[Workers[Result]]:
    """Give what does ``work``, a pure function, on shards of ``job``; as `local_workers`."""
    if processes is None:
        processes = usable_cores() if job.fast else 1
    if processes == 1:
        yield Workers(lambda shard: _done(work(job, shard)), 1)
        return
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    if context.get_start_method() == "fork":
        job.warm_up()
    pool = ProcessPoolExecutor(processes, context, _prepare, (work, job))

    def submit(shard: Shard) -> Future[Result]:
        with _interrupts_held():
            return pool.submit(_work_here, shard)

    try:
        yield Workers(submit, processes + 2)
    except BrokenProcessPool:
        raise EngineError(
            say("一个工作进程意外退出（可能内存不足）", "a worker process died (perhaps for want of memory)")
        ) from None
    finally:
        with _interrupts_held():
            pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back for a moment: while a process begins, until it leaves them to its parent, and while all are ended, so that none is left behind."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def usable_cores() -> int:
    """Return how many cores this process may use; at least one."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _done(result: Result) -> Future[Result]:
    future: Future[Result] = Future()
    future.set_result(result)
    return future


_job: Job
_work: Callable[[Any, Shard], Any]


def _prepare(work: Callable[[Any, Shard], Any], job: Job) -> None:
    """Make a new process ready: it leaves interrupts to its parent and ends when the parent does."""
    global _job, _work
    _job, _work = job, work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()
    gc.set_threshold(200_000)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work_here(shard: Shard) -> Any:
    return _work(_job, shard)


SECONDS_TO_CONNECT = 20
_SHARDS_FOR_A_THREAD = 3


@contextmanager
def cluster_workers(job: Job, address: str) -> Iterator[Workers[ShardResult]]:
    """Give what plans shards of ``job`` on the Dask cluster whose scheduler is at ``address``.

    The job travels once to each worker. A shard whose worker dies is planned again by another; the answer is the same.

    Raises:
        UsageError: when Dask is not installed, or no scheduler with workers answers.
        EngineError: when the cluster goes away, or a shard kills one worker after the other.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise UsageError(
            say(
                "用集群要先安装：pip install 'competency-engine[cluster]'",
                "A cluster needs a further package: pip install 'competency-engine[cluster]'",
            )
        ) from None
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError):
        raise UsageError(say(f"{address} 没有调度器应答", f"no scheduler answers at {address}")) from None
    with client:
        threads = sum(client.nthreads().values())
        if threads == 0:
            raise UsageError(
                say(
                    f"{address} 的调度器没有工作进程，先启动 dask worker",
                    f"the scheduler at {address} has no worker; start dask worker first",
                )
            )
        known = client.submit(_itself, job, key=f"job-{job.key}")
        executor = client.get_executor(pure=False)
        try:
            yield Workers(lambda shard: executor.submit(plan_shard, known, shard), threads * _SHARDS_FOR_A_THREAD)
        except KilledWorker:
            raise EngineError(
                say(
                    "同一片接连使几个工作进程退出（可能内存不足）",
                    "one shard ended several workers in turn (perhaps for want of memory)",
                )
            ) from None
        except CancelledError:
            raise EngineError(say("与集群的连接断了", "the cluster went away")) from None
        finally:
            executor.shutdown(wait=False)


def _itself(job: Job) -> Job:
    """Return ``job``; as a task of its own, so that a cluster that loses it can have it again."""
    return job
