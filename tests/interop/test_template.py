"""What a template explains, what it asks for, and what it may be called."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from competency_engine.errors import UsageError
from competency_engine.interop.outgoing import require_xlsx
from competency_engine.interop.template import TemplateKind, build_template, template_sheets
from competency_engine.text import Lang
from tests.interop.office import forms, run, session, settle


def made(kind: TemplateKind, instrument: str | None = None, lang: Lang = "zh") -> Workbook:
    """Return a template of the tiny world."""
    return load_workbook(io.BytesIO(build_template(kind, session().library, (), instrument, lang=lang)))


def rows(book: Workbook, sheet: str) -> list[tuple[str, ...]]:
    """Return the filled rows of a sheet."""
    found = (tuple(cell for cell in row if cell is not None) for row in book[sheet].values)
    return [row for row in found if row]


@pytest.mark.parametrize(
    ("lang", "sheet", "level", "indicator"),
    [
        ("zh", "等级与指标", ("1 知晓", "需指令"), ("BAS-1 走访", "1 知晓", "说出走访的步骤")),
        ("en", "Levels and indicators", ("1 Aware",), ("Names the steps of a visit",)),
    ],
)
def test_a_sheet_of_ratings_says_what_levels_and_indicators_are(
    lang: Lang, sheet: str, level: tuple[str, ...], indicator: tuple[str, ...], tmp_path: Path
) -> None:
    book = made("ratings", lang=lang)
    found = rows(book, sheet)
    assert any(row[0].startswith("1 ") and row[0] == level[0] for row in found)
    assert any(indicator[-1] in row[-1] for row in found)
    book.save(tmp_path / "评分.xlsx")
    assert run(tmp_path / "评分.xlsx", settle(tmp_path / "people")).diagnostics == ()


def test_instruments_state_their_range_of_scores() -> None:
    assert ("自评", "0—3") in rows(made("ratings"), "等级与指标")
    assert ("需求调研", "1—5") in rows(made("ratings", "ask"), "等级与指标")


@pytest.mark.parametrize(
    ("kind", "instrument"), [("ratings", None), ("ratings", "mentor"), ("survey", None), ("test", "quiz")]
)
def test_training_duties_are_not_rated(kind: TemplateKind, instrument: str | None) -> None:
    library = session().library
    (sheet,) = template_sheets(kind, library, forms(), (), instrument)
    assert library.duty_units == {"DUT-1"}
    assert not [column.id for column in sheet.columns if "DUT" in column.id]
    assert not [row for row in rows(made("ratings"), "等级与指标") if row[0].startswith("DUT")]


def test_a_test_says_how_to_mark_and_what_is_right(tmp_path: Path) -> None:
    book = made("test", "quiz")
    notes = [cell.comment.text for cell in book["评分"][1] if cell.comment is not None]
    assert sum("1 = 对，0 = 错" in note for note in notes) == 2
    assert any("1 = 对，0 = 错" in str(row[-1]) for row in rows(book, "说明"))
    assert ("Q1", "入户走访", "走访前先做什么？", "查台账", "1") in rows(book, "参考答案")
    book.save(tmp_path / "测验.xlsx")
    assert run(tmp_path / "测验.xlsx", settle(tmp_path / "people")).diagnostics == ()


def test_an_exercise_has_no_answers() -> None:
    assert made("exercise", "drill").sheetnames == ["评分", "说明", "选项"]


@pytest.mark.parametrize(("wanted", "meant"), [("Mentor", "mentor"), ("自评", "self"), ("mentr", "mentor")])
def test_an_unknown_instrument_is_guessed(wanted: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean {meant}\\?"):
        made("ratings", wanted)


@pytest.mark.parametrize("name", ["x.csv", "x", "x.xls", "x.xlsm"])
def test_a_workbook_is_called_nothing_else(name: str) -> None:
    with pytest.raises(UsageError, match=r"name it people/x\.xlsx"):
        require_xlsx(Path("people") / name)
    assert require_xlsx(Path("X.XLSX")) == Path("X.XLSX")
