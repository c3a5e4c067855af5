"""What would change it: the smallest single change, each proven, and honest when there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

import competency_engine.planning.explain.changes as changes_module
from competency_engine.planning.explain.changes import Changes, find_changes
from competency_engine.planning.explain.rules import Rule
from competency_engine.planning.explain.variants import (
    UnprovenError,
    close_all,
    smallest,
    wanting,
    with_budget,
    with_levels,
    with_month_cap,
    with_months,
)
from competency_engine.planning.problem import PlanningProblem, StageResult
from competency_engine.planning.reduce import find_executable
from competency_engine.planning.solve import solve_problem
from tests.planning.explain.every import every_plan, random_world
from tests.planning.small import Course, Wish, World, make_world


def changes(world: World, *wanted: str) -> Changes:
    solution = solve_problem(world.problem)
    assert solution is not None
    return find_changes(world.problem, solution, sum(1 << world.fact[name] for name in wanted))


def test_a_budget_is_the_smallest_that_keeps_what_the_plan_closes() -> None:
    courses = {
        "a": Course(hours=3, adds=("A1",)),
        "b": Course(hours=4, needs=("C1",), adds=("B1",)),
        "c": Course(hours=2, adds=("C1",)),
    }
    found = changes(make_world(courses, [Wish("A1", 9), Wish("B1")], budget=5), "B1")
    assert found.hours_per_year == (3 + 4 + 2) * 4
    assert found.hours_per_month is None
    assert found.rules == ()


def test_a_further_year_brings_a_further_budget() -> None:
    """Ten hours a year and twelve to spend: the thirteenth month is in the next year."""
    courses = {name: Course(hours=6, adds=(f"{name.upper()}1",)) for name in ("a", "b")}
    found = changes(make_world(courses, [Wish("A1", 2), Wish("B1")], budget=10, months=12), "B1")
    assert (found.hours_per_year, found.hours_per_month, found.months) == (48, None, 13)


def test_a_month_cap_is_the_smallest_that_lets_the_longest_month_in() -> None:
    courses = {"a": Course(hours=3, adds=("A1",), months=(1,)), "b": Course(hours=2, adds=("B1",), months=(1,))}
    found = changes(make_world(courses, [Wish("A1", 9), Wish("B1")], cap=4, months=2), "B1")
    assert found.hours_per_month == 5 * 4
    assert found.months == 13
    assert found.hours_per_year is None


def test_evidence_of_what_the_plan_would_teach_frees_its_hours() -> None:
    courses = {
        "a": Course(hours=3, adds=("A1",)),
        "b": Course(hours=3, needs=("A1", "C1"), adds=("B1",)),
        "c": Course(hours=3, adds=("C1",)),
    }
    world = make_world(courses, [Wish("B1")], budget=6)
    found = changes(world, "B1")
    assert set(found.evidence) == {world.fact["A1"], world.fact["C1"]}


def test_an_assumed_level_becomes_news_when_it_is_shown() -> None:
    """b needs A assessed at 1; A1 is held, but only assumed."""
    world = make_world({"b": Course(needs=("A1", "S1"), adds=("B1",))}, [Wish("B1")], start=("A1",))
    keys = list(world.problem.catalogue.facts)
    keys[world.fact["S1"]] = ("assessed", "A", 1)
    problem = replace(world.problem, catalogue=replace(world.problem.catalogue, facts=tuple(keys)))
    solution = solve_problem(problem)
    assert solution is not None
    assert find_changes(problem, solution, 1 << world.fact["B1"]).evidence == (world.fact["A1"],)


def test_an_unreachable_goal_opens_with_a_module_or_without_a_requirement() -> None:
    """Z needs X at 2, which nothing brings; X at 1 is within reach, so one module to X2 would do."""
    courses = {
        "x": Course(adds=("X1",)),
        "z": Course(needs=("X2",), adds=("Z1",)),
        "y": Course(adds=("X3",), needs=("Q1",)),
    }
    world = make_world(courses, [Wish("Z1")])
    found = changes(world, "Z1")
    assert set(found.missing) == {world.fact[name] for name in ("X2", "Z1", "Q1")}
    assert set(found.rules) == {
        Rule("prerequisite", world.module["z"], world.fact["X2"]),
        Rule("prerequisite", world.module["y"], world.fact["Q1"]),
    }


def test_an_unreachable_goal_opens_when_its_module_is_offered() -> None:
    world = make_world({"z": Course(adds=("Z1",), months=(6,))}, [Wish("Z1")])
    assert changes(world, "Z1").rules == (Rule("offer", world.module["z"]),)


def test_an_unreachable_goal_may_wait_for_a_longer_month() -> None:
    world = make_world({"z": Course(hours=9, adds=("Z1",))}, [Wish("Z1")], cap=8)
    problem = with_month_cap(world.problem, 8 * 4)
    solution = solve_problem(problem)
    assert solution is not None
    assert find_changes(problem, solution, 1 << world.fact["Z1"]).rules == (Rule("month_cap"),)


def test_two_lacks_are_mended_by_no_single_requirement() -> None:
    courses = {"z": Course(needs=("X2", "Y2"), adds=("Z2",)), "w": Course(needs=("X1", "Y1"))}
    world = make_world(courses, [Wish("Z2")])
    assert changes(world, "Z2") == Changes()


@pytest.mark.parametrize("seed", range(40))
def test_changes_agree_with_trying_every_plan(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes_module, "MOST_MONTHS", 4)
    problem = random_world(seed, modules=4).problem
    solution = solve_problem(problem)
    assert solution is not None
    closed, _ = problem.catalogue.closure(problem.start, solution.modules)
    reachable, _ = find_executable(problem)
    for goal in problem.goals:
        if closed >> goal.fact & 1 or not reachable >> goal.fact & 1:
            continue
        found = find_changes(problem, solution, 1 << goal.fact)
        kept = sum(1 << other.fact for other in problem.goals if closed >> other.fact & 1) | 1 << goal.fact
        ample = sum(problem.catalogue.hours)
        assert found.hours_per_year == _least(with_budget(problem, ample), kept, "year")
        assert found.hours_per_month == _least(with_month_cap(problem, ample), kept, "month")
        assert found.months == _least(with_months(problem, 4), kept, "months")
        for fact, key in enumerate(problem.catalogue.facts):
            below = [f for f in range(len(problem.catalogue.facts)) if _is_below(problem, f, fact)]
            held = with_levels(problem, 1 << fact | sum(1 << f for f in below))
            enough = _least(held, kept, "year") is not None
            if not problem.start >> fact & 1 and not (fact == goal.fact or _is_below(problem, goal.fact, fact)):
                lowest = any(f in found.evidence for f in (fact, *below))
                assert enough == lowest, key


def _is_below(problem: PlanningProblem, fact: int, other: int) -> bool:
    _, unit, level = problem.catalogue.facts[fact]
    _, other_unit, other_level = problem.catalogue.facts[other]
    return unit == other_unit and int(level) < int(other_level)


def _least(problem: PlanningProblem, facts: int, measure: str) -> int | None:
    """Return the least year, month or number of months of a plan that ends with ``facts``."""
    return min((getattr(plan, measure) for plan in every_plan(problem) if not facts & ~plan.facts), default=None)


def test_smallest_is_the_first_success_and_asks_few_questions() -> None:
    asked: list[int] = []

    def attempt(number: int) -> int | None:
        asked.append(number)
        return number if number >= 37 else None

    assert smallest(0, 1_000, attempt) == 37
    assert len(asked) <= 11
    assert smallest(0, 30, attempt) is None


def test_a_search_that_stopped_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world({"a": Course(hours=9, adds=("A1",))}, [Wish("A1")], budget=1)

    def unproven(problem: PlanningProblem) -> object:
        solution = solve_problem(problem)
        assert solution is not None
        return replace(solution, stages=(StageResult("mandatory", 0, 1), *solution.stages[1:]))

    monkeypatch.setattr("competency_engine.planning.explain.variants.solve_problem", unproven)
    with pytest.raises(UnprovenError):
        close_all(wanting(world.problem, 1))
    monkeypatch.setattr("competency_engine.planning.explain.variants.solve_problem", lambda problem: None)
    with pytest.raises(UnprovenError):
        close_all(wanting(world.problem, 1))
