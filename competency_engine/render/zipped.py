"""Zip files whose bytes depend on their content alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

_WRITTEN = (2000, 1, 1, 0, 0, 0)


def zip_parts(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip file of ``parts``, each a name and a content, in their order; equal parts give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name, _WRITTEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def unzip_parts(data: bytes) -> list[tuple[str, bytes]]:
    """Return the names and contents of the parts of a zip file, in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]
