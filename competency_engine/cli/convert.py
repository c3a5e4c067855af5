"""`competency-engine convert`: a curriculum of CurricularAnalytics as a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from competency_engine.cli.door import show_diagnostics
from competency_engine.cli.options import LANG_DEFAULT, LangOption, words
from competency_engine.text import say


def convert(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=words("CurricularAnalytics 的 CSV", "a CSV file of CurricularAnalytics")),
    ],
    out: Annotated[Path, typer.Option("--out", help=words("新的或空的文件夹", "a new or empty folder"))],
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Write a workspace made of a curriculum or degree plan of CurricularAnalytics."""
    from competency_engine.workflows.convert import convert as convert_file

    converted = convert_file(file, out)
    show_diagnostics(converted.warnings, {}, lang.value)
    for path in converted.written:
        typer.echo((out / path).as_posix())
    following = say(
        f"{converted.courses} 门课程；下一步：cd {out} && competency-engine check",
        f"{converted.courses} courses; next: cd {out} && competency-engine check",
    )
    typer.echo(following.in_language(lang.value), err=True)
