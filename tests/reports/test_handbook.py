"""What a handbook says: the plan, no more and no less, and each step's gap in one line."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from competency_engine.reports.document import Table
from competency_engine.reports.handbook import (
    Handbook,
    HandbookGap,
    HandbookMonth,
    HandbookOpen,
    HandbookStep,
    proof_text,
    spoken,
)
from competency_engine.reports.handbook_document import handbook_document
from tests.worlds.handbooks import HOSTILE, handbook, planned


def test_the_handbook_holds_the_plan() -> None:
    plan, _, _ = planned()
    book = handbook()

    steps = [step for month in book.calendar for step in month.steps]
    assert [(s.number, s.month, s.module, s.hours) for s in steps] == [
        (s.number, s.month, s.module, s.hours) for s in plan.steps
    ]
    assert [(g.unit, g.required, g.after) for g in book.gaps] == [(g.unit, g.required, g.reached) for g in plan.gaps]
    assert [(o.unit, o.level) for o in book.left_open] == [(o.unit, o.level) for o in plan.open_goals] == [("B", 1)]
    assert (book.hours, book.modules, book.as_of, book.budget) == (plan.hours, 2, plan.as_of, plan.hours_per_year)
    assert [s.module for s in (*book.study, *book.practice)] == ["m1", "m2"]


def test_a_step_that_others_need_names_the_gap_that_they_close() -> None:
    (first, second) = (step for month in handbook().calendar for step in month.steps)

    assert first.why.en == "closes A at 1: needed by m2"
    assert second.why.zh == "补 A 到 1 级"
    assert (first.teacher.en, second.teacher.en) == ("Party school", "–")


def test_how_sure_a_level_is_stands_beside_it() -> None:
    gaps = {gap.unit: gap for gap in handbook().gaps}

    assert gaps["A"].sure.en.startswith("assessed 20")
    assert gaps["B"].sure.en == "not assessed; assumed by the policy"
    assert gaps["B"].held.en == "0 (assumed)"


@pytest.mark.parametrize(
    ("status", "said"), [("optimal", "Proven: "), ("feasible", "only feasible"), ("infeasible", "no plan exists")]
)
def test_the_proof_claims_no_more_than_the_status(status: str, said: str) -> None:
    plan, _, _ = planned()
    assert said in proof_text(plan.model_copy(update={"status": status})).en


def test_texts_of_files_lose_what_breaks_a_page() -> None:
    (title,) = {step.title.en for month in handbook(HOSTILE[4]).calendar for step in month.steps}
    assert title == "a\ufffdb\ufffdgnp.exe"


def test_the_document_ends_in_signatures_and_rights() -> None:
    document = handbook_document(handbook())
    signatures, rights = document.blocks[-2:]

    assert isinstance(signatures, Table)
    assert [row[0].zh for row in signatures.rows] == ["学员", "导师", "培训办"]
    assert rights.title is not None
    assert "appeal" in document.data["en"]["rights"][0] or "object" in document.data["en"]["rights"][1]


def test_spoken_is_plain_data() -> None:
    fields = spoken(handbook(), "en")
    assert fields["person"] == "学员0001"
    assert fields["calendar"][0]["steps"][0]["hours"] == "2"


def test_the_page_of_templates_names_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "handbook.md").read_text(encoding="utf-8")
    table = page[page.index("| field |") : page.index("## How long")]
    documented = set(re.findall(r"`(\w+)`", table))

    parts = (Handbook, HandbookGap, HandbookMonth, HandbookStep, HandbookOpen)
    assert documented == {field.name for part in parts for field in fields(part)}
