"""The file of a calibration: read back as it was written, and refused with the cure when it is anything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from competency_engine.domain.calibration import Calibration, ScaleEstimate, UnitEstimate, hash_of
from competency_engine.errors import UsageError
from competency_engine.loading.calibration import MAX_BYTES, calibration_path, calibration_text, read_calibration

UNSIGNED = Calibration(
    as_of="2026-11-21",
    people=2,
    sample=1,
    scales={"self": ScaleEstimate((), ((0.5, 1.5, 2.5),), 0.5, (0.25, 0.75))},
    units={"BAS-1": UnitEstimate((0.4, 1.6, 2.6), 1.0)},
    ability=(0.5, 0.5),
    raters={"self/学员0001": (1.0, 0.0)},
)
SIGNED = replace(UNSIGNED, hash=hash_of(UNSIGNED))


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "calibration.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(folder: Path, text: str | bytes) -> UsageError:
    write(folder, text)
    with pytest.raises(UsageError, match=r"cannot use calibration\.json") as found:
        read_calibration(folder)
    return found.value


def test_a_calibration_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    write(tmp_path, calibration_text(SIGNED))
    found = read_calibration(tmp_path)
    assert found is not None
    assert asdict(found) == asdict(SIGNED)
    assert calibration_text(found) == calibration_text(SIGNED)


def test_it_stands_in_the_folder_of_the_people_or_beside_their_file(tmp_path: Path) -> None:
    path = write(tmp_path, calibration_text(SIGNED))
    people = tmp_path / "people.jsonl"
    people.touch()
    assert calibration_path(tmp_path) == calibration_path(people) == path
    assert read_calibration(people) is not None


def test_no_file_is_no_calibration(tmp_path: Path) -> None:
    assert read_calibration(tmp_path) is None
    (tmp_path / "calibration.json").mkdir()
    assert read_calibration(tmp_path) is None


def changed(change: Callable[[dict[str, Any]], Any]) -> str:
    """Return the text of the file with ``change`` applied to its content, the hash as it was."""
    value = json.loads(calibration_text(SIGNED))
    change(value)
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "nothing",
        b"\xff\xfe",
        calibration_text(SIGNED)[:-20],
        changed(lambda value: value.pop("units")),
        changed(lambda value: value["scales"]["self"].update(noise="0.5")),
        changed(lambda value: value.update(people=2.5)),
        changed(lambda value: value["raters"].update(r=[None])),
        "[" * 100_000,
    ],
)
def test_a_damaged_file_is_refused(text: str | bytes, tmp_path: Path) -> None:
    assert "it is incomplete, or of another shape" in refused(tmp_path, text).message.en


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(hash="0" * 64),
        lambda value: value.update(people=3),
        lambda value: value["scales"]["self"].update(noise=0.6),
        lambda value: value["raters"].pop("self/学员0001"),
        lambda value: value["units"]["BAS-1"]["thresholds"].reverse(),
    ],
)
def test_a_changed_file_is_refused(change: Callable[[dict[str, Any]], Any], tmp_path: Path) -> None:
    assert "does not match its hash" in refused(tmp_path, changed(change)).message.en


def test_a_file_of_another_version_is_refused_as_such(tmp_path: Path) -> None:
    other = replace(UNSIGNED, format="competency-engine calibration 2")
    text = calibration_text(replace(other, hash=hash_of(other)))
    assert "another version wrote it" in refused(tmp_path, text).message.en


def test_a_file_that_is_too_big_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "calibration.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UsageError, match="it is too big"):
        read_calibration(tmp_path)


def test_a_file_that_is_written_otherwise_but_says_the_same_is_read(tmp_path: Path) -> None:
    write(tmp_path, json.dumps(json.loads(calibration_text(SIGNED)), ensure_ascii=True))
    assert read_calibration(tmp_path) is not None


def test_a_refusal_names_the_file_and_the_cure_in_both_languages(tmp_path: Path) -> None:
    message = refused(tmp_path, "{}").message
    assert message.en.endswith("remove it, or run evidence calibrate again")
    assert message.zh == "无法使用 calibration.json：内容不完整或格式不对；删去它，或重新运行 evidence calibrate"
