"""Check files: every problem of every file in one run, without a solver."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from competency_engine.diagnostics import Diagnostic, Severity
from competency_engine.domain.curriculum import Curriculum
from competency_engine.domain.people import Dossier
from competency_engine.errors import UsageError
from competency_engine.lint.engine import lint_library
from competency_engine.loading.dossiers import DossierReader
from competency_engine.loading.files import PEOPLE_FILE_SUFFIXES, TABLE_SUFFIXES, YAML_SUFFIXES, find_files
from competency_engine.loading.linking import Located
from competency_engine.loading.loader import Loading, build_library, link, load_population, read_yaml_files
from competency_engine.loading.people_stream import file_stream, read_people
from competency_engine.loading.workspace import MAPPINGS_FILE, Workspace, people_files
from competency_engine.text import say
from competency_engine.workflows.session import choose_folder, files_of, open_session


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings in order of place, the lines that they point into, and how many files were read.

    ``shipped`` when nothing of the user's own was there, and the shipped model and curriculum were checked.
    """

    diagnostics: tuple[Diagnostic, ...]
    lines: dict[str, tuple[str, ...]]
    files: int
    shipped: bool = False

    def count(self, severity: Severity) -> int:
        """Return how many findings are of ``severity``."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)


def check(root: Path, paths: tuple[Path, ...], as_of: dt.date, curriculum: str | None = None) -> Checked:
    """Return every finding in ``paths``, by default in the whole workspace at ``root``.

    A path may be a workspace, a part of this one, or files that belong to none: these are checked against the
    documents of ``curriculum`` and replace those of the same kind and id.

    Raises:
        UsageError: when a path does not exist.
    """
    missing = [path for path in paths if not _exists(path)]
    if missing:
        listed = ", ".join(str(path) for path in missing)
        raise UsageError(say(f"找不到文件或文件夹：{listed}", f"there is no such file or folder: {listed}"))
    if curriculum is not None:
        choose_folder(Workspace(root), curriculum)
    results = [_check_path(root, path, as_of, curriculum) for path in paths] or [
        _check_workspace(Workspace(root), as_of)
    ]
    lines = {name: text for result in results for name, text in result.lines.items()}
    checked = _checked((d for result in results for d in result.diagnostics), lines)
    own = any((root / part).is_dir() for part in ("models", "curricula", "people"))
    return replace(checked, shipped=not paths and not own)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _checked(diagnostics: Iterable[Diagnostic], lines: dict[str, tuple[str, ...]]) -> Checked:
    ordered = sorted(set(diagnostics), key=lambda diagnostic: diagnostic.sort_key)
    return Checked(tuple(ordered), lines, len(lines))


def _check_path(root: Path, path: Path, as_of: dt.date, curriculum: str | None) -> Checked:
    if (path / "models").is_dir() or (path / "curricula").is_dir():
        return _check_workspace(Workspace(path), as_of)
    workspace = Workspace(root)
    if path.suffix in PEOPLE_FILE_SUFFIXES:
        return _check_lines(workspace, path, as_of, curriculum)
    parts = [(root / part).resolve() for part in ("models", "curricula", "people")]
    if any(path.resolve().is_relative_to(part) for part in parts):
        whole = _check_workspace(workspace, as_of)
        wanted = {workspace.name_of(file) for file in people_files(path)}
        lines = {name: text for name, text in whole.lines.items() if name in wanted}
        return _checked((d for d in whole.diagnostics if d.position.file in wanted), lines)
    return _check_loose(workspace, path, as_of, curriculum)


def _check_workspace(workspace: Workspace, as_of: dt.date) -> Checked:
    diagnostics: list[Diagnostic] = []
    lines: dict[str, tuple[str, ...]] = {}
    library: Loading | None = None
    folders = workspace.own_folders("curricula") or workspace.folders("curricula")
    for folder in folders:
        library = read_yaml_files((*files_of(workspace, folder), *_stray_files(workspace)), workspace)
        diagnostics += _examine(library, link(library), as_of, None)
        lines |= library.lines
    unserved = [
        path
        for folder in workspace.own_folders("models")
        for path in find_files(folder)
        if workspace.name_of(path) not in lines
    ]
    alone = read_yaml_files(unserved, workspace)
    link(alone, library)
    diagnostics += alone.diagnostics
    lines |= alone.lines
    people = workspace.root / "people"
    if people.is_dir() and library is not None:
        _, loading = load_population(people_files(people), workspace, library)
        diagnostics += loading.diagnostics
        lines |= loading.lines
    return _checked(diagnostics, lines)


def _stray_files(workspace: Workspace) -> tuple[Path, ...]:
    """Return YAML files that lie directly in ``models`` or ``curricula``: they belong to every curriculum."""
    return (*workspace.loose_files("models"), *workspace.loose_files("curricula"))


def _check_loose(workspace: Workspace, path: Path, as_of: dt.date, curriculum: str | None) -> Checked:
    """Check files outside the workspace on top of the documents of its curriculum."""
    background = read_yaml_files(files_of(workspace, choose_folder(workspace, curriculum)), workspace)
    documents = (file for file in find_files(path) if file.name != MAPPINGS_FILE)
    loading = read_yaml_files(documents if path.is_dir() else _only(path, YAML_SUFFIXES), workspace)
    diagnostics = _examine(loading, link(loading, background), as_of, background)
    lines = dict(loading.lines)
    tables = find_files(path, TABLE_SUFFIXES) if path.is_dir() else _only(path, TABLE_SUFFIXES)
    if tables:
        everything = Loading(documents=[*background.documents, *loading.documents])
        _, people = load_population(tables, workspace, everything)
        diagnostics += people.diagnostics
        lines |= people.lines
    return _checked((d for d in diagnostics if d.position.file in lines), lines)


def _check_lines(workspace: Workspace, path: Path, as_of: dt.date, curriculum: str | None) -> Checked:
    """Check people in JSON lines or Parquet, one by one, against the library of the curriculum, which must be sound itself."""
    library = open_session(workspace.root, curriculum).library
    stream = file_stream(path, workspace.name_of(path))
    reader = DossierReader(stream.line_format, library, as_of)
    read = read_people(reader, stream.lines())
    found = (diagnostic for result in read if not isinstance(result, Dossier) for diagnostic in result)
    return _checked(found, {stream.line_format.name: ()})


def _only(path: Path, suffixes: tuple[str, ...]) -> tuple[Path, ...]:
    return (
        (path,) if path.suffix in suffixes or (suffixes is YAML_SUFFIXES and path.suffix not in TABLE_SUFFIXES) else ()
    )


def _examine(
    loading: Loading, by_key: dict[tuple[str, str], Located], as_of: dt.date, background: Loading | None
) -> list[Diagnostic]:
    """Return the problems of reading and linking, and the findings of lint.

    When an error leaves the library incomplete, lint applies only the rules that look at one document alone.
    """
    heads = [d.entity.id for d in loading.documents if isinstance(d.entity, Curriculum)]
    if not heads and background is not None:
        heads = [d.entity.id for d in background.documents if isinstance(d.entity, Curriculum)]
    library = build_library(by_key, heads[0]) if heads else None
    found = list(loading.diagnostics)
    if library is not None:
        found += lint_library(library, as_of, loading.lines, complete=not loading.errors)
    return found
