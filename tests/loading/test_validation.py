"""From raw values to typed documents: each violation at its own place, said once, with a way to mend it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_engine.diagnostics import Path, Position, SourceMap
from competency_engine.domain.curriculum import Module
from competency_engine.loading.documents import ENTITY_TYPES, RawDocument
from competency_engine.loading.validation import named_ids, show_value, suggestion, validate_document
from tests.loading.reading import FUZZ, MODULE, SOURCE, examine, places, read
from tests.worlds.files import tiny


def only(text: str) -> tuple[str, int, int, str, str, str]:
    """Return code, line, column, message, expectation and cure of the only finding in ``text``, in English."""
    (found,) = examine(text)
    return found.code, found.position.line, found.position.column, found.message.en, found.expected.en, found.mend.en


def test_validate_document_returns_the_typed_document() -> None:
    (raw,) = read(MODULE + "requires: [{unit: BAS-1, level: 1}]\nbrings: {BAS-1: 2}\n").documents
    entity, problems = validate_document(raw)

    assert problems == ()
    assert isinstance(entity, Module)
    assert (entity.hours, entity.brings) == (1.0, {"BAS-1": 2})


@pytest.mark.parametrize(
    ("text", "code", "place", "message", "expected", "mend"),
    [
        ("id: a\n", "FMT01", (1, 1), "kind is missing", "one of: competency_model, domain, ", "add kind: …"),
        ("kind: sorce\nid: a\n", "FMT05", (1, 7), "no kind of document sorce", "one of: ", "did you mean source?"),
        ("kind: 3\n", "FMT05", (1, 7), "no kind of document 3", "one of: ", "write one of these"),
        ("kind: [unit]\n", "FMT05", (1, 7), "no kind of document […]", "one of: ", "did you mean unit?"),
        ("- a\n", "FMT03", (1, 1), "not a mapping but […]", "begins with kind: and id:", "begin the document with"),
        ("word\n", "FMT03", (1, 1), "not a mapping but word", "begins with kind: and id:", "begin the document with"),
        (SOURCE.replace("certainty: recalled\n", ""), "FMT01", (1, 1), "certainty is missing", "How sure", "add certainty"),
        (SOURCE + "titel: x\n", "FMT02", (5, 1), "source has no key titel", "known keys: kind, id, title,", "mean title?"),
        (SOURCE + "xyzzy: x\n", "FMT02", (5, 1), "no key xyzzy", "known keys: ", "remove it, or use a key that exists"),
        (SOURCE + "note: {zh: 甲, en: a, de: a}\n", "FMT02", (5, 22), "no key de here", "docs/format.md", "remove it"),
        (SOURCE + "url: 3\n", "FMT03", (5, 6), "the value 3 of url has the wrong type", "text", 'quote it: "3"'),
        (SOURCE + "url: true\n", "FMT03", (5, 6), "the value true of url", "text", 'quote it: "true"'),
        (SOURCE + "url: [a]\n", "FMT03", (5, 6), "the value […] of url", "text", "write one value, without brackets"),
        (SOURCE + "note: x\n", "FMT03", (5, 7), "the value x of note", "both languages: {zh: …, en: …}", "write {zh: x, en: …}"),
        (SOURCE + "note: [x]\n", "FMT03", (5, 7), "the value", "a mapping {…}", "write key: value"),
        (SOURCE + "note: {zh: 甲, en: }\n", "FMT03", (5, 19), "en is empty", "text", "write a value, or remove the key"),
        (SOURCE + 'note: {zh: 甲, en: ""}\n', "FMT04", (5, 19), "en is empty", "text", "write a value that fits"),
        (SOURCE + "published: 2026-2-3\n", "FMT04", (5, 12), "the value 2026-2-3 of published", "2026-11-21", "that fits"),
        (SOURCE.replace("recalled", "recaled"), "FMT05", (4, 12), "certainty cannot be recaled", "verified, ", "recalled?"),
        (SOURCE.replace("id: n", "id: -n"), "FMT04", (2, 5), "the value -newspaper of id", "at most 64", "that fits"),
        (MODULE.replace("hours: 1", "hours: '1'"), "FMT03", (7, 8), "the value 1 of hours", "a number", "without quotes"),
        (MODULE.replace("hours: 1", "hours: -1"), "FMT04", (7, 8), "the value -1 of hours", "> 0", "that fits"),
        (MODULE.replace("hours: 1", "hours: 401"), "FMT04", (7, 8), "the value 401 of hours", "≤ 400", "that fits"),
        (MODULE.replace("hours: 1", "hours: 1.1"), "FMT04", (7, 8), "1.1 of hours", "a multiple of 0.25", "that fits"),
        (MODULE + "offered: [0]\n", "FMT04", (9, 11), "the value 0 of offered", "≥ 1", "that fits"),
        (MODULE + "offered: [1.5]\n", "FMT03", (9, 11), "the value 1.5 of offered", "a whole number", "without quotes"),
        (MODULE + "laws: a\n", "FMT03", (9, 7), "the value a of laws", "a list […]", "put it in [ ]"),
        (MODULE + "brings: {a b: 1}\n", "FMT04", (9, 10), "the key a b is not a valid id", "letters of any", "that fits"),
        (MODULE + "requires: [T1]\n", "FMT06", (9, 12), "entry of requires has no known shape", "unit and level", "shapes"),
    ],
)  # fmt: skip
def test_validate_document_says_what_is_wrong_and_how_to_mend_it(
    text: str, code: str, place: tuple[int, int], message: str, expected: str, mend: str
) -> None:
    found = only(text)

    assert found[:3] == (code, *place)
    assert message in found[3]
    assert expected in found[4]
    assert mend in found[5]


def test_validate_document_reports_every_problem_of_a_document() -> None:
    text = MODULE.replace("practice", "practise", 1).replace("hours: 1", "hours: x") + "laws: a\nbrings: {BAS-1: 12}\n"

    assert sorted(places(examine(text)), key=lambda place: place[1]) == [
        ("FMT05", 4, 8),
        ("FMT03", 7, 8),
        ("FMT03", 9, 7),
        ("FMT04", 10, 17),
    ]


@pytest.mark.parametrize(
    ("requirement", "found"),
    [
        ("{unit: A, level: 12}", ("FMT04", 9, 29)),
        ("{unit: 12, level: 12}", ("FMT03", 9, 19)),
        ("{unit: A}", ("FMT01", 9, 12)),
        ("{unit: A, level: 1, x: 3}", ("FMT02", 9, 32)),
        ("{module: A, topic: B}", ("FMT02", 9, 24)),
        ("{all: 3}", ("FMT03", 9, 18)),
        ("{all: []}", ("FMT04", 9, 18)),
        ("{all: [{any: [{unit: A, level: no2}]}]}", ("FMT03", 9, 43)),
        ("{at_least: 2}", ("FMT01", 9, 12)),
        ("{of: [{topic: T}]}", ("FMT01", 9, 12)),
        ("{at_least: 0, of: [{topic: T}]}", ("FMT04", 9, 23)),
        ("{at_least: 1, of: [{topic: T}, {}]}", ("FMT06", 9, 43)),
    ],
)
def test_validate_document_finds_the_place_inside_a_requirement(requirement: str, found: tuple[str, int, int]) -> None:
    assert found in places(examine(MODULE + f"requires: [{requirement}]\n"))
    if "12, level: 12" not in requirement:
        assert places(examine(MODULE + f"requires: [{requirement}]\n")) == [found]


def test_validate_document_tells_two_equal_wrong_values_apart() -> None:
    text = MODULE + "requires: [{unit: 12, level: 12}]\n"

    assert places(examine(text)) == [("FMT03", 9, 19), ("FMT04", 9, 30)]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("{fact: x, at_least: '3'}", ("FMT03", 5, 27)),
        ("{fact: x, within_days: -1}", ("FMT04", 5, 30)),
        ("{fact: x, at_lest: 3}", ("FMT02", 5, 17)),
        ("{fact: x, equals: [1]}", ("FMT03", 5, 25)),
        ("{fact: [x], equals: 1}", ("FMT03", 5, 14)),
        ("{any: [{all: [{fact: x, one_of: built}]}]}", ("FMT03", 5, 39)),
        ("{community_type: []}", ("FMT04", 5, 24)),
        ("{always: false}", ("FMT05", 5, 16)),
        ("{}", ("FMT06", 5, 7)),
    ],
)
def test_validate_document_finds_the_place_inside_a_condition(condition: str, found: tuple[str, int, int]) -> None:
    text = f"kind: context_rule\nid: a\ntitle: {{zh: 甲, en: A}}\ncertainty: recalled\nwhen: {condition}\n"

    assert places(examine(text)) == [found]


def test_validate_document_shows_yaml_not_python() -> None:
    text = "kind: context_rule\nid: a\ntitle: {zh: 甲, en: A}\ncertainty: recalled\nwhen: {always: false}\n"

    assert only(text)[3:5] == ("always cannot be false", "one of: true")


def test_validate_document_says_once_that_a_fact_has_no_value() -> None:
    found = only("kind: community\nid: a\ntypes: []\nfacts: {blocks: }\n")

    assert found == (
        "FMT03", 4, 17, "blocks is empty", "text, a number, true or false", "write one value"
    )  # fmt: skip


def test_validate_document_finds_the_colon_of_a_mapping_with_one_entry() -> None:
    assert places(examine(MODULE + "brings:\n  BAS-1：1\n")) == [("YML07", 10, 8)]
    assert places(examine(MODULE + "brings:\n  BAS-1:1\n")) == [("YML08", 10, 8)]
    assert places(examine(SOURCE + "note: 甲：乙\n")) == [("FMT03", 5, 7)]
    assert places(examine(SOURCE + "note:\n  - 甲：乙\n")) == [("FMT03", 6, 3)]


def test_validate_document_shortens_what_it_shows() -> None:
    for text in (
        SOURCE + f"{'k' * 900}: 1\n",
        SOURCE + f"published: {'v' * 9000}\n",
        SOURCE + f"note: {{zh: a, {'k' * 900}: 1}}\n",
    ):
        assert all(len(found.message.en) < 120 for found in examine(text))


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ({"kind": "unit", "id": "A"}, ["A"]),
        ({"id": "m", "tiers": [{"id": "base"}, {"id": 3}, "x"], "more": {"id": "deep"}}, ["m", "base", "deep"]),
        ({"kind": "unit", "ID": "A"}, ["A"]),
        ({"kind": "unit", "idd": "A"}, ["A"]),
        ({"kind": "unit", "ids": ["A"]}, []),
        ({"kind": "unit", "domain": "A"}, []),
        (["id"], []),
        ("id", []),
        (None, []),
    ],
)
def test_named_ids_finds_what_a_broken_document_would_have_defined(value: Any, ids: list[str]) -> None:
    assert list(named_ids(value)) == ids


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "null"), (True, "true"), (False, "false"), (3, "3"), (2.5, "2.5"), ([1], "[…]"), ({"a": 1}, "{…}"),
     ("a\nb", "a b"), ("x" * 50, "x" * 39 + "…")],
)  # fmt: skip
def test_show_value_writes_as_a_reader_would(value: Any, shown: str) -> None:
    assert show_value(value) == shown


def test_suggestion_names_the_nearest_and_nothing_far() -> None:
    near = suggestion("BAS-l", {"BAS-1", "POL-1", "SKILL"})

    assert near is not None
    assert (near.zh, near.en) == ("是不是想写 BAS-1？", "did you mean BAS-1?")
    assert suggestion("zzz", {"BAS-1"}) is None
    assert suggestion("BAS-1", []) is None
    assert suggestion("学员000001", [f"学员{number:06}" for number in range(3000)]) is None


KEYS = st.sampled_from(
    [*Module.model_fields, "fact", "all", "any", "at_least", "of", "unit", "level", "prefer", "x", "zh"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([*ENTITY_TYPES]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


def mapped(value: Any) -> RawDocument:
    """Return ``value`` as a raw document in which every part has a place of its own."""
    marks: list[tuple[Path, bool, int, int]] = []

    def walk(part: Any, path: Path) -> None:
        marks.append((path, False, len(marks) + 1, 1))
        items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        for key, inner in items:
            walk(inner, (*path, key))

    walk(value, ())
    return RawDocument(value, SourceMap("a.yaml", marks))


@given(st.sampled_from([*ENTITY_TYPES]), st.dictionaries(KEYS, VALUES))
@FUZZ
def test_validate_document_never_raises_on_any_value(kind: str, value: dict[str, Any]) -> None:
    document = mapped({"kind": kind, **value})
    entity, problems = validate_document(document)

    assert (entity is None) == bool(problems)


WITH_EVERYTHING = """\
kind: module
id: T1-X
title: {zh: 甲, en: a}
phase: theory
mode: online
form: lecture
hours: 1
requires:
  - {unit: BAS-1, level: 1}
  - all: [{module: T1-T}, {topic: T1}, {any: [{topic: T2}, {unit: BAS-2, level: 2}]}]
  - {at_least: 1, of: [{module: T1-C}, {all: [{topic: T1}]}]}
brings: {BAS-1: 2}
offered: [1, 2]
validity_months: 12
certainty: recalled
---
kind: context_rule
id: rule
title: {zh: 甲, en: a}
when:
  any:
    - all: [{fact: a, equals: 1}, {fact: b, one_of: [x]}, {fact: c, at_least: 1}, {fact: d, within_days: 3}]
    - {community_type: [e, f]}
raises: {BAS-1: 2}
urgent: true
deadline: d
certainty: recalled
---
kind: policy
id: office
title: {zh: 甲, en: a}
budget: {hours_per_year: 12, counts: [rotation]}
hours_per_month: 6
gap_kinds: [{kind: ability, urgency: 1, forms: [lecture]}]
preferences: [{prefer: few_absences, modes: [rotation]}, {prefer: online_share, percent: 40}]
certainty: recalled
---
kind: urgent_pack
id: pack
title: {zh: 甲, en: a}
skill: SKL-1
steps: [{module: SKL-1-C, requires: [{topic: T1}]}]
risk: {zh: 甲, en: a}
certainty: recalled
---
kind: community
id: east
types: [e]
facts: {a: 1, b: x}
---
kind: person
id: Zhang
community: east
post_since: 2026-01-01
completed: [{module: T1-T, date: 2026-02-01}]
---
kind: evidence
id: first
person: Zhang
records: [{unit: BAS-1, level: 1, date: 2026-02-01, gap_kind: ability}]
"""
WORLD = [located.entity.model_dump(mode="json", exclude_unset=True) for located in tiny().loading.documents]
DOCUMENTS = [*WORLD, *(document.value for document in read(WITH_EVERYTHING).documents)]


def parts_of(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every part of ``value`` with its path, ``value`` first."""
    yield path, value
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from parts_of(part, (*path, key))


def problems_after(document: Any, path: Path, value: Any) -> tuple[RawDocument, list[tuple[str, Position]]]:
    """Return ``document`` with ``value`` at ``path``, and the code and place of what is wrong with it then."""
    changed = holder = copy.deepcopy(document)
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    raw = mapped(changed)
    return raw, [(problem.code, problem.position) for problem in validate_document(raw)[1]]


def test_validate_document_accepts_the_documents_of_these_tests() -> None:
    assert [problem for document in DOCUMENTS for problem in validate_document(mapped(document))[1]] == []


def test_validate_document_reports_a_mapping_for_a_value_once_and_in_its_place() -> None:
    for document in DOCUMENTS:
        for path, part in parts_of(document):
            if not isinstance(part, dict | list):
                raw, problems = problems_after(document, path, {"wrong": {"deep": 1}})
                assert [place for _, place in problems] == [raw.source_map.value(path)], (document["id"], path)


def test_validate_document_reports_an_unknown_key_once_and_in_its_place() -> None:
    for document in DOCUMENTS:
        for path, part in parts_of(document):
            if isinstance(part, dict):
                raw, problems = problems_after(document, (*path, "wrong key"), [])
                ids_are_keys = path[-1:] in (
                    ("brings",),
                    ("floor",),
                    ("raises",),
                    ("facts",),
                    ("needs",),
                    ("levels",),
                ) or (document["kind"] == "role" and path == ("requires",))
                assert {place for _, place in problems} == {raw.source_map.value((*path, "wrong key"))}
                assert {code for code, _ in problems} == ({"FMT03", "FMT04"} if ids_are_keys else {"FMT02"})


def test_validate_document_reports_a_missing_key_at_the_mapping_that_lacks_it() -> None:
    missing = 0
    for document in DOCUMENTS:
        for path, part in parts_of(document):
            for key in part if isinstance(part, dict) and len(part) > 1 else ():
                rest = {name: value for name, value in part.items() if name != key}
                raw = mapped(rest) if not path else problems_after(document, path, rest)[0]
                problems = validate_document(raw)[1]
                missing += len(problems)
                assert {problem.position for problem in problems} <= {raw.source_map.value(path)}
    assert missing > 500
