"""CSV cells and where each of them starts."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_engine.loading.csv_reader import Record, read_records
from tests.loading.reading import FUZZ


def records(text: str) -> list[Record]:
    """Return the records of ``text``."""
    return list(read_records(text.split("\n")))


@pytest.mark.parametrize(
    ("text", "cells", "places"),
    [
        ("a,b,c", ["a", "b", "c"], [(1, 1), (1, 3), (1, 5)]),
        (",学员,", ["", "学员", ""], [(1, 1), (1, 2), (1, 5)]),
        ('"a","b,c",d', ["a", "b,c", "d"], [(1, 1), (1, 5), (1, 11)]),
        ('a,"b ""c""",d', ["a", 'b "c"', "d"], [(1, 1), (1, 3), (1, 13)]),
        ('"",""', ["", ""], [(1, 1), (1, 4)]),
        ('a"b,c', ['a"b', "c"], [(1, 1), (1, 5)]),
        ('a, "b, c" ,d', ["a", "b, c", "d"], [(1, 1), (1, 3), (1, 12)]),
        (' a"b, c', [' a"b', " c"], [(1, 1), (1, 6)]),
        ('a,"b\nc",d', ["a", "b\nc", "d"], [(1, 1), (1, 3), (2, 4)]),
    ],
)
def test_read_records_knows_where_each_cell_starts(text: str, cells: list[str], places: list[tuple[int, int]]) -> None:
    (record,) = records(text)

    assert (record.cells, record.places, record.misquoted) == (cells, places, None)


def test_read_records_counts_the_lines_of_quoted_cells() -> None:
    found = records('a\n"b\n\nc"\nd\n')

    assert [(record.line, record.cells) for record in found] == [(1, ["a"]), (2, ["b\n\nc"]), (5, ["d"]), (6, [""])]


def test_read_records_goes_on_after_a_quote_that_never_closes() -> None:
    found = records('a,b\nc,"d\ne,f')

    assert [(record.line, record.cells) for record in found] == [(1, ["a", "b"]), (2, ["c", ""]), (3, ["e", "f"])]
    assert [record.misquoted for record in found] == [None, (2, 3), None]


def test_text_behind_a_closing_quote_is_a_fault_of_that_row_alone() -> None:
    found = records('a,"b" c,d\n"e, f,"g,"h"\ni,j')

    assert [record.misquoted for record in found] == [(1, 3), (2, 1), None]
    assert found[2].cells == ["i", "j"]


CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\0") | st.sampled_from('",\n a'), max_size=6
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5))
@FUZZ
def test_read_records_gives_back_what_the_csv_module_wrote(table: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    lines = text.getvalue().removesuffix("\n").split("\n")
    found = list(read_records(lines))

    assert [record.cells for record in found] == table
    for record in found:
        for cell, (line, column) in zip(record.cells, record.places, strict=True):
            start = cell.split("\n")[0]
            assert lines[line - 1][column - 1 :].startswith((start, f'"{start}'.replace('"', '""')[1:]))
            assert column == 1 or lines[line - 1][column - 2] == ","
