"""Solution → what sums read of a plan: for populations, whose plans nobody reads one by one."""

from __future__ import annotations

from dataclasses import dataclass

from competency_engine.assessment.gaps import Assessment, Gap
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.plan import Cause
from competency_engine.planning.plan import find_rises, open_causes
from competency_engine.planning.pose import Horizon
from competency_engine.planning.problem import PlanningProblem, Solution


@dataclass(frozen=True, slots=True)
class Outline:
    """What one person lacks, and what the person's best plan takes and closes.

    Attributes:
        role: of the person on the date of the assessment.
        gaps: what is missing.
        open_goals: the levels that the plan leaves open, as (unit, level, cause).
        months: the month of each module, as (module, ``2027-01``), in the order of taking them.
        quarter_hours: of all modules.
        waits: of each level that a module raises a unit by, how many months after the start that is, the first month being 1.
    """

    role: str
    gaps: tuple[Gap, ...]
    open_goals: tuple[tuple[UnitId, int, Cause], ...]
    months: tuple[tuple[ModuleId, str], ...]
    quarter_hours: int
    waits: tuple[int, ...]


def outline(assessment: Assessment, horizon: Horizon, problem: PlanningProblem, solution: Solution | None) -> Outline:
    """Return what sums read of ``solution``; None is a plan without steps."""
    catalogue, steps = problem.catalogue, solution.steps if solution is not None else ()
    waits: list[int] = []
    facts = problem.start
    for module, period in steps:
        after = facts | catalogue.adds[module]
        for _, low, high in find_rises(catalogue, module, facts, after):
            waits += [period + 1] * (high - low)
        facts = after
    return Outline(
        role=assessment.role.id,
        gaps=assessment.gaps,
        open_goals=tuple((unit, level, cause) for _, unit, level, cause in open_causes(problem, facts)),
        months=tuple((catalogue.module_ids[module], horizon.label(period)) for module, period in steps),
        quarter_hours=sum(catalogue.hours[module] for module, _ in steps),
        waits=tuple(waits),
    )
