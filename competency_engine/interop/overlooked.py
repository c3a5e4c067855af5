"""What a reader of a sheet might overlook: hidden rows and columns, joined cells, real names, shares in place of percentages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from competency_engine.interop.columns import Sheet
from competency_engine.interop.forms import Field
from competency_engine.interop.grid import Area, Cell, Grid, Trouble, trouble
from competency_engine.interop.workbook import show_number
from competency_engine.text import Text, say

_LIKE_A_NAME = re.compile("[\u4e00-\u9fff·]{2,4}\\Z")
_BARE_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?\Z")
Rows = Mapping[int, Mapping[int, Cell]]


def find_overlooked(sheet: Sheet) -> Iterator[Trouble]:
    """Yield what stands in ``sheet`` unseen, and what most likely was meant otherwise."""
    rows = {row: cells for row, cells in sheet.grid.rows.items() if row > sheet.header}
    yield from _structure(sheet, rows)
    yield from _likely_names(sheet, rows)
    yield from _likely_shares(sheet, rows)


def _structure(sheet: Sheet, rows: Rows) -> Iterator[Trouble]:
    """Yield hidden rows and columns and joined cells."""
    grid = sheet.grid
    if not rows:
        return
    for first, last in _runs(sorted(grid.hidden_rows & set(rows))):
        yield trouble(grid, first, min(sheet.columns), "SHT04", _hidden_rows(first, last))
    for column in sorted(grid.hidden_columns & set(sheet.columns)):
        yield trouble(grid, sheet.header, column, "SHT04", _hidden_column())
    table = Area(sheet.header, min(sheet.columns), max(rows), max(sheet.columns))
    for area in grid.merged:
        if _overlap(area, table) and area[:2] != area[2:]:
            yield trouble(grid, max(area.top, table.top), max(area.left, 1), "SHT04", _merged(grid, area))


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = None
    for number in numbers:
        if previous is None or start is None or number != previous + 1:
            if start is not None and previous is not None:
                yield start, previous
            start = number
        previous = number
    if start is not None and previous is not None:
        yield start, previous


def _overlap(one: Area, other: Area) -> bool:
    return one.top <= other.bottom and other.top <= one.bottom and one.left <= other.right and other.left <= one.right


def _hidden_rows(first: int, last: int) -> tuple[Text, Text, Text]:
    shown = f"{first}—{last}" if first != last else f"{first}"
    return (
        say(f"第 {shown} 行被隐藏或筛掉，但有内容", f"row {shown} is hidden or filtered out, but filled"),
        say("要导入的行都看得见", "every row to import can be seen"),
        say("取消筛选和隐藏后核对，或删去这些行", "clear the filter and unhide, then look at them, or delete them"),
    )


def _hidden_column() -> tuple[Text, Text, Text]:
    return (
        say("这一列被隐藏，但要导入", "this column is hidden, but would be imported"),
        say("要导入的列都看得见", "every column to import can be seen"),
        say("取消隐藏后核对，或删去这一列", "unhide it and look at it, or delete it"),
    )


def _merged(grid: Grid, area: Area) -> tuple[Text, Text, Text]:
    where = f"{grid.place(area.top, area.left).cell}:{grid.place(area.bottom, area.right).cell}"
    return (
        say(f"合并的格子 {where}", f"the cells {where} are merged"),
        say("每格各自有值", "a value in every cell of its own"),
        say("取消合并，把值填进每一格", "unmerge them, and fill in every cell"),
    )


def _likely_names(sheet: Sheet, rows: Rows) -> Iterator[Trouble]:
    """Yield one warning a column of labels that look like the names of persons."""
    for column, field_ in sheet.columns.items():
        if field_.id not in ("person", "rater"):
            continue
        found = [n for n in rows if (cell := sheet.grid.rows[n].get(column)) and _LIKE_A_NAME.match(cell.text.strip())]
        if found:
            texts = (
                say(f"有 {len(found)} 个标识像真实姓名", f"labels that look like real names: {len(found)}"),
                say("不含个人信息的标识，如 学员0001", "labels that are not personal, as 学员0001"),
                say(
                    "换成标识；姓名与标识的对照表另存在主办方",
                    "use labels; keep the list of names and labels elsewhere",
                ),
            )
            yield trouble(sheet.grid, found[0], column, "SHT07", texts, warning=True)


def _likely_shares(sheet: Sheet, rows: Rows) -> Iterator[Trouble]:
    """Yield one warning a column of percentages in which every number lies within 0 and 1: Excel keeps 30 % as 0.3."""
    for column, field_ in sheet.columns.items():
        if field_.type == "percent":
            found = {n: number for n in rows if (number := _bare_number(rows[n].get(column))) is not None}
            shares = [n for n, number in found.items() if 0 < number < 1]
            if shares and max(found.values()) <= 1:
                yield trouble(sheet.grid, shares[0], column, "SHT05", _share(field_, found[shares[0]]), warning=True)


def _bare_number(cell: Cell | None) -> float | None:
    """Return the number in ``cell``; None where there is none, or it says itself that it is a percentage."""
    if cell is None or cell.kind not in ("number", "text"):
        return None
    plain = unicodedata.normalize("NFKC", cell.text).strip()
    return float(plain) if _BARE_NUMBER.match(plain) else None


def _share(field_: Field, number: float) -> tuple[Text, Text, Text]:
    shown, meant = show_number(number), show_number(number * 100)
    return (
        say(
            f"“{field_.title.zh}”一列的数都在 0 和 1 之间（如 {shown}）：Excel 把 {meant}% 存成 {shown}",
            f"every number in the column {field_.title.en} lies between 0 and 1 (as {shown}): Excel keeps {meant} % as {shown}",
        ),
        say("百分数，如 12.5", "a percentage, as 12.5"),
        say(
            f"若是 {meant}%，写 {meant}；确是 {shown}% 就不必改",
            f"for {meant} % write {meant}; if it is {shown} %, leave it",
        ),
    )
