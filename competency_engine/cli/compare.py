"""`competency-engine compare`: two curricula, two models or two cities side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from competency_engine.cli.door import end_if_left_out
from competency_engine.cli.options import (
    LANG_DEFAULT,
    AsOfOption,
    CrosswalkOption,
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
from competency_engine.cli.output import deliver, deliver_tables


def compare(
    a: Annotated[
        str, typer.Argument(metavar="A", help=words("甲：文件夹或 git 修订", "one side: a folder or a git revision"))
    ],
    b: Annotated[
        str, typer.Argument(metavar="B", help=words("乙；默认当前文件夹", "the other; the current folder by default"))
    ] = ".",
    people_a: Annotated[
        Path | None, typer.Option("--people-a", help=words("甲的学员，文件夹或文件", "people of A, a folder or file"))
    ] = None,
    people_b: Annotated[
        Path | None, typer.Option("--people-b", help=words("乙的学员，文件夹或文件", "people of B, a folder or file"))
    ] = None,
    as_of: AsOfOption = None,
    hours: HoursOption = None,
    start: StartOption = None,
    months: MonthsOption = None,
    curriculum: CurriculumOption = None,
    curriculum_b: Annotated[
        str | None,
        typer.Option(
            "--curriculum-b",
            help=words("乙的课程体系；不写则与甲相同", "folder name of the curriculum of B; that of A by default"),
        ),
    ] = None,
    workers: WorkersOption = None,
    smallest: SmallestOption = 5,
    crosswalk: CrosswalkOption = None,
    tables: TablesOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Put two curricula, two models or two cities side by side, by the units of the model."""
    from competency_engine.cli.progress import shown_people
    from competency_engine.reports.comparison.document import comparison_document, comparison_tables
    from competency_engine.workflows.compare import Compared
    from competency_engine.workflows.compare import compare as compare_sides
    from competency_engine.workflows.diff import open_source

    options = plan_options(as_of, start, months, hours)
    first = Compared(_named(a, people_a), open_source(a, curriculum), people_a)
    second = Compared(_named(b, people_b), open_source(b, curriculum_b or curriculum), people_b)
    links = None
    if crosswalk is not None:
        from competency_engine.loading.crosswalk import read_crosswalk

        links = read_crosswalk(crosswalk, crosswalk.as_posix(), first.session.library, second.session.library)
    with shown_people(lang.value) as report:
        comparison = compare_sides(first, second, options, links, workers, report)
    found = comparison_tables(comparison, smallest)
    deliver(comparison_document(comparison, found, smallest), output_format, lang.value, out)
    if tables is not None:
        deliver_tables(found, tables, lang.value)
    tallies = [side.tally for side in comparison.sides if side.tally is not None]
    end_if_left_out([refusal for tally in tallies for refusal in tally.left_out], lang.value)


def _named(source: str, people: Path | None) -> str:
    """Return what a side is called: its source and, where there are people, theirs."""
    return source if people is None else f"{source} ({people.as_posix()})"
