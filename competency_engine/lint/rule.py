"""What a rule is: its code, its reason, its examples, and the check that finds its violations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from competency_engine.diagnostics import Diagnostic, Position, Related, Severity
from competency_engine.domain.library import Library
from competency_engine.text import Text

Family = Literal[
    "identity",
    "levels",
    "prerequisites",
    "pairing",
    "reach",
    "replacement",
    "wording",
    "sources",
    "suppression",
    "loading",
]
_EXAMPLES = resources.files("competency_engine.lint") / "examples"


@dataclass(frozen=True, slots=True)
class LintContext:
    """What a check may know besides the library.

    ``as_of`` is the date on which the cited laws must be in force.
    """

    as_of: dt.date


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation of a rule; the rule adds its code and severity."""

    position: Position
    message: Text
    expected: Text
    mend: Text
    related: tuple[Related, ...] = ()


Check = Callable[[Library, LintContext], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue.

    Attributes:
        code: three letters of the family and two digits.
        family: what it is about.
        severity: an error where plans would be wrong, a warning otherwise.
        title: what must hold, in one line.
        why: what goes wrong where it does not.
        check: finds the violations; None = found while loading, or by the engine itself.
        local: the findings in a document do not change when other documents of the library are missing.
    """

    code: str
    family: Family
    severity: Severity
    title: Text
    why: Text
    check: Check | None = None
    local: bool = False

    @property
    def bad(self) -> str:
        """An example that violates the rule: documents that take the place of those of the same kind and id."""
        return self._example("bad")

    @property
    def good(self) -> str:
        """The example as it should be."""
        return self._example("good")

    def _example(self, which: Literal["bad", "good"]) -> str:
        suffix = {"TAB": "csv", "LIN": "jsonl"}.get(self.code[:3], "yaml")
        return (_EXAMPLES / f"{self.code}.{which}.{suffix}").read_text(encoding="utf-8")

    def diagnose(self, library: Library, context: LintContext) -> Iterator[Diagnostic]:
        """Yield every violation in ``library``; none when the rule has no check of its own."""
        for found in self.check(library, context) if self.check is not None else ():
            yield Diagnostic(
                self.code, self.severity, found.position, found.message, found.expected, found.mend, found.related
            )
