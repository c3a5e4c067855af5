"""Rows of one record: those that add up, those that contradict one another, and ratings by raters without a label.

Ratings of one person by one instrument on one day, without the label of a rater, are one rater's as long as no unit or item is
scored twice. Where one is, each row of a wide sheet is the sheet of paper of a rater of its own; the rows of a long sheet are
one sheet of paper together. Two that say the same could be one pasted twice, so they are refused in an import.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import reduce

from competency_engine.diagnostics import Diagnostic, Related, Severity
from competency_engine.interop.columns import shorten
from competency_engine.interop.entries import Entry
from competency_engine.interop.grid import Trouble
from competency_engine.text import Text, say

Table = dict[tuple[str, tuple[str, ...]], Entry]
"""Entries by table and key."""
GIVE_LABELS = say(
    "若是两位评分者，在“评分者”列各填代号（如 评1、评2）",
    "if these are two raters, give each a label in the column Rater (as r1, r2)",
)


def combine(entries: Iterable[Entry], troubles: list[Trouble], rated_by_others: Collection[str]) -> Table:
    """Return the entries by table and key, adding to ``troubles`` whatever contradicts itself.

    Rows of one key add up, and two different values of one field are a trouble; raters without a label are told apart.

    Args:
        entries: the rows, in any order.
        troubles: the list to add to.
        rated_by_others: instruments with which somebody else rates the person.
    """
    found: Table = {}
    without_label: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        unlabelled = is_unlabelled(entry, rated_by_others)
        if unlabelled and not entry.is_long:
            without_label.setdefault(entry.record, []).append(entry)
        else:
            _add(found, entry, troubles, unlabelled=unlabelled)
    for record, rows in without_label.items():
        long = found.pop(("sittings", record), None)
        for entry in _told_apart([long, *rows] if long else rows, troubles):
            found["sittings", entry.key] = entry
    return found


def is_unlabelled(entry: Entry, rated_by_others: Collection[str]) -> bool:
    """Return whether ``entry`` is a rating by somebody else who has no label."""
    return (
        entry.kind == "sittings" and "rater" not in entry.values and entry.values.get("source", "") in rated_by_others
    )


def join(earlier: Entry, later: Entry) -> Entry:
    """Return one row with what both say; where both speak, the later one."""
    return Entry(
        later.kind,
        {**earlier.values, **later.values},
        later.start,
        {**earlier.places, **later.places},
        {**earlier.heads, **later.heads},
        later.grid,
        {**(earlier.cells if earlier.grid is later.grid else {}), **later.cells},
    )


def trouble_of(entry: Entry, name: str, texts: tuple[Text, Text, Text], related: tuple[Related, ...]) -> Trouble:
    """Return the contradiction in the field ``name`` of ``entry``, at its cell."""
    diagnostic = Diagnostic("SHT08", Severity.ERROR, entry.places.get(name, entry.start), *texts, related)
    row, column = entry.cells.get(name) or next(iter(entry.cells.values()), (0, 0))
    return Trouble(entry.grid, row, column, diagnostic)


def _add(found: Table, entry: Entry, troubles: list[Trouble], *, unlabelled: bool) -> None:
    key = (entry.kind, entry.key)
    earlier = found.get(key)
    if earlier is None:
        found[key] = entry
        return
    clashes = [name for name, value in entry.values.items() if earlier.values.get(name, value) != value]
    troubles += (_clash(entry, earlier, name, unlabelled=unlabelled) for name in clashes)
    if not clashes:
        found[key] = join(earlier, entry)


def _told_apart(rows: Sequence[Entry], troubles: list[Trouble]) -> list[Entry]:
    """Return the ratings of one record without a label: one where nothing is scored twice, else one for each row."""
    scored = Counter(name for row in rows for name in row.further if name != "valid_until")
    ends = {row.values["valid_until"] for row in rows if "valid_until" in row.values}
    if max(scored.values(), default=0) <= 1 and len(ends) <= 1:
        return [reduce(join, rows)]
    alike: dict[str, list[Entry]] = {}
    for row in rows:
        alike.setdefault(row.content, []).append(row)
    for first, *others in alike.values():
        troubles += (_same_twice(other, first) for other in others if other.grid is not None)
    return [
        replace(row, apart=f"{content}#{number}") for content, same in alike.items() for number, row in enumerate(same)
    ]


def _clash(entry: Entry, earlier: Entry, name: str, *, unlabelled: bool) -> Trouble:
    here, there = shorten(entry.values[name]), shorten(earlier.values[name])
    mend = say("改正或删去其中一行", "mend or delete one of the rows")
    if unlabelled:
        mend = say(f"{mend.zh}；{GIVE_LABELS.zh}", f"{mend.en}; {GIVE_LABELS.en}")
    texts = (
        say(
            f"同一条记录有两个 {name}：{there} 和 {here}",
            f"the same record has two values of {name}: {there} and {here}",
        ),
        say("一条记录一行，或各行相同", "one row a record, or rows that agree"),
        mend,
    )
    other = Related(earlier.places.get(name, earlier.start), say("另一处在这里", "the other one is here"))
    return trouble_of(entry, name, texts, (other,))


def _same_twice(entry: Entry, earlier: Entry) -> Trouble:
    texts = (
        say(
            "两行完全相同，又没有评分者代号：不知道是两位评分者，还是同一行贴了两次",
            "two equal rows without the label of a rater: two raters, or one row pasted twice?",
        ),
        say(
            "没有代号的各行互不相同，或每行有代号",
            "rows that differ where there are no labels, or a label in every row",
        ),
        say(f"{GIVE_LABELS.zh}；否则删去其中一行", f"{GIVE_LABELS.en}; otherwise delete one of the rows"),
    )
    return trouble_of(entry, "person", texts, (Related(earlier.start, say("另一行在这里", "the other row is here")),))
