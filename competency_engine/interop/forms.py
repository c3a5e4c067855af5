"""What a form is that an office fills in: its columns, what each of them may hold, and the names by which they are known."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

from competency_engine.domain.evidence import Instrument
from competency_engine.loading.scores import ScoreRanges
from competency_engine.text import Lang, Text

FormKind = Literal["people", "communities", "survey", "sittings", "evidence", "completions", "begun"]
FieldType = Literal["label", "choice", "choices", "date", "month", "months", "whole", "percent", "boolean", "text"]
SELF, IMPORTANCE = "self:", "importance:"
"""Before the id of a unit: the columns of a survey sheet."""
_MOST_CANDIDATES = 2_000


def normalise(text: str) -> str:
    """Return ``text`` without differences of width, case and white space.

    >>> normalise("ＣＯＮ－1　物业")
    'con-1物业'
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True)
class Vocabulary:
    """A closed set of values: each id with how a drop-down shows it.

    Attributes:
        noun: what one of them is called.
        titles: by id, in the order of the drop-down.
        with_id: whether the drop-down shows the id before the title.
    """

    noun: Text
    titles: Mapping[str, Text]
    with_id: bool = True

    def show(self, id_: str, lang: Lang) -> str:
        """Return how the drop-down shows ``id_``."""
        title = self.titles[id_].in_language(lang)
        return f"{id_} {title}" if self.with_id and title != id_ else title

    def find(self, text: str) -> str | None:
        """Return the id that ``text`` names by id, title or both; None when it names none, or more than one."""
        return self._by_name.get(normalise(text))

    def nearest(self, text: str) -> str | None:
        """Return the name that ``text`` most likely means, for "did you mean"; None when none is near."""
        near = get_close_matches(text[:80], self.names[:_MOST_CANDIDATES], n=1, cutoff=0.6)
        return self.find(text) or next(iter(near), None)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everything that "did you mean" may offer."""
        return tuple(dict.fromkeys(name for id_, title in self.titles.items() for name in (id_, title.zh, title.en)))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        found: dict[str, set[str]] = {}
        for id_, title in self.titles.items():
            for name in (title.zh, title.en, f"{id_}{title.zh}", f"{id_}{title.en}"):
                found.setdefault(normalise(name), set()).add(id_)
        sure = {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}
        return sure | {normalise(id_): id_ for id_ in self.titles}


@dataclass(frozen=True)
class Field:
    """One column of a form.

    Attributes:
        id: the field that it fills; a unit, item or fact has its own id.
        type: what its cells hold.
        title: its header in a template.
        names: further names by which it is known.
        vocabulary: which closed set of the `Forms` its cells come from; empty = none.
        low: least whole number.
        high: greatest whole number.
        note: what to write there, shown at the header.
        joins: another field of which this column holds one more entry; empty = none.
    """

    id: str
    type: FieldType
    title: Text
    names: tuple[str, ...] = ()
    vocabulary: str = ""
    low: int | None = None
    high: int | None = None
    note: Text | None = None
    joins: str = ""


@dataclass(frozen=True)
class Form:
    """One kind of sheet: its columns, and which of them every row must fill."""

    kind: FormKind
    title: Text
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    one_of: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Field]:
        """The fields by id."""
        return {field.id: field for field in self.fields}

    @cached_property
    def by_name(self) -> dict[str, str]:
        """The field that a header names, by normalised name."""
        found: dict[str, str] = {}
        for field_ in self.fields:
            for name in (field_.id, field_.title.zh, field_.title.en, *field_.names):
                found.setdefault(normalise_header(name), field_.id)
        return found


@dataclass(frozen=True)
class Forms:
    """All forms of one library, with the closed sets that their columns use and the range of every score."""

    forms: tuple[Form, ...]
    vocabularies: Mapping[str, Vocabulary]
    ranges: ScoreRanges
    survey_instruments: tuple[str, ...] = ()
    instruments: Mapping[str, Instrument] = field(default_factory=dict)

    @cached_property
    def rated_by_others(self) -> frozenset[str]:
        """The instruments with which others rate a person, and of which the engine hears raters without a label apart."""
        own = ("survey", "self_rating")
        return frozenset(
            id_ for id_, tool in self.instruments.items() if tool.raters_differ > 0 and tool.method not in own
        )

    def form(self, kind: FormKind) -> Form:
        """Return the form of ``kind``."""
        return next(form for form in self.forms if form.kind == kind)


def normalise_header(text: str) -> str:
    """Return the name of a column without width, case, white space and the marks of forms (* and a colon at the end).

    >>> normalise_header(" 任现职 日期＊：")
    '任现职日期'
    """
    return normalise(text).rstrip("*:").lstrip("*")
