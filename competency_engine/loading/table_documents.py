"""Rows of CSV tables as raw documents, so that one set of checks serves YAML and spreadsheets alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from competency_engine.diagnostics import Mark, Path, Position, SourceMap
from competency_engine.loading.documents import RawDocument
from competency_engine.loading.neutral import unguard
from competency_engine.loading.tables import COMMUNITY_COLUMNS, SITTING_COLUMNS, SURVEY_COLUMNS, Row

Entries = Mapping[str, Sequence[Row]]
"""Rows of one person by the list of the person's document to which they belong; none is empty."""

_GAP_KINDS = {"知识空白": "knowledge", "素质短板": "quality", "能力弱项": "ability"}
_INTEGER = re.compile(r"-?[0-9]{1,15}\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}\Z")
_WORDS = {"true": True, "是": True, "false": False, "否": False}


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
    line = row.record.line
    value = {"kind": "evidence", "id": f"row-{line}", "person": row.cells.get("person"), "records": [record_of(row)]}

    def places() -> Iterator[tuple[Path, Position]]:
        yield from (((), row.start), (("person",), row.place("person")), (("records",), row.start))
        yield ("records", 0), row.start
        yield from ((("records", 0, column), place) for column, place in row.places.items())

    return RawDocument(value, _source_map(row, places()))


def record_of(row: Row) -> dict[str, Any]:
    """Return a row of evidence as the value of an `EvidenceRecord`."""
    record: dict[str, Any] = dict(row.cells)
    record.pop("person", None)
    if "gap_kind" in record:
        record["gap_kind"] = _GAP_KINDS.get(record["gap_kind"], record["gap_kind"])
    if "level" in record:
        record["level"] = _whole(record["level"])
    return record


def sitting_document(row: Row) -> RawDocument:
    """Return a row of sittings as a document of kind ``evidence`` with one sitting."""
    return _one_entry(row, "sittings", sitting_of(row), "scores", SITTING_COLUMNS)


def sitting_of(row: Row) -> dict[str, Any]:
    """Return a row of sittings as the value of a `Sitting`: one score, or the scores of its columns of units and items."""
    cells = dict(row.cells)
    cells.pop("person", None)
    single = {cells.pop("item", None) or cells.pop("unit", None) or "": cells.pop("score", None)}
    scores = {key: cells.pop(key) for key in row.cells if key not in SITTING_COLUMNS}
    scores |= {key: score for key, score in single.items() if score is not None}
    return {**cells, "scores": {key: _whole(score) for key, score in scores.items()}}


def survey_document(row: Row) -> RawDocument:
    """Return a row of surveys as a document of kind ``evidence`` with one survey."""
    return _one_entry(row, "surveys", survey_of(row), "importance", SURVEY_COLUMNS)


def survey_of(row: Row) -> dict[str, Any]:
    """Return a row of surveys as the value of a `Survey`."""
    importance = {key: _whole(cell) for key, cell in row.cells.items() if key not in SURVEY_COLUMNS}
    value: dict[str, Any] = {"importance": importance, "problems": _parts(row.cells.get("problems", ""))}
    return value | ({"date": row.cells["date"]} if "date" in row.cells else {})


def _one_entry(row: Row, field: str, entry: dict[str, Any], open_field: str, closed: Sequence[str]) -> RawDocument:
    """Return evidence whose ``field`` holds ``entry`` alone; columns that are not ``closed`` stand in its ``open_field``."""
    value = {"kind": "evidence", "id": f"row-{row.record.line}", "person": row.cells.get("person"), field: [entry]}
    further = [column for column in row.cells if column not in closed]

    def places() -> Iterator[tuple[Path, Position]]:
        yield from (((), row.start), (("person",), row.place("person")), ((field,), row.start))
        yield (field, 0), row.start
        yield (field, 0, open_field), row.start
        yield from (((field, 0, column), place) for column, place in row.places.items() if column in closed)
        yield from (((field, 0, open_field, column), row.place(column)) for column in further)
        if "score" in row.cells:
            named = row.cells.get("item") or row.cells.get("unit") or ""
            yield (field, 0, open_field, named), row.place("score")

    return RawDocument(value, _source_map(row, places(), (field, 0, open_field), further))


def _whole(cell: str) -> Any:
    return int(cell) if _INTEGER.match(cell) else cell


def person_document(row: Row, entries: Entries) -> RawDocument:
    """Return a row of people, with the person's rows of other tables, as a document of kind ``person``."""
    cells = dict(row.cells)
    value: dict[str, Any] = {"kind": "person", "id": cells.pop("person", None), **cells}
    if "away" in value:
        value["away"] = _parts(value["away"])

    def places() -> Iterator[tuple[Path, Position]]:
        yield from (((), row.start), (("id",), row.place("person")))
        yield from (((column,), place) for column, place in row.places.items())
        yield from ((("away", index), row.place("away")) for index in range(len(value.get("away", ()))))

    return with_entries(RawDocument(value, _source_map(row, places())), entries)


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
    value: dict[str, Any] = {"kind": "evidence", "id": f"row-{row.record.line}", "person": person}
    places = (((), row.start), (("person",), row.place("person")))
    return RawDocument(value, _source_map(row, places))


def community_document(row: Row) -> RawDocument:
    """Return a row of communities as a document; every column beyond id, types and title is a fact."""
    facts = [column for column in row.cells if column not in COMMUNITY_COLUMNS]
    types = _parts(row.cells.get("types", ""))
    value: dict[str, Any] = {"kind": "community", "id": row.cells.get("community"), "types": types}
    title = row.cells.get("title")
    if title is not None:
        title = unguard(title)
        value["title"] = {"zh": title, "en": title}
    places_of = [name for name in ("district", "street") if row.cells.get(name) is not None]
    value |= {name: unguard(row.cells[name]) for name in places_of}
    value["facts"] = {fact: _fact_value(row.cells[fact]) for fact in facts}

    def places() -> Iterator[tuple[Path, Position]]:
        yield from (((), row.start), (("id",), row.place("community")), (("types",), row.place("types")))
        yield from ((("types", index), row.place("types")) for index in range(len(types)))
        yield from ((("title",), row.place("title")), (("facts",), row.start))
        yield from (((name,), row.place(name)) for name in places_of)
        yield from ((("facts", fact), row.place(fact)) for fact in facts)

    return RawDocument(value, _source_map(row, places(), ("facts",), facts))


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;；、]", cell) if part.strip()]


def _source_map(
    row: Row, places: Iterable[tuple[Path, Position]], field: Path = (), headed: Sequence[str] = ()
) -> SourceMap:
    """Return the places of a document made from ``row``; the keys ``headed`` of its ``field`` stand in the header.

    Why an iterable: nobody asks where the parts of a sound document stand, and then nothing is counted.
    """

    def marks() -> Iterator[Mark]:
        yield from ((path, False, place.line, place.column) for path, place in places)
        for column in headed:
            place = row.header.places[column]
            yield (*field, column), True, place.line, place.column

    return SourceMap(row.header.file, marks())


def _fact_value(cell: str) -> Any:
    if _INTEGER.match(cell):
        return int(cell)
    if _DECIMAL.match(cell):
        return float(cell)
    return _WORDS.get(cell.lower(), cell)
