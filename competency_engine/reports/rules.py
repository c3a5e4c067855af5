"""The rule catalogue → Document."""

from __future__ import annotations

from competency_engine.lint.rule import Rule
from competency_engine.reports.document import Code, Document, Notes, Table, same
from competency_engine.text import say


def rules_document(rules: tuple[Rule, ...]) -> Document:
    """Return every rule in one table."""
    columns = (say("代码", "Code"), say("类别", "Family"), say("程度", "Severity"), say("内容", "What it finds"))
    rows = tuple((same(rule.code), same(rule.family), same(rule.severity.value), rule.title) for rule in rules)
    data = [_data(rule) for rule in rules]
    return Document(say("规则目录", "Rules"), (Table(None, columns, rows),), data)


def rule_document(rule: Rule) -> Document:
    """Return one rule with why it matters and its examples."""
    blocks = (
        Notes(
            None,
            (
                say(
                    f"类别 {rule.family}，程度 {rule.severity.value}",
                    f"family {rule.family}, severity {rule.severity.value}",
                ),
                rule.why,
            ),
        ),
        Code(say("有问题的写法", "Bad"), rule.bad),
        Code(say("改好的写法", "Good"), rule.good),
    )
    return Document(say(f"{rule.code} {rule.title.zh}", f"{rule.code} {rule.title.en}"), blocks, _data(rule))


def _data(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "family": rule.family,
        "severity": rule.severity.value,
        "title": rule.title.model_dump(),
        "why": rule.why.model_dump(),
        "bad": rule.bad,
        "good": rule.good,
    }
