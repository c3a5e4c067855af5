"""References between documents, and ids that stand twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from competency_engine.domain.competency import CompetencyModel
from competency_engine.loading.linking import NOUNS, find_references
from tests.loading.reading import MODULE, SOURCE, load, places
from tests.worlds.files import tiny

TOPIC = """\
kind: topic
id: T1
unit: BAS-1
title: {zh: 走访, en: Visits}
hours: {theory: 0, cognition: 0, practice: 1}
paths: [[T1-X]]
certainty: recalled
"""
MODEL = """\
kind: competency_model
id: m
title: {zh: 模型, en: Model}
scale: []
tiers: [{id: base, title: {zh: 基本, en: Base}}]
certainty: recalled
"""
DOMAIN = "kind: domain\nid: BAS\ntitle: {zh: 域, en: Domain}\ntier: base\ncertainty: recalled\n"


def test_find_references_points_at_every_id_of_the_tiny_world() -> None:
    loading = tiny().loading
    known = {(located.entity.kind, located.entity.id) for located in loading.documents}
    known |= {
        ("tier", t.id) for d in loading.documents if isinstance(d.entity, CompetencyModel) for t in d.entity.tiers
    }
    known |= {("successor", id_) for kind, id_ in known if kind in ("unit", "retired_unit")}
    kinds = set()

    for located in loading.documents:
        for reference in find_references(located.entity):
            value = located.entity.model_dump()
            for key in reference.path[: -1 if reference.is_key else None]:
                value = value[key]
            assert (reference.id in value) if reference.is_key else (reference.id == value)
            assert (reference.kind, reference.id) in known
            kinds.add(reference.kind)
    assert kinds == {*NOUNS} - {"community", "person", "problem", "instrument", "retired_unit"}


def test_link_reports_each_broken_reference_where_it_stands(tmp_path: Path) -> None:
    text = MODULE + "topic: T9\nbrings: {BAS-9: 1}\nlaws: [l]\npairs_with:\n  - T1-Y\n  - T1-X\n"

    assert places(load(tmp_path, {"a.yaml": text}).diagnostics) == [
        ("REF01", 9, 8),
        ("REF01", 10, 10),
        ("REF01", 13, 5),
        ("REF01", 11, 8),
    ]


def test_link_suggests_the_nearest_id_of_the_kind_that_is_meant(tmp_path: Path) -> None:
    (found,) = load(tmp_path, {"a.yaml": MODULE + "sources: [newspapr]\n---\n" + SOURCE}).diagnostics

    assert (found.message.en, found.message.zh) == ("there is no source newspapr", "没有 id 为 newspapr 的出处")
    assert (found.expected.en, found.expected.zh) == ("a source that is defined", "一个已定义的出处")
    assert (found.mend.en, found.mend.zh) == ("did you mean newspaper?", "是不是想写 newspaper？")


def test_link_says_what_an_id_of_another_kind_is(tmp_path: Path) -> None:
    (found,) = load(tmp_path, {"a.yaml": MODULE + "laws: [newspaper]\n---\n" + SOURCE}).diagnostics

    assert places([found]) == [("REF01", 9, 8)]
    assert found.mend.en == "newspaper is a source; write a law here"
    assert found.mend.zh == "newspaper 是出处，这里要写法规"


def test_link_asks_to_define_what_nothing_resembles(tmp_path: Path) -> None:
    (found,) = load(tmp_path, {"a.yaml": MODULE + "laws: [l]\n"}).diagnostics

    assert found.mend.en == "define this law, or write an id that exists"


@pytest.mark.parametrize(
    "broken",
    [
        TOPIC.replace("unit: BAS-1", "unit: [BAS-1]"),
        TOPIC.replace("id: T1\n", "id：T1\n"),
        TOPIC.replace("id: T1\n", "ID: T1\n"),
        TOPIC.replace("kind: topic", "kind: topik"),
        TOPIC.replace("kind: topic\n", ""),
        TOPIC.replace("paths: [[T1-X]]", "paths: [[T1-X]"),
        TOPIC.replace("unit: BAS-1", "\tunit: BAS-1"),
        TOPIC + "hourz: 3\n",
        TOPIC + "\0",
    ],
)
def test_a_broken_document_leaves_references_to_it_alone(tmp_path: Path, broken: str) -> None:
    user = MODULE + "topic: T1\nrequires: [{topic: T1}]\n"

    loading = load(tmp_path, {"broken.yaml": broken, "user.yaml": user})

    assert {d.position.file for d in loading.diagnostics} == {"broken.yaml"}


@pytest.mark.parametrize(
    "broken", [MODEL, MODEL + "tier: x\n", MODEL.replace("scale: []", "scale: ["), MODEL.replace(":", "：", 1)]
)
def test_a_broken_model_leaves_references_to_its_tiers_alone(tmp_path: Path, broken: str) -> None:
    loading = load(tmp_path, {"broken.yaml": broken, "user.yaml": DOMAIN})

    assert {d.position.file for d in loading.diagnostics} == {"broken.yaml"}


def test_find_repeated_ids_reports_all_but_the_first_and_shows_the_first(tmp_path: Path) -> None:
    law = SOURCE.replace("kind: source", "kind: law")
    loading = load(tmp_path, {"a.yaml": law + "---\n" + SOURCE, "b.yaml": "# 再来\n" + SOURCE + "---\n" + SOURCE})

    assert [(d.code, *d.position) for d in loading.diagnostics] == [
        ("REF02", "b.yaml", 3, 5),
        ("REF02", "b.yaml", 8, 5),
    ]
    for found in loading.diagnostics:
        (related,) = found.related
        assert related.position == ("a.yaml", 7, 5)
        assert (related.message.zh, related.message.en) == ("首次定义在这里", "first defined here")
