"""Replay a plan step by step and recompute every stage; knows no solver and shares no code with one.

Each ``check_<rule>`` returns what it finds wrong, never mends it. An empty answer from ``verify_solution`` is what
every plan needs before anyone sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from competency_engine.planning.problem import PlanningProblem, Preference, Solution, bits

Problems = Iterator[str]


def verify_solution(problem: PlanningProblem, solution: Solution) -> tuple[str, ...]:
    """Return every rule that ``solution`` breaks, as ``rule: what``; empty when it keeps them all."""
    found = []
    for check in CHECKS:
        found += [f"{check.__name__.removeprefix('check_')}: {what}" for what in check(problem, solution)]
    return tuple(found)


def check_availability(problem: PlanningProblem, solution: Solution) -> Problems:
    """Only modules that may be taken are taken, each once, none that is already completed."""
    seen: set[int] = set()
    for module, _ in solution.steps:
        name = problem.catalogue.module_ids[module]
        if module in seen:
            yield f"{name} is repeated"
        if not problem.available >> module & 1 or problem.completed >> module & 1:
            yield f"{name} may not be taken"
        seen.add(module)


def check_prerequisites(problem: PlanningProblem, solution: Solution) -> Problems:
    """Each module's needs hold when its turn comes."""
    facts = problem.start
    for module, _ in solution.steps:
        missing = problem.catalogue.needs[module] & ~facts
        if missing:
            names = ", ".join(str(problem.catalogue.facts[fact]) for fact in bits(missing))
            yield f"{problem.catalogue.module_ids[module]} needs {names}"
        facts = _after(problem, facts, module)


def check_precedence(problem: PlanningProblem, solution: Solution) -> Problems:
    """Where precedence is strict, needs hold before the month begins, or through partners taken in it."""
    if not problem.strict:
        return
    catalogue = problem.catalogue
    for module, period in solution.steps:
        earlier = (other for other, at in solution.steps if at < period)
        partners = (other for other, at in solution.steps if at == period and catalogue.partners[module] >> other & 1)
        facts = problem.start
        for other in (*earlier, *partners):
            facts = _after(problem, facts, other)
        missing = catalogue.needs[module] & ~facts
        if missing:
            names = ", ".join(str(catalogue.facts[fact]) for fact in bits(missing))
            yield f"{catalogue.module_ids[module]} needs {names} in an earlier month"


def check_pairs(problem: PlanningProblem, solution: Solution) -> Problems:
    """A module with partners is taken with one of them, and partners that are taken share a month."""
    period_of = dict(solution.steps)
    for module, period in solution.steps:
        partners = problem.catalogue.partners[module]
        name = problem.catalogue.module_ids[module]
        present = [other for other in bits(partners) if other in period_of]
        if partners and not present and not partners & problem.completed:
            yield f"{name} is taken without its partner"
        for other in present:
            if period_of[other] != period:
                yield f"{name} and {problem.catalogue.module_ids[other]} are in different months"


def check_order(problem: PlanningProblem, solution: Solution) -> Problems:
    """Steps are listed month by month, within the horizon."""
    previous = 0
    for module, period in solution.steps:
        name = problem.catalogue.module_ids[module]
        if period < previous:
            yield f"{name} is listed after a later month"
        if not 0 <= period < len(problem.periods):
            yield f"{name} lies outside the horizon"
        previous = period


def check_offers(problem: PlanningProblem, solution: Solution) -> Problems:
    """Each module is taken in a month in which it runs and the person is not away, or in which it is fixed."""
    pinned = {module for module, period in problem.fixed if period is not None}
    for module, period in solution.steps:
        if 0 <= period < len(problem.periods) and module not in pinned:
            month = problem.periods[period].month
            if not problem.catalogue.months[module] >> month & 1:
                yield f"{problem.catalogue.module_ids[module]} does not run in month {month + 1}"
            if problem.away >> period & 1:
                yield f"{problem.catalogue.module_ids[module]} stands in period {period + 1}, away from the post"


def check_fixed(problem: PlanningProblem, solution: Solution) -> Problems:
    """What is fixed is taken, and in its month where it has one."""
    period_of = dict(solution.steps)
    for module, period in problem.fixed:
        name = problem.catalogue.module_ids[module]
        if module not in period_of:
            yield f"{name} is left out"
        elif period is not None and period_of[module] != period:
            yield f"{name} is in period {period_of[module] + 1} instead of {period + 1}"


def check_caps(problem: PlanningProblem, solution: Solution) -> Problems:
    """No month holds more hours or modules than it may."""
    fixed = Solution(tuple((module, period) for module, period in problem.fixed if period is not None), ())
    hours, modules = _loads(problem, fixed), _counts(fixed)
    for period, load in sorted(_loads(problem, solution).items()):
        most_hours = max(problem.hours_per_period, hours.get(period, 0))
        if load > most_hours:
            yield f"period {period + 1} holds {load} of {most_hours} quarter hours"
    if problem.most_modules_per_period is None:
        return
    for period, count in sorted(_counts(solution).items()):
        most = max(problem.most_modules_per_period, modules.get(period, 0))
        if count > most:
            yield f"period {period + 1} holds {count} of {most} modules"


def check_least(problem: PlanningProblem, solution: Solution) -> Problems:
    """Every month of the horizon but those away from the post holds as many hours and modules as it must."""
    loads, counts = _loads(problem, solution), _counts(solution)
    for period in (period for period in range(len(problem.periods)) if not problem.away >> period & 1):
        load, count = loads.get(period, 0), counts.get(period, 0)
        if load < problem.least_hours_per_period:
            yield f"period {period + 1} holds {load} quarter hours, at least {problem.least_hours_per_period} are due"
        if count < problem.least_modules_per_period:
            yield f"period {period + 1} holds {count} modules, at least {problem.least_modules_per_period} are due"


def check_budget(problem: PlanningProblem, solution: Solution) -> Problems:
    """No calendar year holds more counted hours than its budget."""
    spent = [0] * len(problem.budgets)
    for module, period in solution.steps:
        if problem.counted >> module & 1 and 0 <= period < len(problem.periods):
            spent[problem.periods[period].year] += problem.catalogue.hours[module]
    for year, (used, budget) in enumerate(zip(spent, problem.budgets, strict=True)):
        if used > budget:
            yield f"year {year + 1} holds {used} of {budget} quarter hours"


def check_intervals(problem: PlanningProblem, solution: Solution) -> Problems:
    """The modules of one topic lie within the longest interval."""
    period_of = dict(solution.steps)
    modules = solution.modules
    for topic in problem.catalogue.topics:
        taken = tuple(bits(topic & modules))
        periods = [period_of[module] for module in taken]
        if periods and max(periods) - min(periods) > problem.longest_interval:
            names = ", ".join(problem.catalogue.module_ids[module] for module in taken)
            yield f"{names} lie further apart than {problem.longest_interval} months"


def check_stages(problem: PlanningProblem, solution: Solution) -> Problems:
    """Every stage is reported, in order, with the value that the plan really has and a bound no worse than it."""
    expected = stage_values(problem, solution)
    claimed = {stage.name: stage.value for stage in solution.stages}
    if [stage.name for stage in solution.stages] != list(expected):
        yield f"stages are {list(claimed)}, expected {list(expected)}"
    for name, value in expected.items():
        if claimed.get(name) != value:
            yield f"{name} is {value}, the plan says {claimed.get(name)}"
    for stage in solution.stages:
        larger_is_better = stage.name in ("mandatory", "kept") or stage.name.startswith("tier:")
        if (stage.bound < stage.value) if larger_is_better else (stage.bound > stage.value):
            yield f"{stage.name} claims {stage.value}, better than its own bound {stage.bound}"


def stage_values(problem: PlanningProblem, solution: Solution) -> dict[str, int]:
    """Return the value of every stage, recomputed from the steps alone."""
    reached, end = _replay(problem, solution)
    closed = [goal for goal in problem.goals if goal.fact in reached]
    values = {"mandatory": sum(goal.weight for goal in closed if goal.mandatory)}
    for index, tier in enumerate(problem.tiers):
        values[f"tier:{tier}"] = sum(goal.weight for goal in closed if goal.tier == index)
    periods = dict(solution.steps)
    if problem.earlier:
        values["kept"] = sum(1 for module, _ in problem.earlier if module in periods)
    values["hours"] = sum(problem.catalogue.hours[module] for module, _ in solution.steps)
    for preference in problem.preferences:
        values[preference.name] = _preference_value(preference, solution, end)
    values["deadlines"] = sum(g.weight for g in closed if g.deadline is not None and reached[g.fact] > g.deadline)
    if problem.earlier:
        values["moved"] = sum(1 for m, p in problem.earlier if p is not None and periods.get(m, p) != p)
    values["goal_periods"] = sum(goal.weight * (reached[goal.fact] + 1) for goal in closed)
    values["peak_load"] = max(_loads(problem, solution).values(), default=0)
    return values


def _preference_value(preference: Preference, solution: Solution, facts: int) -> int:
    taken = {module for module, _ in solution.steps}
    cost = sum(cost for module, cost in preference.module_costs if module in taken)
    cost += sum(1 for module, fact in preference.unmet_costs if module in taken and not facts >> fact & 1)
    return cost if preference.allowance is None else max(0, cost - preference.allowance)


def _replay(problem: PlanningProblem, solution: Solution) -> tuple[dict[int, int], int]:
    """Return the period in which each goal's fact first holds, and the facts at the end; a step whose needs are missing brings nothing."""
    facts = problem.start
    reached: dict[int, int] = {}
    waiting = [goal.fact for goal in problem.goals]
    for module, period in solution.steps:
        if problem.catalogue.needs[module] & ~facts:
            continue
        facts = _after(problem, facts, module)
        reached |= {fact: period for fact in waiting if facts >> fact & 1}
        waiting = [fact for fact in waiting if fact not in reached]
    return reached, facts


def _after(problem: PlanningProblem, facts: int, module: int) -> int:
    """Return ``facts`` and what ``module`` adds, with the gates that this opens.

    Only gates that the module touches are looked at. The start is taken to hold its own; if it does not, less holds here than
    might, so that a plan may be rejected but never let pass.
    """
    facts |= problem.catalogue.adds[module]
    for place in bits(problem.catalogue.touched[module]):
        fact, at_least, children = problem.catalogue.gates[place]
        if not facts >> fact & 1 and (children & facts).bit_count() >= at_least:
            facts |= 1 << fact
    return facts


def _loads(problem: PlanningProblem, solution: Solution) -> dict[int, int]:
    loads: dict[int, int] = {}
    for module, period in solution.steps:
        loads[period] = loads.get(period, 0) + problem.catalogue.hours[module]
    return loads


def _counts(solution: Solution) -> dict[int, int]:
    counts: dict[int, int] = {}
    for _, period in solution.steps:
        counts[period] = counts.get(period, 0) + 1
    return counts


CHECKS: tuple[Callable[[PlanningProblem, Solution], Problems], ...] = (
    check_availability,
    check_prerequisites,
    check_precedence,
    check_pairs,
    check_order,
    check_offers,
    check_fixed,
    check_caps,
    check_least,
    check_budget,
    check_intervals,
    check_stages,
)
