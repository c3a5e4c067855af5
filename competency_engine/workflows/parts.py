"""Finished shards on disk: each a file that is there whole or not at all, and says what it was made from."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter

from competency_engine.errors import unwritable
from competency_engine.workflows.shards import BrokenLine, PlannedLine, ShardResult

_BROKEN = TypeAdapter(tuple[BrokenLine, ...])
_OURS = re.compile(r"[0-9]{8}\.part|.+\.unfinished")


class PartFolder:
    """The folder beside an output in which finished shards wait until all are there.

    A part holds, line by line: the SHA-256 of what follows; the key of its shard with its people and broken lines; the plans.
    """

    def __init__(self, out: Path) -> None:
        """Create the folder, unless an earlier run left it.

        Raises:
            UsageError: when it cannot be written to.
        """
        self.path = out.with_name(f"{out.name}.parts")
        try:
            self.path.mkdir(exist_ok=True)
            for leftover in self.path.glob("*.unfinished"):
                leftover.unlink()
        except OSError as error:
            raise unwritable(self.path, error) from None

    def store(self, number: int, key: str, result: ShardResult) -> None:
        """Keep ``result`` as the part ``number``; after a crash at any moment it is there whole or not at all."""
        head = {
            "key": key,
            "people": [[plan.number, plan.person, plan.status] for plan in result.plans],
            "broken": json.loads(_BROKEN.dump_json(result.broken)),
        }
        lines = (json.dumps(head, ensure_ascii=False).encode(), *(plan.text for plan in result.plans))
        body = b"".join(line + b"\n" for line in lines)
        with self.replacing(self._file(number)) as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n")
            file.write(body)

    def read(self, number: int, key: str) -> ShardResult | None:
        """Return the part ``number``; None when it is missing, damaged, or of another input, library or options."""
        try:
            digest, _, body = self._file(number).read_bytes().partition(b"\n")
        except OSError:
            return None
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        first, *texts = body.removesuffix(b"\n").split(b"\n")
        head = json.loads(first)
        if head["key"] != key:
            return None
        plans = (PlannedLine._make((*person, text)) for person, text in zip(head["people"], texts, strict=True))
        return ShardResult(tuple(plans), _BROKEN.validate_python(head["broken"]))

    @contextmanager
    def replacing(self, path: Path) -> Iterator[BinaryIO]:
        """Give a file to write that takes the place of ``path`` when it is whole and on the disk."""
        unfinished = self.path / f"{path.name}.unfinished"
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _flush_folder(path.parent)

    def remove(self) -> None:
        """Remove the parts, and the folder unless somebody else put something there."""
        for path in self.path.iterdir():
            if _OURS.fullmatch(path.name):
                path.unlink(missing_ok=True)
        if not any(self.path.iterdir()):
            self.path.rmdir()

    def _file(self, number: int) -> Path:
        return self.path / f"{number:08d}.part"


def _flush_folder(folder: Path) -> None:
    """Make a renaming in ``folder`` last; where folders cannot be flushed, the system sees to it."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
