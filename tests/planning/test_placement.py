"""Placement: the best periods of given tasks, as trying every schedule finds them."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

import pytest

from competency_engine.planning.placement import CUT_SHORT, NONE, place


@dataclass(frozen=True)
class Case:
    """Tasks as ``place`` wants them; every goal is reached by a set of tasks."""

    hours: list[int]
    needs: list[int]
    allowed: list[int]
    goals: list[tuple[int, int, int]]
    topics: list[int]
    periods: int
    cap: int
    longest: int

    def placed(self, nodes: int = 100_000) -> tuple[tuple[int, int, int], list[int]]:
        """Return what ``place`` says: values and periods."""
        weight = [0] * len(self.hours)
        for tasks, worth, _ in self.goals:
            last = tasks & ~sum({need for task, need in enumerate(self.needs) if tasks >> task & 1} | {0})
            weight[(last or tasks).bit_length() - 1] += worth
        chosen = [0] * len(self.hours)
        values = place(
            self.hours, self.needs, self.allowed, weight, *map(list, zip(*self.goals, strict=True)), self.topics,
            self.periods, self.cap, self.longest, [nodes], chosen,
        )  # fmt: skip
        return values, chosen

    def keeps_rules(self, chosen: tuple[int, ...]) -> bool:
        """Return whether a schedule keeps windows, order, hours and intervals."""
        loads = [sum(h for h, p in zip(self.hours, chosen, strict=True) if p == q) for q in range(self.periods)]
        spread = [[chosen[t] for t in range(len(chosen)) if topic >> t & 1] for topic in self.topics]
        return (
            all(self.allowed[t] >> p & 1 for t, p in enumerate(chosen))
            and all(chosen[u] <= p for t, p in enumerate(chosen) for u in range(len(chosen)) if self.needs[t] >> u & 1)
            and max(loads) <= self.cap
            and all(max(periods) - min(periods) <= self.longest for periods in spread)
        )

    def best(self) -> tuple[tuple[int, int, int], tuple[int, ...]] | None:
        """Return the same by trying every schedule."""
        tried = []
        for chosen in itertools.product(range(self.periods), repeat=len(self.hours)):
            if self.keeps_rules(chosen):
                reached = [max(chosen[t] for t in range(len(chosen)) if tasks >> t & 1) for tasks, _, _ in self.goals]
                late = sum(w for (_, w, due), p in zip(self.goals, reached, strict=True) if p > due)
                sum_of = sum(w * (p + 1) for (_, w, _), p in zip(self.goals, reached, strict=True))
                peak = max(
                    sum(h for h, p in zip(self.hours, chosen, strict=True) if p == q) for q in range(self.periods)
                )
                tried.append(((late, sum_of, peak), chosen))
        return min(tried, default=None)


def draw_case(seed: int) -> Case:
    """Return a case of up to five tasks in up to four periods."""
    rng = random.Random(seed)
    tasks, periods = rng.randint(1, 5), rng.randint(1, 4)
    needs = [0] * tasks
    for task in range(tasks):
        for first in range(tasks):
            if first < task and rng.random() < 0.25:
                needs[task] |= 1 << first | needs[first]
    goals = []
    for task in range(tasks):
        due = rng.choice((-1, 0, 1, periods, periods))
        goals.append((1 << task | needs[task], rng.randint(1, 4), due))
    everything = (1 << tasks) - 1
    return Case(
        hours=[rng.randint(1, 6) for _ in range(tasks)],
        needs=needs,
        allowed=[
            rng.choice((everything << 9, 0b1111, 0b1111, 0b1010, 0b0110)) & 0b1111 or 0b1111 for _ in range(tasks)
        ],
        goals=goals,
        topics=[mask for mask in (rng.randrange(1 << tasks),) if mask.bit_count() > 1],
        periods=periods,
        cap=rng.randint(5, 12),
        longest=rng.randint(0, 2),
    )


def test_the_heavier_goal_comes_first_and_equals_fill_up() -> None:
    """Six hours a month: b (weight 5) and c fit together in the first, a follows."""
    case = Case([4, 4, 2], [0, 0, 0], [0b11] * 3, [(1, 1, 2), (2, 5, 2), (4, 1, 2)], [], 2, 6, 2)
    assert case.placed() == ((0, 5 + 1 + 2, 24 // 4), [1, 0, 0])


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_placement_answers_what_trying_every_schedule_answers(first: int) -> None:
    none = 0
    for seed in range(first, first + 100):
        case = draw_case(seed)
        values, chosen = case.placed()
        best = case.best()
        if best is None:
            assert values[0] == NONE, seed
            none += 1
        else:
            assert (values, tuple(chosen)) == best, seed
    assert 0 < none < 60


def test_a_search_cut_short_says_so() -> None:
    assert draw_case(4).placed(nodes=1)[0] == (CUT_SHORT, 0, 0)
