"""What the README shows is what the commands print."""

from __future__ import annotations

import pytest

from tests.house.readme import BLOCK, README, commands, matches, run

EXAMPLES = [example for block in BLOCK.findall(README.read_text(encoding="utf-8")) for example in commands(block)]


def test_the_readme_opens_with_the_two_commands() -> None:
    first = BLOCK.findall(README.read_text(encoding="utf-8"))[0]
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["make demo", "make test"]


@pytest.mark.parametrize(("command", "expected"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_a_command_prints_what_the_readme_shows(command: str, expected: list[str]) -> None:
    actual = run(command).splitlines()
    assert matches(expected, actual), "\n".join(actual)


def test_a_wildcard_stands_for_any_lines_and_nothing_else_does() -> None:
    assert matches(["a", "…", "d"], ["a", "b", "c", "d"])
    assert not matches(["a", "…", "d"], ["a", "b", "c"])
    assert not matches(["a"], ["a", "b"])
