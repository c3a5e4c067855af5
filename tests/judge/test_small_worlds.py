"""The product against judges that it shares no planning code with, on small drawn worlds.

Every stage's value, the choice of modules and the proof are compared: with an answer-set solver on 240 worlds, and by
enumeration on those that are small enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.pose import pose_problem
from competency_engine.planning.problem import PlanningProblem, bits
from competency_engine.planning.reduce import reduce_problem
from competency_engine.planning.solve import solve_problem
from tests.judge.brute_force import MOST_PLACEMENTS, brute_force_plan
from tests.judge.plan import judge_plan
from tests.judge.rules import Case
from tests.judge.worlds import MEDIUM, TINY, Size, World, random_world, windowed_world, world_under_way
from tests.planning.program import goals_alone, program_alone

DRAWN = [range(first, first + 40) for first in range(0, 240, 40)]
WINDOWED = [range(first, first + 40) for first in range(2_000, 2_160, 40)]
UNDER_WAY = [range(first, first + 40) for first in range(3_000, 3_160, 40)]
AGAIN = [range(first, first + 40) for first in range(4_000, 4_160, 40)]
ONCE_WRONG = [(TINY, seed) for seed in (483, 880, 1804, 1948, 2791, 3585)]
ONCE_WRONG += [(MEDIUM, seed) for seed in (144, 301, 335, 552, 585, 759)]
"""Worlds on which an earlier matcher gave up on a schedule, or lost one of two ways into a module."""
BRUTE_LIMIT = 7


def problem_of(world: World) -> PlanningProblem:
    """Return the product's problem of a world."""
    return pose_problem(world.assessment, world.library, compile_catalogue(world.library), world.horizon)


def product(problem: PlanningProblem) -> tuple[dict[str, int], dict[str, int], bool] | None:
    """Return the product's stage values, the period of each module, and whether all is proven; None without a plan."""
    catalogue, solution = problem.catalogue, solve_problem(problem)
    if solution is None:
        return None
    values = {stage.name: stage.value for stage in solution.stages}
    periods = {str(catalogue.module_ids[module]): period for module, period in solution.steps}
    return values, periods, all(stage.status == "optimal" for stage in solution.stages)


def compare(seed: int, size: Size = TINY, draw: Callable[[int, Size], World] = random_world) -> bool:
    """Fail unless product and judge agree on the world of ``seed``; return whether it has a plan."""
    world = draw(seed, size)
    return agree(world, problem_of(world), seed)


def agree(world: World, problem: PlanningProblem, seed: int) -> bool:
    """Fail unless product and judge agree on ``problem``, posed of ``world``; return whether it has a plan."""
    ids = problem.catalogue.module_ids
    earlier = {str(ids[module]): period for module, period in problem.earlier}
    found = product(problem)
    for alone in (program_alone, goals_alone):
        with alone():
            assert product(problem) == found, (seed, alone)
    judged = judge_plan(world.library, world.assessment, world.horizon, earlier)
    assert (found is None) == (judged is None), seed
    if found is None or judged is None:
        return False
    values, periods, proven = found
    selection, schedule = judged
    assert proven, seed
    assert values == {**selection.stages, **schedule.stages}, seed
    assert tuple(sorted(periods)) == selection.modules, seed
    case = Case(world.library, world.assessment, world.horizon, earlier)
    assert case.selection_stages(sorted(periods)) == selection.stages, seed
    assert case.schedule_stages(periods) == schedule.stages, seed
    return True


@pytest.mark.parametrize("seeds", DRAWN, ids=str)
def test_product_and_answer_set_solver_agree(seeds: range) -> None:
    for seed in seeds:
        assert compare(seed), seed


@pytest.mark.parametrize("seeds", WINDOWED, ids=str)
def test_product_and_answer_set_solver_agree_where_months_are_bound(seeds: range) -> None:
    planned = [compare(seed, TINY, windowed_world) for seed in seeds]
    assert 20 <= sum(planned) < len(planned)


@pytest.mark.parametrize("seeds", UNDER_WAY, ids=str)
def test_product_and_answer_set_solver_agree_on_what_is_under_way(seeds: range) -> None:
    assert sum(compare(seed, TINY, world_under_way) for seed in seeds) >= 20


@pytest.mark.parametrize("seeds", AGAIN, ids=str)
def test_product_and_answer_set_solver_agree_on_a_plan_made_anew(seeds: range) -> None:
    """The earlier plan is a drawn one, with months inside the horizon, before it, and such as do not fit."""
    kept = moved = 0
    for seed in seeds:
        world = world_under_way(seed)
        problem = problem_of(world)
        rng = Random(f"earlier {seed}")
        wanted = list(bits(reduce_problem(problem).relevant & ~sum(1 << module for module, _ in problem.fixed)))
        chosen = sorted(rng.sample(wanted, rng.randint(0, len(wanted))))
        periods = [None, *range(len(problem.periods))]
        again = replace(problem, earlier=tuple((module, rng.choice(periods)) for module in chosen))
        agree(world, again, seed)
        values = (product(again) or ({}, {}, True))[0]
        kept += values.get("kept", 0) > 0
        moved += values.get("moved", 0) > 0
    assert kept >= 5
    assert moved >= 2


def test_product_and_answer_set_solver_agree_on_larger_worlds_where_months_are_bound() -> None:
    assert sum(compare(seed, MEDIUM, windowed_world) for seed in range(100, 105)) >= 2


@pytest.mark.parametrize(("size", "seed"), ONCE_WRONG)
def test_worlds_that_were_once_wrong_stay_right(size: Size, seed: int) -> None:
    compare(seed, size)


def test_product_and_answer_set_solver_agree_on_larger_worlds() -> None:
    for seed in range(20):
        compare(seed, MEDIUM)


@pytest.mark.parametrize("draw", [random_world, windowed_world, world_under_way])
def test_product_and_enumeration_agree_on_the_tiniest_worlds(draw: Callable[[int], World]) -> None:
    compared = 0
    for seed in range(400):
        world = draw(seed)
        case = Case(world.library, world.assessment, world.horizon)
        if len(case.takable) > BRUTE_LIMIT or len(case.calendar) ** len(case.takable) > MOST_PLACEMENTS:
            continue
        tried = brute_force_plan(world.library, world.assessment, world.horizon)
        found = product(problem_of(world))
        assert (found is None) == (tried is None), seed
        if found is None or tried is None:
            continue
        values, periods, _ = found
        selection, schedule = tried
        assert values == {**selection.stages, **schedule.stages}, seed
        assert tuple(sorted(periods)) == selection.modules, seed
        compared += 1
    assert compared >= 30
