"""One thing changed and nothing else: what each "what if" asks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from competency_engine.loading.workspace import shipped_root
from competency_engine.planning.explain.variants import (
    barred_months,
    demanding,
    is_barred,
    refitted,
    unbarred,
    with_levels,
    with_month_cap,
    with_months,
    without_modules,
)
from competency_engine.planning.problem import Period
from competency_engine.planning.solve import solve_problem
from competency_engine.workflows.plan import PlanOptions, open_planner
from competency_engine.workflows.session import open_session
from tests.planning.small import Course, Wish, make_world

ROOT = Path(__file__).parents[3]


def test_problems_as_they_are_posed_need_no_refitting() -> None:
    """What may be taken is worked out twice, from a library and from a problem; the two must agree."""
    for start, months in ((None, None), ((2027, 6), 2)):
        options = PlanOptions(dt.date(2026, 11, 21), start=start, months=months)
        planner = open_planner(open_session(ROOT), shipped_root() / "examples" / "wuhan", (), options)
        for name in list(planner.population.persons)[::6]:
            problem = planner.solve(name).problem
            assert refitted(problem) == problem
            assert with_months(problem, len(problem.periods)) == problem


def test_months_beyond_december_are_of_the_next_year() -> None:
    world = make_world({"a": Course(months=(1,))}, months=1, first_month=12, budget=7)
    assert world.names(world.problem.available) == set()
    longer = with_months(world.problem, 2)
    assert longer.periods == (Period(11, 0), Period(0, 1))
    assert longer.budgets == (28, 28)
    assert world.names(longer.available) == {"a"}


def test_a_lower_cap_takes_longer_modules_away_and_a_higher_one_gives_them_back() -> None:
    world = make_world({"a": Course(hours=3), "b": Course(hours=2)}, cap=9)
    assert world.names(with_month_cap(world.problem, 8).available) == {"b"}
    assert world.names(with_month_cap(with_month_cap(world.problem, 8), 12).available) == {"a", "b"}


def test_a_barred_module_runs_in_no_month_and_keeps_its_months_in_mind() -> None:
    world = make_world({"a": Course(months=(1, 2), adds=("A1",)), "b": Course()}, [Wish("A1")])
    barred = without_modules(world.problem, world.mask("a"))
    assert world.names(barred.available) == {"b"}
    assert not any(barred.runs_in(world.module["a"], period) for period in range(4))
    months = barred.catalogue.months[world.module["a"]]
    assert (is_barred(months), unbarred(months)) == (True, 0b11)
    assert (is_barred(0b11), unbarred(0b11), barred_months(0b11)) == (False, 0b11, months)


def test_held_levels_meet_their_goals_and_open_their_gates() -> None:
    world = make_world({"a": Course(adds=("A1",))}, [Wish("A1"), Wish("B1")], gates={"g": (1, ("A1",))})
    held = with_levels(world.problem, 1 << world.fact["A1"])
    assert [goal.fact for goal in held.goals] == [world.fact["B1"]]
    assert held.start >> world.fact["g"] & 1


def test_a_demand_goes_before_every_goal_and_no_tier_counts_it() -> None:
    courses = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=2), "c": Course(hours=2)}
    world = make_world(courses, [Wish("A1", 9, mandatory=True)], budget=3)
    asked, premium = demanding(world.problem, [world.mask("b", "c")])
    solution = solve_problem(asked)
    assert solution is not None
    assert world.names(solution.modules) == {"b"}
    assert [stage.value for stage in solution.stages[:3]] == [premium, 0, 0]
