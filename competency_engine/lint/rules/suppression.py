"""Suppression: a comment that silences a finding says why, and silences something; found by ``lint.suppression``."""

from __future__ import annotations

from competency_engine.diagnostics import Severity
from competency_engine.lint.rule import Rule
from competency_engine.text import say

RULES = (
    Rule(
        "SUP01",
        "suppression",
        Severity.WARNING,
        say("放行写明理由", "A finding is allowed with a reason"),
        say(
            "没有理由的放行，以后谁也不敢删；写明理由之前，放行不起作用。",
            "Nobody will later dare to remove it without knowing the reason; until one is given, it has no effect.",
        ),
    ),
    Rule(
        "SUP02",
        "suppression",
        Severity.WARNING,
        say("放行确有所指", "Whatever is allowed is there"),
        say(
            "问题改掉以后留下的放行，会把将来的新问题也一起放过。",
            "Left behind after the mend, it will let the next problem pass unnoticed.",
        ),
    ),
    Rule(
        "SUP03",
        "suppression",
        Severity.WARNING,
        say("放行的是 lint 的规则", "What is allowed is a rule of lint"),
        say(
            "写错的代码什么也放行不了；读取文件时报的问题不能放行，只能改。",
            "A misspelt code allows nothing; what reading the files reports cannot be allowed, only mended.",
        ),
    ),
)
