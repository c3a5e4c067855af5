"""A document as Word: read back it says the same, equal input gives equal bytes, and texts stay texts."""

from __future__ import annotations

import io
import zipfile

import pytest

from competency_engine.render.docx import NotJoinedError, join_docx, render_docx
from competency_engine.render.zipped import unzip_parts, zip_parts
from competency_engine.reports.document import Bars, Document, Notes, Paper, Table, same
from competency_engine.reports.handbook_document import handbook_document
from competency_engine.text import Lang, say
from tests.worlds.handbooks import HOSTILE, handbook, words_in, words_of


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_read_back_it_says_what_the_document_says(lang: Lang) -> None:
    document = handbook_document(handbook())
    assert words_in(render_docx(document, lang)) == words_of(document, lang)


@pytest.mark.parametrize("title", HOSTILE)
def test_whatever_a_title_looks_like_it_is_text(title: str) -> None:
    document = handbook_document(handbook(title))
    file = render_docx(document, "en")

    assert words_in(file) == words_of(document, "en")
    assert b"<script" not in b"".join(content for _, content in unzip_parts(file))


def test_control_characters_of_any_document_are_replaced() -> None:
    document = Document(same("x\x00"), (Notes(None, (same("a\u202eb\ud800\tc"),)),), None)
    assert words_in(render_docx(document, "en")) == ["x\ufffd", "a\ufffdb\ufffd c"]


def test_equal_documents_give_equal_bytes_with_a_fixed_time() -> None:
    document = handbook_document(handbook())
    file = render_docx(document, "zh")

    assert file == render_docx(document, "zh")
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_a_table_may_begin_a_page_and_leave_room_to_write() -> None:
    table = Table(same("t"), (same("a"), same("b")), ((same("1"), same("")),), Paper((1, 3), new_page=True, lines=3))
    body = dict(unzip_parts(render_docx(Document(same("d"), (table,), None), "en")))["word/document.xml"].decode()

    assert body.count("<w:pageBreakBefore/>") == 1
    assert '<w:gridCol w:w="2409"/><w:gridCol w:w="7229"/>' in body
    assert '<w:trHeight w:val="960"/>' in body


def test_other_blocks_stand_as_lines() -> None:
    bars = Bars(say("图", "bars"), ((same("x"), 1.0, same("1 h")),))
    assert words_in(render_docx(Document(same("d"), (bars,), None), "en"))[1] == "bars"


def test_files_join_in_their_order_each_with_a_section_of_its_own() -> None:
    documents = [handbook_document(handbook(title)) for title in ("one", "two", "three")]
    joined = join_docx([render_docx(document, "en") for document in documents])

    assert words_in(joined) == [word for document in documents for word in words_of(document, "en")]
    body = dict(unzip_parts(joined))["word/document.xml"]
    assert body.count(b"<w:sectPr>") == 3
    assert body.count(b'<w:pgNumType w:start="1"/>') == 3


def test_files_whose_footers_differ_are_not_joined() -> None:
    file = render_docx(handbook_document(handbook()), "en")
    other = zip_parts(
        (name, content.replace("— ".encode(), b"x ") if name == "word/footer1.xml" else content)
        for name, content in unzip_parts(file)
    )
    with pytest.raises(NotJoinedError, match="differ in a header"):
        join_docx([file, other])


def test_a_file_without_a_page_set_up_is_not_joined() -> None:
    parts = dict(unzip_parts(render_docx(handbook_document(handbook()), "en")))
    parts["word/document.xml"] = b"<w:document><w:body><w:p/></w:body></w:document>"
    with pytest.raises(NotJoinedError, match="no page set-up"):
        join_docx([zip_parts(parts.items())])
