"""Compare the selection of drawn people, stage by stage, with two solvers that nobody here wrote: HiGHS and clingo.

    python benchmarks/agree.py --modules 511 --coupling 0.35 --people 500 --judge highs
    python benchmarks/agree.py --reference --people 500 --judge clingo

The judges (``tests/judge``) read the library and the assessment, not the compiled problem; clingo also names the modules that the tie-break by id
leaves. A judge runs in a process of its own, because HiGHS and the product's solver cannot share one, and draws the same people again.
Prints every disagreement, and how many people were compared; exit code 1 if any disagree.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.worlds import AS_OF, World, write_world
from competency_engine.assessment.gaps import Assessment, assess
from competency_engine.domain.entity import PersonId
from competency_engine.domain.evidence import EvidenceRecord
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Person, Population
from competency_engine.planning.pose import Horizon
from competency_engine.workflows.session import open_session

DATE = dt.date.fromisoformat(AS_OF)
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, eq=False)
class Asked:
    """One person to plan for."""

    library: Library
    assessment: Assessment
    horizon: Horizon


@dataclass(frozen=True)
class Answer:
    """The value of each selection stage, and the modules chosen; None = the judge leaves ties open."""

    stages: dict[str, int]
    modules: list[str] | None


def read_people(folder: Path) -> Population:
    """Return the people of a world."""
    population = Population({}, {}, {})
    for line in (folder / "people.jsonl").read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        community = Community.model_validate({"kind": "community", **given.pop("community")}, strict=False)
        records = given.pop("evidence")
        person = Person.model_validate(
            {"kind": "person", "community": community.id, **given.pop("person")}, strict=False
        )
        population.communities[community.id] = community
        population.persons[PersonId(person.id)] = person
        population.evidence[PersonId(person.id)] = tuple(
            EvidenceRecord.model_validate(record, strict=False) for record in records
        )
    return population


def people_of_world(world: World, hours: float | None) -> Iterator[Asked]:
    """Yield every person of ``world``, with so many hours in the year after the date of reference."""
    with tempfile.TemporaryDirectory() as folder:
        write_world(world, Path(folder))
        library = open_session(Path(folder)).library
        population = read_people(Path(folder))
    for person in population.persons:
        horizon = Horizon(DATE.year + 1, 1, library.policy.horizon_months, hours)
        yield Asked(library, assess(person, population, library, DATE), horizon)


def people_of_reference(number: int) -> Iterator[Asked]:
    """Yield so many people of the shipped curriculum, each with months and hours of a year of their own."""
    from tests.judge.shipped import shipped_world

    for seed in range(1, number + 1):
        world = shipped_world(seed)
        yield Asked(world.library, world.assessment, world.horizon)


def product_answers(people: Iterator[Asked]) -> Iterator[Answer]:
    """Yield the product's answer for each person; every stage must be proven."""
    from competency_engine.planning.compile import compile_catalogue
    from competency_engine.planning.pose import pose_problem
    from competency_engine.planning.problem import bits
    from competency_engine.planning.search import Search
    from competency_engine.planning.select import select_modules

    search = None
    for asked in people:
        search = search or Search(compile_catalogue(asked.library), compiled=True)
        problem = pose_problem(asked.assessment, asked.library, search.catalogue, asked.horizon)
        selection = select_modules(problem, search=search)
        assert selection is not None
        assert all(stage.value == stage.bound for stage in selection.stages), asked.assessment.person.id
        modules = sorted(str(search.catalogue.module_ids[module]) for module in bits(selection.modules))
        yield Answer({stage.name: stage.value for stage in selection.stages}, modules)


def judge_answers(people: Iterator[Asked], judge: str) -> Iterator[Answer]:
    """Yield the judge's answer for each person."""
    for asked in people:
        if judge == "highs":
            from tests.judge.highs import select
            from tests.judge.rules import Case

            yield Answer(select(Case(asked.library, asked.assessment, asked.horizon)), None)
        else:
            from tests.judge.selection import judge_selection

            selection = judge_selection(asked.library, asked.assessment, asked.horizon)
            assert selection is not None
            yield Answer(selection.stages, list(selection.modules))


def compare(people: Iterator[Asked], judge: str, arguments: list[str]) -> int:
    """Return how many people the product and the judge, who is asked with the same arguments, disagree on."""
    command = [sys.executable, __file__, *arguments, "--as-judge"]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        differing = compared = 0
        for number, ours in enumerate(product_answers(people), start=1):
            line = process.stdout.readline()
            if not line:
                sys.exit(f"{judge} stopped after {compared} people, {differing} differ")
            theirs = Answer(**json.loads(line))
            compared += 1
            if ours.stages != theirs.stages or theirs.modules not in (None, ours.modules):
                differing += 1
                sys.stdout.write(f"person {number}: ours {ours}, {judge} {theirs}\n")
    seconds = time.perf_counter() - started
    sys.stdout.write(f"{compared} people compared with {judge}, {differing} differ, {seconds:.0f} s\n")
    return differing


def main() -> None:
    """Draw people and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", action="store_true", help="people of the shipped curriculum, not of a world")
    parser.add_argument("--modules", type=int, choices=(162, 511, 5000), default=511)
    parser.add_argument("--coupling", type=float, default=0.35)
    parser.add_argument("--gaps", choices=("light", "heavy"), default="light")
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--hours", type=float, help="hours of a year in a world; without it the budget never binds")
    parser.add_argument("--judge", choices=("highs", "clingo"), default="highs")
    parser.add_argument("--as-judge", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    people = (
        people_of_reference(given.people)
        if given.reference
        else people_of_world(World(given.modules, given.coupling, given.gaps, given.people), given.hours)
    )
    if not given.as_judge:
        sys.exit(1 if compare(people, given.judge, sys.argv[1:]) else 0)
    for answer in judge_answers(people, given.judge):
        sys.stdout.write(json.dumps(vars(answer)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
