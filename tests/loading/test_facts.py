"""Values of community facts, and comparisons with them, by the type of the fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loading.reading import load, places

FACTS = "---\n".join(
    f"kind: community_fact\nid: {name}\ntitle: {{zh: {name}, en: {name}}}\ntype: {name}\n{more}certainty: recalled\n"
    for name, more in {
        "boolean": "", "integer": "", "percent": "", "date": "", "choice": "choices: [planned, built]\n"
    }.items()
)  # fmt: skip
RULE = "kind: context_rule\nid: r\ntitle: {{zh: 甲, en: a}}\ncertainty: recalled\nwhen: {}\n"
PERCENT, TRUTH, WHOLE = "a number from 0 to 100", "true or false", "a whole number"
EXACTLY_ONE = "exactly one: equals, one_of, at_least, at_most or within_days"
DATE, CHOICE = "a date such as 2026-11-21", "one of: planned, built"


@pytest.mark.parametrize(
    ("fact", "value", "expected"),
    [
        ("boolean", "true", None), ("boolean", "1", TRUTH), ("boolean", '"true"', TRUTH),
        ("integer", "3", None), ("integer", "-3", None), ("integer", "3.0", None), ("integer", "3.5", WHOLE),
        ("integer", "true", WHOLE), ("integer", '"3"', WHOLE), ("integer", "1e999", WHOLE),
        ("percent", "0", None), ("percent", "12.5", None), ("percent", "100", None), ("percent", "100.5", PERCENT),
        ("percent", "-1", PERCENT), ("percent", "12%", PERCENT), ("percent", "false", PERCENT),
        ("date", "2026-11-21", None), ("date", '"2026-11-21"', None), ("date", "2026-11-31", DATE),
        ("date", "2026-1-1", DATE), ("date", "20261121", DATE), ("date", "2026-W01-1", DATE), ("date", "soon", DATE),
        ("choice", "built", None), ("choice", "gone", CHOICE), ("choice", "3", CHOICE), ("choice", "true", CHOICE),
    ],
)  # fmt: skip
def test_check_community_facts_takes_values_of_the_declared_type(
    tmp_path: Path, fact: str, value: str, expected: str | None
) -> None:
    community = f"kind: community\nid: east\ntypes: []\nfacts:\n  {fact}: {value}\n"
    loading = load(tmp_path, {"facts.yaml": FACTS, "east.yaml": community})

    wrong = [found for found in loading.diagnostics if found.code == "REF03"]
    assert [(*found.position, found.expected.en) for found in wrong] == (
        [("east.yaml", 5, len(fact) + 5, expected)] if expected else []
    )
    assert all(found.message.en.endswith(f"does not fit {fact}") for found in wrong)


def test_check_community_facts_suggests_the_nearest_choice(tmp_path: Path) -> None:
    community = "kind: community\nid: east\ntypes: []\nfacts: {choice: build}\n"
    (found,) = load(tmp_path, {"facts.yaml": FACTS, "east.yaml": community}).diagnostics

    assert (found.mend.en, found.mend.zh) == ("did you mean built?", "是不是想写 built？")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{fact: boolean, equals: true}", None),
        ("{fact: integer, at_least: 2.5}", None),
        ("{fact: percent, at_most: 40}", None),
        ("{fact: date, within_days: 0}", None),
        ("{fact: choice, one_of: [built, planned]}", None),
        ("{fact: choice, equals: built}", None),
        ("{fact: boolean, ▶at_least: 1}", "one of: equals"),
        ("{fact: integer, ▶one_of: [a]}", "one of: equals, at_least, at_most"),
        ("{fact: date, ▶equals: 2026-01-01}", "one of: within_days"),
        ("{fact: integer, ▶within_days: 3}", "one of: equals, at_least, at_most"),
        ("{fact: choice, ▶at_most: 3}", "one of: equals, one_of"),
        ("{fact: boolean, equals: ▶1}", TRUTH),
        ("{fact: percent, equals: ▶101}", PERCENT),
        ("{fact: choice, equals: ▶gone}", CHOICE),
        ("{fact: choice, one_of: [built, ▶gone]}", CHOICE),
        ("▶{fact: integer}", EXACTLY_ONE),
        ("▶{fact: integer, at_least: 1, at_most: 2}", EXACTLY_ONE),
        ("{any: [{always: true}, {all: [{fact: integer, ▶within_days: 3}]}]}", "one of: equals, at_least, at_most"),
    ],
)
def test_check_condition_finds_comparisons_that_the_fact_cannot_answer(
    tmp_path: Path, condition: str, expected: str | None
) -> None:
    """The finding must stand at the mark ▶."""
    rule = RULE.format(condition)
    column = rule.split("\n")[4].find("▶") + 1
    loading = load(tmp_path, {"facts.yaml": FACTS, "rule.yaml": rule.replace("▶", "")})

    assert [(d.code, *d.position, d.expected.en) for d in loading.diagnostics] == (
        [("REF03", "rule.yaml", 5, column, expected)] if expected else []
    )


def test_check_condition_wants_a_date_for_a_deadline(tmp_path: Path) -> None:
    rules = (
        RULE.format("{always: true}") + "deadline: date\n---\n" + RULE.format("{always: true}") + "deadline: integer\n"
    )
    loading = load(tmp_path, {"facts.yaml": FACTS, "rule.yaml": rules.replace("id: r", "id: s", 1)})

    assert places(loading.diagnostics) == [("REF03", 13, 11)]
    assert loading.diagnostics[0].message.en == "integer is not a date"


def test_check_condition_says_nothing_of_a_fact_that_is_not_defined(tmp_path: Path) -> None:
    loading = load(tmp_path, {"rule.yaml": RULE.format("{fact: lift, equals: 1}")})

    assert places(loading.diagnostics) == [("REF01", 5, 14)]
