"""Courses and what each of them requires: a plain value, its order, and who reaches whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

RequisiteKind = Literal["pre", "co", "strict_co"]
Requisite: TypeAlias = tuple[str, str, RequisiteKind]
"""(before, after, kind): ``before`` is a requisite of ``after``."""


class CyclicRequisitesError(ValueError):
    """Requisites lead back to where they began, so nothing that counts paths can be said of them."""


@dataclass(frozen=True)
class Requisites:
    """Courses with the requisites between them.

    ``pre`` is taken in an earlier term, ``co`` earlier or in the same, ``strict_co`` in the same. As in CurricularAnalytics every
    kind is an edge of the graph, and of several requisites between the same two courses the graph has one edge.

    Attributes:
        courses: ids of the courses; every answer keeps their order.
        edges: the requisites; one of whose ends is no course is ignored, and an exact repetition counts once.

    Raises:
        ValueError: when a course stands twice.
    """

    courses: tuple[str, ...]
    edges: tuple[Requisite, ...] = ()

    def __post_init__(self) -> None:
        twice = [course for course, count in Counter(self.courses).items() if count > 1]
        if twice:
            raise ValueError(f"courses that stand twice: {', '.join(twice)}")

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each course in ``courses``."""
        return {course: position for position, course in enumerate(self.courses)}

    @cached_property
    def known(self) -> tuple[Requisite, ...]:
        """The edges both of whose ends are courses, each once, in the order given."""
        ends = self.index
        return tuple(dict.fromkeys(edge for edge in self.edges if edge[0] in ends and edge[1] in ends))

    @cached_property
    def after(self) -> tuple[tuple[int, ...], ...]:
        """By position of a course, the positions of those that it is a requisite of, ascending."""
        return self._neighbours((before, after) for before, after, _ in self.known)

    @cached_property
    def before(self) -> tuple[tuple[int, ...], ...]:
        """By position of a course, the positions of its requisites, ascending."""
        return self._neighbours((after, before) for before, after, _ in self.known)

    def _neighbours(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[int, ...], ...]:
        found: list[set[int]] = [set() for _ in self.courses]
        for one, other in pairs:
            found[self.index[one]].add(self.index[other])
        return tuple(tuple(sorted(others)) for others in found)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Positions of the courses so that each stands after all its requisites.

        Raises:
            CyclicRequisitesError: when the requisites have a cycle; ``faults.why_invalid`` names it.
        """
        waiting = [len(before) for before in self.before]
        order = [course for course, count in enumerate(waiting) if count == 0]
        for course in order:
            for later in self.after[course]:
                waiting[later] -= 1
                if waiting[later] == 0:
                    order.append(later)
        if len(order) < len(self.courses):
            raise CyclicRequisitesError("the requisites have a cycle")
        return tuple(order)

    @cached_property
    def reached(self) -> tuple[int, ...]:
        """By position of a course, the bit mask of all that it leads to, itself left out.

        Raises:
            CyclicRequisitesError: when the requisites have a cycle.
        """
        return _masks(self.order[::-1], self.after)

    @cached_property
    def leading(self) -> tuple[int, ...]:
        """By position of a course, the bit mask of all that leads to it, itself left out.

        Raises:
            CyclicRequisitesError: when the requisites have a cycle.
        """
        return _masks(self.order, self.before)


def _masks(order: Iterable[int], neighbours: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return by course the mask of its ``neighbours`` and of theirs, which ``order`` has settled before it."""
    masks = [0] * len(neighbours)
    for course in order:
        for other in neighbours[course]:
            masks[course] |= masks[other] | 1 << other
    return tuple(masks)


def components(count: int, links: Iterable[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """Yield the sets of 0 … ``count`` − 1 that ``links`` join, whichever way they point; ascending, by first member."""
    root = list(range(count))

    def find(member: int) -> int:
        while root[member] != member:
            root[member] = root[root[member]]
            member = root[member]
        return member

    for one, other in links:
        low, high = sorted((find(one), find(other)))
        root[high] = low
    members: dict[int, list[int]] = {}
    for member in range(count):
        members.setdefault(find(member), []).append(member)
    yield from map(tuple, members.values())
