"""Crosswalks: what they say, and all that is wrong with one, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.errors import FilesInError, UsageError
from competency_engine.loading.crosswalk import read_crosswalk
from tests.worlds.build import library, unit

HEAD = "kind: crosswalk\nid: x\ntitle: {zh: 对照, en: Crosswalk}\nfrom_model: model\nto_model: model\ncertainty: illustrative\nmaps:\n"


def first() -> Library:
    return library([unit("A"), unit("B"), unit("C")])


def second() -> Library:
    return library([unit("X"), unit("Z"), unit("A")], top_level=2)


def refused(tmp_path: Path, text: str, of: Library | None) -> list[tuple[int, str, str]]:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FilesInError) as caught:
        read_crosswalk(tmp_path / "x.yaml", "x.yaml", of, second())
    for found in caught.value.diagnostics:
        assert all(text.zh and text.en for text in (found.message, found.expected, found.mend))
    return [(found.position.line, found.code, found.message.en) for found in caught.value.diagnostics]


def test_a_crosswalk_says_how_each_unit_stands(tmp_path: Path) -> None:
    maps = (
        "  - {unit: A, to: [{unit: X, levels: {1: 1, 2: 1, 3: 2}}]}\n"
        "  - {unit: B, to: [{unit: Z, relation: isRelatedTo}]}\n"
        "  - {unit: C, to: []}\n"
    )
    (tmp_path / "x.yaml").write_text(HEAD + maps, encoding="utf-8")
    links = read_crosswalk(tmp_path / "x.yaml", "x.yaml", first(), second())
    assert [(other.unit, other.relation, other.levels) for other in links[UnitId("A")]] == [
        ("X", "exactMatchOf", {1: 1, 2: 1, 3: 2})
    ]
    assert links[UnitId("C")] == ()


def test_everything_that_is_wrong_is_told_at_once_at_its_place(tmp_path: Path) -> None:
    maps = (
        "  - {unit: NOBODY, to: [{unit: X}]}\n"
        "  - {unit: A, to: [{unit: XX}]}\n"
        "  - {unit: B, to: [{unit: Z, levels: {1: 2, 2: 1, 3: 9}}]}\n"
        "  - {unit: B, to: []}\n"
        "  - {unit: C, to: [{unit: X}]}\n"
    )
    found = refused(tmp_path, HEAD.replace("from_model: model", "from_model: other") + maps, first())
    assert [(line, code) for line, code, _ in found] == [
        (4, "REF01"),
        (8, "REF01"),
        (8, "RPL03"),
        (9, "REF01"),
        (11, "RPL03"),
        (12, "RPL03"),
    ]
    assert found[4][2] == "B is mapped twice"
    alone = refused(tmp_path, HEAD + maps.replace("  - {unit: B, to: []}\n", ""), first())
    assert [(line, code) for line, code, _ in alone if code == "RPL02"] == [(10, "RPL02"), (10, "RPL02")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kind: unit\nid: x\n", "FMT01"),
        (HEAD + "  - {unit: A, to: [{unit: X, relation: same}]}\n", "FMT05"),
        (HEAD + "  - {unit: A}\n", "FMT01"),
        (HEAD + "  - {unit: A, to: [{unit: X, levels: {0: 1}}]}\n", "FMT04"),
        (HEAD + "  []\n---\nkind: source\nid: s\ntitle: {zh: 甲, en: a}\ncertainty: recalled\n", "FMT05"),
        ("", "FMT03"),
        ("a: [", "YML01"),
    ],
)
def test_what_is_no_crosswalk_is_refused(tmp_path: Path, text: str, code: str) -> None:
    assert code in {found[1] for found in refused(tmp_path, text, first())}


def test_to_migrate_a_unit_of_both_models_is_refused_unless_it_stays_what_it_is(tmp_path: Path) -> None:
    """A is a unit of the second model too."""
    assert [found[:2] for found in refused(tmp_path, HEAD + "  - {unit: A, to: [{unit: X}]}\n", None)] == [(8, "RPL01")]
    text = HEAD + "  - {unit: A, to: [{unit: A}]}\n  - {unit: OLD, to: [{unit: X}]}\n"
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    assert list(read_crosswalk(tmp_path / "x.yaml", "x.yaml", None, second())) == ["OLD"]


def test_a_file_that_is_not_there_is_a_wrong_command_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        read_crosswalk(tmp_path / "none.yaml", "none.yaml", None, second())
