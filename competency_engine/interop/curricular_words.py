"""What is said of a curricular CSV file: what was found, what was expected, how to mend it."""

from __future__ import annotations

from typing import TypeAlias

from competency_engine.errors import reason_of
from competency_engine.interop.columns import shorten
from competency_engine.text import Text, say

Texts: TypeAlias = tuple[Text, Text, Text]


def too_big(size: int, most: int) -> Texts:
    """A file beyond the limit."""
    return (
        say(f"文件有 {size:,} 字节，太大", f"the file has {size:,} bytes, too many"),
        say(f"至多 {most:,} 字节", f"at most {most:,} bytes"),
        say("检查是否选对了文件", "see whether this is the right file"),
    )


def unreadable(error: OSError) -> Texts:
    """A file that the system does not give."""
    reason = reason_of(error)
    return (
        say(f"无法读取：{reason.zh}", f"it cannot be read: {reason.en}"),
        say("可读的 CSV 文件", "a CSV file that can be read"),
        say("检查文件名、文件夹和权限", "check its name, its folder and your rights"),
    )


def too_many(most: int) -> Texts:
    """A course beyond the limit."""
    return (
        say(f"课程多于 {most:,} 门", f"more than {most:,} courses"),
        say(f"至多 {most:,} 门", f"at most {most:,}"),
        say("一个文件一个培养方案", "one curriculum a file"),
    )


def not_this_format() -> Texts:
    """A file without a header of courses."""
    return (
        say(
            "没有课程的表头，不是 CurricularAnalytics 的 CSV",
            "no header of courses: no CSV file of CurricularAnalytics",
        ),
        say(
            "一行表头，如 Course ID,Course Name,Prerequisites,…",
            "a header such as Course ID,Course Name,Prerequisites,…",
        ),
        say("补上表头，或选对文件", "add the header, or choose the right file"),
    )


def no_courses() -> Texts:
    """A header without courses."""
    return (
        say("表头下没有课程", "there are no courses below the header"),
        say("至少一门课程", "at least one course"),
        say("补上课程", "add the courses"),
    )


def no_header() -> Texts:
    """Rows where a header belongs."""
    return (
        say("这一节没有表头，其中的行都没有读", "this section has no header; none of its rows was read"),
        say(
            "一行表头，如 Course ID,Course Name,Prerequisites,…",
            "a header such as Course ID,Course Name,Prerequisites,…",
        ),
        say("在这一行之上补上表头", "add the header above this row"),
    )


def passed_over() -> Texts:
    """A section that is not read."""
    return (
        say("学习成果一节不读", "the section of learning outcomes is not read"),
        say("课程和先修", "courses and requisites"),
        say("不需要改", "nothing to mend"),
    )


def unknown_row(text: str) -> Texts:
    """A row that is neither fact nor course."""
    return (
        say(f"认不得“{shorten(text)}”这一行，不读", f"the row “{shorten(text)}” is not known and not read"),
        say("Curriculum、Institution、System Type 等", "Curriculum, Institution, System Type and the like"),
        say("改行名；不需要的可以不管", "rename it, or leave it if it is not needed"),
    )


def other_system(text: str) -> Texts:
    """A system type other than the two."""
    return (
        say(f"学制“{shorten(text)}”，按 semester 读", f"the system type “{shorten(text)}” is read as semester"),
        say("semester 或 quarter", "semester or quarter"),
        say("写其中之一", "write one of the two"),
    )


def unclosed_quote() -> Texts:
    """A quote that never closes."""
    return (
        say("引号没有闭合，这一行没有读", "a quote never closes; the row was not read"),
        say("成对的引号", "a pair of quotes"),
        say("补上或删去引号", "close the quote, or remove it"),
    )


def control(text: str) -> Texts:
    """A cell with characters that cannot be seen."""
    return (
        say(f"格子里有控制字符：{shorten(text)}", f"control characters in a cell: {shorten(text)}"),
        say("文字", "text"),
        say("删去看不见的字符", "remove what cannot be seen"),
    )


def no_column(text: str) -> Texts:
    """A cell in a column that is not read."""
    return (
        say(f"“{shorten(text)}”所在的列没有读", f"“{shorten(text)}” stands in a column that is not read"),
        say("表头里认得的列", "a column that the header names"),
        say("检查这一行是否多了逗号", "see whether the row has a comma too many"),
    )


def no_id() -> Texts:
    """A course without an id."""
    return (
        say("课程没有标识", "a course without an id"),
        say("每门课程的 Course ID", "a Course ID of each course"),
        say("填上，或删去这一行", "fill it in, or remove the row"),
    )


def no_credits(id_: str) -> Texts:
    """A course without credit hours where others have them."""
    return (
        say(f"课程 {shorten(id_)} 没有学分", f"the course {shorten(id_)} has no credit hours"),
        say("学分，可以是0", "credit hours, 0 if it has none"),
        say("填上", "fill them in"),
    )


def twice(id_: str) -> Texts:
    """An id that an earlier course has."""
    return (
        say(f"标识 {shorten(id_)} 重复", f"the id {shorten(id_)} stands twice"),
        say("每门课程一个标识", "an id of its own for each course"),
        say("改其中一个，连同引用它的先修", "change one of them, and the requisites that mean it"),
    )


def unknown(ids: list[str], meant: tuple[str, str] | None) -> Texts:
    """Requisites that are no courses; ``meant`` is id and name of one that is, under its prefix and number."""
    listed = shorten(", ".join(ids), 60)
    mend = say(
        "改为课程的标识；若课程在别处，可以不管", "write the id of a course, or leave it if the course is elsewhere"
    )
    if meant is not None:
        mend = say(f"若指 {shorten(meant[1])}，写 {meant[0]}", f"if {shorten(meant[1])} is meant, write {meant[0]}")
    return (
        say(f"没有课程 {listed}，不计", f"no such course: {listed}; ignored"),
        say("文件里的课程", "a course of this file"),
        mend,
    )
