"""`competency-engine handbook`: what it writes where, and what it says of a wrong command."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from competency_engine.cli import app
from tests.worlds.files import TINY
from tests.worlds.handbooks import words_in
from tests.worlds.lines import write_people

DATE = ("--as-of", "2026-11-21")


@pytest.fixture(autouse=True)
def in_the_tiny_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TINY)


@pytest.fixture
def people(tmp_path: Path) -> tuple[str, str]:
    return "--people", str(write_people(tmp_path / "people.jsonl", range(3)))


def run(*arguments: object, lang: str = "en") -> Result:
    return CliRunner().invoke(app, ["handbook", *map(str, arguments), "--lang", lang])


def test_one_person_is_one_file_in_the_format_of_its_name(people: tuple[str, str], tmp_path: Path) -> None:
    for suffix, head in (("docx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!DOCTYPE"), ("ics", b"BEGIN:VCALENDAR")):
        out = tmp_path / f"one.{suffix}"
        result = run("学员000001", *people, *DATE, "--out", out)
        assert result.exit_code == 0, result.output
        assert out.read_bytes().startswith(head)
    assert "Study handbook of 学员000001" in words_in((tmp_path / "one.docx").read_bytes())
    assert result.stdout == ""


def test_everyone_goes_into_a_folder_and_into_one_file(people: tuple[str, str], tmp_path: Path) -> None:
    merged = tmp_path / "all.docx"
    result = run("--all", *people, *DATE, "--out", tmp_path / "city", "--merged", merged, "--workers", 2, lang="zh")

    assert result.exit_code == 0, result.output
    assert "3 人，写入" in result.stderr
    assert sorted(path.name for path in (tmp_path / "city").iterdir()) == [
        "manifest.jsonl", "学员000000.docx", "学员000001.docx", "学员000002.docx",
    ]  # fmt: skip
    assert words_in(merged.read_bytes()).count("签字") == 6
    again = run("--all", *people, *DATE, "--out", tmp_path / "city")
    assert "3 people in" in again.stderr


def test_the_lists_of_everyone_are_one_workbook(people: tuple[str, str], tmp_path: Path) -> None:
    assert run("--all", *people, *DATE, "--out", tmp_path / "city.xlsx").exit_code == 0
    assert load_workbook(tmp_path / "city.xlsx").sheetnames == ["By module", "By month", "Class sizes"]


def test_the_template_that_is_written_can_be_used(people: tuple[str, str], tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    assert run("--save-template", own).exit_code == 0
    assert run("学员000001", *people, *DATE, "--out", tmp_path / "a.docx", "--template", own).exit_code == 0
    assert run("学员000001", *people, *DATE, "--out", tmp_path / "b.docx").exit_code == 0
    assert words_in((tmp_path / "a.docx").read_bytes()) == words_in((tmp_path / "b.docx").read_bytes())
    assert "is not overwritten" in run("--save-template", own).stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name people, or use --all"),
        (("学员000001",), "say where to write with --out"),
        (("学员000001", "--out", "x.txt"), "x.txt should end in .docx"),
        (("学员000001", "--out", "x.docx", "--format", "pdf"), "x.docx should end in .pdf"),
        (("--all", "--out", "x.pdf"), "for one file of all use --merged"),
        (("学员000001", "--out", "x.docx", "--merged", "y.docx"), "--merged goes with a folder of docx or pdf"),
        (("--all", "--out", "x", "--merged", "y.pdf"), "y.pdf should end in .docx"),
        (("--all", "--out", "x", "--format", "html", "--merged", "y.html"), "--merged goes with a folder"),
        (("学员000001", "--out", "x.pdf", "--template", "t.docx"), "--template is for docx alone"),
        (("学员000001", "--out", "x.docx", "--template", "t.docx"), "cannot read t.docx"),
        (("--all", "--out", "x", "--plans", "p.jsonl", "--hours", "9"), "the plans in --plans have their dates"),
        (("--save-template", "x.doc"), "should end in .docx"),
        (("学员999999", "--out", "x.docx"), "there is no person 学员999999"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(
    arguments: tuple[str, ...], said: str, people: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(TINY.iterdir())
    result = run(*arguments, *people)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert sorted(TINY.iterdir()) == before


def test_somebody_without_a_handbook_is_exit_code_one(people: tuple[str, str], tmp_path: Path) -> None:
    with Path(people[1]).open("a", encoding="utf-8") as file:
        file.write("{}\n")
    result = run("--all", *people, *DATE, "--out", tmp_path / "city")
    assert result.exit_code == 1
    assert "3 people in" in result.stderr
    assert "these people have no handbook" in result.stderr


@pytest.mark.parametrize("arguments", [("--out", "x.pdf"), ("--out", "x.docx", "--template", "people.jsonl")])
def test_a_missing_package_is_named(
    arguments: tuple[str, ...], people: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".", maxsplit=1)[0] in ("reportlab", "docxtpl", "pypdf"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.chdir(Path(people[1]).parent)
    monkeypatch.setattr(builtins, "__import__", without)
    result = run("学员000001", *arguments, *people, *DATE)
    assert result.exit_code == 2
    assert "pip install 'competency-engine[office]'" in result.stderr
