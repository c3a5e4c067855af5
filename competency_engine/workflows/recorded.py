"""People as they were recorded, with the place of every record, though some name what the library no longer has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path as File

from competency_engine.diagnostics import Diagnostic, Path, Position, SourceMap
from competency_engine.domain.entity import PersonId
from competency_engine.domain.evidence import Evidence
from competency_engine.domain.people import Dossier, Person
from competency_engine.loading.dossiers import DossierReader
from competency_engine.loading.json_reader import read_json
from competency_engine.loading.labels import Labels
from competency_engine.loading.loader import load_population
from competency_engine.loading.people_stream import Line, file_stream
from competency_engine.loading.workspace import people_files
from competency_engine.workflows.session import Session

_HEADED = ("scores", "importance")
"""Mappings of which a finding may stand at the key."""
Map = Callable[[Path], tuple[SourceMap, Path]]
"""Where the record at a path of a dossier stands: the places of its document, and the path there."""


@dataclass(frozen=True)
class Recorded:
    """One person as recorded, or what is wrong with all people of a folder.

    Attributes:
        dossier: the person; None = there is none.
        problems: all that is wrong, broken references of records among it.
        map_of: where each record stands; None where there is no record to ask for.
        line: the line of a file of lines.
    """

    dossier: Dossier | None
    problems: tuple[Diagnostic, ...] = ()
    map_of: Map | None = None
    line: bytes | None = None

    def place(self, path: Path) -> Position:
        """Return where the record at ``path`` of the dossier stands."""
        places, there = self._find(path)
        return places.value(there)

    def places_of(self, path: Path) -> set[Position]:
        """Return where findings about the record at ``path`` stand: at it, at its key, at the instrument of its score."""
        places, there = self._find(path)
        found = {places.value(there)}
        if len(there) > 1 and there[-2] in _HEADED:
            found |= {places.key(there), places.value((*there[:-2], "source"))}
        return found

    def _find(self, path: Path) -> tuple[SourceMap, Path]:
        assert self.map_of is not None
        return self.map_of(path)


def read_lines(session: Session, file: File) -> Iterator[Recorded]:
    """Yield the people in ``file``, a line each.

    Raises:
        UsageError: when it cannot be read.
    """
    stream = file_stream(file, session.workspace.name_of(file))
    reader = DossierReader(stream.line_format, session.library, as_of=None)
    with Labels(stream.line_format.name) as labels:
        for line in stream.lines():
            one = _read_line(line, reader)
            repeated = labels.find_repeated(one.dossier.person.id, line.number) if one.dossier is not None else None
            yield one if repeated is None else Recorded(None, (repeated,))


def _read_line(line: Line, reader: DossierReader) -> Recorded:
    read = reader.read(line.number, line.content)
    if isinstance(read, Dossier):
        return Recorded(read, line=line.content)
    try:
        dossier = reader.line_format.parse(line.content)
    except ValueError:
        return Recorded(None, read)

    def map_of(path: Path) -> tuple[SourceMap, Path]:
        text = line.content.decode("utf-8").rstrip("\r\n")
        raw, _ = read_json(text, reader.line_format.name, line.number, code="LIN01")
        assert raw is not None
        return raw.source_map, path

    return Recorded(dossier, read, map_of, line.content)


def read_folder(session: Session, folder: File) -> Iterator[Recorded]:
    """Yield the people in the YAML and CSV files below ``folder``, by label; then, alone, all that is wrong with the files.

    Raises:
        UsageError: when there is no such folder.
    """
    population, loading = load_population(people_files(folder), session.workspace, session.loading)
    records: dict[PersonId, dict[str, list[tuple[SourceMap, Path]]]] = {}
    persons: dict[str, SourceMap] = {}
    for document in loading.documents:
        if isinstance(document.entity, Person):
            persons.setdefault(document.entity.id, document.source_map)
        elif isinstance(document.entity, Evidence):
            parts = records.setdefault(document.entity.person, {"evidence": [], "sittings": [], "surveys": []})
            for part, name in (("evidence", "records"), ("sittings", "sittings"), ("surveys", "surveys")):
                count = len(getattr(document.entity, name))
                parts[part] += ((document.source_map, (name, index)) for index in range(count))
    for id_, person in population.persons.items():
        if person.community in population.communities:
            yield Recorded(population.dossier(id_), (), _map_of(persons[id_], records.get(id_, {})))
    yield Recorded(None, tuple(loading.errors))


def _map_of(person: SourceMap, records: dict[str, list[tuple[SourceMap, Path]]]) -> Map:
    def map_of(path: Path) -> tuple[SourceMap, Path]:
        part, *rest = path
        if part == "person":
            return person, tuple(rest)
        places, start = records[str(part)][int(rest[0])]
        return places, (*start, *rest[1:])

    return map_of
