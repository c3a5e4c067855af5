"""The catalogue of rules: every code that `check` can report."""

from __future__ import annotations

from difflib import get_close_matches

from competency_engine.errors import UsageError
from competency_engine.lint.rule import Rule
from competency_engine.lint.rules import (
    chains,
    conflicts,
    identity,
    levels,
    loading,
    packs,
    pairing,
    prerequisites,
    reach,
    replacement,
    roles,
    sources,
    suppression,
    wording,
)
from competency_engine.text import say

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *identity.RULES,
            *levels.RULES,
            *roles.RULES,
            *prerequisites.RULES,
            *chains.RULES,
            *conflicts.RULES,
            *pairing.RULES,
            *reach.RULES,
            *replacement.RULES,
            *packs.RULES,
            *wording.RULES,
            *sources.RULES,
            *suppression.RULES,
            *loading.RULES,
        ),
        key=lambda rule: rule.code,
    )
)
_BY_CODE = {rule.code: rule for rule in RULES}


def find_rule(code: str) -> Rule:
    """Return the rule with ``code``, in capitals or not.

    Raises:
        UsageError: when there is none; names the nearest one.
    """
    found = _BY_CODE.get(code.upper())
    if found is not None:
        return found
    near = nearest_code(code)
    hint = say(f"；是不是 {near}？", f"; did you mean {near}?") if near else say("", "")
    raise UsageError(say(f"没有规则 {code}{hint.zh}", f"there is no rule {code}{hint.en}"))


def nearest_code(code: str) -> str | None:
    """Return the code that is most like ``code``, or None when none is."""
    near = get_close_matches(code.upper(), _BY_CODE, n=1)
    return near[0] if near else None
