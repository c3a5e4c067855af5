"""Document → terminal, with rich; plain text where the output is not a terminal."""

from __future__ import annotations

from textwrap import indent
from typing import TextIO

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from competency_engine.reports.document import Bars, Block, Document, Notes, Table
from competency_engine.text import Lang, Text

_PIPED_WIDTH = 160
_BAR_WIDTH = 40


def render_console(document: Document, lang: Lang, file: TextIO) -> None:
    """Write ``document`` to ``file``; colours and width follow the terminal, when it is one."""
    console = Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(file=file, highlight=False, markup=False, emoji=False, width=_PIPED_WIDTH, color_system=None)
    console.print(RichText(document.title.in_language(lang), style="bold"))
    for block in document.blocks:
        _print_block(block, lang, console)


def _print_block(block: Block, lang: Lang, console: Console) -> None:
    if block.title is not None:
        console.print()
        console.print(RichText(block.title.in_language(lang), style="bold cyan"))
    if isinstance(block, Notes):
        for line in block.lines:
            console.print(RichText(line.in_language(lang)))
    elif isinstance(block, Table):
        console.print(_table(block, lang))
    elif isinstance(block, Bars):
        for bar in bar_lines(block, lang):
            console.print(RichText(bar))
    else:
        console.print(RichText(indent(block.text.rstrip("\n"), "  ")))


def _table(block: Table, lang: Lang) -> RichTable:
    table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for index, column in enumerate(block.columns):
        numeric = all(_is_number(row[index]) for row in block.rows)
        table.add_column(column.in_language(lang), justify="right" if numeric else "left", overflow="fold")
    for row in block.rows:
        table.add_row(*(RichText(cell.in_language(lang)) for cell in row))
    return table


def _is_number(text: Text) -> bool:
    return text.en.replace(".", "", 1).replace("-", "", 1).rstrip("?").isdigit()


def bar_lines(block: Bars, lang: Lang) -> list[str]:
    """Return the chart as lines of text, one a bar; the full width stands for the limit or the longest bar."""
    scale = block.limit or max((value for _, value, _ in block.bars), default=1)
    lines = []
    for label, value, note in block.bars:
        filled = round(_BAR_WIDTH * value / scale)
        bar = "█" * filled + "░" * (_BAR_WIDTH - filled)
        lines.append(f"{label.in_language(lang)}  {bar}  {note.in_language(lang)}")
    return lines
