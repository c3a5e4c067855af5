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
    WorkersOption,
    plan_options,
    words,
)
from competency_engine.errors import UsageError
from competency_engine.text import say


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
    workers: WorkersOption = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help=words(
                "Dask 调度器的地址，如 tcp://10.0.0.1:8786", "address of a Dask scheduler, as tcp://10.0.0.1:8786"
            ),
        ),
    ] = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Plan which modules close a person's gaps, in which order and month, and why."""
    from competency_engine.cli.plan_output import deliver_choice, deliver_plans, file_of_plans, open_for, open_noting

    options = plan_options(as_of, start, months, hours)
    chosen = tuple(names or ())
    if (taken or barred) and len(chosen) != 1:
        raise UsageError(
            say("--with 和 --without 一次只用于一名学员", "--with and --without are for one person at a time")
        )
    file = file_of_plans(out, output_format) if everyone and not chosen else None
    if file is not None:
        from competency_engine.cli.plan_file import plan_into_file

        if workers is not None and cluster is not None:
            raise UsageError(say("--workers 和 --cluster 只用一个", "use --workers or --cluster, not both"))
        session = open_noting(people, curriculum, lang.value)
        plan_into_file(session, people, options, file, workers=workers, cluster=cluster, lang=lang.value)
        return
    if workers is not None or cluster is not None:
        goes = "--workers" if workers is not None else "--cluster"
        raise UsageError(say(f"{goes} 用于 --all --out plans.jsonl", f"{goes} goes with --all --out plans.jsonl"))
    planner = open_for(
        chosen, everyone=everyone, people=people, curriculum=curriculum, options=options, lang=lang.value
    )
    if taken or barred:
        deliver_choice(planner, chosen[0], tuple(taken or ()), tuple(barred or ()), output_format, lang.value, out)
    else:
        deliver_plans(planner, chosen, output_format, lang.value, out)


def demo(lang: LangOption = LANG_DEFAULT) -> None:
    """Plan an example secretary on the shipped model."""
    from competency_engine.cli.plan_output import deliver_demo

    deliver_demo(lang.value)
