"""What is said of a wrong command line, in the user's language; the parser of the command line speaks English alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from competency_engine.loading.validation import suggestion
from competency_engine.text import Text, say

_QUOTED = re.compile(r"'([^']*)'")
_EXPECTED = (
    (r"in the range (\S+)", say("", "")),
    (r"greater than or equal to (\S+)", say("至少 ", "at least ")),
    (r"less than or equal to (\S+)", say("至多 ", "at most ")),
    (r"valid integer", say("整数", "a whole number")),
    (r"valid (?:number|float)", say("数字", "a number")),
)
"""What the parser says of a bad value, by pattern, and the same in the user's language."""


def no_command(name: str, known: Iterable[str]) -> Text:
    """Return what is said of a command that does not exist."""
    meant = suggestion(name, set(known))
    zh, en = (f"（{meant.zh}）", f" ({meant.en})") if meant is not None else ("", "")
    return say(f"没有命令 {name}{zh}", f"there is no command {name}{en}")


def usage_message(error: Any) -> Text | None:
    """Return what is said of an exception of the parser; None where it is none, or shows itself.

    Why by the names of classes: typer moved them from one package to another; the names and fields stayed.
    """
    if type(error).__name__ == "NoArgsIsHelpError":
        return None
    made = next((_MESSAGES[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _MESSAGES), None)
    if made is None:
        return None
    message: Text = made(error)
    path = getattr(getattr(error, "ctx", None), "command_path", "competency-engine")
    return say(f"{message.zh}；见 {path} --help", f"{message.en}; see {path} --help")


def _no_option(error: Any) -> Text:
    near = ", ".join(sorted(error.possibilities or ()))
    zh, en = (f"（是不是 {near}？）", f" (did you mean {near}?)") if near else ("", "")
    return say(f"没有选项 {error.option_name}{zh}", f"there is no option {error.option_name}{en}")


def _missing(error: Any) -> Text:
    name = _name(error.param)
    return say(f"缺 {name}", f"{name} is missing")


def _bad_value(error: Any) -> Text:
    name, found = _name(error.param), error.message.rstrip(".").removeprefix("Value error, ")
    if not found.isascii():
        return say(f"{name}：{found}", f"{name}: {found}")  # one of ours, in the user's language
    choices = _QUOTED.findall(found)[1:]  # the first is what was given
    if choices:
        return say(f"{name} 应是其中之一：{'、'.join(choices)}", f"{name}: expected one of {', '.join(choices)}")
    for pattern, expected in _EXPECTED:
        if told := re.search(pattern, found):
            limit = told[1] if told.groups() else ""
            return say(f"{name} 应是{expected.zh}{limit}", f"{name}: expected {expected.en}{limit}")
    return say(f"{name} 的值不对（{found}）", f"{name}: {found}")


def _option_usage(error: Any) -> Text:
    if "requires" in error.message:
        return say(f"选项 {error.option_name} 后面要有值", f"the option {error.option_name} needs a value")
    return say(f"选项 {error.option_name} 后面不能有值", f"the option {error.option_name} takes no value")


def _other(error: Any) -> Text:
    found = error.message.rstrip(".")
    command = re.match(r"No such command '([^']*)'", found)
    if command:
        return no_command(command[1], ())
    extra = re.match(r"Got unexpected extra argument\S* \((.*)\)", found)
    if extra:
        return say(f"多出来的参数：{extra[1]}", f"there are arguments too many: {extra[1]}")
    return say(f"命令写得不对：{found}", found)


def _name(param: Any) -> str:
    """Return what the user calls a parameter."""
    if param is None:
        return "?"
    option = next((name for name in param.opts if name.startswith("--")), None)
    return option or param.metavar or str(param.name).upper()


_MESSAGES = {
    "NoSuchOption": _no_option,
    "MissingParameter": _missing,
    "BadParameter": _bad_value,
    "BadOptionUsage": _option_usage,
    "UsageError": _other,
}
