"""Tables as a stream: the same people as the loader finds, the same problems at the same places, one person at a time."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.people import Dossier
from competency_engine.loading.dossiers import DossierReader
from competency_engine.loading.loader import column_names, load_population
from competency_engine.loading.people_stream import PeopleStream
from competency_engine.loading.table_stream import NotInOrderError, table_stream
from competency_engine.loading.workspace import Workspace, people_files
from competency_engine.workflows import streams as workflow
from competency_engine.workflows.streams import open_stream
from tests.loading.reading import write
from tests.worlds.files import AS_OF, tiny
from tests.worlds.lines import tiny_session

TABLES = {
    "people.csv": "学员,社区,任现职日期,角色,离岗月份\n乙,东,2024-03-01,,2027-03；2027-04\n\n甲,东,2025-03-01,\n丙,西,2026-03-01,new\n",
    "communities.csv": "社区,社区类型,无电梯的楼栋数,社区名称\n北,old_estate,,\n东,old_estate,3,东社区\n西,old_estate,,\n",
    "evidence.csv": "学员,单元,等级,评定日期,差距类别\n乙,BAS-1,1,2026-09-01,知识空白\n,,,,\n乙,POL-1,0,2026-09-01,\n丙,POL-1,1,2026-09-01,\n",
    "completions.csv": "学员,课程,完成日期\n甲,P1-C,2026-09-02\n",
    "begun.csv": "学员,课程,开始月份\n甲,T1-T,2026-10\n甲,T1-C,2026-11\n丙,P1-C,2026-11\n",
    "sittings.csv": "学员,来源,日期,评分者,BAS-1,Q1\n乙,self,2026-08-01,,2,\n乙,quiz,2026-09-01,考官1,,1\n丙,self,2026-07-01,,3,\n",
    "surveys.csv": "学员,填写日期,难题,BAS-1\n乙,2026-06-01,Q1,5\n甲,2026-06-01,,4\n",
}


def stream_of(folder: Path, files: Mapping[str, str | bytes]) -> PeopleStream:
    write(folder, files)
    return table_stream(people_files(folder), Workspace(folder), column_names(tiny().loading))


def read(stream: PeopleStream) -> tuple[list[Dossier], list[Diagnostic]]:
    """Return the people of ``stream`` and what is wrong with the others."""
    reader = DossierReader(stream.line_format, tiny().library, AS_OF)
    results = [reader.read(line.number, line.content) for line in stream.lines()]
    people = [result for result in results if isinstance(result, Dossier)]
    return people, [finding for result in results if not isinstance(result, Dossier) for finding in result]


def agrees_with_the_loader(people: list[Dossier], folder: Path) -> None:
    population, loading = load_population(people_files(folder), Workspace(folder), tiny().loading)
    assert loading.diagnostics == []
    assert {dossier.person.id: dossier.person for dossier in people} == population.persons
    for dossier in people:
        assert dossier.community == population.communities[dossier.person.community]
        assert dossier.evidence == population.evidence.get(dossier.person.id, ())
        assert dossier.sittings == population.sittings.get(dossier.person.id, ())
        assert dossier.surveys == population.surveys.get(dossier.person.id, ())


def test_people_come_in_the_order_of_their_table_with_all_that_is_theirs(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, TABLES)
    people, findings = read(stream)
    assert findings == []
    assert [dossier.person.id for dossier in people] == ["乙", "甲", "丙"]
    assert [(line.number, line.end) for line in stream.lines()] == [(2, 1), (4, 2), (5, 3)]
    assert stream.size == 3
    assert [record.unit for record in people[0].evidence] == ["BAS-1", "POL-1"]
    assert people[1].person.completed[0].module == "P1-C"
    assert [(begun.module, begun.month) for begun in people[1].person.begun] == [
        ("T1-T", "2026-10"),
        ("T1-C", "2026-11"),
    ]
    assert [dossier.person.away for dossier in people] == [("2027-03", "2027-04"), (), ()]
    assert people[0].community.facts == {"blocks_without_lift": 3}
    assert [[(one.source, one.rater, one.scores) for one in dossier.sittings] for dossier in people] == [
        [("self", None, {"BAS-1": 2}), ("quiz", "考官1", {"Q1": 1})],
        [],
        [("self", None, {"BAS-1": 3})],
    ]
    assert [[(one.problems, one.importance) for one in dossier.surveys] for dossier in people] == [
        [(("Q1",), {"BAS-1": 5})],
        [((), {"BAS-1": 4})],
        [],
    ]
    agrees_with_the_loader(people, tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_any_encoding_of_a_spreadsheet_will_do(encoding: str, tmp_path: Path) -> None:
    files = {name: text.replace("\n", "\r\n").encode(encoding) for name, text in TABLES.items()}
    people, findings = read(stream_of(tmp_path, files))
    assert findings == []
    agrees_with_the_loader(people, tmp_path)


def test_quoted_cells_are_read_as_everywhere(tmp_path: Path) -> None:
    files = {**TABLES, "evidence.csv": TABLES["evidence.csv"].replace("乙,BAS-1", '" 乙","BAS-1"')}
    people, findings = read(stream_of(tmp_path, files))
    assert findings == []
    assert len(people[0].evidence) == 2
    agrees_with_the_loader(people, tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("evidence.csv", "POL-1,0", "POL-9,0"),
        ("evidence.csv", "POL-1,0", "POL-1,zero"),
        ("evidence.csv", "POL-1,0", '"POL-9",0'),
        ("evidence.csv", "POL-1,1,2026-09-01,", "POL-1,1,2026-09-01,,x"),
        ("people.csv", "2026-03-01,new", "2026-13-01,new"),
        ("people.csv", "2026-03-01,new", "2026-03-01,nobody"),
        ("communities.csv", "东,old_estate,3", "东,old_estate,three"),
        ("communities.csv", "东,old_estate,3", "东,estate,3"),
        ("completions.csv", "P1-C,2026-09-02", "P1-Z,"),
        ("begun.csv", "T1-C,2026-11", "T1-Z,2026-11"),
        ("begun.csv", "T1-C,2026-11", "T1-C,2026-11-21"),
        ("people.csv", "2027-03；2027-04", "2027-03；April"),
        ("sittings.csv", "quiz,2026-09-01", "test,2026-09-01"),
        ("sittings.csv", "quiz,2026-09-01", "quiz,"),
        ("sittings.csv", ",,1\n", ",,2\n"),
        ("sittings.csv", ",,1\n", ",,one\n"),
        ("sittings.csv", ",,1\n", ",1,\n"),
        ("sittings.csv", "考官1", "考官 1"),
        ("surveys.csv", "Q1,5", "Q9,5"),
        ("surveys.csv", "Q1,5", "Q1,6"),
        ("surveys.csv", "Q1,5", "Q1；Q1；Q1；Q1,5"),
    ],
)
def test_a_broken_cell_is_found_where_the_loader_finds_it_and_stops_nobody_else(
    file: str, old: str, new: str, tmp_path: Path
) -> None:
    assert TABLES[file].count(old) == 1
    stream = stream_of(tmp_path, {**TABLES, file: TABLES[file].replace(old, new)})
    people, findings = read(stream)
    _, loading = load_population(people_files(tmp_path), Workspace(tmp_path), tiny().loading)
    assert set(findings) == set(loading.diagnostics)
    assert findings
    assert len(people) == (1 if file == "communities.csv" else 2)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"evidence.csv": "学员,单元,等级,日期\n丙,POL-1,1,2026-09-01\n乙,POL-1,1,2026-09-01\n"}, "evidence.csv:3:1: 乙 is no person"),
        ({"evidence.csv": "学员,单元,等级,日期\n丁,POL-1,1,2026-09-01\n"}, "evidence.csv:2:1: 丁 is no person"),
        ({"completions.csv": "学员,课程,完成日期\n丙,P1-C,2026-09-02\n甲,P1-C,2026-09-02\n"}, "completions.csv:3:1: 甲 is no person"),
        ({"begun.csv": "学员,课程,开始月份\n丙,P1-C,2026-11\n甲,P1-C,2026-11\n"}, "begun.csv:3:1: 甲 is no person"),
        ({"sittings.csv": "学员,来源,日期,BAS-1\n丙,self,2026-09-01,1\n乙,self,2026-09-01,1\n"}, "sittings.csv:3:1: 乙 is no person"),
        ({"surveys.csv": "学员,日期,难题\n丁,2026-09-01,Q1\n"}, "surveys.csv:2:1: 丁 is no person"),
        ({"communities.csv": "社区,社区类型\n西,old_estate\n东,old_estate\n"}, "communities.csv:3:1: from here on there is no community 西"),
        ({"evidence.csv": '学员,单元,等级,日期\n乙,"POL-1\n",1,2026-09-01\n'}, "evidence.csv:2:1: a row runs over several lines"),
        ({"more.csv": TABLES["evidence.csv"]}, "there is more than one table of evidence"),
        ({"evidence.csv": "学员,单元,等级\n"}, "evidence.csv:1:1: something is wrong with the header"),
        ({"evidence.csv": b"\xff\xff\xff"}, "evidence.csv:1:1: the encoding is not known"),
    ],
)  # fmt: skip
def test_tables_in_no_order_are_refused_before_anybody_is_planned(
    files: dict[str, str | bytes], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(NotInOrderError) as refused:
        stream_of(tmp_path, {**TABLES, **files})
    assert reason in refused.value.message.en
    assert "docs/batch.md" in refused.value.message.zh


@pytest.mark.parametrize(("row", "place"), [("乙,self,2026-08-01,,,2", 21), ("乙,quiz,2026-08-01,,Q9,1", 23)])
def test_a_score_of_nothing_or_of_an_unknown_item_is_refused_in_long_tables(
    row: str, place: int, tmp_path: Path
) -> None:
    """One score a row, in the columns 单元, 题目 and 评分; nothing is dropped in silence."""
    table = f"学员,来源,日期,单元,题目,评分\n乙,self,2026-07-01,BAS-1,,2\n{row}\n"
    people, findings = read(stream_of(tmp_path, {**TABLES, "sittings.csv": table}))
    assert [(finding.position.file, finding.position.line, finding.position.column) for finding in findings] == [
        ("sittings.csv", 3, place)
    ]
    assert [dossier.person.id for dossier in people] == ["甲", "丙"]
    _, loading = load_population(people_files(tmp_path), Workspace(tmp_path), tiny().loading)
    assert set(findings) == set(loading.diagnostics)


def test_a_table_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotInOrderError, match="there is no table of communities"):
        stream_of(tmp_path, {"people.csv": TABLES["people.csv"]})


def test_small_tables_in_no_order_are_loaded_whole_and_big_ones_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = TABLES["evidence.csv"].splitlines()
    write(tmp_path, {**TABLES, "evidence.csv": "\n".join([rows[0], *reversed(rows[1:])])})
    session = tiny_session()
    people, findings = read(open_stream(session, tmp_path))
    assert findings == []
    assert sorted(len(dossier.evidence) for dossier in people) == [0, 1, 2]
    monkeypatch.setattr(workflow, "MAX_BYTES", 10)
    with pytest.raises(NotInOrderError):
        open_stream(session, tmp_path)


def test_any_order_that_is_one_order_gives_the_people_of_the_loader(tmp_path: Path) -> None:
    """Forty people in random order, several in one community; evidence of some."""
    rng = random.Random(7)
    labels = [f"P{number}" for number in range(40)]
    rng.shuffle(labels)
    homes = [f"C{index // 3}" for index in range(40)]
    evidence = [(label, unit) for label in labels for unit in ("POL-1", "BAS-1") if rng.random() < 0.5]
    people, findings = read(
        stream_of(
            tmp_path,
            {
                "a.csv": "person,community,post_since\n"
                + "".join(f"{label},{home},2024-03-01\n" for label, home in zip(labels, homes, strict=True)),
                "b.csv": "community,types\n" + "".join(f"{home},old_estate\n" for home in dict.fromkeys(homes)),
                "c.csv": "person,unit,level,date\n" + "".join(f"{p},{unit},1,2026-09-01\n" for p, unit in evidence),
            },
        )
    )
    assert findings == []
    assert [dossier.person.id for dossier in people] == labels
    agrees_with_the_loader(people, tmp_path)
