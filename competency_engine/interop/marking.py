"""The marked copy: the sheets as they came, every bad cell filled and explained, and a list of all problems with links.

It is written anew from what was read, so nothing else of the file gets into it: no macro, link, formula or hidden sheet. Cells
stand where they stood; columns that were recognised have the drop-downs of the template; personal data is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from competency_engine.diagnostics import Severity
from competency_engine.interop.columns import Sheet
from competency_engine.interop.forms import Forms
from competency_engine.interop.grid import CONTROL, Cell, Grid, Trouble
from competency_engine.interop.intake import is_private
from competency_engine.interop.outgoing import OutgoingBook
from competency_engine.interop.workbook import OWN_SHEETS
from competency_engine.loading.neutral import guard
from competency_engine.text import Lang, Text, say

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LIST = say("问题清单", "Problems")
_OMITTED = say("（已略去）", "(left out)")
_MOST_NOTES = 2_000
_MOST_LINKS = 60_000
_COLOURS = {Severity.ERROR: "#FFC7CE", Severity.WARNING: "#FFEB9C"}
_COLUMNS = (
    say("序号", "No."), say("级别", "Severity"), say("代码", "Code"), say("文件", "File"), say("表", "Sheet"), say("位置", "Cell"),
    say("问题", "Problem"), say("应为", "Expected"), say("改法", "To mend"),
)  # fmt: skip
_SEVERITIES = {Severity.ERROR: say("错误", "error"), Severity.WARNING: say("提醒", "warning")}
_BAD_IN_NAMES = re.compile(r"[\[\]:*?/\\']")

Marks = Mapping[tuple[int, int], Sequence[Trouble]]


def build_marked(
    grids: Sequence[Grid], sheets: Iterable[Sheet], troubles: Sequence[Trouble], forms: Forms, lang: Lang
) -> bytes:
    """Return the marked copy as an xlsx file.

    Args:
        grids: every sheet that was read.
        sheets: those that were recognised.
        troubles: everything that is wrong, in the order of the list.
        forms: for the drop-downs.
        lang: the language of the list and the notes.
    """
    book = OutgoingBook(forms, {}, lang)
    names = _sheet_names(grids)
    known = {id(sheet.grid): sheet for sheet in sheets}
    _write_list(book, book.add_sheet(book.words(_LIST)), troubles, names)
    for grid in grids:
        marks: dict[tuple[int, int], list[Trouble]] = {}
        for found in troubles:
            if found.grid is grid:
                marks.setdefault((max(found.row, 1), max(found.column, 1)), []).append(found)
        _write_grid(book, book.add_sheet(names[id(grid)]), grid, known.get(id(grid)), marks)
    return book.close()


def _sheet_names(grids: Sequence[Grid]) -> dict[int, str]:
    names: dict[int, str] = {}
    taken = {name.casefold() for name in OWN_SHEETS}
    for grid in grids:
        stem = grid.sheet or grid.file.rpartition("/")[2].rpartition(".")[0] or "CSV"
        base = _BAD_IN_NAMES.sub("_", "".join(c for c in stem if c.isprintable()))[:26] or "CSV"
        name, number = base, 2
        while name.casefold() in taken:
            name, number = f"{base} ({number})", number + 1
        taken.add(name.casefold())
        names[id(grid)] = name
    return names


def _write_grid(book: OutgoingBook, page: Worksheet, grid: Grid, sheet: Sheet | None, marks: Marks) -> None:
    last = max(grid.rows, default=1)
    for column, field in (sheet.columns if sheet else {}).items():
        page.set_column(column - 1, column - 1, 16, book.column_style(field))
        if sheet is not None and last > sheet.header:
            book.validate(page, column - 1, field, sheet.header, last + 100)
    for row, column, cell in grid.cells():
        look = _look(marks.get((row, column), ()))
        if sheet is not None and row == sheet.header:
            look |= {"bold": True, "text_wrap": True}
        shown = Cell(book.words(_OMITTED)) if is_private(cell.text, sheet, row, column) else cell
        book.put(page, row - 1, column - 1, _tame(shown), **look)
    for number, ((row, column), found) in enumerate(marks.items()):
        if column not in grid.rows.get(row, {}):
            page.write_blank(row - 1, column - 1, None, book.style(**_look(found)))
        if number < _MOST_NOTES:
            book.note(page, row - 1, column - 1, "\n\n".join(_note(book, one) for one in found), wide=True)
    if sheet is not None:
        page.freeze_panes(sheet.header, 0)


def _tame(cell: Cell) -> Cell:
    """Return a formula as the text that it is, shortened to what a text cell holds."""
    return Cell(cell.text[:32_000], "text") if cell.kind in ("formula", "error") else cell


def _look(found: Sequence[Trouble]) -> dict[str, object]:
    if not found:
        return {}
    worst = Severity.ERROR if any(one.diagnostic.severity is Severity.ERROR for one in found) else Severity.WARNING
    return {"bg_color": _COLOURS[worst]}


def _note(book: OutgoingBook, found: Trouble) -> str:
    diagnostic = found.diagnostic
    expected, mend = book.words(say("应为", "expected")), book.words(say("改法", "to mend"))
    return (
        f"{diagnostic.code} {book.words(diagnostic.message)}\n{expected}: {book.words(diagnostic.expected)}\n"
        f"{mend}: {book.words(diagnostic.mend)}"
    )


def _write_list(book: OutgoingBook, page: Worksheet, troubles: Sequence[Trouble], names: Mapping[int, str]) -> None:
    head = book.style(bold=True, bg_color="#D9E1F2", border=1)
    for column, (title, width) in enumerate(zip(_COLUMNS, (6, 8, 8, 24, 18, 10, 50, 36, 50), strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, book.words(title), head)
    wrapped = book.style(text_wrap=True, valign="top")
    for row, found in enumerate(troubles, start=1):
        diagnostic = found.diagnostic
        place = diagnostic.position
        sheet = names.get(id(found.grid), "")
        cell = (
            place._replace(line=max(found.row, 1), column=max(found.column, 1)).cell if found.grid is not None else ""
        )
        page.write_number(row, 0, row)
        texts = (
            _SEVERITIES[diagnostic.severity],
            diagnostic.code,
            found.grid.file if found.grid else place.file,
            sheet,
            cell,
        )
        for column, text in enumerate(texts, start=1):
            page.write_string(row, column, _plain(book, text), wrapped)
        for column, words in enumerate((diagnostic.message, diagnostic.expected, diagnostic.mend), start=6):
            page.write_string(row, column, _plain(book, words), wrapped)
        if cell and row <= _MOST_LINKS:
            page.write_url(row, 5, f"internal:'{sheet}'!{cell}", string=cell)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(troubles), 1), len(_COLUMNS) - 1)


def _plain(book: OutgoingBook, text: object) -> str:
    return guard(CONTROL.sub("\ufffd", book.words(text) if isinstance(text, Text) else str(text)))[:32_000]
