"""Prerequisites: cycles, repetitions, what is implied, what cannot hold."""

from __future__ import annotations

import pytest

from tests.lint.marks import find_marked, related

TOPIC = """
kind: topic
id: {id}
unit: {unit}
title: {{zh: 专题{id}, en: Topic {id}}}
hours: {hours}
{more}paths: {paths}
certainty: illustrative
""".lstrip()
P1 = {"id": "P1", "unit": "POL-1", "hours": "{theory: 0, cognition: 1, practice: 1}", "paths": "[[P1-C, P1-P]]"}
T1 = {"id": "T1", "unit": "BAS-1", "hours": "{theory: 1, cognition: 1, practice: 2}", "paths": "[[T1-T, T1-C, T1-P]]"}
T2 = {"id": "T2", "unit": "BAS-2", "hours": "{theory: 0, cognition: 2, practice: 3}", "paths": "[[T2-C, T2-P]]"}


def topic(fields, more=""):
    return TOPIC.format(**fields, more=more)


def module(id_, more, hours="1", phase="practice", form="exercise"):
    return f"""kind: module
id: {id_}
title: {{zh: 课程{id_}, en: Module {id_}}}
phase: {phase}
mode: thematic
form: {form}
hours: {hours}
{more}
certainty: illustrative
"""


def documents(*texts):
    return "---\n".join(texts)


# cycles


def test_a_cycle_of_topics_is_shown_from_its_smallest_id_with_every_place(tmp_path):
    text = documents(topic(P1, "requires: [T2]\n"), topic(T1, "requires: [▶P1]\n"))

    (found,) = find_marked("PRE01", text, tmp_path)

    assert found.message.en == "the prerequisites form a cycle: P1 → T1 → T2 → P1"
    assert related(found) == [("fragment.yaml", 15, 12), ("topics.yaml", 85, 12), ("fragment.yaml", 6, 12)]
    assert [place.message.en for place in found.related] == ["T1 requires P1", "T2 requires T1", "P1 requires T2"]


def test_a_topic_that_requires_itself(tmp_path):
    (found,) = find_marked("PRE01", topic(T1, "requires: [▶T1]\n"), tmp_path)

    assert found.message.en.endswith(": T1 → T1")


def test_modules_that_require_each_other(tmp_path):
    first = module("SKL-1-A", "requires: [{module: SKL-1-B}]\nbrings: {SKL-1: 1}")
    second = module("SKL-1-B", "requires: [{all: [{module: ▶SKL-1-A}]}]\nbrings: {SKL-1: 1}")

    (found,) = find_marked("PRE01", documents(first, second), tmp_path)

    assert found.message.en.endswith(": SKL-1-A → SKL-1-B → SKL-1-A")


def test_units_that_are_prerequisites_of_each_other(tmp_path):
    text = """
kind: unit
id: BAS-1
domain: BAS
title: {zh: 入户走访, en: Household visits}
definition: {zh: 走访并记下诉求。, en: Visits households and records what they ask.}
levels:
  - level: 1
    indicators: [{zh: 说出走访的步骤, en: Names the steps of a visit}]
  - level: 2
    indicators: [{zh: 走访一户, en: Visits one household}]
prerequisites: [{unit: BAS-2, level: 1}]
certainty: illustrative
"""
    (found,) = find_marked("PRE01", text, tmp_path)

    assert found.position.file.endswith("units.yaml")
    assert related(found)[1] == ("fragment.yaml", 11, 17)


def test_a_module_that_requires_the_topic_it_completes(tmp_path):
    text = module("T2-C", "topic: T2\nrequires: [{topic: T2}]\nbrings: {BAS-2: 1}", "2", "cognition", "case_analysis")
    text = text.replace("topic: T2\n", "topic: ▶T2\n")

    (found,) = find_marked("PRE01", text, tmp_path)

    assert [place.message.en for place in found.related] == ["T2 cannot be done without T2-C", "T2-C requires T2"]


def test_a_cycle_through_the_prerequisites_that_a_module_owes_to_its_topic(tmp_path):
    text = module("T1-P", "topic: T1\nrequires: [{module: T2-P}]\nbrings: {BAS-1: 2}", "2")

    (found,) = find_marked("PRE01", text.replace("topic: T1", "topic: ▶T1"), tmp_path)

    assert found.message.en.endswith(": T1-P → T1 → T2-P → T1-P")
    assert found.related[1].message.en == "T2-P needs T1 because T2 does"


@pytest.mark.parametrize(
    "requires",
    ["{any: [{module: SKL-1-B}, {topic: T1}]}", "{at_least: 1, of: [{module: SKL-1-B}, {topic: T1}]}"],
)
def test_a_way_around_makes_no_cycle(requires, tmp_path):
    first = module("SKL-1-A", f"requires: [{requires}]\nbrings: {{SKL-1: 1}}")
    second = module("SKL-1-B", "requires: [{module: SKL-1-A}]\nbrings: {SKL-1: 1}")

    find_marked("PRE01", documents(first, second), tmp_path)


def test_what_is_only_recommended_makes_no_cycle(tmp_path):
    find_marked("PRE01", topic(T1, "recommends: [T2]\n"), tmp_path)


# repetitions


def test_duplicates_are_found_in_nested_lists(tmp_path):
    requires = """requires:
  - {unit: BAS-1, level: 1}
  - ▶{unit: BAS-1, level: 2}
  - any: [{module: T1-T}, {topic: P1}, ▶{module: T1-T}]
  - {at_least: 1, of: [{unit: POL-1, level: 1}, {unit: POL-1, level: 2}, ▶{unit: POL-1, level: 1}]}
  - all: [{topic: T1}, {topic: T2}]
  - ▶{all: [{topic: T1}, {topic: T2}]}
brings: {SKL-1: 1}"""

    found = find_marked("PRE02", module("SKL-1-A", requires), tmp_path)

    assert [diagnostic.message.en for diagnostic in found] == [
        "SKL-1-A names BAS-1 again",
        "SKL-1-A names T1-T again",
        "SKL-1-A names POL-1 again",
        "SKL-1-A names the same group again",
    ]
    assert related(found[0]) == [("fragment.yaml", 9, 5)]


def test_what_is_required_need_not_be_recommended(tmp_path):
    first = topic(T2, "requires: [T1]\nrecommends: [P1, ▶T1]\n")
    second = module("SKL-1-A", "requires: [{topic: T1}]\nrecommends: [▶{topic: T1}]\nbrings: {SKL-1: 1}")

    (found, _) = find_marked("PRE02", documents(first, second), tmp_path)

    assert related(found) == [("fragment.yaml", 6, 12)]


def test_duplicate_prerequisites_of_a_unit_and_of_an_urgent_step(tmp_path):
    unit = """kind: unit
id: SKL-1
domain: SKL
title: {zh: 加装电梯, en: Adding a lift}
definition: {zh: 帮一个单元的住户谈成加装。, en: Helps the homes of one entrance to agree on a lift.}
levels:
  - level: 1
    indicators: [{zh: 列出须签字的住户, en: Lists the homes that must sign}]
prerequisites: [{unit: BAS-1, level: 1}, ▶{unit: BAS-1, level: 1}]
certainty: illustrative
"""
    pack = """kind: urgent_pack
id: pack
skill: SKL-1
title: {zh: 最小包, en: Pack}
steps: [{module: SKL-1-C, requires: [{topic: T1}, ▶{topic: T1}]}]
risk: {zh: 先核对。, en: Check first.}
certainty: illustrative
"""
    find_marked("PRE02", documents(unit, pack), tmp_path)


# implied prerequisites


def test_a_prerequisite_implied_at_a_distance(tmp_path):
    s1 = {"id": "S1", "unit": "SKL-1", "hours": "{theory: 0, cognition: 1, practice: 0}", "paths": "[[S1-C]]"}
    case = module("S1-C", "topic: S1\nbrings: {SKL-1: 1}", "1", "cognition", "case_analysis")
    text = documents(topic(T1, "requires: [P1]\n"), topic(s1, "requires: [▶P1, T2]\n"), case)

    (found,) = find_marked("PRE03", text, tmp_path)

    assert found.message.en == "S1 need not require P1: T2 does"
    assert related(found) == [("fragment.yaml", 6, 12), ("topics.yaml", 85, 12), ("fragment.yaml", 15, 16)]


def test_a_module_need_not_require_what_its_topic_requires(tmp_path):
    requires = "topic: T2\nrequires: [{topic: ▶T1}, {any: [{topic: T1}, {topic: P1}]}]\nbrings: {BAS-2: 1}"

    (found,) = find_marked("PRE03", module("T2-D", requires), tmp_path)

    assert found.message.en == "T2-D need not require T1: T2 does"
    assert related(found) == [("topics.yaml", 85, 12)]


# what cannot hold together


def test_a_pair_with_something_between_must_fit_in_a_month_together(tmp_path):
    theory = module("SKL-1-T", "pairs_with: [▶SKL-1-X]\nbrings: {SKL-1: 1}", "2", "theory", "lecture")
    between = module("SKL-1-U", "requires: [{module: SKL-1-T}]\nbrings: {SKL-1: 1}", "3")
    case = module(
        "SKL-1-X",
        "pairs_with: [SKL-1-T]\nrequires: [{module: SKL-1-U}]\nbrings: {SKL-1: 1}",
        "2",
        "cognition",
        "case_analysis",
    )

    (found,) = find_marked("PRE04", documents(theory, between, case), tmp_path)

    assert (
        found.message.en == "SKL-1-T, SKL-1-X, SKL-1-U must share a month and take 7 hours, more than the 6 of a month"
    )
    assert [place.message.en for place in found.related] == [
        "SKL-1-T pairs with SKL-1-X",
        "SKL-1-X pairs with SKL-1-T",
        "SKL-1-U must stand between the two",
        "SKL-1-T: 2 hours",
        "SKL-1-X: 2 hours",
        "SKL-1-U: 3 hours",
        "the most hours in a month",
    ]
    assert related(found)[-1] == ("curriculum.yaml", 16, 18)


def test_a_pair_with_something_between_needs_a_common_month(tmp_path):
    theory = module("SKL-1-T", "pairs_with: [▶SKL-1-X]\nbrings: {SKL-1: 1}\noffered: [3, 4]", "1", "theory", "lecture")
    between = module("SKL-1-U", "requires: [{module: SKL-1-T}]\nbrings: {SKL-1: 1}\noffered: [4, 5]")
    case = module(
        "SKL-1-X",
        "pairs_with: [SKL-1-T]\nrequires: [{module: SKL-1-U}]\nbrings: {SKL-1: 1}\noffered: [3, 5]",
        "1",
        "cognition",
        "case_analysis",
    )

    (found,) = find_marked("PRE04", documents(theory, between, case), tmp_path)

    assert found.message.en == "SKL-1-T, SKL-1-X, SKL-1-U must share a month but are never offered in the same one"


def test_a_way_around_what_stands_between_is_no_conflict(tmp_path):
    theory = module("SKL-1-T", "pairs_with: [SKL-1-X]\nbrings: {SKL-1: 1}", "2", "theory", "lecture")
    between = module("SKL-1-U", "requires: [{module: SKL-1-T}]\nbrings: {SKL-1: 1}", "3")
    either = "requires: [{any: [{module: SKL-1-U}, {topic: T1}]}]"
    case = module(
        "SKL-1-X", f"pairs_with: [SKL-1-T]\n{either}\nbrings: {{SKL-1: 1}}", "2", "cognition", "case_analysis"
    )

    find_marked("PRE04", documents(theory, between, case), tmp_path)


def test_a_module_too_long_by_itself_is_left_to_another_rule(tmp_path):
    theory = module("SKL-1-T", "pairs_with: [SKL-1-X]\nbrings: {SKL-1: 1}", "7", "theory", "lecture")
    case = module("SKL-1-X", "pairs_with: [SKL-1-T]\nbrings: {SKL-1: 1}", "2", "cognition", "case_analysis")

    find_marked("PRE04", documents(theory, case), tmp_path)


def path_of(first_months, last_months):
    case = module(
        "T2-C", f"topic: T2\nbrings: {{BAS-2: 1}}\noffered: {first_months}", "2", "cognition", "case_analysis"
    )
    task = module("T2-P", f"topic: T2\nrequires: [{{module: T2-C}}]\nbrings: {{BAS-2: 2}}\noffered: {last_months}", "3")
    return documents(case, task)


@pytest.mark.parametrize("months", [("[1]", "[3]"), ("[12]", "[2]"), ("[5, 11]", "[1]"), ("[4]", "[4]")])
def test_a_path_fits_in_the_longest_interval(months, tmp_path):
    find_marked("PRE04", documents(path_of(*months), topic(T2, "requires: [T1]\n")), tmp_path)


@pytest.mark.parametrize("months", [("[1]", "[4]"), ("[3]", "[2]"), ("[5, 6]", "[1, 4, 9]")])
def test_a_path_whose_months_lie_too_far_apart_in_order(months, tmp_path):
    marked = topic(T2, "requires: [T1]\n").replace("[[T2-C", "[▶[T2-C")

    (found,) = find_marked("PRE04", documents(path_of(*months), marked), tmp_path)

    assert found.message.en == "this path of T2 fits in no 3 months in a row"


def test_a_path_with_more_hours_than_its_months_hold(tmp_path):
    s1 = {
        "id": "S1",
        "unit": "SKL-1",
        "hours": "{theory: 0, cognition: 0, practice: 20}",
        "paths": "[▶[S1-A, S1-B, S1-C, S1-D]]",
    }
    modules = [module(f"S1-{letter}", "topic: S1\nbrings: {SKL-1: 1}", "5") for letter in "ABCD"]

    (found,) = find_marked("PRE04", documents(topic(s1), *modules), tmp_path)

    assert found.message.en == "this path of S1 takes 20 hours; 3 months hold 18"


POLICY = """kind: policy
id: yearly
title: {zh: 年度政策, en: Yearly policy}
budget: {hours_per_year: 12, counts: [rotation, thematic, shadowing, field_base, online]}
hours_per_month: 6
gap_kinds:
  - {kind: knowledge, urgency: 1, forms: [lecture, case_analysis]}
  - {kind: quality, urgency: 2, forms: [discussion, mentoring]}
  - {kind: ability, urgency: 2, forms: [exercise, work_task, placement]}
certainty: illustrative
"""


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ("least_hours_per_month: ▶6.5", "least_hours_per_month 6.5 is above hours_per_month 6"),
        (
            "least_modules_per_month: ▶3\nmost_modules_per_month: 2",
            "least_modules_per_month 3 is above most_modules_per_month 2",
        ),
    ],
)
def test_the_least_of_a_month_is_no_more_than_its_most(window, message, tmp_path):
    (found,) = find_marked("PRE04", f"{POLICY}{window}\n", tmp_path)

    assert found.message.en == message


def test_a_least_that_equals_the_most_is_no_conflict(tmp_path):
    window = "least_hours_per_month: 6\nleast_modules_per_month: 2\nmost_modules_per_month: 2\n"
    find_marked("PRE04", POLICY + window, tmp_path)


def between_two(marked: str) -> tuple[str, ...]:
    theory = module("SKL-1-T", f"pairs_with: [{marked}SKL-1-X]\nbrings: {{SKL-1: 1}}", "1", "theory", "lecture")
    between = module("SKL-1-U", "requires: [{module: SKL-1-T}]\nbrings: {SKL-1: 1}", "1")
    case = module(
        "SKL-1-X",
        "pairs_with: [SKL-1-T]\nrequires: [{module: SKL-1-U}]\nbrings: {SKL-1: 1}",
        "1",
        "cognition",
        "case_analysis",
    )
    return theory, between, case


def test_a_pair_with_something_between_cannot_wait_a_month(tmp_path):
    policy = POLICY + "prerequisites_by: earlier_month\n"
    (found,) = find_marked("PRE04", documents(policy, *between_two("▶")), tmp_path)

    assert found.message.en == (
        "SKL-1-T, SKL-1-X, SKL-1-U must share a month, but prerequisites must be met in an earlier one"
    )


def test_a_pair_with_something_between_needs_a_month_of_three_modules(tmp_path):
    (found,) = find_marked("PRE04", documents(POLICY + "most_modules_per_month: 2\n", *between_two("▶")), tmp_path)

    assert found.message.en == "SKL-1-T, SKL-1-X, SKL-1-U must share a month: 3 modules where a month holds 2"
    find_marked("PRE04", documents(POLICY + "most_modules_per_month: 3\n", *between_two("")), tmp_path)


def test_a_path_of_one_month_cannot_hold_what_must_wait_for_the_next(tmp_path):
    policy = POLICY + "prerequisites_by: earlier_month\n"
    waiting = topic(T2, "requires: [T1]\n")
    find_marked("PRE04", documents(policy, path_of("[1]", "[2]"), waiting), tmp_path)
    (found,) = find_marked(
        "PRE04", documents(policy, path_of("[1]", "[1]"), waiting.replace("[[T2-C", "[▶[T2-C")), tmp_path
    )

    assert found.message.en == "this path of T2 fits in no 3 months in a row"


def test_a_path_with_more_modules_than_its_months_hold(tmp_path):
    s1 = {
        "id": "S1",
        "unit": "SKL-1",
        "hours": "{theory: 0, cognition: 0, practice: 7}",
        "paths": "[▶[S1-A, S1-B, S1-C, S1-D, S1-E, S1-F, S1-G]]",
    }
    modules = [module(f"S1-{letter}", "topic: S1\nbrings: {SKL-1: 1}", "1") for letter in "ABCDEFG"]
    policy = POLICY + "most_modules_per_month: 2\n"

    (found,) = find_marked("PRE04", documents(policy, topic(s1), *modules), tmp_path)

    assert found.message.en == "this path of S1 has 7 modules; 3 months hold 6"


# entry levels and groups


def test_an_entry_level_needs_a_reason_also_inside_a_group(tmp_path):
    requires = "requires: [{any: [{unit: BAS-2, level: ▶3}, {unit: BAS-2, level: ▶1}, {unit: BAS-2, level: 2}]}]"

    find_marked("PRE05", module("BAS-2-A", f"{requires}\nbrings: {{BAS-2: 3}}"), tmp_path)


def test_levels_of_other_units_need_no_reason(tmp_path):
    find_marked("PRE05", module("BAS-2-A", "requires: [{unit: BAS-1, level: 1}]\nbrings: {BAS-2: 3}"), tmp_path)


def test_a_level_that_is_brought_is_useless_only_where_there_is_no_other_way(tmp_path):
    requires = "requires: [{all: [{unit: BAS-2, level: ▶2}]}, {any: [{unit: BAS-2, level: 3}, {topic: T1}]}]"

    (found,) = find_marked("PRE06", module("BAS-2-A", f"{requires}\nbrings: {{BAS-2: 2}}"), tmp_path)

    assert related(found) == [("fragment.yaml", 9, 17)]


def test_equal_parts_count_once(tmp_path):
    requires = "requires: [{at_least: ▶2, of: [{topic: T1}, {topic: T1}]}]"

    (found,) = find_marked("PRE07", module("SKL-1-A", f"{requires}\nbrings: {{SKL-1: 1}}"), tmp_path)

    assert found.message.en == "at least 2 of 1 parts"


def test_idle_groups_are_found_at_their_key(tmp_path):
    requires = """requires:
  - {▶at_least: 2, of: [{topic: T1}, {any: [{topic: P1}, {topic: T2}]}]}
  - all: [{▶any: [{topic: P1}]}]
  - {at_least: 1, of: [{topic: T1}, {topic: T2}]}
brings: {SKL-1: 1}"""

    find_marked("PRE08", module("SKL-1-A", requires), tmp_path)
