"""Tables → one CSV or Parquet file each, and a file that says what their columns mean."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from competency_engine.loading.neutral import guard
from competency_engine.loading.parquet import require_pyarrow
from competency_engine.reports.tables import Cell, DataTable, in_language, table_data
from competency_engine.text import Lang

SCHEMA_NAME = "schema.json"
TABLE_SUFFIXES = frozenset((".csv", ".parquet"))


def table_files(tables: Sequence[DataTable], lang: Lang, *, parquet: bool = False) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file: ``schema.json``, then ``<table>.csv`` in UTF-8 with a mark, or ``<table>.parquet``.

    Ids of columns head each table, so that programs read them whatever the language; texts are in ``lang``.

    Raises:
        UsageError: when the library for Parquet is not installed.
    """
    if parquet:
        require_pyarrow()
    yield SCHEMA_NAME, schema_bytes(tables)
    for table in tables:
        if parquet:
            yield f"{table.id}.parquet", parquet_bytes(table, lang)
        else:
            yield f"{table.id}.csv", csv_bytes(table, lang)


def schema_bytes(tables: Sequence[DataTable]) -> bytes:
    """Return the file that says what the columns of ``tables`` mean."""
    schema = {table.id: {key: value for key, value in table_data(table).items() if key != "rows"} for table in tables}
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()


@contextmanager
def csv_writer(folder: Path, table: DataTable, lang: Lang) -> Iterator[Callable[[Sequence[Cell]], None]]:
    """Give what writes one more row of ``table`` into its CSV in ``folder``, for tables that are too long to be held."""
    with (folder / f"{table.id}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.id for column in table.columns])
        yield lambda row: writer.writerow([_cell(in_language(cell, lang)) for cell in row])


def csv_bytes(table: DataTable, lang: Lang) -> bytes:
    """Return ``table`` as CSV; an empty cell says nothing, booleans are true and false, no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.id for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(in_language(cell, lang)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


_ARROW_TYPES = {"text": "string", "integer": "int64", "number": "float64", "share": "float64", "boolean": "bool_"}


def parquet_bytes(table: DataTable, lang: Lang) -> bytes:
    """Return ``table`` as Parquet: a column of its type each, null where a cell says nothing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [column.id for column in table.columns]
    types = [getattr(pa, _ARROW_TYPES[column.type])() for column in table.columns]
    cells = [[in_language(row[index], lang) for row in table.rows] for index in range(len(names))]
    columns = [pa.array(values, type=type_) for values, type_ in zip(cells, types, strict=True)]
    out = io.BytesIO()
    pq.write_table(pa.table(columns, names=names), out)
    return out.getvalue()


def _cell(value: str | int | float | bool | None) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guard(value) if isinstance(value, str) else value
