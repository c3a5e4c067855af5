"""JSON Schemas: of every document, as editors read it; of a line of people and of a line of plans, for programs."""

from __future__ import annotations

import json
from typing import Any, Literal

from competency_engine.domain.people import Dossier
from competency_engine.domain.plan import Plan
from competency_engine.loading.documents import document_schema

Subject = Literal["document", "people", "plans"]

_TITLES: dict[Subject, str] = {
    "document": "competency-engine document / 能力模型与课程文档",
    "people": "competency-engine line of people / 学员的一行 JSON",
    "plans": "competency-engine line of plans / 学习计划的一行 JSON",
}


def schema_text(subject: Subject = "document") -> str:
    """Return the schema of ``subject`` as indented JSON with a trailing newline."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLES[subject],
        **{key: value for key, value in _content(subject).items() if key != "title"},
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _content(subject: Subject) -> dict[str, Any]:
    if subject == "people":
        return Dossier.model_json_schema()
    return Plan.model_json_schema(mode="serialization") if subject == "plans" else document_schema()
