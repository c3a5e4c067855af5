"""Lists of a city as a workbook: rows, header, filters, and nothing that becomes a formula."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from competency_engine.interop.tables_book import render_tables
from competency_engine.reports.document import Document, Table, same
from competency_engine.reports.lists import lists_document
from tests.worlds.handbooks import HOSTILE, planned


def test_each_module_of_each_person_stands_in_both_lists() -> None:
    plan, _, here = planned()
    other = plan.model_copy(update={"person": "学员0002"})
    book = load_workbook(io.BytesIO(render_tables(lists_document([plan, other], here), "zh")))

    assert book.sheetnames == ["按课程", "按月份", "开班人数"]
    by_module = list(book["按课程"].values)
    assert [(row[0], row[3]) for row in by_module[1:]] == [
        (m, p) for m in ("m1", "m2") for p in ("学员0001", "学员0002")
    ]
    assert [row[:4] for row in list(book["开班人数"].values)[1:]] == [
        ("m1", "a", "2027-01", 2),
        ("m2", "a", "2027-01", 2),
    ]
    assert all(sheet.freeze_panes == "A2" and sheet.auto_filter.ref for sheet in book)


@pytest.mark.parametrize("title", [*HOSTILE, "+1", "@x", "\tx", "＝1+1", "-2+3"])
def test_no_title_becomes_a_formula_or_a_link(title: str) -> None:
    plan, _, here = planned(title)
    book = load_workbook(io.BytesIO(render_tables(lists_document([plan], here), "zh")))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None and not str(cell.value).startswith(("=", "+", "@", "＝")) for cell in cells)


def test_labels_with_leading_zeros_stay_text_and_bytes_stay_equal() -> None:
    table = Table(same("t"), (same("a"), same("n")), ((same("007"), same("2.5")), (same("1"), same("10"))))
    document = Document(same("d"), (table,), None)
    sheet = load_workbook(io.BytesIO(render_tables(document, "en"))).active

    assert sheet is not None
    assert list(sheet.values)[1:] == [("007", 2.5), ("1", 10)]
    assert render_tables(document, "en") == render_tables(document, "en")


def test_a_list_of_nobody_has_its_header() -> None:
    _, _, here = planned()
    book = load_workbook(io.BytesIO(render_tables(lists_document([], here), "en")))
    assert [len(list(sheet.values)) for sheet in book] == [1, 1, 1]
