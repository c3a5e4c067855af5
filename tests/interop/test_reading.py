"""Reading files: what is refused before it is read, and what is read as two other libraries read it."""

from __future__ import annotations

import datetime as dt
import io
import random
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter
from openpyxl import load_workbook

from competency_engine.interop import archive
from competency_engine.interop.archive import RefusedFileError
from competency_engine.interop.reading import decode_csv, read_book
from competency_engine.interop.workbook import read_workbook
from tests.interop.office import draw_rows, fill, run, settle

SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows: tuple[object, ...]) -> bytes:
    """Return a workbook of one sheet with ``rows``."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("表")
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def changed(
    content: bytes, parts: Mapping[str, bytes | Callable[[bytes], bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return the zip with some parts added or changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            change = parts.get(name)
            data = old.read(name) if name in old.namelist() else b""
            new.writestr(name, data if change is None else change(data) if callable(change) else change)
    return out.getvalue()


def refusal(content: bytes, folder: Path, name: str = "表.xlsx") -> str:
    """Return in English why the file was refused."""
    (folder / name).write_bytes(content)
    book = read_book(folder / name, name)
    assert book.grids == ()
    (found,) = book.troubles
    assert found.diagnostic.code == "SHT01"
    assert found.diagnostic.mend.zh
    return found.diagnostic.message.en


PLAIN = workbook(("学员", "社区"), ("学员0001", "社区0001"))
LINK = b'<Relationships><Relationship Id="r" Type="http://x/externalLinkPath" Target="file:///a.xlsx" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"xl/vbaProject.bin": b"x"}, "macros"),
        ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "macro sheets"),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "links to other files"),
        ({"xl/worksheets/_rels/sheet1.xml.rels": LINK}, "links to other files"),
        ({"xl/embeddings/oleObject1.bin": b"x"}, "embedded files"),
        ({"xl/activeX/activeX1.xml": b"<x/>"}, "ActiveX"),
        ({"xl/connections.xml": b"<x/>"}, "data connections"),
        ({"xl/workbook.bin": b"x"}, "no xlsx"),
        ({SHEET: b"<worksheet>" + b" " * (120 * 1024 * 1024) + b"</worksheet>"}, "too large"),
        ({"xl/media/a.bin": b"\0" * (30 * 1024 * 1024)}, "too large"),
        ({f"xl/x{number}.xml": b"" for number in range(2_100)}, "parts"),
        ({SHEET: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'}, "document type"),
        ({"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'}, "document type"),
        ({SHEET: b"<worksheet><sheetData><row>"}, "damaged"),
        ({SHEET: b'<worksheet><sheetData><row r="1"><c r="ZZZZ1"><v>1</v></c></row></sheetData></worksheet>'}, "damaged"),
        ({SHEET: b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData></worksheet>'}, "damaged"),
        ({SHEET: b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>9999</v></c></row></sheetData></worksheet>'}, "damaged"),
    ],
)  # fmt: skip
def test_a_workbook_with_more_than_cells_is_refused(parts: Mapping[str, bytes], words: str, tmp_path: Path) -> None:
    assert words in refusal(changed(PLAIN, parts), tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "page"),
        (b"<?xml version='1.0'?><Workbook/>", "page"),
        (b"PK\x03\x04 nothing", "damaged"),
        (b"\xff\xff\xfe\xfe\x00", "encoding"),
        (b"a,b\n1,\0\n", "null"),
        (b'a,b\n"1,2\n', "never closes"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    assert words in refusal(content, tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    (found,) = read_book(tmp_path / "没有.xlsx", "没有.xlsx").troubles
    assert "no such file" in found.diagnostic.message.en


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_PART_BYTES", 2_000)
    content = changed(PLAIN, {SHEET: lambda data: data.replace(b"</worksheet>", b" " * 5_000 + b"</worksheet>")})
    with pytest.raises(RefusedFileError, match="too large"):
        read_workbook(content, "x")


def test_a_path_that_leaves_the_archive_is_only_a_name(tmp_path: Path) -> None:
    content = changed(PLAIN, {"../../evil.xml": b"<x/>"})
    (tmp_path / "a.xlsx").write_bytes(content)
    assert len(read_book(tmp_path / "a.xlsx", "a.xlsx").grids) == 1
    assert not (tmp_path.parent / "evil.xml").exists()


def test_kinds_of_cells_and_what_hides_them() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("表")
    page.write_row(0, 0, ["文字", 3, 2.5, True])
    page.write_datetime(1, 0, dt.datetime(2026, 9, 5), book.add_format({"num_format": 'yyyy"年"m"月"d"日";@'}))
    page.write_datetime(1, 1, dt.datetime(2026, 9, 5, 8, 30), book.add_format({"num_format": "yyyy/m/d h:mm"}))
    page.write_number(1, 2, 0.125, book.add_format({"num_format": "0.0%"}))
    page.write_number(1, 3, 46270, book.add_format({"num_format": '0"天"'}))
    page.write_formula(2, 0, "=1+1", None, 2)
    page.write_formula(2, 1, "=NA()", None, "#N/A")
    page.write_number(2, 2, 46270, book.add_format({"num_format": 31}))
    page.merge_range("A5:B6", "合")
    page.set_row(1, None, None, {"hidden": True})
    page.set_column(3, 3, None, None, {"hidden": True})
    page.write_string(3, 0, "_x0041_ & <b>")
    book.close()
    (grid,) = read_workbook(out.getvalue(), "x.xlsx").grids
    cells = {(row, column): tuple(cell) for row, column, cell in grid.cells()}
    assert cells == {
        (1, 1): ("文字", "text"), (1, 2): ("3", "number"), (1, 3): ("2.5", "number"), (1, 4): ("true", "boolean"),
        (2, 1): ("2026-09-05", "date"), (2, 2): ("2026-09-05T08:30:00", "date"), (2, 3): ("12.5", "percent"),
        (2, 4): ("46270", "number"), (3, 1): ("=1+1", "formula"), (3, 2): ("=NA()", "formula"),
        (3, 3): ("2026-09-05", "date"), (4, 1): ("_x0041_ & <b>", "text"), (5, 1): ("合", "text"),
    }  # fmt: skip
    assert grid.merged == ((5, 1, 6, 2),)
    assert (grid.hidden_rows, grid.hidden_columns) == ({2}, {4})


def test_numbers_that_are_none_and_characters_that_break_files_reach_the_marked_copy_harmless(tmp_path: Path) -> None:
    cells = "".join(f'<c r="A{row}"><v>{raw}</v></c>' for row, raw in enumerate(("nan", "1e999", "1_0", "１"), start=1))
    rows = (
        f'<row r="1">{cells}</row><row r="5"><c r="A5" t="inlineStr"><is><t>_xD800__xFFFE__x0001_=1</t></is></c></row>'
    )
    content = changed(PLAIN, {SHEET: f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()})
    (grid,) = read_workbook(content, "x").grids
    assert [cell.kind for _, _, cell in grid.cells()] == ["error"] * 4 + ["text"]
    (tmp_path / "x.xlsx").write_bytes(content)
    marked = run(tmp_path / "x.xlsx", settle(tmp_path / "people")).marked_copy("en")
    assert load_workbook(io.BytesIO(marked)).worksheets[1]["A5"].value == "\ufffd\ufffd\ufffd=1"


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"date_1904": True, "default_date_format": "yyyy-mm-dd"})
    book.add_worksheet().write(0, 0, dt.date(2026, 9, 5))
    book.close()
    assert read_workbook(out.getvalue(), "x").grids[0].rows[1][1] == ("2026-09-05", "date")


def test_prefixed_names_missing_references_and_inline_strings_are_read() -> None:
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row>'
        '<x:c t="inlineStr"><x:is><x:r><x:t>学员</x:t></x:r><x:r><x:t>0001</x:t></x:r><x:rPh><x:t>拼音</x:t></x:rPh></x:is></x:c>'
        "<x:c/><x:c><x:v>7</x:v></x:c></x:row><x:row/><x:row><x:c><x:v>8</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    (grid,) = read_workbook(changed(PLAIN, {SHEET: xml.encode()}), "x").grids
    assert [(row, column, cell.text) for row, column, cell in grid.cells()] == [
        (1, 1, "学员0001"),
        (1, 3, "7"),
        (3, 1, "8"),
    ]


@pytest.mark.parametrize("kind", ["roster", "survey", "ratings", "evidence"])
def test_two_other_libraries_read_the_same(kind: str) -> None:
    out = io.BytesIO()
    fill(kind, draw_rows(kind, 11)).save(out)  # type: ignore[arg-type]
    grids = {grid.sheet: grid for grid in read_workbook(out.getvalue(), "x").grids}
    calamine = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue()))
    opened = load_workbook(io.BytesIO(out.getvalue()))
    for name, grid in grids.items():
        ours = {(row, column): cell.text for row, column, cell in grid.cells()}
        rows = calamine.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert ours == _texts((r, c, value) for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1))
        assert ours == _texts((cell.row, cell.column, cell.value) for row in opened[name].iter_rows() for cell in row)


def _texts(cells: object) -> dict[tuple[int, int], str]:
    found = {}
    for row, column, value in cells:  # type: ignore[attr-defined]
        text = (
            value.strftime("%Y-%m-%d")
            if isinstance(value, dt.date)
            else str(int(value))
            if isinstance(value, float)
            else value
        )
        if text not in (None, ""):
            found[row, column] = str(text)
    return found


def test_random_sheets_are_read_as_calamine_reads_them() -> None:
    rng = random.Random(7)
    for _ in range(20):
        rows = [
            [rng.choice(("学员", "a b", 5, 2.25, True, None, "=x", dt.date(2026, 1, 31))) for _ in range(6)]
            for _ in range(9)
        ]
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"})
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        book.close()
        (grid,) = read_workbook(out.getvalue(), "x").grids
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0)
        theirs = {
            (r, c): ("true" if value is True else f"{value:g}" if isinstance(value, float) else str(value))
            for r, row in enumerate(sheet.to_python(skip_empty_area=False), 1)
            for c, value in enumerate(row, 1)
            if value != ""
        }
        assert {(row, column): cell.text for row, column, cell in grid.cells()} == theirs


def test_a_file_in_two_encodings_is_refused_even_where_it_would_pass_for_one() -> None:
    with pytest.raises(RefusedFileError, match="line 1 is UTF-8, line 2 is not"):
        decode_csv("学员,社区\n".encode() + "学员0001,社区0001\n".encode("gb18030"))
    assert decode_csv("学员\n联通\n".encode("gb18030")) == "学员\n联通\n"


EMPTY_ROWS = """
    import io, resource, sys, time, zipfile
    resource.setrlimit(resource.RLIMIT_AS, (900 * 1024 * 1024,) * 2)
    from pathlib import Path
    from tests.interop.office import codes, held, run, settle
    folder, name = Path(sys.argv[1]), sys.argv[2]
    settle(folder / "people")
    began = time.monotonic()
    result = run(folder / name, folder / "people", dry_run=True)
    status = Path("/proc/self/status").read_text() if sys.platform == "linux" else "VmHWM: 0 kB"
    peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    print(round(time.monotonic() - began, 2), peak, len(result.errors), sum(c["added"] for c in result.outcomes.values()))
"""


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("no-cells.xlsx", (0, 1)),
        ("two-cells.xlsx", (0, 1)),
        ("last-row.xlsx", (0, 2)),
        ("six-cells.xlsx", (1, 0)),
        ("commas.csv", (0, 1)),
        ("hidden.xlsx", (0, 1)),
    ],
)
def test_a_million_empty_rows_take_seconds_and_little_memory(
    name: str, answer: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(million(name))
    command = [sys.executable, "-c", textwrap.dedent(EMPTY_ROWS), str(tmp_path), name]
    output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout
    seconds, megabytes, errors, added = output.split()
    assert float(seconds) < 10
    assert int(megabytes) < 300
    assert (int(errors), int(added)) == answer


def million(name: str) -> bytes:
    """Return a sheet of completions with one row and a million empty ones, of some shape."""
    head, row = ("学员", "课程", "完成日期"), ("学员0001", "T1-P", "2026-10-01")
    if name.endswith(".csv"):
        return (",".join(head) + "\n" + ",".join(row) + "\n" + ",,\n" * 1_000_000).encode("utf-8-sig")
    body = io.StringIO()
    width = 2 if name == "two-cells.xlsx" else 0
    hidden = ' hidden="1"' if name == "hidden.xlsx" else ""
    if name == "six-cells.xlsx":
        body.write("".join(f'<row r="{n}">' + f'<c r="A{n}" s="0"/>' * 6 + "</row>" for n in range(3, 10_003)) * 100)
    for number in range(3, 1_000_003) if name not in ("last-row.xlsx", "six-cells.xlsx") else ():
        cells = "".join(f'<c r="{chr(65 + column)}{number}" s="0"/>' for column in range(width))
        body.write(f'<row r="{number}"{hidden}>{cells}</row>')
    if name == "last-row.xlsx":
        values = zip("ABC", ("学员0002", "T1-P", "2026-10-02"), strict=True)
        cells = "".join(f'<c r="{letter}1048576" t="inlineStr"><is><t>{text}</t></is></c>' for letter, text in values)
        body.write(f'<row r="1048576">{cells}</row>')
    rows = body.getvalue().encode()
    return changed(workbook(head, row), {SHEET: lambda data: data.replace(b"</sheetData>", rows + b"</sheetData>")})
