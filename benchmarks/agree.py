"""Compare every stage of drawn people's plans with two solvers that nobody here wrote: HiGHS and clingo.

    python benchmarks/agree.py --modules 511 --coupling 0.35 --people 500 --judge highs
    python benchmarks/agree.py --modules 162 --people 500 --judge clingo

The judges (``tests/judge``) read the library and the assessment, not the compiled problem. HiGHS runs in a process of its own, because it and
the product's solver cannot share one. Prints every disagreement, and how many people were compared; exit code 1 if any disagree.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.worlds import AS_OF, World, write_world
from competency_engine.assessment.gaps import Assessment, assess
from competency_engine.domain.entity import PersonId
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, EvidenceRecord, Person, Population
from competency_engine.planning.pose import Horizon
from competency_engine.workflows.session import open_session

DATE = dt.date.fromisoformat(AS_OF)
ROOT = Path(__file__).parents[1]


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


def horizon_of(library: Library, hours: float | None) -> Horizon:
    """Return the year after the date of reference."""
    return Horizon(DATE.year + 1, 1, library.policy.horizon_months, hours)


def assessments(folder: Path) -> Iterator[tuple[Library, Assessment]]:
    """Yield every person of the world in ``folder``, assessed."""
    library = open_session(folder).library
    population = read_people(folder)
    for person in population.persons:
        yield library, assess(person, population, library, DATE)


def product_values(folder: Path, hours: float | None) -> Iterator[dict[str, int]]:
    """Yield the product's selection stages of each person; every one must be proven."""
    from competency_engine.planning.compile import compile_catalogue
    from competency_engine.planning.pose import pose_problem
    from competency_engine.planning.search import Search
    from competency_engine.planning.select import select_modules

    search = None
    for library, assessment in assessments(folder):
        search = search or Search(compile_catalogue(library), compiled=True)
        problem = pose_problem(assessment, library, search.catalogue, horizon_of(library, hours))
        selection = select_modules(problem, search=search)
        assert selection is not None
        assert all(stage.value == stage.bound for stage in selection.stages), assessment.person.id
        yield {stage.name: stage.value for stage in selection.stages}


def judge_values(folder: Path, hours: float | None, judge: str) -> Iterator[dict[str, int]]:
    """Yield the judge's selection stages of each person."""
    for library, assessment in assessments(folder):
        if judge == "highs":
            from tests.judge.highs import select
            from tests.judge.rules import Case

            yield dict(select(Case(library, assessment, horizon_of(library, hours))))
        else:
            from tests.judge.selection import judge_selection

            selection = judge_selection(library, assessment, horizon_of(library, hours))
            assert selection is not None
            yield dict(selection.stages)


def compare(folder: Path, hours: float | None, judge: str) -> int:
    """Return how many people the product and the judge disagree on."""
    command = [sys.executable, __file__, "--as-judge", str(folder), "--judge", judge]
    command += ["--hours", str(hours)] if hours is not None else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        differing = compared = 0
        for number, ours in enumerate(product_values(folder, hours), start=1):
            line = process.stdout.readline()
            theirs = json.loads(line) if line else None
            compared += theirs is not None
            if ours != theirs:
                differing += 1
                sys.stdout.write(f"person {number}: ours {ours}, {judge} {theirs}\n")
            sys.stderr.write(f"\r{compared} compared, {differing} differ")
            sys.stderr.flush()
    sys.stderr.write("\n")
    sys.stdout.write(f"{compared} people compared with {judge}, {differing} differ\n")
    return differing


def main() -> None:
    """Draw a world and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", type=int, choices=(162, 511, 5000), default=511)
    parser.add_argument("--coupling", type=float, default=0.35)
    parser.add_argument("--gaps", choices=("light", "heavy"), default="light")
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--hours", type=float, help="hours of a year; without it the budget never binds")
    parser.add_argument("--judge", choices=("highs", "clingo"), default="highs")
    parser.add_argument("--as-judge", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.as_judge:
        for values in judge_values(given.as_judge, given.hours, given.judge):
            sys.stdout.write(json.dumps(values) + "\n")
            sys.stdout.flush()
        return
    with tempfile.TemporaryDirectory() as folder:
        write_world(World(given.modules, given.coupling, given.gaps, given.people), Path(folder))
        sys.exit(1 if compare(Path(folder), given.hours, given.judge) else 0)


if __name__ == "__main__":
    main()
