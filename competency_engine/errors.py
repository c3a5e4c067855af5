"""Exceptions for "cannot go on"; trouble inside users' files is data (see ``diagnostics``)."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from competency_engine.diagnostics import Diagnostic
from competency_engine.text import Text, say

_REASONS = {
    errno.ENOENT: say("没有这个文件或文件夹", "there is no such file or folder"),
    errno.EACCES: say("没有权限", "permission denied"),
    errno.EPERM: say("没有权限", "permission denied"),
    errno.EEXIST: say("那里已有一个文件", "there is a file already"),
    errno.ENOTDIR: say("路径中有一段是文件，不是文件夹", "a part of the path is a file, not a folder"),
    errno.EISDIR: say("它是文件夹，不是文件", "it is a folder, not a file"),
    errno.ENOTEMPTY: say("文件夹不是空的", "the folder is not empty"),
    errno.ENOSPC: say("磁盘已满", "the disk is full"),
    errno.EROFS: say("磁盘只能读", "the disk can only be read"),
    errno.ENAMETOOLONG: say("名字太长", "the name is too long"),
    errno.ELOOP: say("链接绕成了圈", "links lead round in a circle"),
    errno.EBUSY: say("别的程序正占用它", "another program holds it"),
    errno.EMFILE: say("打开的文件太多", "too many files are open"),
    errno.EIO: say("磁盘读写出错", "the disk does not answer as it should"),
}


class EngineError(Exception):
    """A run that cannot go on, with a message for the user in both languages."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again, so that one raised in another process arrives whole."""
        return type(self), (self.message,)


class UsageError(EngineError):
    """The command line asks for something that does not exist (exit code 2)."""


class FilesInError(EngineError):
    """The files cannot be used as they are; ``diagnostics`` says all that is wrong (exit code 1)."""

    def __init__(
        self, message: Text, diagnostics: tuple[Diagnostic, ...], lines: Mapping[str, tuple[str, ...]]
    ) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics
        self.lines = lines

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again."""
        return type(self), (self.message, self.diagnostics, self.lines)


def mend_first(problems: Iterable[Diagnostic], lines: Mapping[str, tuple[str, ...]] | None = None) -> FilesInError:
    """Return what says that ``problems`` are to be mended before a command can go on; ``lines`` are those of the files."""
    found = tuple(sorted(problems, key=lambda problem: problem.sort_key))
    count = len(found)
    message = say(f"文件有 {count} 处错误，先改正再继续", f"the files have {count} errors; mend them first")
    return FilesInError(message, found, lines or {})


def reason_of(error: OSError) -> Text:
    """Return why the system refused a file, in the user's language; the rarer reasons as the system says them."""
    system = error.strerror or type(error).__name__
    return _REASONS.get(error.errno or 0, say(system, system))


def unreadable(path: Path | str, error: OSError) -> UsageError:
    """Return what says that ``path`` cannot be read, and why."""
    reason = reason_of(error)
    return UsageError(say(f"无法读取 {path}：{reason.zh}", f"cannot read {path}: {reason.en}"))


def unwritable(path: Path | str, error: OSError) -> UsageError:
    """Return what says that ``path`` cannot be written, and why."""
    reason = reason_of(error)
    return UsageError(say(f"无法写入 {path}：{reason.zh}", f"cannot write {path}: {reason.en}"))
