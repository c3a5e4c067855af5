"""What is measured on: a curriculum and people, opened through the product, with everyone's problem posed."""

from __future__ import annotations

import datetime as dt
import json
import random
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.worlds import AS_OF, Document, World, draw_people, write_world
from competency_engine.assessment.gaps import assess
from competency_engine.domain.entity import PersonId
from competency_engine.domain.evidence import EvidenceRecord
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Person, Population
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import Catalogue, PlanningProblem
from competency_engine.workflows.session import open_population, open_session
from examples import generate

ROOT = Path(__file__).parents[1]
REFERENCE = "reference curriculum"


@dataclass(frozen=True, eq=False)
class Case:
    """One curriculum with people.

    Attributes:
        name: for tables.
        library: the documents.
        catalogue: the compiled curriculum.
        population: the people and what is recorded of them.
        people: whom to plan for, in order.
        as_of: the date of assessment.
        hard: some of the people may take minutes without compiled code.
    """

    name: str
    library: Library
    catalogue: Catalogue
    population: Population
    people: tuple[PersonId, ...]
    as_of: dt.date
    hard: bool = False

    def pose(self, person: int, months: int | None = None, hours_per_year: float | None = None) -> PlanningProblem:
        """Return the problem of one person from next January; None = as the policy says."""
        assessment = assess(self.people[person], self.population, self.library, self.as_of)
        horizon = Horizon(self.as_of.year + 1, 1, months or self.library.policy.horizon_months, hours_per_year)
        return pose_problem(assessment, self.library, self.catalogue, horizon)


def open_world(world: World, folder: Path) -> Case:
    """Return ``world``, written into ``folder`` and read by the product."""
    write_world(world, folder)
    library = open_session(folder, "world").library
    people = read_people(draw_people(world))
    case = _case(world.name, library, people, dt.date.fromisoformat(AS_OF), len(people.persons))
    return replace(case, hard=world.modules > 1000 or world.gaps == "heavy")


def open_reference(people: int, folder: Path) -> Case:
    """Return the shipped curriculum with some of the synthetic people of ``examples/generate.py``, drawn from all of them.

    Why drawn: the first sixty are showcases, not likely people.
    """
    generate.main(["--people", str(max(people, 4 * generate.SHOWCASE)), "--out", str(folder)])
    session = open_session(ROOT, "7n")
    population, _ = open_population(session, folder)
    return _case(REFERENCE, session.library, population, generate.AS_OF, people)


def open_cases(worlds: Iterable[World], people: int) -> Iterator[Case]:
    """Yield ``worlds``, and the reference curriculum with ``people``, each opened when its turn comes."""
    for world in worlds:
        with tempfile.TemporaryDirectory() as folder:
            case = open_world(world, Path(folder))
        yield case
    with tempfile.TemporaryDirectory() as folder:
        case = open_reference(people, Path(folder))
    yield case


def read_people(documents: Iterable[Document]) -> Population:
    """Return the people of ``documents``, one complete person each."""
    people = Population({}, {}, {})
    for document in documents:
        person = Person.model_validate_json(json.dumps(document["person"]))
        home = Community.model_validate_json(json.dumps(document["community"]))
        records = (EvidenceRecord.model_validate_json(json.dumps(record)) for record in document["evidence"])
        people.persons[person.id], people.communities[home.id] = person, home
        people.evidence[person.id] = tuple(records)
    return people


def _case(name: str, library: Library, population: Population, as_of: dt.date, people: int) -> Case:
    labels = sorted(population.persons)
    drawn = sorted(random.Random(2026).sample(labels, min(people, len(labels))))
    return Case(name, library, compile_catalogue(library), population, tuple(drawn), as_of)
