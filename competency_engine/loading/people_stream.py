"""People one by one from files of any size, in memory that does not grow with them."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.people import Dossier, Population
from competency_engine.errors import UsageError, unreadable
from competency_engine.loading.dossiers import MAX_LINE_BYTES, DossierReader, JsonLines, LineFormat
from competency_engine.loading.labels import Labels
from competency_engine.loading.parquet import count_rows, json_rows
from competency_engine.text import say


class Line(NamedTuple):
    """One person: the number of the line in its file, its content, and how much of the stream ends with it."""

    number: int
    content: bytes
    end: int


@dataclass(frozen=True)
class PeopleStream:
    """People in the order of their file.

    Attributes:
        line_format: how to read a line.
        size: where the last line ends, in the unit of ``Line.end``.
        lines: starts the stream from the beginning.
    """

    line_format: LineFormat
    size: int
    lines: Callable[[], Iterator[Line]]


def file_stream(path: Path, name: str) -> PeopleStream:
    """Return the people in a file with one of ``files.PEOPLE_FILE_SUFFIXES``, which diagnostics call ``name``.

    Raises:
        UsageError: when the file cannot be read.
    """
    return parquet_stream(path, name) if path.suffix == ".parquet" else json_lines_stream(path, name)


def parquet_stream(path: Path, name: str) -> PeopleStream:
    """Return the people in a Parquet file, a row each with the keys of a line of JSON as columns.

    Raises:
        UsageError: when the file cannot be read.
    """

    def lines() -> Iterator[Line]:
        return (Line(number, content, number) for number, content in enumerate(json_rows(path), start=1))

    return PeopleStream(JsonLines(name), count_rows(path), lines)


def json_lines_stream(path: Path, name: str) -> PeopleStream:
    """Return the people in a file of JSON lines, which diagnostics call ``name``.

    Raises:
        UsageError: when the file cannot be read.
    """
    with open_binary(path) as file:
        size = file.seek(0, 2)
    return PeopleStream(JsonLines(name), size, lambda: _json_lines(path))


def open_binary(path: Path) -> BinaryIO:
    """Return ``path`` open for reading.

    Raises:
        UsageError: when it is no ordinary file that may be read.
    """
    try:
        if path.is_file():
            return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from None
    raise UsageError(say(f"无法读取 {path}：不是普通文件", f"cannot read {path}: it is no ordinary file"))


def _json_lines(path: Path) -> Iterator[Line]:
    """Yield each line that is not blank; of one that is too long, no more than shows that it is."""
    with open_binary(path) as file:
        number = end = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            end += len(line)
            rest = line
            while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
                rest = file.readline(MAX_LINE_BYTES + 1)
                end += len(rest)
            content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if not content.isspace() and content:
                yield Line(number, content, end)


def population_stream(population: Population, name: str) -> PeopleStream:
    """Return the people of ``population``, in its order, as a stream that diagnostics call ``name``."""

    def lines() -> Iterator[Line]:
        for number, person_id in enumerate(population.persons, start=1):
            dossier = population.dossier(person_id)
            yield Line(number, dossier.model_dump_json(exclude_unset=True).encode(), number)

    return PeopleStream(JsonLines(name), len(population.persons), lines)


def read_people(
    reader: DossierReader, lines: Iterable[Line], only: frozenset[str] | None = None
) -> Iterator[Dossier | tuple[Diagnostic, ...]]:
    """Yield what each line gives, a second line of one person as a problem.

    Args:
        reader: reads a line.
        lines: the lines of a stream.
        only: labels of the people to read; None = everyone.

    Why a search in the bytes: to read one person's line takes a hundred times as long as to see that it is not the one.
    """
    names = None if only is None else [name.encode() for name in only]
    with Labels(reader.line_format.name) as labels:
        for line in lines:
            if names is not None and b"\\u" not in line.content and not any(name in line.content for name in names):
                continue
            read = reader.read(line.number, line.content)
            if isinstance(read, Dossier):
                repeated = labels.find_repeated(read.person.id, line.number)
                if repeated is not None:
                    yield (repeated,)
                elif only is None or read.person.id in only:
                    yield read
            else:
                yield read
