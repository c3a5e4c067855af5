"""A foreign curriculum → the files of a workspace: model, curriculum and one example person, as text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from competency_engine.graph.faults import same_term
from competency_engine.interop.curricular_courses import CsvCourse, CsvCurriculum
from competency_engine.interop.curricular_ids import CourseIds, name_courses, name_domains, slug
from competency_engine.interop.yaml_text import Fields, document, file_text
from competency_engine.lint.fields import normalised
from competency_engine.text import Text, say

PERSON = "学员0001"
"""The label of the synthetic person that every converted workspace has."""
LEAST_HOURS = 0.25
HOURS_UNSTATED = 1.0
_COMMUNITY = "社区0001"
_SOURCE = "csv-file"
_POST_SINCE = "2020-09-01"
_MOST_HOURS = 400
_MOST_YEARS = 2
"""Years of a drafted horizon at most: a file of credits says nothing of calendar months, and shorter horizons are planned faster."""
_HAN = re.compile("[\u3400-\u9fff]")
_TERMS_A_YEAR = {"semester": 2, "quarter": 3}
_CREDITS_A_YEAR = {"semester": 30, "quarter": 45}
_MODES = ("rotation", "thematic", "shadowing", "field_base", "online")
_GAP_FORMS = (
    ("knowledge", ("lecture", "online_course", "case_analysis")),
    ("quality", ("discussion", "mentoring")),
    ("ability", ("exercise", "work_task", "placement")),
)
_ONE_FORM = "# allow PAI04: CSV 里每门课只有一种形式 / the CSV file has one form a course"


def workspace_files(curriculum: CsvCurriculum, file_name: str) -> dict[str, str]:
    """Return the files of a workspace by path: what ``curriculum`` says, as a model and a curriculum of this program.

    A domain for each prefix; for each course a unit (level 1 = passed), a topic and its one module, which brings the unit. Courses
    joined by strict corequisites share a topic and are pairs. Prerequisites and corequisites are modules required first: at the
    latest earlier in the same month. One role requires every unit. The policy leaves room for all of it.

    Args:
        curriculum: one that ``faults.why_invalid`` finds nothing wrong with.
        file_name: name of the file that it was read from; every document's source names it.
    """
    draft = _Draft(curriculum, file_name)
    head = [draft.model(), draft.source(), draft.role(), draft.community_type()]
    return {
        f"models/{draft.id}/model.yaml": file_text(head, ".."),
        f"models/{draft.id}/units.yaml": file_text([*draft.domains(), *draft.units()], ".."),
        f"curricula/{draft.id}/curriculum.yaml": file_text([draft.head(), draft.policy()], "../../models"),
        f"curricula/{draft.id}/courses.yaml": file_text(draft.courses(), "../../models"),
        "people/communities.csv": f"\ufeff社区,社区类型\n{_COMMUNITY},campus\n",
        "people/people.csv": f"\ufeff学员,社区,任现职日期,角色\n{PERSON},{_COMMUNITY},{_POST_SINCE},\n",
    }


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _title(noun: Text, name: str, id_: str) -> dict[str, str]:
    """Return ``name`` in both languages; it is in one alone, and the other says what it is and which."""
    if _HAN.search(name):
        return _both(name, f"{noun.en} {id_}" if id_.isascii() else noun.en)
    return _both(f"{noun.zh} {name}", name)


@dataclass(frozen=True)
class _Draft:
    """One workspace on its way."""

    curriculum: CsvCurriculum
    file_name: str

    @cached_property
    def id(self) -> str:
        return slug(self.curriculum.name) or "curriculum"

    @cached_property
    def ids(self) -> Mapping[str, CourseIds]:
        return name_courses(self.curriculum)

    @cached_property
    def domain_ids(self) -> Mapping[str, str]:
        return name_domains(self.curriculum)

    @cached_property
    def titles(self) -> dict[str, dict[str, str]]:
        """Title of each course; a name that several have is numbered."""
        seen: dict[str, int] = {}
        found = {}
        for course in self.curriculum.courses:
            key = normalised(course.name)
            seen[key] = seen.get(key, 0) + 1
            name = course.name if seen[key] == 1 else f"{course.name} ({seen[key]})"
            unit = self.ids[course.id].unit
            found[course.id] = _title(say("课程", "Course"), name, unit if unit.isascii() else course.id)
        return found

    @property
    def _drafted(self) -> Fields:
        return {"certainty": "illustrative", "sources": [_SOURCE]}

    @property
    def _taken(self) -> Fields:
        return {"certainty": "secondary", "sources": [_SOURCE]}

    def model(self) -> str:
        level = {
            "autonomy": _both("无", "None"),
            "complexity": _both("无", "None"),
            "influence": _both("本人", "Own work"),
        }
        evidence = _both("课程成绩", "The grade of the course")
        scale = [
            {"level": 0, "title": _both("未通过", "Not passed"), **level, "evidence": evidence},
            {"level": 1, "title": _both("通过", "Passed"), **level, "evidence": evidence},
        ]
        tiers = [{"id": "courses", "title": _both("课程", "Courses")}]
        title = _title(say("培养方案", "Curriculum"), self.curriculum.name, self.id)
        return document("competency_model", self.id, {"title": title, "scale": scale, "tiers": tiers, **self._drafted})

    def source(self) -> str:
        publisher = {"publisher": self.curriculum.institution} if self.curriculum.institution else {}
        return document(
            "source",
            _SOURCE,
            {
                "title": _both(f"CSV 文件 {self.file_name}", f"The CSV file {self.file_name}"),
                **publisher,
                "certainty": "secondary",
                "note": _both("由 competency-engine convert 转换。", "Converted by competency-engine convert."),
            },
        )

    def role(self) -> str:
        required = {self.ids[course.id].unit: 1 for course in self.curriculum.courses}
        return document(
            "role",
            "graduate",
            {
                "title": _both("完成培养方案", "Completing the curriculum"),
                "months_in_post": {"at_least": 0},
                "requires": required,
                "skill_level": 1,
                "urgent_skill_level": 1,
                **self._taken,
            },
        )

    def community_type(self) -> str:
        return document("community_type", "campus", {"title": _both("院校", "Institution"), **self._drafted})

    def domains(self) -> Iterator[str]:
        for prefix, id_ in self.domain_ids.items():
            title = _title(say("学科", "Subject"), prefix, id_) if prefix else _both("其他课程", "Other courses")
            yield document("domain", id_, {"title": title, "tier": "courses", **self._taken})

    def units(self) -> Iterator[str]:
        for course in self.curriculum.courses:
            title = self.titles[course.id]
            zh, en = f"通过“{course.name}”的考核", f"Passes the course “{title['en']}”"
            yield document(
                "unit",
                self.ids[course.id].unit,
                {
                    "domain": self.domain_ids[course.prefix],
                    "title": title,
                    "definition": _both(zh, en),
                    "levels": [{"level": 1, "indicators": [_both(zh, en)]}],
                    **self._taken,
                },
            )

    def courses(self) -> Iterator[str]:
        by_topic: dict[str, list[CsvCourse]] = {}
        for course in self.curriculum.courses:
            by_topic.setdefault(self.ids[course.id].topic, []).append(course)
        for topic, courses in by_topic.items():
            yield self._topic(topic, courses)
            yield from (self._module(course, courses) for course in courses)

    def _topic(self, topic: str, courses: list[CsvCourse]) -> str:
        return document(
            "topic",
            topic,
            {
                "unit": self.ids[courses[0].id].unit,
                "title": self.titles[courses[0].id],
                "hours": {"theory": 0, "cognition": sum(map(hours_of, courses)), "practice": 0},
                "paths": [[self.ids[course.id].module for course in courses]],
                **self._taken,
            },
            _ONE_FORM,
        )

    def _module(self, course: CsvCourse, group: list[CsvCourse]) -> str:
        known = self.curriculum.requisites.index
        before = dict.fromkeys(id_ for id_, _ in course.requisites if id_ in known)
        # One of the group is the partner of all others, so all of them share its month.
        partners = group[1:] if course is group[0] else group[:1]
        optional: dict[str, object] = {
            "requires": [{"module": self.ids[id_].module} for id_ in before],
            "pairs_with": [self.ids[partner.id].module for partner in partners],
            "note": _note(course),
        }
        ids = self.ids[course.id]
        return document(
            "module",
            ids.module,
            {
                "topic": ids.topic,
                "title": self.titles[course.id],
                "phase": "cognition",
                "mode": "rotation",
                "form": "lecture",
                "hours": hours_of(course),
                **{key: value for key, value in optional.items() if value},
                "brings": {ids.unit: 1},
                **self._taken,
            },
        )

    def head(self) -> str:
        title = _title(say("课程体系", "Curriculum"), self.curriculum.name, self.id)
        system = {"system": "quarter"} if self.curriculum.system == "quarter" else {}
        return document(
            "curriculum", self.id, {"title": title, "model": self.id, "policy": "room-for-all", **system, **self._taken}
        )

    def policy(self) -> str:
        room = plan_room(self.curriculum)
        return document(
            "policy",
            "room-for-all",
            {
                "title": _both("容得下全部课程", "Room for every course"),
                "budget": {"hours_per_year": room.hours_per_year, "counts": list(_MODES)},
                "hours_per_month": room.hours_per_month,
                "horizon_months": room.years * 12,
                "prerequisites_by": "same_month",
                "topic_done_level": 1,
                "unassessed": "zero",
                "default_gap_kind": "knowledge",
                "gap_kinds": [{"kind": kind, "urgency": 1, "forms": list(forms)} for kind, forms in _GAP_FORMS],
                **self._drafted,
                "note": _both(
                    "学时即学分。一年的预算：平均每年的学分加最大的一门；一个月：一个学期的学分。",
                    "Hours are credit hours. A year: the average of a year and the largest course; a month: the credits of a term.",
                ),
            },
        )


def hours_of(course: CsvCourse) -> float:
    """Return the credit hours of a module: those of the course, in quarters and at least one; 1 where the file has none."""
    stated = HOURS_UNSTATED if course.credits is None else course.credits
    return max(LEAST_HOURS, math.ceil(stated * 4) / 4)


def _note(course: CsvCourse) -> dict[str, str] | None:
    if course.credits is None:
        return _both("文件没有写学分，按1学时计。", "The file states no credit hours; planned as 1 hour.")
    if course.credits != hours_of(course):
        return _both(
            f"文件写 {course.credits:g} 学分，按 {hours_of(course):g} 学时计，最小单位是 {LEAST_HOURS:g}。",
            f"{course.credits:g} credit hours in the file, planned as {hours_of(course):g}: hours are in steps of {LEAST_HOURS:g}.",
        )
    return None


@dataclass(frozen=True, slots=True)
class Room:
    """What a policy must allow for every course to fit: years of the plan, hours of a year and of a month."""

    years: int
    hours_per_year: float
    hours_per_month: float


def plan_room(curriculum: CsvCurriculum) -> Room:
    """Return room in which every course fits, in whatever order prerequisites ask for.

    Years: the terms of the plan; without terms, the credits at 30 (quarters: 45) a year; 1 or 2, and longer
    horizons are for the office to write. A year holds its share of the
    credits and the largest block of courses that share a term, so that no year ends with a block that fits nowhere. A month holds a
    term's share, and the largest block. Neither exceeds the 400 hours that a policy may state.
    """
    hours = {course.id: hours_of(course) for course in curriculum.courses}
    total = sum(hours.values())
    blocks = [sum(hours[id_] for id_ in block) for block in same_term(curriculum.requisites)]
    largest = max([*hours.values(), *blocks], default=LEAST_HOURS)
    terms_a_year = _TERMS_A_YEAR[curriculum.system]
    needed = (
        max(curriculum.terms.values()) / terms_a_year
        if curriculum.terms
        else total / _CREDITS_A_YEAR[curriculum.system]
    )
    years = min(_MOST_YEARS, max(1, math.ceil(needed)))
    per_year = math.ceil(total / years + largest)
    per_month = max(math.ceil(per_year / terms_a_year), math.ceil(largest))
    return Room(years, min(_MOST_HOURS, per_year), min(_MOST_HOURS, per_month))
