"""Sheets → entries of the canonical tables, and everything that is wrong with them, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from competency_engine.diagnostics import Diagnostic, Severity
from competency_engine.interop.columns import Sheet, recognise, shorten
from competency_engine.interop.entries import Entry
from competency_engine.interop.forms import IMPORTANCE, SELF, Field, Forms
from competency_engine.interop.grid import Cell, Grid, Trouble, trouble
from competency_engine.interop.overlooked import find_overlooked
from competency_engine.interop.values import Reader, holds_personal_number, read_label
from competency_engine.loading.tables import TableKind
from competency_engine.text import Text, say

_FIXED_OF_SITTINGS = ("person", "source", "date", "rater", "valid_until")
_LONG_OF_SITTINGS = ("unit", "item", "score")
_SAYS_NOTHING = frozenset(("person", "source"))
"""Fields that a template fills beforehand: a row with nothing else was left empty."""
_ROSTER: Mapping[str, str] = {"people": "person", "communities": "community"}
"""Forms whose rows other rows refer to, each with the field of the label."""


@dataclass
class Intake:
    """What the sheets gave: entries, sheets, everything that is wrong, and how many prefilled rows were left empty."""

    entries: list[Entry] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    broken: set[tuple[str, str]] = field(default_factory=set)
    """Field and label of people and communities whose own row is in error: known, though not read."""
    empty_rows: int = 0

    def note_broken(self, sheet: Sheet, values: Mapping[str, str]) -> None:
        """Note the label of a row of people or communities that is in error."""
        name = _ROSTER.get(sheet.form.kind)
        if name is not None and name in values:
            self.broken.add((name, values[name]))

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
            elif recognised.incomplete is not None:
                _note_labels(recognised.incomplete, reader, intake)
    return intake


def _read_sheet(sheet: Sheet, reader: Reader, intake: Intake) -> None:
    intake.troubles += find_overlooked(sheet)
    for number in sheet.grid.rows:
        if number > sheet.header:
            _read_row(sheet, number, reader, intake)


def _note_labels(sheet: Sheet, reader: Reader, intake: Intake) -> None:
    """Note whom a sheet speaks of that is not read."""
    for number in sheet.grid.rows:
        if number > sheet.header:
            intake.note_broken(sheet, _read_cells(sheet, number, reader).values)


@dataclass
class _Cells:
    """The cells of one row: what they say and where, the complaints, and which fields are filled at all."""

    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)

    def take(self, field_: Field, value: str, place: tuple[int, int]) -> None:
        """Add what one cell says; the columns of a list add up."""
        name = field_.joins or field_.id
        if field_.type == "choices":
            value = ";".join(dict.fromkeys([*filter(None, self.values.get(name, "").split(";")), *value.split(";")]))
        self.values[name] = value
        self.places.setdefault(name, place)


def _read_cells(sheet: Sheet, number: int, reader: Reader) -> _Cells:
    cells, found = sheet.grid.rows[number], _Cells()
    for column, field_ in sheet.columns.items():
        cell = cells.get(column)
        if cell is None or not cell.text.strip():
            continue
        found.filled.add(field_.id)
        read = reader.read(cell, field_)
        if not isinstance(read, str):
            read = reader.read(cell, _as_rated(field_, sheet, cells, reader))
        if isinstance(read, str):
            found.take(field_, read, (number, column))
        else:
            found.bad.add(field_.joins or field_.id)
            found.troubles.append(trouble(sheet.grid, number, column, read[0], read[1:]))
    return found


def _as_rated(field_: Field, sheet: Sheet, cells: Mapping[int, Cell], reader: Reader) -> Field:
    """Return the column of a score with the range of the instrument that the row names, so that no other range is stated."""

    def named(*fields: str) -> str:
        columns = (column for column, field_ in sheet.columns.items() if field_.id in fields)
        texts = (reader.read(cells[column], sheet.columns[column]) for column in columns if column in cells)
        return next((text for text in texts if isinstance(text, str)), "")

    if field_.type != "whole" or sheet.form.kind not in ("sittings", "survey"):
        return field_
    ranges = reader.forms.ranges.get(named("source"), {})
    bounds = ranges.get(named("item", "unit") if field_.id == "score" else field_.id.removeprefix(SELF))
    return replace(field_, low=bounds[0], high=bounds[1]) if bounds else field_


def _read_row(sheet: Sheet, number: int, reader: Reader, intake: Intake) -> None:
    found = _read_cells(sheet, number, reader)
    intake.troubles += found.troubles
    if not found.filled:
        return
    if sheet.form.kind not in _ROSTER and found.filled <= _SAYS_NOTHING:
        intake.empty_rows += 1
        return
    missing = [name for name in sheet.form.required if name not in found.values and name not in found.bad]
    intake.troubles += (_missing(sheet, number, name) for name in missing)
    if missing or found.bad:
        intake.note_broken(sheet, found.values)
    else:
        intake.entries += _Row(sheet, number, found.values, found.places).entries(reader.forms, intake.troubles)


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
            entry = self._entry("sittings", {**fixed, **scores}, {"source": source})
            yield replace(entry, is_long="score" in scores)

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


class Locator:
    """Finds the cell in which a finding of the common checks stands."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        self._sheets = {sheet.grid.place(1, 1).file: sheet for sheet in sheets}
        self._cells: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}

    def locate(self, diagnostic: Diagnostic) -> Trouble:
        """Return a finding as a trouble of the sheet in which it stands."""
        place = diagnostic.position
        sheet = self._sheets.get(place.file)
        if sheet is None:
            return Trouble(None, 0, 0, diagnostic)
        grid = sheet.grid
        if grid.sheet:
            return Trouble(grid, place.line, place.column, diagnostic)
        if place.file not in self._cells:
            marks = ((at, (row, column)) for row, cells in grid.marks.items() for column, at in cells.items())
            self._cells[place.file] = dict(marks)
        return Trouble(grid, *self._cells[place.file].get((place.line, place.column), (0, 0)), diagnostic)

    def label_at(self, found: Trouble) -> tuple[str, str] | None:
        """Return field and label of a cell that refers to a person or community; None of any other cell."""
        sheet = self._sheets.get(found.diagnostic.position.file)
        column = sheet.columns.get(found.column) if sheet is not None else None
        if sheet is None or column is None or column.id not in _ROSTER.values():
            return None
        label = read_label(sheet.grid.rows[found.row][found.column])
        return (column.id, label) if isinstance(label, str) else None


def is_private(text: str, sheet: Sheet | None, row: int, column: int) -> bool:
    """Return whether a cell must not be copied: it stands in a column of personal data, or holds a personal number."""
    in_column = sheet is not None and row > sheet.header and column in sheet.personal
    return in_column or holds_personal_number(text)
