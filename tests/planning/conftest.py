"""Small worlds are decided four times: by the searches of our own where they answer, by that for budgets, by the integer program for the
goals alone, and by it alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from tests.planning.program import budget_alone, goals_alone, program_alone

_ALONE = {"search": nullcontext, "budget": budget_alone, "goals": goals_alone, "program": program_alone}


@pytest.fixture(params=list(_ALONE))
def decided_by(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let one way decide wherever it can."""
    with _ALONE[request.param]():
        yield str(request.param)
