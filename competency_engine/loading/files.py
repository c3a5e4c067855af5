"""Find and decode users' files; nothing here knows what they mean."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from competency_engine.diagnostics import Diagnostic, Position, Severity
from competency_engine.errors import UsageError, reason_of, unreadable
from competency_engine.text import Text, say

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MAX_BYTES = 16 * 1024 * 1024
YAML_SUFFIXES = (".yaml", ".yml")
TABLE_SUFFIXES = (".csv",)
PEOPLE_FILE_SUFFIXES = (".jsonl", ".parquet")
"""Of files in which each line is one complete person."""


def find_files(root: Path, suffixes: tuple[str, ...] = YAML_SUFFIXES) -> tuple[Path, ...]:
    """Return the files below ``root`` (or ``root`` itself) with one of ``suffixes``, in order of path.

    Hidden files and folders are passed over, and so is a link to another of the files or to anything outside ``root``.

    Raises:
        UsageError: when ``root`` does not exist, or a folder below it cannot be read.
    """
    if root.is_file():
        return (root,)
    if not root.is_dir():
        raise UsageError(say(f"找不到文件或文件夹：{root}", f"there is no such file or folder: {root}"))
    found = []
    for folder, folders, names in os.walk(root, onerror=_refuse_folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(folder, name) for name in names if name.endswith(suffixes) and not name.startswith(".")]
    links = [path for path in found if path.is_symlink()]
    return tuple(sorted(set(found).difference(_passed_over(links, found, root)) if links else found))


def _refuse_folder(error: OSError) -> None:
    raise unreadable(error.filename, error)


def _passed_over(links: list[Path], found: list[Path], root: Path) -> Iterator[Path]:
    top = os.path.realpath(root)
    files = {os.path.realpath(path) for path in set(found).difference(links)}
    for link in links:
        target = os.path.realpath(link)
        if target in files or not Path(target).is_relative_to(top):
            yield link


def display_name(path: Path, bases: Iterable[Path]) -> str:
    """Return ``path`` relative to the first of ``bases`` (resolved) that holds it, with forward slashes.

    A byte of the name that is no UTF-8 becomes U+FFFD, so that every output can show it.
    """
    absolute = Path(os.path.realpath(path))
    base = next((base for base in bases if absolute.is_relative_to(base)), None)
    name = path.as_posix() if base is None else absolute.relative_to(base).as_posix()
    return os.fsencode(name).decode("utf-8", "replace")


def decode_yaml(path: Path, name: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the text of a YAML file, which must be UTF-8; with a reason why not, what can be shown of it."""
    data, refusal = _read_bytes(path, name)
    if refusal is not None:
        return "", (refusal,)
    return _decode(data, name, ("utf-8",))


def decode_table(path: Path, name: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the text of a CSV file in UTF-8, UTF-16 with a mark, or GB18030; otherwise as ``decode_yaml``."""
    data, refusal = _read_bytes(path, name)
    if refusal is not None:
        return "", (refusal,)
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return _decode(data, name, ("utf-16",) if marked else ("utf-8", "gb18030"))


def _decode(data: bytes, name: str, encodings: tuple[str, ...]) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return ``data`` in the first of ``encodings`` that fits, its lines ended by newlines alone."""
    data = data.removeprefix(codecs.BOM_UTF8)
    failures = []
    for encoding in encodings:
        try:
            return _with_plain_newlines(data.decode(encoding)), ()
        except UnicodeDecodeError as error:
            failures.append(error)
    start = failures[0].start
    shown = _with_plain_newlines(data.decode(encodings[0], "replace"))
    before = _with_plain_newlines(data[:start].decode(encodings[0], "replace"))
    place = Position(name, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    return shown, (_wrong_encoding(place, data[start], encodings),)


def _with_plain_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_bytes(path: Path, name: str) -> tuple[bytes, Diagnostic | None]:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return b"", _unreadable(name, say("不是普通文件", "it is no ordinary file"))
        size = status.st_size
        if size <= MAX_BYTES:
            data = path.read_bytes()
            return (b"", _workbook(name)) if data.startswith(_WORKBOOKS) else (data, None)
    except OSError as error:
        return b"", _unreadable(name, reason_of(error))
    return b"", Diagnostic(
        "YML05",
        Severity.ERROR,
        Position(name, 1, 1),
        say(f"文件有 {size:,} 字节，太大", f"the file has {size:,} bytes, too many"),
        say(f"最多 {MAX_BYTES:,} 字节", f"at most {MAX_BYTES:,} bytes"),
        say("拆成多个文件", "split it into several files"),
    )


def _unreadable(name: str, reason: Text) -> Diagnostic:
    return Diagnostic(
        "YML06",
        Severity.ERROR,
        Position(name, 1, 1),
        say(f"无法读取文件：{reason.zh}", f"the file cannot be read: {reason.en}"),
        say("可读的文件", "a file that can be read"),
        say("检查文件是否存在、是否有读取权限", "check that it exists and that you may read it"),
    )


def _workbook(name: str) -> Diagnostic:
    return Diagnostic(
        "YML06",
        Severity.ERROR,
        Position(name, 1, 1),
        say("这是 Excel 或 WPS 工作簿，不是文本文件", "this is a workbook of Excel or WPS, no text file"),
        say("UTF-8 的文本文件", "a text file in UTF-8"),
        say(
            "用 import 读入学员的工作簿，或在 Excel、WPS 里另存为 CSV",
            "read a workbook of people with import, or save it as CSV in Excel or WPS",
        ),
    )


def _wrong_encoding(position: Position, byte: int, encodings: tuple[str, ...]) -> Diagnostic:
    names = [encoding.upper() for encoding in encodings]
    return Diagnostic(
        "YML06",
        Severity.ERROR,
        position,
        say(
            f"文件不是 {'、'.join(names)} 编码（字节 0x{byte:02X}）",
            f"the file is not {' or '.join(names)} (byte 0x{byte:02X})",
        ),
        say("UTF-8 编码", "UTF-8"),
        say("在编辑器里另存为 UTF-8", "save it as UTF-8 in your editor"),
    )
