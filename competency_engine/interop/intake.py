"""Sheets → entries of the canonical tables, and everything that is wrong with them, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from competency_engine.diagnostics import Diagnostic, Related, Severity
from competency_engine.interop.columns import Sheet, recognise, shorten
from competency_engine.interop.entries import Entry
from competency_engine.interop.forms import IMPORTANCE, SELF, Forms
from competency_engine.interop.grid import Area, Grid, Trouble, trouble
from competency_engine.interop.values import Reader, holds_personal_number
from competency_engine.loading.tables import TableKind
from competency_engine.text import Text, say

_FIXED_OF_SITTINGS = ("person", "source", "date", "rater", "valid_until")
_LONG_OF_SITTINGS = ("unit", "item", "score")
_SAYS_NOTHING = frozenset(("person", "source"))
"""Fields that a template fills beforehand: a row with nothing else was left empty."""
_LIKE_A_NAME = re.compile("[\u4e00-\u9fff·]{2,4}\\Z")


@dataclass
class Intake:
    """What the sheets gave: entries, sheets, everything that is wrong, and how many prefilled rows were left empty."""

    entries: list[Entry] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    empty_rows: int = 0

    @property
    def errors(self) -> list[Trouble]:
        """The troubles that forbid the import."""
        return [found for found in self.troubles if found.diagnostic.severity is Severity.ERROR]


def take_in(grids: Iterable[Grid], forms: Forms, mappings: Mapping[str, str]) -> Intake:
    """Return everything that ``grids`` say; sheets without a filled cell are passed over."""
    intake, reader = Intake(), Reader(forms)
    for grid in grids:
        if grid.rows:
            recognised = recognise(grid, forms, mappings)
            intake.troubles += recognised.troubles
            if recognised.sheet is not None:
                intake.sheets.append(recognised.sheet)
                _read_sheet(recognised.sheet, reader, intake)
    return intake


def _read_sheet(sheet: Sheet, reader: Reader, intake: Intake) -> None:
    rows = {row: cells for row, cells in sheet.grid.rows.items() if row > sheet.header}
    intake.troubles += _structure(sheet, rows)
    for number in rows:
        _read_row(sheet, number, reader, intake)
    intake.troubles += _likely_names(sheet, rows)


def _read_row(sheet: Sheet, number: int, reader: Reader, intake: Intake) -> None:
    cells = sheet.grid.rows[number]
    values: dict[str, str] = {}
    places: dict[str, tuple[int, int]] = {}
    bad: set[str] = set()
    filled: set[str] = set()
    for column, field_ in sheet.columns.items():
        cell = cells.get(column)
        if cell is None or not cell.text.strip():
            continue
        filled.add(field_.id)
        read = reader.read(cell, field_)
        name = field_.joins or field_.id
        if isinstance(read, str):
            joined = ";".join(filter(None, (values.get(name), read))) if field_.type == "choices" else read
            values[name] = ";".join(dict.fromkeys(joined.split(";"))) if field_.type == "choices" else joined
            places.setdefault(name, (number, column))
        else:
            bad.add(name)
            intake.troubles.append(trouble(sheet.grid, number, column, read[0], read[1:]))
    if not filled:
        return
    if sheet.form.kind not in ("people", "communities") and filled <= _SAYS_NOTHING:
        intake.empty_rows += 1
        return
    missing = [name for name in sheet.form.required if name not in values and name not in bad]
    intake.troubles += (_missing(sheet, number, name) for name in missing)
    label = values.get("person" if sheet.form.kind != "communities" else "community")
    if label:
        intake.labels.add(label)
    if not missing and not bad:
        intake.entries += _Row(sheet, number, values, places).entries(reader.forms, intake.troubles)


@dataclass(frozen=True)
class _Row:
    """One sound row of a sheet."""

    sheet: Sheet
    number: int
    values: Mapping[str, str]
    places: Mapping[str, tuple[int, int]]

    def entries(self, forms: Forms, troubles: list[Trouble]) -> Iterator[Entry]:
        kind = self.sheet.form.kind
        if kind == "survey":
            yield from self._survey(forms, troubles)
        elif kind == "sittings":
            yield from self._sitting(self._scores(troubles), self.values.get("source", ""), forms, troubles)
        else:
            yield self._entry(kind, {name: name for name in self.values})

    def _survey(self, forms: Forms, troubles: list[Trouble]) -> Iterator[Entry]:
        ratings = {name: name.removeprefix(SELF) for name in self.values if name.startswith(SELF)}
        answers = {name: name.removeprefix(IMPORTANCE) for name in self.values if name.startswith(IMPORTANCE)}
        source = self.values.get("source") or (
            forms.survey_instruments[0] if len(forms.survey_instruments) == 1 else ""
        )
        if ratings and not source:
            troubles.append(self._trouble("person", "SHT05", _no_survey_instrument()))
        elif ratings:
            yield from self._sitting(ratings, source, forms, troubles)
        if answers or "problems" in self.values:
            if len(self.values.get("problems", "").split(";")) > 3:
                troubles.append(self._trouble("problems", "SHT05", _too_many_problems()))
                return
            fixed = {name: name for name in ("person", "date", "problems") if name in self.values}
            yield self._entry("surveys", {**fixed, **answers})
        elif not ratings:
            troubles.append(self._trouble("date", "SHT05", _no_answers()))

    def _scores(self, troubles: list[Trouble]) -> dict[str, str]:
        """Return by field the unit or item whose score it holds."""
        scores = {name: name for name in self.values if name not in (*_FIXED_OF_SITTINGS, *_LONG_OF_SITTINGS)}
        named = self.values.get("item") or self.values.get("unit")
        if named and "score" in self.values:
            scores["score"] = named
        elif named or "score" in self.values:
            troubles.append(self._trouble("score" if "score" in self.values else "unit", "SHT05", _half_a_score()))
        return scores

    def _sitting(
        self, scores: Mapping[str, str], source: str, forms: Forms, troubles: list[Trouble]
    ) -> Iterator[Entry]:
        if not scores:
            troubles.append(self._trouble("date", "SHT05", _no_answers()))
            return
        ranges = forms.ranges.get(source, {})
        sound = True
        for name, key in scores.items():
            low, high = ranges.get(key, (1, 0))
            if not low <= int(self.values[name]) <= high:
                sound = False
                troubles.append(self._trouble(name, "SHT05", _misfit(source, key, self.values[name], ranges.get(key))))
        if sound:
            fixed = {name: name for name in ("person", "date", "rater", "valid_until") if name in self.values}
            yield self._entry("sittings", {**fixed, **scores}, {"source": source})

    def _entry(self, kind: TableKind, names: Mapping[str, str], given: Mapping[str, str] | None = None) -> Entry:
        grid = self.sheet.grid
        cells = {field_: self.places[name] for name, field_ in names.items()}
        columns = {column: field_ for field_, (_, column) in cells.items()}
        return Entry(
            kind,
            {**(given or {}), **{field_: self.values[name] for name, field_ in names.items()}},
            grid.place(self.number, min(columns)),
            {field_: grid.place(*cell) for field_, cell in cells.items()},
            {field_: grid.place(self.sheet.header, column) for column, field_ in columns.items()},
            grid,
            cells,
        )

    def _trouble(self, name: str, code: str, texts: tuple[Text, Text, Text]) -> Trouble:
        row, column = self.places.get(name, (self.number, min(self.sheet.columns)))
        return trouble(self.sheet.grid, row, column, code, texts)


def _missing(sheet: Sheet, number: int, name: str) -> Trouble:
    column = next((column for column, field_ in sheet.columns.items() if field_.id == name), min(sheet.columns))
    title = sheet.form.by_id[name].title
    texts = (
        say(f"缺“{title.zh}”", f"{title.en} is missing"),
        say(f"每行都填“{title.zh}”", f"{title.en} in every row"),
        say("填上，或清空整行", "fill it in, or clear the whole row"),
    )
    return trouble(sheet.grid, number, column, "SHT05", texts)


def _misfit(source: str, key: str, score: str, bounds: tuple[int, int] | None) -> tuple[Text, Text, Text]:
    if bounds is None:
        return (
            say(f"评估工具 {source} 不评 {shorten(key)}", f"the instrument {source} does not score {shorten(key)}"),
            say("它评的单元或题目", "a unit or an item that it scores"),
            say("清空这一格，或改评估工具", "clear the cell, or mend the instrument"),
        )
    low, high = bounds
    return (
        say(f"{key} 的评分 {score} 超出范围", f"the score {score} of {key} is out of range"),
        say(f"{low} 到 {high} 的整数", f"a whole number from {low} to {high}"),
        say("按评估工具的分值改正", "mend it by the range of the instrument"),
    )


def _no_survey_instrument() -> tuple[Text, Text, Text]:
    return (
        say("不知道自评属于哪个评估工具", "it is not known to which instrument the self-ratings belong"),
        say(
            "“评估工具”一列，或模型里恰好一个需求调研工具",
            "a column for the instrument, or exactly one survey instrument in the model",
        ),
        say("加上“评估工具”列", "add the column of the instrument"),
    )


def _too_many_problems() -> tuple[Text, Text, Text]:
    return (
        say("最难的事多于三件", "more than three worst problems"),
        say("至多三件", "three at most"),
        say("留下最难的三件", "keep the worst three"),
    )


def _no_answers() -> tuple[Text, Text, Text]:
    return (
        say("这一行没有评分或回答", "the row has no score and no answer"),
        say("至少一个评分或回答", "at least one"),
        say("填上，或清空整行", "fill it in, or clear the whole row"),
    )


def _half_a_score() -> tuple[Text, Text, Text]:
    return (
        say(
            "一行一个评分的表里，单元（或题目）与评分要都填",
            "with one score a row, both unit (or item) and score are needed",
        ),
        say("单元或题目，和评分", "a unit or an item, and a score"),
        say("补上缺的一格", "fill in the missing cell"),
    )


def _structure(sheet: Sheet, rows: Mapping[int, object]) -> Iterator[Trouble]:
    """Yield what a reader of the sheet might not see: hidden rows and columns, joined cells."""
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


def _likely_names(sheet: Sheet, rows: Mapping[int, Mapping[int, object]]) -> Iterator[Trouble]:
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


def combine(entries: Iterable[Entry], troubles: list[Trouble]) -> dict[tuple[str, tuple[str, ...]], Entry]:
    """Return the entries by table and key; rows of one key add up, and two different values of one field are a trouble."""
    found: dict[tuple[str, tuple[str, ...]], Entry] = {}
    for entry in entries:
        key = (entry.kind, entry.key)
        earlier = found.get(key)
        if earlier is None:
            found[key] = entry
            continue
        clashes = [n for n, value in entry.values.items() if earlier.values.get(n, value) != value]
        troubles += (_clash(entry, earlier, name) for name in clashes)
        if not clashes:
            found[key] = join(earlier, entry)
    return found


def join(earlier: Entry, later: Entry) -> Entry:
    """Return one row with what both say; where both speak, the later one."""
    return Entry(
        later.kind,
        {**earlier.values, **later.values},
        later.start,
        {**earlier.places, **later.places},
        {**earlier.heads, **later.heads},
        later.grid,
        {**(earlier.cells if earlier.grid is later.grid else {}), **later.cells},
    )


def _clash(entry: Entry, earlier: Entry, name: str) -> Trouble:
    here, there = shorten(entry.values[name]), shorten(earlier.values[name])
    diagnostic = Diagnostic(
        "SHT08",
        Severity.ERROR,
        entry.places.get(name, entry.start),
        say(
            f"同一条记录有两个 {name}：{there} 和 {here}",
            f"the same record has two values of {name}: {there} and {here}",
        ),
        say("一条记录一行，或各行相同", "one row a record, or rows that agree"),
        say("改正或删去其中一行", "mend or delete one of the rows"),
        (Related(earlier.places.get(name, earlier.start), say("另一处在这里", "the other one is here")),),
    )
    return _at(entry, name, diagnostic)


def _at(entry: Entry, name: str, diagnostic: Diagnostic) -> Trouble:
    row, column = entry.cells.get(name) or next(iter(entry.cells.values()), (0, 0))
    return Trouble(entry.grid, row, column, diagnostic)


class Locator:
    """Finds the cell in which a finding of the common checks stands."""

    def __init__(self, grids: Iterable[Grid]) -> None:
        self._grids = {grid.place(1, 1).file: grid for grid in grids}
        self._cells: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}

    def locate(self, diagnostic: Diagnostic) -> Trouble:
        """Return a finding as a trouble of the sheet in which it stands."""
        place = diagnostic.position
        grid = self._grids.get(place.file)
        if grid is None:
            return Trouble(None, 0, 0, diagnostic)
        if grid.sheet:
            return Trouble(grid, place.line, place.column, diagnostic)
        if place.file not in self._cells:
            marks = ((at, (row, column)) for row, cells in grid.marks.items() for column, at in cells.items())
            self._cells[place.file] = dict(marks)
        return Trouble(grid, *self._cells[place.file].get((place.line, place.column), (0, 0)), diagnostic)


def is_private(text: str, sheet: Sheet | None, row: int, column: int) -> bool:
    """Return whether a cell must not be copied: it stands in a column of personal data, or holds a personal number."""
    in_column = sheet is not None and row > sheet.header and column in sheet.personal
    return in_column or holds_personal_number(text)
