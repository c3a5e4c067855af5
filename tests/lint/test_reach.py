"""Levels that can be learnt, and what serves nobody."""

from __future__ import annotations

import pytest

from competency_engine.graph.reach import find_reach
from tests.lint.marks import find_marked, related
from tests.worlds import build
from tests.worlds.files import lint_fragment, tiny


def module(id_, more, hours="1", form="exercise"):
    return f"""kind: module
id: {id_}
title: {{zh: 课程{id_}, en: Module {id_}}}
phase: practice
mode: thematic
form: {form}
hours: {hours}
{more}
certainty: illustrative
"""


def unit(levels, more="", id_="SKL-1", domain="SKL"):
    written = "\n".join(
        f"  - {{level: {n}, indicators: [{{zh: 做到第{n}级, en: Does what level {n} asks}}]}}"
        for n in range(1, levels + 1)
    )
    return f"""kind: unit
id: {id_}
domain: {domain}
title: {{zh: 单元{id_}, en: Unit {id_}}}
definition: {{zh: 做成一件事。, en: Gets something done.}}
levels:
{written}
{more}certainty: illustrative
"""


def rule(id_, more):
    return f"""kind: context_rule
id: {id_}
title: {{zh: 规则{id_}, en: Rule {id_}}}
when: {{always: true}}
{more}
certainty: illustrative
"""


def role(requires, more="", skill=1):
    return f"""kind: role
id: master
title: {{zh: 名书记, en: Master secretary}}
requires: {requires}
{more}skill_level: {skill}
urgent_skill_level: {skill}
certainty: illustrative
"""


def documents(*texts):
    return "---\n".join(texts)


# the fixpoint


def test_everything_in_the_tiny_world_can_be_learnt_from_nothing():
    reach = find_reach(tiny().library)

    assert reach.levels == {"BAS-1": 2, "BAS-2": 3, "DUT-1": 1, "POL-1": 2, "SKL-1": 1}
    assert reach.modules == set(tiny().library.modules)


def test_a_module_without_a_takable_partner_is_never_taken():
    modules = [
        build.module("a", pairs_with=["b"], brings={"U": 1}),
        build.module("b", pairs_with=["a"], requires=[{"unit": "U", "level": 3}]),
        build.module("c", requires=[{"module": "a"}], brings={"U": 1}),
    ]

    assert find_reach(build.library([build.unit("U")], modules)).modules == frozenset()


def test_groups_count_their_parts():
    group = {
        "at_least": 2,
        "of": [{"module": "a"}, {"unit": "U", "level": 3}, {"any": [{"topic": "T"}, {"module": "gone"}]}],
    }
    modules = [
        build.module("a", topic="T"),
        build.module("b", requires=[group]),
        build.module("gone", requires=[{"unit": "U", "level": 3}]),
    ]
    library = build.library([build.unit("U")], modules, topics=[build.topic("T", "U", [["a"]])])

    assert find_reach(library).modules == {"a", "b"}


def test_what_is_held_by_assessment_counts_as_a_topic_done():
    topics = [build.topic("T", "U", [["m"]]), build.topic("S", "V", [["n"]], requires=["T"])]
    modules = [
        build.module("m", topic="T", requires=[{"unit": "V", "level": 3}]),
        build.module("n", topic="S", brings={"V": 1}),
    ]
    library = build.library([build.unit("U"), build.unit("V")], modules, topics=topics)

    assert find_reach(library).levels == {"U": 0, "V": 0}
    assert find_reach(library, assumed={"U": 2}).levels == {"U": 2, "V": 1}


def test_urgent_packs_open_a_way_of_their_own():
    modules = [build.module("m", requires=[{"unit": "U", "level": 2}], brings={"S": 1})]
    units = [build.unit("S", domain="SKILL"), build.unit("U")]
    library = build.library(units, modules, urgent_packs=[build.urgent_pack("S", {"m": []})])

    assert find_reach(library).levels["S"] == 0
    assert find_reach(library, urgent=True).levels["S"] == 1


# levels that nothing brings


def test_a_written_level_that_nothing_brings(tmp_path):
    text = documents(unit(3), module("POL-1-A", "requires: [{all: [{unit: SKL-1, level: ▶2}]}]\nbrings: {POL-1: 1}"))

    (found,) = find_marked("REA01", text, tmp_path)

    assert found.message.en == "POL-1-A needs SKL-1 at level 2, which no other module brings"
    assert found.expected.en == "a module that brings SKL-1 to 2 (now 1 at most)"


def test_the_level_below_what_a_module_brings_must_come_from_another(tmp_path):
    text = documents(unit(3), module("SKL-1-B", "brings: {SKL-1: ▶3}"))

    find_marked("REA01", text, tmp_path)


def test_a_unit_prerequisite_and_an_urgent_requirement_that_nothing_brings(tmp_path):
    pack = """kind: urgent_pack
id: pack
skill: SKL-1
title: {zh: 最小包, en: Pack}
steps: [{module: SKL-1-C, requires: [{unit: SKL-1, level: ▶2}]}]
risk: {zh: 先核对。, en: Check first.}
certainty: illustrative
"""
    asks = unit(2, "prerequisites: [{unit: SKL-1, level: ▶2}]\n", "POL-1", "POL")

    find_marked("REA01", documents(asks, unit(2), pack), tmp_path)


@pytest.mark.parametrize(
    "requires",
    [
        "[{any: [{unit: SKL-1, level: 2}, {topic: T1}]}]",
        "[{unit: SKL-1, level: 3}]",
        "[]\nrecommends: [{unit: SKL-1, level: 2}]",
    ],
)
def test_alternatives_wishes_and_undefined_levels_are_no_need(requires, tmp_path):
    find_marked("REA01", documents(unit(2), module("POL-1-A", f"requires: {requires}\nbrings: {{POL-1: 1}}")), tmp_path)


# levels that nobody reaches


def test_an_unreachable_level_is_found_at_the_first_role_with_what_blocks_it(tmp_path):
    text = module("BAS-2-G", "requires: [{module: BAS-2-H}]\nbrings: {BAS-2: 3}", "4", "placement")
    text = documents(
        text,
        module("BAS-2-H", "requires: [{unit: BAS-2, level: 3}]\nbrings: {BAS-1: 1}"),
        role("{BAS-1: 2, BAS-2: 3, POL-1: 2}"),
    )

    (found,) = find_marked("REA02", text, tmp_path)

    assert (found.position.file.rsplit("/")[-1], found.position.line, found.position.column) == ("roles.yaml", 15, 39)
    assert found.message.en.startswith(
        "old requires BAS-2 at 3; from nothing level 2 is the most: no module that brings level 3"
    )
    assert [place.message.en for place in found.related] == [
        "BAS-2-G needs BAS-2-H, which cannot be taken",
        "master requires level 3 too",
    ]
    assert related(found)[0] == ("fragment.yaml", 8, 12)


def test_only_the_root_of_what_cannot_be_reached_is_reported(tmp_path):
    never = "{at_least: 3, of: [{topic: P1}, {module: T1-T}]}"
    text = module("T1-C", f"topic: T1\nrequires: [{never}]\nbrings: {{BAS-1: 1}}\npairs_with: [T1-T]")

    (found,) = [diagnostic for diagnostic in lint_fragment(text, tmp_path) if diagnostic.code == "REA02"]

    assert found.message.en.startswith("new requires BAS-1 at 2; from nothing level 0 is the most")
    assert [place.message.en for place in found.related] == [
        "this group of conditions of T1-C cannot be met",
        "old requires level 2 too",
        "Q1 requires level 2 too",
    ]


def test_a_missing_module_is_one_finding(tmp_path):
    text = module("T1-C", "topic: T1\nrequires: [{module: T1-T}]\nbrings: {}\npairs_with: [T1-T]")

    found = [d for d in lint_fragment(text, tmp_path) if d.code.startswith("REA")]

    assert [d.message.en for d in found] == ["T1-P needs BAS-1 at level 1, which no other module brings"]


def test_of_units_that_wait_for_each_other_one_is_reported(tmp_path):
    visit = module(
        "T1-C", "topic: T1\nrequires: [{module: T1-T}, {unit: POL-1, level: 1}]\nbrings: {BAS-1: 1}\npairs_with: [T1-T]"
    )
    lesson = module("P1-C", "topic: P1\nrequires: [{unit: BAS-1, level: 1}]\nbrings: {POL-1: 1}")

    found = [d for d in lint_fragment(documents(visit, lesson), tmp_path) if d.code == "REA02"]

    assert [d.message.en.split(";")[0] for d in found] == ["new requires POL-1 at 1"]


def test_a_skill_level_beyond_what_the_modules_bring(tmp_path):
    find_marked(
        "REA02",
        documents(
            unit(2),
            role("{POL-1: 2, BAS-1: 2, BAS-2: 3}", skill="▶2").replace("urgent_skill_level: ▶", "urgent_skill_level: "),
        ),
        tmp_path,
    )


def test_a_raised_level_beyond_what_the_modules_bring(tmp_path):
    text = documents(unit(3, "", "BAS-1", "BAS"), rule("hard", "raises: {BAS-1: ▶3}"))

    (found,) = find_marked("REA02", text, tmp_path)

    assert found.message.en == "hard requires BAS-1 at 3; from nothing level 2 is the most: no module brings level 3"


def test_what_a_missing_need_explains_is_not_reported_again(tmp_path):
    text = documents(unit(3), module("SKL-1-B", "brings: {SKL-1: 3}"), role("{POL-1: 2, BAS-1: 2, BAS-2: 3}", skill=3))

    find_marked("REA02", text, tmp_path)


def test_urgent_levels_count_what_the_urgent_pack_opens(tmp_path):
    urgent = rule("now", "activates: [SKL-1]\nurgent: true")
    pack = """kind: urgent_pack
id: pack
skill: SKL-1
title: {zh: 最小包, en: Pack}
steps: [{module: SKL-1-D, requires: []}]
risk: {zh: 先核对。, en: Check first.}
certainty: illustrative
"""
    shut = module("SKL-1-D", "requires: [{module: SKL-1-E}]\nbrings: {SKL-1: 2}")
    never = module("SKL-1-E", "requires: [{unit: SKL-1, level: 2}]\nbrings: {BAS-1: 1}")
    new = role("{POL-1: 1, BAS-1: 2, BAS-2: 1}").replace("urgent_skill_level: 1", "urgent_skill_level: 2")

    find_marked("REA02", documents(unit(2), urgent, pack, shut, never, new), tmp_path)
    without = documents(unit(2), urgent, shut, never, new.replace("urgent_skill_level: 2", "urgent_skill_level: ▶2"))
    find_marked("REA02", without, tmp_path)


# what serves nobody


@pytest.mark.parametrize(
    "user",
    [
        module("SKL-1-B", "requires: [{any: [{module: SKL-1-A}, {topic: T1}]}]\nbrings: {SKL-1: 1}"),
        module("SKL-1-B", "recommends: [{module: SKL-1-A}]\nbrings: {SKL-1: 1}"),
        module("SKL-1-B", "pairs_with: [SKL-1-A]\nbrings: {SKL-1: 1}"),
    ],
)
def test_a_module_that_another_one_names_serves_it(user, tmp_path):
    find_marked("REA03", documents(module("SKL-1-A", "brings: {}"), user), tmp_path)


def test_a_pair_with_itself_serves_nobody(tmp_path):
    find_marked(
        "REA03", module("▶x", "pairs_with: [x]").replace("课程▶x", "课程").replace("Module ▶x", "Module"), tmp_path
    )


def test_a_unit_that_no_role_requires(tmp_path):
    (found,) = find_marked("REA04", unit(1, id_="BAS-3", domain="BAS").replace("id: ", "id: ▶", 1), tmp_path)

    assert found.message.en == "no role requires the unit BAS-3"


def test_a_unit_that_a_rule_raises_is_needed(tmp_path):
    text = documents(unit(1, id_="BAS-3", domain="BAS"), rule("hard", "raises: {BAS-3: 1}"))

    find_marked("REA04", text, tmp_path)


def test_a_module_longer_than_a_month(tmp_path):
    (found,) = find_marked("REA07", module("SKL-1-A", "brings: {SKL-1: 1}", "▶6.25"), tmp_path)

    assert found.message.en == "SKL-1-A takes 6.25 hours"
    assert related(found) == [("curriculum.yaml", 16, 18)]


def test_a_module_without_a_takable_partner_is_named_as_what_blocks(tmp_path):
    theory = module("SKL-1-T", "pairs_with: [SKL-1-X]\nbrings: {SKL-1: 2}").replace("practice", "theory")
    never = "{at_least: 3, of: [{topic: P1}, {topic: T1}]}"
    case = module("SKL-1-X", f"pairs_with: [SKL-1-T]\nrequires: [{never}]\nbrings: {{BAS-1: 1}}")
    text = documents(unit(2), theory, case, role("{POL-1: 2, BAS-1: 2, BAS-2: 3}", skill=2))

    (found,) = [diagnostic for diagnostic in lint_fragment(text, tmp_path) if diagnostic.code == "REA02"]

    assert found.related[0].message.en == "no partner of SKL-1-T can be taken"
