"""A foreign curriculum as a workspace: what was written passes check, is planned, and says what the file says."""

from __future__ import annotations

import datetime as dt
import filecmp
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from competency_engine.audit.structure import measure_layers
from competency_engine.cli import app
from competency_engine.domain.entity import ModuleId, TopicId
from competency_engine.domain.library import Library
from competency_engine.errors import FilesInError, UsageError
from competency_engine.graph.structure import measure_structure
from competency_engine.interop.curricular_csv import read_curricular
from competency_engine.interop.curricular_ids import name_courses, slug
from competency_engine.interop.curricular_workspace import plan_room
from competency_engine.workflows.check import check
from competency_engine.workflows.convert import convert
from competency_engine.workflows.session import open_session

DATA = Path(__file__).parents[1] / "graph" / "data" / "curricula"
VALID = sorted(path for path in DATA.rglob("*.csv") if path.name != "big_unsatisfiable_curric.csv")
AS_OF = dt.date(2026, 11, 21)
HEADER = "Course ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Strict-Corequisites,Credit Hours\n"


@pytest.fixture(autouse=True)
def without_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPETENCY_ENGINE_CACHE", "off")


def written(folder: Path, rows: str, head: str = "Curriculum,X\nCourses\n" + HEADER) -> Path:
    file = folder / "x.csv"
    file.write_text(head + rows, encoding="utf-8")
    convert(file, folder / "out")
    return folder / "out"


def library(root: Path) -> Library:
    return open_session(root).library


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_valid_real_file_becomes_a_workspace_without_a_finding(path: Path, tmp_path: Path) -> None:
    converted = convert(path, tmp_path / "out")
    checked = check(tmp_path / "out", (), AS_OF)

    assert checked.diagnostics == ()
    assert checked.files == 6
    assert len(library(tmp_path / "out").units) == converted.courses
    assert all(warning.code == "SHT08" for warning in converted.warnings)


def test_terms_that_break_their_own_requisites_are_told_and_not_kept(tmp_path: Path) -> None:
    """Three of the published plans hold a course in the term of its prerequisite; the workspace is planned by months."""
    rows = "1,A,,,,,,3,1\n2,B,,,1,,,3,1\n3,C,,,,2,,3,\n4,D,,,2,,,3,2\n"
    file = tmp_path / "x.csv"
    file.write_text("Courses\n" + HEADER.replace("\n", ",Term\n") + rows, encoding="utf-8")
    found = convert(file, tmp_path / "out").warnings

    assert [(warning.position.line, warning.message.en) for warning in found] == [
        (4, "2 stands in term 1, its prerequisite 1 in term 1"),
        (5, "courses without a term: 1: 3"),
    ]
    assert check(tmp_path / "out", (), AS_OF).diagnostics == ()


@pytest.mark.parametrize("name", ["nuanalytics/Michigan_Ann_Arbor_CS", "nuanalytics/Colostate_CSDegree", "UH_EE_plan"])
def test_an_audit_of_the_workspace_has_the_metrics_of_the_file(name: str, tmp_path: Path) -> None:
    """Michigan has quarters: complexity counts two thirds there, rounded to one decimal."""
    read = read_curricular((DATA / f"{name}.csv").read_bytes(), name).curriculum
    assert read is not None
    convert(DATA / f"{name}.csv", tmp_path / "out")
    expected = measure_structure(read.requisites, quarters=read.system == "quarter")
    (layer,) = (one for one in measure_layers(library(tmp_path / "out")) if one.layer == "module")

    assert layer.metrics is not None
    modules = [ids.module for ids in name_courses(read).values()]
    for metric in ("blocking", "delay", "centrality", "complexity", "reachability"):
        ours, theirs = getattr(layer.metrics, metric), getattr(expected, metric)
        assert [ours.values[module] for module in modules] == list(theirs.values.values())
        assert ours.total == theirs.total


@pytest.mark.parametrize(("name", "courses"), [("UBW_curric", 6), ("nuanalytics/Michigan_Ann_Arbor_CS", 38)])
def test_the_example_person_is_planned_into_every_course(
    name: str, courses: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert(DATA / f"{name}.csv", tmp_path / "out")
    monkeypatch.chdir(tmp_path / "out")
    result = CliRunner().invoke(app, ["plan", "学员0001", "--as-of", "2026-11-21", "--lang", "en"])

    assert result.exit_code == 0
    assert f"in {courses} modules" in result.stdout
    assert "proven optimal in every stage" in result.stdout


def test_a_plan_of_four_years_breaks_its_ties_within_64_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """48 months and 38 modules: the months of twelve at once would be one number of 67 bits."""
    convert(DATA / "nuanalytics" / "Michigan_Ann_Arbor_CS.csv", tmp_path / "out")
    monkeypatch.chdir(tmp_path / "out")
    asked = ["plan", "学员0001", "--as-of", "2026-11-21", "--months", "48", "--hours", "49", "--format", "json"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["status"] == "optimal"


def test_courses_become_units_topics_modules_and_requirements(tmp_path: Path) -> None:
    """B needs A and, at the latest with it, C; D and E share a term, and E needs D first."""
    found = library(
        written(
            tmp_path,
            "1,A,MA,1,,,,4\n2,B,MA,2,1;99,3,,3\n3,C,CS,3,,,,2.5\n4,D,CS,4,,,,1\n5,E,,,,,4,1\n",
        )
    )
    modules = found.modules

    assert list(found.domains) == ["CS", "MA", "other"]
    assert {id_: unit.domain for id_, unit in found.units.items()} == {
        "CS-3": "CS",
        "CS-4": "CS",
        "E": "other",
        "MA-1": "MA",
        "MA-2": "MA",
    }
    assert [requirement.module for requirement in modules[ModuleId("MA-2-T1")].requires] == ["MA-1-T1", "CS-3-T1"]
    assert modules[ModuleId("CS-3-T1")].hours == 2.5
    assert found.topics[TopicId("CS-4-T")].paths == (("CS-4-T1", "CS-4-T2"),)
    assert modules[ModuleId("CS-4-T1")].pairs_with == ("CS-4-T2",)
    assert modules[ModuleId("CS-4-T2")].pairs_with == ("CS-4-T1",)
    assert [requirement.module for requirement in modules[ModuleId("CS-4-T2")].requires] == ["CS-4-T1"]
    assert modules[ModuleId("CS-4-T2")].brings == {"E": 1}
    assert found.roles["graduate"].requires == dict.fromkeys(found.units, 1)
    assert all(entity.sources == ("csv-file",) for entity in found.entities() if hasattr(entity, "sources"))
    assert found.sources["csv-file"].title.en == "The CSV file x.csv"
    assert found.sources["csv-file"].certainty == "secondary"


def test_credits_that_no_module_can_have_are_raised_and_say_so(tmp_path: Path) -> None:
    found = library(written(tmp_path, "1,A,M,1,,,,0\n2,B,M,2,,,,1.33\n3,C,M,3,,,,\n")).modules

    assert {id_: module.hours for id_, module in found.items()} == {"M-1-T1": 0.25, "M-2-T1": 1.5, "M-3-T1": 1.0}
    notes = {id_: module.note.en for id_, module in found.items() if module.note}
    assert notes == {
        "M-1-T1": "0 credit hours in the file, planned as 0.25: hours are in steps of 0.25.",
        "M-2-T1": "1.33 credit hours in the file, planned as 1.5: hours are in steps of 0.25.",
        "M-3-T1": "The file states no credit hours; planned as 1 hour.",
    }


def test_names_that_are_awkward_give_ids_of_their_own_and_no_finding(tmp_path: Path) -> None:
    """Two electives of one name, a number that is a word of YAML, a Chinese name, quotes, and nothing but punctuation."""
    root = written(
        tmp_path,
        '1,Elective,XX,XX,,,,3\n2,Elective,XX,XX,,,,3\n3,No,,no,,,,3\n4,社区治理,公管,101,,,,3\n5,"He said ""#: {x}""",,,,,,3\n6,???,,,,,,3\n'
        "7,1e3,,1e3,,,,3\n8,_under,_,_,,,,3\n",
    )

    assert sorted(library(root).units) == [
        "1e3", "He-said-x", "XX-XX-1", "XX-XX-2", "course-6", "course-8", "no", "公管-101",
    ]  # fmt: skip
    assert check(root, (), AS_OF).diagnostics == ()
    assert library(root).units["He-said-x"].title.en == 'He said "#: {x}"'
    assert library(root).units["公管-101"].title.zh == "社区治理"


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        convert(DATA / "degree_plan.csv", tmp_path / name)
    compared = filecmp.dircmp(tmp_path / "one", tmp_path / "two")

    assert compared.left_only == compared.right_only == []
    names = [path.relative_to(tmp_path / "one").as_posix() for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert len(names) == 7
    assert filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", names, shallow=False)[0] == names


def test_what_nobody_can_complete_is_refused_with_the_reason_and_the_rows(tmp_path: Path) -> None:
    with pytest.raises(FilesInError) as refused:
        convert(DATA / "big_unsatisfiable_curric.csv", tmp_path / "out")
    (contradiction,) = refused.value.diagnostics

    assert contradiction.code == "SHT08"
    assert contradiction.message.en == (
        "these cannot all hold: 40 before 44; 42 in the same term as 44; 42 not after 40"
    )
    assert [related.position.line for related in contradiction.related] == [47, 51, 49]
    assert not (tmp_path / "out").exists()


def test_a_cycle_and_the_faults_of_the_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FilesInError) as cycle:
        written(tmp_path, "1,A,,,2,,,3\n2,B,,,1;9,,,3\n")
    with pytest.raises(FilesInError) as faults:
        written(tmp_path, "1,A,,,2,,,x\n1,B,,,,,,y\n2,C,,,1,,,3\n")

    assert [d.message.en for d in cycle.value.diagnostics] == [
        "the requisites form a cycle: 1 → 2 → 1",
        "no such course: 9; ignored",
    ]
    assert [d.message.en for d in faults.value.diagnostics] == [
        "the requisites form a cycle: 1 → 2 → 1",
        "the credit hours “x” are no number from 0 to 400",
        "the id 1 stands twice",
        "the credit hours “y” are no number from 0 to 400",
    ]
    assert cycle.value.message.en == "1 errors, nothing was written"
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over_and_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="not an empty folder"):
        convert(DATA / "UBW_curric.csv", full)

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(UsageError, match="the disk is full"):
        convert(DATA / "UBW_curric.csv", tmp_path / "out")
    assert [path.name for path in full.iterdir()] == ["mine.txt"]
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_it_wrote_and_what_to_do_next(tmp_path: Path) -> None:
    good = CliRunner().invoke(
        app, ["convert", str(DATA / "UBW_curric.csv"), "--out", str(tmp_path / "out"), "--lang", "en"]
    )
    bad = CliRunner().invoke(app, ["convert", str(tmp_path / "no.csv"), "--out", str(tmp_path / "b"), "--lang", "en"])

    assert good.exit_code == 0
    assert good.stdout.splitlines()[0].endswith("out/curricula/Underwater-Basket-Weaving/courses.yaml")
    assert "6 courses; next: cd" in good.stderr
    assert bad.exit_code == 1
    assert "no.csv:1:1: error SHT01 it cannot be read: there is no such file or folder" in bad.stderr


def test_strict_corequisites_in_a_row_share_one_month(tmp_path: Path) -> None:
    """1 = 2 = 3 = 4: the first is the partner of all others, so all four stand in one month."""
    found = library(written(tmp_path, "1,A,,,,,2,3\n2,B,,,,,3,3\n3,C,,,,,4,3\n4,D,,,,,,3\n"))

    assert {id_: module.pairs_with for id_, module in found.modules.items()} == {
        "A-T1": ("A-T2", "A-T3", "A-T4"),
        "A-T2": ("A-T1",),
        "A-T3": ("A-T1",),
        "A-T4": ("A-T1",),
    }
    assert found.policy.hours_per_month >= 12


def test_the_policy_has_room_for_every_course() -> None:
    """Thirteen courses of 5 credits, 65 in all: two years of 32.5 and one course more, 38; half of it a month."""
    rows = "".join(f"{number},C{number},,,,,,5\n" for number in range(13))
    curriculum = read_curricular(f"Courses\n{HEADER}{rows}".encode(), "x.csv").curriculum
    assert curriculum is not None
    room = plan_room(curriculum)

    assert (room.years, room.hours_per_year, room.hours_per_month) == (2, 38, 19)


def test_ids_are_unique_whatever_the_names() -> None:
    rows = "1,A,M,1,,,,3\n2,B,M,1-2,,,,3\n3,C,M-1,2,,,,3\n4,M-1-T,,,,,,3\n5,D,m,1,,,,3\n"
    curriculum = read_curricular(f"Courses\n{HEADER}{rows}".encode(), "x.csv").curriculum
    assert curriculum is not None
    ids = name_courses(curriculum)
    everything = [id_.casefold() for course in ids.values() for id_ in (course.unit, course.topic, course.module)]

    assert len(set(everything)) == len(everything) == 15
    assert slug("x" * 200) == "x" * 48
