"""The pictures of a document → one SVG file, written directly: no fonts, scripts or links in it, the same bytes anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from competency_engine.reports.document import Document, Steps
from competency_engine.text import Lang, say

_WIDTH, _HEIGHT = 800, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 90, 60
_COLOURS = ("#1f4e79", "#c55a11", "#548235", "#7f6000")
"""Each at least 4.5 : 1 against white, and told apart by lightness too."""


def render_svg(document: Document, lang: Lang) -> str | None:
    """Return the first picture of ``document`` as SVG; None when it has none."""
    chart = next((block for block in document.blocks if isinstance(block, Steps)), None)
    return None if chart is None else '<?xml version="1.0" encoding="UTF-8"?>\n' + chart_svg(chart, lang) + "\n"


def chart_svg(chart: Steps, lang: Lang) -> str:
    """Return the picture of one chart, without the declaration of a file."""
    return "\n".join(_lines(chart, lang))


def _lines(chart: Steps, lang: Lang) -> Iterator[str]:
    def words(text: object) -> str:
        return escape(str(text), quote=True)

    tongue = "zh-Hans" if lang == "zh" else "en"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
        f' role="img" aria-labelledby="title description" lang="{tongue}" font-family="sans-serif" font-size="13">'
    )
    yield f'<title id="title">{words(chart.title.in_language(lang))}</title>'
    yield f'<desc id="description">{words(describe(chart, lang))}</desc>'
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
    yield f'<text x="{_LEFT}" y="24" font-size="16" font-weight="bold">{words(chart.title.in_language(lang))}</text>'
    place = _LEFT
    for index, name in enumerate(chart.series):
        label = name.in_language(lang)
        yield f'<rect x="{place}" y="38" width="14" height="14" fill="{_COLOURS[index % len(_COLOURS)]}"/>'
        yield f'<text x="{place + 20}" y="50">{words(label)}</text>'
        place += 44 + sum(13 if ord(letter) > 0x2E7F else 8 for letter in label)
    yield from _layers(chart)
    yield from _axes(chart, lang)
    yield "</svg>"


def describe(chart: Steps, lang: Lang) -> str:
    """Return in one sentence a point what the picture shows, for those who cannot see it."""
    unit = chart.x_title.in_language(lang)
    points = []
    for x, heights in chart.points:
        parts = (f"{name.in_language(lang)} {height}" for name, height in zip(chart.series, heights, strict=True))
        listed = say("，", ", ").in_language(lang).join(parts)
        points.append(say(f"{unit} {x:g}：{listed}", f"{unit} {x:g}: {listed}").in_language(lang))
    return say("；", "; ").in_language(lang).join(points)


def _top(chart: Steps) -> int:
    return max(1, *(sum(heights) for _, heights in chart.points))


def _x(chart: Steps, value: float) -> str:
    return _number(_LEFT + (_WIDTH - _LEFT - _RIGHT) * value / (chart.end or 1))


def _y(chart: Steps, value: float) -> str:
    return _number(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / _top(chart))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _layers(chart: Steps) -> Iterator[str]:
    """Yield one closed outline a series, the lowest first, stacked."""
    ends = [*(x for x, _ in chart.points[1:]), chart.end]
    below = [0] * len(chart.points)
    for index in range(len(chart.series)):
        above = [low + heights[index] for low, (_, heights) in zip(below, chart.points, strict=True)]
        there, back = [], []
        for (x, _), end, low, high in zip(chart.points, ends, below, above, strict=True):
            there += [f"{_x(chart, x)},{_y(chart, high)}", f"{_x(chart, end)},{_y(chart, high)}"]
            back += [f"{_x(chart, x)},{_y(chart, low)}", f"{_x(chart, end)},{_y(chart, low)}"]
        outline = " ".join([*there, *reversed(back)])
        yield f'<polygon points="{outline}" fill="{_COLOURS[index % len(_COLOURS)]}" stroke="#ffffff"/>'
        below = above


def _axes(chart: Steps, lang: Lang) -> Iterator[str]:
    left, bottom, right = _LEFT, _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    yield f'<path d="M{left} {_TOP}V{bottom}H{right}" fill="none" stroke="#000000"/>'
    for tick in _ticks(chart.end):
        x = _x(chart, tick)
        yield f'<path d="M{x} {bottom}v5" stroke="#000000"/>'
        yield f'<text x="{x}" y="{bottom + 20}" text-anchor="middle">{tick:g}</text>'
    for tick in _ticks(_top(chart)):
        y = _y(chart, tick)
        yield f'<path d="M{left} {y}h-5" stroke="#000000"/>'
        yield f'<text x="{left - 9}" y="{y}" text-anchor="end" dominant-baseline="middle">{tick:g}</text>'
    x_title, y_title = (escape(text.in_language(lang), quote=True) for text in (chart.x_title, chart.y_title))
    yield f'<text x="{(left + right) // 2}" y="{_HEIGHT - 14}" text-anchor="middle">{x_title}</text>'
    yield f'<text x="{left - 50}" y="{_TOP - 16}">{y_title}</text>'
    if chart.mark is not None:
        x, name = _x(chart, chart.mark[0]), escape(chart.mark[1].in_language(lang), quote=True)
        yield f'<path d="M{x} {_TOP}V{bottom}" stroke="#000000" stroke-dasharray="4 3"/>'
        anchor = "end" if chart.mark[0] * 2 > chart.end else "start"
        yield f'<text x="{x}" y="{_TOP - 4}" text-anchor="{anchor}">{name}</text>'


def _ticks(end: float) -> tuple[float, ...]:
    """Return round numbers from 0 to ``end``, about eight of them.

    >>> _ticks(45)
    (0, 10, 20, 30, 40)
    """
    step = next(base * 10**power for power in range(9) for base in (1, 2, 5) if base * 10**power * 8 >= end)
    return tuple(step * index for index in range(int(end // step) + 1))
