"""Workbooks for an office to fill in: headers in its language, drop-downs, notes, a frozen header, and how to fill it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument
from competency_engine.domain.library import Library
from competency_engine.errors import UsageError
from competency_engine.interop.entries import Entry
from competency_engine.interop.forms import Field, Form, Forms
from competency_engine.interop.library_forms import build_forms, score_columns
from competency_engine.interop.outgoing import OutgoingBook
from competency_engine.interop.template_pages import write_instructions, write_key, write_levels
from competency_engine.text import Lang, Text, say

TemplateKind = Literal["roster", "survey", "ratings", "test", "exercise", "evidence", "completions", "begun"]
DEFAULT_ROWS = 500
_RATING_METHODS = (
    "self_rating",
    "peer_rating",
    "superior_rating",
    "resident_rating",
    "work_evidence",
    "appointment",
    "certificate",
)
_TITLES: dict[TemplateKind, Text] = {
    "roster": say("学员花名册与社区基本情况", "Roster of people and communities"),
    "survey": say("需求调研：自评、重要度、最难的事", "Needs survey: self-rating, importance, worst problems"),
    "ratings": say("评分：每人、每个评估工具、每位评分者一行", "Ratings: a row for each person, instrument and rater"),
    "test": say("测验成绩：每人一行，每题一列", "Test: a row for each person, a column for each item"),
    "exercise": say("情景演练观察：每人、每位观察员一行", "Exercise: a row for each person and observer"),
    "evidence": say("评定等级：每人、每单元一行", "Settled levels: a row for each person and unit"),
    "completions": say("完课登记：每人、每门课一行", "Completions: a row for each person and module"),
    "begun": say("在修登记：每人、每门课一行", "Modules under way: a row for each person and module"),
}


@dataclass(frozen=True)
class TemplateSheet:
    """One sheet of a template: its columns, what its drop-downs are narrowed to, and rows filled beforehand."""

    form: Form
    columns: tuple[Field, ...]
    allowed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rows: tuple[Mapping[str, str], ...] = ()


def template_sheets(
    kind: TemplateKind, library: Library, forms: Forms, present: Sequence[Entry], instrument: str | None = None
) -> tuple[TemplateSheet, ...]:
    """Return the sheets of a template.

    Args:
        kind: which template.
        library: the model in use.
        forms: its forms.
        present: people and communities that there are, in order; the roster is filled with them, other sheets with labels.
        instrument: the instrument of a sheet of ratings, test or exercise; None = all that rate, or the only one.

    Raises:
        UsageError: when there is no such instrument, or it can't be told which one is meant.
    """
    people = [entry for entry in present if entry.kind == "people"]
    labels = tuple({"person": entry.values["person"]} for entry in people)
    if kind == "roster":
        communities = tuple(_spread(entry) for entry in present if entry.kind == "communities")
        named = {"community": [row["community"] for row in communities]}
        rows = tuple(dict(entry.values) for entry in people)
        return (
            _sheet(forms.form("people"), forms.form("people").fields, named, rows),
            _sheet(forms.form("communities"), forms.form("communities").fields, {}, communities),
        )
    if kind == "survey":
        return (_survey_sheet(library, forms, labels),)
    if kind in ("ratings", "test", "exercise"):
        return (_score_sheet(library, forms, labels, _instruments(kind, library, forms, instrument)),)
    form = next(form for form in forms.forms if form.kind == kind)
    return (_sheet(form, form.fields, {}, labels),)


def _sheet(
    form: Form, columns: tuple[Field, ...], allowed: Mapping[str, Sequence[str]], rows: tuple[Mapping[str, str], ...]
) -> TemplateSheet:
    return TemplateSheet(form, columns, allowed, rows)


def _spread(entry: Entry) -> dict[str, str]:
    """Return a community with each of its types in a column of its own."""
    values = dict(entry.values)
    types = values.pop("types", "").split(";")
    for number, type_ in enumerate(types[:3], start=1):
        values["types" if number == 1 else f"types_{number}"] = type_
    if len(types) > 3:
        values["types"] = ";".join([types[0], *types[3:]])
    return values


def _survey_sheet(library: Library, forms: Forms, labels: tuple[Mapping[str, str], ...]) -> TemplateSheet:
    form = forms.form("survey")
    asked = {unit for role in library.roles.values() for unit in role.requires} or set(library.units)
    asked -= library.duty_units
    several = len(forms.survey_instruments) > 1

    def is_asked(column: Field) -> bool:
        prefix, _, unit = column.id.partition(":")
        if unit:
            return UnitId(unit) in asked
        return prefix != "valid_until" and (prefix != "source" or several)

    columns = tuple(filter(is_asked, form.fields))
    return _sheet(form, columns, {"source": forms.survey_instruments}, labels)


def _score_sheet(
    library: Library, forms: Forms, labels: tuple[Mapping[str, str], ...], tools: Sequence[Instrument]
) -> TemplateSheet:
    form = forms.form("sittings")
    scores: dict[str, Field] = {}
    for tool in tools:
        for column in score_columns(library, tool, without=library.duty_units):
            known = scores.get(column.id, column)
            low, high = min(known.low or 0, column.low or 0), max(known.high or 0, column.high or 0)
            scores[column.id] = replace(column, low=low, high=high)
    fixed = tuple(form.by_id[name] for name in ("person", "source", "date", "rater"))
    rows = tuple({**row, "source": tools[0].id} for row in labels) if len(tools) == 1 else labels
    return _sheet(form, (*fixed, *scores.values()), {"source": [tool.id for tool in tools]}, rows)


def _instruments(kind: TemplateKind, library: Library, forms: Forms, wanted: str | None) -> list[Instrument]:
    if wanted is not None:
        if wanted not in library.instruments:
            raise _unknown_instrument(wanted, forms)
        tools = [library.instruments[wanted]]
    else:
        methods = _RATING_METHODS if kind == "ratings" else (kind,)
        tools = [tool for tool in library.instruments.values() if tool.method in methods]
        if kind == "ratings":
            tools = [tool for tool in tools if not tool.items and not tool.checklist_of]
    if not tools or (kind != "ratings" and len(tools) > 1):
        listed = ", ".join(tool.id for tool in tools) or "—"
        raise UsageError(
            say(f"用 --instrument 指定一个评估工具：{listed}", f"name one instrument with --instrument: {listed}")
        )
    if kind != "ratings" and not (tools[0].items or tools[0].checklist_of):
        name = tools[0].id
        raise UsageError(
            say(
                f"评估工具 {name} 还没有题目：先写进它的 items",
                f"the instrument {name} has no items yet: write them under its items",
            )
        )
    return tools


def _unknown_instrument(wanted: str, forms: Forms) -> UsageError:
    near, known = forms.vocabularies["instrument"].nearest(wanted), ", ".join(forms.instruments)
    hint = say(f"；是不是 {near}？", f"; did you mean {near}?") if near else say("", "")
    return UsageError(
        say(
            f"没有评估工具 {wanted}{hint.zh}（已有：{known}）",
            f"there is no instrument {wanted}{hint.en} (there are: {known})",
        )
    )


def build_template(
    kind: TemplateKind,
    library: Library,
    present: Sequence[Entry] = (),
    instrument: str | None = None,
    rows: int = DEFAULT_ROWS,
    lang: Lang = "zh",
) -> bytes:
    """Return a template as an xlsx file: equal arguments give equal bytes.

    Args:
        kind: which template.
        library: the model in use.
        present: people and communities that there are already.
        instrument: see `template_sheets`.
        rows: how many rows have drop-downs.
        lang: the language of headers, choices and notes; both can be imported.

    Raises:
        UsageError: see `template_sheets`.
    """
    forms = build_forms(library)
    sheets = template_sheets(kind, library, forms, present, instrument)
    labels = {
        "person": [] if kind == "roster" else [entry.values["person"] for entry in present if entry.kind == "people"],
        "community": [entry.values["community"] for entry in present if entry.kind == "communities"],
    }
    book = OutgoingBook(forms, labels, lang)
    for sheet in sheets:
        _write_sheet(book, sheet, max(rows, len(sheet.rows)))
    write_instructions(book, _TITLES[kind], [(s.form, s.columns) for s in sheets], is_test=kind == "test")
    for sheet in sheets:
        if sheet.form.kind == "sittings":
            _explain_scores(book, library, sheet)
    return book.close()


def _explain_scores(book: OutgoingBook, library: Library, sheet: TemplateSheet) -> None:
    tools = [library.instruments[id_] for id_ in sheet.allowed["source"]]
    units = [UnitId(column.id) for column in sheet.columns if column.id in library.units]
    if units:
        write_levels(book, library, tools, units)
    write_key(book, library, tools)


def _write_sheet(book: OutgoingBook, sheet: TemplateSheet, rows: int) -> None:
    page = book.add_sheet(book.words(sheet.form.title))
    for column, field_ in enumerate(sheet.columns):
        page.set_column(column, column, _width(book, field_), book.column_style(field_, locked=False))
        required = field_.id in sheet.form.required
        colour = "#1F4E78" if required else "#5B7FA6"
        head = book.style(
            bold=True, text_wrap=True, valign="top", font_color="#FFFFFF", bg_color=colour, border=1, locked=True
        )
        page.write_string(0, column, book.words(field_.title) + ("*" if required else ""), head)
        if field_.note is not None:
            book.note(page, 0, column, book.words(field_.note))
        if (sheet.form.kind, field_.id) not in (("people", "person"), ("communities", "community")):
            book.validate(page, column, field_, 1, rows, sheet.allowed.get(field_.id, ()))
    for number, values in enumerate(sheet.rows, start=1):
        for column, field_ in enumerate(sheet.columns):
            if values.get(field_.id):
                book.put_value(page, number, column, field_, values[field_.id], locked=False)
    page.freeze_panes(1, 1)
    page.set_row(0, 45)
    page.protect(
        "",
        {
            "format_cells": True,
            "format_columns": True,
            "format_rows": True,
            "insert_rows": True,
            "delete_rows": True,
            "sort": True,
            "autofilter": True,
        },
    )


def _width(book: OutgoingBook, field_: Field) -> float:
    if field_.type == "whole":
        return 11
    return min(36, max(13, 2.2 * len(book.words(field_.title))))
