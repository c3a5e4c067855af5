"""Scores from many sources → the level of each unit, how sure it is, and what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import get_args

import numpy as np

from competency_engine.assessment.heard import Asked, Heard, hear
from competency_engine.domain.calibration import Calibration
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument
from competency_engine.domain.library import Library
from competency_engine.domain.policy import Method
from competency_engine.measurement.estimation import Start, starting_model, types_of
from competency_engine.measurement.inference import infer
from competency_engine.measurement.raters import (
    Array,
    RaterModel,
    Scale,
    Sheet,
    Whole,
    type_weights,
)

METHODS: tuple[Method, ...] = get_args(Method)
FLATTENING = 0.9
"""Power to which chances are raised before they are reported (and made to sum to 1 again).

No population of raters is just as the model says; a flatter answer stays honest where they are not (coarsening: Miller and
Dunson 2019). The value was chosen on one seed of the two worlds of ``benchmarks/evidence.py`` and is tried there on others.
"""
ITEM_STEP = 0.6
"""Distance in levels between the first and the last point of an item with several."""
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


@dataclass(frozen=True, eq=False)
class Frame:
    """What fusion looks up, the same for everyone.

    Attributes:
        model: the parameters.
        instruments: those that can be heard, in the order of the model's scales.
        units: index of each unit.
        columns: for each instrument the column of each unit or item.
        types: for each instrument how likely each type of rater is.
        raters: the same for known raters, by instrument and label.
        with_items: ids of the instruments that score items.
    """

    model: RaterModel
    instruments: tuple[Instrument, ...]
    units: dict[UnitId, int]
    columns: tuple[dict[str, int], ...]
    types: tuple[Array, ...]
    raters: dict[tuple[int, str], Array]
    with_items: frozenset[str]


def start_of(instrument: Instrument, library: Library, units: Mapping[UnitId, int]) -> Start:
    """Return where the estimation of ``instrument`` starts: what its document says of it."""
    items = library.items.get(instrument.id)
    if items is None:
        highest = len(library.model.scale) - 1 if instrument.highest is None else instrument.highest
        places = np.arange(instrument.lowest + 1, highest + 1, dtype=np.float64)[None] - 0.5
        columns: Whole = np.arange(len(units))
    else:
        most = max(item.points for item in items.values())
        places = np.array([_item_places(item.level, item.points, most) for item in items.values()])
        columns = np.array([units[item.unit] for item in items.values()])
    return Start(
        places,
        instrument.expected_bias,
        instrument.bias_spread,
        instrument.noise,
        instrument.raters_differ,
        columns,
        instrument.guessing,
    )


def _item_places(level: int, points: int, most: int) -> list[float]:
    """Return the thresholds of an item of ``points``; of points that it has not, far beyond every level."""
    step = ITEM_STEP / (points - 1) if points > 1 else 0.0
    first = level - 0.5 - (ITEM_STEP / 2 if points > 1 else 0.0)
    return [first + step * k if k < points else 99.0 + k for k in range(most)]


@lru_cache(maxsize=4)
def frame_of(library: Library, calibration: Calibration | None) -> Frame:
    """Return the model of ``library``: as calibrated, and where nothing was estimated, as its documents say."""
    units = {unit: index for index, unit in enumerate(library.units)}
    instruments = tuple(library.instruments.values())
    starts = [start_of(instrument, library, units) for instrument in instruments]
    top = len(library.model.scale) - 1
    model = starting_model(starts, len(units), top)
    types = [type_weights(instrument.raters_differ) for instrument in instruments]
    columns = tuple(
        {key: index for index, key in enumerate(library.items.get(instrument.id, units))} for instrument in instruments
    )
    raters: dict[tuple[int, str], Array] = {}
    if calibration is not None:
        model, types = _calibrated(model, types, calibration, library, units, columns)
        of_instrument = {instrument.id: index for index, instrument in enumerate(instruments)}
        for key, weights in calibration.raters.items():
            source, _, rater = key.partition("/")
            if source in of_instrument:
                raters[of_instrument[source], rater] = _shares(weights)
    return Frame(model, instruments, units, columns, tuple(types), raters, frozenset(library.items))


def _calibrated(
    model: RaterModel,
    types: list[Array],
    calibration: Calibration,
    library: Library,
    units: Mapping[UnitId, int],
    columns: Sequence[Mapping[str, int]],
) -> tuple[RaterModel, list[Array]]:
    scales = list(model.scales)
    for index, instrument in enumerate(library.instruments):
        estimate = calibration.scales.get(instrument)
        if estimate is None or bool(estimate.columns) != (instrument in library.items):
            continue
        thresholds = scales[index].thresholds.copy()
        rows = [columns[index].get(item) for item in estimate.columns] if estimate.columns else [0]
        for row, values in zip(rows, estimate.thresholds, strict=True):
            if row is not None and len(values) == thresholds.shape[1]:
                thresholds[row] = values
        scales[index] = Scale(scales[index].units, thresholds, estimate.noise, scales[index].guessing)
        types[index] = _shares(estimate.types)
    thresholds, noise = model.thresholds.copy(), model.noise.copy()
    for unit, of_unit in calibration.units.items():
        place = units.get(UnitId(unit))
        if place is not None and len(of_unit.thresholds) == thresholds.shape[1]:
            thresholds[place], noise[place] = of_unit.thresholds, of_unit.noise
    ability = _shares(calibration.ability) if len(calibration.ability) == len(model.ability) else model.ability
    return RaterModel(model.top, tuple(scales), thresholds, noise, ability), types


def _shares(weights: Sequence[float]) -> Array:
    """Return ``weights``, of which rounding has changed the sum, as shares of 1."""
    shares: Array = np.array(weights) / sum(weights)
    return shares


def fuse(people: Sequence[Asked], library: Library, calibration: Calibration | None, as_of: dt.date) -> list[Fused]:
    """Return what the sources say of each of ``people`` on ``as_of``.

    Nobody's levels depend on who else is there, nor on the order of the evidence.
    """
    frame = frame_of(library, calibration)
    heard = [hear(asked.sittings, asked.completed, library, as_of) for asked in people]
    sittings = sittings_of(heard, frame)
    methods = sorted({frame.instruments[of.sheet.scale].method for of in sittings}, key=METHODS.index)
    sheets = [replace(of.sheet, group=methods.index(frame.instruments[of.sheet.scale].method)) for of in sittings]
    inference = infer(frame.model, sheets, len(people))
    chances = _reported(inference.levels)
    results = _Results(
        units=tuple(frame.units),
        methods=tuple(methods),
        chances=chances,
        likely=_highest(chances, library.policy.level_certainty_percent),
        interval=_intervals(chances, library.policy.interval_percent),
        alone=_highest(_reported(inference.alone), library.policy.level_certainty_percent),
        support=_support(sittings, frame, len(people), methods, as_of),
    )
    return [Fused(results.of_person(person), heard[person]) for person in range(len(people))]


@dataclass(frozen=True, eq=False)
class Sittings:
    """The sittings of one instrument: as a sheet, and each with its rater and place."""

    sheet: Sheet
    heard: tuple[Heard, ...]

    @property
    def raters(self) -> list[str | None]:
        """The rater of each row."""
        return [one.sitting.rater for one in self.heard]


def sittings_of(heard: Sequence[Sequence[Heard]], frame: Frame) -> list[Sittings]:
    """Return the sittings that are heard, of each person, by instrument; instruments without any are left out."""
    index = {instrument.id: number for number, instrument in enumerate(frame.instruments)}
    rows: list[list[tuple[int, Heard]]] = [[] for _ in frame.instruments]
    for person, of_person in enumerate(heard):
        for one in of_person:
            if one.unheard is None:
                rows[index[one.sitting.source]].append((person, one))
    found = []
    for number, of_instrument in enumerate(rows):
        for faded in (False, True):
            chosen = [(person, one) for person, one in of_instrument if (one.force < 1) is faded]
            if chosen:
                found.append(_sittings(number, chosen, frame, faded))
    return found


def _sittings(number: int, rows: Sequence[tuple[int, Heard]], frame: Frame, faded: bool) -> Sittings:
    instrument, columns = frame.instruments[number], frame.columns[number]
    places: list[int] = []
    values: list[int] = []
    for row, (_, one) in enumerate(rows):
        start = row * len(columns)
        for key, score in one.sitting.scores.items():
            column = columns.get(key)
            if column is not None and key not in one.dropped:
                places.append(start + column)
                values.append(score)
    scores = np.full(len(rows) * len(columns), -1)
    scores[places] = values
    if instrument.id not in frame.with_items:
        scores[places] -= instrument.lowest
    force = np.repeat([one.force for _, one in rows], len(columns)).reshape(len(rows), len(columns))
    heard = tuple(one for _, one in rows)
    types = types_of(number, [one.sitting.rater for one in heard], frame.types, frame.raters)
    people = np.array([person for person, _ in rows])
    return Sittings(Sheet(number, people, scores.reshape(force.shape), force, types, faded=faded), heard)


def _reported(chances: Array) -> Array:
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
