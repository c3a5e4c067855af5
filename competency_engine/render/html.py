"""Document → one HTML page: works offline, prints, fetches nothing, and runs nothing at all."""

from __future__ import annotations

from markupsafe import Markup

from competency_engine.render.own_page import page_environment, policy_hash, read_part
from competency_engine.render.plain import block_lines, is_number
from competency_engine.render.range_svg import range_svg
from competency_engine.render.svg import chart_svg
from competency_engine.reports.document import Block, Document, Ranges, Steps
from competency_engine.text import Lang


def render_html(document: Document, lang: Lang) -> str:
    """Return ``document`` as a page; every text is escaped, and only the page's own style is allowed."""
    style = read_part("document.css")
    template = page_environment().from_string(read_part("document.html.j2"))
    return (
        template.render(
            document=document,
            lang=lang,
            style=Markup(style),
            style_hash=policy_hash(style),
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
