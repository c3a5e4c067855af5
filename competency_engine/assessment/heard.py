"""Which sittings of a person are heard on a date, with what force, and why others are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from competency_engine.assessment.requirements import months_between
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument, Sitting
from competency_engine.domain.library import Library
from competency_engine.domain.people import Completion

FORGOTTEN = 0.05
"""Force below which a sitting is not heard at all."""
Reason = Literal["later", "superseded", "before_training", "expired", "unknown"]
"""Why a score is not heard: it lies after the date; the same rater scored again; training came between it and later
evidence; it is long past its validity; its instrument or item is gone."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One sitting as it is heard on a date.

    Attributes:
        sitting: the sitting.
        instrument: its instrument; None when the library has it no more.
        valid_until: last day of its full force.
        force: share of its force on the date.
        unheard: why none of its scores is heard; None when they are.
        dropped: units and items whose scores alone are not heard, each with the reason.
    """

    sitting: Sitting
    instrument: Instrument | None
    valid_until: dt.date
    force: float
    unheard: Reason | None
    dropped: Mapping[str, Reason]

    def is_valid(self, as_of: dt.date) -> bool:
        """Return whether the sitting is heard with its full force on ``as_of``."""
        return self.unheard is None and as_of <= self.valid_until

    def scores_of(self, unit: UnitId, library: Library) -> list[tuple[str, int, Reason | None]]:
        """Return what bears on ``unit``: unit or item, score, and why it is not heard, in order of key."""
        return [
            (key, score, self.unheard or self.dropped.get(key))
            for key, score in sorted(self.sitting.scores.items())
            if unit_of(key, self.instrument, library) == unit
        ]


@dataclass(frozen=True, slots=True)
class Asked:
    """One person whose evidence is to be fused: the sittings, and the modules completed."""

    sittings: Sequence[Sitting]
    completed: Sequence[Completion]


def hear(
    sittings: Iterable[Sitting], completed: Sequence[Completion], library: Library, as_of: dt.date
) -> tuple[Heard, ...]:
    """Return the sittings of one person as they are heard on ``as_of``, in an order that does not depend on theirs.

    Args:
        sittings: of one person.
        completed: modules that the person completed by ``as_of``; what was scored before one that brings the unit is
            not heard once something was scored after it.
        library: the instruments, and the policy that says how evidence ages.
        as_of: the date.
    """
    ordered = sorted(sittings, key=_order)
    superseded = _superseded(ordered, library, as_of)
    heard = [_hear(sitting, dropped, library, as_of) for sitting, dropped in zip(ordered, superseded, strict=True)]
    return tuple(_without_old(heard, _trainings(completed, library), library) if completed else heard)


def _order(sitting: Sitting) -> tuple[str, dt.date, str, list[tuple[str, int]], dt.date]:
    ends = sitting.valid_until or dt.date.max
    return sitting.source, sitting.date, sitting.rater or "", sorted(sitting.scores.items()), ends


def _superseded(ordered: Sequence[Sitting], library: Library, as_of: dt.date) -> list[dict[str, Reason]]:
    """Return for each sitting the scores after which the same rater, by ``as_of``, gave another of the same.

    Of an instrument that people use, raters without a label are not taken for one another.
    """
    later: dict[tuple[str, str | None], set[str]] = {}
    found: list[dict[str, Reason]] = []
    for sitting in reversed(ordered):
        instrument = library.instruments.get(sitting.source)
        if sitting.rater is None and instrument is not None and instrument.raters_differ > 0:
            found.append({})
            continue
        known = later.setdefault((sitting.source, sitting.rater), set())
        heard = sitting.date <= as_of
        found.append(dict.fromkeys(known & sitting.scores.keys(), "superseded") if heard and known else {})
        if heard:
            known.update(sitting.scores)
    return found[::-1]


def _hear(sitting: Sitting, dropped: Mapping[str, Reason], library: Library, as_of: dt.date) -> Heard:
    instrument = library.instruments.get(sitting.source)
    if instrument is None:
        return Heard(sitting, None, sitting.date, 0.0, "unknown", {})
    ends = sitting.valid_until or add_months(sitting.date, instrument.validity_months)
    left = _left(ends, as_of, library.policy.expired_half_life_months)
    unheard: Reason | None = "later" if sitting.date > as_of else "expired" if left < FORGOTTEN else None
    return Heard(sitting, instrument, ends, instrument.weight * left, unheard, dropped)


def _without_old(
    heard: Sequence[Heard], trainings: Mapping[UnitId, Sequence[dt.date]], library: Library
) -> Iterator[Heard]:
    """Yield ``heard`` without the scores of units for which training and then newer scores followed."""
    newest: dict[UnitId, dt.date] = {}
    for one in heard:
        for unit in _units_heard(one, library).values():
            newest[unit] = max(one.sitting.date, newest.get(unit, dt.date.min))
    trained = {
        unit: max((date for date in dates if date <= newest.get(unit, dt.date.min)), default=dt.date.min)
        for unit, dates in trainings.items()
    }
    for one in heard:
        old: dict[str, Reason] = {
            key: "before_training"
            for key, unit in _units_heard(one, library).items()
            if unit in trained and one.sitting.date < trained[unit]
        }
        yield replace(one, dropped={**one.dropped, **old}) if old else one


def _units_heard(heard: Heard, library: Library) -> dict[str, UnitId]:
    if heard.unheard is not None:
        return {}
    units = {key: unit_of(key, heard.instrument, library) for key in heard.sitting.scores if key not in heard.dropped}
    return {key: unit for key, unit in units.items() if unit is not None}


def _trainings(completed: Sequence[Completion], library: Library) -> dict[UnitId, list[dt.date]]:
    dates: dict[UnitId, list[dt.date]] = {}
    for completion in completed:
        for unit in library.modules[completion.module].brings:
            dates.setdefault(unit, []).append(completion.date)
    return dates


def unit_of(key: str, instrument: Instrument | None, library: Library) -> UnitId | None:
    """Return the unit that ``instrument`` asks for where it scores ``key``; None when it does not."""
    if instrument is None:
        return None
    items = library.items.get(instrument.id)
    if items is not None:
        return items[key].unit if key in items else None
    return UnitId(key) if key in library.units else None


def _left(ends: dt.date, as_of: dt.date, half_life_months: int) -> float:
    if as_of <= ends:
        return 1.0
    past: float = 0.5 ** ((months_between(ends, as_of) + 1) / half_life_months)
    return past


def add_months(date: dt.date, months: int) -> dt.date:
    """Return the day ``months`` after ``date``, never later in its month than the 28th.

    >>> add_months(dt.date(2026, 1, 31), 13)
    datetime.date(2027, 2, 28)
    """
    index = date.year * 12 + date.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, min(date.day, 28))
