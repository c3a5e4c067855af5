"""Reading a plan back: what the program wrote is read as it was, and everything else is refused at its place."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from competency_engine.domain.plan import Plan
from competency_engine.errors import FilesInError
from competency_engine.loading.plans import read_plan

PLAN: dict[str, Any] = {
    "person": "学员0001",
    "role": "R1",
    "as_of": "2026-11-21",
    "start": "2027-01",
    "months": 12,
    "hours_per_year": 56.0,
    "credited": [{"year": 2027, "hours": 2.5}],
    "status": "optimal",
    "hours": 2.0,
    "gaps": [],
    "steps": [
        {"number": 1, "month": "2027-01", "module": "m1", "hours": 1.0, "rises": [], "reasons": []},
        {"number": 2, "month": "2027-12", "module": "m2", "hours": 1.0, "rises": [], "reasons": []},
    ],
    "open_goals": [],
    "stages": [{"name": "hours", "value": 8, "bound": 8, "status": "optimal"}],
    "changes": [],
    "risks": [],
    "inputs": {},
}


def written(folder: Path, text: str) -> Path:
    path = folder / "old.json"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[tuple[str, int, int, str]]:
    """Return code, line, column and message of everything that is wrong."""
    with pytest.raises(FilesInError) as caught:
        read_plan(written(folder, text), "old.json")
    return [(d.code, d.position.line, d.position.column, d.message.en) for d in caught.value.diagnostics]


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    plan = Plan.model_validate_json(json.dumps(PLAN), strict=True)
    for indent in (None, 2):
        text = json.dumps(plan.model_dump(mode="json"), ensure_ascii=False, indent=indent)
        assert read_plan(written(tmp_path, text), "old.json") == plan


def test_every_violation_stands_at_its_place(tmp_path: Path) -> None:
    broken = {**PLAN, "start": "2027-13", "months": "12", "more": 1}
    text = json.dumps(broken, indent=2)
    lines = text.split("\n")
    found = problems(tmp_path, text)
    assert sorted((code, message) for code, _, _, message in found) == [
        ("FMT02", "plan has no key more"),
        ("FMT03", "the value 12 of months has the wrong type"),
        ("FMT04", "the value 2027-13 of start is not valid"),
    ]
    for _, line, column, message in found:
        name = next(name for name in ("start", "months", "more") if name in message)
        assert name in lines[line - 1]
        assert lines[line - 1][column - 1] == '"'


def test_a_month_is_asked_for_in_words(tmp_path: Path) -> None:
    with pytest.raises(FilesInError) as caught:
        read_plan(written(tmp_path, json.dumps({**PLAN, "start": "January"})), "old.json")
    assert caught.value.diagnostics[0].expected.en == "a month such as 2027-03"


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    text = json.dumps({key: value for key, value in PLAN.items() if key != "steps"})
    assert problems(tmp_path, text) == [("FMT01", 1, 1, "steps is missing")]


def test_a_module_twice_and_a_month_outside_are_contradictions(tmp_path: Path) -> None:
    steps = [PLAN["steps"][0], {**PLAN["steps"][1], "module": "m1"}, {**PLAN["steps"][1], "month": "2028-01"}]
    found = problems(tmp_path, json.dumps({**PLAN, "steps": steps}, indent=2))
    assert [(code, message) for code, _, _, message in found] == [
        ("FMT04", "the module m1 appears twice"),
        ("FMT04", "2028-01 lies outside the months of the plan"),
    ]
    assert found[0][1] < found[1][1]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('{\n  "person": "a",\n}', ("FMT03", 3, 1), "this is no JSON at }"),
        ("", ("FMT03", 1, 1), "the text ends too early"),
        ("[1]", ("FMT03", 1, 1), "this is not one plan"),
        ('{"a": NaN}', ("FMT03", 1, 7), "this is no JSON at NaN}"),
        ('{"a": 1' + "0" * 5000 + "}", ("FMT03", 1, 7), "this is no JSON at 10000000000000000000"),
        ('{"a": 1, "a": 2}', ("YML02", 1, 10), "the key a appears twice"),
        ("{}\n{}", ("FMT03", 2, 1), "this is no JSON at {}"),
        ("[" * 100_000, ("YML05", 1, 66), "nested more than 64 levels deep"),
        ('{"a":' * 900 + "1" + "}" * 900, ("YML05", 1, 326), "nested more than 64 levels deep"),
        ('{"a": "\\ud800"}', ("YML06", 1, 7), "the text holds half a character (a lone surrogate)"),
    ],
)
def test_what_is_no_json_is_refused(text: str, place: tuple[str, int, int], message: str, tmp_path: Path) -> None:
    assert problems(tmp_path, text) == [(*place, message)]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FilesInError, match=r"old\.json is no plan"):
        read_plan(tmp_path / "old.json", "old.json")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_bytes(json.dumps({**PLAN, "role": "社区"}, ensure_ascii=False).encode("gb18030"))
    with pytest.raises(FilesInError) as caught:
        read_plan(tmp_path / "old.json", "old.json")
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["YML06"]


def test_every_small_damage_is_read_or_refused_and_never_a_crash(tmp_path: Path) -> None:
    """Two hundred files with a few bytes changed: a plan, or a refusal that names a place in the file."""
    sound = json.dumps(PLAN, ensure_ascii=False, indent=2).encode()
    refused: list[list[bool]] = []
    for seed in range(200):
        rng, damaged = Random(seed), bytearray(sound)
        for _ in range(rng.choice([1, 1, 2, 5])):
            at = rng.randrange(len(damaged))
            if rng.random() < 0.3:
                del damaged[at : at + rng.choice([1, 3, 40])]
            else:
                damaged[at : at + rng.randint(0, 1)] = bytes([rng.choice(b'{}[]",:019-eE\\\xff\x00\nu')])
        (tmp_path / "old.json").write_bytes(bytes(damaged))
        try:
            read_plan(tmp_path / "old.json", "old.json")
        except FilesInError as error:
            last = bytes(damaged).count(b"\n") + 1
            refused.append([1 <= diagnostic.position.line <= last for diagnostic in error.diagnostics])
    assert all(lines and all(lines) for lines in refused)
    assert 100 <= len(refused) < 200
