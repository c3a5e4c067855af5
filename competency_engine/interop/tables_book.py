"""The tables of a Document → a workbook: a sheet each, header frozen, filters, and no cell that becomes a formula."""

from __future__ import annotations

import re

from competency_engine.interop.forms import Forms
from competency_engine.interop.grid import Cell
from competency_engine.interop.outgoing import OutgoingBook
from competency_engine.render.diagnostics import display_width
from competency_engine.reports.document import Document, Table
from competency_engine.text import Lang

_NUMBER = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]+)?\Z")
"""A label such as 0007 is no number: it would lose its zeros."""
_LEAST_WIDTH, _MOST_WIDTH = 8, 60
_HEAD = {"bold": True, "bg_color": "#E7EBF0", "border": 1, "text_wrap": True}


def render_tables(document: Document, lang: Lang) -> bytes:
    """Return a workbook of the tables of ``document``, each of which has a title, in their order."""
    book = OutgoingBook(Forms((), {}, {}), {}, lang)
    for block in document.blocks:
        if isinstance(block, Table) and block.title is not None:
            _write_sheet(book, block)
    return book.close()


def _write_sheet(book: OutgoingBook, table: Table) -> None:
    assert table.title is not None
    sheet = book.add_sheet(book.words(table.title))
    rows = [[book.words(cell) for cell in row] for row in table.rows]
    for column, title in enumerate(table.columns):
        head = book.words(title)
        book.put(sheet, 0, column, Cell(head), **_HEAD)
        widest = max(display_width(text) for text in (head, *(row[column] for row in rows)))
        sheet.set_column(column, column, min(max(widest + 2, _LEAST_WIDTH), _MOST_WIDTH))
    numeric = [bool(rows) and all(_NUMBER.match(row[index]) for row in rows) for index in range(len(table.columns))]
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            book.put(sheet, number, column, Cell(text, "number" if numeric[column] else "text"))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(table.columns) - 1)
