"""Certificates: the checker accepts every proof of the search and no other claim."""

from __future__ import annotations

from dataclasses import replace

import pytest

from competency_engine.planning.certificate import (
    BRANCH,
    CLOSE,
    CUT,
    FIX,
    FORCE,
    PART,
    RefusedError,
    check_certificate,
    seal_certificate,
)
from competency_engine.planning.problem import Certificate, PlanningProblem
from competency_engine.planning.search import Search
from competency_engine.planning.solve import solve_problem
from tests.planning.drawn import draw_world, hours_of, selections
from tests.planning.small import Course, Wish, make_world

COURSES = {"a": Course(hours=2, adds=("A1",)), "b": Course(hours=3, adds=("A1",)), "c": Course(hours=4, adds=("B1",))}
PROBLEM = make_world(COURSES, [Wish("A1"), Wish("B1")]).problem
A_AND_C = 0b101
STEPS = (PART, 8, 2, 0, 1, CUT, 8, 2, 0, 1, CLOSE, PART, 16, 1, 2, CUT, 16, 1, 2, CLOSE)
"""a or b, at least 2 hours; c, 4 hours: in all 6 hours."""


def refused(steps: tuple[int, ...], hours: int = 24, problem: PlanningProblem = PROBLEM) -> str:
    """Return why the freshly sealed ``steps`` are refused."""
    with pytest.raises(RefusedError) as caught:
        check_certificate(problem, A_AND_C, seal_certificate(problem, hours, steps))
    return str(caught.value)


def test_a_certificate_by_hand_is_accepted() -> None:
    check_certificate(PROBLEM, A_AND_C, seal_certificate(PROBLEM, 24, STEPS))


def test_the_search_writes_it_so() -> None:
    closing = Search(PROBLEM.catalogue).close_goals(PROBLEM)
    assert closing.proof == list(STEPS)


@pytest.mark.parametrize("at", range(len(STEPS)))
def test_any_altered_step_breaks_the_seal(at: int) -> None:
    sealed = seal_certificate(PROBLEM, 24, STEPS)
    for change in (-1, 1):
        altered = replace(sealed, steps=(*STEPS[:at], STEPS[at] + change, *STEPS[at + 1 :]))
        with pytest.raises(RefusedError, match="altered"):
            check_certificate(PROBLEM, A_AND_C, altered)


def test_a_certificate_serves_one_problem_only() -> None:
    other = make_world({**COURSES, "c": Course(hours=5, adds=("B1",))}, [Wish("A1"), Wish("B1")]).problem
    with pytest.raises(RefusedError, match="another problem"):
        check_certificate(other, A_AND_C, seal_certificate(PROBLEM, 24, STEPS))


def test_a_set_that_a_plan_can_do_without_is_refused() -> None:
    steps = (PART, 8, 1, 0, CUT, 8, 1, 0, CLOSE, PART, 16, 1, 2, CUT, 16, 1, 2, CLOSE)
    assert "without any module of a cut" in refused(steps)


def test_a_weight_beyond_the_hours_of_a_module_is_refused() -> None:
    steps = (PART, 9, 2, 0, 1, CUT, 9, 2, 0, 1, CLOSE, PART, 16, 1, 2, CUT, 16, 1, 2, CLOSE)
    assert "bears more than its hours" in refused(steps, 25)
    assert "has the weight 0" in refused((PART, 0, 1, 2, CUT, 0, 1, 2, CLOSE), 0)


def test_a_module_that_a_better_plan_may_hold_is_not_struck() -> None:
    """After a cut of 8, b (12) can be in no plan below 9, but a (8) can, so what is left has no empty cut."""
    struck = (PART, 9, 2, 0, 1, CUT, 8, 2, 0, 1, FIX)
    rest = (CLOSE, PART, 16, 1, 2, CUT, 16, 1, 2, CLOSE)
    assert "without any module of a cut" in refused((*struck, CUT, 1 << 60, 0, *rest), 25)
    assert "claims 9 and proves 8" in refused((*struck, CUT, 8, 1, 0, *rest), 25)


def test_a_module_may_serve_one_part_only() -> None:
    steps = (PART, 16, 1, 2, CUT, 16, 1, 2, CLOSE, PART, 16, 1, 2, CUT, 16, 1, 2, CLOSE)
    assert "has no place here" in refused(steps, 32)


def test_a_claim_that_is_not_reached_is_refused() -> None:
    assert "claims 9 and proves 8" in refused((PART, 9, 2, 0, 1, CUT, 8, 2, 0, 1, CLOSE), 9)
    assert "add up to 24, not to 25" in refused(STEPS, 25)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (STEPS[:-1], "ends too early"),
        ((*STEPS, CLOSE), "something follows"),
        ((PART, 8, 1, 7, CLOSE), "has no place here"),
        ((PART, 8, 1, -1, CLOSE), "has no place here"),
        ((PART, 8, 2, 0, 0, CLOSE), "has no place here"),
        ((PART, 0, 0, 99), "no step of a certificate"),
    ],
)
def test_what_is_no_certificate_is_refused(steps: tuple[int, ...], why: str) -> None:
    assert why in refused(steps)


def test_every_proof_of_the_search_is_accepted_and_true() -> None:
    """On 300 drawn problems; some proofs branch, some strike, some pay for what no plan can leave out."""
    seen: set[int] = set()
    for seed in range(300):
        problem = draw_world(seed).problem
        closing = Search(problem.catalogue).close_goals(problem)
        assert closing.proof is not None
        steps = tuple(closing.proof)
        check_certificate(problem, closing.modules, seal_certificate(problem, closing.hours, steps))
        closed, _ = problem.catalogue.closure(problem.start, closing.modules)
        goals = sum(1 << goal.fact for goal in problem.goals if closed >> goal.fact & 1)
        assert all(hours_of(problem, m) >= closing.hours for m, facts in selections(problem) if not goals & ~facts)
        seen |= {step for step in steps if step < 0}
    assert {CUT, PART, CLOSE} <= seen


def test_an_empty_certificate_proves_nothing_to_pay() -> None:
    problem = make_world(COURSES, []).problem
    check_certificate(problem, 0, Certificate(0, (), seal_certificate(problem, 0, ()).seal))


def ring(size: int, hours: tuple[int, ...]) -> PlanningProblem:
    """Return ``size`` goals in a ring; module i closes goal i and the next."""
    courses = {
        f"m{i}": Course(hours=hours[i % len(hours)], adds=(f"{chr(65 + i)}1", f"{chr(65 + (i + 1) % size)}1"))
        for i in range(size)
    }
    return make_world(courses, [Wish(f"{chr(65 + i)}1") for i in range(size)], cap=200, budget=200).problem


@pytest.mark.parametrize(
    ("size", "hours", "step"), [(5, (1,), FIX), (6, (4, 5, 6), BRANCH), (10, (4, 5, 6), BRANCH), (11, (1,), FORCE)]
)
def test_a_proof_that_needs_more_than_disjoint_sets_carries_its_tree(
    size: int, hours: tuple[int, ...], step: int
) -> None:
    """A ring of five one-hour modules needs three, but only two sets of modules can be found that share none."""
    problem = ring(size, hours)
    closing = Search(problem.catalogue).close_goals(problem)
    assert closing.hours == closing.bound
    assert closing.proof is not None
    assert step in closing.proof
    check_certificate(problem, closing.modules, seal_certificate(problem, closing.hours, tuple(closing.proof)))


@pytest.mark.parametrize("size", [6, 7, 11])
@pytest.mark.parametrize("hours", [(1,), (2, 3), (4, 5, 6), (5, 1, 4)])
def test_a_tree_with_one_step_altered_proves_no_more(size: int, hours: tuple[int, ...]) -> None:
    """Freshly sealed, a proof with one number changed is refused, or what it claims is still true."""
    problem = ring(size, hours)
    closing = Search(problem.catalogue).close_goals(problem)
    assert closing.proof is not None
    steps = tuple(closing.proof)
    check_certificate(problem, closing.modules, seal_certificate(problem, closing.hours, steps))
    for at in range(len(steps)):
        for change in (-1, 1, 4):
            altered = (*steps[:at], steps[at] + change, *steps[at + 1 :])
            with pytest.raises(RefusedError):
                check_certificate(problem, closing.modules, seal_certificate(problem, closing.hours + 1, altered))


def test_a_plan_that_closes_all_within_reach_carries_a_certificate_that_holds() -> None:
    problem = make_world({"a": Course(hours=2, adds=("A1",))}, [Wish("A1")]).problem
    solution = solve_problem(problem)
    assert solution is not None
    assert solution.certificate is not None
    assert solution.certificate.hours == 8
    check_certificate(problem, solution.modules, solution.certificate)


def test_a_plan_within_a_budget_carries_none() -> None:
    solution = solve_problem(make_world({"a": Course(hours=2, adds=("A1",))}, [Wish("A1")], budget=1).problem)
    assert solution is not None
    assert solution.certificate is None
