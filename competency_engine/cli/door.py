"""The one door through which a command ends: exceptions become messages and exit codes."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from competency_engine.cli.options import LANGUAGE
from competency_engine.errors import EngineError, FilesInError, UsageError
from competency_engine.text import Text, say

if TYPE_CHECKING:
    from competency_engine.diagnostics import Diagnostic

DONE, BAD_ANSWER, WRONG_USAGE, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 130


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Return ``command`` so that whatever it raises ends in one clear message and the right exit code."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        lang = str(kwargs.get("lang", LANGUAGE))
        try:
            command(*args, **kwargs)
        except typer.Exit:
            raise
        except FilesInError as error:
            _show_files_in_error(error, lang)
            raise typer.Exit(BAD_ANSWER) from None
        except UsageError as error:
            complain(error.message, lang)
            raise typer.Exit(WRONG_USAGE) from None
        except EngineError as error:
            complain(error.message, lang)
            raise typer.Exit(BAD_ANSWER) from None
        except KeyboardInterrupt:
            complain(say("已中断", "interrupted"), lang)
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(DONE) from None
        except Exception:
            traceback.print_exc()
            complain(
                say("程序出错了，请把以上报告发给我们", "this is a defect of ours; please send us the report above"),
                lang,
            )
            raise typer.Exit(OUR_BUG) from None

    return run


def end_if_left_out(refusals: Sequence[Diagnostic], lang: str) -> None:
    """End as a defect of ours where some people are in no number because the verifier refused their plans; say of the first who they are."""
    if refusals:
        from competency_engine.workflows.batch import SHOWN_FINDINGS

        show_diagnostics(refusals[:SHOWN_FINDINGS], {}, lang)
        raise typer.Exit(OUR_BUG)


def complain(message: Text, lang: str) -> None:
    """Write one message to stderr."""
    label = say("错误", "error").in_language("zh" if lang == "zh" else "en")
    typer.echo(f"{label}: {message.in_language('zh' if lang == 'zh' else 'en')}", err=True)


def _show_files_in_error(error: FilesInError, lang: str) -> None:
    show_diagnostics(error.diagnostics, error.lines, lang)
    complain(error.message, lang)


def show_diagnostics(diagnostics: Iterable[Diagnostic], lines: Mapping[str, tuple[str, ...]], lang: str) -> None:
    """Write ``diagnostics`` to stderr, with what stands at their place where ``lines`` has their file."""
    from competency_engine.render.diagnostics import diagnostic_lines

    for diagnostic in diagnostics:
        for line in diagnostic_lines(diagnostic, lines, "zh" if lang == "zh" else "en"):
            typer.echo(line, err=True)
