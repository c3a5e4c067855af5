"""The usual slips of a hand that writes YAML: wrong colons and wrong indents. Knows no parser."""

from __future__ import annotations

import re

from competency_engine.diagnostics import Diagnostic, Position, Related, Severity
from competency_engine.text import Text, say

WRONG_COLONS = (
    re.compile(r"\s*(?:- +)?([A-Za-z_][\w-]*)\s*(：)"),
    re.compile(r"\s*(?:- +)?([A-Za-z_][\w-]*)(:)(?=[^\s:/])"),
)
_KEY_COLON = re.compile(r"([^\s:：]+)\s*(：|:(?=\S))")


def error(code: str, position: Position, message: Text, expected: Text, mend: Text, *related: Related) -> Diagnostic:
    """Return a diagnostic of severity error."""
    return Diagnostic(code, Severity.ERROR, position, message, expected, mend, related)


def find_slip(text: str, position: Position, names: frozenset[str]) -> Diagnostic | None:
    """Return the slip of a plain value that starts like a key of ``names`` with a wrong colon (``title：…``)."""
    for pattern in WRONG_COLONS:
        match = pattern.match(text)
        if match and match.group(1) in names:
            place = Position(position.file, position.line, position.column + match.start(2))
            return wrong_colon(place, match.group(1), match.group(2))
    return None


def find_slip_in_key(key: str, position: Position) -> Diagnostic | None:
    """Return the slip of a plain key that has swallowed its value (``{zh：甲}``)."""
    match = _KEY_COLON.match(key)
    if match is None:
        return None
    place = Position(position.file, position.line, position.column + match.start(2))
    return wrong_colon(place, match.group(1), match.group(2))


def wrong_colon(position: Position, key: str, colon: str) -> Diagnostic:
    """Return the finding that ``colon`` after ``key`` is full-width or has no space behind it."""
    expected = say(f"{key:.40}: 值", f"{key:.40}: value")
    if colon == "：":
        return error(
            "YML07",
            position,
            say(f"{key:.40} 后面用了全角冒号“：”", f"{key:.40} is followed by a full-width colon"),
            expected,
            say("改为半角冒号加一个空格", "write a half-width colon and a space"),
        )
    return error(
        "YML08",
        position,
        say(f"{key:.40}: 的冒号后缺少空格", f"there is no space after the colon of {key:.40}:"),
        expected,
        say("在冒号后加一个空格", "put a space after the colon"),
    )


def wide_indent(position: Position) -> Diagnostic:
    """Return the finding that an indent holds an ideographic or no-break space."""
    return error(
        "YML09",
        position,
        say("缩进里有全角空格或不换行空格", "the indent holds an ideographic or no-break space"),
        say("只用半角空格缩进", "plain spaces only"),
        say("把这些空格换成半角空格", "replace them by plain spaces"),
    )


def tab_indent(position: Position) -> Diagnostic:
    """Return the finding that an indent holds a tab."""
    return error(
        "YML09",
        position,
        say("缩进里有制表符", "the indent holds a tab"),
        say("只用半角空格缩进", "plain spaces only"),
        say("把制表符换成半角空格", "replace the tab by plain spaces"),
    )
