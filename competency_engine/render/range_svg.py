"""Ranges → an SVG picture: a stroke for the range, a circle for what counts (a triangle below what is asked), a bar for what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from competency_engine.reports.document import Range, Ranges
from competency_engine.text import Lang

_LABEL, _LEVEL, _NOTE, _ROW, _TOP = 330, 62, 330, 24, 26
_MET, _BELOW, _INK, _FAINT = "#38761d", "#b45309", "#1f2937", "#d1d5db"
"""The colours of words are at least 4.5 : 1 against white; a point below its mark differs in shape too."""


def range_svg(block: Ranges, lang: Lang) -> str:
    """Return the picture, described for those who cannot see it; nothing in the words becomes markup."""
    return "\n".join(_lines(block, lang))


def _lines(block: Ranges, lang: Lang) -> Iterator[str]:
    width = _LABEL + block.top * _LEVEL + 40 + _NOTE
    height = _TOP + len(block.rows) * _ROW + 6
    tongue = "zh-Hans" if lang == "zh" else "en"
    said = "; ".join(f"{row.label.in_language(lang)} {row.note.in_language(lang)}" for row in block.rows)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' lang="{tongue}" font-family="sans-serif" font-size="13"><title>{_words(said)}</title>'
    )
    yield f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    for level in range(block.top + 1):
        x = _x(level)
        yield f'<text x="{x}" y="16" text-anchor="middle" fill="{_INK}">{level}</text>'
        yield f'<path d="M{x} {_TOP - 4}V{height - 4}" stroke="{_FAINT}"/>'
    for index, row in enumerate(block.rows):
        yield from _row(row, _TOP + index * _ROW + _ROW // 2, block.top, lang)
    yield "</svg>"


def _row(row: Range, y: int, top: int, lang: Lang) -> Iterator[str]:
    yield f'<text x="8" y="{y + 4}" fill="{_INK}">{_words(_shortened(row.label.in_language(lang)))}</text>'
    if row.low < row.high or row.low != row.point:
        yield f'<path d="M{_x(row.low) - 8} {y}H{_x(row.high) + 8}" stroke="{_INK}" stroke-width="4" opacity="0.4"/>'
    if row.mark is not None:
        yield f'<path d="M{_x(row.mark)} {y - 9}V{y + 9}" stroke="{_INK}" stroke-width="3"/>'
    if row.point is not None:
        below = row.mark is not None and row.point < row.mark
        colour = _BELOW if below else _MET
        fill = colour if row.sure else "#ffffff"
        x = _x(row.point)
        shape = f"M{x - 7} {y + 6}H{x + 7}L{x} {y - 7}Z" if below else f"M{x - 6} {y}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0"
        yield f'<path d="{shape}" fill="{fill}" stroke="{colour}" stroke-width="2"/>'
    yield f'<text x="{_x(top) + 24}" y="{y + 4}" fill="{_INK}" font-size="12">{_words(row.note.in_language(lang))}</text>'


def _x(level: int) -> int:
    return _LABEL + 14 + level * _LEVEL


def _shortened(text: str) -> str:
    """Return ``text`` as far as the column holds it."""
    room = (_LABEL - 16) / 7
    used = 0.0
    for place, letter in enumerate(text):
        used += 1.9 if ord(letter) > 0x2E7F else 1
        if used > room:
            return text[: place - 1] + "…"
    return text


def _words(text: str) -> str:
    return escape(text, quote=True)
