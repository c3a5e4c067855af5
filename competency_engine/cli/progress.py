"""How far a long run is, on stderr: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from competency_engine.text import Lang, Text, say

if TYPE_CHECKING:
    from competency_engine.workflows.batch import Progress
    from competency_engine.workflows.evidence import Heard as Round

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def shown_progress(lang: Lang) -> Iterator[Callable[[Progress], None]]:
    """Give what shows a progress."""
    started = time.monotonic()
    if not sys.stderr.isatty():
        yield _lines(started, lang)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda progress: bar.update(
            task, completed=progress.share, description=progress_text(progress, time.monotonic() - started, lang)
        )


@contextmanager
def shown_rounds(lang: Lang) -> Iterator[Callable[[Round], None]]:
    """Give what shows how far a work of several rounds over many people is."""
    with _shown_line(lang) as show:
        yield lambda heard: show(
            say(
                f"第 {heard.round}/{heard.rounds} 轮，已读 {heard.people:,} 人",
                f"round {heard.round} of {heard.rounds}, {heard.people:,} people",
            )
        )


@contextmanager
def shown_count(lang: Lang) -> Iterator[Callable[[int, int], None]]:
    """Give what shows how many of how many units are looked at."""
    with _shown_line(lang) as show:
        yield lambda done, total: show(say(f"第 {done}/{total} 个单元", f"unit {done} of {total}"))


@contextmanager
def shown_people(lang: Lang) -> Iterator[Callable[[int], None]]:
    """Give what shows how many people are done."""
    with _shown_line(lang) as show:
        yield lambda people: show(say(f"已完成 {people:,} 人", f"{people:,} people done"))


@contextmanager
def _shown_line(lang: Lang) -> Iterator[Callable[[Text], None]]:
    """Give what shows a text and the seconds since the start: one line that renews itself, or one now and then."""
    started = shown = time.monotonic()
    renewing = sys.stderr.isatty()

    def show(text: Text) -> None:
        nonlocal shown
        now = time.monotonic()
        if not renewing and now - shown < SECONDS_BETWEEN_LINES:
            return
        shown = now
        seconds = say(f"，{now - started:.0f} 秒", f", {now - started:.0f} s")
        line = text.in_language(lang) + seconds.in_language(lang)
        sys.stderr.write(f"\r\x1b[K{line}" if renewing else f"{line}\n")
        sys.stderr.flush()

    try:
        yield show
    finally:
        if renewing:
            sys.stderr.write("\r\x1b[K")


def _lines(started: float, lang: Lang) -> Callable[[Progress], None]:
    shown = started

    def show(progress: Progress) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown >= SECONDS_BETWEEN_LINES:
            shown = now
            sys.stderr.write(progress_text(progress, now - started, lang) + "\n")
            sys.stderr.flush()

    return show


def progress_text(progress: Progress, seconds: float, lang: Lang) -> str:
    """Return how many people are done, how many a second, and the time that is left.

    What an earlier run had done counts as done, but says nothing of the speed.

    Args:
        progress: how far the run is.
        seconds: since it began.
        lang: language of the words.
    """
    speed = (progress.people - progress.found) / max(seconds, 1e-9)
    done = say(f"已完成 {progress.people:,} 人", f"{progress.people:,} people done").in_language(lang)
    text = f"{done} ({progress.share:.0%})"
    if speed == 0 or progress.share == 0:
        return text
    left = round(progress.people * (1 / progress.share - 1) / speed)
    clock = f"{left // 3600}:{left // 60 % 60:02d}:{left % 60:02d}"
    rest = say(f"每秒 {speed:,.1f} 人，还需 {clock}", f"{speed:,.1f} people/s, {clock} left")
    return f"{text}, {rest.in_language(lang)}"
