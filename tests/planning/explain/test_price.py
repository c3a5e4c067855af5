"""The price list: every budget at which more is closed, and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from competency_engine.planning.explain.price import find_prices
from competency_engine.planning.explain.variants import UnprovenError, with_budget
from competency_engine.planning.problem import PlanningProblem, Solution, StageResult
from competency_engine.planning.solve import solve_problem
from tests.planning.explain.every import every_plan, random_world
from tests.planning.small import Course, Wish, World, make_world


def prices(world: World) -> list[tuple[int, tuple[int, ...], set[str]]]:
    """Return each price in hours, its value and its modules by name."""
    return [
        (point.budget // 4, point.value, world.names(point.solution.modules)) for point in find_prices(world.problem)
    ]


def test_a_price_list_rises_in_the_order_of_the_tiers() -> None:
    """One hour buys B (second tier); two buy A (first tier) instead of it; three buy both."""
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=1, adds=("B1",))}
    world = make_world(courses, [Wish("A1"), Wish("B1", 5, tier=1)])
    assert prices(world) == [
        (0, (0, 0, 0), set()),
        (1, (0, 0, 5), {"b"}),
        (2, (0, 1, 0), {"a"}),
        (3, (0, 1, 5), {"a", "b"}),
    ]


def test_hours_that_no_budget_counts_are_free() -> None:
    courses = {"a": Course(hours=2, adds=("A1",)), "online": Course(hours=9, adds=("B1",))}
    world = make_world(courses, [Wish("A1"), Wish("B1")], uncounted=("online",))
    assert prices(world) == [(0, (0, 1, 0), {"online"}), (2, (0, 2, 0), {"a", "online"})]


def test_a_budget_is_of_a_year_so_two_years_halve_it() -> None:
    courses = {"a": Course(hours=3, adds=("A1",)), "b": Course(hours=3, adds=("B1",))}
    world = make_world(courses, [Wish("A1"), Wish("B1")], months=2, first_month=12, budget=(9, 9))
    assert prices(world) == [(0, (0, 0, 0), set()), (3, (0, 2, 0), {"a", "b"})]


def test_no_quarter_hour_is_passed_over_and_each_row_takes_one_solve(monkeypatch: pytest.MonkeyPatch) -> None:
    """a takes five quarters, b six: five quarters buy a, six buy b instead, eleven both."""
    world = make_world({"a": Course(adds=("A1",)), "b": Course(adds=("B1",))}, [Wish("A1"), Wish("B1", 2)])
    problem = replace(world.problem, catalogue=replace(world.problem.catalogue, hours=(5, 6)))
    solves = []

    def counted(asked: PlanningProblem) -> Solution | None:
        solves.append(asked)
        return solve_problem(asked)

    monkeypatch.setattr("competency_engine.planning.explain.price.solve_problem", counted)
    assert [(point.budget, point.value[1]) for point in find_prices(problem)] == [(0, 0), (5, 1), (6, 2), (11, 3)]
    assert len(solves) == 4


def test_each_point_is_the_plan_of_its_budget() -> None:
    for seed in range(20):
        problem = random_world(seed, preferences=True).problem
        for point in find_prices(problem):
            assert point.solution == solve_problem(with_budget(problem, point.budget))


@pytest.mark.parametrize("seed", range(40))
def test_the_price_list_agrees_with_trying_every_plan(seed: int) -> None:
    problem = random_world(seed).problem
    ample = sum(problem.catalogue.hours)
    plans = [(plan.year, *_closed(problem, plan.facts)) for plan in every_plan(with_budget(problem, ample))]
    points = find_prices(problem)
    for budget in range(ample + 1):
        best = max(value for year, *value in plans if year <= budget)
        reached = [point for point in points if point.budget <= budget][-1]
        assert list(reached.value) == best
    assert [point.value for point in points] == sorted({point.value for point in points})


def _closed(problem: PlanningProblem, facts: int) -> list[int]:
    goals = [goal for goal in problem.goals if facts >> goal.fact & 1]
    tiers = range(len(problem.tiers))
    return [
        sum(goal.weight for goal in goals if goal.mandatory),
        *(sum(goal.weight for goal in goals if goal.tier == tier) for tier in tiers),
    ]


def test_a_value_that_is_not_proven_is_no_price(monkeypatch: pytest.MonkeyPatch) -> None:
    def unproven(problem: PlanningProblem) -> Solution:
        solution = solve_problem(problem)
        assert solution is not None
        return replace(solution, stages=(StageResult("mandatory", 0, 1), *solution.stages[1:]))

    monkeypatch.setattr("competency_engine.planning.explain.price.solve_problem", unproven)
    with pytest.raises(UnprovenError, match="no exact answer"):
        find_prices(make_world({"a": Course(adds=("A1",))}, [Wish("A1")]).problem)
