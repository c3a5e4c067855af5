"""The command line: what each command prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import competency_engine
from competency_engine.cli import app
from competency_engine.domain.people import Dossier
from competency_engine.domain.plan import Plan
from competency_engine.planning.solve import BrokenPlanError
from competency_engine.workflows.shards import Job
from examples import generate

ROOT = Path(__file__).parents[2]
DATE = ("--as-of", "2026-11-21")


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def run(*arguments: str) -> Result:
    """Run the command in this process, in English."""
    return CliRunner().invoke(app, [*arguments, "--lang", "en"])


def test_demo_plans_a_secretary_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("demo")
    assert result.exit_code == 0
    assert "Study plan of 学员0001" in result.stdout
    assert "proven optimal in every stage" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_plan_says_when_the_people_are_the_examples() -> None:
    result = run("plan", "学员0002", *DATE)
    assert result.exit_code == 0
    assert "the people are the shipped example's" in result.stderr
    assert "Study plan of 学员0002" in result.stdout


def test_plan_in_chinese_speaks_chinese() -> None:
    result = CliRunner().invoke(app, ["plan", "学员0002", *DATE, "--lang", "zh"])
    assert "学员0002 学习计划" in result.stdout
    assert "各阶段均已证明最优" in result.stdout


def test_plan_of_one_person_as_json_is_one_object() -> None:
    plan = json.loads(run("plan", "学员0003", *DATE, "--format", "json").stdout)
    assert plan["person"] == "学员0003"
    assert plan["status"] == "optimal"
    assert set(plan["inputs"]) == {"library", "person"}


def test_plan_of_several_as_json_is_one_line_each(tmp_path: Path) -> None:
    out = tmp_path / "plans.jsonl"
    result = run("plan", "学员0005", "学员0004", *DATE, "--format", "json", "--out", str(out))
    assert result.exit_code == 0
    assert [json.loads(line)["person"] for line in out.read_text(encoding="utf-8").splitlines()] == [
        "学员0005",
        "学员0004",
    ]


def test_plan_as_markdown_has_tables() -> None:
    text = run("plan", "学员0004", *DATE, "--format", "markdown").stdout
    assert text.startswith("# Study plan of 学员0004\n")
    assert "| --- |" in text


def test_plan_respects_hours_start_and_months() -> None:
    plan = json.loads(
        run(
            "plan", "学员0003", *DATE, "--format", "json", "--hours", "12", "--start", "2027-03", "--months", "4"
        ).stdout
    )
    assert plan["hours"] <= 12
    assert {step["month"] for step in plan["steps"]} <= {"2027-03", "2027-04", "2027-05", "2027-06"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("plan", "学员9999"), "there is no person 学员9999"),
        (("plan", "../../etc/passwd"), "there is no person ../../etc/passwd"),
        (("plan",), "name people, or use --all"),
        (("plan", "学员0001", "--all"), "name people, or use --all"),
        (("plan", "学员0001", "--start", "2027-13"), "2027-13 is not a month such as 2027-01"),
        (("plan", "--all", "--workers", "2"), "--workers goes with --all --out plans.jsonl"),
        (("plan", "--all", "--cluster", "tcp://127.0.0.1:1"), "--cluster goes with --all --out plans.jsonl"),
        (("plan", "--all", "--out", "plans.jsonl", "--workers", "2", "--cluster", "tcp://a:1"), "not both"),
        (("plan", "--all", "--format", "markdown", "--out", "plans.jsonl"), "plans.jsonl is no file of Markdown"),
        (("plan", "--all", "--people", "none.jsonl", "--out", "plans.jsonl"), "cannot read none.jsonl"),
        (("plan", "学员0001", "--as-of", "yesterday"), "yesterday is not a date such as 2026-11-21"),
        (("plan", "学员0001", "--as-of", "9999-12-31"), "9999-12-31: the year must lie between 1950 and 2100"),
        (("plan", "学员0001", "--start", "9999-06"), "9999-06: the year must lie between 1950 and 2100"),
        (("plan", "学员0001", "--hours", "inf"), "inf, expected 0.25–8784"),
        (("price", "学员0001", "--hours", "nan"), "nan, expected 0.25–8784"),
        (("plan", "学员0001", "--people", "nowhere"), "there is no such file or folder: nowhere"),
        (("plan", "学员0001", "--curriculum", "8n"), "there is no curriculum 8n; did you mean 7n?"),
        (("explain", "学员0001", "T01-Z"), "there is no module, topic or unit T01-Z; did you mean T01-X?"),
        (("show", "MED-9"), "there is no unit, topic, module, role or case MED-9"),
        (("rule", "PRE99"), "PRE99"),
        (("plan", "学员0001", "--format", "json", "--out", "docs"), "docs is a folder, not a file"),
        (("check", "--curriculum", "zzz"), "there is no curriculum zzz"),
        (("check", "x" * 5000), "there is no such file or folder: xxx"),
        (("check", "nowhere.yaml"), "there is no such file or folder: nowhere.yaml"),
        (("init", "docs"), "docs is not an empty folder"),
    ],
)
def test_a_wrong_request_ends_in_one_message_and_code_two(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_an_unknown_option_is_code_two() -> None:
    assert run("plan", "--whatever").exit_code == 2


def test_a_folder_without_people_is_said_to_be_empty(tmp_path: Path) -> None:
    for command in (("gaps",), ("plan", "--all")):
        result = run(*command, "--people", str(tmp_path))
        assert result.exit_code == 2
        assert "there are no people in" in result.stderr


def test_plan_from_a_december_spans_two_budgets_quickly() -> None:
    """Two calendar years, one of them a single month: the best selection of all cannot be scheduled."""
    plan = json.loads(run("plan", "学员0003", *DATE, "--start", "2026-12", "--format", "json").stdout)
    assert plan["status"] == "optimal"
    by_year = {
        year: sum(step["hours"] for step in plan["steps"] if step["month"].startswith(year))
        for year in ("2026", "2027")
    }
    assert by_year["2026"] <= 16
    assert by_year["2027"] <= 56


def test_gaps_of_one_person_name_the_evidence() -> None:
    result = run("gaps", "学员0001", *DATE)
    assert result.exit_code == 0
    assert "Gaps of 学员0001" in result.stdout
    assert "assessed 2026-" in result.stdout


def test_gaps_of_everyone_as_json_are_lines() -> None:
    lines = run("gaps", *DATE, "--format", "json").stdout.splitlines()
    assert len(lines) == 60
    assert {
        unit["held"] >= unit["required"] or unit["kind"] is not None
        for line in lines
        for unit in json.loads(line)["units"]
    } == {True}


def test_explain_says_why_a_module_is_in_and_another_is_not() -> None:
    plan = json.loads(run("plan", "学员0001", *DATE, "--format", "json").stdout)
    taken = plan["steps"][0]["module"]
    assert "step 1," in run("explain", "学员0001", taken, *DATE).stdout
    other = "T39-P"
    assert other not in {step["module"] for step in plan["steps"]}
    answer = json.loads(run("explain", "学员0001", other, *DATE, "--format", "json").stdout)
    assert answer["in_plan"] is False
    assert answer["cause"] in {"nothing_missing", "costs_more", "over_budget", "out_of_reach"}


def test_explain_says_what_would_close_an_open_unit() -> None:
    plan = json.loads(run("plan", "学员0001", *DATE, "--format", "json").stdout)
    unit = next(goal["unit"] for goal in plan["open_goals"] if goal["cause"] == "budget")
    answer = json.loads(run("explain", "学员0001", unit, *DATE, "--format", "json").stdout)
    assert answer["changes"][0]["hours_per_year"] > plan["hours_per_year"]


def test_explain_without_a_subject_gives_every_reason() -> None:
    assert "pairs with" in run("explain", "学员0001", *DATE).stdout


def test_show_gives_what_leads_to_a_unit_a_topic_a_module_and_a_role() -> None:
    for name, expected in (("MED-2", "T31-P"), ("T31", "T20"), ("T31-P", "T29"), ("R1", "POL-1")):
        result = run("show", name)
        assert result.exit_code == 0
        assert expected in result.stdout


def test_rule_explains_a_code_and_lists_them_all() -> None:
    assert "Bad" in run("rule", "PRE01").stdout
    assert "PRE01" in run("rule").stdout


def test_schema_is_a_json_schema() -> None:
    schema = json.loads(run("schema").stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "discriminator" in schema


def test_check_of_the_shipped_files_finds_nothing() -> None:
    result = run("check", "--strict", *DATE)
    assert result.exit_code == 0, result.stdout
    assert "0 errors, 0 warnings" in result.stdout


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Return a file with an unknown reference."""
    path = tmp_path / "broken.yaml"
    text = "kind: domain\nid: XXX\ntitle: {zh: 甲, en: a}\ntier: bsae\ncertainty: illustrative\n"
    path.write_text(text, encoding="utf-8")
    return path


def test_check_of_a_broken_file_points_at_line_and_column(broken: Path) -> None:
    result = run("check", str(broken), *DATE)
    assert result.exit_code == 1
    assert "broken.yaml:4:7: error REF01 there is no tier bsae" in result.stdout
    assert "4 | tier: bsae" in result.stdout
    assert "did you mean base?" in result.stdout
    assert "rules on the whole library wait until these are mended" in result.stdout


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_check_speaks_to_machines(broken: Path, form: str) -> None:
    result = run("check", str(broken), "--format", form, *DATE)
    assert result.exit_code == 1
    if form == "github":
        assert result.stdout.startswith("::error file=")
        return
    data = json.loads(result.stdout)
    found = data if form == "json" else data["runs"][0]["results"]
    assert found[0].get("code", found[0].get("ruleId")) == "REF01"


def test_plan_on_broken_files_shows_every_error_and_plans_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("models", "curricula"):
        shutil.copytree(ROOT / part, tmp_path / part)
    for name in ("MAS-1", "MED-2"):
        path = tmp_path / "curricula" / "7n" / "topics" / f"{name}.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("hours: 2\n", "hours: two\n", 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = run("plan", "学员0001", *DATE)
    assert result.exit_code == 1
    assert "MAS-1.yaml" in result.stderr
    assert "MED-2.yaml" in result.stderr
    assert "the files have 2 errors" in result.stderr
    assert "Study plan" not in result.stdout


def test_init_gives_a_workspace_that_checks_and_plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "office"
    assert run("init", str(target)).exit_code == 0
    assert (target / "models" / "schema" / "competency-engine.schema.json").is_file()
    monkeypatch.chdir(target)
    checked = run("check", "--strict", *DATE)
    assert checked.exit_code == 0, checked.stdout
    planned = run("plan", "学员0001", *DATE)
    assert planned.exit_code == 0
    assert "example" not in planned.stderr


def test_a_workspaces_own_curriculum_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "office"
    run("init", str(target))
    monkeypatch.chdir(target)
    assert "there is no unit, topic, module, role or case T31" in run("show", "T31").stderr
    assert run("show", "T31", "--curriculum", "7n").exit_code == 0


def test_out_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "no" / "plan.md"
    result = run("plan", "学员0003", *DATE, "--format", "markdown", "--out", str(out))
    assert result.exit_code == 2
    assert "cannot write" in result.stderr


def test_a_defect_of_ours_is_code_three_with_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("competency_engine.workflows.session.open_session", fail)
    result = run("show", "MED-2")
    assert result.exit_code == 3
    assert "boom" in result.stderr
    assert "this is a defect of ours" in result.stderr


def test_an_interrupt_is_code_130_and_keeps_what_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from competency_engine.domain.plan import Plan
    from competency_engine.workflows.plan import Planner

    one = run("plan", "学员0003", *DATE, "--format", "json").stdout
    interrupted = True

    def plan_or_interrupt(self: Planner, person_id: str) -> Plan:
        if person_id == "学员0055" and interrupted:
            raise KeyboardInterrupt
        return Plan.model_validate_json(one, strict=False).model_copy(update={"person": person_id})

    monkeypatch.setattr(Planner, "plan", plan_or_interrupt)
    out = tmp_path / "plans.jsonl"
    result = run("plan", "--all", *DATE, "--out", str(out))
    assert result.exit_code == 130
    assert "50 people are done and kept; run the same command again to go on" in result.stderr
    assert not out.exists()
    interrupted = False
    result = run("plan", "--all", *DATE, "--format", "json", "--out", str(out))
    assert result.exit_code == 0
    assert f"60 plans in {out}" in result.stderr
    labels = [json.loads(line)["person"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert labels == [f"学员{number:04d}" for number in range(1, 61)]


def test_a_broken_line_of_people_is_code_one_with_a_file_of_errors(tmp_path: Path) -> None:
    people = tmp_path / "people.jsonl"
    people.write_text("{}\n" * 30, encoding="utf-8")
    result = run("plan", "--all", *DATE, "--people", str(people), "--out", str(tmp_path / "plans.jsonl"))
    assert result.exit_code == 1
    assert result.stderr.count("error FMT01 person is missing") == 10
    assert f"60 errors in all, listed in {tmp_path / 'plans.errors.jsonl'}" in result.stderr
    assert len((tmp_path / "plans.errors.jsonl").read_text(encoding="utf-8").splitlines()) == 60


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example's people as JSON lines."""
    path = tmp_path_factory.mktemp("lines") / "people.jsonl"
    generate.main(["--people", "60", "--out", str(path)])
    return path


def test_people_in_lines_can_be_asked_for_by_name(lines: Path) -> None:
    for command in (("plan", "学员0003", "--format", "json"), ("gaps", "学员0003"), ("gaps", "--format", "json")):
        assert run(*command, *DATE, "--people", str(lines)).stdout == run(*command, *DATE).stdout
    assert "there is no person 学员9999" in run("plan", "学员9999", *DATE, "--people", str(lines)).stderr


def test_a_label_written_with_escapes_is_found(lines: Path, tmp_path: Path) -> None:
    values = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    (tmp_path / "people.jsonl").write_text("\n".join(map(json.dumps, values)), encoding="ascii")
    result = run("gaps", "学员0003", *DATE, "--people", str(tmp_path / "people.jsonl"))
    assert result.stdout == run("gaps", "学员0003", *DATE).stdout


def test_check_finds_a_person_who_comes_twice_in_lines(lines: Path, tmp_path: Path) -> None:
    text = lines.read_text(encoding="utf-8")
    (tmp_path / "people.jsonl").write_text(text + text.splitlines()[4], encoding="utf-8")
    result = run("check", str(tmp_path / "people.jsonl"), *DATE)
    assert result.exit_code == 1
    assert "people.jsonl:61:1: error REF02 the id 学员0005 of this person is taken" in result.stdout
    assert "people.jsonl:5:1: first defined here" in result.stdout
    result = run("gaps", "学员0005", *DATE, "--people", str(tmp_path / "people.jsonl"))
    assert "error REF02" in result.stderr


def test_one_community_in_two_versions_is_refused_where_both_are_needed(lines: Path, tmp_path: Path) -> None:
    first, second = lines.read_text(encoding="utf-8").splitlines()[:2]
    text = f"{first}\n{second.replace('社区0002', '社区0001')}\n"
    (tmp_path / "people.jsonl").write_text(text, encoding="utf-8")
    result = run("gaps", *DATE, "--people", str(tmp_path / "people.jsonl"))
    assert result.exit_code == 2
    assert "the community 社区0001 is not the same in all lines that hold it" in result.stderr


def test_schema_knows_documents_and_lines() -> None:
    titles = [json.loads(run("schema", *subject).stdout)["title"] for subject in ((), ("people",), ("plans",))]
    assert [title.split(" / ")[0].removeprefix("competency-engine ") for title in titles] == [
        "document",
        "line of people",
        "line of plans",
    ]


@pytest.fixture
def old_plan(tmp_path: Path) -> Path:
    """Return the file of a plan for 2027."""
    path = tmp_path / "old.json"
    assert run("plan", "学员0004", *DATE, "--format", "json", "--out", str(path)).exit_code == 0
    return path


def test_replan_without_news_changes_nothing(old_plan: Path) -> None:
    result = run("replan", "学员0004", "--plan", str(old_plan), *DATE, "--format", "json")
    assert result.exit_code == 0
    old, new = json.loads(old_plan.read_text(encoding="utf-8")), json.loads(result.stdout)
    assert [(step["module"], step["month"]) for step in new["steps"]] == [
        (step["module"], step["month"]) for step in old["steps"]
    ]
    assert {change["kind"] for change in new["changes"]} == {"kept"}
    assert {change["cause"] for change in new["changes"]} == {"as_planned"}
    assert set(new["inputs"]) == {"library", "person", "earlier"}


def test_replan_lists_what_changed_and_can_be_made_anew_again(old_plan: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    later = ("--as-of", "2027-02-10")
    result = run("replan", "学员0004", "--plan", str(old_plan), *later, "--format", "json", "--out", str(again))
    assert result.exit_code == 0
    plan = json.loads(again.read_text(encoding="utf-8"))
    assert (plan["start"], plan["months"]) == ("2027-02", 11)
    text = run("replan", "学员0004", "--plan", str(again), *later).stdout
    assert "Against the earlier plan" in text
    assert "as planned" in text


def test_replan_takes_the_hours_of_the_earlier_plan_unless_told_otherwise(old_plan: Path) -> None:
    base = ("replan", "学员0004", "--plan", str(old_plan), *DATE, "--format", "json")
    assert json.loads(run(*base).stdout)["hours_per_year"] == 56
    fewer = json.loads(run(*base, "--hours", "8").stdout)
    assert fewer["hours"] <= 8
    assert "displaced" in {change["cause"] for change in fewer["changes"]}


def test_replan_of_somebody_elses_plan_is_refused(old_plan: Path) -> None:
    result = run("replan", "学员0005", "--plan", str(old_plan), *DATE)
    assert result.exit_code == 2
    assert "is the plan of 学员0004, not of 学员0005" in result.stderr


def test_replan_after_the_end_of_the_earlier_plan_is_refused(old_plan: Path) -> None:
    assert run("replan", "学员0004", "--plan", str(old_plan), "--as-of", "2027-12-31").exit_code == 0
    result = run("replan", "学员0004", "--plan", str(old_plan), "--as-of", "2028-01-01")
    assert result.exit_code == 2
    assert "the earlier plan was over before 2028-01-01" in result.stderr


def test_replan_of_a_file_that_is_no_plan_names_every_place(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text('{"person": 1,\n "months": 0}', encoding="utf-8")
    result = run("replan", "学员0004", "--plan", str(path), *DATE)
    assert result.exit_code == 1
    assert "old.json:1:12" in result.stderr
    assert "old.json:2:12" in result.stderr
    assert "Traceback" not in result.stderr
    assert "is no plan that this program wrote" in result.stderr


def test_replan_keeps_what_is_under_way(old_plan: Path, tmp_path: Path) -> None:
    """A module that is in no plan is begun: it stays, in its month, and the month of leave stays empty."""
    people = tmp_path / "people"
    shutil.copytree(ROOT / "examples" / "wuhan", people)
    (people / "begun.csv").write_text("学员,课程,开始月份\n学员0004,T49-P,2027-02\n", encoding="utf-8")
    table = (people / "people.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = [f"{line},{'2027-03' if line.startswith('学员0004') else ''}" for line in table[1:]]
    (people / "people.csv").write_text("\n".join([f"{table[0]},离岗月份", *rows]) + "\n", encoding="utf-8")
    result = run(
        "replan",
        "学员0004",
        "--plan",
        str(old_plan),
        "--as-of",
        "2027-02-10",
        "--people",
        str(people),
        "--format",
        "json",
    )
    assert result.exit_code == 0, result.stderr
    plan = json.loads(result.stdout)
    assert [(c["kind"], c["after"], c["cause"]) for c in plan["changes"] if c["module"] == "T49-P"] == [
        ("new", "2027-02", "under_way")
    ]
    assert "2027-03" not in {step["month"] for step in plan["steps"]}


def test_verify_replays_what_plan_wrote_and_finds_what_was_edited(tmp_path: Path) -> None:
    out = tmp_path / "plans.jsonl"
    run("plan", "学员0005", "学员0006", *DATE, "--format", "json", "--out", str(out))
    result = run("verify", str(out))
    assert result.exit_code == 0
    assert "2 plans: 2 replayed as they say" in result.stdout

    text = out.read_text(encoding="utf-8")
    out.write_text(text.replace('"month":"2027-01"', '"month":"2027-12"', 1) + "{\n", encoding="utf-8")
    result = run("verify", str(out), "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["true"], found["false"], found["unreadable"]) == (1, 1, 1)
    assert found["findings"][0]["person"] == "学员0005"
    assert "plans.jsonl:3:2" in result.stderr


def test_verify_of_a_file_that_is_not_there_or_of_another_kind_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "plans.parquet").write_bytes(b"PAR1")
    for name, why in (
        ("none.jsonl", "there is no such file"),
        ("none.json", "there is no such file"),
        ("plans.parquet", "neither .jsonl nor .json"),
    ):
        result = run("verify", str(tmp_path / name))
        assert result.exit_code == 2
        assert name in result.stderr
        assert why in result.stderr


def test_a_batch_in_which_a_plan_was_rejected_ends_as_a_defect_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reject(job: Job, dossier: Dossier, fused: object) -> Plan:
        raise BrokenPlanError(f"caps: all wrong for {dossier.person.id}")

    monkeypatch.setattr(Job, "plan", reject)
    generate.main(["--people", "3", "--out", str(tmp_path / "people.jsonl")])
    result = run("plan", "--all", "--people", str(tmp_path / "people.jsonl"), *DATE, "--out", str(tmp_path / "p.jsonl"))
    assert result.exit_code == 3
    assert result.stderr.count("BUG01") == 3
    assert (tmp_path / "p.jsonl").read_bytes() == b""


def test_laws_lists_what_must_be_rewritten_on_a_date() -> None:
    today = json.loads(run("laws", *DATE, "--format", "json").stdout)
    assert today["to_rewrite"] == 0
    assert {"id": "civil-code", "status": "in_force"}.items() <= next(
        law for law in today["laws"] if law["id"] == "civil-code"
    ).items()

    before = run("laws", "--as-of", "2025-12-31")
    assert "in force from 2026-01-01 only" in before.stdout
    assert "models/7n/units/law.yaml:" in before.stdout


def test_the_program_builds_the_command_asked_for_and_all_of_them_where_none_is() -> None:
    def out(*words: str) -> tuple[int, str]:
        command = [sys.executable, "cli.py", *words]
        ran = subprocess.run(
            command, cwd=ROOT, check=False, capture_output=True, encoding="utf-8", env={**os.environ, "LC_ALL": "C"}
        )
        return ran.returncode, ran.stdout + ran.stderr

    assert out("--version") == (0, f"{competency_engine.__version__}\n")
    code, listed = out("--help")
    assert code == 0
    assert all(name in listed for name in ("plan", "check", "catalogue", "verify"))
    code, shown = out("plan", "--help")
    assert code == 0
    assert "plan [OPTIONS]" in shown
    code, refused = out("plam")
    assert code == 2
    assert "did you mean plan?" in refused


def test_check_says_when_it_read_the_shipped_files_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "the shipped ones were checked" in run("check").stderr
    run("init", str(tmp_path / "office"))
    monkeypatch.chdir(tmp_path / "office")
    assert "shipped" not in run("check").stderr


def test_the_page_of_the_catalogue_is_written_whole_with_the_rights_of_any_file(tmp_path: Path) -> None:
    page = tmp_path / "catalogue.html"
    result = run("catalogue", "--page", str(page))
    assert f"{page}: 511 modules" in result.stderr
    plain = tmp_path / "plain"
    plain.touch()
    assert page.stat().st_mode == plain.stat().st_mode
    assert run("catalogue", "elevator", "--page", str(page)).exit_code == 2
    assert run("catalogue", "--page", str(tmp_path / "none" / "catalogue.html")).exit_code == 2


def test_the_catalogue_is_searched_by_the_names_of_units_too() -> None:
    found = json.loads(run("catalogue", "Retrofitting", "Elevators", "--format", "json").stdout)
    assert {"S02-C", "S02-P", "S02-W", "S02-M"} <= {module["id"] for module in found["modules"]}
    assert "Q01" in {problem["id"] for problem in found["problems"]}


def test_a_case_is_shown_with_what_uses_it() -> None:
    shown = run("show", "C22").stdout
    assert "S02-C" in shown
    assert "Q01" in shown
