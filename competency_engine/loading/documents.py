"""Which documents exist: one type a ``kind``, and how raw values become them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Discriminator, TypeAdapter
from pydantic_core import to_json

from competency_engine.diagnostics import SourceMap
from competency_engine.domain.casebook import Case, Problem
from competency_engine.domain.competency import (
    CommunityFact,
    CommunityType,
    CompetencyModel,
    ContextRule,
    Domain,
    Role,
    Unit,
)
from competency_engine.domain.crosswalk import Crosswalk, RetiredUnit
from competency_engine.domain.curriculum import Curriculum, Module, Pack, Topic, UrgentPack
from competency_engine.domain.duty import HoursRule, TrainingDuty
from competency_engine.domain.entity import Entity
from competency_engine.domain.evidence import Evidence, Instrument
from competency_engine.domain.people import Community, Person
from competency_engine.domain.plan import Plan
from competency_engine.domain.policy import Policy
from competency_engine.domain.reference import Law, Source
from competency_engine.domain.venue import Route, Site, Teacher

AnyEntity = (
    CompetencyModel
    | Domain
    | Unit
    | RetiredUnit
    | Role
    | CommunityType
    | CommunityFact
    | ContextRule
    | Curriculum
    | Topic
    | Module
    | Pack
    | UrgentPack
    | Case
    | Problem
    | Site
    | Route
    | Teacher
    | TrainingDuty
    | HoursRule
    | Instrument
    | Policy
    | Source
    | Law
    | Crosswalk
    | Community
    | Person
    | Evidence
)

ENTITY_TYPES: dict[str, type[Entity]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(AnyEntity)
}
DOCUMENT_TYPES: dict[str, type[BaseModel]] = {**ENTITY_TYPES, "plan": Plan}
"""What can be read: the documents of the workspace, and the plans that this program wrote."""
ADAPTERS: dict[str, TypeAdapter[Any]] = {}


MAX_DEPTH = 64
"""How deep a document may nest."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document as plain values, not yet checked against any type."""

    value: Any
    source_map: SourceMap


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema of any one document, for editors."""
    return TypeAdapter(Annotated[AnyEntity, Discriminator("kind")]).json_schema()


def build_entity(kind: str, value: dict[str, Any]) -> Entity:
    """Return ``value`` as the type of ``kind``; strict as JSON is (no text for numbers, no numbers for text).

    Raises:
        pydantic.ValidationError: with every problem of the document.
    """
    return ENTITY_TYPES[kind].model_validate_json(to_json(value, inf_nan_mode="constants"), strict=True)


def field_names() -> frozenset[str]:
    """Return every key that some document may have, at any depth."""
    names: set[str] = set()
    queue: list[Any] = list(ENTITY_TYPES.values())
    seen: set[Any] = set()
    while queue:
        annotation = queue.pop()
        if annotation in seen:
            continue
        seen.add(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            names.update(annotation.model_fields)
            queue.extend(field.annotation for field in annotation.model_fields.values())
        else:
            queue.extend(get_args(annotation))
    return frozenset(names)


FIELD_NAMES = field_names()
