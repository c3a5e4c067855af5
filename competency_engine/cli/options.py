"""Options that several commands share, and the language they speak."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from competency_engine.errors import UsageError
from competency_engine.text import Lang, say

if TYPE_CHECKING:
    from competency_engine.workflows.plan import PlanOptions


class Language(StrEnum):
    """Languages of the interface."""

    ZH = "zh"
    EN = "en"


class Format(StrEnum):
    """Formats of a document."""

    TERMINAL = "terminal"
    JSON = "json"
    MARKDOWN = "markdown"
    SVG = "svg"
    HTML = "html"


def detect_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Return the language asked for by ``--lang``, else that of the locale; English where neither says."""
    for index, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=")
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if argument.startswith("--lang") and value in ("zh", "en"):
            return "zh" if value == "zh" else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "zh" if environment[name].lower().startswith("zh") else "en"
    return "en"


LEAST_HOURS, MOST_HOURS = 0.25, 8784
"""Credit hours that a calendar year can be given: a quarter, and every hour of a leap year."""
FIRST_YEAR, LAST_YEAR = 1950, 2100
"""Years in which a date of reference or a first month can lie."""

LANGUAGE: Lang = detect_language(sys.argv[1:], os.environ)


def words(zh: str, en: str) -> str:
    """Return the words in the language of this run; for help texts."""
    return say(zh, en).in_language(LANGUAGE)


def _check_folder(folder: Path | None) -> Path | None:
    if folder is not None and folder.exists() and not folder.is_dir():
        raise typer.BadParameter(words(f"{folder} 是文件，不是文件夹", f"{folder} is a file, not a folder"))
    return folder


def _check_hours(hours: float | None) -> float | None:
    if hours is not None and not LEAST_HOURS <= hours <= MOST_HOURS:
        expected = f"{LEAST_HOURS:g}–{MOST_HOURS}"
        raise typer.BadParameter(words(f"{hours:g}，应在 {expected} 之间", f"{hours:g}, expected {expected}"))
    return hours


LangOption = Annotated[
    Language,
    typer.Option("--lang", help=words("界面语言；默认随系统", "language of the interface; the locale's by default")),
]
FormatOption = Annotated[Format, typer.Option("--format", help=words("输出格式", "output format"))]
OutOption = Annotated[
    Path | None, typer.Option("--out", help=words("写入文件，不写则到屏幕", "file to write; the screen by default"))
]
PeopleOption = Annotated[
    Path | None,
    typer.Option(
        "--people",
        help=words(
            "学员文件夹或文件；默认 ./people，没有则用内置示例",
            "people, a folder or file; ./people, else the shipped example",
        ),
    ),
]
CurriculumOption = Annotated[
    str | None, typer.Option("--curriculum", help=words("课程体系的文件夹名", "folder name of the curriculum"))
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", help=words("基准日期，如 2026-11-21；默认今天", "date of reference, as 2026-11-21; today by default")
    ),
]
HoursOption = Annotated[
    float | None,
    typer.Option(
        "--hours",
        callback=_check_hours,
        help=words("每个日历年的学时预算", "credit hours of a calendar year"),
    ),
]
StartOption = Annotated[
    str | None,
    typer.Option(
        "--start", help=words("首月，如 2027-01；默认次年一月", "first month, as 2027-01; next January by default")
    ),
]
MonthsOption = Annotated[int | None, typer.Option("--months", min=1, max=60, help=words("月数", "months"))]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=256,
        help=words(
            "本机进程数；人多时默认用全部核", "processes on this machine; where people are many, all cores by default"
        ),
    ),
]
SmallestOption = Annotated[
    int,
    typer.Option(
        "--smallest", min=1, max=1000, help=words("少于几人的数不显示", "counts of fewer people are kept back")
    ),
]
TablesOption = Annotated[
    Path | None,
    typer.Option(
        "--tables",
        callback=_check_folder,
        help=words("把所有表写进这个文件夹：CSV 和说明", "folder to write every table into: CSV and their schema"),
    ),
]
CrosswalkOption = Annotated[
    Path | None,
    typer.Option(
        "--crosswalk",
        metavar="FILE",
        help=words("两个模型的对照表，YAML（见 docs/compare.md）", "crosswalk of two models, YAML (docs/compare.md)"),
    ),
]
PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help=words("学员标识", "label of a person"))]
LANG_DEFAULT = Language(LANGUAGE)


def plan_options(as_of: str | None, start: str | None, months: int | None, hours: float | None) -> PlanOptions:
    """Return the dates and hours that the options ask for.

    Raises:
        UsageError: when ``as_of`` is no date or ``start`` no month.
    """
    from competency_engine.workflows.plan import PlanOptions

    return PlanOptions(parse_date(as_of), parse_month(start), months, hours)


def parse_date(text: str | None) -> dt.date:
    """Return the date in ``text``; today where there is none.

    Raises:
        UsageError: when ``text`` is no date, or lies in a year that nobody plans for.
    """
    if text is None:
        return dt.date.today()
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(say(f"{text} 不是日期，应如 2026-11-21", f"{text} is not a date such as 2026-11-21")) from None
    return _of_our_time(date, text)


def parse_month(text: str | None) -> tuple[int, int] | None:
    """Return ``2027-01`` as (2027, 1); None where there is none.

    Raises:
        UsageError: when ``text`` is no month, or lies in a year that nobody plans for.
    """
    if text is None:
        return None
    try:
        date = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise UsageError(say(f"{text} 不是月份，应如 2027-01", f"{text} is not a month such as 2027-01")) from None
    _of_our_time(date, text)
    return date.year, date.month


def _of_our_time(date: dt.date, text: str) -> dt.date:
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise UsageError(
            say(
                f"{text}：年份应在 {FIRST_YEAR} 与 {LAST_YEAR} 之间",
                f"{text}: the year must lie between {FIRST_YEAR} and {LAST_YEAR}",
            )
        )
    return date
