"""Reduction: what can be taken, what can matter, and who can be first to add a fact."""

from __future__ import annotations

import pytest

from competency_engine.planning.problem import bits
from competency_engine.planning.reduce import find_executable, find_reachable, reduce_problem
from tests.planning.drawn import draw_world
from tests.planning.small import Course, Wish, make_world


def test_executable_drops_a_module_whose_only_partner_is_out_of_reach() -> None:
    courses = {
        "t": Course(adds=("A1",), pairs=("c",)),
        "c": Course(needs=("X1",), pairs=("t",)),
        "u": Course(needs=("A1",), adds=("B1",)),
    }
    world = make_world(courses)
    _, executable = find_executable(world.problem)
    assert world.names(executable) == set()


def test_executable_keeps_a_module_whose_partner_is_completed() -> None:
    courses = {"t": Course(adds=("A1",), pairs=("c",)), "c": Course(pairs=("t",))}
    world = make_world(courses, completed=("c",))
    assert world.names(find_executable(world.problem)[1]) == {"t"}


def test_what_can_be_reached_counts_what_is_held_and_completed() -> None:
    """From nothing nobody reaches B1; who completed c takes t, and who holds A1 takes u."""
    courses = {
        "t": Course(adds=("B1",), pairs=("c",)),
        "c": Course(needs=("X1",), pairs=("t",)),
        "u": Course(needs=("A1",), adds=("C1",)),
        "free": Course(adds=("D1",)),
    }
    goals = [Wish("B1"), Wish("C1"), Wish("D1")]
    for given, reached in (
        ({}, {"D1"}),
        ({"completed": ("c",)}, {"B1", "D1"}),
        ({"start": ("A1",)}, {"C1", "D1"}),
    ):
        world = make_world(courses, goals, **given)
        wanted = sum(1 << world.fact[goal.fact] for goal in goals)
        assert find_reachable(world.problem, wanted) == sum(1 << world.fact[name] for name in reached)


@pytest.mark.parametrize("seed", range(60))
def test_what_can_be_reached_is_what_taking_everything_gives(seed: int) -> None:
    problem = draw_world(seed).problem
    everything = (1 << len(problem.catalogue.facts)) - 1
    held = find_executable(problem)[0]
    assert find_reachable(problem, everything) == held
    assert all(find_reachable(problem, 1 << goal.fact) == held & 1 << goal.fact for goal in problem.goals)


def test_relevant_follows_needs_gates_and_partners_back_from_the_goals() -> None:
    courses = {
        "goal": Course(needs=("g",), adds=("Z1",)),
        "left": Course(adds=("A1",)),
        "right": Course(adds=("B1",), pairs=("case",)),
        "case": Course(needs=("D1",), pairs=("right",)),
        "deep": Course(adds=("D1",)),
        "idle": Course(needs=("A1",), adds=("Y1",)),
    }
    world = make_world(courses, [Wish("Z1")], gates={"g": (1, ("A1", "B1"))})
    assert world.names(reduce_problem(world.problem).relevant) == {"goal", "left", "right", "case", "deep"}


def test_a_module_that_needs_a_level_is_never_first_to_add_it() -> None:
    """up raises A from 1 to 2, so it adds A1 too, but never first: only base does."""
    world = make_world({"base": Course(adds=("A1",)), "up": Course(needs=("A1",), adds=("A2",))}, [Wish("A2")])
    achievers = reduce_problem(world.problem).achievers
    assert world.names(achievers[world.fact["A1"]]) == {"base"}
    assert world.names(achievers[world.fact["A2"]]) == {"up"}


def test_a_module_behind_two_ways_to_a_fact_is_not_first_to_add_it() -> None:
    """Whichever of left and right opens the gate, A1 holds before late, although late needs no A1 by name."""
    courses = {
        "left": Course(needs=("A1",), adds=("L1",)),
        "right": Course(needs=("A1",), adds=("R1",)),
        "base": Course(adds=("A1",)),
        "late": Course(needs=("g",), adds=("A1", "Z1")),
    }
    world = make_world(courses, [Wish("Z1")], gates={"g": (1, ("L1", "R1"))})
    assert world.names(reduce_problem(world.problem).achievers[world.fact["A1"]]) == {"base"}


def test_a_gate_of_two_out_of_three_promises_none_of_its_parts() -> None:
    courses = {
        "a": Course(adds=("A1",)),
        "b": Course(adds=("B1",)),
        "c": Course(adds=("C1",)),
        "late": Course(needs=("g",), adds=("A1", "Z1")),
    }
    world = make_world(courses, [Wish("Z1")], gates={"g": (2, ("A1", "B1", "C1"))})
    achievers = reduce_problem(world.problem).achievers[world.fact["A1"]]
    assert world.names(achievers) == {"a", "late"}
    assert list(bits(achievers)) == sorted(bits(achievers))
