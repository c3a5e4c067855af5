"""Open handbooks in LibreOffice: Word files, one filled by a template, one of several people, and the lists of a city."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

from pypdf import PdfReader

from competency_engine.domain.plan import Plan
from competency_engine.interop.tables_book import render_tables
from competency_engine.interop.word_template import fill_template, starter_template
from competency_engine.render.docx import join_docx, render_docx
from competency_engine.reports.handbook import make_handbook
from competency_engine.reports.handbook_document import handbook_document
from competency_engine.reports.lists import lists_document
from competency_engine.text import Lang
from competency_engine.workflows.plan import PlanOptions, open_planner
from competency_engine.workflows.session import open_session
from tests.worlds.files import AS_OF
from tests.worlds.handbooks import HOSTILE, handbook, words_in

ROOT = Path(__file__).parents[2]
PEOPLE = ("学员0001", "学员0007", "学员0023")
LANGS: tuple[Lang, ...] = ("zh", "en")
PROFILE = "handbook-profile"


def check_handbooks(folder: Path) -> list[str]:
    """Return what is wrong with handbooks once LibreOffice has read them; print how many were looked at."""
    session = open_session(ROOT, "7n")
    planner = open_planner(session, ROOT / "examples" / "wuhan", PEOPLE, PlanOptions(AS_OF))
    solved = [planner.solve(person) for person in PEOPLE]  # type: ignore[arg-type]
    plans = [planner.describe(one) for one in solved]
    books = [make_handbook(p, one.assessment, session.library) for p, one in zip(plans, solved, strict=True)]
    books += [handbook(title) for title in HOSTILE]
    files: dict[str, bytes] = {}
    for lang in LANGS:
        written = [render_docx(handbook_document(book), lang) for book in books]
        files |= {f"{number}-{lang}": file for number, file in enumerate(written)}
        files[f"template-{lang}"] = fill_template(starter_template(lang), "starter.docx", books[0], lang)
        files[f"merged-{lang}"] = join_docx(written)
    failures = _check_words(folder, files)
    for lang in LANGS:
        failures += _check_lists(folder, plans, lang)
    print(f"{len(files)} handbooks and 2 lists opened in LibreOffice: {len(failures)} failures")
    return failures


def _check_words(folder: Path, files: dict[str, bytes]) -> list[str]:
    paths = []
    for name, content in files.items():
        paths.append(folder / f"handbook-{name}.docx")
        paths[-1].write_bytes(content)
    _convert(folder, "txt:Text (encoded):UTF8", paths)
    _convert(folder, "pdf", paths)
    failures = []
    for path, content in zip(paths, files.values(), strict=True):
        text, pdf = path.with_suffix(".txt"), path.with_suffix(".pdf")
        if not text.is_file() or not pdf.is_file():
            failures.append(f"{path.name}: LibreOffice could not read it")
            continue
        seen = [line.strip() for line in text.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
        wanted = [" ".join(word.split()) for word in words_in(content) if word.strip()]
        if seen != wanted:
            first = next(
                (pair for pair in zip(seen, wanted, strict=False) if pair[0] != pair[1]), (seen[-1:], wanted[-1:])
            )
            failures.append(f"{path.name}: LibreOffice reads {first[0]!r} for {first[1]!r}")
        if len(PdfReader(pdf).pages) < 2:
            failures.append(f"{path.name}: tasks do not begin a page")
    return failures


def _check_lists(folder: Path, plans: list[Plan], lang: Lang) -> list[str]:
    path = folder / f"lists-{lang}.xlsx"
    document = lists_document(plans, open_session(ROOT, "7n").library)
    path.write_bytes(render_tables(document, lang))
    _convert(folder, "csv:Text - txt - csv (StarCalc):44,34,76,1", [path])
    result = path.with_suffix(".csv")
    if not result.is_file():
        return [f"{path.name}: LibreOffice could not read it"]
    rows = list(csv.reader(io.StringIO(result.read_text(encoding="utf-8-sig"))))
    people = {row[3] for row in rows[1:]}
    steps = sum(len(plan.steps) for plan in plans)
    wrong = len(rows) - 1 != steps or people != set(PEOPLE)
    return [f"{path.name}: {len(rows) - 1} rows of {steps}, people {people}"] if wrong else []


def _convert(folder: Path, target: str, paths: list[Path]) -> None:
    profile = (folder / PROFILE).as_uri()
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile}", "--convert-to", target]
    subprocess.run([*command, "--outdir", folder, *paths], capture_output=True, timeout=600, check=False)
