"""Requirement trees, clause by clause: which clauses must hold, and which are one way among several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from competency_engine.diagnostics import Path
from competency_engine.domain.requirement import AllOf, AnyOf, AtLeast, Requirement, parts


@dataclass(frozen=True, slots=True)
class Clause:
    """One node of a requirement tree; ``alternative`` when the whole can hold without it."""

    requirement: Requirement
    path: Path
    alternative: bool


def walk_requirements(
    requirements: tuple[Requirement, ...], path: Path = (), alternative: bool = False
) -> Iterator[Clause]:
    """Yield every clause of ``requirements``, composites before their parts, in document order.

    Args:
        requirements: entries of one list, all of which must hold.
        path: where the list stands in its document.
        alternative: whether the list itself is one way among several.
    """
    for index, requirement in enumerate(requirements):
        here = (*path, index)
        yield Clause(requirement, here, alternative)
        if isinstance(requirement, AllOf | AnyOf | AtLeast):
            optional = alternative or leaves_a_choice(requirement)
            yield from walk_requirements(parts(requirement), (*here, parts_key(requirement)), optional)


def leaves_a_choice(group: AllOf | AnyOf | AtLeast) -> bool:
    """Return whether ``group`` can hold while one of its parts does not."""
    if isinstance(group, AllOf):
        return False
    needed = group.at_least if isinstance(group, AtLeast) else 1
    return needed < len(parts(group))


def parts_key(group: AllOf | AnyOf | AtLeast) -> str:
    """Return the key under which the parts of ``group`` are written."""
    if isinstance(group, AllOf):
        return "all"
    return "any" if isinstance(group, AnyOf) else "of"
