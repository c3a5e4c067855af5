"""Plain text: columns line up under Chinese characters, and the terminal shows the same words."""

from __future__ import annotations

import io

from competency_engine.render.console import render_console
from competency_engine.render.plain import render_plain
from competency_engine.reports.document import Bars, Code, Document, Notes, Table, same
from competency_engine.text import say

DOCUMENT = Document(
    say("标题", "Title"),
    (
        Notes(None, (say("一行", "a line"),)),
        Table(
            say("表", "Table"),
            (say("名称", "Name"), say("数", "Number"), say("末", "Last")),
            ((say("能力", "ability"), same(7), same("x")), (same("a"), same(12), same(""))),
        ),
        Bars(say("图", "Bars"), ((same("m"), 5, same("5 h")),), 10),
        Code(say("例", "Code"), "kind: x\n  id: y\n"),
    ),
    {},
)


def test_plain_text_lines_up_columns_of_wide_characters() -> None:
    bar = "█" * 20 + "░" * 20
    assert render_plain(DOCUMENT, "zh") == (
        "标题\n一行\n\n表\n名称  数  末\n能力   7  x\na     12\n\n图\nm  " + bar + "  5 h\n\n例\n  kind: x\n    id: y\n"
    )


def test_the_terminal_shows_the_same_words() -> None:
    shown = io.StringIO()
    render_console(DOCUMENT, "en", shown)
    assert shown.getvalue().split() == render_plain(DOCUMENT, "en").split()
