"""Comments that allow a finding where it stands."""

from __future__ import annotations

import pytest

from competency_engine.diagnostics import Position
from competency_engine.lint.suppression import find_allowances
from tests.worlds.files import lint_fragment

DOMAIN = """kind: domain
id: BAS
title: {{zh: 群众工作, en: Working with residents}}
tier: base
{before}certainty: verified{after}
"""


def found(folder, before="", after=""):
    text = DOMAIN.format(before=before, after=after)
    return [(d.code, d.position.line, d.position.column) for d in lint_fragment(text, folder)]


FINDING = ("SRC03", 5, 12)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "  # allow SRC03: the source follows"),
        ("", " #allow SRC03：出处待补"),
        ("# allow SRC03: the source follows\n", ""),
        ("  # allow SRC03: the source follows\n# a remark between\n", ""),
        ("", "  # allow SRC03, WOR05: both"),
    ],
)
def test_a_reason_silences_the_finding(before, after, tmp_path):
    codes = [code for code, _, _ in found(tmp_path, before, after)]

    assert codes == (["SUP02"] if "WOR05" in after else [])


@pytest.mark.parametrize(
    ("after", "column"), [("  # allow SRC03", 30), ("  # allow SRC03:  ", 30), ("  # allow SRC03 follows", 30)]
)
def test_without_a_reason_nothing_is_silenced(after, column, tmp_path):
    assert found(tmp_path, after=after) == [FINDING, ("SUP01", 5, column)]


def test_a_comment_on_another_line_silences_nothing(tmp_path):
    before = "# allow SRC03: the source follows\n\n"

    assert found(tmp_path, before) == [("SUP02", 5, 9), ("SRC03", 7, 12)]


def test_a_comment_at_the_end_of_the_line_above_speaks_of_that_line(tmp_path):
    text = DOMAIN.format(before="", after="").replace("tier: base", "tier: base  # allow SRC03: the source follows")

    assert [d.code for d in lint_fragment(text, tmp_path)] == ["SUP02", "SRC03"]


def test_another_code_silences_nothing(tmp_path):
    assert found(tmp_path, after="  # allow SRC05: the source follows") == [FINDING, ("SUP02", 5, 30)]


@pytest.mark.parametrize(
    ("code", "message", "mend"),
    [
        ("SRC3", "there is no rule SRC3", "did you mean SRC03?"),
        ("src03", "there is no rule src03", "did you mean SRC03?"),
        ("XYZ99", "there is no rule XYZ99", "mend the code, or remove it"),
        ("YML04", "YML04 cannot be allowed", "mend what it reports and remove this comment"),
        ("SUP02", "SUP02 cannot be allowed", "mend what it reports and remove this comment"),
    ],
)
def test_unknown_codes(code, message, mend, tmp_path):
    text = DOMAIN.format(before="", after=f"  # allow {code}: the source follows")

    finding, unknown = lint_fragment(text, tmp_path)

    assert (finding.code, unknown.code) == ("SRC03", "SUP03")
    assert unknown.position == Position("fragment.yaml", 5, 30)
    assert (unknown.message.en, unknown.mend.en) == (message, mend)


def test_ordinary_comments_are_left_alone(tmp_path):
    assert found(tmp_path, "# allow visitors: they may come in\n", "  # allowed by 2018: the old law") == [
        ("SRC03", 6, 12)
    ]


def test_a_comment_after_the_last_line_speaks_of_nothing():
    (allowance,) = find_allowances({"a.yaml": ("kind: domain", "# allow SRC03: why")})

    assert allowance.line == 2


def test_an_incomplete_library_says_nothing_of_unused_allowances(tmp_path):
    broken = (
        "kind: domain\nid: X\ntier: gone\ntitle: {zh: 甲, en: A}\ncertainty: illustrative  # allow REA02: why not\n"
    )

    codes = [d.code for d in lint_fragment(broken, tmp_path)]

    assert codes == ["REF01"]


def test_findings_stand_in_order_of_place(tmp_path):
    text = (
        DOMAIN.format(before="", after="  # allow SRC03")
        .replace("群众工作", "'群众 工作,'")
        .replace("Working with", "群众")
    )

    places = [d.sort_key for d in lint_fragment(text, tmp_path)]

    assert places == sorted(places)
    assert len(places) == 4
