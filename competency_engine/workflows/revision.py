"""A workspace as it was at a git revision, unpacked into a folder that vanishes."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from competency_engine.errors import UsageError
from competency_engine.text import Text, say

PREFIX = "git:"
PARTS = ("models", "curricula")
"""What of a workspace is unpacked; people are never taken from a revision."""


@contextmanager
def unpacked(revision: str, workspace: Path) -> Iterator[Path]:
    """Give a folder with the models and curricula that ``workspace`` had at ``revision``.

    Raises:
        UsageError: when there is no git, no repository, no such revision, or nothing of a workspace in it.
    """
    commit = find_commit(revision, workspace)
    listed = _git(workspace, "ls-tree", "--name-only", "-z", commit).decode("utf-8", "replace").split("\0")
    present = [part for part in PARTS if part in listed]
    if not present:
        raise UsageError(
            say(
                f"修订 {revision} 的这个文件夹里既没有 models 也没有 curricula",
                f"at the revision {revision} this folder holds neither models nor curricula",
            )
        )
    archive = _git(workspace, "archive", "--format=tar", commit, "--", *present)
    with tempfile.TemporaryDirectory(prefix="competency-engine-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


def find_commit(revision: str, workspace: Path) -> str:
    """Return the hash of the commit that ``revision`` names in the repository of ``workspace``.

    Raises:
        UsageError: when there is no git, no repository or no such revision; a revision never starts with ``-``.
    """
    if revision.startswith("-") or not revision:
        raise UsageError(
            say(f"“{revision}”不是 git 修订：不能以 - 开头", f"{revision!r} is no git revision: none starts with -")
        )
    _git(workspace, "rev-parse", "--git-dir")
    missing = say(f"这个仓库里没有修订 {revision}", f"this repository has no revision {revision}")
    found = _git(workspace, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", otherwise=missing)
    return found.decode().strip()


def _git(folder: Path, *arguments: str, otherwise: Text | None = None) -> bytes:
    """Return what git prints, run in ``folder`` with a list of arguments and no shell.

    Raises:
        UsageError: when git is not installed, or fails: ``otherwise``, by default with its own words.
    """
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        result = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise UsageError(
            say("读取修订要用 git，这里没有安装", "to read a revision takes git, which is not installed here")
        ) from None
    if result.returncode != 0:
        first = (result.stderr.decode("utf-8", "replace").strip().splitlines() or ["?"])[0]
        raise UsageError(otherwise or say(f"git 报错：{first}", f"git says: {first}"))
    return result.stdout
