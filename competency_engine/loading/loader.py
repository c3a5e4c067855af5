"""From files to a Library or a Population; every problem of every file in one run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args

from competency_engine.diagnostics import Diagnostic, Severity
from competency_engine.domain.competency import CommunityFact, CompetencyModel, ContextRule, Unit
from competency_engine.domain.crosswalk import RetiredUnit
from competency_engine.domain.curriculum import Curriculum
from competency_engine.domain.entity import PersonId, UnitId
from competency_engine.domain.evidence import Evidence, Instrument, score_ranges
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Person, Population
from competency_engine.errors import mend_first
from competency_engine.loading.documents import FIELD_NAMES, RawDocument
from competency_engine.loading.facts import check_community_facts, check_condition
from competency_engine.loading.files import TABLE_SUFFIXES, decode_table, decode_yaml
from competency_engine.loading.linking import Located, check_references, find_repeated_ids
from competency_engine.loading.scores import ScoreRanges, check_scores
from competency_engine.loading.table_documents import (
    community_document,
    evidence_document,
    nobodys_document,
    person_document,
    sitting_document,
    survey_document,
    with_entries,
)
from competency_engine.loading.tables import LISTS, Row, TableKind, normalise_header, read_table
from competency_engine.loading.validation import named_ids, validate_document
from competency_engine.loading.workspace import Workspace

Entry = TypeVar("Entry")
_COLLECTIONS = {
    "domain": "domains", "unit": "units", "retired_unit": "retired_units", "role": "roles", "community_type": "community_types",
    "community_fact": "community_facts", "context_rule": "context_rules", "topic": "topics", "module": "modules",
    "pack": "packs", "urgent_pack": "urgent_packs", "case": "cases", "problem": "problems", "site": "sites",
    "route": "routes", "teacher": "teachers", "training_duty": "training_duties",
    "hours_rule": "hours_rules", "instrument": "instruments", "policy": "policies", "source": "sources", "law": "laws",
}  # fmt: skip


@dataclass(slots=True)
class Loading:
    """What reading some files gave: typed documents, problems, and the lines that diagnostics show."""

    documents: list[Located] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken_ids: set[str] = field(default_factory=set)
    lines: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def errors(self) -> list[Diagnostic]:
        """The diagnostics that forbid going on."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity is Severity.ERROR]

    def add(self, raw: RawDocument) -> None:
        """Type one raw document; keep it, or its problems."""
        entity, problems = validate_document(raw)
        self.diagnostics.extend(problems)
        if entity is not None:
            self.documents.append(Located(entity, raw.source_map))
        else:
            self.broken_ids.update(named_ids(raw.value))


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One decoded file: its name as diagnostics call it, its text, and why it could not be decoded whole."""

    name: str
    text: str
    problems: tuple[Diagnostic, ...]


def decode_yaml_file(path: Path, workspace: Workspace) -> YamlFile:
    """Return the file at ``path``, decoded."""
    name = workspace.name_of(path)
    return YamlFile(name, *decode_yaml(path, name))


def content_hash(files: Iterable[YamlFile]) -> str:
    """Return the SHA-256 over the names and contents of ``files``, in order of name."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        digest.update(f"{file.name} {hashlib.sha256(file.text.encode()).hexdigest()}\n".encode())
    return digest.hexdigest()


def read_yaml_files(paths: Iterable[Path], workspace: Workspace) -> Loading:
    """Return every document of ``paths``; a file that cannot be read hides no other."""
    return read_decoded(decode_yaml_file(path, workspace) for path in paths)


def read_decoded(files: Iterable[YamlFile]) -> Loading:
    """Return every document of ``files``."""
    loading = Loading()
    for file in files:
        _read_yaml(file, loading)
    return loading


def _read_yaml(file: YamlFile, loading: Loading) -> None:
    loading.lines[file.name] = tuple(file.text.split("\n"))
    loading.diagnostics.extend(file.problems)
    if file.problems:
        return
    from competency_engine.loading.yaml_reader import read_documents  # a parser, only where there is YAML to parse

    result = read_documents(file.text, file.name, FIELD_NAMES)
    loading.diagnostics.extend(result.diagnostics)
    loading.broken_ids.update(result.broken_ids)
    for raw in result.documents:
        loading.add(raw)


def overlay(loading: Loading, background: Loading) -> list[Located]:
    """Return the documents of ``loading`` and those of ``background`` that it does not replace."""
    own = {document.key for document in loading.documents}
    return [*loading.documents, *(document for document in background.documents if document.key not in own)]


def link(loading: Loading, background: Loading | None = None) -> dict[tuple[str, str], Located]:
    """Return all documents by (kind, id), adding to ``loading`` a diagnostic for every broken reference."""
    documents = overlay(loading, background) if background else loading.documents
    by_key, repeated = find_repeated_ids(document for document in documents if document.entity.kind != "evidence")
    loading.diagnostics.extend(repeated)
    ids = _ids(by_key.values())
    broken = frozenset(loading.broken_ids | (background.broken_ids if background else set()))
    loading.diagnostics.extend(check_references(loading.documents, ids, broken))
    facts: dict[str, CommunityFact] = {
        id_: document.entity for (_, id_), document in by_key.items() if isinstance(document.entity, CommunityFact)
    }
    ranges = _score_ranges(by_key)
    for document in loading.documents:
        if isinstance(document.entity, ContextRule):
            loading.diagnostics.extend(check_condition(document.entity, document.source_map, facts))
        elif isinstance(document.entity, Community):
            loading.diagnostics.extend(check_community_facts(document.entity, document.source_map, facts))
        elif isinstance(document.entity, Evidence) and document.entity.sittings:
            loading.diagnostics.extend(check_scores(document.entity, document.source_map, ranges))
    return by_key


def _score_ranges(by_key: Mapping[tuple[str, str], Located]) -> ScoreRanges:
    entities = [document.entity for document in by_key.values()]
    units = {UnitId(entity.id): entity for entity in entities if isinstance(entity, Unit)}
    top = max((len(entity.scale) - 1 for entity in entities if isinstance(entity, CompetencyModel)), default=0)
    return {entity.id: score_ranges(entity, units, top) for entity in entities if isinstance(entity, Instrument)}


def _ids(documents: Iterable[Located]) -> dict[str, frozenset[str]]:
    ids: dict[str, set[str]] = {}
    for document in documents:
        ids.setdefault(document.entity.kind, set()).add(document.entity.id)
        if isinstance(document.entity, CompetencyModel):
            ids.setdefault("tier", set()).update(tier.id for tier in document.entity.tiers)
        if isinstance(document.entity, Unit | RetiredUnit):
            ids.setdefault("successor", set()).add(document.entity.id)
    return {kind: frozenset(names) for kind, names in ids.items()}


def build_library(by_key: dict[tuple[str, str], Located], curriculum_id: str) -> Library | None:
    """Return the library of one curriculum; None when its head, its model or its policy is missing."""
    located = by_key.get(("curriculum", curriculum_id))
    if located is None or not isinstance(located.entity, Curriculum):
        return None
    curriculum = located.entity
    model = by_key.get(("competency_model", curriculum.model))
    policy = by_key.get(("policy", curriculum.policy))
    if model is None or policy is None:
        return None
    groups: dict[str, dict[str, Any]] = {name: {} for name in _COLLECTIONS.values()}
    for kind, id_ in sorted(by_key):
        if kind in _COLLECTIONS:
            groups[_COLLECTIONS[kind]][id_] = by_key[kind, id_].entity
    return Library(
        model=model.entity,  # type: ignore[arg-type]
        curriculum=curriculum,
        policy=policy.entity,  # type: ignore[arg-type]
        source_maps={key: document.source_map for key, document in by_key.items()},
        **groups,  # type: ignore[arg-type]
    )


def load_population(
    paths: Iterable[Path],
    workspace: Workspace,
    library_ids: Loading,
    only: frozenset[str] | None = None,
    further: Mapping[TableKind, Sequence[Row]] | None = None,
) -> tuple[Population, Loading]:
    """Return the people in ``paths`` and what reading them gave.

    Args:
        paths: YAML and CSV files.
        workspace: names the files.
        library_ids: the documents that people refer to (units, modules, facts …).
        only: read what concerns these people alone; None = everyone.
        further: rows that stand in none of ``paths``, by the table to which they belong.
    """
    loading = Loading()
    names = column_names(library_ids)
    rows: dict[str, list[Row]] = {kind: list((further or {}).get(kind, ())) for kind in get_args(TableKind)}
    for path in paths:
        if path.suffix in TABLE_SUFFIXES:
            name = workspace.name_of(path)
            text, problems = decode_table(path, name)
            loading.lines[name] = tuple(text.split("\n"))
            loading.diagnostics.extend(problems)
            if not problems:
                table = read_table(text, name, names, only)
                loading.diagnostics.extend(table.diagnostics)
                if table.kind is not None:
                    rows[table.kind].extend(table.rows)
        else:
            _read_yaml(decode_yaml_file(path, workspace), loading)
    if only is not None:
        rows = _rows_of(rows, only)
    for raw in _people_documents(rows, loading, library_ids):
        loading.add(raw)
    by_key = link(loading, library_ids)
    loading.diagnostics = list(dict.fromkeys(loading.diagnostics))
    return _population(by_key, loading), loading


def column_names(library: Loading) -> dict[str, dict[str, str]]:
    """Return what may head a column of its own: facts of communities, units and items of sittings, units of surveys."""
    found: dict[type, dict[str, str]] = {RetiredUnit: {}, Unit: {}, CommunityFact: {}}
    for entity in (document.entity for document in library.documents):
        if isinstance(entity, CommunityFact | Unit | RetiredUnit):
            names = {normalise_header(name): entity.id for name in (entity.title.zh, entity.title.en, entity.id)}
            found[type(entity)].update(names)
    units = {**found[RetiredUnit], **found[Unit]}
    return {"communities": found[CommunityFact], "sittings": units, "surveys": units}


def _rows_of(rows: dict[str, list[Row]], only: frozenset[str]) -> dict[str, list[Row]]:
    """Return the rows of the people in ``only`` and their communities; all rows when somebody is not in the tables."""
    people = [row for row in rows["people"] if row.cells.get("person") in only]
    if {row.cells["person"] for row in people} != only:
        return rows
    homes = {row.cells.get("community") for row in people}
    communities = [row for row in rows["communities"] if row.cells.get("community") in homes]
    return {**rows, "people": people, "communities": communities}


def _people_documents(rows: dict[str, list[Row]], loading: Loading, library: Loading) -> Iterator[RawDocument]:
    yield from map(community_document, rows["communities"])
    entries: dict[str | None, dict[str, list[Row]]] = {}
    for kind, field_name in LISTS.items():
        for row in rows[kind]:
            entries.setdefault(row.cells.get("person"), {}).setdefault(field_name, []).append(row)
    for row in rows["people"]:
        yield person_document(row, entries.pop(row.cells.get("person"), {}))
    yield from _further_entries(entries, loading, library)
    yield from map(evidence_document, rows["evidence"])
    yield from map(sitting_document, rows["sittings"])
    yield from map(survey_document, rows["surveys"])


def _further_entries(
    entries: dict[str | None, dict[str, list[Row]]], loading: Loading, library: Loading
) -> Iterator[RawDocument]:
    """Yield, in place of the people whom no table lists, the same with their rows of other tables."""
    known: dict[str, Located] = {
        d.entity.id: d for d in (*library.documents, *loading.documents) if isinstance(d.entity, Person)
    }
    for person, lists in entries.items():
        located = known.get(person or "")
        if located is None:
            yield from (nobodys_document(row) for rows in lists.values() for row in rows)
            continue
        if located in loading.documents:
            loading.documents.remove(located)
        written = located.entity.model_dump(mode="json", exclude_unset=True)
        yield with_entries(RawDocument(written, located.source_map), lists)


def _population(by_key: dict[tuple[str, str], Located], loading: Loading) -> Population:
    communities = {id_: d.entity for (_, id_), d in sorted(by_key.items()) if isinstance(d.entity, Community)}
    persons = {PersonId(id_): d.entity for (_, id_), d in sorted(by_key.items()) if isinstance(d.entity, Person)}
    evidence = [document.entity for document in loading.documents if isinstance(document.entity, Evidence)]
    return Population(
        communities,
        persons,
        _by_person((entity.person, entity.records) for entity in evidence),
        _by_person((entity.person, entity.sittings) for entity in evidence),
        _by_person((entity.person, entity.surveys) for entity in evidence),
    )


def _by_person(parts: Iterable[tuple[PersonId, tuple[Entry, ...]]]) -> dict[PersonId, tuple[Entry, ...]]:
    found: dict[PersonId, list[Entry]] = {}
    for person, entries in parts:
        if entries:
            found.setdefault(person, []).extend(entries)
    return {person: tuple(entries) for person, entries in found.items()}


def refuse_errors(loading: Loading) -> None:
    """Raise if ``loading`` holds an error.

    Raises:
        FilesInError: with every diagnostic.
    """
    errors = loading.errors
    if errors:
        raise mend_first(errors, loading.lines)
