"""Instruments and sittings in Python, for tests of what scores of many sources say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from competency_engine.domain.evidence import Instrument, Sitting, Survey
from competency_engine.domain.library import Library
from tests.worlds.build import DRAFTED, TEXT


def instrument(id_: str, **fields: Any) -> Instrument:
    """Return work evidence that holds for a year and can prove every level, unless told otherwise."""
    given = {"method": "work_evidence", "validity_months": 12, "proves_up_to": 9, "cost_hours": 1, **fields}
    return Instrument.model_validate({"kind": "instrument", "id": id_, "title": TEXT, **DRAFTED, **given}, strict=False)


def sitting(source: str, date: str, scores: Mapping[str, int], **fields: Any) -> Sitting:
    """Return a sitting without a rater unless told otherwise."""
    return Sitting.model_validate({"source": source, "date": date, "scores": scores, **fields}, strict=False)


def survey(date: str, *problems: str) -> Survey:
    """Return a survey with ``problems`` and no word on importance."""
    return Survey.model_validate({"date": date, "problems": problems}, strict=False)


def with_instruments(library: Library, *instruments: Instrument) -> Library:
    """Return ``library`` with ``instruments`` in place of its own."""
    return replace(library, instruments={one.id: one for one in sorted(instruments, key=lambda one: one.id)})
