"""A plan made anew: what is still wanted, and what became of every module, with its cause."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from competency_engine.assessment.gaps import assess
from competency_engine.domain.entity import ModuleId, PersonId
from competency_engine.domain.library import Library
from competency_engine.domain.plan import Credited, Plan, Step
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.plan import describe_solution
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.replan import describe_changes, keep_earlier
from competency_engine.planning.solve import solve_problem
from tests.worlds.build import library, module, people, role, unit

AS_OF = dt.date(2027, 3, 10)


def replanned(
    world: Library, earlier: dict[str, str], *records: dict[str, Any], months: int = 10, **person: Any
) -> Plan:
    """Return the plan from March 2027 on, of someone whose earlier plan had these modules in these months."""
    population = people(records or [{"unit": "A", "level": 0}], **person)
    assessment = assess(PersonId("学员0001"), population, world, AS_OF)
    horizon = Horizon(2027, 3, months)
    posed = pose_problem(assessment, world, compile_catalogue(world), horizon)
    blank = describe_solution(assessment, world, horizon, posed, None, {})
    steps = tuple(
        Step(number=number, month=month, module=ModuleId(id_), hours=1, rises=(), reasons=())
        for number, (id_, month) in enumerate(earlier.items(), start=1)
    )
    old = blank.model_copy(update={"steps": steps})
    problem = keep_earlier(posed, horizon, old)
    plan = describe_solution(assessment, world, horizon, problem, solve_problem(problem), {})
    return plan.model_copy(update={"changes": describe_changes(assessment, problem, horizon, old, plan)})


def changes(plan: Plan) -> dict[str, tuple[str, str | None, str | None, str]]:
    """Return what became of each module."""
    return {change.module: (change.kind, change.before, change.after, change.cause) for change in plan.changes}


LADDER = [
    module("m1", brings={"A": 1}, hours=2),
    module("m2", brings={"A": 2}, hours=2, offered=[3, 4, 6]),
    module("n2", brings={"A": 2}, hours=1),
]
WORLD = library([unit("A"), unit("B")], LADDER, roles=[role("R", {"A": 2})])


def test_what_is_kept_moved_and_new() -> None:
    """m1 is late and goes first; m2 stays in June although n2 is shorter, and January to May are free."""
    plan = replanned(WORLD, {"m1": "2027-02", "m2": "2027-06"})
    assert changes(plan) == {
        "m1": ("moved", "2027-02", "2027-03", "month_passed"),
        "m2": ("kept", "2027-06", "2027-06", "as_planned"),
    }
    assert changes(replanned(WORLD, {"m1": "2027-04"})) == {
        "m1": ("kept", "2027-04", "2027-04", "as_planned"),
        "n2": ("new", None, "2027-04", "needed"),
    }


def test_what_is_under_way_stays_in_its_month() -> None:
    begun = [{"module": "m2", "month": "2027-03"}]
    plan = replanned(WORLD, {"m1": "2027-03", "m2": "2027-03"}, begun=begun)
    assert changes(plan)["m2"] == ("kept", "2027-03", "2027-03", "under_way")
    assert plan.steps[[step.module for step in plan.steps].index(ModuleId("m2"))].reasons[0].kind == "under_way"
    assert changes(replanned(WORLD, {"m1": "2027-03", "m2": "2027-04"}, begun=begun))["m2"] == (
        "moved", "2027-04", "2027-03", "under_way"
    )  # fmt: skip
    assert [stage.value for stage in plan.stages if stage.name == "kept"] == [1]
    assert changes(replanned(WORLD, {"m1": "2027-03"}, begun=begun))["m2"] == ("new", None, "2027-03", "under_way")


def test_a_month_in_which_it_no_longer_runs_moves_a_module() -> None:
    plan = replanned(WORLD, {"m1": "2027-03", "m2": "2027-05"})
    assert changes(plan)["m2"] == ("moved", "2027-05", "2027-03", "month_closed")
    away = replanned(WORLD, {"m1": "2027-03", "m2": "2027-04"}, away=["2027-04"])
    assert changes(away)["m2"] == ("moved", "2027-04", "2027-03", "month_closed")


def test_a_month_that_would_break_the_order_moves_a_module() -> None:
    plan = replanned(WORLD, {"m1": "2027-06", "m2": "2027-04"})
    assert sorted(change[0] for change in changes(plan).values()) == ["kept", "moved"]
    assert [cause for kind, _, _, cause in changes(plan).values() if kind == "moved"] == ["rescheduled"]


def test_each_module_that_is_dropped_says_why() -> None:
    """Held at 1: m1 is completed, z is for B alone, gone is of another curriculum, late runs after the horizon."""
    modules = [*LADDER, module("z", brings={"B": 1}), module("late", brings={"A": 2}, offered=[1])]
    world = library([unit("A"), unit("B")], modules, roles=[role("R", {"A": 2})])
    earlier = {"m1": "2027-01", "z": "2027-03", "gone": "2027-03", "late": "2027-03", "m2": "2027-04", "n2": "2027-04"}
    done = [{"module": "m1", "date": "2027-02-01"}]
    plan = replanned(world, earlier, {"unit": "A", "level": 1}, completed=done)
    found = changes(plan)
    assert {name: cause for name, (kind, _, _, cause) in found.items() if kind == "dropped"} == {
        "m1": "completed",
        "z": "not_needed",
        "gone": "not_in_curriculum",
        "late": "out_of_reach",
    }
    assert [stage.value for stage in plan.stages if stage.name == "kept"] == [2]
    assert {name for name, (kind, *_) in found.items() if kind == "kept"} == {"m2", "n2"}


def test_a_module_that_only_its_earlier_plan_asks_for_says_so() -> None:
    plan = replanned(WORLD, {"m1": "2027-03", "m2": "2027-03", "n2": "2027-03"})
    assert [(step.module, [reason.kind for reason in step.reasons]) for step in plan.steps] == [
        ("m1", ["closes_gap", "needed_by", "needed_by"]),
        ("m2", ["closes_gap"]),
        ("n2", ["planned_before"]),
    ]


def test_budget_that_weighs_more_elsewhere_displaces_a_module() -> None:
    modules = [
        module("big", brings={"A": 1}, hours=8),
        module("b1", brings={"B": 1}, hours=8),
        module("a1", brings={"A": 1}),
    ]
    world = library([unit("A"), unit("B")], modules, roles=[role("R", {"A": 1, "B": 1})])
    records = [{"unit": "A", "level": 0}, {"unit": "B", "level": 0}]
    done = [{"module": "old", "date": "2027-01-01"}]
    crowded = library([unit("A"), unit("B")], [*modules, module("old", hours=10)], roles=[role("R", {"A": 1, "B": 1})])
    assert changes(replanned(world, {"big": "2027-03"}, *records))["big"][0] == "kept"
    plan = replanned(crowded, {"big": "2027-03"}, *records, completed=done)
    assert plan.credited == (Credited(year=2027, hours=10),)
    assert changes(plan) == {
        "a1": ("new", None, "2027-03", "needed"),
        "b1": ("new", None, "2027-03", "needed"),
        "big": ("dropped", "2027-03", None, "displaced"),
    }


@pytest.mark.parametrize("seed_months", [("2027-02", "2027-12"), ("2026-12", "2028-01")])
def test_months_outside_the_horizon_count_as_passed(seed_months: tuple[str, str]) -> None:
    plan = replanned(WORLD, dict(zip(("m1", "m2"), seed_months, strict=True)), months=8)
    assert {change[0] for change in changes(plan).values()} == {"moved"}
    assert {stage.name: stage.value for stage in plan.stages}["moved"] == 0
