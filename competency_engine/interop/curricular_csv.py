"""Read the CSV of CurricularAnalytics: a curriculum or a degree plan, with courses and what each requires.

Format: https://curricularanalytics.org and CurricularAnalytics.jl, ``read_csv``: rows of name and value, then ``Courses``, a header and
one course a row; in a degree plan a column of terms, and ``Additional Courses`` below. The R package CurricularAnalytics writes the
header alone (``id,label,term,requisites``); that is read too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from competency_engine.diagnostics import Diagnostic, Position, Related, Severity
from competency_engine.graph.requisites import RequisiteKind
from competency_engine.interop import curricular_words as words
from competency_engine.interop.archive import RefusedFileError
from competency_engine.interop.curricular_cells import (
    MAY_SAY_NOTHING,
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
    says_nothing,
    separator_of,
)
from competency_engine.interop.curricular_courses import CsvCourse, CsvCurriculum, CurricularReading, SystemType
from competency_engine.interop.curricular_text import decode_curricular
from competency_engine.interop.curricular_words import Texts
from competency_engine.loading.csv_reader import Record, misquoted, read_records
from competency_engine.text import say

MAX_FILE_BYTES = 4 * 1024 * 1024
MAX_COURSES = 1_000
_Place = tuple[int, int]
_Cells = list[tuple[str, _Place]]
_Found = Mapping[Column, tuple[str, _Place]]
_Value = TypeVar("_Value")
_SECTIONS = {"courses": "courses", "additionalcourses": "additional"}
_PASSED_OVER = frozenset(("courselearningoutcomes", "curriculumlearningoutcomes", "learningoutcomes"))
_FACTS = {
    **dict.fromkeys(("curriculum", "curriculumname"), "curriculum"),
    **dict.fromkeys(("degreeplan", "degreeplanname"), "plan"),
    **dict.fromkeys(("systemtype", "system"), "system"),
    **{fact: fact for fact in ("institution", "degreetype", "cip")},
    **{fact: fact for fact in ("totalstructuralcomplexity", "longestdelay", "highestcentralitycourse")},
}
_SYSTEMS: Mapping[str, SystemType] = {
    **dict.fromkeys(("", "semester", "semesters", "学期", "学期制"), "semester"),
    **dict.fromkeys(("quarter", "quarters", "学季", "学季制"), "quarter"),
}


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
    (4 MB, 1,000 courses); a missing header; numbers that are none; ids that stand twice; quotes that do not close; a second curriculum.
    Warnings: requisites of no course, which are ignored; those that name one by prefix and number, which are read so; columns and rows
    that are not known; rows of another width; system types other than semester and quarter, which count as semester.
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
    return reader.finish(ends=not lines[-1])


def _refused(name: str, texts: Texts) -> CurricularReading:
    return CurricularReading(None, (Diagnostic("SHT01", Severity.ERROR, Position(name, 1, 1), *texts),))


@dataclass
class _Reader:
    """One file on its way: what the rows so far have said."""

    name: str
    facts: dict[str, str] = field(default_factory=dict)
    courses: dict[str, CsvCourse] = field(default_factory=dict)
    requisites: list[tuple[str, _Place, tuple[str, ...]]] = field(default_factory=list)
    without_credits: list[tuple[str, _Place]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    widths: list[tuple[int, _Place]] = field(default_factory=list)
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
        """Take one row; one that begins with # is a comment, as in CurricularAnalytics."""
        if record.cells[0].lstrip().startswith("#"):
            return
        if record.misquoted is not None:
            self.unread.add(read_id(record.cells[0]))
            self.report("SHT05", record.misquoted, misquoted(record.misquoted[0]))
            return
        cells = list(zip(record.cells, record.places, strict=True))
        filled = sum(bool(text.strip()) for text, _ in cells)
        if not filled:
            return
        key = key_of(cells[0][0])
        if filled == 1 and key in {*_SECTIONS, *_PASSED_OVER}:
            self._begin(key, cells[0][1])
        elif self.section != "passed over" and not self._take_header(cells):
            self._take_row(key, cells, filled)

    def _begin(self, key: str, place: _Place) -> None:
        self.section, self.columns, self.lost = _SECTIONS.get(key, "passed over"), None, False
        if self.section == "passed over":
            self.report("SHT02", place, words.passed_over(), warning=True)

    def _take_header(self, cells: _Cells) -> bool:
        """Take the row as a header if it is one, and return whether it is."""
        found = find_columns([text for text, _ in cells])
        if found is None:
            return False
        self.has_header = True
        for index, texts, warning in found.problems:
            self.report("SHT03", cells[index][1], texts, warning=warning)
        self.lost = "id" not in found.columns.values()
        self.columns = found.columns
        self.widths.append((len(cells), cells[0][1]))
        return True

    def _take_row(self, key: str, cells: _Cells, filled: int) -> None:
        if self.columns is not None:
            if not self.lost:
                self._take_course(key, cells, filled)
        elif self.section:
            if not self.lost:
                self.report("SHT03", cells[0][1], words.no_header())
            self.lost = self.has_header = True
        elif key in _FACTS:
            self._take_fact(_FACTS[key], cells)
        else:
            self.report("SHT02", cells[0][1], words.unknown_row(cells[0][0]), warning=True)

    def _take_fact(self, fact: str, cells: _Cells) -> None:
        value = read_text(cells[1][0]) if len(cells) > 1 else ""
        if self.facts.setdefault(fact, value) != value:
            self.report("SHT02", cells[0][1], words.second_file(cells[0][0]), warning=True)
        elif fact == "system" and key_of(value) not in _SYSTEMS:
            self.report("SHT05", cells[1][1], words.other_system(value), warning=True)

    def _take_course(self, key: str, cells: _Cells, filled: int) -> None:
        start = cells[0][1]
        if key in _FACTS and filled <= 2:
            self.report("SHT02", start, words.second_file(cells[0][0]))
            return
        self.widths.append((len(cells), start))
        found = self._filled(cells)
        if "id" not in found:
            if found:
                self.report("SHT05", start, words.no_id())
        elif filled == 1:
            self.report("SHT05", start, words.nothing_but_id(cells[0][0]), warning=True)
        else:
            self._keep(found, start)

    def _filled(self, cells: _Cells) -> _Found:
        """Return the cells that say something, by column; what stands under no column is told."""
        assert self.columns is not None
        found: dict[Column, tuple[str, _Place]] = {}
        for index, (text, place) in enumerate(cells):
            column = self.columns.get(index)
            if not text.strip() or (column in MAY_SAY_NOTHING and says_nothing(text)):
                continue
            if holds_control(text):
                self.report("SHT05", place, words.control(text))
            elif column is None:
                self.report("SHT03", place, words.no_column(text), warning=True)
            else:
                found[column] = text, place
        return found

    def _keep(self, found: _Found, start: _Place) -> None:
        id_ = read_id(found["id"][0])
        headed = set((self.columns or {}).values())
        if "credits" in headed and "credits" not in found:
            self.without_credits.append((id_, start))
        if "name" in headed and found.keys().isdisjoint(("name", "prefix", "number")):
            self.report("SHT05", start, words.no_name(id_), warning=True)
        texts: dict[Column, str] = {column: read_text(text) for column, (text, _) in found.items()}
        prefix, number = texts.get("prefix", ""), texts.get("number", "")
        course = CsvCourse(
            id_,
            texts.get("name") or f"{prefix} {number}".strip() or id_,
            prefix,
            number,
            self._value(found, "credits", read_credits),
            self._value(found, "term", read_term),
            tuple(self._requisites(id_, found)),
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

    def _requisites(self, course: str, found: _Found) -> Iterator[tuple[str, RequisiteKind]]:
        for column, kind in REQUISITE_COLUMNS.items():
            if column not in found:
                continue
            text, place = found[column]
            try:
                ids = read_ids(text)
            except CellError as error:
                self.report("SHT05", place, error.texts)
                continue
            self.requisites.append((course, place, ids))
            yield from ((id_, kind) for id_ in ids)

    def finish(self, *, ends: bool) -> CurricularReading:
        """Return what all rows said; ``ends``: the last line of the file ends as lines do."""
        if not self.has_header:
            self.report("SHT02", (1, 1), words.not_this_format())
        elif not self.courses and not any(found.severity is Severity.ERROR for found in self.diagnostics):
            self.report("SHT02", (1, 1), words.no_courses())
        if self.without_credits:
            ids = [id_ for id_, _ in self.without_credits]
            self.report("SHT05", self.without_credits[0][1], words.no_credits(ids), warning=True)
        self._look_at_widths(ends)
        self._read_by_name()
        ordered = tuple(sorted(dict.fromkeys(self.diagnostics), key=lambda found: found.sort_key))
        return CurricularReading(self._curriculum() if self.courses else None, ordered)

    def _look_at_widths(self, ends: bool) -> None:
        """Tell rows that have more cells than the header and most others, and a last row that breaks off."""
        if not self.widths:
            return
        widths = Counter(width for width, _ in self.widths)
        usual = max(widths, key=lambda width: (widths[width], width))
        told = {found.position.line for found in self.diagnostics if found.code == "SHT03"}
        for width, place in self.widths:
            if width > max(usual, self.widths[0][0]) and place[0] not in told:
                self.report("SHT03", place, words.too_wide(width, usual), warning=True)
        last, place = self.widths[-1]
        if not ends and last < usual:
            self.report("SHT01", place, words.cut_off(last, usual), warning=True)

    def _read_by_name(self) -> None:
        """Take requisites that are no id for the course of that prefix and number, where it is but one; tell the others."""
        named: dict[str, list[str]] = {}
        for course in self.courses.values():
            if course.number:
                named.setdefault(_called(course), []).append(course.id)
        for id_, place, ids in self.requisites:
            meant = {written: self._meant(written, named) for written in ids if written not in self.courses}
            known = {written: found[0] for written, found in meant.items() if len(found) == 1}
            if known and id_ in self.courses:
                self.report("SHT06", place, words.by_name([*known.items()]), warning=True)
                course = self.courses[id_]
                edges = ((known.get(before, before), kind) for before, kind in course.requisites)
                self.courses[id_] = replace(course, requisites=tuple(dict.fromkeys(edges)))
            unknown = [written for written in meant if written not in known and written not in self.unread]
            if unknown:
                several = [id_ for written in unknown for id_ in meant[written]]
                self.report("SHT06", place, words.unknown(unknown, several), warning=True)

    def _meant(self, written: str, named: Mapping[str, list[str]]) -> list[str]:
        """Return the ids of the courses that are called ``written``, as ``MATH160``, or ``MATH160_12`` with the id behind it."""
        name, _, id_ = written.rpartition("_")
        if id_ in self.courses and _called(self.courses[id_]) == key_of(name):
            return [id_]
        return named.get(key_of(written), [])

    def _curriculum(self) -> CsvCurriculum:
        system: SystemType = _SYSTEMS.get(key_of(self.facts.get("system", "")), "semester")
        name = self.facts.get("curriculum") or Path(self.name).stem
        return CsvCurriculum(name, self.facts.get("institution", ""), system, tuple(self.courses.values()))


def _called(course: CsvCourse) -> str:
    return key_of(f"{course.prefix}{course.number}")
