"""What a further measurement would be worth: how the chances of levels move with each of its outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from competency_engine.assessment.frame import Frame, frame_of, sittings_of
from competency_engine.assessment.fusion import reported
from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.calibration import Calibration
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument
from competency_engine.domain.library import Library
from competency_engine.measurement.inference import infer
from competency_engine.measurement.raters import TYPES, Array, Whole

NOT_TO_ORDER = ("appointment", "certificate")
"""Ways of asking that nobody can be asked for."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What one instrument may give of one unit: P(outcome | level), rows = outcomes, columns = levels."""

    instrument: Instrument
    chances: Array


def chances_of_levels(assessment: Assessment, library: Library, calibration: Calibration | None) -> dict[UnitId, Array]:
    """Return P(level) of every unit of a person, also of those on which nothing was heard: there the ability speaks."""
    frame = frame_of(library, calibration)
    inference = infer(frame.model, [of.sheet for of in sittings_of([assessment.heard], frame)], 1)
    chances = reported(inference.levels[0])
    return {unit: chances[index] for unit, index in frame.units.items()}


def outcomes_of(unit: UnitId, library: Library, calibration: Calibration | None) -> Iterator[Outcomes]:
    """Yield what each instrument that can be ordered may give of ``unit``; of items only their sum is looked at."""
    frame = frame_of(library, calibration)
    for number, instrument in enumerate(frame.instruments):
        if instrument.method in NOT_TO_ORDER:
            continue
        columns = np.flatnonzero(frame.model.scales[number].units == frame.units[unit])
        if len(columns):
            yield Outcomes(instrument, _outcomes(number, columns, frame))


def _outcomes(number: int, columns: Whole, frame: Frame) -> Array:
    scale, top = frame.model.scales[number], frame.model.top
    asked = scale if len(scale.thresholds) == 1 else replace(scale, thresholds=scale.thresholds[columns])
    sums = np.ones((1, TYPES, top + 1))
    for of_column in asked.chances(top):
        grown = np.zeros((len(sums) + len(of_column) - 1, TYPES, top + 1))
        for score, chance in enumerate(of_column):
            grown[score : score + len(sums)] += sums * chance
        sums = grown
    chances: Array = np.einsum("ytl,t->yl", sums, frame.types[number])
    shares: Array = chances / chances.sum(axis=0)
    return shares


def expected_loss(chances: Array, level: int, hours: Sequence[float]) -> float:
    """Return the hours that are expected to go wrong when ``level`` is acted on: given in vain, or needed and not given.

    Args:
        chances: P(level).
        level: the level acted on.
        hours: hours of training that the person needs at each true level.

    >>> expected_loss(np.array([0.5, 0.5]), 0, [4.0, 0.0])
    2.0
    """
    return float(sum(chance * abs(hours[level] - need) for chance, need in zip(chances, hours, strict=True)))


def value_of(
    outcomes: Outcomes, chances: Array, level: int, proven: int, hours: Sequence[float], certainty_percent: int
) -> float:
    """Return by how many hours ``outcomes`` are expected to lessen the loss (preposterior analysis: Raiffa and Schlaifer 1961).

    Args:
        outcomes: what the instrument may give.
        chances: P(level) before it.
        level: the level acted on before it.
        proven: the highest level that the evidence can prove before it.
        hours: as `expected_loss`.
        certainty_percent: how sure a level must be to count.
    """
    after = 0.0
    can_prove = max(proven, outcomes.instrument.proves_up_to)
    for given_level in outcomes.chances:
        joint = chances * given_level
        total = float(joint.sum())
        if total <= 0:
            continue
        reached = np.round(np.cumsum((joint / total)[::-1])[::-1], 6)
        likely = int((reached[1:] >= certainty_percent / 100).sum())
        after += total * expected_loss(joint / total, min(likely, can_prove), hours)
    return expected_loss(chances, level, hours) - after
