"""A table for people and programs alike: typed columns with a meaning, from which every format takes the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from competency_engine.text import Lang, Text, say

Cell = str | int | float | bool | Text | None
Type = Literal["text", "integer", "number", "share", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        id: name in JSON, CSV and Parquet.
        title: what people read.
        meaning: what the numbers are, with their unit.
        type: of its cells; a ``share`` lies from 0 to 1.
    """

    id: str
    title: Text
    meaning: Text
    type: Type = "text"


_COUNT = say("个数", "how many")


def count(id_: str, zh: str, en: str, meaning: Text = _COUNT) -> Column:
    """Return a column of whole numbers."""
    return Column(id_, say(zh, en), meaning, "integer")


def label(id_: str, zh: str, en: str) -> Column:
    """Return a column of words or ids."""
    return Column(id_, say(zh, en), say(zh, en))


@dataclass(frozen=True, slots=True)
class DataTable:
    """Rows of cells; None = nothing to say, or kept back because too few people stand behind it.

    Attributes:
        id: name of the file of this table.
        title: what people read.
        meaning: what a row is.
        columns: of the cells, in order.
        rows: in a fixed order.
    """

    id: str
    title: Text
    meaning: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table_data(table: DataTable) -> dict[str, Any]:
    """Return ``table`` as plain data; a text in both languages becomes a mapping of them."""
    return {
        "title": _plain(table.title),
        "meaning": _plain(table.meaning),
        "columns": [
            {"id": c.id, "title": _plain(c.title), "meaning": _plain(c.meaning), "type": c.type} for c in table.columns
        ],
        "rows": [[_plain(cell) for cell in row] for row in table.rows],
    }


def _plain(cell: Cell) -> Any:
    return {"zh": cell.zh, "en": cell.en} if isinstance(cell, Text) else cell


def in_language(cell: Cell, lang: Lang) -> str | int | float | bool | None:
    """Return a cell as one language shows it."""
    return cell.in_language(lang) if isinstance(cell, Text) else cell


def shown(cell: Cell, column: Column) -> Text | None:
    """Return a cell as a reader sees it: shares in percent, numbers with three decimals at most; None where it is empty."""
    if cell is None or isinstance(cell, Text):
        return cell
    if isinstance(cell, bool):
        return Text(zh="是" if cell else "否", en="yes" if cell else "no")
    if isinstance(cell, str):
        return Text(zh=cell, en=cell) if cell else None
    text = f"{100 * cell:.1f}%" if column.type == "share" else plain_number(cell)
    return Text(zh=text, en=text)


def plain_number(value: float) -> str:
    """Return a number with three decimals at most and no exponent.

    >>> plain_number(1234567), plain_number(11102.25), plain_number(0.1)
    ('1234567', '11102.25', '0.1')
    """
    return f"{value:.3f}".rstrip("0").rstrip(".")


def kept(people: int, smallest: int) -> int | None:
    """Return a count of people, or None where it is not 0 and of too few to be shown."""
    return people if people == 0 or people >= smallest else None
