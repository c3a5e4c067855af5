"""What differs between two libraries and in the plans under both → tables that every format shares."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from competency_engine.audit.compare import DocumentChange
from competency_engine.audit.plan_changes import ChangeTally, Goal, PlanChange
from competency_engine.reports.tables import Cell, Column, DataTable, count, kept, label
from competency_engine.text import Text, say

if TYPE_CHECKING:
    from competency_engine.diagnostics import Diagnostic, Position
    from competency_engine.domain.entity import PersonId
    from competency_engine.domain.library import Library

HOW: dict[str, Text] = {
    "added": say("新增", "added"),
    "removed": say("删除", "removed"),
    "changed": say("修改", "changed"),
}
KINDS: dict[str, Text] = {
    "closes_more": say("补上更多等级", "plan closes further levels"),
    "closes_less": say("少补等级", "plan no longer closes some levels"),
    "more_hours": say("学时增加", "plan takes more hours"),
    "fewer_hours": say("学时减少", "plan takes fewer hours"),
    "other_modules": say("课程不同", "plan takes other modules"),
    "other_months": say("只有月份或次序不同", "only months or order differ"),
    "newly_feasible": say("变得可行", "becomes feasible"),
    "newly_infeasible": say("变得不可行", "becomes infeasible"),
}
SIDES: dict[str, Text] = {"old": say("旧版", "old"), "new": say("新版", "new")}
_PEOPLE = say("人数；人数太少的不列", "people; counts of too few are kept back")


def documents_table(changes: Iterable[DocumentChange]) -> DataTable:
    """Return every document that differs, a changed one field by field."""
    return DataTable(
        "documents",
        say("文档的变化", "Documents that differ"),
        say("每行一份新增或删除的文档，或一个改动的字段", "an added or removed document or a changed field a row"),
        (
            label("kind", "种类", "Kind"),
            label("id", "标识", "Id"),
            label("how", "变化", "Change"),
            label("field", "字段", "Field"),
            label("old", "旧值", "Old"),
            label("new", "新值", "New"),
            label("old_place", "旧位置", "Old place"),
            label("new_place", "新位置", "New place"),
        ),
        tuple(row for change in changes for row in _document_rows(change)),
    )


def _document_rows(change: DocumentChange) -> Iterator[tuple[Cell, ...]]:
    head = (change.kind, change.id, HOW[change.how])
    if change.how != "changed":
        yield (*head, None, None, None, _place(change.old_place), _place(change.new_place))
    for one in change.fields:
        values = (_value(one.old, one.old_place), _value(one.new, one.new_place))
        yield (*head, one.path, *values, _place(one.old_place), _place(one.new_place))


def _value(value: Any, place: Position | None) -> str | None:
    """Return a plain value on one line; None where the document has none."""
    if place is None:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _place(place: Position | None) -> str | None:
    return None if place is None else f"{place.file}:{place.line}"


def plans_tables(
    tally: ChangeTally,
    changes: Sequence[PlanChange] | None,
    unreadable: Sequence[tuple[str, PersonId, Diagnostic]],
    libraries: tuple[Library, Library],
    smallest: int,
) -> Iterator[DataTable]:
    """Yield the tables of a population.

    Args:
        tally: of everyone.
        changes: plan by plan; None = people are not listed.
        unreadable: which side cannot read whom, who, and what is wrong.
        libraries: before and after.
        smallest: counts of fewer people are kept back.
    """
    yield _totals(tally, Counter(side for side, _ in {(side, person) for side, person, _ in unreadable}), smallest)
    yield _units(tally, libraries, smallest)
    yield _modules(tally, libraries, smallest)
    yield _causes(tally, smallest)
    if changes is not None:
        yield _people(changes)
        yield _unreadable(unreadable)


def _totals(tally: ChangeTally, unreadable: Mapping[str, int], smallest: int) -> DataTable:
    def hours(value: float, kind: str) -> float | None:
        return None if kept(tally.kinds[kind], smallest) is None else value

    rows: list[tuple[Cell, ...]] = [
        ("people", say("比较的人", "people compared"), tally.people),
        ("solved", say("其中重新求解的", "of these solved again"), tally.solved),
        ("changed", say("计划不同的人", "people whose plan differs"), kept(tally.changed, smallest)),
        *((kind, text, kept(tally.kinds[kind], smallest)) for kind, text in KINDS.items()),
        ("hours_gained", say("增加的学时", "hours gained"), hours(tally.hours_gained, "more_hours")),
        ("hours_lost", say("减少的学时", "hours lost"), hours(tally.hours_lost, "fewer_hours")),
    ]
    for side in ("old", "new"):
        text = say(f"只有{SIDES[side].zh}读不懂的人", f"people whom only the {SIDES[side].en} side cannot read")
        rows.append((f"unreadable_{side}", text, kept(unreadable.get(side, 0), smallest)))
    return DataTable(
        "totals",
        say("计划的变化", "Plans that differ"),
        say("每行一个总数；一人可计入几行", "a total a row; a person may count in several"),
        (
            label("id", "标识", "Id"),
            label("what", "总数", "Total"),
            Column("value", say("数", "Number"), _PEOPLE, "number"),
        ),
        tuple(rows),
    )


def _units(tally: ChangeTally, libraries: tuple[Library, Library], smallest: int) -> DataTable:
    counters = (tally.gained, tally.lost, tally.asked, tally.excused)
    goals: list[Goal] = sorted({goal for counter in counters for goal in counter})
    return DataTable(
        "levels",
        say("各单元各等级的得失", "Levels gained and lost by unit"),
        say("每行一个单元的一级；空格为人数太少", "a level of a unit a row; an empty cell stands for too few people"),
        (
            label("unit", "单元", "Unit"),
            label("title", "名称", "Title"),
            count("level", "等级", "Level"),
            count("gained", "补上的人", "Gained", say("计划新补上这一级的人", "people whose plan newly closes it")),
            count("lost", "不再补的人", "Lost", say("计划不再补这一级的人", "people whose plan closes it no more")),
            count("asked", "新缺的人", "Newly missing", say("新缺这一级的人", "people of whom it is newly missing")),
            count("excused", "不再缺的人", "No longer missing", say("不再缺这一级的人", "people who lack it no more")),
        ),
        tuple(
            (*_titled("units", goal[0], libraries), goal[1], *(kept(counter[goal], smallest) for counter in counters))
            for goal in goals
        ),
    )


def _modules(tally: ChangeTally, libraries: tuple[Library, Library], smallest: int) -> DataTable:
    return DataTable(
        "modules",
        say("各课程的得失", "Modules in and out"),
        say("每行一门课程；空格为人数太少", "a module a row; an empty cell stands for too few people"),
        (
            label("module", "课程", "Module"),
            label("title", "名称", "Title"),
            count("in", "新学的人", "In", say("计划新列入它的人", "people whose plan newly takes it")),
            count("out", "不再学的人", "Out", say("计划不再列入它的人", "people whose plan takes it no more")),
        ),
        tuple(
            (
                *_titled("modules", module, libraries),
                kept(tally.into[module], smallest),
                kept(tally.out[module], smallest),
            )
            for module in sorted({*tally.into, *tally.out})
        ),
    )


def _titled(group: str, id_: str, libraries: tuple[Library, Library]) -> tuple[Cell, Cell]:
    found = (getattr(library, group).get(id_) for library in reversed(libraries))
    return id_, next((entity.title for entity in found if entity is not None), None)


def _causes(tally: ChangeTally, smallest: int) -> DataTable:
    return DataTable(
        "causes",
        say("因哪些文档而变", "Documents behind the changes"),
        say(
            "每行一份改动的文档：计划不同、且不同之处取决于它的人",
            "a changed document a row: people whose plan differs and in whose problem what differs depends on it",
        ),
        (label("kind", "种类", "Kind"), label("id", "标识", "Id"), count("people", "人数", "People", _PEOPLE)),
        tuple(
            (kind, id_, kept(people, smallest))
            for (kind, id_), people in sorted(tally.causes.items(), key=lambda entry: (-entry[1], entry[0]))
        ),
    )


def _people(changes: Iterable[PlanChange]) -> DataTable:
    def goals(found: Iterable[Goal]) -> str:
        return " ".join(f"{unit}→{level}" for unit, level in found)

    return DataTable(
        "people",
        say("逐人的变化", "Plan by plan"),
        say("每行一份不同的计划", "a plan that differs a row"),
        (
            label("person", "学员", "Person"),
            Column("hours_old", say("旧学时", "Hours before"), say("学时", "credit hours"), "number"),
            Column("hours_new", say("新学时", "Hours now"), say("学时", "credit hours"), "number"),
            label("gained", "新补上", "Gained"),
            label("lost", "不再补", "Lost"),
            label("in", "新学", "In"),
            label("out", "不再学", "Out"),
            label("moved", "换月份", "Moved"),
            label("why", "原因", "Why"),
        ),
        tuple(
            (
                change.person,
                change.old.quarter_hours / 4,
                change.new.quarter_hours / 4,
                goals(change.gained),
                goals(change.lost),
                " ".join(change.into),
                " ".join(change.out),
                " ".join(change.moved),
                ", ".join(f"{kind} {id_}" for kind, id_ in change.causes),
            )
            for change in changes
        ),
    )


def _unreadable(unreadable: Iterable[tuple[str, PersonId, Diagnostic]]) -> DataTable:
    return DataTable(
        "unreadable",
        say("只有一方读得懂的人", "People whom only one side can read"),
        say("每行一处错误；这些人不参加比较", "an error a row; these people are not compared"),
        (
            label("side", "读不懂的一方", "Side that cannot"),
            label("person", "学员", "Person"),
            label("code", "代码", "Code"),
            label("found", "发现", "Found"),
            label("place", "位置", "Place"),
        ),
        tuple((SIDES[side], person, f.code, f.message, _place(f.position)) for side, person, f in unreadable),
    )
