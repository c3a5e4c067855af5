"""The sections of a run: each measures one thing and returns a table, and leaves the values that targets are set on."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import answer_sets, direct, steps
from benchmarks import methods as m
from benchmarks.cases import ROOT, Case, open_cases, open_world
from benchmarks.compare import DisagreementError, compare
from benchmarks.measure import Method, Outcome, Timing, measure, say
from benchmarks.results import Results, Size, milliseconds, percent, table
from benchmarks.start import find_starts
from benchmarks.worlds import AS_OF, World, write_world
from competency_engine.planning.certificate import check_certificate, seal_certificate
from competency_engine.planning.problem import PlanningProblem, StageResult
from competency_engine.planning.search import Search
from competency_engine.planning.select import select_modules
from competency_engine.planning.sequence import schedule_modules

BUDGETS = (40, 56, 80)
MONTHS = (8, 12)


Section = Callable[[Size, Results], Iterator[str]]
"""Yields its text part by part, so that what was measured before an interruption is kept."""


def starts(size: Size, results: Results) -> Iterator[str]:
    """Tell warm from cold: what a process pays before its first plan."""
    rows = [
        (name, *(milliseconds(seconds[step]) for step in ("load", "first closing", "second closing")))
        for name, seconds in find_starts().items()
    ]
    yield (
        table(("back end", "ms to load", "ms, first person", "ms, second person"), rows)
        + "\n\nWarm: compiled code is on disk."
    )


def everyone(size: Size, results: Results) -> Iterator[str]:
    """Plan every person of some worlds and of the reference curriculum once, compiled: what is proven, and the slowest."""
    rows: list[tuple[object, ...]] = []
    for case in open_cases(size.everyone, size.people):
        search = m.searches(case).get(m.COMPILED)
        if search is None:
            yield "Not measured: numba is not installed."
            return
        say(f"  {case.name}, {len(case.people)} people")
        rows.append(_row_of_everyone(case, search, results))
    head = (
        "curriculum",
        "people",
        "hours proven",
        "worst gap",
        "all stages proven",
        "certificate accepted",
        "ms, mean",
        "ms, median",
        "ms, slowest",
    )
    yield table(head, rows)


def _row_of_everyone(case: Case, search: Search, results: Results) -> tuple[object, ...]:
    gaps, staged, accepted, seconds = [], [], [], []
    for person in range(len(case.people)):
        problem = case.pose(person)
        start = time.process_time()
        selection = select_modules(problem, search=search)
        seconds.append(time.process_time() - start)
        assert selection is not None
        hours = next(stage for stage in selection.stages if stage.name == "hours")
        gaps.append((hours.value - hours.bound) / max(1, hours.value))
        staged.append(_all_proven(selection.stages))
        accepted.append(_certifies(case.pose(person), search))
        if person % 200 == 199:
            say(f"    {person + 1} people")
    found = {
        "hours proven": statistics.fmean(gap == 0 for gap in gaps),
        "worst gap": max(gaps),
        "all stages proven": statistics.fmean(staged),
        "certificate accepted": statistics.fmean(accepted),
    }
    results.values |= {f"{case.name}: {what}": value for what, value in found.items()}
    results.values[f"{case.name}: slowest"] = max(seconds)
    times = (statistics.fmean(seconds), statistics.median(seconds), max(seconds))
    return case.name, len(case.people), *map(percent, found.values()), *map(milliseconds, times)


def _certifies(problem: PlanningProblem, search: Search) -> bool:
    """Return whether the checker accepts the proof that the goals within reach take as many hours, whatever the budget."""
    closing = search.close_goals(problem)
    if closing is None or closing.proof is None or closing.bound < closing.hours:
        return False
    check_certificate(problem, closing.modules, seal_certificate(problem, closing.hours, tuple(closing.proof)))
    return True


def _all_proven(stages: tuple[StageResult, ...]) -> bool:
    return all(stage.status == "optimal" for stage in stages)


def limits(size: Size, results: Results) -> Iterator[str]:
    """Plan within yearly budgets, and put optimal selections into months."""
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        case = open_world(World(people=size.people), Path(folder))
    search = next(reversed(m.searches(case).values()))
    people = range(len(case.people))
    for hours in BUDGETS:
        problems = [case.pose(person, hours_per_year=hours) for person in people]
        timing = _timed(f"{hours} h a year", len(problems), size, lambda i, p=problems: _selection(p[i], search))
        rows.append(_limit_row(f"selection within {hours} h a year", timing))
        results.values[f"{hours} h: proven"], results.values[f"{hours} h: mean"] = timing.proven, timing.mean
    for months in MONTHS:
        problems = [case.pose(person, months=months) for person in people]
        chosen = [select_modules(problem, search=search) for problem in problems]
        pairs = [(p, s.modules) for p, s in zip(problems, chosen, strict=True) if s is not None]
        timing = _timed(f"{months} months", len(pairs), size, lambda i, p=pairs: _schedule(*p[i], search))
        rows.append(_limit_row(f"sequence into {months} months", timing))
        results.values[f"{months} months: proven"], results.values[f"{months} months: mean"] = (
            timing.proven,
            timing.mean,
        )
    yield f"On {case.name}, {'compiled' if search.compiled else 'plain'}.\n\n" + table(
        ("what", "people", "proven", "ms, mean", "ms, slowest"), rows
    )


def _timed(name: str, people: int, size: Size, run: Callable[[int], Outcome]) -> Timing:
    say(f"  {name}")
    return measure([Method(name, run)], people, size.rounds, size.seconds)[name]


def _selection(problem: PlanningProblem, search: Search) -> Outcome:
    selection = select_modules(problem, search=search)
    return Outcome(0, 0, selection is not None and _all_proven(selection.stages))


def _schedule(problem: PlanningProblem, modules: int, search: Search) -> Outcome:
    schedule = schedule_modules(problem, modules, search=search)
    return Outcome(0, modules, schedule is not None and _all_proven(schedule[1]))


def _limit_row(name: str, timing: Timing) -> tuple[object, ...]:
    return name, timing.people, percent(timing.proven), milliseconds(timing.mean), milliseconds(timing.most)


def switches(size: Size, results: Results) -> Iterator[str]:
    """Switch off one step of the search at a time."""
    people = min(size.people, 60)
    with tempfile.TemporaryDirectory() as folder:
        case = open_world(World(coupling=0.8, people=people), Path(folder))
    effects = steps.find_effects(case.catalogue, [case.pose(person) for person in range(people)], min(size.rounds, 3))
    if any(effect.hours != effects[0].hours for effect in effects if effect.proven == 1 == effects[0].proven):
        raise DisagreementError(f"{case.name}: a step that was switched off changed an answer")
    rows = [
        (
            e.step,
            milliseconds(e.seconds),
            f"{e.seconds / effects[0].seconds:.3g}",
            f"{e.parts:.3g}",
            percent(e.at_root),
            percent(e.proven),
        )
        for e in effects
    ]
    head = ("switched off", "ms, mean", "× time", "parts bounded", "without a branch", "proven")
    yield (
        f"On {case.name}, {people} people, plain Python, each search with at most {steps.WORK_LIMIT:,} operators looked at.\n\n"
        + table(head, rows)
    )


def files(size: Size, results: Results) -> Iterator[str]:
    """Plan from file to file with two processes, once the command line can."""
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        for people in (2, *size.files):
            world = Path(folder) / str(people)
            write_world(World(people=people), world)
            say(f"  {people} people from file to file")
            start = time.perf_counter()
            trouble = _plan_file(world)
            wall = time.perf_counter() - start
            if trouble:
                yield f"Not measured: {trouble}."
                return
            if people != 2:
                results.values[f"{people} people, wall"] = wall
                rows.append((f"{people:,}", f"{wall:.3g}", f"{people / wall:,.0f}"))
    yield "511 modules, `plan --all --workers 2`, after a run of two people, so that caches are warm.\n\n" + table(
        ("people", "wall s", "people a second"), rows
    )


def _plan_file(world: Path) -> str:
    """Return why ``people.jsonl`` of ``world`` was not planned; empty when each line became a plan."""
    out = world / "plans.jsonl"
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "plan",
        "--all",
        "--people",
        "people.jsonl",
        "--curriculum",
        "world",
        "--as-of",
        AS_OF,
    ]
    command += ["--out", str(out), "--workers", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=world, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or not out.exists():
        return f"the command line has no `plan --all --people X.jsonl --out Y.jsonl` yet (exit code {done.returncode})"
    with (world / "people.jsonl").open(encoding="utf-8") as people, out.open(encoding="utf-8") as plans:
        wanted, found = sum(1 for _ in people), 0
        for line in plans:
            try:
                found += "person" in json.loads(line)
            except (ValueError, TypeError):
                return "the command line writes no JSON lines yet"
    return "" if wanted == found else f"{found} plans for {wanted} people"


SECTIONS: dict[str, Section] = {
    "Cold and warm": starts,
    "Methods side by side": compare,
    "Everyone": everyone,
    "Budgets and months": limits,
    "What each step buys": switches,
    "From file to file": files,
}

LIMITS = (
    f"CP-SAT: one worker, {direct.SECONDS:g} s a solve. Answer sets: one thread, {answer_sets.SECONDS:g} s. "
    f"Ratios are least / median / most of the rounds, over the people that both methods planned."
)
