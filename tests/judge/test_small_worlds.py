"""The product against judges that it shares no planning code with, on small drawn worlds.

Every stage's value, the choice of modules and the proof are compared: with an answer-set solver on 240 worlds, and by
enumeration on those that are small enough.
"""

from __future__ import annotations

import pytest

from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.pose import pose_problem
from competency_engine.planning.solve import solve_problem
from tests.judge.brute_force import brute_force_plan
from tests.judge.plan import judge_plan
from tests.judge.rules import Case
from tests.judge.worlds import MEDIUM, TINY, Size, World, random_world

DRAWN = [range(first, first + 40) for first in range(0, 240, 40)]
ONCE_WRONG = [(TINY, seed) for seed in (483, 880, 1804, 1948, 2791, 3585)]
ONCE_WRONG += [(MEDIUM, seed) for seed in (144, 301, 335, 552, 585, 759)]
"""Worlds on which an earlier matcher gave up on a schedule, or lost one of two ways into a module."""
BRUTE_LIMIT = 7


def product(world: World) -> tuple[dict[str, int], dict[str, int], bool]:
    """Return the product's stage values, the period of each module, and whether all is proven."""
    catalogue = compile_catalogue(world.library)
    solution = solve_problem(pose_problem(world.assessment, world.library, catalogue, world.horizon))
    assert solution is not None
    values = {stage.name: stage.value for stage in solution.stages}
    periods = {str(catalogue.module_ids[module]): period for module, period in solution.steps}
    return values, periods, all(stage.status == "optimal" for stage in solution.stages)


def compare(seed: int, size: Size = TINY) -> None:
    """Fail unless product and judge agree on the world of ``seed``."""
    world = random_world(seed, size)
    values, periods, proven = product(world)
    selection, schedule = judge_plan(world.library, world.assessment, world.horizon)
    assert proven, seed
    assert values == {**selection.stages, **schedule.stages}, seed
    assert tuple(sorted(periods)) == selection.modules, seed
    case = Case(world.library, world.assessment, world.horizon)
    assert case.selection_stages(sorted(periods)) == selection.stages, seed
    assert case.schedule_stages(periods) == schedule.stages, seed


@pytest.mark.parametrize("seeds", DRAWN, ids=str)
def test_product_and_answer_set_solver_agree(seeds: range) -> None:
    for seed in seeds:
        compare(seed)


@pytest.mark.parametrize(("size", "seed"), ONCE_WRONG)
def test_worlds_that_were_once_wrong_stay_right(size: Size, seed: int) -> None:
    compare(seed, size)


def test_product_and_answer_set_solver_agree_on_larger_worlds() -> None:
    for seed in range(20):
        compare(seed, MEDIUM)


def test_product_and_enumeration_agree_on_the_tiniest_worlds() -> None:
    compared = 0
    for seed in range(400):
        world = random_world(seed)
        case = Case(world.library, world.assessment, world.horizon)
        if len(case.takable) > BRUTE_LIMIT or len(case.calendar) > 4:
            continue
        selection, schedule = brute_force_plan(world.library, world.assessment, world.horizon)
        values, periods, _ = product(world)
        assert values == {**selection.stages, **schedule.stages}, seed
        assert tuple(sorted(periods)) == selection.modules, seed
        compared += 1
    assert compared >= 30
