"""An office in a test: a workspace on the tiny world, templates filled with seeded data, and what the import made of them."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from competency_engine.interop.entries import entries_of
from competency_engine.interop.forms import Field, Form, Forms
from competency_engine.interop.library_forms import build_forms
from competency_engine.interop.template import TemplateKind, TemplateSheet, build_template, template_sheets
from competency_engine.loading.loader import load_population
from competency_engine.loading.workspace import people_files
from competency_engine.text import Lang
from competency_engine.workflows.import_sheets import Imported, import_sheets
from competency_engine.workflows.session import Session, open_session
from tests.worlds.files import TINY

Values = Mapping[str, str]
Data = dict[str, set[tuple[tuple[str, str], ...]]]
PEOPLE = tuple(f"学员{number:04}" for number in range(1, 9))
COMMUNITIES = ("社区0001", "社区0002", "社区0003")
KINDS: tuple[TemplateKind, ...] = (
    "roster",
    "survey",
    "ratings",
    "test",
    "exercise",
    "evidence",
    "completions",
    "begun",
)
DATE = dt.date(2026, 11, 21)


@cache
def session() -> Session:
    """Return the tiny world, open."""
    return open_session(TINY, "tiny")


@cache
def forms() -> Forms:
    """Return the forms of the tiny world."""
    return build_forms(session().library)


def settle(folder: Path) -> Path:
    """Write a folder of people with the tables that other sheets refer to, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    towns = "".join(f"{name},old_estate\n" for name in COMMUNITIES)
    people = "".join(f"{name},{COMMUNITIES[i % 3]},2026-09-{i + 1:02}\n" for i, name in enumerate(PEOPLE))
    (folder / "communities.csv").write_text(f"社区,社区类型\n{towns}", encoding="utf-8-sig")
    (folder / "people.csv").write_text(f"学员,社区,任现职日期\n{people}", encoding="utf-8-sig")
    return folder


def run(files: Path | Iterable[Path], folder: Path, **options: Any) -> Imported:
    """Import ``files`` into ``folder`` in the tiny world."""
    listed = [files] if isinstance(files, Path) else list(files)
    return import_sheets(session(), listed, folder, **options)


def held(folder: Path) -> Data:
    """Return all that a folder of people says, by table, free of order; scores of one sitting count as one row."""
    _, loading = load_population(people_files(folder), session().workspace, session().loading)
    assert not loading.errors, loading.errors
    rows: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
    for entry in entries_of(loading.documents):
        rows.setdefault((entry.kind, entry.key), {}).update(entry.values)
    found: Data = {}
    for (kind, _), values in rows.items():
        found.setdefault(kind, set()).add(_row(values))
    return found


def _row(values: Values) -> tuple[tuple[str, str], ...]:
    spread = {name: ";".join(sorted(value.split(";"))) for name, value in values.items()}
    return tuple(sorted(spread.items()))


def sheets_of(kind: TemplateKind) -> tuple[TemplateSheet, ...]:
    """Return the sheets of a template of the tiny world."""
    instrument = {"test": "quiz", "exercise": "drill"}.get(kind)
    return template_sheets(kind, session().library, forms(), (), instrument)


def template(kind: TemplateKind, lang: Lang = "zh") -> bytes:
    """Return a template of the tiny world."""
    return build_template(kind, session().library, lang=lang)


def draw_rows(kind: TemplateKind, seed: int) -> dict[str, list[dict[str, str]]]:
    """Return seeded rows for each sheet of a template, by form: canonical text by field."""
    rng = random.Random(f"{kind}-{seed}")
    return {sheet.form.kind: [_draw(sheet, label, rng) for label in _labels(sheet.form)] for sheet in sheets_of(kind)}


def _labels(form: Form) -> tuple[str, ...]:
    return COMMUNITIES if form.kind == "communities" else PEOPLE


def _draw(sheet: TemplateSheet, label: str, rng: random.Random) -> dict[str, str]:
    row: dict[str, str] = {}
    needed = {*sheet.form.required, *(column.id for column in sheet.columns if column.type == "whole")}
    for column in sheet.columns:
        if column.id in needed or rng.random() < 0.7:
            row[column.id] = _value(column, sheet, rng)
    row["community" if sheet.form.kind == "communities" else "person"] = label
    seen = [row[name] for name in sorted(row) if name.startswith(("types", "problems"))]
    for name in [name for name in sorted(row, reverse=True) if name.startswith(("types_", "problems_"))]:
        if seen.count(row[name]) > 1:
            seen.remove(row.pop(name))
    return row


def _value(column: Field, sheet: TemplateSheet, rng: random.Random) -> str:
    if column.vocabulary and column.type != "label":
        return rng.choice(list(sheet.allowed.get(column.id) or forms().vocabularies[column.vocabulary].titles))
    if column.type == "label":
        return rng.choice(COMMUNITIES) if column.id == "community" else f"rater-{rng.randrange(5)}"
    if column.type == "date":
        return (dt.date(2025, 1, 1) + dt.timedelta(days=rng.randrange(600))).isoformat()
    if column.type in ("month", "months"):
        return f"2027-{rng.randrange(1, 13):02}"
    if column.type == "whole":
        return str(rng.randint(column.low or 0, 30 if column.high is None else column.high))
    if column.type == "percent":
        return str(rng.randrange(101))
    return rng.choice(("江滩社区", "=江滩", "@甲", "-5号院", "+1", "'90年代"))


def expected(kind: TemplateKind, rows: Mapping[str, list[dict[str, str]]]) -> Data:
    """Return what importing ``rows`` must add to a folder, worked out without the import."""
    found: Data = {}
    for form, listed in rows.items():
        for row in listed:
            for table, values in _tables(form, row):
                found.setdefault(table, set()).add(_row(values))
    return found


def _tables(form: str, row: Values) -> Iterable[tuple[str, dict[str, str]]]:
    joined = {name: value for name, value in row.items() if not name.startswith(("types_", "problems_"))}
    for first in ("types", "problems"):
        parts = [value for name, value in row.items() if name == first or name.startswith(first + "_")]
        if parts:
            joined[first] = ";".join(parts)
    if form != "survey":
        yield form, joined
        return
    fixed = {"person": row["person"], "date": row["date"]}
    yield "sittings", {**fixed, "source": "ask", **{n[5:]: v for n, v in row.items() if n.startswith("self:")}}
    answers = {n.removeprefix("importance:"): v for n, v in joined.items() if n.startswith("importance:")}
    yield "surveys", {**fixed, **answers, **({"problems": joined["problems"]} if "problems" in joined else {})}


def typed(column: Field, value: str, lang: Lang) -> Any:
    """Return a canonical text as a user leaves it in a cell: a date, a number, or what the drop-down shows."""
    if column.type == "date":
        return dt.date.fromisoformat(value)
    if column.type in ("whole", "percent"):
        return int(value)
    if column.vocabulary and column.type != "label":
        return forms().vocabularies[column.vocabulary].show(value, lang)
    return value


def fill(kind: TemplateKind, rows: Mapping[str, list[dict[str, str]]], lang: Lang = "zh") -> Workbook:
    """Return a template filled in with ``rows`` through openpyxl."""
    book = load_workbook(io.BytesIO(template(kind, lang)))
    for sheet in sheets_of(kind):
        page = book[sheet.form.title.in_language(lang)]
        for number, row in enumerate(rows[sheet.form.kind], start=2):
            for column, field in enumerate(sheet.columns, start=1):
                if field.id in row:
                    cell = page.cell(number, column)
                    cell.value = typed(field, row[field.id], lang)
                    if isinstance(cell.value, str):
                        cell.data_type = "s"
    return book


def save(book: Workbook, path: Path) -> Path:
    """Write ``book`` and return where."""
    book.save(path)
    return path


def codes(result: Imported) -> list[tuple[str, str]]:
    """Return code and cell of every error."""
    return [(d.code, d.position.cell) for d in result.errors]


def files_in(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its content."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.is_dir() else {}
