"""The search of our own: the fewest hours that close every goal within reach, proven, and the best of all that take as few."""

from __future__ import annotations

import pytest

from competency_engine.planning.certificate import check_certificate, seal_certificate
from competency_engine.planning.problem import PlanningProblem
from competency_engine.planning.relax import close_relaxed, preference_value, select_relaxed
from competency_engine.planning.search import Search
from competency_engine.planning.select import select_modules
from tests.planning.drawn import draw_world, hours_of, selections
from tests.planning.small import Course, Wish, World, make_world


def closed(world: World, **options: int) -> tuple[int, int, set[str], set[str]]:
    """Return hours, bound, chosen and tied modules of the closing of ``world``."""
    closing = Search(world.problem.catalogue).close_goals(world.problem)
    return closing.hours // 4, closing.bound // 4, world.names(closing.modules), world.names(closing.tied)


def test_a_module_that_serves_two_goals_is_paid_for_once() -> None:
    """base 3 + a 1 + b 1 = 5; the two detours cost 4 each."""
    courses = {
        "base": Course(hours=3, adds=("X1",)),
        "a": Course(hours=1, needs=("X1",), adds=("A1",)),
        "b": Course(hours=1, needs=("X1",), adds=("B1",)),
        "via-a": Course(hours=4, adds=("A1",)),
        "via-b": Course(hours=4, adds=("B1",)),
    }
    hours, bound, chosen, tied = closed(make_world(courses, [Wish("A1"), Wish("B1")]))
    assert (hours, bound, chosen) == (5, 5, {"base", "a", "b"})
    assert chosen <= tied


def test_what_some_plan_of_as_few_hours_holds_is_tied() -> None:
    courses = {
        "a": Course(hours=2, adds=("A1",)),
        "b": Course(hours=2, adds=("A1",)),
        "c": Course(hours=3, adds=("A1",)),
    }
    assert closed(make_world(courses, [Wish("A1")]))[3] == {"a", "b"}


def test_a_gate_opens_with_the_cheapest_two_of_three() -> None:
    courses = {name: Course(hours=cost, adds=(f"{name.upper()}1",)) for name, cost in (("a", 5), ("b", 2), ("c", 3))}
    courses["end"] = Course(hours=1, needs=("two",), adds=("Z1",))
    world = make_world(courses, [Wish("Z1")], gates={"two": (2, ["A1", "B1", "C1"])})
    assert closed(world)[:3] == (6, 6, {"b", "c", "end"})


def test_modules_that_only_open_each_other_are_no_way() -> None:
    """a needs what b brings and b what a brings; only the dear one starts the circle."""
    courses = {
        "a": Course(hours=1, needs=("B1",), adds=("A1",)),
        "b": Course(hours=1, needs=("A1",), adds=("B1",)),
        "dear": Course(hours=9, adds=("B1",)),
    }
    assert closed(make_world(courses, [Wish("A1")]))[:3] == (10, 10, {"a", "dear"})


def test_a_goal_out_of_reach_is_left_out() -> None:
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=1, needs=("C1",), adds=("B1",))}
    assert closed(make_world(courses, [Wish("A1"), Wish("B1")]))[:3] == (2, 2, {"a"})


def best_by_trying(problem: PlanningProblem) -> tuple[int, ...] | None:
    """Return (hours, preferences …, modules by id) of the best selection that closes all within reach, tried one by one."""
    goals = sum(1 << goal.fact for goal in problem.goals)
    tried = list(selections(problem))
    within = 0
    for _, facts in tried:
        within |= facts & goals
    return min(
        (
            (
                hours_of(problem, modules),
                *(preference_value(preference, modules, facts) for preference in problem.preferences),
                *(-(modules >> module & 1) for module in range(len(problem.catalogue.module_ids))),
            )
            for modules, facts in tried
            if facts & goals == within
        ),
        default=None,
    )


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_the_relaxed_selection_is_the_best_of_all_that_there_are(first: int) -> None:
    """Where it answers at all, it answers what trying every selection answers: hours, preferences and ids."""
    answered = 0
    for seed in range(first, first + 50):
        problem = draw_world(seed).problem
        search = Search(problem.catalogue)
        closing = close_relaxed(problem, search)
        relaxed = None if closing is None else select_relaxed(problem, search, closing)
        if closing is not None and relaxed is not None:
            modules, stages = relaxed
            values = tuple(stage.value for stage in stages[3:])
            ids = tuple(-(modules >> module & 1) for module in range(len(problem.catalogue.module_ids)))
            assert (*values, *ids) == best_by_trying(problem), seed
            assert closing.bound == closing.hours == values[0]
            answered += 1
    assert answered >= 30


def test_it_says_nothing_where_a_limit_may_bind() -> None:
    courses = {"a": Course(hours=3, adds=("A1",)), "b": Course(hours=3, adds=("B1",))}
    for limits in ({"budget": 5}, {"months": 1, "cap": 5}):
        problem = make_world(courses, [Wish("A1"), Wish("B1")], **limits).problem  # type: ignore[arg-type]
        assert close_relaxed(problem, Search(problem.catalogue)) is None


def test_it_says_nothing_where_the_cheapest_plan_splits_a_pair() -> None:
    """a alone would do, but may only be taken with b."""
    courses = {"a": Course(adds=("A1",), pairs=("b",)), "b": Course(adds=("B1",), pairs=("a",))}
    problem = make_world(courses, [Wish("A1")]).problem
    search = Search(problem.catalogue)
    closing = close_relaxed(problem, search)
    assert closing is not None
    assert select_relaxed(problem, search, closing) is None
    selection = select_modules(problem)
    assert selection is not None
    assert (selection.modules.bit_count(), selection.proof) == (2, None)


def test_a_selection_of_the_program_keeps_the_proof_where_its_hours_are_the_fewest() -> None:
    """Of 300 drawn problems; each proof kept is accepted for the modules of the selection."""
    by_program = 0
    for seed in range(300):
        problem = draw_world(seed).problem
        search = Search(problem.catalogue)
        closing = close_relaxed(problem, search)
        selection = select_modules(problem, search=search)
        if selection is not None and selection.proof is not None:
            assert closing is not None
            by_program += select_relaxed(problem, search, closing) is None
            hours = next(stage.value for stage in selection.stages if stage.name == "hours")
            check_certificate(problem, selection.modules, seal_certificate(problem, hours, tuple(selection.proof)))
    assert by_program >= 3


def test_it_stops_where_the_goals_cannot_be_closed_in_fewer_hours() -> None:
    problem = make_world({"a": Course(hours=3, adds=("A1",)), "b": Course(hours=4, adds=("A1",))}, [Wish("A1")]).problem
    search = Search(problem.catalogue)
    assert search.close_goals(problem, 12) is None
    closing = search.close_goals(problem, 13)
    assert closing is not None
    assert (closing.hours, closing.bound) == (12, 12)
