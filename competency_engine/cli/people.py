"""`competency-engine gaps`: what people are missing."""

from __future__ import annotations

import json
import sys
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
    from competency_engine.cli.plan_output import open_noting
    from competency_engine.reports.gaps import gaps_data, gaps_document
    from competency_engine.workflows.gaps import assess_people

    session = open_noting(people, curriculum, lang.value)
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
