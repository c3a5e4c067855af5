"""Community facts: does a value, or a comparison with one, fit the type that the fact declares?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from competency_engine.diagnostics import Diagnostic, Path, Severity, SourceMap
from competency_engine.domain.competency import (
    AnyCondition,
    CommunityFact,
    Condition,
    ContextRule,
    EveryCondition,
    FactIs,
    FactValue,
)
from competency_engine.domain.people import Community
from competency_engine.loading.validation import show_value, suggestion
from competency_engine.text import Text, say

_COMPARISONS = {
    "boolean": ("equals",),
    "choice": ("equals", "one_of"),
    "integer": ("equals", "at_least", "at_most"),
    "percent": ("equals", "at_least", "at_most"),
    "date": ("within_days",),
}
_VALUE_NAMES = {
    "boolean": say("true 或 false", "true or false"),
    "integer": say("整数", "a whole number"),
    "percent": say("0 到 100 的数字", "a number from 0 to 100"),
    "date": say("日期，如 2026-11-21", "a date such as 2026-11-21"),
}


def check_community_facts(
    community: Community, source_map: SourceMap, facts: Mapping[str, CommunityFact]
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every fact of ``community`` whose value is not of its declared type."""
    for id_, value in community.facts.items():
        fact = facts.get(id_)
        if fact is not None and not _fits(value, fact):
            yield _wrong_value(source_map, ("facts", id_), fact, value)


def check_condition(
    rule: ContextRule, source_map: SourceMap, facts: Mapping[str, CommunityFact]
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every comparison in ``rule`` that its fact cannot answer."""
    yield from _check(rule.when, ("when",), source_map, facts)
    deadline = facts.get(rule.deadline or "")
    if deadline is not None and deadline.type != "date":
        yield Diagnostic(
            "REF03",
            Severity.ERROR,
            source_map.value(("deadline",)),
            say(f"{deadline.id} 不是日期", f"{deadline.id} is not a date"),
            say("类型为 date 的社区事实", "a community fact of type date"),
            say("改为日期类的事实", "write a fact that is a date"),
        )


def _check(
    condition: Condition, path: Path, source_map: SourceMap, facts: Mapping[str, CommunityFact]
) -> Iterator[Diagnostic]:
    if isinstance(condition, EveryCondition | AnyCondition):
        key = "all" if isinstance(condition, EveryCondition) else "any"
        for index, part in enumerate(condition.all if isinstance(condition, EveryCondition) else condition.any):
            yield from _check(part, (*path, key, index), source_map, facts)
    elif isinstance(condition, FactIs):
        yield from _check_comparison(condition, path, source_map, facts.get(condition.fact))


def _check_comparison(
    condition: FactIs, path: Path, source_map: SourceMap, fact: CommunityFact | None
) -> Iterator[Diagnostic]:
    given = [
        name
        for name in ("equals", "one_of", "at_least", "at_most", "within_days")
        if getattr(condition, name) is not None
    ]
    if len(given) != 1:
        listed = "、".join(given) or "（无）"
        yield Diagnostic(
            "REF03",
            Severity.ERROR,
            source_map.value(path),
            say(
                f"比较有 {len(given)} 个：{listed}", f"there are {len(given)} comparisons: {', '.join(given) or 'none'}"
            ),
            say(
                "恰好一个：equals、one_of、at_least、at_most 或 within_days",
                "exactly one: equals, one_of, at_least, at_most or within_days",
            ),
            say("几个条件用 all 并列", "put several conditions under all"),
        )
    elif fact is not None and given[0] not in _COMPARISONS[fact.type]:
        allowed = "、".join(_COMPARISONS[fact.type])
        yield Diagnostic(
            "REF03",
            Severity.ERROR,
            source_map.key((*path, given[0])),
            say(
                f"{fact.id} 是 {fact.type}，不能用 {given[0]} 比较",
                f"{fact.id} is a {fact.type} and cannot be compared by {given[0]}",
            ),
            say(f"以下之一：{allowed}", f"one of: {allowed.replace('、', ', ')}"),
            say("换一种比较，或改事实的类型", "compare otherwise, or change the type of the fact"),
        )
    elif fact is not None and condition.equals is not None and not _fits(condition.equals, fact):
        yield _wrong_value(source_map, (*path, "equals"), fact, condition.equals)
    elif fact is not None and fact.type == "choice":
        for index, choice in enumerate(condition.one_of or ()):
            if choice not in fact.choices:
                yield _wrong_value(source_map, (*path, "one_of", index), fact, choice)


def _fits(value: FactValue, fact: CommunityFact) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if fact.type == "boolean":
        return isinstance(value, bool)
    if fact.type == "integer":
        return number and float(value).is_integer()
    if fact.type == "percent":
        return number and 0 <= float(value) <= 100
    if fact.type == "choice":
        return value in fact.choices
    return isinstance(value, str) and _is_date(value)


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _wrong_value(source_map: SourceMap, path: Path, fact: CommunityFact, value: FactValue) -> Diagnostic:
    listed = ", ".join(fact.choices)
    expected = say(f"以下之一：{listed}", f"one of: {listed}") if fact.type == "choice" else _VALUE_NAMES[fact.type]
    shown = show_value(value)
    near = suggestion(shown, fact.choices) if fact.type == "choice" else None
    mend: Text = near or say("改为这种值", "write such a value")
    return Diagnostic(
        "REF03",
        Severity.ERROR,
        source_map.value(path),
        say(f"{fact.id} 的值 {shown} 不对", f"the value {shown} does not fit {fact.id}"),
        expected,
        mend,
    )
