"""The CSV of CurricularAnalytics: read generously, every fault named at its place, and never a traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from competency_engine.diagnostics import Severity
from competency_engine.interop.curricular_csv import (
    MAX_COURSES,
    MAX_FILE_BYTES,
    CsvCurriculum,
    CurricularReading,
    read_curricular,
    read_curricular_file,
)

DATA = Path(__file__).parents[1] / "graph" / "data" / "curricula"
FILES = sorted(DATA.rglob("*.csv"))
HEADER = "Course ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Strict-Corequisites,Credit Hours,Term\n"


def read(text: str) -> CurricularReading:
    return read_curricular(text.encode(), "plan.csv")


def found(text: str) -> list[tuple[str, str, str]]:
    """Return code, place and English words of each finding."""
    return [(d.code, f"{d.position.line}:{d.position.column}", d.message.en) for d in read(text).diagnostics]


def curriculum(text: str) -> CsvCurriculum:
    reading = read(text)
    assert reading.curriculum is not None, reading.diagnostics
    return reading.curriculum


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_real_file_is_read_without_a_finding(path: Path) -> None:
    reading = read_curricular_file(path, path.name)

    assert reading.curriculum is not None
    assert reading.diagnostics == ()


def test_a_degree_plan_has_head_terms_and_additional_courses() -> None:
    plan = read_curricular_file(DATA / "degree_plan.csv", "degree_plan.csv").curriculum
    assert plan is not None
    by_id = {course.id: course for course in plan.courses}

    assert (plan.name, plan.institution, plan.system) == (
        "Underwater Basket Weaving",
        "ACME State University",
        "semester",
    )
    assert len(plan.courses) == 16
    assert [course.id for course in plan.courses if course.additional] == ["13", "14", "15", "16"]
    assert (by_id["6"].name, by_id["6"].prefix, by_id["6"].number) == ("Advanced Basketry", "BW", "201")
    assert (by_id["6"].credits, by_id["6"].term) == (3, 3)
    assert by_id["6"].requisites == (("4", "pre"), ("5", "pre"), ("3", "co"))
    assert by_id["4"].requisites == (("1", "pre"), ("5", "strict_co"))
    assert (by_id["16"].position.line, by_id["16"].position.column) == (26, 1)
    assert plan.terms["16"] == 4


def test_the_format_of_the_r_package_has_labels_terms_and_requisites() -> None:
    plan = read_curricular_file(DATA / "Example-Curriculum.csv", "Example-Curriculum.csv").curriculum
    assert plan is not None

    assert (plan.name, plan.institution, plan.system) == ("Example-Curriculum", "", "semester")
    assert plan.courses[4].name == "STAT 230"
    assert plan.courses[4].requisites == (("3", "pre"), ("2", "pre"))
    assert (plan.courses[4].term, plan.courses[4].credits) == (3, None)


def test_encodings_line_ends_marks_separators_and_quotes_make_no_difference() -> None:
    text = (
        "Curriculum,Ärger & Co\r\nSystem Type,Quarter\r\nCourses,,\r\n"
        + HEADER
        + '1,"A, B",X,1,,,,3,\r\n2,C,X,2,"1",,,3,,,\r\n'
    )
    plain = curriculum(text)
    latin = read_curricular(text.encode("cp1252"), "plan.csv")

    assert (plain.name, plain.system, plain.courses[0].name) == ("Ärger & Co", "quarter", "A, B")
    for data in (text.encode("utf-8-sig"), text.encode("utf-16"), text.replace("\r\n", "\r").encode()):
        assert read_curricular(data, "plan.csv").curriculum == plain
    semicolons = 'Courses;;\nCourse ID;Course Name;Prerequisites\n1;"A, B";\n2;C;"1"\n'
    assert [c.requisites for c in curriculum(semicolons).courses] == [(), (("1", "pre"),)]
    assert latin.curriculum == plain
    assert [(d.code, d.severity, d.position.line) for d in latin.diagnostics] == [("SHT01", Severity.WARNING, 1)]


def test_chinese_names_in_gb18030_are_read() -> None:
    text = "Curriculum,社区工作\nCourses\nCourse ID,Course Name,Prerequisites\n1,走访,\n2,议事,1\n"
    reading = read_curricular(text.encode("gb18030"), "plan.csv")

    assert reading.curriculum is not None
    assert [course.name for course in reading.curriculum.courses] == ["走访", "议事"]
    assert reading.diagnostics == ()


def test_ids_that_a_spreadsheet_made_decimals_are_the_same_ids() -> None:
    plan = curriculum("Courses\n" + HEADER + "1.0,A,,,,,,3,\n02,B,,,1;001.0,,,3,\n")

    assert [(course.id, course.requisites) for course in plan.courses] == [("1", ()), ("2", (("1", "pre"),))]


def test_all_faults_of_a_file_come_at_once_with_line_and_column() -> None:
    text = (
        "Curriculum,X\nSystem Type,trimester\nCourses\n"
        + HEADER
        + "1,A,M,1,,,,three,1\n"
        + "2,B,M,2,9;M1,,,3,0\n"
        + "1,C,M,3,,,,-1,1.5\n"
        + ",D,M,4,,,,3,\n"
        + "5,E,M,5,,,,3,1,extra\n"
        + '6,"F,M,6,,,,3,\n'
    )

    assert found(text) == [
        ("SHT05", "2:13", "the system type “trimester” is read as semester"),
        ("SHT05", "5:12", "the credit hours “three” are no number"),
        ("SHT06", "6:9", "no such course: 9, M1; ignored"),
        ("SHT05", "6:18", "the term “0” is no number of a term"),
        ("SHT08", "7:1", "the id 1 stands twice"),
        ("SHT05", "7:12", "the credit hours “-1” are no number"),
        ("SHT05", "7:15", "the term “1.5” is no number of a term"),
        ("SHT05", "8:1", "a course without an id"),
        ("SHT03", "9:16", "“extra” stands in a column that is not read"),
        ("SHT05", "10:3", "a quote never closes; the row was not read"),
    ]
    assert read(text).curriculum is None
    twice = next(d for d in read(text).diagnostics if d.code == "SHT08")
    assert twice.related[0].position.line == 5
    unknown = next(d for d in read(text).diagnostics if d.code == "SHT06")
    assert unknown.mend.en == "if A is meant, write 1"


@pytest.mark.parametrize("credits", ["nan", "inf", "1e3", "0x3", "3-4", "401", "9" * 30, "٣..", "1,5"])
def test_credits_are_plain_numbers(credits: str) -> None:
    assert [code for code, _, _ in found(f'Courses\n{HEADER}1,A,,,,,,"{credits}",\n')] == ["SHT05"]


def test_warnings_leave_a_curriculum() -> None:
    text = "Curiculum,X\nCourses\n" + HEADER.replace("Term", "Colour") + "1,A,,,7,,,,\n"

    assert found(text) == [
        ("SHT02", "1:1", "the row “Curiculum” is not known and not read"),
        ("SHT03", "3:97", "the column “Colour” is not known"),
        ("SHT05", "4:1", "the course 1 has no credit hours"),
        ("SHT06", "4:7", "no such course: 7; ignored"),
    ]
    assert len(curriculum(text).courses) == 1
    assert curriculum(text).requisites.known == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Curriculum,X\nInstitution,Y\n",
            [("SHT02", "1:1", "no header of courses: no CSV file of CurricularAnalytics")],
        ),
        ("Courses\n" + HEADER, [("SHT02", "1:1", "there are no courses below the header")]),
        ("Courses\n1,A\n2,B\n", [("SHT03", "2:1", "this section has no header; none of its rows was read")]),
        (
            "Courses\nCourse Name,Prefix,Number,Prerequisites\nA,M,1,\n",
            [("SHT03", "2:1", "the header has no “Course ID”")],
        ),
        (
            "Courses\nCourse ID,Course Name,Prerequisites,Course Name\n1,A,,B\n",
            [
                ("SHT03", "2:37", "the column “Course Name” stands twice"),
                ("SHT03", "3:6", "“B” stands in a column that is not read"),
            ],
        ),
    ],
    ids=["no header", "no courses", "rows without header", "no id column", "column twice"],
)
def test_what_is_missing_is_named(text: str, said: list[tuple[str, str, str]]) -> None:
    assert found(text) == said
    assert read(text).curriculum is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n", "the file is empty"),
        (b"PK\x03\x04\x00\x00\x00\x08" * 40, "the file is no text"),
        (bytes(range(256)) * 8, "the file is no text"),
        (b"a" * (MAX_FILE_BYTES + 1), f"the file has {MAX_FILE_BYTES + 1:,} bytes, too many"),
    ],
    ids=["empty", "blank", "zip", "all bytes", "too big"],
)
def test_what_is_no_text_is_refused(data: bytes, said: str) -> None:
    reading = read_curricular(data, "plan.csv")

    assert reading.curriculum is None
    assert [(d.code, d.message.en) for d in reading.diagnostics] == [("SHT01", said)]


def test_a_file_that_is_not_there_and_one_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    big.write_bytes(b"," * (MAX_FILE_BYTES + 1))

    for path in (tmp_path / "none.csv", tmp_path, big):
        (refused,) = read_curricular_file(path, path.name).diagnostics
        assert (refused.code, refused.severity) == ("SHT01", Severity.ERROR)


def test_more_courses_than_the_limit_are_refused_once() -> None:
    text = "Courses\n" + HEADER + "".join(f"{number},A,,,,,,3,\n" for number in range(MAX_COURSES + 5))

    assert [code for code, _, _ in found(text)] == ["SHT01"]


_PIECES = (
    b"\x00",
    b"\xff\xfe",
    b'"',
    b"\n",
    b"\r",
    b",",
    b";",
    b"\x1b[2J",
    b"\xe2\x80\xae",
    b"nan",
    b"-1",
    b"1e999",
    b"Courses\n",
    b"",
)


def _mutant(seed: int) -> bytes:
    """Return a real file broken one to six times: bytes changed, cut, doubled or put in, lines moved or removed."""
    rng = random.Random(seed)
    data = bytearray(rng.choice(FILES).read_bytes())
    for _ in range(rng.randint(1, 6)):
        place, end = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
        how = rng.randrange(5)
        if how == 0:
            data[place : place + 1] = bytes([rng.randrange(256)])
        elif how == 1:
            data[place:place] = rng.choice(_PIECES)
        elif how == 2:
            data[place:end] = data[place:end] * rng.choice((0, 2))
        elif how == 3:
            lines = data.splitlines(keepends=True)
            rng.shuffle(lines)
            data = bytearray(b"".join(lines))
        else:
            del data[place : min(end, place + 40)]
    return bytes(data)


@pytest.mark.parametrize("seed", range(200))
def test_a_broken_file_gives_a_value_or_clear_words(seed: int) -> None:
    reading = read_curricular(_mutant(seed), "mutant.csv")

    errors = [d for d in reading.diagnostics if d.severity is Severity.ERROR]
    assert (reading.curriculum is None) is bool(errors)
    for d in reading.diagnostics:
        assert d.position.line >= 1
        assert d.position.column >= 1
        assert all((d.message.zh, d.message.en, d.expected.zh, d.expected.en, d.mend.zh, d.mend.en))
    if reading.curriculum is not None:
        assert reading.curriculum.courses
        assert len(reading.curriculum.requisites.courses) == len(reading.curriculum.courses)
