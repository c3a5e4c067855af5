"""The selection where the budget binds: what it buys, kept when it breaks no limit that was left out.

Left out are months, pairs, that facts must not give each other, and what of the preferences is no sum over modules. Leaving out can only
make more possible, so what is best without them and keeps them all is best with them, and each of its stages is proven.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from competency_engine.planning.problem import PlanningProblem, Preference, StageResult, bits
from competency_engine.planning.relax import keeps_limits, least_cost, preference_value, stages_of
from competency_engine.planning.search import Row, Search, Ways

WORK_LIMIT = 20_000_000
"""Points of frontiers that one search may look at; it counts work, not time, so that every machine gives the same answer."""
_BITS = 60
"""Of one number that holds the sums of several stages."""
_ROUNDS = 12
Wish = tuple[int, int]


@dataclass(slots=True)
class _Told:
    """What the search is told that a preference costs, never more than the truth.

    A share costs nothing as long as the plan may stay within its allowance. A recommendation that some selection can keep costs
    nothing until a selection was found that does not keep it.
    """

    preference: Preference
    above: bool = False
    wishes: set[Wish] = field(default_factory=set)
    row: Row = field(default_factory=dict)

    def most(self) -> int:
        """Return what all modules together cost, no wish fulfilled."""
        return sum(self.row.values()) + len(self.wishes)

    def tells(self, value: int, modules: int, facts: int) -> bool:
        """Return whether ``modules``, whose true cost is ``value``, cost what was told, so that none costs less; see ``relax``."""
        if self.preference.allowance is not None:
            return value > 0 if self.above else value == 0
        unmet = sum(modules >> module & 1 and not facts >> fact & 1 for module, fact in self.wishes)
        return value == unmet + sum(self.row.get(module, 0) for module in bits(modules))

    def learn(self, modules: int, open_facts: int) -> bool:
        """Tell more from now on: the sum above the allowance, or what ``modules`` recommend of ``open_facts``; return whether that is more."""
        if self.preference.allowance is not None:
            was, self.above = self.above, True
            return not was
        unmet_of = self.preference.unmet_of
        unmet = {(m, fact) for m in bits(modules) for fact in unmet_of.get(m, ()) if open_facts >> fact & 1}
        more = bool(unmet - self.wishes)
        self.wishes |= unmet
        return more


def select_within_budget(
    problem: PlanningProblem, search: Search, limit: int = WORK_LIMIT
) -> tuple[int, tuple[StageResult, ...]] | None:
    """Return the best selection within the budget, and its stages, each proven.

    None when a limit that was left out may bind, when ``limit`` or the room of a search is used up, or when something that does not count against
    the budget can matter. Only for problems that want no more than their goals.
    """
    ways, gains = search.find_ways(problem), _gains(problem)
    if gains is None or ways.modules & ~problem.counted:
        return None
    catalogue, window = problem.catalogue, problem.whole_window()
    within, _ = catalogue.closure(problem.start, ways.candidates)
    told = [_Told(preference) for preference in problem.preferences]
    most = min(problem.budget, window.most_hours)
    for _ in range(_ROUNDS):
        modules = _buy(problem, search, ways, gains, told, within, most, limit)
        if modules is None or not keeps_limits(problem, window, modules):
            return None
        facts, taken = catalogue.closure(problem.start, modules)
        if taken != modules:
            return None
        values = {p.name: preference_value(p, modules, facts) for p in problem.preferences}
        wrong = [one for one in told if not one.tells(values[one.preference.name], modules, facts)]
        if not wrong:
            return modules, stages_of(problem, sum(catalogue.hours[m] for m in bits(modules)), facts, values)
        if not all(one.learn(modules, within & ~facts) for one in wrong):
            return None
    return None


def _buy(
    problem: PlanningProblem,
    search: Search,
    ways: Ways,
    gains: list[int],
    told: list[_Told],
    within: int,
    most: int,
    limit: int,
) -> int | None:
    """Return the best modules as far as was ``told``; None when the search gave up, or the sums have too many digits."""
    candidates = bits(ways.candidates)
    for one in told:
        above = {one.preference.name} if one.above else set()
        one.row = least_cost(problem, one.preference, candidates, within, above)
    places = _places([one.most() for one in told])
    if places is None or any(cost < 0 for one in told for cost in one.row.values()):
        return None
    if wished := {fact for one in told for _, fact in one.wishes}:
        among = replace(problem, available=problem.available & ways.candidates)
        ways = search.find_ways(among, sorted(wished))
    costs: Row = {}
    wishes: dict[Wish, int] = {}
    for one, place in zip(told, places, strict=True):
        for module, cost in one.row.items():
            costs[module] = costs.get(module, 0) + (cost << place)
        for wish in sorted(one.wishes):
            wishes[wish] = wishes.get(wish, 0) + (1 << place)
    return search.buy(problem, ways, gains, most, costs, wishes, limit)


def _gains(problem: PlanningProblem) -> list[int] | None:
    """Return the weight of each goal as one number, mandatory first, then tier by tier; None when it has too many digits."""
    stages = [[goal.weight if goal.mandatory else 0 for goal in problem.goals]]
    for tier in range(len(problem.tiers)):
        stages.append([goal.weight if goal.tier == tier else 0 for goal in problem.goals])
    places = _places([sum(weights) for weights in stages])
    if places is None:
        return None
    return [sum(w << place for w, place in zip(of_goal, places, strict=True)) for of_goal in zip(*stages, strict=True)]


def _places(sums: list[int]) -> list[int] | None:
    """Return by how many bits to lift each stage so that none runs into another, the first the highest; None when they do not fit.

    >>> _places([3, 0, 4])
    [3, 3, 0]
    """
    widths = [value.bit_length() for value in sums]
    if sum(widths) > _BITS:
        return None
    return [sum(widths[stage + 1 :]) for stage in range(len(widths))]
