"""Packs and context rules."""

from __future__ import annotations

import pytest

from tests.lint.marks import find_marked, related


def rule(more, id_="extra", when="{always: true}"):
    return f"""kind: context_rule
id: {id_}
title: {{zh: 规则{id_}, en: Rule {id_}}}
when: {when}
{more}
certainty: illustrative
"""


def pack(topics, hours):
    return f"""kind: pack
id: first-year
title: {{zh: 首年包, en: First-year pack}}
role: new
topics: {topics}
hours: {hours}
certainty: illustrative
"""


def urgent_pack(steps, id_="pack", skill="SKL-1"):
    return f"""kind: urgent_pack
id: {id_}
skill: {skill}
title: {{zh: 最小包{id_}, en: Pack {id_}}}
steps: {steps}
risk: {{zh: 先核对。, en: Check first.}}
certainty: illustrative
"""


def documents(*texts):
    return "---\n".join(texts)


def test_a_pack_without_a_prerequisite_and_with_wrong_hours(tmp_path):
    missing, hours = find_marked("REA05", pack("[P1, ▶T2]", "▶8"), tmp_path)

    assert related(missing) == [("topics.yaml", 85, 12)]
    assert hours.message.en == "first-year says 8 hours"
    assert hours.expected.en == "7, the total of its topics (2)"


def test_a_topic_that_stands_twice_counts_once(tmp_path):
    find_marked("REA05", pack("[T1, T2, T1]", "9"), tmp_path)


def test_an_urgent_skill_without_pack(tmp_path):
    (found,) = find_marked("REA06", rule("activates: [▶SKL-1]\nurgent: true"), tmp_path)

    assert related(found) == [("fragment.yaml", 6, 1)]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("urgent: ▶true\nraises: {BAS-2: 2}", "extra is urgent but activates no skill"),
        ("activates: [SKL-1]\ndeadline: ▶lift_vote", "extra has a deadline but is not urgent"),
        ("activates: [▶BAS-1]", "extra activates BAS-1, which is of the tier base"),
        (
            "raises: {POL-1: ▶1, POL-1x: 2}".replace(", POL-1x: 2", ""),
            "extra raises POL-1 to 1, but every role requires 1 or more",
        ),
    ],
)
def test_rules_without_effect(more, message, tmp_path):
    (found,) = find_marked("REA08", rule(more), tmp_path)

    assert found.message.en == message


def test_a_rule_that_does_nothing_at_all_is_found_at_its_id(tmp_path):
    (found,) = find_marked("REA08", rule("").replace("id: ", "id: ▶", 1).replace("\n\n", "\n"), tmp_path)

    assert found.message.en == "extra changes nothing"


def test_a_raise_that_matters_to_one_role_has_an_effect(tmp_path):
    find_marked("REA08", rule("raises: {POL-1: 2, SKL-1: 1}"), tmp_path)


@pytest.mark.parametrize(
    "reduced",
    [
        "[]",
        "[{unit: BAS-2, level: 2}]",
        "[{unit: BAS-1, level: 1}, {topic: T1}, {module: T2-C}]",
        "[{all: [{unit: BAS-2, level: 1}, {topic: T1}]}]",
        "[{any: [{unit: POL-1, level: 2}, {topic: T1}]}]",
        "[{at_least: 1, of: [{unit: POL-1, level: 2}, {topic: T1}]}]",
        "[{any: [{topic: P1}, {unit: POL-1, level: 1}]}]",
        "[▶{unit: POL-1, level: 1}]",
        "[{topic: T1}, ▶{unit: BAS-1, level: 3}]",
        "[▶{all: [{topic: T1}, {topic: P1}]}]",
        "[▶{any: [{topic: P1}, {unit: POL-1, level: 2}]}]",
        "[▶{at_least: 2, of: [{topic: P1}, {topic: T1}]}]",
        "[▶{module: P1-C}]",
    ],
)
def test_a_reduced_requirement_must_follow_from_the_normal_one(reduced, tmp_path):
    normal = """kind: module
id: T2-G
topic: T2
title: {zh: 跟班, en: Beside a master}
phase: practice
mode: shadowing
form: placement
hours: 4
requires: [{module: T2-C}, {any: [{topic: P1}, {unit: POL-1, level: 1}]}]
brings: {BAS-2: 3}
certainty: illustrative
"""
    steps = f"[{{module: T2-G, requires: {reduced}}}]"

    found = find_marked("REA09", documents(normal, urgent_pack(steps)), tmp_path)

    assert [related(diagnostic) for diagnostic in found] == [[("fragment.yaml", 9, 11)]] * len(found)


def test_a_step_of_a_module_that_requires_nothing_points_at_its_id(tmp_path):
    (found,) = find_marked("REA09", urgent_pack("[{module: P1-C, requires: [▶{topic: T1}]}]"), tmp_path)

    assert related(found) == [("topics.yaml", 10, 5)]


def test_a_module_in_the_steps_of_two_packs(tmp_path):
    text = documents(urgent_pack("[{module: SKL-1-C}]", "a"), urgent_pack("[{module: T1-T}, {module: ▶SKL-1-C}]", "b"))

    (found,) = find_marked("REA10", text, tmp_path)

    assert related(found) == [("fragment.yaml", 5, 18)]


def test_a_pack_whose_skill_nothing_makes_urgent(tmp_path):
    find_marked("REA11", urgent_pack("[{module: SKL-1-C}]", skill="▶SKL-1"), tmp_path)
    find_marked(
        "REA11", documents(urgent_pack("[{module: SKL-1-C}]"), rule("activates: [SKL-1]\nurgent: true")), tmp_path
    )
