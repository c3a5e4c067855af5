"""Reading YAML: values, places, and whatever can be wrong before a document has a type."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_engine.diagnostics import Severity
from competency_engine.loading.documents import MAX_DEPTH
from tests.loading.reading import BOMB, FUZZ, SOURCE, places, read


def value_of(text: str) -> Any:
    """Return the value of the only document of ``text``, which must be sound."""
    result = read(text)
    assert result.diagnostics == ()
    (document,) = result.documents
    return document.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3", 3), ("-3", -3), ("+3", 3), ("0", 0), ("2.5", 2.5), (".5", 0.5), ("true", True), ("False", False),
        ("True", True), ("TRUE", True), ("false", False), ("FALSE", False), ("Null", None), ("NULL", None), ("tRUE", "tRUE"),
        ("null", None), ("~", None), ("", None), ("text", "text"), ("3 h", "3 h"), ('"3"', "3"), ("'no'", "no"),
        ("2026-11-21", "2026-11-21"), ("12345678901234567", 1.2345678901234568e16), ("|\n  a\n  b\n", "a\nb\n"),
        (">\n  a\n  b\n", "a b\n"), ("a\n  b", "a b"), ("T1-T", "T1-T"), ("https://a.b:80/c", "https://a.b:80/c"),
        ('"id：x"', "id：x"), ("见 id：x", "见 id：x"), ("[1, a]", [1, "a"]), ("{a: 1}", {"a": 1}), ("[]", []),
    ],
)  # fmt: skip
def test_read_documents_reads_scalars_as_yaml_1_2_does(written: str, value: object) -> None:
    assert value_of(f"key: {written}") == {"key": value}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        ("\n\n", []),
        ("# only a comment\n", []),
        ("---\n---\n", []),
        ("...\n", []),
        ("--- # nothing\n", []),
        ("--- a\n", ["a"]),
        ("--- {a: 1}\n--- {b: 2}\n", [{"a": 1}, {"b": 2}]),
        ("a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("a: 1\n...\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("%YAML 1.2\n---\na: 1\n", [{"a": 1}]),
        ("# c\n%YAML 1.1\n---\na: 1\n...\n%YAML 1.2\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("a: |\n  ---\n  b\n", [{"a": "---\nb\n"}]),
        ("~\n", [None]),
        ("a: 1\n...x: 2\n---y: 3\n", [{"a": 1, "...x": 2, "---y": 3}]),
    ],
)
def test_read_documents_separates_documents(text: str, values: list[object]) -> None:
    result = read(text)

    assert [document.value for document in result.documents] == values
    assert result.diagnostics == ()


def test_read_documents_knows_where_every_key_and_value_stands() -> None:
    text = "# 注释\nkind: unit\n能力:\n  - {单元: 甲, level: 2}\n  - level: 3\n    单元: 乙\n空:\n"
    (document,) = read(text).documents
    where = document.source_map

    assert where.value(()) == ("a.yaml", 2, 1)
    assert where.value(("kind",)) == ("a.yaml", 2, 7)
    assert where.key(("能力",)) == ("a.yaml", 3, 1)
    assert where.value(("能力",)) == ("a.yaml", 4, 3)
    assert where.value(("能力", 0)) == ("a.yaml", 4, 5)
    assert where.value(("能力", 0, "level")) == ("a.yaml", 4, 20)
    assert where.key(("能力", 0, "level")) == ("a.yaml", 4, 13)
    assert where.value(("能力", 1)) == ("a.yaml", 5, 5)
    assert where.key(("能力", 1, "单元")) == ("a.yaml", 6, 5)
    assert where.value(("空",)) == ("a.yaml", 7, 3)
    assert where.value(("能力", 1, "none", "such")) == ("a.yaml", 5, 5)


def test_read_documents_counts_lines_from_the_start_of_the_file() -> None:
    result = read(f"{SOURCE}---\nid: [\n---\n{SOURCE}---\ntitle：x\n")

    assert [document.value["id"] for document in result.documents] == ["newspaper", "newspaper"]
    assert [document.source_map.value(("id",)).line for document in result.documents] == [2, 9]
    assert places(result.diagnostics) == [("YML01", 6, 5), ("YML07", 13, 6)]


def test_read_documents_keeps_the_first_of_two_equal_keys_and_names_both_places() -> None:
    result = read("a: 1\nb: {c: 1}\na: 2\nb: {c: 2, d: 3}\na: 4\n")

    (document,) = result.documents
    assert document.value == {"a": 1, "b": {"c": 1}}
    assert places(result.diagnostics) == [("YML02", 3, 1), ("YML02", 4, 1), ("YML02", 5, 1)]
    assert [related.position[1:] for d in result.diagnostics for related in d.related] == [(1, 1), (2, 1), (1, 1)]
    assert result.diagnostics[0].message.en == "the key a appears twice"


@pytest.mark.parametrize(
    "written",
    ["yes", "No", "OFF", "y", "N", "012", "-07", "0o17", "0x1F", "1_000", "1:30", "12:30:00", "1e3", "3.10", ".inf", "-.NaN"],
)  # fmt: skip
def test_read_documents_warns_of_values_that_other_tools_read_otherwise(written: str) -> None:
    result = read(f"a: [x, {written}]\n")

    (found,) = result.diagnostics
    assert (found.code, found.severity, found.position.column) == ("YML04", Severity.WARNING, 8)
    assert found.message.en.startswith(written)
    assert f'"{written}"' in found.mend.zh
    assert len(result.documents) == 1


@pytest.mark.parametrize(
    "written", ["'no'", '"012"', "nobody", "12 h", "1.5", "2026-01-01", "0", "0.5", "on time", "一"]
)
def test_read_documents_does_not_warn_of_plain_values(written: str) -> None:
    assert read(f"a: {written}\n").diagnostics == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: &x 1\nb: *x\n", ("YML03", 1, 4)),
        ("b: *x\n", ("YML03", 1, 4)),
        ("a: !!python/object:os.system {}\n", ("YML03", 1, 4)),
        ("<<: {a: 1}\n", ("YML03", 1, 1)),
        ("? {a: 1}\n: 2\n", ("YML03", 1, 3)),
        (BOMB, ("YML03", 1, 4)),
    ],
    ids=["anchor", "alias", "tag", "merge", "compound", "bomb"],
)
def test_read_documents_refuses_indirection(text: str, found: tuple[str, int, int]) -> None:
    result = read(text)

    assert places(result.diagnostics) == [found]
    assert result.documents == ()


def test_read_documents_allows_the_depth_it_states() -> None:
    assert len(read("[" * MAX_DEPTH + "]" * MAX_DEPTH).documents) == 1
    assert places(read("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).diagnostics) == [("YML05", 1, MAX_DEPTH + 1)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[" * 10_000, (1, 65)),
        ("[" * 10_000 + "]" * 10_000, (1, 65)),
        ("{a: " * 10_000, (1, 257)),
        ("- " * 10_000, (1, 129)),
        ("".join(" " * depth + "a:\n" for depth in range(2_000)), (65, 65)),
    ],
    ids=["open", "closed", "braces", "dashes", "lines"],
)
def test_read_documents_stops_at_ten_thousand_levels_in_no_time(text: str, place: tuple[int, int]) -> None:
    start = time.process_time()
    result = read(text)

    assert places(result.diagnostics) == [("YML05", *place)]
    assert time.process_time() - start < 8


@pytest.mark.parametrize(
    "text",
    [
        "1" + "_" * 300_000 + "x",
        "title: {zh: x\n" + "\u3000" * 300_000 + "\n",
        "---\n" * 100_000,
        "".join(f"k{number}: 1\n" for number in range(20_000)) * 2,
        "a" * 300_000 + "：\n[",
        "id: " + "\n" * 300_000 + "[",
        'a: "' + "\\n" * 200_000,
    ],
    ids=["underscores", "wide-spaces", "markers", "equal-keys", "long-word", "blank-lines", "open-quote"],
)
def test_read_documents_takes_time_in_proportion_to_the_text(text: str) -> None:
    start = time.process_time()
    read(text)

    assert time.process_time() - start < 8


@pytest.mark.parametrize(
    "character", ["\0", "\x07", "\x1b", "\x7f", "\x80", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe"]
)
def test_read_documents_refuses_characters_that_cannot_be_seen(character: str) -> None:
    result = read(f"---\na: 1\n---\nb: 甲{character}\n---\nc: 3\n")

    assert places(result.diagnostics) == [("YML06", 4, 5)]
    assert f"U+{ord(character):04X}" in result.diagnostics[0].message.en
    assert [document.value for document in result.documents] == [{"a": 1}, {"c": 3}]


@pytest.mark.parametrize(
    ("text", "place"), [('a: "x\\0y"', (1, 4)), ('"k\\ey": 1', (1, 1)), ('a: {b: "\\x9b31m"}', (1, 8))]
)
def test_read_documents_reports_control_characters_behind_an_escape(text: str, place: tuple[int, int]) -> None:
    assert places(read(text).diagnostics) == [("YML06", *place)]


def test_read_documents_lets_line_breaks_and_tabs_stand_in_texts() -> None:
    assert value_of('a: "x\\n\\ty"') == {"a": "x\n\ty"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("kind: unit\nid: A-1\ntitle: [\n", {"A-1"}),
        ("kind: unit\nid：A-1\n", {"A-1"}),
        ("kind: unit\nid:A-1\n", {"A-1"}),
        ("kind: unit\n\tid: A-1\n", {"A-1"}),
        ("kind: unit\nid: &a !!str A-1\n", {"A-1"}),
        ('{kind: unit, "id": "A-1"', {"A-1"}),
        ("kind: competency_model\nid: m\ntiers:\n  - {id: base}\n  - id: top\ntitle: [\n", {"m", "base", "top"}),
        ("kind: unit\nid:\ntitle: [\n", set()),
        ("kind: unit\npaid: A-1\ntitle: [\n", set()),
        ("kind: unit\nid: 学员0001\n\0", {"学员0001"}),
        ("kind: unit\nid: A\x07-1\n", {"A-1"}),
        ("kind: unit\nid: A-1\n", set()),
    ],
)
def test_read_documents_remembers_the_ids_of_what_it_cannot_read(text: str, ids: set[str]) -> None:
    assert read(text).broken_ids == ids


TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \n\t:-[]{}#&*!|>'\"%@`,?：，\u3000\0\r"))
PIECES = """kind id title 甲 no 012 1:30 : ： { } [ ] , ' " \\ # | > << ? - &a *a !t %YAML --- ..."""
SPACED = [": ", "- ", " #", "? ", "\n", "\n  ", "\n- ", "\n\t", "\n---\n", "\n...\n", "|\n", "\u3000"]
YAML_TEXTS = st.lists(st.sampled_from([*PIECES.split(), *SPACED])).map("".join)


@given(TEXTS | YAML_TEXTS)
@FUZZ
def test_read_documents_never_raises_and_points_into_the_text(text: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    result = read(text)

    positions = [d.position for d in result.diagnostics]
    positions += [related.position for d in result.diagnostics for related in d.related]
    for document in result.documents:
        positions.append(document.source_map.value(()))
    for _, line, column in positions:
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
    assert read(text).diagnostics == result.diagnostics


NAMES = st.text(st.characters(categories=["L", "Nd"]) | st.sampled_from("-_ .：:"), min_size=1)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, DATA, min_size=1))
@FUZZ
def test_read_documents_gives_back_what_json_wrote(data: dict[str, Any]) -> None:
    result = read(json.dumps(data, ensure_ascii=False, indent=1))

    assert result.diagnostics == ()
    assert [document.value for document in result.documents] == [data]


@given(st.dictionaries(NAMES, NAMES | st.integers(0, 10**9), min_size=1))
@FUZZ
def test_read_documents_places_every_value_where_its_text_starts(data: dict[str, Any]) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (document,) = read(text).documents
    lines = text.split("\n")

    for key, value in data.items():
        _, line, column = document.source_map.value((key,))
        assert lines[line - 1][column - 1 :].rstrip(",") == json.dumps(value, ensure_ascii=False)
        _, line, column = document.source_map.key((key,))
        assert lines[line - 1][column - 1 :].startswith(f"{json.dumps(key, ensure_ascii=False)}: ")
