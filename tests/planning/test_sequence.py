"""Sequence: a schedule keeps every rule, reaches what matters early, and is the only one of its kind."""

from __future__ import annotations

import pytest

from competency_engine.planning.sequence import order_within_periods, schedule_modules
from tests.planning.small import Course, Wish, World, make_world

pytestmark = pytest.mark.usefixtures("decided_by")


def months(world: World, *names: str) -> dict[str, int] | None:
    """Return the period of each module in the best schedule of ``names`` (none = of all)."""
    result = schedule_modules(world.problem, world.mask(*(names or tuple(world.module))))
    if result is None:
        return None
    return {name: result[0][index] for name, index in world.module.items() if index in result[0]}


def values(world: World) -> dict[str, tuple[int, int]]:
    """Return (value, bound) of each stage of the schedule of all modules."""
    result = schedule_modules(world.problem, world.mask(*world.module))
    assert result is not None
    return {stage.name: (stage.value, stage.bound) for stage in result[1]}


def test_a_requirement_may_be_met_in_the_same_month() -> None:
    world = make_world({"a": Course(adds=("A1",)), "b": Course(needs=("A1",), adds=("B1",))}, [Wish("B1")])
    assert months(world) == {"a": 0, "b": 0}


def test_a_requirement_is_never_met_later() -> None:
    """Only one hour fits a month, so b waits for a although only b is a goal."""
    world = make_world({"a": Course(adds=("A1",)), "b": Course(needs=("A1",), adds=("B1",))}, [Wish("B1")], cap=1)
    assert months(world) == {"a": 0, "b": 1}
    assert values(world)["goal_periods"] == (2, 2)


CHAIN = {"a": Course(adds=("A1",)), "b": Course(needs=("A1",), adds=("B1",)), "c": Course(needs=("B1",), adds=("C1",))}


def test_under_strict_precedence_a_chain_takes_a_month_each() -> None:
    assert months(make_world(CHAIN, [Wish("C1")])) == {"a": 0, "b": 0, "c": 0}
    assert months(make_world(CHAIN, [Wish("C1")], strict=True)) == {"a": 0, "b": 1, "c": 2}
    assert months(make_world(CHAIN, [Wish("C1")], strict=True, months=2)) is None


def test_under_strict_precedence_partners_still_share_a_month() -> None:
    """The case needs its theory and the base: the base comes a month before both, the practice a month after."""
    courses = {
        "base": Course(adds=("A1",)),
        "case": Course(needs=("g",), adds=("C1",), pairs=("theory",)),
        "practice": Course(needs=("C1",), adds=("P1",)),
        "theory": Course(adds=("T1",), pairs=("case",)),
    }
    world = make_world(courses, [Wish("P1")], gates={"g": (2, ("A1", "T1"))}, strict=True)
    assert months(world) == {"base": 0, "case": 1, "theory": 1, "practice": 2}
    assert months(make_world(courses, [], gates={"g": (2, ("A1", "T1"))}, strict=True, months=2)) is None


def test_under_strict_precedence_one_of_two_partners_is_enough() -> None:
    """a pairs with either of two theories; only t2 brings what it needs, s brings it in March."""
    courses = {
        "a": Course(needs=("T1",), adds=("A1",), pairs=("t1", "t2")),
        "s": Course(adds=("T1",), months=(3,)),
        "t1": Course(pairs=("a",)),
        "t2": Course(adds=("T1",), pairs=("a",)),
    }
    world = make_world(courses, [Wish("A1")], strict=True)
    assert months(world, "a", "s", "t2") == {"a": 0, "s": 2, "t2": 0}
    assert months(world, "a", "s", "t1") == {"a": 3, "s": 2, "t1": 3}


def test_under_strict_precedence_a_partner_brings_what_it_is_never_first_to_bring() -> None:
    """t needs T1 from s and adds it again; a needs T1 and pairs with t, so all but s may share March."""
    courses = {
        "a": Course(needs=("T1",), adds=("A1",), pairs=("t",)),
        "s": Course(adds=("T1",)),
        "t": Course(needs=("T1",), adds=("T1",), pairs=("a",)),
    }
    assert months(make_world(courses, [Wish("A1")], strict=True)) == {"a": 1, "s": 0, "t": 1}


def test_a_month_holds_no_more_modules_than_it_may() -> None:
    courses = {name: Course(adds=(f"{name.upper()}1",)) for name in "abc"}
    world = make_world(courses, [Wish("A1"), Wish("B1"), Wish("C1")], most=2)
    assert sorted((months(world) or {}).values()) == [0, 0, 1]
    assert months(make_world(courses, [], months=2, most=1)) is None


def test_every_month_holds_its_least() -> None:
    """Two months of two hours at least: the goals would all come in January."""
    courses = {name: Course(adds=(f"{name.upper()}1",)) for name in "abcd"}
    goals = [Wish("A1"), Wish("B1"), Wish("C1"), Wish("D1")]
    assert sorted((months(make_world(courses, goals, months=2, least=2)) or {}).values()) == [0, 0, 1, 1]
    assert sorted((months(make_world(courses, goals, months=4, fewest=1)) or {}).values()) == [0, 1, 2, 3]
    assert months(make_world(courses, goals, months=4, least=2)) is None
    assert months(make_world(courses, goals, months=5, fewest=1)) is None


def test_one_of_two_ways_taken_is_enough() -> None:
    """b waits for the gate; x opens it in month 1, y may come later."""
    courses = {"b": Course(needs=("g",), adds=("B1",)), "x": Course(adds=("X1",)), "y": Course(adds=("Y1",))}
    world = make_world(courses, [Wish("B1", 9), Wish("X1", 2), Wish("Y1", 1)], gates={"g": (1, ("X1", "Y1"))}, cap=2)
    assert months(world) == {"b": 0, "x": 0, "y": 1}


def test_one_module_may_be_two_of_the_parts_that_a_gate_counts() -> None:
    """Two of three facts are enough, and x brings two."""
    courses = {
        "x": Course(adds=("A1", "B1")),
        "y": Course(adds=("C1",), months=(4,)),
        "z": Course(needs=("g",), adds=("Z1",)),
    }
    world = make_world(courses, [Wish("Z1"), Wish("C1")], gates={"g": (2, ("A1", "B1", "C1"))})
    assert months(world) == {"x": 0, "y": 3, "z": 0}


def test_modules_that_could_support_each_other_do_not() -> None:
    """a needs B1 or S1, b needs A1: s has to come before both, and it runs in March alone."""
    courses = {
        "a": Course(needs=("g",), adds=("A1",)),
        "b": Course(needs=("A1",), adds=("B1",)),
        "s": Course(adds=("S1",), months=(3,)),
    }
    world = make_world(courses, [Wish("A1"), Wish("B1")], gates={"g": (1, ("B1", "S1"))})
    assert months(world) == {"a": 2, "b": 2, "s": 2}


def test_a_ring_of_alternatives_waits_for_a_true_start() -> None:
    """a needs B1 or S1, b needs A1 or T1: each could support the other, but s and t run in March alone."""
    courses = {
        "a": Course(needs=("ga",), adds=("A1",)),
        "b": Course(needs=("gb",), adds=("B1",)),
        "s": Course(adds=("S1",), months=(3,)),
        "t": Course(adds=("T1",), months=(4,)),
    }
    world = make_world(courses, [Wish("A1"), Wish("B1")], gates={"ga": (1, ("B1", "S1")), "gb": (1, ("A1", "T1"))})
    assert months(world) == {"a": 2, "b": 2, "s": 2, "t": 3}


def test_a_ring_of_alternatives_is_entered_where_it_is_best() -> None:
    """Two hours a month: s and a first, then b through a; taking a and b at once would be circular."""
    courses = {
        "a": Course(needs=("ga",), adds=("A1",)),
        "b": Course(needs=("gb",), adds=("B1",)),
        "s": Course(adds=("S1",)),
        "t": Course(adds=("T1",)),
    }
    gates = {"ga": (1, ("B1", "S1")), "gb": (1, ("A1", "T1"))}
    world = make_world(courses, [Wish("A1"), Wish("B1")], gates=gates, cap=2)
    assert values(world)["goal_periods"] == (3, 3)
    assert months(world) == {"a": 0, "b": 1, "s": 0, "t": 1}


def test_pairs_share_a_month() -> None:
    courses = {
        "case": Course(hours=2, pairs=("theory",), adds=("A1",)),
        "other": Course(hours=1, adds=("B1",)),
        "theory": Course(hours=2, pairs=("case",)),
    }
    world = make_world(courses, [Wish("A1", 1), Wish("B1", 5)], cap=4)
    assert months(world) == {"case": 1, "theory": 1, "other": 0}


def test_partners_share_a_month_also_where_only_one_of_them_says_so() -> None:
    courses = {
        "case": Course(pairs=("theory",), adds=("A1",), months=(2, 3)),
        "theory": Course(adds=("T1",)),
    }
    world = make_world(courses, [Wish("A1"), Wish("T1", 9)])
    assert months(world) == {"case": 1, "theory": 1}


def test_pairs_that_cannot_share_a_month_have_no_schedule() -> None:
    courses = {
        "case": Course(pairs=("theory",), months=(1,)),
        "theory": Course(pairs=("case",), months=(2,), adds=("A1",)),
    }
    assert months(make_world(courses, [Wish("A1")])) is None


def test_a_chain_of_pairs_shares_one_month() -> None:
    courses = {
        "c1": Course(hours=1, pairs=("t",)),
        "c2": Course(hours=1, pairs=("t",)),
        "t": Course(hours=1, pairs=("c1", "c2"), adds=("A1",)),
    }
    assert months(make_world(courses, [Wish("A1")], cap=2)) is None
    assert months(make_world(courses, [Wish("A1")], cap=3)) == {"c1": 0, "c2": 0, "t": 0}


def test_pairs_that_meet_in_the_middle_share_one_month() -> None:
    """a–d and b–c are joined by c–d: all four take one month of four hours."""
    courses = {
        "a": Course(pairs=("d",)),
        "b": Course(pairs=("c",)),
        "c": Course(pairs=("b", "d")),
        "d": Course(pairs=("a", "c")),
    }
    assert months(make_world(courses, [], cap=3)) is None
    assert months(make_world(courses, [], cap=4)) == {"a": 0, "b": 0, "c": 0, "d": 0}


def test_modules_run_when_they_are_offered() -> None:
    world = make_world({"a": Course(adds=("A1",), months=(2, 4))}, [Wish("A1")], months=4)
    assert months(world) == {"a": 1}


def test_the_offer_follows_the_calendar_not_the_horizon() -> None:
    world = make_world({"a": Course(adds=("A1",), months=(1,))}, [Wish("A1")], months=4, first_month=11, budget=(9, 9))
    assert months(world) == {"a": 2}


def test_no_month_holds_more_than_its_cap() -> None:
    courses = {name: Course(hours=2, adds=(f"{name.upper()}1",)) for name in "abc"}
    world = make_world(courses, [Wish("A1"), Wish("B1"), Wish("C1")], cap=4)
    assert sorted((months(world) or {}).values()) == [0, 0, 1]


def test_no_calendar_year_holds_more_than_its_budget() -> None:
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=2, adds=("B1",))}
    world = make_world(courses, [Wish("A1", 2), Wish("B1", 1)], months=3, first_month=12, budget=(2, 2))
    assert months(world) == {"a": 0, "b": 1}


def test_uncounted_hours_do_not_press_on_the_year() -> None:
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=2, adds=("B1",))}
    world = make_world(courses, [Wish("A1"), Wish("B1")], months=3, first_month=12, budget=(2, 2), uncounted=("b",))
    assert months(world) == {"a": 0, "b": 0}


def test_modules_of_a_topic_stay_within_the_interval() -> None:
    """The practice runs in April only, so the theory waits for March although it could run in January."""
    courses = {
        "practice": Course(adds=("A1",), needs=("T1",), months=(4,), topic="t"),
        "theory": Course(adds=("T1",), topic="t"),
    }
    goals = [Wish("A1"), Wish("T1")]
    assert months(make_world(courses, goals, months=5, interval=3)) == {"practice": 3, "theory": 0}
    assert months(make_world(courses, goals, months=5, interval=1)) == {"practice": 3, "theory": 2}
    assert months(make_world(courses, goals, months=5, interval=0)) == {"practice": 3, "theory": 3}


def test_the_interval_binds_in_both_directions() -> None:
    courses = {
        "early": Course(adds=("A1",), months=(1,), topic="t"),
        "late": Course(adds=("B1",), months=(4,), topic="t"),
    }
    assert months(make_world(courses, [Wish("A1"), Wish("B1")], interval=2)) is None
    assert months(make_world(courses, [Wish("A1"), Wish("B1")], interval=3)) == {"early": 0, "late": 3}


def test_a_month_away_takes_no_module() -> None:
    assert months(make_world({"a": Course(adds=("A1",))}, [Wish("A1")], away=(0, 1))) == {"a": 2}
    assert months(make_world({"a": Course(adds=("A1",))}, [Wish("A1")], months=2, away=(0, 1))) is None


def test_what_is_fixed_to_a_month_stands_there_and_leaves_no_room_beside_it() -> None:
    """a and b are longer than the cap of their month together; c, offered all year, goes elsewhere."""
    courses = {
        "a": Course(hours=3, months=(12,)),
        "b": Course(hours=3),
        "c": Course(hours=1, adds=("C1",)),
    }
    world = make_world(courses, [Wish("C1")], cap=4, fixed={"a": 0, "b": 0}, away=(0,))
    assert months(world) == {"a": 0, "b": 0, "c": 1}
    assert values(world)["peak_load"] == (24, 24)
    assert months(make_world(courses, [Wish("C1")], cap=4, months=1, fixed={"a": 0, "b": 0})) is None


def test_a_cap_bends_only_in_the_month_of_what_is_fixed() -> None:
    courses = {"a": Course(hours=6), "b": Course(hours=3), "c": Course(hours=3)}
    world = make_world(courses, cap=4, months=2, fixed={"a": 0})
    assert months(world) is None
    assert months(make_world(courses, cap=4, months=3, fixed={"a": 0})) == {"a": 0, "b": 1, "c": 2}


def test_the_most_modules_of_a_month_bend_for_what_is_fixed() -> None:
    courses = {"a": Course(), "b": Course(), "c": Course()}
    assert months(make_world(courses, most=1, months=2, fixed={"a": 0, "b": 0})) == {"a": 0, "b": 0, "c": 1}
    assert months(make_world(courses, most=1, months=1, fixed={"a": 0, "b": 0})) is None


def test_modules_stay_in_the_months_of_an_earlier_plan() -> None:
    """Early goals would put both in January; only a, whose month has passed, may go there."""
    courses = {"a": Course(adds=("A1",)), "b": Course(adds=("B1",))}
    world = make_world(courses, [Wish("A1"), Wish("B1", 9)], earlier={"a": None, "b": 3})
    assert months(world) == {"a": 0, "b": 3}
    assert values(world)["moved"] == (0, 0)


def test_a_deadline_moves_a_module_of_an_earlier_plan() -> None:
    courses = {"a": Course(adds=("A1",)), "b": Course(adds=("B1",))}
    world = make_world(courses, [Wish("A1", deadline=1), Wish("B1")], earlier={"a": 3, "b": 2})
    assert months(world) == {"a": 0, "b": 2}
    assert values(world)["moved"] == (1, 1)


def test_as_few_as_can_be_move() -> None:
    """Three were planned for March, which now holds two: one moves, the first id that leaves the goals earliest."""
    courses = {name: Course(adds=(f"{name.upper()}1",)) for name in "abc"}
    goals = [Wish("A1"), Wish("B1", 9), Wish("C1")]
    world = make_world(courses, goals, cap=2, earlier={"a": 2, "b": 2, "c": 2})
    assert months(world) == {"a": 2, "b": 0, "c": 2}
    assert values(world)["moved"] == (1, 1)


def test_heavier_goals_come_earlier() -> None:
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=2, adds=("B1",))}
    world = make_world(courses, [Wish("A1", 1), Wish("B1", 3)], cap=2)
    assert months(world) == {"a": 1, "b": 0}
    assert values(world)["goal_periods"] == (1 * 2 + 3 * 1, 5)


def test_a_deadline_comes_before_any_weight() -> None:
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=2, adds=("B1",))}
    world = make_world(courses, [Wish("A1", 1, deadline=0), Wish("B1", 3)], cap=2)
    assert months(world) == {"a": 0, "b": 1}
    assert values(world)["deadlines"] == (0, 0)


def test_a_deadline_that_cannot_be_kept_is_counted() -> None:
    world = make_world({"a": Course(adds=("A1",), months=(3,))}, [Wish("A1", 7, deadline=1)])
    assert values(world)["deadlines"] == (7, 7)
    passed = make_world({"a": Course(adds=("A1",))}, [Wish("A1", 7, deadline=-1)])
    assert values(passed)["deadlines"] == (7, 7)


def test_the_heaviest_month_is_as_light_as_early_goals_allow() -> None:
    """goal needs base; extra only supports a completed pair, so it moves to the month that holds least."""
    courses = {
        "big": Course(hours=3, adds=("A1",), months=(1,)),
        "free": Course(hours=2, adds=("X1",)),
        "small": Course(hours=1, adds=("B1",), months=(2,)),
    }
    world = make_world(courses, [Wish("A1"), Wish("B1")], months=2, cap=9)
    assert months(world) == {"big": 0, "free": 1, "small": 1}
    assert values(world)["peak_load"] == (12, 12)


def test_equal_schedules_give_the_smaller_id_the_earlier_month() -> None:
    courses = {name: Course(hours=1) for name in "abcd"}
    world = make_world(courses, [], months=2, cap=2)
    assert months(world) == {"a": 0, "b": 0, "c": 1, "d": 1}


def test_ties_are_broken_over_more_tasks_than_one_chunk() -> None:
    """The first fifteen run in March or April alone, so the last fifteen fill January and February."""
    courses = {
        f"m{number:02d}": Course(hours=1, months=(3, 4) if number < 15 else (1, 2, 3, 4)) for number in range(30)
    }
    world = make_world(courses, [], months=4, cap=8)
    assert list((months(world) or {}).values()) == [2] * 8 + [3] * 7 + [0] * 8 + [1] * 7


def test_within_a_month_the_order_is_by_need_then_id() -> None:
    courses = {"a": Course(needs=("Z1",), adds=("A1",)), "b": Course(), "z": Course(adds=("Z1",))}
    world = make_world(courses, [])
    steps = order_within_periods(world.problem, {0: 0, 1: 0, 2: 0})
    assert [world.problem.catalogue.module_ids[module] for module, _ in steps] == ["b", "z", "a"]


def test_within_a_month_theory_comes_before_practice_of_its_topic() -> None:
    courses = {
        "a": Course(phase=2, topic="t"),
        "b": Course(phase=1, topic="t"),
        "c": Course(phase=0, topic="t"),
        "d": Course(),
    }
    world = make_world(courses, [])
    steps = order_within_periods(world.problem, {0: 0, 1: 0, 2: 0, 3: 0})
    assert [world.problem.catalogue.module_ids[module] for module, _ in steps] == ["c", "b", "a", "d"]


def test_an_order_that_needs_force_yields_to_the_needs() -> None:
    """The theory needs the practice here: needs win over phases."""
    courses = {"p": Course(phase=2, topic="t", adds=("A1",)), "t": Course(phase=0, topic="t", needs=("A1",))}
    world = make_world(courses, [])
    steps = order_within_periods(world.problem, {0: 0, 1: 0})
    assert [world.problem.catalogue.module_ids[module] for module, _ in steps] == ["p", "t"]


def test_too_little_room_has_no_schedule() -> None:
    courses = {name: Course(hours=2) for name in "abc"}
    assert months(make_world(courses, [], months=2, cap=3)) is None
