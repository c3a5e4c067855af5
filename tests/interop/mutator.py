"""Filled workbooks and CSV files, broken in seeded ways; each break says what the import must answer."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from competency_engine.interop.template import TemplateKind
from tests.interop.office import draw_rows, fill

SAME = "same"
ANY = "any"
KINDS: tuple[TemplateKind, ...] = ("roster", "survey", "ratings", "test", "evidence", "completions")


@dataclass(frozen=True)
class Mutant:
    """One broken file: what was done, and the code that some error must have; `SAME` = the same data, `ANY` = any clear answer."""

    name: str
    kind: TemplateKind
    seed: int
    suffix: str
    content: bytes
    answer: str
    cell: str = ""


Break = Callable[[Worksheet, random.Random], tuple[str, str]]
"""Breaks a sheet; returns the expected answer and the cell at which it must be."""


def _column(page: Worksheet, rng: random.Random, *kinds: type) -> int:
    """Return a column, not the first, whose cells below the header are of ``kinds``."""
    columns = [c for c in range(2, page.max_column + 1) if isinstance(page.cell(2, c).value, kinds)]
    return rng.choice(columns)


def _at(page: Worksheet, rng: random.Random, column: int, value: Any) -> str:
    cell = page.cell(rng.randint(2, page.max_row), column)
    cell.value = value
    if isinstance(value, str) and not value.startswith("="):
        cell.data_type = "s"
    return str(cell.coordinate)


def wrong_type(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Put words where a number or a date belongs."""
    return "SHT05", _at(page, rng, _column(page, rng, int, dt.date), "不清楚")


def out_of_range(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Put a date of another age, or a number beyond every scale."""
    column = _column(page, rng, int, dt.date)
    is_date = isinstance(page.cell(2, column).value, dt.date)
    return "SHT05", _at(page, rng, column, dt.date(1905, 1, 1) if is_date else -999)


def fraction(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Put a number with decimals where a whole one, or a date, belongs."""
    return "SHT05", _at(page, rng, _column(page, rng, int, dt.date), 2.5)


def formula(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Put a formula."""
    return "SHT04", _at(page, rng, rng.randint(1, 3), rng.choice(("=1+1", "=TODAY()", '=HYPERLINK("http://x","y")')))


def identity_number(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Put what looks like a citizen's number or a telephone number as the label."""
    return "SHT07", _at(page, rng, 1, rng.choice(("11010519491231002X", "13800138000", 110105194912310021)))


def missing_label(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Clear the label of one row."""
    return "SHT05", _at(page, rng, 1, None)


def unknown_person(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Put a label of nobody, or a community of a roster that is on no list."""
    return "REF01", _at(page, rng, 2 if page.title == "学员花名册" else 1, "没有这个")


def merged_cells(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Merge two cells of a column."""
    row = rng.randint(2, page.max_row - 1)
    page.merge_cells(start_row=row, end_row=row + 1, start_column=2, end_column=2)
    return "SHT04", f"B{row}"


def hidden_row(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Hide a filled row."""
    row = rng.randint(2, page.max_row)
    page.row_dimensions[row].hidden = True
    return "SHT04", f"A{row}"


def hidden_column(page: Worksheet, _: random.Random) -> tuple[str, str]:
    """Hide a filled column."""
    page.column_dimensions["B"].hidden = True
    return "SHT04", "B1"


def shifted_header(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Put a title and blank rows above the header."""
    page.insert_rows(1, rng.randint(1, 6))
    page.cell(1, 1).value = "某区2026年统计表"
    return SAME, ""


def lost_header(page: Worksheet, _: random.Random) -> tuple[str, str]:
    """Delete the header."""
    page.delete_rows(1)
    return "SHT02", ""


def misspelt_header(page: Worksheet, _: random.Random) -> tuple[str, str]:
    """Write a header that nobody knows."""
    page.cell(1, 2).value = "莫名其妙的列"
    return "SHT03", ""


def repeated_column(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Write one column twice."""
    last = page.max_column + 1
    source = rng.randint(1, 3)
    for row in range(1, page.max_row + 1):
        page.cell(row, last).value = page.cell(row, source).value
    return "SHT03", str(page.cell(1, last).coordinate)


def nameless_column(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Write a remark into a column without a header."""
    cell = page.cell(rng.randint(2, page.max_row), page.max_column + 2)
    cell.value = "另见附件"
    return "SHT03", str(cell.coordinate)


def column_of_names(page: Worksheet, _: random.Random) -> tuple[str, str]:
    """Add a column of personal data, which is left out."""
    last = page.max_column + 1
    page.cell(1, last).value = "联系电话"
    page.cell(2, last).value = "13800138000"
    return SAME, ""


def wide_letters(page: Worksheet, _: random.Random) -> tuple[str, str]:
    """Write headers and labels in full-width letters with spaces."""
    table = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
    for column in range(1, page.max_column + 1):
        page.cell(1, column).value = f" {str(page.cell(1, column).value).translate(table)}　"
    for row in range(2, page.max_row + 1):
        page.cell(row, 1).value = str(page.cell(row, 1).value).translate(table)
    return SAME, ""


def dates_as_text(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Write dates as text, as people do."""
    shape = rng.choice(
        ("{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}", "{0:%Y%m%d}", "{0.year}.{0.month}.{0.day}")
    )
    for row in page.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, dt.date):
                cell.value = shape.format(cell.value)
                cell.number_format = "@"
    return SAME, ""


def numbers_as_text(page: Worksheet, _: random.Random) -> tuple[str, str]:
    """Write whole numbers as text, some in full-width digits."""
    for row in page.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, int):
                cell.value = str(cell.value).translate(str.maketrans("123", "１２３"))
                cell.data_type = "s"
    return SAME, ""


def other_order(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Shuffle the rows."""
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    rng.shuffle(rows)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            page.cell(number, column).value = value
            if isinstance(value, str):
                page.cell(number, column).data_type = "s"
    return SAME, ""


def gaps_between_rows(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Leave blank rows, formatted ones too, between and below the rows."""
    page.insert_rows(rng.randint(3, page.max_row), rng.randint(1, 5))
    for row in range(page.max_row + 1, page.max_row + 1500):
        page.cell(row, 2).fill = PatternFill("solid", fgColor="FFFF00")
    return SAME, ""


def contradiction(page: Worksheet, _: random.Random) -> tuple[str, str]:
    """Write a second row of the same record with another value."""
    last = page.max_row + 1
    for column in range(1, page.max_column + 1):
        page.cell(last, column).value = page.cell(2, column).value
        page.cell(last, column).data_type = page.cell(2, column).data_type
    numbers = [c for c in range(2, page.max_column + 1) if isinstance(page.cell(2, c).value, int)]
    if page.title == "学员花名册":
        page.cell(last, 3).value = dt.date(2024, 1, 1)
    elif numbers:
        cell = page.cell(last, numbers[-1])
        cell.value = 1 if cell.value != 1 else 0
        return ("SHT08" if page.title != "需求调研" else ANY), ""
    else:
        return SAME, ""
    return "SHT08", ""


def error_value(page: Worksheet, rng: random.Random) -> tuple[str, str]:
    """Put the error of a failed formula."""
    cell = page.cell(rng.randint(2, page.max_row), rng.randint(1, 3))
    cell.value = "#N/A"
    cell.data_type = "e"
    return "SHT04", str(cell.coordinate)


def stray_sheet(page: Worksheet, _: random.Random) -> tuple[str, str]:
    """Add a sheet that is no form."""
    page.parent.create_sheet("汇总")["A1"] = "合计"
    return "SHT02", "A1"


def hidden_sheet(page: Worksheet, _: random.Random) -> tuple[str, str]:
    """Add a hidden sheet that is no form."""
    other = page.parent.create_sheet("旧表")
    other["A1"], other.sheet_state = "合计", "hidden"
    return SAME, ""


BREAKS: tuple[Break, ...] = (
    wrong_type, out_of_range, fraction, formula, identity_number, missing_label, unknown_person, merged_cells, hidden_row,
    hidden_column, shifted_header, lost_header, misspelt_header, repeated_column, nameless_column, column_of_names,
    wide_letters, dates_as_text, numbers_as_text, other_order, gaps_between_rows, contradiction, error_value, stray_sheet,
    hidden_sheet,
)  # fmt: skip


def _workbook_mutant(break_: Break, kind: TemplateKind, seed: int) -> Mutant:
    book = load_workbook(io.BytesIO(_saved(fill(kind, draw_rows(kind, seed)))))
    answer, cell = break_(book.worksheets[0], random.Random(seed))
    return Mutant(f"{break_.__name__}-{kind}", kind, seed, ".xlsx", _saved(book), answer, cell)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_text(kind: TemplateKind, seed: int, separator: str = ",") -> str:
    """Return the first sheet of a filled template as CSV."""
    out = io.StringIO()
    rows = fill(kind, draw_rows(kind, seed)).worksheets[0].values
    csv.writer(out, delimiter=separator).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue()


def _csv_mutants(seed: int) -> Iterator[Mutant]:
    kind: TemplateKind = ("survey", "ratings", "evidence", "completions")[seed % 4]
    text = csv_text(kind, seed)
    lines = text.splitlines(keepends=True)
    blank = "," * lines[0].count(",") + "\r\n"
    broken = {
        "gb18030": (text.encode("gb18030"), SAME),
        "utf-16": (text.encode("utf-16"), SAME),
        "tabs": (csv_text(kind, seed, "\t").encode("utf-16"), SAME),
        "semicolons": (csv_text(kind, seed, ";").encode("utf-8-sig"), SAME),
        "old-mac-newlines": (text.replace("\r\n", "\r").encode(), SAME),
        "blank-lines": ("".join([lines[0], *[blank] * 20_000, *lines[1:]]).encode(), SAME),
        "mixed": (lines[0].encode("utf-8") + "".join([*lines[1:], "学员甲乙\n"]).encode("gb18030"), "SHT01"),
        "open-quote": ((text + '"').encode(), "SHT01"),
        "nulls": (text.encode().replace(b"0", b"\0", 1), "SHT01"),
        "long-cell": ((text + "甲" * 40_000).encode(), "SHT01"),
        "half": (text.encode()[: len(text.encode()) // 2], ANY),
        "formula": ((text + f"=cmd|' /C calc'!A0{blank}").encode(), "SHT05"),
    }
    for name, (content, answer) in broken.items():
        yield Mutant(f"csv-{name}-{kind}", kind, seed, ".csv", content, answer)


def _zip_mutants(seed: int) -> Iterator[Mutant]:
    kind = KINDS[seed % len(KINDS)]
    content = _saved(fill(kind, draw_rows(kind, seed)))
    rng = random.Random(seed)
    yield Mutant(f"cut-{kind}", kind, seed, ".xlsx", content[: rng.randrange(10, len(content) - 30)], "SHT01")
    flipped = bytearray(content)
    for _ in range(20):
        flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    yield Mutant(f"flipped-{kind}", kind, seed, ".xlsx", bytes(flipped), ANY)
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"):
        yield Mutant(f"scrambled-{Path(part).stem}-{kind}", kind, seed, ".xlsx", _scrambled(content, part, rng), ANY)


def _scrambled(content: bytes, part: str, rng: random.Random) -> bytes:
    """Return the workbook with some bytes of one part cut out or repeated, still a sound zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                start = rng.randrange(len(data))
                data = (
                    data[:start] + rng.choice((b"", data[start : start + 9] * 2)) + data[start + rng.randrange(1, 9) :]
                )
            new.writestr(name, data)
    return out.getvalue()


def mutants(count: int) -> list[Mutant]:
    """Return ``count`` seeded mutants, no two alike."""
    found: list[Mutant] = []
    seed = 0
    while len(found) < count:
        found += [_workbook_mutant(break_, KINDS[(seed + i) % len(KINDS)], seed) for i, break_ in enumerate(BREAKS)]
        found += _csv_mutants(seed)
        found += _zip_mutants(seed)
        seed += 1
    return found[:count]
