"""A foreign curriculum as its CSV file states it: courses and what each requires."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from competency_engine.diagnostics import Diagnostic, Position, Severity
from competency_engine.graph.requisites import RequisiteKind, Requisites

SystemType = Literal["semester", "quarter"]


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
    """What reading a file gave.

    Attributes:
        found: what could be read, in spite of errors; None where there are no courses.
        diagnostics: all that is wrong or worth a warning, by place.
    """

    found: CsvCurriculum | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def curriculum(self) -> CsvCurriculum | None:
        """What the file says; None after an error."""
        return None if any(one.severity is Severity.ERROR for one in self.diagnostics) else self.found
