"""What is wrong with requisites: cycles, requisites that no order of terms can meet, and requisites that say nothing new."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from competency_engine.graph.requisites import Requisite, RequisiteKind, Requisites
from competency_engine.text import Text, say

_Links = Sequence[Mapping[int, Requisite]]
"""By position of a course, the courses whose term is no earlier than its own, each with the requisite that says so."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nobody can complete a curriculum.

    Attributes:
        kind: ``cycle``: requisites lead back to where they began; ``unsatisfiable``: courses that must share a term must also
            lie in different ones.
        courses: the courses concerned, in the order in which the requisites lead round them; the last leads to the first.
        edges: the requisites that say so, in that order; of strict corequisites, some are followed against their direction.
    """

    kind: Literal["cycle", "unsatisfiable"]
    courses: tuple[str, ...]
    edges: tuple[Requisite, ...]

    @property
    def reason(self) -> Text:
        """The contradiction in words, by course ids."""
        shown = " → ".join((*self.courses, self.courses[0]))
        if self.kind == "cycle":
            return say(f"先修条件成环：{shown}", f"the requisites form a cycle: {shown}")
        said = [_phrase(edge) for edge in self.edges]
        return say(
            f"无法同时满足：{'；'.join(text.zh for text in said)}",
            f"these cannot all hold: {'; '.join(text.en for text in said)}",
        )


def _phrase(edge: Requisite) -> Text:
    before, after, kind = edge
    if kind == "pre":
        return say(f"{before} 先于 {after}", f"{before} before {after}")
    if kind == "co":
        return say(f"{before} 不晚于 {after}", f"{before} not after {after}")
    return say(f"{before} 与 {after} 同一学期", f"{before} in the same term as {after}")


def why_invalid(requisites: Requisites) -> tuple[Problem, ...]:
    """Return why nobody can complete a curriculum; () when nothing speaks against it.

    A *cycle* is one of requisites of any kind, since metrics are of graphs without cycles; of each knot of courses that lead to
    each other one shortest cycle is named, from its first course on. Requisites are *unsatisfiable* when no assignment of terms
    meets them: with t the term of a course, ``pre`` says t(before) < t(after), ``co`` ≤ and ``strict_co`` =. That is so exactly when
    following requisites, strict ones both ways, leads from a course back to it over a ``pre``; of each such knot one shortest round
    is named, unless it is a cycle already.

    >>> [problem.reason.en for problem in why_invalid(Requisites(("a", "b", "c"), (
    ...     ("a", "b", "pre"), ("c", "b", "strict_co"), ("c", "a", "pre"))))]
    ['these cannot all hold: c before a; a before b; c in the same term as b']

    Source: the cases that CurricularAnalytics.jl calls invalid. It takes any round of three courses over strict corequisites for
    invalid; a round without a ``pre`` is none here, for all its courses in one term meet it.
    """
    return (*_cycles(requisites), *_contradictions(requisites))


def same_term(requisites: Requisites) -> tuple[tuple[str, ...], ...]:
    """Return the sets of two or more courses that can only be taken in one and the same term.

    They are joined by strict corequisites, or stand between two that are so joined. Meant for requisites that ``why_invalid`` finds
    nothing wrong with.
    """
    knots = _knots(_links(requisites, both_ways=True))
    return tuple(tuple(requisites.courses[course] for course in knot) for knot in knots if len(knot) > 1)


def _cycles(requisites: Requisites) -> Iterator[Problem]:
    links = _links(requisites, both_ways=False)
    for knot in _knots(links):
        best: tuple[int, ...] = ()
        for start in knot:
            # A cycle is found from its first course, so what lies before that need not be walked again.
            within = frozenset(course for course in knot if course >= start)
            best = _shortest_walk(links, start, {start}, within, len(best) or len(knot) + 1) or best
        if best:
            yield Problem("cycle", *_named(requisites, links, best))


def _contradictions(requisites: Requisites) -> Iterator[Problem]:
    links = _links(requisites, both_ways=True)
    index = requisites.index
    needs: list[set[int]] = [set() for _ in requisites.courses]
    for before, after, kind in requisites.known:
        if kind == "pre" and before != after:
            needs[index[after]].add(index[before])
    for knot in map(frozenset, _knots(links)):
        best: tuple[int, ...] = ()
        for course in sorted(knot):
            # From a course back to one of its prerequisites: with that prerequisite, a closed round.
            walk = _shortest_walk(links, course, needs[course] & knot, knot, len(best) or len(knot) + 1)
            best = (walk[-1], *walk[:-1]) if walk else best
        if best:
            courses, edges = _named(requisites, links, best, first_is_pre=True)
            if any(edge[0] != course for course, edge in zip(courses, edges, strict=True)):
                yield Problem("unsatisfiable", courses, edges)


def _links(requisites: Requisites, *, both_ways: bool) -> _Links:
    found: list[dict[int, Requisite]] = [{} for _ in requisites.courses]
    index = requisites.index
    for edge in requisites.known:
        found[index[edge[0]]].setdefault(index[edge[1]], edge)
    for edge in requisites.known if both_ways else ():
        if edge[2] == "strict_co":
            found[index[edge[1]]].setdefault(index[edge[0]], edge)
    return [dict(sorted(links.items())) for links in found]


def _named(
    requisites: Requisites, links: _Links, walk: Sequence[int], *, first_is_pre: bool = False
) -> tuple[tuple[str, ...], tuple[Requisite, ...]]:
    """Return the courses of a closed walk and the requisites between them; of the first, the prerequisite if so asked."""
    edges = [links[one][other] for one, other in pairwise((*walk, walk[0]))]
    courses = tuple(requisites.courses[course] for course in walk)
    if first_is_pre:
        edges[0] = (courses[0], courses[1], "pre")
    return courses, tuple(edges)


def _shortest_walk(
    links: _Links, source: int, targets: Collection[int], within: frozenset[int], below: int
) -> tuple[int, ...]:
    """Return the courses from ``source`` on a shortest walk of at least one link to one of ``targets``.

    The last is that target, unless it is ``source``. () when the walk has ``below`` courses or more, or there is none.
    """
    came: dict[int, int] = {}
    depth = {source: 1}
    queue = deque([source] if targets else [])
    while queue:
        course = queue.popleft()
        reached = next((following for following in links[course] if following in targets), None)
        if reached is not None:
            walk = (*_back(came, source, course), *(() if reached == source else (reached,)))
            return walk if len(walk) < below else ()
        for following in links[course]:
            if following in within and following not in depth and depth[course] + 1 < below:
                came[following], depth[following] = course, depth[course] + 1
                queue.append(following)
    return ()


def _back(came: Mapping[int, int], source: int, course: int) -> tuple[int, ...]:
    walk = [course]
    while walk[-1] != source:
        walk.append(came[walk[-1]])
    return tuple(reversed(walk))


def _knots(links: _Links) -> list[tuple[int, ...]]:
    """Return the sets of courses that lead to each other (strongly connected), ascending, by first course.

    Kosaraju's algorithm: courses by the time at which a search is done with them, then a search against the links.
    """
    against: list[list[int]] = [[] for _ in links]
    for course, following in enumerate(links):
        for other in following:
            against[other].append(course)
    done: list[int] = []
    seen: set[int] = set()
    for start in range(len(links)):
        done += _search(start, links, seen)
    seen = set()
    return sorted(tuple(sorted(knot)) for start in reversed(done) if (knot := _search(start, against, seen)))


def _search(start: int, following: Sequence[Mapping[int, Requisite] | Sequence[int]], seen: set[int]) -> list[int]:
    """Return what ``start`` leads to and ``seen`` does not hold yet, each after all that it leads to, and add it to ``seen``."""
    if start in seen:
        return []
    seen.add(start)
    done: list[int] = []
    open_: list[tuple[int, Iterator[int]]] = [(start, iter(following[start]))]
    while open_:
        course, others = open_[-1]
        new = next((other for other in others if other not in seen), None)
        if new is None:
            done.append(course)
            open_.pop()
        else:
            seen.add(new)
            open_.append((new, iter(following[new])))
    return done


@dataclass(frozen=True, slots=True)
class Extraneous:
    """A requisite that others imply: ``edge`` says nothing that is not said by way of the course ``via``."""

    edge: Requisite
    via: str


def find_extraneous(requisites: Requisites) -> tuple[Extraneous, ...]:
    """Return the prerequisites and corequisites that others imply, in the order in which they were given.

    A requisite u → v is extraneous when u is a prerequisite of some course that leads to v: then u is taken in an earlier term than v
    whatever the requisite says. A corequisite beside a prerequisite between the same two courses is extraneous too, ``via`` being v.
    A requisite that only a corequisite of u implies is kept, as CurricularAnalytics.jl keeps it ("c1 and c2 are *not* corequisites").

    Raises:
        CyclicRequisitesError: when the requisites have a cycle: there each would imply the other.
    """
    index, reached = requisites.index, requisites.reached
    needed: list[list[int]] = [[] for _ in requisites.courses]
    for before, after, kind in requisites.known:
        if kind == "pre":
            needed[index[before]].append(index[after])
    found = []
    for edge in requisites.known:
        source, target = index[edge[0]], index[edge[1]]
        ways = [course for course in sorted(needed[source]) if reached[course] >> target & 1]
        ways += [target] if edge[2] == "co" and target in needed[source] else []
        if ways and edge[2] != "strict_co":
            found.append(Extraneous(edge, requisites.courses[ways[0]]))
    return tuple(found)


KIND_TITLES: Mapping[RequisiteKind, Text] = {
    "pre": say("先修", "prerequisite"),
    "co": say("同修", "corequisite"),
    "strict_co": say("严格同修", "strict corequisite"),
}
"""What each kind of requisite is called."""
