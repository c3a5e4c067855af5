"""Entries of an import laid over those that are there: what is new, what changes, what contradicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from competency_engine.diagnostics import Diagnostic, Related
from competency_engine.interop.combining import GIVE_LABELS, Table, combine, is_unlabelled, join, trouble_of
from competency_engine.interop.entries import Entry
from competency_engine.interop.grid import Trouble
from competency_engine.loading.tables import TableKind
from competency_engine.text import Text, say

Outcome = Literal["added", "changed", "unchanged"]


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


def merge(
    present: Table,
    arriving: Table,
    own_files: Mapping[TableKind, str],
    rated_by_others: Collection[str],
    *,
    replace: bool,
) -> Merged:
    """Return ``present`` with ``arriving`` laid over it.

    A blank cell says nothing: it never removes a value. A blank that gets filled is a change; a value that becomes another is
    a conflict unless ``replace``, and always one when it stands in a file that is not the import's to write.

    Args:
        present: every row that the folder of people holds.
        arriving: the rows of the import.
        own_files: the file of each table that the import writes, as diagnostics call it.
        rated_by_others: instruments with which somebody else rates the person.
        replace: whether a value may take the place of another.
    """
    merged = Merged(dict(present))
    for key, entry in _recognise_raters(present, arriving, rated_by_others, merged.conflicts).items():
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
        mend = _mend(earlier, is_own=is_own, unlabelled=is_unlabelled(entry, rated_by_others))
        merged.conflicts += (_conflict(change, earlier, entry, mend) for change in refused)
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


def _recognise_raters(
    present: Table, arriving: Table, rated_by_others: Collection[str], conflicts: list[Trouble]
) -> Table:
    """Return ``arriving`` with each rater without a label under the key that the same ratings have in ``present``.

    Why a conflict where one side does not hold the other: a row that is not there could be another rater, or one that is there
    already, mended; taking it for another would count one rater twice.
    """
    found, there = dict(arriving), _without_label(present, rated_by_others)
    for record, entries in _without_label(arriving, rated_by_others).items():
        others = {other.content: other for other in there.get(record, ())}
        if not others or len(entries) == len(there[record]) == 1:
            continue
        new = [entry for entry in entries if entry.content not in others]
        if new and others.keys() - {entry.content for entry in entries}:
            conflicts += (_which_rater(entry, there[record][0]) for entry in new)
        for entry in entries:
            if entry.content in others:
                found["sittings", others[entry.content].key] = found.pop(("sittings", entry.key))
    return found


def _without_label(table: Table, rated_by_others: Collection[str]) -> dict[tuple[str, ...], list[Entry]]:
    found: dict[tuple[str, ...], list[Entry]] = {}
    for entry in table.values():
        if is_unlabelled(entry, rated_by_others):
            found.setdefault(entry.record, []).append(entry)
    return found


def _which_rater(entry: Entry, earlier: Entry) -> Trouble:
    texts = (
        say(
            "已有同日的评分，也没有评分者代号：不知道这一行是另一位评分者，还是改正",
            "ratings of this day without the label of a rater are there already: is this another rater, or one mended?",
        ),
        say("与已有的一致，或有评分者代号", "what is there already, or the label of a rater"),
        say(
            f"{GIVE_LABELS.zh}，已有的在 {earlier.start.file} 里补；若是改正，改那里的那一行",
            f"{GIVE_LABELS.en}, those there already in {earlier.start.file}; to mend one, change its row there",
        ),
    )
    return trouble_of(entry, "person", texts, (Related(earlier.start, say("已有的在这里", "what is there already")),))


def _mend(earlier: Entry, *, is_own: bool, unlabelled: bool) -> Text:
    mend = say(
        f"改 {earlier.start.file} 里的那一条，或改正这一格", f"change it in {earlier.start.file}, or mend the cell"
    )
    if is_own:
        mend = say(
            "确认新值正确后，加上 --replace 再导入；否则改正这一格",
            "if the new value is right, import again with --replace; otherwise mend the cell",
        )
    return say(f"{mend.zh}；{GIVE_LABELS.zh}", f"{mend.en}; {GIVE_LABELS.en}") if unlabelled else mend


def _conflict(change: Change, earlier: Entry, entry: Entry, mend: Text) -> Trouble:
    before, after = change.before or "—", change.after
    texts = (
        say(
            f"{change.field} 已有的值是 {before}，这里是 {after}",
            f"{change.field} is {before} already; here it is {after}",
        ),
        say("与已有的一致", "what is there already"),
        mend,
    )
    there = Related(earlier.start, say("已有的在这里", "what is there already"))
    return trouble_of(entry, change.field, texts, (there,))


def table_of(entries: Iterable[Entry], rated_by_others: Collection[str]) -> tuple[Table, list[Diagnostic]]:
    """Return entries that are there already by key, and what contradicts itself among them."""
    troubles: list[Trouble] = []
    table = combine(entries, troubles, rated_by_others)
    return table, [found.diagnostic for found in troubles]
