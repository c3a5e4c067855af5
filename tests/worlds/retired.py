"""A model of which units were renamed, split, merged, related and dropped, and people recorded under the old units."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from competency_engine.assessment.successors import Successors
from competency_engine.domain.crosswalk import Counterpart
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument
from competency_engine.domain.library import Library
from competency_engine.domain.people import Dossier
from competency_engine.graph.crossing import Links
from tests.worlds.build import DRAFTED, TEXT, library, module, unit

FIRST = dt.date(2024, 1, 1)


def link(unit_id: str, relation: str = "exactMatchOf", levels: Mapping[int, int] | None = None) -> Counterpart:
    """Return a counterpart."""
    return Counterpart.model_validate({"unit": unit_id, "relation": relation, "levels": dict(levels or {})})


def links(**named: Sequence[Counterpart]) -> Links:
    """Return links by unit."""
    return {UnitId(name): tuple(counterparts) for name, counterparts in named.items()}


def instrument(id_: str, **fields: Any) -> Instrument:
    """Return a rating instrument unless it has items."""
    given = {"method": "peer_rating", "validity_months": 12, "proves_up_to": 3, "cost_hours": 1, **fields}
    return Instrument.model_validate({"kind": "instrument", "id": id_, "title": TEXT, **DRAFTED, **given}, strict=False)


def present(*units: str, **fields: Any) -> Library:
    """Return a library of ``units`` with the module M, the rating ``peers`` on the scale of levels, ``points`` off it, and the test ``quiz``."""
    items = [{"id": "Q1", "unit": units[0], "level": 1}]
    tools = [
        instrument("peers"),
        instrument("points", lowest=1, highest=5),
        instrument("quiz", method="test", items=items),
        instrument("drill", method="exercise", checklist_of=[units[0]]),
    ]
    world = library([unit(id_) for id_ in units], [module("M", brings={units[0]: 1})], **fields)
    return replace(world, instruments={tool.id: tool for tool in tools})


def successors(world: Library, **named: Sequence[Counterpart]) -> Successors:
    """Return what stands in ``world`` for the units ``named``."""
    return Successors(world, links(**named))


def dossier(
    records: Sequence[Mapping[str, Any]] = (),
    sittings: Sequence[Mapping[str, Any]] = (),
    surveys: Sequence[Mapping[str, Any]] = (),
    **person: Any,
) -> Dossier:
    """Return one person with what is recorded."""
    return Dossier.model_validate(
        {
            "person": {"kind": "person", "id": "学员0001", "community": "C", "post_since": "2020-01-01", **person},
            "community": {"kind": "community", "id": "C", "types": []},
            "evidence": [{"date": "2026-01-01", **record} for record in records],
            "sittings": [{"date": "2026-01-01", **sitting} for sitting in sittings],
            "surveys": [{"date": "2026-01-01", **survey} for survey in surveys],
        },
        strict=False,
    )


def day(rng: random.Random) -> dt.date:
    """Return a day of the first sixty."""
    return FIRST + dt.timedelta(days=rng.randrange(60))


def random_links(rng: random.Random, there: Sequence[str]) -> Links:
    """Return sound links of O0 … to ``there`` and to each other: no circle, and every join is said."""
    found: dict[UnitId, list[Counterpart]] = {}
    free = [*there]
    rng.shuffle(free)
    old = [f"O{number}" for number in range(rng.randrange(1, 9))]
    waiting = [*old]
    while waiting:
        how = rng.choice(("rename", "split", "merge", "dropped", "related", "part"))
        levels = {1: 0, 2: 1, 3: rng.randrange(1, 4)} if rng.random() < 0.4 else None
        one = waiting.pop()
        if how == "rename" and free:
            found[UnitId(one)] = [link(free.pop(), levels=levels)]
        elif how == "split" and len(free) > 1:
            found[UnitId(one)] = [link(free.pop(), "hasPart", levels), link(free.pop(), "hasPart")]
        elif how == "merge" and waiting and free:
            whole = free.pop()
            for part in (one, waiting.pop()):
                found[UnitId(part)] = [link(whole, "isPartOf", levels)]
            if rng.random() < 0.5:  # the whole was retired in its turn
                middle = f"W{len(found)}"
                for part in [key for key, ways in found.items() if ways and ways[0] == link(whole, "isPartOf", levels)]:
                    found[part] = [link(middle, "isPartOf", levels)]
                found[UnitId(middle)] = [link(whole)]
        elif how == "related":
            found[UnitId(one)] = [link(rng.choice(there), "isRelatedTo")]
        elif how == "part" and free:
            found[UnitId(one)] = [link(free.pop(), "isPartOf")]
        elif how == "dropped":
            found[UnitId(one)] = []
    return {unit_id: tuple(ways) for unit_id, ways in found.items()}


def random_dossier(rng: random.Random, names: Sequence[str]) -> Dossier:
    """Return a person with records of any kind under ``names`` and under what nothing knows."""
    keys = [*names, "NOBODY"]

    def record() -> dict[str, Any]:
        start = day(rng)
        ends = {"valid_until": str(start + dt.timedelta(days=rng.randrange(30)))} if rng.random() < 0.4 else {}
        kind = {"gap_kind": rng.choice(("knowledge", "quality"))} if rng.random() < 0.3 else {}
        return {"unit": rng.choice(keys), "level": rng.randrange(4), "date": str(start), **ends, **kind}

    def sitting() -> dict[str, Any]:
        source = rng.choice(("peers", "points", "quiz", "drill", "lost"))
        scored = rng.sample(keys, rng.randrange(1, len(keys) + 1))
        scores = {key: rng.randrange(1, 4) for key in scored}
        scores = {"quiz": {"Q1": 1, "Q9": 1}, "drill": {"Q9": 1}}.get(source, scores)
        return {"source": source, "date": str(day(rng)), "scores": scores}

    def survey() -> dict[str, Any]:
        asked = rng.sample(keys, rng.randrange(len(keys) + 1))
        return {"date": str(day(rng)), "importance": {key: rng.randrange(1, 6) for key in asked}, "problems": ["LOST"]}

    modules = [{"module": rng.choice(("M", "LOST")), "date": "2025-01-01"} for _ in range(rng.randrange(3))]
    return dossier(
        [record() for _ in range(rng.randrange(9))],
        [sitting() for _ in range(rng.randrange(4))],
        [survey() for _ in range(rng.randrange(3))],
        completed=modules,
        begun=[{"module": "LOST", "month": "2026-01"}],
    )
