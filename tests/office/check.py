"""Fill every template in LibreOffice, save it in the formats that offices have, import it, and compare; open handbooks there: `make check-office`.

LibreOffice is installed from Debian where it is missing; where it can't be, this fails and says so.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from competency_engine.interop.forms import Field
from competency_engine.interop.template import TemplateKind
from competency_engine.text import Lang
from tests.interop.office import KINDS, draw_rows, expected, fill, held, run, save, settle, sheets_of, template, typed
from tests.office.audits import check_audit_books
from tests.office.handbooks import check_handbooks

PACKAGES = ("libreoffice-calc-nogui", "libreoffice-writer-nogui", "python3-uno")
WRITER = "libswlo.so"
XLSX, ODS, CSV = "Calc MS Excel 2007 XML", "calc8", "Text - txt - csv (StarCalc)"
CSV_OPTIONS = "44,34,76,1"
SYSTEM_PYTHON = "/usr/bin/python3"


def main() -> None:
    """Check every template in both languages; end with an error where one does not come back as it was filled in."""
    install()
    with tempfile.TemporaryDirectory(prefix="check-office-") as name:
        folder = Path(name)
        cases = [(kind, lang) for kind in KINDS for lang in ("zh", "en")]
        jobs = [job(folder, kind, lang) for kind, lang in cases]
        seen = office(folder, [*jobs, mending(folder)])
        again = [reopened(folder, kind, lang) for kind, lang in cases]
        office(folder, again)
        failures = [problem for case in cases for problem in compare(folder, *case)]
        failures += mended(folder)
        failures += check_handbooks(folder)
        failures += check_audit_books(folder)
    for (kind, lang), found in zip(cases, seen, strict=False):
        print(
            f"{kind:12} {lang}: {found['lists']:3} filled cells with a drop-down, header locked: {found['header_held']}"
        )
        if not found["header_held"]:
            failures.append(f"{kind} {lang}: the header is not locked")
    print(f"{len(cases)} templates, each filled in LibreOffice and saved as xlsx, as ods and xlsx again, and as csv; "
          f"{len(failures)} failures")  # fmt: skip
    raise SystemExit("\n".join(failures) if failures else 0)


def install() -> None:
    """Make sure that LibreOffice and its Python are there.

    Raises:
        SystemExit: when they can't be installed.
    """
    if is_there():
        return
    print(f"LibreOffice is missing; installing {' '.join(PACKAGES)} …", flush=True)
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *PACKAGES]):
        if shutil.which("apt-get") is None:
            break
        subprocess.run([*sudo, "apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False)
    if not is_there():
        raise SystemExit(
            f"check-office needs LibreOffice and could not install it; run: apt-get install {' '.join(PACKAGES)}"
        )


def is_there() -> bool:
    """Return whether LibreOffice runs here and the system's Python can speak to it."""
    program = shutil.which("soffice")
    if program is None or not Path(program).resolve().with_name(WRITER).exists() or not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def office(folder: Path, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what LibreOffice answered to ``jobs``."""
    (folder / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
    pipe = f"check-office-{os.getpid()}"
    profile = (folder / "profile").as_uri()
    command = ["soffice", "--headless", "--norestore", "--nologo", f"-env:UserInstallation={profile}"]
    # Its own group, because `soffice` is a script whose child is the program.
    server = subprocess.Popen(
        [*command, f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        script = Path(__file__).with_name("fill.py")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        result = subprocess.run(
            [SYSTEM_PYTHON, str(script), str(folder / "jobs.json"), pipe],
            env=environment, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        if not result.stdout.startswith("["):
            raise SystemExit(f"LibreOffice could not fill the templates ({result.returncode}):\n{result.stderr}")
        server.wait(timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
    return list(json.loads(result.stdout))


def job(folder: Path, kind: TemplateKind, lang: Lang) -> dict[str, Any]:
    """Return the job of filling one template."""
    stem = folder / f"{kind}-{lang}"
    stem.with_suffix(".template.xlsx").write_bytes(template(kind, lang))
    rows = draw_rows(kind, 1)
    cells = {
        sheet.form.title.in_language(lang): [
            [number, column, *entered(field, row[field.id], lang)]
            for number, row in enumerate(rows[sheet.form.kind], start=2)
            for column, field in enumerate(sheet.columns, start=1)
            if field.id in row
        ]
        for sheet in sheets_of(kind)
    }
    targets = [
        {"path": f"{stem}.xlsx", "filter": XLSX},
        {"path": f"{stem}.ods", "filter": ODS},
        {"path": f"{stem}.csv", "filter": CSV, "options": CSV_OPTIONS},
    ]
    return {"source": f"{stem}.template.xlsx", "cells": cells, "targets": targets, "protected": True}


def entered(field: Field, value: str, lang: Lang) -> tuple[str, str]:
    """Return how a user enters a value: as a number, typed (a date), or as text."""
    cell = typed(field, value, lang)
    if isinstance(cell, int):
        return "number", str(cell)
    return ("typed", cell.isoformat()) if isinstance(cell, dt.date) else ("text", str(cell))


def reopened(folder: Path, kind: TemplateKind, lang: Lang) -> dict[str, Any]:
    """Return the job of saving an ods file as xlsx."""
    stem = folder / f"{kind}-{lang}"
    targets = [{"path": f"{stem}.again.xlsx", "filter": XLSX}]
    return {"source": f"{stem}.ods", "cells": {}, "targets": targets, "protected": False}


def compare(folder: Path, kind: TemplateKind, lang: Lang) -> list[str]:
    """Return what differs between the data that was filled in and what the import made of each file."""
    wanted = expected(kind, draw_rows(kind, 1))
    failures = []
    for suffix in (".xlsx", ".again.xlsx", ".csv"):
        people = folder / "people" / f"{kind}-{lang}{suffix}"
        if kind != "roster":
            settle(people)
        elif suffix == ".csv":
            continue
        result = run(folder / f"{kind}-{lang}{suffix}", people)
        if result.errors:
            failures += [f"{kind} {lang} {suffix}: {d.position} {d.message.en}" for d in result.errors[:5]]
            continue
        found = held(people)
        failures += [
            f"{kind} {lang} {suffix}: {table} differs" for table in wanted if found.get(table) != wanted[table]
        ]
    return failures


def mending(folder: Path) -> dict[str, Any]:
    """Return the job of mending a marked copy."""
    book = fill("evidence", draw_rows("evidence", 1))
    book.worksheets[0]["C3"] = "不清楚"
    result = run(save(book, folder / "wrong.xlsx"), settle(folder / "people" / "marked"))
    (folder / "marked.xlsx").write_bytes(result.marked_copy("zh"))
    right = draw_rows("evidence", 1)["evidence"][1]["level"]
    targets = [{"path": str(folder / "mended.xlsx"), "filter": XLSX}]
    cells = {"评定等级": [[3, 3, "number", right]]}
    return {"source": str(folder / "marked.xlsx"), "cells": cells, "targets": targets, "protected": False}


def mended(folder: Path) -> list[str]:
    """Return what is wrong with the import of the mended copy."""
    people = folder / "people" / "marked"
    result = run(folder / "mended.xlsx", people)
    wanted = expected("evidence", draw_rows("evidence", 1))["evidence"]
    if result.errors or held(people)["evidence"] != wanted:
        return [f"the marked copy, mended: {[d.message.en for d in result.errors]}"]
    print("the marked copy, mended in LibreOffice, was imported")
    return []


if __name__ == "__main__":
    sys.exit(main())
