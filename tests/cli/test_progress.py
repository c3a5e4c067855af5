"""How far a run is, in words."""

from __future__ import annotations

import pytest

from competency_engine.cli import progress as shown
from competency_engine.cli.progress import progress_text, shown_progress
from competency_engine.workflows.batch import Progress


def test_progress_counts_the_speed_of_this_run_alone() -> None:
    """Of 4,000 people 1,000 were found; 1,000 more took 10 seconds; 2,000 are left."""
    assert progress_text(Progress(2000, 1000, 0.5), 10, "en") == "2,000 people done (50%), 100.0 people/s, 0:00:20 left"
    assert progress_text(Progress(2000, 1000, 0.5), 10, "zh") == "已完成 2,000 人 (50%), 每秒 100.0 人，还需 0:00:20"


def test_progress_says_no_speed_before_there_is_one() -> None:
    assert progress_text(Progress(1000, 1000, 0.25), 1, "en") == "1,000 people done (25%)"


def test_progress_is_a_line_every_few_seconds_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(shown.time, "monotonic", lambda: now)
    with shown_progress("en") as show:
        for people in range(1, 13):
            now = people
            show(Progress(people, 0, people / 12))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["5", "10"]


def test_progress_is_a_bar_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown.sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with shown_progress("en") as show:
        show(Progress(6, 0, 0.5))
    assert "6 people done (50%)" in capsys.readouterr().err
