"""Where shards are planned: in this process, in several, or on a cluster."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from competency_engine.errors import EngineError
from competency_engine.text import say
from competency_engine.workflows.shards import Job, Shard, ShardResult, plan_shard

Submit = Callable[[Shard], "Future[ShardResult]"]


@contextmanager
def local_workers(job: Job, workers: int) -> Iterator[Submit]:
    """Give what plans shards of ``job`` in ``workers`` processes; with one, in this process.

    Raises:
        EngineError: when a process dies, e.g. for want of memory.
    """
    if workers == 1:
        yield lambda shard: _done(plan_shard(job, shard))
        return
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(workers, context, _prepare, (job,)) as pool:
            yield lambda shard: pool.submit(_plan_here, shard)
    except BrokenProcessPool:
        raise EngineError(
            say("一个工作进程意外退出（可能内存不足）", "a worker process died (perhaps for want of memory)")
        ) from None


def _done(result: ShardResult) -> Future[ShardResult]:
    future: Future[ShardResult] = Future()
    future.set_result(result)
    return future


_job: Job


def _prepare(job: Job) -> None:
    """Make a new process ready: it leaves interrupts to its parent and ends when the parent does."""
    global _job
    _job = job
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()
    gc.set_threshold(200_000)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _plan_here(shard: Shard) -> ShardResult:
    return plan_shard(_job, shard)
