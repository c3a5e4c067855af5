"""Let the integer program decide alone, so that the search of our own and the program can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from competency_engine.planning import select, timetable


@contextmanager
def program_alone() -> Iterator[None]:
    """Switch the search of our own off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(select, "close_relaxed", lambda problem, search: None)
        patch.setattr(timetable, "find_jobs", lambda problem, modules, task_of: None)
        yield
