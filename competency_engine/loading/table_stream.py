"""CSV tables of people as a stream: one person at a time, with the rows of every table that are theirs.

It works where the tables stand in one order: evidence, completions and what is begun in the order of the people,
communities in the order in which people name them. A first pass makes sure of that before anything is planned; it remembers one row of each table.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO, get_args

from pydantic_core import to_json

from competency_engine.diagnostics import Diagnostic, Position
from competency_engine.domain.people import Dossier
from competency_engine.errors import EngineError
from competency_engine.loading.csv_reader import Record, read_records
from competency_engine.loading.documents import RawDocument
from competency_engine.loading.dossiers import MAX_LINE_BYTES, parse_dossier
from competency_engine.loading.files import MAX_BYTES
from competency_engine.loading.people_stream import Line, PeopleStream, open_binary
from competency_engine.loading.table_documents import (
    Entries,
    community_document,
    evidence_document,
    person_document,
    record_of,
    sitting_document,
    sitting_of,
    survey_document,
    survey_of,
)
from competency_engine.loading.tables import LISTS, ColumnNames, Header, Row, TableKind, read_header, read_rows
from competency_engine.loading.workspace import Workspace
from competency_engine.text import Text, say

Names = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
Block = tuple[int, str]
"""Consecutive rows of one table: the number of the first line, and their text."""


class NotInOrderError(EngineError):
    """The tables cannot be streamed; the message says where and why, and how to mend it."""

    def __init__(self, position: Position, reason: Text) -> None:
        super().__init__(
            say(
                f"{position}: {reason.zh}。超过 {_MEGABYTES} MB 的表格须同一次序：测评、完修和在修按学员表，社区按学员表提到的先后，"
                "一行不跨行。把各表按学员排序，或改用 JSON 行（docs/batch.md）",
                f"{position}: {reason.en}. Tables of more than {_MEGABYTES} MB must stand in one order: evidence, "
                "completions and what is begun in that of the people, communities in that in which people name them, a row "
                "on one line. Sort every table by person, or use JSON lines (docs/batch.md)",
            )
        )


_EVIDENCE: dict[TableKind, tuple[Callable[[Row], dict[str, Any]], Callable[[Row], RawDocument]]] = {
    "evidence": (record_of, evidence_document),
    "sittings": (sitting_of, sitting_document),
    "surveys": (survey_of, survey_document),
}
"""Tables of what was recorded, each named like the part of a dossier that it fills: a row as an entry, and as a document."""
_MEGABYTES = MAX_BYTES // 1024 // 1024


@dataclass(frozen=True)
class _TableFile:
    path: Path
    encoding: str
    header: Header
    first_line: str

    def open(self) -> TextIO:
        return self.path.open(encoding=self.encoding)


def table_stream(paths: tuple[Path, ...], workspace: Workspace, names: ColumnNames) -> PeopleStream:
    """Return the people in the tables ``paths``, in the order of the table of people.

    Args:
        paths: CSV files, at most one of each kind.
        workspace: names the files.
        names: what may head a column of its own.

    Raises:
        UsageError: when a file cannot be read.
        NotInOrderError: when the tables do not stand in one order, or not one of each kind is there.
    """
    files = {}
    for path in paths:
        file = _open_table(path, workspace.name_of(path), names)
        if file.header.kind in files:
            raise NotInOrderError(
                Position(file.header.file, 1, 1),
                say(f"{file.header.kind} 表不止一张", f"there is more than one table of {file.header.kind}"),
            )
        files[file.header.kind] = file
    for kind in ("people", "communities"):
        if kind not in files:
            raise NotInOrderError(
                Position(workspace.name_of(paths[0]), 1, 1), say(f"没有 {kind} 表", f"there is no table of {kind}")
            )
    people = sum(1 for _ in _join(files))
    heads = tuple((file.header.file, file.first_line) for file in files.values())
    line_format = TableLines(
        files["people"].header.file, heads, tuple((kind, tuple(ids.items())) for kind, ids in names.items())
    )
    return PeopleStream(line_format, people, lambda: _join(files))


def _open_table(path: Path, name: str, names: ColumnNames) -> _TableFile:
    encoding = _encoding_of(path)
    if encoding is None:
        raise NotInOrderError(Position(name, 1, 1), say("编码认不出", "the encoding is not known"))
    with path.open(encoding=encoding) as file:
        first = file.readline(MAX_LINE_BYTES).removesuffix("\n")
    header, problems = read_header(next(read_records([first])), name, names)
    if header is None or problems:
        raise NotInOrderError(Position(name, 1, 1), say("表头有错", "something is wrong with the header"))
    return _TableFile(path, encoding, header, first)


def _encoding_of(path: Path) -> str | None:
    """Return the encoding of a table, as `loading.files.decode_table` would choose it; None when none fits."""
    with open_binary(path) as file:
        marked = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as text:
                while text.read(MAX_LINE_BYTES):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    return None


class _Cursor:
    """The rows of one table, of which one is in view: its ``key`` (None = past the last), number and text."""

    def __init__(self, table: _TableFile, file: TextIO, field: str) -> None:
        self.table, self._file = table, file
        self._column = table.header.columns.index(field)
        self.key: str | None = None
        self.number, self.text = 1, ""
        file.readline()
        self.advance()

    def advance(self) -> None:
        """Bring the next row that is not blank into view."""
        while line := self._file.readline(MAX_LINE_BYTES):
            self.number += 1
            self.text = line.removesuffix("\n")
            if '"' in line or len(line) == MAX_LINE_BYTES:
                self._refuse_long()
                cells = next(read_records([self.text])).cells
            else:
                cells = self.text.split(",", self._column + 1)
            self.key = cells[self._column].strip() if len(cells) > self._column else ""
            if self.key or self.text.strip(" ,\t"):
                return
        self.key = None

    def _refuse_long(self) -> None:
        if next(read_records([self.text])).misquoted is not None or len(self.text) >= MAX_LINE_BYTES - 1:
            raise NotInOrderError(
                self.position, say("一行跨了几行，或太长", "a row runs over several lines, or is too long")
            )

    @property
    def position(self) -> Position:
        return Position(self.table.header.file, self.number, 1)

    def take(self, key: str) -> Block | None:
        """Return the rows of ``key`` that begin with the one in view, and bring the one after them into view."""
        if self.key != key:
            return None
        first = self.number
        lines: list[str] = []
        size = 0
        while self.key == key and size < MAX_LINE_BYTES:
            lines += [""] * (self.number - first - len(lines))
            lines.append(self.text)
            size += len(self.text) + 1
            self.advance()
        return first, "\n".join(lines)

    def seek(self, key: str) -> None:
        """Bring the row of ``key`` into view, passing over those before it."""
        start = self.position
        while self.key is not None and self.key != key:
            self.advance()
        if self.key is None:
            raise NotInOrderError(start, say(f"从这里往后没有社区 {key}", f"from here on there is no community {key}"))


def _join(files: Mapping[TableKind, _TableFile]) -> Iterator[Line]:
    """Yield each person with their rows as a line for `TableLines`."""
    with ExitStack() as stack:

        def cursor(kind: TableKind, field: str = "person") -> _Cursor:
            return _Cursor(files[kind], stack.enter_context(files[kind].open()), field)

        people, homes = cursor("people"), cursor("people", "community")
        communities = cursor("communities", "community")
        further = {kind: cursor(kind) for kind in (*LISTS, *_EVIDENCE) if kind in files}
        done = 0
        while people.key is not None:
            done += 1
            if homes.key:
                communities.seek(homes.key)
            blocks: dict[str, Block | None] = {
                "people": (people.number, people.text),
                "communities": (communities.number, communities.text) if homes.key else None,
                **{kind: rows.take(people.key) for kind, rows in further.items()},
            }
            yield Line(people.number, json.dumps(blocks, ensure_ascii=False).encode(), done)
            people.advance()
            homes.advance()
        for rows in further.values():
            if rows.key is not None:
                raise NotInOrderError(
                    rows.position,
                    say(f"轮到 {rows.key} 时没有这名学员", f"{rows.key} is no person, or not one whose turn it is"),
                )


@dataclass(frozen=True)
class TableLines:
    """Lines that hold one person's rows of several tables.

    Attributes:
        name: the table of people, as diagnostics call it.
        heads: name and first line of each table.
        names: what may head a column of its own, as `ColumnNames`.
    """

    name: str
    heads: tuple[tuple[str, str], ...]
    names: Names

    @cached_property
    def _headers(self) -> dict[str, Header]:
        names = {kind: dict(ids) for kind, ids in self.names}
        read = (read_header(next(read_records([first])), name, names)[0] for name, first in self.heads)
        return {header.kind: header for header in read if header is not None}

    def parse(self, line: bytes) -> Dossier:
        """Return the person in ``line``."""
        rows, problems = self._rows(line)
        if problems or not rows["people"] or not rows["communities"]:
            raise ValueError("a row is not right")
        value: dict[str, Any] = {
            "person": person_document(rows["people"][0], _entries(rows)).value,
            "community": community_document(rows["communities"][0]).value,
            **{part: [entry_of(row) for row in rows[part]] for part, (entry_of, _) in _EVIDENCE.items()},
        }
        return parse_dossier(to_json(value, inf_nan_mode="constants"))

    def documents(self, number: int, line: bytes) -> tuple[list[RawDocument], list[Diagnostic]]:
        """Return the rows of ``line`` as documents, and what is wrong with the shape of the rows."""
        rows, problems = self._rows(line)
        documents = [person_document(row, _entries(rows)) for row in rows["people"]]
        documents += [community_document(row) for row in rows["communities"]]
        for kind, (_, document_of) in _EVIDENCE.items():
            documents += map(document_of, rows[kind])
        return documents, problems

    def _rows(self, line: bytes) -> tuple[dict[str, list[Row]], list[Diagnostic]]:
        if len(line) > 4 * MAX_LINE_BYTES:
            raise ValueError("too long")
        blocks: dict[str, Any] = json.loads(line)
        found: dict[str, list[Row]] = {kind: [] for kind in get_args(TableKind)}
        problems: list[Diagnostic] = []
        for kind, block in blocks.items():
            if block is not None:
                found[kind], wrong = read_rows(self._headers[kind], _records(*block))
                problems += wrong
        return found, problems


def _entries(rows: Mapping[str, list[Row]]) -> Entries:
    return {field: rows[kind] for kind, field in LISTS.items() if rows[kind]}


def _records(first: int, text: str) -> Iterable[Record]:
    lines = text.split("\n")
    if '"' in text:
        return (record.moved(first - 1) for record in read_records(lines))
    return (Record(line.split(","), number) for number, line in enumerate(lines, start=first))
