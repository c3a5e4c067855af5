"""The tutorials: whoever follows them sees what they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.tutorial import TUTORIALS, follow


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_whoever_follows_a_tutorial_sees_what_it_shows(path: Path, tmp_path: Path) -> None:
    steps = list(follow(path.read_text(encoding="utf-8"), tmp_path))

    assert len(steps) >= 5
    for block, printed in steps:
        assert printed == block[3]


def test_the_designers_tutorial_is_led_by_check_from_step_to_step(tmp_path: Path) -> None:
    (designers,) = (path for path in TUTORIALS if path.stem == "tutorial-designers")
    checks = [
        printed for _, printed in follow(designers.read_text(encoding="utf-8"), tmp_path) if "engine check" in printed
    ]
    codes = [
        code for code in ("REA04", "REA02", "FMT02", "REF01", "PRE05") if any(code in printed for printed in checks)
    ]

    assert codes == ["REA04", "REA02", "FMT02", "REF01", "PRE05"]
    assert "0 errors, 0 warnings" in checks[-1]
