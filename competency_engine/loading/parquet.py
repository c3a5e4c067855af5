"""People in a Parquet file as lines of JSON, so that one set of checks serves both; needs the extra ``parquet``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from competency_engine.errors import UsageError
from competency_engine.text import say

_ROWS_AT_ONCE = 500


def require_pyarrow() -> None:
    """Make sure that Parquet can be read and written.

    Raises:
        UsageError: when the library for it is not installed.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise UsageError(
            say(
                "读写 Parquet 要先安装：pip install 'competency-engine[parquet]'",
                "Parquet needs a further package: pip install 'competency-engine[parquet]'",
            )
        ) from None


def count_rows(path: Path) -> int:
    """Return how many people stand in a Parquet file.

    Raises:
        UsageError: when it cannot be read, or Parquet cannot.
    """
    require_pyarrow()
    with _open(path) as file:
        return int(file.metadata.num_rows)


def json_rows(path: Path) -> Iterator[bytes]:
    """Yield each row as a line of JSON; a null is left out, as if the key were not there.

    Raises:
        UsageError: when the file cannot be read.
    """
    with _open(path) as file:
        for batch in file.iter_batches(_ROWS_AT_ONCE, use_threads=False):
            for row in batch.to_pylist(maps_as_pydicts="strict"):
                yield to_json(_without_nulls(row), inf_nan_mode="constants")


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    """Open a file; what is damaged in it is found out when it is read, and by many kinds of exception."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            yield file
    except (OSError, ValueError, KeyError, pyarrow.ArrowException) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise UsageError(say(f"无法读取 {path}：{reason}", f"cannot read {path}: {reason}")) from None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(part) for key, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value
