"""One small wrong in the program."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """One wrong: in ``file``, ``old`` becomes ``new``; ``rule`` is what it breaks and ``tests`` must notice it."""

    rule: str
    file: str
    old: str
    new: str
    tests: str = "tests/planning"
