"""Lines of people: a sound one gives the person, any other every reason with its place."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.people import Dossier
from competency_engine.loading.dossiers import MAX_LINE_BYTES, DossierReader, JsonLines
from tests.loading.reading import FUZZ, places
from tests.worlds.files import AS_OF, tiny

READER = DossierReader(JsonLines("people.jsonl"), tiny().library, AS_OF)
COMMUNITY = {"kind": "community", "id": "社区0001", "types": ["old_estate"], "facts": {"blocks_without_lift": 3}}


def line(**changes: Any) -> str:
    """Return a sound line with ``changes`` at ``part__key`` or ``part``; None removes."""
    value: dict[str, Any] = {
        "person": {"kind": "person", "id": "学员0001", "community": "社区0001", "post_since": "2024-03-01"},
        "community": json.loads(json.dumps(COMMUNITY)),
        "evidence": [{"unit": "BAS-1", "level": 1, "date": "2026-09-01"}],
    }
    for name, new in changes.items():
        part, _, key = name.partition("__")
        target = value[part] if key else value
        if new is None:
            del target[key or part]
        else:
            target[key or part] = new
    return json.dumps(value, ensure_ascii=False)


def read(text: str | bytes) -> Dossier | tuple[Diagnostic, ...]:
    return READER.read(5, text if isinstance(text, bytes) else text.encode())


def found(text: str | bytes) -> list[tuple[str, str]]:
    """Return the code of each finding and the text that stands at its place."""
    problems = read(text)
    assert not isinstance(problems, Dossier)
    shown = text if isinstance(text, str) else text.decode("utf-8", "replace")
    assert {(problem.position.file, problem.position.line) for problem in problems} == {("people.jsonl", 5)}
    return [(problem.code, shown[problem.position.column - 1 :][:12]) for problem in problems]


def test_a_sound_line_gives_the_person_complete() -> None:
    dossier = read(line())
    assert isinstance(dossier, Dossier)
    assert dossier.person.post_since == dt.date(2024, 3, 1)
    assert dossier.community.facts == {"blocks_without_lift": 3}
    assert dossier.evidence[0].level == 1
    population = dossier.population
    assert list(population.persons) == ["学员0001"]
    assert population.evidence["学员0001"] == dossier.evidence  # type: ignore[index]


def test_evidence_may_be_left_out() -> None:
    assert isinstance(read(line(evidence=None)), Dossier)


SELF = {"source": "self", "date": "2026-09-01", "scores": {"BAS-1": 2}}
QUIZ = {
    "source": "quiz",
    "date": "2026-09-01",
    "rater": "r1",
    "valid_until": "2027-01-31",
    "scores": {"Q1": 1, "Q2": 0},
}
DRILL = {"source": "drill", "date": "2026-09-01", "scores": {"BAS-2-1-1": 2}}
SURVEY = {"date": "2026-09-01", "importance": {"BAS-1": 5}, "problems": ["Q1"]}


def test_a_sound_line_gives_sittings_and_surveys() -> None:
    dossier = read(line(sittings=[SELF, QUIZ, DRILL], surveys=[SURVEY], evidence=None))
    assert isinstance(dossier, Dossier)
    assert [one.scores for one in dossier.sittings] == [{"BAS-1": 2}, {"Q1": 1, "Q2": 0}, {"BAS-2-1-1": 2}]
    assert [(one.rater, one.valid_until) for one in dossier.sittings] == [
        (None, None),
        ("r1", dt.date(2027, 1, 31)),
        (None, None),
    ]
    assert (dossier.surveys[0].importance, dossier.surveys[0].problems) == ({"BAS-1": 5}, ("Q1",))
    population = dossier.population
    assert population.sittings == {"学员0001": dossier.sittings}
    assert population.surveys == {"学员0001": dossier.surveys}
    assert population.dossier(dossier.person.id) == dossier


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (line(sittings=[{**SELF, "source": "gone"}]), [("REF01", '"gone", "dat')]),
        (line(sittings=[{**SELF, "scores": {"BAS-9": 2}}]), [("REF04", '"BAS-9": 2}}')]),
        (line(sittings=[{**SELF, "scores": {"BAS-1": 4}}]), [("REF04", "4}}]}")]),
        (line(sittings=[SELF, {**SELF, "scores": {"BAS-1": 9}}]), [("REF04", "9}}]}")]),
        (line(sittings=[{**SELF, "scores": {"BAS-1": 11}}]), [("FMT04", "11}}]}")]),
        (line(sittings=[{**SELF, "scores": {"BAS-1": "2"}}]), [("FMT03", '"2"}}]}')]),
        (line(sittings=[{**QUIZ, "scores": {"BAS-1": 1}}]), [("REF04", '"BAS-1": 1}}')]),
        (line(sittings=[{**QUIZ, "scores": {"Q1": 2, "Q2": 1}}]), [("REF04", '2, "Q2": 1}}')]),
        (line(sittings=[{**DRILL, "scores": {"BAS-2-1-1": 3}}]), [("REF04", "3}}]}")]),
        (line(sittings=[{"source": "self", "date": "2026-09-01"}]), [("FMT01", '{"source": "')]),
        (line(sittings=[{**SELF, "name": "王"}]), [("FMT02", '"name": "王"}')]),
        (line(sittings={}), [("FMT03", "{}}")]),
        (line(surveys=[{**SURVEY, "importance": {"BAS-9": 5}}]), [("REF01", '"BAS-9": 5},')]),
        (line(surveys=[{**SURVEY, "importance": {"BAS-1": 6}}]), [("FMT04", '6}, "problem')]),
        (line(surveys=[{**SURVEY, "importance": {"BAS-1": 0}}]), [("FMT04", '0}, "problem')]),
        (line(surveys=[{**SURVEY, "problems": ["Q9"]}]), [("REF01", '"Q9"]}]}')]),
        (line(surveys=[{**SURVEY, "problems": ["Q1"] * 4}]), [("FMT04", '["Q1", "Q1",')]),
        (line(surveys=[{"importance": {}}]), [("FMT01", '{"importance')]),
    ],
)
def test_broken_sittings_and_surveys_say_what_is_wrong_and_where(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (line(person__community="社区0002"), [("REF01", '"社区0002", "p')]),
        (line(person__role="nobody"), [("REF01", '"nobody"}, "')]),
        (line(person__completed=[{"module": "T9", "date": "2026-01-01"}]), [("REF01", '"T9", "date"')]),
        (line(person__begun=[{"module": "T9", "month": "2026-11"}]), [("REF01", '"T9", "month')]),
        (line(person__begun=[{"module": "T1-T", "month": "2026-13"}]), [("FMT04", '"2026-13"}]}')]),
        (line(person__away=["2027-03", "April"]), [("FMT04", '"April"]}, "')]),
        (line(community__types=["new_estate"]), [("REF01", '"new_estate"')]),
        (line(community__facts={"lifts": 1}), [("REF01", '"lifts": 1}}')]),
        (line(community__facts={"blocks_without_lift": "three"}), [("REF03", '"three"}}, "')]),
        (line(evidence=[{"unit": "BAS-9", "level": 1, "date": "2026-09-01"}]), [("REF01", '"BAS-9", "le')]),
        (line(evidence=[{"unit": "BAS-1", "level": "1", "date": "2026-09-01"}]), [("FMT03", '"1", "date":')]),
        (line(evidence=[{"unit": "BAS-1", "level": 1}]), [("FMT01", '{"unit": "BA')]),
        (line(person__post_since="2028-03-01"), [("LIN02", '"2028-03-01"')]),
        (line(person__post_since="2024-02-30"), [("FMT04", '"2024-02-30"')]),
        (line(person__name="王"), [("FMT02", '"name": "王"}')]),
        (line(person__kind="persn"), [("FMT05", '"persn", "id')]),
        (line(person=None), [("FMT01", '{"community"')]),
        (line(community=[]), [("FMT03", '[], "evidenc')]),
        (line(remarks="x"), [("FMT02", '"remarks": "')]),
        (line().replace('"level": 1,', '"level": 1, "level": 2,'), [("YML02", '"level": 2, ')]),
        (line()[:-1], [("LIN01", "")]),
        (line()[:-1] + "\r\n", [("LIN01", "\r\n")]),
        ("[]", [("FMT03", "[]")]),
    ],
)
def test_a_broken_line_says_what_is_wrong_and_where(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_every_problem_of_a_line_is_reported_at_once() -> None:
    text = line(
        person__post_since="yesterday",
        community__types=["new_estate"],
        evidence=[{"unit": "BAS-9", "level": 1, "date": "2026-09-01"}, {"unit": "BAS-1", "level": 12, "date": 3}],
    )
    assert [code for code, _ in found(text)] == ["FMT04", "FMT04", "FMT04", "REF01"]


def test_a_part_of_another_kind_is_refused() -> None:
    text = line(person=COMMUNITY)
    assert found(text) == [("FMT05", '"community",')]


def test_a_line_that_is_no_utf8_names_the_column() -> None:
    problems = read('{"person": "学'.encode() + b"\xff")
    assert not isinstance(problems, Dossier)
    assert places(problems) == [("YML06", 5, 14)]


def test_a_line_that_is_too_long_is_not_read() -> None:
    problems = read(b" " * MAX_LINE_BYTES + line().encode())
    assert not isinstance(problems, Dossier)
    assert places(problems) == [("YML05", 5, 1)]


@FUZZ
@given(st.data())
def test_the_short_way_and_the_checks_agree(data: st.DataObject) -> None:
    """A line with anything changed in it gives a person exactly when the checks of documents find nothing."""
    value = json.loads(
        line(
            person__role="old",
            person__completed=[{"module": "T1-T", "date": "2026-01-01"}],
            person__begun=[{"module": "T1-C", "month": "2026-11"}],
            person__away=["2027-03"],
            sittings=[QUIZ],
            surveys=[SURVEY],
        )
    )
    for _ in range(data.draw(st.integers(0, 2))):
        target: Any = value
        while True:
            keys = list(target) if isinstance(target, dict) else list(range(len(target)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(target[key], dict | list) and data.draw(st.booleans()):
                target = target[key]
                continue
            target[key] = data.draw(
                st.sampled_from(
                    [None, True, 0, 2, 2.5, "", "BAS-1", "old", "2026-02-30", "2028-01-01", [], {}, {"a": 1}]
                )
            )
            break
    text = json.dumps(value, ensure_ascii=False).encode()
    assert isinstance(READER.read(1, text), Dossier) == (list(READER._problems(1, text)) == [])
