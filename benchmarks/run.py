"""`make bench`: everything that docs/benchmarks.md reports, in one run.

    python -m benchmarks.run [--quick] [--write] [--only SECTION …]

The full run takes up to an hour, ``--quick`` some minutes. Progress goes to stderr, results to stdout; Ctrl-C ends the run and keeps the
sections that are finished. ``--write`` puts them into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import methods as m
from benchmarks.cases import REFERENCE
from benchmarks.compare import DisagreementError
from benchmarks.measure import say
from benchmarks.results import Results, Size, table
from benchmarks.sections import LIMITS, SECTIONS
from benchmarks.worlds import World

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
MARKS = ("<!-- results: begin -->", "<!-- results: end -->")

QUICK = Size(
    worlds=(World(162), World(511), World(5000)),
    people=100,
    rounds=3,
    seconds=3,
    everyone=(World(162, people=300), World(511, people=300)),
    files=(1531,),
)
FULL = Size(
    worlds=tuple(
        World(modules, coupling, gaps)
        for modules, gaps in ((162, "light"), (162, "heavy"), (511, "light"), (511, "heavy"), (5000, "light"))
        for coupling in (0.1, 0.35, 0.8)
    ),
    people=300,
    rounds=5,
    seconds=8,
    everyone=(World(162), World(511, 0.1), World(511), World(511, 0.8), World(5000)),
    files=(1531, 68_000),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A value that the project has set itself: at most ``limit``, or at least where ``least``."""

    what: str
    value: str
    limit: float
    least: bool = False

    def row(self, values: dict[str, float]) -> tuple[str, str, str, str]:
        """Return the target beside what was measured."""
        limit = f"{'≥' if self.least else '≤'} {self.limit:.3g}"
        if self.value not in values:
            return self.what, limit, "–", "not measured"
        found = values[self.value]
        met = found >= self.limit if self.least else found <= self.limit
        return self.what, limit, f"{found:.3g}", "met" if met else "not met"


_CITY, _LARGE = World(511).name, World(5000).name
TARGETS = (
    Target("511: hours stage ÷ naive greedy", f"{_CITY}: {m.ours(m.HOURS, m.COMPILED)} / {m.GREEDY}", 1 / 50),
    Target("511: all stages ÷ naive greedy", f"{_CITY}: {m.ours(m.STAGES, m.COMPILED)} / {m.GREEDY}", 1 / 20),
    Target("511: whole pipeline ÷ naive greedy", f"{_CITY}: {m.ours(m.PIPELINE, m.COMPILED)} / {m.GREEDY}", 1 / 10),
    Target("511: hours stage ÷ CP-SAT", f"{_CITY}: {m.ours(m.HOURS, m.COMPILED)} / {m.CP_SAT_HOURS}", 1 / 10),
    Target("511: share with all stages proven", f"{_CITY}: all stages proven", 1, least=True),
    Target("511: share with an accepted certificate", f"{_CITY}: certificate accepted", 0.95, least=True),
    Target("162: share with an accepted certificate", f"{World(162).name}: certificate accepted", 1, least=True),
    Target(
        "reference curriculum: share with an accepted certificate", f"{REFERENCE}: certificate accepted", 1, least=True
    ),
    Target("5,000: share with the hours proven", f"{_LARGE}: hours proven", 0.995, least=True),
    Target("5,000: worst gap of the rest", f"{_LARGE}: worst gap", 0.02),
    Target("5,000: slowest person, s", f"{_LARGE}: slowest", 5),
    Target("40 h: share proven", "40 h: proven", 1, least=True),
    Target("40 h: mean, s", "40 h: mean", 0.02),
    Target("56 h: share proven", "56 h: proven", 1, least=True),
    Target("80 h: share proven", "80 h: proven", 1, least=True),
    Target("8 months: share proven", "8 months: proven", 0.95, least=True),
    Target("8 months: mean, s", "8 months: mean", 0.02),
    Target("12 months: share proven", "12 months: proven", 0.95, least=True),
    Target("12 months: mean, s", "12 months: mean", 0.02),
    Target("1,531 people from file to file, s of wall time", "1531 people, wall", 3),
    Target("68,000 people from file to file, s of wall time", "68000 people, wall", 90),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer worlds and people: some minutes")
    parser.add_argument("--write", action="store_true", help="put the results into docs/benchmarks.md")
    parser.add_argument(
        "--only", nargs="+", choices=SECTIONS, metavar="SECTION", default=list(SECTIONS), help=", ".join(SECTIONS)
    )
    asked = parser.parse_args(arguments)
    results, started, trouble = Results(), time.perf_counter(), ""
    try:
        for title in asked.only:
            say(f"{title} …")
            parts = results.sections.setdefault(title, [])
            for part in SECTIONS[title](QUICK if asked.quick else FULL, results):
                parts.append(part)
    except KeyboardInterrupt:
        trouble = "interrupted"
    except DisagreementError as disagreement:
        trouble = f"proven answers differ: {disagreement}"
    text = report(results, trouble, quick=asked.quick, minutes=(time.perf_counter() - started) / 60)
    print(text)
    if asked.write:
        before, rest = PAGE.read_text(encoding="utf-8").split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        PAGE.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}", encoding="utf-8", newline="\n")
    if trouble:
        raise SystemExit(trouble)


def report(results: Results, trouble: str, *, quick: bool, minutes: float) -> str:
    """Return everything found, as Markdown: the machine, the targets, the sections."""
    missing = [title for title in SECTIONS if not results.sections.get(title)]
    kind = "Quick run" if quick else "Full run"
    lines = [
        f"{kind} of {dt.date.today().isoformat()}, {minutes:.0f} minutes; {os.cpu_count()} cores, {_processor()}, Python {platform.python_version()}; seed {World().seed}.",
        LIMITS,
        *([f"**Ended early: {trouble}.**"] if trouble else []),
        *([f"Not run: {', '.join(missing)}."] if missing else []),
        "## Targets",
        table(("target", "limit", "measured", ""), [target.row(results.values) for target in TARGETS]),
    ]
    for title, parts in results.sections.items():
        lines += [f"## {title}", *parts] if parts else []
    return "\n\n".join(lines)


def _processor() -> str:
    """Return the model of the processor, as the system tells it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    models = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


if __name__ == "__main__":
    main()
