"""Read one line of JSON with the place of every key and value; slow, for lines in which something is wrong."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import Any

from competency_engine.diagnostics import Diagnostic, Mark, Path, Position, Related, Severity, SourceMap
from competency_engine.loading.yaml_reader import MAX_DEPTH, RawDocument
from competency_engine.text import Text, say

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,99})(\.[0-9]{1,99})?([eE][-+]?[0-9]{1,3})?(?![0-9.eE])")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_WORD = re.compile("true|false|null")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _RefusedError(Exception):
    def __init__(self, at: int, code: str, texts: tuple[Text, Text, Text]) -> None:
        super().__init__(code)
        self.at, self.code, self.texts = at, code, texts


def read_json_line(text: str, file: str, line: int) -> tuple[RawDocument | None, tuple[Diagnostic, ...]]:
    """Return the value of ``text``, JSON as of RFC 8259, and what is wrong with it; None when it cannot be read.

    Args:
        text: the line.
        file: the name by which diagnostics call the file.
        line: the number of the line in the file, from 1.
    """
    reader = _LineReader(text, file, line)
    try:
        value, end = reader.value(0, (), 0)
        if end < len(text):
            raise _not_json(end, text)
    except _RefusedError as refused:
        refusal = Diagnostic(refused.code, Severity.ERROR, reader.place(refused.at), *refused.texts)
        return None, (*reader.diagnostics, refusal)
    return RawDocument(value, SourceMap(file, reader.marks)), tuple(reader.diagnostics)


class _LineReader:
    """Reads values from left to right and keeps where each starts; ``at`` counts characters from 0."""

    def __init__(self, text: str, file: str, line: int) -> None:
        self.text, self.file, self.line = text, file, line
        self.marks: list[Mark] = []
        self.diagnostics: list[Diagnostic] = []

    def place(self, at: int) -> Position:
        return Position(self.file, self.line, at + 1)

    def value(self, at: int, path: Path, depth: int) -> tuple[Any, int]:
        """Return the value that starts at ``at`` or after white space, and where the next token stands."""
        at = self._skip(at)
        if depth > MAX_DEPTH:
            raise _RefusedError(at, "YML05", _TOO_DEEP)
        self.marks.append((path, False, self.line, at + 1))
        opening = self.text[at : at + 1]
        if opening == "{":
            return self._mapping(at + 1, path, depth)
        if opening == "[":
            return self._list(at + 1, path, depth)
        return self._string(at) if opening == '"' else self._plain(at)

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def _mapping(self, at: int, path: Path, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        starts: dict[str, int] = {}
        at = self._skip(at)
        while self.text[at : at + 1] != "}":
            if found:
                at = self._expect(",", at)
            if self.text[at : at + 1] != '"':
                raise _not_json(at, self.text)
            start = at
            key, at = self._string(at)
            if key in starts:
                self.diagnostics.append(self._repeated(key, start, starts[key]))
            starts.setdefault(key, start)
            self.marks.append(((*path, key), True, self.line, start + 1))
            found[key], at = self.value(self._expect(":", at), (*path, key), depth + 1)
        return found, self._skip(at + 1)

    def _list(self, at: int, path: Path, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self._skip(at)
        while self.text[at : at + 1] != "]":
            if found:
                at = self._expect(",", at)
            item, at = self.value(at, (*path, len(found)), depth + 1)
            found.append(item)
        return found, self._skip(at + 1)

    def _expect(self, sign: str, at: int) -> int:
        if self.text[at : at + 1] != sign:
            raise _not_json(at, self.text, sign)
        return self._skip(at + 1)

    def _string(self, at: int) -> tuple[str, int]:
        try:
            found, end = scanstring(self.text, at + 1, True)
        except JSONDecodeError as error:
            raise _not_json(min(error.pos, len(self.text)), self.text) from None
        if _SURROGATE.search(found):
            raise _RefusedError(at, "YML06", _HALF_CHARACTER)
        return found, self._skip(end)

    def _plain(self, at: int) -> tuple[Any, int]:
        word = _WORD.match(self.text, at)
        if word:
            return _WORDS[word.group()], self._skip(word.end())
        number = _NUMBER.match(self.text, at)
        if number is None:
            raise _not_json(at, self.text)
        whole = number.group(1) is None and number.group(2) is None
        return (int if whole else float)(number.group()), self._skip(number.end())

    def _repeated(self, key: str, at: int, first: int) -> Diagnostic:
        return Diagnostic(
            "YML02",
            Severity.ERROR,
            self.place(at),
            say(f"键 {key:.40} 重复", f"the key {key:.40} appears twice"),
            say("每个键写一次", "each key once"),
            say("删去其中一个", "remove one of them"),
            (Related(self.place(first), say("首次出现在这里", "first written here")),),
        )


_TOO_DEEP = (
    say(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels deep"),
    say(f"至多 {MAX_DEPTH} 层", f"at most {MAX_DEPTH} levels"),
    say("减少嵌套", "nest less"),
)
_HALF_CHARACTER = (
    say("文字里有半个字符（单独的代理项）", "the text holds half a character (a lone surrogate)"),
    say("完整的字符", "whole characters"),
    say("重新导出这一行", "export the line again"),
)


def _not_json(at: int, text: str, sign: str = "") -> _RefusedError:
    found = text[at : at + 20]
    expected = f" {sign}" if sign else ""
    return _RefusedError(
        at,
        "LIN01",
        (
            say(f"这一行在 {found} 处不是 JSON", f"the line is no JSON at {found}")
            if found
            else say("这一行没有写完", "the line ends too early"),
            say(f"JSON{expected}", f"JSON{expected}"),
            say("用程序导出，不要手写；每人一行", "export it with a program, one person a line"),
        ),
    )
