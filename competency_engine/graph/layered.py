"""Requisites → places of a layered drawing: each course right of all that must come before it, with few crossings.

The steps of Sugiyama, Tagawa and Toda (1981): longest-path layers, an empty vertex wherever an edge passes a layer, orders by
barycentre, and places by least squares. Everything is settled by the order of the courses, so the same graph has the same drawing.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from competency_engine.graph.requisites import Requisites, components

Link = tuple[int, int]
_SWEEPS, _ROUNDS = 24, 24
_APART, _APART_EMPTY = 1.0, 0.4
"""How far two neighbours of a layer lie apart, in rows: courses, and edges that only pass."""


@dataclass(frozen=True, slots=True)
class Layered:
    """Where each course stands.

    Attributes:
        layer: by position of a course, how many courses the longest chain before it has; −1 where nothing joins it to another.
        place: by position, how far from the top, in rows; courses of a layer lie a row apart or more.
        bends: for each edge that leads on, the layers that it passes, with its place in each.
        back: edges that close a circle and are left out of the layers.
        alone: positions of the courses that no edge joins to another.
        rows: from the highest course to the lowest, in rows.
    """

    layer: tuple[int, ...]
    place: tuple[float, ...]
    bends: dict[Link, tuple[tuple[int, float], ...]]
    back: tuple[Link, ...]
    alone: tuple[int, ...]
    rows: float


def lay_out(requisites: Requisites) -> Layered:
    """Return the drawing of ``requisites``.

    >>> drawn = lay_out(Requisites(("a", "b", "c", "d"), (("a", "b", "pre"), ("b", "c", "pre"), ("a", "c", "pre"))))
    >>> drawn.layer, drawn.alone, sorted(drawn.bends)
    ((0, 1, 2, -1), (3,), [(0, 1), (0, 2), (1, 2)])
    """
    ends = requisites.index
    links = sorted({(ends[before], ends[after]) for before, after, _ in requisites.known if before != after})
    count = len(requisites.courses)
    joined = {course for link in links for course in link}
    back = _closing(links, count)
    onward = [link for link in links if link not in back]
    layer = _layers(onward, count)
    chains, over = _chains(onward, layer, count)
    levels = [layer[course] if course in joined else -1 for course in range(count)] + over
    pieces = [piece for chain in chains.values() for piece in pairwise(chain)]
    orders = _ordered(levels, pieces)
    place = _placed(orders, pieces, count)
    top = min(place.values(), default=0.0)
    bends = {link: tuple((levels[v], round(place[v] - top, 3)) for v in chain[1:-1]) for link, chain in chains.items()}
    return Layered(
        tuple(levels[:count]),
        tuple(round(place.get(course, top) - top, 3) for course in range(count)),
        bends,
        tuple(sorted(back)),
        tuple(course for course in range(count) if course not in joined),
        round(max(place.values(), default=top) - top, 3),
    )


def _neighbours(links: Iterable[Link], count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for one, other in links:
        found[one].append(other)
    return found


def _closing(links: Sequence[Link], count: int) -> frozenset[Link]:
    """Return the edges that lead back to a course which a walk from the first courses on has not left yet."""
    after = _neighbours(links, count)
    state, closing = [0] * count, set[Link]()
    for start in range(count):
        walk = [(start, 0)] if state[start] == 0 else []
        while walk:
            course, tried = walk.pop()
            state[course] = 1
            if tried == len(after[course]):
                state[course] = 2
                continue
            walk.append((course, tried + 1))
            later = after[course][tried]
            if state[later] == 1:
                closing.add((course, later))
            elif state[later] == 0:
                walk.append((later, 0))
    return frozenset(closing)


def _layers(links: Sequence[Link], count: int) -> list[int]:
    after = _neighbours(links, count)
    waiting, layer = [0] * count, [0] * count
    for _, later in links:
        waiting[later] += 1
    ready = [course for course in range(count) if waiting[course] == 0]
    for course in ready:
        for later in after[course]:
            layer[later] = max(layer[later], layer[course] + 1)
            waiting[later] -= 1
            if waiting[later] == 0:
                ready.append(later)
    return layer


def _chains(links: Sequence[Link], layer: Sequence[int], count: int) -> tuple[dict[Link, list[int]], list[int]]:
    """Return for each edge its vertices, with an empty one for each layer that it passes, and the layers of these."""
    chains, over = dict[Link, list[int]](), list[int]()
    for before, after in links:
        passed = range(layer[before] + 1, layer[after])
        chains[before, after] = [before, *(count + len(over) + step for step in range(len(passed))), after]
        over.extend(passed)
    return chains, over


def _ordered(levels: Sequence[int], pieces: Sequence[Link]) -> list[list[int]]:
    """Return the vertices of each layer from top to bottom: of all sweeps the order with the fewest crossings."""
    whole = {vertex: part for part, members in enumerate(components(len(levels), pieces)) for vertex in members}
    orders: list[list[int]] = [[] for _ in range(max(levels, default=-1) + 1)]
    for vertex in sorted(range(len(levels)), key=lambda vertex: (whole[vertex], vertex)):
        if levels[vertex] >= 0:
            orders[levels[vertex]].append(vertex)
    before = _neighbours([(later, earlier) for earlier, later in pieces], len(levels))
    after = _neighbours(pieces, len(levels))
    best, fewest = [list(order) for order in orders], _crossings(orders, after)
    for sweep in range(_SWEEPS):
        towards = after if sweep % 2 else before
        for order in reversed(orders) if sweep % 2 else orders:
            _sort_by_barycentre(order, towards, orders, levels)
        crossings = _crossings(orders, after)
        if crossings < fewest:
            best, fewest = [list(order) for order in orders], crossings
    return best


def _sort_by_barycentre(
    order: list[int], towards: Sequence[Sequence[int]], orders: Sequence[Sequence[int]], levels: Sequence[int]
) -> None:
    """Sort one layer by the mean position of the neighbours ``towards`` one side; who has none keeps its position."""
    if not order:
        return
    side = {levels[other] for vertex in order for other in towards[vertex]}
    position = {vertex: index for level in side for index, vertex in enumerate(orders[level])}
    means = {
        vertex: sum(position[other] for other in towards[vertex]) / len(towards[vertex]) if towards[vertex] else index
        for index, vertex in enumerate(order)
    }
    order.sort(key=lambda vertex: means[vertex])


def _crossings(orders: Sequence[Sequence[int]], after: Sequence[Sequence[int]]) -> int:
    found = 0
    for near, far in pairwise(orders):
        position = {vertex: index for index, vertex in enumerate(far)}
        passed: list[int] = []
        for vertex in near:
            own = sorted(position[other] for other in after[vertex])
            found += sum(len(passed) - bisect_right(passed, place) for place in own)
            for place in own:
                insort(passed, place)
    return found


def _placed(orders: Sequence[Sequence[int]], pieces: Sequence[Link], count: int) -> dict[int, float]:
    """Return the place of each vertex: near the mean of its neighbours, in its order, and apart from the next."""
    place = {vertex: float(index) for order in orders for index, vertex in enumerate(order)}
    joined: dict[int, list[int]] = {vertex: [] for vertex in place}
    for one, other in pieces:
        joined[one].append(other)
        joined[other].append(one)
    for round_ in range(_ROUNDS):
        for order in orders if round_ % 2 == 0 else reversed(orders):
            wanted = [
                sum(place[other] for other in joined[vertex]) / len(joined[vertex]) if joined[vertex] else place[vertex]
                for vertex in order
            ]
            place.update(zip(order, _apart(order, wanted, count), strict=True))
    return place


def _apart(order: Sequence[int], wanted: Sequence[float], count: int) -> list[float]:
    """Return the places nearest to ``wanted`` in the sense of least squares that keep the order and the distances.

    Once the distances are taken off this is isotonic regression, solved by pooling adjacent violators.
    """
    offsets = [0.0]
    for one, other in pairwise(order):
        empty = (one >= count) + (other >= count)
        offsets.append(offsets[-1] + _APART - (_APART - _APART_EMPTY) * empty / 2)
    pools: list[tuple[float, int]] = []
    for target, offset in zip(wanted, offsets, strict=False):
        pools.append((target - offset, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]:
            total, size = pools.pop()
            pools[-1] = (pools[-1][0] + total, pools[-1][1] + size)
    means = [total / size for total, size in pools for _ in range(size)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]
