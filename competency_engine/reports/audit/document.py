"""An audit → its tables, and a Document with what to read first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from competency_engine.reports.audit.coverage import (
    LEVELS,
    findings_table,
    owners_table,
    steps_table,
)
from competency_engine.reports.audit.observed import observed_tables
from competency_engine.reports.audit.people import people_tables
from competency_engine.reports.audit.reading import left_out_note, total
from competency_engine.reports.audit.reading import place as position
from competency_engine.reports.audit.structure import LAYERS, structure_tables
from competency_engine.reports.audit.supply import supply_tables
from competency_engine.reports.document import Bars, Block, Document, Notes, Table, same
from competency_engine.reports.tables import Cell, DataTable, shown, table_data
from competency_engine.text import Text, say

if TYPE_CHECKING:
    from competency_engine.audit.summary import Audit

FIRST_FINDINGS = 20
FIRST_ROWS = 10


def audit_tables(audit: Audit, smallest: int) -> tuple[DataTable, ...]:
    """Return every table of ``audit``; of a population, counts of fewer than ``smallest`` people are kept back, and of one that small everything."""
    library = audit.library
    told = audit.tally if audit.tally is not None and audit.tally.people >= smallest else None
    own = (
        findings_table(audit.findings),
        steps_table(audit.coverage, library),
        owners_table(audit.coverage, library),
        *structure_tables(audit.layers),
        *supply_tables(audit.coverage, library, told, smallest),
    )
    if told is None or audit.observed is None:
        return own
    return (
        *own,
        *people_tables(told, library, smallest),
        *observed_tables(audit.observed, library, smallest),
    )


def audit_document(audit: Audit, tables: Sequence[DataTable]) -> Document:
    """Return what to read first: numbers, the worst findings, the heads of the other tables; its data are all tables, whole."""
    by_id = {table.id: table for table in tables}
    blocks: list[Block] = [
        _summary(audit, by_id),
        _head(by_id["findings"], FIRST_FINDINGS, _FINDING_COLUMNS),
    ]
    blocks.append(_head(by_id["owners"], len(by_id["owners"].rows)))
    blocks.append(_structure(audit))
    heads = (_head(by_id[name], FIRST_ROWS) for name in ("bottlenecks", "requisite_faults"))
    blocks += [head for head in (*heads, _thin(by_id["thickness"])) if head.rows]
    if "gaps" in by_id:
        blocks.append(
            _most(by_id["gaps"], "people", FIRST_ROWS, ("unit", "title", "people", "share", "levels", "open"))
        )
        blocks.append(_bars(by_id["demand_months"]))
        blocks.append(
            _most(by_id["demand_modules"], "seats", FIRST_ROWS, ("module", "title", "seats", "hours", "classes"))
        )
        blocks.append(_most(by_id["unserved"], "people", FIRST_ROWS))
        blocks.append(_most(by_id["staffing"], "class_hours", FIRST_ROWS))
        blocks.append(_clear(by_id["groups"]))
    data = {
        "library": audit.library_hash,
        "curriculum": audit.library.curriculum.id,
        "as_of": audit.as_of.isoformat(),
        "people": audit.tally.people if audit.tally is not None and "gaps" in by_id else None,
        "left_out": len(audit.tally.left_out) if audit.tally is not None else 0,
        "tables": {table.id: table_data(table) for table in tables},
    }
    title = audit.library.curriculum.title
    return Document(say(f"{title.zh}：覆盖审计", f"Coverage audit of {title.en}"), tuple(blocks), data)


_FINDING_COLUMNS = ("rank", "level", "subject", "title", "severity", "message", "place")


def _summary(audit: Audit, tables: Mapping[str, DataTable]) -> Notes:
    coverage = audit.coverage
    required = coverage.required
    counts = {level: sum(finding.level == level for finding in audit.findings) for level in LEVELS}
    found_zh = "、".join(f"{LEVELS[level].zh} {n}" for level, n in counts.items())
    found_en = ", ".join(f"{n} {LEVELS[level].en}s" for level, n in counts.items())
    taught, reachable = sum(bool(step.modules) for step in required), sum(step.reachable for step in required)
    lines = [
        say(
            f"要求的 {len(required)} 级能力中：{taught} 级有课程，{reachable} 级从零可达",
            f"of {len(required)} required steps {taught} are taught and {reachable} can be reached from nothing",
        ),
        say(f"发现：{found_zh}", f"found: {found_en}"),
    ]
    if audit.tally is not None and "gaps" not in tables:
        lines.append(say("人数太少，不显示任何数", "there are too few people to show any number"))
    elif audit.tally is not None:
        goals, open_ = total(tables["gaps"], "levels"), total(tables["gaps"], "open")
        lines.append(
            say(
                f"{audit.tally.people} 人；列出的缺 {goals} 级，按最优计划仍缺 {open_} 级",
                f"{audit.tally.people} people; {goals} missing levels are listed, {open_} of them still open after the best plans",
            )
        )
    if audit.tally is not None and audit.tally.left_out:
        lines.append(left_out_note(len(audit.tally.left_out)))
    return Notes(None, tuple(lines))


def _structure(audit: Audit) -> Table:
    columns = (
        say("层", "Layer"),
        say("个数", "Nodes"),
        say("先修关系", "Requisites"),
        say("结构复杂度", "Complexity"),
        say("最阻断", "Blocks most"),
        say("最长链", "Longest chain"),
    )
    rows = []
    for layer in audit.layers:
        metrics = layer.metrics
        worst = metrics.blocking.highest_at[0] if metrics is not None and metrics.blocking.highest_at else ""
        rows.append(
            (
                LAYERS[layer.layer],
                same(len(layer.requisites.courses)),
                same(len(layer.requisites.known)),
                same(f"{metrics.complexity.total:g}") if metrics is not None else say("有环", "cyclic"),
                same(f"{worst} ({metrics.blocking.highest})") if metrics is not None else same(""),
                same(" → ".join(layer.chain)),
            )
        )
    return Table(say("结构", "Structure"), columns, tuple(rows))


def _head(table: DataTable, most: int, ids: Sequence[str] = ()) -> Table:
    """Return the first rows of a table, in the columns ``ids`` (none = all)."""
    places = [index for index, column in enumerate(table.columns) if not ids or column.id in ids]
    rows = tuple(tuple(_text(table, row[index], index) for index in places) for row in table.rows[:most])
    rest = len(table.rows) - len(rows)
    title = table.title
    if rest > 0:
        title = say(
            f"{title.zh}（前 {most} 行，共 {len(table.rows)} 行）", f"{title.en} (first {most} of {len(table.rows)})"
        )
    return Table(title, tuple(table.columns[index].title for index in places), rows)


def _most(table: DataTable, column: str, most: int, ids: Sequence[str] = ()) -> Table:
    """Return the rows with the largest numbers in ``column``."""
    place = position(table, column)
    rows = sorted(table.rows, key=lambda row: -_number(row[place]))
    return _head(DataTable(table.id, table.title, table.meaning, table.columns, tuple(rows)), most, ids)


def _thin(table: DataTable) -> Table:
    """Return the thin steps, the thinnest first."""
    ratio, thin = position(table, "ratio"), position(table, "thin")
    rows = tuple(sorted((row for row in table.rows if row[thin]), key=lambda row: _number(row[ratio])))
    title = say("教得薄的能力级", "Steps that are thin against demand")
    ids = ("unit", "title", "level", "modules", "hours", "asking", "ratio")
    return _head(DataTable(table.id, title, table.meaning, table.columns, rows), FIRST_ROWS, ids)


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _clear(table: DataTable) -> Table:
    """Return the differences between groups whose interval leaves out 0."""
    rows = tuple(row for row in table.rows if row[-1])
    title = say("与其余人差别明显的组", "Groups that clearly differ from everybody else")
    ids = ("grouping", "group", "measure", "people", "mean", "difference", "difference_low", "difference_high")
    return _head(DataTable(table.id, title, table.meaning, table.columns, rows), len(rows), ids)


def _bars(table: DataTable) -> Bars:
    bars = tuple((same(row[0]), float(row[1]), same(row[1])) for row in table.rows if isinstance(row[1], int))
    return Bars(say("各月人次", "Seats by month"), bars)


def _text(table: DataTable, cell: Cell, index: int) -> Text:
    return shown(cell, table.columns[index]) or same("")
