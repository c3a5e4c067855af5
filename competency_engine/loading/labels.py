"""Labels of people met so far, kept on the disk, so that a nation's do not fill the memory."""

from __future__ import annotations

import sqlite3
from types import TracebackType

from competency_engine.diagnostics import Diagnostic, Position, Related, Severity
from competency_engine.text import say


class Labels:
    """Finds labels that come a second time in the file that diagnostics call ``name``."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._met = sqlite3.connect("")
        self._met.execute("CREATE TABLE met (person TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID")

    def __enter__(self) -> Labels:
        """Return the labels, none yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget them all."""
        self._met.close()

    def find_repeated(self, person: str, number: int) -> Diagnostic | None:
        """Return what is wrong when ``person``, now in line ``number``, was in an earlier line; else remember."""
        if self._met.execute("INSERT OR IGNORE INTO met VALUES (?, ?)", (person, number)).rowcount:
            return None
        (first,) = self._met.execute("SELECT number FROM met WHERE person = ?", (person,)).fetchone()
        return Diagnostic(
            "REF02",
            Severity.ERROR,
            Position(self._name, number, 1),
            say(f"person 的 id {person} 重复", f"the id {person} of this person is taken"),
            say("每人一行", "one line for each person"),
            say("改一个 id，或删去其中一行", "change one id, or remove one of the lines"),
            (Related(Position(self._name, first, 1), say("首次定义在这里", "first defined here")),),
        )
