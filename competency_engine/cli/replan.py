"""`competency-engine replan`: one person's plan made anew, with the least change to an earlier one."""

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
    LangOption,
    OutOption,
    PeopleOption,
    parse_date,
    words,
)


def replan(
    name: Annotated[str, typer.Argument(metavar="PERSON", help=words("学员标识", "label of a person"))],
    earlier: Annotated[
        Path,
        typer.Option(
            "--plan",
            help=words("原计划：plan … --format json 写出的文件", "the earlier plan, as plan … --format json wrote it"),
        ),
    ],
    hours: Annotated[
        float | None,
        typer.Option(
            "--hours",
            min=0.25,
            help=words(
                "每个日历年的学时预算；默认同原计划", "credit hours of a calendar year; the earlier plan's by default"
            ),
        ),
    ] = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Plan again what is left of an earlier plan, and list what is kept, moved, new and dropped."""
    from competency_engine.cli.plan_output import deliver_replan

    deliver_replan(name, earlier, hours, parse_date(as_of), people, curriculum, output_format, lang.value, out)
