"""Levels of units, of the scale, and of roles."""

from __future__ import annotations

import pytest

from tests.lint.marks import find_marked, related

UNIT = """
kind: unit
id: SKL-1
domain: SKL
title: {zh: 加装电梯, en: Adding a lift}
definition: {zh: 帮一个单元的住户谈成加装。, en: Helps the homes of one entrance to agree on a lift.}
levels: LEVELS
certainty: illustrative
""".lstrip()
ONE = "\n  - level: 1\n    indicators: [{zh: 列出须签字的住户, en: Lists the homes that must sign}]"
TWO = "\n  - level: 2\n    indicators: [{zh: 有人带着走访每一户, en: 'Visits every home, accompanied'}]"
ROLE = """
kind: role
id: {id}
title: {{zh: 角色, en: Role}}
{months}requires: {requires}
floor: {floor}
skill_level: {skill}
urgent_skill_level: 1
certainty: illustrative
""".lstrip()


def role(id_, requires, months="", floor="{}", skill="1"):
    written = f"months_in_post: {months}\n" if months else ""
    return ROLE.format(id=id_, requires=requires, months=written, floor=floor, skill=skill)


@pytest.mark.parametrize(
    "levels",
    [
        "▶[]",
        ONE.replace("level: 1", "level: ▶2"),
        ONE + ONE.replace("level: 1", "level: ▶1"),
        ONE + TWO + TWO.replace("level: 2", "level: ▶4"),
        ONE + TWO + TWO.replace("level: 2", "level: 3") + TWO.replace("level: 2", "level: ▶4"),
    ],
)
def test_unit_levels_run_from_one_within_the_scale(levels, tmp_path):
    find_marked("LEV02", UNIT.replace("LEVELS", levels), tmp_path)


def test_an_indicator_may_not_repeat_another_ones_english(tmp_path):
    two = "\n  - level: 2\n    indicators: [{zh: 列出全部住户, en: ▶lists the  homes that must sign}]"

    (found,) = find_marked("LEV06", UNIT.replace("LEVELS", ONE + two), tmp_path)

    assert related(found) == [("fragment.yaml", 8, 37)]


def test_the_title_may_be_an_indicator(tmp_path):
    find_marked("LEV06", UNIT.replace("LEVELS", ONE).replace("列出须签字的住户", "加装电梯"), tmp_path)


def test_levels_above_the_units_top_are_found_wherever_they_stand(tmp_path):
    text = """
kind: unit
id: BAS-2
domain: BAS
title: {zh: 纠纷调解, en: Mediation}
definition: {zh: 让双方谈成协议。, en: Brings two sides to an agreement.}
levels:
  - level: 1
    indicators: [{zh: 说出调解的步骤, en: Names the steps of a mediation}]
  - level: 2
    indicators: [{zh: 协助调解一次, en: Helps to mediate once}]
  - level: 3
    indicators: [{zh: 独立调成一件, en: Settles one dispute alone}]
prerequisites: [{unit: BAS-1, level: ▶3}]
certainty: illustrative
---
kind: role
id: master
title: {zh: 名书记, en: Master}
requires: {POL-1: ▶3, BAS-1: 2, BAS-2: 3}
floor: {POL-1: ▶3}
skill_level: ▶2
urgent_skill_level: 1
certainty: illustrative
---
kind: module
id: BAS-2-G
title: {zh: 跟班调解, en: Mediation beside a master}
phase: practice
mode: shadowing
form: placement
hours: 4
requires: [{any: [{unit: BAS-1, level: ▶3}, {unit: POL-1, level: 1}]}]
recommends: [{unit: POL-1, level: ▶3}]
brings: {BAS-2: 3, SKL-1: ▶2}
certainty: illustrative
---
kind: urgent_pack
id: pack
skill: SKL-1
title: {zh: 最小包, en: Pack}
steps: [{module: SKL-1-C, requires: [{unit: POL-1, level: ▶3}]}]
risk: {zh: 先核对。, en: Check first.}
certainty: illustrative
---
kind: policy
id: yearly
title: {zh: 政策, en: Policy}
budget: {hours_per_year: 12, counts: [online]}
hours_per_month: 6
topic_done_level: ▶4
gap_kinds:
  - {kind: knowledge, urgency: 1, forms: [lecture]}
  - {kind: quality, urgency: 1, forms: [lecture]}
  - {kind: ability, urgency: 1, forms: [lecture]}
certainty: illustrative
"""
    found = find_marked("LEV07", text, tmp_path)

    assert found[1].message.en == "POL-1 has no level 3"
    assert related(found[1]) == [("units.yaml", 9, 12)]


def test_a_role_that_drops_a_unit_is_found_at_its_requirements(tmp_path):
    text = role("old", "{POL-1: 2, BAS-2: 3}", "{at_least: 12}", "{POL-1: 1}").replace("requires:", "▶requires:")

    (found,) = find_marked("LEV03", text, tmp_path)

    assert found.message.en == "old requires BAS-1 at level 0 only"
    assert related(found) == [("roles.yaml", 5, 29)]


def test_lower_floors_and_skill_levels_are_found_too(tmp_path):
    text = role("new", "{POL-1: 1, BAS-1: 2, BAS-2: 1}", "{at_least: 0, below: 12}", "{POL-1: 1}", "2")
    text += "---\n" + role("old", "{POL-1: 2, BAS-1: 2, BAS-2: 3}", "{at_least: 12}", "{}", "▶1").replace(
        "floor", "▶floor"
    )

    find_marked("LEV03", text, tmp_path)


def test_appointed_roles_are_compared_with_the_last_stage_only(tmp_path):
    first = role("coach", "{POL-1: 2, BAS-1: 2, BAS-2: 3}", floor="{POL-1: 2}")
    second = role("mentor", "{POL-1: 2, BAS-1: 2, BAS-2: 3}", floor="{POL-1: 1}")

    find_marked("LEV03", first + "---\n" + second, tmp_path)


def test_a_prerequisite_that_the_role_does_not_require_is_found_at_the_unit(tmp_path):
    text = role("master", "{POL-1: 2, BAS-2: ▶3}")

    (found,) = find_marked("LEV04", text, tmp_path)

    assert found.message.en == "master requires BAS-2 at 3 but its prerequisite BAS-1 at 0 only"
    assert related(found) == [("units.yaml", 38, 17)]


def test_prerequisites_do_not_bind_below_level_three(tmp_path):
    find_marked("LEV04", role("new", "{POL-1: 1, BAS-1: 1, BAS-2: 2}", "{at_least: 0, below: 12}"), tmp_path)


def test_a_floor_above_the_requirement_is_found_at_its_level(tmp_path):
    text = role("master", "{POL-1: 1, BAS-1: 2}", floor="{POL-1: ▶2}")

    (found,) = find_marked("LEV05", text, tmp_path)

    assert found.expected.en == "at most 1"
    assert related(found) == [("fragment.yaml", 4, 19)]


def test_a_floor_without_requirement_and_one_of_another_tier(tmp_path):
    find_marked("LEV05", role("master", "{BAS-1: 2}", floor="{POL-1: ▶2, ▶BAS-1: 2}"), tmp_path)


NEW = "{POL-1: 1, BAS-1: 2, BAS-2: 1}"
OLD = "{POL-1: 2, BAS-1: 2, BAS-2: 3}"


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("{at_least: ▶1, below: 12}", "{at_least: 12}"),
        ("{at_least: 0, below: 12}", "{at_least: ▶11}"),
        ("{at_least: 0, below: 12}", "{at_least: ▶13}"),
        ("▶{at_least: 0}", "{at_least: 12}"),
        ("{at_least: 0, below: 12}", "{at_least: 12, below: ▶60}"),
        ("{at_least: 0, below: 12}", "{at_least: 12, below: ▶12}"),
        ("{at_least: 0, below: 12}", "{at_least: 12}"),
    ],
)
def test_months_in_post_join_up(new, old, tmp_path):
    find_marked("LEV08", role("new", NEW, new) + "---\n" + role("old", OLD, old), tmp_path)


def test_roles_by_appointment_have_no_months(tmp_path):
    find_marked("LEV08", role("master", OLD), tmp_path)
