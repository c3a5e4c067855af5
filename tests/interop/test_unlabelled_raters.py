"""Ratings without the label of a rater: each wide row a rater of its own, nothing counted twice, nothing lost.

The drill of the tiny world is observed by people who differ; its checklist is that of BAS-2.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from competency_engine.workflows.import_sheets import Imported
from tests.interop.office import files_in, held, run, settle

HEADER = "学员,评估工具,日期,评分者,BAS-2-1-1,BAS-2-2-1"
ONE, OTHER = "学员0001,drill,2026-10-01,,2,1", "学员0001,drill,2026-10-01,,1,1"


def take(folder: Path, *rows: str, header: str = HEADER, **options: bool) -> Imported:
    """Import one sheet of ``rows``."""
    path = folder / "评分.csv"
    path.write_text("\n".join((header, *rows, "")), encoding="utf-8")
    people = folder / "people"
    return run(path, people if people.exists() else settle(people), **options)


def said(result: Imported) -> list[tuple[str, str]]:
    """Return code and cure of every error."""
    return [(found.code, found.mend.en) for found in result.errors]


def test_two_wide_rows_are_two_raters_and_stay_two(tmp_path: Path) -> None:
    first = take(tmp_path, ONE, OTHER)
    assert (first.errors, first.outcomes["sittings"]["added"]) == ((), 2)
    assert len(held_rows(tmp_path)) == 2
    before = files_in(tmp_path / "people")
    again = take(tmp_path, OTHER, ONE)
    assert (again.errors, again.written, again.outcomes["sittings"]["unchanged"]) == ((), (), 2)
    assert take(tmp_path, ONE).outcomes["sittings"] == {"added": 0, "changed": 0, "unchanged": 1}
    assert files_in(tmp_path / "people") == before


def held_rows(folder: Path) -> list[str]:
    """Return the rows of ratings that the folder holds."""
    return (folder / "people" / "sittings.csv").read_text(encoding="utf-8-sig").splitlines()[1:]


@pytest.mark.parametrize("rows", [(ONE, OTHER), (OTHER, ONE)])
def test_the_order_of_rows_changes_no_byte(rows: tuple[str, str], tmp_path: Path) -> None:
    take(tmp_path, *rows)
    assert held_rows(tmp_path) == ["学员0001,drill,2026-10-01,,,1,1", "学员0001,drill,2026-10-01,,,2,1"]


def test_sheets_of_two_files_are_two_raters(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, row in zip(paths, (ONE, OTHER), strict=True):
        path.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    assert run(paths, settle(tmp_path / "people")).outcomes["sittings"]["added"] == 2


def test_equal_rows_could_be_one_pasted_twice(tmp_path: Path) -> None:
    ((code, mend),) = said(take(tmp_path, ONE, ONE))
    assert (code, "give each a label" in mend) == ("SHT08", True)
    assert take(tmp_path, ONE.replace(",,", ",r1,"), ONE.replace(",,", ",r2,")).errors == ()


def test_rows_in_which_nothing_is_scored_twice_are_one_sheet_of_paper(tmp_path: Path) -> None:
    result = take(tmp_path, "学员0001,drill,2026-10-01,,2,", "学员0001,drill,2026-10-01,,,1")
    assert (result.errors, len(held_rows(tmp_path))) == ((), 1)


def test_long_rows_are_one_sheet_of_paper(tmp_path: Path) -> None:
    header = "学员,评估工具,日期,题目,评分"
    rows = [f"学员0001,drill,2026-10-01,{row}" for row in ("BAS-2-1-1,2", "BAS-2-2-1,1", "BAS-2-1-1,2")]
    assert take(tmp_path, *rows, header=header).errors == ()
    assert len(held_rows(tmp_path)) == 1
    ((code, mend),) = said(take(tmp_path, rows[0], rows[0][:-1] + "1", header=header))
    assert (code, "give each a label" in mend) == ("SHT08", True)


def test_a_row_that_is_not_there_may_be_one_mended(tmp_path: Path) -> None:
    take(tmp_path, ONE, OTHER)
    before = files_in(tmp_path / "people")
    for options in ({}, {"replace": True}):
        ((code, mend),) = said(take(tmp_path, ONE, "学员0001,drill,2026-10-01,,0,0", **options))
        assert (code, "people/sittings.csv" in mend) == ("SHT08", True)
    assert files_in(tmp_path / "people") == before


def test_another_rater_is_added_beside_all_those_there(tmp_path: Path) -> None:
    take(tmp_path, ONE)
    refused = take(tmp_path, OTHER)
    assert [(code, "give each a label" in mend) for code, mend in said(refused)] == [("SHT08", True)]
    both = take(tmp_path, ONE, OTHER)
    assert both.outcomes["sittings"] == {"added": 1, "changed": 0, "unchanged": 1}
    assert len(held_rows(tmp_path)) == 2
    assert held(tmp_path / "people")["sittings"]


def test_a_single_sheet_is_mended_as_before(tmp_path: Path) -> None:
    take(tmp_path, ONE)
    assert take(tmp_path, OTHER, replace=True).outcomes["sittings"]["changed"] == 1
    assert held_rows(tmp_path) == ["学员0001,drill,2026-10-01,,,1,1"]


@pytest.mark.parametrize("tool", ["self", "mentor"])
def test_a_person_rates_himself_once_and_some_instruments_know_no_raters(tool: str, tmp_path: Path) -> None:
    rows = [f"学员0001,{tool},2026-10-01,,{score}" for score in (1, 2)]
    assert [code for code, _ in said(take(tmp_path, *rows, header="学员,评估工具,日期,评分者,BAS-1"))] == ["SHT08"]
