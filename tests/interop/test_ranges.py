"""Numbers and dates that are out of range or look like something else: what was found and the range that holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from competency_engine.workflows.import_sheets import Imported, import_sheets
from competency_engine.workflows.session import open_session
from tests.interop.office import forms, run, settle

SHARE = "六十岁以上人口占比"


def shares(folder: Path, *values: Any, shape: str = "General") -> Imported:
    """Import communities of the shipped model with these shares of old people."""
    made = Workbook()
    made.active.append(("社区", "社区类型", SHARE))
    for number, value in enumerate(values, start=1):
        made.active.append((f"社区{number:04}", "old_estate", value))
        made.active.cell(number + 1, 3).number_format = shape
    made.save(folder / "社区.xlsx")
    return import_sheets(open_session(Path(__file__).parents[2], "7n"), [folder / "社区.xlsx"], folder / "people")


@pytest.mark.parametrize("values", [(1, 0.3), (0.3,), ("0.3", 0), (None, 0.3)])
def test_shares_in_place_of_percentages_are_questioned(values: tuple[Any, ...], tmp_path: Path) -> None:
    result = shares(tmp_path, *values)
    (found,) = result.diagnostics
    assert (result.errors, found.code) == ((), "SHT05")
    assert "as 0.3" in found.message.en
    assert "for 30 % write 30" in found.mend.en


@pytest.mark.parametrize("values", [(0.3, 12.5), (0, 1), ("0.3%",), (30,)])
def test_other_percentages_are_not(values: tuple[Any, ...], tmp_path: Path) -> None:
    assert shares(tmp_path, *values).diagnostics == ()


def test_a_cell_that_shows_a_percentage_is_not_questioned(tmp_path: Path) -> None:
    assert shares(tmp_path, 0.003, shape="0.0%").diagnostics == ()


@pytest.mark.parametrize("score", ["12", "7", "六", "-1"])
@pytest.mark.parametrize(
    ("header", "row"),
    [("BAS-1", "{}"), ("单元,评分", "BAS-1,{}"), ("评分,单元", "{},BAS-1")],
)
def test_a_score_states_the_range_of_its_instrument_alone(header: str, row: str, score: str, tmp_path: Path) -> None:
    path = tmp_path / "评分.csv"
    for tool, wanted in (("self", "from 0 to 3"), ("ask", "from 1 to 5")):
        path.write_text(
            f"学员,评估工具,日期,{header}\n学员0001,{tool},2026-10-01,{row.format(score)}\n", encoding="utf-8"
        )
        (found,) = run(path, settle(tmp_path / "people")).errors
        assert wanted in found.expected.en


def test_no_column_has_a_range_wider_than_all_instruments() -> None:
    form = forms().form("sittings")
    assert [(form.by_id[name].low, form.by_id[name].high) for name in ("BAS-1", "BAS-2-1-1", "score")] == [
        (0, 5),
        (0, 2),
        (0, 5),
    ]


@pytest.mark.parametrize("date", ["1926-09-05", "1926年9月5日", "2126-09-05", "19260905"])
def test_a_date_out_of_range_is_called_so(date: str, tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(f"学员,社区,任现职日期\n学员0009,社区0001,{date}\n", encoding="utf-8")
    (found,) = run(path, settle(tmp_path / "people")).errors
    assert "26-09-05 is out of range" in found.message.en
    assert found.expected.en == "a date from 1950-01-01 to 2100-12-31"


def test_what_is_no_date_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("学员,社区,任现职日期\n学员0009,社区0001,2026-02-30\n", encoding="utf-8")
    (found,) = run(path, settle(tmp_path / "people")).errors
    assert found.message.en == "2026-02-30 is no date"
