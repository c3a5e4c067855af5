"""Document → Word (Office Open XML), written plainly: A4, page numbers, header rows that repeat, no macro, link or field of data.

Why no library: a city's handbooks are two thousand files, and building each by a library of objects takes ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from competency_engine.errors import EngineError
from competency_engine.render.paper import column_widths
from competency_engine.render.plain import block_lines, is_number
from competency_engine.render.zipped import unzip_parts, zip_parts
from competency_engine.reports.document import Block, Document, Notes, Table
from competency_engine.text import CONTROL, Lang, say

_BODY_PART = "word/document.xml"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TEXT_WIDTH = 9638
"""Of an A4 page with margins of 2 cm, in twentieths of a point."""
_LINE = 320
_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
    '<w:pgNumType w:start="1"/></w:sectPr>'
)
_TABLE = (
    '<w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{width}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
    '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
)
_END_OF_SECTION = re.compile(rb"<w:sectPr\b(?:(?!<w:sectPr\b).)*</w:sectPr>\s*</w:body>", re.DOTALL)


class NotJoinedError(EngineError):
    """Word files that cannot become one."""


def render_docx(document: Document, lang: Lang) -> bytes:
    """Return ``document`` as a Word file; every text stands in it as text."""
    title = _escaped(document.title.in_language(lang))
    body = "".join([_paragraph(title, "Title"), *(part for block in document.blocks for part in _block(block, lang))])
    content = f"{_XML}<w:document {_W} {_R}><w:body>{body}{_SECTION}</w:body></w:document>"
    core = _core(title)
    return zip_parts((*_constant_parts(lang), ("docProps/core.xml", core.encode()), (_BODY_PART, content.encode())))


def join_docx(files: Sequence[bytes]) -> bytes:
    """Return one Word file of ``files``, each beginning on a page of its own.

    Raises:
        NotJoinedError: when they differ in more than the body, as by a name in a header; then one cannot hold them all.
    """
    first = unzip_parts(files[0])
    common = _without_body(first)
    bodies = []
    for index, file in enumerate(files):
        parts = unzip_parts(file)
        if _without_body(parts) != common:
            raise NotJoinedError(
                say(
                    "这些 Word 文件的页眉、页脚或属性各不相同，不能合成一份；把模板页眉页脚里的字段移到正文",
                    "the Word files differ in a header, a footer or a property and cannot become one; move the tags of the template from there into its body",
                )
            )
        bodies.append(_body(dict(parts)[_BODY_PART], last=index == len(files) - 1))
    content = dict(first)[_BODY_PART]
    head = content[: content.index(b"<w:body>") + len(b"<w:body>")]
    whole = head + b"".join(bodies) + b"</w:body></w:document>"
    return zip_parts((name, whole if name == _BODY_PART else part) for name, part in first)


def _without_body(parts: Sequence[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return what files to be joined must have alike; a title of its own in the properties does no harm."""
    return {name: content for name, content in parts if name not in (_BODY_PART, "docProps/core.xml")}


def _body(content: bytes, *, last: bool) -> bytes:
    """Return what stands in the body; its section ends with it, so that the next one begins a page and counts from 1."""
    start = content.find(b"<w:body>")
    end = _END_OF_SECTION.search(content)
    if start < 0 or end is None:
        raise NotJoinedError(
            say(
                "模板没有页面设置或留有修订标记，不能合成一份；在 Word 里接受所有修订、另存后再试",
                "the template has no page set-up, or tracked changes, and its files cannot become one; accept all changes in Word, save it and try again",
            )
        )
    inner = content[start + len(b"<w:body>") : end.start()]
    section = end.group().removesuffix(b"</w:body>").rstrip()
    if last:
        return inner + section
    spacing = b'<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return inner + b"<w:p><w:pPr>" + spacing + section + b"</w:pPr></w:p>"


def _block(block: Block, lang: Lang) -> Iterator[str]:
    if block.title is not None:
        part = isinstance(block, Table) and block.paper.part
        yield _paragraph(
            _escaped(block.title.in_language(lang)),
            "Heading2" if part else "Heading1",
            breaks=isinstance(block, Table) and block.paper.new_page,
        )
    if isinstance(block, Table):
        yield _table(block, lang)
    elif isinstance(block, Notes):
        yield from (_paragraph(_escaped(line.in_language(lang)), "Note") for line in block.lines)
    else:
        yield from (_paragraph(_escaped(line), "Plain") for line in block_lines(block, lang))


def _table(table: Table, lang: Lang) -> str:
    widths = column_widths(table, lang, _TEXT_WIDTH)
    right = [bool(table.rows) and all(is_number(row[index]) for row in table.rows) for index in range(len(widths))]
    height = f'<w:trHeight w:val="{table.paper.lines * _LINE}"/>' if table.paper.lines > 1 else ""
    head = [_cell(column.in_language(lang), width, "Head") for column, width in zip(table.columns, widths, strict=True)]
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(head)}</w:tr>"]
    for row in table.rows:
        cells = (
            _cell(cell.in_language(lang), width, "Number" if number else "Cell")
            for cell, width, number in zip(row, widths, right, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{height}</w:trPr>{''.join(cells)}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl>{_TABLE.format(width=_TEXT_WIDTH)}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _cell(text: str, width: int, style: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(_escaped(text), style)}</w:tc>'


def _paragraph(escaped: str, style: str, *, breaks: bool = False) -> str:
    page = "<w:pageBreakBefore/>" if breaks else ""
    run = f'<w:r><w:t xml:space="preserve">{escaped}</w:t></w:r>' if escaped else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{page}</w:pPr>{run}</w:p>'


def _escaped(text: str) -> str:
    text = CONTROL.sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", " ").replace("\n", " ").replace("\t", " ")


@lru_cache(maxsize=2)
def _constant_parts(lang: Lang) -> tuple[tuple[str, bytes], ...]:
    """Return the parts that are the same in every file of one language; the list of types comes first, as the format asks."""
    parts = (
        ("[Content_Types].xml", _types()),
        (
            "_rels/.rels",
            _relations(
                (f"{_OFFICE}/officeDocument", _BODY_PART),
                (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ),
        ),
        (
            "word/_rels/document.xml.rels",
            _relations(
                (f"{_OFFICE}/styles", "styles.xml"),
                (f"{_OFFICE}/footer", "footer1.xml"),
                (f"{_OFFICE}/settings", "settings.xml"),
            ),
        ),
        ("word/styles.xml", _styles(lang)),
        ("word/footer1.xml", _footer()),
        ("word/settings.xml", _settings()),
    )
    return tuple((name, (_XML + content).encode()) for name, content in parts)


def _types() -> str:
    kinds = (
        ("/word/document.xml", f"{_WORD}.document.main+xml"),
        ("/word/styles.xml", f"{_WORD}.styles+xml"),
        ("/word/footer1.xml", f"{_WORD}.footer+xml"),
        ("/word/settings.xml", f"{_WORD}.settings+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
    )
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds)
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    lines = (
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _core(title: str) -> str:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>competency-engine</dc:creator>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>'
        '<dcterms:modified xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>'
    )


def _footer() -> str:
    return (
        f'<w:ftr {_W} {_R}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


def _settings() -> str:
    return (
        f'<w:settings {_W}><w:zoom w:percent="100"/><w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _styles(lang: Lang) -> str:
    """Return the styles: serif for the text, sans for titles; names of typefaces that Word, WPS and LibreOffice know or replace."""
    eastern = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}" w:cs="{0}" w:eastAsia="{1}"/>'
    serif, sans = eastern.format("Times New Roman", "宋体"), eastern.format("Arial", "黑体")
    language = "zh-CN" if lang == "zh" else "en-GB"
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(f'<w:{side} w:w="70" w:type="dxa"/>' for side in ("left", "right"))
    styles = (
        _style("Normal", "Normal", "", f'{serif}<w:sz w:val="21"/>', default=True),
        _style("Title", "Title", '<w:spacing w:before="0" w:after="160"/>', f'{sans}<w:b/><w:sz w:val="36"/>'),
        _style(
            "Heading1",
            "heading 1",
            '<w:keepNext/><w:spacing w:before="280" w:after="100"/><w:outlineLvl w:val="0"/>',
            f'{sans}<w:b/><w:sz w:val="26"/>',
        ),
        _style(
            "Heading2",
            "heading 2",
            '<w:keepNext/><w:spacing w:before="180" w:after="60"/><w:outlineLvl w:val="1"/>',
            f'{sans}<w:b/><w:sz w:val="21"/>',
        ),
        _style("Note", "Note", '<w:spacing w:before="0" w:after="60"/>', '<w:sz w:val="21"/>'),
        _style("Plain", "Plain", '<w:spacing w:before="0" w:after="0"/>', '<w:sz w:val="16"/>'),
        _style(
            "Head", "Head", '<w:keepNext/><w:spacing w:before="20" w:after="20"/>', f'{sans}<w:b/><w:sz w:val="17"/>'
        ),
        _style("Cell", "Cell", '<w:spacing w:before="20" w:after="20"/>', '<w:sz w:val="18"/>'),
        _style(
            "Number", "Number", '<w:spacing w:before="20" w:after="20"/><w:jc w:val="right"/>', '<w:sz w:val="18"/>'
        ),
        _style("Footer", "footer", '<w:jc w:val="center"/>', '<w:sz w:val="18"/>'),
    )
    return (
        f'<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{serif}<w:lang w:val="en-GB" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault/></w:docDefaults>{''.join(styles)}"
        '<w:style w:type="table" w:default="1" w:styleId="NormalTable"><w:name w:val="Normal Table"/></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="Grid"><w:name w:val="Grid"/><w:basedOn w:val="NormalTable"/>'
        f"<w:tblPr><w:tblBorders>{border}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="E7EBF0"/></w:tcPr></w:tblStylePr></w:style></w:styles>'
    ).replace('w:val="en-GB"', f'w:val="{language}"')


def _style(id_: str, name: str, paragraph: str, run: str, *, default: bool = False) -> str:
    kind = ' w:default="1"' if default else ""
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph"{kind} w:styleId="{id_}"><w:name w:val="{name}"/>{based}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )
