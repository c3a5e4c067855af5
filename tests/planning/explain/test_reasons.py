"""Reasons and causes: short, true, and checked by hand."""

from __future__ import annotations

from competency_engine.planning.explain.reasons import find_blockers, find_reasons, find_uses
from competency_engine.planning.problem import Solution
from competency_engine.planning.solve import solve_problem
from tests.planning.explain.every import random_world
from tests.planning.small import Course, Wish, World, make_world


def solved(world: World) -> Solution:
    solution = solve_problem(world.problem)
    assert solution is not None
    return solution


def test_reasons_name_goals_the_next_step_and_the_partner() -> None:
    """base feeds theory and practice; only theory is named, for practice comes after it anyway."""
    courses = {
        "base": Course(adds=("A1",)),
        "theory": Course(needs=("A1",), adds=("T1",), pairs=("case",)),
        "case": Course(needs=("T1",), adds=("B1",), pairs=("theory",)),
        "practice": Course(needs=("A1", "B1"), adds=("B2",)),
    }
    world = make_world(courses, [Wish("B1"), Wish("B2")])
    solution = solved(world)
    names = world.problem.catalogue.module_ids
    told = {
        names[module]: (
            [world.problem.catalogue.facts[goal.fact] for goal in why.closes],
            [names[other] for other in why.needed_by],
            [names[other] for other in why.partners],
        )
        for (module, _), why in zip(solution.steps, find_reasons(world.problem, solution), strict=True)
    }
    assert told == {
        "base": ([], ["theory"], []),
        "theory": ([], ["case"], ["case"]),
        "case": ([("unit", "B", 1)], ["practice"], ["theory"]),
        "practice": ([("unit", "B", 2)], [], []),
    }


def test_a_step_with_a_substitute_in_the_plan_is_not_called_needed() -> None:
    courses = {"x": Course(adds=("X1", "A1")), "y": Course(adds=("Y1", "A1")), "z": Course(needs=("A1",), adds=("Z1",))}
    world = make_world(courses, [Wish("X1"), Wish("Y1"), Wish("Z1")])
    assert all(why.needed_by == () for why in find_reasons(world.problem, solved(world)))


def test_blockers_are_the_dead_ends_behind_a_goal() -> None:
    """goal needs A1, which m brings, which needs X1, which nothing brings."""
    courses = {"goal": Course(needs=("A1",), adds=("Z1",)), "m": Course(needs=("X1",), adds=("A1",))}
    world = make_world(courses, [Wish("Z1")])
    assert find_blockers(world.problem, world.fact["Z1"]) == (("unit", "X", 1),)


def test_blockers_look_through_gates() -> None:
    courses = {"goal": Course(needs=("g",), adds=("Z1",))}
    world = make_world(courses, [Wish("Z1")], gates={"g": (1, ("X1", "Y1"))})
    assert set(find_blockers(world.problem, world.fact["Z1"])) == {("unit", "X", 1), ("unit", "Y", 1)}


def test_modules_that_block_each_other_name_the_goal_itself() -> None:
    courses = {"a": Course(needs=("B1",), adds=("A1",)), "b": Course(needs=("A1",), adds=("B1",))}
    world = make_world(courses, [Wish("A1")])
    assert find_blockers(world.problem, world.fact["A1"]) == (("unit", "A", 1),)


def served(world: World, name: str) -> dict[str, list[tuple[str, str, list[str]]]]:
    """Return, for each goal that is lost without a module, the links of the way to it, by name."""
    module = {index: id_ for id_, index in world.module.items()}
    fact = {index: name for name, index in world.fact.items()}
    uses = find_uses(world.problem, solved(world), world.module[name])
    return {
        fact[use.goal.fact]: [
            (module[link.module], module[link.follower], [fact[need] for need in link.needs]) for link in use.links
        ]
        for use in uses
    }


def test_a_step_serves_the_goals_that_are_lost_without_it_by_the_shortest_chain() -> None:
    """base feeds a and c directly; d needs both a and base, so the short way to D1 leads straight from base."""
    courses = {
        "base": Course(adds=("X1",)),
        "a": Course(needs=("X1",), adds=("A1",)),
        "b": Course(needs=("A1",), adds=("B1",)),
        "d": Course(needs=("A1", "X1"), adds=("D1",)),
        "other": Course(adds=("O1",)),
    }
    world = make_world(courses, [Wish("B1"), Wish("D1"), Wish("O1")])
    assert served(world, "base") == {
        "B1": [("base", "a", ["X1"]), ("a", "b", ["A1"])],
        "D1": [("base", "d", ["X1"])],
    }
    assert served(world, "b") == {"B1": []}
    assert served(world, "other") == {"O1": []}


def test_a_chain_passes_through_gates() -> None:
    courses = {"a": Course(adds=("A1",)), "b": Course(adds=("B1",)), "c": Course(needs=("both",), adds=("C1",))}
    world = make_world(courses, [Wish("C1")], gates={"both": (2, ("A1", "B1"))})
    assert served(world, "a") == {"C1": [("a", "c", ["both"])]}


def test_a_partner_serves_what_its_partner_serves() -> None:
    courses = {"theory": Course(pairs=("case",)), "case": Course(adds=("A1",), pairs=("theory",))}
    assert served(make_world(courses, [Wish("A1")]), "theory") == {"A1": [("theory", "case", [])]}


def test_a_goal_with_a_second_source_is_not_lost() -> None:
    courses = {"x": Course(adds=("X1", "A1")), "y": Course(adds=("Y1", "A1"))}
    world = make_world(courses, [Wish("X1"), Wish("Y1"), Wish("A1")])
    assert served(world, "x") == {"X1": []}


def test_chains_of_random_plans_hold_link_by_link() -> None:
    """Each link names a fact that its follower needs and that is lost without the module; the last one closes the goal."""
    links = 0
    for seed in range(60):
        world = random_world(seed)
        problem, solution = world.problem, solved(world)
        for module, _ in solution.steps:
            kept, _ = problem.catalogue.closure(problem.start, solution.modules & ~(1 << module))
            for use in find_uses(problem, solution, module):
                stations = [module, *(link.follower for link in use.links)]
                assert stations[-1] == use.closer
                assert problem.catalogue.adds[use.closer] >> use.goal.fact & 1
                for link, start in zip(use.links, stations, strict=False):
                    links += 1
                    assert link.module == start
                    assert all(problem.catalogue.needs[link.follower] >> need & 1 for need in link.needs)
                    assert all(problem.catalogue.adds[start] >> need & 1 for need in link.needs)
                    assert link.needs or problem.catalogue.partners[start] >> link.follower & 1
                    assert link is use.links[0] or not any(kept >> need & 1 for need in link.needs)
    assert links > 20
