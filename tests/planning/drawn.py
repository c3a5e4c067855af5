"""Small random problems, drawn by seed, whose every selection and every placement can be tried."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

from competency_engine.planning.problem import PlanningProblem, Preference, bits
from tests.planning.small import Course, Wish, World, make_world

UNITS = "ABCD"


def draw_world(seed: int) -> World:
    """Return a problem of up to nine courses with alternatives, k-of-n gates, pairs, circles and goals out of reach."""
    rng = random.Random(seed)
    names = "abcdefghi"[: rng.randint(3, 9)]
    facts = [f"{unit}{level}" for unit in UNITS for level in (1, 2, 3)]
    gates = {"k": (rng.randint(1, 2), rng.sample(facts, 3)), "q": (2, rng.sample(facts, 2))}
    courses = {}
    for name in names:
        needs = rng.sample([*facts, "k", "q"], rng.choice((0, 0, 1, 1, 2)))
        adds = rng.sample(facts, rng.choice((1, 1, 2)))
        courses[name] = Course(
            hours=rng.randint(1, 4),
            needs=tuple(needs),
            adds=tuple(adds),
            topic=rng.choice((None, "t")),
            phase=rng.randint(0, 2),
        )
    if rng.random() < 0.4:
        one, other = rng.sample(names, 2)
        courses[one] = Course(**{**_fields(courses[one]), "pairs": (other,)})
        courses[other] = Course(**{**_fields(courses[other]), "pairs": (one,)})
    start = rng.sample(facts, 2)
    missing = [fact for fact in facts if not any(held[0] == fact[0] and held[1] >= fact[1] for held in start)]
    goals = [Wish(fact, rng.randint(1, 3)) for fact in rng.sample(missing, rng.randint(1, 5))]
    costs = tuple((module, rng.randint(0, 2)) for module in range(len(names)))
    preferences = (
        Preference("few", module_costs=costs),
        Preference("soft", unmet_costs=((rng.randrange(len(names)), 0), (0, 1))),
        Preference("share", module_costs=tuple((m, rng.randint(-3, 3)) for m in range(len(names))), allowance=0),
    )
    return make_world(courses, goals, gates=gates, start=start, preferences=preferences, interval=rng.randint(1, 3))


def selections(problem: PlanningProblem) -> Iterator[tuple[int, int]]:
    """Yield (modules, facts in the end) of every selection that can be taken and keeps its pairs."""
    catalogue = problem.catalogue
    for size in range(problem.available.bit_count() + 1):
        for chosen in itertools.combinations(bits(problem.available), size):
            modules = sum(1 << module for module in chosen)
            facts, taken = catalogue.closure(problem.start, modules)
            paired = all(
                not catalogue.partners[m] or catalogue.partners[m] & (modules | problem.completed) for m in chosen
            )
            if taken == modules and paired:
                yield modules, facts


def hours_of(problem: PlanningProblem, modules: int) -> int:
    """Return the quarter hours of ``modules``."""
    return sum(problem.catalogue.hours[module] for module in bits(modules))


def _fields(course: Course) -> dict[str, object]:
    return {name: getattr(course, name) for name in ("hours", "needs", "adds", "topic", "phase")}
