"""The selection without its limits: every goal within reach closed in the fewest hours, kept when it breaks no limit.

Left out are budgets, months and pairs, and what of the preferences is no sum over modules. Leaving out can only make more possible, so
what is best without the limits and keeps them all is best with them, and each of its stages is proven.
"""

from __future__ import annotations

from competency_engine.planning.problem import PlanningProblem, Preference, StageResult, Window, bits
from competency_engine.planning.search import Closing, Row, Search


def close_relaxed(problem: PlanningProblem, search: Search) -> Closing | None:
    """Return the fewest hours that close every goal within reach, proven; None when a limit binds or the search was cut short.

    Only for problems that want no more than their goals.
    """
    closing = search.close_goals(problem, room_of(problem, problem.available, problem.whole_window()) + 1)
    return None if closing is None or closing.bound < closing.hours else closing


def select_relaxed(
    problem: PlanningProblem, search: Search, closing: Closing
) -> tuple[int, tuple[StageResult, ...]] | None:
    """Return the best selection of all within the hours of ``closing``, and its stages, each proven.

    None when a limit may bind, or the search was cut short.
    """
    window = problem.whole_window()
    if not keeps_limits(problem, window, closing.modules):
        return None
    within, _ = problem.catalogue.closure(problem.start, closing.tied)
    tied = bits(closing.tied)
    above: set[str] = set()
    while True:
        rows = [least_cost(problem, preference, tied, within, above) for preference in problem.preferences]
        modules = search.settle(problem, closing, rows)
        if modules is None or not keeps_limits(problem, window, modules):
            return None
        facts, _ = problem.catalogue.closure(problem.start, modules)
        values = {preference.name: preference_value(preference, modules, facts) for preference in problem.preferences}
        wrong = {
            preference.name
            for preference, row in zip(problem.preferences, rows, strict=True)
            if not _tells(preference, row, values[preference.name], modules, above)
        }
        if not wrong:
            return modules, stages_of(problem, closing.hours, facts, values)
        if wrong & above or any(p.allowance is None for p in problem.preferences if p.name in wrong):
            return None
        above |= wrong


def preference_value(preference: Preference, modules: int, facts: int) -> int:
    """Return the cost of taking ``modules``, after which ``facts`` hold."""
    cost = 0
    for module in bits(modules):
        cost += preference.cost_of.get(module, 0)
        cost += sum(1 for fact in preference.unmet_of.get(module, ()) if not facts >> fact & 1)
    return cost if preference.allowance is None else max(0, cost - preference.allowance)


def room_of(problem: PlanningProblem, modules: int, window: Window) -> int:
    """Return the quarter hours that the months hold, and the budget, where each of ``modules`` counts against it."""
    return window.most_hours if modules & ~problem.counted else min(window.most_hours, problem.budget)


def keeps_limits(problem: PlanningProblem, window: Window, modules: int) -> bool:
    """Return whether ``modules`` keep the budget, the most modules of ``window``, and their pairs."""
    hours, partners = problem.catalogue.hours, problem.catalogue.partners
    return (
        sum(hours[module] for module in bits(modules & problem.counted)) <= problem.budget
        and (window.most_modules is None or modules.bit_count() <= window.most_modules)
        and all(not partners[m] or partners[m] & (modules | problem.completed) for m in bits(modules))
    )


def least_cost(problem: PlanningProblem, preference: Preference, tied: list[int], within: int, above: set[str]) -> Row:
    """Return what each of ``tied`` costs in a stage at the least: what it recommends is unmet only where no tied plan can meet it.

    A preference with an allowance costs nothing as long as the plan may stay within it; ``above`` names those where it did not. There
    each module costs more by a multiple of its hours, so that no cost is negative; plans of equal hours keep their order.
    """
    if preference.allowance is None:
        unmet = {m: sum(not within >> fact & 1 for fact in preference.unmet_of.get(m, ())) for m in tied}
        costs = ((module, preference.cost_of.get(module, 0) + unmet[module]) for module in tied)
        return {module: cost for module, cost in costs if cost}
    if preference.name not in above:
        return {}
    hours = problem.catalogue.hours
    factor = max((-(cost // hours[module]) for module, cost in preference.cost_of.items()), default=0)
    return {module: preference.cost_of.get(module, 0) + factor * hours[module] for module in tied}


def _tells(preference: Preference, row: Row, value: int, modules: int, above: set[str]) -> bool:
    """Return whether the plan costs in truth no more than its row let it; only then is it proven best.

    Above an allowance the excess is the sum less a constant, so the row tells the truth as long as there is an excess.
    """
    if preference.allowance is None:
        return value == sum(row.get(module, 0) for module in bits(modules))
    return value > 0 if preference.name in above else value == 0


def stages_of(problem: PlanningProblem, hours: int, facts: int, preferences: dict[str, int]) -> tuple[StageResult, ...]:
    """Return the stages of a selection of ``hours`` quarter hours after which ``facts`` hold, each proven."""
    closed = [goal for goal in problem.goals if facts >> goal.fact & 1]
    values = {"mandatory": sum(goal.weight for goal in closed if goal.mandatory)}
    for index, tier in enumerate(problem.tiers):
        values[f"tier:{tier}"] = sum(goal.weight for goal in closed if goal.tier == index)
    values["hours"] = hours
    return tuple(StageResult(name, value, value) for name, value in (values | preferences).items())
