"""The tables of a comparison → a Document with what to read first."""

from __future__ import annotations

from collections.abc import Sequence

from competency_engine.audit.side_by_side import Comparison, Side
from competency_engine.reports.audit.reading import left_out_note, place
from competency_engine.reports.comparison.curricula import curricula_tables
from competency_engine.reports.comparison.people import people_tables
from competency_engine.reports.comparison.sides import SIDES
from competency_engine.reports.document import Block, Document, Notes, Table, joined, same
from competency_engine.reports.tables import Cell, DataTable, shown, table_data
from competency_engine.text import Text, say

MOST_ROWS = 40
"""Rows of a table that a reader is shown; of units that are not simply the same, all."""


def comparison_tables(comparison: Comparison, smallest: int) -> tuple[DataTable, ...]:
    """Return every table of ``comparison``; counts of fewer than ``smallest`` people are kept back."""
    return (*curricula_tables(comparison), *people_tables(comparison, smallest))


def comparison_document(comparison: Comparison, tables: Sequence[DataTable], smallest: int) -> Document:
    """Return what to read: units that stand alone, totals, where the sides differ; its data are all tables, whole.

    Args:
        comparison: of both sides.
        tables: of it.
        smallest: of a population of fewer people nothing is said.
    """
    interesting = [_of_interest(table) for table in tables]
    alike = joined((table.title for table in interesting if not table.rows), "、", "; ")
    lines = [*_summary(comparison, smallest)]
    if alike.en:
        lines.append(say(f"没有可列的：{alike.zh}", f"nothing to show in: {alike.en}"))
    blocks: list[Block] = [Notes(None, tuple(lines)), *(_head(table) for table in interesting if table.rows)]
    data = {
        name: {
            "name": side.name,
            "library": side.library_hash,
            "curriculum": side.library.curriculum.id,
            "left_out": len(side.tally.left_out) if side.tally is not None else 0,
        }
        for name, side in zip(SIDES, comparison.sides, strict=True)
    }
    title = say(
        f"对照：甲 {comparison.a.name}，乙 {comparison.b.name}",
        f"Side by side: A {comparison.a.name}, B {comparison.b.name}",
    )
    return Document(title, tuple(blocks), {**data, "tables": {table.id: table_data(table) for table in tables}})


def _summary(comparison: Comparison, smallest: int) -> tuple[Text, ...]:
    lines = []
    for side, name in zip(comparison.sides, SIDES.values(), strict=True):
        library = side.library
        zh = f"{name.zh}：{side.name}，{library.curriculum.title.zh}；{len(library.units)} 个单元，{len(library.modules)} 门课程"
        en = f"{name.en}: {side.name}, {library.curriculum.title.en}; {len(library.units)} units, {len(library.modules)} modules"
        lines.append(say(zh + _people(side, smallest).zh, en + _people(side, smallest).en))
        if side.tally is not None and side.tally.left_out:
            lines.append(left_out_note(len(side.tally.left_out)))
    alone = [sum(unit is None for unit in units) for units in zip(*((p.b, p.a) for p in comparison.pairs), strict=True)]
    changed = sum(pair.link is not None and not pair.is_same for pair in comparison.pairs)
    lines.append(
        say(
            f"只有甲有的单元 {alone[0]} 个，只有乙有的 {alone[1]} 个；折算或相关的 {changed} 对",
            f"units only in A: {alone[0]}, only in B: {alone[1]}; pairs that are not simply the same: {changed}",
        )
    )
    return tuple(lines)


def _people(side: Side, smallest: int) -> Text:
    if side.tally is None:
        return say("", "")
    if side.tally.people < smallest:
        return say("；人数太少，不显示任何数", "; too few people to show any number")
    return say(f"；{side.tally.people} 人", f"; {side.tally.people} people")


def _of_interest(table: DataTable) -> DataTable:
    """Return the rows that a reader looks for first: of units those not simply the same, of steps and requirements those that differ."""
    rows = table.rows
    if table.id == "units":
        rows = tuple(row for row in rows if row[0] != row[1] or row[3] is not None)
    elif table.id == "steps":
        rows = tuple(row for row in rows if row[place(table, "same")] is False)
    elif table.id == "requirements":
        rows = tuple(row for row in rows if row[place(table, "difference")] != 0)
    elif table.id == "coverage":
        rows = tuple(row for row in rows if row[0] != say("单元", "unit"))
    elif table.id != "findings":
        rows = tuple(row for row in rows if any(isinstance(cell, int | float) and cell for cell in row))
    return DataTable(table.id, table.title, table.meaning, table.columns, rows)


def _head(table: DataTable) -> Table:
    rows = table.rows if table.id == "units" else table.rows[:MOST_ROWS]
    title = table.title
    if len(rows) < len(table.rows):
        title = say(
            f"{title.zh}（前 {MOST_ROWS} 行，共 {len(table.rows)} 行）",
            f"{title.en} (first {MOST_ROWS} of {len(table.rows)})",
        )
    used = [index for index in range(len(table.columns)) if any(row[index] not in (None, "") for row in rows)]
    cells = tuple(tuple(_text(row[index], table, index) for index in used) for row in rows)
    return Table(title, tuple(table.columns[index].title for index in used), cells)


def _text(cell: Cell, table: DataTable, index: int) -> Text:
    return shown(cell, table.columns[index]) or same("")
