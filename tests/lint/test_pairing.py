"""Theory with its case, topics with their modules, and paths that add up."""

from __future__ import annotations

import pytest

from tests.lint.marks import find_marked, related


def module(id_, more="brings: {SKL-1: 1}", hours="1", phase="practice", form="exercise"):
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


def theory(id_, more):
    return module(id_, more, "1", "theory", "lecture")


def topic(id_="P1", unit="POL-1", hours="{theory: 0, cognition: 1, practice: 1}", paths="[[P1-C, P1-P]]"):
    return f"""kind: topic
id: {id_}
unit: {unit}
title: {{zh: 专题{id_}, en: Topic {id_}}}
hours: {hours}
paths: {paths}
certainty: illustrative
"""


def documents(*texts):
    return "---\n".join(texts)


@pytest.mark.parametrize(("phase", "form"), [("cognition", "discussion"), ("practice", "case_analysis")])
def test_a_case_is_told_by_its_form_or_its_phase(phase, form, tmp_path):
    case = module("SKL-1-X", "pairs_with: [SKL-1-T]\nbrings: {SKL-1: 1}", "1", phase, form)

    find_marked("PAI01", documents(theory("SKL-1-T", "pairs_with: [SKL-1-X]"), case), tmp_path)


def test_a_partner_that_is_no_case_is_found_at_the_pair(tmp_path):
    exercise = module("SKL-1-X", "pairs_with: [SKL-1-T]\nbrings: {SKL-1: 1}")

    (found,) = find_marked("PAI01", documents(theory("SKL-1-T", "pairs_with: ▶[SKL-1-X]"), exercise), tmp_path)

    assert found.message.en == "the theory module SKL-1-T pairs with SKL-1-X only"


def test_a_one_sided_pair_shows_the_other_side(tmp_path):
    first = theory("SKL-1-T", "pairs_with: [SKL-1-X]")
    second = module("SKL-1-X", "pairs_with: [SKL-1-T, ▶SKL-1-C]\nbrings: {SKL-1: 1}", "1", "cognition", "case_analysis")

    (found,) = find_marked("PAI02", documents(first, second), tmp_path)

    assert related(found) == [("topics.yaml", 127, 5)]


def test_a_pair_with_itself(tmp_path):
    (found,) = find_marked("PAI03", theory("SKL-1-T", "pairs_with: [▶SKL-1-T]"), tmp_path)

    assert found.message.en == "SKL-1-T pairs with itself"
    assert found.related == ()


def test_a_pair_across_topics_of_one_unit(tmp_path):
    second = topic("P2", hours="{theory: 1, cognition: 0, practice: 0}", paths="[[P2-T]]")
    text = documents(second, theory("P2-T", "topic: P2\npairs_with: [▶P1-C]\nbrings: {POL-1: 1}"))

    (found,) = find_marked("PAI03", text, tmp_path)

    assert found.message.en == "P2-T pairs with P1-C of another topic or skill"


@pytest.mark.parametrize("more", ["", "brings: {POL-1: 1}\n"])
def test_a_module_without_topic_pairs_within_its_unit_or_anywhere_if_it_brings_nothing(more, tmp_path):
    find_marked("PAI03", theory("POL-1-T", f"{more}pairs_with: [P1-C]"), tmp_path)


def test_the_forms_of_a_topic_are_shown(tmp_path):
    task = module("P1-P", "topic: P1\nbrings: {POL-1: 2}", form="case_analysis")

    (found,) = find_marked("PAI04", documents(topic().replace("id: ", "id: ▶"), task), tmp_path)

    assert found.message.en == "topic P1 has one form only: case_analysis"
    assert related(found) == [("topics.yaml", 16, 7), ("fragment.yaml", 14, 7)]


def test_the_reference_path_is_compared_with_the_hours_phase_by_phase(tmp_path):
    other = module("P1-X", "topic: P1\nbrings: {POL-1: 2}", hours="1.5")
    text = topic(paths="[▶[P1-X], [P1-C, P1-P]]")

    found = find_marked("PAI05", documents(text, other), tmp_path)

    assert [diagnostic.message.en for diagnostic in found] == [
        "this path has 0 hours of cognition",
        "this path has 1.5 hours of practice",
    ]
    assert related(found[1]) == [("fragment.yaml", 5, 44), ("fragment.yaml", 15, 8)]


def test_other_paths_take_the_hours_that_they_take(tmp_path):
    other = module("P1-X", "topic: P1\nbrings: {POL-1: 2}", hours="1.5")

    find_marked("PAI05", documents(topic(paths="[[P1-C, P1-P], [P1-X]]"), other), tmp_path)


def test_a_module_of_another_topic_on_a_path(tmp_path):
    (found,) = find_marked("PAI05", topic(paths="[[P1-C, ▶T1-P]]"), tmp_path)

    assert found.message.en == "T1-P is of topic T1, not of P1"
    assert related(found) == [("topics.yaml", 70, 8)]


def test_a_module_of_no_topic_on_a_path(tmp_path):
    (found,) = find_marked("PAI05", topic(paths="[[P1-C, P1-P, ▶SKL-1-C]]"), tmp_path)

    assert found.message.en == "SKL-1-C names no topic"


def test_a_topic_without_modules_is_reported_once(tmp_path):
    text = topic("S1", "SKL-1", "{theory: 0, cognition: 1, practice: 0}", "[[]]")

    find_marked("PAI06", text.replace("id: ", "id: ▶"), tmp_path)
    for code in ("PAI04", "PAI05", "PAI07"):
        find_marked(code, text, tmp_path)


def test_modules_that_bring_another_unit_than_their_topic_teaches(tmp_path):
    text = documents(
        topic("S1", "▶BAS-2", "{theory: 0, cognition: 0, practice: 1}", "[[S1-P]]"),
        module("S1-P", "topic: S1\nbrings: {SKL-1: 1}"),
    )

    (found,) = find_marked("PAI07", text, tmp_path)

    assert found.message.en == "the modules of S1 bring: SKL-1"
    assert related(found) == [("fragment.yaml", 10, 5)]
