"""What is wrong with the coverage, the worst first; docs/audit.md states kinds, consequences and severity."""

from __future__ import annotations

from dataclasses import dataclass

from competency_engine.audit.coverage import Coverage
from competency_engine.audit.flaw import CONSEQUENCE, Examined, Flaw, Kind, Level, Weights
from competency_engine.audit.lost import find_out_of_reach, find_unpractised, find_unproven, find_unstaffed
from competency_engine.audit.thin import find_lacks, find_single
from competency_engine.audit.unused import find_unused
from competency_engine.diagnostics import Position
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.text import Text, say

_LOOKS = (find_out_of_reach, find_unpractised, find_unproven, find_unstaffed, find_single, find_lacks, find_unused)
_ORDER: tuple[Level, ...] = ("error", "warning", "note")


def level_of(kind: Kind) -> Level:
    """Return whether a finding of ``kind`` is an error, a warning or a note."""
    weight = CONSEQUENCE[kind]
    return "error" if weight >= 0.8 else "warning" if weight >= 0.3 else "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause of bad coverage.

    Attributes:
        kind: what is wrong.
        subject: id of the document that it is about: a unit, a module or a topic.
        title: of that document.
        steps: unit and level of the required steps that depend on it.
        message: what was found, with its numbers.
        mend: what would mend it.
        places: where to look: position and what stands there.
        reach: share of what is required that depends on it.
        surprise: how unusual it is among its peers, from 0 to 1.
        severity: consequence × surprise × (1 + reach) / 2.
    """

    kind: Kind
    subject: str
    title: Text
    steps: tuple[tuple[UnitId, int], ...]
    message: Text
    mend: Text
    places: tuple[tuple[Position, Text], ...]
    reach: float
    surprise: float
    severity: float

    @property
    def level(self) -> Level:
        """Whether it is an error, a warning or a note."""
        return level_of(self.kind)


def weights_of_demands(coverage: Coverage) -> Weights:
    """Return for each required step the share of all (owner, step) pairs that is its own."""
    counts = {step.key: step.required_by for step in coverage.required}
    total = sum(counts.values())
    return {key: count / total for key, count in counts.items()}


def find_findings(library: Library, coverage: Coverage, weights: Weights | None = None) -> tuple[Finding, ...]:
    """Return all findings, in the order of docs/audit.md.

    Args:
        library: the model and the curriculum.
        coverage: of them.
        weights: share of each required step in what people need; None = each owner that requires a step counts once.
    """
    examined = Examined(library, coverage, weights if weights is not None else weights_of_demands(coverage))
    flaws = (flaw for look in _LOOKS for flaw in look(examined))
    findings = (_finding(flaw, examined) for flaw in flaws if flaw.surprise > 0)
    return tuple(sorted(findings, key=lambda f: (_ORDER.index(f.level), -f.severity, f.kind, f.subject, f.steps)))


def _finding(flaw: Flaw, examined: Examined) -> Finding:
    steps = tuple(sorted({step.key for step in flaw.steps}))
    reach = sum(examined.weights.get(key, 0.0) for key in steps)
    severity = round(CONSEQUENCE[flaw.kind] * flaw.surprise * (1 + reach) / 2, 3)
    own = (examined.library.where(flaw.subject, "id"), say(flaw.subject.id, flaw.subject.id))
    return Finding(
        flaw.kind,
        flaw.subject.id,
        flaw.subject.title,
        steps,
        flaw.message,
        flaw.mend,
        flaw.places or (own,),
        round(reach, 4),
        round(flaw.surprise, 3),
        severity,
    )
