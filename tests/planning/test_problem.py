"""Closure: what holds after exhausting a set of modules."""

from __future__ import annotations

from competency_engine.planning.problem import bits
from tests.planning.small import Course, make_world


def test_closure_takes_modules_in_any_order_that_works() -> None:
    world = make_world({"a": Course(needs=("A1",), adds=("A2",)), "b": Course(adds=("A1",))})
    facts, taken = world.problem.catalogue.closure(0, world.mask("a", "b"))
    assert world.names(taken) == {"a", "b"}
    assert facts >> world.fact["A2"] & 1


def test_closure_leaves_out_modules_that_wait_for_each_other() -> None:
    world = make_world({"a": Course(needs=("B1",), adds=("A1",)), "b": Course(needs=("A1",), adds=("B1",))})
    assert world.problem.catalogue.closure(0, world.mask("a", "b")) == (0, 0)


def test_closure_opens_a_gate_of_two_out_of_three_at_the_second() -> None:
    courses = {
        "a": Course(adds=("A1",)),
        "b": Course(adds=("B1",)),
        "c": Course(adds=("C1",)),
        "z": Course(needs=("g",), adds=("Z1",)),
    }
    world = make_world(courses, gates={"g": (2, ("A1", "B1", "C1"))})
    closure = world.problem.catalogue.closure
    assert world.names(closure(0, world.mask("a", "z"))[1]) == {"a"}
    assert world.names(closure(0, world.mask("a", "c", "z"))[1]) == {"a", "c", "z"}


def test_a_gate_that_asks_for_nothing_is_open() -> None:
    world = make_world({"z": Course(needs=("g",), adds=("Z1",))}, gates={"g": (0, ())})
    assert world.names(world.problem.catalogue.closure(0, world.mask("z"))[1]) == {"z"}


def test_gates_made_of_gates_open_in_one_go() -> None:
    courses = {"a": Course(adds=("A1",)), "z": Course(needs=("h",), adds=("Z1",))}
    world = make_world(courses, gates={"g": (1, ("A1",)), "h": (1, ("g",))})
    catalogue = world.problem.catalogue
    assert world.names(catalogue.closure(0, world.mask("a", "z"))[1]) == {"a", "z"}
    assert catalogue.take(0, world.module["a"]) >> world.fact["h"] & 1


def test_bits_lists_positions_from_the_smallest() -> None:
    assert list(bits(0b101001)) == [0, 3, 5]
