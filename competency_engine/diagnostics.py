"""Positions in users' files, and findings about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from competency_engine.text import Text

Path = tuple[str | int, ...]


class Severity(StrEnum):
    """How much a finding matters: an error stops the work, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Position(NamedTuple):
    """A place in a file; line and column count characters from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where each key and each value of one document stands.

    ``values`` maps a path to the first character of the value, ``keys`` to that of the mapping key before it.
    """

    values: dict[Path, Position]
    keys: dict[Path, Position]

    def value(self, path: Path) -> Position:
        """Return where the value at ``path`` starts, or that of its nearest ancestor that exists."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values[path]

    def key(self, path: Path) -> Position:
        """Return where the mapping key of ``path`` starts; for a list item, where the item starts."""
        return self.keys.get(path) or self.value(path)


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
