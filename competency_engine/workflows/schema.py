"""The JSON Schema of every document, as editors read it."""

from __future__ import annotations

import json
from typing import Any

from competency_engine.loading.documents import document_schema


def schema_text() -> str:
    """Return the schema as indented JSON with a trailing newline."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "competency-engine document / 能力模型与课程文档",
        **document_schema(),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
