"""Explanations on the reference curriculum: what trainers ask, and the same bytes whatever the hash seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from competency_engine.cli import app

ROOT = Path(__file__).parents[2]
DATE = ("--as-of", "2026-11-21")


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def run(*arguments: str, lang: str = "en") -> Result:
    return CliRunner().invoke(app, [*arguments, *DATE, "--lang", lang])


def test_a_module_is_explained_down_to_the_goals_that_it_serves() -> None:
    answer = json.loads(run("explain", "学员0001", "T01-O", "--format", "json").stdout)
    assert [(use["unit"], use["level"], use["required_by"], use["chain"]) for use in answer["serves"]] == [
        ("MAS-1", 2, "R1", ["T01-O"]),
        ("MED-1", 2, "R1", ["T01-O", "T29-P"]),
        ("S05", 1, "S05-on", ["T01-O", "T02-V", "S05-P"]),
    ]
    assert answer["at"].startswith("curricula/7n/topics/MAS-1.yaml:")


def test_alternatives_say_what_they_cost_in_preferences_and_which_modules_move() -> None:
    text = run("alternatives", "学员0020", "--show", "9").stdout
    assert "others that close as much in as few hours: 15; of these equal in every preference too: 0" in text
    assert "preferences: modules of an unsuited form 2 → 3" in text
    assert "others that move:" in text


def test_alternatives_beyond_the_limit_are_more_than_that() -> None:
    text = run("alternatives", "学员0020", "--limit", "2", lang="zh").stdout
    assert "另有 超过 2 组；其中各项偏好也一样的 0 组" in text


def test_a_topic_may_count_as_done_by_assessment() -> None:
    assert "单元 MAS-2 已测评达到 2 级，按政策视为已修" in run("explain", "学员0001", "T03", lang="zh").stdout


def test_a_unit_without_a_gap_is_said_to_have_none() -> None:
    assert "no gap, or not required" in run("explain", "学员0001", "ORG-1").stdout


def test_evidence_that_would_help_names_assumed_levels_first() -> None:
    lines = [
        line.split() for line in run("explain", "学员0001", "S09").stdout.splitlines() if "shown by evidence" in line
    ]
    assert len(lines) > 2
    assert [line[-2].endswith("?") for line in lines] == sorted(
        (line[-2].endswith("?") for line in lines), reverse=True
    )


def test_no_plan_at_all_is_said_and_not_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("competency_engine.workflows.plan.solve_problem", lambda problem, search: None)
    result = run("price", "学员0001")
    assert result.exit_code == 1
    assert "学员0001 has no feasible plan" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "学员0001", "S09"),
        ("explain", "学员0001", "POL-2", "--hours", "3"),
        ("alternatives", "学员0003"),
        ("price", "学员0001", "--format", "svg"),
    ],
)
def test_explanations_are_equal_byte_for_byte_on_any_hash_seed(arguments: tuple[str, ...]) -> None:
    texts = set()
    for seed in ("1", "2"):
        command = [sys.executable, "cli.py", *arguments, *DATE, "--lang", "zh"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        texts.add(subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout)
    assert len(texts) == 1
