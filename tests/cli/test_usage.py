"""A wrong command line is told in the user's language, whatever the parser says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from competency_engine.cli.usage import usage_message

ROOT = Path(__file__).parents[2]


def told(*arguments: str, lang: str) -> tuple[int, str]:
    """Return the exit code and what is said of a command line in a process of its own."""
    environment = {**os.environ, "LC_ALL": f"{lang}.UTF-8"}
    command = [sys.executable, str(ROOT / "cli.py"), *arguments]
    result = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8")
    assert result.stdout == ""
    return result.returncode, result.stderr.strip().replace("cli.py", "competency-engine")


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("pln",), "错误: 没有命令 pln（是不是想写 plan？）", "error: there is no command pln (did you mean plan?)"),
        (
            ("audit", "--nope"),
            "错误: 没有选项 --nope；见 competency-engine audit --help",
            "error: there is no option --nope; see competency-engine audit --help",
        ),
        (
            ("diff",),
            "错误: 缺 OLD；见 competency-engine diff --help",
            "error: OLD is missing; see competency-engine diff --help",
        ),
        (
            ("audit", "--hours", "many"),
            "错误: --hours 应是数字；见 competency-engine audit --help",
            "error: --hours: expected a number; see competency-engine audit --help",
        ),
        (
            ("audit", "--months", "99"),
            "错误: --months 应是至多 60；见 competency-engine audit --help",
            "error: --months: expected at most 60; see competency-engine audit --help",
        ),
        (
            ("laws", "--format", "html5"),
            "错误: --format 应是其中之一：terminal、json、markdown、svg、html；见 competency-engine laws --help",
            "error: --format: expected one of terminal, json, markdown, svg, html; see competency-engine laws --help",
        ),
        (
            ("plan", "--hours", "0"),
            "错误: --hours：0，应在 0.25–8784 之间；见 competency-engine plan --help",
            "error: --hours: 0, expected 0.25–8784; see competency-engine plan --help",
        ),
        (
            ("verify", "a", "b"),
            "错误: 多出来的参数：b；见 competency-engine verify --help",
            "error: there are arguments too many: b; see competency-engine verify --help",
        ),
        (("plan", "--hours"), "错误: 选项 --hours 后面要有值", "error: the option --hours needs a value"),
        (("plan", "--all=yes"), "错误: 选项 --all 后面不能有值", "error: the option --all takes no value"),
        (("evidence", "nope"), "错误: 没有命令 nope", "error: there is no command nope"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_command_line_is_told_in_both_languages(arguments: tuple[str, ...], zh: str, en: str) -> None:
    for lang, words in (("zh_CN", zh), ("en_US", en)):
        code, said = told(*arguments, lang=lang)
        assert (code, said[: len(words)]) == (2, words)
        assert "\n" not in said


@pytest.mark.parametrize(
    ("message", "zh"),
    [
        ("'x' is not a valid float.", "--hours 应是数字"),
        ("'x' is not a valid integer.", "--hours 应是整数"),
        ("256 is not in the range 1<=x<=60.", "--hours 应是1<=x<=60"),
        ("something of a later version", "--hours 的值不对（something of a later version）"),
    ],
)
def test_earlier_and_later_parsers_are_understood(message: str, zh: str) -> None:
    """What typer said before it had its own parser, and what it has never said."""
    kind = type("BadParameter", (Exception,), {})
    error = kind()
    error.param, error.message = SimpleNamespace(opts=["--hours"], metavar=None, name="hours"), message
    found = usage_message(error)
    assert found is not None
    assert found.zh == f"{zh}；见 competency-engine --help"


def test_other_exceptions_are_not_of_the_parser() -> None:
    assert usage_message(ValueError("x")) is None
