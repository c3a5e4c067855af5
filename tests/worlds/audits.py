"""Audits for tests of what is made from them: the shipped curriculum, 120 people, and one with hostile words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

from competency_engine.audit.summary import Audit
from competency_engine.domain.entity import TopicId, UnitId
from competency_engine.text import Text
from competency_engine.workflows.audit import audit
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import open_session

ROOT = Path(__file__).parents[2]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}"
FORMULA = "=cmd|'/c calc'!A0"


@cache
def audited(people: str | None = None) -> Audit:
    """Return the audit of the shipped curriculum, with the people of an example or without any."""
    options = PlanOptions(dt.date(2026, 11, 21))
    return audit(open_session(ROOT, "7n"), ROOT / "examples" / people if people else None, options)


def hostile(evil: str) -> Audit:
    """Return the audit of the shipped curriculum in which titles and a finding say ``evil``."""
    found = audited()
    library, words = found.library, Text(zh=evil, en=evil + ".")
    unit, topic = library.units[UnitId("CON-1")], library.topics[TopicId("T01")]
    changed = replace(
        library,
        units={**library.units, UnitId("CON-1"): unit.model_copy(update={"title": words})},
        topics={**library.topics, TopicId("T01"): topic.model_copy(update={"title": words})},
        curriculum=library.curriculum.model_copy(update={"title": words}),
    )
    first = replace(found.findings[0], message=words, mend=words, subject=evil)
    return replace(found, library=changed, findings=(first, *found.findings[1:]))
