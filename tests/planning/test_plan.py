"""The plan in words: levels, months, causes, status."""

from __future__ import annotations

from typing import Any

from competency_engine.assessment.gaps import assess
from competency_engine.domain.entity import PersonId
from competency_engine.domain.library import Library
from competency_engine.domain.plan import Plan
from competency_engine.planning.certificate import check_certificate
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.plan import describe_solution
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import Certificate, Solution, StageResult
from competency_engine.planning.solve import solve_problem
from tests.worlds.build import AS_OF, duty, hours_rule, library, module, people, policy, role, rule, unit, urgent_pack


def planned(world: Library, *records: dict[str, Any], hours: float | None = None, **person: Any) -> Plan:
    """Return the plan of one person for 2027."""
    assessment = assess(PersonId("学员0001"), people(records, **person), world, AS_OF)
    horizon = Horizon(2027, 1, 12, hours)
    problem = pose_problem(assessment, world, compile_catalogue(world), horizon)
    return describe_solution(assessment, world, horizon, problem, solve_problem(problem), {"library": "x"})


LADDER = [
    module("m1", brings={"A": 1}, hours=2),
    module("m2", brings={"A": 2}, hours=3),
    module("m3", brings={"A": 3}, hours=4),
]


def test_a_module_that_only_fills_its_month_says_so() -> None:
    filler = module("zz", brings={"B": 1}, hours=1)
    planning = policy(least_modules_per_month=1)
    world = library([unit("A"), unit("B")], [*LADDER, filler], roles=[role("R", {"A": 1})], planning=planning)
    assessment = assess(PersonId("学员0001"), people([{"unit": "A", "level": 0}]), world, AS_OF)
    horizon = Horizon(2027, 1, 2)
    problem = pose_problem(assessment, world, compile_catalogue(world), horizon)
    plan = describe_solution(assessment, world, horizon, problem, solve_problem(problem), {})
    assert [(step.module, [reason.kind for reason in step.reasons]) for step in plan.steps] == [
        ("m1", ["closes_gap"]),
        ("zz", ["fills_month"]),
    ]


def test_what_is_written_of_a_plan_proves_its_hours() -> None:
    """The line of JSON, read back, is enough for the checker; under a budget that binds there is no proof to write."""
    world = library([unit("A")], LADDER, roles=[role("R", {"A": 3})])
    records = {"unit": "A", "level": 1}
    written = Plan.model_validate_json(planned(world, records).model_dump_json()).certificate
    assert written is not None
    assert written.quarter_hours == 4 * (3 + 4)
    assessment = assess(PersonId("学员0001"), people([records]), world, AS_OF)
    problem = pose_problem(assessment, world, compile_catalogue(world), Horizon(2027, 1, 12))
    everything = (1 << len(LADDER)) - 1
    check_certificate(problem, everything, Certificate(written.quarter_hours, written.steps, written.seal))
    assert planned(world, records, hours=3).certificate is None


def test_a_plan_climbs_level_by_level_with_its_reasons() -> None:
    plan = planned(library([unit("A")], LADDER, roles=[role("R", {"A": 3})]), {"unit": "A", "level": 1})
    assert [(step.number, step.month, step.module, step.hours) for step in plan.steps] == [
        (1, "2027-01", "m2", 3.0),
        (2, "2027-01", "m3", 4.0),
    ]
    assert [(rise.unit, rise.before, rise.after) for step in plan.steps for rise in step.rises] == [
        ("A", 1, 2),
        ("A", 2, 3),
    ]
    first = plan.steps[0].reasons
    assert [(reason.kind, reason.unit, reason.level, reason.module, reason.decided_by) for reason in first] == [
        ("closes_gap", "A", 2, None, "R"),
        ("needed_by", None, None, "m3", None),
    ]
    assert (plan.status, plan.hours, plan.open_goals) == ("optimal", 7.0, ())
    assert [(gap.unit, gap.held, gap.required, gap.reached, gap.decided_by) for gap in plan.gaps] == [
        ("A", 1, 3, 3, "R")
    ]


def test_what_the_budget_cannot_hold_is_left_open_by_cause() -> None:
    world = library(
        [unit("A"), unit("P", domain="POL")],
        [*LADDER, module("p", brings={"P": 1}, hours=9)],
        roles=[role("R", {"A": 1, "P": 1}, floor={"P": 1})],
    )
    plan = planned(world, {"unit": "A", "level": 0}, {"unit": "P", "level": 0}, hours=2)
    assert [(goal.unit, goal.level, goal.cause) for goal in plan.open_goals] == [("P", 1, "floor_unmet")]
    plan = planned(world, {"unit": "A", "level": 0}, {"unit": "P", "level": 0}, hours=9)
    assert [(goal.unit, goal.level, goal.cause) for goal in plan.open_goals] == [("A", 1, "budget")]


def test_what_nothing_reaches_names_the_level_reached_and_what_is_missing() -> None:
    modules = [LADDER[0], module("m3", brings={"A": 3}, requires=[{"unit": "B", "level": 1}])]
    plan = planned(library([unit("A"), unit("B")], modules, roles=[role("R", {"A": 3})]), {"unit": "A", "level": 0})
    assert plan.gaps[0].reached == 1
    assert [(goal.level, goal.cause, goal.blocked_by) for goal in plan.open_goals] == [
        (2, "unreachable", ("A≥2",)),
        (3, "unreachable", ("A≥2", "B≥1")),
    ]


def test_a_person_without_gaps_gets_an_empty_optimal_plan() -> None:
    plan = planned(library([unit("A")], LADDER, roles=[role("R", {"A": 2})]), {"unit": "A", "level": 2})
    assert (plan.status, plan.steps, plan.gaps, plan.open_goals) == ("optimal", (), (), ())


def test_an_assumed_level_is_flagged() -> None:
    plan = planned(library([unit("A")], LADDER, roles=[role("R", {"A": 2})]))
    assert [(gap.held, gap.assumed) for gap in plan.gaps] == [(1, True)]


def test_urgent_packs_that_apply_are_named() -> None:
    rules = [rule("now", {"fact": "flood", "equals": True}, activates=["S"], urgent=True)]
    world = library(
        [unit("S", domain="SKILL")],
        [module("s", brings={"S": 1})],
        roles=[role("R", {})],
        rules=rules,
        urgent_packs=[urgent_pack("S", {"s": []})],
    )
    assert planned(world, {"unit": "S", "level": 0}, facts={"flood": True}).risks == ("S-pack",)
    assert planned(world, {"unit": "S", "level": 0}).risks == ()


def test_an_urgent_fact_lets_the_pack_jump_its_requirements() -> None:
    modules = [module("s", brings={"S": 1}, requires=[{"unit": "A", "level": 3}], hours=1), *LADDER]
    rules = [
        rule("on", {"always": True}, activates=["S"]),
        rule("now", {"fact": "flood", "equals": True}, activates=["S"], urgent=True),
    ]
    world = library(
        [unit("A"), unit("S", domain="SKILL")],
        modules,
        roles=[role("R", {}, urgent_skill_level=1)],
        rules=rules,
        urgent_packs=[urgent_pack("S", {"s": []})],
    )
    assert [step.module for step in planned(world, {"unit": "S", "level": 0}, facts={"flood": True}).steps] == ["s"]
    assert [step.module for step in planned(world, {"unit": "S", "level": 0}).steps] == ["m1", "m2", "m3", "s"]


def test_a_bound_that_is_not_met_makes_the_plan_feasible_only() -> None:
    world = library([unit("A")], LADDER, roles=[role("R", {"A": 1})], planning=policy())
    assessment = assess(PersonId("学员0001"), people([{"unit": "A", "level": 0}]), world, AS_OF)
    horizon = Horizon(2027, 1, 12)
    problem = pose_problem(assessment, world, compile_catalogue(world), horizon)
    loose = Solution(((0, 0),), (StageResult("hours", 8, 7),))
    assert describe_solution(assessment, world, horizon, problem, loose, {}).status == "feasible"
    assert describe_solution(assessment, world, horizon, problem, None, {}).status == "infeasible"


def test_a_training_duty_is_met_before_any_gap() -> None:
    modules = [*LADDER, module("d1", brings={"D": 1}, hours=2)]
    world = library([unit("A"), unit("D")], modules, roles=[role("R", {"A": 2})], duties=[duty("law-d", "D")])

    plan = planned(world, {"unit": "A", "level": 0}, hours=3)

    assert [step.module for step in plan.steps] == ["d1"]
    assert [(goal.unit, goal.cause) for goal in plan.open_goals] == [("A", "budget"), ("A", "budget")]
    assert [(gap.unit, gap.decided_by, gap.reached) for gap in plan.gaps] == [("A", "R", 0), ("D", "law-d", 1)]
    assert [reason.decided_by for reason in plan.steps[0].reasons] == ["law-d"]


def test_a_plan_is_held_against_the_hours_rules_in_force_and_made_no_longer_for_them() -> None:
    """Counted are hours of the rule's modes, planned or completed, in calendar years of the horizon."""
    modules = [*LADDER, module("old", hours=1.5), module("out", hours=8, mode="shadowing", brings={"B": 1})]
    rules = [
        hours_rule("all", 20, counts=["thematic", "online", "shadowing"]),
        hours_rule("class", 4),
        hours_rule("off", 4, active=False),
        hours_rule("others", 4, roles=["S"]),
    ]
    world = library(
        [unit("A"), unit("B")],
        modules,
        roles=[role("R", {"A": 2, "B": 1}), role("S", {}, months_in_post=None)],
        hours_rules=rules,
    )
    completed = [{"module": "old", "date": "2026-11-01"}]
    assessment = assess(
        PersonId("学员0001"),
        people([{"unit": "A", "level": 0}, {"unit": "B", "level": 0}], completed=completed),
        world,
        AS_OF,
    )

    def checks(horizon: Horizon) -> list[tuple[str, int, float, float]]:
        problem = pose_problem(assessment, world, compile_catalogue(world), horizon)
        plan = describe_solution(assessment, world, horizon, problem, solve_problem(problem), {})
        return [(check.rule, check.year, check.required, check.hours) for check in plan.hours_rules]

    assert checks(Horizon(2027, 1, 12)) == [("all", 2027, 20, 13), ("class", 2027, 4, 5)]
    assert checks(Horizon(2026, 12, 2)) == [
        ("all", 2026, 20, 6.5),
        ("all", 2027, 20, 8),
        ("class", 2026, 4, 6.5),
        ("class", 2027, 4, 0),
    ]
