"""The zip file that a workbook is: what is refused before anything in it is read.

Nothing is ever unpacked to the disk, and no link in a file is followed. Limits stand on what a part *declares* and on what
it gives when read, so a small file can't become a large value.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.parsers import expat

from competency_engine.text import Text, say

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_PARTS = 2_000
MAX_PART_BYTES = 96 * 1024 * 1024
MAX_STRINGS_BYTES = 48 * 1024 * 1024
MAX_TOTAL_BYTES = 192 * 1024 * 1024
MAX_RATIO = 400
"""A deflated part of more than a megabyte that unpacks to more than so many times its size is a bomb, not a sheet."""
_MEGABYTE = 1024 * 1024
_CHUNK = 256 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS_XLSX = say("在 Excel 或 WPS 里“另存为”xlsx，再导入", "save it as xlsx in Excel or WPS, and import that")
_FORBIDDEN = (
    ("vbaproject.bin", say("宏（VBA）", "macros (VBA)")),
    ("xl/macrosheets/", say("宏表", "macro sheets")),
    ("xl/dialogsheets/", say("对话框表", "dialog sheets")),
    ("xl/activex/", say("ActiveX 控件", "ActiveX controls")),
    ("xl/embeddings/", say("嵌入的文件", "embedded files")),
    ("xl/externallinks/", say("指向其他文件的链接", "links to other files")),
    ("xl/connections.xml", say("数据连接", "data connections")),
    ("xl/querytables/", say("数据查询", "data queries")),
)
_LINKS = ("/externallinkpath", "/oleobject", "/attachedtemplate", "/externallink", "/frame", "/vbaproject")


class RefusedFileError(Exception):
    """A file, or a part of it, is not read: what was found, what was expected, how to mend it."""

    def __init__(self, found: Text, expected: Text, mend: Text) -> None:
        super().__init__(found.en)
        self.texts = (found, expected, mend)


def is_workbook(data: bytes) -> bool:
    """Return whether ``data`` is to be read as a workbook; other files are taken for CSV.

    Raises:
        RefusedFileError: when it is a spreadsheet of a format that is not read.
    """
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(_OLE):
        raise RefusedFileError(
            say("这是 .xls、.et 或加了密码的表格", "this is an .xls or .et file, or one with a password"),
            say("没有密码的 xlsx，或 CSV", "xlsx without a password, or CSV"),
            _SAVE_AS_XLSX,
        )
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"{\\rtf", b"%pdf")):
        raise RefusedFileError(
            say("这不是表格文件，而是网页、XML 或文档", "this is no spreadsheet but a page, XML or a document"),
            say("xlsx 或 CSV", "xlsx or CSV"),
            _SAVE_AS_XLSX,
        )
    return data.startswith(b"PK")


class Archive:
    """The parts of a workbook, each read only through a guard; ``kind`` is the format that messages name."""

    kind = "xlsx"

    def __init__(self, data: bytes) -> None:
        self._zip = _open_zip(data, self.kind)
        self._names = {info.filename.lstrip("/").lower(): info for info in self._zip.infolist()}
        self._refuse_sizes()
        self._refuse_formats()
        self._refuse_parts()

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of all parts, in lower case."""
        return tuple(self._names)

    def holds(self, part: str) -> bool:
        """Return whether there is such a part."""
        return part.lower() in self._names

    def parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Walk the XML of ``part`` once; names come without their prefix.

        Raises:
            RefusedFileError: when it is no XML, declares a document type or entities, or is larger than it may be.
        """
        limit = MAX_STRINGS_BYTES if part.lower().endswith("sharedstrings.xml") else MAX_PART_BYTES
        with _explained(part, self.kind):
            parser = _parser(start, end, text)
            read = 0
            with self._zip.open(self._names[part.lower()]) as stream:
                while chunk := stream.read(_CHUNK):
                    read += len(chunk)
                    if read > limit:
                        raise _too_large(part)
                    parser.Parse(chunk, False)
            parser.Parse(b"", True)

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """Return by relationship id the kind and the target part of all that ``part`` refers to within the file."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        found: dict[str, tuple[str, str]] = {}

        def start(element: str, attributes: dict[str, str]) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, posixpath.normpath(path))

        if self.holds(rels):
            self.parse(rels, start)
        return found

    def _refuse_sizes(self) -> None:
        parts = self._zip.infolist()
        if len(parts) > MAX_PARTS or len(self._names) != len(parts):
            raise RefusedFileError(
                say(
                    f"文件里有 {len(parts)} 个部件，太多或重名",
                    f"the file has {len(parts)} parts: too many, or twice the same",
                ),
                say(f"至多 {MAX_PARTS} 个，各不同名", f"at most {MAX_PARTS}, each of its own name"),
                _SAVE_AS_XLSX,
            )
        for info in parts:
            if info.flag_bits & 1:
                raise RefusedFileError(
                    say("文件有密码", "the file has a password"),
                    say("没有密码的文件", "a file without one"),
                    say("去掉密码再导入", "remove the password, then import"),
                )
            swollen = info.file_size > _MEGABYTE and info.file_size > MAX_RATIO * max(info.compress_size, 1)
            if swollen or info.file_size > MAX_PART_BYTES:
                raise _too_large(info.filename)
        if sum(info.file_size for info in parts) > MAX_TOTAL_BYTES:
            raise _too_large(say("整个文件", "the whole file"))

    def _refuse_formats(self) -> None:
        """Refuse a file that is no workbook."""
        is_office = self.holds("xl/workbook.xml") or self.holds("[content_types].xml")
        if is_office and not self.holds("xl/workbook.bin"):
            return
        raise RefusedFileError(
            say(
                "这个文件不是 xlsx（也许是 ods、xlsb 或压缩包）",
                "this file is no xlsx (perhaps ods, xlsb or an archive)",
            ),
            say("xlsx 或 CSV", "xlsx or CSV"),
            _SAVE_AS_XLSX,
        )

    def _refuse_parts(self) -> None:
        """Refuse macros, embedded files and links."""
        for name in self._names:
            for part, noun in _FORBIDDEN:
                if name.startswith(part) or name.endswith("/" + part):
                    raise _forbidden(noun)
        for name in [name for name in self._names if name.endswith(".rels")]:
            self.parse(name, _refuse_links)


def _refuse_links(element: str, attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").lower()
    if element == "Relationship" and kind.endswith(_LINKS):
        raise _forbidden(say("指向其他文件的链接", "links to other files"))


def _open_zip(data: bytes, kind: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError):
        raise damaged("", kind) from None


@contextmanager
def _explained(part: str, kind: str) -> Iterator[None]:
    """Turn what the zip and the XML library raise into a refusal."""
    try:
        yield
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, RuntimeError):
        raise damaged(part, kind) from None


def _parser(start: Callable[..., None], end: Callable[..., None] | None, text: Callable[[str], None] | None) -> Any:
    """Return a parser that refuses document types, and with them every entity (XXE, billion laughs).

    Names lose the prefix of the root element; parts of other namespaces keep theirs, and nobody asks for them.
    Why so: a sheet has millions of elements, and most writers give them no prefix at all.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 65536

    def refuse(*_: object) -> int:
        raise RefusedFileError(
            say("文件声明了 DTD 或实体", "the file declares a document type or entities"),
            say("没有 DTD 的 xlsx", "an xlsx without a document type"),
            _SAVE_AS_XLSX,
        )

    def root(name: str, attributes: dict[str, str]) -> None:
        prefix = name.rpartition(":")[0]
        cut = len(prefix) + 1 if prefix else 0
        if cut:
            parser.StartElementHandler = lambda name, attributes: start(name[cut:], attributes)
            if end is not None:
                parser.EndElementHandler = lambda name: end(name[cut:])
        else:
            parser.StartElementHandler, parser.EndElementHandler = start, end
        start(name[cut:], attributes)

    parser.StartElementHandler = root
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def _too_large(part: str | Text) -> RefusedFileError:
    name = say(part, part) if isinstance(part, str) else part
    size = MAX_PART_BYTES // _MEGABYTE
    return RefusedFileError(
        say(f"{name.zh} 解压后太大", f"{name.en} is too large when unpacked"),
        say(
            f"每部分至多 {size} MB，压缩比不超过 {MAX_RATIO}",
            f"at most {size} MB a part, packed at most {MAX_RATIO} times",
        ),
        say("删去空的带格式的行和列，或拆成几个文件", "delete empty formatted rows and columns, or split the file"),
    )


def _forbidden(noun: Text) -> RefusedFileError:
    return RefusedFileError(
        say(f"文件里有{noun.zh}", f"the file holds {noun.en}"),
        say("只有单元格的 xlsx", "an xlsx with nothing but cells"),
        say(
            "把数值复制到新的工作簿（选择性粘贴→数值），存为 xlsx",
            "paste the values into a new workbook (paste special, values), and save it as xlsx",
        ),
    )


def damaged(part: str, kind: str = "xlsx") -> RefusedFileError:
    """Return the refusal of a file of which ``part`` can't be read; ``kind`` is what it was to be."""
    where = say(f"（{part}）", f" ({part})") if part else say("", "")
    return RefusedFileError(
        say(f"文件已损坏或不是 {kind}{where.zh}", f"the file is damaged or no {kind}{where.en}"),
        say("能在 Excel 或 WPS 里打开的 xlsx", "an xlsx that Excel or WPS opens"),
        _SAVE_AS_XLSX,
    )
