"""`competency-engine rank`: which module to write next, which prerequisite to drop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
    PeopleOption,
    SmallestOption,
    StartOption,
    TablesOption,
    WorkersOption,
    plan_options,
    words,
)
from competency_engine.cli.output import deliver, deliver_tables


def rank(
    people: PeopleOption = None,
    top: Annotated[
        int, typer.Option("--top", min=1, max=1000, help=words("每种改动列出前几项", "how many of each kind to list"))
    ] = 10,
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
    """Rank the single changes that close most gap hours of everybody's best plans; each as a file for `whatif`."""
    from competency_engine.cli.progress import shown_people
    from competency_engine.reports.rank import rank_document, rank_tables
    from competency_engine.workflows.rank import rank as rank_all
    from competency_engine.workflows.session import open_session

    session = open_session(Path.cwd(), curriculum)
    options = plan_options(as_of, start, months, hours)
    with shown_people(lang.value) as report:
        ranking = rank_all(session, people, options, workers, report)
    found = rank_tables(ranking.tally, ranking.candidates, ranking.hours, session.library, top, smallest)
    deliver(rank_document(found, session.library_hash), output_format, lang.value, out)
    if tables is not None:
        deliver_tables(found, tables, lang.value)
