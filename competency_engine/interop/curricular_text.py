"""Bytes → the text of a foreign CSV file, whatever program and system wrote it."""

from __future__ import annotations

import codecs
import re

from competency_engine.interop.archive import RefusedFileError
from competency_engine.interop.grid import CONTROL
from competency_engine.text import Text, say

_Doubt = tuple[int, tuple[Text, Text, Text]]
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_COMMON_SHARE = 0.5
"""From this share of characters of GB2312 on, text that can be read as GB18030 is Chinese: letters with accents give rare ones."""
_FEW = 4
"""Of fewer characters beyond ASCII than this the encoding is guessed, and that is said."""
_BINARY_SHARE = 0.01
"""From this share of control characters on a file is no text."""


def decode_curricular(data: bytes) -> tuple[str, _Doubt | None]:
    """Return the text with plain line ends, and where its encoding was guessed: the line, and what to say.

    UTF-8 or, with a mark, UTF-16. Else GB18030, where at least half of the characters beyond ASCII are then common Chinese ones, and where
    not, Windows-1252, which American spreadsheets save.

    Raises:
        RefusedFileError: when the file is empty or no text.
    """
    if not data.strip(b" \t\r\n\x00,") or not data.removeprefix(codecs.BOM_UTF8).strip():
        raise RefusedFileError(
            say("文件是空的" if not data.strip() else "文件里没有内容", "the file is empty"),
            say("CurricularAnalytics 的 CSV", "a CSV file of CurricularAnalytics"),
            say("检查是否选对了文件", "see whether this is the right file"),
        )
    text, doubt = _decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or len(CONTROL.findall(text)) > max(2, len(text) * _BINARY_SHARE):
        raise RefusedFileError(
            say("文件不是文本", "the file is no text"),
            say("CurricularAnalytics 的 CSV", "a CSV file of CurricularAnalytics"),
            say("在表格程序里另存为“CSV UTF-8”", "save it as CSV UTF-8 in a spreadsheet program"),
        )
    return text, doubt


def _decode(data: bytes) -> tuple[str, _Doubt | None]:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if wide:
        return data.decode("utf-16", errors="replace"), (line, _guessed("UTF-16"))
    chinese = _as_chinese(data)
    if chinese is not None:
        few = len(_BEYOND_ASCII.findall(chinese)) < _FEW
        return chinese, (line, _guessed("GB18030")) if few else None
    return data.removeprefix(codecs.BOM_UTF8).decode("cp1252", errors="replace"), (line, _guessed("Windows-1252"))


def _as_chinese(data: bytes) -> str | None:
    """Return the text in GB18030; None where that gives other than common characters."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    beyond = _BEYOND_ASCII.findall(text)
    common = sum(bool(character.encode("gb2312", errors="ignore")) for character in beyond)
    return text if common >= _COMMON_SHARE * len(beyond) else None


def _guessed(encoding: str) -> tuple[Text, Text, Text]:
    return (
        say(f"这一行不是 UTF-8；按 {encoding} 读", f"this line is no UTF-8; read as {encoding}"),
        say("UTF-8", "UTF-8"),
        say("核对这一行的名称；另存为“CSV UTF-8”", "look at the names in this line; save the file as CSV UTF-8"),
    )
