"""Which form a sheet is, where its header stands, and which field each of its columns fills.

Tolerant in names: width, case, white space, brackets and marks make no difference; every field answers to its id, its Chinese
and its English title; the office may map further names. Strict otherwise: a filled column that nobody knows is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from competency_engine.interop.forms import Field, Form, Forms, normalise_header
from competency_engine.interop.grid import CONTROL, Cell, Grid, Trouble, trouble
from competency_engine.text import say

LEFT_OUT = "-"
"""What a mapping says of a column that is not to be read."""
_HEADER_ROWS = 10
_MOST_SUGGESTIONS = 20
_MOST_CANDIDATES = 2_000
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_HARMLESS = frozenset(
    map(normalise_header, ("序号", "序", "备注", "No.", "No", "#", "remark", "remarks", "note", "notes"))
)
_PERSONAL = frozenset(
    map(
        normalise_header,
        ("名字", "性别", "民族", "年龄", "出生年月", "出生日期", "政治面貌", "入党时间", "文化程度",
         "name", "full name", "sex", "gender", "age", "birthday", "date of birth", "ethnicity"),
    )
)  # fmt: skip
_PERSONAL_PARTS = re.compile(
    "姓名|籍贯|身份证|证件号|公民身份|电话|手机|联系方式|住址|家庭地址|银行卡|银行账号|微信|邮箱|idnumber|idcard|phone|mobile|e-?mail|homeaddress"
)


@dataclass(frozen=True)
class Sheet:
    """A grid as a form: its header row and the field of each column.

    ``personal`` are columns of personal data, which are neither read nor written anywhere.
    """

    grid: Grid
    form: Form
    header: int
    columns: Mapping[int, Field]
    personal: frozenset[int]


@dataclass(frozen=True)
class Recognised:
    """What became of one grid: a sheet, or None, and what is wrong with its header.

    ``incomplete`` is a sheet of a known form that lacks a column, and therefore is not read.
    """

    sheet: Sheet | None
    troubles: tuple[Trouble, ...] = ()
    incomplete: Sheet | None = None


def recognise(grid: Grid, forms: Forms, mappings: Mapping[str, str]) -> Recognised:
    """Return ``grid`` as the form that it is.

    Args:
        grid: a sheet with at least one filled cell.
        forms: all forms of the library.
        mappings: by normalised header, the field that it names, or `LEFT_OUT`.
    """
    best: tuple[int, int, int, Form] | None = None
    for row in list(grid.rows)[:_HEADER_ROWS]:
        for form in forms.forms:
            found = {field for cell in grid.rows[row].values() if (field := _field_of(cell, form, mappings))}
            score = (int(_is_complete(form, found)), len(found), -row)
            if found and (best is None or score > best[:3]):
                best = (*score, form)
    if best is None or best[1] < 2:
        return Recognised(None, (_unknown_sheet(grid, forms),))
    complete, _, negative_row, form = best
    sheet, troubles = _read_columns(grid, form, -negative_row, mappings)
    if not complete:
        return Recognised(None, (*troubles, *_missing(sheet)), sheet)
    return Recognised(sheet, tuple(troubles))


def _field_of(cell: Cell, form: Form, mappings: Mapping[str, str]) -> str | None:
    """Return the field of ``form`` that a header names, by the mappings, exactly, or without what it has in brackets."""
    name = normalise_header(cell.text)
    if name in form.by_name:
        return mappings.get(name, form.by_name[name])
    if is_personal(name):
        return None
    mapped = mappings.get(name)
    if mapped is not None:
        return mapped if mapped in form.by_id else None
    return form.by_name.get(normalise_header(_BRACKETS.sub("", name)))


def is_personal(name: str) -> bool:
    """Return whether a header, normalised, is of personal data that has no place here."""
    return name in _PERSONAL or bool(_PERSONAL_PARTS.search(name))


def _is_complete(form: Form, found: Iterable[str]) -> bool:
    present = set(found)
    if not set(form.required) <= present:
        return False
    return not form.one_of or any(_answers(wanted, present, form) for wanted in form.one_of)


def _answers(wanted: str, present: set[str], form: Form) -> bool:
    if wanted == "*":
        return any(form.by_id[field].type == "whole" and field != "score" for field in present if field in form.by_id)
    return wanted in present or (wanted.endswith(":") and any(field.startswith(wanted) for field in present))


def _read_columns(grid: Grid, form: Form, header: int, mappings: Mapping[str, str]) -> tuple[Sheet, list[Trouble]]:
    columns: dict[int, Field] = {}
    personal: set[int] = set()
    troubles: list[Trouble] = []
    first: dict[str, int] = {}
    filled = {column for row, cells in grid.rows.items() if row > header for column in cells}
    unknown: list[tuple[int, Cell]] = []
    for column, cell in sorted(grid.rows[header].items()):
        name, field = normalise_header(cell.text), _field_of(cell, form, mappings)
        if field in form.by_id and field is not None:
            if field in first:
                troubles.append(_twice(grid, header, column, first[field], cell))
            else:
                first[field] = column
                columns[column] = form.by_id[field]
        elif field is None and is_personal(name):
            personal.add(column)
            troubles.append(_personal(grid, header, column, cell))
        elif mappings.get(name) == LEFT_OUT or column not in filled:
            continue
        elif name in _HARMLESS:
            troubles.append(_not_read(grid, header, column, cell))
        else:
            unknown.append((column, cell))
    troubles += _unknown_columns(grid, header, unknown, form, set(first))
    troubles += _nameless(grid, header, filled)
    return Sheet(grid, form, header, columns, frozenset(personal)), troubles


def _unknown_columns(
    grid: Grid, header: int, unknown: list[tuple[int, Cell]], form: Form, used: set[str]
) -> Iterator[Trouble]:
    free = [field for field in form.fields if field.id not in used]
    names = {normalise_header(name): name for field in free for name in (field.title.zh, field.title.en, *field.names)}
    for number, (column, cell) in enumerate(unknown):
        shown = shorten(cell.text)
        near = None
        if number < _MOST_SUGGESTIONS and len(names) <= _MOST_CANDIDATES:
            near = next(iter(get_close_matches(normalise_header(cell.text)[:80], names, n=1, cutoff=0.6)), None)
        hint = say(f"是不是想写“{names[near]}”？", f"did you mean {names[near]}? ") if near else say("", "")
        yield trouble(
            grid,
            header,
            column,
            "SHT03",
            (
                say(f"“{form.title.zh}”没有“{shown}”这一列", f"the sheet of {form.title.en} has no column {shown}"),
                say("模板里的列名", "a column of the template"),
                say(
                    f'{hint.zh}改表头，或用 --map "{shown}=字段" 对应；不要这列就用 --map "{shown}=-"',
                    f'{hint.en}rename it, or map it: --map "{shown}=FIELD"; to leave it out: --map "{shown}=-"',
                ),
            ),
        )


def _missing(sheet: Sheet) -> Iterator[Trouble]:
    form, present = sheet.form, {field.id for field in sheet.columns.values()}
    for required in form.required:
        if required not in present:
            title = form.by_id[required].title
            yield trouble(
                sheet.grid,
                sheet.header,
                0,
                "SHT03",
                (
                    say(
                        f"看来是“{form.title.zh}”，但缺“{title.zh}”这一列",
                        f"this looks like {form.title.en}, but the column {title.en} is missing",
                    ),
                    say(f"表头里有“{title.zh}”", f"{title.en} in the header"),
                    say("补上这一列，或改正它的表头", "add the column, or mend its header"),
                ),
            )
    if set(form.required) <= present:
        yield trouble(
            sheet.grid,
            sheet.header,
            0,
            "SHT03",
            (
                say(
                    f"看来是“{form.title.zh}”，但没有要填的列",
                    f"this looks like {form.title.en}, but it has no column to fill",
                ),
                say("模板里的列", "the columns of the template"),
                say(
                    "用 competency-engine template 做一份模板，照着补列",
                    "make a template with competency-engine template, and add its columns",
                ),
            ),
        )


def _unknown_sheet(grid: Grid, forms: Forms) -> Trouble:
    row = next(iter(grid.rows))
    shown = shorten("、".join(cell.text for cell in list(grid.rows[row].values())[:8]), 60)
    known = say("、".join(form.title.zh for form in forms.forms), ", ".join(form.title.en for form in forms.forms))
    return trouble(
        grid,
        row,
        next(iter(grid.rows[row])),
        "SHT02",
        (
            say(f"认不出是哪种表，第 {row} 行是：{shown}", f"this is no known sheet; row {row} is: {shown}"),
            say(
                f"前 {_HEADER_ROWS} 行内有表头的：{known.zh}",
                f"a header within the first {_HEADER_ROWS} rows, of: {known.en}",
            ),
            say(
                "改正表头；不导入的表就删去，或用 --sheet 指定要导入的表",
                "mend the header; delete a sheet that is not to be imported, or name those that are with --sheet",
            ),
        ),
    )


def _twice(grid: Grid, row: int, column: int, first: int, cell: Cell) -> Trouble:
    where = grid.place(row, first).cell if grid.sheet else f"{first}"
    return trouble(
        grid,
        row,
        column,
        "SHT03",
        (
            say(
                f"“{shorten(cell.text)}”与第 {where} 格是同一列", f"{shorten(cell.text)} is the same column as {where}"
            ),
            say("每列一次", "each column once"),
            say("删去其中一列，或改正表头", "remove one of them, or mend the header"),
        ),
    )


def _personal(grid: Grid, row: int, column: int, cell: Cell) -> Trouble:
    shown = shorten(cell.text)
    return trouble(
        grid,
        row,
        column,
        "SHT07",
        (
            say(
                f"“{shown}”是个人信息，这一列不读、不存、不写进标注件",
                f"{shown} is personal data: the column is not read, kept, or copied",
            ),
            say("只用学员标识，如 学员0001", "labels of people alone, as 学员0001"),
            say(
                "把姓名、证件号、电话与标识的对照表另存在主办方，从这份文件里删去",
                "keep the list of names, ID numbers and telephones elsewhere, and delete the column from this file",
            ),
        ),
        warning=True,
    )


def _not_read(grid: Grid, row: int, column: int, cell: Cell) -> Trouble:
    shown = shorten(cell.text)
    return trouble(
        grid,
        row,
        column,
        "SHT03",
        (
            say(f"“{shown}”这一列没有导入", f"the column {shown} was not imported"),
            say("模板里的列", "the columns of the template"),
            say(f'不必改；用 --map "{shown}=-" 不再提醒', f'nothing to mend; --map "{shown}=-" silences this'),
        ),
        warning=True,
    )


def _nameless(grid: Grid, header: int, filled: set[int]) -> Iterator[Trouble]:
    for column in sorted(filled - set(grid.rows[header])):
        row = next(row for row, cells in grid.rows.items() if row > header and column in cells)
        yield trouble(
            grid,
            row,
            column,
            "SHT03",
            (
                say("这一格所在的列没有表头", "the column of this cell has no header"),
                say("表头写了列名的列", "a column with a name in the header"),
                say("补上表头，或清空这一列", "name the column, or clear it"),
            ),
        )


def shorten(text: str, length: int = 30) -> str:
    """Return ``text`` on one line, shortened, and with whatever could be an ID or telephone number hidden."""
    line = CONTROL.sub("\ufffd", re.sub(r"\d{11,}[\dXx]?", "…", " ".join(text.split())))
    return line if len(line) <= length else line[: length - 1] + "…"
