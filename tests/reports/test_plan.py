"""The plan as a document: what a reader is warned of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from competency_engine.assessment.gaps import assess
from competency_engine.domain.entity import PersonId
from competency_engine.domain.reference import Law
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.plan import describe_solution
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.solve import solve_problem
from competency_engine.reports.document import Notes
from competency_engine.reports.plan import plan_document
from tests.worlds.build import AS_OF, TEXT, hours_rule, library, module, people, role, rule, unit


def law(**dates: str) -> Law:
    given = {"kind": "law", "id": "law", "title": TEXT, "certainty": "verified", **dates}
    return Law.model_validate(given, strict=False)


def notes(teaches: Law, *rules: object) -> dict[str | None, tuple[str, ...]]:
    """Return the notes of the plan of someone who takes one module, in January 2027, that teaches ``teaches``."""
    world = library(
        [unit("A")],
        [module("m", brings={"A": 1}, hours=2, laws=["law"])],
        roles=[role("R", {"A": 1})],
        hours_rules=rules,  # type: ignore[arg-type]
    )
    world = replace(world, laws={"law": teaches})
    horizon = Horizon(2027, 1, 12)
    assessment = assess(PersonId("学员0001"), people([{"unit": "A", "level": 0}]), world, AS_OF)
    problem = pose_problem(assessment, world, compile_catalogue(world), horizon)
    plan = describe_solution(assessment, world, horizon, problem, solve_problem(problem), {})
    blocks = [block for block in plan_document(plan, world).blocks if isinstance(block, Notes)]
    return {block.title and block.title.en: tuple(line.en for line in block.lines) for block in blocks}


@pytest.mark.parametrize(
    ("dates", "warning"),
    [
        ({"in_force": "2020-01-01", "repealed": "2027-01-01"}, "repealed"),
        ({"in_force": "2027-01-02"}, "not in force yet"),
        ({"in_force": "2027-01-01"}, None),
        ({"in_force": "2020-01-01", "repealed": "2027-01-02"}, None),
        ({}, None),
    ],
)
def test_a_law_that_does_not_bind_in_the_month_of_its_module_is_named(
    dates: dict[str, str], warning: str | None
) -> None:
    found = notes(law(**dates)).get("Laws to check")

    assert found == (None if warning is None else (f"m (2027-01) teaches a: {warning}",))


@pytest.mark.parametrize(
    ("due", "warning"),
    [
        (
            "2026-12-31",
            "the deadline of S, 2026-12-31, lies before the first month 2027-01; to meet it, begin with --start 2026-12 or earlier",
        ),
        ("2027-01-01", None),
    ],
)
def test_a_deadline_that_is_over_before_the_plan_begins_is_named(due: str, warning: str | None) -> None:
    rules = [rule("now", {"always": True}, activates=["S"], urgent=True, deadline="due")]
    world = library(
        [unit("S", domain="SKILL")],
        [module("m", brings={"S": 2}, requires=[{"unit": "S", "level": 0}])],
        roles=[role("R", {})],
        rules=rules,
    )
    horizon = Horizon(2027, 1, 12)
    assessment = assess(PersonId("学员0001"), people([{"unit": "S", "level": 0}], facts={"due": due}), world, AS_OF)
    problem = pose_problem(assessment, world, compile_catalogue(world), horizon)
    plan = describe_solution(assessment, world, horizon, problem, solve_problem(problem), {})
    texts = [line.en for block in plan_document(plan, world).blocks if isinstance(block, Notes) for line in block.lines]

    assert [text for text in texts if "deadline" in text] == ([] if warning is None else [warning])


def test_each_hours_rule_says_what_is_reached_and_what_is_short() -> None:
    lines = notes(law(), hours_rule("much", 32), hours_rule("two", 2))[None]

    assert "a (32 h in 2027): 2 h planned and completed, 30 h short" in lines
    assert "a (2 h in 2027): 2 h planned and completed, met" in lines
