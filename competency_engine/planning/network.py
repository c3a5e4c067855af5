"""Catalogue → Network: modules and gates as operators over facts, for the search of ``kernel.py``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import NamedTuple

from competency_engine.planning.kernel import Array, Network, invert
from competency_engine.planning.problem import Catalogue, bits


class CatalogueNetwork(NamedTuple):
    """A whole catalogue: operator ``i`` is module ``i``, then come the gates; ``partner`` lists the partners of each module."""

    net: Network
    hours: Array
    partner_start: Array
    partner: Array


def build_network(catalogue: Catalogue) -> CatalogueNetwork:
    """Return the operators of ``catalogue``; hours in quarters, 0 for a gate.

    A module is not listed as adding a level below one that it needs: whoever holds a level holds the lower ones, so it is never
    the first to add it.
    """
    needs = [*catalogue.needs, *(gate.children for gate in catalogue.gates)]
    lower = _lower_levels(catalogue)
    adds = [
        added & ~reduce(or_, (lower.get(fact, 0) for fact in bits(needed)), 0)
        for needed, added in zip(catalogue.needs, catalogue.adds, strict=True)
    ] + [1 << gate.fact for gate in catalogue.gates]
    thresholds = [needed.bit_count() for needed in catalogue.needs] + [gate.at_least for gate in catalogue.gates]
    need_start, need = _rows(map(bits, needs))
    add_start, add = _rows(map(bits, adds))
    user_start, user = _inverted(need_start, need, len(catalogue.facts))
    adder_start, adder = _inverted(add_start, add, len(catalogue.facts))
    net = Network(
        thresholds, need_start, need, add_start, add, user_start, user, adder_start, adder, list(range(len(needs)))
    )
    partner_start, partner = _rows(map(bits, catalogue.partners))
    return CatalogueNetwork(net, [*catalogue.hours, *(0 for _ in catalogue.gates)], partner_start, partner)


def _lower_levels(catalogue: Catalogue) -> dict[int, int]:
    """Return, for each fact that is a unit at a level, the unit at that level and below as a mask."""
    number = {key: fact for fact, key in enumerate(catalogue.facts) if key[0] == "unit"}
    return {
        fact: sum(1 << number[key] for low in range(1, int(level) + 1) if (key := ("unit", unit, low)) in number)
        for (_, unit, level), fact in number.items()
    }


def _rows(rows: Iterable[Iterable[int]]) -> tuple[list[int], list[int]]:
    start: list[int] = [0]
    flat: list[int] = []
    for row in rows:
        flat.extend(row)
        start.append(len(flat))
    return start, flat


def _inverted(start: list[int], flat: list[int], keys: int) -> tuple[list[int], list[int]]:
    to_start, to = [0] * (keys + 1), [0] * len(flat)
    invert(start, flat, to_start, to)
    return to_start, to
