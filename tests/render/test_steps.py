"""The step chart: in text, in Markdown and as SVG, with the same heights."""

from __future__ import annotations

from xml.etree import ElementTree

from competency_engine.render.markdown import render_markdown
from competency_engine.render.plain import render_plain
from competency_engine.render.svg import render_svg
from competency_engine.reports.document import Document, Notes, Steps, same
from competency_engine.text import say

CHART = Steps(
    title=say("图", "Chart"),
    x_title=same("h"),
    y_title=say("高", "height"),
    series=(say("甲", "one"), say("乙", "two")),
    points=((0, (0, 0)), (16, (1, 0)), (32, (1, 1))),
    end=64,
    mark=(32, say("此处", "here")),
)
DOCUMENT = Document(say("题", "Title"), (CHART,), {})


def test_the_text_chart_steps_where_the_points_are() -> None:
    """64 columns for 64 hours: a column shows what its end reaches, so hour 16 is the sixteenth column."""
    lines = render_plain(DOCUMENT, "en").splitlines()[3:]
    assert lines == [
        "height",
        "2 │" + " " * 31 + "▒" * 33,
        "  │" + " " * 15 + "█" * 49,
        "0 └" + "─" * 64,
        " " * 35 + "▲ here",
        "   0 … 64  h",
        "█ one  ▒ two",
    ]


def test_markdown_shows_the_chart_as_it_is() -> None:
    text = render_markdown(DOCUMENT, "zh")
    assert "```text\n高\n2 │" in text
    assert text.endswith("█ 甲  ▒ 乙\n```\n")


def test_the_picture_stacks_the_layers() -> None:
    """The axes span x 70…780 and y 90…360; two layers of one each, so each is 135 high."""
    picture = render_svg(DOCUMENT, "en")
    assert picture is not None
    shapes = [e.get("points") for e in ElementTree.fromstring(picture).iter() if e.tag.endswith("polygon")]
    assert shapes == [
        "70,360 247.5,360 247.5,225 425,225 425,225 780,225 780,360 425,360 425,360 247.5,360 247.5,360 70,360",
        "70,360 247.5,360 247.5,225 425,225 425,90 780,90 780,225 425,225 425,225 247.5,225 247.5,360 70,360",
    ]


def test_the_picture_is_described_for_those_who_cannot_see_it() -> None:
    picture = render_svg(DOCUMENT, "zh")
    assert picture is not None
    assert '<desc id="description">h 0：甲 0，乙 0；h 16：甲 1，乙 0；h 32：甲 1，乙 1</desc>' in picture
    assert 'lang="zh-Hans"' in picture


def test_nothing_in_the_words_becomes_markup() -> None:
    evil = Steps(same("<script>"), same('"&'), same("y"), (same("<b>"),), ((0, (1,)),), 1, (0.5, same("<i>")))
    picture = render_svg(Document(same("t"), (evil,), {}), "en")
    assert picture is not None
    assert "<script>" not in picture
    assert "<b>" not in picture
    assert "<i>" not in picture
    assert {e.tag.partition("}")[2] for e in ElementTree.fromstring(picture).iter()} == {
        *("svg", "title", "desc", "rect", "text", "polygon", "path")
    }


def test_a_document_without_a_chart_has_no_picture() -> None:
    assert render_svg(Document(same("t"), (Notes(None, (same("x"),)),), {}), "en") is None


def test_a_chart_of_nothing_is_drawn_all_the_same() -> None:
    empty = Steps(same("t"), same("x"), same("y"), (same("s"),), ((0, (0,)),), 1)
    document = Document(same("t"), (empty,), {})
    assert render_svg(document, "en") is not None
    assert "1 │" in render_plain(document, "en")
