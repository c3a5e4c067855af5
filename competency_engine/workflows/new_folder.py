"""A folder that is made whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from competency_engine.errors import UsageError, unwritable
from competency_engine.text import say


def refuse_full(target: Path) -> None:
    """Raise unless ``target`` is an empty folder or nothing yet.

    Raises:
        UsageError: when it holds something already.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(say(f"{target} 不是空文件夹", f"{target} is not an empty folder"))


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder to write into; at the end its parts are put in place in ``target``, after a failure nothing is left.

    Raises:
        UsageError: when ``target`` holds something already, or cannot be written.
    """
    refuse_full(target)
    was_there, staged = target.exists(), None
    placed: list[Path] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=".making.", dir=target))
        yield staged
        for part in sorted(staged.iterdir()):
            placed.append(part.rename(target / part.name))
    except BaseException as error:
        for part in placed:
            shutil.rmtree(part, ignore_errors=True)
            part.unlink(missing_ok=True)
        if staged is not None and not was_there:
            shutil.rmtree(target, ignore_errors=True)
        if isinstance(error, OSError):
            raise unwritable(target, error) from None
        raise
    finally:
        if staged is not None:
            shutil.rmtree(staged, ignore_errors=True)
