"""Why not: what keeps a module out, what stands in its place, and what taking it costs, to the quarter hour."""

from __future__ import annotations

from competency_engine.planning.explain.absence import WhyNot, explain_absence, find_cheapest, first_difference
from competency_engine.planning.problem import Preference, Solution
from competency_engine.planning.solve import solve_problem
from tests.planning.explain.every import every_plan, random_world, value
from tests.planning.small import Course, Wish, World, make_world


def solved(world: World) -> Solution:
    solution = solve_problem(world.problem)
    assert solution is not None
    return solution


def why_not(world: World, name: str) -> WhyNot:
    return explain_absence(world.problem, solved(world), world.module[name])


def cost(world: World, name: str) -> tuple[str, str | None, dict[str, int]]:
    """Return the cause, the deciding stage, and what each stage of the selection is with the module forced in."""
    why = why_not(world, name)
    if why.forced is None:
        return why.cause, None, {}
    decisive = first_difference(world.problem, solved(world).stages, why.forced.stages)
    return why.cause, decisive, {stage.name: stage.value for stage in why.forced.stages}


def test_absence_tells_completed_from_not_offered_from_out_of_reach() -> None:
    courses = {"done": Course(), "june": Course(months=(6,)), "far": Course(needs=("X1",)), "a": Course(adds=("A1",))}
    world = make_world(courses, [Wish("A1")], completed=("done",))
    assert cost(world, "done") == ("completed", None, {})
    assert cost(world, "june") == ("not_offered", None, {})
    assert cost(world, "far") == ("out_of_reach", None, {})


def test_absence_tells_what_taking_it_would_cost() -> None:
    courses = {
        "a": Course(hours=2, adds=("A1",)),
        "b": Course(hours=3, adds=("A1",)),
        "c": Course(hours=2, adds=("C1",)),
    }
    world = make_world(courses, [Wish("A1"), Wish("C1")], budget=4)
    cause, decisive, stages = cost(world, "b")
    assert (cause, decisive, stages["tier:first"]) == ("costs_more", "tier:first", 1)
    roomy = make_world(courses, [Wish("A1"), Wish("C1")], budget=9)
    cause, decisive, stages = cost(roomy, "b")
    assert (cause, decisive, stages["hours"]) == ("nothing_missing", "hours", 20)


def test_absence_counts_the_months_too() -> None:
    """b forced in leaves no month for a, so that the forced plan is the best that can be scheduled."""
    courses = {"a": Course(hours=2, adds=("A1",), months=(1,)), "b": Course(hours=2, months=(1,))}
    world = make_world(courses, [Wish("A1")], cap=3)
    cause, decisive, stages = cost(world, "b")
    assert (cause, decisive, stages["tier:first"], stages["hours"]) == ("costs_more", "tier:first", 0, 8)


def test_absence_of_an_equally_good_module_says_so() -> None:
    world = make_world({"a": Course(adds=("A1",)), "b": Course(adds=("A1",))}, [Wish("A1")])
    assert cost(world, "b")[:2] == ("equal_value", None)


def test_absence_for_a_preference_names_the_preference() -> None:
    against = Preference("form", module_costs=((1, 1),))
    world = make_world({"a": Course(adds=("A1",)), "b": Course(adds=("A1",))}, [Wish("A1")], preferences=(against,))
    assert cost(world, "b")[:2] == ("costs_more", "form")


def test_absence_of_what_the_budget_can_never_hold() -> None:
    world = make_world({"a": Course(adds=("A1",)), "big": Course(hours=9, adds=("B1",))}, [Wish("A1")], budget=5)
    assert cost(world, "big") == ("over_budget", None, {})


def test_what_a_module_would_bring_is_brought_by_a_step_that_dominates_it() -> None:
    courses = {
        "a": Course(hours=2, adds=("A1", "B1")),
        "b": Course(hours=3, adds=("A1",)),
        "cheap": Course(hours=1, adds=("A1",)),
        "picky": Course(hours=2, needs=("N1",), adds=("A1",)),
        "n": Course(hours=1, adds=("N1",)),
    }
    world = make_world(courses, [Wish("A1"), Wish("B1")], budget=20)
    assert world.names(solved(world).modules) == {"a"}
    why = why_not(world, "b")
    assert why.dominated_by == (world.module["a"],)
    assert why.instead == ((world.fact["A1"], world.module["a"]),)
    assert why_not(world, "cheap").dominated_by == ()
    assert why_not(world, "picky").dominated_by == (world.module["a"],)


def test_a_step_that_needs_more_does_not_dominate() -> None:
    courses = {
        "n": Course(hours=1, adds=("N1", "M1")),
        "a": Course(hours=1, needs=("N1",), adds=("A1", "B1")),
        "free": Course(hours=1, adds=("A1",)),
    }
    world = make_world(courses, [Wish("A1"), Wish("B1"), Wish("M1")])
    assert world.names(solved(world).modules) == {"n", "a"}
    assert why_not(world, "free").dominated_by == ()


def test_the_cheapest_way_is_the_best_plan_that_takes_one() -> None:
    courses = {"a": Course(hours=3), "b": Course(hours=2), "c": Course(hours=99), "g": Course(adds=("G1",))}
    world = make_world(courses, [Wish("G1")], budget=9)
    found = find_cheapest(world.problem, [world.mask("a"), world.mask("b"), world.mask("c")])
    assert found is not None
    assert found[0] == world.mask("b")
    assert world.names(found[1].modules) == {"b", "g"}
    assert find_cheapest(world.problem, [world.mask("c")]) is None


def test_the_cheapest_way_keeps_a_goal_rather_than_hours() -> None:
    """short (two hours) and g never share the one month; long (five hours) lies in another."""
    courses = {
        "short": Course(hours=2, months=(1,)),
        "long": Course(hours=5, months=(2,)),
        "g": Course(hours=4, adds=("G1",), months=(1,)),
    }
    world = make_world(courses, [Wish("G1")], cap=5)
    found = find_cheapest(world.problem, [world.mask("short"), world.mask("long")])
    assert found is not None
    assert world.names(found[1].modules) == {"long", "g"}


def test_the_cost_of_a_module_agrees_with_trying_every_plan() -> None:
    compared = 0
    for seed in range(40):
        world = random_world(seed)
        problem = world.problem
        solution = solved(world)
        plans = [(plan.solution.modules, value(problem, plan)) for plan in every_plan(problem)]
        for module in range(len(problem.catalogue.module_ids)):
            if solution.modules >> module & 1:
                continue
            best = max((stages for modules, stages in plans if modules >> module & 1), default=None)
            forced = explain_absence(problem, solution, module).forced
            assert (forced is None) == (best is None)
            if forced is not None and best is not None:
                compared += 1
                assert [abs(stage) for stage in best] == [stage.value for stage in forced.stages[: len(best)]]
    assert compared > 20
