"""Read a plan that this program wrote as JSON; whatever else the file holds is refused, each problem at its place."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from competency_engine.diagnostics import Diagnostic, Mark, Position, Severity, SourceMap
from competency_engine.diagnostics import Path as Place
from competency_engine.domain.plan import Plan
from competency_engine.errors import FilesInError
from competency_engine.loading.files import decode_yaml
from competency_engine.loading.validation import explain_violations, show_value
from competency_engine.loading.yaml_reader import RawDocument
from competency_engine.text import Text, say

_TOKEN = re.compile(r"""[\s,:]*("(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s,:{}\[\]"]+)""")


class _RefusedError(Exception):
    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def read_plan(path: Path, name: str) -> Plan:
    """Return the plan in the JSON file at ``path``, which diagnostics call ``name``.

    Raises:
        FilesInError: when it cannot be read, is no JSON, or is no plan; every reason with its line and column.
    """
    text, problems = decode_yaml(path, name)
    plan = None
    if not problems:
        try:
            plan, problems = _parse(text, name)
        except RecursionError:
            problems = (_refusal("FMT03", Position(name, 1, 1), say("嵌套太深", "nested too deep")),)
    if plan is None or problems:
        message = say(f"{name} 不是本程序写出的计划", f"{name} is no plan that this program wrote")
        ordered = tuple(sorted(problems, key=lambda problem: problem.sort_key))
        raise FilesInError(message, ordered, {name: tuple(text.split("\n"))})
    return plan


def _parse(text: str, name: str) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = Position(name, error.lineno, error.colno)
        return None, (_refusal("FMT03", place, say("这里不是 JSON", "this is no JSON")),)
    except _RefusedError as refused:
        return None, (_refusal("FMT03", Position(name, 1, 1), refused.message),)
    if not isinstance(value, dict):
        return None, (_refusal("FMT03", Position(name, 1, 1), say("不是一份计划", "this is not one plan")),)
    try:
        plan = Plan.model_validate_json(text, strict=True)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] == "json_invalid":
            what = say("不是本程序写出的那种 JSON", "this is not JSON as this program writes it")
            return None, (_refusal("FMT03", Position(name, 1, 1), what),)
        return None, explain_violations(RawDocument(value, _places(text, name)), "plan", error)
    return plan, tuple(_contradictions(plan, text, name))


def _contradictions(plan: Plan, text: str, name: str) -> Iterator[Diagnostic]:
    """Yield each step that repeats a module or lies outside the plan's own months."""
    seen: set[str] = set()
    first = _months(plan.start)
    for index, step in enumerate(plan.steps):
        if step.module in seen:
            place = _places(text, name).value(("steps", index, "module"))
            yield _refusal("FMT04", place, say(f"课程 {step.module} 重复", f"the module {step.module} appears twice"))
        seen.add(step.module)
        if not 0 <= _months(step.month) - first < plan.months:
            place = _places(text, name).value(("steps", index, "month"))
            outside = say(f"{step.month} 不在计划的月份里", f"{step.month} lies outside the months of the plan")
            yield _refusal("FMT04", place, outside)


def _months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])


def _refusal(code: str, place: Position, message: Text) -> Diagnostic:
    expected = say(
        "competency-engine plan … --format json 写出的一份计划", "one plan as plan … --format json writes it"
    )
    mend = say("重新导出，不要手改", "export it again rather than edit it")
    return Diagnostic(code, Severity.ERROR, place, message, expected, mend)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        repeated = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        raise _RefusedError(say(f"键 {show_value(repeated)} 重复", f"the key {show_value(repeated)} appears twice"))
    return mapping


def _no_number(constant: str) -> float:
    raise _RefusedError(say(f"{constant} 不是 JSON 的数", f"{constant} is no number of JSON"))


def _places(text: str, name: str) -> SourceMap:
    """Return the place of every key and value of ``text``, which is sound JSON."""
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    tokens = ((match.start(1), match.group(1)) for match in _TOKEN.finditer(text))
    marks: list[Mark] = []

    def mark(path: Place, is_key: bool, at: int) -> None:
        line = bisect_right(lines, at)
        marks.append((path, is_key, line, at - lines[line - 1] + 1))

    def walk(path: Place, at: int, token: str) -> None:
        mark(path, False, at)
        if token == "{":
            for start, key in takewhile(lambda found: found[1] != "}", tokens):
                inner = (*path, json.loads(key))
                mark(inner, True, start)
                walk(inner, *next(tokens))
        elif token == "[":
            for index, (start, item) in enumerate(takewhile(lambda found: found[1] != "]", tokens)):
                walk((*path, index), start, item)

    walk((), *next(tokens))
    return SourceMap(name, marks)
