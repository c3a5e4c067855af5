"""An audit as a workbook: its sheets are the JSON's tables, charts refer to cells, and nothing becomes a formula."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from competency_engine.audit.summary import Audit
from competency_engine.interop.audit_book import render_audit_book
from competency_engine.loading.neutral import unguard
from competency_engine.reports.audit.document import audit_document, audit_tables
from competency_engine.text import Lang
from tests.worlds.audits import FORMULA, HOSTILE, audited, hostile


def book_of(audit: Audit, lang: Lang = "zh", smallest: int = 5) -> bytes:
    return render_audit_book(audit, audit_tables(audit, smallest), smallest, lang)


@pytest.mark.parametrize("people", [None, "assessed"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sheet_is_a_table_of_the_json_cell_by_cell(people: str | None, lang: Lang) -> None:
    found = audited(people)
    data = audit_document(found, audit_tables(found, 5)).data["tables"]
    book = load_workbook(io.BytesIO(book_of(found, lang)))
    assert len(book.sheetnames) == len(data) + 1
    for name, table in zip(book.sheetnames[1:], data.values(), strict=True):
        assert table["title"][lang].startswith(name)
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        rows = list(sheet.values)
        assert list(rows[0]) == [column["title"][lang] for column in table["columns"]]
        assert len(rows) == len(table["rows"]) + 1
        for shown, wanted in zip(rows[1:], table["rows"], strict=True):
            assert all(same(one, other, lang) for one, other in zip(shown, wanted, strict=True)), (shown, wanted)


def same(shown: Any, wanted: Any, lang: Lang) -> bool:
    if wanted is None:
        return shown in (None, "<5", "不列", "kept back")
    text = wanted[lang] if isinstance(wanted, dict) else wanted
    if isinstance(text, str):
        return (shown or "") == text
    return type(shown) is bool if isinstance(text, bool) and shown == text else shown == pytest.approx(text, abs=1e-12)


def test_charts_show_the_cells_of_the_sheets() -> None:
    with zipfile.ZipFile(io.BytesIO(book_of(audited("assessed"), "en"))) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 3
    assert "Summary!$C$" in charts[0]
    assert "'Demand by month'!$B$2:" in charts[1]
    assert "'Gaps by unit'!$C$2:" in charts[2]


@pytest.mark.parametrize("evil", [HOSTILE, FORMULA, "+1", "@x", "＝1+1", "-2+3", "http://example.org"])
def test_no_text_becomes_a_formula_or_a_link(evil: str) -> None:
    book = load_workbook(io.BytesIO(book_of(hostile(evil))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    assert all(cell.hyperlink is None and not str(cell.value).startswith(("=", "+", "@", "＝")) for cell in cells)
    assert any(cell.value is not None and unguard(str(cell.value)) == evil for cell in cells)


def test_equal_audits_give_equal_bytes() -> None:
    assert book_of(audited("assessed")) == book_of(audited("assessed"))
