"""“This is my problem”: the best half day and month for it, on a world that can be checked by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from competency_engine.domain.casebook import Problem
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.errors import UsageError
from competency_engine.text import Text
from competency_engine.workflows.problem import answer_problem, assess_typical, find_problem
from competency_engine.workflows.session import Session, open_session
from tests.worlds.build import TEXT, library, module, role, unit

ROOT = Path(__file__).parents[2]
AS_OF = dt.date(2026, 11, 21)


def problem(id_: str, number: int, needs: dict[str, int], zh: str = "漏水") -> Problem:
    fields = {"id": id_, "number": number, "title": {"zh": zh, "en": f"{id_} leaks"}, "needs": needs}
    given = {"kind": "problem", "signs": [TEXT], "first_steps": [TEXT], "certainty": "illustrative", **fields}
    return Problem.model_validate(given, strict=False)


@pytest.fixture(scope="module")
def session() -> Session:
    world = library(
        [unit("A"), unit("B"), unit("C")],
        [
            module("A1", hours=3, brings={"A": 1}),
            module("A2", hours=3, brings={"A": 2}),
            module("B1", hours=1, brings={"B": 1}),
            module("B2", hours=9, brings={"B": 2}),
            module("C1", hours=2, brings={"C": 1}),
        ],
        roles=[role("new", {"A": 1}), role("old", {"A": 2, "B": 1})],
    )
    problems = {
        p.id: p
        for p in (
            problem("Q1", 1, {"A": 2, "B": 1}),
            problem("Q2", 12, {"B": 2}, "渗水"),
            problem("Q5", 5, {"A": 2, "C": 1}),
        )
    }
    return replace(open_session(ROOT), library=replace(world, problems=problems))


def modules(session: Session, role_id: str, name: str) -> tuple[list[str], list[str]]:
    """Return the modules of the half day and of the month."""
    world = session.library
    answer = answer_problem(session, find_problem(name, world), assess_typical(world.roles[role_id], world, AS_OF))
    return sorted(s.module for s in answer.half_day.steps), sorted(s.module for s in answer.month.steps)


def test_half_a_day_holds_four_hours_and_a_month_what_the_policy_allows(session: Session) -> None:
    assert modules(session, "new", "Q1") == (["A2", "B1"], ["A2", "B1"])
    assert modules(session, "new", "Q2") == (["B1"], ["B1", "B2"])
    assert modules(session, "new", "Q5") == (["C1"], ["A2", "C1"])


def test_who_holds_all_that_it_takes_learns_nothing(session: Session) -> None:
    assert modules(session, "old", "Q1") == ([], [])


def test_what_designers_still_owe(session: Session) -> None:
    world = session.library
    owed = {}
    for role_id in ("new", "old"):
        typical = assess_typical(world.roles[role_id], world, AS_OF)
        owed[role_id] = answer_problem(session, world.problems["Q2"], typical).lacks
    assert owed == {"new": ("case",), "old": ("case", "half_day")}
    nothing_to_learn = answer_problem(session, world.problems["Q1"], assess_typical(world.roles["old"], world, AS_OF))
    assert nothing_to_learn.lacks == ("case",)


def test_a_problem_goes_by_number_id_or_words(session: Session) -> None:
    world = session.library
    assert find_problem("12", world).id == find_problem("Q2", world).id == find_problem("渗水", world).id == "Q2"
    assert find_problem("q2 LEAKS", world).id == "Q2"
    named = unit("C").model_copy(update={"title": Text(zh="丙号技能", en="Skill C")})
    assert find_problem("丙号技能", replace(world, units={**world.units, UnitId("C"): named})).id == "Q5"
    with pytest.raises(UsageError, match="leaks may be Q1, Q2, Q5"):
        find_problem("leaks", world)
    with pytest.raises(UsageError, match=r"there is no problem Q3; did you mean Q[125]\?"):
        find_problem("Q3", world)


def test_the_typical_person_holds_what_the_role_requires_and_no_more(session: Session) -> None:
    world = session.library
    typical = assess_typical(world.roles["old"], world, AS_OF)
    assert {unit: held.level for unit, held in typical.held.items()} == {UnitId("A"): 2, UnitId("B"): 1, UnitId("C"): 0}
    assert [unit for unit, held in typical.held.items() if held.assumed] == ["C"]
    assert typical.gaps == ()


def test_hours_credited_in_the_year_do_not_shorten_the_half_day(session: Session) -> None:
    world = session.library
    typical = replace(assess_typical(world.roles["new"], world, AS_OF), credited={2026: 100.0})
    answer = answer_problem(session, world.problems["Q2"], typical)
    assert [step.module for step in answer.half_day.steps] == ["B1"]


@pytest.mark.parametrize("nothing", ["", " "])
def test_an_empty_name_is_no_problem(session: Session, nothing: str) -> None:
    with pytest.raises(UsageError, match="write the number, the id or a word"):
        find_problem(nothing, session.library)


def test_half_a_day_and_a_month_are_that_whatever_policy_and_person_say(session: Session) -> None:
    """The budget counts no class, every month must hold six hours, the person is away and in the middle of something."""
    world = session.library
    policy = world.policy.model_copy(
        update={
            "budget": world.policy.budget.model_copy(update={"counts": ("rotation",)}),
            "least_hours_per_month": 6.0,
        }
    )
    strict = replace(session, library=replace(world, policy=policy))
    typical = assess_typical(world.roles["new"], world, AS_OF)
    busy = replace(
        typical,
        person=typical.person.model_copy(update={"away": ("2026-11",)}),
        begun={ModuleId("B2"): dt.date(2026, 10, 1)},
    )

    answer = answer_problem(strict, world.problems["Q5"], busy)

    assert [step.module for step in answer.half_day.steps] == ["C1"]
    assert sorted(step.module for step in answer.month.steps) == ["A2", "C1"]
    assert len({step.month for step in answer.month.steps}) == 1


def test_a_number_that_no_problem_has_is_no_word(session: Session) -> None:
    with pytest.raises(UsageError, match="there is no problem 2"):
        find_problem("2", session.library)
