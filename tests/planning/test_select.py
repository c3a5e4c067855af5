"""Selection: each stage decides before the next is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from competency_engine.planning.problem import Preference, Selection
from competency_engine.planning.select import select_modules
from competency_engine.planning.solve import solve_problem
from tests.planning.small import Course, Wish, World, make_world

pytestmark = pytest.mark.usefixtures("decided_by")


def chosen(world: World, **options: Any) -> set[str]:
    """Return the names of the best selection."""
    selection = select_modules(world.problem, **options)
    assert selection is not None
    return world.names(selection.modules)


def values(world: World) -> dict[str, tuple[int, int]]:
    """Return (value, bound) of every stage."""
    selection = select_modules(world.problem)
    assert isinstance(selection, Selection)
    return {stage.name: (stage.value, stage.bound) for stage in selection.stages}


def test_mandatory_goals_come_before_any_weight() -> None:
    courses = {"must": Course(hours=4, adds=("A1",)), "rich": Course(hours=4, adds=("B1",))}
    world = make_world(courses, [Wish("A1", mandatory=True), Wish("B1", weight=50)], budget=4)
    assert chosen(world) == {"must"}
    assert values(world)["mandatory"] == (1, 1)


def test_what_the_budget_cannot_hold_of_the_mandatory_stays_open() -> None:
    courses = {"a": Course(hours=3, adds=("A1",)), "b": Course(hours=3, adds=("B1",))}
    world = make_world(courses, [Wish("A1", 1, mandatory=True), Wish("B1", 2, mandatory=True)], budget=5)
    assert chosen(world) == {"b"}
    assert values(world)["mandatory"] == (2, 2)


def test_an_earlier_tier_beats_any_weight_in_a_later_one() -> None:
    courses = {"early": Course(hours=4, adds=("A1",)), "late": Course(hours=1, adds=("B1",))}
    world = make_world(courses, [Wish("A1", 1, tier=0), Wish("B1", 99, tier=1)], budget=4)
    assert chosen(world) == {"early"}
    assert values(world)["tier:first"] == (1, 1)
    assert values(world)["tier:second"] == (0, 0)


def test_each_step_counts_even_when_the_next_does_not_fit() -> None:
    courses = {"one": Course(hours=2, adds=("A1",)), "two": Course(hours=9, needs=("A1",), adds=("A2",))}
    world = make_world(courses, [Wish("A1"), Wish("A2")], budget=5)
    assert chosen(world) == {"one"}


def test_the_fewest_hours_close_the_same_goals() -> None:
    """both costs 3 and closes what a and b close for 2 + 2."""
    courses = {
        "a": Course(hours=2, adds=("A1",)),
        "b": Course(hours=2, adds=("B1",)),
        "both": Course(hours=3, adds=("A1", "B1")),
    }
    world = make_world(courses, [Wish("A1"), Wish("B1")])
    assert chosen(world) == {"both"}
    assert values(world)["hours"] == (12, 12)


def test_hours_of_uncounted_modes_are_spent_last_but_spent() -> None:
    courses = {"class": Course(hours=2, adds=("A1",)), "web": Course(hours=3, adds=("A1",))}
    goals = [Wish("A1")]
    assert chosen(make_world(courses, goals, budget=1, uncounted=("web",))) == {"web"}
    assert chosen(make_world(courses, goals, budget=2, uncounted=("web",))) == {"class"}


def test_prerequisites_are_bought_with_the_goal() -> None:
    courses = {"base": Course(hours=3, adds=("A1",)), "top": Course(hours=1, needs=("A1",), adds=("B1",))}
    assert chosen(make_world(courses, [Wish("B1")], budget=4)) == {"base", "top"}
    assert chosen(make_world(courses, [Wish("B1")], budget=3)) == set()


def test_a_pair_is_taken_whole_or_not_at_all() -> None:
    courses = {"theory": Course(hours=1, adds=("A1",), pairs=("case",)), "case": Course(hours=3, pairs=("theory",))}
    assert chosen(make_world(courses, [Wish("A1")], budget=4)) == {"theory", "case"}
    assert chosen(make_world(courses, [Wish("A1")], budget=3)) == set()


def test_a_theory_takes_the_cheapest_of_its_cases() -> None:
    courses = {
        "theory": Course(hours=1, adds=("A1",), pairs=("case1", "case2")),
        "case1": Course(hours=3, pairs=("theory",)),
        "case2": Course(hours=2, pairs=("theory",)),
    }
    assert chosen(make_world(courses, [Wish("A1")])) == {"theory", "case2"}


def test_a_completed_partner_completes_the_pair() -> None:
    courses = {"theory": Course(hours=1, adds=("A1",), pairs=("case",)), "case": Course(hours=3, pairs=("theory",))}
    assert chosen(make_world(courses, [Wish("A1")], completed=("case",))) == {"theory"}


@pytest.mark.parametrize(("at_least", "expected"), [(1, {"a", "z"}), (2, {"a", "b", "z"}), (3, {"a", "b", "c", "z"})])
def test_k_of_n_buys_the_k_cheapest(at_least: int, expected: set[str]) -> None:
    courses = {
        "a": Course(hours=1, adds=("A1",)),
        "b": Course(hours=2, adds=("B1",)),
        "c": Course(hours=3, adds=("C1",)),
        "z": Course(hours=1, needs=("g",), adds=("Z1",)),
    }
    world = make_world(courses, [Wish("Z1")], gates={"g": (at_least, ("A1", "B1", "C1"))})
    assert chosen(world) == expected


def test_a_gate_counts_what_is_held_at_the_start() -> None:
    courses = {
        "a": Course(hours=1, adds=("A1",)),
        "b": Course(hours=2, adds=("B1",)),
        "z": Course(needs=("g",), adds=("Z1",)),
    }
    world = make_world(courses, [Wish("Z1")], gates={"g": (2, ("A1", "B1", "C1"))}, start=("C1",))
    assert chosen(world) == {"a", "z"}


def test_modules_that_wait_for_each_other_close_nothing() -> None:
    """a and b would need each other first; the honest way costs 9."""
    courses = {
        "a": Course(hours=1, needs=("g",), adds=("A1",)),
        "b": Course(hours=1, needs=("A1",), adds=("B1",)),
        "start": Course(hours=9, adds=("C1",)),
    }
    gates = {"g": (1, ("B1", "C1"))}
    assert chosen(make_world(courses, [Wish("B1")], gates=gates, budget=20)) == {"a", "b", "start"}
    assert chosen(make_world(courses, [Wish("B1")], gates=gates, budget=8)) == set()


def test_a_longer_ring_of_alternatives_is_cut_too() -> None:
    courses = {
        "a": Course(hours=1, needs=("ga",), adds=("A1",)),
        "b": Course(hours=1, needs=("gb",), adds=("B1",)),
        "c": Course(hours=1, needs=("gc",), adds=("C1",)),
        "way": Course(hours=5, adds=("W1",)),
        "goal": Course(hours=1, needs=("all",), adds=("Z1",)),
    }
    gates = {
        "ga": (1, ("C1", "W1")),
        "gb": (1, ("A1", "W1")),
        "gc": (1, ("B1", "W1")),
        "all": (3, ("A1", "B1", "C1")),
    }
    assert chosen(make_world(courses, [Wish("Z1")], gates=gates)) == {"a", "b", "c", "way", "goal"}


def test_preferences_decide_among_equal_hours_in_their_order() -> None:
    courses = {"x": Course(hours=2, adds=("A1",)), "y": Course(hours=2, adds=("A1",))}
    against_x = Preference("against_x", module_costs=((0, 1),))
    against_y = Preference("against_y", module_costs=((1, 5),))
    goals = [Wish("A1")]
    assert chosen(make_world(courses, goals, preferences=(against_x,))) == {"y"}
    assert chosen(make_world(courses, goals, preferences=(against_x, against_y))) == {"y"}
    assert chosen(make_world(courses, goals, preferences=(against_y, against_x))) == {"x"}


def test_a_recommendation_is_kept_where_it_costs_no_hours() -> None:
    """z recommends A1: of two equal ways to W1 the one that also brings A1 is taken; alone it is never bought."""
    courses = {
        "p": Course(hours=2, adds=("W1",)),
        "q": Course(hours=2, adds=("W1", "A1")),
        "z": Course(needs=("W1",), adds=("Z1",)),
    }
    free = make_world(courses, [Wish("Z1")])
    soft = Preference("soft", unmet_costs=((free.module["z"], free.fact["A1"]),))
    assert chosen(make_world(courses, [Wish("Z1")], preferences=(soft,))) == {"q", "z"}
    del courses["q"]
    courses["extra"] = Course(hours=1, adds=("A1",))
    world = make_world(courses, [Wish("Z1")])
    soft = Preference("soft", unmet_costs=((world.module["z"], world.fact["A1"]),))
    dear = make_world(courses, [Wish("Z1")], preferences=(soft,))
    assert chosen(dear) == {"p", "z"}
    assert values(dear)["soft"] == (1, 1)


def test_a_recommendation_of_several_facts_is_unmet_until_all_hold() -> None:
    courses = {
        "p": Course(hours=2, adds=("W1", "A1")),
        "z": Course(needs=("W1",), adds=("Z1",)),
        "q": Course(adds=("B1",)),
    }
    gates = {"g": (2, ("A1", "B1"))}
    world = make_world(courses, [Wish("Z1")], gates=gates)
    soft = Preference("soft", unmet_costs=((world.module["z"], world.fact["g"]),))
    assert values(make_world(courses, [Wish("Z1")], gates=gates, preferences=(soft,)))["soft"] == (1, 1)


def test_an_allowance_is_free_and_only_the_excess_counts() -> None:
    courses = {"x": Course(hours=2, adds=("A1",)), "y": Course(hours=2, adds=("A1",))}
    free = Preference("online", module_costs=((0, 3), (1, 2)), allowance=3)
    tight = Preference("online", module_costs=((0, 3), (1, 2)), allowance=1)
    assert values(make_world(courses, [Wish("A1")], preferences=(free,)))["online"] == (0, 0)
    assert chosen(make_world(courses, [Wish("A1")], preferences=(free,))) == {"x"}
    assert values(make_world(courses, [Wish("A1")], preferences=(tight,)))["online"] == (1, 1)
    assert chosen(make_world(courses, [Wish("A1")], preferences=(tight,))) == {"y"}


@pytest.mark.parametrize("goals", range(3, 8))
def test_of_goals_of_equal_worth_those_are_bought_that_are_preferred_then_of_smallest_ids(goals: int) -> None:
    """Each goal costs 2 and 4 may be spent: 3 to 21 pairs of goals are worth as much; the last two courses alone are not disliked."""
    names = "abcdefg"[:goals]
    courses = {name: Course(hours=2, adds=(f"{name.upper()}1",)) for name in names}
    wishes = [Wish(f"{name.upper()}1") for name in names]
    disliked = Preference("disliked", module_costs=tuple((module, 1) for module in range(goals - 2)))
    assert chosen(make_world(courses, wishes, budget=4)) == {"a", "b"}
    assert chosen(make_world(courses, wishes, budget=4, preferences=(disliked,))) == set(names[-2:])
    assert values(make_world(courses, wishes, budget=4, preferences=(disliked,)))["disliked"] == (0, 0)


def test_of_goals_of_equal_worth_the_one_that_is_harder_to_judge_is_not_forgotten() -> None:
    """Z1 and B1 cost 3 each and 3 may be spent. b never has what it recommends; z has it when W1 comes from q, which has the larger id."""
    courses = {
        "b": Course(hours=3, adds=("B1",)),
        "never": Course(needs=("M1",), adds=("N1",)),
        "p": Course(hours=2, adds=("W1",)),
        "q": Course(hours=2, adds=("W1", "A1")),
        "z": Course(needs=("W1",), adds=("Z1",)),
    }
    wishes = [Wish("B1"), Wish("Z1")]
    world = make_world(courses, wishes, budget=3)
    unmet = ((world.module["z"], world.fact["A1"]), (world.module["b"], world.fact["N1"]))
    soft = make_world(courses, wishes, budget=3, preferences=(Preference("soft", unmet_costs=unmet),))
    assert chosen(soft) == {"q", "z"}
    assert values(soft)["soft"] == (0, 0)


def test_a_goal_that_is_worth_nothing_binds_nobody() -> None:
    """Of two equal ways to A1, y, which also closes the worthless B1, is disliked."""
    courses = {
        "x": Course(hours=2, adds=("A1",)),
        "y": Course(hours=2, adds=("A1", "B1")),
        "z": Course(hours=9, adds=("C1",)),
    }
    disliked = Preference("disliked", module_costs=((1, 1),))
    wishes = [Wish("A1"), Wish("B1", 0), Wish("C1")]
    assert chosen(make_world(courses, wishes, budget=3, preferences=(disliked,))) == {"x"}


def test_ties_go_to_the_lexicographically_smallest_ids() -> None:
    """{a, d} and {b, c} are equal in every stage; a is the smaller first id."""
    courses = {
        "a": Course(hours=1, adds=("A1",)),
        "b": Course(hours=1, adds=("A1", "X1")),
        "c": Course(hours=1, needs=("X1",), adds=("B1",)),
        "d": Course(hours=1, adds=("B1",)),
    }
    assert chosen(make_world(courses, [Wish("A1"), Wish("B1")])) == {"a", "d"}


def test_ties_are_broken_over_more_modules_than_one_chunk() -> None:
    courses = {f"m{number:03d}": Course(adds=(f"U{number // 2:02d}-1",)) for number in range(140)}
    goals = [Wish(f"U{number:02d}-1") for number in range(70)]
    assert chosen(make_world(courses, goals, cap=100)) == {f"m{number:03d}" for number in range(0, 140, 2)}


def test_in_the_calendar_only_selections_that_can_be_scheduled_compete() -> None:
    """Theory and case never share a month; the dearer way does."""
    courses = {
        "case": Course(pairs=("cheap",), months=(1,)),
        "cheap": Course(pairs=("case",), months=(2,), adds=("A1",)),
        "dear": Course(hours=5, adds=("A1",)),
    }
    world = make_world(courses, [Wish("A1")])
    assert chosen(world) == {"case", "cheap"}
    assert chosen(world, in_calendar=True) == {"dear"}


def test_in_the_calendar_a_theory_and_two_cases_share_a_month_only_if_taken() -> None:
    """case1 runs in January, case2 and the theory in February; both cases are goals, but only case2 fits the theory."""
    courses = {
        "case1": Course(pairs=("theory",), months=(1,), adds=("B1",)),
        "case2": Course(hours=3, pairs=("theory",), months=(2,), adds=("C1",)),
        "theory": Course(pairs=("case1", "case2"), months=(2,), adds=("A1",)),
    }
    world = make_world(courses, [Wish("A1", 5), Wish("B1"), Wish("C1")])
    assert chosen(world) == {"case1", "case2", "theory"}
    assert chosen(world, in_calendar=True) == {"case2", "theory"}


def test_in_the_calendar_phases_too_far_apart_do_not_go_together() -> None:
    courses = {
        "early": Course(adds=("A1",), months=(1,), topic="t"),
        "late": Course(adds=("B1",), months=(4,), topic="t"),
    }
    world = make_world(courses, [Wish("A1", 2), Wish("B1")], interval=1)
    assert chosen(world, in_calendar=True) == {"early"}


def test_in_the_calendar_no_year_is_overdrawn() -> None:
    courses = {name: Course(hours=2, adds=(f"{name.upper()}1",)) for name in "abc"}
    world = make_world(courses, [Wish("A1", 3), Wish("B1", 2), Wish("C1")], months=2, first_month=12, budget=(3, 3))
    assert chosen(world) == {"a", "b", "c"}
    assert chosen(world, in_calendar=True) == {"a", "b"}


def test_in_the_calendar_a_start_that_comes_too_late_is_none() -> None:
    """s is cheaper but runs in April, when a and b no longer do; t runs in time."""
    courses = {
        "a": Course(needs=("ga",), adds=("A1",), months=(1,)),
        "b": Course(needs=("gb",), adds=("B1",), months=(1,)),
        "s": Course(hours=1, adds=("S1",), months=(4,)),
        "t": Course(hours=3, adds=("T1",), months=(1,)),
    }
    gates = {"ga": (1, ("B1", "S1")), "gb": (1, ("A1", "T1"))}
    world = make_world(courses, [Wish("A1"), Wish("B1")], gates=gates)
    assert chosen(world) == {"a", "b", "s"}
    assert chosen(world, in_calendar=True) == {"a", "b", "t"}


def test_in_the_calendar_a_ring_still_needs_a_true_start() -> None:
    courses = {
        "a": Course(needs=("ga",), adds=("A1",)),
        "b": Course(needs=("gb",), adds=("B1",)),
        "s": Course(hours=2, adds=("S1",), months=(4,)),
        "t": Course(hours=3, adds=("T1",), months=(4,)),
    }
    gates = {"ga": (1, ("B1", "S1")), "gb": (1, ("A1", "T1"))}
    world = make_world(courses, [Wish("A1"), Wish("B1")], gates=gates, months=4, cap=4)
    assert chosen(world, in_calendar=True) == {"a", "b", "s"}


def test_a_forced_module_is_in_whatever_it_costs() -> None:
    courses = {"a": Course(hours=1, adds=("A1",)), "odd": Course(hours=7, adds=("Y1",))}
    world = make_world(courses, [Wish("A1")])
    assert chosen(world, forced=world.mask("odd")) == {"a", "odd"}


def test_a_forced_module_out_of_reach_leaves_nothing() -> None:
    world = make_world({"a": Course(needs=("X1",), adds=("A1",))}, [Wish("A1")])
    assert select_modules(world.problem, forced=world.mask("a")) is None


def test_the_horizon_bounds_the_hours_that_can_be_taken() -> None:
    courses = {name: Course(hours=3, adds=(f"{name.upper()}1",)) for name in "abc"}
    world = make_world(courses, [Wish("A1"), Wish("B1"), Wish("C1")], months=2, cap=3)
    assert len(chosen(world)) == 2


def test_nothing_missing_takes_nothing() -> None:
    world = make_world({"a": Course(adds=("A1",))}, [])
    assert chosen(world) == set()
    assert values(world)["hours"] == (0, 0)


def test_a_goal_may_be_a_gate() -> None:
    """Two of three topics are asked for: the two shortest are taken."""
    courses = {
        "a": Course(hours=3, adds=("A1",)),
        "b": Course(hours=1, adds=("B1",)),
        "c": Course(hours=2, adds=("C1",)),
    }
    world = make_world(courses, [Wish("g")], gates={"g": (2, ("A1", "B1", "C1"))})
    selection = select_modules(world.problem)
    assert selection is not None
    assert world.names(selection.modules) == {"b", "c"}
    solution = solve_problem(world.problem)
    assert solution is not None
    assert solution.modules == selection.modules


def test_what_was_planned_is_kept_although_it_takes_longer() -> None:
    """old and new close the same goal; the earlier plan had old."""
    courses = {"new": Course(hours=1, adds=("A1",)), "old": Course(hours=5, adds=("A1",))}
    assert chosen(make_world(courses, [Wish("A1")])) == {"new"}
    assert chosen(make_world(courses, [Wish("A1")], earlier={"old": 0})) == {"old"}


def test_what_was_planned_gives_way_to_what_weighs_more() -> None:
    """Five hours hold old, which closes one goal, or the two others, which close two."""
    courses = {
        "old": Course(hours=5, adds=("A1",)),
        "one": Course(hours=2, adds=("A1",)),
        "two": Course(hours=3, adds=("B1",)),
    }
    world = make_world(courses, [Wish("A1"), Wish("B1")], budget=5, earlier={"old": 0})
    assert chosen(world) == {"one", "two"}


def test_what_is_fixed_is_taken_for_nothing_and_in_spite_of_everything() -> None:
    courses = {"a": Course(hours=1, adds=("A1",)), "b": Course(hours=4)}
    assert chosen(make_world(courses, [Wish("A1")], fixed={"b": None})) == {"a", "b"}
    assert chosen(make_world(courses, [Wish("A1")], budget=4, fixed={"b": 0})) == {"b"}
    assert select_modules(make_world(courses, [Wish("A1")], budget=3, fixed={"b": 0}).problem) is None


def test_months_away_leave_less_room() -> None:
    """Two months of two hours each, of which one is away: only the heavier goal is closed."""
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=2, adds=("B1",))}
    assert chosen(make_world(courses, [Wish("A1"), Wish("B1", 2)], months=2, cap=2, away=(1,))) == {"b"}


def test_months_that_hold_few_modules_leave_less_room() -> None:
    """Two months of one module each, of which one is away: only the heavier goal is closed."""
    courses = {"a": Course(adds=("A1",)), "b": Course(adds=("B1",))}
    wishes = [Wish("A1"), Wish("B1", 2)]
    assert chosen(make_world(courses, wishes, months=2, most=1)) == {"a", "b"}
    assert chosen(make_world(courses, wishes, months=2, most=1, away=(1,))) == {"b"}
