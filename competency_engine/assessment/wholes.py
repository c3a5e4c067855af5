"""What the parts of a unit say together of the whole: what all of them show, the lowest; with one missing, nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from competency_engine.domain.evidence import EvidenceRecord

Value = TypeVar("Value")
_DAY = dt.timedelta(days=1)


class Item(NamedTuple, Generic[Value]):
    """A value with the numbers of the records that stand behind it."""

    value: Value
    behind: frozenset[int]


Parts = Sequence[Sequence[Item[Value]]]


def lowest_level(parts: Parts[EvidenceRecord]) -> list[Item[EvidenceRecord]]:
    """Return the levels of a whole: from each day on which a part changes, the lowest that its parts show then.

    Of each part the latest level that is valid on the day counts, as in `assess`; on a day on which a part has none, the whole
    has none. A level ends with the first of those behind it.
    """
    everything = [item.value for part in parts for item in part]
    days = {record.date for record in everything}
    days |= {
        record.valid_until + _DAY for record in everything if record.valid_until and record.valid_until < dt.date.max
    }
    found: list[Item[EvidenceRecord]] = []
    before: list[Item[EvidenceRecord]] = []
    for day in sorted(days):
        now = [held for part in parts for held in _held_on(part, day)]
        if len(now) == len(parts) and now != before:
            found.append(_together(now, day))
        before = now
    return found


def _held_on(part: Sequence[Item[EvidenceRecord]], day: dt.date) -> list[Item[EvidenceRecord]]:
    valid = [
        item
        for item in part
        if item.value.date <= day and (item.value.valid_until is None or item.value.valid_until >= day)
    ]
    return [max(valid, key=lambda item: (item.value.date, item.value.level))] if valid else []


def _together(now: Sequence[Item[EvidenceRecord]], day: dt.date) -> Item[EvidenceRecord]:
    lowest = min(item.value.level for item in now)
    kinds = {item.value.gap_kind for item in now if item.value.level == lowest}
    ends = [item.value.valid_until for item in now if item.value.valid_until is not None]
    record = EvidenceRecord(
        unit=now[0].value.unit,
        level=lowest,
        date=day,
        valid_until=min(ends, default=None),
        gap_kind=kinds.pop() if len(kinds) == 1 else None,
    )
    return Item(record, frozenset[int]().union(*(item.behind for item in now)))


def lowest_score(parts: Parts[int]) -> list[Item[int]]:
    """Return the lowest score of the parts, all of which have one."""
    items = [item for part in parts for item in part]
    return [Item(min(item.value for item in items), frozenset[int]().union(*(item.behind for item in items)))]


def agreed(parts: Parts[int]) -> list[Item[int]]:
    """Return what all parts say alike; where they differ, nothing is said of the whole."""
    items = [item for part in parts for item in part]
    alike = len({item.value for item in items}) == 1
    return [Item(items[0].value, frozenset[int]().union(*(item.behind for item in items)))] if alike else []
