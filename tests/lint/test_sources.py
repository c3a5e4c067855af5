"""Laws in force on a date, and certainty that is earned."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.lint.marks import find_marked, related


def module(laws):
    return f"""kind: module
id: SKL-1-A
title: {{zh: 演练, en: Rehearsal}}
phase: practice
mode: thematic
form: exercise
hours: 1
brings: {{SKL-1: 1}}
laws: {laws}
certainty: illustrative
"""


def law(more, id_="lift-rules"):
    return f"""kind: law
id: {id_}
title: {{zh: 加装电梯办法, en: Measures for adding lifts}}
{more}
certainty: verified
"""


def domain(certainty, sources):
    return f"""kind: domain
id: BAS
title: {{zh: 群众工作, en: Working with residents}}
tier: base
certainty: {certainty}
sources: {sources}
"""


def test_a_repealed_law_says_since_when_and_what_replaced_it(tmp_path):
    (found,) = find_marked("SRC01", module("[committee-law-2025, ▶committee-law-2018]"), tmp_path)

    assert (
        found.message.en == "committee-law-2018 has not been in force since 2026-01-01; committee-law-2025 replaced it"
    )
    assert found.mend.en == "cite committee-law-2025 and check the content against it"
    assert related(found) == [("references.yaml", 15, 11)]


@pytest.mark.parametrize(
    ("as_of", "old", "new"),
    [(dt.date(2025, 12, 31), "", "▶"), (dt.date(2026, 1, 1), "▶", ""), (dt.date(2026, 1, 2), "▶", "")],
)
def test_laws_are_in_force_from_the_first_day_to_the_day_before_their_repeal(as_of, old, new, tmp_path):
    text = module(f"[{old}committee-law-2018, {new}committee-law-2025]")

    find_marked("SRC01", text.replace("▶" if new else "", "") if new else text, tmp_path, as_of)
    find_marked("SRC02", text.replace("▶", "") if old else text, tmp_path, as_of)


def test_a_law_repealed_without_successor(tmp_path):
    (found,) = find_marked("SRC01", law("repealed: 2020-01-01") + "---\n" + module("[▶lift-rules]"), tmp_path)

    assert found.message.en == "lift-rules has not been in force since 2020-01-01"


def test_topics_and_units_cite_laws_too(tmp_path):
    text = """
kind: topic
id: P1
unit: POL-1
title: {zh: 一堂党课, en: One Party lesson}
hours: {theory: 0, cognition: 1, practice: 1}
paths: [[P1-C, P1-P]]
laws: [▶committee-law-2018]
certainty: illustrative
---
kind: unit
id: POL-1
domain: POL
title: {zh: 理论学习, en: Study of theory}
definition: {zh: 讲理论。, en: Explains theory.}
levels:
  - level: 1
    indicators: [{zh: 说出一点, en: States one point}]
  - level: 2
    indicators: [{zh: 讲清一点, en: Explains one point}]
laws: [▶committee-law-2018]
certainty: illustrative
"""
    assert [d.position.line for d in find_marked("SRC01", text, tmp_path)] == [7, 20]


@pytest.mark.parametrize("certainty", ["▶verified", "▶secondary", "recalled", "inferred", "illustrative"])
def test_only_what_claims_to_be_checked_needs_a_source(certainty, tmp_path):
    find_marked("SRC03", domain(certainty, "[]"), tmp_path)


@pytest.mark.parametrize(
    "more",
    [
        "in_force: 2020-01-01\nrepealed: 2021-01-01",
        "repealed: 2021-01-01",
        "in_force: 2020-01-01\nrepealed: ▶2020-01-01",
        "in_force: 2020-01-01\nreplaced_by: ▶committee-law-2025",
        "repealed: 2021-01-01\nreplaced_by: ▶lift-rules",
    ],
)
def test_dates_of_a_law(more, tmp_path):
    find_marked("SRC04", law(more), tmp_path)


@pytest.mark.parametrize(
    ("certainty", "sources"),
    [
        ("verified", "[draft, news]"),
        ("secondary", "[news]"),
        ("illustrative", "[draft]"),
        ("▶inferred", "[draft]"),
        ("verified", "[]"),
    ],
)
def test_certainty_is_at_most_that_of_the_surest_source(certainty, sources, tmp_path):
    find_marked("SRC05", domain(certainty, sources), tmp_path)
