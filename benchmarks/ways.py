"""Which module to take for a fact, as one does it without looking far: the cheapest that adds it, the cheapest alternatives of a choice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from competency_engine.planning.problem import Catalogue, bits


class NoWayError(LookupError):
    """These ways do not lead to a fact; another start or other modules may."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The cheapest way to each fact.

    Attributes:
        module: the module to take for each fact that modules add.
        children: what to make hold for each gate, cheapest first; those out of reach are left out.
    """

    module: dict[int, int]
    children: dict[int, tuple[int, ...]]


def common_ways(catalogue: Catalogue) -> Ways:
    """Return the ways of someone who holds nothing and may take everything; they serve nearly everyone."""
    return find_ways(catalogue, catalogue.close_gates(0), (1 << len(catalogue.module_ids)) - 1)


def find_ways(catalogue: Catalogue, start: int, available: int) -> Ways:
    """Return the cheapest ways from ``start`` through ``available``; what a module needs is paid for need by need.

    Facts are settled in order of cost (Dijkstra over an AND/OR graph), so no way leads through itself.
    """
    operators = [
        *((False, m, catalogue.needs[m], catalogue.needs[m].bit_count()) for m in bits(available)),
        *((True, gate.fact, gate.children, gate.at_least) for gate in catalogue.gates),
    ]
    users: dict[int, list[int]] = {}
    for number, (_, _, needs, _) in enumerate(operators):
        for need in bits(needs):
            users.setdefault(need, []).append(number)
    waiting = [at_least for _, _, _, at_least in operators]
    spent = [0] * len(operators)

    def gains(number: int) -> Iterator[tuple[int, int, int]]:
        is_gate, name, _, _ = operators[number]
        if is_gate:
            yield spent[number], name, -1
        else:
            for fact in bits(catalogue.adds[name]):
                yield spent[number] + catalogue.hours[name], fact, name

    heap = [(0, fact, -1) for fact in bits(start)]
    heap += [gain for number, missing in enumerate(waiting) if missing == 0 for gain in gains(number)]
    heapify(heap)
    settled: dict[int, int] = {}
    added: dict[int, int] = {}
    while heap:
        cost, fact, module = heappop(heap)
        if fact in settled:
            continue
        settled[fact] = cost
        if module >= 0:
            added[fact] = module
        for number in users.get(fact, ()):
            waiting[number] -= 1
            if waiting[number] >= 0:
                spent[number] += cost
            if waiting[number] == 0:
                for gain in gains(number):
                    heappush(heap, gain)
    ranked = {
        gate.fact: tuple(sorted(filter(settled.__contains__, bits(gate.children)), key=lambda c: (settled[c], c)))
        for gate in catalogue.gates
    }
    return Ways(added, ranked)
