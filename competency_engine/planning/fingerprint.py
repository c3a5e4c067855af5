"""What of a problem its best plan depends on, in ids and meanings: equal under two curricula, so is the plan.

Bits of facts and modules are numbered anew by each catalogue, so nothing here is a bit: a module is its id, a fact what
it means, a gate what it is made of. Left out is only what no best plan can draw on (``reduce.py``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from competency_engine.planning.pose import Horizon
from competency_engine.planning.problem import PlanningProblem, Preference, bits
from competency_engine.planning.reduce import Reduction, reduce_problem

PartKey = tuple[str, ...]
"""Names one piece of a part: ``("module", id)``, ``("goal", fact)``, ``("topic", ids …)`` or ``("frame", name)``."""
Part = Mapping[PartKey, Any]


def relevant_part(problem: PlanningProblem, horizon: Horizon) -> Part:
    """Return what the best plan of ``problem`` depends on; two problems of equal parts have the same best plan.

    Why: the best plan, over all stages and the tie-break by id, takes none but the candidates; whether a set of them can
    be exhausted, what it closes and costs and when it can be held is said by the pieces below and nothing else. What is
    true at the start, and what no set of candidates can make true, is put in as a constant.
    """
    reduction = reduce_problem(problem)
    modules = candidates(problem, reduction)
    words = _Words(problem, modules)
    part: dict[PartKey, Any] = {}
    for goal in problem.goals:
        piece = (goal.weight, goal.tier, goal.mandatory, goal.deadline, bool(words.possible >> goal.fact & 1))
        part.setdefault(("goal", words.named(goal.fact)), []).append(piece)
        words.fact(goal.fact)
    needs = {module: words.all_of(problem.catalogue.needs[module]) for module in bits(modules)}
    unmet = [_unmet(preference, modules, words) for preference in problem.preferences]
    for module in bits(modules):
        part["module", words.id(module)] = _module(problem, module, needs[module], words)
    for topic in problem.catalogue.topics:
        members = words.ids(topic & modules)
        if len(members) > 1:
            part["topic", *members] = True
    for rank, preference in enumerate(problem.preferences):
        costs = {words.id(m): preference.cost_of[m] for m in bits(modules) if preference.cost_of.get(m)}
        part["frame", f"preference {rank + 1}"] = (preference.name, preference.allowance, costs, unmet[rank])
    return {**part, **_frame(problem, horizon, words)}


def fingerprint(part: Part) -> str:
    """Return the SHA-256 of ``part``."""
    pieces = sorted((list(key), value) for key, value in part.items())
    text = json.dumps(pieces, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def candidates(problem: PlanningProblem, reduction: Reduction) -> int:
    """Return the modules that a best plan may hold.

    Those relevant to a goal, and those under way; every module that can be taken where months must be filled, where an
    earlier plan is kept, or where a module under way might itself wait for others.
    """
    catalogue = problem.catalogue
    fixed = sum({1 << module for module, _ in problem.fixed})
    wants_more = problem.least_hours_per_period or problem.least_modules_per_period or problem.earlier
    waiting = any(catalogue.needs[module] or catalogue.partners[module] for module in bits(fixed))
    return reduction.executable if wants_more or waiting else reduction.relevant | fixed & reduction.executable


class _Words:
    """Facts and modules of one problem by what they mean; ``asked`` gathers the facts that somebody asked about."""

    def __init__(self, problem: PlanningProblem, modules: int) -> None:
        self.catalogue = problem.catalogue
        self.start = problem.start
        self.possible, _ = problem.catalogue.closure(problem.start, modules)
        self.gates = {gate.fact: gate for gate in problem.catalogue.gates}
        self.said: dict[int, str] = {}
        self.asked = 0

    def id(self, module: int) -> str:
        return str(self.catalogue.module_ids[module])

    def ids(self, modules: int) -> list[str]:
        return [self.id(module) for module in bits(modules)]

    def named(self, fact: int) -> str:
        """Return the name of a fact that is no gate."""
        gate = self.gates.get(fact)
        return json.dumps(self.catalogue.facts[fact], ensure_ascii=False) if gate is None else self.fact(fact)

    def fact(self, fact: int) -> str:
        """Return when ``fact`` holds, in terms of facts that modules add; ``true`` and ``false`` where that is settled."""
        if self.start >> fact & 1:
            return "true"
        if not self.possible >> fact & 1:
            return "false"
        if fact not in self.said:
            self.said[fact] = self._open(fact)
        return self.said[fact]

    def _open(self, fact: int) -> str:
        gate = self.gates.get(fact)
        if gate is None:
            self.asked |= 1 << fact
            return self.named(fact)
        waiting = gate.at_least - (gate.children & self.start).bit_count()
        ways = sorted(self.fact(child) for child in bits(gate.children & ~self.start & self.possible))
        return ways[0] if len(ways) == waiting == 1 else f"{waiting}({','.join(ways)})"

    def all_of(self, facts: int) -> list[str]:
        return sorted(self.fact(fact) for fact in bits(facts & ~self.start))


def _module(problem: PlanningProblem, module: int, needs: list[str], words: _Words) -> Any:
    """Return all that is said of one module; it adds only what was asked for."""
    catalogue = problem.catalogue
    partners = catalogue.partners[module]
    return (
        catalogue.hours[module],
        needs,
        sorted(words.named(fact) for fact in bits(catalogue.adds[module] & words.asked)),
        words.ids(partners),
        bool(partners & problem.completed),
        catalogue.months[module],
        catalogue.phases[module],
        bool(problem.counted >> module & 1),
    )


def _unmet(preference: Preference, modules: int, words: _Words) -> Any:
    """Return what each module recommends that does not hold at the start."""
    wanted = {m: sorted(map(words.fact, preference.unmet_of.get(m, ()))) for m in bits(modules)}
    open_ = {words.id(m): [fact for fact in facts if fact != "true"] for m, facts in wanted.items()}
    return {module: facts for module, facts in open_.items() if facts}


def _frame(problem: PlanningProblem, horizon: Horizon, words: _Words) -> Part:
    """Return what holds of the whole plan, whatever it is made of."""

    def placed(pairs: tuple[tuple[int, int | None], ...]) -> list[tuple[str, int | None]]:
        return sorted(((words.id(module), month) for module, month in pairs), key=str)

    named = {
        "first month": (horizon.year, horizon.month),
        "months": [(period.month, period.year) for period in problem.periods],
        "tiers": problem.tiers,
        "budgets": problem.budgets,
        "hours_per_month": problem.hours_per_period,
        "longest_interval": problem.longest_interval,
        "strict": problem.strict,
        "least_hours": problem.least_hours_per_period,
        "least_modules": problem.least_modules_per_period,
        "most_modules": problem.most_modules_per_period,
        "away": problem.away,
        "fixed": placed(problem.fixed),
        "earlier": placed(problem.earlier),
    }
    return {("frame", name): value for name, value in named.items()}
