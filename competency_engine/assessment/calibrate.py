"""From a population to a `Calibration`: parameters from a sample chosen by hash, and what is known of each rater."""

from __future__ import annotations

import datetime as dt
import hashlib
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from competency_engine.assessment.frame import Frame, Sittings, frame_of, sittings_of, start_of
from competency_engine.assessment.heard import Asked, hear
from competency_engine.domain.calibration import Calibration, ScaleEstimate, UnitEstimate, hash_of
from competency_engine.domain.entity import PersonId
from competency_engine.domain.library import Library
from competency_engine.measurement.estimation import (
    MEMORY_FROM,
    Estimates,
    estimate,
    remember_raters,
    weights_of_rater,
)
from competency_engine.measurement.raters import Array

Entry = TypeVar("Entry")
SAMPLE = 1600
"""People from whom parameters are estimated: all where there are no more."""
BLOCK = 256
"""People heard at a time for what they say of raters."""
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Labelled:
    """One person with the evidence of which parameters are estimated."""

    person: PersonId
    asked: Asked


def choose_sample(people: Iterable[Labelled], size: int = SAMPLE) -> tuple[list[Labelled], int]:
    """Return the people whose labels have the smallest SHA-256, in order of label, and how many people there were.

    Whoever has no sitting is passed over. No more than ``size`` people are held at a time.
    """
    chosen, count = smallest_hashes(((one.person, one) for one in people if one.asked.sittings), size)
    return [one for _, one in chosen], count


def smallest_hashes(entries: Iterable[tuple[PersonId, Entry]], size: int) -> tuple[list[tuple[PersonId, Entry]], int]:
    """Return the entries of the ``size`` labels with the smallest SHA-256, in order of label, and how many there were."""
    chosen: list[tuple[int, PersonId, Entry]] = []
    count = 0
    for label, entry in entries:
        count += 1
        ranked = (-int.from_bytes(hashlib.sha256(label.encode()).digest()[:8]), label, entry)
        if len(chosen) < size:
            heapq.heappush(chosen, ranked)
        else:
            heapq.heappushpop(chosen, ranked)
    return sorted(((label, entry) for _, label, entry in chosen), key=lambda pair: pair[0]), count


def estimate_parameters(sample: Sequence[Labelled], library: Library, as_of: dt.date) -> Estimates:
    """Return the parameters of the model as ``sample`` suggests them on ``as_of``."""
    frame = frame_of(library, None)
    sittings = _sittings(sample, frame, library, as_of)
    starts = [start_of(instrument, library, frame.units) for instrument in frame.instruments]
    sheets, raters = [of.sheet for of in sittings], [of.raters for of in sittings]
    return estimate(starts, sheets, raters, len(frame.units), frame.model.top)


def _sittings(people: Sequence[Labelled], frame: Frame, library: Library, as_of: dt.date) -> list[Sittings]:
    return sittings_of([hear(one.asked.sittings, one.asked.completed, library, as_of) for one in people], frame)


class RaterMemory:
    """What the sittings of each rater say of the rater, summed over people as they come."""

    def __init__(self, estimates: Estimates, library: Library, as_of: dt.date) -> None:
        self._estimates, self._library, self._as_of = estimates, library, as_of
        self._frame = frame_of(library, None)
        self._found: dict[tuple[int, str], tuple[Array, int]] = {}

    def hear(self, people: Sequence[Labelled]) -> None:
        """Add what the evidence of some people says of their raters."""
        sittings = _sittings(people, self._frame, self._library, self._as_of)
        sheets, raters = [of.sheet for of in sittings], [of.raters for of in sittings]
        for key, (total, times) in remember_raters(self._estimates, sheets, raters, len(people)).items():
            before, count = self._found.get(key, (np.zeros_like(total), 0))
            self._found[key] = before + total, count + times

    def raters(self) -> dict[str, tuple[float, ...]]:
        """Return the weights of the types of each rater with enough sittings, by ``instrument/rater``, in order."""
        known = {
            f"{self._frame.instruments[scale].id}/{rater}": _rounded(
                weights_of_rater(total, sittings, self._estimates.types[scale])
            )
            for (scale, rater), (total, sittings) in self._found.items()
            if sittings >= MEMORY_FROM
        }
        return dict(sorted(known.items()))


def calibration_of(
    estimates: Estimates,
    raters: dict[str, tuple[float, ...]],
    library: Library,
    as_of: dt.date,
    people: int,
    sample: int,
) -> Calibration:
    """Return what was estimated as a calibration with its own hash; numbers are rounded to 4 decimals."""
    frame: Frame = frame_of(library, None)
    scales = {
        instrument.id: ScaleEstimate(
            tuple(library.items.get(instrument.id, ())),
            tuple(_rounded(row) for row in scale.thresholds),
            round(scale.noise, _DIGITS),
            _rounded(types),
        )
        for instrument, scale, types in zip(frame.instruments, estimates.model.scales, estimates.types, strict=True)
    }
    units: dict[str, UnitEstimate] = {
        unit: UnitEstimate(_rounded(estimates.model.thresholds[index]), round(float(estimates.model.noise[index]), 4))
        for unit, index in frame.units.items()
    }
    ability = _rounded(estimates.model.ability, digits=6)
    unsigned = Calibration(as_of.isoformat(), people, sample, scales, units, ability, raters)
    return replace(unsigned, hash=hash_of(unsigned))


def _rounded(values: Array, digits: int = _DIGITS) -> tuple[float, ...]:
    return tuple(round(float(value), digits) for value in values)
