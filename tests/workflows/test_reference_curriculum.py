"""The shipped model and curriculum against the published numbers and the written ladder."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from competency_engine.domain.library import Library
from competency_engine.graph.ways import find_ways
from competency_engine.loading.documents import document_schema
from competency_engine.workflows.session import open_session

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def library() -> Library:
    return open_session(ROOT).library


def test_units_topics_and_skills_are_as_many_as_published(library: Library) -> None:
    tiers = Counter(library.tier_of(unit) for unit in library.units if unit not in library.duty_units)
    assert tiers == {"political": 4, "base": 25, "practical": 20}
    topics = Counter(library.tier_of(topic.unit) for topic in library.topics.values())
    assert topics == {"political": 8, "base": 54}
    assert sorted(library.roles) == ["R1", "R2", "R3", "R4"]


def test_base_topics_add_up_to_244_hours(library: Library) -> None:
    totals: Counter[tuple[str, str]] = Counter()
    for topic in library.topics.values():
        for module_id in topic.paths[0]:
            module = library.modules[module_id]
            totals[library.tier_of(topic.unit), module.phase] += int(module.hours * 4)
    hours = {key: quarters / 4 for key, quarters in totals.items()}
    assert [hours["base", phase] for phase in ("theory", "cognition", "practice")] == [69, 70, 105]
    assert sum(quarters for (tier, _), quarters in hours.items() if tier == "political") == 32


def test_capability_units_have_five_levels_of_three_indicators(library: Library) -> None:
    for unit_id, unit in library.units.items():
        if library.tier_of(unit_id) != "practical" and unit_id not in library.duty_units:
            assert [len(level.indicators) for level in unit.levels] == [3] * 5, unit_id
            assert [level.level for level in unit.levels] == [1, 2, 3, 4, 5], unit_id


def test_every_unit_has_a_shadowing_and_a_mentoring_module(library: Library) -> None:
    for unit_id in library.units.keys() - library.duty_units:
        modules = [module for module in library.modules.values() if unit_id in module.brings]
        forms = {module.form for module in modules}
        assert "mentoring" in forms or library.tier_of(unit_id) == "practical", unit_id
        assert any(module.mode == "shadowing" for module in modules), unit_id


def test_every_skill_has_an_entry_module_and_a_rule(library: Library) -> None:
    activated = {skill for rule in library.context_rules.values() for skill in rule.activates}
    for unit_id in library.units:
        if library.tier_of(unit_id) == "practical":
            assert unit_id in activated
            assert find_ways(library, unit_id, 1), unit_id


def test_every_theory_module_is_paired_with_the_case_of_its_topic(library: Library) -> None:
    for module in library.modules.values():
        if module.phase == "theory":
            partners = [library.modules[partner] for partner in module.pairs_with]
            assert any(partner.phase == "cognition" and partner.topic == module.topic for partner in partners), (
                module.id
            )


def test_the_first_year_pack_is_58_hours_and_closed_under_prerequisites(library: Library) -> None:
    pack = library.packs["R1-first-year"]
    modules = [library.modules[m] for topic in pack.topics for m in library.topics[topic].paths[0]]
    assert sum(module.hours for module in modules) == pack.hours == 58
    assert all(set(library.topics[topic].requires) <= set(pack.topics) for topic in pack.topics)


def test_whatever_is_drafted_here_says_so(library: Library) -> None:
    drafted = [
        *library.units.values(),
        *library.topics.values(),
        *library.modules.values(),
        *library.context_rules.values(),
        *library.cases.values(),
        *library.problems.values(),
        *library.sites.values(),
        *library.routes.values(),
        *library.teachers.values(),
        *library.training_duties.values(),
    ]
    assert {document.certainty for document in drafted} == {"illustrative"}
    assert all(document.sources for document in drafted)


def test_every_shipped_document_satisfies_the_editors_schema() -> None:
    schema = document_schema()
    validators = {
        kind: Draft202012Validator({"$defs": schema["$defs"], "$ref": reference})
        for kind, reference in schema["discriminator"]["mapping"].items()
    }
    files = [*(ROOT / "models").rglob("*.yaml"), *(ROOT / "curricula").rglob("*.yaml")]
    for path in files:
        for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader):
            assert document["kind"] in validators, path
    sample = [
        path
        for path in files
        if path.name
        in (
            "MAS-1.yaml",
            "S20.yaml",
            "model.yaml",
            "roles.yaml",
            "laws.yaml",
            "curriculum.yaml",
            "packs.yaml",
            "problems.yaml",
            "rotation-2011.yaml",
            "training-duties.yaml",
            "venues.yaml",
            "community.yaml",
            "context.yaml",
        )
    ]
    seen = set()
    for path in sample:
        for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=_TextDates):
            errors = [error.message for error in validators[document["kind"]].iter_errors(document)]
            assert errors == [], (path, document["id"])
            seen.add(document["kind"])
    assert {"unit", "topic", "module", "role", "context_rule", "policy", "law", "pack", "urgent_pack"} <= seen
    assert {"case", "problem", "site", "route", "teacher", "training_duty"} <= seen


class _TextDates(yaml.SafeLoader):
    """Reads dates as text, as editors do."""


_TextDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
