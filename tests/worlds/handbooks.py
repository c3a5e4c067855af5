"""A small world with hostile titles, the handbook of somebody in it, and what Word files say when they are read back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from competency_engine.assessment.gaps import Assessment, assess
from competency_engine.domain.entity import PersonId
from competency_engine.domain.library import Library
from competency_engine.domain.plan import Plan
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.plan import describe_solution
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.solve import solve_problem
from competency_engine.reports.document import Document, Notes, Table
from competency_engine.reports.handbook import Handbook, make_handbook
from competency_engine.text import Lang
from tests.worlds.build import AS_OF, library, module, people, role, topic, unit

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "../../x",
    "{{7*7}} {% for x in y %}",
    "a\x07b\u202egnp.exe",
    '"quoted" & <b>bold</b>',
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def world(title: str = "a") -> Library:
    """Return a world in which A at 1 is closed by m2, which needs m1; B at 1 has no module; every module is called ``title``."""
    text = {"zh": title, "en": title}
    return library(
        [unit("A"), unit("B", title=text), unit("C")],
        [
            module("m1", title=text, phase="theory", brings={"C": 1}, hours=2, teacher="party_school", topic="T"),
            module(
                "m2", title=text, requires=[{"unit": "C", "level": 1}], brings={"A": 1}, completed_by=text, aim=text
            ),
        ],
        topics=[topic("T", "C", [["m1"]])],
        roles=[role("R", {"A": 1, "B": 1})],
    )


def planned(title: str = "a") -> tuple[Plan, Assessment, Library]:
    """Return the plan of somebody who holds nothing, with what it was made from."""
    here = world(title)
    horizon = Horizon(2027, 1, 12)
    assessment = assess(PersonId("学员0001"), people([{"unit": "A", "level": 0}]), here, AS_OF)
    problem = pose_problem(assessment, here, compile_catalogue(here), horizon)
    return describe_solution(assessment, here, horizon, problem, solve_problem(problem), {}), assessment, here


def handbook(title: str = "a") -> Handbook:
    """Return the handbook of that plan."""
    return make_handbook(*planned(title))


def words_of(document: Document, lang: Lang) -> list[str]:
    """Return every text of a document in the order in which a reader meets it."""
    found = [document.title.in_language(lang)]
    for block in document.blocks:
        found += [block.title.in_language(lang)] if block.title is not None else []
        if isinstance(block, Notes):
            found += [line.in_language(lang) for line in block.lines]
        elif isinstance(block, Table):
            found += [cell.in_language(lang) for row in (block.columns, *block.rows) for cell in row]
    return found


def words_in(docx: bytes) -> list[str]:
    """Return the paragraphs of a Word file, those in cells too, in their order."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    return list(_paragraphs(root))


def _paragraphs(root: ElementTree.Element) -> Iterator[str]:
    for paragraph in root.iter(f"{_W}p"):
        if paragraph.find(f"{_W}pPr/{_W}sectPr") is None:
            yield "".join(text.text or "" for text in paragraph.iter(f"{_W}t"))
