"""What facts wait for: of a given set of modules, those without which a fact cannot hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from competency_engine.planning.problem import PlanningProblem, bits


def find_landmarks(problem: PlanningProblem, parts: Mapping[int, int], gates: int) -> dict[int, int]:
    """Return for each fact that the modules of ``parts`` can make hold the parts, as a mask, without which they cannot.

    Facts that hold at the start are left out. The greatest fixpoint over modules and gates is complete (Keyder, Richter, Helmert, ECAI 2010):
    a gate of k of n waits for what more than n − k of its children wait for.

    Args:
        problem: the problem.
        parts: the modules, each with the part that it belongs to, a mask of one bit.
        gates: the gates that can matter, as a mask of their places.
    """
    catalogue, missing = problem.catalogue, ~problem.start
    steps = [
        (part, tuple(bits(catalogue.needs[m] & missing)), tuple(bits(catalogue.adds[m] & missing)))
        for m, part in parts.items()
    ]
    opened = [
        (gate, gate.at_least - (gate.children & problem.start).bit_count(), tuple(bits(gate.children & missing)))
        for gate in map(catalogue.gates.__getitem__, bits(gates))
        if missing >> gate.fact & 1
    ]
    before: dict[int, int] = {}
    last = (-1, 0)
    while last != (last := (len(before), sum(before.values()))):
        for part, needs, adds in steps:
            if all(fact in before for fact in needs):
                label = reduce(or_, (before[fact] for fact in needs), part)
                for fact in adds:
                    before[fact] = before.get(fact, -1) & label
        for gate, at_least, children in opened:
            labels = [before[fact] for fact in children if fact in before]
            if len(labels) >= at_least:
                before[gate.fact] = before.get(gate.fact, -1) & _in_more_than(labels, len(labels) - at_least)
    return before


def _in_more_than(masks: Sequence[int], spare: int) -> int:
    """Return the bits that are set in more than ``spare`` of ``masks``."""
    if spare == 0:
        return reduce(or_, masks, 0)
    union = reduce(or_, masks, 0)
    return sum(1 << bit for bit in bits(union) if sum(mask >> bit & 1 for mask in masks) > spare)
