"""Import spreadsheets into the folder of people: read, check, merge, and write all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from competency_engine.diagnostics import Diagnostic, Severity
from competency_engine.errors import UsageError
from competency_engine.interop.columns import Sheet
from competency_engine.interop.combining import Table, combine
from competency_engine.interop.entries import entries_of
from competency_engine.interop.forms import Forms, normalise_header
from competency_engine.interop.grid import Grid, Trouble
from competency_engine.interop.intake import Intake, Locator, take_in
from competency_engine.interop.library_forms import build_forms
from competency_engine.interop.mappings import extended_text, parse_mappings, read_mappings
from competency_engine.interop.marking import build_marked
from competency_engine.interop.merge import Change, Merged, Outcome, merge, table_of
from competency_engine.interop.people_folder import FILES, table_bytes, write_all
from competency_engine.interop.reading import read_book
from competency_engine.loading.loader import load_population, refuse_errors
from competency_engine.loading.tables import Row, TableKind
from competency_engine.loading.workspace import MAPPINGS_FILE, people_files
from competency_engine.text import Lang, say
from competency_engine.workflows.session import Session


@dataclass(frozen=True)
class Imported:
    """What an import came to.

    Attributes:
        troubles: everything that is wrong or worth a warning, by file, sheet and cell.
        outcomes: by table, how many rows are new, changed, or as they were.
        changes: fields of rows that were there before: then and now.
        empty_rows: rows that a template had prefilled and nobody filled in.
        written: the files that were written; none after an error or a dry run.
    """

    troubles: tuple[Trouble, ...]
    outcomes: Mapping[str, Mapping[Outcome, int]]
    changes: tuple[Change, ...]
    empty_rows: int
    written: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = field(default=(), repr=False)
    sheets: tuple[Sheet, ...] = field(default=(), repr=False)
    forms: Forms | None = field(default=None, repr=False)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings of all troubles."""
        return tuple(found.diagnostic for found in self.troubles)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Those that forbade the import."""
        return tuple(found for found in self.diagnostics if found.severity is Severity.ERROR)

    def marked_copy(self, lang: Lang) -> bytes:
        """Return the sheets with every bad cell filled and explained, as an xlsx file."""
        assert self.forms is not None
        return build_marked(self.grids, self.sheets, self.troubles, self.forms, lang)


def import_sheets(
    session: Session,
    files: Sequence[Path],
    people: Path | None = None,
    *,
    mapped: Sequence[str] = (),
    only: Sequence[str] = (),
    replace: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Import ``files`` into the folder of people.

    Args:
        session: the library that the sheets refer to.
        files: xlsx and CSV files.
        people: the folder; by default the workspace's ``people``, made where there is none.
        mapped: further names of columns, each as ``header=field``; kept in the folder when the import succeeds.
        only: names of the sheets to read; empty = all that are visible.
        replace: whether a value may take the place of another that is there.
        dry_run: do all but write.

    Raises:
        UsageError: when the folder is none, a mapping names no field, or a file can't be written.
        FilesInError: when the files that are in the folder hold an error.
    """
    folder = people or session.workspace.root / "people"
    if folder.exists() and not folder.is_dir():
        raise UsageError(
            say(
                f"{folder} 不是文件夹；导入要写进学员文件夹",
                f"{folder} is no folder; an import writes into a folder of people",
            )
        )
    forms = build_forms(session.library)
    run = _Run(session, folder, forms, parse_mappings(mapped, forms))
    grids, troubles = run.read(files, only)
    intake = take_in(grids, forms, run.mappings(troubles))
    troubles += intake.troubles
    merged = run.merge(intake, troubles, replace=replace)
    ordered = tuple(sorted(_distinct(troubles), key=lambda found: found.diagnostic.sort_key))
    result = Imported(
        ordered, merged.outcomes, tuple(merged.changes), intake.empty_rows, (), grids, tuple(intake.sheets), forms
    )
    if result.errors or dry_run:
        return result
    written = run.write(merged)
    return Imported(ordered, merged.outcomes, result.changes, intake.empty_rows, written, grids, result.sheets, forms)


def _distinct(troubles: Iterable[Trouble]) -> Iterable[Trouble]:
    return {found.diagnostic: found for found in troubles}.values()


@dataclass(frozen=True)
class _Run:
    """One import on its way."""

    session: Session
    folder: Path
    forms: Forms
    added: Mapping[str, str]

    def read(self, files: Sequence[Path], only: Sequence[str]) -> tuple[tuple[Grid, ...], list[Trouble]]:
        grids: list[Grid] = []
        troubles: list[Trouble] = []
        for path in dict.fromkeys(files):
            book = read_book(path, self.session.workspace.name_of(path))
            troubles += book.troubles
            grids += (grid for grid in book.grids if not only or not grid.sheet or grid.sheet in only)
        absent = set(only) - {grid.sheet for grid in grids}
        if absent and not troubles:
            listed = ", ".join(sorted(absent))
            raise UsageError(say(f"没有这样的表：{listed}", f"there is no such sheet: {listed}"))
        if not troubles and not any(grid.rows for grid in grids):
            raise UsageError(say("文件里没有可导入的内容", "the files hold nothing to import"))
        return tuple(grids), troubles

    def mappings(self, troubles: list[Trouble]) -> dict[str, str]:
        kept = read_mappings(self.folder, self._name(MAPPINGS_FILE), self.forms)
        troubles += (Trouble(None, 0, 0, diagnostic) for diagnostic in kept.diagnostics)
        return {**kept.fields, **{normalise_header(header): name for header, name in self.added.items()}}

    def merge(self, intake: Intake, troubles: list[Trouble], *, replace: bool) -> Merged:
        """Return what the folder would hold, adding to ``troubles`` all that speaks against it."""
        arriving = combine(intake.entries, troubles, self.forms.rated_by_others)
        present = self._present(troubles, {kind for kind, _ in arriving})
        own = {kind: self._name(name) for kind, name in FILES.items()}
        merged = merge(present, arriving, own, self.forms.rated_by_others, replace=replace)
        troubles += merged.conflicts
        troubles += self._check(merged.entries, intake)
        return merged

    def write(self, merged: Merged) -> tuple[str, ...]:
        own = {self._name(name) for name in FILES.values()}
        written: dict[str, bytes] = {}
        for kind in (kind for kind in FILES if kind in merged.touched):
            entries = [
                e for e in merged.entries.values() if e.kind == kind and (e.grid is not None or e.start.file in own)
            ]
            written[FILES[kind]] = table_bytes(kind, entries, self.session.library)
        mappings = extended_text(self.folder, self._name(MAPPINGS_FILE), self.added, self.forms)
        if mappings is not None:
            written[MAPPINGS_FILE] = mappings.encode()
        if written:
            write_all(self.folder, written)
        return tuple(self._name(name) for name in written)

    def _name(self, name: str) -> str:
        return self.session.workspace.name_of(self.folder / name)

    def _present(self, troubles: list[Trouble], kinds: set[str]) -> Table:
        """Return what the folder holds; a contradiction in a table that the import touches is a trouble."""
        if not self.folder.is_dir():
            return {}
        _, loading = load_population(people_files(self.folder), self.session.workspace, self.session.loading)
        refuse_errors(loading)
        entries = list(entries_of(loading.documents))
        by_file = {self._name(name): kind for kind, name in FILES.items()}
        for entry in entries:
            if by_file.get(entry.start.file, entry.kind) != entry.kind:
                name, kind = entry.start.file, entry.kind
                raise UsageError(
                    say(
                        f"{name} 里是 {kind} 表；请改名为 {FILES[kind]}",
                        f"{name} holds a table of {kind}; rename it {FILES[kind]}",
                    )
                )
        apart = self.forms.rated_by_others
        table, _ = table_of((entry for entry in entries if entry.kind not in kinds), apart)
        touched, contradictions = table_of((entry for entry in entries if entry.kind in kinds), apart)
        troubles += (Trouble(None, 0, 0, diagnostic) for diagnostic in contradictions)
        return {**table, **touched}

    def _check(self, entries: Table, intake: Intake) -> list[Trouble]:
        """Return what the common checks of people find in the folder as it would be, each in the sheet where it stands."""
        own = {(self.folder / name).resolve() for name in FILES.values()}
        others = (
            [path for path in people_files(self.folder) if path.resolve() not in own] if self.folder.is_dir() else []
        )
        foreign = {self.session.workspace.name_of(path) for path in others}
        further: dict[TableKind, list[Row]] = {}
        for entry in entries.values():
            if entry.grid is not None or entry.start.file not in foreign:
                further.setdefault(entry.kind, []).append(entry.row())
        _, loading = load_population(others, self.session.workspace, self.session.loading, further=further)
        locator = Locator(intake.sheets)
        located = map(locator.locate, loading.diagnostics)
        return [found for found in located if not _follows(found, locator, intake)]


def _follows(found: Trouble, locator: Locator, intake: Intake) -> bool:
    """Return whether a finding says no more than that a row which is wrong itself was not read."""
    return found.diagnostic.code == "REF01" and locator.label_at(found) in intake.broken
