"""How the requisites of a curriculum bear on those who study it: the metrics of Curricular Analytics.

Source of blocking, delay, centrality and complexity: Heileman, Abdallah, Slim, Hickman, "Curricular Analytics: A Framework for
Quantifying the Impact of Curricular Reforms and Pedagogical Innovations", arXiv:1811.09676 (2018).

No path is ever enumerated, since their number can be exponential: who reaches whom are bit masks in topological order, lengths come
from one pass forwards and one backwards, and paths are counted, not walked, in integers of any size.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Generic, TypeVar

from competency_engine.graph.requisites import Requisites, components

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class Metric(Generic[Number]):
    """One number for each course: ``values`` in the order of the courses.

    Attributes:
        values: course → number.
        total: their sum; of numbers with one decimal, exact to that decimal.
        highest: the largest of them; 0 where there are no courses.
        highest_at: the courses that have it.
    """

    values: Mapping[str, Number]
    total: Number
    highest: Number
    highest_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """The metrics of a curriculum, course by course.

    Attributes:
        blocking: how many courses cannot be taken before this one: all that it leads to.
        delay: courses on the longest path through this one.
        centrality: over all paths from a course without requisites to one that nothing requires, with this one strictly inside, the
            sum of their lengths in courses.
        complexity: delay + blocking; under quarters, two thirds of it, to one decimal.
        reachability: how many courses must come before: all that lead to this one.
    """

    blocking: Metric[int]
    delay: Metric[int]
    centrality: Metric[int]
    complexity: Metric[float]
    reachability: Metric[int]


def measure_structure(requisites: Requisites, *, quarters: bool = False) -> Structure:
    """Return the metrics of ``requisites``.

    With v a course, the graph's edges the requisites of every kind::

        blocking(v)   = number of courses that v leads to
        delay(v)      = courses on the longest path through v
        centrality(v) = Σ #(p) over the paths p from a source to a sink that hold v inside
        complexity(v) = delay(v) + blocking(v)                  semesters
                      = round((delay(v) + blocking(v)) · 2/3, 1)  quarters
        total         = Σ over the courses, of what is rounded already

    Why two thirds: a quarter is two thirds of a semester, so the same chain of courses costs that much less time.

    >>> found = measure_structure(Requisites(("a", "b", "c"), (("a", "b", "pre"), ("b", "c", "co"))))
    >>> dict(found.complexity.values), found.centrality.total
    ({'a': 5.0, 'b': 4.0, 'c': 3.0}, 3)

    Args:
        requisites: the courses and what each requires.
        quarters: whether the year has quarters; else semesters.

    Raises:
        CyclicRequisitesError: when the requisites have a cycle; ``faults.why_invalid`` names it.
    """
    blocking = [mask.bit_count() for mask in requisites.reached]
    delay = _delays(requisites)
    weights = [longest + later for longest, later in zip(delay, blocking, strict=True)]
    complexity = [round(weight * 2 / 3, 1) if quarters else float(weight) for weight in weights]
    centrality, leading = _centralities(requisites), [mask.bit_count() for mask in requisites.leading]
    # Adding decimals leaves dust (0.1 + 0.2); their exact sum, rounded as they are, does not.
    return Structure(
        _metric(requisites, blocking, sum(blocking)),
        _metric(requisites, delay, sum(delay)),
        _metric(requisites, centrality, sum(centrality)),
        _metric(requisites, complexity, round(fsum(complexity), 1)),
        _metric(requisites, leading, sum(leading)),
    )


def _metric(requisites: Requisites, values: Sequence[Number], total: Number) -> Metric[Number]:
    by_course = dict(zip(requisites.courses, values, strict=True))
    highest = max(values, default=total)
    return Metric(by_course, total, highest, tuple(course for course, value in by_course.items() if value == highest))


def _delays(requisites: Requisites) -> list[int]:
    """Return by course the number of courses on the longest path through it."""
    until = _longest(requisites.order, requisites.before)
    since = _longest(requisites.order[::-1], requisites.after)
    return [earlier + later - 1 for earlier, later in zip(until, since, strict=True)]


def _longest(order: Iterable[int], neighbours: Sequence[Sequence[int]]) -> list[int]:
    """Return by course the courses on the longest path that ends there, coming from ``neighbours``; itself counts."""
    length = [1] * len(neighbours)
    for course in order:
        length[course] += max((length[other] for other in neighbours[course]), default=0)
    return length


def _centralities(requisites: Requisites) -> list[int]:
    """Return by course the summed lengths of the paths from source to sink that hold it inside.

    With n paths into v of summed length s, and m out of it of summed length t, v counted in both, the n·m paths through v have
    the summed length s·m + t·n − n·m.
    """
    into = _paths(requisites.order, requisites.before)
    out_of = _paths(requisites.order[::-1], requisites.after)
    found = []
    for course, ((count, length), (count_out, length_out)) in enumerate(zip(into, out_of, strict=True)):
        inside = requisites.before[course] and requisites.after[course]
        found.append(length * count_out + length_out * count - count * count_out if inside else 0)
    return found


def _paths(order: Iterable[int], neighbours: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return by course how many paths lead there from where ``neighbours`` begin, and their summed length in courses."""
    found = [(1, 1)] * len(neighbours)
    for course in order:
        if neighbours[course]:
            count = sum(found[other][0] for other in neighbours[course])
            found[course] = count, count + sum(found[other][1] for other in neighbours[course])
    return found


def longest_chain(requisites: Requisites) -> tuple[str, ...]:
    """Return the courses of one longest path, first to last; of equals the one that comes first in the order of the courses.

    It has as many courses as the highest delay. () where there are no courses.

    Raises:
        CyclicRequisitesError: when the requisites have a cycle.
    """
    ahead = _longest(requisites.order[::-1], requisites.after)
    chain: list[int] = []
    choice: Sequence[int] = range(len(ahead))
    while choice:
        chain.append(max(choice, key=lambda course: (ahead[course], -course)))
        choice = requisites.after[chain[-1]]
    return tuple(requisites.courses[course] for course in chain)


def find_components(requisites: Requisites) -> tuple[tuple[str, ...], ...]:
    """Return the sets of courses that requisites join, in either direction; a course that none touches is a set of its own."""
    links = ((course, later) for course, after in enumerate(requisites.after) for later in after)
    return tuple(
        tuple(requisites.courses[course] for course in members)
        for members in components(len(requisites.courses), links)
    )


def find_bottlenecks(
    requisites: Requisites, *, least_before: int = 3, least_after: int = 3, least_both: int = 5
) -> tuple[str, ...]:
    """Return the courses with at least so many direct requisites, or direct followers, or both together.

    One of the three is enough. Every kind of requisite counts. Source of the definition and of the numbers: Reeping, R package
    CurricularComplexity 1.0.1, ``find_bottlenecks``.
    """
    return tuple(
        course
        for course, before, after in zip(requisites.courses, requisites.before, requisites.after, strict=True)
        if len(before) >= least_before or len(after) >= least_after or len(before) + len(after) >= least_both
    )


def find_dead_ends(requisites: Requisites, prefixes: Mapping[str, str], major: Collection[str]) -> tuple[str, ...]:
    """Return the courses at the end of a path that no course of the major builds on.

    Such a course has a requisite, is none itself, and its prefix is not of ``major``; one without a prefix is left out. Source of
    the definition: CurricularAnalytics.jl, ``dead_ends``.

    Args:
        requisites: the courses and what each requires.
        prefixes: course → prefix (``MATH``); a course may be absent.
        major: the prefixes of the major.
    """
    return tuple(
        course
        for course, before, after in zip(requisites.courses, requisites.before, requisites.after, strict=True)
        if before and not after and prefixes.get(course) and prefixes[course] not in major
    )


def find_similarity(courses: Collection[str], basis: Collection[str]) -> float:
    """Return the share of ``basis`` that is also in ``courses``, from 0 to 1; it is not symmetric.

    Formula: |courses ∩ basis| / |basis|. Source: CurricularAnalytics.jl, ``similarity``, courses compared by id.

    >>> find_similarity("abcd", "abcde"), find_similarity("abcde", "abcd")
    (0.8, 1.0)

    Raises:
        ValueError: when ``basis`` is empty.
    """
    if not basis:
        raise ValueError("nothing to compare with")
    return len(set(courses) & set(basis)) / len(set(basis))
