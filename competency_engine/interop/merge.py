"""Entries of an import laid over those that are there: what is new, what changes, what contradicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from competency_engine.diagnostics import Diagnostic, Related, Severity
from competency_engine.interop.entries import Entry
from competency_engine.interop.grid import Trouble
from competency_engine.interop.intake import combine, join
from competency_engine.loading.tables import TableKind
from competency_engine.text import say

Outcome = Literal["added", "changed", "unchanged"]
Table = dict[tuple[str, tuple[str, ...]], Entry]


@dataclass(frozen=True)
class Change:
    """One field of a row that was there before: its value then ("" = none) and now."""

    kind: str
    key: tuple[str, ...]
    field: str
    before: str
    after: str


@dataclass
class Merged:
    """The tables after the import, what happened to each row of it, and every contradiction."""

    entries: Table
    outcomes: dict[str, dict[Outcome, int]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Trouble] = field(default_factory=list)

    @property
    def touched(self) -> tuple[str, ...]:
        """The tables in which a row is new or changed."""
        return tuple(kind for kind, counts in self.outcomes.items() if counts["added"] or counts["changed"])


def merge(present: Table, arriving: Table, own_files: Mapping[TableKind, str], *, replace: bool) -> Merged:
    """Return ``present`` with ``arriving`` laid over it.

    A blank cell says nothing: it never removes a value. A blank that gets filled is a change; a value that becomes another is
    a conflict unless ``replace``, and always one when it stands in a file that is not the import's to write.

    Args:
        present: every row that the folder of people holds.
        arriving: the rows of the import.
        own_files: the file of each table that the import writes, as diagnostics call it.
        replace: whether a value may take the place of another.
    """
    merged = Merged(dict(present))
    for key, entry in arriving.items():
        earlier = present.get(key)
        counts = merged.outcomes.setdefault(entry.kind, {"added": 0, "changed": 0, "unchanged": 0})
        if earlier is None:
            counts["added"] += 1
            merged.entries[key] = entry
            continue
        changes = _changes(earlier, entry)
        if not changes:
            counts["unchanged"] += 1
            continue
        is_own = earlier.start.file == own_files[entry.kind]
        refused = [change for change in changes if not is_own or (change.before and not replace)]
        merged.conflicts += (_conflict(change, earlier, entry, is_own=is_own) for change in refused)
        counts["changed"] += 1
        merged.changes += changes
        merged.entries[key] = join(earlier, entry)
    return merged


def _changes(earlier: Entry, entry: Entry) -> list[Change]:
    return [
        Change(entry.kind, entry.key, name, earlier.values.get(name, ""), value)
        for name, value in entry.values.items()
        if not _same(earlier.values.get(name, ""), value)
    ]


def _same(before: str, after: str) -> bool:
    """Return whether two canonical texts say the same; in a list the order says nothing."""
    return before == after or (";" in before and sorted(before.split(";")) == sorted(after.split(";")))


def _conflict(change: Change, earlier: Entry, entry: Entry, *, is_own: bool) -> Trouble:
    if is_own:
        mend = say(
            "确认新值正确后，加上 --replace 再导入；否则改正这一格",
            "if the new value is right, import again with --replace; otherwise mend the cell",
        )
    else:
        mend = say(
            f"改 {earlier.start.file} 里的那一条，或改正这一格", f"change it in {earlier.start.file}, or mend the cell"
        )
    before, after = change.before or "—", change.after
    diagnostic = Diagnostic(
        "SHT08",
        Severity.ERROR,
        entry.places.get(change.field, entry.start),
        say(
            f"{change.field} 已有的值是 {before}，这里是 {after}",
            f"{change.field} is {before} already; here it is {after}",
        ),
        say("与已有的一致", "what is there already"),
        mend,
        (Related(earlier.start, say("已有的在这里", "what is there already")),),
    )
    row, column = entry.cells.get(change.field) or next(iter(entry.cells.values()), (0, 0))
    return Trouble(entry.grid, row, column, diagnostic)


def table_of(entries: Iterable[Entry]) -> tuple[Table, list[Diagnostic]]:
    """Return entries that are there already by key, and what contradicts itself among them."""
    troubles: list[Trouble] = []
    table = combine(entries, troubles)
    return table, [found.diagnostic for found in troubles]
