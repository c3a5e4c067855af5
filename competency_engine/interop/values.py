"""One cell → the canonical text of its field, or why it can't be: strict in values, with a cure in the words of a sheet."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field

from competency_engine.interop.columns import shorten
from competency_engine.interop.forms import Field, Forms, Vocabulary
from competency_engine.interop.grid import CONTROL, Cell
from competency_engine.loading.neutral import unguard
from competency_engine.text import Text, say

Complaint = tuple[str, Text, Text, Text]
"""Code, what is wrong, what was expected, how to mend it."""

_ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_LABEL = re.compile(r"\w[\w-]{0,63}\Z")
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(?:\.0+)?\Z")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?\Z")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|\.([0-9]{1,2})\.|年([0-9]{1,2})月)([0-9]{1,2})日?\Z")
_PACKED_DATE = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})\Z")
_TIME = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?\Z")
_MONTH = re.compile(r"([12][0-9]{3})[-/.年]([0-9]{1,2})月?\Z")
_SEPARATORS = re.compile(r"[;；、,，\n]")
_TRUE, _FALSE = frozenset(("是", "true", "yes", "y", "√")), frozenset(("否", "false", "no", "n", "×"))
_MOST_SUGGESTIONS = 200
FIRST_DATE, LAST_DATE = dt.date(1950, 1, 1), dt.date(2100, 12, 31)
"""Between them lies every date that is read."""


@dataclass
class Reader:
    """Reads cells by the forms of one library; remembers what it has suggested, so that a wrong column costs little."""

    forms: Forms
    _suggestions: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def read(self, cell: Cell, column: Field) -> str | Complaint:
        """Return the canonical text of ``cell`` for ``column``, or the complaint."""
        refusal = _refusal(cell)
        if refusal is not None:
            return refusal
        text = _plain(cell)
        if column.type in ("whole", "percent"):
            return _number(cell, text, column)
        if column.type == "date":
            return _date(cell, text)
        if column.type in ("month", "months"):
            return _months(cell, text, several=column.type == "months")
        if column.type == "label":
            return read_label(cell)
        if column.type == "boolean":
            return _boolean(text)
        if column.type == "choice":
            return self._choice(text, column)
        if column.type == "choices":
            return self._choices(text, column)
        return _text(text)

    def _choice(self, text: str, column: Field) -> str | Complaint:
        vocabulary = self.forms.vocabularies[column.vocabulary]
        return vocabulary.find(text) or self._unknown(text, column.vocabulary, vocabulary)

    def _choices(self, text: str, column: Field) -> str | Complaint:
        vocabulary = self.forms.vocabularies[column.vocabulary]
        whole = vocabulary.find(text)
        if whole is not None:
            return whole
        found = []
        for part in filter(None, map(str.strip, _SEPARATORS.split(text))):
            id_ = vocabulary.find(part)
            if id_ is None:
                return self._unknown(part, column.vocabulary, vocabulary)
            found.append(id_)
        return ";".join(dict.fromkeys(found))

    def _unknown(self, text: str, name: str, vocabulary: Vocabulary) -> Complaint:
        near = self._nearest(text, name, vocabulary)
        noun = vocabulary.noun
        mend = say("从下拉列表里选", "choose from the drop-down list")
        if near is not None:
            mend = say(f"是不是“{near}”？{mend.zh}", f"did you mean {near}? {mend.en}")
        shown = shorten(text)
        expected = say(f"已有的{noun.zh}", f"a known {noun.en}")
        if len(vocabulary.titles) <= 12:
            listed = [vocabulary.show(id_, "zh") for id_ in vocabulary.titles]
            english = [vocabulary.show(id_, "en") for id_ in vocabulary.titles]
            expected = say(f"以下之一：{'、'.join(listed)}", f"one of: {', '.join(english)}")
        return "SHT06", say(f"没有“{shown}”这个{noun.zh}", f"there is no {noun.en} {shown}"), expected, mend

    def _nearest(self, text: str, name: str, vocabulary: Vocabulary) -> str | None:
        key = (name, text)
        if key not in self._suggestions:
            if len(self._suggestions) >= _MOST_SUGGESTIONS:
                return None
            self._suggestions[key] = vocabulary.nearest(text)
        return self._suggestions[key]


def _refusal(cell: Cell) -> Complaint | None:
    """Return why nothing is read from a cell of this kind at all."""
    if cell.kind == "formula":
        return (
            "SHT04",
            say("这一格是公式", "the cell is a formula"),
            say("写定的值", "a value"),
            say("复制后“选择性粘贴→数值”，再导入", "copy it and paste its value (paste special, values)"),
        )
    if cell.kind == "error":
        return (
            "SHT04",
            say(f"这一格是错误值 {shorten(cell.text)}", f"the cell holds the error {shorten(cell.text)}"),
            say("写定的值", "a value"),
            say("改正或清空这一格", "mend or clear the cell"),
        )
    if holds_personal_number(cell.text):
        return (
            "SHT07",
            say(
                "这一格像证件号或手机号（此处不重复它）",
                "the cell looks like an ID or telephone number (not repeated here)",
            ),
            say("学员标识，如 学员0001，或其他非个人信息", "a label, as 学员0001, or something that is not personal"),
            say("换成学员标识；对照表另存在主办方", "put the label in its place; keep the list of both elsewhere"),
        )
    return None


def holds_personal_number(text: str) -> bool:
    """Return whether ``text`` holds what looks like a citizen's ID number or a mobile telephone number.

    >>> holds_personal_number("11010519491231002X"), holds_personal_number("学员0001")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", text)
    return bool(_ID_NUMBER.search(plain) or _MOBILE.search(plain))


def _number(cell: Cell, text: str, column: Field) -> str | Complaint:
    plain = unicodedata.normalize("NFKC", text).strip()
    is_percent = cell.kind == "percent" or plain.endswith("%")
    plain = plain.rstrip("%").strip()
    pattern = _DECIMAL if column.type == "percent" else _WHOLE
    if cell.kind in ("date", "boolean") or not pattern.match(plain) or (is_percent and column.type != "percent"):
        return _not_a_number(shorten(text), column)
    number = float(plain)
    if (column.low is not None and number < column.low) or (column.high is not None and number > column.high):
        return (
            "SHT05",
            say(f"{shorten(text)} 超出范围", f"{shorten(text)} is out of range"),
            _range(column),
            say("按范围改正", "mend it by the range"),
        )
    return str(int(number)) if number.is_integer() else format(number, ".15g")


def _not_a_number(shown: str, column: Field) -> Complaint:
    return (
        "SHT05",
        say(
            f"“{shown}”不是{'数字' if column.type == 'percent' else '整数'}",
            f"{shown} is no {'number' if column.type == 'percent' else 'whole number'}",
        ),
        _range(column),
        say(
            "只写数字，不带单位和文字；不知道就空着",
            "write the number alone, no unit or words; leave it empty if not known",
        ),
    )


def _range(column: Field) -> Text:
    kind = say("数字", "a number") if column.type == "percent" else say("整数", "a whole number")
    if column.low is None or column.high is None:
        return kind
    return say(f"{column.low} 到 {column.high} 的{kind.zh}", f"{kind.en} from {column.low} to {column.high}")


def _date(cell: Cell, text: str) -> str | Complaint:
    plain = _TIME.sub("", unicodedata.normalize("NFKC", text).strip())
    found = _DATE.match(plain) or _PACKED_DATE.match(plain)
    if found and cell.kind in ("date", "text", "number"):
        year, month, day = (int(part) for part in found.groups() if part)
        date = _calendar_date(year, month, day)
        if date is not None:
            return date.isoformat() if FIRST_DATE <= date <= LAST_DATE else _out_of_range(date)
    if cell.kind == "number" and re.fullmatch("[2-7][0-9]{4}", plain):
        meant = dt.date(1899, 12, 30) + dt.timedelta(days=int(plain))
        mend = say(f"把格式设为日期（大概是 {meant}）", f"format the cell as a date (it may be {meant})")
    else:
        mend = say("写成 2026-11-21 的样子", "write it as 2026-11-21")
    shown = shorten(text)
    return (
        "SHT05",
        say(f"“{shown}”不是日期", f"{shown} is no date"),
        say("日期，如 2026-11-21", "a date such as 2026-11-21"),
        mend,
    )


def _calendar_date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _out_of_range(date: dt.date) -> Complaint:
    return (
        "SHT05",
        say(f"日期 {date} 超出范围", f"the date {date} is out of range"),
        say(f"{FIRST_DATE} 到 {LAST_DATE} 的日期", f"a date from {FIRST_DATE} to {LAST_DATE}"),
        say("核对年份；不知道就空着", "mend the year; leave it empty if not known"),
    )


def _months(cell: Cell, text: str, *, several: bool) -> str | Complaint:
    parts = (
        [text]
        if cell.kind != "text" or not several
        else [part for part in map(str.strip, _SEPARATORS.split(text)) if part]
    )
    months = []
    for part in parts:
        plain = unicodedata.normalize("NFKC", part).strip()
        if cell.kind == "date" and re.match(r"\d{4}-\d{2}-01", plain):
            plain = plain[:7]
        found = _MONTH.match(plain)
        if found is None or not 1 <= int(found[2]) <= 12 or cell.kind not in ("text", "date"):
            shown = shorten(part)
            return (
                "SHT05",
                say(f"“{shown}”不是月份", f"{shown} is no month"),
                say("月份，如 2027-03", "a month such as 2027-03"),
                say("写成 2027-03 的样子", "write it as 2027-03"),
            )
        months.append(f"{found[1]}-{int(found[2]):02}")
    return ";".join(sorted(dict.fromkeys(months)))


def _plain(cell: Cell) -> str:
    return unguard(cell.text.strip()).strip() if cell.kind == "text" else cell.text


def read_label(cell: Cell) -> str | Complaint:
    """Return the label in ``cell``, or the complaint."""
    text = _plain(cell)
    plain = unicodedata.normalize("NFKC", text).strip()
    if _LABEL.match(plain):
        return plain
    return (
        "SHT05",
        say(f"“{shorten(text)}”不是合法的标识", f"{shorten(text)} is no valid label"),
        say(
            "字母、汉字、数字、- 和 _，不超过64个字符", "letters of any script, digits, - and _, at most 64 characters"
        ),
        say("改成如 学员0001 的标识", "write a label such as 学员0001"),
    )


def _boolean(text: str) -> str | Complaint:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain in _TRUE or plain in _FALSE:
        return "是" if plain in _TRUE else "否"
    return (
        "SHT05",
        say(f"“{shorten(text)}”不是“是”或“否”", f"{shorten(text)} is neither yes nor no"),
        say("是 或 否", "yes or no"),
        say("从下拉列表里选；不知道就空着", "choose from the drop-down list; leave it empty if not known"),
    )


def _text(text: str) -> str | Complaint:
    if len(text) <= 200 and not CONTROL.search(text) and not re.search("[\t\n\r\u2028\u2029]", text):
        return text
    return (
        "SHT05",
        say(
            f"“{shorten(text)}”太长，或有换行等控制字符",
            f"{shorten(text)} is too long, or has line breaks or control characters",
        ),
        say("一行以内、至多200个字", "one line of at most 200 characters"),
        say("改短，去掉换行", "shorten it, and remove line breaks"),
    )
