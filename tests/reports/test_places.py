"""Every line that an explanation names says what the explanation says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from competency_engine.domain.requirement import AllOf, AnyOf, AtLeast, ModuleDone, TopicDone, UnitAtLevel, atoms
from competency_engine.loading.workspace import shipped_root
from competency_engine.planning.compile import trace_needs
from competency_engine.planning.explain.rules import Rule
from competency_engine.reports.places import Places, requirement_text
from competency_engine.workflows.plan import Planner, PlanOptions, open_planner
from competency_engine.workflows.session import open_session

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def planner() -> Planner:
    options = PlanOptions(dt.date(2026, 11, 21))
    return open_planner(open_session(ROOT), shipped_root() / "examples" / "wuhan", (), options)


@pytest.fixture(scope="module")
def places(planner: Planner) -> Places:
    return _places(planner, "学员0001")


def _places(planner: Planner, name: str) -> Places:
    solved = planner.solve(name)  # type: ignore[arg-type]
    return Places(planner.session.library, solved.assessment, solved.problem)


def _line(place: str) -> str:
    file, _, number = place.rpartition(":")
    return (ROOT / file).read_text(encoding="utf-8").split("\n")[int(number) - 1]


def test_the_line_of_every_need_names_what_is_needed(planner: Planner, places: Places) -> None:
    """On the whole reference curriculum; the level below stands at ``brings``, an urgent way has several lines."""
    checked = 0
    for (module, fact), origins in trace_needs(planner.session.library).items():
        written = places.need(module, fact).place.split(", ")
        assert len(written) == len(dict.fromkeys(written)) <= len(origins)
        named = [
            {str(value) for atom, _ in atoms((o.requirement,)) for value in atom.model_dump().values()} for o in origins
        ]
        for place in written:
            line = _line(place)
            assert any(name in line for names in named for name in names if not name.isdigit()), (place, line)
            checked += 1
    assert checked > 500


def test_the_line_of_every_goal_names_its_unit(planner: Planner) -> None:
    by_rule = 0
    for name in planner.population.persons:
        found = _places(planner, name)
        for goal in found.problem.goals:
            reference = found.goal(goal.fact)
            unit = found.unit_of(goal.fact)
            assert unit in _line(reference.place), reference
            by_rule += found.assessment.required[unit].decided_by != found.assessment.role.id
    assert by_rule > 20


def test_the_lines_of_policy_pairs_and_months(planner: Planner, places: Places) -> None:
    catalogue = planner.catalogue
    assert "hours_per_year" in _line(places.rule(Rule("budget")).place)
    assert "hours_per_month" in _line(places.rule(Rule("month_cap")).place)
    theory = catalogue.module_ids.index("T01-T")  # type: ignore[arg-type]
    pair = places.rule(Rule("pair", theory))
    assert pair.text.en == "T01-C and T01-T are a pair, taken in one month"
    assert all("pairs_with" in _line(place) for place in pair.place.split(", "))
    offered = [index for index, months in enumerate(catalogue.months) if months != 0xFFF]
    for module in offered:
        assert "offered" in _line(places.rule(Rule("offer", module)).place)


def test_a_budget_of_the_command_line_is_named_as_such(planner: Planner) -> None:
    options = PlanOptions(dt.date(2026, 11, 21), hours=3)
    changed = Planner(planner.session, planner.population, planner.catalogue, options)
    reference = _places(changed, "学员0001").rule(Rule("budget"))
    assert (reference.text.en, reference.place) == ("3 h in a calendar year", "--hours")


def test_requirements_in_words() -> None:
    unit, module, topic = UnitAtLevel(unit="A", level=2), ModuleDone(module="m"), TopicDone(topic="T")
    both, either = AllOf(all=(unit, module)), AnyOf(any=(module, topic))
    some = AtLeast(at_least=2, of=(unit, module, topic))
    assert [requirement_text(r).en for r in (unit, module, topic, both, either, some)] == [
        "A at 2",
        "m first",
        "topic T done",
        "A at 2 and m first",
        "m first or topic T done",
        "at least 2 of: A at 2, m first, topic T done",
    ]
    assert requirement_text(either).zh == "先学 m或先修完专题 T"
