"""Document → one HTML page: works offline, prints, fetches nothing, and runs nothing at all."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from competency_engine.render.plain import block_lines, is_number
from competency_engine.render.range_svg import range_svg
from competency_engine.render.svg import chart_svg
from competency_engine.reports.document import Block, Document, Ranges, Steps
from competency_engine.text import Lang

_TEMPLATES = resources.files("competency_engine.render") / "templates"


def render_html(document: Document, lang: Lang) -> str:
    """Return ``document`` as a page; every text is escaped, and only the page's own style is allowed."""
    style = (_TEMPLATES / "document.css").read_text(encoding="utf-8").rstrip("\n")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((_TEMPLATES / "document.html.j2").read_text(encoding="utf-8"))
    return (
        template.render(
            document=document,
            lang=lang,
            style=Markup(style),
            style_hash="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            kind_of=lambda block: type(block).__name__,
            words=lambda text: text.in_language(lang),
            picture=lambda block: Markup(_picture(block, lang)),
            lines=lambda block: "\n".join(block_lines(block, lang)),
            numeric=lambda table, index: all(is_number(row[index]) for row in table.rows),
        )
        + "\n"
    )


def _picture(block: Block, lang: Lang) -> str:
    if isinstance(block, Ranges):
        return range_svg(block, lang)
    assert isinstance(block, Steps)
    return chart_svg(block, lang)
