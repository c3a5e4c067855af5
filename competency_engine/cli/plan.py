"""`competency-engine plan`: study plans of one person, several, or all."""

from __future__ import annotations

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
    StartOption,
    parse_date,
    parse_month,
    words,
)


def plan(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="PERSON", help=words("学员标识，可多个", "labels of people"), show_default=False),
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help=words("所有学员", "everyone"))] = False,
    taken: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="MODULE",
            help=words(
                "一定要学的课程，可多次；说出代价", "a module to take whatever it costs, repeatable; says the cost"
            ),
        ),
    ] = None,
    barred: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="MODULE",
            help=words("一定不学的课程，可多次；说出代价", "a module to leave out, repeatable; says the cost"),
        ),
    ] = None,
    hours: HoursOption = None,
    start: StartOption = None,
    months: MonthsOption = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help=words("进程数", "processes"))] = 1,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Plan which modules close a person's gaps, in which order and month, and why."""
    from competency_engine.cli.plan_output import deliver_choice, deliver_plans, open_for
    from competency_engine.workflows.plan import PlanOptions

    options = PlanOptions(parse_date(as_of), parse_month(start), months, hours)
    chosen = tuple(names or ())
    planner = open_for(
        chosen, everyone=everyone, people=people, curriculum=curriculum, options=options, lang=lang.value
    )
    if taken or barred:
        deliver_choice(planner, chosen, tuple(taken or ()), tuple(barred or ()), output_format, lang.value, out)
    else:
        deliver_plans(planner, chosen, workers, output_format, lang.value, out)


def demo(lang: LangOption = LANG_DEFAULT) -> None:
    """Plan an example secretary on the shipped model."""
    from competency_engine.cli.plan_output import deliver_demo

    deliver_demo(lang.value)
