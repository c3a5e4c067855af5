"""Find and decode users' files; nothing here knows what they mean."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from competency_engine.diagnostics import Diagnostic, Position, Severity
from competency_engine.errors import UsageError
from competency_engine.text import say

MAX_BYTES = 16 * 1024 * 1024
YAML_SUFFIXES = (".yaml", ".yml")
TABLE_SUFFIXES = (".csv",)


def find_files(root: Path, suffixes: tuple[str, ...] = YAML_SUFFIXES) -> tuple[Path, ...]:
    """Return the files below ``root`` (or ``root`` itself) with one of ``suffixes``, in order of path.

    Hidden files and folders are passed over, and so is whatever a link points at outside ``root``.

    Raises:
        UsageError: when ``root`` does not exist.
    """
    if root.is_file():
        return (root,)
    if not root.is_dir():
        raise UsageError(say(f"找不到文件或文件夹：{root}", f"there is no such file or folder: {root}"))
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(folder, name) for name in names if name.endswith(suffixes) and not name.startswith(".")]
    return tuple(sorted(found))


def display_name(path: Path, bases: Iterable[Path]) -> str:
    """Return ``path`` relative to the first of ``bases`` (resolved) that holds it, with forward slashes."""
    absolute = path.resolve()
    for base in bases:
        if absolute.is_relative_to(base):
            return absolute.relative_to(base).as_posix()
    return path.as_posix()


def decode_yaml(path: Path, name: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the text of a YAML file, which must be UTF-8; otherwise "" and the reason."""
    data, refusal = _read_bytes(path, name)
    if refusal is not None:
        return "", (refusal,)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n"), ()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        start = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8", "replace")) + 1
        return "", (_not_utf8(Position(name, line, column), data[error.start]),)


def decode_table(path: Path, name: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the text of a CSV file in UTF-8, UTF-16 with a mark, or GB18030; otherwise "" and the reason."""
    data, refusal = _read_bytes(path, name)
    if refusal is not None:
        return "", (refusal,)
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding), ()
        except UnicodeDecodeError:
            continue
    return "", (_not_utf8(Position(name, 1, 1), data[0]),)


def _read_bytes(path: Path, name: str) -> tuple[bytes, Diagnostic | None]:
    try:
        size = path.stat().st_size
        if size <= MAX_BYTES:
            return path.read_bytes(), None
    except OSError as error:
        return b"", Diagnostic(
            "YML06",
            Severity.ERROR,
            Position(name, 1, 1),
            say(f"无法读取文件：{error.strerror}", f"the file cannot be read: {error.strerror}"),
            say("可读的文件", "a file that can be read"),
            say("检查文件是否存在、是否有读取权限", "check that it exists and that you may read it"),
        )
    return b"", Diagnostic(
        "YML05",
        Severity.ERROR,
        Position(name, 1, 1),
        say(f"文件有 {size:,} 字节，太大", f"the file has {size:,} bytes, too many"),
        say(f"最多 {MAX_BYTES:,} 字节", f"at most {MAX_BYTES:,} bytes"),
        say("拆成多个文件", "split it into several files"),
    )


def _not_utf8(position: Position, byte: int) -> Diagnostic:
    return Diagnostic(
        "YML06",
        Severity.ERROR,
        position,
        say(f"文件不是 UTF-8 编码（字节 0x{byte:02X}）", f"the file is not UTF-8 (byte 0x{byte:02X})"),
        say("UTF-8 编码", "UTF-8"),
        say("在编辑器里另存为 UTF-8", "save it as UTF-8 in your editor"),
    )
