"""`competency-engine catalogue`: search the catalogue, or write all of it as one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from competency_engine.cli.options import (
    LANG_DEFAULT,
    CurriculumOption,
    Format,
    FormatOption,
    LangOption,
    OutOption,
    words,
)
from competency_engine.cli.output import deliver, write_atomically
from competency_engine.domain.curriculum import Form, Mode, TeacherKind
from competency_engine.errors import UsageError
from competency_engine.text import say

if TYPE_CHECKING:
    from competency_engine.domain.venue import Route, Site, Teacher


def catalogue(
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD", help=words("文字里都要有的词", "words that must all stand in the text"), show_default=False
        ),
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=words("单元或技能", "unit or skill"))] = None,
    level: Annotated[
        int | None, typer.Option("--level", min=1, max=9, help=words("带到的等级", "level that it brings"))
    ] = None,
    topic: Annotated[str | None, typer.Option("--topic", help=words("专题", "topic"))] = None,
    mode: Annotated[Mode | None, typer.Option("--mode", help=words("培训方式", "training mode"))] = None,
    form: Annotated[Form | None, typer.Option("--form", help=words("教学形式", "form of teaching"))] = None,
    teacher: Annotated[TeacherKind | None, typer.Option("--teacher", help=words("谁来教", "kind of teacher"))] = None,
    law: Annotated[str | None, typer.Option("--law", help=words("引用的法规", "law that it cites"))] = None,
    case: Annotated[str | None, typer.Option("--case", help=words("所用案例", "case that it uses"))] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--page",
            help=words("把整个目录写成一个离线网页", "write the whole catalogue as one page that works offline"),
        ),
    ] = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Search modules, cases, problems, sites and teachers, or write the whole catalogue as a page."""
    from competency_engine.reports.catalogue import catalogue_document
    from competency_engine.workflows.catalogue import Query, search_catalogue
    from competency_engine.workflows.session import open_session

    session = open_session(Path.cwd(), curriculum)
    if page is not None:
        from competency_engine.render.catalogue_page import render_catalogue_page

        if any((text, unit, level, topic, mode, form, teacher, law, case)):
            raise UsageError(
                say("--page 写出整个目录，不能同时查找", "--page writes the whole catalogue; do not search with it")
            )
        write_atomically(page, render_catalogue_page(session.library, lang.value))
        count = len(session.library.modules)
        typer.echo(say(f"{page}：{count} 门课程", f"{page}: {count} modules").in_language(lang.value), err=True)
        return
    asked: dict[str, Any] = {"unit": unit, "level": level, "topic": topic, "law": law, "case": case}
    query = Query(text=" ".join(text) if text else None, mode=mode, form=form, teacher=teacher, **asked)
    found = search_catalogue(session.library, query)
    others: list[Site | Route | Teacher] = [*found.sites, *found.routes, *found.teachers]
    deliver(catalogue_document(found.modules, found.cases, found.problems, others), output_format, lang.value, out)
