"""Run the commands of the README and compare, or refresh, what they print.

`python tests/house/readme.py` rewrites the outputs; the test compares. A line `…` stands for any number of lines.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
SHOWN = 28


def run(command: str) -> str:
    """Return what ``command`` prints to stdout, in English, without trailing spaces."""
    words = shlex.split(command)
    assert words[0] == "competency-engine"
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1"}
    result = subprocess.run(
        [sys.executable, "cli.py", *words[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return "\n".join(line.rstrip() for line in result.stdout.rstrip().splitlines())


def commands(block: str) -> list[tuple[str, list[str]]]:
    """Return (command, expected lines) of a console block; none where it holds no ``$``."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return found


def matches(expected: list[str], actual: list[str]) -> bool:
    """Return whether ``actual`` is ``expected``, where a line ``…`` stands for any number of lines."""
    if not expected:
        return not actual
    if expected[0] == "…":
        return any(matches(expected[1:], actual[skip:]) for skip in range(len(actual) + 1))
    return bool(actual) and expected[0] == actual[0] and matches(expected[1:], actual[1:])


def refresh() -> None:
    """Rewrite the outputs in the README, long ones shortened by a line ``…``."""

    def shown(block: re.Match[str]) -> str:
        parts = []
        for command, _ in commands(block.group(1)):
            lines = run(command).splitlines()
            lines = lines if len(lines) <= SHOWN else [*lines[:SHOWN], "…"]
            parts.append("\n".join([f"$ {command}", *lines]))
        return "```console\n" + "\n".join(parts) + "\n```" if parts else block.group(0)

    README.write_text(BLOCK.sub(shown, README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    refresh()
