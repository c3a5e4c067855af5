"""What the commands say about the tiny world, compared whole; each answer can be checked by hand from its files.

学员0001 is a seasoned secretary with BAS-1 at 1 and BAS-2 at 1: missing are POL-1 at 1 (the floor) and 2, BAS-1 at 2,
BAS-2 at 2 and 3. `pytest tests/cli/test_explain_tiny.py --golden` rewrites the expected outputs.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from competency_engine.cli import app
from tests.worlds.files import TINY

GOLDEN = Path(__file__).parent / "golden"
PEOPLE = """\
kind: community
id: 社区0001
types: [old_estate]
facts: {blocks_without_lift: 3}
---
kind: person
id: 学员0001
community: 社区0001
post_since: 2020-01-01
---
kind: evidence
id: e1
person: 学员0001
records:
  - {unit: POL-1, level: 0, date: 2026-09-01}
  - {unit: BAS-1, level: 1, date: 2026-09-01}
  - {unit: BAS-2, level: 1, date: 2026-09-01, gap_kind: ability}
"""
TWIN = """\
kind: module
id: SKL-1-V
title: {zh: 看一次加装, en: Seeing one lift built}
phase: cognition
mode: field_base
form: site_visit
hours: 2
brings: {SKL-1: 1}
certainty: illustrative
"""
CASES = {
    "overview": ("explain", "学员0001"),
    "module_taken": ("explain", "学员0001", "T1-P"),
    "module_left_out": ("explain", "学员0001", "SKL-1-C"),
    "module_too_long": ("explain", "学员0001", "T2-P", "--hours", "4"),
    "topic_planned": ("explain", "学员0001", "P1"),
    "topic_open": ("explain", "学员0001", "T2", "--hours", "10"),
    "topic_too_long": ("explain", "学员0001", "T2", "--hours", "4"),
    "unit_over_budget": ("explain", "学员0001", "BAS-2", "--hours", "4"),
    "unit_floor_unmet": ("explain", "学员0001", "POL-1", "--hours", "0.75"),
    "price": ("price", "学员0001"),
    "price_of_gaps": ("price", "学员0001", "--count-gaps"),
    "no_alternatives": ("alternatives", "学员0001"),
    "alternatives": ("alternatives", "学员0001", "--hours", "6"),
    "chosen": ("plan", "学员0001", "--with", "SKL-1-C", "--without", "P1-P"),
    "impossible": ("plan", "学员0001", "--with", "BAS-2-G", "--without", "T1-P", "--hours", "6"),
}


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny world with one person."""
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, lang: str = "en") -> Result:
    return CliRunner().invoke(app, [*arguments, "--as-of", "2026-11-21", "--lang", lang])


def compare(name: str, text: str, pytestconfig: pytest.Config) -> None:
    path = GOLDEN / name
    if pytestconfig.getoption("--golden"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


def add_twin(workspace: Path) -> None:
    """Add a second module of two hours to SKL-1 at 1."""
    (workspace / "curricula" / "tiny" / "twin.yaml").write_text(TWIN, encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_as_written_down(case: str, lang: str, workspace: Path, pytestconfig: pytest.Config) -> None:
    if case == "alternatives":
        add_twin(workspace)
    result = run(*CASES[case], lang=lang)
    assert result.exit_code == (1 if case == "impossible" else 0), result.stderr
    compare(f"{case}.{lang}.txt", result.stdout, pytestconfig)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_picture_is_sound_and_says_what_it_shows(lang: str, pytestconfig: pytest.Config) -> None:
    text = run("price", "学员0001", "--format", "svg", lang=lang).stdout
    compare(f"price.{lang}.svg", text, pytestconfig)
    root = ElementTree.fromstring(text)
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("aria-labelledby") == "title description"
    assert named["title"] is not None
    assert "学员0001" in named["title"]
    assert named["description"] is not None
    assert {element.tag.partition("}")[2] for element in root.iter()} <= {
        *("svg", "title", "desc", "rect", "text", "polygon", "path")
    }


def test_an_unreachable_level_says_what_would_open_it(workspace: Path, pytestconfig: pytest.Config) -> None:
    """BAS-2-G takes four hours; in months of three no module brings BAS-2 to 3."""
    head = workspace / "curricula" / "tiny" / "curriculum.yaml"
    head.write_text(
        head.read_text(encoding="utf-8").replace("hours_per_month: 6", "hours_per_month: 3"), encoding="utf-8"
    )
    result = run("explain", "学员0001", "BAS-2", lang="zh")
    assert result.exit_code == 0, result.stderr
    compare("unit_out_of_reach.zh.txt", result.stdout, pytestconfig)
    answer = json.loads(run("explain", "学员0001", "BAS-2", "--format", "json").stdout)
    assert answer["opens_with"]["dropped_rule"] == [
        {"kind": "month_cap", "rule": "3 h a month", "at": "curricula/tiny/curriculum.yaml:16"}
    ]


def test_the_first_alternative_is_the_plan_that_asks_for_it(workspace: Path) -> None:
    add_twin(workspace)
    answer = json.loads(run("alternatives", "学员0001", "--hours", "6", "--format", "json").stdout)
    first = answer["alternatives"][0]
    asked = [option for module in first["in"] for option in ("--with", module)]
    chosen = json.loads(run("plan", "学员0001", "--hours", "6", "--format", "json", *asked).stdout)
    assert {step["module"]: step["month"] for step in chosen["steps"]} == first["months"]


def test_each_row_of_the_price_list_is_the_plan_of_its_budget() -> None:
    points = json.loads(run("price", "学员0001", "--format", "json").stdout)["points"]
    assert len(points) > 3
    for point in points[1:]:
        plan = json.loads(run("plan", "学员0001", "--hours", f"{point['hours_per_year']:g}", "--format", "json").stdout)
        assert [step["module"] for step in plan["steps"]] == point["modules"]
        assert [stage["value"] for stage in plan["stages"][: len(point["value"])]] == point["value"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("plan", "--with", "T1-T", "--all"), "--with and --without are for one person at a time"),
        (
            ("plan", "--without", "T1-T", "--all", "--out", "x.jsonl"),
            "--with and --without are for one person at a time",
        ),
        (("plan", "学员0001", "--with", "T1-X"), "there is no module T1-X; did you mean T1-T?"),
        (("plan", "学员0001", "--with", "T1-T", "--without", "T1-T"), "T1-T cannot be both asked for"),
        (("plan", "学员0001", "--format", "svg"), "there is no picture here; svg is for price"),
        (("explain", "学员0001", "T1-X"), "there is no module, topic or unit T1-X; did you mean T1-T?"),
        (("price", "学员0009"), "there is no person 学员0009"),
    ],
)
def test_a_wrong_request_ends_in_one_message_and_code_two(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_completed_module_is_not_asked_for_again(workspace: Path) -> None:
    people = workspace / "people" / "people.yaml"
    done = "post_since: 2020-01-01\ncompleted: [{module: P1-C, date: 2026-10-01}]"
    people.write_text(PEOPLE.replace("post_since: 2020-01-01", done), encoding="utf-8")
    result = run("plan", "学员0001", "--with", "P1-C")
    assert result.exit_code == 2
    assert "P1-C: completed already and not repeated" in result.stderr
    assert "it is completed already" in run("explain", "学员0001", "P1-C").stdout
