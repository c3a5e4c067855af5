"""What became of what is recorded of people → tables, and a Document with the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from competency_engine.assessment.migration import Fate
from competency_engine.assessment.successors import Reason
from competency_engine.diagnostics import Position
from competency_engine.domain.entity import PersonId
from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.reports.tables import Cell, Column, DataTable, count, label, shown, table_data
from competency_engine.text import Text, say

RECORDS: dict[str, Text] = {
    "level": say("评定等级", "settled level"),
    "score": say("评分", "score"),
    "importance": say("重要度", "importance"),
    "problem": say("难题", "problem"),
    "completed": say("已完成的课程", "module completed"),
    "begun": say("在修的课程", "module begun"),
}
REASONS: dict[Reason, Text] = {
    "unknown": say("现在没有这个 id，也没有写明由谁接替", "nothing has this id now, and nothing says what replaced it"),
    "dropped": say("单元已取消，无接替", "the unit was dropped, and nothing replaced it"),
    "related": say("只有相关的单元，不折算", "its units are only related, and nothing counts"),
    "incomplete": say(
        "是整体的一部分，其余部分没有同期的记录", "a part of a whole of which other parts are not recorded"
    ),
    "superseded": say(
        "其余部分评定之前已有更新的等级", "a later level took its place before the other parts were settled"
    ),
    "scale": say(
        "评分超出范围，或不是等级，无法折算", "the score is out of range, or no level, and cannot be counted as one"
    ),
    "differs": say("各部分说法不同", "the parts say different things"),
    "taken": say("接替的单元同时也有评分", "the unit that replaced it was scored at the same time"),
    "item": say("题目或观察点已不在评估工具里", "the item is in the instrument no more"),
    "instrument": say("评估工具已不存在", "the instrument is gone"),
}
_WHERE = (
    label("file", "文件", "File"),
    count("line", "行", "Line", say("行号", "number of the line")),
    label("person", "学员", "Person"),
)
_WHAT = (
    label("record", "记录", "Record"),
    label("key", "单元、题目或课程", "Unit, item or module"),
    label("value", "值", "Value"),
    label("date", "日期", "Date"),
)
UNMAPPED = DataTable(
    "unmapped",
    say("没有去处的记录", "Records with nowhere to go"),
    say("每行一条；都不在新的学员文件里", "a record a row; none of them is in the new people"),
    (*_WHERE, *_WHAT, label("reason", "原因", "Reason")),
    (),
)
CARRIED = DataTable(
    "carried",
    say("转换的记录", "Records carried over"),
    say("每行一条旧记录和它算作的一条新记录", "an old record and one that it counts as a row"),
    (
        *_WHERE,
        *_WHAT,
        label("new_key", "现在的单元或题目", "Unit or item now"),
        label("new_value", "现在的值", "Value now"),
    ),
    (),
)
PLANS = DataTable(
    "plans",
    say("要重新制定的计划", "Plans to be made again"),
    say("每行一份；都不在新的计划文件里", "a plan a row; none of them is in the new file of plans"),
    (*_WHERE, label("reason", "原因", "Reason")),
    (),
)


def rows_of(fate: Fate, person: PersonId, place: Position) -> Iterator[tuple[DataTable, tuple[Cell, ...]]]:
    """Yield the rows of one record, each with its table."""
    recorded = fate.recorded
    what = (RECORDS[recorded.kind], recorded.key, recorded.value, recorded.date)
    head: tuple[Cell, ...] = (place.file, place.line, person, *what)
    if fate.reason is not None:
        yield UNMAPPED, (*head, REASONS[fate.reason])
    yield from ((CARRIED, (*head, key, value)) for key, value in fate.becomes)


@dataclass
class MigrationSums:
    """What a migration came to.

    Attributes:
        people: how many.
        kept: records that stayed as they were.
        carried: records that count as others now.
        unmapped: records with nowhere to go, by kind and reason.
        plans: plans read; None = none were asked about.
        plans_kept: plans that are what they would be if they were made now.
    """

    people: int = 0
    kept: int = 0
    carried: int = 0
    unmapped: Counter[tuple[str, Reason]] = field(default_factory=Counter)
    plans: int | None = None
    plans_kept: int = 0

    @property
    def read(self) -> int:
        """All records that were read; each of them is kept, carried over or listed."""
        return self.kept + self.carried + self.unmapped.total()

    def add(self, kept: int, fates: Sequence[Fate]) -> None:
        """Count one person."""
        self.people += 1
        self.kept += kept
        for fate in fates:
            if fate.reason is None:
                self.carried += 1
            else:
                self.unmapped[fate.recorded.kind, fate.reason] += 1


def migration_document(sums: MigrationSums, notes: Sequence[Text]) -> Document:
    """Return the sums, why records have nowhere to go, and what to do next."""
    tables = [_totals(sums), _reasons(sums)]
    blocks: list[Block] = [_table(table) for table in tables if table.rows]
    blocks += [Notes(None, tuple(notes))] if notes else []
    data = {"tables": {table.id: table_data(table) for table in tables}}
    return Document(say("记录转到现有单元", "Records carried over to the units of now"), tuple(blocks), data)


def _totals(sums: MigrationSums) -> DataTable:
    rows: list[tuple[Cell, ...]] = [
        ("people", say("学员", "people"), sums.people),
        ("read", say("读到的记录", "records read"), sums.read),
        ("kept", say("照旧", "as they were"), sums.kept),
        ("carried", say("转换", "carried over"), sums.carried),
        ("unmapped", say("没有去处，已列出", "with nowhere to go, listed"), sums.unmapped.total()),
    ]
    if sums.plans is not None:
        rows += [
            ("plans", say("读到的计划", "plans read"), sums.plans),
            ("plans_kept", say("仍然成立", "that still stand"), sums.plans_kept),
            ("plans_again", say("要重新制定，已列出", "to be made again, listed"), sums.plans - sums.plans_kept),
        ]
    return DataTable(
        "totals",
        say("总数", "Totals"),
        say("每行一个总数", "a total a row"),
        (label("id", "标识", "Id"), label("what", "总数", "Total"), count("number", "数", "Number")),
        tuple(rows),
    )


def _reasons(sums: MigrationSums) -> DataTable:
    order = [*REASONS]
    return DataTable(
        "reasons",
        say("没有去处的原因", "Why records have nowhere to go"),
        say("每行一种记录和一种原因", "a kind of record and a reason a row"),
        (label("record", "记录", "Record"), label("reason", "原因", "Reason"), count("records", "条数", "Records")),
        tuple(
            (RECORDS[kind], REASONS[reason], number)
            for (kind, reason), number in sorted(
                sums.unmapped.items(), key=lambda entry: ([*RECORDS].index(entry[0][0]), order.index(entry[0][1]))
            )
        ),
    )


def _table(table: DataTable) -> Table:
    columns: tuple[Column, ...] = table.columns[1:] if table.id == "totals" else table.columns
    first = len(table.columns) - len(columns)
    rows = tuple(
        tuple(shown(cell, column) or same("") for cell, column in zip(row[first:], columns, strict=True))
        for row in table.rows
    )
    return Table(table.title, tuple(column.title for column in columns), rows)
