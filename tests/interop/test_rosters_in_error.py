"""A row of people or communities that is wrong itself: whoever refers to it adds no error of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.office import codes, run, settle

COMMUNITIES = "社区,社区类型\n社区0009,{}\n"
PEOPLE = "学员,社区,任现职日期\n学员0009,社区0009,{}\n"
LEVELS = "学员,单元,等级,评定日期\n学员０００９,BAS-1,1,2026-09-05\n学员0009,POL-1,{},2026-09-05\n"


def imported(folder: Path, **texts: str) -> list[tuple[str, str]]:
    """Return code and cell of every error of one import of several CSV files."""
    paths = [folder / f"{name}.csv" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return codes(run(paths, settle(folder / "people")))


@pytest.mark.parametrize(("since", "level"), [("昨天", "1"), ("", "1"), ("昨天", "十")])
def test_a_person_whose_row_is_in_error_is_known(since: str, level: str, tmp_path: Path) -> None:
    texts = {"c": COMMUNITIES.format("old_estate"), "p": PEOPLE.format(since), "e": LEVELS.format(level)}
    found = imported(tmp_path, **texts)
    assert [code for code, _ in found] == ["SHT05"] * (1 if level == "1" else 2)


def test_a_community_whose_row_is_in_error_is_known_and_so_are_its_people(tmp_path: Path) -> None:
    texts = {"c": COMMUNITIES.format("没有的类型"), "p": PEOPLE.format("2026-09-05"), "e": LEVELS.format("1")}
    assert [code for code, _ in imported(tmp_path, **texts)] == ["SHT06"]
    assert [code for code, _ in imported(tmp_path, **dict(reversed(texts.items())))] == ["SHT06"]


def test_people_of_a_sheet_that_lacks_a_column_are_known(tmp_path: Path) -> None:
    found = imported(tmp_path, p="学员,社区,角色\n学员0009,社区0001,\n", e=LEVELS.format("1"))
    assert [code for code, _ in found] == ["SHT03"]


def test_nobody_becomes_known_by_a_row_of_another_sheet_that_is_in_error(tmp_path: Path) -> None:
    found = imported(tmp_path, e=LEVELS.format("十"))
    assert sorted(code for code, _ in found) == ["REF01", "SHT05"]


def test_a_label_of_a_community_is_none_of_a_person(tmp_path: Path) -> None:
    found = imported(tmp_path, c="社区,社区类型\n学员0009,没有的类型\n", e=LEVELS.format("1"))
    assert sorted(code for code, _ in found) == ["REF01", "REF01", "SHT06"]
