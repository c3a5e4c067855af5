"""The tables of what differs between two libraries → a Document with what to read."""

from __future__ import annotations

from collections.abc import Sequence

from competency_engine.reports.diff import HOW
from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.reports.tables import Cell, Column, DataTable, shown, table_data
from competency_engine.text import Text, say

LONGEST_VALUE = 60
MOST_ROWS = 40


def diff_document(
    names: tuple[str, str], hashes: tuple[str, str], tables: Sequence[DataTable], notes: Sequence[Text] = ()
) -> Document:
    """Return what to read: the documents, then totals, levels, modules, causes and people; its data are all tables, whole.

    Args:
        names: by which the two libraries were asked for.
        hashes: of the files of the two libraries.
        tables: in the order in which they are shown.
        notes: lines to begin with.
    """
    blocks: list[Block] = [Notes(None, (*notes, _summary(tables)))]
    blocks += [_shown(table) for table in tables if table.rows]
    data = {
        "old": {"name": names[0], "library": hashes[0]},
        "new": {"name": names[1], "library": hashes[1]},
        "tables": {table.id: table_data(table) for table in tables},
    }
    title = say(f"{names[0]} 与 {names[1]} 的差别", f"What differs between {names[0]} and {names[1]}")
    return Document(title, tuple(blocks), data)


def _summary(tables: Sequence[DataTable]) -> Text:
    rows = tables[0].rows
    documents = {(row[0], row[1]): row[2] for row in rows}
    counts = {how: sum(found == text for found in documents.values()) for how, text in HOW.items()}
    if not documents:
        return say("文档没有差别", "no document differs")
    zh = "，".join(f"{text.zh} {counts[how]}" for how, text in HOW.items())
    en = ", ".join(f"{counts[how]} {text.en}" for how, text in HOW.items())
    return say(f"文档：{zh}", f"documents: {en}")


def _shown(table: DataTable) -> Table:
    """Return the rows that a reader is shown; columns that are empty everywhere are left out."""
    rows = table.rows if table.id == "people" else table.rows[:MOST_ROWS]
    title = table.title
    if len(rows) < len(table.rows):
        title = say(
            f"{title.zh}（前 {MOST_ROWS} 行，共 {len(table.rows)} 行）",
            f"{title.en} (first {MOST_ROWS} of {len(table.rows)})",
        )
    ids = [index for index, column in enumerate(table.columns) if column.id != "id" or table.id != "totals"]
    used = [index for index in ids if any(row[index] not in (None, "") for row in rows)]
    cells = tuple(tuple(_cell(row[index], table.columns[index], table.id) for index in used) for row in rows)
    return Table(title, tuple(table.columns[index].title for index in used), cells)


def _cell(cell: Cell, column: Column, table: str) -> Text:
    if cell is None and column.type != "text":
        return say("（太少）", "(too few)")
    text = shown(cell, column) or same("")
    if table == "documents" and isinstance(cell, str) and len(cell) > LONGEST_VALUE:
        return same(cell[: LONGEST_VALUE - 1] + "…")
    return text
