"""Document → JSON: the data of a document, keys in their order, one trailing newline."""

from __future__ import annotations

import json

from competency_engine.reports.document import Document


def render_json(document: Document) -> str:
    """Return the data of ``document`` as indented JSON in UTF-8 text."""
    return json.dumps(document.data, ensure_ascii=False, indent=2) + "\n"
