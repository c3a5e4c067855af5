"""Comments that silence a finding where it stands: ``# allow LEV01: reason``.

A comment at the end of a line speaks of that line; alone on a line, of the next line that holds more than a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from competency_engine.diagnostics import Diagnostic, Position, Severity
from competency_engine.lint.registry import RULES, nearest_code
from competency_engine.text import Text, say

_COMMENT = re.compile(
    r"(?:^|(?<=\s))#\s*allow\s+(?P<codes>[A-Za-z]+[0-9]+(?:\s*[,，、]\s*[A-Za-z]+[0-9]+)*)(?P<rest>.*)$"
)
_REASON = re.compile(r"\s*[:：]\s*\S")
_CODE = re.compile(r"[A-Za-z]+[0-9]+")
_LINT_CODES = frozenset(rule.code for rule in RULES if rule.check is not None)


@dataclass(frozen=True, slots=True)
class Allowance:
    """One code that a comment allows on one line; ``position`` is where the code stands in the comment."""

    code: str
    position: Position
    line: int
    has_reason: bool

    @property
    def is_effective(self) -> bool:
        """Whether it silences what it names: a rule of lint, for a reason."""
        return self.has_reason and self.code in _LINT_CODES


def find_allowances(lines: Mapping[str, tuple[str, ...]]) -> tuple[Allowance, ...]:
    """Return every code that a comment in ``lines`` (file → its lines) allows, in order of place."""
    return tuple(allowance for file in sorted(lines) for allowance in _in_file(file, lines[file]))


def _in_file(file: str, lines: tuple[str, ...]) -> Iterator[Allowance]:
    for index, line in enumerate(lines):
        match = _COMMENT.search(line) if "allow" in line else None
        if match is None:
            continue
        target = _next_content(lines, index) if line.lstrip().startswith("#") else index
        has_reason = _REASON.match(match["rest"]) is not None
        for code in _CODE.finditer(match["codes"]):
            column = match.start("codes") + code.start() + 1
            yield Allowance(code.group(), Position(file, index + 1, column), target + 1, has_reason)


def _next_content(lines: tuple[str, ...], index: int) -> int:
    while index + 1 < len(lines) and lines[index].lstrip().startswith("#"):
        index += 1
    return index


def apply_allowances(
    diagnostics: Iterable[Diagnostic], allowances: tuple[Allowance, ...], complete: bool
) -> Iterator[Diagnostic]:
    """Yield the diagnostics that no allowance silences, and one for every allowance that is wrong.

    Args:
        diagnostics: what the rules found.
        allowances: what the comments allow.
        complete: whether every rule was applied; if not, nothing is said of allowances that silence nothing.
    """
    effective = {(a.code, a.position.file, a.line): a for a in allowances if a.is_effective}
    used: set[Position] = set()
    for diagnostic in diagnostics:
        place = diagnostic.position
        allowance = effective.get((diagnostic.code, place.file, place.line))
        if allowance is None:
            yield diagnostic
        else:
            used.add(allowance.position)
    for allowance in allowances:
        yield from _wrong(allowance, allowance.position in used, complete)


def _wrong(allowance: Allowance, is_used: bool, complete: bool) -> Iterator[Diagnostic]:
    code = allowance.code
    if code not in _LINT_CODES:
        yield _unknown(allowance)
    elif not allowance.has_reason:
        yield _warning(
            "SUP01",
            allowance,
            say(f"放行 {code} 没有写理由", f"{code} is allowed without a reason"),
            say(f"# allow {code}: 理由", f"# allow {code}: reason"),
            say("写上为什么这里是对的，否则不放行", "say why it is right here; until then it is not allowed"),
        )
    elif complete and not is_used:
        yield _warning(
            "SUP02",
            allowance,
            say(f"第{allowance.line}行没有 {code} 可放行", f"there is no {code} on line {allowance.line} to allow"),
            say(
                f"在报 {code} 的那一行末尾，或单独写在它的上一行",
                f"at the end of the line of {code}, or alone on the line above it",
            ),
            say("删去，或移到报出问题的那一行", "remove it, or move it to the line of the finding"),
        )


def _unknown(allowance: Allowance) -> Diagnostic:
    code = allowance.code
    known = code in {rule.code for rule in RULES}
    near = None if known else nearest_code(code)
    message = (
        say(f"{code} 不能放行", f"{code} cannot be allowed")
        if known
        else say(f"没有规则 {code}", f"there is no rule {code}")
    )
    mend = say("改正所报的问题，删去放行", "mend what it reports and remove this comment") if known else None
    suggestion = (
        say(f"是不是想写 {near}？", f"did you mean {near}?")
        if near
        else say("改代码，或删去", "mend the code, or remove it")
    )
    return _warning(
        "SUP03",
        allowance,
        message,
        say("lint 规则的代码，如 LEV01", "the code of a rule of lint, as LEV01"),
        mend or suggestion,
    )


def _warning(code: str, allowance: Allowance, message: Text, expected: Text, mend: Text) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, allowance.position, message, expected, mend)
