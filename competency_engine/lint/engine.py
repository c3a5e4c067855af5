"""Apply the rules to a library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.library import Library
from competency_engine.lint.registry import RULES
from competency_engine.lint.rule import LintContext
from competency_engine.lint.suppression import apply_allowances, find_allowances


def lint_library(
    library: Library, as_of: dt.date, lines: Mapping[str, tuple[str, ...]], complete: bool = True
) -> list[Diagnostic]:
    """Return every finding in ``library`` that no comment allows, in order of place.

    Args:
        library: what to look at.
        as_of: the date on which cited laws must be in force.
        lines: the lines of the library's files, by file, for comments such as ``# allow LEV01: reason``.
        complete: whether every document could be read and every reference resolved; if not, only the rules that look
            at one document alone are applied.
    """
    context = LintContext(as_of)
    rules = (rule for rule in RULES if complete or rule.local)
    found = (diagnostic for rule in rules for diagnostic in rule.diagnose(library, context))
    kept = apply_allowances(found, find_allowances(lines), complete)
    return sorted(kept, key=lambda diagnostic: diagnostic.sort_key)
