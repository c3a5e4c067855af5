"""What a city's handbooks cost: seconds and memory, by format and by layout.

`python benchmarks/handbook.py [PEOPLE] [WORKERS]`: plans so many synthetic people (1,531 by default) and writes their handbooks, each format into
a folder of its own; then again, when every file is kept; and all of them in one file.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from competency_engine.interop.word_template import starter_template
from competency_engine.workflows.handbook_folder import join_files, print_folder
from competency_engine.workflows.handbooks import Printing, Tally, each_handbook, open_given, open_handbooks
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.plan_all import plan_all
from competency_engine.workflows.session import open_session
from examples import generate

ROOT = Path(__file__).parents[1]
Value = TypeVar("Value")


def measured(name: str, work: Callable[[], Value]) -> Value:
    """Return what ``work`` gives; print its seconds, by the clock and of CPU, and the most memory of this process so far."""
    started, cpu = time.perf_counter(), _cpu()
    value = work()
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    print(
        f"{name:44} {time.perf_counter() - started:7.1f} s  {_cpu() - cpu:7.1f} s CPU  largest process {memory:5} MB",
        flush=True,
    )
    return value


def _cpu() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def main() -> None:
    """Print the figures."""
    count, workers = (int(text) for text in (*sys.argv[1:3], *("1531", "2")[len(sys.argv[1:3]) :]))
    session = open_session(ROOT, "7n")
    options = PlanOptions(generate.AS_OF)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = folder / "people.jsonl"
        generate.write_lines(generate.build_world(count, 2026, generate.AS_OF), people)
        print(f"{count:,} people, {workers} workers")
        word = Printing("docx", "zh")

        def written(printing: Printing, to: str) -> tuple[Path, ...]:
            opened = open_handbooks(session, people, (), options, printing)
            return print_folder(opened, folder / to, workers)[1]

        files = measured("planned and written in Word", lambda: written(word, "docx"))
        measured("once more, every file kept", lambda: written(word, "docx"))
        joined = measured("all in one Word file", lambda: join_files(files, "docx"))
        print(
            f"{len(files):,} files, {sum(file.stat().st_size for file in files):,} bytes; in one {len(joined):,} bytes"
        )
        plans = folder / "plans.jsonl"
        measured("planned alone", lambda: plan_all(session, people, options, plans, workers=workers))

        def given(printing: Printing, to: str) -> tuple[Path, ...]:
            return print_folder(open_given(session, people, (), plans, printing), folder / to, workers)[1]

        measured("verified and written in Word", lambda: given(word, "given"))
        own = Printing("docx", "zh", starter_template("zh"), "starter.docx")
        measured("verified and written by a template", lambda: given(own, "template"))
        pdf = measured("verified and written in PDF", lambda: given(Printing("pdf", "zh"), "pdf"))
        measured("all in one PDF", lambda: join_files(pdf, "pdf"))
        measured("verified and written as calendars", lambda: given(Printing("ics", "zh"), "ics"))
        listed = open_given(session, people, (), plans, Printing("xlsx", "zh"))
        measured("verified, for lists", lambda: sum(1 for _ in each_handbook(listed, workers, Tally())))


if __name__ == "__main__":
    main()
