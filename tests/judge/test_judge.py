"""The judge before its own judge: the answer-set programs against trying everything, on small drawn worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from tests.judge.brute_force import MOST_PLACEMENTS, brute_force_plan, brute_force_schedule, brute_force_selection
from tests.judge.plan import judge_plan
from tests.judge.rules import Case
from tests.judge.schedule import judge_schedule
from tests.judge.selection import judge_selection
from tests.judge.worlds import World, random_world, windowed_world, world_under_way

WORLDS = range(10_000, 10_240)
SHARES = [range(first, first + 60) for first in range(WORLDS.start, WORLDS.stop, 60)]


def case_of(world: World) -> Case:
    """Return the world as the judge reads it."""
    return Case(world.library, world.assessment, world.horizon)


def some_modules(world: World, seed: int) -> tuple[str, ...]:
    """Return modules that can be taken one by one and whose placements can all be tried, useful or not."""
    case = case_of(world)
    candidates = list(case.takable)
    Random(seed).shuffle(candidates)
    chosen: list[str] = []
    for module in candidates * 2:
        small = len(case.calendar) ** (len(chosen) + 1) <= MOST_PLACEMENTS and len(chosen) < 6
        if small and module not in chosen and case.replay([[*chosen, module]]) is not None:
            chosen.append(module)
    return tuple(sorted(chosen))


@pytest.mark.parametrize("seeds", SHARES, ids=str)
def test_selection_is_the_best_of_all_sets(seeds: range) -> None:
    for seed in seeds:
        world = random_world(seed)
        judged = judge_selection(world.library, world.assessment, world.horizon)
        assert judged == brute_force_selection(world.library, world.assessment, world.horizon), seed


@pytest.mark.parametrize("seeds", SHARES, ids=str)
def test_schedule_is_the_best_of_all_placements(seeds: range) -> None:
    for seed in seeds:
        world = random_world(seed)
        modules = some_modules(world, seed)
        judged = judge_schedule(world.library, world.assessment, world.horizon, modules)
        tried = brute_force_schedule(world.library, world.assessment, world.horizon, modules)
        assert (judged and judged.stages) == (tried and tried.stages), seed


@pytest.mark.parametrize("draw", [random_world, windowed_world, world_under_way])
@pytest.mark.parametrize("seeds", SHARES, ids=str)
def test_plan_is_the_best_of_the_selections_that_can_be_scheduled(seeds: range, draw: Callable[[int], World]) -> None:
    for seed in seeds:
        world = draw(seed)
        case = case_of(world)
        if len(case.takable) > 8 or len(case.calendar) ** len(case.takable) > MOST_PLACEMENTS:
            continue
        judged = judge_plan(world.library, world.assessment, world.horizon)
        tried = brute_force_plan(world.library, world.assessment, world.horizon)
        assert (judged and (judged[0], judged[1].stages)) == (tried and (tried[0], tried[1].stages)), seed


def test_worlds_are_the_same_for_the_same_seed() -> None:
    one, other = random_world(7), random_world(7)
    assert (one.library.modules, one.assessment, one.horizon) == (
        other.library.modules,
        other.assessment,
        other.horizon,
    )


def test_worlds_put_every_rule_to_the_test() -> None:
    seen: Counter[str] = Counter()
    for seed in WORLDS:
        world = random_world(seed)
        case = case_of(world)
        selection = judge_selection(world.library, world.assessment, world.horizon)
        assert selection is not None
        chosen = [world.library.modules[id_] for id_ in selection.modules]
        seen["several modules"] += len(chosen) > 1
        seen["pair"] += any(module.pairs_with for module in chosen)
        seen["topic"] += any(module.topic for module in chosen)
        seen["closed months"] += any(module.offered for module in chosen)
        seen["urgent way"] += any(len(case.ways[module.id]) > 1 for module in chosen)
        seen["two units"] += any(len(module.brings) > 1 for module in chosen)
        seen["no budget"] += case.budget_per_year == 0
        seen["two years"] += len(case.years) > 1
        modules = some_modules(world, seed)
        seen["no schedule"] += judge_schedule(world.library, world.assessment, world.horizon, modules) is None
        for name, value in selection.stages.items():
            seen[name] += value != 0
        seen["circle"] += any(
            case.replay([[one, other]]) is None
            and all(_held_up(case, id_, {one, other}) for id_ in (one, other))
            and not any(_held_up(case, id_, {id_}) for id_ in (one, other))
            for index, one in enumerate(case.takable)
            for other in case.takable[index + 1 :]
        )
    assert min(seen.values()) >= 5, seen


def _held_up(case: Case, id_: str, modules: set[str]) -> bool:
    """Return whether the module's requirement would hold if all ``modules``, itself among them, were done."""
    levels = dict(case.start_levels)
    for module in modules:
        for unit, level in case.library.modules[module].brings.items():
            levels[unit] = max(levels[unit], level)
    done = {*case.assessment.completed, *modules}
    return any(all(case.holds(part, levels, done) for part in way) for way in case.ways[id_])
