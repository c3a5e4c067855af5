"""Every rule explains itself, and its examples show what it finds."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from competency_engine.diagnostics import Severity
from competency_engine.errors import UsageError
from competency_engine.lint.registry import RULES, find_rule
from competency_engine.lint.rule import LintContext
from competency_engine.loading.documents import ENTITY_TYPES
from tests.worlds.files import AS_OF, lint_fragment, read_lines_fragment, read_table_fragment, tiny

HAN = re.compile("[\u4e00-\u9fff]")


def found_in(rule, text, folder):
    if rule.code.startswith("TAB"):
        return read_table_fragment(text, folder)
    if rule.code.startswith("LIN"):
        return read_lines_fragment(text, folder)
    return lint_fragment(text, folder)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_bad_example_is_found_inside_the_example(rule, tmp_path):
    found = [diagnostic for diagnostic in found_in(rule, rule.bad, tmp_path) if diagnostic.code == rule.code]

    assert found
    assert all(diagnostic.severity is rule.severity for diagnostic in found)
    for diagnostic in found:
        place = diagnostic.position
        assert place.file.startswith("fragment.")
        assert place.column <= len(rule.bad.split("\n")[place.line - 1])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_good_example_has_nothing_to_find(rule, tmp_path):
    found = found_in(rule, rule.good, tmp_path)

    expected = {"REF01"} if rule.code.startswith("TAB") else set()
    assert {diagnostic.code for diagnostic in found} == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_examples_are_documents_of_known_kinds(rule):
    if not rule.code.startswith(("TAB", "LIN")):
        for text in (rule.bad, rule.good):
            kinds = [line.removeprefix("kind: ") for line in text.splitlines() if line.startswith("kind: ")]
            assert kinds
            assert set(kinds) <= set(ENTITY_TYPES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_explains_itself_in_both_languages(rule):
    for text in (rule.title, rule.why):
        assert HAN.search(text.zh)
        assert not HAN.search(text.en)
    assert rule.title.en[0].isupper()
    assert not rule.title.en.endswith(".")
    assert rule.why.zh.endswith("。")
    assert rule.why.en.endswith(".")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_findings_speak_both_languages(rule, tmp_path):
    for diagnostic in found_in(rule, rule.bad, tmp_path):
        texts = (
            diagnostic.message,
            diagnostic.expected,
            diagnostic.mend,
            *(place.message for place in diagnostic.related),
        )
        assert not HAN.search(diagnostic.mend.en)
        assert all(text.zh and text.en for text in texts)


def test_codes_are_unique_sorted_and_well_formed():
    codes = [rule.code for rule in RULES]

    assert codes == sorted(set(codes))
    assert all(re.fullmatch("[A-Z]{3}[0-9]{2}", code) for code in codes)


def test_every_family_keeps_its_letters():
    letters = {(rule.family, rule.code[:3]) for rule in RULES if rule.family != "loading"}

    assert len({family for family, _ in letters}) == len(letters) == len({code for _, code in letters})


def test_rules_without_a_check_are_those_of_loading_and_suppression():
    assert {rule.family for rule in RULES if rule.check is None} == {"loading", "suppression"}


def test_the_tiny_world_is_clean():
    world = tiny()

    assert world.loading.diagnostics == []
    for rule in RULES:
        assert list(rule.diagnose(world.library, LintContext(AS_OF))) == [], rule.code


def test_find_rule_takes_any_case():
    assert find_rule("lev01") is find_rule("LEV01")
    assert find_rule("LEV01").severity is Severity.ERROR


def test_find_rule_suggests_the_nearest_code():
    with pytest.raises(UsageError, match="did you mean LEV01") as refused:
        find_rule("LEVO1")
    assert "是不是 LEV01" in refused.value.message.zh


def test_find_rule_knows_nothing_like_it():
    with pytest.raises(UsageError, match=r"there is no rule 42\Z"):
        find_rule("42")


def test_examples_lie_in_no_other_file_than_a_rule_has():
    folder = resources.files("competency_engine.lint") / "examples"

    assert {path.name.split(".")[0] for path in folder.iterdir()} == {rule.code for rule in RULES}
