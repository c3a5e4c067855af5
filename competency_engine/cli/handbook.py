"""`competency-engine handbook`: study plans as documents for training offices."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from competency_engine.cli.options import (
    LANG_DEFAULT,
    AsOfOption,
    CurriculumOption,
    HoursOption,
    LangOption,
    MonthsOption,
    PeopleOption,
    StartOption,
    WorkersOption,
    plan_options,
    words,
)


class Kind(StrEnum):
    """Formats of a handbook."""

    DOCX = "docx"
    PDF = "pdf"
    HTML = "html"
    XLSX = "xlsx"
    ICS = "ics"


def handbook(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="PERSON", help=words("学员标识，可多个", "labels of people"), show_default=False),
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help=words("所有学员", "everyone"))] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help=words(
                "一人写入文件；多人写入文件夹，每人一份；xlsx 总是一个文件",
                "a file for one person; a folder for several, a file each; xlsx is always one file",
            ),
        ),
    ] = None,
    kind: Annotated[
        Kind | None,
        typer.Option(
            "--format",
            help=words(
                "格式；默认看 --out 的后缀，否则 docx；xlsx 是按课程和按月的名单，ics 是日历",
                "format; that of --out by default, else docx; xlsx lists people by module and month, ics is a calendar",
            ),
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            help=words(
                "用自己的 Word 模板（docx），字段见 docs/handbook.md",
                "a Word template of one's own; see docs/handbook.md",
            ),
        ),
    ] = None,
    merged: Annotated[
        Path | None,
        typer.Option(
            "--merged",
            help=words("另写一份全部合在一起的 docx 或 pdf，供打印", "also write one docx or pdf of all, for printing"),
        ),
    ] = None,
    save_template: Annotated[
        Path | None,
        typer.Option(
            "--save-template",
            help=words("写出一份模板供修改，不做别的", "write a template to begin with, and do nothing else"),
        ),
    ] = None,
    plans: Annotated[
        Path | None,
        typer.Option(
            "--plans",
            help=words(
                "用已有的计划文件，先逐份核验", "take the plans from a file that plan wrote; each is verified first"
            ),
        ),
    ] = None,
    hours: HoursOption = None,
    start: StartOption = None,
    months: MonthsOption = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    workers: WorkersOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Write study handbooks: gaps, plan by month, reasons, proof, tasks, signatures."""
    from competency_engine.cli.handbook_output import Asked, deliver_handbooks, deliver_template

    if save_template is not None:
        deliver_template(save_template, lang.value)
        return
    planned = any(value is not None for value in (hours, start, months, as_of))
    asked = Asked(
        names=tuple(names or ()),
        everyone=everyone,
        out=out,
        format=kind.value if kind is not None else None,
        template=template,
        merged=merged,
        plans=plans,
        options=plan_options(as_of, start, months, hours),
        dated=planned,
        workers=workers,
        lang=lang.value,
    )
    deliver_handbooks(asked, people, curriculum)
