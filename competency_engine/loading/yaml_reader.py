"""Read YAML into plain values with the position of every key and value, in one pass over parser events.

Plain scalars follow the YAML 1.2 core schema, as editors do. Anchors, aliases, tags, duplicate keys and deep
nesting are refused, so that no file can blow up, crash the interpreter, or say two things at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from competency_engine.diagnostics import Diagnostic, Mark, Path, Position, Related, Severity, SourceMap
from competency_engine.loading.documents import MAX_DEPTH, RawDocument
from competency_engine.loading.slips import error, find_slip, find_slip_in_key, wide_indent
from competency_engine.loading.syntax import Excerpt, explain, parse_events
from competency_engine.text import say

_REPEATED = "\0"

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
_COLONS = re.compile("[:：]")
_TELLING = frozenset(["", *"~nNtTfFyYoO0123456789+-."])
_LONGEST_SURPRISE = 40
_DOCUMENT_START = re.compile(r"---(?:\s|\Z)")
_DOCUMENT_END = re.compile(r"\.\.\.(?:\s|\Z)")
_ID = re.compile(r"""(?:^|[\s{,"'])id["']?[ \t]*[:：][ \t]*(?:[&!]\S*[ \t]+)*["']?([\w-]+)""", re.MULTILINE)
_UNREADABLE = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")


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
        reader = _DocumentReader(Excerpt(lines[first_line:last_line], file, first_line), field_names)
        document = reader.read()
        diagnostics.extend(reader.diagnostics)
        if document is not None:
            documents.append(document)
        else:
            broken_ids.update(_ID.findall(_UNREADABLE.sub("", reader.text)))
    return ReadResult(tuple(documents), frozenset(broken_ids), tuple(diagnostics))


def _chunks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the span of lines of each document; directives (``%YAML 1.2``) belong to the document after them."""
    ends = {index for index, line in enumerate(lines) if line[:3] == "---" and _DOCUMENT_START.match(line)}
    ends |= {index + 1 for index, line in enumerate(lines) if line[:3] == "..." and _DOCUMENT_END.match(line)}
    first = 0
    for last in sorted(ends | {len(lines)}):
        content = (text for line in lines[first:last] if (text := _content(line)))
        head = next(content, "")
        if head.startswith("%") and last < len(lines) and all(text.startswith("%") for text in content):
            continue
        if head:
            yield first, last
        first = last


def _content(line: str) -> str:
    text = line.strip()
    if text[:3] == line[:3] and (_DOCUMENT_START.match(line) or _DOCUMENT_END.match(line)):
        text = text[3:].lstrip()
    return "" if text.startswith("#") else text


class _DocumentReader:
    """Builds one document from its lines."""

    def __init__(self, excerpt: Excerpt, field_names: frozenset[str]) -> None:
        self.excerpt, self.field_names = excerpt, field_names
        self.text = "\n".join(excerpt.lines)
        self.escapes = "\\" in self.text
        self.marks: list[Mark] = []
        self.first_keys: dict[Path, Position] = {}
        self.indexed = 0
        self.diagnostics: list[Diagnostic] = []

    def read(self) -> RawDocument | None:
        """Return the document, or None when it cannot be read (then ``diagnostics`` says why)."""
        unreadable = _UNREADABLE.search(self.text)
        if unreadable is not None:
            self.diagnostics.append(self._unreadable_character(unreadable.start()))
            return None
        try:
            root = self._build(parse_events(self.text))
        except _RefusedError as refused:
            self.diagnostics.append(refused.diagnostic)
            return None
        except yaml.MarkedYAMLError as problem:
            self.diagnostics.append(explain(problem, self.excerpt, self.field_names))
            return None
        if not self.marks:
            return None
        return RawDocument(root, SourceMap(self.excerpt.file, self.marks))

    def _build(self, events: Iterator[Any]) -> Any:
        """Return the document that ``events`` describe; it is the one item of an outermost list."""
        outermost: list[Any] = []
        container: Any = outermost
        path: Path = ()
        key: str | None = None
        first = self.excerpt.first + 1
        plain_quotes = not self.escapes
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
            if container is outermost:
                here: Path = ()
            else:
                here = (*path, len(container) if key is None else key)
            self.marks.append((here, False, first + mark.line, mark.column + 1))
            if kind is not yaml.ScalarEvent:
                value = self._collection(event, len(stack))
            elif plain_quotes if event.style else event.value[:1] not in _TELLING and not _COLONS.search(event.value):
                value = event.value
            else:
                value = self._scalar(event)
            if type(container) is list:
                container.append(value)
            elif key is not None and _REPEATED not in key:
                container[key] = value
            key = None
            if kind is not yaml.ScalarEvent:
                stack.append((container, path))
                container, path = value, here
        return outermost[0] if outermost else None

    def _collection(self, event: Any, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            raise _RefusedError(
                error(
                    "YML05",
                    self.excerpt.at(event.start_mark),
                    say(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH} levels"),
                    say(f"最多 {MAX_DEPTH} 层", f"at most {MAX_DEPTH} levels"),
                    say("把内容拆成多个文档", "split the content into several documents"),
                )
            )
        return {} if isinstance(event, yaml.MappingStartEvent) else []

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
                error(
                    "YML03",
                    self.excerpt.at(event.start_mark),
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
                error(
                    "YML03",
                    self.excerpt.at(event.start_mark),
                    say(f"键 {found} 不是普通的名称", f"the key {found} is not a plain name"),
                    say("名称: 值", "name: value"),
                    say("把合并或复合的键改写为普通的键", "replace the merged or compound key by plain keys"),
                )
            )
        key: str = event.value
        if event.implicit[0] and not event.style:
            self._refuse_slip_in_key(key, event)
        elif self.escapes:
            self._report_control(key, event)
        full = (*path, key)
        if key in container:
            position = self.excerpt.at(event.start_mark)
            self.diagnostics.append(
                error(
                    "YML02",
                    position,
                    say(f"键 {key:.40} 重复", f"the key {key:.40} appears twice"),
                    say("每个键只写一次", "each key once"),
                    say("删去其中一个，或合并两处的值", "remove one of them, or merge the two values"),
                    Related(self._key_position(full), say("首次出现在这里", "first written here")),
                )
            )
            key = f"{key}{_REPEATED}{position.line}:{position.column}"
            full = (*path, key)
        mark: Any = event.start_mark
        self.marks.append((full, True, self.excerpt.first + mark.line + 1, mark.column + 1))
        return key

    def _refuse_slip_in_key(self, key: str, event: Any) -> None:
        if key.startswith(("\u3000", "\u00a0")):
            raise _RefusedError(wide_indent(self.excerpt.at(event.start_mark)))
        slip = find_slip_in_key(key, self.excerpt.at(event.start_mark)) if ":" in key or "：" in key else None
        if slip is not None:
            raise _RefusedError(slip)

    def _key_position(self, path: Path) -> Position:
        for known, is_key, line, column in self.marks[self.indexed :]:
            if is_key:
                self.first_keys.setdefault(known, Position(self.excerpt.file, line, column))
        self.indexed = len(self.marks)
        return self.first_keys[path]

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0] or event.style:
            if self.escapes:
                self._report_control(text, event)
            return text
        if ":" in text or "：" in text:
            self._refuse_slip(text, event)
        if text[:1] in _TELLING and len(text) <= _LONGEST_SURPRISE and _SURPRISE.match(text):
            self.diagnostics.append(
                Diagnostic(
                    "YML04",
                    Severity.WARNING,
                    self.excerpt.at(event.start_mark),
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

    def _refuse_slip(self, text: str, event: Any) -> None:
        slip = find_slip(text, self.excerpt.at(event.start_mark), self.field_names)
        if slip is not None:
            raise _RefusedError(slip)

    def _report_control(self, text: str, event: Any) -> None:
        match = _CONTROL.search(text)
        if match is not None:
            self.diagnostics.append(_hidden_character(self.excerpt.at(event.start_mark), match.group()))

    def _unreadable_character(self, offset: int) -> Diagnostic:
        before = self.text[:offset]
        line = self.excerpt.first + before.count("\n") + 1
        column = offset - (before.rfind("\n") + 1) + 1
        return _hidden_character(Position(self.excerpt.file, line, column), self.text[offset])


def _hidden_character(position: Position, character: str) -> Diagnostic:
    return error(
        "YML06",
        position,
        say(f"含有看不见的字符 U+{ord(character):04X}", f"holds the invisible character U+{ord(character):04X}"),
        say("看得见的字符", "characters that can be seen"),
        say("删去这个字符，重新保存为 UTF-8", "remove the character and save the file as UTF-8"),
    )
