"""A city's handbooks in a folder: a file a person, made again only where something changed, and one file of all for printing."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from competency_engine.errors import unwritable
from competency_engine.loading.people_stream import Line
from competency_engine.workflows.batch import Progress
from competency_engine.workflows.handbooks import Made, Opened, Tally, each_handbook

MANIFEST = "manifest.jsonl"
_UNFINISHED = ".unfinished"
_LONGEST_STEM = 120
"""Bytes of a name; file systems hold 255, and paths of Windows 260 characters in all."""
_UNSAFE = re.compile(r"[^\w-]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|manifest)\Z", re.IGNORECASE)


def file_stem(label: str, taken: set[str]) -> str:
    """Return the name of the file of ``label``, without its suffix, and add it to ``taken``.

    It is the label itself wherever that is a safe name on every system. A label that is too long, reserved by Windows, holds anything
    but letters, digits, ``-`` and ``_``, or differs from an earlier one only in what some systems do not tell apart, gets a part of
    its SHA-256 after a ``~``, which no label can hold.

    >>> taken: set[str] = set()
    >>> file_stem("学员0001", taken), file_stem("../x", taken), file_stem("con", taken)
    ('学员0001', '___x~d6b96a97', 'con~1143da2b')
    """
    safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", label))
    while len(safe.encode()) > _LONGEST_STEM:
        safe = safe[:-1]
    stem = safe
    if safe != label or not safe or _RESERVED.match(safe) or _folded(safe) in taken:
        stem = f"{safe}~{hashlib.sha256(label.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    taken.add(_folded(stem))
    return stem


def _folded(stem: str) -> str:
    return unicodedata.normalize("NFKC", stem).casefold()


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished file: its name, whose it is, the SHA-256 of what it was made from and of its bytes."""

    file: str
    person: str
    status: str
    key: str
    sha256: str


class HandbookFolder:
    """The folder with its list of finished files, which is as good as the last file that was written whole."""

    def __init__(self, path: Path) -> None:
        """Create the folder, unless it is there.

        Raises:
            UsageError: when it cannot be written to.
        """
        self.path = path
        self._whole: set[Entry] = set()
        try:
            path.mkdir(parents=True, exist_ok=True)
            for leftover in path.glob(f".*{_UNFINISHED}"):
                leftover.unlink()
            self.entries = {entry.key: entry for entry in _read_manifest(path / MANIFEST)}
        except OSError as error:
            raise unwritable(path, error) from None

    def found(self, key: str, line: Line) -> Made | None:
        """Return the finished handbook that was made from what ``key`` says; None where there is none, or its file is another."""
        entry = self.entries.get(key)
        if entry is None or Path(entry.file).name != entry.file:
            return None
        try:
            content = (self.path / entry.file).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            return None
        self._whole.add(entry)
        return Made(line.number, entry.person, entry.status, content)  # type: ignore[arg-type]

    def store(self, entry: Entry, content: bytes) -> None:
        """Write a file whole or not at all, then note it; one that was `found` to be this stays as it is.

        Raises:
            UsageError: when it cannot be written.
        """
        if entry in self._whole:
            return
        try:
            self._replace(entry.file, content)
            with (self.path / MANIFEST).open("ab") as manifest:
                manifest.write(_line_of(entry))
        except OSError as error:
            raise unwritable(self.path / entry.file, error) from None
        self.entries[entry.key] = entry

    def finish(self, entries: Iterable[Entry]) -> list[str]:
        """Write the list anew with ``entries`` alone, and return the files of earlier runs that are not among them."""
        now = tuple(entries)
        files = {entry.file for entry in now}
        self._replace(MANIFEST, b"".join(map(_line_of, now)))
        earlier = {entry.file for entry in self.entries.values()} - files
        return sorted(file for file in earlier if Path(file).name == file and (self.path / file).is_file())

    def _replace(self, name: str, content: bytes) -> None:
        unfinished = self.path / f".handbook{_UNFINISHED}"
        unfinished.write_bytes(content)
        unfinished.replace(self.path / name)


def _read_manifest(path: Path) -> list[Entry]:
    """Return the entries of a list; a line that was cut short, or was written by somebody else, is passed over."""
    entries = []
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        try:
            entry = Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue
        if all(isinstance(value, str) for value in asdict(entry).values()):
            entries.append(entry)
    return entries


def _line_of(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"


def print_folder(
    opened: Opened, path: Path, workers: int | None, report: Callable[[Progress], None] = lambda progress: None
) -> tuple[Tally, tuple[Path, ...]]:
    """Write everybody's handbook into the folder ``path``; return what came of it, and the files in the order of the people.

    A file whose person, library, options, template and format are those it was made from is kept. The bytes of all files
    depend on neither ``workers`` nor on how often the run was cut short.

    Raises:
        UsageError: when a file cannot be written.
        EngineError: when a process dies, or a tag of the template cannot be filled.
        KeyboardInterrupt: on an interrupt; what is finished stays.
    """
    folder = HandbookFolder(path)
    job, tally = opened.job, Tally()
    taken: set[str] = set()
    entries: list[Entry] = []
    suffix = job.printing.format
    for line, made in each_handbook(opened, workers, tally, report, lambda line: folder.found(job.key_of(line), line)):
        name = f"{file_stem(made.person, taken)}.{suffix}"
        digest = hashlib.sha256(made.content).hexdigest()
        entry = Entry(name, made.person, made.status, job.key_of(line), digest)
        folder.store(entry, made.content)
        entries.append(entry)
    tally.left = folder.finish(entries)
    return tally, tuple(path / entry.file for entry in entries)


def join_files(files: Iterable[Path], format_: str) -> bytes:
    """Return one file, docx or pdf, of ``files``, each beginning on a page of its own.

    Raises:
        NotJoinedError: when Word files differ in more than their body.
    """
    contents = [file.read_bytes() for file in files]
    if format_ == "pdf":
        from competency_engine.render.pdf import join_pdf

        return join_pdf(contents)
    from competency_engine.render.docx import join_docx

    return join_docx(contents)
