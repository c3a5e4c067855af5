"""`competency-engine gaps` and `explain`: what people are missing, and why a plan is as it is."""

from __future__ import annotations

import json
import sys
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
    parse_month,
    words,
)
from competency_engine.cli.output import deliver, rendered, write_atomically


def gaps(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PERSON",
            help=words("学员标识；不写则全部", "labels of people; everyone without it"),
            show_default=False,
        ),
    ] = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Show which units people hold below the level that their post and community require."""
    from competency_engine.reports.gaps import gaps_data, gaps_document
    from competency_engine.workflows.gaps import assess_people
    from competency_engine.workflows.session import open_session

    session = open_session(Path.cwd(), curriculum)
    assessments = assess_people(session, people, tuple(names or ()), parse_date(as_of))
    if len(assessments) == 1:
        deliver(gaps_document(assessments[0], session.library), output_format, lang.value, out)
        return
    if output_format is Format.JSON:
        text = "".join(json.dumps(gaps_data(assessment), ensure_ascii=False) + "\n" for assessment in assessments)
    else:
        text = "\n".join(rendered(gaps_document(a, session.library), output_format, lang.value) for a in assessments)
    if out is None:
        sys.stdout.write(text)
    else:
        write_atomically(out, text)


def explain(
    name: Annotated[str, typer.Argument(metavar="PERSON", help=words("学员标识", "label of a person"))],
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="MODULE|UNIT",
            help=words("课程或单元；不写则逐步说明", "a module or a unit; every step without it"),
            show_default=False,
        ),
    ] = None,
    hours: Annotated[
        float | None,
        typer.Option("--hours", min=0.25, help=words("每个日历年的学时预算", "credit hours of a calendar year")),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--start", help=words("首月，如 2027-01", "first month, as 2027-01"))
    ] = None,
    months: Annotated[int | None, typer.Option("--months", min=1, max=60, help=words("月数", "months"))] = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Say why a module is in a person's plan, why another is not, or what would close a unit."""
    from competency_engine.cli.plan_output import open_for
    from competency_engine.reports.explain import module_document, overview_document, unit_document
    from competency_engine.workflows.explain import ModuleAnswer, explain_plan, explain_subject
    from competency_engine.workflows.plan import PlanOptions

    options = PlanOptions(parse_date(as_of), parse_month(start), months, hours)
    planner = open_for((name,), everyone=False, people=people, curriculum=curriculum, options=options, lang=lang.value)
    library = planner.session.library
    if subject is None:
        document = overview_document(explain_plan(planner, name), library)
    else:
        answer = explain_subject(planner, name, subject)
        if isinstance(answer, ModuleAnswer):
            document = module_document(answer.plan, answer.module, answer.why_not, library)
        else:
            document = unit_document(answer.plan, answer.unit, answer.hours_needed, library)
    deliver(document, output_format, lang.value, out)
