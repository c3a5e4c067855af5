"""The rater model of a library: as calibrated, and where nothing was estimated, as its instruments say; sittings as its sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from competency_engine.assessment.heard import Heard
from competency_engine.domain.calibration import Calibration
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument
from competency_engine.domain.library import Library
from competency_engine.measurement.estimation import Start, starting_model, types_of
from competency_engine.measurement.raters import Array, RaterModel, Scale, Sheet, Whole, type_weights

ITEM_STEP = 0.6
"""Distance in levels between the first and the last point of an item with several."""


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


def known_by(calibration: Calibration | None, as_of: dt.date) -> Calibration | None:
    """Return ``calibration`` if it was known on ``as_of``; on an earlier day instruments count as their documents say."""
    known = calibration is not None and dt.date.fromisoformat(calibration.as_of) <= as_of
    return calibration if known else None


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
