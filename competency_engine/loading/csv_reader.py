"""Read CSV into cells with the line and column of each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, repeat
from typing import NamedTuple


class Record(NamedTuple):
    """The cells of one row.

    ``line`` is its first line, counted from 1; ``marks`` says where each cell starts if quotes hide it from ``cells``;
    ``unclosed`` where a quote opens that never closes.
    """

    cells: list[str]
    line: int
    marks: list[tuple[int, int]] | None = None
    unclosed: tuple[int, int] | None = None

    @property
    def places(self) -> list[tuple[int, int]]:
        """The line and column of each cell."""
        if self.marks is not None:
            return self.marks
        columns = accumulate((len(cell) + 1 for cell in self.cells[:-1]), initial=1)
        return list(zip(repeat(self.line), columns, strict=False))

    def moved(self, lines: int) -> Record:
        """Return the same record ``lines`` further down."""
        marks = None if self.marks is None else [(line + lines, column) for line, column in self.marks]
        unclosed = None if self.unclosed is None else (self.unclosed[0] + lines, self.unclosed[1])
        return Record(self.cells, self.line + lines, marks, unclosed)


def read_records(lines: list[str], separator: str = ",") -> Iterator[Record]:
    """Yield each record (RFC 4180); after a quote that never closes, go on with the next line."""
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if '"' in line:
            record, number = _quoted_record(lines, number - 1, separator)
            yield record
        else:
            yield Record(line.split(separator), number)


def _quoted_record(lines: list[str], first: int, separator: str) -> tuple[Record, int]:
    """Return the record that starts with line ``first``, counted from 0, and the line after it."""
    number, column = first, 0
    cells: list[str] = []
    marks: list[tuple[int, int]] = []
    while True:
        marks.append((number + 1, column + 1))
        quoted = ""
        if lines[number].startswith('"', column):
            end = _end_of_quote(lines, number, column + 1)
            if end is None:
                return Record([*cells, ""], first + 1, marks, marks[-1]), first + 1
            quoted, number, column = end
        line = lines[number]
        comma = line.find(separator, column)
        cells.append(quoted + line[column : comma if comma >= 0 else len(line)])
        if comma < 0:
            return Record(cells, first + 1, marks), number + 1
        column = comma + 1


def _end_of_quote(lines: list[str], number: int, column: int) -> tuple[str, int, int] | None:
    """Return the quoted text and the line and column after its closing quote; None when there is none."""
    parts: list[str] = []
    while number < len(lines):
        end = lines[number].find('"', column)
        if end < 0:
            parts.append(lines[number][column:] + "\n")
            number, column = number + 1, 0
        elif lines[number].startswith('""', end):
            parts.append(lines[number][column : end + 1])
            column = end + 2
        else:
            parts.append(lines[number][column:end])
            return "".join(parts), number, end + 1
    return None
