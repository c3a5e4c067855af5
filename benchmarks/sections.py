"""The sections of a run: each measures one thing and returns a table, and leaves the values that targets are set on."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import answer_sets, direct, steps
from benchmarks import methods as m
from benchmarks.cases import ROOT, Case, open_reference, open_world
from benchmarks.measure import Method, Outcome, Timing, measure, ratio, say
from benchmarks.start import find_starts
from benchmarks.worlds import AS_OF, World, write_world
from competency_engine.planning.problem import PlanningProblem, StageResult, bits
from competency_engine.planning.reduce import find_executable
from competency_engine.planning.search import Search
from competency_engine.planning.select import select_modules
from competency_engine.planning.sequence import schedule_modules

BUDGETS = (40, 56, 80)
MONTHS = (8, 12)


@dataclass(frozen=True, slots=True)
class Size:
    """How much one run measures.

    Attributes:
        worlds: the worlds on which methods are compared.
        people: most people of a comparison.
        rounds: interleaved rounds.
        seconds: CPU seconds that each method may use on each world, all rounds together.
        everyone: worlds of which every person is planned once.
        files: how many people go from file to file.
    """

    worlds: tuple[World, ...]
    people: int
    rounds: int
    seconds: float
    everyone: tuple[World, ...]
    files: tuple[int, ...]


@dataclass(slots=True)
class Results:
    """What was found so far: the parts of each section, and single values by name, for the targets."""

    sections: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)


Section = Callable[[Size, Results], Iterator[str]]
"""Yields its text part by part, so that what was measured before an interruption is kept."""


class DisagreementError(AssertionError):
    """Two proven answers differ: at least one of the methods is wrong."""


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Return a Markdown table; the first column is text, the others numbers."""
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def milliseconds(seconds: float) -> str:
    """Return a time in milliseconds with three digits."""
    return f"{seconds * 1000:.3g}"


def percent(share: float) -> str:
    """Return a share in per cent."""
    return f"{share * 100:.4g} %"


def compare(size: Size, results: Results) -> Iterator[str]:
    """Compare all methods on every world and on the reference curriculum."""
    for case in _cases([replace(world, people=size.people) for world in size.worlds], size.people):
        say(f"  {case.name}")
        yield f"### {case.name}\n\n{_comparison(case, size, results)}"


def _cases(worlds: Iterable[World], people: int) -> Iterator[Case]:
    """Yield ``worlds``, and the reference curriculum with ``people``, each opened when its turn comes."""
    for world in worlds:
        with tempfile.TemporaryDirectory() as folder:
            case = open_world(world, Path(folder))
        yield case
    with tempfile.TemporaryDirectory() as folder:
        case = open_reference(people, Path(folder))
    yield case


def _comparison(case: Case, size: Size, results: Results) -> str:
    problems = [case.pose(person) for person in range(len(case.people))]
    tried = []
    for back_end, search in m.searches(case).items():
        tried += m.our_methods(case, problems, back_end, search)
    tried += m.yardsticks(case, problems)
    large = len(case.catalogue.module_ids) > 1000
    if large:
        tried = [method for method in tried if method.name not in TOO_SLOW_WHEN_LARGE]
    timings = measure(tried, len(problems), size.rounds, size.seconds)
    _agree(case, timings)
    rows = [_row(name, timing, timings) for name, timing in timings.items()]
    for name, timing in timings.items():
        for yardstick in (m.GREEDY, m.CP_SAT_HOURS):
            results.values[f"{case.name}: {name} / {yardstick}"] = ratio(timing, timings[yardstick]).median
    text = table(
        ("method", "people", "ms, mean", "ms, slowest", "proven", f"cost ÷ {m.GREEDY}", f"cost ÷ {m.CP_SAT_HOURS}"),
        rows,
    )
    left_out = f" Left out at this size: {', '.join(TOO_SLOW_WHEN_LARGE)}." if large else ""
    return f"{text}\n\n{_excess(problems, timings)}{left_out}"


TOO_SLOW_WHEN_LARGE = (m.ours(m.STAGES, m.PLAIN), m.ours(m.HOURS, m.PLAIN), m.CP_SAT_STAGES)


def _row(name: str, timing: Timing, timings: dict[str, Timing]) -> tuple[object, ...]:
    proven = percent(timing.proven) if name not in (m.GREEDY, m.FLOOR) else "–"
    to = [str(ratio(timing, timings[other])) if other != name else "1" for other in (m.GREEDY, m.CP_SAT_HOURS)]
    return name, timing.people, milliseconds(timing.mean), milliseconds(timing.most), proven, *to


def _agree(case: Case, timings: dict[str, Timing]) -> None:
    """Compare proven answers: hours of all methods, modules of those that settle every stage.

    Raises:
        DisagreementError: naming the person and the two methods.
    """
    settled = [name for name in timings if m.STAGES in name or m.PIPELINE in name]
    hours = [name for name in timings if m.HOURS in name]
    for names, key in ((hours, "hours"), (settled, "modules")):
        for person in range(max(timings[name].people for name in names)):
            answers = {}
            for name in names:
                outcomes = timings[name].outcomes
                if person < len(outcomes) and outcomes[person].proven:
                    answers[name] = getattr(outcomes[person], key)
            if len(set(answers.values())) > 1:
                raise DisagreementError(f"{case.name}, {case.people[person]}: {answers}")


def _excess(problems: list[PlanningProblem], timings: dict[str, Timing]) -> str:
    """Return how many more hours the greedy's plans take, after replaying them."""
    best, found = (
        timings[max(timings, key=lambda name: (m.HOURS in name and "ours" in name, timings[name].people))],
        timings[m.GREEDY],
    )
    excess = []
    for problem, optimal, greedy in zip(problems, best.outcomes, found.outcomes, strict=False):
        check_plan(problem, greedy.modules)
        if optimal.proven and optimal.hours:
            excess.append(greedy.hours / optimal.hours - 1)
    if not excess:
        return "Nobody here has an optimal plan to compare the greedy's with."
    return (
        f"The greedy's plans take {percent(statistics.fmean(excess))} more hours than the optimum (worst {percent(max(excess))}); "
        f"{percent(statistics.fmean(e == 0 for e in excess))} of {len(excess)} are optimal."
    )


def check_plan(problem: PlanningProblem, modules: int) -> None:
    """Replay a plan of the greedy.

    Raises:
        AssertionError: when a module cannot be taken, a partner is missing, or a goal within reach stays open.
    """
    catalogue = problem.catalogue
    facts, taken = catalogue.closure(problem.start, modules)
    within, _ = find_executable(problem)
    lonely = [
        x for x in bits(modules) if catalogue.partners[x] and not catalogue.partners[x] & (modules | problem.completed)
    ]
    left = [goal.fact for goal in problem.goals if (within & ~facts) >> goal.fact & 1]
    if taken != modules or lonely or left or modules & ~problem.available:
        raise AssertionError(
            f"not a plan: {taken ^ modules:x} cannot be taken, {lonely} lack a partner, {left} left open"
        )


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
    for case in _cases(size.everyone, size.people):
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
        "proof kept",
        "ms, mean",
        "ms, median",
        "ms, slowest",
    )
    yield table(head, rows)


def _row_of_everyone(case: Case, search: Search, results: Results) -> tuple[object, ...]:
    gaps, staged, kept, seconds = [], [], [], []
    for person in range(len(case.people)):
        problem = case.pose(person)
        start = time.process_time()
        selection = select_modules(problem, search=search)
        seconds.append(time.process_time() - start)
        assert selection is not None
        hours = next(stage for stage in selection.stages if stage.name == "hours")
        gaps.append((hours.value - hours.bound) / max(1, hours.value))
        staged.append(_all_proven(selection.stages))
        kept.append(selection.proof is not None)
        if person % 200 == 199:
            say(f"    {person + 1} people")
    found = {
        "hours proven": statistics.fmean(gap == 0 for gap in gaps),
        "worst gap": max(gaps),
        "all stages proven": statistics.fmean(staged),
        "proof kept": statistics.fmean(kept),
    }
    results.values |= {f"{case.name}: {what}": value for what, value in found.items()}
    results.values[f"{case.name}: slowest"] = max(seconds)
    times = (statistics.fmean(seconds), statistics.median(seconds), max(seconds))
    return case.name, len(case.people), *map(percent, found.values()), *map(milliseconds, times)


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
        timing = _timed(f"{months} months", len(pairs), size, lambda i, p=pairs: _schedule(*p[i]))
        rows.append(_limit_row(f"sequence into {months} months", timing))
        results.values[f"{months} months: proven"], results.values[f"{months} months: mean"] = (
            timing.proven,
            timing.mean,
        )
    yield f"On {case.name}.\n\n" + table(("what", "people", "proven", "ms, mean", "ms, slowest"), rows)


def _timed(name: str, people: int, size: Size, run: Callable[[int], Outcome]) -> Timing:
    say(f"  {name}")
    return measure([Method(name, run)], people, size.rounds, size.seconds)[name]


def _selection(problem: PlanningProblem, search: Search) -> Outcome:
    selection = select_modules(problem, search=search)
    return Outcome(0, 0, selection is not None and _all_proven(selection.stages))


def _schedule(problem: PlanningProblem, modules: int) -> Outcome:
    schedule = schedule_modules(problem, modules)
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
    yield f"On {case.name}, {people} people, plain Python, at most {steps.NODE_LIMIT} parts each.\n\n" + table(
        head, rows
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
