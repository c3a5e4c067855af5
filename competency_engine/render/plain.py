"""Document → plain text, for files and pipes: nothing is folded, nothing is coloured."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from competency_engine.render.diagnostics import display_width
from competency_engine.reports.document import Bars, Block, Document, Notes, Range, Ranges, Steps, Table
from competency_engine.text import Lang, Text

_BAR_WIDTH = 40
_CHART_WIDTH, _CHART_HEIGHT = 64, 12
_FILLS = "█▒░▓"
_LEVEL_WIDTH = 4


def render_plain(document: Document, lang: Lang) -> str:
    """Return ``document`` as text, ending in a newline."""
    lines = [document.title.in_language(lang)]
    for block in document.blocks:
        if block.title is not None:
            lines += ["", block.title.in_language(lang)]
        lines += block_lines(block, lang)
    return "\n".join(lines) + "\n"


def block_lines(block: Block, lang: Lang) -> Iterator[str]:
    """Yield the lines of one block, without its title."""
    if isinstance(block, Notes):
        yield from (line.in_language(lang) for line in block.lines)
    elif isinstance(block, Table):
        yield from _table_lines(block, lang)
    elif isinstance(block, Bars):
        yield from _bar_lines(block, lang)
    elif isinstance(block, Steps):
        yield from step_lines(block, lang)
    elif isinstance(block, Ranges):
        yield from range_lines(block, lang)
    else:
        yield from indent(block.text.rstrip("\n"), "  ").split("\n")


def is_number(text: Text) -> bool:
    """Return whether a cell is a number, so that its column is set to the right."""
    return text.en.replace(".", "", 1).replace("-", "", 1).rstrip("?").isdigit()


def _table_lines(block: Table, lang: Lang) -> Iterator[str]:
    rows = [[cell.in_language(lang) for cell in row] for row in (block.columns, *block.rows)]
    widths = [max(display_width(row[index]) for row in rows) for index in range(len(block.columns))]
    numeric = [all(is_number(row[index]) for row in block.rows) for index in range(len(block.columns))]
    for row in rows:
        cells = []
        for cell, width, right in zip(row, widths, numeric, strict=True):
            gap = " " * (width - display_width(cell))
            cells.append(gap + cell if right else cell + gap)
        yield "  ".join(cells).rstrip()


def _bar_lines(block: Bars, lang: Lang) -> Iterator[str]:
    """Yield one line a bar; the full width stands for the limit, or for the longest bar."""
    scale = block.limit or max((value for _, value, _ in block.bars), default=1)
    for label, value, note in block.bars:
        filled = round(_BAR_WIDTH * value / scale)
        bar = "█" * filled + "░" * (_BAR_WIDTH - filled)
        yield f"{label.in_language(lang)}  {bar}  {note.in_language(lang)}"


def range_lines(block: Ranges, lang: Lang) -> Iterator[str]:
    """Yield a line a row: the range as a stroke, the point as a circle (a triangle below its mark), the mark as a bar."""
    labels = [row.label.in_language(lang) for row in block.rows]
    width = max(map(display_width, labels), default=0)
    scale = "".join(f"{level:<{_LEVEL_WIDTH}}" for level in range(block.top + 1)).rstrip()
    yield " " * (width + 2) + scale
    for label, row in zip(labels, block.rows, strict=True):
        gap = " " * (width - display_width(label))
        yield f"{label}{gap}  {_stroke(row, block.top)}   {row.note.in_language(lang)}".rstrip()


def _stroke(row: Range, top: int) -> str:
    cells = [" "] * (top * _LEVEL_WIDTH + 1)
    for level in range(top + 1):
        cells[level * _LEVEL_WIDTH] = "·"
    for place in range(row.low * _LEVEL_WIDTH, row.high * _LEVEL_WIDTH + 1):
        cells[place] = "─"
    if row.mark is not None:
        cells[row.mark * _LEVEL_WIDTH] = "┃"
    if row.point is not None:
        below = row.mark is not None and row.point < row.mark
        cells[row.point * _LEVEL_WIDTH] = ("▲" if below else "●") if row.sure else ("△" if below else "○")
    return "".join(cells)


def step_lines(block: Steps, lang: Lang) -> Iterator[str]:
    """Yield a stacked step chart drawn with block characters: one column for each 64th of the x axis."""
    end = block.end or 1
    columns = [_layers_at(block, end * (column + 1) / _CHART_WIDTH) for column in range(_CHART_WIDTH)]
    top = max(1, *(sum(column) for column in columns))
    height = min(top, _CHART_HEIGHT)
    width = len(str(top))
    yield block.y_title.in_language(lang)
    for row in range(height, 0, -1):
        level = top * (row - 0.5) / height
        label = str(top) if row == height else ""
        yield f"{label:>{width}} │" + "".join(_fill(column, level) for column in columns).rstrip()
    yield f"{0:>{width}} └" + "─" * _CHART_WIDTH
    if block.mark is not None:
        place, name = block.mark
        column = min(_CHART_WIDTH - 1, round(_CHART_WIDTH * place / end))
        yield " " * (width + 2 + column) + "▲ " + name.in_language(lang)
    yield " " * (width + 2) + f"0 … {end:g}  {block.x_title.in_language(lang)}"
    yield "  ".join(
        f"{_FILLS[index % len(_FILLS)]} {name.in_language(lang)}" for index, name in enumerate(block.series)
    )


def _layers_at(block: Steps, x: float) -> tuple[int, ...]:
    reached = [heights for start, heights in block.points if start <= x]
    return reached[-1] if reached else (0,) * len(block.series)


def _fill(layers: tuple[int, ...], level: float) -> str:
    """Return the character of the layer that covers the height ``level``; a space above them all."""
    for index, layer in enumerate(layers):
        if level < layer:
            return _FILLS[index % len(_FILLS)]
        level -= layer
    return " "
