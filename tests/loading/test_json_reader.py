"""JSON, read with places: the same values as the standard reader, each where it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_engine.diagnostics import Path, Position
from competency_engine.loading.json_reader import read_json
from tests.loading.reading import FUZZ, places

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def every_path(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(path, value), *(pair for key, part in items for pair in every_path(part, (*path, key)))]


@FUZZ
@given(VALUES, st.sampled_from([None, 0, 2]), st.sampled_from([(",", ":"), (" , ", " : ")]), st.booleans())
def test_reads_what_the_standard_reader_reads_and_knows_each_place(
    value: Any, indent: int | None, separators: tuple[str, str], ascii_: bool
) -> None:
    """On one line, or on as many as it has parts."""
    text = json.dumps(value, ensure_ascii=ascii_, indent=indent, separators=separators)
    lines = text.split("\n")

    def standing_at(place: Position) -> Any:
        assert place.file == "a.jsonl"
        return json.JSONDecoder().raw_decode("\n".join(lines[place.line - 7 :]), place.column - 1)[0]

    document, problems = read_json(text, "a.jsonl", 7, code="LIN01")
    assert problems == ()
    assert document is not None
    assert document.value == json.loads(text)
    for path, part in every_path(document.value):
        assert standing_at(document.source_map.value(path)) == part
        if path and isinstance(path[-1], str):
            assert standing_at(document.source_map.key(path)) == path[-1]


@FUZZ
@given(VALUES, st.data())
def test_accepts_and_refuses_with_the_standard_reader(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value, ensure_ascii=False)
    at = data.draw(st.integers(0, len(text)))
    broken = text[:at] + data.draw(st.sampled_from(["", ",", '"', "}", "]", ":", "1", "x", "\x07"])) + text[at + 1 :]
    try:
        expected = json.loads(broken)
    except ValueError:
        expected = None
    document, problems = read_json(broken, "a.jsonl", code="LIN01")
    if document is None:
        assert expected is None
        assert [problem.code for problem in problems] == ["LIN01"]
        assert 1 <= problems[0].position.column <= len(broken) + 1
    else:
        assert document.value == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1 "b": 2}', ("LIN01", 3, 9)),
        ('{"a": [1, 2', ("LIN01", 3, 12)),
        ('{"a": [1,\n  2 3', ("LIN01", 4, 5)),
        ('{"a": "b\nc"}', ("LIN01", 3, 9)),
        ('{"a": NaN}', ("LIN01", 3, 7)),
        ('{"a": 01}', ("LIN01", 3, 7)),
        ('{"a": 1,}', ("LIN01", 3, 9)),
        ('{"a": [1,]}', ("LIN01", 3, 10)),
        ("{'a': 1}", ("LIN01", 3, 2)),
        ('{"a": 1} {}', ("LIN01", 3, 10)),
        ('{"a": 1, "b": {"c": 2, "c": 3}}', ("YML02", 3, 24)),
        ('{"a": "\\ud800"}', ("YML06", 3, 7)),
        ("[" * 66 + "]" * 66, ("YML05", 3, 66)),
    ],
)
def test_says_what_is_wrong_and_where(text: str, place: tuple[str, int, int]) -> None:
    _, problems = read_json(text, "a.jsonl", 3, code="LIN01")
    assert places(problems) == [place]


def test_a_deep_line_cannot_exhaust_the_stack() -> None:
    document, problems = read_json("[" * 100_000, "a.jsonl", code="LIN01")
    assert document is None
    assert places(problems) == [("YML05", 1, 66)]
