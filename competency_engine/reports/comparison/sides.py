"""Columns of which each side has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from competency_engine.audit.side_by_side import Pair
from competency_engine.reports.tables import Cell, Column, label
from competency_engine.text import Text, say

SIDES: dict[str, Text] = {"a": say("甲", "A"), "b": say("乙", "B")}
RELATIONS: dict[str, Text] = {
    "exactMatchOf": say("相同", "same"),
    "hasPart": say("乙是甲的一部分", "B is a part of A"),
    "isPartOf": say("甲是乙的一部分", "A is a part of B"),
    "isRelatedTo": say("相关，不折算", "related, nothing counts"),
}
PAIR_COLUMNS = (label("a_unit", "甲的单元", "Unit of A"), label("b_unit", "乙的单元", "Unit of B"))


def sided(*columns: Column) -> Iterator[Column]:
    """Yield each column twice, for A and for B."""
    for column in columns:
        for side, name in SIDES.items():
            title = say(f"{name.zh}：{column.title.zh}", f"{name.en}: {column.title.en}")
            yield Column(f"{side}_{column.id}", title, column.meaning, column.type)


def woven(first: Iterable[Cell], second: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return the cells of both sides in the order of `sided`.

    >>> woven([1, 2], [3, 4])
    (1, 3, 2, 4)
    """
    return tuple(cell for both in zip(first, second, strict=True) for cell in both)


def relation(pair: Pair) -> Text:
    """Return how the units of a pair stand to each other."""
    if pair.link is not None:
        return RELATIONS[pair.link.relation]
    return say("只有甲有", "only in A") if pair.b is None else say("只有乙有", "only in B")
