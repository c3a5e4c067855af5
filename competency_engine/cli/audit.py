"""`competency-engine audit`: what the curriculum cannot teach, whom it fails, and what everybody's best plans take."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from competency_engine.cli.door import end_if_left_out
from competency_engine.cli.options import (
    LANG_DEFAULT,
    AsOfOption,
    CurriculumOption,
    Format,
    FormatOption,
    HoursOption,
    LangOption,
    MonthsOption,
    OutOption,
    SmallestOption,
    StartOption,
    TablesOption,
    WorkersOption,
    plan_options,
    words,
)
from competency_engine.cli.output import deliver, deliver_tables, deliver_text, write_atomically
from competency_engine.errors import UsageError
from competency_engine.text import say


class FailOn(StrEnum):
    """From which level of findings on the command fails."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


def audit(
    people: Annotated[
        Path | None,
        typer.Option(
            "--people",
            help=words(
                "学员文件夹或文件；不写则用 ./people，没有就只查课程",
                "people; ./people by default, else the curriculum alone",
            ),
        ),
    ] = None,
    as_of: AsOfOption = None,
    hours: HoursOption = None,
    start: StartOption = None,
    months: MonthsOption = None,
    curriculum: CurriculumOption = None,
    workers: WorkersOption = None,
    smallest: SmallestOption = 5,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on", help=words("有这一级的发现就以代码 1 结束", "end with code 1 on findings of this level")
        ),
    ] = FailOn.NEVER,
    tables: TablesOption = None,
    parquet: Annotated[
        bool,
        typer.Option("--parquet", help=words("--tables 写 Parquet 而不是 CSV", "let --tables write Parquet, not CSV")),
    ] = False,
    workbook: Annotated[
        Path | None,
        typer.Option(
            "--workbook",
            metavar="FILE.xlsx",
            help=words("把所有表和图写进这个 Excel 工作簿", "Excel workbook to write every table into, with charts"),
        ),
    ] = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Say what the curriculum cannot teach, what hangs on one thing, and what everybody lacks and takes."""
    from competency_engine.cli.progress import shown_people
    from competency_engine.reports.audit.document import audit_document, audit_tables
    from competency_engine.workflows.audit import audit as audit_all
    from competency_engine.workflows.session import open_session

    if workbook is not None:
        from competency_engine.interop.outgoing import require_xlsx

        require_xlsx(workbook)
    if parquet:
        _require_tables(tables)
    session = open_session(Path.cwd(), curriculum)
    own = Path("people") if people is None and Path("people").is_dir() else people
    options = plan_options(as_of, start, months, hours)
    with shown_people(lang.value) as report:
        audited = audit_all(session, own, options, workers, report, smallest)
    found = audit_tables(audited, smallest)
    if output_format is Format.HTML:
        from competency_engine.render.audit_page import render_audit_page

        deliver_text(render_audit_page(audited, found, smallest, lang.value), out)
    else:
        deliver(audit_document(audited, found), output_format, lang.value, out)
    if workbook is not None:
        from competency_engine.interop.audit_book import render_audit_book

        write_atomically(workbook, render_audit_book(audited, found, smallest, lang.value))
    if tables is not None:
        deliver_tables(found, tables, lang.value, parquet=parquet)
    if audited.tally is not None:
        end_if_left_out(audited.tally.left_out, lang.value)
    levels = {finding.level for finding in audited.findings}
    failing = {FailOn.ERROR: {"error"}, FailOn.WARNING: {"error", "warning"}, FailOn.NEVER: set()}[fail_on]
    if levels & failing:
        typer.echo(
            say(f"有 {fail_on} 级或更重的发现", f"there are findings of level {fail_on} or worse").in_language(
                lang.value
            ),
            err=True,
        )
        raise typer.Exit(1)


def _require_tables(tables: Path | None) -> None:
    """Raise unless there are tables to write as Parquet, and what writes it.

    Raises:
        UsageError: when there is no folder for them, or no pyarrow.
    """
    from competency_engine.loading.parquet import require_pyarrow

    if tables is None:
        raise UsageError(say("--parquet 要和 --tables 文件夹一起用", "--parquet goes with --tables FOLDER"))
    require_pyarrow()
