"""`diff` and `whatif` from the command line: what they print, what they keep back, what they refuse."""

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
    """Two workspaces, ``old`` and ``new``: in the new one T1-P takes an hour less; people; the current folder is ``new``."""
    for name in ("old", "new"):
        shutil.copytree(TINY, tmp_path / name)
    topics = tmp_path / "new" / "curricula" / "tiny" / "topics.yaml"
    text = topics.read_text(encoding="utf-8")
    topics.write_text("# moved down\n\n" + text.replace("exercise\nhours: 2", "exercise\nhours: 1"), encoding="utf-8")
    write_people(tmp_path / "people.jsonl", range(30))
    monkeypatch.chdir(tmp_path / "new")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, *AS_OF])


def test_documents_alone_are_compared_where_no_people_are_named(here: Path) -> None:
    result = run("diff", "../old", ".")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "What differs between ../old and ."
    assert "documents: 0 added, 0 removed, 1 changed" in lines
    row = next(line for line in lines if line.startswith("module")).split()
    assert row[:6] == ["module", "T1-P", "changed", "hours", "2.0", "1.0"]
    old, new = (int(place.rpartition(":")[2]) for place in row[6:])
    assert new == old + 2
    assert "Plans that differ" not in result.output


def test_people_are_counted_and_small_counts_kept_back_unless_they_are_listed(here: Path) -> None:
    result = run("diff", "../old", "--people", "../people.jsonl", "--format", "json")
    tables = json.loads(result.output)["tables"]
    totals = {row[0]: row[2] for row in tables["totals"]["rows"]}
    assert totals["people"] == 30
    assert totals["solved"] >= totals["changed"] > 5
    assert totals["hours_lost"] > 0
    assert "学员" not in result.output
    assert all(cell is None or cell == 0 or cell >= 5 for row in tables["modules"]["rows"] for cell in row[2:])
    few = run("diff", "../old", "--people", "../people.jsonl", "--smallest", "1000", "--format", "json")
    assert {row[2] for row in json.loads(few.output)["tables"]["totals"]["rows"][2:]} <= {None, 0}
    listed = json.loads(
        run("diff", "../old", "--people", "../people.jsonl", "--list-people", "--format", "json").output
    )
    assert len(listed["tables"]["people"]["rows"]) == totals["changed"]
    assert {row[-1] for row in listed["tables"]["people"]["rows"]} == {"module T1-P"}


def test_full_says_the_same_and_that_it_solved_everyone(here: Path) -> None:
    some, every = (
        json.loads(run("diff", "../old", "--people", "../people.jsonl", "--format", "json", *full).output)["tables"]
        for full in ((), ("--full",))
    )
    assert every["totals"]["rows"][1][2] == 30
    some["totals"]["rows"][1] = every["totals"]["rows"][1]
    assert some == every


@pytest.mark.parametrize("form", ["terminal", "markdown", "html"])
def test_every_format_in_both_languages(here: Path, form: str) -> None:
    for lang, title in (("zh", "计划的变化"), ("en", "Plans that differ")):
        arguments = ["diff", "../old", "--people", "../people.jsonl", "--format", form, *AS_OF[:-1], lang]
        assert title in CliRunner().invoke(app, arguments).output


def test_tables_are_written_beside(here: Path) -> None:
    assert run("diff", "../old", "--people", "../people.jsonl", "--tables", "out").exit_code == 0
    names = {path.name for path in Path("out").iterdir()}
    assert names == {"schema.json", "documents.csv", "totals.csv", "levels.csv", "modules.csv", "causes.csv"}


def test_what_if_answers_without_touching_a_file(here: Path) -> None:
    before = {path: path.read_bytes() for path in Path().rglob("*.yaml")}
    changes = here / "changes.yaml"
    changes.write_text("set:\n  - {document: module T1-P, path: hours, value: 4}\n", encoding="utf-8")
    result = run("whatif", str(changes), "--people", "../people.jsonl", "--list-people")
    assert result.exit_code == 0, result.output
    assert "hours gained" in result.output
    assert "module T1-P" in result.output
    assert before == {path: path.read_bytes() for path in Path().rglob("*.yaml")}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("diff", "nowhere"), 2), (("diff", "git:-x"), 2), (("whatif", "nowhere.yaml"), 2), (("diff",), 2)],
)
def test_what_cannot_be_compared_is_a_wrong_command_line(here: Path, arguments: tuple[str, ...], code: int) -> None:
    assert run(*arguments).exit_code == code


def test_a_wrong_file_of_changes_ends_with_code_1(here: Path) -> None:
    (here / "changes.yaml").write_text("drop: [T1-T]\n", encoding="utf-8")
    result = run("whatif", str(here / "changes.yaml"))
    assert result.exit_code == 1
    assert "cannot be dropped" in result.output + result.stderr


def test_hours_asked_for_do_not_hide_hours_that_are_supposed(here: Path) -> None:
    Path("changes.yaml").write_text("hours_per_year: 30\n", encoding="utf-8")
    hidden = run("whatif", "changes.yaml", "--hours", "50")
    assert (hidden.exit_code, hidden.stdout) == (2, "")
    assert "changes.yaml changes the hours of a year, which --hours would hide: use one of the two" in hidden.stderr
    assert run("whatif", "changes.yaml").exit_code == 0
