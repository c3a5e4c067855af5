"""The forms that an office fills in: which sheets there are, and what each of their columns may hold.

A form is made from the library, so a template has the units, items, facts and choices of the model that is in use, and the
import knows the same columns under every name that they have: id, Chinese and English title, and the usual words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from competency_engine.domain.competency import CommunityFact
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument, Item, items_of, score_ranges
from competency_engine.domain.library import Library
from competency_engine.loading.scores import ScoreRanges
from competency_engine.text import Lang, Text, say

FormKind = Literal["people", "communities", "survey", "sittings", "evidence", "completions", "begun"]
FieldType = Literal["label", "choice", "choices", "date", "month", "months", "whole", "percent", "boolean", "text"]
SELF, IMPORTANCE = "self:", "importance:"
"""Before the id of a unit: the columns of a survey sheet."""
MOST_CHOICES = 3
"""How many columns of their own a list of choices has, one choice each."""
GAP_KIND_WORDS = {"知识空白": "knowledge", "素质短板": "quality", "能力弱项": "ability"}
BOOLEAN_WORDS = {"是": "yes", "否": "no"}


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

    def form(self, kind: FormKind) -> Form:
        """Return the form of ``kind``."""
        return next(form for form in self.forms if form.kind == kind)


def normalise_header(text: str) -> str:
    """Return the name of a column without width, case, white space and the marks of forms (* and a colon at the end).

    >>> normalise_header(" 任现职 日期＊：")
    '任现职日期'
    """
    return normalise(text).rstrip("*:").lstrip("*")


PERSON = Field(
    "person",
    "label",
    say("学员", "Person"),
    ("学员编号", "学员标识", "学员代号", "label", "trainee"),
    note=say("学员标识，如 学员0001；不写姓名、证件号、电话", "A label, as 学员0001; no name, ID number or telephone."),
)
_DATE_NOTE = say("日期，如 2026-11-21", "A date, as 2026-11-21.")


def _date(title: Text, *names: str) -> Field:
    return Field("date", "date", title, (*names, "日期", "date"), note=_DATE_NOTE)


_SOURCE = Field("source", "choice", say("评估工具", "Instrument"), ("来源", "instrument"), "instrument")
_VALID_UNTIL = Field("valid_until", "date", say("有效期至", "Valid until"), note=_DATE_NOTE)
_RATER = Field(
    "rater",
    "label",
    say("评分者", "Rater"),
    ("观察员", "评分人", "observer"),
    note=say("评分者代号，不写姓名", "A label of the rater, never a name."),
)


def build_forms(library: Library) -> Forms:
    """Return every form of ``library``, with all columns that an import may meet."""
    top = len(library.model.scale) - 1
    ranges = {id_: score_ranges(tool, library.units, top) for id_, tool in library.instruments.items()}
    forms = (
        _people(),
        _communities(library),
        _sittings(library),
        _survey(library, tuple(library.units)),
        _evidence(top),
        _completions(),
        _begun(),
    )
    surveys = tuple(id_ for id_, tool in library.instruments.items() if tool.method == "survey")
    return Forms(forms, _vocabularies(library), ranges, surveys, library.instruments)


def _vocabularies(library: Library) -> dict[str, Vocabulary]:
    problems = sorted(library.problems.values(), key=lambda problem: (problem.number, problem.id))
    found = {
        "unit": Vocabulary(say("单元", "unit"), {id_: unit.title for id_, unit in library.units.items()}),
        "module": Vocabulary(say("课程", "module"), {id_: module.title for id_, module in library.modules.items()}),
        "role": Vocabulary(say("角色", "role"), {id_: role.title for id_, role in library.roles.items()}),
        "instrument": Vocabulary(
            say("评估工具", "instrument"), {i: tool.title for i, tool in library.instruments.items()}
        ),
        "community_type": Vocabulary(
            say("社区类型", "community type"), {i: t.title for i, t in library.community_types.items()}
        ),
        "problem": Vocabulary(say("高频问题", "frequent problem"), {problem.id: problem.title for problem in problems}),
        "gap_kind": Vocabulary(say("差距类别", "kind of gap"), _words(GAP_KIND_WORDS), with_id=False),
        "boolean": Vocabulary(say("是或否", "yes or no"), _words(BOOLEAN_WORDS), with_id=False),
    }
    for id_, fact in library.community_facts.items():
        if fact.type == "choice":
            found[f"fact:{id_}"] = Vocabulary(fact.title, {choice: say(choice, choice) for choice in fact.choices})
    return found


def _words(words: Mapping[str, str]) -> dict[str, Text]:
    return {zh: say(zh, en) for zh, en in words.items()}


def _people() -> Form:
    fields = (
        PERSON,
        Field("community", "label", say("社区", "Community"), ("所在社区", "社区编号", "社区代码"), "community"),
        Field("post_since", "date", say("任现职日期", "In post since"), ("任现职时间", "任职日期"), note=_DATE_NOTE),
        Field(
            "role",
            "choice",
            say("角色", "Role"),
            vocabulary="role",
            note=say(
                "只填聘任的角色；不填则按任职月数", "Only a role by appointment; otherwise the months in post decide."
            ),
        ),
        Field(
            "away",
            "months",
            say("离岗月份", "Months away"),
            note=say("如 2027-03；多个用；隔开", "As 2027-03; several with a semicolon between them."),
        ),
    )
    return Form("people", say("学员花名册", "People"), fields, ("person", "community", "post_since"))


def _communities(library: Library) -> Form:
    types = tuple(
        _numbered("types", say("社区类型", "Community type"), number, "community_type")
        for number in range(1, MOST_CHOICES + 1)
    )
    fields = (
        Field("community", "label", say("社区", "Community"), ("社区编号", "社区代码")),
        Field("title", "text", say("社区名称", "Name of the community")),
        *types,
        *map(_fact, library.community_facts.values()),
    )
    return Form("communities", say("社区基本情况", "Communities"), fields, ("community", "types"))


def _numbered(id_: str, title: Text, number: int, vocabulary: str) -> Field:
    """Return the column of the ``number``-th choice of a list; the first may also hold the whole list."""
    if number == 1:
        names = (title.zh + "1", title.en + " 1")
        return Field(id_, "choices", title, names, vocabulary)
    named = say(f"{title.zh}{number}", f"{title.en} {number}")
    return Field(f"{id_}_{number}", "choices", named, (), vocabulary, joins=id_)


def _fact(fact: CommunityFact) -> Field:
    if fact.type == "boolean":
        return Field(fact.id, "boolean", fact.title, vocabulary="boolean")
    if fact.type == "choice":
        return Field(fact.id, "choice", fact.title, vocabulary=f"fact:{fact.id}", note=fact.note)
    if fact.type == "integer":
        return Field(fact.id, "whole", fact.title, note=say("整数", "A whole number."))
    if fact.type == "percent":
        note = say("百分数，写 12.5，不写 0.125", "Percent: write 12.5, not 0.125.")
        return Field(fact.id, "percent", fact.title, (fact.title.zh + "%",), low=0, high=100, note=note)
    return Field(fact.id, "date", fact.title, note=_DATE_NOTE)


def _survey(library: Library, units: Iterable[UnitId]) -> Form:
    problems = tuple(
        _numbered("problems", say("最难的事", "Worst problem"), number, "problem")
        for number in range(1, MOST_CHOICES + 1)
    )
    first, *others = problems
    named = Field(
        first.id,
        first.type,
        first.title,
        (*first.names, "难题"),
        first.vocabulary,
        note=say(
            "近一年最难的三件事，没有就空着", "The three worst problems of the year; leave empty what there is not."
        ),
    )
    matrix = (column for unit in units for column in _survey_columns(library, unit))
    fields = (PERSON, _date(say("填写日期", "Date of the survey")), named, *others, *matrix, _SOURCE, _VALID_UNTIL)
    return Form("survey", say("需求调研", "Needs survey"), fields, ("person", "date"), ("problems", SELF, IMPORTANCE))


def _survey_columns(library: Library, unit: UnitId) -> Iterator[Field]:
    title = library.units[unit].title
    tools = [tool for tool in library.instruments.values() if tool.method == "survey"]
    low, high = (tools[0].lowest, tools[0].highest or len(library.model.scale) - 1) if tools else (1, 5)
    yield Field(
        SELF + unit,
        "whole",
        say(f"{unit} {title.zh}（自评）", f"{unit} {title.en} (self-rating)"),
        (f"{unit}自评", f"{title.zh}自评", f"{title.zh}（自评）"),
        low=low,
        high=high,
        note=say(f"自评 {low}—{high}：现在做得怎样", f"Self-rating {low} to {high}: how well you do it today."),
    )
    yield Field(
        IMPORTANCE + unit,
        "whole",
        say(f"{unit} {title.zh}（重要度）", f"{unit} {title.en} (importance)"),
        (
            f"{unit}重要度",
            f"{title.zh}重要度",
            f"{title.zh}（重要度）",
            unit,
            title.zh,
            title.en,
            f"{unit} {title.zh}",
            f"{unit} {title.en}",
        ),
        low=1,
        high=5,
        note=say("重要度 1—5：对你的工作有多重要", "Importance 1 to 5: how much it matters in your work."),
    )


def _sittings(library: Library) -> Form:
    items: dict[str, Field] = {}
    for tool in library.instruments.values():
        for column in score_columns(library, tool):
            items.setdefault(column.id, column)
    units: dict[str, Field] = {unit: _unit_column(library, unit) for unit in library.units}
    long = (
        Field("unit", "choice", say("单元", "Unit"), vocabulary="unit"),
        Field("item", "label", say("题目", "Item")),
        Field("score", "whole", say("评分", "Score"), low=0, high=10),
    )
    fixed = (PERSON, _SOURCE, _date(say("日期", "Date"), "评分日期", "测验日期"), _RATER, _VALID_UNTIL)
    fields = (*fixed, *long, *(items | units).values())
    return Form("sittings", say("评分", "Ratings"), fields, ("person", "source", "date"), ("score", "*"))


def score_columns(library: Library, tool: Instrument) -> tuple[Field, ...]:
    """Return the columns of what ``tool`` scores: its items, else every unit."""
    items = items_of(tool, library.units)
    if not items:
        low, high = tool.lowest, len(library.model.scale) - 1 if tool.highest is None else tool.highest
        return tuple(_unit_column(library, unit, low, high) for unit in library.units)
    return tuple(_item_column(id_, item, library.units[item.unit].title) for id_, item in items.items())


def _item_column(id_: str, item: Item, unit: Text) -> Field:
    asked = item.text or unit
    title = say(f"{id_} {asked.zh}", f"{id_} {asked.en}")
    note = say(f"{unit.zh}：0—{item.points} 分", f"{unit.en}: 0 to {item.points}")
    return Field(id_, "whole", title, (), "", 0, item.points, note)


def _unit_column(library: Library, unit: UnitId, low: int = 0, high: int = 10) -> Field:
    title = library.units[unit].title
    named = say(f"{unit} {title.zh}", f"{unit} {title.en}")
    return Field(unit, "whole", named, (title.zh, title.en), low=low, high=high, note=library.units[unit].definition)


def _evidence(top: int) -> Form:
    fields = (
        PERSON,
        Field("unit", "choice", say("单元", "Unit"), vocabulary="unit"),
        Field("level", "whole", say("等级", "Level"), low=0, high=top),
        _date(say("评定日期", "Date of the assessment")),
        _VALID_UNTIL,
        Field("gap_kind", "choice", say("差距类别", "Kind of gap"), vocabulary="gap_kind"),
    )
    return Form("evidence", say("评定等级", "Settled levels"), fields, ("person", "unit", "level", "date"))


def _completions() -> Form:
    module = Field("module", "choice", say("课程", "Module"), ("课程编号",), "module")
    date = _date(say("完成日期", "Date of completion"))
    return Form("completions", say("完课登记", "Completions"), (PERSON, module, date), ("person", "module", "date"))


def _begun() -> Form:
    module = Field("module", "choice", say("课程", "Module"), ("课程编号",), "module")
    month = Field("month", "month", say("开始月份", "Month begun"), note=say("如 2027-03", "As 2027-03."))
    return Form("begun", say("在修登记", "Begun"), (PERSON, module, month), ("person", "module", "month"))
