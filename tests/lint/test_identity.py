"""Names, counts and totals, each found where it is written."""

from __future__ import annotations

from tests.lint.marks import find_marked, related

MODULE = """
kind: module
id: {id}
title: {title}
phase: practice
mode: thematic
form: simulation
hours: 2
{more}
certainty: illustrative
"""
TITLE = "{zh: 演练, en: Rehearsal}"


def module(id_, more="brings: {SKL-1: 1}", title=TITLE):
    return MODULE.format(id=id_, title=title, more=more).lstrip()


def test_titles_differ_in_case_and_spaces_only(tmp_path):
    second = module("SKL-1-B", title='{zh: 演练二, en: ▶"rehearsal  of a LIFT"}')

    (found,) = find_marked(
        "IDN01", module("SKL-1-A", title="{zh: 演练一, en: Rehearsal of a lift}") + "---\n" + second, tmp_path
    )

    assert related(found) == [("fragment.yaml", 3, 22)]


def test_a_title_repeated_in_both_languages_is_one_finding(tmp_path):
    second = module("SKL-1-B", title="{zh: ▶演练, en: Rehearsal}")

    find_marked("IDN01", module("SKL-1-A") + "---\n" + second, tmp_path)


def test_a_module_may_be_called_as_its_topic(tmp_path):
    find_marked("IDN01", module("T1-D", title="{zh: 走访基础, en: Basics of visiting}"), tmp_path)


def test_counts_say_what_was_counted(tmp_path):
    text = """
kind: competency_model
id: tiny
title: {zh: 模型, en: Model}
scale:
  - level: 0
    title: {zh: 零, en: Zero}
    autonomy: {zh: 零, en: Zero}
    complexity: {zh: 零, en: Zero}
    influence: {zh: 零, en: Zero}
    evidence: {zh: 零, en: Zero}
  - level: 1
    title: {zh: 一, en: One}
    autonomy: {zh: 一, en: One}
    complexity: {zh: 一, en: One}
    influence: {zh: 一, en: One}
    evidence: {zh: 一, en: One}
tiers:
  - {id: political, title: {zh: 政治, en: Political}}
  - {id: base, title: {zh: 基本, en: Base}}
  - {id: practical, title: {zh: 实操, en: Practical}}
published_counts: {base_units: ▶2, base_topics: ▶2, includes_political: true}
certainty: illustrative
"""
    units, topics = find_marked("IDN02", text, tmp_path)

    assert units.message.en == "the published number of units is 2"
    assert units.expected.en == "3, the units in the files (BAS 2, POL 1)"
    assert topics.expected.zh == "3，即文件中的专题（BAS 2, POL 1）"


def test_hours_are_compared_phase_by_phase(tmp_path):
    text = """
kind: curriculum
id: tiny
title: {zh: 课程, en: Curriculum}
model: tiny
policy: yearly
published_hours:
  base: {theory: 1, cognition: 3, practice: ▶6.5}
  political: {theory: ▶1, cognition: 1, practice: 1}
certainty: illustrative
"""
    base, political = find_marked("IDN03", text, tmp_path)

    assert base.message.en == "the published practice hours (base) are 6.5"
    assert base.expected.en == "5, the total of the topics in the files (2)"
    assert political.expected.en == "0, the total of the topics in the files (1)"


def test_t10_does_not_begin_with_t1(tmp_path):
    find_marked("IDN04", module("▶T10-D", "topic: T1\nbrings: {BAS-1: 1}"), tmp_path)


def test_a_module_without_topic_is_called_after_a_unit_that_it_brings(tmp_path):
    (found,) = find_marked("IDN04", module("▶POL-1-D", "brings: {SKL-1: 1, BAS-1: 1}"), tmp_path)

    assert found.expected.en == "BAS-1-… / SKL-1-…"


def test_a_module_that_brings_nothing_is_called_as_its_partner(tmp_path):
    theory = module("▶lift-T", "pairs_with: [SKL-1-C]")

    find_marked("IDN04", theory, tmp_path)


def test_repeated_entries_are_found_in_every_kind_of_list(tmp_path):
    text = """
kind: unit
id: SKL-1
domain: SKL
title: {zh: 加装电梯, en: Adding a lift}
definition: {zh: 帮一个单元的住户谈成加装。, en: Helps the homes of one entrance to agree on a lift.}
levels:
  - level: 1
    indicators: [{zh: 列出须签字的住户, en: Lists the homes that must sign}]
laws: [committee-law-2025, ▶committee-law-2025]
certainty: illustrative
sources: [draft, news, ▶draft]
---
kind: context_rule
id: SKL-1-on
title: {zh: 老旧小区, en: An old estate}
when: {community_type: [old_estate, ▶old_estate]}
activates: [SKL-1, ▶SKL-1]
certainty: illustrative
---
kind: community_fact
id: stage
title: {zh: 改造阶段, en: Stage of renovation}
type: choice
choices: [planned, done, ▶planned]
certainty: illustrative
"""
    found = find_marked("IDN05", text, tmp_path)

    assert related(found[0]) == [("fragment.yaml", 9, 8)]


def test_repeated_tiers_are_found_at_their_id(tmp_path):
    scale = "\n".join(
        f"  - {{level: {n}, title: {t}, autonomy: {t}, complexity: {t}, influence: {t}, evidence: {t}}}"
        for n, t in enumerate(["{zh: 零, en: Zero}", "{zh: 一, en: One}"])
    )
    tiers = "\n".join(
        f"  - {{id: {id_}, title: {{zh: 层{n}, en: Tier {n}}}}}"
        for n, id_ in enumerate(["political", "base", "practical", "▶base"])
    )
    head = "kind: competency_model\nid: tiny\ntitle: {zh: 模型, en: Model}\n"
    text = f"{head}scale:\n{scale}\ntiers:\n{tiers}\ncertainty: illustrative\n"

    find_marked("IDN05", text, tmp_path)


def test_repeated_prerequisites_of_a_topic_are_left_to_another_rule(tmp_path):
    text = """
kind: topic
id: T2
unit: BAS-2
title: {zh: 调解基础, en: Basics of mediation}
hours: {theory: 0, cognition: 2, practice: 3}
requires: [T1, T1]
paths: [[T2-C, T2-P, ▶T2-P]]
certainty: illustrative
"""
    find_marked("IDN05", text, tmp_path)


def test_gap_kinds_are_complete_and_single(tmp_path):
    text = """
kind: policy
id: other
title: {zh: 另一项政策, en: Another policy}
budget: {hours_per_year: 12, counts: [online]}
hours_per_month: 6
▶gap_kinds:
  - {kind: ability, urgency: 1, forms: [exercise]}
  - {kind: quality, urgency: 1, forms: [lecture]}
  - {kind: ▶ability, urgency: 2, forms: [placement]}
certainty: illustrative
"""
    missing, repeated = find_marked("IDN06", text, tmp_path)

    assert missing.message.en == "other has no rule for knowledge"
    assert related(repeated) == [("fragment.yaml", 7, 12)]
