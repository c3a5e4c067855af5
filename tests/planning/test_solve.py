"""Solve: the best selection that can be scheduled, verified before anyone sees it."""

from __future__ import annotations

import pytest

import competency_engine.planning.solve as solve_module
from competency_engine.planning.solve import BrokenPlanError, find_conflict, solve_problem
from tests.planning.small import Course, Wish, World, make_world


def steps(world: World) -> list[tuple[str, int]] | None:
    """Return the steps of the solution by name."""
    solution = solve_problem(world.problem)
    return None if solution is None else [(world.problem.catalogue.module_ids[m], p) for m, p in solution.steps]


def test_a_plan_lists_modules_in_the_order_of_taking_them() -> None:
    world = make_world({"a": Course(needs=("Z1",), adds=("A1",)), "z": Course(adds=("Z1",))}, [Wish("A1")])
    assert steps(world) == [("z", 0), ("a", 0)]


def test_a_selection_that_cannot_be_scheduled_gives_way_to_the_next_best() -> None:
    """cheap is shorter, but theory and its case never share a month; dear is the best that fits."""
    courses = {
        "case": Course(hours=1, pairs=("cheap",), months=(1,)),
        "cheap": Course(hours=1, pairs=("case",), months=(2,), adds=("A1",)),
        "dear": Course(hours=5, adds=("A1",)),
    }
    assert steps(make_world(courses, [Wish("A1")])) == [("dear", 0)]


def test_a_conflict_is_excluded_with_every_selection_that_holds_it() -> None:
    """theory and case never share a month, whatever ten optional extras go with them: one conflict settles them all."""
    courses = {f"x{number}": Course(adds=(f"X{number}1",)) for number in range(10)}
    courses |= {
        "case": Course(pairs=("theory",), months=(1,)),
        "theory": Course(pairs=("case",), months=(2,), adds=("A1",)),
    }
    world = make_world(courses, [Wish("A1", 9), *(Wish(f"X{number}1") for number in range(10))])
    assert find_conflict(world.problem, world.mask(*courses)) == world.mask("case", "theory")
    assert len(steps(world) or []) == 10


def test_what_others_could_mend_is_no_conflict() -> None:
    """late runs in April and alone makes early wait; another way to its need exists, so the two do not conflict."""
    courses = {
        "early": Course(months=(1,), needs=("A1",), adds=("B1",)),
        "late": Course(months=(4,), adds=("A1",)),
        "other": Course(hours=9, adds=("A1",)),
    }
    world = make_world(courses, [Wish("B1")])
    assert find_conflict(world.problem, world.mask("early", "late")) is None
    assert steps(world) == [("other", 0), ("early", 0)]


def test_what_others_do_after_a_part_of_it_is_no_conflict_either() -> None:
    """first → between → last is fine; between needs first, so its effect is not there from the start."""
    courses = {
        "between": Course(needs=("F1",), adds=("M1",)),
        "first": Course(adds=("F1",)),
        "last": Course(needs=("M1",), adds=("L1",)),
    }
    world = make_world(courses, [Wish("L1")])
    assert find_conflict(world.problem, world.mask("first", "last")) is None


def test_nothing_schedulable_leaves_the_empty_plan() -> None:
    courses = {
        "case": Course(pairs=("theory",), months=(1,)),
        "theory": Course(pairs=("case",), months=(2,), adds=("A1",)),
    }
    assert steps(make_world(courses, [Wish("A1")])) == []


def test_giving_up_is_said_and_never_an_empty_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve_module, "SELECTION_LIMIT", 1)
    courses = {
        "case": Course(pairs=("theory",), months=(1,)),
        "theory": Course(pairs=("case",), months=(2,), adds=("A1",)),
    }
    assert steps(make_world(courses, [Wish("A1")])) is None


def test_a_plan_that_the_verifier_rejects_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve_module, "verify_solution", lambda problem, solution: ("caps: too much",))
    with pytest.raises(BrokenPlanError, match="caps: too much"):
        solve_problem(make_world({"a": Course(adds=("A1",))}, [Wish("A1")]).problem)


def test_every_stage_is_reported_with_a_proven_bound() -> None:
    solution = solve_problem(make_world({"a": Course(adds=("A1",))}, [Wish("A1")]).problem)
    assert solution is not None
    names = ["mandatory", "tier:first", "tier:second", "hours", "deadlines", "goal_periods", "peak_load"]
    assert [stage.name for stage in solution.stages] == names
    assert {stage.status for stage in solution.stages} == {"optimal"}
