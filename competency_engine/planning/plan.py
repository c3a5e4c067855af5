"""Solution → Plan: indices back into the words of the library, with reasons and causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.plan import (
    Cause,
    Credited,
    HoursCheck,
    HoursProof,
    OpenGoal,
    Plan,
    PlannedGap,
    PlannedStage,
    Reason,
    ReasonKind,
    Rise,
    Step,
)
from competency_engine.planning.explain.reasons import StepReasons, find_blockers, find_reasons
from competency_engine.planning.pose import Horizon
from competency_engine.planning.problem import Catalogue, FactKey, Goal, PlanningProblem, Solution, bits
from competency_engine.planning.reduce import find_reachable


def describe_solution(
    assessment: Assessment,
    library: Library,
    horizon: Horizon,
    problem: PlanningProblem,
    solution: Solution | None,
    inputs: Mapping[str, str],
) -> Plan:
    """Return ``solution`` as a plan; None becomes a plan without steps, with status infeasible.

    ``inputs`` are the hashes of what the plan was made from.
    """
    solution = solution or Solution((), ())
    catalogue = problem.catalogue
    facts, _ = catalogue.closure(problem.start, solution.modules)
    steps = _steps(assessment, horizon, problem, solution)
    proven = all(stage.status == "optimal" for stage in solution.stages)
    return Plan(
        person=assessment.person.id,
        role=assessment.role.id,
        as_of=assessment.as_of,
        start=horizon.label(0),
        months=horizon.months,
        hours_per_year=(
            library.policy.budget.hours_per_year if horizon.hours_per_year is None else horizon.hours_per_year
        ),
        credited=_credited(assessment, horizon),
        hours_rules=_hours_checks(assessment, library, horizon, steps),
        status=("optimal" if proven else "feasible") if solution.stages else "infeasible",
        hours=sum(catalogue.hours[module] for module, _ in solution.steps) / 4,
        gaps=tuple(
            PlannedGap(
                unit=gap.unit,
                held=gap.held,
                assumed=gap.assumed,
                required=gap.required.level,
                decided_by=gap.required.decided_by,
                kind=gap.kind,
                urgent=gap.required.urgent,
                deadline=gap.required.deadline,
                reached=_level(catalogue, facts, gap.unit),
            )
            for gap in assessment.gaps
        ),
        steps=steps,
        open_goals=_open_goals(problem, facts),
        stages=tuple(
            PlannedStage(name=stage.name, value=stage.value, bound=stage.bound, status=stage.status)
            for stage in solution.stages
        ),
        certificate=None
        if solution.certificate is None
        else HoursProof(
            quarter_hours=solution.certificate.hours,
            steps=solution.certificate.steps,
            seal=solution.certificate.seal,
        ),
        risks=tuple(pack.id for pack in library.urgent_packs.values() if pack.skill in assessment.urgent_skills),
        inputs=dict(inputs),
    )


def _credited(assessment: Assessment, horizon: Horizon) -> tuple[Credited, ...]:
    years = range(horizon.year, horizon.year + horizon.periods()[-1].year + 1)
    hours = ((year, assessment.credited.get(year, 0)) for year in years)
    return tuple(Credited(year=year, hours=used) for year, used in hours if used)


def _hours_checks(
    assessment: Assessment, library: Library, horizon: Horizon, steps: tuple[Step, ...]
) -> tuple[HoursCheck, ...]:
    """Return for each active hours rule and calendar year of the horizon the hours of its modes, planned and completed."""
    checks = []
    for rule in library.hours_rules.values():
        if not rule.active or assessment.role.id not in (rule.roles or (assessment.role.id,)):
            continue
        hours = dict.fromkeys(range(horizon.year, horizon.year + horizon.periods()[-1].year + 1), 0.0)
        taken = [(int(step.month[:4]), step.module) for step in steps]
        taken += [
            (done.date.year, done.module) for done in assessment.person.completed if done.date <= assessment.as_of
        ]
        for year, module_id in taken:
            module = library.modules[module_id]
            if year in hours and module.mode in rule.counts:
                hours[year] += module.hours
        checks += [
            HoursCheck(rule=rule.id, year=year, required=rule.hours_per_year, hours=reached)
            for year, reached in hours.items()
        ]
    return tuple(checks)


def _level(catalogue: Catalogue, facts: int, unit: UnitId) -> int:
    return next((level for level, fact in _levels(catalogue)[unit] if facts >> fact & 1), 0)


@lru_cache(maxsize=4)
def _levels(catalogue: Catalogue) -> dict[UnitId, tuple[tuple[int, int], ...]]:
    """Return (level, fact) of every level of each unit, the highest first."""
    levels: dict[UnitId, list[tuple[int, int]]] = {}
    for fact, key in enumerate(catalogue.facts):
        if key[0] == "unit":
            levels.setdefault(UnitId(str(key[1])), []).append((int(key[2]), fact))
    return {unit: tuple(sorted(pairs, reverse=True)) for unit, pairs in levels.items()}


@lru_cache(maxsize=4)
def _units(catalogue: Catalogue) -> tuple[tuple[UnitId, ...], ...]:
    """Return the units that each module raises, in order of id."""
    added = ([catalogue.facts[fact] for fact in bits(facts)] for facts in catalogue.adds)
    return tuple(tuple(sorted({UnitId(str(key[1])) for key in keys if key[0] == "unit"})) for keys in added)


def _steps(assessment: Assessment, horizon: Horizon, problem: PlanningProblem, solution: Solution) -> tuple[Step, ...]:
    catalogue = problem.catalogue
    facts = problem.start
    steps = []
    found = zip(solution.steps, find_reasons(problem, solution), strict=True)
    for number, ((module, period), reasons) in enumerate(found, start=1):
        after = facts | catalogue.adds[module]
        steps.append(
            Step(
                number=number,
                month=horizon.label(period),
                module=catalogue.module_ids[module],
                hours=catalogue.hours[module] / 4,
                rises=tuple(_rise(*rise) for rise in find_rises(catalogue, module, facts, after)),
                reasons=_reasons(assessment, problem, module, reasons),
            )
        )
        facts = after
    return tuple(steps)


def find_rises(catalogue: Catalogue, module: int, before: int, after: int) -> Iterator[tuple[UnitId, int, int]]:
    """Yield the units that ``module`` raises, with the level among the facts ``before`` it and ``after`` it."""
    for unit in _units(catalogue)[module]:
        low, high = _level(catalogue, before, unit), _level(catalogue, after, unit)
        if high > low:
            yield unit, low, high


@lru_cache(maxsize=4096)
def _rise(unit: UnitId, before: int, after: int) -> Rise:
    return Rise(unit=unit, before=before, after=after)


def _reasons(assessment: Assessment, problem: PlanningProblem, module: int, reasons: StepReasons) -> tuple[Reason, ...]:
    catalogue = problem.catalogue

    def closing(goal: Goal) -> Reason:
        _, unit, level = catalogue.facts[goal.fact]
        unit_id = UnitId(str(unit))
        return _reason("closes_gap", unit=unit_id, level=int(level), decided_by=assessment.required[unit_id].decided_by)

    def naming(kind: ReasonKind, module: int) -> Reason:
        return _reason(kind, module=catalogue.module_ids[module])

    found = (
        *(_reason("under_way") for fixed, _ in problem.fixed if fixed == module),
        *(closing(goal) for goal in reasons.closes),
        *(naming("needed_by", module) for module in reasons.needed_by),
        *(naming("pair_of", module) for module in reasons.partners),
    )
    if found:
        return found
    planned = any(module == earlier for earlier, _ in problem.earlier)
    return (_reason("planned_before" if planned else "fills_month"),)


@lru_cache(maxsize=16384)
def _reason(
    kind: ReasonKind,
    module: ModuleId | None = None,
    unit: UnitId | None = None,
    level: int | None = None,
    decided_by: str | None = None,
) -> Reason:
    return Reason(kind=kind, module=module, unit=unit, level=level, decided_by=decided_by)


def open_causes(problem: PlanningProblem, facts: int) -> Iterator[tuple[Goal, UnitId, int, Cause]]:
    """Yield the goals that do not hold among ``facts``, with their unit and level, and why they stay open."""
    missing = [goal for goal in problem.goals if not facts >> goal.fact & 1]
    reachable = find_reachable(problem, sum({1 << goal.fact for goal in missing}))
    for goal in missing:
        _, unit, level = problem.catalogue.facts[goal.fact]
        within: Cause = "floor_unmet" if goal.mandatory else "budget"
        yield goal, UnitId(str(unit)), int(level), within if reachable >> goal.fact & 1 else "unreachable"


def _open_goals(problem: PlanningProblem, facts: int) -> tuple[OpenGoal, ...]:
    goals = []
    for goal, unit, level, cause in open_causes(problem, facts):
        blockers = find_blockers(problem, goal.fact) if cause == "unreachable" else ()
        goals.append(OpenGoal(unit=unit, level=level, cause=cause, blocked_by=tuple(map(fact_label, blockers))))
    return tuple(goals)


def fact_label(key: FactKey) -> str:
    """Return a fact as a reader knows it, e.g. ``MAS-1≥2`` or ``T01-C``.

    >>> fact_label(("unit", "MAS-1", 2))
    'MAS-1≥2'
    """
    if key[0] in ("unit", "assessed"):
        return f"{key[1]}≥{key[2]}"
    return str(key[1])
