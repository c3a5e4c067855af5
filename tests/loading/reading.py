"""Small documents, and what reading them finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from hypothesis import settings

from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.people import Population
from competency_engine.loading.documents import FIELD_NAMES
from competency_engine.loading.loader import Loading, link, load_population, read_yaml_files
from competency_engine.loading.validation import validate_document
from competency_engine.loading.workspace import Workspace
from competency_engine.loading.yaml_reader import ReadResult, read_documents

SOURCE = "kind: source\nid: newspaper\ntitle: {zh: 一张报纸, en: A newspaper}\ncertainty: recalled\n"
MODULE = """\
kind: module
id: T1-X
title: {zh: 走访练习, en: Practice of a visit}
phase: practice
mode: online
form: exercise
hours: 1
certainty: illustrative
"""
FACTS = """\
kind: community_type
id: estate
title: {zh: 小区, en: An estate}
certainty: illustrative
---
kind: community_fact
id: blocks
title: {zh: 楼栋数（栋）, en: Number of blocks}
type: integer
certainty: illustrative
---
kind: community_fact
id: vote
title: {zh: 表决日期, en: Date of the vote}
type: date
certainty: illustrative
---
kind: unit
id: BAS-1
domain: BAS
title: {zh: 走访, en: Visits}
definition: {zh: 走访住户, en: Visits homes}
levels: []
certainty: illustrative
"""
# The nine-level alias bomb: 9⁹ words from nine lines.
BOMB = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

Place = tuple[str, int, int]

FUZZ = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def places(diagnostics: Iterable[Diagnostic]) -> list[Place]:
    """Return the code, line and column of each diagnostic."""
    return [(d.code, d.position.line, d.position.column) for d in diagnostics]


def read(text: str) -> ReadResult:
    """Return what reading ``text`` gives."""
    return read_documents(text, "a.yaml", FIELD_NAMES)


def examine(text: str) -> list[Diagnostic]:
    """Return what reading and typing the documents of ``text`` find."""
    result = read(text)
    found = list(result.diagnostics)
    for document in result.documents:
        found += validate_document(document)[1]
    return found


def write(folder: Path, files: Mapping[str, str | bytes]) -> list[Path]:
    """Write ``files`` below ``folder`` and return their paths, in the order given."""
    paths = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        paths.append(path)
    return paths


def load(folder: Path, files: Mapping[str, str | bytes]) -> Loading:
    """Return what reading and linking ``files`` gives."""
    loading = read_yaml_files(write(folder, files), Workspace(folder))
    link(loading)
    return loading


def load_people(
    folder: Path, files: Mapping[str, str | bytes], only: frozenset[str] | None = None
) -> tuple[Population, Loading]:
    """Return the people in ``files``, who refer to the documents of ``FACTS``."""
    library = read_yaml_files(write(folder, {"library.yaml": FACTS}), Workspace(folder))
    return load_population(write(folder, files), Workspace(folder), library, only)
