"""Degree plans: requisites laid over terms, how evenly the terms are filled, and how much room the courses have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from competency_engine.graph.faults import KIND_TITLES
from competency_engine.graph.requisites import Requisite, RequisiteKind, Requisites
from competency_engine.graph.structure import measure_structure
from competency_engine.text import Text, say

Terms = Mapping[str, int]
"""Course → the term in which it is taken, counted from 1."""


@dataclass(frozen=True, slots=True)
class TermLoads:
    """How the credit hours of a plan lie in its terms.

    Attributes:
        total: credit hours of all terms.
        average: of a term.
        least: credit hours of the emptiest term, and ``least_at`` the first such term.
        least_at: see ``least``.
        most: credit hours of the fullest term, and ``most_at`` the first such term.
        most_at: see ``most``.
        deviation: standard deviation of the terms, √(Σ (credits − average)² / terms).
    """

    total: float
    average: float
    least: float
    least_at: int
    most: float
    most_at: int
    deviation: float


def measure_loads(terms: Terms, credits: Mapping[str, float]) -> TermLoads:
    """Return how evenly the credit hours of ``terms`` are spread over the terms from 1 to the last one used.

    Source: CurricularAnalytics.jl, ``basic_metrics`` of a degree plan.

    Raises:
        ValueError: when no course has a term.
    """
    if not terms:
        raise ValueError("no course has a term")
    loads = [0.0] * max(terms.values())
    for course, term in terms.items():
        loads[term - 1] += credits[course]
    average = fsum(loads) / len(loads)
    deviation = sqrt(fsum((load - average) ** 2 for load in loads) / len(loads))
    least, most = min(loads), max(loads)
    return TermLoads(fsum(loads), average, least, loads.index(least) + 1, most, loads.index(most) + 1, deviation)


def requisite_distances(requisites: Requisites, terms: Terms) -> dict[str, int]:
    """Return by course the terms that lie between it and its requisites, summed over these: Σ t(course) − t(requisite).

    Courses and requisites without a term count nothing. Source: CurricularAnalytics.jl, ``requisite_distance``.
    """
    found = dict.fromkeys(requisites.courses, 0)
    for before, after, _ in requisites.known:
        if before in terms and after in terms:
            found[after] += terms[after] - terms[before]
    return found


@dataclass(frozen=True, slots=True)
class TermProblem:
    """Why a plan does not hold: a course without a term (``edge`` None), or a requisite that its terms break."""

    course: str
    edge: Requisite | None
    reason: Text


def why_plan_invalid(requisites: Requisites, terms: Terms) -> tuple[TermProblem, ...]:
    """Return what ``terms`` leave out or break: first courses without a term, then requisites, each in their order.

    A prerequisite stands in an earlier term, a corequisite not in a later one, a strict corequisite in the same.
    """
    missing = [
        TermProblem(course, None, say(f"{course} 没有安排学期", f"{course} has no term"))
        for course in requisites.courses
        if course not in terms
    ]
    broken = [
        TermProblem(edge[1], edge, _broken(edge, terms))
        for edge in requisites.known
        if edge[0] in terms and edge[1] in terms and not _holds(terms[edge[0]], terms[edge[1]], edge[2])
    ]
    return (*missing, *broken)


def _holds(before: int, after: int, kind: RequisiteKind) -> bool:
    if kind == "pre":
        return before < after
    return before <= after if kind == "co" else before == after


def _broken(edge: Requisite, terms: Terms) -> Text:
    before, after, kind = edge
    title = KIND_TITLES[kind]
    return say(
        f"{after} 在第 {terms[after]} 学期，其{title.zh} {before} 在第 {terms[before]} 学期",
        f"{after} stands in term {terms[after]}, its {title.en} {before} in term {terms[before]}",
    )


def deferment_factors(requisites: Requisites, terms: Terms, last_term: int) -> dict[str, float]:
    """Return by course with a term how little room it has to be taken later: 1 / (1 + free terms), above 0 to 1.

    ::

        free terms = last_term − term − (courses on the longest path that starts at the course) + 1

    1 means that one term's delay moves the end; 1/4, that three do not. A corequisite may share the term of its requisite, so on
    that path it takes no term of its own: the count never exceeds what the terms of a plan that holds leave room for, and free terms
    below 0 (a plan that runs beyond ``last_term``) count as 0.

    Source: Reeping, R package CurricularComplexity 1.0.1, ``deferment_factor(outbound_only = TRUE)``. The program counts the terms
    after the course in which nothing stands that needs it; that is the same where what follows is one chain.

    Args:
        requisites: the courses and what each requires.
        terms: where the courses stand.
        last_term: the term in which the curriculum should be completed.

    Raises:
        CyclicRequisitesError: when the requisites have a cycle.
    """
    needed = _terms_needed(requisites)
    return {
        course: 1 / (1 + max(0, last_term - terms[course] - needed[course] + 1))
        for course in requisites.courses
        if course in terms
    }


def _terms_needed(requisites: Requisites) -> dict[str, int]:
    """Return by course the fewest terms that it and all that follows from it take."""
    steps: dict[str, dict[str, int]] = {course: {} for course in requisites.courses}
    for before, after, kind in requisites.known:
        steps[before][after] = max(steps[before].get(after, 0), int(kind == "pre"))
    needed: dict[str, int] = {}
    for position in reversed(requisites.order):
        course = requisites.courses[position]
        needed[course] = max((needed[later] + step for later, step in steps[course].items()), default=1)
    return needed


def inflexibility_factors(
    requisites: Requisites, terms: Terms, offered: Mapping[str, Sequence[int]], last_term: int
) -> dict[str, int]:
    """Return by course that is not offered in every term how dear it is to miss it; the sum is the curriculum's.

    Whoever misses the course takes it in the next term in which it is offered, and all that follows from it moves by as much::

        shift     = next term in which it is offered − term
        extension = max(0, latest term of the course and all that it leads to + shift − last_term)
        factor    = (term + shift + extension) · delay

    with delay the courses on the longest path through it (``structure.measure_structure``). Source: Reeping, R package
    CurricularComplexity, ``inflexibility_factor``, where the shift is 2 for a course of one season and 4 for one of every other year.

    Args:
        requisites: the courses and what each requires.
        terms: where the courses stand.
        offered: course → the terms in which it is offered; a course offered in every term is left out.
        last_term: the term in which the curriculum should be completed.

    Raises:
        CyclicRequisitesError: when the requisites have a cycle.
        ValueError: when a course of ``offered`` has no term, or no later term in which it is offered.
    """
    delay = measure_structure(requisites).delay.values
    found = {}
    for position, course in enumerate(requisites.courses):
        if course not in offered:
            continue
        later = sorted(term for term in offered[course] if course in terms and term > terms[course])
        if not later:
            raise ValueError(f"{course}: no term after its own in which it is offered")
        shift = later[0] - terms[course]
        moved = [name for other, name in enumerate(requisites.courses) if requisites.reached[position] >> other & 1]
        latest = max(terms[name] for name in (course, *moved) if name in terms)
        found[course] = (terms[course] + shift + max(0, latest + shift - last_term)) * delay[course]
    return found
