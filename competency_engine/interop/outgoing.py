"""What templates and marked copies share: sheets written with drop-downs, notes and texts that can't become formulas."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from competency_engine.errors import UsageError
from competency_engine.interop.forms import Field, Forms
from competency_engine.interop.grid import CONTROL, Cell
from competency_engine.interop.values import FIRST_DATE, LAST_DATE
from competency_engine.loading.neutral import guard
from competency_engine.text import Lang, Text, say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_CHOICES_SHEET = say("选项", "Choices")
_WRITTEN = dt.datetime(2000, 1, 1)
"""The date of creation in every workbook, so that equal content gives equal bytes."""
_NUMBER_FORMATS = {"date": "yyyy-mm-dd", "whole": "0", "label": "@", "month": "@", "months": "@"}
_MESSAGE_LENGTH = 250


def require_xlsx(path: Path) -> Path:
    """Return ``path``, the name of a workbook to be written.

    Raises:
        UsageError: when its name says that it is something else.
    """
    if path.suffix.lower() == ".xlsx":
        return path
    other = path.with_name(f"{path.stem}.xlsx")
    raise UsageError(
        say(
            f"写出的是 Excel 工作簿，不能叫 {path.name}；改为 {other}（填好后可另存为 CSV 再导入）",
            f"what is written is a workbook and cannot be called {path.name}; name it {other} (once filled in, it may be saved as CSV and imported)",
        )
    )


class OutgoingBook:
    """A workbook in the making, in one language; `close` gives its bytes."""

    def __init__(self, forms: Forms, labels: Mapping[str, Sequence[str]], lang: Lang) -> None:
        """Begin a workbook.

        Args:
            forms: the library's forms, with their closed sets.
            labels: what else a drop-down offers, without refusing other values: ``person`` and ``community``.
            lang: the language of headers, choices and notes.
        """
        import xlsxwriter

        self._buffer = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book: Workbook = xlsxwriter.Workbook(self._buffer, options)
        self.book.set_properties({"created": _WRITTEN, "author": "competency-engine"})
        self.lang, self._forms, self._labels = lang, forms, labels
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names: dict[str, str] = {}
        self._lists: list[tuple[str, Sequence[str]]] = []

    def words(self, text: Text) -> str:
        """Return ``text`` in the language of the book."""
        return text.in_language(self.lang)

    def style(self, **properties: Any) -> Format:
        """Return the format with ``properties``, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def add_sheet(self, name: str) -> Worksheet:
        """Return a new sheet."""
        return self.book.add_worksheet(name)

    def column_style(self, field: Field | None, **further: Any) -> Format:
        """Return the format of the cells of a column."""
        shape = _NUMBER_FORMATS.get(field.type) if field is not None else None
        return self.style(**({"num_format": shape} if shape else {}), **further)

    def put(self, sheet: Worksheet, row: int, column: int, cell: Cell, **look: Any) -> None:
        """Write one cell, row and column counted from 0; text stays text, whatever it begins with."""
        if cell.kind == "number" and len(cell.text) <= 15:
            sheet.write_number(row, column, float(cell.text), self.style(**look))
        elif cell.kind == "percent":
            sheet.write_number(row, column, float(cell.text) / 100, self.style(num_format="0.00%", **look))
        elif cell.kind == "boolean":
            sheet.write_boolean(row, column, cell.text == "true", self.style(**look))
        elif cell.kind == "date" and (moment := _moment(cell.text)):
            shape = "yyyy-mm-dd" if moment.time() == dt.time() else "yyyy-mm-dd hh:mm:ss"
            sheet.write_datetime(row, column, moment, self.style(num_format=shape, **look))
        else:
            sheet.write_string(row, column, guard(CONTROL.sub("\ufffd", cell.text)), self.style(num_format="@", **look))

    def put_value(self, sheet: Worksheet, row: int, column: int, field: Field, value: str, **look: Any) -> None:
        """Write the canonical text of a field as a user would have it there."""
        kinds = {"date": "date", "whole": "number", "percent": "number"}
        text = value
        if field.vocabulary and field.type in ("choice", "boolean", "choices"):
            vocabulary = self._forms.vocabularies[field.vocabulary]
            text = vocabulary.show(value, self.lang) if value in vocabulary.titles else value
        self.put(sheet, row, column, Cell(text, kinds.get(field.type, "text")), **look)  # type: ignore[arg-type]

    def validate(
        self, sheet: Worksheet, column: int, field: Field, first: int, last: int, allowed: Sequence[str] = ()
    ) -> None:
        """Give a column its drop-down or range, from row ``first`` to ``last``, counted from 0.

        ``allowed`` are the ids that the drop-down offers; without it, all.
        """
        rule = self._rule(field, allowed)
        if rule is not None:
            sheet.data_validation(first, column, last, column, {"ignore_blank": True, **rule})

    def _rule(self, field: Field, allowed: Sequence[str]) -> dict[str, Any] | None:
        refusal = {"error_title": self.words(say("不能填这个值", "Not a value for this cell"))}
        if field.type in ("choice", "choices", "boolean"):
            vocabulary = self._forms.vocabularies[field.vocabulary]
            shown = [vocabulary.show(id_, self.lang) for id_ in (allowed or vocabulary.titles)]
            message = self.words(say("请从下拉列表里选", "Choose from the drop-down list."))
            return (
                {"validate": "list", "source": self._list(field.vocabulary, shown), "error_message": message, **refusal}
                if shown
                else None
            )
        if field.type == "label" and self._labels.get(field.id):
            return {"validate": "list", "source": self._list(field.id, self._labels[field.id]), "show_error": False}
        if field.type == "whole" and field.low is not None and field.high is not None:
            message = self.words(
                say(f"{field.low} 到 {field.high} 的整数", f"A whole number from {field.low} to {field.high}.")
            )
            between = {"validate": "integer", "criteria": "between", "minimum": field.low, "maximum": field.high}
            return {**between, "error_message": message, **refusal}
        if field.type == "percent":
            message = self.words(say("0 到 100 的数字", "A number from 0 to 100."))
            return {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": 100,
                "error_message": message,
                **refusal,
            }
        if field.type == "date":
            message = self.words(say("日期，如 2026-11-21", "A date such as 2026-11-21."))
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": FIRST_DATE,
                "maximum": LAST_DATE,
                "error_message": message,
                **refusal,
            }
        return None

    def _list(self, name: str, shown: Sequence[str]) -> str:
        """Return the defined name of a list on the hidden sheet.

        Why a hidden sheet: a list written into the cell's rule ends at 255 characters.
        """
        key = f"{name}\0" + "\0".join(shown)
        if key not in self._names:
            self._names[key] = f"choices_{len(self._names) + 1}"
            self._lists.append((self._names[key], shown))
        return "=" + self._names[key]

    def note(self, sheet: Worksheet, row: int, column: int, text: str, *, wide: bool = False) -> None:
        """Attach a note to a cell."""
        sheet.write_comment(
            row,
            column,
            CONTROL.sub("\ufffd", text)[:2_000],
            {"author": "competency-engine", "x_scale": 2.4 if wide else 1.6, "y_scale": 1.4 if wide else 1},
        )

    def close(self) -> bytes:
        """Return the finished workbook."""
        if self._lists:
            sheet = self.book.add_worksheet(self.words(_CHOICES_SHEET))
            sheet.very_hidden()
            for column, (name, shown) in enumerate(self._lists):
                for row, text in enumerate(shown):
                    sheet.write_string(row, column, guard(text))
                letters = _letters(column)
                area = f"='{self.words(_CHOICES_SHEET)}'!${letters}$1:${letters}${len(shown)}"
                self.book.define_name(name, area)
        self.book.close()
        return self._buffer.getvalue()


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is None and 1900 < moment.year < 9999 else None
