"""What the system refuses is said in the user's language."""

from __future__ import annotations

import errno
import pickle
from pathlib import Path

import pytest

from competency_engine.errors import reason_of, unreadable, unwritable


def test_a_refusal_of_the_system_is_said_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as gone:
        (tmp_path / "none.yaml").read_text(encoding="utf-8")
    assert (reason_of(gone.value).zh, reason_of(gone.value).en) == (
        "没有这个文件或文件夹",
        "there is no such file or folder",
    )
    with pytest.raises(FileExistsError) as taken:
        tmp_path.mkdir()
    assert unwritable("out", taken.value).message.zh == "无法写入 out：那里已有一个文件"
    assert unreadable("out", taken.value).message.en == "cannot read out: there is a file already"


def test_a_rarer_refusal_keeps_the_words_of_the_system() -> None:
    rare = OSError(errno.EXDEV, "Invalid cross-device link")
    assert reason_of(rare).zh == "Invalid cross-device link"
    assert reason_of(OSError()).en == "OSError"


def test_an_error_arrives_whole_from_another_process() -> None:
    error = unreadable("people.jsonl", PermissionError(errno.EACCES, "Permission denied"))
    assert pickle.loads(pickle.dumps(error)).message == error.message
