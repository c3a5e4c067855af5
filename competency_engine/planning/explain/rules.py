"""The rules of a planning problem one by one, and the problem with some of them dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from competency_engine.planning.explain.variants import (
    EVERY_MONTH,
    barred_months,
    is_barred,
    refitted,
    unbarred,
)
from competency_engine.planning.problem import PlanningProblem, Solution, bits
from competency_engine.planning.verify import check_budget, check_caps, check_intervals

RuleKind = Literal["budget", "month_cap", "interval", "goal", "offer", "barred", "pair", "prerequisite"]


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One rule of the problem.

    Of the policy; of one module (``offer``, ``barred``); of a group of partners (``pair``, by its smallest module); of
    one need of a module; or the closing of one goal.
    """

    kind: RuleKind
    module: int = -1
    fact: int = -1


def rules_of_modules(problem: PlanningProblem, modules: int) -> tuple[Rule, ...]:
    """Return the rules that stand with ``modules``: months in which they run, pairs, and needs not held already."""
    catalogue = problem.catalogue
    rules: list[Rule] = []
    for module in bits(modules):
        if is_barred(catalogue.months[module]):
            rules.append(Rule("barred", module))
        if unbarred(catalogue.months[module]) != EVERY_MONTH:
            rules.append(Rule("offer", module))
        group = partners_of(problem, module)
        if group and module == bits(group & modules)[0]:
            rules.append(Rule("pair", bits(group)[0]))
        rules += [Rule("prerequisite", module, fact) for fact in bits(catalogue.needs[module] & ~problem.start)]
    return tuple(rules)


def partners_of(problem: PlanningProblem, module: int) -> int:
    """Return ``module`` with its partners, theirs, and so on, as a mask; 0 when it has none.

    Why the whole group: to drop one side of a pair alone could leave another module without a partner.
    """
    partners = problem.catalogue.partners
    group, fresh = 0, partners[module]
    while fresh:
        group |= fresh
        fresh = _union(partners, fresh) & ~group
    return group


def _union(partners: tuple[int, ...], modules: int) -> int:
    union = 0
    for module in bits(modules):
        union |= partners[module]
    return union


def dropping(problem: PlanningProblem, rules: Iterable[Rule]) -> PlanningProblem:
    """Return ``problem`` without ``rules``."""
    dropped = tuple(rules)
    catalogue = problem.catalogue
    needs, partners, months = list(catalogue.needs), list(catalogue.partners), list(catalogue.months)
    for rule in dropped:
        if rule.kind == "prerequisite":
            needs[rule.module] &= ~(1 << rule.fact)
        elif rule.kind == "pair":
            for module in bits(partners_of(problem, rule.module)):
                partners[module] = 0
        elif rule.kind == "offer":
            months[rule.module] = barred_months(EVERY_MONTH) if is_barred(months[rule.module]) else EVERY_MONTH
        elif rule.kind == "barred":
            months[rule.module] = unbarred(months[rule.module])
    kinds = {rule.kind for rule in dropped}
    ample = sum(catalogue.hours)
    goals = {rule.fact for rule in dropped if rule.kind == "goal"}
    changed = replace(
        problem,
        catalogue=replace(catalogue, needs=tuple(needs), partners=tuple(partners), months=tuple(months)),
        budgets=(ample,) * len(problem.budgets) if "budget" in kinds else problem.budgets,
        hours_per_period=ample if "month_cap" in kinds else problem.hours_per_period,
        longest_interval=len(problem.periods) if "interval" in kinds else problem.longest_interval,
        goals=tuple(goal for goal in problem.goals if goal.fact not in goals),
    )
    return refitted(changed) if kinds & {"month_cap", "offer", "barred"} else changed


def behind(problem: PlanningProblem, facts: int) -> tuple[int, int]:
    """Return the facts and modules that can have a part in making ``facts`` hold, whether within reach or not."""
    catalogue = problem.catalogue
    children = {gate.fact: gate.children for gate in catalogue.gates}
    seen = modules = 0
    queue = facts & ~problem.start
    while queue:
        fact = queue.bit_length() - 1
        seen |= 1 << fact
        found = sum(1 << m for m, added in enumerate(catalogue.adds) if added >> fact & 1) & ~problem.completed
        while fresh := found & ~modules:
            modules |= fresh
            for module in bits(fresh):
                queue |= catalogue.needs[module]
                found |= catalogue.partners[module] & ~problem.completed
        queue = (queue | children.get(fact, 0)) & ~problem.start & ~seen
    return seen, modules


def broken_rules(problem: PlanningProblem, solution: Solution, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return those of ``rules`` that ``solution``, a plan of a looser problem, does not keep in ``problem``."""
    catalogue = problem.catalogue
    facts = problem.start
    period_of = dict(solution.steps)
    unmet = set()
    for module, _ in solution.steps:
        unmet |= {(module, fact) for fact in bits(catalogue.needs[module] & ~facts)}
        facts = catalogue.take(facts, module)
    return tuple(rule for rule in rules if _breaks(problem, solution, period_of, facts, unmet, rule))


def _breaks(
    problem: PlanningProblem,
    solution: Solution,
    period_of: dict[int, int],
    facts: int,
    unmet: set[tuple[int, int]],
    rule: Rule,
) -> bool:
    if rule.kind == "budget":
        return any(check_budget(problem, solution))
    if rule.kind == "month_cap":
        return any(check_caps(problem, solution))
    if rule.kind == "interval":
        return any(check_intervals(problem, solution))
    if rule.kind == "goal":
        return not facts >> rule.fact & 1
    if rule.kind == "pair":
        return any(_pair_broken(problem, period_of, module) for module in bits(partners_of(problem, rule.module)))
    if rule.module not in period_of:
        return False
    if rule.kind == "prerequisite":
        return (rule.module, rule.fact) in unmet
    month = problem.periods[period_of[rule.module]].month
    return rule.kind == "barred" or not unbarred(problem.catalogue.months[rule.module]) >> month & 1


def _pair_broken(problem: PlanningProblem, period_of: dict[int, int], module: int) -> bool:
    partners = problem.catalogue.partners[module]
    together = [other for other in bits(partners) if other in period_of]
    if module not in period_of or (not together and partners & problem.completed):
        return False
    return not together or any(period_of[other] != period_of[module] for other in together)
