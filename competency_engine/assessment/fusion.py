"""Scores from many sources → the level of each unit, how sure it is, and what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from competency_engine.assessment.frame import Frame, Sittings, frame_of, known_by, sittings_of
from competency_engine.assessment.heard import Asked, Heard, hear
from competency_engine.domain.calibration import Calibration
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.policy import Method
from competency_engine.measurement.inference import infer
from competency_engine.measurement.raters import Array, Whole

METHODS: tuple[Method, ...] = get_args(Method)
FLATTENING = 0.9
"""Power to which chances are raised before they are reported (and made to sum to 1 again).

No population of raters is just as the model says; a flatter answer stays honest where they are not (coarsening: Miller and
Dunson 2019). The value was chosen on one seed of the two worlds of ``benchmarks/evidence.py`` and is tried there on others.
"""
DIGITS = 4


@dataclass(frozen=True, slots=True)
class FusedLevel:
    """What the sources say of one unit of one person.

    Attributes:
        unit: the unit.
        chances: P(level) for each level from 0 on.
        likely: the highest level that is reached at least as surely as the policy asks.
        proven_up_to: the highest level that the valid evidence could prove.
        low: lowest level of the interval.
        high: highest level of the interval: the shortest run of levels that is as sure as the policy asks.
        mass: chance of the interval.
        alone: for each way of asking that was heard, the level that it finds on its own.
        valid: whether some of the evidence is within its validity; otherwise the unit asks for a re-test.
        latest: date of the newest score that was heard.
    """

    unit: UnitId
    chances: tuple[float, ...]
    likely: int
    proven_up_to: int
    low: int
    high: int
    mass: float
    alone: Mapping[Method, int]
    valid: bool
    latest: dt.date

    @property
    def level(self) -> int:
        """The level that counts: the likely one, as far as it is proven."""
        return min(self.likely, self.proven_up_to)

    def chance_of(self, level: int) -> float:
        """Return the chance that ``level`` or more is held."""
        return 1.0 if level <= 0 else min(1.0, round(sum(self.chances[level:]), DIGITS))


@dataclass(frozen=True, slots=True)
class Fused:
    """What the sources say of one person: of each unit on which something is heard, and all that there was to hear."""

    levels: Mapping[UnitId, FusedLevel]
    heard: tuple[Heard, ...]


def fuse(people: Sequence[Asked], library: Library, calibration: Calibration | None, as_of: dt.date) -> list[Fused]:
    """Return what the sources say of each of ``people`` on ``as_of``.

    Nobody's levels depend on who else is there, nor on the order of the evidence.
    """
    frame = frame_of(library, known_by(calibration, as_of))
    heard = [hear(asked.sittings, asked.completed, library, as_of) for asked in people]
    sittings = sittings_of(heard, frame)
    methods = sorted({frame.instruments[of.sheet.scale].method for of in sittings}, key=METHODS.index)
    sheets = [replace(of.sheet, group=methods.index(frame.instruments[of.sheet.scale].method)) for of in sittings]
    inference = infer(frame.model, sheets, len(people))
    chances = reported(inference.levels)
    results = _Results(
        units=tuple(frame.units),
        methods=tuple(methods),
        chances=chances,
        likely=_highest(chances, library.policy.level_certainty_percent),
        interval=_intervals(chances, library.policy.interval_percent),
        alone=_highest(reported(inference.alone), library.policy.level_certainty_percent),
        support=_support(sittings, frame, len(people), methods, as_of),
    )
    return [Fused(results.of_person(person), heard[person]) for person in range(len(people))]


def reported(chances: Array) -> Array:
    """Return ``chances`` (last axis = levels) as they are reported: flattened and rounded."""
    powers = chances**FLATTENING
    rounded: Array = np.round(powers / powers.sum(axis=-1, keepdims=True), DIGITS)
    return rounded


def _highest(chances: Array, percent: int) -> Whole:
    """Return the highest level that is reached with at least ``percent`` % by ``chances`` (last axis = levels)."""
    reached = np.round(np.cumsum(chances[..., ::-1], axis=-1)[..., ::-1], 6)
    levels: Whole = (reached[..., 1:] >= percent / 100).sum(axis=-1)
    return levels


def _intervals(chances: Array, percent: int) -> tuple[Whole, Whole, Array]:
    """Return first and last level and chance of the shortest runs with ``percent`` %: of several the likeliest, then the lowest."""
    count = chances.shape[-1]
    total = np.concatenate([np.zeros((*chances.shape[:-1], 1)), np.cumsum(chances, axis=-1)], axis=-1)
    low, high = np.zeros(chances.shape[:-1], int), np.full(chances.shape[:-1], count - 1)
    mass = np.minimum(np.round(total[..., -1], DIGITS), 1.0)
    for width in range(count - 1, 0, -1):
        masses = np.round(total[..., width:] - total[..., :-width], DIGITS)
        best = masses.argmax(axis=-1)
        reached = masses.max(axis=-1)
        enough = reached >= percent / 100
        low, high = np.where(enough, best, low), np.where(enough, best + width - 1, high)
        mass = np.where(enough, np.minimum(reached, 1.0), mass)
    return low, high, mass


def _support(
    sittings: Sequence[Sittings], frame: Frame, people: int, methods: Sequence[Method], as_of: dt.date
) -> tuple[Whole, Whole, Whole]:
    """Return for each person and unit what valid evidence could prove (-1 = none), the newest day heard, the ways heard (bits)."""
    shape = (people, len(frame.units))
    proven, newest, ways = np.full(shape, -1), np.zeros(shape, int), np.zeros(shape, int)
    for of_instrument in sittings:
        sheet, instrument = of_instrument.sheet, frame.instruments[of_instrument.sheet.scale]
        row, column = np.nonzero(sheet.scores >= 0)
        place = (sheet.people[row], frame.model.scales[sheet.scale].units[column])
        valid = np.array([one.is_valid(as_of) for one in of_instrument.heard])
        days = np.array([one.sitting.date.toordinal() for one in of_instrument.heard])
        np.maximum.at(proven, place, np.where(valid[row], instrument.proves_up_to, -1))
        np.maximum.at(newest, place, days[row])
        np.bitwise_or.at(ways, place, 1 << methods.index(instrument.method))
    return proven, newest, ways


@dataclass(frozen=True, eq=False)
class _Results:
    """Everything that was found of some people, in arrays whose first axes are people and units."""

    units: tuple[UnitId, ...]
    methods: tuple[Method, ...]
    chances: Array
    likely: Whole
    interval: tuple[Whole, Whole, Array]
    alone: Whole
    support: tuple[Whole, Whole, Whole]

    def of_person(self, person: int) -> dict[UnitId, FusedLevel]:
        """Return the levels of one person by unit, in order of unit."""
        low, high, mass = (part[person].tolist() for part in self.interval)
        proven, newest, ways = (part[person].tolist() for part in self.support)
        chances, likely = self.chances[person].tolist(), self.likely[person].tolist()
        alone = [of_method[person].tolist() for of_method in self.alone]
        return {
            unit: FusedLevel(
                unit,
                tuple(chances[index]),
                likely[index],
                max(proven[index], 0),
                low[index],
                high[index],
                mass[index],
                {m: alone[number][index] for number, m in enumerate(self.methods) if ways[index] >> number & 1},
                proven[index] >= 0,
                dt.date.fromordinal(newest[index]),
            )
            for index, unit in enumerate(self.units)
            if ways[index]
        }
