"""`evidence …` and `profile`: what offices see of scores and the levels that they speak for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from competency_engine.cli import app

ASSESSED = Path(__file__).parents[2] / "examples" / "assessed"
ON = ("--as-of", "2026-11-21")


def run(*arguments: str, people: Path = ASSESSED, lang: str = "en") -> Result:
    return CliRunner().invoke(app, [*arguments, "--people", str(people), *ON, "--lang", lang])


def data(*arguments: str, people: Path = ASSESSED) -> dict:
    result = run(*arguments, "--format", "json", people=people)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return a folder of three people rated by four sources and not calibrated."""
    for name in ("people", "communities", "sittings"):
        lines = (ASSESSED / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines[1:] if any(f"000{n}," in line[:8] for n in (1, 2, 3))]
        (tmp_path / f"{name}.csv").write_text("".join([lines[0], *kept]), encoding="utf-8")
    return tmp_path


def test_levels_names_the_scores_that_count() -> None:
    answer = data("evidence", "levels", "学员0002", "--unit", "MAS-1")
    (level,) = answer["levels"]
    assert level["unit"] == "MAS-1"
    assert sum(level["chances"]) == pytest.approx(1, abs=1e-3)
    assert level["low"] <= level["likely"] <= level["high"] or level["mass"] >= 0.8
    assert level["level"] <= level["proven_up_to"]
    assert {score["scored"] for score in answer["scores"]} == {"MAS-1"}
    assert all(score["unheard"] is None for score in answer["scores"])


def test_without_practice_nobody_counts_as_more_than_2() -> None:
    levels = data("evidence", "levels", "学员0005")["levels"]
    assert max(level["likely"] for level in levels) > 2
    assert {level["proven_up_to"] for level in levels} == {2}
    assert max(level["level"] for level in levels) == 2


def test_an_exercise_proves_what_ratings_cannot() -> None:
    levels = {level["unit"]: level for level in data("evidence", "levels", "学员0002")["levels"]}
    proven = {unit for unit, level in levels.items() if level["proven_up_to"] == 4}
    assert proven == {"ORG-3", "EMG-3", "GEN-2"}  # the units of which the exercise was observed


def test_a_profile_as_of_last_year_knows_nothing_of_this_year(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app,
        ["profile", "学员0002", "--people", str(ASSESSED), "--as-of", "2025-11-21", "--format", "json", "--lang", "en"],
    )
    assert result.exit_code == 0, result.output
    assert all(unit["fused"] is None for unit in json.loads(result.stdout)["units"])


def test_a_profile_is_a_page_that_runs_nothing(tmp_path: Path) -> None:
    page = tmp_path / "profile.html"
    assert run("profile", "学员0002", "--format", "html", "--out", str(page), lang="zh").exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert "学员0002 的能力画像" in text
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert text.count("<svg") >= 8
    assert "default-src 'none'" in text


def test_next_proposes_only_what_is_worth_its_hours_and_was_not_heard() -> None:
    proposals = data("evidence", "next", "学员0001")["proposals"]
    assert proposals
    for proposal in proposals:
        assert proposal["value_hours"] > proposal["cost_hours"]
        assert len(set(proposal["hours_by_true_level"])) > 1
        assert proposal["instrument"] not in ("appointment", "certificate")
    nets = [proposal["value_hours"] - proposal["cost_hours"] for proposal in proposals]
    assert nets == sorted(nets, reverse=True)


def test_calibrate_gives_the_same_bytes_whatever_the_order_of_rows(office: Path, tmp_path: Path) -> None:
    assert run("evidence", "calibrate", people=office).exit_code == 0
    first = (office / "calibration.json").read_bytes()
    (office / "calibration.json").unlink()
    for name in ("sittings", "people"):
        head, *rows = (office / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (office / f"{name}.csv").write_text("".join([head, *reversed(rows)]), encoding="utf-8")
    assert run("evidence", "calibrate", people=office).exit_code == 0
    assert (office / "calibration.json").read_bytes() == first


def test_everyone_s_levels_are_those_of_each_alone(office: Path, tmp_path: Path) -> None:
    out = tmp_path / "levels.jsonl"
    assert run("evidence", "levels", "--all", "--out", str(out), people=office).exit_code == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["person"] for line in lines] == ["学员0001", "学员0002", "学员0003"]
    for line in lines:
        assert line["levels"] == data("evidence", "levels", line["person"], people=office)["levels"]


def test_a_plan_hears_the_scores_one_by_one_and_in_a_batch_alike(office: Path, tmp_path: Path) -> None:
    out = tmp_path / "plans.jsonl"
    assert run("plan", "--all", "--out", str(out), people=office).exit_code == 0
    for line in out.read_text(encoding="utf-8").splitlines():
        plan = json.loads(line)
        alone = run("plan", plan["person"], "--format", "json", people=office)
        assert json.loads(alone.stdout) == plan
        assert any(not gap["assumed"] for gap in plan["gaps"])


def test_plans_made_before_a_calibration_are_said_to_be_of_other_inputs(office: Path, tmp_path: Path) -> None:
    out = tmp_path / "plans.jsonl"
    assert run("plan", "--all", "--out", str(out), people=office).exit_code == 0
    verify = ["verify", str(out), "--people", str(office), "--lang", "en"]
    assert "3 replayed as they say" in CliRunner().invoke(app, verify).stdout
    assert run("evidence", "calibrate", people=office).exit_code == 0
    assert "cannot be verified 3" in CliRunner().invoke(app, verify).stdout


def test_quality_calls_thin_data_thin(office: Path) -> None:
    answer = run("evidence", "quality", people=office).stdout
    assert "too few people" in answer
    assert "not calibrated" in answer


def test_quality_finds_that_people_rate_themselves_higher() -> None:
    ratings = data("evidence", "quality")["ratings"]
    assert ratings["sources"]["self"]["above_others"]["low"] > 0.3  # they were made .7 too high
    assert 0.5 < ratings["alpha"]["value"] < 0.8


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("evidence", "levels"), "name a person"),
        (("evidence", "levels", "--all"), "needs --out"),
        (("evidence", "levels", "学员0002", "--unit", "MAS-9"), "there is no unit MAS-9; did you mean MAS-"),
        (("evidence", "levels", "学员9999"), "there is no person 学员9999"),
        (("profile", "学员0002", "--format", "svg"), "use --format html"),
    ],
)
def test_wrong_questions_are_answered_with_what_to_do(arguments: tuple[str, ...], why: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert why in result.stderr


def test_a_calibration_that_was_changed_is_refused(office: Path) -> None:
    shutil.copy(ASSESSED / "calibration.json", office)
    text = (office / "calibration.json").read_text(encoding="utf-8")
    (office / "calibration.json").write_text(text.replace('"noise": 0.', '"noise": 1.', 1), encoding="utf-8")
    result = run("profile", "学员0002", people=office)
    assert result.exit_code == 2
    assert "it was changed" in result.stderr
    assert "evidence calibrate" in result.stderr


def test_opinions_do_not_fulfil_a_duty_to_train(office: Path) -> None:
    text = (office / "sittings.csv").read_text(encoding="utf-8").splitlines()
    text = [text[0] + ",DUT-1", *(line + (",5" if ",self," in line or ",peer," in line else ",") for line in text[1:])]
    (office / "sittings.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    (duty,) = [unit for unit in data("profile", "学员0001", people=office)["units"] if unit["unit"] == "DUT-1"]
    assert (duty["held"], duty["assumed"]) == (0, True)


def test_a_damaged_calibration_does_not_stand_in_the_way_of_a_new_one(office: Path) -> None:
    (office / "calibration.json").write_text("{", encoding="utf-8")
    assert run("evidence", "calibrate", people=office).exit_code == 0
    assert run("profile", "学员0001", people=office).exit_code == 0


def test_a_calibration_of_three_people_says_that_it_learned_little(office: Path) -> None:
    result = run("evidence", "calibrate", people=office)
    assert result.exit_code == 0
    assert "fewer than 30 people are too few to learn much" in result.stderr


def test_before_the_first_score_there_is_nothing_to_learn_and_the_table_says_so(office: Path) -> None:
    early = ("--people", str(office), "--as-of", "2026-09-15", "--lang", "en")
    assert CliRunner().invoke(app, ["evidence", "calibrate", *early]).exit_code == 2
    assert not (office / "calibration.json").exists()
    levels = CliRunner().invoke(app, ["evidence", "levels", "学员0002", *early])
    assert levels.exit_code == 0
    assert "No score by this date can be heard" in levels.stdout


def test_a_level_of_0_says_how_unsure_level_1_is(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("学员,社区,任现职日期\n学员0001,社区0001,2026-01-01\n", encoding="utf-8")
    (tmp_path / "communities.csv").write_text("社区,社区类型\n社区0001,commodity\n", encoding="utf-8")
    scores = "".join(f"peer,P{n},2026-10-01,学员0001,POL-1,0\n" for n in range(4))
    (tmp_path / "sittings.csv").write_text(f"来源,评分者,日期,学员,单元,评分\n{scores}", encoding="utf-8")
    result = run("profile", "学员0001", people=tmp_path)
    assert "only 4% sure of 1" in result.stdout
    assert "100%" not in result.stdout
