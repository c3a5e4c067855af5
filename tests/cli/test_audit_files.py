"""`audit` writes its page and its workbook, and refuses a workbook of another name before it begins."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from competency_engine.cli import app


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_page_and_the_workbook_are_written_in_one_run() -> None:
    asked = ["audit", "--format", "html", "--out", "audit.html", "--workbook", "audit.xlsx", "--as-of", "2026-11-21"]
    assert CliRunner().invoke(app, [*asked, "--lang", "en"]).exit_code == 0
    page = Path("audit.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in page
    assert 'data-table="findings"' in page
    assert load_workbook("audit.xlsx").sheetnames[:2] == ["Summary", "Findings"]


def test_a_workbook_of_another_name_is_refused() -> None:
    refused = CliRunner().invoke(app, ["audit", "--workbook", "audit.csv", "--lang", "en"])
    assert refused.exit_code != 0
    assert list(Path().iterdir()) == []
