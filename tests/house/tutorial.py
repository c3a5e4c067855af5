"""Follow a tutorial as a reader would: write its files, run its commands, and compare, or refresh, what they print.

`python tests/house/tutorial.py` rewrites the outputs; the test compares. A block of code with a path in its first line is a file;
`$ cd FOLDER` goes there for the rest of the page.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIALS = tuple(ROOT / "docs" / name for name in ("tutorial-designers.md", "tutorial-researchers.md", "compare.md"))
PEOPLE = re.compile(r"`(examples/\w+)` as `people/`")
PROGRESS = re.compile(r" people done, \d+ s$")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def follow(page: str, folder: Path) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each console block of ``page`` with what it prints when all before it was done in ``folder``.

    A page that says "`examples/X` as `people/`" finds a copy of these people there.
    """
    if people := PEOPLE.search(page):
        shutil.copytree(ROOT / people[1], folder / "people")
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
    program, *arguments = shlex.split(command)
    started = {"competency-engine": [str(ROOT / "cli.py")], "python": []}[program]
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1", "COLUMNS": "120"}
    ran = subprocess.run(
        [sys.executable, *started, *arguments],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    lines = (line.rstrip() for line in (ran.stdout + ran.stderr).rstrip().splitlines())
    return [line for line in lines if not PROGRESS.search(line)]


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
