"""How much a run measures, what it has found so far, and how a table is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.worlds import World


@dataclass(frozen=True, slots=True)
class Size:
    """How much one run measures.

    Attributes:
        worlds: the worlds on which methods are compared.
        people: most people of a comparison.
        rounds: interleaved rounds.
        seconds: CPU seconds that each method may use on each world, all rounds together.
        everyone: worlds of which every person is planned once.
        files: how many people go from file to file.
    """

    worlds: tuple[World, ...]
    people: int
    rounds: int
    seconds: float
    everyone: tuple[World, ...]
    files: tuple[int, ...]


@dataclass(slots=True)
class Results:
    """What was found so far: the parts of each section, and single values by name, for the targets."""

    sections: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)


def table(head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    """Return a Markdown table; the first column is text, the others numbers."""
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def milliseconds(seconds: float) -> str:
    """Return a time in milliseconds with three digits."""
    return f"{seconds * 1000:.3g}"


def percent(share: float) -> str:
    """Return a share in per cent."""
    return f"{share * 100:.4g} %"
