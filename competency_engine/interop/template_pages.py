"""The pages of a template that explain: how to fill it in, what the levels mean, what to look for, which answers are right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from competency_engine.domain.competency import ScaleLevel
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument
from competency_engine.domain.library import Library
from competency_engine.interop.forms import Field, Form
from competency_engine.interop.grid import CONTROL
from competency_engine.interop.outgoing import OutgoingBook
from competency_engine.loading.neutral import guard
from competency_engine.text import Text, say

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_HOW, _LEVELS, _KEY = (
    say("说明", "Instructions"),
    say("等级与指标", "Levels and indicators"),
    say("参考答案", "Answer key"),
)
_RULES = (
    say(
        "带 * 的列每行必填；其他不知道就空着，空格不会删去已有的内容。",
        "Columns with * are needed in every row; leave the others empty where unknown. A blank never removes what is there.",
    ),
    say(
        "只用学员标识（如 学员0001）。不写姓名、身份证号、电话；对照表另存在主办方。",
        "Use labels of people alone (as 学员0001): no names, ID numbers or telephones; keep the list of both elsewhere.",
    ),
    say(
        "有下拉列表的从列表里选；日期写成 2026-11-21。",
        "Choose from the list where there is one; write dates as 2026-11-21.",
    ),
    say(
        "不要用公式、合并的格子、隐藏的行；可以排序、加行，列的次序不限。",
        "No formulas, merged cells or hidden rows; sort and add rows as you like; columns may stand in any order.",
    ),
    say(
        "填好后：competency-engine import 文件名；有错会逐格指出，改好再导入，不会只导入一半。",
        "When filled in: competency-engine import FILE. Every mistake is shown cell by cell; nothing is imported by halves.",
    ),
)
_FACETS: tuple[tuple[Text, Callable[[ScaleLevel], Text]], ...] = (
    (say("自主性", "Autonomy"), lambda level: level.autonomy),
    (say("典型证据", "Typical evidence"), lambda level: level.evidence),
    (say("复杂度", "Complexity"), lambda level: level.complexity),
    (say("影响范围", "Influence"), lambda level: level.influence),
)
_TEST_RULE = say(
    "每题一列，1 = 对，0 = 错（分值更高的题填得分）；模型里写了的答案在“参考答案”表里，不要发给应试者。",
    "A column for each question: 1 = right, 0 = wrong (the points, where a question has more). Answers that the model has are on the sheet Answer key; keep it from those tested.",
)


def write_instructions(
    book: OutgoingBook, title: Text, sheets: Sequence[tuple[Form, Sequence[Field]]], *, is_test: bool
) -> None:
    """Add the page that says how to fill in ``sheets``, each a form with its columns."""
    page = _Page(book, _HOW, (32, 90))
    page.head(title, size=14)
    page.skip()
    for text in (*_RULES, *((_TEST_RULE,) if is_test else ())):
        page.add("·", text)
    for form, columns in sheets:
        page.skip()
        page.head(form.title)
        for column in columns[:60]:
            star = "*" if column.id in form.required else ""
            page.add(book.words(column.title) + star, column.note or "—")


def write_levels(book: OutgoingBook, library: Library, tools: Sequence[Instrument], units: Sequence[UnitId]) -> None:
    """Add the page that says what the levels mean, and what a person does at each level of ``units``, rated with ``tools``."""
    page = _Page(book, _LEVELS, (32, 26, 80, 26, 26))
    names = {level.level: f"{level.level} {book.words(level.title)}" for level in library.model.scale}
    page.head(say("等级", "Level"), *(title for title, _ in _FACETS))
    for level in library.model.scale:
        page.add(names[level.level], *(facet(level) for _, facet in _FACETS))
    page.skip()
    page.head(say("评估工具", "Instrument"), say("评分范围", "Range of scores"))
    for tool in tools:
        low, high = library.score_ranges[tool.id][units[0]]
        page.add(tool.title, f"{low}—{high}")
    page.skip()
    page.head(say("单元", "Unit"), say("等级", "Level"), say("行为指标", "Indicators"))
    for unit in map(library.units.__getitem__, units):
        for found in unit.levels:
            indicators = "\n".join(map(book.words, found.indicators))
            page.add(f"{unit.id} {book.words(unit.title)}", names[found.level], indicators)


def write_key(book: OutgoingBook, library: Library, tools: Sequence[Instrument]) -> None:
    """Add the page of the answers to the items of ``tools``, where any item has one."""
    items = [item for tool in tools for item in library.items.get(tool.id, {}).values()]
    if not any(item.answer for item in items):
        return
    page = _Page(book, _KEY, (16, 30, 80, 60, 10))
    page.head(say("只给阅卷的人看", "For those who mark, nobody else"))
    page.head(
        *(
            say("题目", "Item"),
            say("单元", "Unit"),
            say("题干", "Question"),
            say("答案", "Answer"),
            say("满分", "Points"),
        )
    )
    for item in items:
        title = library.units[item.unit].title
        page.add(item.id, title, item.text or "—", item.answer or "—", str(item.points))


class _Page:
    """A sheet that is only read, written line by line."""

    def __init__(self, book: OutgoingBook, title: Text, widths: Sequence[float]) -> None:
        self._book, self._sheet, self._line = book, book.add_sheet(book.words(title)), 0
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def head(self, *texts: Text, size: int = 11) -> None:
        self._write(texts, self._book.style(bold=True, font_size=size))

    def add(self, *texts: Text | str) -> None:
        self._write(texts, self._book.style(text_wrap=True, valign="top"))

    def skip(self) -> None:
        self._line += 1

    def _write(self, texts: Sequence[Text | str], style: Format) -> None:
        for column, text in enumerate(texts):
            shown = text if isinstance(text, str) else self._book.words(text)
            self._sheet.write_string(self._line, column, guard(CONTROL.sub("\ufffd", shown)), style)
        self._line += 1
