"""What a sheet holds, whatever file it came from: filled cells with their places, and what hides or joins them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from competency_engine.diagnostics import Diagnostic, Position, Severity, SheetName
from competency_engine.text import CONTROL, Text

__all__ = ["CONTROL", "Area", "Book", "Cell", "CellKind", "Grid", "Trouble", "trouble"]

CellKind = Literal["text", "number", "percent", "date", "boolean", "formula", "error"]


class Cell(NamedTuple):
    """One filled cell: its content as text, and what the file says that it is.

    A number has no needless decimals, a date is ISO 8601, a boolean ``true`` or ``false``; a percentage is the number
    that the reader of the sheet sees (12, not 0.12). Of a formula it is the formula.
    """

    text: str
    kind: CellKind = "text"


class Area(NamedTuple):
    """A rectangle of cells, all four bounds within it, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, or one CSV file.

    Attributes:
        file: the name by which diagnostics call the file.
        sheet: the sheet of a workbook; empty for a CSV file.
        rows: the filled cells by row and column, both counted from 1; rows without any are absent.
        merged: rectangles of joined cells.
        hidden_rows: rows that the sheet does not show.
        hidden_columns: columns that it does not show.
        marks: in a CSV file, the character at which each cell of a row starts.
    """

    file: str
    sheet: str
    rows: Mapping[int, Mapping[int, Cell]]
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    marks: Mapping[int, Mapping[int, tuple[int, int]]] = field(default_factory=dict)

    def place(self, row: int, column: int) -> Position:
        """Return where a cell stands; in a CSV file, its line and the character at which it starts."""
        if self.sheet:
            return Position(SheetName(f"{self.file}!{self.sheet}"), row, column)
        return Position(self.file, *self.marks.get(row, {}).get(column, (row, 1)))

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """Yield every filled cell with its row and column."""
        for row, cells in self.rows.items():
            for column, cell in cells.items():
                yield row, column, cell


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one cell of a grid, and where it stands there; row and column 0 = the sheet or file itself."""

    grid: Grid | None
    row: int
    column: int
    diagnostic: Diagnostic


def trouble(
    grid: Grid, row: int, column: int, code: str, texts: tuple[Text, Text, Text], *, warning: bool = False
) -> Trouble:
    """Return the trouble with one cell: what is wrong with the value found, what was expected, how to mend it."""
    severity = Severity.WARNING if warning else Severity.ERROR
    return Trouble(grid, row, column, Diagnostic(code, severity, grid.place(max(row, 1), max(column, 1)), *texts))


@dataclass(frozen=True, slots=True)
class Book:
    """What one file gave: its sheets, and why it or a part of it was refused."""

    grids: tuple[Grid, ...]
    troubles: tuple[Trouble, ...] = ()
