"""Why modules and steps are out of reach of somebody who holds nothing: causes, not consequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import networkx as nx

from competency_engine.audit.coverage import Coverage, Step
from competency_engine.diagnostics import Position
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import ModuleDone, Requirement, TopicDone, UnitAtLevel, parts
from competency_engine.graph.build import Node
from competency_engine.graph.queries import find_cycles
from competency_engine.graph.reach import Need, Reach, find_needs, find_reach, has_partner, holds


@dataclass(frozen=True, slots=True)
class Knot:
    """Modules that nobody who holds nothing can take, at the root of whatever else waits for them.

    Attributes:
        modules: that wait for each other, or the one that waits for what nothing gives, in order of id.
        cycle: a shortest way round through these modules, the first not repeated; () where some wait for what no module gives.
        needs: what bars them: module, place and requirement (None = a partner); where some wait for what no module gives, only that.
        lost: required steps that are out of reach because of it.
    """

    modules: tuple[ModuleId, ...]
    cycle: tuple[ModuleId, ...]
    needs: tuple[tuple[ModuleId, Position, Requirement | None], ...]
    lost: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """All that is out of reach, by cause.

    Attributes:
        untaught: each required step that no module teaches, with the required steps that are out of reach because of it,
            itself among them.
        unheld: modules that no plan can hold, with the required steps that are out of reach without each.
        knots: the others.
    """

    untaught: tuple[tuple[Step, tuple[Step, ...]], ...]
    unheld: tuple[tuple[ModuleId, tuple[Step, ...]], ...]
    knots: tuple[Knot, ...]


def find_blocked(coverage: Coverage, library: Library) -> Blocked:
    """Return the causes for which required steps or modules of ``library`` are out of reach."""
    unheld = frozenset(ModuleId(id_) for id_ in coverage.unheld)
    missing = [step for step in coverage.required if not step.modules]
    assumed = _highest(missing)
    granted = find_reach(library, assumed=assumed, without=unheld)
    held = find_reach(library, assumed=assumed)
    lost = _lost(coverage, granted, held)

    def without(cause: Step) -> tuple[Step, ...]:
        """Return what is out of reach when of all that is untaught ``cause`` alone is not granted."""
        others = _highest(step for step in missing if step.unit != cause.unit or step.level < cause.level)
        return _lost(coverage, find_reach(library, assumed=others, without=unheld), granted)

    return Blocked(
        tuple((step, without(step)) for step in missing),
        tuple(
            (module, tuple(step for step in lost if _hangs_on(module, step, library, held)))
            for module in sorted(unheld)
        ),
        _knots(coverage, library, held),
    )


def _highest(steps: Iterable[Step]) -> dict[UnitId, int]:
    levels: dict[UnitId, int] = {}
    for step in steps:
        levels[step.unit] = max(step.level, levels.get(step.unit, 0))
    return levels


def _lost(coverage: Coverage, now: Reach, then: Reach) -> tuple[Step, ...]:
    """Return the required steps that are within reach ``then`` and not ``now``."""
    return tuple(step for step in coverage.required if now.levels[step.unit] < step.level <= then.levels[step.unit])


def _hangs_on(module: ModuleId, step: Step, library: Library, held: Reach) -> bool:
    """Return whether ``step`` is out of reach without ``module`` alone."""
    return find_reach(library, assumed=held.assumed, without={module}).levels[step.unit] < step.level


def _knots(coverage: Coverage, library: Library, reach: Reach) -> tuple[Knot, ...]:
    stuck = [module for id_, module in sorted(library.modules.items()) if id_ not in reach.modules]
    if not stuck:
        return ()
    waits: nx.DiGraph[Node] = nx.DiGraph()
    waits.add_nodes_from(("module", module.id) for module in stuck)
    for module in stuck:
        waits.add_edges_from((("module", module.id), ("module", other)) for other in _waits_for(module, reach, library))
    groups = nx.condensation(waits)
    roots = sorted(
        tuple(sorted(ModuleId(id_) for _, id_ in groups.nodes[group]["members"]))
        for group in groups
        if groups.out_degree(group) == 0
    )
    return tuple(_knot(root, waits, coverage, library, reach) for root in roots)


def _knot(
    root: tuple[ModuleId, ...],
    waits: nx.DiGraph[Node],
    coverage: Coverage,
    library: Library,
    reach: Reach,
) -> Knot:
    members = [library.modules[id_] for id_ in root]
    unmet = [(ModuleId(m.id), place, need) for m in members for place, need in _unmet(m, reach, library)]
    barren = [entry for entry in unmet if entry[2] is not None and not any(_givers(entry[2], entry[0], reach, library))]
    cycles = find_cycles(waits.subgraph([("module", id_) for id_ in root])) if not barren else ()
    untied = find_reach(library, assumed=reach.assumed, taken=root)
    cycle = tuple(ModuleId(id_) for _, id_ in cycles[0]) if cycles else ()
    return Knot(root, cycle, tuple(barren or unmet), _lost(coverage, reach, untied))


def _unmet(module: Module, reach: Reach, library: Library) -> Iterator[tuple[Position, Requirement | None]]:
    """Yield what bars ``module`` from ``reach``, with its place; None for the want of a partner."""
    unmet: list[Need] = [need for need in find_needs(module, library) if not holds(need.requirement, reach, library)]
    for need in unmet:
        yield library.where(need.entity, *need.path), need.requirement
    if not unmet and not has_partner(module, reach):
        yield library.where(module, "pairs_with"), None


def _waits_for(module: Module, reach: Reach, library: Library) -> Iterator[str]:
    """Yield the modules out of ``reach`` that could give ``module`` what it lacks."""
    for need in find_needs(module, library):
        yield from _givers(need.requirement, module.id, reach, library)
    if not has_partner(module, reach):
        yield from (id_ for id_ in module.pairs_with if id_ in library.modules)


def _givers(requirement: Requirement, asker: str, reach: Reach, library: Library) -> Iterator[str]:
    """Yield the modules out of ``reach``, other than ``asker``, that could help to meet ``requirement``."""
    if holds(requirement, reach, library):
        return
    if isinstance(requirement, UnitAtLevel):
        yield from (
            id_
            for id_, module in library.modules.items()
            if id_ not in reach.modules and id_ != asker and module.brings.get(requirement.unit, 0) >= requirement.level
        )
    elif isinstance(requirement, ModuleDone):
        yield requirement.module
    elif isinstance(requirement, TopicDone):
        paths = library.topics[requirement.topic].paths
        yield from (id_ for path in paths for id_ in path if id_ not in reach.modules)
    else:
        for part in parts(requirement):
            yield from _givers(part, asker, reach, library)
