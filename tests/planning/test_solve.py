"""Solve: the best selection that can be scheduled, verified before anyone sees it."""

from __future__ import annotations

import pytest

import competency_engine.planning.solve as solve_module
from competency_engine.planning.solve import BrokenPlanError, solve_problem
from tests.planning.small import Course, Wish, World, make_world

pytestmark = pytest.mark.usefixtures("decided_by")


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


def test_a_year_that_is_too_short_does_not_keep_the_solver_busy() -> None:
    """Sixteen equal wishes of two hours, a December of three hours and a year of ten: one and five are held."""
    courses = {f"m{number:02d}": Course(hours=2, adds=(f"M{number:02d}-1",)) for number in range(16)}
    goals = [Wish(f"M{number:02d}-1") for number in range(16)]
    world = make_world(courses, goals, months=13, first_month=12, budget=(10, 10), cap=3)
    assert [name for name, _ in steps(world) or []] == [f"m{number:02d}" for number in range(6)]


def test_a_forced_module_stays_when_the_months_decide_too() -> None:
    """cheap never shares a month with its case, so dear is the plan; with extra forced, the same and extra."""
    courses = {
        "case": Course(hours=1, pairs=("cheap",), months=(1,)),
        "cheap": Course(hours=1, pairs=("case",), months=(2,), adds=("A1",)),
        "dear": Course(hours=5, adds=("A1",)),
        "extra": Course(hours=2),
    }
    world = make_world(courses, [Wish("A1")])
    solution = solve_problem(world.problem, forced=world.mask("extra"))
    assert solution is not None
    assert world.names(solution.modules) == {"dear", "extra"}
    assert solve_problem(world.problem, forced=world.mask("cheap")) is None


def test_nothing_schedulable_leaves_the_empty_plan() -> None:
    courses = {
        "case": Course(pairs=("theory",), months=(1,)),
        "theory": Course(pairs=("case",), months=(2,), adds=("A1",)),
    }
    assert steps(make_world(courses, [Wish("A1")])) == []


def test_nothing_found_is_said_and_never_an_empty_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve_module, "schedule_modules", lambda problem, modules, search: None)
    assert steps(make_world({"a": Course(adds=("A1",))}, [Wish("A1")])) is None


def test_a_plan_that_the_verifier_rejects_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve_module, "verify_solution", lambda problem, solution: ("caps: too much",))
    with pytest.raises(BrokenPlanError, match="caps: too much"):
        solve_problem(make_world({"a": Course(adds=("A1",))}, [Wish("A1")]).problem)


def test_a_month_that_asks_for_modules_gets_the_shortest_that_close_nothing() -> None:
    """Two months of an hour each: a closes the goal, and of the three others short adds least."""
    courses = {"a": Course(adds=("A1",)), "long": Course(hours=4), "short": Course(hours=1), "wide": Course(hours=2)}
    assert steps(make_world(courses, [Wish("A1")], months=2, fewest=1)) == [("a", 0), ("short", 1)]
    assert steps(make_world(courses, [Wish("A1")], months=2, least=2)) == [("a", 0), ("short", 0), ("wide", 1)]
    assert steps(make_world(courses, [Wish("A1")], months=2)) == [("a", 0)]


def test_months_that_cannot_be_filled_leave_no_plan() -> None:
    assert steps(make_world({"a": Course(adds=("A1",))}, [Wish("A1")], months=2, fewest=1)) is None


def test_where_precedence_is_strict_the_longer_way_may_be_the_only_one() -> None:
    """In one month, b through a is out; c takes longer and needs nothing."""
    courses = {
        "a": Course(adds=("A1",)),
        "b": Course(needs=("A1",), adds=("G1",)),
        "c": Course(hours=9, adds=("G1",)),
    }
    assert steps(make_world(courses, [Wish("G1")], months=1)) == [("a", 0), ("b", 0)]
    assert steps(make_world(courses, [Wish("G1")], months=1, strict=True)) == [("c", 0)]


def test_where_precedence_is_strict_only_a_partner_helps_within_the_month() -> None:
    """In one month, s comes too late for a, whichever partner a has; t brings by itself what a needs."""
    courses = {
        "a": Course(needs=("T1",), adds=("A1",), pairs=("idle", "t")),
        "idle": Course(pairs=("a",)),
        "s": Course(adds=("T1",)),
        "t": Course(hours=9, adds=("T1",), pairs=("a",)),
    }
    assert steps(make_world(courses, [Wish("A1")], months=2, strict=True)) == [("s", 0), ("a", 1), ("idle", 1)]
    assert steps(make_world(courses, [Wish("A1")], months=1, strict=True)) == [("t", 0), ("a", 0)]


def test_a_plan_made_anew_keeps_what_still_fits() -> None:
    """March is away now, where slow was planned; quick would do in less time."""
    courses = {"quick": Course(adds=("A1",)), "slow": Course(hours=3, adds=("A1",), months=(3, 4))}
    world = make_world(courses, [Wish("A1")], away=(2,), earlier={"slow": 2})
    assert steps(world) == [("slow", 3)]
    solution = solve_problem(world.problem)
    assert solution is not None
    assert [(stage.name, stage.value) for stage in solution.stages if stage.name in ("kept", "moved")] == [
        ("kept", 1),
        ("moved", 1),
    ]


def test_every_stage_is_reported_with_a_proven_bound() -> None:
    solution = solve_problem(make_world({"a": Course(adds=("A1",))}, [Wish("A1")]).problem)
    assert solution is not None
    names = ["mandatory", "tier:first", "tier:second", "hours", "deadlines", "goal_periods", "peak_load"]
    assert [stage.name for stage in solution.stages] == names
    assert {stage.status for stage in solution.stages} == {"optimal"}
