"""Small worlds are decided twice: by the search of our own where it answers, and by the integer program alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from tests.planning.program import program_alone


@pytest.fixture(params=["search", "program"])
def decided_by(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the integer program decide everything in the second round."""
    with program_alone() if request.param == "program" else nullcontext():
        yield str(request.param)
