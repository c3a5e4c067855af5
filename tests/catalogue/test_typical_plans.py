"""The plans of 24 typical secretaries are what an experienced trainer would sign: predicates that need no solver to check."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from runpy import run_path

import pytest

from competency_engine.domain.curriculum import PHASES
from competency_engine.domain.library import Library
from competency_engine.domain.plan import Plan
from competency_engine.domain.requirement import ModuleDone

ROOT = Path(__file__).parents[2]
LIBRARY, PLANS = run_path(str(ROOT / "docs" / "typical_plans.py"))["typical_plans"]()


@pytest.fixture(scope="module")
def library() -> Library:
    assert isinstance(LIBRARY, Library)
    return LIBRARY


@pytest.fixture(params=PLANS, ids=lambda plan: plan.person)
def plan(request: pytest.FixtureRequest) -> Plan:
    found: Plan = request.param
    return found


def test_there_is_one_of_each_stage_and_type_within_56_hours_proven_best() -> None:
    assert len({plan.person for plan in PLANS}) == 24
    assert Counter(plan.role for plan in PLANS) == {"R1": 6, "R2": 6, "R3": 6, "R4": 6}
    assert all(plan.hours <= 56 and plan.status == "optimal" for plan in PLANS)


def test_political_capability_comes_first(plan: Plan, library: Library) -> None:
    """Every political gap is closed; and the first month works at it unless an urgent skill fills that month."""
    political = [gap for gap in plan.gaps if library.tier_of(gap.unit) == "political"]
    urgent = {gap.unit for gap in plan.gaps if gap.urgent}
    raised = [(step.month, rise.unit) for step in plan.steps for rise in step.rises]
    first = {unit for month, unit in raised if month == plan.steps[0].month}

    assert all(gap.reached >= gap.required for gap in political)
    assert any(library.tier_of(unit) == "political" for unit in first) or first & urgent


def test_what_a_law_demands_and_what_is_urgent_is_met(plan: Plan, library: Library) -> None:
    for gap in plan.gaps:
        if gap.unit in library.duty_units or gap.urgent:
            assert gap.reached >= gap.required, gap.unit
    risks = {
        pack.id for pack in library.urgent_packs.values() if any(g.unit == pack.skill and g.urgent for g in plan.gaps)
    }
    assert risks == set(plan.risks)


def test_theory_stands_beside_its_case_in_the_same_month(plan: Plan, library: Library) -> None:
    month = {step.module: step.month for step in plan.steps}
    for step in plan.steps:
        module = library.modules[step.module]
        if module.phase == "theory":
            cases = [id_ for id_ in module.pairs_with if month.get(id_) == step.month]
            assert any(library.modules[id_].phase == "cognition" for id_ in cases), step.module


def test_within_a_topic_and_month_theory_comes_before_cognition_before_practice(plan: Plan, library: Library) -> None:
    order: dict[tuple[str, str], list[int]] = {}
    for step in plan.steps:
        module = library.modules[step.module]
        if module.topic is not None:
            order.setdefault((step.month, module.topic), []).append(PHASES.index(module.phase))
    for (month, topic), phases in order.items():
        assert phases == sorted(phases), (month, topic)


def test_nothing_is_taken_before_the_module_that_it_rests_on(plan: Plan, library: Library) -> None:
    place = {step.module: step.number for step in plan.steps}
    for step in plan.steps:
        for requirement in library.modules[step.module].requires:
            if isinstance(requirement, ModuleDone):
                assert place[requirement.module] < step.number


def test_no_topic_is_taught_twice(plan: Plan, library: Library) -> None:
    """No two modules of one topic bring its unit to the same level."""
    brought = Counter(
        (module.topic, level)
        for module in (library.modules[step.module] for step in plan.steps)
        if module.topic is not None
        for unit, level in module.brings.items()
        if unit == library.topics[module.topic].unit
    )
    assert [twice for twice, times in brought.items() if times > 1] == []


def test_it_mixes_at_least_three_modes(plan: Plan, library: Library) -> None:
    assert len({library.modules[step.module].mode for step in plan.steps}) >= 3
