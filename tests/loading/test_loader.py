"""From files to a library or a population: nothing is lost, nothing hides anything else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from competency_engine.diagnostics import Severity
from competency_engine.domain.entity import PersonId
from competency_engine.errors import FilesInError
from competency_engine.loading.loader import build_library, link, read_yaml_files, refuse_errors
from competency_engine.loading.workspace import Workspace
from tests.loading.reading import MODULE, SOURCE, load, load_people, places, write
from tests.worlds.files import TINY, tiny

COMMUNITIES = "community,types,楼栋数（栋）\neast,estate,12\n"
PEOPLE = "person,community,post_since\n学员1,east,2026-01-01\n学员2,east,2024-01-01\n"
EVIDENCE = "person,unit,level,date\n学员1,BAS-1,2,2026-02-01\n"


def test_read_yaml_files_reads_every_document_of_every_file(tmp_path: Path) -> None:
    loading = load(tmp_path, {"a.yaml": SOURCE, "deep/b.yml": MODULE + "---\n" + MODULE.replace("T1-X", "T1-Y")})

    assert [d.key for d in loading.documents] == [("source", "newspaper"), ("module", "T1-X"), ("module", "T1-Y")]
    assert [d.id_position for d in loading.documents] == [("a.yaml", 2, 5), ("deep/b.yml", 2, 5), ("deep/b.yml", 11, 5)]
    assert loading.diagnostics == []
    assert loading.lines["a.yaml"] == (*SOURCE.split("\n"),)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xfe\x00", ("YML06", 1, 1)),
        (("kind: 甲\n" * 3).encode("gb18030"), ("YML06", 1, 7)),
        (b"kind: \0\n", ("YML06", 1, 7)),
        (b"[" * 10_000, ("YML05", 1, 65)),
        (b"- " * 10_000, ("YML05", 1, 129)),
        (b"a: &a [x]\nb: [*a, *a]\n", ("YML03", 1, 4)),
        (b"kind: [\n", ("YML01", 1, 7)),
        (b"word\n", ("FMT03", 1, 1)),
    ],
    ids=["utf-16", "gb18030", "nul", "deep-brackets", "deep-lists", "alias", "syntax", "word"],
)
def test_a_broken_file_hides_no_other(tmp_path: Path, content: bytes, found: tuple[str, int, int]) -> None:
    loading = load(tmp_path, {"a.yaml": MODULE + "laws: [l]\n", "b.yaml": content, "c.yaml": SOURCE + "url: 3\n"})

    assert sorted((d.position.file, *place) for d, place in zip(loading.diagnostics, places(loading.diagnostics), strict=True)) == [
        ("a.yaml", "REF01", 9, 8),
        ("b.yaml", *found),
        ("c.yaml", "FMT03", 5, 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content", ["", "\n", "# only a comment\n", "---\n# and markers\n---\n", "\ufeff", "\ufeff# mark\n"]
)
def test_a_file_without_documents_is_no_error(tmp_path: Path, content: str) -> None:
    loading = load(tmp_path, {"a.yaml": content})

    assert (loading.documents, loading.diagnostics) == ([], [])
    assert list(loading.lines) == ["a.yaml"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_do_not_depend_on_line_ends_or_a_byte_order_mark(tmp_path: Path, newline: str, mark: str) -> None:
    text = "# 注\n" + SOURCE + "url: 3\n---\nkind: [\n"
    loading = load(tmp_path, {"a.yaml": mark + text.replace("\n", newline)})

    assert places(loading.diagnostics) == [("FMT03", 6, 6), ("YML01", 8, 7)] or places(loading.diagnostics) == [
        ("YML01", 8, 7),
        ("FMT03", 6, 6),
    ]
    assert loading.lines["a.yaml"][5] == "url: 3"


def test_link_lays_documents_over_those_of_the_background(tmp_path: Path) -> None:
    background = load(tmp_path / "base", {"a.yaml": SOURCE + "---\n" + MODULE})
    over = read_yaml_files(
        write(tmp_path, {"b.yaml": MODULE.replace("hours: 1", "hours: 3") + "sources: [newspaper]\n"}),
        Workspace(tmp_path),
    )
    by_key = link(over, background)

    assert over.diagnostics == []
    assert by_key["module", "T1-X"].entity.hours == 3  # type: ignore[attr-defined]
    assert by_key["source", "newspaper"] is background.documents[0]


def test_link_does_not_report_the_background(tmp_path: Path) -> None:
    background = load(tmp_path, {"a.yaml": MODULE + "laws: [l]\n", "b.yaml": "kind: law\nid: broken\n"})
    over = read_yaml_files(
        write(tmp_path, {"c.yaml": MODULE.replace("T1-X", "T1-Y") + "laws: [broken]\n"}), Workspace(tmp_path)
    )
    link(over, background)

    assert over.diagnostics == []


def test_build_library_needs_head_model_and_policy() -> None:
    by_key = link(tiny().loading)

    library = build_library(by_key, "tiny")
    assert library is not None
    assert list(library.units) == ["BAS-1", "BAS-2", "DUT-1", "POL-1", "SKL-1"]
    assert build_library(by_key, "huge") is None
    for missing in (("competency_model", "tiny"), ("policy", "yearly"), ("curriculum", "tiny")):
        assert build_library({key: value for key, value in by_key.items() if key != missing}, "tiny") is None


def test_refuse_errors_passes_warnings_and_raises_every_error_in_order_of_place(tmp_path: Path) -> None:
    warned = load(tmp_path, {"a.yaml": SOURCE + "publisher: no\n"})
    assert [d.severity for d in warned.diagnostics] == [Severity.WARNING]
    refuse_errors(warned)

    wrong = load(tmp_path, {"b.yaml": SOURCE + "url: 3\npublisher: 4\n", "a.yaml": "kind: x\n" + "publisher: no\n"})
    with pytest.raises(FilesInError, match="the files have 3 errors") as raised:
        refuse_errors(wrong)
    assert [str(d.position) for d in raised.value.diagnostics] == ["a.yaml:1:7", "b.yaml:5:6", "b.yaml:6:12"]
    assert raised.value.lines == wrong.lines


def test_load_population_reads_tables(tmp_path: Path) -> None:
    done = "person,module,date\n"
    population, loading = load_people(
        tmp_path, {"c.csv": COMMUNITIES, "p.csv": PEOPLE, "e.csv": EVIDENCE, "d.csv": done}
    )

    assert loading.diagnostics == []
    assert population.communities["east"].facts == {"blocks": 12}
    assert [person.community for person in population.persons.values()] == ["east", "east"]
    (record,) = population.evidence[PersonId("学员1")]
    assert (record.unit, record.level, record.date) == ("BAS-1", 2, dt.date(2026, 2, 1))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_load_population_reads_tables_in_the_encodings_of_offices(tmp_path: Path, encoding: str, newline: str) -> None:
    text = "社区,社区类型,楼栋数（栋）\n东社区,estate,12\n西社区,estate,很多\n".replace("\n", newline)
    population, loading = load_people(tmp_path, {"c.csv": text.encode(encoding)})

    assert population.communities["东社区"].facts == {"blocks": 12}
    assert places(loading.diagnostics) == [("REF03", 3, 12)]
    assert loading.lines["c.csv"][2] == "西社区,estate,很多"


@pytest.mark.parametrize("header", ["楼栋数（栋）", "楼栋数(栋)", "Number of blocks", "Numberofblocks", "blocks"])
def test_load_population_knows_a_fact_by_its_id_and_its_titles(tmp_path: Path, header: str) -> None:
    population, loading = load_people(tmp_path, {"c.csv": f"community,types,{header}\neast,estate,3\n"})

    assert loading.diagnostics == []
    assert population.communities["east"].facts == {"blocks": 3}


def test_load_population_reports_an_unknown_fact_once_at_its_header(tmp_path: Path) -> None:
    rows = "".join(f"c{number},estate,{number}\n" for number in range(50))
    _, loading = load_people(tmp_path, {"c.csv": f"community,types,blokcs\n{rows}"})

    assert places(loading.diagnostics) == [("REF01", 1, 17)]
    assert loading.diagnostics[0].mend.en == "did you mean blocks?"


def test_load_population_adds_up_the_evidence_of_all_files(tmp_path: Path) -> None:
    document = "kind: evidence\nid: {}\nperson: 学员1\nrecords: [{{unit: BAS-1, level: {}, date: 2026-03-01}}]\n"
    files = {
        "c.csv": COMMUNITIES,
        "p.csv": PEOPLE,
        "e1.csv": EVIDENCE,
        "e2.csv": EVIDENCE.replace(",2,", ",3,"),
        "e3.yaml": document.format("a", 1) + "---\n" + document.format("a", 4),
    }
    population, loading = load_people(tmp_path, files)

    assert loading.diagnostics == []
    assert sorted(record.level for record in population.evidence[PersonId("学员1")]) == [1, 2, 3, 4]
    assert PersonId("学员2") not in population.evidence


def test_load_population_adds_completions_to_people_in_yaml(tmp_path: Path) -> None:
    person = (
        "kind: community\nid: east\ntypes: [estate]\n---\n"
        "kind: person\nid: 学员3\ncommunity: east\npost_since: 2026-01-01\ncompleted: [{module: M-1, date: 2026-02-01}]\n"
    )
    library = MODULE.replace("T1-X", "M-1") + "---\n" + MODULE.replace("T1-X", "M-2")
    done = "person,module,date\n学员3,M-2,2026-03-01\n学员3,M-9,2026-04-01\n"
    population, loading = load_people(tmp_path, {"p.yaml": person + "---\n" + library, "d.csv": done})

    assert [(d.code, *d.position) for d in loading.diagnostics] == [("REF01", "d.csv", 3, 5)]
    assert [done.module for done in population.persons[PersonId("学员3")].completed] == ["M-1", "M-2", "M-9"]
    assert list(population.persons) == ["学员3"]


def test_load_population_adds_what_is_begun_to_people_in_tables_and_yaml(tmp_path: Path) -> None:
    in_yaml = "kind: person\nid: 学员3\ncommunity: east\npost_since: 2026-01-01\naway: [2027-03]\n"
    begun = "学员,课程,开始月份\n学员1,M-1,2026-11\n学员3,M-1,2026-12\n学员3,M-9,2026-12\n学员9,M-1,2026-12\n"
    files = {
        "c.csv": COMMUNITIES,
        "p.csv": PEOPLE,
        "y.yaml": in_yaml + "---\n" + MODULE.replace("T1-X", "M-1"),
        "b.csv": begun,
    }
    population, loading = load_people(tmp_path, files)

    assert [(d.code, *d.position) for d in loading.diagnostics if d.code == "REF01"] == [
        ("REF01", "b.csv", 4, 5),
        ("REF01", "b.csv", 5, 1),
    ]
    months = {id_: [(b.module, b.month) for b in person.begun] for id_, person in population.persons.items()}
    assert months["学员1"] == [("M-1", "2026-11")]
    assert months["学员3"] == [("M-1", "2026-12"), ("M-9", "2026-12")]
    assert population.persons[PersonId("学员3")].away == ("2027-03",)


def test_load_population_does_not_drop_completions_of_nobody(tmp_path: Path) -> None:
    done = "person,module,date\n学员9,M,2026-03-01\n,M,2026-03-01\n"
    _, loading = load_people(tmp_path, {"c.csv": COMMUNITIES, "p.csv": PEOPLE, "d.csv": done})

    assert [(d.code, *d.position) for d in loading.diagnostics] == [("FMT03", "d.csv", 3, 1), ("REF01", "d.csv", 2, 1)]
    assert "学员" in loading.diagnostics[1].mend.zh


def test_load_population_says_nothing_of_a_person_whose_own_row_is_broken(tmp_path: Path) -> None:
    people = PEOPLE.replace("2026-01-01", "last year")
    _, loading = load_people(tmp_path, {"c.csv": COMMUNITIES, "p.csv": people, "e.csv": EVIDENCE})

    assert [(d.code, *d.position) for d in loading.diagnostics] == [("FMT04", "p.csv", 2, 10)]


def test_load_population_reads_evidence_of_the_people_asked_for_alone(tmp_path: Path) -> None:
    evidence = EVIDENCE + "学员2,BAS-1,3,2026-02-01\n学员2,BAS-9,3,2026-02-01\n"
    files = {"c.csv": COMMUNITIES, "p.csv": PEOPLE, "e.csv": evidence}

    population, loading = load_people(tmp_path, files, frozenset({"学员1"}))
    assert list(population.evidence) == ["学员1"]
    assert list(population.persons) == ["学员1"]
    assert loading.diagnostics == []
    _, everyone = load_people(tmp_path, files)
    assert places(everyone.diagnostics) == [("REF01", 4, 5)]


def test_load_population_survives_a_table_that_is_no_table(tmp_path: Path) -> None:
    files = {"a.csv": b"\xff\xff\xff", "b.csv": b"", "c.csv": b'"' * 200_001, "d.csv": ("x" * 200_000).encode()}
    population, loading = load_people(tmp_path, files)

    assert population.persons == {}
    assert [(d.code, *d.position) for d in loading.diagnostics] == [
        ("YML06", "a.csv", 1, 1),
        ("TAB01", "b.csv", 1, 1),
        ("TAB01", "c.csv", 1, 1),
        ("TAB01", "d.csv", 1, 1),
    ]


def test_the_tiny_world_is_sound() -> None:
    assert tiny().loading.diagnostics == []
    assert all(name.startswith(("models/", "curricula/")) for name in tiny().loading.lines)
    assert (TINY / next(iter(tiny().loading.lines))).is_file()
