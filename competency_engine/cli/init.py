"""`competency-engine init`: a workspace with commented templates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from competency_engine.cli.options import LANG_DEFAULT, LangOption, words
from competency_engine.text import say


def init(
    target: Annotated[Path, typer.Argument(metavar="DIR", help=words("新的或空的文件夹", "a new or empty folder"))],
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Create a workspace with commented templates of a model, a curriculum and people."""
    from competency_engine.workflows.init import init as create

    for path in create(target):
        typer.echo((target / path).as_posix())
    following = say(f"下一步：cd {target} && competency-engine check", f"next: cd {target} && competency-engine check")
    typer.echo(following.in_language(lang.value), err=True)
