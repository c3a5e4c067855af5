"""All methods side by side, on every world and on the reference curriculum."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace

from benchmarks import methods as m
from benchmarks.cases import Case, open_cases
from benchmarks.measure import Timing, measure, ratio, say
from benchmarks.results import Results, Size, milliseconds, percent, table
from competency_engine.planning.problem import PlanningProblem, bits
from competency_engine.planning.reduce import find_executable


class DisagreementError(AssertionError):
    """Two proven answers differ: at least one of the methods is wrong."""


def compare(size: Size, results: Results) -> Iterator[str]:
    """Compare all methods on every world and on the reference curriculum."""
    for case in open_cases([replace(world, people=size.people) for world in size.worlds], size.people):
        say(f"  {case.name}")
        yield f"### {case.name}\n\n{_comparison(case, size, results)}"


def _comparison(case: Case, size: Size, results: Results) -> str:
    problems = [case.pose(person) for person in range(len(case.people))]
    tried = []
    for back_end, search in m.searches(case).items():
        tried += m.our_methods(case, problems, back_end, search)
    tried += m.yardsticks(case, problems)
    if case.hard:
        tried = [method for method in tried if method.name not in LEFT_OUT_WHERE_HARD]
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
    left_out = " Left out, since one person may take minutes: plain Python, CP-SAT on all stages." if case.hard else ""
    return f"{text}\n\n{_excess(problems, timings)}{left_out}"


LEFT_OUT_WHERE_HARD = (*(m.ours(stage, m.PLAIN) for stage in (m.HOURS, m.STAGES, m.PIPELINE)), m.CP_SAT_STAGES)


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
