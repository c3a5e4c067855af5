"""`competency-engine migrate`: carry what is recorded of people over to the units of the present model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from competency_engine.cli.options import (
    LANG_DEFAULT,
    CrosswalkOption,
    CurriculumOption,
    Format,
    FormatOption,
    LangOption,
    words,
)
from competency_engine.cli.output import deliver


def migrate(
    people: Annotated[
        Path, typer.Argument(metavar="PEOPLE", help=words("学员文件夹或文件", "people, a folder or file"))
    ],
    out: Annotated[Path, typer.Option("--out", help=words("新的或空的文件夹", "a new or empty folder"))],
    plans: Annotated[
        Path | None, typer.Option("--plans", help=words("计划文件，也一并转换", "plans to carry over too"))
    ] = None,
    crosswalk: CrosswalkOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Carry what is recorded of people over to the units of the present model; every record is kept or listed."""
    from competency_engine.cli.progress import shown_people
    from competency_engine.reports.migration import migration_document
    from competency_engine.workflows.migrate import find_links, migrate_people
    from competency_engine.workflows.session import open_session

    session = open_session(Path.cwd(), curriculum)
    links = find_links(session, crosswalk)
    with shown_people(lang.value) as report:
        migration = migrate_people(session, people, out, links, lang.value, plans, report)
    deliver(migration_document(migration.sums, migration.notes), output_format, lang.value, None)
    for name in migration.written:
        typer.echo((out / name).as_posix(), err=True)
