"""`competency-engine laws`: which laws bind on a date, and what must be rewritten."""

from __future__ import annotations

from pathlib import Path

from competency_engine.cli.options import (
    LANG_DEFAULT,
    AsOfOption,
    CurriculumOption,
    Format,
    FormatOption,
    LangOption,
    OutOption,
    parse_date,
)
from competency_engine.cli.output import deliver


def laws(
    as_of: AsOfOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """List the register of laws on a date, and every citation that must be rewritten."""
    from competency_engine.reports.laws import laws_document
    from competency_engine.workflows.laws import read_register
    from competency_engine.workflows.session import open_session

    date = parse_date(as_of)
    register = read_register(open_session(Path.cwd(), curriculum), date)
    rows = [(cited.law, cited.status, cited.citations) for cited in register]
    deliver(laws_document(rows, date), output_format, lang.value, out)
