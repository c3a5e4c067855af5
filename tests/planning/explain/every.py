"""The judge of the explanations: every plan of a tiny world, tried one by one; and worlds made from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

from competency_engine.planning.problem import PlanningProblem, Preference, Solution, bits
from competency_engine.planning.verify import CHECKS, check_stages, stage_values
from tests.planning.small import Course, Wish, World, make_world

RULES = tuple(check for check in CHECKS if check is not check_stages)
FACTS = ("A1", "A2", "B1", "C1")


@dataclass(frozen=True)
class Found:
    """One feasible plan: its modules, the facts it ends with, the fullest year and month, and its last month."""

    solution: Solution
    facts: int
    year: int
    month: int
    months: int


def every_plan(problem: PlanningProblem) -> Iterator[Found]:
    """Yield every schedule of every set of modules that breaks no rule of the verifier."""
    modules = tuple(bits(problem.available))
    for periods in product((None, *range(len(problem.periods))), repeat=len(modules)):
        placed = {m: period for m, period in zip(modules, periods, strict=True) if period is not None}
        solution = in_some_order(problem, placed)
        if solution is not None and not any(True for check in RULES for _ in check(problem, solution)):
            yield found(problem, solution)


def in_some_order(problem: PlanningProblem, placed: dict[int, int]) -> Solution | None:
    """Return the modules month by month, each once its needs hold; None when one never does."""
    facts = problem.start
    waiting = sorted(placed, key=lambda module: (placed[module], module))
    steps = []
    while waiting:
        month = placed[waiting[0]]
        ready = [m for m in waiting if placed[m] == month and not problem.catalogue.needs[m] & ~facts]
        if not ready:
            return None
        waiting.remove(ready[0])
        steps.append((ready[0], month))
        facts = problem.catalogue.close_gates(facts | problem.catalogue.adds[ready[0]])
    return Solution(tuple(steps), ())


def found(problem: PlanningProblem, solution: Solution) -> Found:
    hours = problem.catalogue.hours
    years, months = [0] * len(problem.budgets), [0] * len(problem.periods)
    for module, period in solution.steps:
        months[period] += hours[module]
        if problem.counted >> module & 1:
            years[problem.periods[period].year] += hours[module]
    facts, _ = problem.catalogue.closure(problem.start, solution.modules)
    last = max((period for _, period in solution.steps), default=-1)
    return Found(solution, facts, max(years), max(months), last + 1)


def can_close(problem: PlanningProblem, facts: int) -> bool:
    """Return whether some plan closes ``facts``."""
    return any(not facts & ~plan.facts for plan in every_plan(problem))


def value(problem: PlanningProblem, plan: Found) -> tuple[int, ...]:
    """Return the stages of the selection so that the larger tuple is better."""
    values = stage_values(problem, plan.solution)
    names = ["mandatory", *(f"tier:{tier}" for tier in problem.tiers)]
    costs = ["hours", *(preference.name for preference in problem.preferences)]
    return (*(values[name] for name in names), *(-values[name] for name in costs))


def random_world(seed: int, *, modules: int = 5, months: int = 2, preferences: bool = False) -> World:
    """Return a tiny world: a few modules over five facts, with needs, pairs, months, and little time."""
    random = Random(seed)
    names = [f"m{number}" for number in range(modules)]
    courses = {}
    paired = random.sample(names, 2) if random.random() < 0.5 else []
    for name in names:
        courses[name] = Course(
            hours=random.choice((1, 1, 2)),
            needs=tuple(random.sample(FACTS, random.choice((0, 0, 1, 1, 2)))),
            adds=tuple(random.sample(FACTS, random.choice((1, 1, 2)))),
            pairs=tuple(other for other in paired if name in paired and other != name),
            months=(random.randint(1, months),) if random.random() < 0.25 else tuple(range(1, 13)),
            topic="t" if random.random() < 0.3 else None,
        )
    start = random.sample(("A1", "B1"), random.choice((0, 1)))
    goals = [
        Wish(fact, random.randint(1, 2), random.randint(0, 1), random.random() < 0.4)
        for fact in random.sample([fact for fact in FACTS if fact not in start], 3)
    ]
    wish = Preference("form", module_costs=tuple((index, random.randint(0, 1)) for index in range(modules)))
    return make_world(
        courses,
        goals,
        start=start,
        budget=random.randint(1, 6),
        months=months,
        cap=random.randint(2, 4),
        interval=random.randint(0, 1),
        preferences=(wish,) if preferences else (),
    )
