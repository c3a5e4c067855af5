"""Read CSV into cells with the line and column of each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, repeat
from typing import NamedTuple

from competency_engine.text import Text, say


class Record(NamedTuple):
    """The cells of one row.

    ``line`` is its first line, counted from 1; ``marks`` says where each cell starts if quotes hide it from ``cells``;
    ``misquoted`` where a quote opens that never closes, or that text follows where it closes; the cells from there on are lost.
    """

    cells: list[str]
    line: int
    marks: list[tuple[int, int]] | None = None
    misquoted: tuple[int, int] | None = None

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
        misquoted = None if self.misquoted is None else (self.misquoted[0] + lines, self.misquoted[1])
        return Record(self.cells, self.line + lines, marks, misquoted)


def read_records(lines: list[str], separator: str = ",") -> Iterator[Record]:
    """Yield each record (RFC 4180; blanks around a quoted cell are no part of it); after a misquoted one, go on with the next line."""
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
        end = _end_of_cell(lines, number, column, separator)
        if end is None:
            return Record([*cells, ""], first + 1, marks, marks[-1]), first + 1
        cell, number, comma = end
        cells.append(cell)
        if comma < 0:
            return Record(cells, first + 1, marks), number + 1
        column = comma + 1


def _end_of_cell(lines: list[str], number: int, column: int, separator: str) -> tuple[str, int, int] | None:
    """Return the cell that starts here, its last line, and where a separator follows, −1 at the end; None when it is misquoted."""
    line = lines[number]
    opening = column
    while line.startswith(" ", opening):
        opening += 1
    if not line.startswith('"', opening):
        comma = line.find(separator, column)
        return line[column : comma if comma >= 0 else len(line)], number, comma
    closed = _end_of_quote(lines, number, opening + 1)
    if closed is None:
        return None
    quoted, number, column = closed
    line = lines[number]
    comma = line.find(separator, column)
    behind = line[column : comma if comma >= 0 else len(line)]
    return None if behind.strip() else (quoted, number, comma)


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


def misquoted(line: int) -> tuple[Text, Text, Text]:
    """Return what is said of a quote in ``line`` that does not close as it should: found, expected, how to mend it."""
    return (
        say(
            f"第 {line} 行打开的引号没有闭合，或闭合后还有文字，这一行没有读",
            f"the quote that opens in line {line} never closes, or text follows where it closes; the row was not read",
        ),
        say("成对的引号，闭合后是分隔符或行末", "a pair of quotes, then a separator or the end of the line"),
        say(
            "补上或删去引号；文字里的引号写两个",
            "close the quote or remove it; double a quote that belongs to the text",
        ),
    )
