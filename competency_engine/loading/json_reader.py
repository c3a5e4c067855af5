"""Read JSON with the place of every key and value; slow, for a text in which something is wrong."""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import Any

from competency_engine.diagnostics import Diagnostic, Mark, Path, Position, Related, Severity, SourceMap
from competency_engine.loading.documents import MAX_DEPTH, RawDocument
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


def read_json(text: str, file: str, line: int = 1, *, code: str) -> tuple[RawDocument | None, tuple[Diagnostic, ...]]:
    """Return the value of ``text``, JSON as of RFC 8259, and what is wrong with it; None when it cannot be read.

    Args:
        text: a line of a file, or the whole of it.
        file: the name by which diagnostics call the file.
        line: the number of the first line of ``text`` in the file, from 1.
        code: of a finding that the text is no JSON.
    """
    reader = _Reader(text, file, line, code)
    try:
        value, end = reader.value(0, (), 0)
        if end < len(text):
            raise reader.not_json(end)
    except _RefusedError as refused:
        refusal = Diagnostic(refused.code, Severity.ERROR, reader.place(refused.at), *refused.texts)
        return None, (*reader.diagnostics, refusal)
    return RawDocument(value, SourceMap(file, reader.marks)), tuple(reader.diagnostics)


class _Reader:
    """Reads values from left to right and keeps where each starts; ``at`` counts characters from 0."""

    def __init__(self, text: str, file: str, line: int, code: str) -> None:
        self.text, self.file, self.line, self.code = text, file, line, code
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.marks: list[Mark] = []
        self.diagnostics: list[Diagnostic] = []

    def place(self, at: int) -> Position:
        row = bisect_right(self.starts, at) - 1
        return Position(self.file, self.line + row, at - self.starts[row] + 1)

    def _mark(self, path: Path, at: int, *, is_key: bool) -> None:
        place = self.place(at)
        self.marks.append((path, is_key, place.line, place.column))

    def value(self, at: int, path: Path, depth: int) -> tuple[Any, int]:
        """Return the value that starts at ``at`` or after white space, and where the next token stands."""
        at = self._skip(at)
        if depth > MAX_DEPTH:
            raise _RefusedError(at, "YML05", _TOO_DEEP)
        self._mark(path, at, is_key=False)
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
                raise self.not_json(at)
            start = at
            key, at = self._string(at)
            if key in starts:
                self.diagnostics.append(self._repeated(key, start, starts[key]))
            starts.setdefault(key, start)
            self._mark((*path, key), start, is_key=True)
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
            raise self.not_json(at, sign)
        return self._skip(at + 1)

    def _string(self, at: int) -> tuple[str, int]:
        try:
            found, end = scanstring(self.text, at + 1, True)
        except JSONDecodeError as error:
            raise self.not_json(min(error.pos, len(self.text))) from None
        if _SURROGATE.search(found):
            raise _RefusedError(at, "YML06", _HALF_CHARACTER)
        return found, self._skip(end)

    def _plain(self, at: int) -> tuple[Any, int]:
        word = _WORD.match(self.text, at)
        if word:
            return _WORDS[word.group()], self._skip(word.end())
        number = _NUMBER.match(self.text, at)
        if number is None:
            raise self.not_json(at)
        whole = number.group(1) is None and number.group(2) is None
        return (int if whole else float)(number.group()), self._skip(number.end())

    def not_json(self, at: int, sign: str = "") -> _RefusedError:
        """Return the refusal of a text that is no JSON at ``at``, where ``sign`` should stand."""
        found = " ".join(self.text[at : at + 20].split())
        expected = f"JSON {sign}".rstrip()
        what = (
            say(f"{found} 这里不是 JSON", f"this is no JSON at {found}")
            if at < len(self.text)
            else say("内容没有写完", "the text ends too early")
        )
        return _RefusedError(at, self.code, (what, say(expected, expected), _EXPORT))

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

_EXPORT = say("用程序导出，不要手写", "export it with a program rather than write it")
