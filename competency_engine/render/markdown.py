"""Document → Markdown; nothing in the content can become markup or HTML."""

from __future__ import annotations

import re

from competency_engine.render.plain import range_lines, step_lines
from competency_engine.reports.document import Bars, Block, Code, Document, Notes, Ranges, Steps, Table
from competency_engine.text import Lang, say

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def render_markdown(document: Document, lang: Lang) -> str:
    """Return ``document`` as Markdown, ending in a newline."""
    parts = [f"# {escape(document.title.in_language(lang))}"]
    parts += [_block(block, lang) for block in document.blocks]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is written."""
    return _SPECIAL.sub(r"\\\1", text).replace("\n", " ")


def _block(block: Block, lang: Lang) -> str:
    title = f"## {escape(block.title.in_language(lang))}\n\n" if block.title is not None else ""
    if isinstance(block, Notes):
        return title + "\n".join(f"- {escape(line.in_language(lang))}" for line in block.lines)
    if isinstance(block, Code):
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", block.text)), 3)
        return f"{title}{fence}yaml\n{block.text.rstrip()}\n{fence}"
    if isinstance(block, Steps):
        return title + "\n".join(["```text", *step_lines(block, lang), "```"])
    if isinstance(block, Ranges):
        return title + "\n".join(["```text", *range_lines(block, lang), "```"])
    if isinstance(block, Bars):
        block = Table(None, (say(" ", " "), block.title), tuple((label, note) for label, _, note in block.bars))
    header = "| " + " | ".join(escape(column.in_language(lang)) for column in block.columns) + " |"
    rule = "|" + " --- |" * len(block.columns)
    rows = ["| " + " | ".join(escape(cell.in_language(lang)) for cell in row) + " |" for row in block.rows]
    return title + "\n".join([header, rule, *rows])
