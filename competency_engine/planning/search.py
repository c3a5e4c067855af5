"""One problem → the kernel and back: which modules close every goal within reach in the fewest hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from types import ModuleType
from typing import Any, NamedTuple

from competency_engine.planning import frontier as plain_frontier
from competency_engine.planning import kernel as plain_kernel
from competency_engine.planning import placement as plain_placement
from competency_engine.planning.arrange import arrange_jobs
from competency_engine.planning.network import build_network
from competency_engine.planning.placement import Jobs
from competency_engine.planning.problem import Catalogue, PlanningProblem

WORK_LIMIT = 3_000_000
"""Operators looked at, over all the cuts of one search; it counts work, not time, so that every machine gives the same answer."""

_LOG_LENGTH = 100_000
_DIGITS = bytes.maketrans(b"01", b"\0\1")

Row = dict[int, int]


@dataclass(frozen=True, slots=True)
class Closing:
    """The fewest hours that close every goal within reach, and one way to do it.

    Attributes:
        hours: quarter credit hours of ``modules``.
        bound: quarter credit hours that no way is below; equal to ``hours`` unless the search was cut short.
        modules: the chosen modules as a mask.
        tied: every module that some way of as few hours may hold; only where the search was finished.
        proof: the log of the search, as the kernel wrote it; None when it was longer than the room for it.
    """

    hours: int
    bound: int
    modules: int
    tied: int
    proof: list[int] | None


class Ways(NamedTuple):
    """What can matter to a goal.

    Attributes:
        part: of each operator its number as in ``kernel.find_ways``.
        fact_part: likewise of each fact.
        modules: that can matter, as a mask.
        candidates: those of them that are numbered: a selection of fewest hours holds no other.
    """

    part: Any
    fact_part: Any
    modules: int
    candidates: int


class Search:
    """The kernel over one catalogue, with plain lists or compiled; the answers are the same."""

    def __init__(self, catalogue: Catalogue, *, compiled: bool = False) -> None:
        self.kernel: ModuleType = plain_kernel
        self.frontier: ModuleType = plain_frontier
        self.placement: ModuleType = plain_placement
        self.array: Callable[[Iterable[int]], Any] = list
        self.zeros: Callable[[int], Any] = plain_kernel.zeros
        self.flags: Callable[[int, int], Any] = _flags
        self.mask: Callable[[Any], int] = _mask
        self.compiled = compiled
        if compiled:
            from competency_engine.planning.compiled import array, compile_module, flags, mask, zeros

            self.kernel, self.frontier, self.placement = map(
                compile_module, (plain_kernel, plain_frontier, plain_placement)
            )
            self.array, self.zeros, self.flags, self.mask = array, zeros, flags, mask
        self.catalogue = catalogue
        network = build_network(catalogue)
        self.modules = len(catalogue.module_ids)
        self.facts = len(catalogue.facts)
        self.gates = len(network.hours) - self.modules
        self.net = self.kernel.Network(*map(self.array, network.net))
        self.hours = self.array(network.hours)
        self.partner_start = self.array(network.partner_start)
        self.partner = self.array(network.partner)

    def warm_up(self) -> None:
        """Run every part once on nothing, so that compiled code is loaded here and now."""
        nothing = PlanningProblem(self.catalogue, 0, 0, 0, (), (), 0, (), (), 0, 0, ())
        closing = self.close_goals(nothing)
        assert closing is not None
        self.settle(nothing, closing, [])
        self.buy(nothing, self.find_ways(nothing), [], 0, {}, {}, 1)
        jobs = arrange_jobs(hours=[], allowed=[], ways=[], targets=[], topics=[], periods=1, cap=0, longest=0)
        assert jobs is not None
        self.place(jobs, 1)

    def close_goals(self, problem: PlanningProblem, upper: int | None = None) -> Closing | None:
        """Return the fewest hours that close the goals of ``problem`` within reach, whatever its budget, months and pairs.

        None when they cannot be closed in fewer than ``upper`` quarter hours; without it they can.
        """
        goals, start = self._goals(problem), self.flags(problem.start, self.facts)
        alive = self._alive(problem)
        left, log = self.array([WORK_LIMIT]), self.zeros(_LOG_LENGTH + 1)
        log[0] = 1
        plan = self.zeros(self.modules + self.gates)
        bound, hours = self.kernel.close_goals(
            self.net, self.partner_start, self.partner, self._paired(problem), goals, self.hours, alive, start,
            self.kernel.INFINITE if upper is None else upper, left, log, plan,
        )  # fmt: skip
        if upper is not None and bound >= upper:
            return None
        if bound == hours:
            self.kernel.find_tied(self.net, goals, self.hours, alive, start, plan, left)
        proof = [int(token) for token in log[1 : log[0]]] if log[0] <= _LOG_LENGTH else None
        return Closing(int(hours), int(bound), self.mask(plan[: self.modules]), self.mask(alive[: self.modules]), proof)

    def settle(self, problem: PlanningProblem, closing: Closing, rows: list[Row]) -> int | None:
        """Return the best modules of as few hours as ``closing``: by each of ``rows``, then by id; None when not proven.

        Args:
            problem: the problem of ``closing``.
            closing: a finished closing.
            rows: one a stage: the cost of each module that has one, none negative.
        """
        operators = self.modules + self.gates
        extra = self.zeros(operators * len(rows))
        for stage, row in enumerate(rows):
            for module, cost in row.items():
                extra[stage * operators + module] = cost
        tied = self.flags(closing.tied | ((1 << self.gates) - 1) << self.modules, operators)
        plan = self.flags(closing.modules | ((1 << self.gates) - 1) << self.modules, operators)
        settled = self.kernel.settle(
            self.net, self._goals(problem), self.hours, extra, len(rows), tied,
            self.flags(problem.start, self.facts), self.array([WORK_LIMIT]), plan,
        )  # fmt: skip
        return self.mask(plan[: self.modules]) if settled else None

    def find_ways(self, problem: PlanningProblem, wished: Iterable[int] = ()) -> Ways:
        """Return what can matter to some goal of ``problem`` within reach, or to a fact of ``wished``."""
        part, fact_part, alive = self.zeros(self.modules + self.gates), self.zeros(self.facts), self._alive(problem)
        wanted = self.array([*(goal.fact for goal in problem.goals), *wished])
        self.kernel.find_ways(
            self.net, self.partner_start, self.partner, self._paired(problem), wanted, self.hours,
            alive, self.flags(problem.start, self.facts), part, fact_part,
        )  # fmt: skip
        return Ways(part, fact_part, self.mask(alive[: self.modules]), self.mask(part[: self.modules]))

    def buy(
        self,
        problem: PlanningProblem,
        ways: Ways,
        gain: list[int],
        most: int,
        cost: Row,
        wishes: dict[tuple[int, int], int],
        limit: int,
    ) -> int | None:
        """Return the modules of most ``gain`` within ``most`` quarter hours, then fewest hours, least cost, smallest ids; None when not proven.

        Args:
            problem: what to plan.
            ways: what can matter to it.
            gain: of each goal.
            most: quarter hours of all modules together.
            cost: of each module that has one, none negative.
            wishes: what a module costs more where a fact does not hold in the end, by (module, fact).
            limit: points of frontiers that may be looked at.
        """
        costs, plan = self.zeros(self.modules), self.zeros(self.modules)
        for module, value in cost.items():
            costs[module] = value
        proven = self.frontier.buy(
            self.net, self.modules, self.hours, ways.part, ways.fact_part, self._goals(problem), self.array(gain), costs,
            self.array(module for module, _ in wishes), self.array(fact for _, fact in wishes), self.array(wishes.values()),
            most, limit, plan,
        )  # fmt: skip
        return self.mask(plan) if proven else None

    def place(self, jobs: Jobs, limit: int) -> tuple[tuple[int, int, int], list[int]] | None:
        """Return late weight, Σ weight × period and peak of the best schedule of ``jobs``, and its periods.

        None when there is no schedule, or the search did ``limit`` work; see ``placement.place``.
        """
        chosen = self.zeros(len(jobs.hours))
        columns = self.placement.Jobs(*(self.array(field) if isinstance(field, list) else field for field in jobs))
        late, reached, peak = self.placement.place(columns, self.array([limit]), chosen)
        return ((int(late), int(reached), int(peak)), [int(period) for period in chosen]) if late >= 0 else None

    def _paired(self, problem: PlanningProblem) -> Any:
        """Return of each module whether a partner is completed."""
        done = problem.completed
        paired = sum(1 << m for m, partners in enumerate(problem.catalogue.partners) if partners & done) if done else 0
        return self.flags(paired, self.modules)

    def _alive(self, problem: PlanningProblem) -> Any:
        """Return which modules may be taken, and every gate."""
        return self.flags(problem.available | ((1 << self.gates) - 1) << self.modules, self.modules + self.gates)

    def _goals(self, problem: PlanningProblem) -> Any:
        return self.array([goal.fact for goal in problem.goals])


def _flags(mask: int, size: int) -> list[int]:
    """Return the lowest ``size`` bits of ``mask`` as 0 and 1, bit 0 first."""
    return list(f"{mask:0{size}b}".encode()[::-1].translate(_DIGITS)) if size else []


def _mask(flags: list[int]) -> int:
    """Return as a mask which of ``flags`` are set."""
    return sum(1 << bit for bit, flag in enumerate(flags) if flag)


@lru_cache(maxsize=4)
def plain_search(catalogue: Catalogue) -> Search:
    """Return the search in plain Python over ``catalogue``, made once."""
    return Search(catalogue)


_ONE_AT_A_TIME = Lock()


def fastest_search(catalogue: Catalogue) -> Search:
    """Return the search over ``catalogue``, made once in this process: compiled where numba is installed, else plain."""
    with _ONE_AT_A_TIME:
        return _fastest_search(catalogue)


@lru_cache(maxsize=4)
def _fastest_search(catalogue: Catalogue) -> Search:
    try:
        return Search(catalogue, compiled=True)
    except ImportError:
        return plain_search(catalogue)
