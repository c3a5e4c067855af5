"""Read a plan that this program wrote as JSON; whatever else the file holds is refused, each problem at its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from competency_engine.diagnostics import Diagnostic, Position, Severity, SourceMap
from competency_engine.domain.plan import Plan
from competency_engine.errors import FilesInError, unreadable
from competency_engine.loading.files import decode_yaml
from competency_engine.loading.json_reader import read_json
from competency_engine.loading.validation import explain_violations
from competency_engine.text import Text, say


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
        ordered = tuple(sorted(problems, key=lambda problem: problem.sort_key))
        raise FilesInError(message, ordered, {name: tuple(text.split("\n"))})
    return plan


def read_plans(path: Path, name: str) -> Iterator[tuple[int, str, Plan | tuple[Diagnostic, ...]]]:
    """Yield (line, text, plan) of every plan in a file of JSON lines, or of the one in a JSON file; or all that is wrong with the line.

    Raises:
        UsageError: when the file cannot be read.
    """
    if path.suffix != ".jsonl":
        text, problems = decode_yaml(path, name)
        plan, problems = _parse(text, name) if not problems else (None, problems)
        yield 1, text, plan if plan is not None and not problems else problems
        return
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                plan, problems = _parse(line.rstrip("\n"), name, number)
                yield number, line, plan if plan is not None and not problems else problems
    except OSError as error:
        raise unreadable(path, error) from None


def _parse(text: str, name: str, line: int = 1) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    raw, problems = read_json(text, name, line, code="FMT03")
    if raw is None or problems:
        return None, problems
    if not isinstance(raw.value, dict):
        return None, (_refusal("FMT03", Position(name, line, 1), say("不是一份计划", "this is not one plan")),)
    try:
        plan = Plan.model_validate_json(text, strict=True)
    except ValidationError as error:
        return None, explain_violations(raw, "plan", error)
    return plan, tuple(_contradictions(plan, raw.source_map))


def _contradictions(plan: Plan, places: SourceMap) -> Iterator[Diagnostic]:
    """Yield each step that repeats a module or lies outside the plan's own months."""
    seen: set[str] = set()
    first = _months(plan.start)
    for index, step in enumerate(plan.steps):
        if step.module in seen:
            place = places.value(("steps", index, "module"))
            yield _refusal("FMT04", place, say(f"课程 {step.module} 重复", f"the module {step.module} appears twice"))
        seen.add(step.module)
        if not 0 <= _months(step.month) - first < plan.months:
            place = places.value(("steps", index, "month"))
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
