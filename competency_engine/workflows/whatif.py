"""What if some documents were added, dropped or changed: the same library with the changes of a file, no file touched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import Any

from competency_engine.diagnostics import Diagnostic, Path, Related, SourceMap
from competency_engine.errors import UsageError
from competency_engine.loading.documents import ENTITY_TYPES, RawDocument
from competency_engine.loading.linking import Located, find_references
from competency_engine.loading.loader import Loading, build_library, link, refuse_errors
from competency_engine.loading.validation import suggestion
from competency_engine.text import Text, say
from competency_engine.workflows.session import Session
from competency_engine.workflows.whatif_file import (
    Change,
    ChangeFile,
    Overlaid,
    error,
    find_part,
    part_at,
    part_of,
    read_change_file,
    removable,
)

Key = tuple[str, str]


@dataclass(frozen=True)
class Supposed:
    """The library as it would be, and what else changed because a dropped document was named there."""

    session: Session
    also: tuple[Text, ...]


def suppose(session: Session, file: File) -> Supposed:
    """Return the library of ``session`` with the changes in ``file``.

    Raises:
        UsageError: when there is no such file, or the changes leave no curriculum.
        FilesInError: with everything that is wrong in the file or would be wrong with the documents.
    """
    changes = read_change_file(file, session.workspace.name_of(file))
    applied = _Applied(session, changes)
    loading = applied.loading()
    by_key = link(loading)
    refuse_errors(loading)
    library = build_library(by_key, session.library.curriculum.id)
    if library is None:
        raise UsageError(
            say(
                "改动之后没有课程体系、模型或政策",
                "after the changes the curriculum, its model or its policy is missing",
            )
        )
    new_hash = hashlib.sha256(f"{session.library_hash} {changes.text}".encode()).hexdigest()
    return Supposed(replace(session, library=library, loading=loading, library_hash=new_hash), tuple(applied.also))


@dataclass
class _Draft:
    """A document about to change: its plain value, and where its new parts come from."""

    located: Located
    value: Any
    parts: dict[Path, SourceMap] = field(default_factory=dict)

    def raw(self) -> RawDocument:
        return RawDocument(self.value, Overlaid(self.located.source_map, self.parts))


class _Applied:
    """The documents of a session with changes applied; problems are gathered, not raised."""

    def __init__(self, session: Session, file: ChangeFile) -> None:
        self.file = file
        self.documents = {document.key: document for document in session.loading.documents}
        self.lines = {**session.loading.lines, file.name: tuple(file.text.split("\n"))}
        self.policy = session.library.policy
        self.drafts: dict[Key, _Draft] = {}
        self.dropped: dict[Key, Path] = {}
        self.added: list[RawDocument] = []
        self.problems: list[Diagnostic] = list(file.problems)
        self.also: list[Text] = []
        for change in file.changes:
            self._apply(change)
        self._take_out_references()

    def loading(self) -> Loading:
        """Return every document as the loader gives them, and every problem."""
        loading = Loading(lines=self.lines, diagnostics=self.problems)
        for key, located in self.documents.items():
            if key in self.dropped:
                continue
            if key in self.drafts:
                loading.add(self.drafts[key].raw())
            else:
                loading.documents.append(located)
        for raw in self.added:
            loading.add(raw)
        return loading

    def _apply(self, change: Change) -> None:
        if change.section == "add":
            self.added.append(RawDocument(change.value, part_of(self.file.places, change.path)))
        elif change.section == "hours_per_year":
            self._set(("policy", self.policy.id), ("budget", "hours_per_year"), change.value, change.path)
        elif change.section == "drop":
            key = self._find(change.value, change.path)
            if key is not None:
                self.dropped[key] = change.path
        else:
            self._edit(change)

    def _edit(self, change: Change) -> None:
        key = self._find(change.value["document"], (*change.path, "document"))
        if key is None:
            return
        names = change.value["path"].split(".")
        path = find_part(self._draft(key).value, names)
        whole = change.section == "unset" and path is not None and not _holds(self._draft(key).value, path)
        if path is None or whole or path[0] in ("kind", "id"):
            written = change.value["path"]
            message = say(f"{' '.join(key)} 里没有可改的 {written}", f"{' '.join(key)} has no {written} to change")
            keys = ", ".join(ENTITY_TYPES[key[0]].model_fields)
            expected = say(f"以点分隔的路径，始于：{keys}", f"a path with dots that begins with one of: {keys}")
            self.problems.append(error("FMT04", self.file.places.value((*change.path, "path")), message, expected))
        elif change.section == "set":
            self._set(key, path, change.value["value"], (*change.path, "value"))
        else:
            del part_at(self._draft(key).value, path[:-1])[path[-1]]

    def _set(self, key: Key, path: Path, value: Any, where: Path) -> None:
        draft = self._draft(key)
        part_at(draft.value, path[:-1])[path[-1]] = value
        draft.parts[path] = part_of(self.file.places, where)

    def _draft(self, key: Key) -> _Draft:
        if key not in self.drafts:
            located = self.documents[key]
            self.drafts[key] = _Draft(located, located.entity.model_dump(mode="json", exclude_unset=True))
        return self.drafts[key]

    def _find(self, name: str, where: Path) -> Key | None:
        """Return the document that ``name`` means, ``ID`` or ``KIND ID``; None, with a problem, unless it is just one."""
        words = name.split()
        found = [key for key in self.documents if list(key) == words or [key[1]] == words]
        if len(found) == 1:
            return found[0]
        kinds = ", ".join(" ".join(key) for key in found)
        if found:
            message = say(f"{name} 有几份文档：{kinds}", f"{name} is the id of several documents: {kinds}")
        else:
            message = say(f"没有文档 {name}", f"there is no document {name}")
        near = suggestion(words[-1], {key[1] for key in self.documents}) if words and not found else None
        expected = say("一份已有的文档：id，或种类和 id", "a document that exists: its id, or its kind and id")
        self.problems.append(error("REF01", self.file.places.value(where), message, expected, near))
        return None

    def _take_out_references(self) -> None:
        """Take out of the other documents what names a dropped one; what must stay is a problem of the drop."""
        staying: dict[Key, list[Related]] = {}
        for key, references in self._naming_dropped():
            value = self._draft(key).value
            gone, stay = removable(value, references)
            for path in stay:
                place = self._draft(key).raw().source_map.value(path)
                message = say(f"{' '.join(key)} 这里写着它", f"{' '.join(key)} names it here")
                staying.setdefault(references[path], []).append(Related(place, message))
            for path in gone:
                del part_at(value, path[:-1])[path[-1]]
                named = sorted({" ".join(references[r]) for r in references if r[: len(path)] == path})
                what, where = ", ".join(named), ".".join(map(str, path))
                self.also.append(
                    say(
                        f"{' '.join(key)} 的 {where} 随 {what} 去掉",
                        f"{where} of {' '.join(key)} goes with {what}",
                    )
                )
        for key, related in staying.items():
            self.problems.append(self._cannot_drop(key, tuple(related)))
            del self.dropped[key]  # it stays, so that what names it is not a problem of its own

    def _naming_dropped(self) -> Iterator[tuple[Key, dict[Path, Key]]]:
        for key, located in self.documents.items():
            if key in self.dropped:
                continue
            entity = located.entity
            if key in self.drafts:
                typed = Loading()
                typed.add(self.drafts[key].raw())
                if not typed.documents:
                    continue  # what is wrong with it is said when it is loaded
                entity = typed.documents[0].entity
            references = {r.path: (r.kind, r.id) for r in find_references(entity) if (r.kind, r.id) in self.dropped}
            if references:
                yield key, references

    def _cannot_drop(self, key: Key, related: tuple[Related, ...]) -> Diagnostic:
        documents = len({(one.position.file, one.message.en) for one in related})
        found = error(
            "REF01",
            self.file.places.value(self.dropped[key]),
            say(
                f"不能去掉 {' '.join(key)}；写着它的文档：{documents} 份",
                f"{' '.join(key)} cannot be dropped; documents that name it: {documents}",
            ),
            say("没有文档离不开它", "a document that no other cannot do without"),
            say(
                "把这些文档也去掉，或用 set、unset 改掉它们",
                "drop these documents too, or change them with set or unset",
            ),
        )
        return replace(found, related=related)


def _holds(value: Any, path: Path) -> bool:
    parent = part_at(value, path[:-1])
    return path[-1] in parent if isinstance(parent, dict) else True
