"""What a budget buys: the tables find the best selection of all that the budget can hold, or say nothing."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from competency_engine.planning import frontier
from competency_engine.planning.budget import select_within_budget
from competency_engine.planning.problem import PlanningProblem, Preference, bits
from competency_engine.planning.relax import preference_value
from competency_engine.planning.search import Search
from competency_engine.planning.select import select_modules
from tests.planning.drawn import draw_world, hours_of, selections
from tests.planning.program import program_alone
from tests.planning.small import Course, Wish, World, make_world


@pytest.fixture(autouse=True, params=["all at once", "what loses little first"])
def looked_for(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at tables of these small worlds as at narrow ones, and as at wide ones."""
    if request.param == "what loses little first":
        monkeypatch.setattr(frontier, "LOSSY", 0)


def bought(world: World, **options: Any) -> set[str] | None:
    """Return the names of what the budget buys; None where the tables say nothing."""
    found = select_within_budget(world.problem, Search(world.problem.catalogue), **options)
    return None if found is None else world.names(found[0])


def test_what_several_goals_share_is_paid_for_once() -> None:
    """base 3 + a 1 + b 1 = 5 buys two goals of weight 2; c alone, 4 hours, one of weight 3."""
    courses = {
        "base": Course(hours=3, adds=("X1",)),
        "a": Course(hours=1, needs=("X1",), adds=("A1",)),
        "b": Course(hours=1, needs=("X1",), adds=("B1",)),
        "c": Course(hours=4, adds=("C1",)),
    }
    goals = [Wish("A1", 2), Wish("B1", 2), Wish("C1", 3)]
    assert bought(make_world(courses, goals, budget=4)) == {"c"}
    assert bought(make_world(courses, goals, budget=5)) == {"base", "a", "b"}
    assert bought(make_world(courses, goals, budget=8)) == {"base", "a", "c"}
    assert bought(make_world(courses, goals, budget=9)) == set(courses)
    assert bought(make_world(courses, goals, budget=3)) == set()


def test_months_that_hold_less_than_the_budget_are_the_budget() -> None:
    courses = {"a": Course(hours=3, adds=("A1",)), "b": Course(hours=3, adds=("B1",))}
    goals = [Wish("A1"), Wish("B1", 2)]
    assert bought(make_world(courses, goals, budget=6, months=1, cap=5)) == {"b"}


def test_equal_weight_is_bought_in_the_fewest_hours_then_at_the_least_cost_then_by_id() -> None:
    courses = {name: Course(hours=2, adds=(f"{name.upper()}1",)) for name in "abcd"}
    courses["d"] = Course(hours=1, adds=("D1",))
    goals = [Wish(f"{name.upper()}1") for name in courses]
    assert bought(make_world(courses, goals, budget=4)) == {"a", "d"}
    dear = Preference("dear", module_costs=((0, 3), (1, 1), (3, 9)))
    assert bought(make_world(courses, goals, budget=4, preferences=(dear,))) == {"c", "d"}
    assert bought(make_world(courses, goals, budget=5, preferences=(dear,))) == {"b", "c", "d"}


def test_one_giver_is_enough_and_a_gate_asks_for_one_or_for_all() -> None:
    """One of A1 and B1 opens the way to Y1, both together that to Z1."""
    courses = {
        "a": Course(hours=2, adds=("A1",)),
        "b": Course(hours=3, adds=("B1",)),
        "y": Course(hours=1, needs=("one",), adds=("Y1",)),
        "z": Course(hours=1, needs=("all",), adds=("Z1",)),
        "y-dear": Course(hours=4, adds=("Y1",)),
    }
    gates = {"one": (1, ("A1", "B1")), "all": (2, ("A1", "B1"))}
    goals = [Wish("Y1", 2), Wish("Z1", 3)]
    assert bought(make_world(courses, goals, gates=gates, budget=3)) == {"a", "y"}
    assert bought(make_world(courses, goals, gates=gates, budget=6)) == {"a", "b", "z"}
    assert bought(make_world(courses, goals, gates=gates, budget=7)) == {"a", "b", "y", "z"}


def test_a_module_that_is_dearer_than_another_way_is_never_bought_whatever_else_is() -> None:
    """w costs 5 where t and p cost 4; yet where t cannot be taken w is."""
    courses = {
        "t": Course(hours=1, adds=("T1",)),
        "p": Course(hours=3, needs=("T1",), adds=("A1",)),
        "w": Course(hours=5, adds=("A1",)),
    }
    world = make_world(courses, [Wish("A1")], budget=6)
    assert bought(world) == {"t", "p"}
    without = replace(world.problem, available=world.problem.available & ~world.mask("t"))
    found = select_within_budget(without, Search(without.catalogue))
    assert found is not None
    assert world.names(found[0]) == {"w"}


def test_a_recommendation_decides_only_where_hours_do_not() -> None:
    """z recommends A1: q, which also brings it, is taken over p of as many hours; with the goal B1 that p brings, p is."""
    courses = {
        "p": Course(hours=2, adds=("W1", "B1")),
        "q": Course(hours=2, adds=("W1", "A1")),
        "z": Course(needs=("W1",), adds=("Z1",)),
    }
    plain = make_world(courses, [Wish("Z1")])
    soft = Preference("soft", unmet_costs=((plain.module["z"], plain.fact["A1"]),))
    assert bought(make_world(courses, [Wish("Z1")], budget=3, preferences=(soft,))) == {"q", "z"}
    assert bought(make_world(courses, [Wish("Z1"), Wish("B1")], budget=3, preferences=(soft,))) == {"p", "z"}


def test_a_recommendation_of_a_topic_is_a_gate_that_matters_to_no_goal() -> None:
    """z recommends what A1 or C1 opens: q, which brings A1, is taken over p of as many hours."""
    courses = {
        "p": Course(hours=2, adds=("W1", "B1")),
        "q": Course(hours=2, adds=("W1", "A1")),
        "z": Course(needs=("W1",), adds=("Z1",)),
        "dear": Course(hours=9, adds=("Y1",)),
    }
    gates = {"one": (1, ("A1", "C1"))}
    goals = [Wish("Z1"), Wish("Y1")]
    plain = make_world(courses, goals, gates=gates)
    soft = Preference("soft", unmet_costs=((plain.module["z"], plain.fact["one"]),))
    assert bought(make_world(courses, goals, gates=gates, budget=3, preferences=(soft,))) == {"q", "z"}


def test_a_gate_of_which_one_part_holds_asks_for_the_rest() -> None:
    """Two of A1, B1 and C1, A1 held: the cheaper of b and c is enough."""
    courses = {
        "b": Course(hours=2, adds=("B1",)),
        "c": Course(hours=3, adds=("C1",)),
        "z": Course(needs=("two",), adds=("Z1",)),
    }
    gates = {"two": (2, ("A1", "B1", "C1"))}
    assert bought(make_world(courses, [Wish("Z1")], gates=gates, start=["A1"], budget=9)) == {"b", "z"}


def test_it_says_nothing_of_costs_below_nothing() -> None:
    courses = {"a": Course(adds=("A1",)), "b": Course(adds=("A1",))}
    less = Preference("less", module_costs=((1, -1),))
    assert bought(make_world(courses, [Wish("A1")], preferences=(less,))) is None


def test_sums_of_one_stage_do_not_run_into_another() -> None:
    """Of two ways of three hours the second costs one in the first stage, the other three in the second."""
    courses = {
        "a": Course(adds=("X1",)),
        "b": Course(needs=("X1",), adds=("Y1",)),
        "d": Course(needs=("Y1",), adds=("G1",)),
        "c": Course(hours=3, adds=("G1",)),
    }
    first = Preference("first", module_costs=((2, 1),))
    second = Preference("second", module_costs=((0, 1), (1, 1), (3, 1)))
    assert bought(make_world(courses, [Wish("G1")], preferences=(first, second))) == {"a", "b", "d"}


def test_it_says_nothing_where_facts_would_give_each_other() -> None:
    """a needs what b gives and b what a gives: only the dear way starts the circle, and the tables do not see that."""
    courses = {
        "a": Course(hours=1, needs=("B1",), adds=("A1",)),
        "b": Course(hours=1, needs=("A1",), adds=("B1",)),
        "dear": Course(hours=6, adds=("A1",)),
    }
    world = make_world(courses, [Wish("A1"), Wish("B1")], budget=8)
    assert bought(world) is None
    selection = select_modules(world.problem)
    assert selection is not None
    assert world.names(selection.modules) == {"b", "dear"}


def test_it_says_nothing_of_gates_that_ask_for_some_or_of_modules_that_count_for_nothing() -> None:
    courses = {name: Course(adds=(f"{name.upper()}1",)) for name in "abc"}
    courses["z"] = Course(needs=("two",), adds=("Z1",))
    gates = {"two": (2, ("A1", "B1", "C1"))}
    assert bought(make_world(courses, [Wish("Z1")], gates=gates)) is None
    assert bought(make_world(courses, [Wish("A1")], uncounted=("b",))) == {"a"}
    assert bought(make_world(courses, [Wish("A1")], uncounted=("a",))) is None
    dearer = {"class": Course(hours=2, adds=("A1",)), "web": Course(hours=3, adds=("A1",))}
    assert bought(make_world(dearer, [Wish("A1")], budget=1, uncounted=("web",))) is None


def everything_with_everything(size: int) -> World:
    """Return a world in which each of ``size`` goals can be had by any of ``size`` modules, each of another pair of facts."""
    facts = [f"{letter}1" for letter in "ABCDEFGHIJKLMNOP"[:size]]
    courses = {
        f"m{i:02}{j:02}": Course(hours=2, adds=(one, other))
        for (i, one), (j, other) in itertools.combinations(enumerate(facts), 2)
    }
    return make_world(courses, [Wish(fact) for fact in facts], budget=size)


def test_where_everything_hangs_together_the_program_decides() -> None:
    """A table over all facts at once would be too wide; a small one is not."""
    small, wide = everything_with_everything(5), everything_with_everything(frontier.WIDEST + 3)
    assert bought(small) is not None
    assert bought(wide) is None
    with program_alone():
        expected = select_modules(wide.problem), select_modules(small.problem)
    assert (select_modules(wide.problem), select_modules(small.problem)) == expected


def test_without_work_left_it_says_nothing_and_the_answer_is_the_same() -> None:
    world = everything_with_everything(5)
    assert bought(world, limit=3) is None
    assert bought(world) is not None


def best_by_trying(problem: PlanningProblem) -> tuple[int, ...]:
    """Return the best stage values of all selections within the budget, then the ids."""
    return max(ranked(problem, modules, facts) for modules, facts in selections(problem) if fits(problem, modules))


def fits(problem: PlanningProblem, modules: int) -> bool:
    """Return whether the budget and the months hold ``modules``."""
    return hours_of(problem, modules) <= min(problem.budget, problem.whole_window().most_hours)


def ranked(problem: PlanningProblem, modules: int, facts: int) -> tuple[int, ...]:
    """Return what is compared, stage by stage, the larger the better."""
    closed = [goal for goal in problem.goals if facts >> goal.fact & 1]
    weights = [sum(goal.weight for goal in closed if goal.mandatory)]
    weights += [sum(goal.weight for goal in closed if goal.tier == tier) for tier in range(len(problem.tiers))]
    costs = [-preference_value(preference, modules, facts) for preference in problem.preferences]
    ids = [modules >> module & 1 for module in range(len(problem.catalogue.module_ids))]
    return (*weights, -hours_of(problem, modules), *costs, *ids)


def test_on_drawn_worlds_it_is_the_best_of_all_selections() -> None:
    """Each of 150 worlds under three budgets; every selection of its modules is tried."""
    answered = 0
    for seed in range(150):
        for quarters in (8, 16, 28):
            problem = replace(draw_world(seed).problem, budgets=(quarters,))
            found = select_within_budget(problem, Search(problem.catalogue))
            if found is not None:
                facts, _ = problem.catalogue.closure(problem.start, found[0])
                assert ranked(problem, found[0], facts) == best_by_trying(problem), (seed, quarters)
                assert all(stage.status == "optimal" for stage in found[1])
                answered += 1
    assert answered >= 350


def test_rows_whose_codes_are_looked_up_at_one_place_are_told_apart() -> None:
    store, desk = frontier.new_store(1, 1, 0, 1, 1, 1), frontier.new_desk(0, 1, 4)
    other = 1 + len(desk.row_of)
    table = frontier.begin_table(store)
    for code in (1, other, 1, other, other):
        assert frontier.note(store, desk, table, code, 0, 0)
    assert store.code[:3] == [1, other, 0]
    frontier.clear(store, desk, table)
    assert not any(desk.row_of)


def test_of_wide_tables_what_loses_little_is_looked_for_first_and_more_where_there_is_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Seven hours buy weight 16 + 9; what is left out weighs 40, more than the first sixteen least gains."""
    monkeypatch.setattr(frontier, "LOSSY", 0)
    tried = []

    def best_losing(*given: Any) -> int:
        tried.append((given[4], found := losing(*given)))
        return found

    losing = frontier.best_losing
    monkeypatch.setattr(frontier, "best_losing", best_losing)
    weights = {"a": 1, "b": 16, "c": 9, "d": 39}
    courses = {name: Course(hours=9 if name == "d" else 3, adds=(f"{name.upper()}1",)) for name in weights}
    wishes = [Wish(f"{name.upper()}1", weight) for name, weight in weights.items()]
    assert bought(make_world(courses, wishes, budget=7)) == {"b", "c"}
    assert tried == [(16, 0), (65, 1)]


def test_modules_need_be_no_more_than_the_words_of_a_point_hold() -> None:
    """Seventy goals, the odd ones worth more, and a budget of forty hours: the odd ones, then the smallest ids."""
    courses = {f"m{number:02}": Course(adds=(f"{'ABCDEFG'[number // 10]}{number % 10}x1",)) for number in range(70)}
    wishes = [Wish(course.adds[0], 1 + number % 2) for number, course in enumerate(courses.values())]
    world = make_world(courses, wishes, budget=40, months=12)
    expected = {name for number, name in enumerate(courses) if number % 2 or number < 10}
    assert bought(world) == expected
    assert len(bits(world.mask(*expected))) == 40
