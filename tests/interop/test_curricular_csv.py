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
    (guessed,) = set(latin.diagnostics) - set(read(text).diagnostics)
    assert (guessed.code, guessed.severity, guessed.position.line) == ("SHT01", Severity.WARNING, 1)


def test_chinese_names_in_gb18030_are_read() -> None:
    text = "Curriculum,社区工作\nCourses\nCourse ID,Course Name,Prerequisites\n1,走访,\n2,议事,1\n"
    reading = read_curricular(text.encode("gb18030"), "plan.csv")

    assert reading.curriculum is not None
    assert [course.name for course in reading.curriculum.courses] == ["走访", "议事"]
    assert reading.diagnostics == ()


@pytest.mark.parametrize(
    ("name", "encoding", "said"),
    [
        ("社区议事与镕、喆", "gbk", []),
        ("走访𠮷", "gb18030", ["this line is no UTF-8; read as GB18030"]),
        ("Gödel, Müller and the café", "cp1252", ["this line is no UTF-8; read as Windows-1252"]),
    ],
)
def test_rare_characters_are_read_and_a_guess_is_told(name: str, encoding: str, said: list[str]) -> None:
    """镕 and 喆 are of GBK, not of GB2312; of two characters nobody can be sure; letters with accents look like rare characters."""
    reading = read_curricular(f'Course ID,Course Name,Prerequisites\n1,"{name}",\n'.encode(encoding), "plan.csv")

    assert reading.curriculum is not None
    assert reading.curriculum.courses[0].name == name
    assert [found.message.en for found in reading.diagnostics] == said


def test_requisites_by_prefix_and_number_are_the_course_that_is_called_so() -> None:
    """NuAnalytics writes MATH160 for the course with the id 1, and SCI2_4 where several are called SCI2."""
    text = (
        "Courses\n" + HEADER + "1,Calculus,MATH,160,,,,4,\n2,More,CS,165,math 160;7,,,4,\n"
        "3,Science,SCI,2,CS165,MATH160,,4,\n4,Science,SCI,2,,SCI2_3,,4,\n5,Project,CS,400,SCI2,,,4,\n"
    )

    assert [course.requisites for course in curriculum(text).courses] == [
        (),
        (("1", "pre"), ("7", "pre")),
        (("2", "pre"), ("1", "co")),
        (("3", "co"),),
        (("SCI2", "pre"),),
    ]
    assert [words for _, _, words in found(text)] == [
        "no such course: 7; ignored",
        "read by prefix and number: math 160 as 1",
        "read by prefix and number: CS165 as 2",
        "read by prefix and number: MATH160 as 1",
        "read by prefix and number: SCI2_3 as 3",
        "no such course: SCI2; ignored",
    ]
    assert read(text).diagnostics[-1].mend.en == "several courses are called so, write an id: 3, 4"


def test_a_course_beyond_the_limit_may_name_others_by_prefix_and_number() -> None:
    rows = "".join(f"{n},A{n},M,{n},,,,3,\n" for n in range(1, MAX_COURSES + 1))
    reading = read("Courses\n" + HEADER + rows + "beyond,B,N,1,M1,,,3,\n")
    assert [found.code for found in reading.diagnostics] == ["SHT01"]


def test_quotes_that_do_not_close_lose_their_row_alone_and_blanks_before_quotes_nothing() -> None:
    text = "Courses\n" + HEADER + '1, "Data, Structures", CS,2,,,,3,\n2,"Science: "Data",CS,3,1,,,3,\n3,C,CS,4,2,,,3,\n'

    assert found(text) == [
        (
            "SHT05",
            "4:3",
            "the quote that opens in line 4 never closes, or text follows where it closes; the row was not read",
        )
    ]
    whole = read(text).found
    assert whole is not None
    assert [(course.id, course.name, course.prefix) for course in whole.courses] == [
        ("1", "Data, Structures", "CS"),
        ("3", "C", "CS"),
    ]


def test_rows_that_are_no_courses_are_passed_over_and_told() -> None:
    text = (
        "# exported on a Monday\nCurriculum,X\nCourses\n" + HEADER + "1,A,M,1,,,,3,\n"
        '"# old: 9,B"\nExtra Courses\n2,B,M,2,,,,3,\nTotal,,,,,,,6,\n'
    )

    assert found(text) == [
        ("SHT05", "7:1", "the row holds “Extra Courses” alone; it is not read as a course"),
        ("SHT05", "9:1", "the course Total has no name"),
    ]
    assert [course.id for course in curriculum(text).courses] == ["1", "2", "Total"]


def test_rows_of_another_width_are_told() -> None:
    text = "Courses\n" + HEADER + "1,A,M,1,,,,3,\n2,Lab, or none,M,2,,,,3,\n3,C,M,3,,,,3,\n4,D,M"

    assert found(text) == [
        ("SHT03", "4:1", "the row has 10 cells, most others have 9"),
        ("SHT05", "4:1", "courses without credit hours: 2: 2, 4"),
        ("SHT01", "6:1", "the last row has 3 cells, most others have 9: was the file cut off?"),
    ]
    assert ("SHT01", "6:1") not in [(code, place) for code, place, _ in found(text + "\n")]


def test_two_curricula_in_one_file_are_refused() -> None:
    two = "Curriculum,X\nCourses\n" + HEADER + "1,A,M,1,,,,3,\nCurriculum,Y\nCourses\n" + HEADER + "2,B,M,2,,,,3,\n"
    assert found(two) == [("SHT02", "5:1", "“Curriculum” does not belong here: is this another curriculum?")]
    assert read(two).curriculum is None
    names = "Curriculum Name,X\nCurriculum,Y\nCourses\n" + HEADER + "1,A,M,1,,,,3,\n"
    assert [(code, place) for code, place, _ in found(names)] == [("SHT02", "2:1")]
    assert curriculum(names).name == "X"


@pytest.mark.parametrize(
    ("written", "system"),
    [("quarters", "quarter"), ("Semesters", "semester"), ("学季制", "quarter"), ("", "semester")],
)
def test_the_system_has_several_names(written: str, system: str) -> None:
    text = f"System Type,{written}\nCourses\n{HEADER}1,A,M,1,,,,3,\n"
    assert (curriculum(text).system, found(text)) == (system, [])


def test_cells_of_other_programs_are_understood() -> None:
    """NA is an empty cell of R; ids stand between semicolons, commas, bars or in brackets."""
    text = "Courses\n" + HEADER + '1,A,M,1,NA,none,-,NA,NA\n2,B,M,2,[1],,,3,\n3,C,M,3,1|2,,,3,\n4,D,M,4,"[1, 3]",,,3,\n'

    assert [[before for before, _ in course.requisites] for course in curriculum(text).courses] == [
        [],
        ["1"],
        ["1", "2"],
        ["1", "3"],
    ]
    assert [words for _, _, words in found(text)] == ["courses without credit hours: 1: 1"]


def test_a_misspelt_column_of_requisites_is_an_error_since_they_would_be_lost() -> None:
    text = "Courses\nCourse ID,Course Name,Requisities\n1,A,\n2,B,1\n"

    assert ("SHT03", "2:23", "the column “Requisities” is not known and not read; did you mean requisites?") in found(
        text
    )
    assert read(text).curriculum is None


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
        ("SHT05", "5:12", "the credit hours “three” are no number from 0 to 400"),
        ("SHT06", "6:9", "no such course: 9; ignored"),
        ("SHT06", "6:9", "read by prefix and number: M1 as 1"),
        ("SHT05", "6:18", "the term “0” is no number of a term"),
        ("SHT08", "7:1", "the id 1 stands twice"),
        ("SHT05", "7:12", "the credit hours “-1” are no number from 0 to 400"),
        ("SHT05", "7:15", "the term “1.5” is no number of a term"),
        ("SHT05", "8:1", "a course without an id"),
        ("SHT03", "9:16", "“extra” stands in a column that is not read"),
        (
            "SHT05",
            "10:3",
            "the quote that opens in line 10 never closes, or text follows where it closes; the row was not read",
        ),
    ]
    assert read(text).curriculum is None
    twice = next(d for d in read(text).diagnostics if d.code == "SHT08")
    assert twice.related[0].position.line == 5


@pytest.mark.parametrize("credits", ["nan", "inf", "1e3", "0x3", "3-4", "401", "9" * 30, "٣..", "1,5"])
def test_credits_are_plain_numbers(credits: str) -> None:
    assert [code for code, _, _ in found(f'Courses\n{HEADER}1,A,,,,,,"{credits}",\n')] == ["SHT05"]


def test_warnings_leave_a_curriculum() -> None:
    text = "Curiculum,X\nCourses\n" + HEADER.replace("Term", "Colour") + "1,A,,,7,,,,\n"

    assert found(text) == [
        ("SHT02", "1:1", "the row “Curiculum” is not known and not read"),
        ("SHT03", "3:97", "the column “Colour” is not known and not read"),
        ("SHT05", "4:1", "courses without credit hours: 1: 1"),
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
