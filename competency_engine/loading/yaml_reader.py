"""Read YAML into plain values with the position of every key and value, in one pass over parser events.

Plain scalars follow the YAML 1.2 core schema, as editors do. Anchors, aliases, tags, duplicate keys and deep
nesting are refused, so that no file can blow up, crash the interpreter, or say two things at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import yaml

from competency_engine.diagnostics import Diagnostic, Mark, Path, Position, Related, Severity, SourceMap
from competency_engine.text import Text, say

MAX_DEPTH = 64
_REPEATED = "\0"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_SURPRISE = re.compile(
    r"(?:yes|no|on|off|y|n)\Z"
    r"|[-+]?0[0-9_]+\Z|0[xo][0-9a-fA-F_]+\Z"
    r"|[-+]?[0-9][0-9_]*_[0-9_]*\Z"
    r"|[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?\Z"
    r"|[-+]?[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+\Z"
    r"|[-+]?[0-9]+\.[0-9]*0\Z"
    r"|[-+]?\.(?:inf|nan)\Z",
    re.IGNORECASE,
)
_COLLECTION_ENDS = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})
_NODES = frozenset({yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.AliasEvent})
_SURPRISING = frozenset("yYnNoO0123456789+-.")
_DOCUMENT_START = re.compile(r"---(?:\s|\Z)")
_FULL_WIDTH_COLON = re.compile(r"\s*(?:- +)?([A-Za-z_][\w-]*)\s*(：)")
_GLUED_COLON = re.compile(r"\s*(?:- +)?([A-Za-z_][\w-]*)(:)(?=[^\s:/])")
_WIDE_INDENT = re.compile("[ \t]*([\u3000\u00a0]+)[ \t\u3000\u00a0]*(?:- |[\\w-]+\\s*[:：])")
_TAB_INDENT = re.compile(r" *(\t)")


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One YAML document as plain values, not yet checked against any type."""

    value: Any
    source_map: SourceMap


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What one file holds: its readable documents, ids seen in unreadable ones, and every problem."""

    documents: tuple[RawDocument, ...]
    broken_ids: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]


class _RefusedError(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def read_documents(text: str, file: str, field_names: frozenset[str]) -> ReadResult:
    """Return every document of ``text``; a broken document does not hide the ones after it.

    Args:
        text: the whole file.
        file: the name by which diagnostics call it.
        field_names: keys that documents may have; tells a slip (``title：…``) from ordinary text.
    """
    documents: list[RawDocument] = []
    broken_ids: set[str] = set()
    diagnostics: list[Diagnostic] = []
    lines = text.split("\n")
    for first_line, last_line in _chunks(lines):
        reader = _DocumentReader(lines, first_line, last_line, file, field_names)
        document = reader.read()
        diagnostics.extend(reader.diagnostics)
        if document is not None:
            documents.append(document)
        elif reader.diagnostics:
            broken_ids.update(
                re.findall(r"^id\s*[:：]\s*[\"']?([\w-]+)", "\n".join(lines[first_line:last_line]), re.MULTILINE)
            )
    return ReadResult(tuple(documents), frozenset(broken_ids), tuple(diagnostics))


def _chunks(lines: list[str]) -> Iterator[tuple[int, int]]:
    starts = [index for index, line in enumerate(lines) if _DOCUMENT_START.match(line)]
    bounds = [0, *starts, len(lines)]
    for first, last in pairwise(bounds):
        if any(line.strip() and not line.lstrip().startswith("#") for line in lines[first + (first in starts) : last]):
            yield first, last


def _events(text: str) -> Iterator[Any]:
    parser = _LOADER(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()


class _DocumentReader:
    """Builds one document from the lines ``first`` ≤ line < ``last`` (counted from 0)."""

    def __init__(self, lines: list[str], first: int, last: int, file: str, field_names: frozenset[str]) -> None:
        self.lines, self.first, self.last = lines, first, last
        self.file, self.field_names = file, field_names
        self.marks: list[Mark] = []
        self.diagnostics: list[Diagnostic] = []

    def read(self) -> RawDocument | None:
        """Return the document, or None when it cannot be read (then ``diagnostics`` says why)."""
        text = "\n".join(self.lines[self.first : self.last])
        try:
            root = self._build(_events(text))
        except _RefusedError as refused:
            self.diagnostics.append(refused.diagnostic)
            return None
        except yaml.MarkedYAMLError as error:
            self.diagnostics.append(self._syntax_error(error))
            return None
        except yaml.reader.ReaderError as error:
            self.diagnostics.append(self._unreadable_character(text, error))
            return None
        if not self.marks:
            return None
        return RawDocument(root, SourceMap(self.file, self.marks))

    def _build(self, events: Iterator[Any]) -> Any:
        """Return the document that ``events`` describe; it is the one item of an outermost list."""
        outermost: list[Any] = []
        container: Any = outermost
        path: Path = ()
        key: str | None = None
        stack: list[tuple[Any, Path]] = []
        for event in events:
            kind = type(event)
            if kind in _COLLECTION_ENDS:
                container, path = stack.pop()
                key = None
                continue
            if kind not in _NODES:
                continue
            mark = event.start_mark
            if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
                self._refuse_indirection(event)
            if type(container) is dict and key is None:
                key = self._key(event, container, path)
                continue
            here = self._path_of_next(container, outermost, path, key)
            self.marks.append(Mark(here, False, (self.first + mark.line + 1, mark.column + 1)))
            value = self._scalar(event) if kind is yaml.ScalarEvent else self._collection(event, len(stack))
            if type(container) is list:
                container.append(value)
            elif key is not None and _REPEATED not in key:
                container[key] = value
            key = None
            if kind is not yaml.ScalarEvent:
                stack.append((container, path))
                container, path = value, here
        return outermost[0] if outermost else None

    @staticmethod
    def _path_of_next(container: Any, outermost: Any, path: Path, key: str | None) -> Path:
        if container is outermost:
            return ()
        return (*path, len(container) if key is None else key)

    def _collection(self, event: Any, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            raise _RefusedError(
                _error(
                    "YML05",
                    self._at(event.start_mark),
                    say(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH} levels"),
                    say(f"最多 {MAX_DEPTH} 层", f"at most {MAX_DEPTH} levels"),
                    say("把内容拆成多个文档", "split the content into several documents"),
                )
            )
        return {} if isinstance(event, yaml.MappingStartEvent) else []

    def _at(self, mark: Any) -> Position:
        return Position(self.file, self.first + mark.line + 1, mark.column + 1)

    def _refuse_indirection(self, event: Any) -> None:
        what = None
        if isinstance(event, yaml.AliasEvent):
            what = say(f"使用了别名 *{event.anchor}", f"the alias *{event.anchor} is used")
        elif event.anchor is not None:
            what = say(f"使用了锚点 &{event.anchor}", f"the anchor &{event.anchor} is used")
        elif event.tag is not None and event.tag != "!":
            what = say(f"使用了标签 {event.tag}", f"the tag {event.tag} is used")
        if what is not None:
            raise _RefusedError(
                _error(
                    "YML03",
                    self._at(event.start_mark),
                    what,
                    say("直接写出内容", "the content itself"),
                    say(
                        "删去锚点、别名或标签，在此处写全",
                        "remove the anchor, alias or tag and write the content out here",
                    ),
                )
            )

    def _key(self, event: Any, container: dict[str, Any], path: Path) -> str:
        if not isinstance(event, yaml.ScalarEvent) or event.value == "<<":
            found = "<<" if isinstance(event, yaml.ScalarEvent) else "[…]"
            raise _RefusedError(
                _error(
                    "YML03",
                    self._at(event.start_mark),
                    say(f"键 {found} 不是普通的名称", f"the key {found} is not a plain name"),
                    say("名称: 值", "name: value"),
                    say("把合并或复合的键改写为普通的键", "replace the merged or compound key by plain keys"),
                )
            )
        key: str = event.value
        if key.startswith(("\u3000", "\u00a0")):
            raise _RefusedError(_wide_indent(self._at(event.start_mark)))
        full = (*path, key)
        if key in container:
            position = self._at(event.start_mark)
            self.diagnostics.append(
                _error(
                    "YML02",
                    position,
                    say(f"键 {key} 重复", f"the key {key} appears twice"),
                    say("每个键只写一次", "each key once"),
                    say("删去其中一个，或合并两处的值", "remove one of them, or merge the two values"),
                    Related(self._key_position(full), say("首次出现在这里", "first written here")),
                )
            )
            key = f"{key}{_REPEATED}{position.line}:{position.column}"
            full = (*path, key)
        mark = event.start_mark
        self.marks.append(Mark(full, True, (self.first + mark.line + 1, mark.column + 1)))
        return key

    def _key_position(self, path: Path) -> Position:
        return next(Position(self.file, *mark.position) for mark in self.marks if mark.is_key and mark.path == path)

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0] or event.style:
            return text
        if ":" in text or "：" in text:
            self._report_slip(text, event)
        if text[:1] in _SURPRISING and _SURPRISE.match(text):
            self.diagnostics.append(
                Diagnostic(
                    "YML04",
                    Severity.WARNING,
                    self._at(event.start_mark),
                    say(f"{text} 在不同工具中读法不同", f"{text} is read differently by different tools"),
                    say("不会误读的写法", "a value that every tool reads alike"),
                    say(
                        f'是文字就加引号："{text}"；是数字就写成普通十进制',
                        f'quote it if it is text: "{text}"; write a plain decimal if it is a number',
                    ),
                )
            )
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INT.match(text) and len(text) < 16:
            return int(text)
        if _FLOAT.match(text) and len(text) < 32:
            return float(text)
        return text

    def _report_slip(self, text: str, event: Any) -> None:
        for pattern, slip in ((_FULL_WIDTH_COLON, _full_width_colon), (_GLUED_COLON, _glued_colon)):
            match = pattern.match(text)
            if match and match.group(1) in self.field_names:
                position = self._at(event.start_mark)
                colon = Position(self.file, position.line, position.column + match.start(2))
                raise _RefusedError(slip(colon, match.group(1)))

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> Diagnostic:
        mark = error.problem_mark or error.context_mark
        context = error.context or ""
        if error.context_mark is not None and ("quoted" in context or "flow" in context):
            mark = error.context_mark
        assert mark is not None
        position = self._at(mark)
        slip = self._slip_before(mark.line)
        if slip is not None:
            return slip
        problem = " ".join(filter(None, (context, error.problem)))
        return _error(
            "YML01",
            position,
            say(f"YAML 语法错误：{_problem_in_chinese(problem)}", f"YAML syntax error: {problem}"),
            say("合法的 YAML", "valid YAML"),
            say(
                "检查本行及上一行的缩进、引号、括号，以及冒号后的空格",
                "check the indent, quotes and brackets of this line and the one above, and the space after each colon",
            ),
        )

    def _slip_before(self, line: int) -> Diagnostic | None:
        """Return the usual slip that stands on the line of a syntax error or on one of the two before it."""
        for index in range(min(line, self.last - self.first - 1), max(line - 3, -1), -1):
            text = self.lines[self.first + index]
            here = self.first + index + 1
            if match := _WIDE_INDENT.match(text):
                return _wide_indent(Position(self.file, here, match.start(1) + 1))
            if match := _TAB_INDENT.match(text):
                return _tab_indent(Position(self.file, here, match.start(1) + 1))
            for pattern, slip in ((_FULL_WIDTH_COLON, _full_width_colon), (_GLUED_COLON, _glued_colon)):
                if (match := pattern.match(text)) and match.group(1) in self.field_names:
                    return slip(Position(self.file, here, match.start(2) + 1), match.group(1))
        return None

    def _unreadable_character(self, text: str, error: Any) -> Diagnostic:
        offset = next((i for i, c in enumerate(text) if (ord(c) < 32 and c not in "\t\n\r") or ord(c) == 127), 0)
        before = text[:offset]
        line = self.first + before.count("\n") + 1
        column = offset - (before.rfind("\n") + 1) + 1
        character = ord(text[offset]) if text else 0
        return _error(
            "YML06",
            Position(self.file, line, column),
            say(f"含有不可见的控制字符 U+{character:04X}", f"holds the control character U+{character:04X}"),
            say("可打印的字符", "printable characters"),
            say("删去这个字符，重新保存为 UTF-8", "remove the character and save the file as UTF-8"),
        )


def _error(code: str, position: Position, message: Text, expected: Text, mend: Text, *related: Related) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, position, message, expected, mend, related)


def _full_width_colon(position: Position, key: str) -> Diagnostic:
    return _error(
        "YML07",
        position,
        say(f"{key} 后面用了全角冒号“：”", f"{key} is followed by a full-width colon"),
        say(f"{key}: 值", f"{key}: value"),
        say("改为半角冒号加一个空格", "write a half-width colon and a space"),
    )


def _glued_colon(position: Position, key: str) -> Diagnostic:
    return _error(
        "YML08",
        position,
        say(f"{key}: 的冒号后缺少空格", f"there is no space after the colon of {key}:"),
        say(f"{key}: 值", f"{key}: value"),
        say("在冒号后加一个空格", "put a space after the colon"),
    )


def _wide_indent(position: Position) -> Diagnostic:
    return _error(
        "YML09",
        position,
        say("缩进里有全角空格或不换行空格", "the indent holds an ideographic or no-break space"),
        say("只用半角空格缩进", "plain spaces only"),
        say("把这些空格换成半角空格", "replace them by plain spaces"),
    )


def _tab_indent(position: Position) -> Diagnostic:
    return _error(
        "YML09",
        position,
        say("缩进里有制表符", "the indent holds a tab"),
        say("只用半角空格缩进", "plain spaces only"),
        say("把制表符换成半角空格", "replace the tab by plain spaces"),
    )


_CHINESE = (
    ("found unexpected end of stream", "引号没有闭合，直到文件末尾"),
    ("while scanning a quoted scalar", "引号内的文字"),
    ("did not find expected ',' or ']'", "方括号没有闭合，或缺逗号"),
    ("did not find expected ',' or '}'", "花括号没有闭合，或缺逗号"),
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
)


def _problem_in_chinese(problem: str) -> str:
    return next((chinese for english, chinese in _CHINESE if english in problem), problem)
