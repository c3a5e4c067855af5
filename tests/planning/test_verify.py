"""The verifier: a good plan passes, and each rule alone rejects the plan that breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from competency_engine.planning.problem import Preference, Solution, StageResult
from competency_engine.planning.solve import solve_problem
from competency_engine.planning.verify import CHECKS, stage_values, verify_solution
from tests.planning.small import Course, Wish, World, make_world


def rejected(world: World, *steps: tuple[str, int]) -> list[str]:
    """Return the rules, other than the stages, that a schedule breaks."""
    found = verify_solution(world.problem, world.solution(*steps))
    return sorted(what for what in found if not what.startswith("stages"))


WORLD = make_world(
    {
        "base": Course(hours=2, adds=("A1",), topic="t"),
        "case": Course(hours=1, needs=("A1",), pairs=("theory",)),
        "practice": Course(hours=3, needs=("B1",), adds=("B2",), months=(2, 3), topic="t"),
        "theory": Course(hours=1, needs=("A1",), adds=("B1",), pairs=("case",)),
        "done": Course(adds=("D1",)),
    },
    [Wish("A1", mandatory=True), Wish("B1", 2), Wish("B2", 3, tier=1, deadline=1)],
    completed=("done",),
    budget=7,
    months=4,
    cap=4,
    interval=1,
)
GOOD = (("base", 0), ("theory", 0), ("case", 0), ("practice", 1))


def test_a_sound_plan_passes_every_rule() -> None:
    assert rejected(WORLD, *GOOD) == []


def test_the_solved_plan_passes_with_its_stages() -> None:
    solution = solve_problem(WORLD.problem)
    assert solution is not None
    assert verify_solution(WORLD.problem, solution) == ()


def test_a_repeated_module_is_rejected() -> None:
    assert rejected(WORLD, ("base", 0), ("base", 1)) == ["availability: base is repeated"]


def test_a_completed_module_is_rejected() -> None:
    assert rejected(WORLD, ("done", 0)) == ["availability: done may not be taken"]


def test_a_module_that_is_completed_is_rejected_even_when_listed_as_available() -> None:
    problem = replace(WORLD.problem, available=WORLD.problem.available | WORLD.mask("done"))
    found = verify_solution(problem, WORLD.solution(("done", 0)))
    assert "availability: done may not be taken" in found


def test_a_module_that_may_not_be_taken_is_rejected() -> None:
    problem = replace(WORLD.problem, available=0)
    assert "availability: base may not be taken" in verify_solution(problem, WORLD.solution(("base", 0)))


def test_a_missing_prerequisite_is_named() -> None:
    assert rejected(WORLD, ("practice", 1)) == ["prerequisites: practice needs ('unit', 'B', 1)"]


def test_a_prerequisite_met_only_later_is_rejected() -> None:
    found = rejected(WORLD, ("theory", 0), ("case", 0), ("base", 0))
    assert found == ["prerequisites: case needs ('unit', 'A', 1)", "prerequisites: theory needs ('unit', 'A', 1)"]


def test_a_module_after_a_gate_is_accepted_only_when_the_gate_is_open() -> None:
    courses = {"a": Course(adds=("A1",)), "b": Course(adds=("B1",)), "z": Course(needs=("g",))}
    world = make_world(courses, gates={"g": (2, ("A1", "B1", "C1"))})
    assert rejected(world, ("a", 0), ("b", 0), ("z", 0)) == []
    assert rejected(world, ("a", 0), ("z", 0)) == ["prerequisites: z needs ('gate', 'g')"]


CHAIN = {"a": Course(adds=("A1",)), "b": Course(needs=("A1",), adds=("B1",)), "c": Course(needs=("B1",))}


def test_strict_precedence_asks_for_an_earlier_month() -> None:
    world = make_world(CHAIN, strict=True)
    assert rejected(world, ("a", 0), ("b", 1), ("c", 2)) == []
    assert rejected(world, ("a", 0), ("b", 1), ("c", 1)) == ["precedence: c needs ('unit', 'B', 1) in an earlier month"]
    assert rejected(make_world(CHAIN), ("a", 0), ("b", 0), ("c", 0)) == []


def test_strict_precedence_counts_what_holds_at_the_start() -> None:
    assert rejected(make_world(CHAIN, start=("A1", "B1"), strict=True), ("b", 0), ("c", 0)) == []


def test_partners_meet_each_others_needs_under_strict_precedence() -> None:
    """The case needs the theory that it is taken with; the practice needs the case and is no partner."""
    courses = {
        "case": Course(needs=("T1",), adds=("C1",), pairs=("theory",)),
        "practice": Course(needs=("C1",)),
        "theory": Course(adds=("T1",), pairs=("case",)),
    }
    world = make_world(courses, strict=True)
    assert rejected(world, ("theory", 0), ("case", 0), ("practice", 1)) == []
    assert rejected(world, ("theory", 0), ("case", 0), ("practice", 0)) == [
        "precedence: practice needs ('unit', 'C', 1) in an earlier month"
    ]


def test_a_partner_in_a_later_month_meets_nothing() -> None:
    courses = {"case": Course(needs=("T1",), pairs=("theory",)), "theory": Course(adds=("T1",), pairs=("case",))}
    found = rejected(make_world(courses, strict=True), ("case", 0), ("theory", 1))
    assert "precedence: case needs ('unit', 'T', 1) in an earlier month" in found


def test_a_partner_helps_to_open_a_gate_under_strict_precedence() -> None:
    """The gate asks for A1 and T1: a comes a month before, t is the partner of z."""
    courses = {
        "a": Course(adds=("A1",)),
        "t": Course(adds=("T1",), pairs=("z",)),
        "z": Course(needs=("g",), pairs=("t",)),
    }
    world = make_world(courses, gates={"g": (2, ("A1", "T1"))}, strict=True)
    assert rejected(world, ("a", 0), ("t", 1), ("z", 1)) == []
    assert rejected(world, ("a", 0), ("t", 0), ("z", 0)) == ["precedence: z needs ('gate', 'g') in an earlier month"]


def test_half_a_pair_is_rejected() -> None:
    assert rejected(WORLD, ("base", 0), ("theory", 0)) == ["pairs: theory is taken without its partner"]


def test_a_completed_partner_counts() -> None:
    courses = {"t": Course(pairs=("c",)), "c": Course(pairs=("t",))}
    assert rejected(make_world(courses, completed=("c",)), ("t", 0)) == []


def test_a_pair_in_two_months_is_rejected() -> None:
    found = rejected(WORLD, ("base", 0), ("theory", 0), ("case", 1))
    assert found == ["pairs: case and theory are in different months", "pairs: theory and case are in different months"]


def test_steps_out_of_order_are_rejected() -> None:
    assert rejected(WORLD, ("base", 1), ("theory", 0), ("case", 0)) == [
        "order: theory is listed after a later month",
    ]


@pytest.mark.parametrize("period", [-1, 4])
def test_a_month_outside_the_horizon_is_rejected(period: int) -> None:
    assert "order: base lies outside the horizon" in rejected(WORLD, ("base", period))


def test_the_last_month_of_the_horizon_is_inside() -> None:
    assert rejected(WORLD, ("base", 3)) == []


def test_a_month_in_which_a_module_does_not_run_is_rejected() -> None:
    found = rejected(WORLD, ("base", 3), ("theory", 3), ("case", 3), ("practice", 3))
    assert "offers: practice does not run in month 4" in found


def test_a_module_that_runs_only_later_is_rejected() -> None:
    world = make_world({"a": Course(months=(3,))})
    assert rejected(world, ("a", 1)) == ["offers: a does not run in month 2"]


def test_the_offer_is_looked_up_by_calendar_month() -> None:
    world = make_world({"a": Course(months=(1,))}, months=3, first_month=12, budget=(9, 9))
    assert rejected(world, ("a", 1)) == []
    assert rejected(world, ("a", 0)) == ["offers: a does not run in month 12"]


def test_a_month_over_its_cap_is_rejected() -> None:
    found = rejected(WORLD, ("base", 1), ("theory", 1), ("case", 1), ("practice", 1))
    assert found == ["caps: period 2 holds 28 of 16 quarter hours"]


def test_a_month_at_its_cap_is_accepted() -> None:
    assert rejected(WORLD, ("base", 0), ("theory", 0), ("case", 0)) == []


def test_a_month_with_too_many_modules_is_rejected() -> None:
    world = make_world({"a": Course(), "b": Course(), "c": Course()}, most=2)
    assert rejected(world, ("a", 0), ("b", 0), ("c", 1)) == []
    assert rejected(world, ("a", 1), ("b", 1), ("c", 1)) == ["caps: period 2 holds 3 of 2 modules"]


def test_every_month_holds_its_least_hours() -> None:
    world = make_world({"a": Course(hours=2), "b": Course(hours=3)}, months=2, least=2)
    assert rejected(world, ("a", 0), ("b", 1)) == []
    assert rejected(world, ("a", 1), ("b", 1)) == ["least: period 1 holds 0 quarter hours, at least 8 are due"]
    assert rejected(make_world({"a": Course(hours=2)}, months=1, least=3), ("a", 0)) == [
        "least: period 1 holds 8 quarter hours, at least 12 are due"
    ]


def test_every_month_holds_its_fewest_modules() -> None:
    world = make_world({"a": Course(), "b": Course(), "c": Course()}, months=2, fewest=1)
    assert rejected(world, ("a", 0), ("b", 1), ("c", 1)) == []
    assert rejected(world, ("a", 0), ("b", 0), ("c", 0)) == ["least: period 2 holds 0 modules, at least 1 are due"]


def test_a_month_away_takes_no_module_and_owes_none() -> None:
    world = make_world({"a": Course(), "b": Course()}, months=3, away=(1,), fewest=1)
    assert rejected(world, ("a", 0), ("b", 2)) == []
    assert rejected(world, ("a", 0), ("b", 1)) == [
        "least: period 3 holds 0 modules, at least 1 are due",
        "offers: b stands in period 2, away from the post",
    ]


def test_what_is_fixed_is_taken_in_its_month() -> None:
    world = make_world({"a": Course(), "b": Course()}, fixed={"a": 1, "b": None})
    assert rejected(world, ("a", 1), ("b", 3)) == []
    assert rejected(world, ("a", 2), ("b", 3)) == ["fixed: a is in period 3 instead of 2"]
    assert rejected(world, ("a", 1)) == ["fixed: b is left out"]


def test_what_is_fixed_to_a_month_stays_whatever_its_offer_and_absences() -> None:
    courses = {"a": Course(months=(4,)), "b": Course(months=(4,))}
    world = make_world(courses, away=(0,), fixed={"a": 0, "b": None})
    assert rejected(world, ("a", 0), ("b", 2)) == ["offers: b does not run in month 3"]


def test_what_is_fixed_to_a_month_may_be_more_than_its_cap_and_nothing_beside_it() -> None:
    courses = {"a": Course(hours=3), "b": Course(hours=3), "c": Course(hours=1)}
    world = make_world(courses, cap=4, most=1, fixed={"a": 0, "b": 0})
    assert rejected(world, ("a", 0), ("b", 0), ("c", 1)) == []
    assert rejected(world, ("a", 0), ("b", 0), ("c", 0)) == [
        "caps: period 1 holds 28 of 24 quarter hours",
        "caps: period 1 holds 3 of 2 modules",
    ]


def test_kept_and_moved_are_counted_where_there_is_an_earlier_plan() -> None:
    """a stays in its month, b moves, the month of c has passed, d is dropped."""
    courses = {name: Course() for name in "abcd"}
    world = make_world(courses, earlier={"a": 0, "b": 1, "c": None, "d": 2})
    values = stage_values(world.problem, world.solution(("a", 0), ("b", 2), ("c", 3)))
    assert (values["kept"], values["moved"]) == (3, 1)
    assert list(values) == [
        "mandatory", "tier:first", "tier:second", "kept", "hours", "deadlines", "moved", "goal_periods", "peak_load"
    ]  # fmt: skip
    assert "kept" not in stage_values(WORLD.problem, WORLD.solution(*GOOD))


@pytest.mark.parametrize(("name", "bound", "sound"), [("kept", 0, False), ("kept", 2, True), ("moved", 1, False)])
def test_more_kept_is_better_and_more_moved_is_worse(name: str, bound: int, sound: bool) -> None:
    world = make_world({"a": Course(), "b": Course()}, earlier={"a": 0, "b": 1})
    solution = world.solution(("a", 0))
    values = stage_values(world.problem, solution)
    stages = tuple(StageResult(stage, v, bound if stage == name else v) for stage, v in values.items())
    assert (verify_solution(world.problem, Solution(solution.steps, stages)) == ()) == sound


def test_a_year_over_its_budget_is_rejected() -> None:
    courses = {"a": Course(hours=2), "b": Course(hours=2)}
    world = make_world(courses, months=2, first_month=12, budget=(3, 4))
    assert rejected(world, ("a", 0), ("b", 0)) == ["budget: year 1 holds 16 of 12 quarter hours"]
    assert rejected(world, ("a", 1), ("b", 1)) == []


def test_uncounted_hours_are_not_in_the_budget() -> None:
    world = make_world({"a": Course(hours=2), "b": Course(hours=2)}, budget=2, uncounted=("b",))
    assert rejected(world, ("a", 0), ("b", 0)) == []


def test_phases_of_a_topic_too_far_apart_are_rejected() -> None:
    found = rejected(WORLD, ("base", 0), ("theory", 2), ("case", 2), ("practice", 2))
    assert "intervals: base, practice lie further apart than 1 months" in found


def test_phases_at_the_longest_interval_are_accepted() -> None:
    assert rejected(WORLD, ("base", 1), ("theory", 1), ("case", 1), ("practice", 2)) == []


def test_stage_values_are_recomputed_from_the_steps() -> None:
    preferences = (
        Preference("form", module_costs=((WORLD.module["base"], 3), (WORLD.module["done"], 9))),
        Preference(
            "soft", unmet_costs=((WORLD.module["base"], WORLD.fact["B2"]), (WORLD.module["base"], WORLD.fact["D1"]))
        ),
        Preference("online", module_costs=((WORLD.module["base"], 5),), allowance=2),
        Preference("slack", module_costs=((WORLD.module["base"], 5),), allowance=9),
    )
    problem = replace(WORLD.problem, preferences=preferences)
    assert stage_values(problem, WORLD.solution(*GOOD)) == {
        "mandatory": 1,
        "tier:first": 3,
        "tier:second": 3,
        "hours": 28,
        "form": 3,
        "soft": 1,
        "online": 3,
        "slack": 0,
        "deadlines": 0,
        "goal_periods": 1 * 1 + 2 * 1 + 3 * 2,
        "peak_load": 16,
    }


def test_a_goal_reached_after_its_deadline_counts() -> None:
    values = stage_values(WORLD.problem, WORLD.solution(("base", 1), ("theory", 1), ("case", 1), ("practice", 2)))
    assert values["deadlines"] == 3
    assert values["goal_periods"] == 1 * 2 + 2 * 2 + 3 * 3


def test_a_goal_counts_when_it_is_first_reached() -> None:
    world = make_world({"a": Course(adds=("A1",)), "b": Course(adds=("A1",))}, [Wish("A1")])
    assert stage_values(world.problem, world.solution(("a", 0), ("b", 2)))["goal_periods"] == 1


def good_solution() -> Solution:
    """Return a plan with every stage claimed as it is."""
    values = stage_values(WORLD.problem, WORLD.solution(*GOOD))
    return WORLD.solution(*GOOD, stages=[StageResult(name, value, value) for name, value in values.items()])


def test_claimed_stages_that_are_true_pass() -> None:
    assert verify_solution(WORLD.problem, good_solution()) == ()


@pytest.mark.parametrize("index", range(7))
def test_a_false_claim_in_any_stage_is_rejected(index: int) -> None:
    solution = good_solution()
    stage = solution.stages[index]
    false = StageResult(stage.name, stage.value + 1, stage.value + 1)
    stages = (*solution.stages[:index], false, *solution.stages[index + 1 :])
    expected = f"stages: {stage.name} is {stage.value}, the plan says {stage.value + 1}"
    assert expected in verify_solution(WORLD.problem, Solution(solution.steps, stages))


def test_a_missing_stage_is_rejected() -> None:
    solution = good_solution()
    found = verify_solution(WORLD.problem, Solution(solution.steps, solution.stages[1:]))
    assert any("mandatory is 1, the plan says None" in what for what in found)


def test_stages_in_another_order_are_rejected() -> None:
    solution = good_solution()
    found = verify_solution(WORLD.problem, Solution(solution.steps, solution.stages[::-1]))
    assert len(found) == 1
    assert found[0].startswith("stages: stages are")


@pytest.mark.parametrize(("index", "bound"), [(0, 0), (1, 2), (3, 29), (4, 1), (5, 10), (6, 17)])
def test_a_value_better_than_its_bound_is_rejected(index: int, bound: int) -> None:
    solution = good_solution()
    stage = replace(solution.stages[index], bound=bound)
    stages = (*solution.stages[:index], stage, *solution.stages[index + 1 :])
    found = verify_solution(WORLD.problem, Solution(solution.steps, stages))
    assert found == (f"stages: {stage.name} claims {stage.value}, better than its own bound {bound}",)


@pytest.mark.parametrize(("index", "bound"), [(0, 2), (3, 27)])
def test_a_value_short_of_its_bound_is_an_honest_claim(index: int, bound: int) -> None:
    solution = good_solution()
    stage = replace(solution.stages[index], bound=bound)
    stages = (*solution.stages[:index], stage, *solution.stages[index + 1 :])
    assert verify_solution(WORLD.problem, Solution(solution.steps, stages)) == ()
    assert stage.status == "feasible"


def test_every_check_is_part_of_the_verification() -> None:
    names = {check.__name__ for check in CHECKS}
    assert names == {
        "check_availability",
        "check_prerequisites",
        "check_precedence",
        "check_pairs",
        "check_order",
        "check_offers",
        "check_fixed",
        "check_caps",
        "check_least",
        "check_budget",
        "check_intervals",
        "check_stages",
    }
