"""Searching the catalogue: a document is found when it answers to all that is asked."""

from __future__ import annotations

import pytest

from competency_engine.errors import UsageError
from competency_engine.workflows.catalogue import Query, search_catalogue
from tests.worlds.files import tiny


def found(**asked: object) -> set[str]:
    """Return the ids of everything that answers."""
    hits = search_catalogue(tiny().library, Query(**asked))  # type: ignore[arg-type]
    groups = (hits.modules, hits.cases, hits.problems, hits.sites, hits.routes, hits.teachers)
    return {entity.id for group in groups for entity in group}


def test_nothing_asked_finds_everything() -> None:
    library = tiny().library
    assert found() == {*library.modules, "C1", "Q1", "L1", "W1", "教师01"}


def test_all_words_must_stand_in_the_text_in_either_language() -> None:
    assert found(text="三次") == {"C1", "Q1"}
    assert found(text="KNOCKING three") == {"C1"}
    assert found(text="knocking 三次") == {"C1"}
    assert found(text="knocking nobody") == set()


def test_by_unit_also_finds_modules_of_its_topics_that_bring_nothing() -> None:
    assert {"T1-T", "T1-C", "T1-P", "C1", "Q1", "L1", "教师01"} <= found(unit="BAS-1")
    assert "P1-C" not in found(unit="BAS-1")


def test_a_level_is_that_of_the_unit_that_is_asked() -> None:
    assert found(unit="POL-1", level=2) == {"P1-P"}
    assert found(unit="POL-1", level=3) == set()
    assert {"P1-P", "T1-P"} <= found(level=2)


def test_by_mode_form_topic_law_and_case() -> None:
    assert found(mode="online", form="case_analysis") == {"P1-C"}
    assert found(topic="T1", mode="online") == {"T1-T"}
    assert {"C1", "Q1"} == found(law="committee-law-2025") - set(tiny().library.modules)
    assert found(case="C1") == {"C1", "Q1", "L1"}
    assert found(teacher="secretary") == {"教师01"}


@pytest.mark.parametrize(
    ("noun", "wrong", "near"), [("unit", "BAS-9", "BAS"), ("topic", "T9", "T"), ("case", "C9", "C1")]
)
def test_what_does_not_exist_is_refused_with_the_nearest(noun: str, wrong: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"there is no {noun} {wrong}; did you mean {near}"):
        found(**{noun: wrong})
