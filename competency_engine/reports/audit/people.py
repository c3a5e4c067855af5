"""What a population lacks, takes and cannot be given, as tables in which small groups are kept back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from competency_engine.audit.people import GROUPINGS, MEASURES, Tally, difference, shown_groups
from competency_engine.audit.supply import classes_of, fewest_classes
from competency_engine.domain.curriculum import Module, Topic
from competency_engine.domain.entity import ModuleId, TopicId, UnitId, quarters
from competency_engine.domain.library import Library
from competency_engine.domain.names import GAP_KINDS
from competency_engine.reports.names import CAUSES
from competency_engine.reports.tables import Cell, Column, DataTable, count, kept, label
from competency_engine.text import Text, say

GROUPING_NAMES: dict[str, Text] = {
    "role": say("阶段（角色）", "stage (role)"),
    "community_type": say("社区类型", "community type"),
    "district": say("区", "district"),
    "street": say("街道", "street"),
}
MEASURE_NAMES: dict[str, Text] = {
    "gap_levels": say("缺的级数", "missing levels"),
    "open_levels": say("计划后仍缺的级数", "levels that stay open"),
    "hours": say("计划学时", "hours planned"),
    "waiting": say("等待月数", "months of waiting"),
}
_PEOPLE = say("人数；人数太少的不列", "people; groups of too few are left out")


def people_tables(tally: Tally, library: Library, smallest: int) -> Iterator[DataTable]:
    """Yield the tables of a population.

    Args:
        tally: of everyone.
        library: the model and the curriculum.
        smallest: counts of fewer people are kept back.
    """
    yield _gaps(tally, library, smallest)
    yield _open_steps(tally, library, smallest)
    yield _modules(tally, library, smallest)
    yield _topics(tally, library, smallest)
    yield _months(tally, library, smallest)
    yield _groups(tally, smallest)
    yield _gaps_of_groups(tally, library, smallest)
    yield _evidence(tally, smallest)


def summed(counts: Iterable[int], smallest: int) -> int | None:
    """Return the sum of counts of people, each at one thing; None where it may be of too few people.

    One of the counts must be of enough people: twelve seats in a month may be twelve modules of one person.

    >>> summed([6, 1], 5), summed([2, 2, 2], 5), summed([], 5)
    (7, None, 0)
    """
    found = list(counts)
    return sum(found) if not any(found) or max(found) >= smallest else None


def listed(counts: Iterable[int], smallest: int) -> int | None:
    """Return the sum of those counts of people that are large enough to be listed one by one, so that it tells nothing new.

    None where there are some and all are kept back.

    >>> listed([6, 1], 5), listed([2, 2, 2], 5), listed([], 5)
    (6, None, 0)
    """
    found = [n for n in counts if n]
    enough = [n for n in found if n >= smallest]
    return sum(enough) if enough or not found else None


def listed_seats(modules: Iterable[Module], tally: Tally, smallest: int) -> list[tuple[Module, int]] | None:
    """Return the modules whose seats are listed, with their seats; None where some are taken and all are kept back."""
    seats = [(module, tally.taken[ModuleId(module.id)]) for module in modules]
    return [(m, n) for m, n in seats if n >= smallest] if listed((n for _, n in seats), smallest) is not None else None


def _gaps(tally: Tally, library: Library, smallest: int) -> DataTable:
    units = sorted({unit for unit, _ in tally.gaps})
    return DataTable(
        "gaps",
        say("各单元的差距", "Gaps by unit"),
        say("每行一个单元；空格为人数太少", "a unit a row; an empty cell stands for too few people"),
        (
            label("unit", "单元", "Unit"),
            label("title", "名称", "Title"),
            count("people", "有差距的人", "People with a gap", _PEOPLE),
            Column("share", say("占比", "Share"), say("占全部学员", "of all people"), "share"),
            *(count(kind, GAP_KINDS[kind].zh, GAP_KINDS[kind].en, _PEOPLE) for kind in GAP_KINDS),
            count(
                "assumed",
                "推定",
                "Assumed",
                say("没有有效证据、按政策推定的人", "people whose level rests on no evidence"),
            ),
            count(
                "levels",
                "缺的级数",
                "Missing levels",
                say(
                    "各人所缺等级之和；太少人缺的等级不计",
                    "levels missing, summed over people; levels that too few lack count nothing",
                ),
            ),
            count(
                "open",
                "仍缺的级数",
                "Still open",
                say(
                    "按最优计划仍达不到的；太少人的不计",
                    "not reached by the best plans; those of too few count nothing",
                ),
            ),
        ),
        tuple(_gap_row(unit, tally, library, smallest) for unit in units),
    )


def _gap_row(unit: UnitId, tally: Tally, library: Library, smallest: int) -> tuple[Cell, ...]:
    kinds = {kind: tally.gaps[unit, kind] for kind in GAP_KINDS}
    people = sum(kinds.values())
    if kept(people, smallest) is None:
        return (unit, library.units[unit].title, None, None, *(None for _ in kinds), None, None, None)
    shown = shown_groups([(kind, n) for kind, n in kinds.items() if n], smallest, divides=True)
    return (
        unit,
        library.units[unit].title,
        people,
        round(people / tally.people, 4),
        *(n if kind in shown or n == 0 else None for kind, n in kinds.items()),
        kept(tally.assumed[unit], smallest),
        listed((n for (other, _), n in tally.goals.items() if other == unit), smallest),
        listed((n for (other, _, _), n in tally.open.items() if other == unit), smallest),
    )


def _open_steps(tally: Tally, library: Library, smallest: int) -> DataTable:
    return DataTable(
        "unserved",
        say("谁得不到什么，为什么", "What cannot be given, and why"),
        say("每行一个单元的一级和一种原因", "one level of a unit and one cause a row"),
        (
            label("unit", "单元", "Unit"),
            label("title", "名称", "Title"),
            count("level", "等级", "Level"),
            label("cause", "原因", "Cause"),
            count("people", "人数", "People", _PEOPLE),
        ),
        tuple(
            (unit, library.units[unit].title, level, CAUSES[cause], kept(n, smallest))
            for (unit, level, cause), n in sorted(tally.open.items())
        ),
    )


def _modules(tally: Tally, library: Library, smallest: int) -> DataTable:
    return DataTable(
        "demand_modules",
        say("各课程的需求", "Demand by module"),
        say("由所有人的最优计划得出，每行一门课程", "from the best plans of all; a module a row"),
        (
            label("module", "课程", "Module"),
            label("topic", "专题", "Topic"),
            label("title", "名称", "Title"),
            count("seats", "人次", "Seats", _PEOPLE),
            Column("hours", say("学时", "Hours"), say("人次乘学时", "seats times hours"), "number"),
            count("class_size", "班额", "Class size", say("一班最多人数", "most learners of a class")),
            count("classes", "班数", "Classes", say("按班额所需的最少班数", "fewest classes that hold them")),
            count("busiest", "最忙月人次", "Busiest month", say("一个月里最多的人次", "most seats in one month")),
        ),
        tuple(_module_row(module, tally, smallest) for module in library.modules.values()),
    )


def _module_row(module: Module, tally: Tally, smallest: int) -> tuple[Cell, ...]:
    id_ = ModuleId(module.id)
    seats = kept(tally.taken[id_], smallest)
    size = module.class_size.at_most if module.class_size is not None else None
    busiest = max((n for (other, _), n in tally.months.items() if other == id_), default=0)
    return (
        id_,
        module.topic,
        module.title,
        seats,
        None if seats is None else seats * quarters(module.hours) / 4,
        size,
        None if seats is None else fewest_classes(module, seats),
        None if seats is None else kept(busiest, smallest),
    )


def _topics(tally: Tally, library: Library, smallest: int) -> DataTable:
    rows = [
        _topic_row(topic, library.modules_of_topic[TopicId(topic.id)], tally, smallest)
        for topic in library.topics.values()
    ]
    offered, wanted = sum(row.offered for row in rows), sum(row.hours or 0.0 for row in rows)
    return DataTable(
        "demand_topics",
        say("各专题的需求", "Demand by topic"),
        say(
            "每行一个专题，其课程之和；太少人学的课程不计",
            "a topic a row, its modules summed up; those that too few take count nothing",
        ),
        (
            label("topic", "专题", "Topic"),
            label("title", "名称", "Title"),
            count("modules", "课程", "Modules"),
            count("seats", "人次", "Seats", _PEOPLE),
            Column("hours", say("学时", "Hours"), say("人次乘学时", "seats times hours"), "number"),
            Column(
                "offered", say("开设学时", "Hours on offer"), say("各课程学时之和", "hours of its modules"), "number"
            ),
            Column(
                "ratio",
                say("厚度", "Ratio"),
                say("开设学时的份额 ÷ 学时的份额", "its share of hours on offer ÷ its share of hours"),
                "number",
            ),
        ),
        tuple((*row, round(row.offered / offered / (row.hours / wanted), 3) if row.hours else None) for row in rows),
    )


class _TopicRow(NamedTuple):
    topic: str
    title: Text
    modules: int
    seats: int | None
    hours: float | None
    offered: float


def _topic_row(topic: Topic, members: Sequence[Module], tally: Tally, smallest: int) -> _TopicRow:
    taken = listed_seats(members, tally, smallest)
    seats = None if taken is None else sum(n for _, n in taken)
    hours = None if taken is None else sum(n * quarters(module.hours) for module, n in taken) / 4
    offered = sum(quarters(module.hours) for module in members) / 4
    return _TopicRow(topic.id, topic.title, len(members), seats, hours, offered)


def _months(tally: Tally, library: Library, smallest: int) -> DataTable:
    taken: dict[str, list[tuple[Module, int]]] = {}
    for (module, month), n in sorted(tally.months.items()):
        taken.setdefault(month, []).append((library.modules[ModuleId(module)], n))
    return DataTable(
        "demand_months",
        say("各月的需求", "Demand by month"),
        say("每行一个月", "a month a row"),
        (
            label("month", "月份", "Month"),
            count("seats", "人次", "Seats", _PEOPLE),
            count(
                "modules", "开设的课程", "Modules on offer", say("这个月能开的课程", "modules that run in the month")
            ),
            count("classes", "班数", "Classes", say("按班额所需的最少班数", "fewest classes that hold them")),
        ),
        tuple(_month_row(month, of_month, library, smallest) for month, of_month in sorted(taken.items())),
    )


def _month_row(month: str, taken: Sequence[tuple[Module, int]], library: Library, smallest: int) -> tuple[Cell, ...]:
    seats = summed((n for _, n in taken), smallest)
    offered = sum(int(month[5:]) in (module.offered or range(1, 13)) for module in library.modules.values())
    return month, seats, offered, None if seats is None else classes_of(taken)[0]


def _shown(tally: Tally, grouping: str, smallest: int) -> frozenset[str]:
    sizes = [(name, sums["hours"].count) for (other, name), sums in tally.measures.items() if other == grouping]
    return shown_groups(sizes, smallest, divides=grouping != "community_type")


def _groups(tally: Tally, smallest: int) -> DataTable:
    number = say("平均值", "mean")
    return DataTable(
        "groups",
        say("各组之间的公平", "Fairness between groups"),
        say(
            "每行一组的一项指标：均值和与其余人之差，各带95%区间；人数太少的组不列",
            "a measure of a group a row: its mean and how far it lies from everybody else, each with a 95 % interval; groups of too few are left out",
        ),
        (
            label("grouping", "分组", "Grouping"),
            label("group", "组", "Group"),
            label("measure", "指标", "Measure"),
            count("people", "人数", "People", _PEOPLE),
            Column("mean", say("均值", "Mean"), number, "number"),
            Column("low", say("下限", "Low"), number, "number"),
            Column("high", say("上限", "High"), number, "number"),
            Column("difference", say("与其余人之差", "Difference"), number, "number"),
            Column("difference_low", say("差的下限", "Difference, low"), number, "number"),
            Column("difference_high", say("差的上限", "Difference, high"), number, "number"),
            Column("clear", say("差别明显", "Clear"), say("区间不含0", "the interval leaves out 0"), "boolean"),
        ),
        tuple(
            row
            for grouping in GROUPINGS
            for group in sorted(_shown(tally, grouping, smallest))
            for row in _measure_rows(grouping, group, tally)
        ),
    )


def _measure_rows(grouping: str, group: str, tally: Tally) -> Iterator[tuple[Cell, ...]]:
    for measure in MEASURES:
        sums = tally.measures[grouping, group][measure]
        if not sums.count:
            continue
        interval = sums.interval()
        apart = difference(sums, tally.measures["all", ""][measure])
        yield (
            GROUPING_NAMES[grouping],
            group,
            MEASURE_NAMES[measure],
            sums.count,
            *(round(value, 4) for value in interval[1:]),
            *((round(value, 4) for value in apart) if apart is not None else (None, None, None)),
            apart.clear if apart is not None else None,
        )


def _gaps_of_groups(tally: Tally, library: Library, smallest: int) -> DataTable:
    shown = {grouping: _shown(tally, grouping, smallest) for grouping in GROUPINGS}
    return DataTable(
        "gaps_by_group",
        say("各组各单元的差距", "Gaps by group and unit"),
        say("每行一组的一个单元；人数太少的不列", "a unit of a group a row; too few people are left out"),
        (
            label("grouping", "分组", "Grouping"),
            label("group", "组", "Group"),
            label("unit", "单元", "Unit"),
            count("people", "有差距的人", "People with a gap", _PEOPLE),
            count("of", "组内人数", "Of", say("组内人数", "people of the group")),
        ),
        tuple(
            (GROUPING_NAMES[grouping], group, unit, n, tally.measures[grouping, group]["hours"].count)
            for (grouping, group, unit), n in sorted(tally.gaps_of.items())
            if group in _shown_with_gap(tally, grouping, unit, shown[grouping], smallest)
        ),
    )


def _shown_with_gap(tally: Tally, grouping: str, unit: UnitId, groups: frozenset[str], smallest: int) -> frozenset[str]:
    """Return those of ``groups`` whose people with a gap in ``unit`` may be counted: enough, and what is left of all of them is enough or nobody."""
    sizes = {group: tally.gaps_of[grouping, group, unit] for group in groups}
    shown = sorted((group for group, n in sizes.items() if n >= smallest), key=lambda group: (sizes[group], group))
    if grouping != "community_type":
        rest = sum(n for (other, _), n in tally.gaps.items() if other == unit) - sum(sizes[group] for group in shown)
        while shown and 0 < rest < smallest:
            rest += sizes[shown.pop(0)]
    return frozenset(shown)


def _evidence(tally: Tally, smallest: int) -> DataTable:
    names = {
        "survey": say("答了需求调研", "answered a needs survey"),
        "scores": say("有评分", "have scores"),
        "settled": say("有认定的等级", "have settled levels"),
    }
    return DataTable(
        "response",
        say("回收和证据", "Response and evidence"),
        say("每行一种记录", "a kind of record a row"),
        (
            label("record", "记录", "Record"),
            count("people", "人数", "People", _PEOPLE),
            Column("share", say("占比", "Share"), say("占全部学员", "of all people"), "share"),
        ),
        tuple(
            (name, kept(n, smallest), None if kept(n, smallest) is None else round(n / tally.people, 4))
            for key, name in names.items()
            for n in [tally.responded[key]]
        ),
    )
