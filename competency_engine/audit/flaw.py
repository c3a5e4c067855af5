"""A flaw of the coverage before it is weighed, and what kinds there are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from competency_engine.audit.coverage import Coverage, Step
from competency_engine.diagnostics import Position
from competency_engine.domain.competency import Unit
from competency_engine.domain.curriculum import Module, Topic
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.text import Text

Kind = Literal[
    "untaught",
    "unreachable",
    "never_held",
    "no_practice",
    "unproven",
    "unstaffed",
    "single_module",
    "single_mode",
    "single_teacher",
    "lacks",
    "unused_module",
    "unused_topic",
]
Level = Literal["error", "warning", "note"]
CONSEQUENCE: Mapping[Kind, float] = {
    "untaught": 1.0,
    "unreachable": 1.0,
    "never_held": 1.0,
    "no_practice": 0.8,
    "unproven": 0.8,
    "unstaffed": 0.8,
    "single_module": 0.5,
    "single_mode": 0.4,
    "single_teacher": 0.4,
    "lacks": 0.3,
    "unused_module": 0.2,
    "unused_topic": 0.2,
}
Weights = Mapping[tuple[UnitId, int], float]


@dataclass(frozen=True, eq=False)
class Examined:
    """What findings are made from.

    Attributes:
        library: the model and the curriculum.
        coverage: of them.
        weights: what each required step weighs in the reach of a cause; they add up to 1.
    """

    library: Library
    coverage: Coverage
    weights: Weights


@dataclass(frozen=True, slots=True)
class Flaw:
    """One flaw.

    Attributes:
        kind: what is wrong.
        subject: the document that it is about.
        steps: the required steps that depend on it.
        message: what was found, with its numbers.
        mend: what would mend it.
        places: where to look; none = at the subject.
        surprise: see `surprise_of`.
    """

    kind: Kind
    subject: Unit | Module | Topic
    steps: tuple[Step, ...]
    message: Text
    mend: Text
    places: tuple[tuple[Position, Text], ...] = ()
    surprise: float = 1.0


def surprise_of(flawed: int, peers: int) -> float:
    """Return how unusual a flaw is that ``flawed`` of ``peers`` have, from 0 (all have it) towards 1.

    The self-information of the flaw as a share of the most there can be, log(peers / flawed) / log(peers), times Laplace's
    estimate that a peer is without it, (peers − flawed + 1) / (peers + 2): the only one of four says less than the only one
    of twenty-five. Without other peers it is 1/3.

    >>> [round(surprise_of(*pair), 2) for pair in ((1, 25), (5, 25), (25, 25), (1, 4), (1, 1))]
    [0.93, 0.39, 0.0, 0.67, 0.33]
    """
    information = math.log(peers / flawed) / math.log(peers) if peers > 1 else 1.0
    return information * (peers - flawed + 1) / (peers + 2)
