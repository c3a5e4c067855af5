"""One row of a canonical table, wherever it came from: a sheet, a CSV file, or a YAML document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from competency_engine.diagnostics import Path, Position
from competency_engine.domain.competency import FactValue
from competency_engine.domain.evidence import Evidence
from competency_engine.domain.people import Community, Person
from competency_engine.interop.grid import Grid
from competency_engine.interop.library_forms import GAP_KIND_WORDS
from competency_engine.loading.csv_reader import Record
from competency_engine.loading.linking import Located
from competency_engine.loading.tables import Header, Row, TableKind

KEYS: dict[TableKind, tuple[str, ...]] = {
    "communities": ("community",),
    "people": ("person",),
    "sittings": ("person", "source", "rater", "date"),
    "surveys": ("person", "date"),
    "evidence": ("person", "unit", "date"),
    "completions": ("person", "module", "date"),
    "begun": ("person", "module"),
}
"""What identifies a row of each table, in the order in which the tables are written."""
_WORDS = {english: chinese for chinese, english in GAP_KIND_WORDS.items()}


@dataclass(frozen=True)
class Entry:
    """One row: the canonical text of each field that it fills, and where it stands.

    Attributes:
        kind: the table.
        values: by field; the key fields are among them, an empty one is absent.
        start: where the row stands.
        places: where each field stands, as far as known.
        heads: where the header of each field stands, as far as known.
        grid: the sheet that it came from; None when it was there before.
        cells: in that sheet, row and column of each field.
        is_long: it holds one score of a sheet that has one score a row.
        apart: what tells it from others of its record, where raters without a label are told apart; else "".
    """

    kind: TableKind
    values: Mapping[str, str]
    start: Position
    places: Mapping[str, Position] = field(default_factory=dict)
    heads: Mapping[str, Position] = field(default_factory=dict)
    grid: Grid | None = None
    cells: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    is_long: bool = False
    apart: str = ""

    @property
    def record(self) -> tuple[str, ...]:
        """The record of which the row speaks: its key fields."""
        return tuple(self.values.get(name, "") for name in KEYS[self.kind])

    @property
    def key(self) -> tuple[str, ...]:
        """What identifies the row in its table."""
        return (*self.record, self.apart) if self.apart else self.record

    @property
    def further(self) -> dict[str, str]:
        """What it says of its record."""
        return {name: value for name, value in self.values.items() if name not in KEYS[self.kind]}

    @property
    def content(self) -> str:
        """What it says of its record, as one text whatever the order of its columns."""
        return ";".join(f"{name}={value}" for name, value in sorted(self.further.items()))

    @property
    def order(self) -> tuple[tuple[str, ...], str]:
        """Where it stands in its table; several raters without a label stand in order of what they say."""
        has_equals = self.kind == "sittings" and "rater" not in self.values
        return self.record, self.content if has_equals else ""

    def row(self) -> Row:
        """Return the entry as a row of its table, for the checks that every table passes; all places are of one file."""
        file = self.start.file

        def within(place: Position | None) -> Position:
            return place if place is not None and place.file == file else self.start

        columns = tuple(self.values)
        marks = [(place.line, place.column) for place in (within(self.places.get(column)) for column in columns)]
        heads = {column: within(self.heads.get(column)) for column in columns}
        header = Header(self.kind, file, columns, columns, heads)
        return Row(dict(self.values), Record(list(self.values.values()), self.start.line, marks), header)


def entries_of(documents: Iterable[Located]) -> Iterator[Entry]:
    """Yield what the documents of people say, row by row."""
    for document in documents:
        entity = document.entity
        if isinstance(entity, Community):
            yield _entry(document, "communities", (), _community(entity))
        elif isinstance(entity, Person):
            yield _entry(document, "people", (), _person(entity))
            for index, done in enumerate(entity.completed):
                values = {"person": entity.id, "module": done.module, "date": done.date.isoformat()}
                yield _entry(document, "completions", ("completed", index), values)
            for index, begun in enumerate(entity.begun):
                values = {"person": entity.id, "module": begun.module, "month": begun.month}
                yield _entry(document, "begun", ("begun", index), values)
        elif isinstance(entity, Evidence):
            yield from _of_evidence(document, entity)


def _of_evidence(document: Located, evidence: Evidence) -> Iterator[Entry]:
    for index, record in enumerate(evidence.records):
        values = {"unit": record.unit, "level": str(record.level), "date": record.date.isoformat()}
        values["valid_until"] = record.valid_until.isoformat() if record.valid_until else ""
        values["gap_kind"] = _WORDS[record.gap_kind] if record.gap_kind else ""
        yield _entry(document, "evidence", ("records", index), {"person": evidence.person, **values})
    for index, sitting in enumerate(evidence.sittings):
        values = {"source": sitting.source, "date": sitting.date.isoformat(), "rater": sitting.rater or ""}
        values["valid_until"] = sitting.valid_until.isoformat() if sitting.valid_until else ""
        values |= {key: str(score) for key, score in sitting.scores.items()}
        yield _entry(document, "sittings", ("sittings", index), {"person": evidence.person, **values})
    for index, survey in enumerate(evidence.surveys):
        values = {"date": survey.date.isoformat(), "problems": ";".join(survey.problems)}
        values |= {unit: str(score) for unit, score in survey.importance.items()}
        yield _entry(document, "surveys", ("surveys", index), {"person": evidence.person, **values})


def _entry(document: Located, kind: TableKind, path: Path, values: Mapping[str, str]) -> Entry:
    return Entry(kind, {name: value for name, value in values.items() if value}, document.source_map.value(path))


def _community(community: Community) -> dict[str, str]:
    fixed = {
        "community": community.id,
        "title": community.title.zh if community.title else "",
        "types": ";".join(community.types),
        "district": community.district or "",
        "street": community.street or "",
    }
    facts = {fact: _fact_text(value) for fact, value in community.facts.items()}
    return {**fixed, **facts}


def _fact_text(value: FactValue) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    return str(value)


def _person(person: Person) -> dict[str, str]:
    return {
        "person": person.id,
        "community": person.community,
        "post_since": person.post_since.isoformat(),
        "role": person.role or "",
        "away": ";".join(sorted(person.away)),
    }
