"""Open the workbook of an audit in LibreOffice and hold what it read against the tables."""

from __future__ import annotations

import subprocess
from pathlib import Path

from openpyxl import load_workbook

from competency_engine.interop.audit_book import render_audit_book
from competency_engine.reports.audit.document import audit_tables
from competency_engine.text import Lang
from tests.worlds.audits import audited

SMALLEST = 5
_LOGICAL = {"=TRUE()": True, "=FALSE()": False}
"""How LibreOffice writes what is true or false."""
PROFILE = "audit-profile"


def check_audit_books(folder: Path) -> list[str]:
    """Return what is different once LibreOffice has read the workbooks and written them again."""
    found = audited("assessed")
    tables = audit_tables(found, SMALLEST)
    failures = []
    langs: tuple[Lang, ...] = ("zh", "en")
    for lang in langs:
        path = folder / f"audit-{lang}.xlsx"
        path.write_bytes(render_audit_book(found, tables, SMALLEST, lang))
        again = _saved(folder, path)
        before, after = load_workbook(path), load_workbook(again)
        for sheet in before:
            told = [[cell if cell != "" else None for cell in row] for row in sheet.values]
            read = [[_LOGICAL.get(str(cell), cell) for cell in row] for row in after[sheet.title].values][: len(told)]
            if told != read:
                failures.append(f"audit {lang}: {sheet.title} changed in LibreOffice")
        charts = len(after.worksheets[0]._charts)  # type: ignore[attr-defined]
        if charts != 3:
            failures.append(f"audit {lang}: {charts} charts instead of 3")
    print(f"{len(langs)} workbooks of an audit opened in LibreOffice: {len(failures)} failures")
    return failures


def _saved(folder: Path, path: Path) -> Path:
    out = folder / "audit-again"
    profile = (folder / PROFILE).as_uri()
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile}", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), str(path)], capture_output=True, timeout=180, check=True)
    return out / path.name
