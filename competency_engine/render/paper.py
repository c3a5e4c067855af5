"""What printed formats share: how wide the columns of a table are."""

from __future__ import annotations

from competency_engine.render.diagnostics import display_width
from competency_engine.reports.document import Table
from competency_engine.text import Lang

_LEAST_SHARE, _MOST_SHARE = 6, 40


def column_shares(table: Table, lang: Lang) -> tuple[int, ...]:
    """Return the relative widths of the columns: the table's own, else by its widest cells, within bounds."""
    if len(table.paper.shares) == len(table.columns):
        return table.paper.shares
    rows = [[cell.in_language(lang) for cell in row] for row in (table.columns, *table.rows)]
    widest = (max(display_width(row[index]) for row in rows) for index in range(len(table.columns)))
    return tuple(min(max(width, _LEAST_SHARE), _MOST_SHARE) for width in widest)


def column_widths(table: Table, lang: Lang, total: int) -> tuple[int, ...]:
    """Return the widths of the columns in whole units; together they are ``total``."""
    shares = column_shares(table, lang)
    ends = [total * sum(shares[: index + 1]) // sum(shares) for index in range(len(shares))]
    return tuple(end - start for start, end in zip([0, *ends], ends, strict=False))
