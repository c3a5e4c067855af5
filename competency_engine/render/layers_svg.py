"""Requisites → an inline SVG picture in layers, whose courses can be reached by keyboard; no style, script or link in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from itertools import pairwise

from competency_engine.graph.layered import Layered, lay_out
from competency_engine.graph.requisites import Requisites
from competency_engine.render.diagnostics import display_width
from competency_engine.text import CONTROL, Text

_WIDTH, _HEIGHT, _GAP, _ROW, _EDGE = 172, 38, 62, 47, 8
_ROOM = 26
_LEAST_COLUMNS = 5


def layers_svg(
    requisites: Requisites, titles: Mapping[str, Text], name: str, label: Text, anchor: Callable[[str], str]
) -> str:
    """Return the picture.

    Args:
        requisites: what to draw; courses that nothing joins stand below, in rows.
        titles: of the courses.
        name: begins the id of each course in the page.
        label: says what the picture is to those who cannot see it.
        anchor: course → id of its element in the page.
    """
    drawn = lay_out(requisites)
    columns = max(_LEAST_COLUMNS, max(drawn.layer, default=0) + 1)
    height = _EDGE * 2 + _below(drawn) + -(-len(drawn.alone) // columns) * _ROW
    width = _EDGE * 2 + columns * _WIDTH + (columns - 1) * _GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" id="{name}" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="group" aria-label="{_words(label.zh)} / {_words(label.en)}">'
    )
    lines = [head, *_edges(requisites, drawn)]
    for position, course in enumerate(requisites.courses):
        lines.append(_node(course, titles[course], anchor(course), *_corner(drawn, position, columns)))
    return "\n".join([*lines, "</svg>"])


def _below(drawn: Layered) -> int:
    """Return where the courses begin that nothing joins."""
    return (round(drawn.rows * _ROW) + _HEIGHT + _ROW - 14) if len(drawn.alone) < len(drawn.layer) else 0


def _corner(drawn: Layered, position: int, columns: int) -> tuple[int, float]:
    if drawn.layer[position] >= 0:
        return _x(drawn.layer[position]), _y(drawn.place[position])
    row, column = divmod(drawn.alone.index(position), columns)
    return _x(column), _EDGE + _below(drawn) + row * _ROW


def _x(layer: int) -> int:
    return _EDGE + layer * (_WIDTH + _GAP)


def _y(place: float) -> float:
    return round(_EDGE + place * _ROW, 1)


def _edges(requisites: Requisites, drawn: Layered) -> Iterator[str]:
    for link in sorted([*drawn.bends, *drawn.back]):
        stops = [(drawn.layer[link[0]], drawn.place[link[0]]), *drawn.bends.get(link, ())]
        stops.append((drawn.layer[link[1]], drawn.place[link[1]]))
        before, after = (_words(requisites.courses[end]) for end in link)
        look = ' class="back"' if link in drawn.back else ""
        yield f'<path{look} data-from="{before}" data-to="{after}" d="{_path(stops)}"/>'


def _path(stops: list[tuple[int, float]]) -> str:
    """Return the line from the right of the first stop through those between to an arrowhead left of the last."""
    middle = _HEIGHT / 2
    parts = [f"M{_x(stops[0][0]) + _WIDTH} {_number(_y(stops[0][1]) + middle)}"]
    for (one, high), (other, low) in pairwise(stops):
        start, end = _x(one) + _WIDTH, _x(other)
        half = max(_GAP / 2, abs(end - start) / 2)
        above, below = _number(_y(high) + middle), _number(_y(low) + middle)
        parts.append(f"C{_number(start + half)} {above} {_number(end - half)} {below} {end} {below}")
        if (other, low) != stops[-1]:
            parts.append(f"H{end + _WIDTH}")
    return "".join([*parts, "l-7-4m7 4l-7 4"])


def _node(course: str, title: Text, anchor: str, x: int, y: float) -> str:
    full = _words(f"{course} {title.zh} / {title.en}")
    words = "".join(
        f'<text lang="{tongue}" x="8" y="31">{_words(_shortened(text))}</text>'
        for tongue, text in (("zh-CN", title.zh), ("en", title.en))
    )
    return (
        f'<g class="node" id="{_words(anchor)}" data-id="{_words(course)}" transform="translate({x} {_number(y)})" tabindex="0"'
        f' role="button" aria-label="{full}"><title>{full}</title><rect width="{_WIDTH}" height="{_HEIGHT}" rx="5"/>'
        f'<text class="id" x="8" y="15">{_words(course)}</text>{words}</g>'
    )


def _shortened(text: str) -> str:
    """Return ``text`` as far as the box holds it."""
    if display_width(text) <= _ROOM:
        return text
    while display_width(text) > _ROOM - 1:
        text = text[:-1]
    return text + "…"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _words(text: str) -> str:
    return escape(CONTROL.sub("\ufffd", text), quote=True)
