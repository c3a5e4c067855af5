"""References between documents: where each one stands, what it must point at, and whether it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from competency_engine.diagnostics import Diagnostic, Path, Position, Related, Severity, SourceMap
from competency_engine.domain.casebook import Case, Problem
from competency_engine.domain.competency import (
    AnyCondition,
    Condition,
    ContextRule,
    Domain,
    EveryCondition,
    FactIs,
    Role,
    TypeIs,
    Unit,
)
from competency_engine.domain.crosswalk import RetiredUnit
from competency_engine.domain.curriculum import Curriculum, Module, Pack, Topic, UrgentPack
from competency_engine.domain.duty import HoursRule, TrainingDuty
from competency_engine.domain.entity import Entity, Sourced
from competency_engine.domain.evidence import Evidence, Instrument
from competency_engine.domain.people import Community, Person
from competency_engine.domain.reference import Law
from competency_engine.domain.requirement import ModuleDone, Requirement, UnitAtLevel, atoms
from competency_engine.domain.venue import Route, Site, Teacher
from competency_engine.loading.validation import suggestion
from competency_engine.text import say

_MOST_LISTED = 12
"""Of so few ids that could have been meant, a finding lists all."""
NOUNS = {
    "competency_model": say("能力模型", "competency model"),
    "domain": say("能力域", "domain"),
    "tier": say("层级", "tier"),
    "unit": say("单元", "unit"),
    "retired_unit": say("停用单元", "retired unit"),
    "successor": say("单元或停用单元", "unit or retired unit"),
    "role": say("角色", "role"),
    "community_type": say("社区类型", "community type"),
    "community_fact": say("社区事实", "community fact"),
    "topic": say("专题", "topic"),
    "module": say("课程", "module"),
    "case": say("案例", "case"),
    "site": say("现场教学点", "site"),
    "problem": say("高频问题", "frequent problem"),
    "instrument": say("评估工具", "instrument"),
    "policy": say("政策", "policy"),
    "source": say("出处", "source"),
    "law": say("法规", "law"),
    "community": say("社区", "community"),
    "person": say("学员", "person"),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """An id written at ``path`` that must be the id of a document of ``kind``."""

    path: Path
    kind: str
    id: str
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Located:
    """A typed document with its places in its file."""

    entity: Entity
    source_map: SourceMap

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the document: its kind and id."""
        return self.entity.kind, self.entity.id

    @property
    def id_position(self) -> Position:
        """Where its id stands."""
        return self.source_map.value(("id",))


def find_repeated_ids(documents: Iterable[Located]) -> tuple[dict[tuple[str, str], Located], tuple[Diagnostic, ...]]:
    """Return the documents by (kind, id), the first of each, and a diagnostic for every later one.

    Evidence documents may share an id with nothing; a person may have several of them.
    """
    first: dict[tuple[str, str], Located] = {}
    diagnostics = []
    for document in documents:
        earlier = first.setdefault(document.key, document)
        if earlier is document:
            continue
        kind, id_ = document.key
        diagnostics.append(
            Diagnostic(
                "REF02",
                Severity.ERROR,
                document.id_position,
                say(f"{kind} 的 id {id_} 重复", f"the id {id_} of this {kind} is taken"),
                say("同类文档的 id 各不相同", "a different id for each document of a kind"),
                say("改一个 id，或删去其中一份", "change one id, or remove one of the documents"),
                (Related(earlier.id_position, say("首次定义在这里", "first defined here")),),
            )
        )
    return first, tuple(diagnostics)


def check_references(
    documents: Iterable[Located], ids: dict[str, frozenset[str]], broken_ids: frozenset[str]
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every reference that points at nothing.

    Args:
        documents: whose references are checked.
        ids: known ids of each kind.
        broken_ids: ids of documents that could not be read; pointing at one is not reported again.
    """
    for document in documents:
        for reference in find_references(document.entity):
            known = ids.get(reference.kind, frozenset())
            if reference.id in known or reference.id in broken_ids:
                continue
            noun = NOUNS[reference.kind]
            elsewhere = next((kind for kind, names in ids.items() if reference.id in names and kind in NOUNS), None)
            few = sorted(known) if len(known) <= _MOST_LISTED else []
            # A label is never guessed: what is recorded of one person would end up with another.
            mend = (suggestion(reference.id, known) if reference.kind != "person" else None) or say(
                f"定义这个{noun.zh}，或改为已有的 id" + (f"：{'、'.join(few)}" if few else ""),
                f"define this {noun.en}, or write an id that exists" + (f": {', '.join(few)}" if few else ""),
            )
            if elsewhere == "retired_unit":
                mend = say(
                    "这是停用的单元：改写接替它的单元；学员的记录用 competency-engine migrate 转过去",
                    "it is a retired unit: write what replaced it; competency-engine migrate carries records of people over",
                )
            elif elsewhere is not None:
                mend = say(
                    f"{reference.id} 是{NOUNS[elsewhere].zh}，这里要写{noun.zh}",
                    f"{reference.id} is a {NOUNS[elsewhere].en}; write a {noun.en} here",
                )
            place = (
                document.source_map.key(reference.path)
                if reference.is_key
                else document.source_map.value(reference.path)
            )
            yield Diagnostic(
                "REF01",
                Severity.ERROR,
                place,
                say(f"没有 id 为 {reference.id} 的{noun.zh}", f"there is no {noun.en} {reference.id}"),
                say(f"一个已定义的{noun.zh}", f"a {noun.en} that is defined"),
                mend,
            )


def find_references(entity: Entity) -> Iterator[Reference]:
    """Yield every reference that ``entity`` makes."""
    if isinstance(entity, Domain):
        yield Reference(("tier",), "tier", entity.tier)
    elif isinstance(entity, Unit | Role | ContextRule):
        yield from _model_references(entity)
    elif isinstance(entity, Curriculum | Topic | Module | Pack | UrgentPack):
        yield from _curriculum_references(entity)
    elif isinstance(entity, Case | Problem):
        yield from _casebook_references(entity)
    elif isinstance(entity, Site | Route | Teacher):
        yield from _venue_references(entity)
    elif isinstance(entity, TrainingDuty | HoursRule):
        yield from _duty_references(entity)
    elif isinstance(entity, Instrument):
        for index, item in enumerate(entity.items):
            yield Reference(("items", index, "unit"), "unit", item.unit)
        yield from _items(("checklist_of",), "unit", entity.checklist_of)
    elif isinstance(entity, Evidence):
        yield from _evidence_references(entity)
    elif isinstance(entity, Community | Person):
        yield from _people_references(entity)
    elif isinstance(entity, RetiredUnit):
        for index, successor in enumerate(entity.replaced_by):
            yield Reference(("replaced_by", index, "unit"), "successor", successor.unit)
    elif isinstance(entity, Law) and entity.replaced_by is not None:
        yield Reference(("replaced_by",), "law", entity.replaced_by)
    if isinstance(entity, Unit | Topic | Module | Problem):
        yield from _items(("laws",), "law", entity.laws)
    if isinstance(entity, Sourced):
        yield from _items(("sources",), "source", entity.sources)


def _model_references(entity: Unit | Role | ContextRule) -> Iterator[Reference]:
    if isinstance(entity, Unit):
        yield Reference(("domain",), "domain", entity.domain)
        for index, prerequisite in enumerate(entity.prerequisites):
            yield Reference(("prerequisites", index, "unit"), "unit", prerequisite.unit)
    elif isinstance(entity, Role):
        yield from _keys(("requires",), "unit", entity.requires)
        yield from _keys(("floor",), "unit", entity.floor)
    else:
        yield from _condition(entity.when, ("when",))
        yield from _items(("activates",), "unit", entity.activates)
        if entity.deadline is not None:
            yield Reference(("deadline",), "community_fact", entity.deadline)
        yield from _keys(("raises",), "unit", entity.raises)


def _curriculum_references(entity: Curriculum | Topic | Module | Pack | UrgentPack) -> Iterator[Reference]:
    if isinstance(entity, Curriculum):
        yield Reference(("model",), "competency_model", entity.model)
        yield Reference(("policy",), "policy", entity.policy)
    elif isinstance(entity, Topic):
        yield Reference(("unit",), "unit", entity.unit)
        yield from _items(("requires",), "topic", entity.requires)
        yield from _items(("recommends",), "topic", entity.recommends)
        for index, path in enumerate(entity.paths):
            yield from _items(("paths", index), "module", path)
    elif isinstance(entity, Module):
        if entity.topic is not None:
            yield Reference(("topic",), "topic", entity.topic)
        yield from _requirements(("requires",), entity.requires)
        yield from _requirements(("recommends",), entity.recommends)
        yield from _keys(("brings",), "unit", entity.brings)
        yield from _items(("pairs_with",), "module", entity.pairs_with)
        yield from _items(("cases",), "case", entity.cases)
    elif isinstance(entity, Pack):
        yield Reference(("role",), "role", entity.role)
        yield from _items(("topics",), "topic", entity.topics)
    else:
        yield Reference(("skill",), "unit", entity.skill)
        for index, step in enumerate(entity.steps):
            yield Reference(("steps", index, "module"), "module", step.module)
            yield from _requirements(("steps", index, "requires"), step.requires)


def _casebook_references(entity: Case | Problem) -> Iterator[Reference]:
    if isinstance(entity, Problem):
        yield from _keys(("needs",), "unit", entity.needs)
        yield from _items(("cases",), "case", entity.cases)
        return
    for index, check in enumerate(entity.law_check):
        yield Reference(("law_check", index, "law"), "law", check.law)
    yield from _items(("units",), "unit", entity.units)
    yield from _items(("topics",), "topic", entity.topics)


def _venue_references(entity: Site | Route | Teacher) -> Iterator[Reference]:
    yield from _items(("topics",), "topic", entity.topics)
    if isinstance(entity, Site):
        yield from _items(("shows",), "unit", entity.shows)
        yield from _items(("cases",), "case", entity.cases)
    elif isinstance(entity, Route):
        for index, stop in enumerate(entity.stops):
            yield Reference(("stops", index, "site"), "site", stop.site)
    else:
        yield from _items(("units",), "unit", entity.units)


def _duty_references(entity: TrainingDuty | HoursRule) -> Iterator[Reference]:
    yield Reference(("law",), "law", entity.law)
    yield from _items(("roles",), "role", entity.roles)
    if isinstance(entity, TrainingDuty):
        yield Reference(("unit",), "unit", entity.unit)


def _people_references(entity: Community | Person) -> Iterator[Reference]:
    if isinstance(entity, Community):
        yield from _items(("types",), "community_type", entity.types)
        yield from _keys(("facts",), "community_fact", entity.facts)
    else:
        yield Reference(("community",), "community", entity.community)
        if entity.role is not None:
            yield Reference(("role",), "role", entity.role)
        for index, completion in enumerate(entity.completed):
            yield Reference(("completed", index, "module"), "module", completion.module)
        for index, begun in enumerate(entity.begun):
            yield Reference(("begun", index, "module"), "module", begun.module)


def _evidence_references(entity: Evidence) -> Iterator[Reference]:
    yield Reference(("person",), "person", entity.person)
    for index, record in enumerate(entity.records):
        yield Reference(("records", index, "unit"), "unit", record.unit)
    for index, sitting in enumerate(entity.sittings):
        yield Reference(("sittings", index, "source"), "instrument", sitting.source)
    for index, survey in enumerate(entity.surveys):
        yield from _keys(("surveys", index, "importance"), "unit", survey.importance)
        yield from _items(("surveys", index, "problems"), "problem", survey.problems)


def _items(path: Path, kind: str, ids: Iterable[str]) -> Iterator[Reference]:
    for index, id_ in enumerate(ids):
        yield Reference((*path, index), kind, id_)


def _keys(path: Path, kind: str, mapping: Iterable[str]) -> Iterator[Reference]:
    for id_ in mapping:
        yield Reference((*path, id_), kind, id_, is_key=True)


def _requirements(path: Path, requirements: tuple[Requirement, ...]) -> Iterator[Reference]:
    for atom, where in atoms(requirements, path):
        if isinstance(atom, UnitAtLevel):
            yield Reference((*where, "unit"), "unit", atom.unit)
        elif isinstance(atom, ModuleDone):
            yield Reference((*where, "module"), "module", atom.module)
        else:
            yield Reference((*where, "topic"), "topic", atom.topic)


def _condition(condition: Condition, path: Path) -> Iterator[Reference]:
    if isinstance(condition, TypeIs):
        yield from _items((*path, "community_type"), "community_type", condition.community_type)
    elif isinstance(condition, FactIs):
        yield Reference((*path, "fact"), "community_fact", condition.fact)
    elif isinstance(condition, EveryCondition | AnyCondition):
        key = "all" if isinstance(condition, EveryCondition) else "any"
        parts = condition.all if isinstance(condition, EveryCondition) else condition.any
        for index, part in enumerate(parts):
            yield from _condition(part, (*path, key, index))
