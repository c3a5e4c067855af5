"""The structure of units, topics and modules: what blocks, what delays, what everything passes through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from competency_engine.domain.curriculum import Module
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import ModuleDone, TopicDone
from competency_engine.graph.reach import find_needs
from competency_engine.graph.requirements import walk_requirements
from competency_engine.graph.requisites import CyclicRequisitesError, Requisite, Requisites
from competency_engine.graph.structure import Structure, find_components, longest_chain, measure_structure

Layer = Literal["unit", "topic", "module"]
LAYERS: tuple[Layer, ...] = ("unit", "topic", "module")


@dataclass(frozen=True, slots=True)
class Measured:
    """One layer of the library as a graph of requisites.

    Attributes:
        layer: ``unit``: prerequisites of the model; ``topic``: topics that must be done before; ``module``: modules that must be
            taken before on every way, and on the first path of topics that must be done.
        requisites: the graph.
        metrics: of it; None where it has a cycle.
        chain: one longest chain.
        components: sets of what hangs together, the largest first; single ones are left out.
    """

    layer: Layer
    requisites: Requisites
    metrics: Structure | None
    chain: tuple[str, ...]
    components: tuple[tuple[str, ...], ...]


def measure_layers(library: Library) -> tuple[Measured, ...]:
    """Return the structure of units, topics and modules."""
    graphs = {
        "unit": Requisites(tuple(library.units), tuple(_unit_edges(library))),
        "topic": Requisites(tuple(library.topics), tuple(_topic_edges(library))),
        "module": Requisites(tuple(library.modules), tuple(_module_edges(library))),
    }
    return tuple(_measured(layer, graphs[layer]) for layer in LAYERS)


def _measured(layer: Layer, requisites: Requisites) -> Measured:
    try:
        metrics, chain = measure_structure(requisites), longest_chain(requisites)
    except CyclicRequisitesError:
        metrics, chain = None, ()
    parts = sorted((part for part in find_components(requisites) if len(part) > 1), key=lambda part: (-len(part), part))
    return Measured(layer, requisites, metrics, chain, tuple(parts))


def _unit_edges(library: Library) -> Iterator[Requisite]:
    for unit in library.units.values():
        yield from ((before.unit, unit.id, "pre") for before in unit.prerequisites)


def _topic_edges(library: Library) -> Iterator[Requisite]:
    for topic in library.topics.values():
        yield from ((before, topic.id, "pre") for before in topic.requires)


def _module_edges(library: Library) -> Iterator[Requisite]:
    for module in library.modules.values():
        yield from ((before, module.id, "pre") for before in _before(module, library) if before != module.id)


def _before(module: Module, library: Library) -> Iterator[str]:
    for clause in walk_requirements(tuple(need.requirement for need in find_needs(module, library))):
        if clause.alternative:
            continue
        if isinstance(clause.requirement, ModuleDone):
            yield clause.requirement.module
        elif isinstance(clause.requirement, TopicDone):
            yield from library.topics[clause.requirement.topic].paths[0]
