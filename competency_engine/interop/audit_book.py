"""The tables of an audit → a workbook: what comes first with charts, then a sheet a table, and no cell that becomes a formula."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from competency_engine.interop.forms import Forms
from competency_engine.interop.grid import Cell as Written
from competency_engine.interop.outgoing import OutgoingBook
from competency_engine.render.diagnostics import display_width
from competency_engine.reports.audit.reading import Figure, figures, kinds_of_findings, place, why_empty
from competency_engine.reports.tables import Cell, Column, DataTable, in_language
from competency_engine.text import Lang, Text, say

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from competency_engine.audit.summary import Audit

_NUMBER_FORMATS = {"integer": "0", "number": "General", "share": "0.0%"}
_HEAD = {"bold": True, "bg_color": "#E7EBF0", "border": 1, "text_wrap": True, "valign": "top"}
_LEAST_WIDTH, _MOST_WIDTH, _MEASURED_ROWS = 8, 60, 2_000
_SHEET_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_BLUE = "#1F4E79"
_BAR_HEIGHT, _CHART_WIDTH, _CHART_HEIGHT, _ROW_HEIGHT = 17, 760, 340, 20


def render_audit_book(audit: Audit, tables: Sequence[DataTable], smallest: int, lang: Lang) -> bytes:
    """Return the workbook; equal tables give equal bytes.

    Args:
        audit: for what was audited and when; every number comes from ``tables``.
        tables: of the audit, in which small counts are kept back already.
        smallest: the smallest count of people that is shown.
        lang: language of sheets, headers and texts.
    """
    book = OutgoingBook(Forms((), {}, {}), {}, lang)
    first = book.add_sheet(book.words(say("摘要", "Summary")))
    sheets = {table.id: _write_table(book, table, smallest) for table in tables}
    top = _write_facts(book, first, audit)
    by_id = {table.id: table for table in tables}
    told = tuple(figures(by_id, audit.tally))
    for row, figure in enumerate(told, start=top):
        _put_figure(book, first, row, figure)
    _write_charts(book, first, top + len(told) + 1, by_id, sheets)
    return book.close()


def _write_table(book: OutgoingBook, table: DataTable, smallest: int) -> str:
    """Write one sheet and return its name."""
    name = _sheet_name(book.words(table.title))
    sheet = book.add_sheet(name)
    for index, column in enumerate(table.columns):
        head = book.words(column.title)
        book.put(sheet, 0, index, Written(head), **_HEAD)
        book.note(sheet, 0, index, book.words(column.meaning))
        shown = [str(in_language(row[index], book.lang) or "") for row in table.rows[:_MEASURED_ROWS]]
        widest = max(map(display_width, [head + "  ", *(shown if column.type == "text" else [])]))
        sheet.set_column(index, index, min(max(widest + 2, _LEAST_WIDTH), _MOST_WIDTH))
    for number, row in enumerate(table.rows, start=1):
        for index, cell in enumerate(row):
            told = why_empty(table, row, index, smallest) if cell is None else cell
            _put(book, sheet, number, index, table.columns[index], told)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    sheet.repeat_rows(0)
    _print_on_a4(sheet)
    return name


def _print_on_a4(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _sheet_name(title: str) -> str:
    """Return ``title`` without what no sheet may be called, as far as a name of a sheet goes.

    >>> _sheet_name("Gaps by unit"), _sheet_name("Coverage by role, community type and duty")
    ('Gaps by unit', 'Coverage by role, community')
    """
    name = _FORBIDDEN.sub(" ", title)
    return name if len(name) <= _SHEET_NAME else name[: _SHEET_NAME + 1].rpartition(" ")[0] or name[:_SHEET_NAME]


def _put(book: OutgoingBook, sheet: Worksheet, row: int, column: int, kind: Column, cell: Cell) -> None:
    value = in_language(cell, book.lang)
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, book.style())
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, book.style(num_format=_NUMBER_FORMATS.get(kind.type, "General")))
    elif value:
        look: dict[str, Any] = {"align": "right"} if kind.type in _NUMBER_FORMATS else {}
        book.put(sheet, row, column, Written(value), **look)


def _write_facts(book: OutgoingBook, sheet: Worksheet, audit: Audit) -> int:
    """Write what was audited and return the next row."""
    sheet.set_column(0, 1, 30)
    sheet.set_column(2, 2, 12)
    sheet.hide_gridlines(2)
    _print_on_a4(sheet)
    title = audit.library.curriculum.title
    named = say(f"{title.zh}：覆盖审计", f"Coverage audit of {title.en}")
    book.put(sheet, 0, 0, Written(book.words(named)), bold=True, font_size=14)
    facts = (
        (say("课程体系", "Curriculum"), audit.library.curriculum.id),
        (say("基准日期", "As of"), audit.as_of.isoformat()),
        (say("文件的指纹", "Hash of the files"), audit.library_hash),
    )
    for row, (name, value) in enumerate(facts, start=1):
        book.put(sheet, row, 0, Written(book.words(name)))
        book.put(sheet, row, 1, Written(value))
    return len(facts) + 1


def _write_charts(
    book: OutgoingBook, sheet: Worksheet, top: int, tables: Mapping[str, DataTable], sheets: Mapping[str, str]
) -> None:
    """Write from row ``top`` on how many findings of each kind there are, and the charts beside."""
    for index, head in enumerate((say("级别", "Level"), say("种类", "Kind"), say("个数", "Count"))):
        book.put(sheet, top, index, Written(book.words(head)), **_HEAD)
    last = top
    for last, (level, kind, count) in enumerate(kinds_of_findings(tables["findings"]), start=top + 1):
        book.put(sheet, last, 0, Written(book.words(level)))
        book.put(sheet, last, 1, Written(book.words(kind)))
        sheet.write_number(last, 2, count)
    down = 1
    if last > top:
        area = (sheet.get_name(), top + 1, last, (0, 1), 2)
        down = _chart(book, sheet, down, say("发现：级别与种类", "Findings by level and kind"), "bar", area)
    for table, name, column, words, kind_of in _CHARTS:
        if table in tables and tables[table].rows:
            named = place(tables[table], name)
            area = (sheets[table], 1, len(tables[table].rows), (named, named), place(tables[table], column))
            down = _chart(book, sheet, down, words, kind_of, area)


_CHARTS = (
    ("demand_months", "month", "seats", say("各月人次", "Seats by month"), "column"),
    ("gaps", "title", "people", say("各单元有差距的人", "People with a gap, by unit"), "bar"),
)
"""Table, column of the names, column of the numbers, title and kind of each chart."""


def _put_figure(book: OutgoingBook, sheet: Worksheet, row: int, figure: Figure) -> None:
    book.put(sheet, row, 0, Written(book.words(figure.label)))
    sheet.write_number(row, 1, figure.value, book.style(num_format="0", align="left"))
    if figure.of is not None:
        sheet.write_number(row, 2, figure.of, book.style(num_format='"/ "0', align="left"))


def _chart(
    book: OutgoingBook,
    sheet: Worksheet,
    down: int,
    title: Text,
    kind: str,
    area: tuple[str, int, int, tuple[int, int], int],
) -> int:
    """Put a chart of the cells ``area`` (sheet, first and last row, columns of names, column of numbers); return the row below it."""
    name, first, last, names, numbers = area
    chart = book.book.add_chart({"type": kind})
    assert chart is not None
    chart.add_series(
        {
            "name": book.words(title),
            "categories": [name, first, names[0], last, names[1]],
            "values": [name, first, numbers, last, numbers],
            "fill": {"color": _BLUE},
            "gap": 40,
            "data_labels": {"value": True},
        }
    )
    chart.set_title({"name": book.words(title), "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    height = _CHART_HEIGHT
    if kind == "bar":
        chart.set_y_axis({"reverse": True, "num_font": {"size": 8}, "interval_unit": 1})
        chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D3D9E1"}}, "label_position": "high"})
        height = 110 + _BAR_HEIGHT * (last - first + 1)
    chart.set_size({"width": _CHART_WIDTH, "height": height})
    sheet.insert_chart(down, 4, chart, {"description": book.words(title)})
    return down + height // _ROW_HEIGHT + 2
