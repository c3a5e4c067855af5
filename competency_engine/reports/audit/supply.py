"""Supply against demand as tables: how thick each step is taught, and who teaches how much."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from competency_engine.audit.coverage import Coverage
from competency_engine.audit.people import Tally
from competency_engine.audit.supply import (
    Staffing,
    Thickness,
    Visits,
    classes_of,
    find_staffing,
    find_visits,
    measure_thickness,
)
from competency_engine.domain.library import Library
from competency_engine.reports.audit.people import listed_seats
from competency_engine.reports.tables import Cell, Column, DataTable, count, kept, label
from competency_engine.text import say

_PEOPLE = say("人数；太少的不列", "people; too few are kept back")


def supply_tables(coverage: Coverage, library: Library, tally: Tally | None, smallest: int) -> Iterator[DataTable]:
    """Yield the tables of supply against demand.

    Args:
        coverage: of the model by the curriculum.
        library: the model and the curriculum.
        tally: of the population; None = demand is that of those who require.
        smallest: counts of fewer people are kept back.
    """
    yield _thickness(coverage, library, tally, smallest)
    yield _staffing(library, tally, smallest)
    yield _visits(library, tally, smallest)


def _thickness(coverage: Coverage, library: Library, tally: Tally | None, smallest: int) -> DataTable:
    demand = {
        step.key: step.required_by if tally is None else kept(tally.goals[step.key], smallest)
        for step in coverage.required
    }
    return DataTable(
        "thickness",
        say("各级能力教得多厚", "Thickness against demand"),
        say(
            "每行一级有要求的能力：供给份额 ÷ 需求份额；低于 0.5 为薄",
            "a required step a row: share of supply ÷ share of demand; thin below 0.5",
        ),
        (
            label("unit", "单元", "Unit"),
            label("title", "名称", "Title"),
            label("tier", "层级", "Tier"),
            count("level", "等级", "Level"),
            count("modules", "课程", "Modules", say("教这一级的课程", "modules that teach it")),
            Column("hours", say("学时", "Hours"), say("这些课程的学时之和", "hours of these modules"), "number"),
            count(
                "asking",
                "要求者",
                "Asking",
                say("要求它的对象；有学员时为缺它的人", "who requires it; with people, who lack it"),
            ),
            Column(
                "supply",
                say("供给份额", "Share of supply"),
                say("占各级学时之和", "of the hours of all required steps"),
                "share",
            ),
            Column(
                "demand",
                say("需求份额", "Share of demand"),
                say("占列出的要求之和", "of all that are listed as asking"),
                "share",
            ),
            Column(
                "ratio", say("厚度", "Ratio"), say("供给份额 ÷ 需求份额", "share of supply ÷ share of demand"), "number"
            ),
            Column("thin", say("薄", "Thin"), say("低于 0.5", "below 0.5"), "boolean"),
        ),
        tuple(_thickness_row(one, demand[one.step.key], library) for one in measure_thickness(coverage, demand)),
    )


def _thickness_row(one: Thickness, asking: int | None, library: Library) -> tuple[Cell, ...]:
    step = one.step
    return (
        step.unit,
        library.units[step.unit].title,
        library.tier_of(step.unit),
        step.level,
        len(step.modules),
        one.hours,
        asking,
        round(one.supply, 4),
        None if one.demand is None else round(one.demand, 4),
        None if one.ratio is None else round(one.ratio, 3),
        one.thin,
    )


def _staffing(library: Library, tally: Tally | None, smallest: int) -> DataTable:
    wanted = (
        count("seats", "人次", "Seats", _PEOPLE),
        count("classes", "班数", "Classes", say("按班额所需的最少班数", "fewest classes that hold them")),
        Column("class_hours", say("授课学时", "Hours to teach"), say("班数乘学时", "classes times hours"), "number"),
    )
    return DataTable(
        "staffing",
        say("师资的供求", "Teachers against demand"),
        say(
            "每行一个专题（或无专题的单元）的一类教师；教师每年能教多少、开几个班，文件里没有",
            "a kind of teacher of a topic, or of a unit beside topics, a row; how much a teacher can teach and how many classes run is in no file",
        ),
        (
            label("topic", "专题", "Topic"),
            label("unit", "单元", "Unit"),
            label("kind", "教师类别", "Kind of teacher"),
            count("modules", "课程", "Modules", say("要这类教师的课程", "modules that ask for them")),
            Column("hours", say("学时", "Hours"), say("这些课程各开一次", "each of these modules once"), "number"),
            count(
                "teachers",
                "登记的教师",
                "Teachers registered",
                say("这类教师中写明教这个专题或单元的", "of this kind, who name the topic or the unit"),
            ),
            count("full_time", "其中专职", "Full-time"),
            *(wanted if tally is not None else ()),
        ),
        tuple(_staffing_row(one, tally, smallest) for one in find_staffing(library)),
    )


def _staffing_row(one: Staffing, tally: Tally | None, smallest: int) -> tuple[Cell, ...]:
    row: tuple[Cell, ...] = (
        one.topic,
        one.unit,
        one.kind,
        len(one.modules),
        sum(module.hours for module in one.modules),
        len(one.teachers),
        sum(teacher.full_time for teacher in one.teachers),
    )
    if tally is None:
        return row
    taken = listed_seats(one.modules, tally, smallest)
    return (*row, None, None, None) if taken is None else (*row, sum(n for _, n in taken), *classes_of(taken))


def _visits(library: Library, tally: Tally | None, smallest: int) -> DataTable:
    wanted = (
        count("seats", "人次", "Seats", _PEOPLE),
        count(
            "rounds",
            "批数",
            "Rounds",
            say("各教学点同时接待，至少几批", "fewest rounds, all sites receiving at the same time"),
        ),
    )
    return DataTable(
        "visits",
        say("现场教学的供求", "Site visits against demand"),
        say(
            "每行一个单元；教学点一年能接待几次，文件里没有",
            "a unit a row; how often a site can be visited in a year is in no file",
        ),
        (
            label("unit", "单元", "Unit"),
            label("title", "名称", "Title"),
            count(
                "modules", "现场教学课程", "Modules", say("形式为现场教学的课程", "modules whose form is a site visit")
            ),
            count("sites", "教学点", "Sites", say("能看到这一单元的教学点", "sites that show the unit")),
            count(
                "places",
                "一次接待",
                "Places",
                say("各点一次最多接待人数之和", "most visitors at a time, all sites together"),
            ),
            *(wanted if tally is not None else ()),
        ),
        tuple(_visits_row(one, library, tally, smallest) for one in find_visits(library)),
    )


def _visits_row(one: Visits, library: Library, tally: Tally | None, smallest: int) -> tuple[Cell, ...]:
    row: tuple[Cell, ...] = (one.unit, library.units[one.unit].title, len(one.modules), len(one.sites), one.places)
    if tally is None:
        return row
    taken = listed_seats(one.modules, tally, smallest)
    seats = None if taken is None else sum(n for _, n in taken)
    return (*row, seats, None if seats is None or not one.places else ceil(seats / one.places))
