"""Library → Catalogue: the curriculum as integers, once for everyone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from competency_engine.domain.competency import PREREQUISITES_BIND_FROM
from competency_engine.domain.curriculum import PHASES, Module
from competency_engine.domain.entity import Entity, ModuleId, TopicId, UnitId, quarters
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import (
    AllOf,
    AnyOf,
    AtLeast,
    ModuleDone,
    Requirement,
    TopicDone,
    UnitAtLevel,
    atoms,
    parts,
)
from competency_engine.planning.problem import Catalogue, FactKey, Gate


def compile_catalogue(library: Library) -> Catalogue:
    """Return the compiled curriculum of ``library``."""
    return Compiler(library).compile()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a need of a module is written: what is asked for, by which document, and at which path in it."""

    requirement: Requirement
    entity: Entity
    path: tuple[str | int, ...]


def trace_needs(library: Library) -> dict[tuple[int, int], tuple[Origin, ...]]:
    """Return the origins of each need of each module, by (module, fact) of the compiled catalogue of ``library``.

    A module of an urgent pack has one need, its choice of ways; every line of the normal way is its origin.
    """
    compiler = Compiler(library)
    needs = compiler.compile().needs
    origins: dict[tuple[int, int], tuple[Origin, ...]] = {}
    for module_idx, module_id in enumerate(compiler.module_ids):
        for fact, origin in compiler.trace(library.modules[module_id]):
            whole = fact if needs[module_idx] >> fact & 1 else needs[module_idx].bit_length() - 1
            origins[module_idx, whole] = (*origins.get((module_idx, whole), ()), origin)
    return origins


class Compiler:
    """Numbers facts as they are met; the same library always gives the same numbers."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.module_ids = tuple(sorted(library.modules))
        self.index = {module_id: index for index, module_id in enumerate(self.module_ids)}
        self.facts: dict[FactKey, int] = {}
        self.gates: list[Gate] = []
        self.made: dict[tuple[int, int], int] = {}

    def compile(self) -> Catalogue:
        """Return the catalogue."""
        modules = [self.library.modules[module_id] for module_id in self.module_ids]
        for unit_id in self.library.units:
            for level in range(1, self.top_level + 1):
                self.fact(("unit", unit_id, level))
        reduced = self._reduced_requirements()
        needs = tuple(self._needs(module, reduced.get(ModuleId(module.id), [])) for module in modules)
        recommended = tuple(self._recommended(module) for module in modules)
        return Catalogue(
            module_ids=self.module_ids,
            hours=tuple(quarters(module.hours) for module in modules),
            needs=needs,
            adds=tuple(self._adds(module) for module in modules),
            gates=tuple(self.gates),
            partners=tuple(self._modules(module.pairs_with) for module in modules),
            topics=tuple(
                self._modules(m.id for m in members)
                for members in self.library.modules_of_topic.values()
                if len(members) > 1
            ),
            phases=tuple(PHASES.index(module.phase) for module in modules),
            months=tuple(sum(1 << month - 1 for month in set(module.offered)) or 0xFFF for module in modules),
            recommended=recommended,
            facts=tuple(self.facts),
        )

    @property
    def top_level(self) -> int:
        """The highest level of the scale."""
        return max(level.level for level in self.library.model.scale)

    def fact(self, key: FactKey) -> int:
        """Return the number of the fact ``key``."""
        return self.facts.setdefault(key, len(self.facts))

    def _modules(self, ids: Iterable[str]) -> int:
        return sum(1 << self.index[ModuleId(id_)] for id_ in sorted(set(ids)))

    def _adds(self, module: Module) -> int:
        added = 0
        for unit, level in module.brings.items():
            for reached in range(1, min(level, self.top_level) + 1):
                added |= 1 << self.fact(("unit", unit, reached))
        done = self.facts.get(("module", module.id))
        return added | (1 << done if done is not None else 0)

    def _needs(self, module: Module, reduced: list[tuple[UnitId, tuple[Requirement, ...]]]) -> int:
        climb, normal = self._climb(module), self._normal(module)
        if not reduced:
            return normal
        urgent = (
            climb | self._all(requirements) | 1 << self.fact(("urgent", skill)) for skill, requirements in reduced
        )
        ways = (self._conjunction(normal), *(self._conjunction(way) for way in urgent))
        return 1 << self._gate(1, ways)

    def _normal(self, module: Module) -> int:
        """Return what ``module`` needs in the normal way."""
        normal = self._climb(module) | self._all(module.requires) | self._model_prerequisites(module)
        if module.topic is not None:
            for topic in self.library.topics[module.topic].requires:
                normal |= 1 << self._topic_done(topic)
        return normal

    def trace(self, module: Module) -> Iterator[tuple[int, Origin]]:
        """Yield each fact that ``module`` needs in the normal way, with the line that asks for it."""
        yield from self._entries(module.requires, module, ("requires",))
        for unit, level in module.brings.items():
            if unit in self._climbing(module):
                yield from self._entry(UnitAtLevel(unit=unit, level=level - 1), module, ("brings", unit))
            if level >= PREREQUISITES_BIND_FROM:
                owner = self.library.units[unit]
                for index, needed in enumerate(owner.prerequisites):
                    held = UnitAtLevel(unit=needed.unit, level=needed.level)
                    yield from self._entry(held, owner, ("prerequisites", index))
        if module.topic is not None:
            topic = self.library.topics[module.topic]
            for index, before in enumerate(topic.requires):
                yield from self._entry(TopicDone(topic=before), topic, ("requires", index))

    def _entries(
        self, requirements: Iterable[Requirement], entity: Entity, path: tuple[str | int, ...]
    ) -> Iterator[tuple[int, Origin]]:
        for index, requirement in enumerate(requirements):
            yield from self._entry(requirement, entity, (*path, index))

    def _entry(
        self, requirement: Requirement, entity: Entity, path: tuple[str | int, ...]
    ) -> Iterator[tuple[int, Origin]]:
        if isinstance(requirement, AllOf):
            yield from self._entries(requirement.all, entity, (*path, "all"))
        elif not _from_nothing(requirement):
            yield self._one(requirement), Origin(requirement, entity, path)

    def _climbing(self, module: Module) -> set[UnitId]:
        """Return the units that the module raises from k−1 to k: those above level 1 that its ``requires`` leaves out."""
        named = {atom.unit for atom, _ in atoms(module.requires) if isinstance(atom, UnitAtLevel)}
        return {unit for unit, level in module.brings.items() if unit not in named and level > 1}

    def _climb(self, module: Module) -> int:
        """Return level k−1 of each unit that the module raises from k−1 to k."""
        climbing = self._climbing(module)
        return sum(
            1 << self.fact(("unit", unit, level - 1)) for unit, level in module.brings.items() if unit in climbing
        )

    def _model_prerequisites(self, module: Module) -> int:
        """Return what the model's unit prerequisites ask of a step to level 3 or above."""
        needed = 0
        for unit, level in module.brings.items():
            if level >= PREREQUISITES_BIND_FROM:
                for prerequisite in self.library.units[unit].prerequisites:
                    needed |= 1 << self.fact(("unit", prerequisite.unit, prerequisite.level))
        return needed

    def _all(self, requirements: Iterable[Requirement]) -> int:
        """Return the facts that together mean that every requirement holds."""
        needed = 0
        for requirement in requirements:
            if isinstance(requirement, AllOf):
                needed |= self._all(requirement.all)
            elif not _from_nothing(requirement):
                needed |= 1 << self._one(requirement)
        return needed

    def _one(self, requirement: Requirement) -> int:
        if isinstance(requirement, UnitAtLevel):
            return self.fact(("unit", requirement.unit, requirement.level))
        if isinstance(requirement, ModuleDone):
            return self.fact(("module", requirement.module))
        if isinstance(requirement, TopicDone):
            return self._topic_done(requirement.topic)
        if isinstance(requirement, AllOf):
            return self._conjunction(self._all(requirement.all))
        at_least = requirement.at_least if isinstance(requirement, AtLeast) else 1
        assert isinstance(requirement, AnyOf | AtLeast)
        return self._gate(at_least, tuple(self._one(part) for part in parts(requirement)))

    def _topic_done(self, topic_id: TopicId) -> int:
        topic = self.library.topics[topic_id]
        ways = [
            self._conjunction(sum(1 << self.fact(("module", module)) for module in sorted(set(path))))
            for path in topic.paths
        ]
        level = self.library.policy.topic_done_level
        ways.append(self.fact(("assessed", topic.unit, level)))
        return self._gate(1, tuple(ways))

    def _conjunction(self, facts: int) -> int:
        """Return one fact that holds when all of ``facts`` do."""
        if facts.bit_count() == 1:
            return facts.bit_length() - 1
        return self._gate_of_mask(facts.bit_count(), facts)

    def _gate(self, at_least: int, children: tuple[int, ...]) -> int:
        distinct = sorted(set(children))
        if len(distinct) == 1 and at_least == 1:
            return distinct[0]
        return self._gate_of_mask(at_least, sum(1 << child for child in distinct))

    def _gate_of_mask(self, at_least: int, children: int) -> int:
        if (at_least, children) not in self.made:
            number = self.fact(("gate", len(self.gates)))
            self.made[at_least, children] = number
            self.gates.append(Gate(number, at_least, children))
        return self.made[at_least, children]

    def _reduced_requirements(self) -> dict[ModuleId, list[tuple[UnitId, tuple[Requirement, ...]]]]:
        reduced: dict[ModuleId, list[tuple[UnitId, tuple[Requirement, ...]]]] = {}
        for pack in self.library.urgent_packs.values():
            for step in pack.steps:
                reduced.setdefault(step.module, []).append((pack.skill, step.requires))
        return reduced

    def _recommended(self, module: Module) -> tuple[int, ...]:
        wanted = {self._one(requirement) for requirement in module.recommends}
        if module.topic is not None:
            wanted |= {self._topic_done(topic) for topic in self.library.topics[module.topic].recommends}
        return tuple(sorted(wanted))


def _from_nothing(requirement: Requirement) -> bool:
    """Return whether ``requirement`` says that a module starts at level 0: it takes the place of k−1 and asks for no fact."""
    return isinstance(requirement, UnitAtLevel) and requirement.level == 0
