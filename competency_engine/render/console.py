"""Document → terminal, with rich: colours, and columns that fold to its width."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from competency_engine.render.plain import block_lines, is_number
from competency_engine.reports.document import Block, Document, Table
from competency_engine.text import Lang


def render_console(document: Document, lang: Lang, file: TextIO) -> None:
    """Write ``document`` to the terminal ``file``."""
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    console.print(RichText(document.title.in_language(lang), style="bold"))
    for block in document.blocks:
        _print_block(block, lang, console)


def _print_block(block: Block, lang: Lang, console: Console) -> None:
    if block.title is not None:
        console.print()
        console.print(RichText(block.title.in_language(lang), style="bold cyan"))
    if isinstance(block, Table):
        console.print(_table(block, lang))
        return
    for line in block_lines(block, lang):
        console.print(RichText(line))


def _table(block: Table, lang: Lang) -> RichTable:
    table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for index, column in enumerate(block.columns):
        numeric = all(is_number(row[index]) for row in block.rows)
        table.add_column(column.in_language(lang), justify="right" if numeric else "left", overflow="fold")
    for row in block.rows:
        table.add_row(*(RichText(cell.in_language(lang)) for cell in row))
    return table
