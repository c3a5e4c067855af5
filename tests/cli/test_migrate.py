"""`migrate` from the command line: folders and lines, plans, crosswalks, and what it refuses."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from competency_engine.cli.app import app
from tests.worlds.files import TINY
from tests.worlds.lines import write_people

USUAL = ("--curriculum", "tiny", "--lang", "en")
RETIRED = """---
kind: retired_unit
id: VIS-1
title: {zh: 走访, en: Visits}
retired: 2026-06-01
replaced_by: [{unit: BAS-1}]
certainty: illustrative
---
kind: retired_unit
id: ALL-1
title: {zh: 基本功, en: Basics}
retired: 2026-06-01
replaced_by: [{unit: POL-1, relation: hasPart}, {unit: BAS-2, relation: hasPart, levels: {2: 1, 3: 2}}]
certainty: illustrative
---
kind: retired_unit
id: OUT-1
title: {zh: 取消的, en: Dropped}
retired: 2026-06-01
replaced_by: []
certainty: illustrative
"""
PEOPLE = """kind: community
id: C1
types: [old_estate]
title: {zh: 一社区, en: Community One}
facts: {blocks_without_lift: 2}
---
kind: person
id: 甲
community: C1
post_since: 2024-01-01
completed: [{module: P1-C, date: 2026-01-05}, {module: GONE, date: 2026-01-06}]
---
kind: evidence
id: e
person: 甲
records:
  - {unit: VIS-1, level: 2, date: 2026-01-01, gap_kind: quality}
  - {unit: ALL-1, level: 3, date: 2026-02-01, valid_until: 2027-02-01}
  - {unit: OUT-1, level: 1, date: 2026-02-01}
  - {unit: TYPO, level: 1, date: 2026-02-01}
  - {unit: BAS-2, level: 1, date: 2025-02-01}
surveys: [{date: 2026-03-01, importance: {VIS-1: 4}}]
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of the tiny world with three retired units, and a folder of people; the current folder is the workspace."""
    work = tmp_path / "work"
    shutil.copytree(TINY, work)
    units = work / "models" / "tiny" / "units.yaml"
    units.write_text(units.read_text(encoding="utf-8") + RETIRED, encoding="utf-8")
    (work / "people").mkdir()
    (work / "people" / "all.yaml").write_text(PEOPLE, encoding="utf-8")
    (work / "people" / "sittings.csv").write_text(
        "学员,来源,日期,VIS-1,POL-1\n甲,self,2026-03-01,2,\n甲,self,2026-04-01,,1\n", encoding="utf-8"
    )
    monkeypatch.chdir(work)
    return work


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, *USUAL])


def listed(folder: str, name: str) -> list[list[str]]:
    with Path(folder, "report", f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def totals(result: Result) -> dict[str, int]:
    return {row[0]: row[2] for row in json.loads(result.stdout)["tables"]["totals"]["rows"]}


def test_a_folder_is_carried_over_with_every_record_kept_or_listed(here: Path) -> None:
    """Ten records: BAS-2, POL-1 and P1-C stay; VIS-1 thrice and ALL-1 go along; three have nowhere to go."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    result = run("migrate", "people", "--out", "new", "--format", "json")
    assert result.exit_code == 0, result.output
    assert totals(result) == {"people": 1, "read": 10, "kept": 3, "carried": 4, "unmapped": 3}
    assert listed("new", "unmapped") == [
        ["people/all.yaml", "19", "甲", "settled level", "OUT-1", "1", "2026-02-01", "the unit was dropped, and nothing replaced it"],
        ["people/all.yaml", "20", "甲", "settled level", "TYPO", "1", "2026-02-01", "nothing has this id now, and nothing says what replaced it"],
        ["people/all.yaml", "11", "甲", "module completed", "GONE", "", "2026-01-06", "nothing has this id now, and nothing says what replaced it"],
    ]  # fmt: skip
    carried = [(row[0], row[1], *row[4:]) for row in listed("new", "carried")]
    assert carried == [
        ("people/all.yaml", "17", "VIS-1", "2", "2026-01-01", "BAS-1", "2"),
        ("people/all.yaml", "18", "ALL-1", "3", "2026-02-01", "BAS-2", "2"),
        ("people/all.yaml", "18", "ALL-1", "3", "2026-02-01", "POL-1", "3"),
        ("people/sittings.csv", "2", "VIS-1", "2", "2026-03-01", "BAS-1", "2"),
        ("people/all.yaml", "22", "VIS-1", "4", "2026-03-01", "BAS-1", "4"),
    ]
    evidence = Path("new/people/evidence.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "甲,BAS-1,2,2026-01-01,,素质短板" in evidence
    assert "Community One" in Path("new/people/communities.yaml").read_text(encoding="utf-8")
    assert {path: path.read_bytes() for path in before} == before
    assert run("gaps", "--people", "new/people", "--as-of", "2026-11-21").exit_code == 0
    assert run("gaps", "--people", "people", "--as-of", "2026-11-21").exit_code == 1


def test_twice_is_once(here: Path) -> None:
    run("migrate", "people", "--out", "new")
    result = run("migrate", "new/people", "--out", "again", "--format", "json")
    assert totals(result)["carried"] == totals(result)["unmapped"] == 0
    names = [path.name for path in Path("new/people").iterdir()]
    assert all(Path("new/people", name).read_bytes() == Path("again/people", name).read_bytes() for name in names)
    assert sorted(names) == sorted(path.name for path in Path("again/people").iterdir())


def old_lines(folder: Path) -> None:
    """People with BAS-1 under its old id; who has nothing of it keeps the very line."""
    write_people(folder / "now.jsonl", range(30))
    text = (folder / "now.jsonl").read_text(encoding="utf-8")
    (folder / "old.jsonl").write_text(text.replace('"unit": "BAS-1"', '"unit": "VIS-1"'), encoding="utf-8")


def test_lines_are_carried_over_and_those_that_stay_keep_their_bytes(here: Path) -> None:
    old_lines(here)
    assert run("migrate", "old.jsonl", "--out", "new").exit_code == 0
    old, now, new = (Path(name).read_bytes().splitlines() for name in ("old.jsonl", "now.jsonl", "new/people.jsonl"))
    for before, meant, after in zip(old, now, new, strict=True):
        assert json.loads(after)["person"] == json.loads(meant)["person"]
        key = lambda record: (record["unit"], record["date"])  # noqa: E731
        assert sorted(json.loads(after)["evidence"], key=key) == sorted(json.loads(meant)["evidence"], key=key)
        assert (before == after) == (b"VIS-1" not in before)
    assert len(listed("new", "carried")) == sum(line.count(b"VIS-1") for line in old) > 5


def test_plans_that_still_stand_are_carried_over_and_verified(here: Path) -> None:
    old_lines(here)
    run("plan", "--all", "--people", "now.jsonl", "--out", "plans.jsonl", "--as-of", "2026-11-21")
    lines = Path("plans.jsonl").read_text(encoding="utf-8").splitlines()
    other = json.loads(lines[0])
    other["steps"] = other["steps"][:-1]
    gone = json.loads(lines[1].replace("T1-P", "T1-OLD"))
    moved = json.loads(lines[2])
    module, month = moved["steps"][-1]["module"], moved["steps"][-1]["month"]
    moved["steps"][-1]["month"] = "2027-12" if month != "2027-12" else "2027-11"
    changed = json.loads(lines[3])
    changed["inputs"]["earlier"] = "0" * 64
    Path("plans.jsonl").write_text(
        "\n".join([*map(json.dumps, (other, gone, moved, changed)), *lines[4:]]) + "\n", encoding="utf-8"
    )
    units = here / "models" / "tiny" / "units.yaml"
    units.write_text(units.read_text(encoding="utf-8") + "# another library\n", encoding="utf-8")
    assert run("verify", "plans.jsonl", "--people", "old.jsonl").exit_code == 1
    result = run("migrate", "old.jsonl", "--out", "new", "--plans", "plans.jsonl", "--format", "json")
    assert result.exit_code == 0, result.output
    assert {key: totals(result)[key] for key in ("plans", "plans_kept", "plans_again")} == {"plans": 30, "plans_kept": 26, "plans_again": 4}  # fmt: skip
    again = listed("new", "plans")
    assert [row[1] for row in again] == ["1", "2", "3", "4"]
    assert again[0][3].startswith("now takes: ")
    assert again[1][3] == "modules are in the curriculum no more: T1-OLD"
    assert again[2][3] == f"in other months: {module}"
    assert again[3][3] == "replan changed an earlier plan into it: run replan again"
    verified = run("verify", "new/plans.jsonl", "--people", "new/people.jsonl")
    assert verified.exit_code == 0, verified.output


def test_by_a_crosswalk(here: Path) -> None:
    """Lines of a model whose unit N-1 is BAS-1, one level lower."""
    write_people(here / "now.jsonl", range(30))
    text = Path("now.jsonl").read_text(encoding="utf-8")
    Path("old.jsonl").write_text(text.replace('"unit": "BAS-1"', '"unit": "N-1"'), encoding="utf-8")
    Path("walk.yaml").write_text(
        "kind: crosswalk\nid: walk\ntitle: {zh: 对照, en: Walk}\nfrom_model: national\nto_model: tiny\n"
        "maps: [{unit: N-1, to: [{unit: BAS-1, levels: {1: 0, 2: 1}}]}]\ncertainty: illustrative\n",
        encoding="utf-8",
    )
    without = run("migrate", "old.jsonl", "--out", "none", "--format", "json")
    assert totals(without)["unmapped"] == text.count('"unit": "BAS-1"')
    result = run("migrate", "old.jsonl", "--out", "new", "--crosswalk", "walk.yaml", "--format", "json")
    assert totals(result)["carried"] == text.count('"unit": "BAS-1"')
    assert {(row[5], row[8]) for row in listed("new", "carried")} == {("0", "0"), ("1", "0"), ("2", "1")}


def test_all_that_is_wrong_besides_is_told_at_once_and_nothing_is_written(here: Path) -> None:
    bad = PEOPLE.replace("types: [old_estate]", "types: [castle]").replace("level: 3", "level: 99")
    Path("people/all.yaml").write_text(bad + "---\nkind: evidence\nid: f\nperson: 乙\n", encoding="utf-8")
    result = run("migrate", "people", "--out", "new")
    assert result.exit_code == 1
    for words in ("all.yaml:3:9", "all.yaml:18", "there is no person 乙"):
        assert words in result.output
    assert "VIS-1" not in result.output
    assert not Path("new").exists()
    Path("bad.jsonl").write_text('{"person": 1}\nno json\n', encoding="utf-8")
    lines = run("migrate", "bad.jsonl", "--out", "new")
    assert lines.exit_code == 1
    assert "bad.jsonl:1" in lines.output
    assert "bad.jsonl:2" in lines.output
    assert not Path("new").exists()


def test_a_person_twice_in_a_file_of_lines_is_refused(here: Path) -> None:
    old_lines(here)
    line = Path("old.jsonl").read_text(encoding="utf-8").splitlines()[0]
    with Path("old.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    result = run("migrate", "old.jsonl", "--out", "new")
    assert result.exit_code == 1
    assert "REF02" in result.output


@pytest.mark.parametrize(
    "arguments",
    [("people",), ("people", "--out", "models"), ("nowhere", "--out", "new"), ("people", "--out", "new", "--plans", "none.jsonl"),
     ("people", "--out", "new", "--crosswalk", "none.yaml")],
)  # fmt: skip
def test_what_cannot_be_done_is_a_wrong_command_line(here: Path, arguments: tuple[str, ...]) -> None:
    assert run("migrate", *arguments).exit_code == 2
    assert not Path("new").exists()


def test_a_folder_is_never_carried_into_itself_nor_one_of_nobody_into_anything(here: Path) -> None:
    inside = run("migrate", "people", "--out", "people/new")
    assert (inside.exit_code, "lies inside the folder of people" in inside.output) == (2, True)
    assert not Path("people/new").exists()
    Path("nobody").mkdir()
    nobody = run("migrate", "nobody", "--out", "new")
    assert (nobody.exit_code, "there are no people in nobody" in nobody.output) == (2, True)
    assert not Path("new").exists()


def test_faults_of_retired_units_stop_it(here: Path) -> None:
    units = here / "models" / "tiny" / "units.yaml"
    units.write_text(units.read_text(encoding="utf-8").replace("id: OUT-1", "id: BAS-2"), encoding="utf-8")
    result = run("migrate", "people", "--out", "new")
    assert result.exit_code == 1
    assert "RPL01" in result.output


def test_the_sums_in_chinese(here: Path) -> None:
    result = CliRunner().invoke(app, ["migrate", "people", "--out", "new", *USUAL[:-1], "zh"])
    assert "没有去处，已列出" in result.output
    assert "单元已取消，无接替" in Path("new/report/unmapped.csv").read_text(encoding="utf-8")
