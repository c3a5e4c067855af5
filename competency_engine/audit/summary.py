"""All that an audit measured, as one value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from competency_engine.audit.coverage import Coverage
from competency_engine.audit.findings import Finding
from competency_engine.audit.observed import Observed
from competency_engine.audit.people import Tally
from competency_engine.audit.structure import Measured
from competency_engine.domain.library import Library


@dataclass(frozen=True, eq=False)
class Audit:
    """All that was measured.

    Attributes:
        library: the model and the curriculum.
        library_hash: SHA-256 of their files.
        as_of: date on which gaps were assessed.
        coverage: of the model by the curriculum.
        layers: structure of units, topics and modules.
        findings: the worst first.
        tally: of the population; None = there was none.
        observed: the levels that people are said to hold; None likewise.
    """

    library: Library
    library_hash: str
    as_of: dt.date
    coverage: Coverage
    layers: tuple[Measured, ...]
    findings: tuple[Finding, ...]
    tally: Tally | None
    observed: Observed | None
