"""Document → PDF on A4, with the typeface for Chinese that every reader of PDF knows; needs the extra ``office``.

No typeface is stored in the file: Chinese is set in STSong-Light of Adobe's GB1 collection, Latin letters in Helvetica. What neither
has is shown as □.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from competency_engine.errors import UsageError
from competency_engine.render.paper import column_widths
from competency_engine.render.plain import block_lines, is_number
from competency_engine.reports.document import Block, Document, Notes, Table
from competency_engine.text import CONTROL, Lang, say

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

_CHINESE, _LATIN, _BOLD = "STSong-Light", "Helvetica", "Helvetica-Bold"
_MARGIN = 57
_PAGE_WIDTH, _PAGE_HEIGHT = 595, 842
_PADDING = 6
"""Which a frame of reportlab keeps free at each side."""
_TEXT_WIDTH = _PAGE_WIDTH - 2 * (_MARGIN + _PADDING)
_LINE = 16
_FOREIGN = {"zh": re.compile("[^\t\n -~\xa0-\xff]+"), "en": re.compile("[^\t\n -~\xa0-\xff‘’“”–—…]+")}
"""What is set in the Chinese typeface; quotation marks and dashes are as wide as a character in Chinese alone."""


def require_reportlab() -> None:
    """Make sure that PDF can be written.

    Raises:
        UsageError: when the library for it is not installed.
    """
    try:
        import pypdf  # noqa: F401
        import reportlab  # noqa: F401
    except ImportError:
        raise UsageError(
            say(
                "写 PDF 要先安装：pip install 'competency-engine[office]'",
                "PDF needs a further package: pip install 'competency-engine[office]'",
            )
        ) from None


def render_pdf(document: Document, lang: Lang) -> bytes:
    """Return ``document`` as a PDF file; equal documents give equal bytes.

    Raises:
        UsageError: when the library for it is not installed.
    """
    require_reportlab()
    from reportlab.platypus.doctemplate import LayoutError

    try:
        return _pages(document, lang, split_rows=False)
    except LayoutError:  # a row higher than a page
        return _pages(document, lang, split_rows=True)


def _pages(document: Document, lang: Lang, *, split_rows: bool) -> bytes:
    from reportlab.platypus import SimpleDocTemplate

    buffer = io.BytesIO()
    title = document.title.in_language(lang)
    pages = SimpleDocTemplate(
        buffer,
        pagesize=(_PAGE_WIDTH, _PAGE_HEIGHT),
        leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
        title=title, author="competency-engine", lang="zh-CN" if lang == "zh" else "en-GB",
        invariant=1,
    )  # fmt: skip
    story = [
        _paragraph(title, "Title", lang),
        *(part for block in document.blocks for part in _block(block, lang, split_rows=split_rows)),
    ]
    pages.build(story, onFirstPage=_number, onLaterPages=_number)
    return buffer.getvalue()


def join_pdf(files: Sequence[bytes]) -> bytes:
    """Return one PDF file of the pages of ``files``, in their order.

    Raises:
        UsageError: when the library for it is not installed.
    """
    require_reportlab()
    from pypdf import PdfWriter

    writer = PdfWriter()
    for file in files:
        writer.append(io.BytesIO(file), import_outline=False)
    writer.compress_identical_objects(remove_unreferenced=True)
    writer.add_metadata({"/Producer": "competency-engine"})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _number(canvas: Any, _: object) -> None:
    canvas.setFont(_LATIN, 9)
    canvas.drawCentredString(_PAGE_WIDTH / 2, _MARGIN / 2, f"- {canvas.getPageNumber()} -")


def _block(block: Block, lang: Lang, *, split_rows: bool) -> Iterator[Flowable]:
    from reportlab.platypus import CondPageBreak, PageBreak

    if isinstance(block, Table) and block.paper.new_page:
        yield PageBreak()
    if block.title is not None:
        part = isinstance(block, Table) and block.paper.part
        yield CondPageBreak(6 * _LINE)
        yield _paragraph(block.title.in_language(lang), "Heading2" if part else "Heading1", lang)
    if isinstance(block, Table):
        yield _table(block, lang, split_rows=split_rows)
    elif isinstance(block, Notes):
        yield from (_paragraph(line.in_language(lang), "Note", lang) for line in block.lines)
    else:
        yield from (_paragraph(line, "Plain", lang) for line in block_lines(block, lang))


def _table(table: Table, lang: Lang, *, split_rows: bool) -> Flowable:
    from reportlab.platypus import LongTable

    widths = column_widths(table, lang, _TEXT_WIDTH)
    right = [bool(table.rows) and all(is_number(row[index]) for row in table.rows) for index in range(len(widths))]
    cells = [[_paragraph(column.in_language(lang), "Head", lang) for column in table.columns]]
    cells += [
        [
            _paragraph(cell.in_language(lang), "Number" if number else "Cell", lang)
            for cell, number in zip(row, right, strict=True)
        ]
        for row in table.rows
    ]
    heights = [None, *([table.paper.lines * _LINE] * len(table.rows))] if table.paper.lines > 1 else None
    flowable = LongTable(cells, colWidths=widths, rowHeights=heights, repeatRows=1, splitInRow=int(split_rows))
    flowable.setStyle(_grid())
    return flowable


@lru_cache(maxsize=1)
def _grid() -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import TableStyle

    grey = colors.HexColor("#808080")
    return TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#E7EBF0")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]
    )


def _paragraph(text: str, style: str, lang: Lang) -> Flowable:
    from reportlab.platypus import Paragraph

    return Paragraph(_marked_up(text, lang), _styles(lang)[style])


def _marked_up(text: str, lang: Lang) -> str:
    """Return ``text`` with every run that Helvetica lacks in the Chinese typeface; nothing in it is taken for a mark-up."""
    clean = escape(CONTROL.sub("\ufffd", text))
    return _FOREIGN[lang].sub(lambda run: f'<font name="{_CHINESE}">{_drawable(run.group())}</font>', clean)


def _drawable(run: str) -> str:
    return "".join(character if _is_in_gb(character) else "□" for character in run)


@lru_cache(maxsize=8192)
def _is_in_gb(character: str) -> bool:
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=2)
def _styles(lang: Lang) -> dict[str, Any]:
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))
    wrap = "CJK" if lang == "zh" else None

    def style(name: str, size: float, font: str = _LATIN, **further: Any) -> ParagraphStyle:
        return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.35, wordWrap=wrap, **further)

    return {
        "Title": style("Title", 18, _BOLD, spaceAfter=8),
        "Heading1": style("Heading1", 13, _BOLD, spaceBefore=12, spaceAfter=5),
        "Heading2": style("Heading2", 10.5, _BOLD, spaceBefore=8, spaceAfter=4),
        "Note": style("Note", 10, spaceAfter=3),
        "Plain": style("Plain", 8),
        "Head": style("Head", 8, _BOLD),
        "Cell": style("Cell", 8.5),
        "Number": style("Number", 8.5, alignment=TA_RIGHT),
    }
