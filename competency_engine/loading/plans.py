"""Read a plan that this program wrote as JSON; whatever else the file holds is refused, each problem at its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from competency_engine.diagnostics import Diagnostic, Mark, Position, Severity, SourceMap
from competency_engine.diagnostics import Path as Place
from competency_engine.domain.plan import Plan
from competency_engine.errors import FilesInError
from competency_engine.loading.files import decode_yaml
from competency_engine.loading.validation import explain_violations, show_value
from competency_engine.loading.yaml_reader import RawDocument
from competency_engine.text import Text, say


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
        plan, problems = _parse(text, name)
    if plan is None or problems:
        message = say(f"{name} 不是本程序写出的计划", f"{name} is no plan that this program wrote")
        raise FilesInError(message, problems, {name: tuple(text.split("\n"))})
    return plan


def _parse(text: str, name: str) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = Position(name, error.lineno, error.colno)
        return None, (_refusal("FMT03", place, say("这里不是 JSON", "this is no JSON")),)
    except _RefusedError as refused:
        return None, (_refusal("FMT03", Position(name, 1, 1), refused.message),)
    except RecursionError:
        return None, (_refusal("FMT03", Position(name, 1, 1), say("嵌套太深", "nested too deep")),)
    if not isinstance(value, dict):
        return None, (_refusal("FMT03", Position(name, 1, 1), say("不是一份计划", "this is not one plan")),)
    try:
        plan = Plan.model_validate_json(text, strict=True)
    except ValidationError as error:
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
    """Return the place of every key and value of ``text``, sound JSON, which is YAML as well."""
    marks: list[Mark] = [((), False, 1, 1)]

    def walk(node: yaml.Node, path: Place) -> None:
        marks.append((path, False, node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                marks.append(((*path, key.value), True, key.start_mark.line + 1, key.start_mark.column + 1))
                walk(value, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                walk(value, (*path, index))

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        root = None
    if root is not None:
        walk(root, ())
    return SourceMap(name, marks)
