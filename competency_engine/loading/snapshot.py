"""A library that was read without an error, kept as typed documents, so that the next command need not parse its files.

A snapshot serves only while this program and every byte of every file are what they were when it was made. It is data
and nothing else (JSON, read with a list of the types that it may name); one that is missing, broken or of another time
costs the time of reading the files, never an answer. It lies in the user's cache folder, never beside the user's files:
one file a curriculum, which each change replaces. ``COMPETENCY_ENGINE_CACHE`` names another folder; ``off`` = no folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import competency_engine
from competency_engine.diagnostics import Mark, SourceMap
from competency_engine.domain.entity import Frozen
from competency_engine.loading.linking import Located
from competency_engine.text import Text

FOLDER_VARIABLE = "COMPETENCY_ENGINE_CACHE"
_MOST_FILES = 32
"""Snapshots in the folder; the oldest make room."""
_TYPE = ""
"""The key under which an object names its type; no field and no id is empty."""


def snapshot_file(*names: str) -> Path | None:
    """Return where the snapshot of what ``names`` identify is kept; None when the user wants none."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen == "off":
        return None
    if chosen:
        folder = Path(chosen)
    else:
        from platformdirs import user_cache_path

        folder = user_cache_path("competency-engine", appauthor=False)
        if not folder.is_absolute():  # nobody's home is known here
            return None
    return folder / f"{hashlib.sha256(json.dumps(names).encode()).hexdigest()[:32]}.json"


def read_snapshot(file: Path, content: str) -> list[Located] | None:
    """Return the documents kept in ``file``; None unless they were read from files of this ``content`` hash."""
    try:
        checksum, key, documents, marks = file.read_bytes().split(b"\n")
        if key.decode() != _key(content) or checksum.decode() != _checksum(key, documents, marks):
            return None
        entities = json.loads(documents, object_hook=_revive)
        places = _Places(marks)
        return [
            Located(entity, SourceMap(name, _Marks(places, index))) for index, (name, entity) in enumerate(entities)
        ]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def keep_snapshot(file: Path, content: str, documents: Iterable[Located]) -> None:
    """Write ``documents``, read from files of this ``content`` hash, to ``file``, whole or not at all; never fails."""
    documents = list(documents)
    entities = _dumped([(d.source_map.file, _plain(d.entity)) for d in documents])
    marks = _dumped([list(d.source_map.marks) for d in documents])
    with contextlib.suppress(OSError):
        key = _key(content).encode()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(b"\n".join((_checksum(key, entities, marks).encode(), key, entities, marks)))
            Path(temporary).replace(file)
        finally:
            Path(temporary).unlink(missing_ok=True)
        for old in sorted(file.parent.glob("*.json"), key=lambda kept: kept.stat().st_mtime)[:-_MOST_FILES]:
            old.unlink(missing_ok=True)


def _key(content: str) -> str:
    return hashlib.sha256(f"{_program()} {content}".encode()).hexdigest()


@cache
def _program() -> str:
    """Return what tells this program from every other that might have kept a snapshot."""
    package = Path(competency_engine.__file__).parent
    with contextlib.ExitStack() as stack:
        folders = [stack.enter_context(os.scandir(package / floor)) for floor in ("", "domain", "loading")]
        files = sorted(
            (entry.name, entry.stat().st_size, entry.stat().st_mtime_ns)
            for folder in folders
            for entry in folder
            if entry.is_file()
        )
    return f"{competency_engine.__version__} {files}"


def _checksum(*parts: bytes) -> str:
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON values; what was not written out is left to the defaults of its type."""
    if isinstance(value, BaseModel):
        written = {name: _plain(getattr(value, name)) for name in sorted(value.model_fields_set)}
        return {_TYPE: type(value).__name__, **written}
    if isinstance(value, dict) and any(isinstance(key, int) for key in value):
        return {_TYPE: "numbered", **{str(key): _plain(item) for key, item in value.items()}}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return {_TYPE: "date", "iso": value.isoformat()} if isinstance(value, dt.date) else value


def _revive(plain: dict[str, Any]) -> Any:
    """Return the value that ``_plain`` made ``plain`` of; it was checked when it was kept, so it is not checked again."""
    name = plain.pop(_TYPE, None)
    if name is None:
        return plain
    if name == "date":
        return dt.date.fromisoformat(plain["iso"])
    if name == "numbered":
        return {int(key): value for key, value in plain.items()}
    kind, defaults = _types()[name]
    written = {field: _tuples(value) if type(value) is list else value for field, value in plain.items()}
    entity = kind.__new__(kind)
    entity.__setstate__(
        {
            "__dict__": defaults | written,
            "__pydantic_fields_set__": set(written),
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }
    )
    return entity


def _tuples(value: list[Any]) -> tuple[Any, ...]:
    return tuple(_tuples(item) if type(item) is list else item for item in value)


@cache
def _types() -> dict[str, tuple[type[BaseModel], dict[str, Any]]]:
    """Return the types that a snapshot may hold, by name, with their fields in order: the default, or nothing yet."""
    kinds: list[type[BaseModel]] = [Text, Frozen]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return {kind.__name__: (kind, _defaults(kind)) for kind in kinds}


def _defaults(kind: type[BaseModel]) -> dict[str, Any]:
    return {
        name: None if field.is_required() else field.get_default(call_default_factory=True)
        for name, field in kind.model_fields.items()
    }


class _Places:
    """The places of all documents, decoded when the first is asked for."""

    def __init__(self, dumped: bytes) -> None:
        self._dumped = dumped

    @cached_property
    def of_documents(self) -> list[Any]:
        """The marks of each document."""
        return list(json.loads(self._dumped))


class _Marks:
    """The marks of the document number ``index``."""

    def __init__(self, places: _Places, index: int) -> None:
        self._places, self._index = places, index

    def __iter__(self) -> Iterator[Mark]:
        for path, is_key, line, column in self._places.of_documents[self._index]:
            yield tuple(path), is_key, line, column
