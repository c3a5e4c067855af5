"""`compare` from the command line: what it prints in both languages, what it keeps back, what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from competency_engine.cli.app import app
from tests.worlds.files import TINY
from tests.worlds.lines import write_people

AS_OF = ("--as-of", "2026-11-21", "--curriculum", "tiny", "--lang", "en")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Workspaces ``one`` and ``two``: in ``two`` the new secretary needs BAS-1 at level 1 alone; the current folder is ``two``."""
    for name in ("one", "two"):
        shutil.copytree(TINY, tmp_path / name)
    roles = tmp_path / "two" / "models" / "tiny" / "roles.yaml"
    text = roles.read_text(encoding="utf-8")
    roles.write_text(text.replace("BAS-1: 2, BAS-2: 1", "BAS-1: 1, BAS-2: 1"), encoding="utf-8")
    write_people(tmp_path / "a.jsonl", range(30))
    write_people(tmp_path / "b.jsonl", range(30, 60))
    monkeypatch.chdir(tmp_path / "two")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, *AS_OF])


def test_two_curricula_without_people(here: Path) -> None:
    result = run("compare", "../one")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "Side by side: A ../one, B ."
    assert "units only in A: 0, only in B: 0; pairs that are not simply the same: 0" in lines
    assert "What roles require" in lines
    row = next(line for line in lines if line.startswith("new ")).split()
    assert row == ["new", "BAS-1", "BAS-1", "2", "2", "1", "-1"]
    assert "The people of both sides" not in lines


@pytest.mark.parametrize("form", ["terminal", "markdown", "html"])
def test_every_format_in_both_languages(here: Path, form: str) -> None:
    for lang, title in (("zh", "两侧的人"), ("en", "The people of both sides")):
        people = ("--people-a", "../a.jsonl", "--people-b", "../b.jsonl", "--format", form)
        result = CliRunner().invoke(app, ["compare", ".", *people, *AS_OF[:-1], lang])
        assert result.exit_code == 0, result.output
        assert title in result.output


def test_small_counts_are_kept_back_and_nobody_is_named(here: Path) -> None:
    people = ("--people-a", "../a.jsonl", "--people-b", "../b.jsonl", "--format", "json")
    found = run("compare", ".", *people)
    assert "学员0" not in found.output
    gaps = json.loads(found.output)["tables"]["gaps"]
    names = [column["id"] for column in gaps["columns"]]
    for row in gaps["rows"]:
        cells = dict(zip(names, row, strict=True))
        for side in "ab":
            assert cells[f"{side}_people"] is None or cells[f"{side}_people"] == 0 or cells[f"{side}_people"] >= 5
        if cells["a_people"] is None or cells["b_people"] is None:
            assert cells["difference"] is None
    few = json.loads(run("compare", ".", *people, "--smallest", "1000").output)["tables"]
    assert {cell for row in few["measures"]["rows"] for cell in row[1:]} == {None}


def test_tables_are_written_beside(here: Path) -> None:
    result = run("compare", ".", "--people-a", "../a.jsonl", "--people-b", "../b.jsonl", "--tables", "out")
    assert result.exit_code == 0, result.output
    names = {path.stem for path in Path("out").glob("*.csv")}
    assert names == {
        "units", "coverage", "steps", "requirements", "findings", "measures", "gaps", "demand_topics", "unserved", "response",
    }  # fmt: skip


@pytest.mark.parametrize(
    "arguments", [("nowhere",), ("git:-x",), (".", "--people-a", "nowhere.jsonl"), (".", "--curriculum-b", "none"), ()]
)
def test_what_cannot_be_compared_is_a_wrong_command_line(here: Path, arguments: tuple[str, ...]) -> None:
    assert run("compare", *arguments).exit_code == 2


WALK = """kind: crosswalk
id: walk
title: {zh: 对照, en: Walk}
from_model: tiny
to_model: tiny
maps:
  - {unit: POL-1, to: [{unit: POL-1}]}
  - {unit: BAS-1, to: [{unit: BAS-2, levels: {1: 1, 2: 3}}]}
  - {unit: BAS-2, to: [{unit: SKL-1, relation: isRelatedTo}]}
  - {unit: SKL-1, to: []}
  - {unit: DUT-1, to: [{unit: DUT-1}]}
certainty: illustrative
"""


def test_a_crosswalk_says_what_stands_beside_what_and_lists_the_rest(here: Path) -> None:
    """BAS-1 at level 2 counts as BAS-2 at level 3: an old secretary needs 2 there and 3 here, which is the same."""
    Path("walk.yaml").write_text(WALK, encoding="utf-8")
    result = run("compare", "../one", ".", "--crosswalk", "walk.yaml", "--format", "json")
    tables = json.loads(result.output)["tables"]
    assert [(row[0], row[1], row[2]["en"], row[3]) for row in tables["units"]["rows"]] == [
        ("BAS-1", "BAS-2", "same", "1→1 2→3"),
        ("BAS-2", "SKL-1", "related, nothing counts", None),
        ("DUT-1", "DUT-1", "same", None),
        ("POL-1", "POL-1", "same", None),
        ("SKL-1", None, "only in A", None),
        (None, "BAS-1", "only in B", None),
    ]
    asked = {tuple(row[:3]): row[3:] for row in tables["requirements"]["rows"]}
    assert asked["old", "BAS-1", "BAS-2"] == [2, 3, 3, 0]
    assert asked["new", "BAS-1", "BAS-2"] == [2, 3, 1, -2]
    assert asked["new", "BAS-2", "SKL-1"] == [1, None, None, None]
    assert asked["new", None, "BAS-1"] == [None, None, 1, None]


def test_a_wrong_crosswalk_ends_with_code_1_and_every_problem(here: Path) -> None:
    Path("walk.yaml").write_text(
        WALK.replace("to_model: tiny", "to_model: other").replace("{unit: POL-1}", "{unit: POL}"), encoding="utf-8"
    )
    result = run("compare", "../one", ".", "--crosswalk", "walk.yaml")
    assert result.exit_code == 1
    assert "walk.yaml:5" in result.output
    assert "walk.yaml:7" in result.output
    assert run("compare", "../one", "--crosswalk", "none.yaml").exit_code == 2
