"""Tables of people: what they list, where their cells stand, and what is wrong with their headers and rows."""

from __future__ import annotations

import pytest

from competency_engine.diagnostics import Position
from competency_engine.loading.table_documents import (
    community_document,
    evidence_document,
    person_document,
    sitting_document,
    sitting_of,
    survey_document,
    survey_of,
    with_entries,
)
from competency_engine.loading.tables import Row, Table, normalise_header, read_table
from tests.loading.reading import places

NAMES = {
    "communities": {"楼栋数(栋)": "blocks", "Numberofblocks": "blocks", "blocks": "blocks"},
    "sittings": {"入户走访": "BAS-1"},
    "surveys": {"入户走访": "BAS-1"},
}


def table(text: str, only: frozenset[str] | None = None) -> Table:
    """Return the table in ``text``."""
    return read_table(text, "a.csv", NAMES, only)


def row(text: str) -> Row:
    """Return the only row of the table in ``text``, which must be sound."""
    found = table(text)
    assert found.diagnostics == ()
    (only,) = found.rows
    return only


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("person,unit,level,date", "evidence"),
        ("date,level,unit,person,gap_kind,valid_until", "evidence"),
        ("学员,单元,等级,评定日期", "evidence"),
        ("学员编号,单元,等级,日期,有效期至,差距类别", "evidence"),
        ("person,module,date", "completions"),
        ("学员,课程,完成日期", "completions"),
        ("person,module,month", "begun"),
        ("学员,课程,开始月份", "begun"),
        ("person,community,post_since", "people"),
        ("学员,社区,任现职日期,离岗月份", "people"),
        ("学员,社区,任现职日期,角色", "people"),
        ("学员,社区,任现职时间", "people"),
        ("community,types", "communities"),
        ("社区,社区类型,社区名称,楼栋数（栋）", "communities"),
        (" 学 员 ,单元,等级,评定　日期", "evidence"),
        ("ｐｅｒｓｏｎ,unit,level,date", "evidence"),
    ],
)
def test_read_table_knows_a_table_by_its_header(header: str, kind: str) -> None:
    found = table(header + "\n")

    assert (found.kind, found.rows, found.diagnostics) == (kind, (), ())


@pytest.mark.parametrize(
    "header", ["", "a,b", "person;unit;level;date", "person,unit,level", "学员,单元,等级,\n", "社区类型"]
)
def test_read_table_says_which_columns_a_table_needs(header: str) -> None:
    found = table(header)

    assert (found.kind, found.rows) == (None, ())
    assert places(found.diagnostics) == [("TAB01", 1, 1)]
    assert "person unit level date; person module date" in found.diagnostics[0].expected.en


@pytest.mark.parametrize(
    ("text", "found", "words"),
    [
        ("person,unit,level,date,score\n", [("TAB02", 1, 24)], "there is no column score"),
        ("学员,单元,等级,日期,分数\n", [("TAB02", 1, 13)], "there is no column 分数"),
        ("person,unit,level,date,unit\n", [("TAB02", 1, 24)], "the column unit appears twice"),
        ("学员,person,单元,等级,日期\n", [("TAB02", 1, 4)], "the column person appears twice"),
        ("社区,社区类型,blocks,楼栋数(栋)\n", [("TAB02", 1, 16)], "appears twice"),
        ('"person","unit","level","date","score"\n', [("TAB02", 1, 32)], "no column score"),
        ("person,module,date\nA,M,2026-01-01,x\n", [("TAB02", 2, 16)], "cell 4 of the row stands under no column"),
        ("person,module,date,,\nA,M,2026-01-01,,\nA,M,2026-01-01,,x\n", [("TAB02", 3, 17)], "cell 5 of the row"),
        ('person,module,date\nA,"M,2026-01-01\n', [("TAB02", 2, 3)], "never closes"),
    ],
)
def test_read_table_finds_columns_and_cells_that_do_not_belong(
    text: str, found: list[tuple[str, int, int]], words: str
) -> None:
    diagnostics = table(text).diagnostics

    assert places(diagnostics) == found
    assert words in diagnostics[0].message.en


def test_read_table_passes_over_blank_rows_and_trailing_commas() -> None:
    found = table("person,module,date,,\n\n  \n,,,,\nA,M,2026-01-01,,\n")

    assert found.diagnostics == ()
    assert [(one.start.line, one.cells) for one in found.rows] == [
        (5, {"person": "A", "module": "M", "date": "2026-01-01"})
    ]


def test_read_table_leaves_out_an_unknown_column_after_reporting_it_once() -> None:
    found = table("person,module,date,score\nA,M,2026-01-01,90\nB,M,2026-01-01,80\n")

    assert places(found.diagnostics) == [("TAB02", 1, 20)]
    assert all("score" not in one.cells for one in found.rows)


def test_read_table_keeps_the_rows_of_the_people_asked_for() -> None:
    text = "person,module,date\nA,M,2026-01-01\n B ,M,2026-01-01\nC,M,2026-01-01\n,M,2026-01-01\n"

    assert [one.cells.get("person") for one in table(text, frozenset({"B", "C"})).rows] == ["B", "C"]
    assert len(table(text).rows) == 4
    assert table("module,date,person\nM,2026-01-01\n", frozenset({"B"})).rows == ()
    people = "person,community,post_since\nA,east,2026-01-01\n"
    assert len(table(people, frozenset({"B"})).rows) == 1


def test_row_knows_where_each_cell_starts() -> None:
    one = row('学员,单元,等级,评定日期\n 学员0001,"MAS-1",3,2026-01-01\n')

    assert one.cells == {"person": "学员0001", "unit": "MAS-1", "level": "3", "date": "2026-01-01"}
    assert [one.place(column)[1:] for column in ("person", "unit", "level", "date")] == [
        (2, 1),
        (2, 9),
        (2, 17),
        (2, 19),
    ]
    assert one.place("gap_kind") == Position("a.csv", 2, 1)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("知识空白", "knowledge"), ("素质短板", "quality"), ("能力弱项", "ability"), ("ability", "ability")],
)
def test_evidence_document_translates_the_kind_of_gap(cell: str, value: str) -> None:
    document = evidence_document(row(f"学员,单元,等级,日期,差距类别\nA,012,3,2026-01-01,{cell}\n"))

    assert document.value["records"] == [{"unit": "012", "level": 3, "date": "2026-01-01", "gap_kind": value}]


def test_person_document_lists_the_months_away() -> None:
    document = person_document(row("学员,社区,任现职日期,离岗月份\nA,east,2026-01-01,2027-03；2027-07\n"), {})

    assert document.value["away"] == ["2027-03", "2027-07"]
    assert document.source_map.value(("away", 1)) == ("a.csv", 2, 19)


def test_person_document_takes_what_is_begun_beside_completions() -> None:
    person = row("person,community,post_since\nA,east,2026-01-01\n")
    begun = read_table("person,module,month\nA,M,2027-03\n", "begun.csv", {}).rows
    done = read_table("person,module,date\nA,N,2026-03-01\n", "done.csv", {}).rows
    document = person_document(person, {"completed": list(done), "begun": list(begun)})

    assert document.value["begun"] == [{"module": "M", "month": "2027-03"}]
    assert document.value["completed"] == [{"module": "N", "date": "2026-03-01"}]
    assert document.source_map.value(("begun", 0, "month")) == ("begun.csv", 2, 5)
    assert document.source_map.value(("completed", 0, "module")) == ("done.csv", 2, 3)


def test_person_document_takes_completions_from_another_file() -> None:
    person = row("person,community,post_since\nA,east,2026-01-01\n")
    done = read_table("module,date,person\nM,2026-02-01,A\nN,2026-03-01,A\n", "done.csv", {}).rows
    document = person_document(person, {"completed": list(done)})

    assert document.value["completed"] == [{"module": "M", "date": "2026-02-01"}, {"module": "N", "date": "2026-03-01"}]
    where = document.source_map
    assert where.value(("post_since",)) == ("a.csv", 2, 8)
    assert where.value(("completed", 1, "module")) == ("done.csv", 3, 1)
    assert where.value(("completed", 1, "date")) == ("done.csv", 3, 3)
    assert where.value(("completed", 1, "hours")) == ("done.csv", 3, 1)
    assert where.key(("community",)) == ("a.csv", 2, 3)
    assert where.holds(("completed", 0, "module"))
    assert not where.holds(("completed", 2))
    assert with_entries(document, {}) is document


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("是", True),
        ("否", False),
        ("True", True),
        ("FALSE", False),
        ("-3", -3),
        ("2.50", 2.5),
        ("old", "old"),
        ("3栋", "3栋"),
    ],
)
def test_community_document_reads_truth_values_numbers_and_text(cell: str, value: object) -> None:
    (fact,) = community_document(row(f"community,types,blocks\neast,old,{cell}\n")).value["facts"].values()

    assert (fact, type(fact)) == (value, type(value))


def test_community_document_reads_types_and_facts() -> None:
    text = "社区,社区类型,社区名称,楼栋数（栋）,cost,open\n东,old；new、mixed;,东社区,12,3.5,是\n"
    document = community_document(row(text))

    assert document.value == {
        "kind": "community",
        "id": "东",
        "types": ["old", "new", "mixed"],
        "title": {"zh": "东社区", "en": "东社区"},
        "facts": {"blocks": 12, "cost": 3.5, "open": True},
    }
    assert document.source_map.value(("types", 2)) == ("a.csv", 2, 3)
    assert document.source_map.value(("facts", "blocks")) == ("a.csv", 2, 22)
    assert document.source_map.key(("facts", "blocks")) == ("a.csv", 1, 14)


@pytest.mark.parametrize(
    "text", ["person,unit,level,date\n,U\n", "unit,level,date,person\nU\n", "types,community\nold\n"]
)
def test_documents_of_rows_that_end_early_still_have_places(text: str) -> None:
    one = row(text)
    document = community_document(one) if "community" in text else evidence_document(one)

    assert document.source_map.value(("person",)).line == 2
    assert document.source_map.value(("id",)).line == 2


def test_normalise_header_ignores_width_and_white_space() -> None:
    assert normalise_header(" 楼 栋数（栋）\u3000") == "楼栋数(栋)"


def test_a_row_of_sittings_gives_the_scores_of_its_columns_or_its_one_score() -> None:
    wide = table("学员,来源,日期,评分者,入户走访,Q1\n甲,self,2026-10-01,甲,2,\n").rows[0]
    long = table("学员,来源,日期,题目,评分\n甲,quiz,2026-10-01,Q1,x\n").rows[0]

    assert sitting_of(wide) == {"source": "self", "date": "2026-10-01", "rater": "甲", "scores": {"BAS-1": 2}}
    assert sitting_of(long) == {"source": "quiz", "date": "2026-10-01", "scores": {"Q1": "x"}}
    places_of = sitting_document(long).source_map
    assert places_of.value(("sittings", 0, "scores", "Q1")) == ("a.csv", 2, 22)
    assert sitting_document(wide).source_map.key(("sittings", 0, "scores", "BAS-1")) == ("a.csv", 1, 14)


def test_a_row_of_surveys_gives_importance_and_problems() -> None:
    row_ = table("学员,填写日期,难题,入户走访\n甲,2026-10-01,停车；电梯,5\n").rows[0]

    assert survey_of(row_) == {"date": "2026-10-01", "importance": {"BAS-1": 5}, "problems": ["停车", "电梯"]}
    assert survey_document(row_).source_map.value(("surveys", 0, "importance", "BAS-1")) == ("a.csv", 2, 20)
