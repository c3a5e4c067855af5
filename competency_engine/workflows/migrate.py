"""Carry what is recorded of people over to the units of the present model; nothing is lost, and all of it is written or nothing."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path as File

from competency_engine.assessment.migration import Fate, migrate
from competency_engine.assessment.successors import Successors
from competency_engine.diagnostics import Diagnostic, Position
from competency_engine.domain.people import Dossier
from competency_engine.errors import UsageError, mend_first
from competency_engine.graph.crossing import Links
from competency_engine.interop.people_folder import folder_files
from competency_engine.interop.table_files import SCHEMA_NAME, csv_writer, schema_bytes
from competency_engine.lint.rule import LintContext
from competency_engine.lint.rules import replacement
from competency_engine.loading.calibration import calibration_path
from competency_engine.loading.crosswalk import read_crosswalk
from competency_engine.loading.files import PEOPLE_FILE_SUFFIXES
from competency_engine.loading.workspace import MAPPINGS_FILE
from competency_engine.reports.migration import CARRIED, PLANS, UNMAPPED, MigrationSums, rows_of
from competency_engine.reports.tables import Cell, DataTable
from competency_engine.text import Lang, Text, say
from competency_engine.workflows.migrate_plans import migrate_plans
from competency_engine.workflows.new_folder import new_folder, refuse_full
from competency_engine.workflows.recorded import Recorded, read_folder, read_lines
from competency_engine.workflows.session import Session

PEOPLE_FOLDER, PEOPLE_FILE, PLANS_FILE, REPORT_FOLDER = "people", "people.jsonl", "plans.jsonl", "report"
"""What a migration writes into its folder."""
Rows = Callable[[DataTable, tuple[Cell, ...]], None]
_EXPLAINED = ("REF01", "REF04")
"""Codes of what is no error where the record in which it stands was carried over or listed."""


@dataclass(frozen=True)
class Migration:
    """What a migration came to: the sums, what else is worth knowing, and the files written, relative to its folder."""

    sums: MigrationSums
    notes: tuple[Text, ...]
    written: tuple[str, ...]


def find_links(session: Session, crosswalk: File | None) -> Links:
    """Return what stands for the units that the present model has not: by its retired units, and by a crosswalk.

    Raises:
        UsageError: when there is no such file.
        FilesInError: with all that is wrong with the retired units, or with the crosswalk.
    """
    library, context = session.library, LintContext(dt.date.today())
    problems = [found for rule in replacement.RULES for found in rule.diagnose(library, context)]
    if problems:
        raise mend_first(problems, session.loading.lines)
    links = replacement.links_of(library)
    if crosswalk is not None:
        links = {**links, **read_crosswalk(crosswalk, session.workspace.name_of(crosswalk), None, library)}
    return links


def migrate_people(
    session: Session,
    people: File,
    target: File,
    links: Links,
    lang: Lang,
    plans: File | None = None,
    report: Callable[[int], None] = lambda people: None,
) -> Migration:
    """Write everyone in ``people``, as the present model has it, into the new folder ``target``, and return what it came to.

    Args:
        session: the present library.
        people: a folder, or a file with a person a line; it stays as it is.
        target: a folder that does not exist or is empty.
        links: what stands for units that the library has not.
        lang: of the words in the lists.
        plans: a file of plans to carry over too.
        report: called now and then with the number of people that are done.

    Raises:
        UsageError: when a file cannot be read or written, or ``target`` holds something already.
        FilesInError: with all that is wrong with the people or the plans besides what a migration mends.
    """
    refuse_full(target)
    if people.is_dir() and target.resolve().is_relative_to(people.resolve()):
        raise UsageError(
            say(
                f"{target} 在学员文件夹 {people} 里面，会被当作学员文件；换一个文件夹",
                f"{target} lies inside the folder of people {people} and would be read as people; choose another folder",
            )
        )
    sums = MigrationSums()
    successors = Successors(session.library, links)
    with new_folder(target) as folder, ExitStack() as stack:
        tables = [UNMAPPED, CARRIED, *([PLANS] if plans is not None else [])]
        add_row = _report_files(folder / REPORT_FOLDER, tables, lang, stack)
        moved = _moved(session, people, successors, sums, add_row, report)
        written = _write_people(session, people, folder, moved)
        if plans is not None:
            sums.plans, sums.plans_kept = migrate_plans(session, written, plans, folder / PLANS_FILE, add_row)
        stack.close()
        if not sums.people:
            raise UsageError(say(f"{people} 里没有学员", f"there are no people in {people}"))
        names = tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))
    return Migration(sums, tuple(_notes(people, sums)), names)


def _report_files(folder: File, tables: list[DataTable], lang: Lang, stack: ExitStack) -> Rows:
    folder.mkdir()
    (folder / SCHEMA_NAME).write_bytes(schema_bytes(tables))
    writers = {table.id: stack.enter_context(csv_writer(folder, table, lang)) for table in tables}
    return lambda table, row: writers[table.id](row)


def _moved(
    session: Session,
    people: File,
    successors: Successors,
    sums: MigrationSums,
    add_row: Rows,
    report: Callable[[int], None],
) -> Iterator[tuple[Dossier, bytes | None]]:
    """Yield each person as the present model has it, with the line that says the same where there is one.

    Raises:
        FilesInError: after the last, with all that is wrong.
    """
    problems: list[Diagnostic] = []
    explained: set[Position] = set()
    is_file = people.suffix in PEOPLE_FILE_SUFFIXES
    for one in read_lines(session, people) if is_file else read_folder(session, people):
        if one.dossier is not None:
            found = migrate(one.dossier, successors)
            for fate in found.fates:
                explained |= one.places_of(fate.recorded.path)
                _list(fate, one, add_row)
            sums.add(found.kept, found.fates)
            report(sums.people)
            yield found.dossier, one.line if not found.fates else None
        problems += (p for p in one.problems if p.code not in _EXPLAINED or p.position not in explained)
        if is_file:
            explained.clear()
    if problems:
        raise mend_first(dict.fromkeys(problems))


def _list(fate: Fate, one: Recorded, add_row: Rows) -> None:
    assert one.dossier is not None
    for table, row in rows_of(fate, one.dossier.person.id, one.place(fate.recorded.path)):
        add_row(table, row)


def _write_people(session: Session, people: File, folder: File, moved: Iterator[tuple[Dossier, bytes | None]]) -> File:
    """Write people in the form in which they came, and return where they stand."""
    if people.suffix in PEOPLE_FILE_SUFFIXES:
        path = folder / PEOPLE_FILE
        with path.open("wb") as file:
            file.writelines(_line(dossier, line) for dossier, line in moved)
        return path
    path = folder / PEOPLE_FOLDER
    path.mkdir()
    files: Mapping[str, bytes] = folder_files([dossier for dossier, _ in moved], session.library)
    for name, content in files.items():
        (path / name).write_bytes(content)
    if (people / MAPPINGS_FILE).is_file():
        shutil.copyfile(people / MAPPINGS_FILE, path / MAPPINGS_FILE)
    return path


def _line(dossier: Dossier, line: bytes | None) -> bytes:
    content = dossier.model_dump_json(exclude_unset=True).encode() if line is None else line.rstrip(b"\r\n")
    return content + b"\n"


def _notes(people: File, sums: MigrationSums) -> Iterator[Text]:
    if sums.unmapped:
        yield say(
            f"没有去处的记录逐条列在 {REPORT_FOLDER}/unmapped.csv",
            f"every record with nowhere to go is listed in {REPORT_FOLDER}/unmapped.csv",
        )
    if calibration_path(people).is_file():
        yield say(
            "标定没有带过去：它是按旧单元估计的；运行 evidence calibrate 重新标定",
            "the calibration was left behind, for it was estimated of the old units; run evidence calibrate",
        )
