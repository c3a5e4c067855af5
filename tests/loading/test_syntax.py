"""What a syntax error means to a designer: its cause, where the cause stands, and how to mend it."""

from __future__ import annotations

import pytest
import yaml

from competency_engine.diagnostics import Position
from competency_engine.loading.slips import find_slip, find_slip_in_key
from competency_engine.loading.syntax import parse_events
from tests.loading.reading import places, read

HERE = Position("a.yaml", 3, 5)
NAMES = frozenset({"title", "hours"})


def test_parse_events_yields_the_events_of_a_document() -> None:
    kinds = [type(event).__name__ for event in parse_events("a: [1]")]

    assert kinds == [
        "StreamStartEvent", "DocumentStartEvent", "MappingStartEvent", "ScalarEvent", "SequenceStartEvent",
        "ScalarEvent", "SequenceEndEvent", "MappingEndEvent", "DocumentEndEvent", "StreamEndEvent",
    ]  # fmt: skip


def test_parse_events_raises_what_the_parser_says() -> None:
    with pytest.raises(yaml.MarkedYAMLError, match="flow sequence"):
        list(parse_events("a: [1"))


def test_explain_names_the_quote_that_swallowed_the_lines_below() -> None:
    (found,) = read('a:\n  zh: "甲\n  en: "b"\nc: 1\n').diagnostics

    assert places([found]) == [("YML01", 2, 7)]
    assert "several lines" in found.message.en
    assert "引号没有在本行闭合" in found.message.zh
    assert [(related.position.line, related.message.en) for related in found.related] == [
        (3, "the quoted text ends only here")
    ]


def test_explain_lets_a_text_of_several_lines_be() -> None:
    (found,) = read('a: "one\n  two"\nb: [\n').diagnostics

    assert places([found]) == [("YML01", 3, 4)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1, 2\nb: 3\n", "方括号没有闭合"),
        ("a: {b: 1\nc: 3\n", "花括号没有闭合"),
        ("a: 'b\n", "引号没有闭合"),
        ("a: b: c\n", "值里的冒号没有加引号"),
        ("a: 1\n - b\n  c: 2\n", "缩进不齐"),
        ("a: 1\nb\nc: 2\n", "缺少冒号"),
        ("a: @b\n", "不能开头的字符"),
        ("a: - b\n", "此处不能写列表项"),
        ('a: "\\q"\n', "未知的转义"),
        ("a: |b\n", "之后须换行"),
        ("%FOO\n---\na: 1\n", "指令不认识"),
    ],
)
def test_explain_speaks_chinese(text: str, words: str) -> None:
    (found,) = read(text).diagnostics

    assert found.code == "YML01"
    assert words in found.message.zh
    assert found.message.en.startswith("YAML syntax error: ")


def test_explain_points_at_the_end_of_the_last_line_when_the_text_runs_out() -> None:
    assert places(read("a: 1\nword\n\n").diagnostics) == [("YML01", 2, 5)]


def test_explain_blames_the_upper_of_two_slips() -> None:
    (found,) = read("title:\n  zh：甲\n  en：b\n").diagnostics

    assert places([found]) == [("YML07", 2, 5)]


def test_explain_blames_the_wide_space_before_a_list_item() -> None:
    assert places(read("a:\n  - b\n \u3000- c\nd: 1\n").diagnostics) == [("YML09", 3, 2)]


def test_explain_knows_a_slip_in_a_name_that_is_no_key_by_its_effect() -> None:
    assert places(read("brings:\n  BAS-1:1\n  BAS-2: 2\n").diagnostics) == [("YML08", 2, 8)]
    assert places(read("note: |\n  Mind:this\nword\nlast: 1\n").diagnostics) == [("YML01", 4, 1)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title：甲", ("YML07", 3, 10)),
        ("title ：甲", ("YML07", 3, 11)),
        ("hours:2", ("YML08", 3, 10)),
        ("- hours:2", ("YML08", 3, 12)),
    ],
)
def test_find_slip_finds_a_key_with_a_wrong_colon(text: str, place: tuple[str, int, int]) -> None:
    slip = find_slip(text, HERE, NAMES)

    assert slip is not None
    assert places([slip]) == [place]


@pytest.mark.parametrize(
    "text", ["关于title：甲", "see title：x", "names：甲", "hours://x", "hours: 2", "12:30", "hours"]
)
def test_find_slip_passes_over_ordinary_text(text: str) -> None:
    assert find_slip(text, HERE, NAMES) is None


@pytest.mark.parametrize(
    ("key", "place"), [("zh：甲", ("YML07", 3, 7)), ("BAS-1:2", ("YML08", 3, 10)), ("甲：乙：丙", ("YML07", 3, 6))]
)
def test_find_slip_in_key_finds_the_value_that_a_key_swallowed(key: str, place: tuple[str, int, int]) -> None:
    slip = find_slip_in_key(key, HERE)

    assert slip is not None
    assert places([slip]) == [place]


@pytest.mark.parametrize("key", ["zh", "BAS-1", "ends:", "学员0001"])
def test_find_slip_in_key_passes_over_ordinary_keys(key: str) -> None:
    assert find_slip_in_key(key, HERE) is None


def test_slips_show_no_more_than_the_start_of_a_long_name() -> None:
    slip = find_slip_in_key("x" * 5000 + "：1", HERE)

    assert slip is not None
    assert len(slip.message.en) < 100
