"""A plan in a file is replayed from its inputs: whatever was altered is found, and what cannot be said is said so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from competency_engine.workflows.plan_all import plan_all
from competency_engine.workflows.session import Session
from competency_engine.workflows.verify import Verified, verify_plans
from tests.worlds.lines import OPTIONS, tiny_session, write_people

Plan = dict[str, Any]


@pytest.fixture(scope="module")
def session() -> Session:
    return tiny_session()


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return write_people(tmp_path / "people.jsonl", range(60))


@pytest.fixture
def plans(session: Session, people: Path, tmp_path: Path) -> list[Plan]:
    out = tmp_path / "plans.jsonl"
    plan_all(session, people, OPTIONS, out)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def verified(session: Session, people: Path, *plans: Plan | str) -> Verified:
    file = people.parent / "given.jsonl"
    lines = (plan if isinstance(plan, str) else json.dumps(plan, ensure_ascii=False) for plan in plans)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return verify_plans(session, people, file)


def test_every_plan_that_the_program_wrote_is_true_and_its_proof_accepted(
    session: Session, people: Path, plans: list[Plan]
) -> None:
    found = verified(session, people, *plans)

    assert [verdict.outcome for verdict in found.verdicts] == ["true"] * 60
    assert [verdict.proven for verdict in found.verdicts] == [plan["certificate"] is not None for plan in plans]
    assert sum(verdict.proven for verdict in found.verdicts) > 20
    assert found.diagnostics == ()


def drop_step(plan: Plan) -> None:
    del plan["steps"][0]


def move_step(plan: Plan) -> None:
    plan["steps"][-1]["month"] = "2027-12" if plan["steps"][-1]["month"] != "2027-12" else "2027-11"


def raise_level(plan: Plan) -> None:
    plan["steps"][0]["rises"][0]["after"] += 1


def claim_less(plan: Plan) -> None:
    stage = next(stage for stage in plan["stages"] if stage["name"] == "hours")
    stage["value"] -= 4
    stage["bound"] -= 4


def drop_stage(plan: Plan) -> None:
    plan["stages"] = [stage for stage in plan["stages"] if stage["name"] != "hours"]


def hide_gap(plan: Plan) -> None:
    del plan["gaps"][0]


def round_hours(plan: Plan) -> None:
    plan["hours"] += 1


def weaken_proof(plan: Plan) -> None:
    plan["certificate"]["steps"][1] += 1


def another_proof(plan: Plan) -> None:
    plan["certificate"]["quarter_hours"] -= 1


def unknown_module(plan: Plan) -> None:
    plan["steps"][0]["module"] = "NONE"


@pytest.mark.parametrize(
    "alter",
    [
        drop_step,
        move_step,
        raise_level,
        claim_less,
        drop_stage,
        hide_gap,
        round_hours,
        weaken_proof,
        another_proof,
        unknown_module,
    ],
)
def test_a_plan_in_which_one_thing_was_altered_is_refused(
    session: Session, people: Path, plans: list[Plan], alter: Callable[[Plan], None]
) -> None:
    plan = next(p for p in plans if p["certificate"] and len(p["steps"]) > 2 and p["steps"][0]["rises"] and p["gaps"])
    alter(plan)
    (verdict,) = verified(session, people, plan).verdicts

    assert verdict.outcome == "false"
    assert verdict.found
    assert verdict.proven == (
        alter not in (weaken_proof, another_proof, unknown_module, claim_less, drop_stage, drop_step)
    )


def test_a_plan_of_other_inputs_is_neither_true_nor_false(session: Session, people: Path, plans: list[Plan]) -> None:
    stranger = {**plans[0], "person": "学员999999"}
    other_library = {**plans[0], "inputs": {**plans[0]["inputs"], "library": "0" * 64}}
    other_record = {**plans[0], "inputs": {**plans[0]["inputs"], "person": "0" * 64}}
    anew = {**plans[0], "inputs": {**plans[0]["inputs"], "earlier": "0" * 64}}
    found = verified(session, people, stranger, other_library, other_record, anew, plans[1])

    assert [verdict.outcome for verdict in found.verdicts] == ["unknown"] * 4 + ["true"]
    assert len({verdict.found for verdict in found.verdicts}) == 5


def test_a_line_that_is_no_plan_is_named_and_hides_no_other(session: Session, people: Path, plans: list[Plan]) -> None:
    found = verified(session, people, plans[0], "{", plans[1], '{"person": 3}')

    assert [(verdict.line, verdict.outcome) for verdict in found.verdicts] == [(1, "true"), (3, "true")]
    assert {diagnostic.position.line for diagnostic in found.diagnostics} == {2, 4}
    (lines,) = found.lines.values()
    assert lines[1].startswith("{")
