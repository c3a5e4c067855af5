"""CSV tables of people as raw documents, so that one set of checks serves YAML and spreadsheets alike.

A table is recognised by its header, in Chinese or English, whatever its file is called.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from competency_engine.diagnostics import Diagnostic, Mark, Path, Position, Severity, SourceMap
from competency_engine.loading.yaml_reader import RawDocument
from competency_engine.text import say

TableKind = Literal["communities", "people", "completions", "evidence"]

_HEADERS = {
    "学员": "person", "学员编号": "person", "社区": "community", "社区名称": "title", "社区类型": "types",
    "任现职日期": "post_since", "任现职时间": "post_since", "角色": "role", "单元": "unit", "等级": "level",
    "评定日期": "date", "日期": "date", "有效期至": "valid_until", "差距类别": "gap_kind", "课程": "module", "完成日期": "date",
}  # fmt: skip
_VALUES = {
    "gap_kind": {"知识空白": "knowledge", "素质短板": "quality", "能力弱项": "ability"},
}
_REQUIRED: dict[TableKind, tuple[str, ...]] = {
    "evidence": ("person", "unit", "level", "date"),
    "completions": ("person", "module", "date"),
    "people": ("person", "community", "post_since"),
    "communities": ("community", "types"),
}
_ALLOWED: dict[TableKind, tuple[str, ...]] = {
    "evidence": ("person", "unit", "level", "date", "valid_until", "gap_kind"),
    "completions": ("person", "module", "date"),
    "people": ("person", "community", "post_since", "role"),
    "communities": ("community", "types", "title"),
}
_INTEGER = re.compile(r"-?[0-9]+\Z")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+\Z")
_WORDS = {"true": True, "是": True, "false": False, "否": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the cells that are not empty, and where each stands."""

    cells: dict[str, str]
    places: dict[str, Position]
    start: Position


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file: what it lists, its rows, and what is wrong with its header."""

    kind: TableKind | None
    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_table(text: str, name: str, only: frozenset[str] | None = None) -> Table:
    """Return the table in ``text``; a row keeps the line and column of each of its cells.

    Args:
        text: the whole file.
        name: the name by which diagnostics call it.
        only: leave out rows of evidence and completions that are not of these people; None = keep all.
    """
    reader = csv.reader(io.StringIO(text))
    header = [_normalise(cell) for cell in next(reader, [])]
    columns = [_HEADERS.get(cell, cell) for cell in header]
    kind = next((kind for kind, needed in _REQUIRED.items() if set(needed) <= set(columns)), None)
    if kind is None:
        return Table(None, (), (_unknown_header(name, header),))
    person = columns.index("person") if "person" in columns and kind != "people" else None

    def passed_over(cells: list[str]) -> bool:
        return only is not None and person is not None and (len(cells) <= person or cells[person].strip() not in only)

    diagnostics = tuple(_header_problems(kind, columns, header, name, text))
    return Table(kind, tuple(_rows(reader, columns, name, text, passed_over)), diagnostics)


def _normalise(cell: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", cell))


def _rows(
    reader: Any, columns: list[str], name: str, text: str, passed_over: Callable[[list[str]], bool]
) -> Iterator[Row]:
    lines = text.splitlines()
    previous = reader.line_num
    for cells in reader:
        line = previous + 1
        previous = reader.line_num
        if passed_over(cells):
            continue
        source = lines[line - 1] if line <= len(lines) else ""
        offsets = _offsets(cells, source)
        values = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
        if values:
            places = {column: Position(name, line, offset) for column, offset in zip(columns, offsets, strict=False)}
            yield Row(values, places, Position(name, line, 1))


def _offsets(cells: list[str], source: str) -> list[int]:
    """Return the column of each cell in its line; 1 for all where quotes hide them."""
    if '"' in source:
        return [1] * len(cells)
    offsets = [1]
    for cell in cells[:-1]:
        offsets.append(offsets[-1] + len(cell) + 1)
    return offsets


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
    kind: TableKind, columns: list[str], header: list[str], name: str, text: str
) -> Iterator[Diagnostic]:
    first_line = text.splitlines()[0] if text else ""
    offsets = _offsets(first_line.split(","), first_line)
    for index, column in enumerate(columns):
        place = Position(name, 1, offsets[index] if index < len(offsets) else 1)
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
                say(f"没有 {header[index] or '（空）'} 这一列", f"there is no column {header[index] or '(empty)'}"),
                say(f"以下列：{listed}", f"these columns: {listed}"),
                say("删去或改名", "remove or rename it"),
            )


def evidence_document(row: Row) -> RawDocument:
    """Return a row of evidence as a document of kind ``evidence`` with one record."""
    record = {column: _value(column, cell) for column, cell in row.cells.items() if column != "person"}
    value = {"kind": "evidence", "id": f"row-{row.start.line}", "person": row.cells.get("person"), "records": [record]}
    values: dict[Path, Position] = {
        (): row.start,
        ("person",): row.places["person"],
        ("records",): row.start,
        ("records", 0): row.start,
    }
    values |= {("records", 0, column): place for column, place in row.places.items()}
    return RawDocument(value, _source_map(values))


def person_document(row: Row, completions: list[Row]) -> RawDocument:
    """Return a row of people, with the person's rows of completions, as a document of kind ``person``."""
    cells = dict(row.cells)
    value: dict[str, Any] = {"kind": "person", "id": cells.pop("person", None), **cells}
    values: dict[Path, Position] = {(): row.start, ("id",): row.places["person"]}
    values |= {(column,): place for column, place in row.places.items()}
    if completions:
        value["completed"] = [{"module": c.cells.get("module"), "date": c.cells.get("date")} for c in completions]
        values[("completed",)] = row.start
    for index, completion in enumerate(completions):
        values[("completed", index)] = completion.start
        values |= {("completed", index, column): place for column, place in completion.places.items()}
    return RawDocument(value, _source_map(values))


def community_document(row: Row, fact_ids: dict[str, str]) -> RawDocument:
    """Return a row of communities as a document; every further column is a fact, by its id or its title.

    Args:
        row: the row.
        fact_ids: fact id by every name under which a column may stand.
    """
    named = {fact_ids.get(column, column): cell for column, cell in row.cells.items()}
    places = {fact_ids.get(column, column): place for column, place in row.places.items()}
    types = [part.strip() for part in re.split(r"[;；、]", named.pop("types", "")) if part.strip()]
    value: dict[str, Any] = {"kind": "community", "id": named.pop("community", None), "types": types}
    title = named.pop("title", None)
    if title is not None:
        value["title"] = {"zh": title, "en": title}
    value["facts"] = {fact: _value(fact, cell) for fact, cell in named.items()}
    values: dict[Path, Position] = {
        (): row.start,
        ("id",): places["community"],
        ("facts",): row.start,
        ("types",): places["types"],
    }
    values |= {("types", index): places["types"] for index in range(len(types))}
    values |= {("facts", fact): places[fact] for fact in named}
    return RawDocument(value, _source_map(values))


def _source_map(values: dict[Path, Position]) -> SourceMap:
    file = values[()].file
    return SourceMap(file, [Mark(path, False, (place.line, place.column)) for path, place in values.items()])


def _value(column: str, cell: str) -> Any:
    if column in _VALUES:
        return _VALUES[column].get(cell, cell)
    if _INTEGER.match(cell):
        return int(cell) if len(cell) < 16 else cell
    if _DECIMAL.match(cell):
        return float(cell)
    return _WORDS.get(cell.lower(), cell)
