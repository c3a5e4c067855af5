"""Follow a tutorial as a reader would: write its files, run its commands, and compare, or refresh, what they print.

`python tests/house/tutorial.py` rewrites the outputs; the test compares. A block of code with a path in its first line is a file;
`$ cd FOLDER` goes there for the rest of the page.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIALS = (ROOT / "docs" / "tutorial-designers.md",)
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def follow(page: str, folder: Path) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each console block of ``page`` with what it prints when all before it was done in ``folder``."""
    for block in BLOCK.finditer(page):
        language, path, text = block.groups()
        if path is not None:
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
        elif language == "console":
            printed = []
            for line in (line for line in text.splitlines() if line.startswith("$ ")):
                printed.append(line)
                if line.startswith("$ cd "):
                    folder = folder / line.removeprefix("$ cd ")
                else:
                    printed += _run(line.removeprefix("$ "), folder)
            yield block, "\n".join(printed) + "\n"


def _run(command: str, folder: Path) -> list[str]:
    words = shlex.split(command)
    assert words[0] == "competency-engine"
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1", "COLUMNS": "120"}
    ran = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *words[1:]],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return [line.rstrip() for line in (ran.stdout + ran.stderr).rstrip().splitlines()]


def refresh(path: Path) -> None:
    """Rewrite the outputs in the tutorial at ``path``."""
    page = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for block, printed in reversed(list(follow(page, Path(folder)))):
            page = page[: block.start(3)] + printed + page[block.end(3) :]
    path.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    for tutorial in TUTORIALS:
        refresh(tutorial)
