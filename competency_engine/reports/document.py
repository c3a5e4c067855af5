"""The value between results and formats: a titled list of blocks in both languages, no output format in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from competency_engine.text import Text, say


@dataclass(frozen=True, slots=True)
class Paper:
    """How a table stands on paper; formats that are not printed pass over it.

    Attributes:
        shares: relative widths of the columns; () = by content.
        new_page: whether its title begins a page.
        lines: least height of a row in lines, where something is to be written by hand.
        part: whether it is a part of what the blocks before it began, so that its title is smaller.
    """

    shares: tuple[int, ...] = ()
    new_page: bool = False
    lines: int = 1
    part: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under column titles; numbers are texts that are the same in both languages."""

    title: Text | None
    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    paper: Paper = Paper()


@dataclass(frozen=True, slots=True)
class Notes:
    """Short lines under an optional title."""

    title: Text | None
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A small bar chart: one labelled bar a row; ``limit`` is drawn as the end of the scale where it is given."""

    title: Text
    bars: tuple[tuple[Text, float, Text], ...]
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """Lines shown exactly as they are written."""

    title: Text
    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """A stacked step chart: from the x of each point up to the next, each series keeps its height.

    Attributes:
        title: what the picture shows.
        x_title: what runs from left to right.
        y_title: what the heights count.
        series: names of the layers, the lowest first.
        points: x and the height of every series from there on; x rises from 0.
        end: where the x axis ends.
        mark: a place on the x axis with its name.
    """

    title: Text
    x_title: Text
    y_title: Text
    series: tuple[Text, ...]
    points: tuple[tuple[float, tuple[int, ...]], ...]
    end: float
    mark: tuple[float, Text] | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """One row of `Ranges`.

    Attributes:
        label: what the row is about.
        low: where its range starts.
        high: where it ends.
        point: the value that counts; None = none.
        mark: the value asked for; None = none.
        sure: whether the point rests on something; one that is only assumed is drawn hollow.
        note: what is said beside it.
    """

    label: Text
    low: int
    high: int
    point: int | None
    mark: int | None
    sure: bool
    note: Text


@dataclass(frozen=True, slots=True)
class Ranges:
    """Values with their uncertainty on one scale from 0 to ``top``, each against a mark."""

    title: Text | None
    top: int
    rows: tuple[Range, ...]


Block = Table | Notes | Bars | Code | Steps | Ranges


@dataclass(frozen=True, slots=True)
class Document:
    """What a command has to say; ``data`` is the same content for machines, ready for JSON."""

    title: Text
    blocks: tuple[Block, ...]
    data: Any


def same(value: object) -> Text:
    """Return ``value`` as a text that reads alike in both languages."""
    return say(str(value), str(value))


def joined(texts: Iterable[Text], zh: str = "；", en: str = "; ") -> Text:
    """Return ``texts`` in one, with each language's separator."""
    items = tuple(texts)
    return say(zh.join(text.zh for text in items), en.join(text.en for text in items))
