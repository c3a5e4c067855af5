"""A document as PDF: its words are there, equal input gives equal bytes, nothing is too long for it."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from competency_engine.render.pdf import _marked_up, join_pdf, render_pdf
from competency_engine.reports.document import Document, Notes, Table, same
from competency_engine.reports.handbook_document import handbook_document
from tests.worlds.handbooks import HOSTILE, handbook


def text_of(file: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)


def test_latin_words_can_be_read_back() -> None:
    text = text_of(render_pdf(handbook_document(handbook("Filling in a list")), "en"))

    for words in ("Study handbook of", "Filling in a list", "closes A at 1", "Training office", "2027-01"):
        assert words in text


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whatever_a_title_looks_like_it_is_text(title: str, lang: str) -> None:
    file = render_pdf(handbook_document(handbook(title)), lang)  # type: ignore[arg-type]

    assert len(PdfReader(io.BytesIO(file)).pages) >= 2
    assert b"/JavaScript" not in file
    assert b"/URI" not in file


def test_equal_documents_give_equal_bytes() -> None:
    document = handbook_document(handbook())
    assert render_pdf(document, "zh") == render_pdf(document, "zh")


def test_chinese_is_set_in_the_chinese_typeface_and_what_it_lacks_is_a_box() -> None:
    assert _marked_up("学员 A<b>", "zh") == '<font name="STSong-Light">学员</font> A&lt;b&gt;'
    assert _marked_up("\U0001f600“x”", "en") == '<font name="STSong-Light">□</font>“x”'


def test_a_cell_higher_than_a_page_goes_on_on_the_next() -> None:
    table = Table(same("t"), (same("a"), same("b")), ((same("long " * 5000), same("x" * 3000)),))
    pages = PdfReader(io.BytesIO(render_pdf(Document(same("d"), (table,), None), "en"))).pages
    assert len(pages) > 2


def test_files_join_in_their_order_to_equal_bytes() -> None:
    files = [render_pdf(Document(same(name), (Notes(None, (same(name),)),), None), "en") for name in ("one", "two")]
    joined = join_pdf(files)

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(joined)).pages]
    assert [name in page for page, name in zip(pages, ("one", "two"), strict=True)] == [True, True]
    assert joined == join_pdf(files)
