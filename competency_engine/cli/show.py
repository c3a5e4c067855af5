"""`competency-engine show`: look at one unit, topic, module, role or case."""

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
    words,
)
from competency_engine.cli.output import deliver


def show(
    name: Annotated[
        str,
        typer.Argument(metavar="ID", help=words("单元、专题、课程、角色或案例", "a unit, topic, module, role or case")),
    ],
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Show a unit, topic, module, role or case with what leads to it and what follows from it."""
    from competency_engine.reports.show import show_document
    from competency_engine.workflows.session import open_session
    from competency_engine.workflows.show import show as look_at

    session = open_session(Path.cwd(), curriculum)
    shown = look_at(session, name)
    deliver(
        show_document(shown.kind, shown.id, shown.leads, shown.follows, session.library), output_format, lang.value, out
    )
