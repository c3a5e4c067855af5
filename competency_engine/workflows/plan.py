"""Plan one person, several, or all: assess, pose, solve, verify, explain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from competency_engine.assessment.gaps import Assessment, assess, find_person
from competency_engine.domain.entity import PersonId
from competency_engine.domain.people import Population
from competency_engine.domain.plan import Plan
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.plan import describe_solution
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import Catalogue, PlanningProblem, Solution
from competency_engine.planning.search import Search
from competency_engine.planning.solve import solve_problem
from competency_engine.workflows.session import Session, open_population, person_hash

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What the user asked of a plan; None = as the policy says.

    Attributes:
        as_of: date on which gaps are assessed.
        start: first month as (year, month); by default January of the year after ``as_of``.
        months: months of the horizon.
        hours: credit hours of a calendar year.
    """

    as_of: dt.date
    start: tuple[int, int] | None = None
    months: int | None = None
    hours: float | None = None

    def horizon(self, session: Session) -> Horizon:
        """Return the horizon that these options mean under the session's policy."""
        year, month = self.start or (self.as_of.year + 1, 1)
        return Horizon(year, month, self.months or session.library.policy.horizon_months, self.hours)


@dataclass(frozen=True, slots=True)
class Solved:
    """One person's assessment, problem and solution (None = no feasible plan)."""

    assessment: Assessment
    problem: PlanningProblem
    solution: Solution | None


@dataclass(frozen=True)
class Planner:
    """Everything that planning one person needs, the same for all of them.

    ``search`` is over ``catalogue``; None = the one in plain Python. ``fused`` says what the sources say of people for whom
    that is known already.
    """

    session: Session
    population: Population
    catalogue: Catalogue
    options: PlanOptions
    search: Search | None = None
    fused: Mapping[PersonId, Fused] = field(default_factory=dict)

    def solve(self, person_id: PersonId) -> Solved:
        """Return one person's problem and its solution; neither depends on who else is planned."""
        library = self.session.library
        assessment = assess(person_id, self.population, library, self.options.as_of, self.fused.get(person_id))
        problem = pose_problem(assessment, library, self.catalogue, self.options.horizon(self.session))
        return Solved(assessment, problem, solve_problem(problem, self.search))

    def describe(self, solved: Solved) -> Plan:
        """Return the plan that ``solved`` amounts to."""
        library, horizon = self.session.library, self.options.horizon(self.session)
        person_id = solved.assessment.person.id
        hashes = {"library": self.session.library_hash, "person": person_hash(person_id, self.population)}
        return describe_solution(solved.assessment, library, horizon, solved.problem, solved.solution, hashes)

    def plan(self, person_id: PersonId) -> Plan:
        """Return the plan of one person."""
        return self.describe(self.solve(person_id))


def open_planner(session: Session, people: Path | None, names: tuple[str, ...], options: PlanOptions) -> Planner:
    """Return a planner over the people in ``people``; ``names`` limits whose evidence is read (none = everyone's)."""
    population, _ = open_population(session, people, frozenset(names) or None)
    return Planner(session, population, compile_catalogue(session.library), options)


def make_plans(planner: Planner, names: tuple[str, ...]) -> Iterator[Plan]:
    """Yield the plans of ``names`` (none = of everyone, by label), in that order.

    Raises:
        UsageError: when a name is nobody's.
    """
    person_ids = [find_person(name, planner.population) for name in names] or list(planner.population.persons)
    yield from map(planner.plan, person_ids)
