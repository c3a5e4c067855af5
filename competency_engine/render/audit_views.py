"""The tables of an audit → what its page shows of them: cells, the heat-map, bars and intervals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from competency_engine.reports.audit.reading import place, why_empty
from competency_engine.reports.tables import Cell, Column, DataTable
from competency_engine.text import CONTROL, Text, say

BINS = (1, 2, 3, 5, 9)
"""From which numbers on a cell of the heat-map has the next colour."""
FILTERS = {
    "findings": ("level", "kind"),
    "steps": ("tier", "level"),
    "structure": ("layer",),
    "bottlenecks": ("layer",),
    "thickness": ("tier", "level", "thin"),
    "staffing": ("kind",),
    "owners": ("kind",),
    "unserved": ("level", "cause"),
    "groups": ("grouping", "measure"),
    "gaps_by_group": ("grouping", "group"),
}
_LOOKS = {"message": "long ", "mend": "long ", "place": "whole "}
Link = Callable[[str, str, Sequence[Cell], str], str | None]


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell: its words, its exact value where the words round it, where it leads, and how it looks."""

    words: Text
    value: str | None
    href: str | None
    look: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One row and the id by which others lead to it."""

    id: str | None
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """One table: what it is, its columns, its rows, and by which columns (with their values) it can be filtered."""

    table: DataTable
    rows: tuple[RowView, ...]
    filters: tuple[tuple[int, Text, tuple[Text, ...]], ...]
    opens: bool

    @property
    def id(self) -> str:
        """Id of the table."""
        return self.table.id


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One step: its row in the table of steps, how many modules teach it, its colour, and what is wrong with it."""

    row: int
    number: int
    colour: int
    required: bool
    reachable: bool


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One unit of the heat-map; a level that the unit has not is None."""

    unit: str
    title: Text
    tier: str
    node: str | None
    top: int
    cells: dict[int, HeatCell]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, where that leads, its length in thousandths of the longest, and the number beside it."""

    id: str
    title: Text
    href: str | None
    length: int
    words: Text


@dataclass(frozen=True, slots=True)
class Interval:
    """The difference of one group: its place and ends in thousandths of the width, and its numbers."""

    grouping: Text
    group: str
    point: int
    low: int
    high: int
    words: str
    clear: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The differences of all groups in one measure; ``zero`` is the place of no difference."""

    measure: Text
    zero: int
    rows: tuple[Interval, ...]


def anchor(*parts: str) -> str:
    """Return an id of the page."""
    return "-".join(parts)


def fragment(id_: str) -> str:
    """Return the address within the page of the element ``id_``."""
    return "#" + quote(id_, safe="")


def table_view(table: DataTable, smallest: int, link: Link, opens: bool) -> TableView:
    """Return ``table`` as the page shows it, every cell with its exact value."""
    rows = []
    for row in table.rows:
        cells = tuple(
            _cell(table, row, index, smallest, link(table.id, table.columns[index].id, row, str(row[index])))
            for index in range(len(row))
        )
        rows.append(RowView(_row_id(table, row), cells))
    found = tuple(_filter(table, column) for column in FILTERS.get(table.id, ()))
    return TableView(table, tuple(rows), tuple(one for one in found if len(one[2]) > 1), opens)


def _row_id(table: DataTable, row: Sequence[Cell]) -> str | None:
    return anchor("structure", str(row[0]), str(row[1])) if table.id == "structure" else None


def _filter(table: DataTable, column: str) -> tuple[int, Text, tuple[Text, ...]]:
    index = place(table, column)
    seen: dict[str, Text] = {}
    for row in table.rows:
        words = _words(row[index], table.columns[index])
        seen.setdefault(words.en, words)
    return index, table.columns[index].title, tuple(seen.values())


def _cell(table: DataTable, row: Sequence[Cell], index: int, smallest: int, target: str | None) -> CellView:
    cell, column = row[index], table.columns[index]
    look = "n " if column.type in ("integer", "number", "share") else _LOOKS.get(column.id, "")
    href = fragment(target) if target is not None else None
    if cell is None:
        why = why_empty(table, row, index, smallest)
        return CellView(why or say("", ""), None, None, look + ("held" if why is not None else "none"))
    words = _words(cell, column)
    value = json.dumps(cell) if isinstance(cell, int | float) and words.en != json.dumps(cell) else None
    if table.id == "findings" and column.id == "level" and isinstance(cell, Text):
        look += cell.en
    return CellView(words, value, href, look.strip())


def _words(cell: Cell, column: Column) -> Text:
    """Return a cell as it is read: shares in percent, numbers with three decimals at most."""
    if isinstance(cell, Text):
        return say(_clean(cell.zh), _clean(cell.en))
    if isinstance(cell, bool):
        return say("是" if cell else "否", "yes" if cell else "no")
    text = _clean(str(cell))
    if isinstance(cell, int | float):
        text = f"{100 * cell:.1f}%" if column.type == "share" else _number(cell)
    return say(text, text)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}".rstrip("0").rstrip(".")


def _clean(text: str) -> str:
    return CONTROL.sub("\ufffd", text)


def heat_rows(steps: DataTable, node: Callable[[str], str | None]) -> Iterator[HeatRow]:
    """Yield the heat-map, a unit a row, in the order of the steps; ``node`` says where a unit is drawn."""
    unit, title, tier, level, modules, required, reachable = (
        place(steps, name) for name in ("unit", "title", "tier", "level", "modules", "required_by", "reachable")
    )
    units: dict[str, list[tuple[int, Sequence[Cell]]]] = {}
    for number, row in enumerate(steps.rows):
        units.setdefault(str(row[unit]), []).append((number, row))
    for name, rows in units.items():
        cells = {
            _whole(row[level]): HeatCell(
                number, _whole(row[modules]), _colour(_whole(row[modules])), bool(row[required]), bool(row[reachable])
            )
            for number, row in rows
        }
        own, target = rows[0][1], node(name)
        href = fragment(target) if target is not None else None
        yield HeatRow(name, _words(own[title], steps.columns[title]), str(own[tier]), href, max(cells), cells)


def _whole(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell


def _colour(number: int) -> int:
    return sum(number >= least for least in BINS)


def bars(table: DataTable, column: str, smallest: int, link: Link) -> Iterator[Bar]:
    """Yield a bar for each row; where its number is kept back, a bar of no length that says so.

    The rows stand from the longest bar down, those of months in their order.
    """
    index = place(table, column)
    title = place(table, "title") if any(one.id == "title" for one in table.columns) else 0
    most = max((row[index] for row in table.rows if isinstance(row[index], int | float)), default=0)  # type: ignore[type-var]
    rows = table.rows if table.columns[0].id == "month" else sorted(table.rows, key=lambda row: -_size(row[index]))
    for row in rows:
        view = _cell(table, row, index, smallest, None)
        name = str(row[0])
        target = link(table.id, table.columns[0].id, row, name)
        length = round(1000 * _size(row[index]) / float(most)) if most else 0  # type: ignore[arg-type]
        href = fragment(target) if target is not None else None
        yield Bar(name, _words(row[title], table.columns[title]), href, length, view.words)


def _size(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def intervals(groups: DataTable) -> Iterator[Panel]:
    """Yield a panel for each measure with the difference of each group from everybody else and its interval."""
    grouping, group, measure, value, low, high, clear = (
        place(groups, name)
        for name in ("grouping", "group", "measure", "difference", "difference_low", "difference_high", "clear")
    )
    panels: dict[Text, list[tuple[Cell, ...]]] = {}
    for row in groups.rows:
        measured = row[measure]
        if row[value] is not None and isinstance(measured, Text):
            panels.setdefault(measured, []).append(row)
    for name, rows in panels.items():
        ends = [_size(row[at]) for row in rows for at in (low, high)]
        least, most = min(0.0, *ends), max(0.0, *ends)
        drawn = []
        for row in rows:
            numbers = [_size(row[at]) for at in (value, low, high)]
            point, start, end = (_across(number, least, most) for number in numbers)
            told, lower, upper = map(_number, numbers)
            words = f"{told} [{lower}, {upper}]"
            own, title = _clean(str(row[group])), _words(row[grouping], groups.columns[grouping])
            drawn.append(Interval(title, own, point, start, end, words, bool(row[clear])))
        yield Panel(name, _across(0.0, least, most), tuple(drawn))


def _across(number: float, least: float, most: float) -> int:
    """Return where ``number`` stands between ``least`` and ``most``, in thousandths of the width with a margin."""
    return round(20 + 960 * (number - least) / ((most - least) or 1.0))
