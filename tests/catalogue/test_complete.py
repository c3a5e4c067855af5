"""The shipped catalogue has what it says it has: its counts, real choices, and every field that a trainer needs."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.graph.ways import find_choices, find_ways
from competency_engine.workflows.session import open_session

ROOT = Path(__file__).parents[2]
MOST_OF_A_CLASS = {
    "lecture": 100, "online_course": 500, "case_analysis": 60, "site_visit": 50, "discussion": 40, "peer_talk": 60,
    "simulation": 40, "exercise": 40, "work_task": 20, "placement": 3, "mentoring": 10,
}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return open_session(ROOT, "7n").library


def test_modules_cases_problems_and_duties_are_as_many_as_announced(library: Library) -> None:
    units = [library.unit_of(module) for module in library.modules.values()]
    modules = Counter(library.tier_of(unit) for unit in units if unit is not None)

    assert modules == {"base": 400, "political": 40, "practical": 71}
    assert sorted(library.cases) == [f"C{number:02}" for number in range(1, 57)]
    assert [problem.number for problem in library.problems.values()] == list(range(1, 20))
    assert len([duty for duty in library.training_duties.values() if duty.article is not None]) == 4
    assert sorted(route.title.zh for route in library.routes.values()) == ["1927年中共中央在武汉", "英雄城市·百年荣光"]


def test_a_skill_has_three_to_five_modules_and_a_topic_two_forms(library: Library) -> None:
    skills = [unit for unit in library.units if library.tier_of(unit) == "practical"]
    taught = [library.unit_of(module) for module in library.modules.values()]
    sizes = Counter(unit for unit in taught if unit in skills)

    assert len(skills) == 20
    assert set(sizes.values()) <= {3, 4, 5}
    assert sizes.keys() == set(skills)
    for topic_id, modules in library.modules_of_topic.items():
        assert len({module.form for module in modules}) >= 2, topic_id


def test_every_module_says_what_it_is_for_who_teaches_it_and_what_proves_it(library: Library) -> None:
    for module in library.modules.values():
        assert module.aim is not None, module.id
        assert 3 <= len(module.outcomes) <= 5, module.id
        assert module.teacher is not None, module.id
        assert module.completed_by is not None, module.id
        assert module.class_size is not None, module.id
        assert module.class_size.at_most <= (500 if module.mode == "online" else MOST_OF_A_CLASS[module.form]), (
            module.id
        )


def test_experience_is_taught_by_those_who_have_it(library: Library) -> None:
    taught = Counter((module.form, module.teacher) for module in library.modules.values())

    assert {teacher for form, teacher in taught if form == "peer_talk"} == {"secretary"}
    assert taught["placement", "secretary"] > sum(
        taught["placement", other] for other in ("department", "university", "party_school")
    )


def test_every_step_can_be_climbed(library: Library) -> None:
    for unit_id, unit in library.units.items():
        for level in unit.levels:
            assert find_ways(library, unit_id, level.level), (unit_id, level.level)


def test_four_steps_of_five_leave_a_real_choice(library: Library) -> None:
    steps = [(unit, level) for unit in library.units.keys() - library.duty_units for level in (1, 2, 3, 4)]
    chosen = [(unit, level) for unit, level in steps if find_choices(library, UnitId(unit), level)]

    assert len(steps) == 196
    assert len(chosen) / len(steps) >= 0.8
    assert {unit for unit, _ in set(steps) - set(chosen)} <= {
        u for u in library.units if library.tier_of(u) == "practical"
    }


def test_every_case_is_taught_and_a_historic_one_is_held_against_the_law_of_today(library: Library) -> None:
    taught = {case for module in library.modules.values() for case in module.cases}
    assert taught == library.cases.keys()
    for case in library.cases.values():
        assert case.law_check or case.era == "current", case.id
        assert (case.era == "historic") == ("rotation-2011" in case.sources), case.id


def test_every_duty_can_be_met_and_only_what_is_verified_is_switched_on(library: Library) -> None:
    for duty in library.training_duties.values():
        assert find_ways(library, duty.unit, 1), duty.id
    for rule in (*library.training_duties.values(), *library.hours_rules.values()):
        if rule.active:
            assert rule.article is not None, rule.id
            assert library.laws[rule.law].certainty == "verified", rule.id
    off = [rule.id for rule in (*library.training_duties.values(), *library.hours_rules.values()) if not rule.active]
    assert off == ["DUT-4-law", "DUT-5-plan", "civil-servant-90", "secretary-56"]


def test_nobody_is_named() -> None:
    """Someone named would stand before or after a function: 王某某书记, Secretary Wang."""
    surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    named = re.compile(
        rf"[{surnames}]某|\b[{surnames}]\w{{1,2}}(?:同志|先生|女士)|\b(?:Secretary|Mr|Mrs|Ms|Director) [A-Z][a-z]+\b"
    )
    allowed = {"Director General"}
    for folder in ("models", "curricula", "examples"):
        for path in (ROOT / folder).rglob("*.yaml"):
            found = [match for match in named.findall(path.read_text(encoding="utf-8")) if match not in allowed]
            assert found == [], path
