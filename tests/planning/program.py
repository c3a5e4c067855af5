"""Let one way of deciding decide alone, so that the searches of our own and the integer program can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from competency_engine.planning import program, select, timetable


@contextmanager
def program_alone() -> Iterator[None]:
    """Switch the searches of our own off."""
    with goals_alone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "close_relaxed", lambda problem, search: None)
        patch.setattr(timetable, "find_jobs", lambda problem, modules, task_of: None)
        yield


@contextmanager
def goals_alone() -> Iterator[None]:
    """Let the integer program choose goals, and the search how to close them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(select, "close_relaxed", lambda problem, search: None)
        patch.setattr(select, "select_within_budget", lambda *given: None)
        yield


@contextmanager
def budget_alone() -> Iterator[None]:
    """Let what a budget buys be looked up in tables also where the budget does not bind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(select, "close_relaxed", lambda problem, search: None)
        yield
