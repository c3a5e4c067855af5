"""CPU time of several methods on the same people, in interleaved rounds, and the ratios between them."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method answered for one person: quarter hours of its modules, the modules, and whether all is proven."""

    hours: int
    modules: int
    proven: bool


@dataclass(frozen=True, slots=True)
class Method:
    """A way to answer: ``run`` takes the position of a person."""

    name: str
    run: Callable[[int], Outcome]


@dataclass(slots=True)
class Timing:
    """CPU seconds of each person in each round, and the answers of the first."""

    rounds: list[list[float]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def people(self) -> int:
        """How many people were planned in every round."""
        return len(self.outcomes)

    @property
    def mean(self) -> float:
        """CPU seconds per person: the median round's mean."""
        return statistics.median(statistics.fmean(seconds) for seconds in self.rounds)

    @property
    def most(self) -> float:
        """CPU seconds of the slowest person: the least of the rounds, since noise only adds."""
        return max(map(min, zip(*self.rounds, strict=True)))

    @property
    def proven(self) -> float:
        """Share of people whose answer is proven."""
        return statistics.fmean(outcome.proven for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How much one method costs in terms of another: the least, the median and the most of the rounds."""

    least: float
    median: float
    most: float

    def __str__(self) -> str:
        return f"{self.least:.3g} / {self.median:.3g} / {self.most:.3g}"


def measure(methods: Sequence[Method], people: int, rounds: int, seconds: float) -> dict[str, Timing]:
    """Return the timing of each method on the first of ``people``, as many as it can plan.

    Each round takes all methods in turn, each round begins with another. A method plans people until its share of
    ``seconds`` for one round is used, at least one, then the same in each later round; one that has used all its seconds takes no more rounds.
    """
    timings = {method.name: Timing() for method in methods}
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        for method in [*methods[turn % len(methods) :], *methods[: turn % len(methods)]]:
            timing = timings[method.name]
            if turn == 0 or sum(map(sum, timing.rounds)) < seconds:
                say(f"    round {turn + 1}: {method.name}")
                _round(method, timing, people if turn == 0 else timing.people, seconds / rounds)
    gc.unfreeze()
    return timings


def _round(method: Method, timing: Timing, people: int, seconds: float) -> None:
    first = not timing.rounds
    taken: list[float] = []
    for person in range(people):
        start = time.process_time()
        outcome = method.run(person)
        taken.append(time.process_time() - start)
        if first:
            timing.outcomes.append(outcome)
            if sum(taken) > seconds:
                break
    timing.rounds.append(taken)


def ratio(of: Timing, to: Timing) -> Ratio:
    """Return the cost of one method in terms of another, over the people and rounds that both have."""
    both = min(of.people, to.people)
    ratios = [sum(a[:both]) / sum(b[:both]) for a, b in zip(of.rounds, to.rounds, strict=False)]
    return Ratio(min(ratios), statistics.median(ratios), max(ratios))


def say(text: str) -> None:
    """Tell how far the run has come."""
    print(text, file=sys.stderr, flush=True)
