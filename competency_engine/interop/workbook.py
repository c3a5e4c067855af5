"""Read an xlsx file, of whatever program, into grids: one pass over each sheet, memory only for cells that are filled.

Why a reader of our own beside the libraries: python-calamine lays a sheet out as a dense rectangle, so two cells in opposite
corners ask for gigabytes, and it tells neither formulas nor hidden rows; openpyxl takes ten times as long. One walk that
finds values and what hides them can't disagree with itself. The tests hold it against both libraries.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, field

from competency_engine.diagnostics import Diagnostic, Position, Severity, SheetName
from competency_engine.interop.archive import Archive, RefusedFileError, damaged
from competency_engine.interop.grid import Area, Book, Cell, Grid, Trouble
from competency_engine.text import say

MAX_CELLS = 1_000_000
MAX_ROWS = 50_000
MAX_SHEETS = 100
MAX_MERGED = 10_000
MAX_CELL_LENGTH = 32_767
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
OWN_SHEETS = (
    "说明", "选项", "问题清单", "等级与指标", "参考答案",
    "Instructions", "Choices", "Problems", "Levels and indicators", "Answer key",
)  # fmt: skip
"""Sheets that templates and marked copies have beside the data; they are not read."""
_CELL_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LONGEST_FORMAT = 255
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9.]{1,400}(?:[eE][+-]?[0-9]{1,3})?\Z")
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENT_FORMATS = frozenset((9, 10))


def read_workbook(data: bytes, file: str) -> Book:
    """Return the visible sheets of the workbook in ``data``; hidden ones are named in a warning.

    Raises:
        RefusedFileError: when the file is none that is read.
    """
    archive = Archive(data)
    contents = _Contents()
    archive.parse(_workbook_part(archive), contents.start)
    if not contents.sheets or len(contents.sheets) > MAX_SHEETS:
        count = len(contents.sheets)
        raise RefusedFileError(
            say(f"文件里有 {count} 张表", f"the file has {count} sheets"),
            say(f"1 到 {MAX_SHEETS} 张", f"1 to {MAX_SHEETS}"),
            say("拆成几个文件", "split the file"),
        )
    targets = archive.targets(_workbook_part(archive))
    values = _Values(_shared_strings(archive, targets), _number_formats(archive, targets), contents.is_1904)
    grids: list[Grid] = []
    troubles: list[Trouble] = []
    budget = [MAX_CELLS, MAX_ROWS]
    for name, state, reference in contents.sheets:
        kind, part = targets.get(reference, ("", ""))
        if not archive.holds(part):
            raise damaged(name)
        if kind != "worksheet" or name in OWN_SHEETS:
            continue
        if state != "visible":
            troubles.append(_hidden_sheet(file, name))
            continue
        grids.append(_read_sheet(archive, part, file, name, values, budget))
    return Book(tuple(grids), tuple(troubles))


def _workbook_part(archive: Archive) -> str:
    targets = archive.targets("")
    return next(
        (part for kind, part in targets.values() if kind == "officeDocument" and archive.holds(part)), "xl/workbook.xml"
    )


@dataclass
class _Contents:
    """What workbook.xml says: the sheets (name, state, relationship) and the epoch of its dates."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    is_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            references = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id" and ":" in key]
            state = attributes.get("state", "visible")
            self.sheets.append((attributes.get("name", ""), state, references[0] if references else ""))
        elif name == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")


def _shared_strings(archive: Archive, targets: dict[str, tuple[str, str]]) -> list[str]:
    part = next((part for kind, part in targets.values() if kind == "sharedStrings"), "")
    strings: list[str] = []
    if not archive.holds(part):
        return strings
    pieces: list[str] = []
    state = {"text": False, "phonetic": False}

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            state["phonetic"] = True
        elif name == "t":
            state["text"] = not state["phonetic"]

    def end(name: str) -> None:
        if name == "si":
            strings.append(_unescaped("".join(pieces)))
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "t":
            state["text"] = False

    def text(content: str) -> None:
        if state["text"]:
            pieces.append(content)

    archive.parse(part, start, end, text)
    return strings


def _unescaped(text: str) -> str:
    """Return ``text`` with ``_x000D_`` and the like as the characters that they stand for."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number_formats(archive: Archive, targets: dict[str, tuple[str, str]]) -> list[str]:
    """Return for each cell style what its numbers are: ``date``, ``percent`` or ``number``."""
    part = next((part for kind, part in targets.values() if kind == "styles"), "")
    codes: dict[str, str] = {}
    styles: list[str] = []
    state = {"cells": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:_LONGEST_FORMAT]
        elif name == "cellXfs":
            state["cells"] = True
        elif name == "xf" and state["cells"]:
            styles.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        if name == "cellXfs":
            state["cells"] = False

    if archive.holds(part):
        archive.parse(part, start, end)
    return [_kind_of_format(style, codes.get(style)) for style in styles]


def _kind_of_format(number: str, code: str | None) -> str:
    """Return what a number of a format is.

    >>> _kind_of_format("14", None), _kind_of_format("164", 'yyyy"年"m"月"d"日";@'), _kind_of_format("165", '0"天"')
    ('date', 'date', 'number')
    """
    if code is None:
        known = int(number) if number.isdecimal() else 0
        return "date" if known in _DATE_FORMATS else "percent" if known in _PERCENT_FORMATS else "number"
    bare = _FORMAT_LITERALS.sub("", code).lower()
    if "%" in bare:
        return "percent"
    return "date" if re.search("[ymdhs]", bare.replace("general", "")) else "number"


@dataclass(frozen=True)
class _Values:
    """What turns the raw content of a cell into a `Cell`: shared strings, kinds of styles, epoch."""

    strings: list[str]
    styles: list[str]
    is_1904: bool

    def cell(self, type_: str, style: str | None, raw: str) -> Cell | None:
        """Return the cell, or None when it is empty."""
        if type_ == "s":
            text = self.strings[int(raw)]
        elif type_ in ("str", "inlineStr"):
            text = _unescaped(raw)
        elif type_ == "b":
            return Cell("true" if raw.strip() in ("1", "true") else "false", "boolean")
        elif type_ == "e":
            return Cell(raw.strip() or "#?", "error")
        elif type_ == "d":
            return Cell(raw.strip(), "date")
        else:
            return self._number(style, raw.strip())
        if len(text) > MAX_CELL_LENGTH:
            raise RefusedFileError(
                say(f"一个格子里有 {len(text):,} 个字", f"one cell holds {len(text):,} characters"),
                say(f"每格至多 {MAX_CELL_LENGTH:,} 个字", f"at most {MAX_CELL_LENGTH:,} a cell"),
                say("删去或拆开这一格", "delete or split that cell"),
            )
        return Cell(text) if text.strip() else None

    def _number(self, style: str | None, raw: str) -> Cell | None:
        if not raw:
            return None
        kind = self.styles[int(style)] if style and int(style) < len(self.styles) else "number"
        number = float(raw) if _PLAIN_NUMBER.match(raw) else math.nan
        if not math.isfinite(number * 100):
            return Cell(raw, "error")
        if kind == "date":
            date = _date_of(number, self.is_1904)
            if date is not None:
                return Cell(date, "date")
        if kind == "percent":
            return Cell(show_number(number * 100), "percent")
        return Cell(show_number(number), "number")


def show_number(number: float) -> str:
    """Return a number as a sheet shows it: 15 digits at most, no needless decimals.

    >>> show_number(3.0), show_number(0.1 + 0.2), show_number(420106199001011234.0)
    ('3', '0.3', '420106199001011264')
    """
    if number.is_integer() and abs(number) < 1e21:
        return str(int(number))
    return format(number, ".15g")


def _date_of(serial: float, is_1904: bool) -> str | None:
    """Return the date, or date and time, of a serial number; None where it is none of a calendar that anyone uses."""
    days = serial + (1462 if is_1904 else 0)
    if not 61 <= days < 200_000:
        return None
    moment = dt.datetime(1899, 12, 30) + dt.timedelta(seconds=round(days * 86_400))
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(timespec="seconds")


class _SheetScan:
    """The state of one walk over a sheet."""

    def __init__(self, values: _Values, budget: list[int]) -> None:
        self.rows: dict[int, dict[int, Cell]] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_spans: list[tuple[int, int]] = []
        self.merged: list[Area] = []
        self._values, self._budget = values, budget
        self._row, self._is_hidden = 0, False
        self._reference, self._offset = "", 0
        self._type = "n"
        self._style: str | None = None
        self._formula: list[str] | None = None
        self._content: list[str] | None = None
        self._target: list[str] | None = None
        self._in_phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            get = attributes.get
            reference = get("r")
            if reference:
                self._reference, self._offset = reference, 0
            else:
                self._offset += 1
            self._type, self._style = get("t", "n"), get("s")
        elif name == "v" or (name == "t" and not self._in_phonetic):
            self._target = self._content = self._content or []
        elif name == "f":
            self._target = self._formula = []
        elif name == "row":
            self._row = int(attributes.get("r") or self._row + 1)
            self._is_hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") == "0"
            self._reference, self._offset = "", 0
        elif name == "rPh":
            self._in_phonetic = True
        elif name == "col":
            if attributes.get("hidden") in ("1", "true") or attributes.get("width") == "0":
                self.hidden_spans.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, content: str) -> None:
        if self._target is not None:
            self._target.append(content)

    def end(self, name: str) -> None:
        if name == "c":
            if self._content is not None or self._formula is not None:
                self._finish_cell()
        elif name in ("v", "f", "t"):
            self._target = None
        elif name == "rPh":
            self._in_phonetic = False

    def _finish_cell(self) -> None:
        content, formula = self._content, self._formula
        self._content = self._formula = None
        if formula is not None:
            cell: Cell | None = Cell("=" + "".join(formula), "formula")
        else:
            cell = self._values.cell(self._type, self._style, "".join(content or ()))
        if cell is None:
            return
        row, column = self._place()
        cells = self.rows.get(row)
        if cells is None:
            cells = self.rows[row] = {}
            self._budget[1] -= 1
            if self._is_hidden:
                self.hidden_rows.add(row)
        if column in cells:
            raise ValueError("a cell that is there twice")
        cells[column] = cell
        self._budget[0] -= 1
        if min(self._budget) < 0:
            raise RefusedFileError(
                say("填了内容的格子或行太多", "too many filled cells or rows"),
                say(f"至多 {MAX_ROWS:,} 行、{MAX_CELLS:,} 格", f"at most {MAX_ROWS:,} rows and {MAX_CELLS:,} cells"),
                say("拆成几个文件，或用 JSON 行（docs/batch.md）", "split the file, or use JSON lines (docs/batch.md)"),
            )

    def _place(self) -> tuple[int, int]:
        row, column = self._row, 0
        if self._reference:
            column, row = cell_place(self._reference)
        column += self._offset
        if not (1 <= row <= _LAST_ROW and 1 <= column <= _LAST_COLUMN):
            raise ValueError("a cell outside the sheet")
        return row, column

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        left, top = cell_place(first)
        right, bottom = cell_place(last or first)
        self.merged.append(Area(top, left, bottom, right))
        if len(self.merged) > MAX_MERGED:
            raise RefusedFileError(
                say("合并的格子太多", "too many merged cells"),
                say(f"至多 {MAX_MERGED:,} 处", f"at most {MAX_MERGED:,}"),
                say("取消合并", "unmerge them"),
            )


def cell_place(reference: str) -> tuple[int, int]:
    """Return column and row of a cell, counted from 1.

    >>> cell_place("AB12")
    (28, 12)

    Raises:
        ValueError: when ``reference`` names no cell.
    """
    match = _CELL_REFERENCE.match(reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(match[2])


def _read_sheet(archive: Archive, part: str, file: str, name: str, values: _Values, budget: list[int]) -> Grid:
    scan = _SheetScan(values, budget)
    archive.parse(part, scan.start, scan.end, scan.text)
    filled = {column for cells in scan.rows.values() for column in cells}
    hidden = frozenset(c for c in filled if any(first <= c <= last for first, last in scan.hidden_spans))
    rows = {row: scan.rows[row] for row in sorted(scan.rows)}
    return Grid(file, name, rows, tuple(scan.merged), frozenset(scan.hidden_rows), hidden)


def _hidden_sheet(file: str, name: str) -> Trouble:
    texts = (
        say(f"隐藏的表“{name}”没有读", f"the hidden sheet {name} was not read"),
        say("要导入的表都显示出来", "every sheet to import is shown"),
        say("要导入就取消隐藏，否则删去", "unhide it to import it, or delete it"),
    )
    return Trouble(
        None, 0, 0, Diagnostic("SHT04", Severity.WARNING, Position(SheetName(f"{file}!{name}"), 1, 1), *texts)
    )
