"""Exceptions for "cannot go on"; trouble inside users' files is data (see ``diagnostics``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from competency_engine.diagnostics import Diagnostic
from competency_engine.text import Text, say


class EngineError(Exception):
    """A run that cannot go on, with a message for the user in both languages."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again, so that one raised in another process arrives whole."""
        return type(self), (self.message,)


class UsageError(EngineError):
    """The command line asks for something that does not exist (exit code 2)."""


class FilesInError(EngineError):
    """The files cannot be used as they are; ``diagnostics`` says all that is wrong (exit code 1)."""

    def __init__(
        self, message: Text, diagnostics: tuple[Diagnostic, ...], lines: Mapping[str, tuple[str, ...]]
    ) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics
        self.lines = lines

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again."""
        return type(self), (self.message, self.diagnostics, self.lines)


def mend_first(problems: Iterable[Diagnostic], lines: Mapping[str, tuple[str, ...]] | None = None) -> FilesInError:
    """Return what says that ``problems`` are to be mended before a command can go on; ``lines`` are those of the files."""
    found = tuple(sorted(problems, key=lambda problem: problem.sort_key))
    count = len(found)
    message = say(f"文件有 {count} 处错误，先改正再继续", f"the files have {count} errors; mend them first")
    return FilesInError(message, found, lines or {})
