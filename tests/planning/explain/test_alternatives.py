"""Selections as good as the plan's: counted exactly, best preferences first."""

from __future__ import annotations

import pytest

from competency_engine.planning.explain.alternatives import find_alternatives
from competency_engine.planning.problem import Preference
from competency_engine.planning.solve import solve_problem
from competency_engine.planning.verify import verify_solution
from tests.planning.explain.every import every_plan, random_world, value
from tests.planning.small import Course, Wish, World, make_world


def alternatives(world: World, limit: int = 100) -> tuple[list[set[str]], int, bool]:
    """Return the alternatives by name, how many equal the plan, and whether they are all."""
    solution = solve_problem(world.problem)
    assert solution is not None
    found = find_alternatives(world.problem, solution, limit)
    return [world.names(plan.modules) for plan in found.plans], found.equal, found.complete


TWINS = {name: Course(adds=(goal,)) for goal in ("A1", "B1") for name in (f"{goal}x", f"{goal}y")}


def test_two_swaps_make_three_alternatives_in_order_of_ids() -> None:
    world = make_world(TWINS, [Wish("A1"), Wish("B1")])
    assert alternatives(world) == ([{"A1x", "B1y"}, {"A1y", "B1x"}, {"A1y", "B1y"}], 3, True)


def test_the_limit_says_that_there_are_more() -> None:
    world = make_world(TWINS, [Wish("A1"), Wish("B1")])
    assert alternatives(world, limit=2) == ([{"A1x", "B1y"}, {"A1y", "B1x"}], 2, False)
    assert alternatives(world, limit=3)[2] is True


def test_those_that_suit_the_preferences_less_come_later_and_are_counted_apart() -> None:
    against = Preference("form", module_costs=((0, 1), (3, 2)))
    world = make_world(TWINS, [Wish("A1"), Wish("B1")], preferences=(against,))
    assert alternatives(world) == ([{"A1x", "B1x"}, {"A1y", "B1y"}, {"A1x", "B1y"}], 0, True)


def test_dearer_and_lesser_selections_are_no_alternatives() -> None:
    courses = {"a": Course(adds=("A1",)), "dear": Course(hours=2, adds=("A1",)), "b": Course(adds=("B1",))}
    assert alternatives(make_world(courses, [Wish("A1", 2), Wish("B1")], budget=1)) == ([], 0, True)


def test_a_selection_without_a_schedule_is_no_alternative() -> None:
    """b would do as well as a, but runs in a month that never shares with its partner's."""
    courses = {
        "a": Course(hours=2, adds=("A1",)),
        "b": Course(adds=("A1",), pairs=("c",), months=(1,)),
        "c": Course(pairs=("b",), months=(2,)),
    }
    assert alternatives(make_world(courses, [Wish("A1")])) == ([], 0, True)


def test_a_plan_that_the_months_decided_has_its_alternatives_too() -> None:
    """cheap cannot be scheduled, so the plan is dear; its twin is as good."""
    courses = {
        "case": Course(pairs=("cheap",), months=(1,)),
        "cheap": Course(pairs=("case",), months=(2,), adds=("A1",)),
        "dear": Course(hours=5, adds=("A1",)),
        "twin": Course(hours=5, adds=("A1",)),
    }
    assert alternatives(make_world(courses, [Wish("A1")])) == ([{"twin"}], 1, True)


@pytest.mark.parametrize("seed", range(40))
def test_alternatives_agree_with_trying_every_plan(seed: int) -> None:
    problem = random_world(seed, preferences=True).problem
    solution = solve_problem(problem)
    assert solution is not None
    stages = {plan.solution.modules: value(problem, plan) for plan in every_plan(problem)}
    ours = stages.pop(solution.modules)
    upto = 2 + len(problem.tiers)
    expected = {modules: theirs for modules, theirs in stages.items() if theirs[:upto] == ours[:upto]}
    found = find_alternatives(problem, solution, 1_000)
    assert {plan.modules for plan in found.plans} == set(expected)
    assert found.equal == sum(theirs == ours for theirs in expected.values())
    costs = [tuple(-cost for cost in expected[plan.modules][upto:]) for plan in found.plans]
    assert costs == sorted(costs)
    assert all(verify_solution(problem, plan) == () for plan in found.plans)


def test_some_random_worlds_have_alternatives() -> None:
    """Otherwise the comparison above would compare nothing."""
    counts = []
    for seed in range(40):
        problem = random_world(seed, preferences=True).problem
        solution = solve_problem(problem)
        assert solution is not None
        counts.append(len(find_alternatives(problem, solution, 1_000).plans))
    assert sum(count > 0 for count in counts) >= 5
