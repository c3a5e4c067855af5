"""`competency-engine verify`: are the plans in a file what they say, and do their proofs hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from competency_engine.cli.options import (
    LANG_DEFAULT,
    CurriculumOption,
    Format,
    FormatOption,
    LangOption,
    OutOption,
    PeopleOption,
    words,
)


def verify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help=words("计划文件：plans.jsonl 或一份 JSON", "plans, as plan wrote them: plans.jsonl or one JSON"),
        ),
    ],
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Replay every plan in a file from its inputs and check its proof, without any solver."""
    from competency_engine.cli.door import BAD_ANSWER, show_diagnostics
    from competency_engine.cli.output import deliver
    from competency_engine.cli.plan_output import open_noting
    from competency_engine.reports.verify import verify_document
    from competency_engine.workflows.verify import verify_plans

    verified = verify_plans(open_noting(people, curriculum, lang.value), people, file)
    show_diagnostics(verified.diagnostics, verified.lines, lang.value)
    deliver(verify_document(verified.verdicts, verified.unreadable), output_format, lang.value, out)
    if verified.unreadable or any(verdict.outcome != "true" for verdict in verified.verdicts):
        raise typer.Exit(BAD_ANSWER)
