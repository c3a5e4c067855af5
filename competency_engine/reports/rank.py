"""Single changes ranked by the gap hours that they close → tables, and a Document with each change as a file for `whatif`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from competency_engine.audit.candidates import (
    Candidate,
    DropRequisite,
    RaiseBudget,
    WriteModule,
    change_of,
    dropped_requirement,
)
from competency_engine.audit.plan_changes import ChangeTally, Goal
from competency_engine.audit.ranking import Ranked, RankTally, rank_changes, ranked_change
from competency_engine.domain.library import Library
from competency_engine.reports.audit.people import summed
from competency_engine.reports.document import Block, Code, Document, Notes, Table, same
from competency_engine.reports.places import requirement_text
from competency_engine.reports.tables import Cell, Column, DataTable, count, kept, label, shown, table_data
from competency_engine.text import Text, say

KINDS: dict[type, Text] = {
    WriteModule: say("新写课程", "write a module"),
    DropRequisite: say("去掉先修", "drop a prerequisite"),
    RaiseBudget: say("放宽预算（参照）", "raise the budget (yardstick)"),
}
_HOURS = say("学时；人数太少的不列", "credit hours; of too few people kept back")
_PEOPLE = say("人数；太少的不列", "people; too few are kept back")


def rank_tables(
    tally: RankTally,
    candidates: Sequence[Candidate],
    hours: dict[Goal, float],
    library: Library,
    top: int,
    smallest: int,
) -> tuple[DataTable, DataTable]:
    """Return the ranking and the totals.

    Args:
        tally: of everyone.
        candidates: every change that was tried.
        hours: what each level weighs.
        library: as it is.
        top: how many changes of each kind are shown.
        smallest: a change whose gap hours rest on fewer people is not shown, nor are counts of fewer.
    """
    found = rank_changes(tally, candidates, hours, library)
    telling = [ranked for ranked in found if _rests_on_enough(ranked.tally, smallest)]
    yardstick = [
        ranked_change(candidate, tally.changes.get(place, ChangeTally(people=tally.people)), hours, library)
        for place, candidate in enumerate(candidates)
        if isinstance(candidate, RaiseBudget)
    ]
    rows = (*_first_of_each_kind(telling, top), *((None, ranked) for ranked in yardstick))
    ranking = _ranking(rows, library, smallest)
    return ranking, _totals(tally, candidates, hours, len(found), len(telling), smallest)


def _first_of_each_kind(ranked: Sequence[Ranked], top: int) -> Iterator[tuple[int, Ranked]]:
    """Yield the first ``top`` of each kind with their rank among all."""
    seen: Counter[type] = Counter()
    for rank, one in enumerate(ranked, start=1):
        seen[type(one.candidate)] += 1
        if seen[type(one.candidate)] <= top:
            yield rank, one


def _rests_on_enough(tally: ChangeTally, smallest: int) -> bool:
    """Return whether the people who gain levels, or those who lose some, are enough for their sum to tell of nobody."""
    return summed((tally.kinds["closes_more"], tally.kinds["closes_less"]), smallest) is not None


def _ranking(rows: Sequence[tuple[int | None, Ranked]], library: Library, smallest: int) -> DataTable:
    return DataTable(
        "ranking",
        say("单项改动的排名", "Single changes ranked"),
        say(
            "每行一项改动；没有名次的一行是参照：人人每年多几学时",
            "a change a row; the row without a rank is a yardstick: some hours a year more for everybody",
        ),
        (
            count("rank", "名次", "Rank"),
            label("kind", "种类", "Kind"),
            label("change", "改动", "Change"),
            Column(
                "gap_hours",
                say("补上的差距学时", "Gap hours closed"),
                say(
                    "Σ（新补上的人 − 不再补上的人）× 该级同类课程学时的中位数",
                    "Σ (people who newly close a level − people who no longer do) × median hours of what teaches its like",
                ),
                "number",
            ),
            count(
                "levels", "补上的级数", "Levels closed", say("新补上减去不再补上", "newly closed less no longer closed")
            ),
            count("weight", "权重", "Weight", say("级数 × 单元权重", "levels × weight of the unit")),
            count("gaining", "补上更多的人", "People who close more", _PEOPLE),
            count("changed", "计划不同的人", "People whose plan differs", _PEOPLE),
            Column("hours_gained", say("增加的学时", "Hours gained"), _HOURS, "number"),
            Column("hours_lost", say("减少的学时", "Hours lost"), _HOURS, "number"),
            count("taught_by", "现有课程", "Taught by", say("现在教这一步的课程", "modules that teach the step now")),
            label("file", "改动文件", "File of changes"),
        ),
        tuple(_row(rank, ranked, library, smallest) for rank, ranked in rows),
    )


def _row(rank: int | None, ranked: Ranked, library: Library, smallest: int) -> tuple[Cell, ...]:
    tally, candidate = ranked.tally, ranked.candidate
    told = _rests_on_enough(tally, smallest)
    more, fewer, gaining, losing = (
        kept(tally.kinds[kind], smallest) for kind in ("more_hours", "fewer_hours", "closes_more", "closes_less")
    )
    return (
        rank,
        KINDS[type(candidate)],
        change_title(candidate, library),
        ranked.gap_hours if told else None,
        ranked.levels if told else None,
        ranked.weight if told else None,
        gaining if losing is not None else None,
        kept(tally.changed, smallest),
        None if more is None else tally.hours_gained,
        None if fewer is None else tally.hours_lost,
        candidate.taught_by if isinstance(candidate, WriteModule) else None,
        change_text(change_of(candidate, library)),
    )


def change_title(candidate: Candidate, library: Library) -> Text:
    """Return ``candidate`` in words."""
    if isinstance(candidate, RaiseBudget):
        return say(f"每年 {candidate.hours_per_year:g} 学时", f"{candidate.hours_per_year:g} credit hours a year")
    if isinstance(candidate, WriteModule):
        title, hours = library.units[candidate.unit].title, candidate.module.hours
        return say(
            f"{candidate.unit} {title.zh} 到 {candidate.level} 级，{hours:g} 学时",
            f"{candidate.unit} {title.en} to level {candidate.level}, {hours:g} hours",
        )
    kind, id_, _ = candidate.entry
    needed = dropped_requirement(candidate.entry, library)
    if isinstance(needed, str):
        return say(f"专题 {id_} 不再先修专题 {needed}", f"topic {id_} no longer after topic {needed}")
    if kind == "unit":
        return say(
            f"单元 {id_} 三级以上不再要求 {needed.unit} {needed.level} 级",
            f"unit {id_}, level 3 and above, no longer after {needed.unit} at level {needed.level}",
        )
    text = requirement_text(needed)
    return say(f"课程 {id_} 不再要求：{text.zh}", f"module {id_} no longer after: {text.en}")


def change_text(change: dict[str, Any]) -> str:
    """Return a file of changes as YAML, an entry a line."""

    def lines() -> Iterator[str]:
        for section, value in change.items():
            if isinstance(value, list):
                yield f"{section}:"
                yield from (f"  - {json.dumps(entry, ensure_ascii=False)}" for entry in value)
            else:
                yield f"{section}: {json.dumps(value)}"

    return "".join(f"{line}\n" for line in lines())


def _totals(
    tally: RankTally,
    candidates: Sequence[Candidate],
    hours: dict[Goal, float],
    closing: int,
    telling: int,
    smallest: int,
) -> DataTable:
    tried = {kind: sum(isinstance(candidate, kind) for candidate in candidates) for kind in KINDS}
    lacking = kept(tally.lacking, smallest) if tally.people >= smallest else None
    open_hours = sum(people * hours.get(goal, 0.0) for goal, people in sorted(tally.open.items()))
    rows: tuple[tuple[Cell, ...], ...] = (
        ("people", say("人数", "people"), tally.people),
        ("lacking", say("最优计划仍留有差距的人", "people whose best plan leaves a level open"), lacking),
        (
            "open_levels",
            say("留下的级数", "levels left open"),
            None if lacking is None else tally.open.total(),
        ),
        ("open_gap_hours", say("留下的差距学时", "gap hours left open"), None if lacking is None else open_hours),
        ("modules", say("试过：新写课程", "tried: modules to write"), tried[WriteModule]),
        ("requisites", say("试过：去掉先修", "tried: prerequisites to drop"), tried[DropRequisite]),
        ("closing", say("能补上差距学时的改动", "changes that close gap hours"), closing),
        (
            "kept_back",
            say("其中人数太少而不列的", "of these not shown, since too few people gain or lose"),
            closing - telling,
        ),
        ("solved", say("求解的计划", "plans made"), tally.solved),
        (
            "one_by_one",
            say("逐项逐人求解则为", "plans that trying one by one takes"),
            tally.people * (len(candidates) + 1),
        ),
    )
    return DataTable(
        "totals",
        say("总数", "Totals"),
        say("每行一个总数", "a total a row"),
        (
            label("id", "标识", "Id"),
            label("what", "总数", "Total"),
            Column("value", say("数", "Number"), _PEOPLE, "number"),
        ),
        rows,
    )


def rank_document(tables: tuple[DataTable, DataTable], library_hash: str) -> Document:
    """Return what to read: the ranking, each change to copy into a file, the totals; its data are both tables, whole."""
    ranking, totals = tables
    blocks: list[Block] = []
    if not any(row[0] is not None for row in ranking.rows):
        nothing = say("没有哪一项改动能多补足够多的人的差距", "no single change closes further gaps of enough people")
        blocks.append(Notes(None, (nothing,)))
    if ranking.rows:
        blocks.append(_shown(ranking, without=("file",)))
    blocks.append(Notes(say("怎么读", "How to read it"), _REMARKS))
    file = [column.id for column in ranking.columns].index("file")
    blocks += [Code(_file_title(row), str(row[file])) for row in ranking.rows]
    blocks.append(_shown(totals, without=("id",)))
    data = {"library": library_hash, "tables": {table.id: table_data(table) for table in tables}}
    title = say("哪一项改动补上的差距学时最多", "Which single change closes most gap hours")
    return Document(title, tuple(blocks), data)


_REMARKS = (
    say(
        "每项单独计算，不能相加：两项补的可能是同一处。数字取自所有人的最优计划，与 whatif 对同一改动的答案一致",
        "each change counts alone and they do not add up, since two may close the same; the numbers are those of "
        "everybody's best plans, as whatif gives them for the same change",
    ),
    say(
        "待写课程的学时、相、方式和形式取自同层同级的现有课程（学时为中位数），除低一级外不设先修；写出来的课可能更长",
        "hours, phase, mode and form of a module to write are those of its peers (the median, the most frequent), and it "
        "asks for nothing but one level below; the one that you write may be longer",
    ),
    say(
        "先修写下来有它的理由：去掉之前先看它的 reason，再看 audit 里“数据与模型”的 prerequisites 一表",
        "somebody wrote a prerequisite for a reason: before you drop it, read that, and the table prerequisites of audit, "
        "which holds the data against the model",
    ),
)


def _file_title(row: tuple[Cell, ...]) -> Text:
    rank, title = row[0], row[2]
    assert isinstance(title, Text)
    if rank is None:
        return say(f"参照：{title.zh}", f"Yardstick: {title.en}")
    return say(f"{rank}. {title.zh}（存成文件，交给 whatif）", f"{rank}. {title.en} (a file for whatif)")


def _shown(table: DataTable, without: tuple[str, ...]) -> Table:
    places = [place for place, column in enumerate(table.columns) if column.id not in without]
    columns = [table.columns[place] for place in places]
    rows = tuple(tuple(shown(row[place], table.columns[place]) or same("") for place in places) for row in table.rows)
    return Table(table.title, tuple(column.title for column in columns), rows)
