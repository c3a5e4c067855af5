"""The columns and cells of a curricular CSV file: what each may be called, and what it may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from competency_engine.graph.requisites import RequisiteKind
from competency_engine.interop.columns import shorten
from competency_engine.interop.grid import CONTROL
from competency_engine.text import Text, say

Column = Literal["id", "name", "prefix", "number", "pre", "co", "strict_co", "credits", "term", "ignored"]
REQUISITE_COLUMNS: Mapping[Column, RequisiteKind] = {"pre": "pre", "co": "co", "strict_co": "strict_co"}
"""The columns of requisites, with the kind that each holds."""
MAY_SAY_NOTHING: frozenset[Column | None] = frozenset(("pre", "co", "strict_co", "credits", "term"))
"""Columns in which ``NA`` and the like stand for an empty cell."""
MOST_CREDITS = 400
MOST_TERMS = 60
MOST_REQUISITES = 100
_NAMES: Mapping[Column, tuple[str, ...]] = {
    "id": ("courseid", "id", "course"),
    "name": ("coursename", "name", "label", "title"),
    "prefix": ("prefix", "subject"),
    "number": ("number", "num", "coursenumber"),
    "pre": ("prerequisites", "prerequisite", "prereqs", "prereq", "requisites"),
    "co": ("corequisites", "corequisite", "coreqs", "coreq"),
    "strict_co": ("strictcorequisites", "strictcorequisite", "strictcoreqs", "strictcoreq"),
    "credits": ("credithours", "credithour", "credits", "credit", "hours", "units"),
    "term": ("term", "semester", "quarter"),
    "ignored": ("institution", "canonicalname", "complexity", "blocking", "delay", "centrality", "passrate"),
}
_NEEDED: frozenset[Column] = frozenset(("id", "pre", "co", "strict_co", "credits"))
"""Columns whose misspelt name is an error: what they hold would be lost."""
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names}
_TITLES: Mapping[Column, str] = {"id": "Course ID", "pre": "Prerequisites"}
_SEPARATORS = (",", "\t", ";")
_BETWEEN_IDS = re.compile(r"[;；,，、|\[\]]")
_NOTHING = frozenset(("na", "n/a", "nan", "none", "null", "-", "–", "—"))
"""What stands for an empty cell of requisites, credits or terms: the R package writes NA."""
_NUMBER = re.compile(r"\d+(\.\d*)?|\.\d+")
_Texts = tuple[Text, Text, Text]


class CellError(Exception):
    """A cell does not hold what its column should: what was found, what was expected, how to mend it."""

    def __init__(self, found: Text, expected: Text, mend: Text) -> None:
        super().__init__(found.en)
        self.texts = (found, expected, mend)


@dataclass(frozen=True, slots=True)
class Columns:
    """A header: the column at each position, and what is wrong with it: position, words, whether it is but a warning."""

    columns: Mapping[int, Column]
    problems: tuple[tuple[int, _Texts, bool], ...]


def key_of(text: str) -> str:
    """Return what a header or the name of a fact is compared by: its letters and digits, whatever their case and width.

    >>> key_of(" Strict-Corequisites")
    'strictcorequisites'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def separator_of(lines: Sequence[str]) -> str:
    """Return what separates the cells: the first of comma, tab and semicolon by which some line is a header; else the comma."""
    for separator in _SEPARATORS:
        if any(find_columns(line.replace('"', "").split(separator)) for line in lines if separator in line):
            return separator
    return ","


def find_columns(cells: Sequence[str]) -> Columns | None:
    """Return the columns that ``cells`` head; None when they are no header.

    They are one when they name the id and one more column, or three columns without the id, which is then missing.
    """
    named = {index: _COLUMN_OF[key_of(cell)] for index, cell in enumerate(cells) if key_of(cell) in _COLUMN_OF}
    kinds = set(named.values()) - {"ignored"}
    if len(kinds) < (2 if "id" in kinds else 3):
        return None
    columns: dict[int, Column] = {}
    for index, column in named.items():
        if column == "ignored" or column not in columns.values():
            columns[index] = column
    problems = tuple(_header_problems(cells, named, columns, kinds))
    unknown: Mapping[int, Column] = {
        index: "ignored" for index, cell in enumerate(cells) if cell.strip() and index not in named
    }
    return Columns({**columns, **unknown}, problems)


def _header_problems(
    cells: Sequence[str], named: Mapping[int, Column], columns: Mapping[int, Column], kinds: set[Column]
) -> Iterator[tuple[int, _Texts, bool]]:
    if "id" not in kinds:
        yield 0, _missing(), False
    if not kinds & set(REQUISITE_COLUMNS):
        yield 0, _no_requisites(), True
    for index, cell in enumerate(cells):
        if index in named and index not in columns:
            yield index, _column_twice(cell), False
        elif cell.strip() and index not in named:
            meant = get_close_matches(key_of(cell), _COLUMN_OF, n=1, cutoff=0.8)
            lost = bool(meant) and _COLUMN_OF[meant[0]] in _NEEDED - kinds
            yield index, _unknown_column(cell, meant[0] if meant else None), not lost


def says_nothing(text: str) -> bool:
    """Return whether a cell of requisites, credits or terms holds nothing.

    >>> says_nothing(" NA"), says_nothing("none"), says_nothing("0")
    (True, True, False)
    """
    return text.strip().casefold() in {"", *_NOTHING}


def holds_control(text: str) -> bool:
    """Return whether ``text`` holds a character that no text needs."""
    return CONTROL.search(text) is not None


def read_text(text: str) -> str:
    """Return ``text`` on one line, without needless white space."""
    return " ".join(text.split())


def read_id(text: str) -> str:
    """Return an id as requisites and rows both have it: a whole number without leading zeros or decimals, else as it stands.

    >>> read_id(" 007"), read_id("12.0"), read_id("MATH 100")
    ('7', '12', 'MATH 100')
    """
    plain = read_text(unicodedata.normalize("NFKC", text))
    whole = re.fullmatch(r"0*(\d+)(\.0*)?", plain, re.ASCII)
    return whole[1] if whole else plain


def read_ids(text: str) -> tuple[str, ...]:
    """Return the ids of a cell of requisites, each once; semicolons separate them, or commas or bars.

    Raises:
        CellError: when there are more than a hundred.
    """
    parts = (read_id(part) for part in _BETWEEN_IDS.split(text))
    ids = tuple(dict.fromkeys(part for part in parts if part))
    if len(ids) > MOST_REQUISITES:
        raise CellError(
            say(f"一门课有 {len(ids)} 项先修", f"{len(ids)} requisites of one course"),
            say(f"至多 {MOST_REQUISITES} 项", f"at most {MOST_REQUISITES}"),
            say("检查这一格", "look at this cell"),
        )
    return ids


def read_credits(text: str) -> float:
    """Return credit hours.

    Raises:
        CellError: when they are no number from 0 to 400.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _NUMBER.fullmatch(plain) or len(plain) > 12 or float(plain) > MOST_CREDITS:
        raise CellError(
            say(
                f"学分“{shorten(text)}”不是 0 到 {MOST_CREDITS} 的数",
                f"the credit hours “{shorten(text)}” are no number from 0 to {MOST_CREDITS}",
            ),
            say(f"0 到 {MOST_CREDITS} 的数", f"a number from 0 to {MOST_CREDITS}"),
            say("写一个数；若是范围，取一个", "write one number; of a range, choose one"),
        )
    return float(plain)


def read_term(text: str) -> int:
    """Return a term.

    Raises:
        CellError: when it is no whole number from 1 to 60.
    """
    plain = read_id(text)
    if not (plain.isascii() and plain.isdigit() and len(plain) < 4 and 1 <= int(plain) <= MOST_TERMS):
        raise CellError(
            say(f"学期“{shorten(text)}”不是序号", f"the term “{shorten(text)}” is no number of a term"),
            say(f"1 到 {MOST_TERMS} 的整数", f"a whole number from 1 to {MOST_TERMS}"),
            say("写第几个学期，或留空", "write which term it is, or leave it empty"),
        )
    return int(plain)


def _missing() -> _Texts:
    return (
        say(f"表头缺“{_TITLES['id']}”", f"the header has no “{_TITLES['id']}”"),
        say("每门课程的标识", "an id of each course"),
        say("补上这一列", "add that column"),
    )


def _no_requisites() -> _Texts:
    return (
        say("表头没有先修列，当作没有先修", "the header has no column of requisites: read as none"),
        say(f"“{_TITLES['pre']}”", f"“{_TITLES['pre']}”"),
        say("若有先修，补上这一列", "add that column if there are any"),
    )


def _column_twice(cell: str) -> _Texts:
    return (
        say(f"“{shorten(cell)}”一列重复", f"the column “{shorten(cell)}” stands twice"),
        say("每列一次", "each column once"),
        say("删去或改名其中一列", "remove or rename one of them"),
    )


def _unknown_column(cell: str, meant: str | None) -> _Texts:
    hint = say(f"；是不是 {meant}？", f"; did you mean {meant}?") if meant else say("", "")
    return (
        say(
            f"认不得“{shorten(cell)}”这一列，不读{hint.zh}",
            f"the column “{shorten(cell)}” is not known and not read{hint.en}",
        ),
        say("CurricularAnalytics 的列名", "a column of CurricularAnalytics"),
        say("改列名；不需要的可以不管", "rename it, or leave it if it is not needed"),
    )
