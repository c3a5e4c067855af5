"""The structure of units, topics and modules: what blocks, what delays, what everything passes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from competency_engine.audit.redundant import Fault, find_faults
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import ModuleId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import ModuleDone, TopicDone
from competency_engine.graph.reach import find_needs
from competency_engine.graph.requirements import walk_requirements
from competency_engine.graph.requisites import CyclicRequisitesError, Requisite, Requisites
from competency_engine.graph.structure import (
    Structure,
    find_bottlenecks,
    find_components,
    longest_chain,
    measure_structure,
)
from competency_engine.graph.terms import deferment_factors, inflexibility_factors

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
        steps: at which step of a longest chain each can stand at the earliest; empty where there is a cycle.
        deferment: how little room each has between that and the latest, over as many steps as the longest chain has; likewise.
        inflexibility: of each module that does not run in every month, how dear it is to miss it; likewise.
        bottlenecks: units and topics that have many direct requisites or followers; modules inherit those of their topics.
        faults: requisites that say nothing new, and cycles.
    """

    layer: Layer
    requisites: Requisites
    metrics: Structure | None
    chain: tuple[str, ...]
    components: tuple[tuple[str, ...], ...]
    steps: Mapping[str, int]
    deferment: Mapping[str, float]
    inflexibility: Mapping[str, int]
    bottlenecks: tuple[str, ...]
    faults: tuple[Fault, ...]


def measure_layers(library: Library) -> tuple[Measured, ...]:
    """Return the structure of units, topics and modules."""
    graphs = {
        "unit": Requisites(tuple(library.units), tuple(_unit_edges(library))),
        "topic": Requisites(tuple(library.topics), tuple(_topic_edges(library))),
        "module": Requisites(tuple(library.modules), tuple(_module_edges(library))),
    }
    return tuple(_measured(layer, graphs[layer], library) for layer in LAYERS)


def _measured(layer: Layer, requisites: Requisites, library: Library) -> Measured:
    steps: Mapping[str, int] = {}
    deferment: Mapping[str, float] = {}
    inflexibility: Mapping[str, int] = {}
    try:
        quarters = library.curriculum.system == "quarter"
        metrics, chain = measure_structure(requisites, quarters=quarters), longest_chain(requisites)
        steps = _earliest(requisites, {})
        deferment = deferment_factors(requisites, steps, len(chain))
        inflexibility = _inflexibility(requisites, library) if layer == "module" else {}
    except CyclicRequisitesError:
        metrics, chain = None, ()
    parts = sorted((part for part in find_components(requisites) if len(part) > 1), key=lambda part: (-len(part), part))
    bottlenecks = find_bottlenecks(requisites) if layer != "module" else ()
    faults = tuple(find_faults(layer, requisites, library))
    return Measured(
        layer, requisites, metrics, chain, tuple(parts), steps, deferment, inflexibility, bottlenecks, faults
    )


def _inflexibility(requisites: Requisites, library: Library) -> dict[str, int]:
    """Return the inflexibility of the modules that do not run all year, each as early in a year as can be, one month a step."""
    runs = {id_: frozenset(module.offered) for id_, module in library.modules.items() if module.offered}
    months = _earliest(requisites, runs)
    offered = {
        str(id_): [month for month in range(1, months[id_] + 13) if _of_year(month) in in_months]
        for id_, in_months in runs.items()
    }
    return inflexibility_factors(requisites, months, offered, library.policy.horizon_months)


def _earliest(requisites: Requisites, runs: Mapping[ModuleId, frozenset[int]]) -> dict[str, int]:
    """Return the first step, from 1 on, at which each can stand: after its requisites, in a month in which it ``runs``.

    Raises:
        CyclicRequisitesError: when the requisites have a cycle.
    """
    found: dict[str, int] = {}
    for position in requisites.order:
        course = requisites.courses[position]
        step = max((found[requisites.courses[before]] for before in requisites.before[position]), default=0) + 1
        months = runs.get(ModuleId(course))
        while months and _of_year(step) not in months:
            step += 1
        found[course] = step
    return found


def _of_year(month: int) -> int:
    return (month - 1) % 12 + 1


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
