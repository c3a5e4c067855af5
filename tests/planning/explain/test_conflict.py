"""Rules that cannot hold together: no member can be left out, and no smaller set is in conflict."""

from __future__ import annotations

from itertools import combinations

import pytest

from competency_engine.planning.explain.conflict import Conflict, find_conflict
from competency_engine.planning.explain.rules import Rule, behind, dropping, rules_of_modules
from competency_engine.planning.explain.variants import demanding, wanting, without_modules
from competency_engine.planning.problem import PlanningProblem, bits
from tests.planning.explain.every import can_close, random_world
from tests.planning.small import Course, Wish, World, make_world


def conflict(world: World, *wanted: str, beside: tuple[str, ...] = ()) -> set[tuple[str, ...]] | None:
    """Return the conflict as (kind, module, fact) by name, without the parts that a rule does not have."""
    found = find_conflict(world.problem, facts(world, wanted), facts(world, beside))
    return None if found is None else named(world, found)


def named(world: World, found: Conflict) -> set[tuple[str, ...]]:
    module = {index: name for name, index in world.module.items()}
    fact = {index: name for name, index in world.fact.items()}
    return {(rule.kind, *filter(None, (module.get(rule.module), fact.get(rule.fact)))) for rule in found.rules}


def facts(world: World, names: tuple[str, ...]) -> int:
    return sum(1 << world.fact[name] for name in names)


def test_what_can_be_closed_is_in_no_conflict() -> None:
    assert conflict(make_world({"a": Course(adds=("A1",))}, [Wish("A1")]), "A1") is None


def test_a_budget_against_a_prerequisite() -> None:
    """A2 takes two modules of two hours: with three hours a year either the budget or the requirement has to go."""
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=2, needs=("A1",), adds=("A2",))}
    world = make_world(courses, [Wish("A2")], budget=3)
    assert conflict(world, "A2") == {("budget",), ("prerequisite", "b", "A1")}


def test_a_month_cap_stands_alone() -> None:
    world = make_world({"a": Course(hours=5, adds=("A1",))}, [Wish("A1")], cap=4)
    assert conflict(world, "A1") == {("month_cap",)}


def test_partners_in_different_months() -> None:
    courses = {
        "a": Course(pairs=("b",), months=(1,), adds=("A1",)),
        "b": Course(pairs=("a",), months=(2,)),
    }
    world = make_world(courses, [Wish("A1")])
    assert conflict(world, "A1") == {("pair", "a"), ("offer", "a"), ("offer", "b")}


def test_budgets_of_two_years_are_one_rule_kept_year_by_year() -> None:
    """a runs in December only, whose year has two hours; the four that it takes are there a month later."""
    world = make_world(
        {"a": Course(hours=4, adds=("A1",), months=(12,))}, [Wish("A1")], months=2, first_month=12, budget=(2, 8)
    )
    assert conflict(world, "A1") == {("budget",), ("offer", "a")}


def test_modules_of_a_topic_too_far_apart() -> None:
    courses = {
        "a": Course(adds=("A1",), months=(1,), topic="t"),
        "b": Course(needs=("A1",), adds=("B1",), months=(4,), topic="t"),
    }
    world = make_world(courses, [Wish("B1")], interval=1)
    assert conflict(world, "B1") == {
        ("interval",),
        ("offer", "a"),
        ("offer", "b"),
        ("prerequisite", "b", "A1"),
    }


def test_another_goal_may_stand_against_it() -> None:
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=2, adds=("B1",))}
    world = make_world(courses, [Wish("A1"), Wish("B1")], budget=3)
    assert conflict(world, "A1", beside=("B1",)) == {("budget",), ("goal", "B1")}


def test_what_nothing_brings_is_in_an_empty_conflict() -> None:
    world = make_world({"a": Course(adds=("A1",))}, [Wish("X1")])
    assert find_conflict(world.problem, 1 << world.fact["X1"]) == Conflict((), True)


def test_a_barred_module_is_named() -> None:
    world = make_world({"a": Course(adds=("A1",), months=(2,))}, [Wish("A1")])
    barred = without_modules(world.problem, world.mask("a"))
    found = find_conflict(barred, 1 << world.fact["A1"])
    assert found is not None
    assert named(world, found) == {("barred", "a")}


def test_two_modules_asked_for_that_do_not_go_together() -> None:
    courses = {"a": Course(hours=2), "b": Course(hours=2)}
    asked, _ = demanding(make_world(courses, budget=3).problem, [1, 2])
    first = len(asked.catalogue.facts) - 2
    found = find_conflict(asked, 1 << first, 1 << first + 1)
    assert found is not None
    assert set(found.rules) == {Rule("budget"), Rule("goal", fact=first + 1)}


def test_of_two_conflicts_the_smaller_is_found_whatever_the_order_of_preference() -> None:
    """The long way needs a chain that no month offers; the short way is barred by one offer and the month cap alone."""
    courses = {
        "a": Course(hours=3, adds=("A1",), months=(6,)),
        "b": Course(hours=3, needs=("A1",), adds=("B1",), months=(6,)),
        "c": Course(hours=9, adds=("C1",), needs=("B1",)),
    }
    world = make_world(courses, [Wish("C1")], cap=8, budget=14)
    assert conflict(world, "C1") == {("month_cap",)}


def test_without_attempts_left_the_conflict_is_minimal_and_says_no_more() -> None:
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=2, needs=("A1",), adds=("A2",))}
    world = make_world(courses, [Wish("A2")], budget=3)
    found = find_conflict(world.problem, 1 << world.fact["A2"], attempts=0)
    assert found is not None
    assert not found.smallest
    assert named(world, found) == {("budget",), ("prerequisite", "b", "A1")}


def test_dropping_a_pair_frees_the_whole_group() -> None:
    courses = {
        "c1": Course(pairs=("t",)),
        "c2": Course(pairs=("t",)),
        "t": Course(pairs=("c1", "c2")),
        "x": Course(pairs=("y",)),
        "y": Course(pairs=("x",)),
    }
    world = make_world(courses)
    rules = rules_of_modules(world.problem, world.mask("c2", "t", "x"))
    assert rules == (Rule("pair", world.module["c1"]), Rule("pair", world.module["x"]))
    loose = dropping(world.problem, rules[:1]).catalogue.partners
    assert [bool(partners) for partners in loose] == [False, False, False, True, True]


def rules_of(problem: PlanningProblem, wanted: int) -> tuple[Rule, ...]:
    _, modules = behind(problem, wanted)
    return (Rule("budget"), Rule("month_cap"), Rule("interval"), *rules_of_modules(problem, modules))


@pytest.mark.parametrize("seed", range(60))
def test_conflicts_agree_with_trying_every_set_of_rules(seed: int) -> None:
    problem = random_world(seed, modules=4).problem
    goal = problem.goals[0].fact
    asked = wanting(problem, 1 << goal)
    found = find_conflict(problem, 1 << goal)
    assert (found is None) == can_close(asked, 1 << goal)
    if found is None or not found.rules:
        return
    rules = rules_of(asked, 1 << goal)

    def possible(kept: tuple[Rule, ...]) -> bool:
        return can_close(dropping(asked, (rule for rule in rules if rule not in kept)), 1 << goal)

    assert found.smallest
    assert not possible(found.rules)
    for rule in found.rules:
        assert possible(tuple(other for other in found.rules if other != rule))
    for size in range(len(found.rules)):
        assert all(possible(kept) for kept in combinations(rules, size))


def test_random_worlds_have_conflicts_of_one_rule_and_of_several() -> None:
    """Otherwise the comparison above would compare little."""
    sizes = []
    for seed in range(60):
        problem = random_world(seed, modules=4).problem
        found = find_conflict(problem, 1 << problem.goals[0].fact)
        sizes.append(len(found.rules) if found is not None else 0)
    assert sum(size == 1 for size in sizes) >= 3
    assert sum(size > 1 for size in sizes) >= 5


def test_without_proof_of_the_smallest_a_conflict_is_still_minimal() -> None:
    for seed in range(60):
        problem = random_world(seed, modules=4).problem
        goal = problem.goals[0].fact
        found = find_conflict(problem, 1 << goal, attempts=0)
        for rule in found.rules if found is not None else ():
            rules = rules_of(wanting(problem, 1 << goal), 1 << goal)
            kept = [other for other in found.rules if other != rule] if found is not None else []
            loose = dropping(wanting(problem, 1 << goal), (other for other in rules if other not in kept))
            assert can_close(loose, 1 << goal)


def test_behind_a_goal_stand_its_modules_their_needs_and_their_partners() -> None:
    courses = {
        "a": Course(adds=("A1",), pairs=("p",)),
        "p": Course(needs=("P1",), pairs=("a",)),
        "b": Course(adds=("P1",)),
        "idle": Course(adds=("Z1",)),
    }
    world = make_world(courses, [Wish("G1")], gates={"G1": (1, ("A1", "X1"))})
    reached, modules = behind(world.problem, 1 << world.fact["G1"])
    assert world.names(modules) == {"a", "p", "b"}
    assert {name for name, fact in world.fact.items() if fact in set(bits(reached))} == {"G1", "A1", "X1", "P1"}
