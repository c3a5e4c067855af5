"""Put a document where the user wants it: the screen or a file, in the format asked for."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import typer

from competency_engine.cli.options import Format
from competency_engine.errors import UsageError, reason_of, unwritable
from competency_engine.text import Lang, say

if TYPE_CHECKING:
    from competency_engine.reports.document import Document
    from competency_engine.reports.tables import DataTable


def deliver(document: Document, output_format: Format, lang: Lang, out: Path | None) -> None:
    """Write ``document`` to ``out`` (atomically), or to the screen."""
    if out is None and output_format is Format.TERMINAL and sys.stdout.isatty():
        from competency_engine.render.console import render_console

        render_console(document, lang, sys.stdout)
        return
    deliver_text(rendered(document, output_format, lang), out)


def deliver_text(text: str, out: Path | None) -> None:
    """Write ``text`` to ``out`` (atomically), or to the screen."""
    if out is None:
        sys.stdout.write(text)
    else:
        write_atomically(out, text)


def rendered(document: Document, output_format: Format, lang: Lang) -> str:
    """Return ``document`` as text in ``output_format``."""
    if output_format is Format.TERMINAL:
        from competency_engine.render.plain import render_plain

        return render_plain(document, lang)
    if output_format is Format.JSON:
        from competency_engine.render.json import render_json

        return render_json(document)
    if output_format is Format.MARKDOWN:
        from competency_engine.render.markdown import render_markdown

        return render_markdown(document, lang)
    if output_format is Format.SVG:
        return _picture(document, lang)
    if output_format is Format.HTML:
        from competency_engine.render.html import render_html

        return render_html(document, lang)
    assert_never(output_format)


def _picture(document: Document, lang: Lang) -> str:
    from competency_engine.render.svg import render_svg

    picture = render_svg(document, lang)
    if picture is None:
        raise UsageError(
            say(
                "这里没有图可画；svg 只用于 price，其他命令用 terminal、json、markdown 或 html",
                "there is no picture here; svg is for price, other commands have terminal, json, markdown or html",
            )
        )
    return picture


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write ``content`` to ``path`` whole or not at all.

    Raises:
        UsageError: when the folder does not exist or cannot be written to.
    """
    _write(path, iter((content,)))


def make_folder(path: Path) -> None:
    """Make the folder ``path`` where there is none.

    Raises:
        UsageError: when it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(
            say(f"无法建立文件夹 {path}：{reason.zh}", f"cannot make the folder {path}: {reason.en}")
        ) from None


def deliver_tables(tables: Sequence[DataTable], folder: Path, lang: Lang, *, parquet: bool = False) -> None:
    """Write ``tables`` and their schema into ``folder``, which is made where there is none; tables of other runs in it are told and stay.

    Raises:
        UsageError: when it cannot be written to.
    """
    from competency_engine.interop.table_files import TABLE_SUFFIXES, table_files

    make_folder(folder)
    written = set()
    for name, content in table_files(tables, lang, parquet=parquet):
        write_atomically(folder / name, content)
        written.add(name)
    left = sorted(path.name for path in folder.iterdir() if path.suffix in TABLE_SUFFIXES and path.name not in written)
    if left:
        some = ", ".join(left[:5]) + (" …" if len(left) > 5 else "")
        note = say(
            f"{folder} 里还有别次写的表：{some}", f"{folder} also holds tables that this run did not write: {some}"
        )
        typer.echo(note.in_language(lang), err=True)


def write_lines_atomically(path: Path, lines: Iterator[str]) -> int:
    """Write ``lines`` to ``path``, all of them or nothing at all, and return how many there were.

    Raises:
        UsageError: when the folder does not exist or cannot be written to.
    """
    count = 0

    def ended() -> Iterator[str]:
        nonlocal count
        for line in lines:
            count += 1
            yield line + "\n"

    _write(path, ended())
    return count


def _write(path: Path, parts: Iterator[str | bytes]) -> None:
    if path.is_dir():
        raise UsageError(say(f"{path} 是文件夹，不是文件", f"{path} is a folder, not a file"))
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise unwritable(path, error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(part.encode() if isinstance(part, str) else part for part in parts)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """Return what the user's files are kept from: a temporary file has none of the rights that a new file would have."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
