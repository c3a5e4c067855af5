"""Read the CSV of CurricularAnalytics: a curriculum or a degree plan, with courses and what each requires.

Format: https://curricularanalytics.org and CurricularAnalytics.jl, ``read_csv``: rows of name and value, then ``Courses``, a header and
one course a row; in a degree plan a column of terms, and ``Additional Courses`` below. The R package CurricularAnalytics writes the
header alone (``id,label,term,requisites``); that is read too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from competency_engine.diagnostics import Diagnostic, Position, Related, Severity
from competency_engine.graph.requisites import RequisiteKind, Requisites
from competency_engine.interop import curricular_words as words
from competency_engine.interop.archive import RefusedFileError
from competency_engine.interop.curricular_cells import (
    REQUISITE_COLUMNS,
    CellError,
    Column,
    find_columns,
    holds_control,
    key_of,
    read_credits,
    read_id,
    read_ids,
    read_term,
    read_text,
    separator_of,
)
from competency_engine.interop.curricular_text import decode_curricular
from competency_engine.interop.curricular_words import Texts
from competency_engine.loading.csv_reader import Record, read_records
from competency_engine.text import say

MAX_FILE_BYTES = 4 * 1024 * 1024
MAX_COURSES = 1_000
SystemType = Literal["semester", "quarter"]
_Place = tuple[int, int]
_Found = Mapping[Column, tuple[str, _Place]]
_Value = TypeVar("_Value")
_SECTIONS = {"courses": "courses", "additionalcourses": "additional"}
_PASSED_OVER = frozenset(("courselearningoutcomes", "curriculumlearningoutcomes", "learningoutcomes"))
_FACTS = frozenset(("curriculum", "degreeplan", "institution", "degreetype", "systemtype", "cip"))


@dataclass(frozen=True, slots=True)
class CsvCourse:
    """One course as a row states it.

    Attributes:
        id: what requisites call it; a number loses leading zeros.
        name: its name; prefix and number where it has none, else its id.
        prefix: the subject, as ``MATH``; may be empty.
        number: the number within the subject, as ``101L``; may be empty.
        credits: credit hours; None where the file states none.
        term: term of a degree plan, from 1; None where the file states none.
        requisites: ids with the kind of each, in the order of the columns; also those of no course.
        additional: whether it stands below ``Additional Courses``: in the plan, not in the curriculum.
        position: where its row begins.
    """

    id: str
    name: str
    prefix: str
    number: str
    credits: float | None
    term: int | None
    requisites: tuple[tuple[str, RequisiteKind], ...]
    additional: bool
    position: Position


@dataclass(frozen=True)
class CsvCurriculum:
    """A curriculum as a file states it; ``name`` is that of the file where the file has none, ``institution`` may be empty."""

    name: str
    institution: str
    system: SystemType
    courses: tuple[CsvCourse, ...]

    @cached_property
    def requisites(self) -> Requisites:
        """The courses and their requisites, without those of no course."""
        edges = ((before, course.id, kind) for course in self.courses for before, kind in course.requisites)
        return Requisites(tuple(course.id for course in self.courses), tuple(edges))

    @property
    def terms(self) -> dict[str, int]:
        """The term of each course that has one."""
        return {course.id: course.term for course in self.courses if course.term is not None}


@dataclass(frozen=True, slots=True)
class CurricularReading:
    """What reading a file gave: the curriculum, None after an error, and all that is wrong or worth a warning, by place."""

    curriculum: CsvCurriculum | None
    diagnostics: tuple[Diagnostic, ...]


def read_curricular_file(path: Path, name: str) -> CurricularReading:
    """Return what the file at ``path`` says; ``name`` is how diagnostics call it."""
    try:
        if path.is_file() and path.stat().st_size > MAX_FILE_BYTES:
            return _refused(name, words.too_big(path.stat().st_size, MAX_FILE_BYTES))
        data = path.read_bytes()
    except OSError as error:
        return _refused(name, words.unreadable(error))
    return read_curricular(data, name)


def read_curricular(data: bytes, name: str) -> CurricularReading:
    """Return what ``data`` says: the content of a CSV file in UTF-8, UTF-16 with a mark, GB18030 or Windows-1252.

    Whatever the bytes are, the answer is a curriculum or says what is wrong, all at once. Errors: what is no text, or over the limits
    (4 MB, 1,000 courses); a missing header; numbers that are none; ids that stand twice. Warnings: requisites of no course, which are
    ignored, as CurricularAnalytics ignores them; columns and rows that are not known; system types other than semester and quarter,
    which count as semester.
    """
    if len(data) > MAX_FILE_BYTES:
        return _refused(name, words.too_big(len(data), MAX_FILE_BYTES))
    try:
        text, doubt = decode_curricular(data)
    except RefusedFileError as error:
        return _refused(name, error.texts)
    reader = _Reader(name)
    if doubt is not None:
        reader.report("SHT01", (doubt[0], 1), doubt[1], warning=True)
    lines = text.split("\n")
    for record in read_records(lines, separator_of(lines)):
        reader.take(record)
    return reader.finish()


def _refused(name: str, texts: Texts) -> CurricularReading:
    return CurricularReading(None, (Diagnostic("SHT01", Severity.ERROR, Position(name, 1, 1), *texts),))


@dataclass
class _Reader:
    """One file on its way: what the rows so far have said."""

    name: str
    facts: dict[str, str] = field(default_factory=dict)
    courses: dict[str, CsvCourse] = field(default_factory=dict)
    requisite_places: list[tuple[_Place, tuple[str, ...]]] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    section: str = ""
    columns: Mapping[int, Column] | None = None
    has_header: bool = False
    lost: bool = False

    def report(
        self, code: str, place: _Place, texts: Texts, *, warning: bool = False, related: tuple[Related, ...] = ()
    ) -> None:
        severity = Severity.WARNING if warning else Severity.ERROR
        self.diagnostics.append(Diagnostic(code, severity, Position(self.name, *place), *texts, related))

    def take(self, record: Record) -> None:
        """Take one row."""
        if record.unclosed is not None:
            self.report("SHT05", record.unclosed, words.unclosed_quote())
            return
        cells = list(zip(record.cells, record.places, strict=True))
        filled = [text for text, _ in cells if text.strip()]
        if not filled:
            return
        key = key_of(cells[0][0])
        if len(filled) == 1 and cells[0][0].strip() and key in {*_SECTIONS, *_PASSED_OVER}:
            self._begin(key, cells[0][1])
        elif self.section != "passed over" and not self._take_header(cells):
            self._take_row(key, cells)

    def _begin(self, key: str, place: _Place) -> None:
        self.section, self.columns, self.lost = _SECTIONS.get(key, "passed over"), None, False
        if self.section == "passed over":
            self.report("SHT02", place, words.passed_over(), warning=True)

    def _take_header(self, cells: list[tuple[str, _Place]]) -> bool:
        """Take the row as a header if it is one, and return whether it is."""
        found = find_columns([text for text, _ in cells])
        if found is None:
            return False
        self.has_header = True
        for index, texts, warning in found.problems:
            self.report("SHT03", cells[index][1], texts, warning=warning)
        self.lost = "id" not in found.columns.values()
        self.columns = found.columns
        return True

    def _take_row(self, key: str, cells: list[tuple[str, _Place]]) -> None:
        if self.columns is not None:
            if not self.lost:
                self._take_course(cells)
        elif self.section:
            if not self.lost:
                self.report("SHT03", cells[0][1], words.no_header())
            self.lost = self.has_header = True
        elif key in _FACTS:
            self.facts.setdefault(key, read_text(cells[1][0]) if len(cells) > 1 else "")
            if key == "systemtype" and self.facts[key].casefold() not in ("", "semester", "quarter"):
                self.report("SHT05", cells[1][1], words.other_system(self.facts[key]), warning=True)
        else:
            self.report("SHT02", cells[0][1], words.unknown_row(cells[0][0]), warning=True)

    def _take_course(self, cells: list[tuple[str, _Place]]) -> None:
        assert self.columns is not None
        found: dict[Column, tuple[str, _Place]] = {}
        for index, (text, place) in enumerate(cells):
            if not text.strip():
                continue
            column = self.columns.get(index)
            if holds_control(text):
                self.report("SHT05", place, words.control(text))
            elif column is None:
                self.report("SHT03", place, words.no_column(text), warning=True)
            else:
                found[column] = text, place
        if "id" in found:
            self._keep(found, cells[0][1])
        elif found:
            self.report("SHT05", cells[0][1], words.no_id())

    def _keep(self, found: _Found, start: _Place) -> None:
        id_ = read_id(found["id"][0])
        if "credits" in (self.columns or {}).values() and "credits" not in found:
            self.report("SHT05", start, words.no_credits(id_), warning=True)
        texts: dict[Column, str] = {column: read_text(text) for column, (text, _) in found.items()}
        prefix, number = texts.get("prefix", ""), texts.get("number", "")
        course = CsvCourse(
            id_,
            texts.get("name") or f"{prefix} {number}".strip() or id_,
            prefix,
            number,
            self._value(found, "credits", read_credits),
            self._value(found, "term", read_term),
            tuple(self._requisites(found)),
            self.section == "additional",
            Position(self.name, *start),
        )
        if id_ in self.courses:
            first = Related(self.courses[id_].position, say("首次在这里", "first here"))
            self.report("SHT08", found["id"][1], words.twice(id_), related=(first,))
        elif len(self.courses) < MAX_COURSES:
            self.courses[id_] = course
        else:
            self.lost = True
            self.report("SHT01", start, words.too_many(MAX_COURSES))

    def _value(self, found: _Found, column: Column, read: Callable[[str], _Value]) -> _Value | None:
        if column not in found:
            return None
        text, place = found[column]
        try:
            return read(text)
        except CellError as error:
            self.report("SHT05", place, error.texts)
            return None

    def _requisites(self, found: _Found) -> Iterator[tuple[str, RequisiteKind]]:
        for column, kind in REQUISITE_COLUMNS.items():
            if column not in found:
                continue
            text, place = found[column]
            try:
                ids = read_ids(text)
            except CellError as error:
                self.report("SHT05", place, error.texts)
                continue
            self.requisite_places.append((place, ids))
            yield from ((id_, kind) for id_ in ids)

    def finish(self) -> CurricularReading:
        """Return what all rows said."""
        if not self.has_header:
            self.report("SHT02", (1, 1), words.not_this_format())
        elif not self.courses and not any(found.severity is Severity.ERROR for found in self.diagnostics):
            self.report("SHT02", (1, 1), words.no_courses())
        hints = {
            key_of(f"{course.prefix}{course.number}"): (course.id, course.name)
            for course in self.courses.values()
            if course.number
        }
        for place, ids in self.requisite_places:
            unknown = [id_ for id_ in ids if id_ not in self.courses]
            if unknown:
                meant = next((hints[key_of(id_)] for id_ in unknown if key_of(id_) in hints), None)
                self.report("SHT06", place, words.unknown(unknown, meant), warning=True)
        ordered = tuple(sorted(dict.fromkeys(self.diagnostics), key=lambda found: found.sort_key))
        if any(found.severity is Severity.ERROR for found in ordered):
            return CurricularReading(None, ordered)
        return CurricularReading(self._curriculum(), ordered)

    def _curriculum(self) -> CsvCurriculum:
        system: SystemType = "quarter" if self.facts.get("systemtype", "").casefold() == "quarter" else "semester"
        name = self.facts.get("curriculum") or Path(self.name).stem
        return CsvCurriculum(name, self.facts.get("institution", ""), system, tuple(self.courses.values()))
