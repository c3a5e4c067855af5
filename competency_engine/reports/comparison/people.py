"""What two populations lack, take and cannot be given, side by side; whatever could tell of few people is kept back."""

from __future__ import annotations

from collections.abc import Iterator

from competency_engine.audit.people import MEASURES, Difference, Sums, Tally, apart
from competency_engine.audit.side_by_side import Comparison, Side
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import UnitId, quarters
from competency_engine.measurement.estimate import share_difference
from competency_engine.reports.audit.people import MEASURE_NAMES, listed_seats
from competency_engine.reports.comparison.sides import PAIR_COLUMNS, sided, woven
from competency_engine.reports.names import CAUSES
from competency_engine.reports.tables import Cell, Column, DataTable, count, kept, label
from competency_engine.text import say

_PEOPLE = say("人数；人数太少的不列", "people; counts of too few are kept back")
_COUNTED = count("people", "人数", "People", _PEOPLE)
_SHARE = Column("share", say("占比", "Share"), say("占该侧全部学员", "of all people of that side"), "share")
_APART = (
    Column("difference", say("差", "Difference"), say("乙 − 甲", "B less A"), "number"),
    Column("difference_low", say("差的下限", "Difference, low"), say("95% 区间", "95 % interval"), "number"),
    Column("difference_high", say("差的上限", "Difference, high"), say("95% 区间", "95 % interval"), "number"),
    Column("clear", say("差别明显", "Clear"), say("区间不含0", "the interval leaves out 0"), "boolean"),
)
RECORDS = {
    "survey": say("答了需求调研", "answered a needs survey"),
    "scores": say("有评分", "have scores"),
    "settled": say("有认定的等级", "have settled levels"),
}


def people_tables(comparison: Comparison, smallest: int) -> Iterator[DataTable]:
    """Yield the tables of the people of both sides; none where neither side has any.

    Args:
        comparison: of both.
        smallest: counts of fewer people are kept back; of a population of fewer, everything.
    """
    if all(side.tally is None for side in comparison.sides):
        return
    yield _measures(comparison, smallest)
    yield _gaps(comparison, smallest)
    yield _topics(comparison, smallest)
    yield _unserved(comparison, smallest)
    yield _response(comparison, smallest)


def _tally(side: Side, smallest: int) -> Tally | None:
    """Return the sums of one side; None where it has no people, or too few."""
    return side.tally if side.tally is not None and side.tally.people >= smallest else None


def _tallies(comparison: Comparison, smallest: int) -> tuple[Tally | None, Tally | None]:
    return _tally(comparison.a, smallest), _tally(comparison.b, smallest)


def _difference(found: Difference | None) -> tuple[Cell, ...]:
    if found is None:
        return None, None, None, None
    return (*(round(value, 4) for value in found), found.clear)


def _shares(
    first: tuple[Tally | None, int | None], second: tuple[Tally | None, int | None], smallest: int
) -> tuple[Cell, ...]:
    """Return people and share of both sides, and how far the shares lie apart, where neither count is kept back."""
    found: list[tuple[int, int] | None] = []
    for tally, people in (first, second):
        shown = kept(people, smallest) if people is not None else None
        found.append(None if tally is None or shown is None else (shown, tally.people))
    one, other = found
    apart_ = Difference(*share_difference(one, other)) if one is not None and other is not None else None
    cells = [(None, None) if entry is None else (entry[0], round(entry[0] / entry[1], 4)) for entry in found]
    return (*woven(*cells), *_difference(apart_))


def _measures(comparison: Comparison, smallest: int) -> DataTable:
    first, second = _tallies(comparison, smallest)
    number = say("平均值", "mean")
    return DataTable(
        "measures",
        say("两侧的人", "The people of both sides"),
        say(
            "每行一项指标：各自的均值和 95% 区间，及两者之差（Welch）",
            "a measure a row: the mean of either side with its 95 % interval, and how far they lie apart (Welch)",
        ),
        (
            label("measure", "指标", "Measure"),
            *sided(
                _COUNTED,
                Column("mean", say("均值", "Mean"), number, "number"),
                Column("low", say("下限", "Low"), number, "number"),
                Column("high", say("上限", "High"), number, "number"),
            ),
            *_APART,
        ),
        tuple(
            (MEASURE_NAMES[measure], *_measure(_sums(first, measure, smallest), _sums(second, measure, smallest)))
            for measure in MEASURES
        ),
    )


def _sums(tally: Tally | None, measure: str, smallest: int) -> Sums | None:
    if tally is None:
        return None
    sums = tally.measures["all", ""][measure]
    return sums if sums.count and kept(sums.count, smallest) is not None else None


def _measure(first: Sums | None, second: Sums | None) -> tuple[Cell, ...]:
    intervals = [(None,) * 4 if sums is None else sums.interval() for sums in (first, second)]
    cells = [[None if value is None else round(value, 4) for value in interval] for interval in intervals]
    between = apart(second, first) if first is not None and second is not None else None
    return (*woven(*cells), *_difference(between))


def _gaps(comparison: Comparison, smallest: int) -> DataTable:
    tallies = _tallies(comparison, smallest)
    return DataTable(
        "gaps",
        say("各单元的差距", "Gaps by unit"),
        say(
            "每行一对单元：有差距的人及其占比，差带 95% 区间（Newcombe）；空格为没有或人数太少",
            "a pair of units a row: people with a gap and their share; the difference with its 95 % interval (Newcombe); an empty cell stands for none or too few",
        ),
        (*PAIR_COLUMNS, label("title", "名称", "Title"), *sided(_COUNTED, _SHARE), *_APART),
        tuple(
            (
                pair.a,
                pair.b,
                comparison.a.library.units[pair.a].title if pair.a else comparison.b.library.units[pair.b].title,  # type: ignore[index]
                *_shares(
                    (tallies[0], _with_gap(tallies[0], pair.a)), (tallies[1], _with_gap(tallies[1], pair.b)), smallest
                ),
            )
            for pair in comparison.pairs
        ),
    )


def _with_gap(tally: Tally | None, unit: UnitId | None) -> int | None:
    if tally is None or unit is None:
        return None
    return sum(people for (other, _), people in tally.gaps.items() if other == unit)


def _topics(comparison: Comparison, smallest: int) -> DataTable:
    tallies = _tallies(comparison, smallest)
    first, second = (side.library for side in comparison.sides)
    return DataTable(
        "demand_topics",
        say("各专题的需求", "Demand by topic"),
        say(
            "每行一个两侧都有的专题，按 id 对应，由最优计划得出",
            "a topic that both sides have a row, matched by id, from the best plans",
        ),
        (
            label("topic", "专题", "Topic"),
            label("title", "名称", "Title"),
            *sided(
                count("seats", "人次", "Seats", _PEOPLE),
                Column("hours", say("学时", "Hours"), say("人次乘学时", "seats times hours"), "number"),
                Column(
                    "hours_each",
                    say("人均学时", "Hours each"),
                    say("除以该侧全部学员", "by all people of that side"),
                    "number",
                ),
            ),
        ),
        tuple(
            (
                id_,
                first.topics[id_].title,
                *woven(
                    *(
                        _demand(tally, library.modules_of_topic[id_], smallest)
                        for tally, library in zip(tallies, (first, second), strict=True)
                    )
                ),
            )
            for id_ in first.topics
            if id_ in second.topics
        ),
    )


def _demand(tally: Tally | None, modules: tuple[Module, ...], smallest: int) -> tuple[Cell, Cell, Cell]:
    if tally is None:
        return None, None, None
    taken = listed_seats(modules, tally, smallest)
    if taken is None:
        return None, None, None
    hours = sum(n * quarters(module.hours) for module, n in taken) / 4
    return sum(n for _, n in taken), hours, round(hours / tally.people, 4)


def _unserved(comparison: Comparison, smallest: int) -> DataTable:
    first, second = _tallies(comparison, smallest)
    return DataTable(
        "unserved",
        say("得不到的人，为什么", "Who cannot be given all, and why"),
        say("每行一种原因：至少有一级因此仍缺的人", "a cause a row: people of whom a level stays open because of it"),
        (label("cause", "原因", "Cause"), *sided(_COUNTED, _SHARE), *_APART),
        tuple(
            (
                text,
                *_shares(
                    (first, first.unserved[cause] if first else None),
                    (second, second.unserved[cause] if second else None),
                    smallest,
                ),
            )
            for cause, text in CAUSES.items()
        ),
    )


def _response(comparison: Comparison, smallest: int) -> DataTable:
    first, second = _tallies(comparison, smallest)
    return DataTable(
        "response",
        say("回收和证据", "Response and evidence"),
        say("每行一种记录", "a kind of record a row"),
        (label("record", "记录", "Record"), *sided(_COUNTED, _SHARE), *_APART),
        tuple(
            (
                text,
                *_shares(
                    (first, first.responded[record] if first else None),
                    (second, second.responded[record] if second else None),
                    smallest,
                ),
            )
            for record, text in RECORDS.items()
        ),
    )
