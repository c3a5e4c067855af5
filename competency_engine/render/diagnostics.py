"""Findings → terminal, JSON, SARIF 2.1.0, GitHub annotations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from competency_engine.diagnostics import Diagnostic, Position, SheetName
from competency_engine.text import Lang, say

Lines = Mapping[str, tuple[str, ...]]

_WORDS = {
    "error": say("错误", "error"),
    "warning": say("提醒", "warning"),
    "expected": say("应为", "expected"),
    "mend": say("改法", "to mend"),
}
_HARMFUL = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def diagnostic_lines(diagnostic: Diagnostic, lines: Lines, lang: Lang) -> Iterator[str]:
    """Yield a finding as it stands on a terminal: place, words, source line with a caret, related places.

    A character that would move the cursor, change colours or turn the writing round is shown as U+FFFD.
    """
    yield from (_HARMFUL.sub("\ufffd", line) for line in _raw_lines(diagnostic, lines, lang))


def _raw_lines(diagnostic: Diagnostic, lines: Lines, lang: Lang) -> Iterator[str]:
    severity = _WORDS[diagnostic.severity.value].in_language(lang)
    yield f"{diagnostic.position}: {severity} {diagnostic.code} {diagnostic.message.in_language(lang)}"
    yield from _source(diagnostic.position, lines)
    yield f"    {_WORDS['expected'].in_language(lang)}: {diagnostic.expected.in_language(lang)}"
    yield f"    {_WORDS['mend'].in_language(lang)}: {diagnostic.mend.in_language(lang)}"
    for related in diagnostic.related:
        yield f"    {related.position}: {related.message.in_language(lang)}"


def _source(position: Position, lines: Lines) -> Iterator[str]:
    known = lines.get(position.file, ())
    if position.line > len(known) or not known[position.line - 1].strip():
        return
    line = known[position.line - 1].replace("\t", " ")
    start = max(0, position.column - 1 - 60)
    shown = line[start : start + 110]
    before = line[start : position.column - 1]
    number = str(position.line)
    yield f"    {number} | {shown}"
    yield f"    {' ' * len(number)} | {' ' * display_width(before)}^"


def display_width(text: str) -> int:
    """Return how many terminal columns ``text`` takes: two for each wide (Chinese) character, none for an accent.

    >>> display_width("ab能力")
    6
    """
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me") or character in "\u200b\u200c\u200d\ufeff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def diagnostics_data(diagnostics: tuple[Diagnostic, ...]) -> list[dict[str, Any]]:
    """Return findings as plain data, both languages in each."""
    return [
        {
            "code": diagnostic.code,
            "severity": diagnostic.severity.value,
            **_place(diagnostic.position),
            "message": diagnostic.message.model_dump(),
            "expected": diagnostic.expected.model_dump(),
            "mend": diagnostic.mend.model_dump(),
            "related": [{**_place(r.position), "message": r.message.model_dump()} for r in diagnostic.related],
        }
        for diagnostic in diagnostics
    ]


def _place(position: Position) -> dict[str, Any]:
    place = {"file": position.file, "line": position.line, "column": position.column}
    return place | ({"cell": position.cell} if isinstance(position.file, SheetName) else {})


def sarif_data(
    diagnostics: tuple[Diagnostic, ...], rule_titles: Mapping[str, str], version: str, lang: Lang
) -> dict[str, Any]:
    """Return findings as a SARIF 2.1.0 log."""
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    return {
        "$schema": _SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "competency-engine",
                        "version": version,
                        "rules": [{"id": c, "shortDescription": {"text": rule_titles.get(c, c)}} for c in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(diagnostic, lang) for diagnostic in diagnostics],
            }
        ],
    }


def _sarif_result(diagnostic: Diagnostic, lang: Lang) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": diagnostic.severity.value,
        "message": {"text": _sentence(diagnostic, lang)},
        "locations": [{"physicalLocation": _sarif_location(diagnostic.position)}],
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _sarif_location(related.position),
                "message": {"text": related.message.in_language(lang)},
            }
            for number, related in enumerate(diagnostic.related)
        ]
    return result


def _sarif_location(position: Position) -> dict[str, Any]:
    from urllib.parse import quote

    return {
        "artifactLocation": {"uri": quote(position.file)},
        "region": {"startLine": position.line, "startColumn": position.column},
    }


def _sentence(diagnostic: Diagnostic, lang: Lang) -> str:
    expected, mend = _WORDS["expected"].in_language(lang), _WORDS["mend"].in_language(lang)
    return (
        f"{diagnostic.message.in_language(lang)} "
        f"({expected}: {diagnostic.expected.in_language(lang)}; {mend}: {diagnostic.mend.in_language(lang)})"
    )


def github_lines(diagnostics: tuple[Diagnostic, ...], lang: Lang) -> Iterator[str]:
    """Yield findings as GitHub workflow commands, one a line; nothing in a file can end or forge one."""
    for diagnostic in diagnostics:
        position = diagnostic.position
        place = f"file={_property(position.file)},line={position.line},col={position.column}"
        yield f"::{diagnostic.severity.value} {place},title={diagnostic.code}::{_data(_sentence(diagnostic, lang))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
