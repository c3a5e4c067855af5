"""The file of a calibration: written by this program, read back only as it was written."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from competency_engine.domain.calibration import CALIBRATION_FORMAT, Calibration, hash_of
from competency_engine.errors import UsageError, reason_of
from competency_engine.text import Text, say

CALIBRATION_NAME = "calibration.json"
"""Name of the file, in the folder of the people."""
MAX_BYTES = 256 * 1024 * 1024


def calibration_path(people: Path) -> Path:
    """Return where the calibration of ``people`` stands: in the folder, or beside the file."""
    return (people if people.is_dir() else people.parent) / CALIBRATION_NAME


def read_calibration(people: Path) -> Calibration | None:
    """Return the calibration of ``people``; None where there is none.

    Raises:
        UsageError: when the file cannot be read, or is not as this program wrote it.
    """
    path = calibration_path(people)
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused(path, say("文件太大", "it is too big"))
        calibration = TypeAdapter(Calibration).validate_json(path.read_bytes(), strict=True)
    except OSError as error:
        raise _refused(path, reason_of(error)) from None
    except ValidationError:
        raise _refused(path, say("内容不完整或格式不对", "it is incomplete, or of another shape")) from None
    if calibration.format != CALIBRATION_FORMAT:
        raise _refused(path, say("是别的版本写的", "another version wrote it"))
    if calibration.hash != hash_of(calibration):
        raise _refused(path, say("内容与其校验值不符，被改动过", "its content does not match its hash: it was changed"))
    return calibration


def calibration_text(calibration: Calibration) -> str:
    """Return the content of the file."""
    return json.dumps(asdict(calibration), ensure_ascii=False, indent=1) + "\n"


def _refused(path: Path, reason: Text) -> UsageError:
    return UsageError(
        say(
            f"无法使用 {path.name}：{reason.zh}；删去它，或重新运行 evidence calibrate",
            f"cannot use {path.name}: {reason.en}; remove it, or run evidence calibrate again",
        )
    )
