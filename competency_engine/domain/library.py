"""The library: every document of one model and one curriculum, with every reference resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from competency_engine.diagnostics import Path, Position, SourceMap
from competency_engine.domain.casebook import Case, Problem
from competency_engine.domain.competency import (
    CommunityFact,
    CommunityType,
    CompetencyModel,
    ContextRule,
    Domain,
    Role,
    Unit,
)
from competency_engine.domain.crosswalk import RetiredUnit
from competency_engine.domain.curriculum import Curriculum, Module, Pack, Topic, UrgentPack
from competency_engine.domain.duty import HoursRule, TrainingDuty
from competency_engine.domain.entity import Entity, ModuleId, TopicId, UnitId
from competency_engine.domain.evidence import Instrument, Item, items_of, score_ranges
from competency_engine.domain.policy import Policy
from competency_engine.domain.reference import Law, Source
from competency_engine.domain.venue import Route, Site, Teacher


@dataclass(frozen=True, slots=True)
class Citation:
    """One place where a document rests on a law: ``path`` in ``entity`` names ``law``."""

    entity: Entity
    path: Path
    law: str


@dataclass(frozen=True, eq=False)
class Library:
    """One model with one curriculum; each mapping goes from id to document, in order of id.

    ``source_maps`` maps (kind, id) to the places of that document in its file; tests may leave it empty.
    """

    model: CompetencyModel
    curriculum: Curriculum
    policy: Policy
    domains: dict[str, Domain]
    units: dict[UnitId, Unit]
    roles: dict[str, Role]
    retired_units: dict[UnitId, RetiredUnit] = field(default_factory=dict)
    community_types: dict[str, CommunityType] = field(default_factory=dict)
    community_facts: dict[str, CommunityFact] = field(default_factory=dict)
    context_rules: dict[str, ContextRule] = field(default_factory=dict)
    topics: dict[TopicId, Topic] = field(default_factory=dict)
    modules: dict[ModuleId, Module] = field(default_factory=dict)
    packs: dict[str, Pack] = field(default_factory=dict)
    urgent_packs: dict[str, UrgentPack] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)
    teachers: dict[str, Teacher] = field(default_factory=dict)
    training_duties: dict[str, TrainingDuty] = field(default_factory=dict)
    hours_rules: dict[str, HoursRule] = field(default_factory=dict)
    instruments: dict[str, Instrument] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    laws: dict[str, Law] = field(default_factory=dict)
    source_maps: dict[tuple[str, str], SourceMap] = field(default_factory=dict)

    def where(self, entity: Entity, *path: str | int, key: bool = False) -> Position:
        """Return the place of ``path`` in ``entity``'s file; of its key if ``key``, else of its value."""
        source_map = self.source_maps.get((entity.kind, entity.id))
        if source_map is None:
            return Position(f"<{entity.kind} {entity.id}>", 1, 1)
        return source_map.key(path) if key else source_map.value(path)

    def entities(self) -> tuple[Entity, ...]:
        """Return every document, model first, in a fixed order."""
        groups: tuple[dict[str, Entity], ...] = (
            self.domains,
            self.units,
            self.retired_units,
            self.roles,
            self.community_types,
            self.community_facts,
            self.context_rules,
            self.topics,
            self.modules,
            self.packs,
            self.urgent_packs,
            self.cases,
            self.problems,
            self.sites,
            self.routes,
            self.teachers,
            self.training_duties,
            self.hours_rules,
            self.instruments,
            self.policies,
            self.sources,
            self.laws,
        )  # type: ignore[assignment]
        return (self.model, self.curriculum, *(entity for group in groups for entity in group.values()))

    def citations(self) -> Iterator[Citation]:
        """Yield every citation of a law, in the order of the documents."""
        for entity in self.entities():
            if isinstance(entity, Unit | Topic | Module | Problem):
                yield from (Citation(entity, ("laws", index), law) for index, law in enumerate(entity.laws))
            elif isinstance(entity, Case):
                checks = enumerate(entity.law_check)
                yield from (Citation(entity, ("law_check", index, "law"), check.law) for index, check in checks)
            elif isinstance(entity, TrainingDuty | HoursRule):
                yield Citation(entity, ("law",), entity.law)

    @cached_property
    def modules_of_topic(self) -> dict[TopicId, tuple[Module, ...]]:
        """Modules of each topic, in order of id."""
        return {
            topic_id: tuple(module for module in self.modules.values() if module.topic == topic_id)
            for topic_id in self.topics
        }

    @cached_property
    def items(self) -> dict[str, dict[str, Item]]:
        """Items of each instrument that has any, by id."""
        found = {id_: items_of(instrument, self.units) for id_, instrument in self.instruments.items()}
        return {id_: items for id_, items in found.items() if items}

    @cached_property
    def score_ranges(self) -> dict[str, dict[str, tuple[int, int]]]:
        """Lowest and highest score of each unit or item, by instrument."""
        top = len(self.model.scale) - 1
        return {id_: score_ranges(instrument, self.units, top) for id_, instrument in self.instruments.items()}

    @cached_property
    def duty_units(self) -> frozenset[UnitId]:
        """Units that stand only for training which a law demands: no role requires them, and no published number counts them."""
        required = {unit for role in self.roles.values() for unit in role.requires}
        return frozenset(duty.unit for duty in self.training_duties.values()) - required

    def unit_of(self, module: Module) -> UnitId | None:
        """Return the unit that ``module`` is taught for: its topic's, else the first that it or a partner brings; None when nothing says."""
        if module.topic is not None:
            return self.topics[module.topic].unit
        brought = [*module.brings, *(unit for id_ in module.pairs_with for unit in self.modules[id_].brings)]
        return brought[0] if brought else None

    def tier_of(self, unit_id: UnitId) -> str:
        """Return the id of the tier in which ``unit_id`` is planned."""
        return self.domains[self.units[unit_id].domain].tier
