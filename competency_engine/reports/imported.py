"""What an import came to → Document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.text import Text, say

TABLES: dict[str, Text] = {
    "communities": say("社区", "communities"),
    "people": say("学员", "people"),
    "sittings": say("评分", "sittings"),
    "surveys": say("需求调研", "surveys"),
    "evidence": say("评定等级", "settled levels"),
    "completions": say("完课", "completions"),
    "begun": say("在修", "begun"),
}
_MOST_CHANGES = 200
Outcome = Literal["added", "changed", "unchanged"]
FieldChange = tuple[str, tuple[str, ...], str, str, str]
"""Table, key, field, value before ("" = none), value now."""


def imported_document(
    outcomes: Mapping[str, Mapping[Outcome, int]],
    changes: Sequence[FieldChange],
    written: Sequence[str],
    empty_rows: int,
    *,
    dry_run: bool,
) -> Document:
    """Return how many rows of each table are new, changed or as they were, and every value that changes."""
    title = (
        say("导入预检：没有写入", "Import, dry run: nothing was written") if dry_run else say("导入完成", "Imported")
    )
    blocks: list[Block] = [_counts(outcomes)]
    if changes:
        blocks.append(_changes(changes))
    blocks.append(Notes(None, tuple(_lines(written, empty_rows, len(changes), dry_run=dry_run))))
    data = {
        "dry_run": dry_run,
        "tables": {kind: dict(counts) for kind, counts in outcomes.items()},
        "changes": [
            {"table": kind, "key": list(key), "field": field, "before": before or None, "after": after}
            for kind, key, field, before, after in changes
        ],
        "empty_rows": empty_rows,
        "written": list(written),
    }
    return Document(title, tuple(blocks), data)


def _counts(outcomes: Mapping[str, Mapping[Outcome, int]]) -> Table:
    columns = (say("表", "Table"), say("新增", "Added"), say("改动", "Changed"), say("未变", "Unchanged"))
    rows = tuple((TABLES[kind], *map(same, _numbers(outcomes[kind]))) for kind in TABLES if kind in outcomes)
    return Table(None, columns, rows)


def _numbers(counts: Mapping[Outcome, int]) -> tuple[int, int, int]:
    return counts["added"], counts["changed"], counts["unchanged"]


def _changes(changes: Sequence[FieldChange]) -> Table:
    columns = (
        say("表", "Table"),
        say("记录", "Row"),
        say("字段", "Field"),
        say("原值", "Before"),
        say("新值", "After"),
    )
    rows = tuple(
        (TABLES[kind], same(" ".join(filter(None, key))), same(field), same(before or "—"), same(after))
        for kind, key, field, before, after in changes[:_MOST_CHANGES]
    )
    return Table(say("改动的值", "Changed values"), columns, rows)


def _lines(written: Sequence[str], empty_rows: int, changes: int, *, dry_run: bool) -> list[Text]:
    lines = []
    if changes > _MOST_CHANGES:
        lines.append(
            say(
                f"另有 {changes - _MOST_CHANGES} 处改动，见 --format json",
                f"{changes - _MOST_CHANGES} further changes: see --format json",
            )
        )
    if empty_rows:
        lines.append(say(f"只有标识、没有填写的行：{empty_rows}", f"rows with a label and nothing else: {empty_rows}"))
    if written:
        lines.append(say(f"已写入：{'、'.join(written)}", f"written: {', '.join(written)}"))
    elif not dry_run:
        lines.append(say("没有新内容，文件未动", "nothing is new; no file was touched"))
    return lines or [say("预检通过", "the sheets can be imported")]
