"""Plans, given as lines of JSON, → a table of Parquet with the fields of a plan as columns; needs the extra ``parquet``."""

from __future__ import annotations

import datetime as dt
import io
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, BinaryIO, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from competency_engine.domain.plan import Plan

ROWS_IN_A_GROUP = 1000
INPUTS = ("library", "person")
"""Keys of ``Plan.inputs``: a table needs to know its columns beforehand."""


@contextmanager
def parquet_writer(file: BinaryIO) -> Iterator[Callable[[Sequence[bytes]], None]]:
    """Give what adds plans to ``file``; groups of rows end at fixed counts, so that equal plans give equal bytes."""
    import pyarrow
    from pyarrow import json
    from pyarrow.parquet import ParquetWriter

    read, written = (
        pyarrow.schema(list(_arrow_type(Plan, date))) for date in (pyarrow.timestamp("s"), pyarrow.date32())
    )
    form = json.ParseOptions(explicit_schema=read, unexpected_field_behavior="error")
    waiting: list[bytes] = []

    def write_group(lines: list[bytes]) -> None:
        text = b"\n".join(lines)
        options = json.ReadOptions(use_threads=False, block_size=len(text) + 1)
        writer.write_table(json.read_json(io.BytesIO(text), options, form).cast(written))

    def write(lines: Sequence[bytes]) -> None:
        waiting.extend(lines)
        while len(waiting) >= ROWS_IN_A_GROUP:
            write_group(waiting[:ROWS_IN_A_GROUP])
            del waiting[:ROWS_IN_A_GROUP]

    with ParquetWriter(file, written, compression="zstd") as writer:
        yield write
        if waiting:
            write_group(waiting)


def _arrow_type(annotation: Any, date: Any) -> Any:
    """Return the type of a column for a field of ``Plan``; ``date`` is that of dates.

    Why a parameter: the reader of JSON knows points in time only, the table then holds days.
    """
    import pyarrow

    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _arrow_type(arguments[0], date)
    if origin in (Union, types.UnionType):
        (only,) = (part for part in arguments if part is not type(None))
        return _arrow_type(only, date)
    if origin is Literal:
        return pyarrow.string()
    if origin is tuple:
        return pyarrow.list_(_arrow_type(arguments[0], date))
    if origin is dict:
        return pyarrow.struct([(name, pyarrow.string()) for name in INPUTS])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return pyarrow.struct([(name, _arrow_type(field.annotation, date)) for name, field in fields])
    plain = getattr(annotation, "__supertype__", annotation)
    simple = {
        str: pyarrow.string(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        bool: pyarrow.bool_(),
        dt.date: date,
    }
    return simple[plain]
