"""Tables → one CSV each, and a file that says what their columns mean."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence

from competency_engine.loading.neutral import guard
from competency_engine.reports.tables import DataTable, in_language, table_data
from competency_engine.text import Lang

SCHEMA_NAME = "schema.json"


def table_files(tables: Sequence[DataTable], lang: Lang) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file: ``schema.json``, then ``<table>.csv`` in UTF-8 with a mark.

    Ids of columns head the CSV, so that programs read them whatever the language; texts are in ``lang``.
    """
    schema = {table.id: {key: value for key, value in table_data(table).items() if key != "rows"} for table in tables}
    yield SCHEMA_NAME, (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()
    for table in tables:
        yield f"{table.id}.csv", csv_bytes(table, lang)


def csv_bytes(table: DataTable, lang: Lang) -> bytes:
    """Return ``table`` as CSV; an empty cell says nothing, booleans are true and false, no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.id for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(in_language(cell, lang)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: str | int | float | bool | None) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guard(value) if isinstance(value, str) else value
