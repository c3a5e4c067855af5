"""From one line to one person complete, or to every reason why it is none.

A sound line takes the short way: parsed and typed in one go, its references compared with sets. Only a line in which
something is wrong is read again with places, by the checks that YAML documents pass through.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from competency_engine.assessment.requirements import find_role
from competency_engine.diagnostics import Diagnostic, Path, Position, Severity, SourceMap
from competency_engine.domain.evidence import Evidence
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Dossier, Person
from competency_engine.errors import UsageError
from competency_engine.loading.documents import ENTITY_TYPES, RawDocument
from competency_engine.loading.facts import check_community_facts
from competency_engine.loading.json_reader import read_json
from competency_engine.loading.linking import Located, check_references
from competency_engine.loading.scores import check_scores, find_misfits
from competency_engine.loading.validation import named_ids, suggestion, validate_document
from competency_engine.text import Text, say

MAX_LINE_BYTES = 1024 * 1024
_ADAPTER = TypeAdapter(Dossier)
_NOWHERE = SourceMap("", [((), False, 1, 1)])
_PARTS = {"person": dict, "community": dict, "evidence": list, "sittings": list, "surveys": list}
_RECORDED = {"evidence": "records", "sittings": "sittings", "surveys": "surveys"}
"""Parts of a line that are lists of a document of evidence, with the key of that list."""


class LineFormat(Protocol):
    """How people stand in the lines of a stream."""

    @property
    def name(self) -> str:
        """The file to which line numbers belong, as diagnostics call it."""

    def parse(self, line: bytes) -> Dossier:
        """Return the person in ``line``, typed but with references unchecked.

        Raises:
            ValueError: when the line is not right; ``documents`` says why.
        """

    def documents(self, number: int, line: bytes) -> tuple[list[RawDocument], list[Diagnostic]]:
        """Return the documents in ``line``, each with its places, and what cannot be read of them."""


def parse_dossier(text: str | bytes) -> Dossier:
    """Return the person in a line of JSON; strict as documents in YAML are.

    Raises:
        ValueError: when it is no JSON or not of this type.
    """
    return _ADAPTER.validate_json(text, strict=True)


@dataclass(frozen=True)
class JsonLines:
    """Lines of JSON, one person each, of the file that diagnostics call ``name``."""

    name: str

    def parse(self, line: bytes) -> Dossier:
        """Return the person in ``line``; a key that appears twice is refused."""
        if len(line) > MAX_LINE_BYTES:
            raise ValueError("too long")
        text = line.decode("utf-8")
        json.loads(text, object_pairs_hook=_refuse_repeated)
        return parse_dossier(text)

    def documents(self, number: int, line: bytes) -> tuple[list[RawDocument], list[Diagnostic]]:
        """Return the person, the community and the evidence of ``line`` as documents with their places."""
        start = Position(self.name, number, 1)
        if len(line) > MAX_LINE_BYTES:
            return [], [_too_long(start)]
        try:
            text = line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            column = len(line[: error.start].decode("utf-8", "replace")) + 1
            return [], [_not_utf8(start._replace(column=column), line[error.start])]
        raw, problems = read_json(text, self.name, number, code="LIN01")
        if raw is None:
            return [], list(problems)
        if not isinstance(raw.value, dict):
            return [], [_finding("FMT03", start, _NOT_A_MAPPING)]
        return list(_documents_within(raw, number)), [*problems, *_wrong_parts(raw)]


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a key appears twice")
    return mapping


def _documents_within(raw: RawDocument, number: int) -> Iterator[RawDocument]:
    for part in ("person", "community"):
        if isinstance(raw.value.get(part), dict) and not _of_another_kind(raw.value, part):
            yield RawDocument(raw.value[part], _Part(raw.source_map, (part,)))
    for part, field in _RECORDED.items():
        entries = raw.value.get(part)
        if isinstance(entries, list):
            label = f"line-{number}"
            value = {"kind": "evidence", "id": label, "person": label, field: entries}
            yield RawDocument(value, _Entries(raw.source_map, (part,)))


class _Part(SourceMap):
    """The places of the part of a document that stands at ``prefix``."""

    def __init__(self, whole: SourceMap, prefix: Path) -> None:
        super().__init__("", ())
        self._whole, self._prefix = whole, prefix

    def _path(self, path: Path) -> Path:
        return (*self._prefix, *path)

    def holds(self, path: Path) -> bool:
        return self._whole.holds(self._path(path))

    def value(self, path: Path) -> Position:
        return self._whole.value(self._path(path))

    def key(self, path: Path) -> Position:
        return self._whole.key(self._path(path))


class _Entries(_Part):
    """The places of a document of evidence of which only one list is written."""

    def _path(self, path: Path) -> Path:
        return (*self._prefix, *path[1:]) if path[:1] == (_RECORDED[str(self._prefix[0])],) else self._prefix


def _of_another_kind(value: dict[str, Any], part: str) -> bool:
    kind = value[part].get("kind")
    return isinstance(kind, str) and kind in ENTITY_TYPES and kind != part


def _wrong_parts(raw: RawDocument) -> Iterator[Diagnostic]:
    for key in raw.value:
        if key not in _PARTS:
            near = suggestion(key, _PARTS) or say("删去它", "remove it")
            texts = (say(f"这里没有 {key:.40} 这个键", f"there is no key {key:.40} here"), _KNOWN_PARTS, near)
            yield _finding("FMT02", raw.source_map.key((key,)), texts)
    for part, shape in _PARTS.items():
        if part not in raw.value:
            if part not in _RECORDED:
                texts = (
                    say(f"缺少必填项 {part}", f"{part} is missing"),
                    _KNOWN_PARTS,
                    say(f"加上 {part}", f"add {part}"),
                )
                yield _finding("FMT01", raw.source_map.value(()), texts)
        elif not isinstance(raw.value[part], shape):
            sign = "{…}" if shape is dict else "[…]"
            texts = (
                say(f"{part} 的值类型不对", f"the value of {part} has the wrong type"),
                say(sign, sign),
                say(f"写成 {sign}", f"write it as {sign}"),
            )
            yield _finding("FMT03", raw.source_map.value((part,)), texts)
        elif shape is dict and _of_another_kind(raw.value, part):
            kind = raw.value[part]["kind"]
            texts = (
                say(f"kind 不能是 {kind}", f"kind cannot be {kind}"),
                say(part, part),
                say(f"改为 {part}", f"write {part}"),
            )
            yield _finding("FMT05", raw.source_map.value((part, "kind")), texts)


@dataclass(frozen=True)
class DossierReader:
    """Reads lines of one format against one library.

    ``as_of`` is the date on which a role must cover each person; None = any or none may.
    """

    line_format: LineFormat
    library: Library
    as_of: dt.date | None

    def read(self, number: int, line: bytes) -> Dossier | tuple[Diagnostic, ...]:
        """Return the person in the line ``number``, every reference resolved, or all that is wrong with it."""
        try:
            dossier = self.line_format.parse(line)
        except ValueError as error:
            found = tuple(dict.fromkeys(self._problems(number, line)))
            return found or (_unreadable(Position(self.line_format.name, number, 1), error),)
        if self._is_sound(dossier):
            return dossier
        return tuple(dict.fromkeys(self._problems(number, line)))

    @cached_property
    def _ids(self) -> dict[str, frozenset[str]]:
        library = self.library
        kinds: dict[str, Iterable[str]] = {
            "unit": library.units,
            "retired_unit": library.retired_units,
            "module": library.modules,
            "role": library.roles,
            "community_type": library.community_types,
            "community_fact": library.community_facts,
            "instrument": library.instruments,
            "problem": library.problems,
        }
        return {kind: frozenset(documents) for kind, documents in kinds.items()}

    def _is_sound(self, dossier: Dossier) -> bool:
        """Return whether every reference points at something, every fact has its type, and a role covers the person."""
        person, community, ids = dossier.person, dossier.community, self._ids
        return (
            person.community == community.id
            and (person.role is None or person.role in ids["role"])
            and ids["unit"].issuperset(record.unit for record in dossier.evidence)
            and ids["instrument"].issuperset(sitting.source for sitting in dossier.sittings)
            and not any(find_misfits(sitting, self.library.score_ranges) for sitting in dossier.sittings)
            and ids["unit"].issuperset(unit for survey in dossier.surveys for unit in survey.importance)
            and ids["problem"].issuperset(problem for survey in dossier.surveys for problem in survey.problems)
            and ids["module"].issuperset(completion.module for completion in person.completed)
            and ids["module"].issuperset(begun.module for begun in person.begun)
            and ids["community_type"].issuperset(community.types)
            and ids["community_fact"].issuperset(community.facts)
            and not any(check_community_facts(community, _NOWHERE, self.library.community_facts))
            and self._uncovered(person) is None
        )

    def _uncovered(self, person: Person) -> Text | None:
        if self.as_of is None:
            return None
        try:
            find_role(person, self.library, self.as_of)
        except UsageError as error:
            return error.message
        return None

    def _problems(self, number: int, line: bytes) -> Iterator[Diagnostic]:
        """Yield all that is wrong with a line, by the rules of documents in YAML."""
        documents, problems = self.line_format.documents(number, line)
        yield from problems
        located: list[Located] = []
        broken: set[str] = set()
        for document in documents:
            entity, found = validate_document(document)
            yield from found
            if entity is None:
                broken.update(named_ids(document.value))
            else:
                located.append(Located(entity, document.source_map))
        own = {
            "person": frozenset(d.entity.person for d in located if isinstance(d.entity, Evidence)),
            "community": frozenset(d.entity.id for d in located if isinstance(d.entity, Community)),
        }
        if not own["community"]:
            broken.update(d.entity.community for d in located if isinstance(d.entity, Person))
        yield from check_references(located, {**self._ids, **own}, frozenset(broken))
        for document_ in located:
            yield from self._content(document_)

    def _content(self, located: Located) -> Iterator[Diagnostic]:
        if isinstance(located.entity, Community):
            yield from check_community_facts(located.entity, located.source_map, self.library.community_facts)
        elif isinstance(located.entity, Evidence):
            yield from check_scores(located.entity, located.source_map, self.library.score_ranges)
        elif isinstance(located.entity, Person) and located.entity.role in {None, *self._ids["role"]}:
            uncovered = self._uncovered(located.entity)
            if uncovered is not None:
                texts = (
                    uncovered,
                    _COVERED,
                    say("改任职日期，或写明角色", "mend the date of appointment, or state a role"),
                )
                yield _finding("LIN02", located.source_map.value(("post_since",)), texts)


def _finding(code: str, position: Position, texts: tuple[Text, Text, Text]) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, position, *texts)


_KNOWN_PARTS = say(
    "person、community、evidence、sittings 和 surveys", "person, community, evidence, sittings and surveys"
)
_NOT_A_MAPPING = (
    say("这一行不是键值对 {…}", "the line is no mapping {…}"),
    _KNOWN_PARTS,
    say("每人一行，写成 {…}", "write one person a line, as {…}"),
)
_COVERED = say("一个角色适用的任职月数", "months in post that a role covers")


def _too_long(position: Position) -> Diagnostic:
    limit = f"{MAX_LINE_BYTES:,}"
    texts = (
        say(f"这一行超过 {limit} 字节", f"the line has more than {limit} bytes"),
        say(f"最多 {limit} 字节", f"at most {limit} bytes"),
        say("每人一行，只写这里要的内容", "write one person a line and only what belongs here"),
    )
    return _finding("YML05", position, texts)


def _not_utf8(position: Position, byte: int) -> Diagnostic:
    texts = (
        say(f"文件不是 UTF-8 编码（字节 0x{byte:02X}）", f"the file is not UTF-8 (byte 0x{byte:02X})"),
        say("UTF-8 编码", "UTF-8"),
        say("用 UTF-8 重新导出", "export it again as UTF-8"),
    )
    return _finding("YML06", position, texts)


def _unreadable(position: Position, error: ValueError) -> Diagnostic:
    """Return the finding for a line that the strict parser refuses for a reason that the other does not see."""
    reason = error.errors(include_url=False)[0]["msg"] if isinstance(error, ValidationError) else str(error)
    texts = (
        say(f"这一行读不了：{reason}", f"the line cannot be read: {reason}"),
        say("JSON", "JSON"),
        say("用程序重新导出这一行", "export the line again with a program"),
    )
    return _finding("LIN01", position, texts)
