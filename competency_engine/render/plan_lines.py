"""Plans, given as lines of JSON, → a file of many plans, in the format of its suffix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

PLAN_FILE_SUFFIXES = (".jsonl", ".parquet")

Write = Callable[[Sequence[bytes]], None]


@contextmanager
def open_plan_writer(file: BinaryIO, suffix: str) -> Iterator[Write]:
    """Give what adds plans to ``file``, one of ``PLAN_FILE_SUFFIXES``; each plan is a line of JSON without its end."""
    if suffix == ".parquet":
        from competency_engine.render.parquet import parquet_writer

        with parquet_writer(file) as write:
            yield write
        return
    yield lambda lines: file.writelines(line + b"\n" for line in lines)
