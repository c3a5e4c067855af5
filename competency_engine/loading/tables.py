"""CSV tables of people as raw documents, so that one set of checks serves YAML and spreadsheets alike.

A table is recognised by its header, in Chinese or English, whatever its file is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from competency_engine.diagnostics import Diagnostic, Path, Position, Severity, SourceMap
from competency_engine.loading.csv_reader import Record, read_records
from competency_engine.loading.yaml_reader import RawDocument
from competency_engine.text import say

TableKind = Literal["communities", "people", "completions", "begun", "evidence"]

_HEADERS = {
    "学员": "person", "学员编号": "person", "社区": "community", "社区名称": "title", "社区类型": "types",
    "任现职日期": "post_since", "任现职时间": "post_since", "角色": "role", "单元": "unit", "等级": "level",
    "评定日期": "date", "日期": "date", "有效期至": "valid_until", "差距类别": "gap_kind", "课程": "module", "完成日期": "date",
    "开始月份": "month", "离岗月份": "away",
}  # fmt: skip
_GAP_KINDS = {"知识空白": "knowledge", "素质短板": "quality", "能力弱项": "ability"}
_REQUIRED: dict[TableKind, tuple[str, ...]] = {
    "evidence": ("person", "unit", "level", "date"),
    "completions": ("person", "module", "date"),
    "begun": ("person", "module", "month"),
    "people": ("person", "community", "post_since"),
    "communities": ("community", "types"),
}
_ALLOWED: dict[TableKind, tuple[str, ...]] = {
    "evidence": ("person", "unit", "level", "date", "valid_until", "gap_kind"),
    "completions": ("person", "module", "date"),
    "begun": ("person", "module", "month"),
    "people": ("person", "community", "post_since", "role", "away"),
    "communities": ("community", "types", "title"),
}
_INTEGER = re.compile(r"-?[0-9]{1,15}\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}\Z")
_WORDS = {"true": True, "是": True, "false": False, "否": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the cells that are not empty, where each stands, and where the header names its column."""

    cells: dict[str, str]
    places: dict[str, Position]
    header: dict[str, Position]
    start: Position

    def place(self, column: str) -> Position:
        """Return where the cell of ``column`` stands; in a row that ends before it, where the row starts."""
        return self.places.get(column, self.start)


Entries = Mapping[str, list[Row]]
"""Rows of one person by the list of the person's document to which they belong; none is empty."""


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file: what it lists, its rows, and what is wrong with its header and with the shape of its rows."""

    kind: TableKind | None
    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_table(text: str, name: str, fact_ids: Mapping[str, str], only: frozenset[str] | None = None) -> Table:
    """Return the table in ``text``; a row keeps the line and column of each of its cells.

    Args:
        text: the whole file.
        name: the name by which diagnostics call it.
        fact_ids: id of each community fact by every normalised name under which its column may stand.
        only: leave out rows of evidence and completions that are not of these people; None = keep all.
    """
    records = read_records(text.split("\n"))
    head = next(records)
    names = [normalise_header(cell) for cell in head.cells]
    columns = [_HEADERS.get(cell, cell) for cell in names]
    kind = next((kind for kind, needed in _REQUIRED.items() if set(needed) <= set(columns)), None)
    if kind is None:
        return Table(None, (), (_unknown_header(name, names),))
    if kind == "communities":
        columns = [column if column in _ALLOWED[kind] else fact_ids.get(column, column) for column in columns]
    starts = [Position(name, *place) for place in head.places]
    diagnostics = [*_header_problems(kind, columns, names, starts)]
    header = dict(zip(reversed(columns), reversed(starts), strict=True))
    used = [column if kind == "communities" or column in _ALLOWED[kind] else "" for column in columns]
    person = columns.index("person") if "person" in columns and kind != "people" else None
    rows = []
    has_nameless = not all(names)
    for record in records:
        cells = record.cells
        if only is not None and person is not None and (len(cells) <= person or cells[person].strip() not in only):
            continue
        if record.unclosed is not None or has_nameless or len(cells) > len(names):
            diagnostics += _row_problems(record, names, name)
        values = {column: cell.strip() for column, cell in zip(used, cells, strict=False) if column and cell.strip()}
        if values and record.unclosed is None:
            places = {column: Position(name, *place) for column, place in zip(used, record.places, strict=False)}
            rows.append(Row(values, places, header, Position(name, record.line, 1)))
    return Table(kind, tuple(rows), tuple(diagnostics))


def normalise_header(cell: str) -> str:
    """Return the name of a column without differences of width and white space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", cell))


def _row_problems(record: Record, names: list[str], name: str) -> Iterator[Diagnostic]:
    if record.unclosed is not None:
        yield Diagnostic(
            "TAB02",
            Severity.ERROR,
            Position(name, *record.unclosed),
            say("这里的引号没有闭合", "the quote that opens here is never closed"),
            say("成对的引号", "a pair of quotes"),
            say("补上或删去引号", "close the quote, or remove it"),
        )
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
        elif kind != "communities" and column not in _ALLOWED[kind]:
            listed = ", ".join(_ALLOWED[kind])
            yield Diagnostic(
                "TAB02",
                Severity.ERROR,
                place,
                say(f"没有 {header[index]} 这一列", f"there is no column {header[index]}"),
                say(f"以下列：{listed}", f"these columns: {listed}"),
                say("删去或改名", "remove or rename it"),
            )


class _JoinedMap(SourceMap):
    """The places of one document and, where they know a path, those of ``cells``, perhaps from another file."""

    def __init__(self, base: SourceMap, cells: dict[Path, Position]) -> None:
        super().__init__("", ())
        self._base, self._cells = base, cells

    def holds(self, path: Path) -> bool:
        return path in self._cells or self._base.holds(path)

    def value(self, path: Path) -> Position:
        while path not in self._cells and not self._base.holds(path):
            path = path[:-1]
        return self._cells.get(path) or self._base.value(path)

    def key(self, path: Path) -> Position:
        return self._cells.get(path) or self._base.key(path)


def evidence_document(row: Row) -> RawDocument:
    """Return a row of evidence as a document of kind ``evidence`` with one record."""
    record = {column: _record_value(column, cell) for column, cell in row.cells.items() if column != "person"}
    value = {"kind": "evidence", "id": f"row-{row.start.line}", "person": row.cells.get("person"), "records": [record]}
    values: dict[Path, Position] = {
        (): row.start,
        ("person",): row.place("person"),
        ("records",): row.start,
        ("records", 0): row.start,
    }
    values |= {("records", 0, column): place for column, place in row.places.items()}
    return RawDocument(value, _source_map(values))


def person_document(row: Row, entries: Entries) -> RawDocument:
    """Return a row of people, with the person's rows of other tables, as a document of kind ``person``."""
    cells = dict(row.cells)
    value: dict[str, Any] = {"kind": "person", "id": cells.pop("person", None), **cells}
    values: dict[Path, Position] = {(): row.start, ("id",): row.place("person")}
    values |= {(column,): place for column, place in row.places.items()}
    if "away" in value:
        value["away"] = _parts(value["away"])
        values |= {("away", index): row.place("away") for index in range(len(value["away"]))}
    return with_entries(RawDocument(value, _source_map(values)), entries)


def with_entries(person: RawDocument, entries: Entries) -> RawDocument:
    """Return the document of a person with rows added to its lists ``completed`` and ``begun``."""
    for field, rows in entries.items():
        listed = list(person.value.get(field, ()))
        cells: dict[Path, Position] = {} if listed else {(field,): rows[0].start}
        for index, row in enumerate(rows, start=len(listed)):
            listed.append({column: cell for column, cell in row.cells.items() if column != "person"})
            cells[(field, index)] = row.start
            cells |= {(field, index, column): place for column, place in row.places.items() if column != "person"}
        person = RawDocument({**person.value, field: listed}, _JoinedMap(person.source_map, cells))
    return person


def nobodys_document(row: Row) -> RawDocument:
    """Return a row that lists a module of an unknown person as evidence of nothing: what it refers to gets checked."""
    person = row.cells.get("person")
    value: dict[str, Any] = {"kind": "evidence", "id": f"row-{row.start.line}", "person": person, "records": []}
    return RawDocument(value, _source_map({(): row.start, ("person",): row.place("person"), ("records",): row.start}))


def community_document(row: Row) -> RawDocument:
    """Return a row of communities as a document; every column beyond id, types and title is a fact."""
    facts = [column for column in row.cells if column not in _ALLOWED["communities"]]
    types = _parts(row.cells.get("types", ""))
    value: dict[str, Any] = {"kind": "community", "id": row.cells.get("community"), "types": types}
    title = row.cells.get("title")
    if title is not None:
        value["title"] = {"zh": title, "en": title}
    value["facts"] = {fact: _fact_value(row.cells[fact]) for fact in facts}
    values: dict[Path, Position] = {(): row.start, ("id",): row.place("community"), ("types",): row.place("types")}
    values |= {("types", index): row.place("types") for index in range(len(types))}
    values |= {("title",): row.place("title"), ("facts",): row.start}
    values |= {("facts", fact): row.place(fact) for fact in facts}
    return RawDocument(value, _source_map(values, {("facts", fact): row.header[fact] for fact in facts}))


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;；、]", cell) if part.strip()]


def _source_map(values: dict[Path, Position], keys: dict[Path, Position] | None = None) -> SourceMap:
    marks = [(path, False, place.line, place.column) for path, place in values.items()]
    marks += [(path, True, place.line, place.column) for path, place in (keys or {}).items()]
    return SourceMap(values[()].file, marks)


def _record_value(column: str, cell: str) -> Any:
    if column == "gap_kind":
        return _GAP_KINDS.get(cell, cell)
    return int(cell) if column == "level" and _INTEGER.match(cell) else cell


def _fact_value(cell: str) -> Any:
    if _INTEGER.match(cell):
        return int(cell)
    if _DECIMAL.match(cell):
        return float(cell)
    return _WORDS.get(cell.lower(), cell)
