"""Random people to plan for on the shipped model and curriculum, in the same form as the random worlds."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from random import Random

from competency_engine.domain.competency import FactValue
from competency_engine.domain.entity import PersonId
from competency_engine.domain.evidence import EvidenceRecord
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Completion, Person, Population
from competency_engine.loading.files import find_files
from competency_engine.loading.loader import build_library, link, read_yaml_files
from competency_engine.loading.workspace import Workspace
from competency_engine.planning.pose import Horizon
from tests.judge.worlds import AS_OF, KINDS, World

ROOT = Path(__file__).parents[2]


@cache
def shipped_library() -> Library:
    """Return the library of ``models/7n`` and ``curricula/7n``."""
    paths = [path for folder in ("models", "curricula") for path in find_files(ROOT / folder / "7n")]
    library = build_library(link(read_yaml_files(paths, Workspace(ROOT))), "7n")
    assert library is not None
    return library


def shipped_world(seed: int, horizon: Horizon | None = None) -> World:
    """Return a person of the shipped library with 10 to 40 gaps; a random horizon if none is given."""
    rng = Random(seed)
    library = shipped_library()
    role = library.roles[rng.choice(["R1", "R2", "R3", "R4"])]
    person = PersonId("someone")
    evidence = tuple(
        EvidenceRecord(
            unit=unit,
            level=max(0, level - rng.choice([0, 0, 1, 1, 2])),
            date=dt.date(2026, 9, 1),
            gap_kind=rng.choice(KINDS),
        )
        for unit, level in role.requires.items()
        if rng.random() < 0.9
    )
    completed = tuple(
        Completion(module=module, date=AS_OF - dt.timedelta(days=rng.randint(1, 900)))
        for module in rng.sample(sorted(library.modules), rng.choice([0, 0, 5, 15]))
    )
    population = Population(
        communities={"here": _community(rng, library)},
        persons={
            person: Person(
                kind="person",
                id=person,
                community="here",
                post_since=dt.date(2020, 1, 1),
                role=role.id,
                completed=completed,
            )
        },
        evidence={person: evidence},
    )
    drawn = Horizon(
        year=2027,
        month=rng.choice([1, 1, 3, 9]),
        months=rng.choice([6, 12, 12, 12, 18]),
        hours_per_year=rng.choice([None, None, 20.0, 40.0, 80.0]),
    )
    return World(library, population, person, AS_OF, horizon or drawn)


def _community(rng: Random, library: Library) -> Community:
    possible: dict[str, FactValue] = {
        "renovation_stage": rng.choice(["none", "planned", "ongoing"]),
        "aged60_share": rng.choice([10.0, 25.0, 35.0]),
        "high_rise": rng.random() < 0.5,
        "tenant_share": rng.choice([20.0, 45.0]),
        "petition_backlog": rng.choice([0, 3, 12]),
        "flood_or_geo_risk": rng.random() < 0.5,
        "flood_season_start": dt.date(2027, rng.randint(1, 6), 1).isoformat(),
        "owners_committee_term_end": (AS_OF + dt.timedelta(days=rng.randint(0, 200))).isoformat(),
        "residents_committee_election_due": (AS_OF + dt.timedelta(days=rng.randint(0, 200))).isoformat(),
    }
    facts = {fact: value for fact, value in possible.items() if fact in library.community_facts and rng.random() < 0.6}
    types = tuple(rng.sample(sorted(library.community_types), 2))
    return Community(kind="community", id="here", types=types, facts=facts)
