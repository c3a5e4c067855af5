"""The forms of a library: which sheets there are, with the units, items, facts and choices of the model in use.

The import knows the same columns as the templates under every name that they have: id, Chinese and English title, and the
usual words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from competency_engine.domain.competency import CommunityFact
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument, Item, items_of
from competency_engine.domain.library import Library
from competency_engine.interop.forms import IMPORTANCE, SELF, Field, Form, Forms, Vocabulary
from competency_engine.text import Text, say

MOST_CHOICES = 3
"""How many columns of their own a list of choices has, one choice each."""
GAP_KIND_WORDS = {"知识空白": "knowledge", "素质短板": "quality", "能力弱项": "ability"}
BOOLEAN_WORDS = {"是": "yes", "否": "no"}
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
    return Forms(forms, _vocabularies(library), library.score_ranges, surveys, library.instruments)


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
        Field("district", "text", say("区", "District"), ("所在区", "区县")),
        Field("street", "text", say("街道", "Street"), ("所在街道", "街道（镇）")),
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
    widest = _widest_ranges(library)
    units = {unit: _unit_column(library, unit, *widest.get(unit, (0, 10))) for unit in library.units}
    low, high = (
        min((low for low, _ in widest.values()), default=0),
        max((high for _, high in widest.values()), default=10),
    )
    long = (
        Field("unit", "choice", say("单元", "Unit"), vocabulary="unit"),
        Field("item", "label", say("题目", "Item")),
        Field("score", "whole", say("评分", "Score"), low=low, high=high),
    )
    fixed = (PERSON, _SOURCE, _date(say("日期", "Date"), "评分日期", "测验日期"), _RATER, _VALID_UNTIL)
    fields = (*fixed, *long, *(items | units).values())
    return Form("sittings", say("评分", "Ratings"), fields, ("person", "source", "date"), ("score", "*"))


def _widest_ranges(library: Library) -> dict[str, tuple[int, int]]:
    """Return the lowest and highest score that some instrument gives each unit or item."""
    found: dict[str, tuple[int, int]] = {}
    for ranges in library.score_ranges.values():
        for id_, (low, high) in ranges.items():
            lowest, highest = found.get(id_, (low, high))
            found[id_] = min(low, lowest), max(high, highest)
    return found


def score_columns(library: Library, tool: Instrument, without: Collection[UnitId] = ()) -> tuple[Field, ...]:
    """Return the columns of what ``tool`` scores: its items, else every unit; none of the units ``without``."""
    items = items_of(tool, library.units)
    ranges = library.score_ranges[tool.id]
    if not items:
        units = (unit for unit in library.units if unit not in without)
        return tuple(_unit_column(library, unit, *ranges[unit]) for unit in units)
    asked = ((id_, item) for id_, item in items.items() if item.unit not in without)
    is_test = tool.method == "test"
    return tuple(_item_column(id_, item, library.units[item.unit].title, is_test=is_test) for id_, item in asked)


def _item_column(id_: str, item: Item, unit: Text, *, is_test: bool) -> Field:
    asked = item.text or unit
    title = say(f"{id_} {asked.zh}", f"{id_} {asked.en}")
    note = say(f"{unit.zh}：0—{item.points} 分", f"{unit.en}: 0 to {item.points}")
    if is_test:
        note = say(f"{note.zh}；{item.points} = 对，0 = 错", f"{note.en}; {item.points} = right, 0 = wrong")
    return Field(id_, "whole", title, (), "", 0, item.points, note)


def _unit_column(library: Library, unit: UnitId, low: int, high: int) -> Field:
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
