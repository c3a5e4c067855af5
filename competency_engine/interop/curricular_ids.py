"""Ids of a foreign curriculum → ids of this program: safe, readable, each of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from competency_engine.graph.requisites import components
from competency_engine.interop.curricular_courses import CsvCourse, CsvCurriculum

_LONGEST = 48
"""Letters of a slug; with what is put behind it an id stays within its 64."""


@dataclass(frozen=True, slots=True)
class CourseIds:
    """What one course becomes: a unit, a topic (shared with its strict corequisites) and a module."""

    unit: str
    topic: str
    module: str


def slug(text: str) -> str:
    """Return ``text`` as part of an id: letters of any script and digits, joined by single hyphens; empty when there are none.

    >>> slug(" CIS/WRD 110 "), slug("(--)")
    ('CIS-WRD-110', '')
    """
    joined = "-".join(re.findall(r"[^\W_]+", text))
    return joined[:_LONGEST].rstrip("-")


def name_courses(curriculum: CsvCurriculum) -> Mapping[str, CourseIds]:
    """Return the ids of each course, by its id in the file.

    A unit is called by prefix and number (``BW-101``), else by the course's name; where several courses would be called the same, the
    id of the file is added to each. The topic is the unit with ``-T``, that of the first course for courses joined by strict
    corequisites; its modules are numbered (``BW-101-T1``).
    """
    units = _units(curriculum)
    found: dict[str, CourseIds] = {}
    for group in strict_groups(curriculum):
        topic = f"{units[group[0]]}-T"
        for number, id_ in enumerate(group, start=1):
            found[id_] = CourseIds(units[id_], topic, f"{topic}{number}")
    return found


def strict_groups(curriculum: CsvCurriculum) -> Iterator[tuple[str, ...]]:
    """Yield the ids of the courses that strict corequisites join, a course without any alone, in the order of the file."""
    requisites = curriculum.requisites
    links = (
        (requisites.index[one], requisites.index[other]) for one, other, kind in requisites.known if kind == "strict_co"
    )
    for group in components(len(requisites.courses), links):
        yield tuple(requisites.courses[course] for course in group)


def _units(curriculum: CsvCurriculum) -> dict[str, str]:
    wanted = {course.id: _wanted(course) for course in curriculum.courses}
    often = Counter(id_.casefold() for id_ in wanted.values())
    taken: set[str] = set()
    units: dict[str, str] = {}
    for course in curriculum.courses:
        base = wanted[course.id]
        if often[base.casefold()] > 1 or not base:
            base = f"{base or 'course'}-{slug(course.id)[:12]}".rstrip("-")
        units[course.id] = _free(base, taken)
    return units


def _wanted(course: CsvCourse) -> str:
    return slug(f"{course.prefix} {course.number}") if course.number else slug(course.name)


def _free(base: str, taken: set[str]) -> str:
    """Return ``base``, numbered where it or what is made of it is taken, and add it to ``taken``."""
    number, id_ = 1, base
    while not taken.isdisjoint(made := {f"{id_}{end}".casefold() for end in ("", "-T", "-T1")}):
        number += 1
        id_ = f"{base}-{number}"
    taken |= made
    return id_


def name_domains(curriculum: CsvCurriculum) -> Mapping[str, str]:
    """Return the id of the domain of each prefix; of courses without one, ``other``."""
    taken: set[str] = set()
    prefixes = dict.fromkeys(course.prefix for course in curriculum.courses)
    return {prefix: _free(slug(prefix) or "other", taken) for prefix in prefixes}
