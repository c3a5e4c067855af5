"""The sixty example secretaries: every plan verified, proven, and the same whoever computes it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest

from competency_engine.audit.outline import outline
from competency_engine.domain.plan import Plan
from competency_engine.loading.workspace import shipped_root
from competency_engine.planning.verify import verify_solution
from competency_engine.workflows.plan import Planner, PlanOptions, make_plans, open_planner
from competency_engine.workflows.session import open_session

ROOT = Path(__file__).parents[2]
OPTIONS = PlanOptions(dt.date(2026, 11, 21))


@pytest.fixture(scope="module")
def planner() -> Planner:
    return open_planner(open_session(ROOT), shipped_root() / "examples" / "wuhan", (), OPTIONS)


@pytest.fixture(scope="module")
def plans(planner: Planner) -> list[Plan]:
    return list(make_plans(planner, ()))


def test_all_sixty_are_planned_in_order_of_label(plans: list[Plan]) -> None:
    assert [plan.person for plan in plans] == [f"学员{number:04d}" for number in range(1, 61)]


def test_every_stage_of_every_plan_is_proven_optimal(plans: list[Plan]) -> None:
    assert {plan.status for plan in plans} == {"optimal"}
    assert {stage.status for plan in plans for stage in plan.stages} == {"optimal"}


def test_every_plan_passes_the_verifier_again(planner: Planner) -> None:
    for person_id in planner.population.persons:
        solved = planner.solve(person_id)
        assert solved.solution is not None
        assert verify_solution(solved.problem, solved.solution) == ()


def test_what_sums_read_is_what_the_plans_say(planner: Planner, plans: list[Plan]) -> None:
    assert any(plan.open_goals for plan in plans)
    for plan in plans:
        solved = planner.solve(plan.person)
        read = outline(solved.assessment, OPTIONS.horizon(planner.session), solved.problem, solved.solution)
        first = [int(plan.start[:4]), int(plan.start[5:])]
        assert read.role == plan.role
        assert [(gap.unit, gap.held, gap.required.level, gap.kind, gap.assumed) for gap in read.gaps] == [
            (gap.unit, gap.held, gap.required, gap.kind, gap.assumed) for gap in plan.gaps
        ]
        assert read.open_goals == tuple((goal.unit, goal.level, goal.cause) for goal in plan.open_goals)
        assert read.months == tuple((step.module, step.month) for step in plan.steps)
        assert read.quarter_hours == 4 * plan.hours
        assert read.waits == tuple(
            (int(step.month[:4]) - first[0]) * 12 + int(step.month[5:]) - first[1] + 1
            for step in plan.steps
            for rise in step.rises
            for _ in range(rise.before, rise.after)
        )


def test_no_plan_exceeds_the_year_or_a_month(planner: Planner, plans: list[Plan]) -> None:
    policy = planner.session.library.policy
    for plan in plans:
        assert plan.hours <= policy.budget.hours_per_year
        months = {step.month for step in plan.steps}
        assert all(sum(s.hours for s in plan.steps if s.month == month) <= policy.hours_per_month for month in months)


def test_no_module_is_repeated(planner: Planner, plans: list[Plan]) -> None:
    for plan in plans:
        modules = [step.module for step in plan.steps]
        done = {completion.module for completion in planner.population.persons[plan.person].completed}
        assert len(modules) == len(set(modules))
        assert done.isdisjoint(modules)


def test_pairs_stay_together_in_every_plan(planner: Planner, plans: list[Plan]) -> None:
    library = planner.session.library
    for plan in plans:
        month_of = {step.module: step.month for step in plan.steps}
        done = {completion.module for completion in planner.population.persons[plan.person].completed}
        for module_id, month in month_of.items():
            partners = library.modules[module_id].pairs_with
            if partners and not done.intersection(partners):
                assert month in {month_of.get(partner) for partner in partners}


def test_the_political_floor_is_met_or_reported_open(planner: Planner, plans: list[Plan]) -> None:
    for plan in plans:
        floor = planner.session.library.roles[plan.role].floor
        reached = {gap.unit: gap.reached for gap in plan.gaps}
        open_levels = {
            (goal.unit, goal.level) for goal in plan.open_goals if goal.cause in ("floor_unmet", "unreachable")
        }
        for unit, level in floor.items():
            if unit in reached:
                assert reached[unit] >= level or (unit, level) in open_levels


def test_every_gap_is_either_closed_or_explained(plans: list[Plan]) -> None:
    for plan in plans:
        explained = {(goal.unit, goal.level) for goal in plan.open_goals}
        missing = {(gap.unit, level) for gap in plan.gaps for level in range(gap.reached + 1, gap.required + 1)}
        assert missing == {goal for goal in explained if goal in missing}
        assert {goal.cause for goal in plan.open_goals} <= {"floor_unmet", "budget", "unreachable"}


def test_every_step_has_a_reason(plans: list[Plan]) -> None:
    assert all(step.reasons for plan in plans for step in plan.steps)


@pytest.mark.parametrize(("workers", "seed"), [("1", "1"), ("2", "2")])
def test_plans_are_equal_byte_for_byte_on_any_workers_and_hash_seed(
    plans: list[Plan], workers: str, seed: str, tmp_path: Path
) -> None:
    out = tmp_path / "plans.jsonl"
    command = [sys.executable, "cli.py", "plan", "--all", "--as-of", "2026-11-21", "--format", "json"]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run(
        [*command, "--workers", workers, "--out", str(out)], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    expected = "".join(plan.model_dump_json() + "\n" for plan in plans)
    assert out.read_text(encoding="utf-8") == expected


def test_a_plan_does_not_depend_on_who_else_is_planned(planner: Planner, plans: list[Plan]) -> None:
    alone = open_planner(planner.session, shipped_root() / "examples" / "wuhan", ("学员0007",), OPTIONS)
    assert list(make_plans(alone, ("学员0007",))) == [plans[6]]


def test_hours_of_a_plan_never_close_less_when_the_budget_grows(planner: Planner) -> None:
    for name in ("学员0001", "学员0012", "学员0030"):
        closed = []
        for hours in (8.0, 24.0, 56.0):
            options = PlanOptions(OPTIONS.as_of, hours=hours)
            one = open_planner(planner.session, shipped_root() / "examples" / "wuhan", (name,), options)
            plan = next(make_plans(one, (name,)))
            closed.append(
                tuple(
                    stage.value for stage in plan.stages if stage.name == "mandatory" or stage.name.startswith("tier:")
                )
            )
        assert closed == sorted(closed)
