"""The sixty example secretaries before a second exact solver that reads the library itself."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from competency_engine.loading.workspace import shipped_root
from competency_engine.workflows.plan import PlanOptions, make_plans, open_planner
from competency_engine.workflows.session import open_session

ROOT = Path(__file__).parents[2]
SHARES = [tuple(f"学员{number:04d}" for number in range(first, 61, 4)) for first in range(1, 5)]


@pytest.mark.parametrize("names", SHARES, ids=lambda names: names[0])
def test_every_stage_of_every_plan_has_the_judges_value(names: tuple[str, ...]) -> None:
    planner = open_planner(
        open_session(ROOT), shipped_root() / "examples" / "wuhan", names, PlanOptions(dt.date(2026, 11, 21))
    )
    plans = list(make_plans(planner, names))
    asked = "".join(
        json.dumps({"person": plan.person, "modules": [step.module for step in plan.steps]}) + "\n" for plan in plans
    )
    command = [sys.executable, "-m", "tests.judge.people_worker"]
    judged = subprocess.run(
        command, cwd=ROOT, input=asked, capture_output=True, text=True, encoding="utf-8", check=True
    )
    answers = [json.loads(line) for line in judged.stdout.splitlines()]
    assert [answer["person"] for answer in answers] == list(names)
    for plan, answer in zip(plans, answers, strict=True):
        assert {stage.name: stage.value for stage in plan.stages} == answer["values"], plan.person
