"""“This is my problem”: what to learn for it in half a day and in a month, and who has solved it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

from competency_engine.assessment.gaps import Assessment, ask_instead, assess
from competency_engine.domain.casebook import Case, Problem
from competency_engine.domain.competency import Role
from competency_engine.domain.entity import PersonId, UnitId
from competency_engine.domain.evidence import EvidenceRecord
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Person, Population
from competency_engine.domain.plan import Plan
from competency_engine.domain.venue import Site
from competency_engine.errors import UsageError
from competency_engine.lint.fields import walk_texts
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.plan import describe_solution
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import Catalogue
from competency_engine.planning.solve import solve_problem
from competency_engine.text import Text, say
from competency_engine.workflows.session import Session

HALF_DAY = 4.0
"""Credit hours of half a day, the most that are taught in one (08:30–12:00)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the catalogue has to say to one problem of one person.

    Attributes:
        problem: the problem.
        half_day: the best plan of four hours.
        month: the best plan of a month, within the month's hours of the policy.
        cases: who has solved it.
        sites: where some of the units that it takes can be seen.
    """

    problem: Problem
    half_day: Plan
    month: Plan
    cases: tuple[Case, ...]
    sites: tuple[Site, ...]

    @property
    def lacks(self) -> tuple[str, ...]:
        """What designers still owe: ``case`` where nobody is known to have solved it, ``half_day`` and ``month`` where such a plan gains nothing."""
        return (
            *(() if self.cases else ("case",)),
            *(
                name
                for name, plan in (("half_day", self.half_day), ("month", self.month))
                if plan.gaps and not plan.steps
            ),
        )


def find_problem(name: str, library: Library) -> Problem:
    """Return the problem with this id or number, or the only one that ``name`` points to: by its title, else by anything in it.

    The titles of the units that it takes are in it too, so that a problem is found under the name of its skill.

    Raises:
        UsageError: when there is none, or several; names what is near.
    """
    problems = library.problems
    if not name.strip():
        raise UsageError(say("写上问题的序号、id 或一个词", "write the number, the id or a word of a problem"))
    matches = (
        [p for p in problems.values() if name in (p.id, str(p.number))]
        or [p for p in problems.values() if not name.isdigit() and _holds(name, (p.title,))]
        or [p for p in problems.values() if not name.isdigit() and _holds(name, _texts(p, library))]
    )
    if len(matches) == 1:
        return matches[0]
    if matches:
        ids = ", ".join(problem.id for problem in matches)
        raise UsageError(say(f"{name} 可指 {ids}，写其中一个", f"{name} may be {ids}; write one of them"))
    known = {text: p.id for p in problems.values() for text in (p.id, p.title.zh, p.title.en)}
    near = get_close_matches(name, known, n=1, cutoff=0.4)
    hint = say(f"；是不是 {known[near[0]]}？", f"; did you mean {known[near[0]]}?") if near else say("", "")
    raise UsageError(say(f"没有问题 {name}{hint.zh}", f"there is no problem {name}{hint.en}"))


def _holds(words: str, texts: Iterable[Text]) -> bool:
    wanted = words.casefold()
    return any(wanted in phrase.casefold() for text in texts for phrase in (text.zh, text.en))


def _texts(problem: Problem, library: Library) -> Iterator[Text]:
    yield from (text for text, _ in walk_texts(problem))
    yield from (library.units[unit].title for unit in problem.needs)


def assess_typical(role: Role, library: Library, as_of: dt.date) -> Assessment:
    """Return someone who was assessed at just the levels that ``role`` requires."""
    person = Person(kind="person", id=PersonId(role.id), community="typical", post_since=as_of, role=role.id)
    records = tuple(EvidenceRecord(unit=unit, level=level, date=as_of) for unit, level in role.requires.items())
    community = Community(kind="community", id="typical", types=())
    return assess(
        person.id, Population({community.id: community}, {person.id: person}, {person.id: records}), library, as_of
    )


def answer_problem(session: Session, problem: Problem, assessment: Assessment) -> Answer:
    """Return what the person of ``assessment`` may do about ``problem``; both plans are proven best and verified.

    Half a day is half a day and a month a month, whatever the person has begun, been credited with or is away for.
    """
    library = session.library
    catalogue = compile_catalogue(library)
    person = assessment.person.model_copy(update={"away": ()})
    free = replace(assessment, person=person, begun={}, credited={})
    asked = ask_instead(free, problem.needs, problem.id, library)
    date = assessment.as_of
    return Answer(
        problem,
        half_day=_best(asked, _within(library, HALF_DAY), catalogue, Horizon(date.year, date.month, 1)),
        month=_best(
            asked, _within(library, library.policy.hours_per_month), catalogue, Horizon(date.year, date.month, 1)
        ),
        cases=tuple(library.cases[id_] for id_ in problem.cases),
        sites=tuple(site for site in library.sites.values() if _shows(site, problem)),
    )


@lru_cache(maxsize=4)
def _within(library: Library, hours: float) -> Library:
    """Return ``library`` with a policy under which a month holds ``hours``, of whatever modes, and need hold none."""
    budget = library.policy.budget.model_copy(
        update={"hours_per_year": max(hours, library.policy.budget.hours_per_year)}
    )
    changed = {"hours_per_month": hours, "budget": budget, "least_hours_per_month": 0, "least_modules_per_month": 0}
    return replace(library, policy=library.policy.model_copy(update=changed))


def _best(asked: Assessment, library: Library, catalogue: Catalogue, horizon: Horizon) -> Plan:
    problem = pose_problem(asked, library, catalogue, horizon)
    return describe_solution(asked, library, horizon, problem, solve_problem(problem), {})


def _shows(site: Site, problem: Problem) -> bool:
    return any(UnitId(unit) in problem.needs for unit in site.shows) or not set(site.cases).isdisjoint(problem.cases)
