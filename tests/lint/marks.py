"""Fragments in which ``▶`` marks where a finding must stand, and nothing else may."""

from __future__ import annotations

import re
from pathlib import Path

from competency_engine.diagnostics import Diagnostic
from tests.worlds.files import AS_OF, FRAGMENT, lint_fragment

MARK = "▶"


def find_marked(code: str, text: str, folder: Path, as_of=AS_OF) -> list[Diagnostic]:
    """Return the findings of ``code`` in the fragment, after checking that the marks are exactly where they stand."""
    marked, plain = [], []
    for number, line in enumerate(text.strip("\n").split("\n"), start=1):
        parts = line.split(MARK)
        marked += [(number, sum(map(len, parts[:count])) + 1) for count in range(1, len(parts))]
        plain.append("".join(parts))
    found = [d for d in lint_fragment("\n".join(plain) + "\n", folder, as_of) if d.code == code]
    places = [(d.position.line, d.position.column) for d in found if d.position.file == FRAGMENT]
    assert list(dict.fromkeys(places)) == marked
    return found


def related(diagnostic: Diagnostic) -> list[tuple[str, int, int]]:
    """Return the related places: file name, line and column."""
    places = [place.position for place in diagnostic.related]
    return [(re.sub(r".*/", "", place.file), place.line, place.column) for place in places]
