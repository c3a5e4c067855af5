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


def no_credits(ids: list[str]) -> Texts:
    """Courses without credit hours, under a header that has a column of them."""
    listed = _few(ids)
    return (
        say(f"没有学分的课程 {len(ids)} 门：{listed}", f"courses without credit hours: {len(ids)}: {listed}"),
        say("学分，可以是0", "credit hours, 0 if it has none"),
        say("填上", "fill them in"),
    )


def no_name(id_: str) -> Texts:
    """A row with an id, but without name, prefix and number."""
    return (
        say(f"课程 {shorten(id_)} 没有名称", f"the course {shorten(id_)} has no name"),
        say("每门课程的名称", "a name of each course"),
        say(
            "填上；不是课程的行（合计、备注）删去，或以 # 开头",
            "fill it in; remove a row that is no course, or begin it with #",
        ),
    )


def nothing_but_id(text: str) -> Texts:
    """A row whose first cell alone is filled."""
    return (
        say(
            f"这一行只有“{shorten(text)}”，不当作课程",
            f"the row holds “{shorten(text)}” alone; it is not read as a course",
        ),
        say("每行一门课程", "a course a row"),
        say("是课程就补上名称；不是就以 # 开头", "if it is a course, add its name; if not, begin the row with #"),
    )


def second_file(text: str) -> Texts:
    """A fact of a curriculum below its courses, or another than the one above."""
    return (
        say(
            f"“{shorten(text)}”不该在这里：又一个培养方案？",
            f"“{shorten(text)}” does not belong here: is this another curriculum?",
        ),
        say(
            "一个文件一个培养方案，先是它的各项，再是课程", "one curriculum a file, what it is called above its courses"
        ),
        say("拆成两个文件，或删去这一行", "make two files of it, or remove the row"),
    )


def too_wide(cells: int, usual: int) -> Texts:
    """A row with more cells than others, empty ones at the end."""
    return (
        say(f"这一行有 {cells} 格，其余多为 {usual} 格", f"the row has {cells} cells, most others have {usual}"),
        say(f"{usual} 格", f"{usual} cells"),
        say("若名称里有分隔符，整格加引号", "if a name holds a separator, quote the cell"),
    )


def cut_off(cells: int, usual: int) -> Texts:
    """A last row that is too short, with no end of the line behind it."""
    return (
        say(
            f"最后一行只有 {cells} 格，其余多为 {usual} 格：文件是否不完整？",
            f"the last row has {cells} cells, most others have {usual}: was the file cut off?",
        ),
        say("完整的文件", "a whole file"),
        say("重新导出或下载", "export or download it again"),
    )


def by_name(pairs: list[tuple[str, str]]) -> Texts:
    """Requisites that are written as prefix and number of a course instead of its id."""
    zh = "、".join(f"{written} 即 {id_}" for written, id_ in pairs)
    en = ", ".join(f"{written} as {id_}" for written, id_ in pairs)
    return (
        say(f"按前缀和编号读：{shorten(zh, 60)}", f"read by prefix and number: {shorten(en, 60)}"),
        say("课程的标识", "ids of courses"),
        say("若不是这个意思，写标识", "write ids if that is not meant"),
    )


def without_term(ids: list[str]) -> Texts:
    """Courses without a term in a degree plan."""
    listed = _few(ids)
    return (
        say(f"没有学期的课程 {len(ids)} 门：{listed}", f"courses without a term: {len(ids)}: {listed}"),
        say("学期从1数起", "terms, counted from 1"),
        say("填上", "fill them in"),
    )


def broken_term(reason: Text) -> Texts:
    """A requisite that the terms of the plan do not keep."""
    return (
        reason,
        say(
            "先修在前，同修不后，严格同修同期",
            "prerequisites earlier, corequisites not later, strict ones in the same term",
        ),
        say("改学期；转换不受影响，工作区按月重排", "change the term; the workspace is planned anew, by months"),
    )


def _few(ids: list[str]) -> str:
    return shorten(", ".join(ids[:5]), 60) + (" …" if len(ids) > 5 else "")


def twice(id_: str) -> Texts:
    """An id that an earlier course has."""
    return (
        say(f"标识 {shorten(id_)} 重复", f"the id {shorten(id_)} stands twice"),
        say("每门课程一个标识", "an id of its own for each course"),
        say("改其中一个，连同引用它的先修", "change one of them, and the requisites that mean it"),
    )


def unknown(ids: list[str], several: list[str]) -> Texts:
    """Requisites that are no courses; ``several`` are the ids of courses that one of them could mean."""
    listed = shorten(", ".join(ids), 60)
    mend = say(
        "改为课程的标识，以分号隔开；若课程在别处，可以不管",
        "write ids of courses with semicolons between them, or leave it if the course is elsewhere",
    )
    if several:
        could = ", ".join(several)
        mend = say(f"这样称呼的有几门，写标识：{could}", f"several courses are called so, write an id: {could}")
    return (
        say(f"没有课程 {listed}，不计", f"no such course: {listed}; ignored"),
        say("文件里的课程", "a course of this file"),
        mend,
    )
