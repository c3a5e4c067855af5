"""The YAML parser's events, and what its errors mean to a designer: the usual slip behind one, else its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from competency_engine.diagnostics import Diagnostic, Position, Related
from competency_engine.loading.slips import WRONG_COLONS, error, tab_indent, wide_indent, wrong_colon
from competency_engine.text import say

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WIDE_INDENT = re.compile("[ \t]*([\u3000\u00a0])[ \t\u3000\u00a0]*(?:- |[\\w-]+\\s*[:：])")
_TAB_INDENT = re.compile(r" *(\t)")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines of one document and where they stand: ``first`` lines of ``file`` come before them."""

    lines: list[str]
    file: str
    first: int

    def at(self, mark: Any) -> Position:
        """Return the place of a mark of the parser; where it ran out of text, the end of the last line that holds any."""
        last = next((index for index in range(len(self.lines) - 1, 0, -1) if self.lines[index].strip()), 0)
        if mark.line > last:
            return Position(self.file, self.first + last + 1, len(self.lines[last].rstrip()) + 1)
        return Position(self.file, self.first + mark.line + 1, mark.column + 1)


def parse_events(text: str) -> Iterator[Any]:
    """Yield the events of ``text``.

    Raises:
        yaml.MarkedYAMLError: where ``text`` is no YAML.
    """
    parser = _LOADER(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()


def explain(problem: yaml.MarkedYAMLError, excerpt: Excerpt, names: frozenset[str]) -> Diagnostic:
    """Return what a syntax error means: the slip on its line or just above, else the parser's words.

    Args:
        problem: what the parser says.
        excerpt: the document that it reads.
        names: keys that documents may have.
    """
    mark = problem.problem_mark or problem.context_mark
    assert mark is not None
    slip = _slip_before(mark, excerpt, names)
    if slip is not None:
        return slip
    quoted, bracket = _open_when_it_failed(excerpt)
    if quoted is not None and quoted.start_mark.line < quoted.end_mark.line == mark.line:
        closed = Related(excerpt.at(quoted.end_mark), say("引文到这里才结束", "the quoted text ends only here"))
        return _syntax_error(excerpt.at(quoted.start_mark), "the quoted text runs over several lines", closed)
    context = problem.context or ""
    if problem.context_mark is not None and ("quoted" in context or "flow" in context):
        ran_out = context == "while parsing a flow node" and mark.line >= len(excerpt.lines) - 1
        mark = bracket if ran_out and bracket is not None else problem.context_mark
    return _syntax_error(excerpt.at(mark), " ".join(filter(None, (context, problem.problem))))


def _open_when_it_failed(excerpt: Excerpt) -> tuple[Any, Any]:
    """Return the last quoted text that the parser read, and the mark of the innermost bracket that is still open."""
    quoted = None
    opened: list[Any] = []
    try:
        for event in parse_events("\n".join(excerpt.lines)):
            if isinstance(event, yaml.CollectionStartEvent):
                opened.append(event.start_mark if event.flow_style else None)
            elif isinstance(event, yaml.CollectionEndEvent):
                opened.pop()
            elif isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"'):
                quoted = event
    except yaml.MarkedYAMLError:
        pass
    return quoted, opened[-1] if opened else None


def _syntax_error(position: Position, problem: str, *related: Related) -> Diagnostic:
    return error(
        "YML01",
        position,
        say(f"YAML 语法错误：{_problem_in_chinese(problem)}", f"YAML syntax error: {problem}"),
        say("合法的 YAML", "valid YAML"),
        say(
            "检查本行及上一行的缩进、引号、括号，以及冒号后的空格",
            "check the indent, quotes and brackets of this line and the one above, and the space after each colon",
        ),
        *related,
    )


def _slip_before(mark: Any, excerpt: Excerpt, names: frozenset[str]) -> Diagnostic | None:
    """Return the usual slip that stands on the line of a syntax error or on one of the two before it."""
    for index in range(max(mark.line - 2, 0), min(mark.line + 1, len(excerpt.lines))):
        line = excerpt.lines[index]
        here = excerpt.first + index + 1
        if match := _WIDE_INDENT.match(line):
            return wide_indent(Position(excerpt.file, here, match.start(1) + 1))
        if match := _TAB_INDENT.match(line):
            return tab_indent(Position(excerpt.file, here, match.start(1) + 1))
        for pattern in WRONG_COLONS:
            match = pattern.match(line)
            if match and (match.group(1) in names or _is_cause(match, index, mark, excerpt)):
                return wrong_colon(Position(excerpt.file, here, match.start(2) + 1), match.group(1), match.group(2))
    return None


def _is_cause(match: re.Match[str], index: int, mark: Any, excerpt: Excerpt) -> bool:
    """Return whether the parser comes further once the colon of ``match`` in line ``index`` is mended."""
    line = excerpt.lines[index]
    mended = f"{line[: match.start(2)]}: {line[match.end(2) :]}"
    try:
        for _ in parse_events("\n".join([*excerpt.lines[:index], mended, *excerpt.lines[index + 1 :]])):
            pass
    except yaml.MarkedYAMLError as problem:
        later = problem.problem_mark or problem.context_mark
        return later is not None and later.line > mark.line
    return True


_CHINESE = (
    ("the quoted text runs over several lines", "引号没有在本行闭合"),
    ("found unexpected end of stream", "引号没有闭合，直到文件末尾"),
    ("found unknown escape character", "双引号里有未知的转义，反斜杠 \\ 要写成 \\\\"),
    ("while scanning a quoted scalar", "引号内的文字"),
    ("did not find expected ',' or ']'", "方括号没有闭合，或缺半角逗号"),
    ("did not find expected ',' or '}'", "花括号没有闭合，或缺半角逗号"),
    ("did not find expected key", "此处应为一个键（常见原因：缩进不齐）"),
    ("did not find expected '-' indicator", "此处应为列表项 -（常见原因：缩进不齐）"),
    (
        "mapping values are not allowed in this context",
        "此处不能再出现“键: 值”（常见原因：缩进不齐，或值里的冒号没有加引号）",
    ),
    ("could not find expected ':'", "缺少冒号"),
    ("found character that cannot start any token", "此处有不能开头的字符"),
    ("did not find expected <document start>", "文档在此处应已结束"),
    ("did not find expected node content", "此处应有一个值"),
    ("block sequence entries are not allowed in this context", "此处不能写列表项"),
    ("while scanning a block scalar", "| 或 > 之后须换行"),
    ("while scanning a directive", "% 开头的指令不认识"),
)


def _problem_in_chinese(problem: str) -> str:
    return next((chinese for english, chinese in _CHINESE if english in problem), problem)
