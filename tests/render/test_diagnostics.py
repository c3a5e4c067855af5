"""Findings on a terminal, as JSON, as SARIF and as GitHub annotations."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_engine.diagnostics import Diagnostic, Position, Related, Severity
from competency_engine.render.diagnostics import (
    diagnostic_lines,
    diagnostics_data,
    display_width,
    github_lines,
    sarif_data,
)
from competency_engine.text import Text, say


def finding(position: Position, *, message: Text | None = None, related: tuple[Related, ...] = ()) -> Diagnostic:
    """Return an error at ``position``."""
    return Diagnostic(
        "REF01",
        Severity.ERROR,
        position,
        message or say("没有 id 为 X 的单元", "there is no unit X"),
        say("一个已定义的单元", "a unit that is defined"),
        say("是不是想写 Y？", "did you mean Y?"),
        related,
    )


def caret_column(lines: list[str]) -> int:
    """Return the terminal column, from 0, at which the caret of a shown finding stands."""
    (caret,) = (line for line in lines if line.rstrip().endswith("^"))
    return display_width(caret.rstrip()) - 1


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("能力", 4),
        ("“a”", 3),
        ("（）", 4),
        ("ａ", 2),
        ("e\u0301", 1),
        ("a\u200bb", 2),
        ("한글", 4),
        ("🙂", 2),
    ],
)
def test_display_width_counts_terminal_columns(text: str, width: int) -> None:
    assert display_width(text) == width


@pytest.mark.parametrize(
    "line",
    [
        "topic: ▶T1",
        "▶topic: T1",
        "title: {zh: 走访基础, en: ▶Basics}",
        "  - {单元: 甲, 等级: ▶三}",
        "note: {zh: “引文”（全角）, en: e\u0301▶x}",
        "a:\t▶b",
        "x" * 100 + "▶y" + "z" * 100,
        "能" * 100 + "▶力" + "z" * 100,
        "last▶",
    ],
)
def test_diagnostic_lines_put_the_caret_under_the_right_character(line: str) -> None:
    source, column = line.replace("▶", ""), line.index("▶") + 1
    shown = list(diagnostic_lines(finding(Position("a.yaml", 3, column)), {"a.yaml": ("", "", source)}, "en"))

    marked = next(text for text in shown if text.startswith("    3 | "))
    under = caret_column(shown)
    *_, start = (index for index in range(len(marked) + 1) if display_width(marked[:index]) == under)
    assert marked[start : start + 1] == source[column - 1 : column]
    assert len(marked) <= 8 + 110


def test_diagnostic_lines_show_place_words_source_and_related_places() -> None:
    related = Related(Position("b.yaml", 2, 5), say("首次定义在这里", "first defined here"))
    diagnostic = finding(Position("a.yaml", 12, 8), related=(related,))
    lines = {"a.yaml": (*[""] * 11, "topic: T1")}

    assert list(diagnostic_lines(diagnostic, lines, "en")) == [
        "a.yaml:12:8: error REF01 there is no unit X",
        "    12 | topic: T1",
        "       |        ^",
        "    expected: a unit that is defined",
        "    to mend: did you mean Y?",
        "    b.yaml:2:5: first defined here",
    ]
    assert list(diagnostic_lines(diagnostic, lines, "zh")) == [
        "a.yaml:12:8: 错误 REF01 没有 id 为 X 的单元",
        "    12 | topic: T1",
        "       |        ^",
        "    应为: 一个已定义的单元",
        "    改法: 是不是想写 Y？",
        "    b.yaml:2:5: 首次定义在这里",
    ]


@pytest.mark.parametrize("lines", [{}, {"a.yaml": ()}, {"a.yaml": ("",)}, {"a.yaml": ("one",)}])
def test_diagnostic_lines_do_without_a_source_line(lines: dict[str, tuple[str, ...]]) -> None:
    shown = list(diagnostic_lines(finding(Position("a.yaml", 2, 1)), lines, "en"))

    assert len(shown) == 3
    assert not any("^" in line for line in shown)


def test_diagnostic_lines_say_of_a_warning_that_it_is_one() -> None:
    warning = Diagnostic("YML04", Severity.WARNING, Position("a", 1, 1), *[say("甲", "a")] * 3)

    assert next(diagnostic_lines(warning, {}, "zh")) == "a:1:1: 提醒 YML04 甲"
    assert next(diagnostic_lines(warning, {}, "en")) == "a:1:1: warning YML04 a"


@given(st.text(), st.text(), st.text())
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_diagnostic_lines_send_nothing_to_the_terminal_but_text(file: str, value: str, line: str) -> None:
    evil = "\x1b]0;title\x07\x1b[31m\r\x9b2J\u202e\u2066\n"
    message = say(f"{evil}{value}", f"{value}{evil}")
    related = Related(Position(f"{file}{evil}", 1, 1), message)
    diagnostic = finding(Position(f"{evil}{file}", 1, 3), message=message, related=(related,))
    for lang in ("zh", "en"):
        for shown in diagnostic_lines(diagnostic, {f"{evil}{file}": (f"{line}{evil}",)}, lang):  # type: ignore[arg-type]
            assert not re.search("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", shown)


def test_diagnostics_data_holds_everything_in_both_languages() -> None:
    related = Related(Position("b.yaml", 2, 5), say("首次", "first"))

    assert diagnostics_data((finding(Position("a.yaml", 12, 8), related=(related,)),)) == [
        {
            "code": "REF01",
            "severity": "error",
            "file": "a.yaml",
            "line": 12,
            "column": 8,
            "message": {"zh": "没有 id 为 X 的单元", "en": "there is no unit X"},
            "expected": {"zh": "一个已定义的单元", "en": "a unit that is defined"},
            "mend": {"zh": "是不是想写 Y？", "en": "did you mean Y?"},
            "related": [{"file": "b.yaml", "line": 2, "column": 5, "message": {"zh": "首次", "en": "first"}}],
        }
    ]


def check_sarif(log: dict[str, Any]) -> None:
    """Check what SARIF 2.1.0 requires of a log, and what a viewer needs (OASIS, sections 3.13 to 3.30)."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    for result in run["results"]:
        assert result["ruleId"] in ids
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            physical = location["physicalLocation"]
            assert re.fullmatch(r"[A-Za-z0-9._~!$&'()*+,;=@%/-]+", physical["artifactLocation"]["uri"])
            assert physical["region"]["startLine"] >= 1
            assert physical["region"]["startColumn"] >= 1
        numbers = [location["id"] for location in result.get("relatedLocations", ())]
        assert numbers == sorted(set(numbers))
    assert json.loads(json.dumps(log, ensure_ascii=False)) == log


def test_sarif_data_has_the_required_structure() -> None:
    related = Related(Position("模型/b c.yaml", 2, 5), say("首次", "first"))
    warning = Diagnostic("YML04", Severity.WARNING, Position("a.yaml", 1, 1), *[say("甲", "a")] * 3)
    diagnostics = (warning, finding(Position("模型/a?#:%.yaml", 12, 8), related=(related, related)), warning)
    log = sarif_data(diagnostics, {"REF01": "References exist"}, "1.2.3", "en")

    check_sarif(log)
    (run,) = log["runs"]
    assert run["tool"]["driver"] == {
        "name": "competency-engine",
        "version": "1.2.3",
        "rules": [
            {"id": "REF01", "shortDescription": {"text": "References exist"}},
            {"id": "YML04", "shortDescription": {"text": "YML04"}},
        ],
    }
    assert [result["level"] for result in run["results"]] == ["warning", "error", "warning"]
    assert run["results"][1] == {
        "ruleId": "REF01",
        "level": "error",
        "message": {"text": "there is no unit X (expected: a unit that is defined; to mend: did you mean Y?)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "%E6%A8%A1%E5%9E%8B/a%3F%23%3A%25.yaml"},
                    "region": {"startLine": 12, "startColumn": 8},
                }
            }
        ],
        "relatedLocations": [
            {
                "id": number,
                "physicalLocation": {
                    "artifactLocation": {"uri": "%E6%A8%A1%E5%9E%8B/b%20c.yaml"},
                    "region": {"startLine": 2, "startColumn": 5},
                },
                "message": {"text": "first"},
            }
            for number in (0, 1)
        ],
    }


def test_sarif_data_of_nothing_is_a_run_without_results() -> None:
    log = sarif_data((), {}, "1", "zh")

    check_sarif(log)
    assert log["runs"][0]["results"] == []


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(), st.integers(1), st.integers(1))
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_sarif_data_is_valid_for_any_name_and_value(file: str, value: str, line: int, column: int) -> None:
    message = say(f"值 {value}", f"value {value}")
    check_sarif(sarif_data((finding(Position(file, line, column), message=message),), {}, "1", "en"))


def parse_github(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as GitHub's runner does: name, properties, message, all unescaped."""
    match = re.fullmatch(r"::(\w+) ([^\r\n]*?)::([^\r\n]*)", line)
    assert match is not None
    properties = dict(pair.split("=", 1) for pair in match[2].split(","))
    for text, mark in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        properties = {name: value.replace(text, mark) for name, value in properties.items()}
    message = match[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return match[1], properties, message


def test_github_lines_are_one_command_a_finding() -> None:
    warning = Diagnostic("YML04", Severity.WARNING, Position("a.yaml", 1, 2), *[say("甲", "a")] * 3)
    assert list(github_lines((finding(Position("models/a.yaml", 12, 8)), warning), "en")) == [
        "::error file=models/a.yaml,line=12,col=8,title=REF01::"
        "there is no unit X (expected: a unit that is defined; to mend: did you mean Y?)",
        "::warning file=a.yaml,line=1,col=2,title=YML04::a (expected: a; to mend: a)",
    ]
    assert next(github_lines((warning,), "zh")).endswith("::甲 (应为: 甲; 改法: 甲)")


@pytest.mark.parametrize(
    ("file", "escaped"),
    [
        ("a\n::error::b.yaml", "a%0A%3A%3Aerror%3A%3Ab.yaml"),
        ("a,line=1::x\r.yaml", "a%2Cline=1%3A%3Ax%0D.yaml"),
        ("100%0A.yaml", "100%250A.yaml"),
        ("模型/甲.yaml", "模型/甲.yaml"),
    ],
)
def test_github_lines_escape_the_name_of_a_file(file: str, escaped: str) -> None:
    (line,) = github_lines((finding(Position(file, 1, 1)),), "en")

    assert line.startswith(f"::error file={escaped},line=1,col=1,title=REF01::")
    assert parse_github(line)[1]["file"] == file


HOSTILE = st.lists(
    st.sampled_from(
        ["\n", "\r", "::", "::error::", "::set-output name=a::", "%0A", "%", ",", ":", "=", "##[", "甲", "a "]
    )
).map("".join)


@given(HOSTILE, HOSTILE)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_github_lines_let_no_name_or_value_forge_a_second_command(file: str, value: str) -> None:
    diagnostic = finding(Position(f"{file}.yaml", 3, 4), message=say(f"值 {value}", f"value {value}"))
    (line,) = github_lines((diagnostic,), "en")

    assert len(line.splitlines()) == 1
    name, properties, message = parse_github(line)
    assert name == "error"
    assert properties == {"file": f"{file}.yaml", "line": "3", "col": "4", "title": "REF01"}
    assert message.startswith(f"value {value} (expected: ")
