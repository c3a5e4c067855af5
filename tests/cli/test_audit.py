"""`audit` as an office runs it: numbers once, in every format; small groups kept back; the exit code asked for."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from competency_engine.cli import app
from competency_engine.domain.entity import PersonId
from competency_engine.planning.solve import BrokenPlanError
from competency_engine.workflows.plan import Planner, Solved

ASSESSED = Path(__file__).parents[2] / "examples" / "assessed"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["audit", "--as-of", "2026-11-21", "--lang", "en", *arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the audit of the 120 assessed people as JSON and as tables."""
    made = tmp_path_factory.mktemp("audit")
    result = run(
        "--people",
        str(ASSESSED),
        "--format",
        "json",
        "--out",
        str(made / "audit.json"),
        "--tables",
        str(made / "tables"),
    )
    assert result.exit_code == 0, result.output
    return made


def test_the_curriculum_alone_needs_nobody_and_has_no_error() -> None:
    result = run("--fail-on", "error")
    assert result.exit_code == 0
    assert "of 219 required steps 219 are taught and 219 can be reached from nothing" in result.stdout
    assert "Gaps by unit" not in result.stdout


def test_the_office_decides_what_fails() -> None:
    result = run("--fail-on", "warning")
    assert result.exit_code == 1
    assert "there are findings of level warning or worse" in result.stderr


def test_every_table_is_a_file_and_says_what_the_json_says(folder: Path) -> None:
    data = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
    schema = json.loads((folder / "tables" / "schema.json").read_text(encoding="utf-8"))
    assert data["people"] == 120
    assert set(schema) == set(data["tables"])
    for name, table in data["tables"].items():
        with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
        assert head == [column["id"] for column in schema[name]["columns"]]
        assert all(column["meaning"]["zh"] and column["meaning"]["en"] for column in schema[name]["columns"])
        assert [[told(cell) for cell in row] for row in table["rows"]] == [
            [plain(cell) for cell in row] for row in rows
        ]


def test_tables_of_other_runs_in_the_folder_are_told_and_stay(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "gaps.csv").write_text("old", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    result = run("--tables", str(tmp_path))  # of the curriculum alone, so without a table of gaps
    assert result.exit_code == 0
    assert result.stderr.rstrip().endswith("also holds tables that this run did not write: gaps.csv")
    assert (tmp_path / "gaps.csv").read_text(encoding="utf-8") == "old"
    (tmp_path / "gaps.csv").unlink()
    assert run("--tables", str(tmp_path)).stderr == ""
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_what_cannot_be_written_is_told_before_anybody_is_planned(folder: Path, tmp_path: Path) -> None:
    alone = run("--parquet")
    assert (alone.exit_code, "--parquet goes with --tables" in alone.output) == (2, True)
    (tmp_path / "file").write_text("here", encoding="utf-8")
    assert run("--tables", str(tmp_path / "file")).exit_code == 2
    assert (tmp_path / "file").read_text(encoding="utf-8") == "here"


def test_parquet_holds_the_same_with_types(folder: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert run("--tables", str(tmp_path), "--parquet").exit_code == 0
    steps = parquet.read_table(tmp_path / "steps.parquet")
    table = json.loads((folder / "audit.json").read_text(encoding="utf-8"))["tables"]["steps"]
    assert steps.column_names == [column["id"] for column in table["columns"]]
    assert [list(row.values()) for row in steps.to_pylist()] == [
        [cell["en"] if isinstance(cell, dict) else cell for cell in row] for row in table["rows"]
    ]


def told(cell: object) -> str:
    value = cell["en"] if isinstance(cell, dict) else cell
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" else cell


def test_nobody_is_named_and_no_group_of_fewer_than_five_is_counted(folder: Path) -> None:
    text = (folder / "audit.json").read_text(encoding="utf-8")
    assert "学员0" not in text
    tables = json.loads(text)["tables"]
    for table, column in (
        ("gaps", "people"),
        ("demand_modules", "seats"),
        ("unserved", "people"),
        ("groups", "people"),
    ):
        place = [entry["id"] for entry in tables[table]["columns"]].index(column)
        counts = {row[place] for row in tables[table]["rows"]}
        assert counts.isdisjoint({1, 2, 3, 4})
        assert len(counts) > 1


def test_two_workers_give_the_bytes_of_one(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "audit.json"
    assert run("--people", str(ASSESSED), "--workers", "2", "--format", "json", "--out", str(out)).exit_code == 0
    assert out.read_bytes() == (folder / "audit.json").read_bytes()


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the verifier refuse the plan of one of the 120 people, who is told by label."""
    solve = Planner.solve

    def refuse(planner: Planner, person: PersonId) -> Solved:
        if person == "学员0007":
            raise BrokenPlanError("caps: period 1 holds 5 of 4 quarter hours")
        return solve(planner, person)

    monkeypatch.setattr(Planner, "solve", refuse)
    return "学员0007"


def test_who_has_no_sound_plan_is_in_no_number_and_the_others_are(refused: str, tmp_path: Path) -> None:
    """A defect of ours in one plan of thousands must not cost the audit; the audit says how many are missing, stderr who."""
    page, data = tmp_path / "audit.html", tmp_path / "audit.json"
    for out, format_ in ((page, "html"), (data, "json")):
        result = run("--people", str(ASSESSED), "--workers", "1", "--format", format_, "--out", str(out))
        assert result.exit_code == 3
        assert "BUG01" in result.stderr
        assert refused in result.stderr
    found = json.loads(data.read_text(encoding="utf-8"))
    assert (found["people"], found["left_out"]) == (119, 1)
    assert "left out (plan refused by the verifier)" in page.read_text(encoding="utf-8")
    assert refused not in page.read_text(encoding="utf-8") + data.read_text(encoding="utf-8")
    told = run("--people", str(ASSESSED), "--workers", "1").stdout
    assert "not counted: 1 whose plans our verifier refused" in told


def test_a_comparison_leaves_the_same_people_out(refused: str) -> None:
    sides = ("--people-a", str(ASSESSED), "--people-b", str(ASSESSED), "--workers", "1")
    result = CliRunner().invoke(app, ["compare", ".", ".", "--as-of", "2026-11-21", "--lang", "en", *sides])
    assert result.exit_code == 3
    assert result.stderr.count(refused) == 2
    assert result.stdout.count("not counted: 1 whose plans our verifier refused") == 2
    data = CliRunner().invoke(app, ["compare", ".", ".", "--as-of", "2026-11-21", "--format", "json", *sides])
    assert [json.loads(data.stdout)[side]["left_out"] for side in ("a", "b")] == [1, 1]


def test_people_in_error_are_not_half_counted(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "学员,社区,任现职日期\n学员0001,社区0001,2026-01-01\n学员0002,社区9999,2026-01-01\n", encoding="utf-8"
    )
    (tmp_path / "communities.csv").write_text("社区,社区类型\n社区0001,commodity\n", encoding="utf-8")
    result = run("--people", str(tmp_path))
    assert result.exit_code == 1
    assert "社区9999" in result.stderr
    assert result.stdout == ""


def test_of_four_people_nothing_is_said(tmp_path: Path) -> None:
    rows = "".join(f"学员000{n},社区0001,2022-01-01\n" for n in range(4))
    (tmp_path / "people.csv").write_text(f"学员,社区,任现职日期\n{rows}", encoding="utf-8")
    (tmp_path / "communities.csv").write_text("社区,社区类型\n社区0001,commodity\n", encoding="utf-8")
    result = run("--people", str(tmp_path))
    assert result.exit_code == 0
    assert "there are too few people to show any number" in result.stdout
    assert "Seats by month" not in result.stdout
    assert "gaps" not in json.loads(run("--people", str(tmp_path), "--format", "json").stdout)["tables"]
    assert run("--people", str(tmp_path), "--format", "html").exit_code == 0
