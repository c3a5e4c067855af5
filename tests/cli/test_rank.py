"""`rank` from the command line: what it prints, what it keeps back, and that a printed change does what it says."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from competency_engine.cli.app import app
from tests.worlds.files import TINY
from tests.worlds.lines import write_people

AS_OF = ("--as-of", "2026-11-21", "--curriculum", "tiny", "--lang", "en")


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(TINY)
    return write_people(tmp_path / "people.jsonl", range(60))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, *AS_OF])


def tables(result: Result) -> dict[str, list[dict[str, Any]]]:
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)["tables"]
    return {
        name: [dict(zip([c["id"] for c in table["columns"]], row, strict=True)) for row in table["rows"]]
        for name, table in found.items()
    }


def test_a_printed_change_that_is_pasted_gives_the_numbers_of_its_row(people: Path, tmp_path: Path) -> None:
    found = tables(run("rank", "--people", str(people), "--format", "json"))
    assert [row["rank"] for row in found["ranking"]] == [1, 2, 3, None]
    for row in found["ranking"]:
        (tmp_path / "changes.yaml").write_text(row["file"], encoding="utf-8")
        pasted = tables(run("whatif", str(tmp_path / "changes.yaml"), "--people", str(people), "--format", "json"))
        totals = {total["id"]: total["value"] for total in pasted["totals"]}
        few_lose = totals["closes_less"] is None
        assert row["gaining"] == (None if few_lose else totals["closes_more"])
        assert [row[name] for name in ("changed", "hours_gained", "hours_lost")] == [
            totals[name] for name in ("changed", "hours_gained", "hours_lost")
        ]
        levels = tables(
            run(
                "whatif", str(tmp_path / "changes.yaml"), "--people", str(people), "--smallest", "1", "--format", "json"
            )
        )["levels"]
        assert row["levels"] == sum(level["gained"] - level["lost"] for level in levels)


def test_what_rests_on_few_people_is_not_shown_and_counted(people: Path) -> None:
    every = tables(run("rank", "--people", str(people), "--smallest", "1", "--format", "json"))
    few = tables(run("rank", "--people", str(people), "--smallest", "12", "--format", "json"))
    assert all(row["gaining"] is None or row["gaining"] >= 12 for row in few["ranking"][:-1])
    totals = {row["id"]: row["value"] for row in few["totals"]}
    assert totals["closing"] == len(every["ranking"]) - 1
    assert totals["kept_back"] == totals["closing"] - len(few["ranking"]) + 1 > 0
    first = tables(run("rank", "--people", str(people), "--top", "1", "--format", "json"))["ranking"]
    assert len({row["kind"]["en"] for row in first}) == len(first) == 3


def test_the_best_change_is_shown_as_a_file_in_both_languages_with_what_to_mind(people: Path) -> None:
    english = run("rank", "--people", str(people), "--smallest", "1").output
    assert "somebody wrote a prerequisite for a reason" in english
    assert '"path": "requires"' in english
    chinese = CliRunner().invoke(app, ["rank", "--people", str(people), *AS_OF[:-1], "zh"]).output
    assert "先修写下来有它的理由" in chinese
    assert "参照：每年 " in chinese


def test_without_anything_to_close_it_says_so(people: Path) -> None:
    result = run("rank", "--people", str(people), "--smallest", "1000")
    assert "no single change closes further gaps of enough people" in result.output


def test_tables_are_written_beside(people: Path, tmp_path: Path) -> None:
    assert run("rank", "--people", str(people), "--tables", str(tmp_path / "out")).exit_code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"schema.json", "ranking.csv", "totals.csv"}
    with (tmp_path / "out" / "ranking.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["file"].startswith(("set:", "unset:", "add:"))


def test_a_broken_line_among_the_first_is_told_after_the_last(people: Path) -> None:
    """Sixty people are counted in fifteen parts; the first line holds nobody."""
    lines = people.read_text(encoding="utf-8").splitlines()
    people.write_text("\n".join(["{}", *lines[1:]]) + "\n", encoding="utf-8")
    result = run("rank", "--people", str(people))
    assert result.exit_code == 1
    assert "people.jsonl:1" in result.output


@pytest.mark.parametrize("arguments", [("--top", "0"), ("--people", "nowhere.jsonl")])
def test_what_cannot_be_ranked_is_a_wrong_command_line(people: Path, arguments: tuple[str, ...]) -> None:
    assert run("rank", *arguments).exit_code == 2
