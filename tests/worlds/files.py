"""Worlds in files, and what a fragment of YAML or CSV laid over one of them gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.library import Library
from competency_engine.domain.people import Dossier
from competency_engine.lint.engine import lint_library
from competency_engine.loading.dossiers import DossierReader
from competency_engine.loading.files import find_files
from competency_engine.loading.loader import Loading, build_library, link, load_population, read_yaml_files
from competency_engine.loading.people_stream import json_lines_stream
from competency_engine.loading.workspace import Workspace

AS_OF = dt.date(2026, 11, 21)
TINY = Path(__file__).parent / "tiny"
FRAGMENT = "fragment.yaml"


@dataclass(frozen=True)
class World:
    """A library and the files that it was read from."""

    library: Library
    loading: Loading


def read_world(root: Path, model: str, curriculum: str) -> World:
    """Return the world of one model and one curriculum below ``root``."""
    folders = (root / "models" / model, root / "curricula" / curriculum)
    loading = read_yaml_files((path for folder in folders for path in find_files(folder)), Workspace(root))
    library = build_library(link(loading), curriculum)
    assert library is not None
    return World(library, loading)


def tiny() -> World:
    """Return the tiny world."""
    return read_world(TINY, "tiny", "tiny")


def lint_fragment(text: str, folder: Path, as_of: dt.date = AS_OF) -> list[Diagnostic]:
    """Return what loading and lint find in the tiny world when ``text`` lies over it.

    Files are named as in a workspace at ``folder``; ``text`` is ``FRAGMENT``.
    """
    background = tiny().loading
    (folder / FRAGMENT).write_text(text, encoding="utf-8")
    loading = read_yaml_files([folder / FRAGMENT], Workspace(folder))
    library = build_library(link(loading, background), "tiny")
    assert library is not None
    return loading.diagnostics + lint_library(library, as_of, loading.lines, complete=not loading.errors)


def read_table_fragment(text: str, folder: Path) -> list[Diagnostic]:
    """Return what loading finds in ``text`` as a CSV table of people of the tiny world."""
    (folder / "fragment.csv").write_text(text, encoding="utf-8")
    _, loading = load_population([folder / "fragment.csv"], Workspace(folder), tiny().loading)
    return loading.diagnostics


def read_lines_fragment(text: str, folder: Path) -> list[Diagnostic]:
    """Return what is wrong in ``text`` as JSON lines of people of the tiny world."""
    (folder / "fragment.jsonl").write_text(text, encoding="utf-8")
    stream = json_lines_stream(folder / "fragment.jsonl", "fragment.jsonl")
    reader = DossierReader(stream.line_format, tiny().library, AS_OF)
    read = [reader.read(line.number, line.content) for line in stream.lines()]
    return [diagnostic for found in read if not isinstance(found, Dossier) for diagnostic in found]
