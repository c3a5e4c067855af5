"""`competency-engine explain`, `alternatives` and `price`: why a plan is as it is, what else is as good, what more costs."""

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
    MonthsOption,
    OutOption,
    PeopleOption,
    PersonArgument,
    StartOption,
    plan_options,
    words,
)
from competency_engine.cli.output import deliver
from competency_engine.text import Lang

if TYPE_CHECKING:
    from competency_engine.reports.document import Document
    from competency_engine.reports.places import Places
    from competency_engine.workflows.explain import Explained
    from competency_engine.workflows.plan import Planner, PlanOptions


def explain(
    name: PersonArgument,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="MODULE|TOPIC|UNIT",
            help=words("课程、专题或单元；不写则逐步说明", "a module, a topic or a unit; every step without it"),
            show_default=False,
        ),
    ] = None,
    hours: HoursOption = None,
    start: StartOption = None,
    months: MonthsOption = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Say why a module is in a person's plan, why another is not, and what would close a unit."""
    from competency_engine.reports.explain import overview_document
    from competency_engine.workflows.explain import explain_steps

    options = plan_options(as_of, start, months, hours)
    planner, explained, places = _open(name, people, curriculum, options, lang.value)
    if subject is None:
        document = overview_document(explained.plan, places, explain_steps(explained), planner.session.library)
    else:
        document = _answer(planner, explained, places, subject)
    deliver(document, output_format, lang.value, out)


def alternatives(
    name: PersonArgument,
    limit: Annotated[
        int,
        typer.Option(
            "--limit", min=1, max=10_000, help=words("最多数到几组", "how many to count before saying “more than”")
        ),
    ] = 1_000,
    show: Annotated[int, typer.Option("--show", min=1, max=1_000, help=words("列出前几组", "how many to list"))] = 10,
    hours: HoursOption = None,
    start: StartOption = None,
    months: MonthsOption = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Count the selections that are as good as a person's plan, and show how the first of them differ from it."""
    from competency_engine.reports.alternatives import alternatives_document
    from competency_engine.workflows.explain import explain_alternatives

    options = plan_options(as_of, start, months, hours)
    planner, explained, places = _open(name, people, curriculum, options, lang.value)
    found = explain_alternatives(explained, limit)
    horizon = options.horizon(planner.session)
    document = alternatives_document(explained.plan, places, explained.solution, found, horizon, show)
    deliver(document, output_format, lang.value, out)


def price(
    name: PersonArgument,
    count_gaps: Annotated[
        bool,
        typer.Option(
            "--count-gaps",
            help=words("每缺一级都算一步，不分轻重", "count every missing level alike, whatever its tier and weight"),
        ),
    ] = False,
    hours: HoursOption = None,
    start: StartOption = None,
    months: MonthsOption = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """List every yearly budget at which a person's plan closes more, as a table and a picture."""
    from competency_engine.reports.price import price_document
    from competency_engine.workflows.explain import explain_price

    options = plan_options(as_of, start, months, hours)
    _, explained, places = _open(name, people, curriculum, options, lang.value)
    points = explain_price(explained, count_gaps=count_gaps)
    document = price_document(explained.plan, points, places, count_gaps=count_gaps)
    deliver(document, output_format, lang.value, out)


def _open(
    name: str, people: Path | None, curriculum: str | None, options: PlanOptions, lang: Lang
) -> tuple[Planner, Explained, Places]:
    from competency_engine.cli.plan_output import open_for
    from competency_engine.reports.places import Places
    from competency_engine.workflows.explain import explain_plan

    planner = open_for((name,), everyone=False, people=people, curriculum=curriculum, options=options, lang=lang)
    explained = explain_plan(planner, name)
    return planner, explained, Places(planner.session.library, explained.assessment, explained.problem)


def _answer(planner: Planner, explained: Explained, places: Places, subject: str) -> Document:
    from competency_engine.reports.explain import absence_document, step_document, topic_document
    from competency_engine.reports.explain_unit import unit_document
    from competency_engine.workflows.explain import ModuleAnswer, TopicAnswer, explain_subject

    plan, solution = explained.plan, explained.solution
    answer = explain_subject(planner, explained, subject)
    if isinstance(answer, ModuleAnswer):
        if answer.why_not is None:
            return step_document(plan, places, answer.module, answer.uses)
        return absence_document(plan, places, solution, answer.module, answer.why_not, answer.conflict)
    if isinstance(answer, TopicAnswer):
        return topic_document(plan, places, solution, answer.topic, answer.state, answer.cheapest)
    return unit_document(plan, places, answer.unit, answer.within_reach, answer.out_of_reach, answer.conflict)
