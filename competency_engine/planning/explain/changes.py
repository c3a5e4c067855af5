"""What would change it: the smallest single change that closes an open goal beside all that the plan closes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from competency_engine.planning.explain.rules import Rule, behind, dropping, rules_of_modules
from competency_engine.planning.explain.variants import (
    close_all,
    month_load,
    smallest,
    wanting,
    with_budget,
    with_levels,
    with_month_cap,
    with_months,
    year_load,
)
from competency_engine.planning.problem import PlanningProblem, Solution, bits
from competency_engine.planning.reduce import find_executable

MOST_MONTHS = 60
"""Longest horizon that a policy may have."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of which each alone is enough; None or nothing where no such change is.

    Attributes:
        hours_per_year: smallest budget of a calendar year, in quarter hours.
        hours_per_month: smallest month cap, in quarter hours.
        months: shortest horizon.
        evidence: for each unit whose level matters, the lowest level that would be enough if it were held (a fact).
        missing: unit levels out of reach that one new module would have to bring.
        rules: requirements, pairs and months of the catalogue of which one dropped is enough.
    """

    hours_per_year: int | None = None
    hours_per_month: int | None = None
    months: int | None = None
    evidence: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    rules: tuple[Rule, ...] = ()


def find_changes(problem: PlanningProblem, solution: Solution, wanted: int) -> Changes:
    """Return what would close the open goals ``wanted`` (facts) beside every goal that ``solution`` closes.

    For a goal within reach: budget, month cap, horizon, evidence, each proven smallest. For one out of reach: what of
    the catalogue keeps it there; budget and months are then another question.

    Raises:
        UnprovenError: when a search stopped before it knew.
    """
    if wanted & ~find_executable(problem)[0]:
        missing, rules = _openings(problem, wanted)
        return Changes(evidence=_evidence(problem, wanted, _reaches(wanted)), missing=missing, rules=rules)
    closed, _ = problem.catalogue.closure(problem.start, solution.modules)
    asked = wanting(problem, wanted | closed & sum({1 << goal.fact for goal in problem.goals}))
    ample = sum(problem.catalogue.hours)
    return Changes(
        hours_per_year=_smallest(asked, min(problem.budgets), ample, with_budget, year_load),
        hours_per_month=_smallest(asked, problem.hours_per_period, ample, with_month_cap, month_load),
        months=_fewest_months(asked),
        evidence=_evidence(asked, wanted, lambda held: close_all(held) is not None),
    )


def _smallest(
    asked: PlanningProblem,
    low: int,
    high: int,
    change: Callable[[PlanningProblem, int], PlanningProblem],
    load: Callable[[PlanningProblem, Solution], int],
) -> int | None:
    def attempt(value: int) -> int | None:
        changed = change(asked, value)
        solution = close_all(changed)
        return None if solution is None else max(low + 1, load(changed, solution))

    return smallest(low, high, attempt) if high > low else None


def _fewest_months(asked: PlanningProblem) -> int | None:
    def attempt(months: int) -> int | None:
        solution = close_all(with_months(asked, months))
        return None if solution is None else max(low + 1, solution.steps[-1][1] + 1)

    low = len(asked.periods)
    longest = low
    while longest < MOST_MONTHS:
        low, longest = longest, min(MOST_MONTHS, longest + 12)
        if (found := smallest(low, longest, attempt)) is not None:
            return found
    return None


def _evidence(problem: PlanningProblem, wanted: int, enough: Callable[[PlanningProblem], bool]) -> tuple[int, ...]:
    """Return, for each unit, the lowest level whose being held at the start is ``enough``; the goals themselves aside."""
    facts = problem.catalogue.facts
    relevant, _ = behind(problem, wanted | sum({1 << goal.fact for goal in problem.goals}))
    units = sorted({str(facts[fact][1]) for fact in bits(relevant) if facts[fact][0] in ("unit", "assessed")})
    found = []
    for unit in units:
        shown = _levels_to_show(problem, unit, wanted)

        def attempt(count: int, shown: tuple[tuple[int, int], ...] = shown) -> int | None:
            return count if enough(with_levels(problem, shown[count - 1][1])) else None

        count = smallest(0, len(shown), attempt) if shown else None
        found += [shown[count - 1][0]] if count is not None else []
    return tuple(found)


def _levels_to_show(problem: PlanningProblem, unit: str, wanted: int) -> tuple[tuple[int, int], ...]:
    """Return the levels of ``unit`` (fact, facts that evidence of it makes true) that are news and below ``wanted``.

    An assumed level is news when it is shown by evidence: a topic counts as done by assessment only.
    """
    facts = problem.catalogue.facts
    levels = sorted((int(key[2]), fact) for fact, key in enumerate(facts) if key[:2] == ("unit", unit))
    shown = []
    held = 0
    for level, fact in levels:
        if wanted >> fact & 1:
            break
        held |= 1 << fact
        if ("assessed", unit, level) in facts:
            held |= 1 << facts.index(("assessed", unit, level))
        if held & ~problem.start:
            shown.append((fact, held))
    return tuple(shown)


def _reaches(wanted: int) -> Callable[[PlanningProblem], bool]:
    return lambda problem: not wanted & ~find_executable(problem)[0]


def _openings(problem: PlanningProblem, wanted: int) -> tuple[tuple[int, ...], tuple[Rule, ...]]:
    """Return the facts of which one, brought by a new module, and the rules of which one, dropped, opens ``wanted``."""
    facts, modules = behind(problem, wanted)
    opens = _reaches(wanted)
    reachable, _ = find_executable(problem)
    missing = tuple(
        fact
        for fact in bits(facts & ~reachable)
        if _next_level(problem, fact, reachable) and opens(replace(problem, start=problem.start | 1 << fact))
    )
    rules = (Rule("month_cap"), *rules_of_modules(problem, modules))
    return missing, tuple(rule for rule in rules if opens(dropping(problem, (rule,))))


def _next_level(problem: PlanningProblem, fact: int, reachable: int) -> bool:
    """Return whether one module can raise a unit to the level ``fact``: the level below is within reach."""
    facts = problem.catalogue.facts
    kind, *unit_and_level = facts[fact]
    if kind != "unit":
        return False
    unit, level = unit_and_level
    return level == 1 or bool(reachable >> facts.index(("unit", unit, int(level) - 1)) & 1)
