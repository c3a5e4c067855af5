"""Posing: one person, a policy and dates become a problem."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from competency_engine.assessment.gaps import assess
from competency_engine.domain.entity import PersonId, UnitId
from competency_engine.domain.library import Library
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import Goal, Period, PlanningProblem, bits
from tests.worlds.build import AS_OF, duty, library, module, people, policy, role, rule, topic, unit

YEAR = Horizon(2027, 1, 12)


def pose(world: Library, *records: dict[str, Any], horizon: Horizon = YEAR, **person: Any) -> PlanningProblem:
    assessment = assess(PersonId("学员0001"), people(records, **person), world, AS_OF)
    return pose_problem(assessment, world, compile_catalogue(world), horizon)


def goals(problem: PlanningProblem) -> dict[Any, Goal]:
    return {problem.catalogue.facts[goal.fact]: goal for goal in problem.goals}


def started(problem: PlanningProblem) -> set[Any]:
    return {problem.catalogue.facts[index] for index in bits(problem.start)}


def test_each_missing_step_is_a_goal_of_its_own() -> None:
    world = library([unit("A")], roles=[role("R", {"A": 3})])
    assert set(goals(pose(world, {"unit": "A", "level": 1}))) == {("unit", "A", 2), ("unit", "A", 3)}
    assert goals(pose(world, {"unit": "A", "level": 3})) == {}


def test_a_goal_weighs_the_unit_times_the_urgency_of_its_kind() -> None:
    world = library([unit("A", weight=5)], roles=[role("R", {"A": 1})])
    for kind, urgency in (("knowledge", 1), ("quality", 2), ("ability", 3)):
        problem = pose(world, {"unit": "A", "level": 0, "gap_kind": kind})
        assert goals(problem)["unit", "A", 1].weight == 5 * urgency


def test_units_that_the_reported_problems_need_weigh_as_the_policy_says() -> None:
    """A weighs 5, B weighs 2, the urgency of both is 3; the pull of 4 is on A alone."""
    units = [unit("A", weight=5), unit("B", weight=2)]
    world = library(units, roles=[role("R", {"A": 1, "B": 1})], planning=policy(problem_pull=4))
    assessment = assess(PersonId("学员0001"), people([{"unit": name, "level": 0} for name in "AB"]), world, AS_OF)
    weights = []
    for reported in ((), (UnitId("A"),)):
        asked = replace(assessment, reported=frozenset(reported))
        posed = goals(pose_problem(asked, world, compile_catalogue(world), YEAR))
        weights.append([posed["unit", name, 1].weight for name in "AB"])
    assert weights == [[15, 6], [60, 6]]


def test_tiers_follow_the_model_and_the_floor_is_mandatory() -> None:
    units = [unit("A"), unit("P", domain="POL"), unit("S", domain="SKILL")]
    rules = [rule("on", {"always": True}, activates=["S"])]
    world = library(units, roles=[role("R", {"A": 1, "P": 3}, floor={"P": 2})], rules=rules)
    found = goals(pose(world, *({"unit": name, "level": 0} for name in "APS")))
    assert {key[1:]: (goal.tier, goal.mandatory) for key, goal in found.items()} == {
        ("P", 1): (0, True),
        ("P", 2): (0, True),
        ("P", 3): (0, False),
        ("A", 1): (1, False),
        ("S", 1): (2, False),
    }


def test_urgent_skills_are_mandatory_with_the_period_of_their_deadline() -> None:
    rules = [rule("now", {"always": True}, activates=["S"], urgent=True, deadline="due")]
    world = library([unit("S", domain="SKILL")], roles=[role("R", {})], rules=rules)
    for due, deadline in (("2027-03-05", 2), ("2026-12-31", -1), ("2028-01-01", None)):
        found = goals(pose(world, {"unit": "S", "level": 0}, facts={"due": due}))
        assert {(goal.mandatory, goal.deadline) for goal in found.values()} == {(True, deadline)}
    assert ("urgent", "S") not in started(pose(world, {"unit": "S", "level": 0}))


def test_levels_completions_and_urgency_hold_at_the_start() -> None:
    units = [unit("A"), unit("B"), unit("S", domain="SKILL")]
    modules = [module("m"), module("n", topic="T2", requires=[{"module": "m"}])]
    topics = [topic("T1", "A", [["m"]]), topic("T2", "B", [["n"]], requires=["T1"])]
    world = library(units, modules, topics=topics, roles=[role("R", {"A": 3})])
    problem = pose(world, {"unit": "A", "level": 2}, completed=[{"module": "m", "date": "2026-01-01"}])
    held = started(problem)
    assert {("unit", "A", 1), ("unit", "A", 2), ("assessed", "A", 2), ("module", "m")} <= held
    assert ("unit", "A", 3) not in held
    assert problem.completed == 0b01
    assert not problem.available & 0b01


def test_an_assumed_level_does_not_count_as_assessed() -> None:
    modules = [module("n", topic="T2"), module("m", topic="T1")]
    topics = [topic("T1", "A", [["m"]]), topic("T2", "A", [["n"]], requires=["T1"])]
    world = library([unit("A")], modules, topics=topics, roles=[role("R", {"A": 3})])
    held = started(pose(world))
    assert ("unit", "A", 2) in held
    assert ("assessed", "A", 2) not in held


def test_only_modules_that_can_run_and_fit_are_available() -> None:
    modules = [module("big", hours=10.25), module("fits", hours=10), module("summer", offered=[7])]
    world = library([unit("A")], modules, roles=[role("R", {"A": 1})])
    ids = compile_catalogue(world).module_ids
    assert {ids[index] for index in bits(pose(world).available)} == {"fits", "summer"}
    assert {ids[index] for index in bits(pose(world, horizon=Horizon(2027, 1, 6)).available)} == {"fits"}


def test_a_budget_is_per_calendar_year() -> None:
    world = library([unit("A")], roles=[role("R", {"A": 1})])
    problem = pose(world, horizon=Horizon(2026, 11, 4, 6.5))
    assert problem.periods == (Period(10, 0), Period(11, 0), Period(0, 1), Period(1, 1))
    assert problem.budgets == (26, 26)
    assert problem.budget == 52
    assert pose(world).budgets == (80,)


def test_the_horizon_labels_months_across_years() -> None:
    horizon = Horizon(2026, 11, 4)
    assert [horizon.label(period) for period in range(4)] == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert horizon.period_of(dt.date(2027, 1, 31)) == 2


def test_the_window_of_a_month_is_the_policys() -> None:
    world = library([unit("A")], roles=[role("R", {"A": 1})])
    plain = pose(world)
    assert (plain.strict, plain.least_hours_per_period, plain.least_modules_per_period) == (False, 0, 0)
    assert plain.most_modules_per_period is None
    window = {
        "prerequisites_by": "earlier_month",
        "least_hours_per_month": 1.5,
        "least_modules_per_month": 1,
        "most_modules_per_month": 3,
    }
    bound = pose(library([unit("A")], roles=[role("R", {"A": 1})], planning=policy(**window)))
    assert (bound.strict, bound.least_hours_per_period, bound.least_modules_per_period) == (True, 6, 1)
    assert bound.most_modules_per_period == 3


def test_counted_modes_are_those_of_the_policy() -> None:
    modules = [module("class"), module("web", mode="online")]
    planning = policy(budget={"hours_per_year": 20, "counts": ["thematic"]})
    world = library([unit("A")], modules, roles=[role("R", {"A": 1})], planning=planning)
    assert pose(world).counted == 0b01


def test_preferences_become_named_costs_in_the_order_of_the_policy() -> None:
    modules = [
        module("lecture", form="lecture", mode="online", brings={"A": 1}, hours=2),
        module("task", form="exercise", brings={"A": 1}, recommends=[{"unit": "B", "level": 1}], hours=3),
        module("other", form="lecture", mode="rotation", brings={"B": 1}),
    ]
    wishes = [
        {"prefer": "few_absences", "modes": ["rotation"]},
        {"prefer": "teaching_form"},
        {"prefer": "soft_prerequisites"},
        {"prefer": "online_share", "percent": 40},
    ]
    world = library([unit("A"), unit("B")], modules, roles=[role("R", {"A": 1})], planning=policy(preferences=wishes))
    problem = pose(world, {"unit": "A", "level": 0, "gap_kind": "ability"})
    index = {name: position for position, name in enumerate(problem.catalogue.module_ids)}
    absences, form, soft, online = problem.preferences
    assert [preference.name for preference in problem.preferences] == [
        "few_absences",
        "teaching_form",
        "soft_prerequisites",
        "online_share",
    ]
    assert absences.module_costs == ((index["other"], 1),)  # type: ignore[index]
    assert form.module_costs == ((index["lecture"], 1),)  # type: ignore[index]
    assert [(m, problem.catalogue.facts[fact]) for m, fact in soft.unmet_costs] == [(index["task"], ("unit", "B", 1))]  # type: ignore[index]
    assert dict(online.module_costs) == {index["lecture"]: 8 * 60, index["task"]: -12 * 40, index["other"]: -4 * 40}  # type: ignore[index]
    assert online.allowance == 0


PAIR = [
    module(
        "case", topic="T", pairs_with=["theory"], requires=[{"module": "theory"}], brings={"A": 1}, phase="cognition"
    ),
    module("theory", topic="T", pairs_with=["case"], phase="theory", offered=[9], hours=2),
    module("task", topic="T", requires=[{"module": "case"}], brings={"A": 2}),
]


def under_way(*months: str, horizon: Horizon = YEAR, **person: Any) -> PlanningProblem:
    """Return the problem of someone who has begun the theory in these months."""
    world = library([unit("A")], PAIR, topics=[topic("T", "A", [["theory", "case"]])], roles=[role("R", {"A": 2})])
    begun = [{"module": "theory", "month": month} for month in months]
    return pose(world, {"unit": "A", "level": 0}, horizon=horizon, begun=begun, **person)


def test_a_module_under_way_is_fixed_to_its_month_or_goes_on_within_the_plan() -> None:
    assert under_way("2026-11").fixed == ((2, None),)
    assert under_way("2026-09", "2026-11", horizon=Horizon(2026, 10, 4)).fixed == ((2, 1),)
    assert under_way("2026-11", horizon=Horizon(2026, 1, 3)).fixed == ()
    assert under_way("2026-12").fixed == ()
    assert under_way().fixed == ()
    assert under_way("2026-11", completed=[{"module": "theory", "date": "2026-11-20"}]).fixed == ()


def test_a_module_under_way_is_bound_by_no_prerequisite_partner_offer_or_interval() -> None:
    problem = under_way("2026-11", horizon=Horizon(2027, 1, 6))
    case, _, theory = range(3)
    assert problem.available >> theory & 1
    assert [problem.catalogue.partners[m] for m in (case, theory)] == [0, 0]
    assert problem.catalogue.months[theory] == 0xFFF
    assert problem.catalogue.topics == (0b011,)
    assert problem.catalogue.needs[case]
    begun = pose(
        library([unit("A")], PAIR, topics=[topic("T", "A", [["theory", "case"]])], roles=[role("R", {"A": 2})]),
        begun=[{"module": "task", "month": "2026-10"}],
    )
    assert begun.catalogue.needs[1] == 0
    plain = under_way(horizon=Horizon(2027, 1, 6))
    assert not plain.available >> theory & 1
    assert plain.catalogue.partners[case] == 1 << theory


def test_completions_of_a_year_count_against_its_budget() -> None:
    modules = [module("class", hours=3), module("web", mode="online", hours=5)]
    planning = policy(budget={"hours_per_year": 8, "counts": ["thematic"]})
    world = library([unit("A")], modules, roles=[role("R", {"A": 1})], planning=planning)
    done = [
        {"module": "class", "date": "2026-03-01"},
        {"module": "web", "date": "2026-03-01"},
        {"module": "class", "date": "2025-12-31"},
        {"module": "class", "date": "2026-11-22"},
    ]
    assert pose(world, horizon=Horizon(2026, 11, 4), completed=done).budgets == (20, 32)
    assert pose(world, horizon=Horizon(2026, 11, 4, 2.0), completed=done).budgets == (0, 8)


def test_a_budget_always_affords_what_is_under_way() -> None:
    modules = [module("old", hours=3), module("web", mode="online", hours=5), module("done", hours=7)]
    planning = policy(budget={"hours_per_year": 8, "counts": ["thematic"]})
    world = library([unit("A")], modules, roles=[role("R", {"A": 1})], planning=planning)
    person: dict[str, Any] = {
        "completed": [{"module": "done", "date": "2026-03-01"}],
        "begun": [{"module": "old", "month": "2026-06"}, {"module": "web", "month": "2026-11"}],
    }
    assert pose(world, horizon=Horizon(2026, 11, 4), **person).budgets == (12, 32)
    assert pose(world, horizon=Horizon(2026, 6, 4), **person).budgets == (12,)
    assert pose(world, horizon=Horizon(2025, 12, 14), **person).budgets == (32, 12, 32)


def test_months_away_are_closed() -> None:
    modules = [module("march", offered=[3]), module("any")]
    world = library([unit("A")], modules, roles=[role("R", {"A": 1})])
    problem = pose(world, horizon=Horizon(2026, 12, 6), away=["2027-03", "2028-01", "2026-11"])
    assert problem.away == 0b001000
    assert problem.available == 0b01
    assert [problem.runs_in(0, period) for period in range(6)] == [True, True, True, False, True, True]


def test_a_module_under_way_that_is_longer_than_a_month_holds_goes_on_at_once() -> None:
    world = library([unit("A")], [module("long", hours=11), module("short", hours=10)], roles=[role("R", {"A": 1})])
    begun = [{"module": name, "month": "2026-11"} for name in ("long", "short")]
    assert pose(world, begun=begun).fixed == ((0, 0), (1, None))
    assert pose(world, begun=begun, away=["2027-01", "2027-02"]).fixed == ((0, 2), (1, None))
    assert pose(world, begun=begun, horizon=Horizon(2027, 1, 1), away=["2027-01"]).fixed == ((0, 0), (1, None))


def test_the_day_of_a_duty_binds_its_level_only() -> None:
    world = library([unit("A")], roles=[role("R", {"A": 2})], duties=[duty("law-a", "A", within_months=6)])
    found = goals(pose(world, {"unit": "A", "level": 0}, post_since="2026-09-10"))
    assert {key[2]: (goal.mandatory, goal.deadline) for key, goal in found.items()} == {1: (True, 2), 2: (False, None)}
