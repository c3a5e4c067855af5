"""An office's own template: ours through it says the same; a wrong tag is named; a dangerous file is refused."""

from __future__ import annotations

import pytest

from competency_engine.errors import UsageError
from competency_engine.interop.word_template import BadTemplateError, check_template, fill_template, starter_template
from competency_engine.render.docx import join_docx, render_docx
from competency_engine.render.zipped import unzip_parts, zip_parts
from competency_engine.reports.document import Document, Notes, same
from competency_engine.reports.handbook_document import handbook_document
from competency_engine.text import Lang
from tests.worlds.handbooks import HOSTILE, handbook, words_in


def template(*lines: str) -> bytes:
    """Return a template of some lines."""
    return render_docx(Document(same("t"), (Notes(None, tuple(same(line) for line in lines)),), None), "en")


def changed(part: str, content: bytes, old: bytes = b"") -> bytes:
    """Return a template with one part more, or with ``old`` in a part replaced."""
    parts = dict(unzip_parts(template("{{ person }}")))
    parts[part] = parts[part].replace(old, content) if old else content
    return zip_parts(parts.items())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("title", ["a", *HOSTILE])
def test_our_layout_through_a_template_says_what_our_own_file_says(title: str, lang: Lang) -> None:
    book = handbook(title)
    starter = starter_template(lang)
    check_template(starter, "t.docx")

    filled = fill_template(starter, "t.docx", book, lang)
    assert words_in(filled) == words_in(render_docx(handbook_document(book), lang))
    assert filled == fill_template(starter, "t.docx", book, lang)
    assert words_in(join_docx([filled, filled])) == words_in(filled) * 2


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ peson }}", r"no field peson; did you mean person\?, at \"{{ peson }}\""),
        ("{% for g in gaps %}{{ g.titel }}{% endfor %}", r"no field titel; did you mean title\?"),
        ("{{ person", "a tag is broken"),
        ("{% for g in gaps %}", "a tag is broken .*endfor"),
        ("{{ person|nofilter }}", "a tag is broken .*nofilter"),
        ("{{ ''.__class__.__mro__ }}", "does what is not allowed"),
        ("{{ gaps.append(1) }}", "does what is not allowed"),
        ("{{ 'a' * 1000000000 }}", "does what is not allowed"),
        ("{{ range(1000000000)|list }}", "cannot be worked out"),
        ("{% include '/etc/passwd' %}", "cannot be worked out"),
        ("{{ 1 / 0 }}", "cannot be worked out"),
    ],
)
def test_a_wrong_tag_is_named(tag: str, said: str) -> None:
    with pytest.raises(BadTemplateError, match=said) as caught:
        fill_template(template("ok {{ person }}", tag), "own.docx", handbook(), "en")
    assert "own.docx" in caught.value.message.zh
    assert "docs/handbook.md" in caught.value.message.zh


RELS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "damaged or no docx"),
        (b"PK\x03\x04rubbish", "damaged or no docx"),
        (zip_parts([("xl/workbook.xml", b"<x/>")]), "no docx"),
        (changed("word/vbaProject.bin", b"x"), "macros"),
        (changed("word/embeddings/a.bin", b"x"), "embedded files"),
        (changed("word/activeX/a.xml", b"<x/>"), "ActiveX"),
        (changed("word/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "document type"),
        (
            changed("word/_rels/x.xml.rels", RELS + b'<Relationship Id="a" Type="' + OFFICE + b'/attachedTemplate" Target="x"/></Relationships>'),
            "links to other files",
        ),
        (
            changed("word/_rels/x.xml.rels", RELS + b'<Relationship Id="a" Type="' + OFFICE + b'/image" Target="http://x/y.png" TargetMode="External"/></Relationships>'),
            "links to other files",
        ),
        (
            changed("word/document.xml", b"<w:body><w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c</w:instrText></w:r></w:p>", b"<w:body>"),
            "field DDEAUTO",
        ),
        (changed("word/document.xml", b'<w:body><w:p><w:fldSimple w:instr=" INCLUDETEXT x "/></w:p>', b"<w:body>"), "field INCLUDETEXT"),
        (changed("word/media/big.xml", b"<x>" + b" " * 9_000_000 + b"</x>"), "too large when unpacked"),
        (b"x" * (8 * 1024 * 1024 + 1), "larger than 8 MB"),
    ],
)  # fmt: skip
def test_what_could_do_harm_is_refused(file: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        check_template(file, "own.docx")
    assert "--save-template" in caught.value.message.zh


def test_a_link_to_click_on_is_no_harm() -> None:
    link = RELS + b'<Relationship Id="a" Type="' + OFFICE + b'/hyperlink" Target="https://x" TargetMode="External"/></Relationships>'  # fmt: skip
    check_template(changed("word/_rels/x.xml.rels", link), "own.docx")
