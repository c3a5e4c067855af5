"""How a reader sees the tables of an audit: what an empty cell stands for, and the numbers that come first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from competency_engine.reports.audit.coverage import KINDS, LEVELS
from competency_engine.reports.tables import Cell, DataTable
from competency_engine.text import Text, say

if TYPE_CHECKING:
    from competency_engine.audit.people import Tally

KEPT_BACK = say("不列", "kept back")
_COUNTS: Mapping[str, tuple[str, ...]] = {
    "gaps": ("people", "assumed"),
    "unserved": ("people",),
    "demand_modules": ("seats", "busiest"),
    "response": ("people",),
    "prerequisites": ("holders", "people"),
    "thickness": ("asking",),
}
"""Columns in which an empty cell is a number below the smallest that is shown; the first of a table decides for its whole row."""
_DERIVED: Mapping[str, tuple[str, ...]] = {
    "gaps": ("share", "knowledge", "quality", "ability", "levels"),
    "demand_modules": ("hours", "classes"),
    "response": ("share",),
    "prerequisites": ("violations", "low", "high", "gamma"),
    "thickness": ("demand", "ratio", "thin"),
}
"""Columns in which a number is kept back because it would give another one away."""
_ALSO_ALONE = {"gaps": ("knowledge", "quality", "ability")}
"""Of these, the columns that may be kept back in a row whose own count is shown."""
_SUMS = {
    "gaps": ("levels", "open"),
    "demand_topics": ("seats", "hours"),
    "demand_months": ("seats", "classes"),
    "staffing": ("seats", "classes", "class_hours"),
    "visits": ("seats", "rounds"),
}
"""Columns of sums over things at which people are counted: kept back where few people may stand behind them, whatever they come to."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that comes first.

    Attributes:
        label: what it is.
        value: the number, from the tables.
        of: what it is a part of; None = it is no part.
    """

    label: Text
    value: int
    of: int | None = None


def why_empty(table: DataTable, row: Sequence[Cell], index: int, smallest: int) -> Text | None:
    """Return what stands in the place of an empty cell: ``<5``, kept back, or None where there is nothing to say.

    Why two: a number that is kept back only because it gives another one away can be larger than ``smallest``.
    """
    counts, name = _COUNTS.get(table.id, ()), table.columns[index].id
    if row[index] is not None:
        return None
    if name in _SUMS.get(table.id, ()):
        return KEPT_BACK
    if name in counts:
        return say(f"<{smallest}", f"<{smallest}")
    whole = bool(counts) and row[place(table, counts[0])] is None
    derived = name in _DERIVED.get(table.id, ())
    return KEPT_BACK if derived and (whole or name in _ALSO_ALONE.get(table.id, ())) else None


def place(table: DataTable, column: str) -> int:
    """Return the position of a column."""
    return next(index for index, candidate in enumerate(table.columns) if candidate.id == column)


def values(table: DataTable, column: str) -> tuple[Cell, ...]:
    """Return the cells of a column."""
    index = place(table, column)
    return tuple(row[index] for row in table.rows)


def figures(tables: Mapping[str, DataTable], tally: Tally | None) -> Iterator[Figure]:
    """Yield the numbers that come first; all but the counts of people are from the tables alone: what is kept back in them is in no sum."""
    steps = tables["steps"]
    required = [row for row in steps.rows if row[place(steps, "required_by")]]
    for label, column in (
        (say("要求的能力级有课程", "required steps taught"), "modules"),
        (say("从零可达", "reachable from nothing"), "reachable"),
        (say("有实践课程", "with practice modules"), "practice"),
        (say("可证明", "provable"), "instruments"),
    ):
        yield Figure(label, sum(bool(row[place(steps, column)]) for row in required), len(required))
    levels = values(tables["findings"], "level")
    for level, name in (
        ("error", say("错误", "errors")),
        ("warning", say("警告", "warnings")),
        ("note", say("提示", "notes")),
    ):
        yield Figure(name, levels.count(LEVELS[level]))
    if tally is not None and tally.left_out:
        yield Figure(
            say("没有计入（计划没有通过核验）", "left out (plan refused by the verifier)"), len(tally.left_out)
        )
    if tally is not None and "gaps" in tables:
        yield Figure(say("人数", "people"), tally.people)
        yield Figure(say("缺的级数（列出的等级）", "missing levels (levels listed)"), total(tables["gaps"], "levels"))
        yield Figure(say("计划后仍缺（列出的等级）", "still open (levels listed)"), total(tables["gaps"], "open"))
        yield Figure(say("人次（列出的月份）", "seats (months listed)"), total(tables["demand_months"], "seats"))


def total(table: DataTable, column: str) -> int:
    """Return the sum of the whole numbers of a column; what is kept back counts nothing."""
    return sum(cell for cell in values(table, column) if isinstance(cell, int))


def kinds_of_findings(findings: DataTable) -> Iterator[tuple[Text, Text, int]]:
    """Yield level, kind and number of the findings, the worst level first, for those kinds that were found."""
    level, kind = place(findings, "level"), place(findings, "kind")
    for level_name in LEVELS.values():
        for kind_name in KINDS.values():
            count = sum(row[level] == level_name and row[kind] == kind_name for row in findings.rows)
            if count:
                yield level_name, kind_name, count


def left_out_note(people: int) -> Text:
    """Return that ``people`` are in no number, and why."""
    return say(
        f"另有 {people} 人没有计入：我们给他们排的计划没有通过核验，这是程序的缺陷",
        f"not counted: {people} whose plans our verifier refused, by a defect of ours",
    )
