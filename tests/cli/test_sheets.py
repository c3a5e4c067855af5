"""`template` and `import` on the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from competency_engine.cli import app

ROOT = Path(__file__).parents[2]
ROWS = "学员,单元,等级,日期\n学员0001,CON-1,{},2026-09-05\n"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, lang: str = "en") -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, [*arguments, "--lang", lang])


def people() -> list[str]:
    """Return the shipped example's tables of people and communities."""
    return [str(ROOT / "examples" / "wuhan" / name) for name in ("people.csv", "communities.csv")]


def test_template_writes_a_workbook_in_either_language_and_overwrites_none() -> None:
    assert run("template", "roster", lang="zh").exit_code == 0
    assert load_workbook("roster.xlsx").sheetnames == ["学员花名册", "社区基本情况", "说明", "选项"]
    again = run("template", "roster")
    assert (again.exit_code, "exists and is not overwritten" in again.stderr) == (2, True)
    assert run("template", "survey", "--out", "s.xlsx", "--rows", "20").exit_code == 0
    assert load_workbook("s.xlsx").sheetnames == ["Needs survey", "Instructions", "Choices"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rooster",), "did you mean roster?"),
        (("test", "--instrument", "work"), "has no items yet"),
        (("ratings", "--instrument", "nobody"), "there is no instrument nobody"),
        (("ratings", "--out", "x.csv"), "name it x.xlsx"),
    ],
)
def test_template_says_what_is_wrong(arguments: tuple[str, ...], words: str) -> None:
    result = run("template", *arguments)
    assert (result.exit_code, words in result.stderr) == (2, True)
    assert list(Path.cwd().iterdir()) == []


def test_import_says_what_it_did_and_the_people_can_be_planned() -> None:
    result = run("import", *people())
    assert result.exit_code == 0, result.stderr
    assert re.search(r"people +60 +0 +0", result.stdout)
    assert "written: people/communities.csv, people/people.csv" in result.stdout
    assert run("gaps", "学员0001", "--as-of", "2026-11-21").exit_code == 0
    again = json.loads(run("import", *people(), "--format", "json").stdout)
    assert (again["written"], again["tables"]["people"]["unchanged"]) == ([], 60)


def test_import_refuses_with_every_problem_and_a_marked_copy() -> None:
    run("import", *people())
    Path("测.csv").write_text(ROWS.format("三"), encoding="utf-8")
    plain = run("import", "测.csv", lang="zh")
    assert plain.exit_code == 1
    assert "测.csv:2:14: 错误 SHT05 “三”不是整数" in plain.stderr
    assert "什么也没有导入；加 --marked" in plain.stderr
    assert run("import", "测.csv", "--marked", "改.xlsx").exit_code == 1
    assert load_workbook("改.xlsx").sheetnames == ["Problems", "测", "Choices"]
    assert not Path("people/evidence.csv").exists()
    for taken, words in (("测.csv", "cannot be called 测.csv"), ("改.xlsx", "exists and is not overwritten")):
        over = run("import", "测.csv", "--marked", taken)
        assert (over.exit_code, words in over.stderr) == (2, True)


def test_import_shows_old_and_new_values_and_replaces_only_when_told() -> None:
    run("import", *people())
    for level in (1, 2):
        Path("测.csv").write_text(ROWS.format(level), encoding="utf-8")
        result = run("import", "测.csv")
    assert (result.exit_code, "level is 1 already; here it is 2" in result.stderr) == (1, True)
    checked = run("import", "测.csv", "--replace", "--check")
    assert "nothing was written" in checked.stdout
    assert ",CON-1,1," in Path("people/evidence.csv").read_text(encoding="utf-8")
    assert re.search(r"学员0001 CON-1 2026-09-05 +level +1 +2", run("import", "测.csv", "--replace").stdout)
    assert ",CON-1,2," in Path("people/evidence.csv").read_text(encoding="utf-8")


def test_warnings_are_shown_and_do_not_stop_an_import() -> None:
    run("import", *people())
    Path("测.csv").write_text("姓名," + ROWS.format(1).replace("\n学员", "\n张三,学员"), encoding="utf-8")
    result = run("import", "测.csv")
    assert (result.exit_code, "SHT07" in result.stderr, "张三" in result.stderr) == (0, True, False)


def test_a_folder_of_people_must_be_a_folder() -> None:
    Path("people").write_text("", encoding="utf-8")
    assert run("import", *people()).exit_code == 2


def test_the_program_finds_the_command_whose_name_is_a_word_of_python() -> None:
    command = [sys.executable, "-m", "competency_engine", "import", "没有.xlsx", "--lang", "en"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)
    assert (result.returncode, "there is no such file" in result.stderr) == (1, True)


def test_every_code_is_explained_on_the_page_of_spreadsheets() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "competency_engine" / "interop").glob("*.py")]
    codes = set(re.findall(r'"(SHT\d\d)"', "".join(sources)))
    page = (ROOT / "docs" / "spreadsheets.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| (SHT\d\d) \|", page, re.MULTILINE)) == codes
