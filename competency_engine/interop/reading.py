"""Read any spreadsheet file into grids: a workbook, or CSV in the encodings that offices have."""

from __future__ import annotations

import codecs
from pathlib import Path

from competency_engine.diagnostics import Diagnostic, Position, Severity
from competency_engine.errors import reason_of
from competency_engine.interop.archive import MAX_FILE_BYTES, RefusedFileError, is_workbook
from competency_engine.interop.grid import Book, Cell, Grid, Trouble
from competency_engine.interop.workbook import MAX_CELL_LENGTH, MAX_CELLS, MAX_ROWS, read_workbook
from competency_engine.loading.csv_reader import Record, misquoted, read_records
from competency_engine.text import Text, say

_SEPARATORS = (",", "\t", ";", "，", "；")


def read_book(path: Path, name: str) -> Book:
    """Return the sheets of the file at ``path``; why it was refused is among the problems.

    Args:
        path: xlsx or CSV, told apart by content, not by name.
        name: the name by which diagnostics call it.
    """
    try:
        data = _read_bytes(path)
        return read_workbook(data, name) if is_workbook(data) else _read_csv(data, name)
    except RefusedFileError as error:
        return Book((), (Trouble(None, 0, 0, Diagnostic("SHT01", Severity.ERROR, Position(name, 1, 1), *error.texts)),))


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise RefusedFileError(
                say("找不到这个文件", "there is no such file"),
                say("xlsx 或 CSV 文件", "an xlsx or CSV file"),
                say("检查文件名和文件夹", "check its name and folder"),
            )
        size = path.stat().st_size
        if size <= MAX_FILE_BYTES:
            return path.read_bytes()
    except OSError as error:
        reason = reason_of(error)
        raise RefusedFileError(
            say(f"无法读取：{reason.zh}", f"it cannot be read: {reason.en}"),
            say("可读的文件", "a file that can be read"),
            say("关闭占用它的程序，检查权限", "close the program that holds it, and check your rights"),
        ) from None
    raise RefusedFileError(
        say(f"文件有 {size:,} 字节，太大", f"the file has {size:,} bytes, too many"),
        say(f"至多 {MAX_FILE_BYTES:,} 字节", f"at most {MAX_FILE_BYTES:,} bytes"),
        say("拆成几个文件", "split it into several files"),
    )


def decode_csv(data: bytes) -> str:
    """Return the text of a CSV file: UTF-8, UTF-16 with a mark, or GB18030.

    Raises:
        RefusedFileError: when it is in none of these, or some lines are in one and some in another.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
        _refuse_mixture(data.removeprefix(codecs.BOM_UTF8))
    for encoding in encodings:
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise RefusedFileError(
        say("编码认不出", "the encoding is not known"),
        say("UTF-8、GB18030 或带标记的 UTF-16", "UTF-8, GB18030, or UTF-16 with a mark"),
        say("在 Excel 或 WPS 里另存为 xlsx 或“CSV UTF-8”", "save it as xlsx or CSV UTF-8 in Excel or WPS"),
    )


def _refuse_mixture(data: bytes) -> None:
    """Raise if some lines are Chinese in UTF-8 and others no UTF-8 at all.

    Why: as a whole such a file often passes for GB18030, and then half of its names turn into other characters unseen.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        good, bad = 0, 0
        for number, line in enumerate(data.split(b"\n"), start=1):
            try:
                is_chinese = max(line.decode("utf-8"), default="") >= "\u0800"
                good = good or (number if is_chinese else 0)
            except UnicodeDecodeError:
                bad = bad or number
            if good and bad:
                raise RefusedFileError(
                    say(
                        f"编码混杂：第 {good} 行是 UTF-8，第 {bad} 行不是",
                        f"mixed encodings: line {good} is UTF-8, line {bad} is not",
                    ),
                    say("整个文件一种编码", "one encoding in the whole file"),
                    say("从原表重新导出，存为 xlsx 或“CSV UTF-8”", "export it again, as xlsx or CSV UTF-8"),
                ) from None


def _read_csv(data: bytes, name: str) -> Book:
    lines = decode_csv(data).split("\n")
    if "\0" in lines[0] or any("\0" in line for line in lines):
        raise RefusedFileError(
            say("文件里有空字符，不是文本", "the file holds null characters: it is no text"),
            say("xlsx 或 CSV", "xlsx or CSV"),
            say("另存为 xlsx", "save it as xlsx"),
        )
    head = next((line for line in lines if line.strip()), "")
    separator = max(_SEPARATORS, key=head.count)
    rows: dict[int, dict[int, Cell]] = {}
    marks: dict[int, dict[int, tuple[int, int]]] = {}
    cells = 0
    for number, record in enumerate(read_records(lines, separator), start=1):
        filled = _filled(record)
        if not filled:
            continue
        rows[number] = filled
        places = record.places
        marks[number] = dict(enumerate(places, start=1))
        cells += len(filled)
        if len(rows) > MAX_ROWS or cells > MAX_CELLS:
            raise RefusedFileError(
                say("填了内容的格子或行太多", "too many filled cells or rows"),
                say(f"至多 {MAX_ROWS:,} 行、{MAX_CELLS:,} 格", f"at most {MAX_ROWS:,} rows and {MAX_CELLS:,} cells"),
                say("拆成几个文件，或用 JSON 行（docs/batch.md）", "split the file, or use JSON lines (docs/batch.md)"),
            )
    return Book((Grid(name, "", rows, marks=marks),))


def _filled(record: Record) -> dict[int, Cell]:
    if record.misquoted is not None:
        raise RefusedFileError(*misquoted(record.misquoted[0]))
    filled = {column: Cell(cell) for column, cell in enumerate(record.cells, start=1) if cell.strip()}
    longest = max((len(cell.text) for cell in filled.values()), default=0)
    if longest > MAX_CELL_LENGTH:
        raise _too_long(longest)
    return filled


def _too_long(length: int) -> RefusedFileError:
    found: Text = say(f"一个格子里有 {length:,} 个字", f"one cell holds {length:,} characters")
    return RefusedFileError(
        found,
        say(f"每格至多 {MAX_CELL_LENGTH:,} 个字", f"at most {MAX_CELL_LENGTH:,} a cell"),
        say("删去或拆开这一格", "delete or split that cell"),
    )
