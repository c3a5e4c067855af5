"""Exceptions for "cannot go on"; trouble inside users' files is data (see ``diagnostics``)."""

from __future__ import annotations

from typing import Any

from competency_engine.diagnostics import Diagnostic
from competency_engine.text import Text


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

    def __init__(self, message: Text, diagnostics: tuple[Diagnostic, ...], lines: dict[str, tuple[str, ...]]) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics
        self.lines = lines

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again."""
        return type(self), (self.message, self.diagnostics, self.lines)
