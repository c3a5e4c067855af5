"""Reasons and causes: short, true, and checked by hand."""

from __future__ import annotations

from competency_engine.planning.explain.reasons import explain_absence, find_blockers, find_reasons, hours_to_close
from competency_engine.planning.problem import Preference, Solution
from competency_engine.planning.solve import solve_problem
from tests.planning.small import Course, Wish, World, make_world


def solved(world: World) -> Solution:
    solution = solve_problem(world.problem)
    assert solution is not None
    return solution


def absence(world: World, name: str) -> tuple[str, tuple[str, int, int] | None]:
    """Return the cause and the first differing stage of a module that is not in the plan."""
    why = explain_absence(world.problem, solved(world), world.module[name])
    return why.cause, why.stage


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


def test_absence_tells_completed_from_not_offered_from_out_of_reach() -> None:
    courses = {"done": Course(), "june": Course(months=(6,)), "far": Course(needs=("X1",)), "a": Course(adds=("A1",))}
    world = make_world(courses, [Wish("A1")], completed=("done",))
    assert absence(world, "done") == ("completed", None)
    assert absence(world, "june") == ("not_offered", None)
    assert absence(world, "far") == ("out_of_reach", None)


def test_absence_tells_what_taking_it_would_cost() -> None:
    courses = {
        "a": Course(hours=2, adds=("A1",)),
        "b": Course(hours=3, adds=("A1",)),
        "c": Course(hours=2, adds=("C1",)),
    }
    world = make_world(courses, [Wish("A1"), Wish("C1")], budget=4)
    assert absence(world, "b") == ("costs_more", ("tier:first", 2, 1))
    roomy = make_world(courses, [Wish("A1"), Wish("C1")], budget=9)
    assert absence(roomy, "b") == ("nothing_missing", ("hours", 16, 20))


def test_absence_of_an_equally_good_module_says_so() -> None:
    world = make_world({"a": Course(adds=("A1",)), "b": Course(adds=("A1",))}, [Wish("A1")])
    assert absence(world, "b") == ("equal_value", None)


def test_absence_for_a_preference_names_the_preference() -> None:
    against = Preference("form", module_costs=((1, 1),))
    world = make_world({"a": Course(adds=("A1",)), "b": Course(adds=("A1",))}, [Wish("A1")], preferences=(against,))
    assert absence(world, "b") == ("costs_more", ("form", 0, 1))


def test_absence_of_what_the_budget_can_never_hold() -> None:
    world = make_world({"a": Course(adds=("A1",)), "big": Course(hours=9, adds=("B1",))}, [Wish("A1")], budget=5)
    assert absence(world, "big") == ("over_budget", None)


def test_hours_to_close_keep_what_the_plan_closes() -> None:
    courses = {
        "a": Course(hours=3, adds=("A1",)),
        "b": Course(hours=4, needs=("C1",), adds=("B1",)),
        "c": Course(hours=2, adds=("C1",)),
    }
    world = make_world(courses, [Wish("A1", 9), Wish("B1")], budget=5)
    assert hours_to_close(world.problem, solved(world), 1 << world.fact["B1"]) == (3 + 4 + 2) * 4


def test_hours_to_close_is_none_when_nothing_would() -> None:
    world = make_world({"a": Course(adds=("A1",))}, [Wish("A1"), Wish("X1")])
    assert hours_to_close(world.problem, solved(world), 1 << world.fact["X1"]) is None
