"""A file of changes: what it says, read with the place of every part; how references to dropped documents are taken out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path as File
from typing import Any, NamedTuple

from competency_engine.diagnostics import Diagnostic, Path, Position, Severity, SourceMap
from competency_engine.errors import UsageError
from competency_engine.loading.documents import FIELD_NAMES, RawDocument
from competency_engine.loading.files import decode_yaml
from competency_engine.loading.validation import show_value, suggestion
from competency_engine.loading.yaml_reader import read_documents
from competency_engine.text import Text, say

SECTIONS = {
    "drop": say("列表：要去掉的文档", "a list of documents to drop"),
    "add": say("列表：要加上的完整文档", "a list of whole documents to add"),
    "set": say("列表：{document, path, value}", "a list of {document, path, value}"),
    "unset": say("列表：{document, path}", "a list of {document, path}"),
    "hours_per_year": say("数字：每个日历年的学时预算", "a number: credit hours of a calendar year"),
}
_KEYS = {"set": ("document", "path", "value"), "unset": ("document", "path")}
_MAY_BE_EMPTY = frozenset({"recommends", "sources", "laws", "cases", "topics", "units", "shows"})
_NEEDS_ONE = frozenset({"pairs_with", "activates", "any", "paths"})


class Change(NamedTuple):
    """One entry of a section: its place in the file's value, and what it says."""

    section: str
    path: Path
    value: Any


class ChangeFile(NamedTuple):
    """A file of changes: its name and text, the places of its parts, its entries in their order, and all that is wrong."""

    name: str
    text: str
    places: SourceMap
    changes: tuple[Change, ...]
    problems: tuple[Diagnostic, ...]


def read_change_file(path: File, name: str) -> ChangeFile:
    """Return the file at ``path``, which diagnostics call ``name``.

    Raises:
        UsageError: when there is no such file.
    """
    if not path.is_file():
        raise UsageError(say(f"没有文件 {path}", f"there is no file {path}"))
    text, problems = decode_yaml(path, name)
    read = read_documents(text, name, FIELD_NAMES | SECTIONS.keys()) if not problems else None
    found = [*problems, *(read.diagnostics if read is not None else ())]
    documents = read.documents if read is not None else ()
    if len(documents) == 1 and isinstance(documents[0].value, dict):
        raw = documents[0]
        changes = [*_entries(raw, found)]
        return ChangeFile(name, text, raw.source_map, tuple(changes), tuple(found))
    if not found:
        message = say("改动文件应是一个键值对", "a file of changes is one mapping")
        keys = ", ".join(SECTIONS)
        found.append(error("FMT03", Position(name, 1, 1), message, say(f"键：{keys}", f"keys: {keys}")))
    return ChangeFile(name, text, SourceMap(name, [((), False, 1, 1)]), (), tuple(found))


def error(code: str, place: Position, message: Text, expected: Text, mend: Text | None = None) -> Diagnostic:
    """Return an error found at ``place``; without ``mend``, one is told to write what is expected."""
    return Diagnostic(code, Severity.ERROR, place, message, expected, mend or say("照此改写", "write it so"))


def _entries(raw: RawDocument, problems: list[Diagnostic]) -> Iterable[Change]:
    """Yield the entries of each section; what has not its shape becomes a problem."""
    for section, value in raw.value.items():
        place = raw.source_map.key((section,))
        if section not in SECTIONS:
            known = ", ".join(SECTIONS)
            problems.append(
                error(
                    "FMT02",
                    place,
                    say(f"改动文件没有 {section} 这个键", f"a file of changes has no key {section}"),
                    say(f"已有的键：{known}", f"known keys: {known}"),
                    suggestion(section, SECTIONS),
                )
            )
        elif section == "hours_per_year":
            yield Change(section, (section,), value)
        elif not isinstance(value, list):
            message = say(f"{section} 应是列表", f"{section} must be a list")
            problems.append(error("FMT03", place, message, SECTIONS[section]))
        else:
            for index, entry in enumerate(value):
                path = (section, index)
                if _has_shape(section, entry):
                    yield Change(section, path, entry)
                else:
                    message = say(
                        f"{section} 的这一项 {show_value(entry)} 不成形",
                        f"this entry {show_value(entry)} of {section} has no known shape",
                    )
                    problems.append(error("FMT06", raw.source_map.value(path), message, SECTIONS[section]))


def _has_shape(section: str, entry: Any) -> bool:
    if section == "drop":
        return isinstance(entry, str)
    if section == "add":
        return isinstance(entry, dict)
    return (
        isinstance(entry, dict)
        and entry.keys() == set(_KEYS[section])
        and isinstance(entry["document"], str)
        and isinstance(entry["path"], str)
    )


def part_of(places: SourceMap, prefix: Path) -> SourceMap:
    """Return where the parts of the value at ``prefix`` stand, as if it were a document of its own."""
    size = len(prefix)
    marks = [(path[size:], key, line, column) for path, key, line, column in places.marks if path[:size] == prefix]
    return SourceMap(places.file, marks)


class Overlaid(SourceMap):
    """Places of a document of which some parts come from elsewhere, by path."""

    def __init__(self, whole: SourceMap, parts: dict[Path, SourceMap]) -> None:
        super().__init__(whole.file, whole.marks)
        self._parts = parts

    @cached_property
    def _places(self) -> dict[tuple[Path, bool], Position]:
        places = {(path, key): Position(self.file, line, column) for path, key, line, column in self.marks}
        for prefix, part in self._parts.items():
            places = {(path, key): place for (path, key), place in places.items() if path[: len(prefix)] != prefix}
            for path, key, line, column in part.marks:
                places[(*prefix, *path), key] = Position(part.file, line, column)
            places[prefix, True] = part.value(())
        return places


def find_part(value: Any, names: Iterable[str]) -> Path | None:
    """Return the path of the part of ``value`` that ``names`` lead to; None where there is no such way.

    Entries of lists are named by their id, their level, or their place from 0; the last name may be a new key of a mapping.
    """
    path: Path = ()
    names = list(names)
    for rank, name in enumerate(names):
        if isinstance(value, dict):
            if name not in value and rank < len(names) - 1:
                return None
            path, value = (*path, name), value.get(name)
        elif isinstance(value, list):
            place = _entry(value, name)
            if place is None:
                return None
            path, value = (*path, place), value[place]
        else:
            return None
    return path if names and all(names) else None


def _entry(entries: list[Any], name: str) -> int | None:
    for place, entry in enumerate(entries):
        if isinstance(entry, dict) and name in (str(entry.get("id")), str(entry.get("level"))):
            return place
    return int(name) if name.isascii() and name.isdigit() and int(name) < len(entries) else None


def part_at(value: Any, path: Path) -> Any:
    """Return the part of a plain value at ``path``."""
    for step in path:
        value = value[step]
    return value


def removable(value: Any, references: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Return which entries of lists of a document to take out with ``references``, the last first, and what must stay.

    What is only said beside goes (cases, laws, recommendations); of what is enough alone, or is taken with one of several,
    others must be left. A requirement, and what a mapping says of an id, stays.
    """
    wanted = {path: _entry_around(value, path) for path in references}
    stay = [path for path, entry in wanted.items() if entry is None]
    lists: dict[Path, set[Path]] = {}
    for entry in wanted.values():
        if entry is not None:
            lists.setdefault(entry[:-1], set()).add(entry)
    gone: list[Path] = []
    for parent, entries in lists.items():
        if len(part_at(value, parent)) - len(entries) >= _least(value, parent):
            gone += entries
        else:
            stay += [path for path, entry in wanted.items() if entry in entries]
    return sorted(gone, key=lambda path: (len(path), str(path[:-1]), path[-1]), reverse=True), stay


def _entry_around(value: Any, path: Path) -> Path | None:
    """Return the entry of a list that may go with the reference at ``path``, the innermost; None where none may."""
    for size in range(len(path), 1, -1):
        if isinstance(path[size - 1], int) and path[size - 2] in (*_MAY_BE_EMPTY, *_NEEDS_ONE, "of"):
            return path[:size]
    return None


def _least(value: Any, parent: Path) -> int:
    """Return how many entries the list at ``parent`` must keep."""
    if parent[-1] == "of":
        return int(part_at(value, parent[:-1])["at_least"])
    return 0 if parent[-1] in _MAY_BE_EMPTY else 1
