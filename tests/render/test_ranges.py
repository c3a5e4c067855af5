"""Ranges in every format: where a level may lie, what counts, what is asked."""

from __future__ import annotations

from competency_engine.render.html import render_html
from competency_engine.render.markdown import render_markdown
from competency_engine.render.plain import render_plain
from competency_engine.render.range_svg import range_svg
from competency_engine.reports.document import Document, Notes, Range, Ranges, Table, same
from competency_engine.text import say

BLOCK = Ranges(
    say("群众工作", "Residents"),
    3,
    (
        Range(say("甲 走访", "A visits"), 1, 2, 1, 2, True, same("1; 60% sure")),
        Range(say("乙 调解", "B mediation"), 3, 3, 3, 3, True, same("3")),
        Range(same("C"), 0, 0, 0, None, False, same("0?")),
    ),
)
DOCUMENT = Document(say("画像", "Profile"), (Notes(None, (same("<b>note</b>"),)), BLOCK), {})


def test_the_text_shows_range_point_and_mark_on_the_scale_of_levels() -> None:
    assert render_plain(DOCUMENT, "en").splitlines()[4:] == [
        "             0   1   2   3",
        "A visits     ·   ▲───┃   ·   1; 60% sure",
        "B mediation  ·   ·   ·   ●   3",
        "C            ○   ·   ·   ·   0?",
    ]


def test_wide_labels_line_up() -> None:
    lines = render_plain(DOCUMENT, "zh").splitlines()[4:]
    assert lines[1].index("▲") == lines[0].index("1") - 3  # three wide letters take six columns


def test_markdown_keeps_the_drawing() -> None:
    assert "A visits     ·   ▲───┃   ·   1; 60% sure" in render_markdown(DOCUMENT, "en")


def test_the_picture_draws_a_triangle_below_and_a_circle_at_the_mark() -> None:
    picture = range_svg(BLOCK, "en")
    assert picture.count('opacity="0.4"') == 1  # only A has a range
    assert picture.count('Z"') == 1
    assert picture.count("a6 6 0 1 0") == 2 * 2  # two arcs a circle
    assert picture.count('fill="#ffffff" stroke=') == 1  # C is only assumed
    assert "<title>A visits 1; 60% sure; B mediation 3; C 0?</title>" in picture


def test_long_labels_are_cut_and_never_run_into_the_picture() -> None:
    long = Ranges(None, 3, (Range(same("能" * 60), 0, 0, 0, None, True, same("")),))
    assert "能" * 24 + "…" in range_svg(long, "zh") or "…" in range_svg(long, "zh")
    assert "能" * 40 not in range_svg(long, "zh").split("</title>")[1]


def test_nothing_in_the_words_becomes_markup() -> None:
    evil = '<script>"x"&'
    document = Document(
        same(evil),
        (
            Table(same(evil), (same(evil),), ((same(evil),),)),
            Ranges(same(evil), 3, (Range(same(evil), 0, 1, 1, 1, True, same(evil)),)),
        ),
        {},
    )
    page = render_html(document, "en")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 6


def test_the_page_allows_its_own_style_only_and_says_its_language() -> None:
    page = render_html(DOCUMENT, "zh")
    assert '<html lang="zh-Hans">' in page
    assert "default-src 'none'; style-src 'sha256-" in page
    assert "&lt;b&gt;note&lt;/b&gt;" in page
    assert render_html(DOCUMENT, "zh") == page
