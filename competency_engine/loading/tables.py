"""CSV tables of people: headers and rows.

A table is recognised by its header, in Chinese or English, whatever its file is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from competency_engine.diagnostics import Diagnostic, Position, Severity
from competency_engine.loading.csv_reader import Record, misquoted, read_records
from competency_engine.text import say

TableKind = Literal["communities", "people", "completions", "begun", "evidence", "sittings", "surveys"]
ColumnNames = Mapping[str, Mapping[str, str]]
"""By kind of table: the id of each thing that may head a column of its own, by every normalised name that it may have there."""

_HEADERS = {
    "学员": "person", "学员编号": "person", "社区": "community", "社区名称": "title", "社区类型": "types",
    "区": "district", "街道": "street",
    "任现职日期": "post_since", "任现职时间": "post_since", "角色": "role", "单元": "unit", "等级": "level",
    "评定日期": "date", "日期": "date", "有效期至": "valid_until", "差距类别": "gap_kind", "课程": "module", "完成日期": "date",
    "开始月份": "month", "离岗月份": "away", "来源": "source", "评估工具": "source", "评分者": "rater", "评分": "score", "题目": "item",
    "难题": "problems", "填写日期": "date",
}  # fmt: skip
_REQUIRED: dict[TableKind, tuple[str, ...]] = {
    "evidence": ("person", "unit", "level", "date"),
    "completions": ("person", "module", "date"),
    "begun": ("person", "module", "month"),
    "sittings": ("person", "source", "date"),
    "surveys": ("person", "date", "problems"),
    "people": ("person", "community", "post_since"),
    "communities": ("community", "types"),
}
COMMUNITY_COLUMNS = ("community", "types", "title", "district", "street")
"""Columns of a table of communities that are not facts."""
SITTING_COLUMNS = ("person", "source", "date", "rater", "valid_until", "unit", "item", "score")
"""Columns of a table of sittings that are no unit and no item; the last three hold one score a row."""
SURVEY_COLUMNS = ("person", "date", "problems")
"""Columns of a table of surveys that are no unit."""
LISTS: dict[TableKind, str] = {"completions": "completed", "begun": "begun"}
"""Tables whose rows are entries of a list in the document of a person, with the key of that list."""
_ALLOWED: dict[TableKind, tuple[str, ...]] = {
    "evidence": ("person", "unit", "level", "date", "valid_until", "gap_kind"),
    "completions": ("person", "module", "date"),
    "begun": ("person", "module", "month"),
    "people": ("person", "community", "post_since", "role", "away"),
    "communities": COMMUNITY_COLUMNS,
    "sittings": SITTING_COLUMNS,
    "surveys": SURVEY_COLUMNS,
}
OPEN_KINDS = ("communities", "sittings", "surveys")
"""Tables whose further columns are facts, units or items."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first row of a table.

    Attributes:
        kind: what the table lists.
        file: the name by which diagnostics call it.
        names: the columns as they are written, without differences of width and white space.
        columns: the field that each column fills, or the fact, unit or item; empty = none.
        places: where each field is named.
    """

    kind: TableKind
    file: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    places: dict[str, Position]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the cells that are not empty, and the record and header that know where each stands."""

    cells: dict[str, str]
    record: Record
    header: Header

    @property
    def start(self) -> Position:
        """Where the row starts."""
        return Position(self.header.file, self.record.line, 1)

    @property
    def places(self) -> dict[str, Position]:
        """Where each cell stands."""
        named = zip(self.header.columns, self.record.places, strict=False)
        return {column: Position(self.header.file, *place) for column, place in named}

    def place(self, column: str) -> Position:
        """Return where the cell of ``column`` stands; in a row that ends before it, where the row starts."""
        return self.places.get(column, self.start)


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file: what it lists, its rows, and what is wrong with its header and with the shape of its rows."""

    kind: TableKind | None
    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_table(text: str, name: str, names: ColumnNames, only: frozenset[str] | None = None) -> Table:
    """Return the table in ``text``; a row keeps the line and column of each of its cells.

    Args:
        text: the whole file.
        name: the name by which diagnostics call it.
        names: what may head a column of its own.
        only: leave out rows of evidence, completions and what is begun that are not of these people; None = keep all.
    """
    records = read_records(text.split("\n"))
    header, problems = read_header(next(records), name, names)
    if header is None:
        return Table(None, (), problems)
    rows, further = read_rows(header, records, only)
    return Table(header.kind, tuple(rows), (*problems, *further))


def read_header(head: Record, name: str, names: ColumnNames) -> tuple[Header | None, tuple[Diagnostic, ...]]:
    """Return the header in the record ``head`` and what is wrong with it; None when it is of no known table."""
    written = [normalise_header(cell) for cell in head.cells]
    columns = [_HEADERS.get(cell, cell) for cell in written]
    kind = next((kind for kind, needed in _REQUIRED.items() if set(needed) <= set(columns)), None)
    if kind is None:
        return None, (_unknown_header(name, written),)
    if kind in OPEN_KINDS:
        ids = names.get(kind, {})
        columns = [column if column in _ALLOWED[kind] else ids.get(column, column) for column in columns]
    starts = [Position(name, *place) for place in head.places]
    places = dict(zip(reversed(columns), reversed(starts), strict=True))
    used = tuple(column if kind in OPEN_KINDS or column in _ALLOWED[kind] else "" for column in columns)
    problems = tuple(_header_problems(kind, columns, written, starts))
    return Header(kind, name, tuple(written), used, places), problems


def read_rows(
    header: Header, records: Iterable[Record], only: frozenset[str] | None = None
) -> tuple[list[Row], list[Diagnostic]]:
    """Return the rows below ``header`` that are not blank, and what is wrong with the shape of each."""
    columns, names = header.columns, header.names
    person = columns.index("person") if "person" in columns and header.kind != "people" else None
    rows: list[Row] = []
    diagnostics: list[Diagnostic] = []
    has_nameless = not all(names)
    for record in records:
        cells = record.cells
        if only is not None and person is not None and (len(cells) <= person or cells[person].strip() not in only):
            continue
        if record.misquoted is not None or has_nameless or len(cells) > len(names):
            diagnostics += _row_problems(record, names, header.file)
        values = {
            column: text for column, cell in zip(columns, cells, strict=False) if (text := cell.strip()) and column
        }
        if values and record.misquoted is None:
            rows.append(Row(values, record, header))
    return rows, diagnostics


def normalise_header(cell: str) -> str:
    """Return the name of a column without differences of width and white space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", cell))


def _row_problems(record: Record, names: Sequence[str], name: str) -> Iterator[Diagnostic]:
    if record.misquoted is not None:
        yield Diagnostic("TAB02", Severity.ERROR, Position(name, *record.misquoted), *misquoted(record.misquoted[0]))
        return
    for index, cell in enumerate(record.cells):
        if cell.strip() and not (index < len(names) and names[index]):
            yield Diagnostic(
                "TAB02",
                Severity.ERROR,
                Position(name, *record.places[index]),
                say(f"第{index + 1}格没有列名", f"cell {index + 1} of the row stands under no column"),
                say("表头写了列名的格子", "a cell whose column has a name in the header"),
                say("含逗号的内容加上引号，或补上列名", "quote a cell that holds a comma, or name the column"),
            )
            return


def _unknown_header(name: str, header: list[str]) -> Diagnostic:
    shown = ", ".join(header)[:60]
    needed = "; ".join(" ".join(columns) for columns in _REQUIRED.values())
    return Diagnostic(
        "TAB01",
        Severity.ERROR,
        Position(name, 1, 1),
        say(f"表头认不出是哪种表：{shown}", f"the header is of no known table: {shown}"),
        say(f"含有其中一组列：{needed}", f"one of these sets of columns: {needed}"),
        say("补上缺的列名", "add the columns that are missing"),
    )


def _header_problems(
    kind: TableKind, columns: list[str], header: list[str], places: list[Position]
) -> Iterator[Diagnostic]:
    for index, column in enumerate(columns):
        place = places[index]
        if not column:
            continue
        if column in columns[:index]:
            yield Diagnostic(
                "TAB02",
                Severity.ERROR,
                place,
                say(f"列 {header[index]} 重复", f"the column {header[index]} appears twice"),
                say("每列一次", "each column once"),
                say("删去其中一列", "remove one of them"),
            )
        elif kind not in OPEN_KINDS and column not in _ALLOWED[kind]:
            listed = ", ".join(_ALLOWED[kind])
            yield Diagnostic(
                "TAB02",
                Severity.ERROR,
                place,
                say(f"没有 {header[index]} 这一列", f"there is no column {header[index]}"),
                say(f"以下列：{listed}", f"these columns: {listed}"),
                say("删去或改名", "remove or rename it"),
            )
