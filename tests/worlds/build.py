"""Small libraries and people in Python, for tests that need the domain but no files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from competency_engine.domain.competency import (
    CommunityFact,
    CommunityType,
    CompetencyModel,
    ContextRule,
    Domain,
    Role,
    Unit,
)
from competency_engine.domain.curriculum import Curriculum, Module, Topic, UrgentPack
from competency_engine.domain.duty import HoursRule, TrainingDuty
from competency_engine.domain.entity import ModuleId, PersonId, TopicId, UnitId
from competency_engine.domain.evidence import EvidenceRecord, Instrument
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Person, Population
from competency_engine.domain.policy import Policy

AS_OF = dt.date(2026, 11, 21)
DRAFTED = {"certainty": "illustrative"}
TEXT = {"zh": "甲", "en": "a"}


def unit(id_: str, **fields: Any) -> Unit:
    """Return a unit with levels 1–3 of the domain ``BASE`` unless told otherwise."""
    levels = [{"level": level, "indicators": [TEXT]} for level in (1, 2, 3)]
    given = {"domain": "BASE", "levels": levels, **fields}
    return Unit.model_validate(
        {"kind": "unit", "id": id_, "title": TEXT, "definition": TEXT, **DRAFTED, **given}, strict=False
    )


def module(id_: str, **fields: Any) -> Module:
    """Return a module of one hour, taught in class."""
    given = {"phase": "practice", "mode": "thematic", "form": "exercise", "hours": 1, **fields}
    return Module.model_validate({"kind": "module", "id": id_, "title": TEXT, **DRAFTED, **given}, strict=False)


def topic(id_: str, unit_id: str, paths: Sequence[Sequence[str]], **fields: Any) -> Topic:
    """Return a topic with its paths."""
    hours = {"theory": 0, "cognition": 0, "practice": 1}
    given = {"unit": unit_id, "paths": paths, "hours": hours, **fields}
    return Topic.model_validate({"kind": "topic", "id": id_, "title": TEXT, **DRAFTED, **given}, strict=False)


def role(id_: str, requires: Mapping[str, int], **fields: Any) -> Role:
    """Return a role for any months in post unless told otherwise."""
    given = {"months_in_post": {"at_least": 0}, "skill_level": 1, "urgent_skill_level": 2, **fields}
    return Role.model_validate(
        {"kind": "role", "id": id_, "title": TEXT, "requires": requires, **DRAFTED, **given}, strict=False
    )


def rule(id_: str, when: Mapping[str, Any], **fields: Any) -> ContextRule:
    """Return a context rule."""
    given = {"kind": "context_rule", "id": id_, "title": TEXT, "when": when, **DRAFTED, **fields}
    return ContextRule.model_validate(given, strict=False)


def instrument(id_: str, **fields: Any) -> Instrument:
    """Return a rating by raters that proves level 3 unless told otherwise."""
    given = {"method": "superior_rating", "validity_months": 24, "proves_up_to": 3, "cost_hours": 1, **fields}
    return Instrument.model_validate({"kind": "instrument", "id": id_, "title": TEXT, **DRAFTED, **given}, strict=False)


def policy(**fields: Any) -> Policy:
    """Return a policy of 20 hours a year, 10 a month, with every mode counted and no preference."""
    kinds = [
        {"kind": "knowledge", "urgency": 1, "forms": ["lecture"]},
        {"kind": "quality", "urgency": 2, "forms": ["discussion"]},
        {"kind": "ability", "urgency": 3, "forms": ["exercise"]},
    ]
    budget = {"hours_per_year": 20, "counts": ["rotation", "thematic", "shadowing", "field_base", "online"]}
    given = {"budget": budget, "hours_per_month": 10, "gap_kinds": kinds, "default_gap_kind": "ability", **fields}
    return Policy.model_validate({"kind": "policy", "id": "policy", "title": TEXT, **DRAFTED, **given}, strict=False)


def library(
    units: Sequence[Unit],
    modules: Sequence[Module] = (),
    *,
    topics: Sequence[Topic] = (),
    roles: Sequence[Role] = (),
    rules: Sequence[ContextRule] = (),
    urgent_packs: Sequence[UrgentPack] = (),
    duties: Sequence[TrainingDuty] = (),
    hours_rules: Sequence[HoursRule] = (),
    planning: Policy | None = None,
    top_level: int = 3,
) -> Library:
    """Return a library with the tiers political, base and practical, each with one domain."""
    scale = [
        {"level": level, **dict.fromkeys(("title", "autonomy", "complexity", "influence", "evidence"), TEXT)}
        for level in range(top_level + 1)
    ]
    tiers = [{"id": tier, "title": TEXT} for tier in ("political", "base", "practical")]
    model = CompetencyModel.model_validate(
        {"kind": "competency_model", "id": "model", "title": TEXT, "scale": scale, "tiers": tiers, **DRAFTED},
        strict=False,
    )
    domains = {
        name: Domain.model_validate(
            {"kind": "domain", "id": name, "title": TEXT, "tier": tier, **DRAFTED}, strict=False
        )
        for name, tier in (("BASE", "base"), ("POL", "political"), ("SKILL", "practical"))
    }
    curriculum = Curriculum.model_validate(
        {"kind": "curriculum", "id": "curriculum", "title": TEXT, "model": "model", "policy": "policy", **DRAFTED},
        strict=False,
    )
    chosen = planning or policy()
    kinds = {"flood": "boolean", "stage": "choice", "aged": "percent", "due": "date", "homes": "integer"}
    facts = {
        name: CommunityFact.model_validate(
            {
                "kind": "community_fact",
                "id": name,
                "title": TEXT,
                "type": kind,
                "choices": ["none", "planned"],
                **DRAFTED,
            },
            strict=False,
        )
        for name, kind in kinds.items()
    }
    types = {
        name: CommunityType.model_validate(
            {"kind": "community_type", "id": name, "title": TEXT, **DRAFTED}, strict=False
        )
        for name in ("old", "new")
    }
    return Library(
        model=model,
        curriculum=curriculum,
        policy=chosen,
        domains=domains,
        units={UnitId(u.id): u for u in sorted(units, key=lambda u: u.id)},
        roles={r.id: r for r in sorted(roles, key=lambda r: r.id)},
        community_types=types,
        community_facts=facts,
        context_rules={r.id: r for r in sorted(rules, key=lambda r: r.id)},
        topics={TopicId(t.id): t for t in sorted(topics, key=lambda t: t.id)},
        modules={ModuleId(m.id): m for m in sorted(modules, key=lambda m: m.id)},
        urgent_packs={p.id: p for p in urgent_packs},
        training_duties={d.id: d for d in duties},
        hours_rules={h.id: h for h in hours_rules},
        policies={chosen.id: chosen},
    )


def urgent_pack(skill: str, steps: Mapping[str, Sequence[Mapping[str, Any]]]) -> UrgentPack:
    """Return the urgent pack of ``skill``: module id → reduced requirements."""
    listed = [{"module": name, "requires": list(requires)} for name, requires in steps.items()]
    given = {"kind": "urgent_pack", "id": f"{skill}-pack", "title": TEXT, "skill": skill, "steps": listed, "risk": TEXT}
    return UrgentPack.model_validate({**given, **DRAFTED}, strict=False)


def duty(id_: str, unit_id: str, **fields: Any) -> TrainingDuty:
    """Return a training duty that plans heed, of every role unless told otherwise."""
    given = {"law": "law", "article": "第一条", "demands": TEXT, "unit": unit_id, "active": True, **fields}
    return TrainingDuty.model_validate(
        {"kind": "training_duty", "id": id_, "title": TEXT, **DRAFTED, **given}, strict=False
    )


def hours_rule(id_: str, hours: float, **fields: Any) -> HoursRule:
    """Return an hours rule that plans are held against, counting class and online hours unless told otherwise."""
    given = {"law": "law", "hours_per_year": hours, "counts": ["thematic", "online"], "active": True, **fields}
    return HoursRule.model_validate({"kind": "hours_rule", "id": id_, "title": TEXT, **DRAFTED, **given}, strict=False)


def people(
    records: Sequence[Mapping[str, Any]] = (),
    *,
    facts: Mapping[str, Any] | None = None,
    types: Sequence[str] = ("old",),
    **fields: Any,
) -> Population:
    """Return one person, 学员0001, appointed on 2020-01-01 unless told otherwise."""
    community = Community.model_validate(
        {"kind": "community", "id": "社区0001", "types": types, "facts": dict(facts or {})}, strict=False
    )
    given = {"community": "社区0001", "post_since": "2020-01-01", **fields}
    person = Person.model_validate({"kind": "person", "id": "学员0001", **given}, strict=False)
    evidence = tuple(
        EvidenceRecord.model_validate({"date": "2026-09-01", **record}, strict=False) for record in records
    )
    return Population({"社区0001": community}, {PersonId("学员0001"): person}, {PersonId("学员0001"): evidence})
