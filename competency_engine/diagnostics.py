"""Positions in users' files, and findings about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from competency_engine.text import Text

Path = tuple[str | int, ...]


class Severity(StrEnum):
    """How much a finding matters: an error stops the work, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class SheetName(str):
    """One sheet of a workbook as diagnostics call it, ``名单.xlsx!花名册``: a file whose lines and columns are rows and columns."""

    __slots__ = ()


class Position(NamedTuple):
    """A place in a file; line and column count characters from 1, in a sheet rows and columns."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        if isinstance(self.file, SheetName):
            return f"{self.file} {self.cell}"
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def cell(self) -> str:
        """The place as the cell of a sheet is called.

        >>> Position("", 12, 28).cell
        'AB12'
        """
        letters, column = "", self.column
        while column:
            column, letter = divmod(column - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.line}"


Mark = tuple[Path, bool, int, int]
"""Where one key (True) or one value (False) of a document starts: path, which of the two, line, column."""


class SourceMap:
    """Where each key and each value of one document stands.

    Why lazy: most documents are sound and nobody asks where their parts stand.
    """

    def __init__(self, file: str, marks: Iterable[Mark]) -> None:
        self.file = file
        self.marks = marks

    @cached_property
    def _places(self) -> dict[tuple[Path, bool], Position]:
        return {(path, is_key): Position(self.file, line, column) for path, is_key, line, column in self.marks}

    def holds(self, path: Path) -> bool:
        """Return whether the document has a value at ``path``."""
        return (path, False) in self._places

    def value(self, path: Path) -> Position:
        """Return where the value at ``path`` starts, or that of its nearest ancestor that exists."""
        while path and not self.holds(path):
            path = path[:-1]
        return self._places[path, False]

    def key(self, path: Path) -> Position:
        """Return where the mapping key of ``path`` starts; for a list item, where the item starts."""
        return self._places.get((path, True)) or self.value(path)


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that belongs to a finding."""

    position: Position
    message: Text


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong with the value found, what was expected, and how to mend it."""

    code: str
    severity: Severity
    position: Position
    message: Text
    expected: Text
    mend: Text
    related: tuple[Related, ...] = field(default=())

    @property
    def sort_key(self) -> tuple[Position, str, str]:
        """Order of findings in every output: by place, then code, then words."""
        return self.position, self.code, self.message.en
