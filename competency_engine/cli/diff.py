"""`competency-engine diff` and `whatif`: what differs between two curricula, and in everybody's plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from competency_engine.cli.options import (
    LANG_DEFAULT,
    AsOfOption,
    CurriculumOption,
    Format,
    FormatOption,
    HoursOption,
    LangOption,
    Language,
    MonthsOption,
    OutOption,
    SmallestOption,
    StartOption,
    TablesOption,
    WorkersOption,
    plan_options,
    words,
)
from competency_engine.cli.output import deliver, deliver_tables
from competency_engine.errors import UsageError
from competency_engine.text import say

if TYPE_CHECKING:
    from competency_engine.text import Text
    from competency_engine.workflows.diff import Difference
    from competency_engine.workflows.plan import PlanOptions
    from competency_engine.workflows.session import Session

DiffPeople = Annotated[
    Path | None,
    typer.Option(
        "--people",
        help=words(
            "学员文件夹或文件；不写则只比较文档",
            "people, a folder or file; without it the documents alone are compared",
        ),
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full",
        help=words(
            "重新求解所有人的计划，也包括不可能不同的", "solve everyone's plan again, also those that cannot differ"
        ),
    ),
]
Listed = Annotated[bool, typer.Option("--list-people", help=words("逐人列出", "list the people, plan by plan"))]


def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help=words("旧版：文件夹或 git 修订（git:REV）", "before: a folder or a git revision (git:REV)"),
        ),
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help=words("新版；默认当前文件夹", "after; the current folder by default"))
    ] = ".",
    people: DiffPeople = None,
    full: Full = False,
    listed: Listed = False,
    as_of: AsOfOption = None,
    hours: HoursOption = None,
    start: StartOption = None,
    months: MonthsOption = None,
    curriculum: CurriculumOption = None,
    workers: WorkersOption = None,
    smallest: SmallestOption = 5,
    tables: TablesOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Say what differs between two versions of a curriculum, and in everybody's best plans."""
    from competency_engine.workflows.diff import open_source

    options = plan_options(as_of, start, months, hours)
    sides = (old, open_source(old, curriculum)), (new, open_source(new, curriculum))
    difference = _compare(sides, people, options, full, listed, workers, lang)
    _deliver(difference, (), listed, smallest, tables, output_format, out, lang)


def whatif(
    changes: Annotated[
        Path, typer.Argument(metavar="CHANGES", help=words("改动文件，YAML", "a file of changes, YAML"))
    ],
    people: DiffPeople = None,
    full: Full = False,
    listed: Listed = False,
    as_of: AsOfOption = None,
    hours: HoursOption = None,
    start: StartOption = None,
    months: MonthsOption = None,
    curriculum: CurriculumOption = None,
    workers: WorkersOption = None,
    smallest: SmallestOption = 5,
    tables: TablesOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Say what would differ, and in whose plans, if some documents were added, dropped or changed; no file is touched."""
    from competency_engine.workflows.session import open_session
    from competency_engine.workflows.whatif import suppose

    options = plan_options(as_of, start, months, hours)
    session = open_session(Path.cwd(), curriculum)
    supposed = suppose(session, changes)
    if hours is not None and _budget(session) != _budget(supposed.session):
        raise UsageError(
            say(
                f"{changes} 改了学时预算，--hours 会盖过它：二者只用其一",
                f"{changes} changes the hours of a year, which --hours would hide: use one of the two",
            )
        )
    sides = (".", session), (changes.name, supposed.session)
    difference = _compare(sides, people, options, full, listed, workers, lang)
    _deliver(difference, supposed.also, listed, smallest, tables, output_format, out, lang)


def _budget(session: Session) -> float:
    return session.library.policy.budget.hours_per_year


def _compare(
    sides: tuple[tuple[str, Session], tuple[str, Session]],
    people: Path | None,
    options: PlanOptions,
    full: bool,
    listed: bool,
    workers: int | None,
    lang: Language,
) -> Difference:
    from competency_engine.cli.progress import shown_people
    from competency_engine.workflows.diff import DiffOptions, compare

    with shown_people(lang.value) as report:
        return compare(*sides, people, DiffOptions(options, full, listed, workers), report)


def _deliver(
    difference: Difference,
    notes: tuple[Text, ...],
    listed: bool,
    smallest: int,
    folder: Path | None,
    output_format: Format,
    out: Path | None,
    lang: Language,
) -> None:
    from competency_engine.reports.diff import documents_table, plans_tables
    from competency_engine.reports.diff_document import diff_document

    (old_name, old), (new_name, new) = difference.old, difference.new
    tables = [documents_table(difference.documents)]
    plans = difference.plans
    if plans is not None:
        changes = plans.changes if listed else None
        libraries = (old.library, new.library)
        tables += plans_tables(plans.tally, changes, plans.unreadable, libraries, 1 if listed else smallest)
    hashes = (old.library_hash, new.library_hash)
    deliver(diff_document((old_name, new_name), hashes, tables, notes), output_format, lang.value, out)
    if folder is not None:
        deliver_tables(tables, folder, lang.value)
