"""Answer "why this module, why not that one, what about this unit" for one person's plan."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from competency_engine.assessment.gaps import find_person
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.plan import Plan
from competency_engine.errors import UsageError
from competency_engine.planning.explain.reasons import WhyNot, explain_absence, hours_to_close
from competency_engine.text import say
from competency_engine.workflows.plan import Planner, Solved


@dataclass(frozen=True, slots=True)
class ModuleAnswer:
    """Why a module is in the plan (then it is a step), or why it is not."""

    plan: Plan
    module: ModuleId
    why_not: WhyNot | None


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """How the plan treats one unit, and the hours in all that would close its open steps too (None = none would)."""

    plan: Plan
    unit: UnitId
    hours_needed: float | None


def explain_plan(planner: Planner, name: str) -> Plan:
    """Return the plan of ``name``, whose steps carry their reasons.

    Raises:
        UsageError: when nobody has this label.
    """
    return planner.plan(find_person(name, planner.population))


def explain_subject(planner: Planner, name: str, subject: str) -> ModuleAnswer | UnitAnswer:
    """Return why ``subject``, a module or a unit, is treated as it is in the plan of ``name``.

    Raises:
        UsageError: when the person or the subject does not exist.
    """
    library = planner.session.library
    person_id = find_person(name, planner.population)
    if subject not in library.modules and subject not in library.units:
        near = get_close_matches(subject, [*library.modules, *library.units], n=1)
        hint = say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")
        raise UsageError(say(f"没有课程或单元 {subject}{hint.zh}", f"there is no module or unit {subject}{hint.en}"))
    solved = planner.solve(person_id)
    plan = planner.describe(solved)
    if subject in library.units:
        return UnitAnswer(plan, UnitId(subject), _hours_needed(solved, subject, plan))
    module_id = ModuleId(subject)
    if solved.solution is None or any(step.module == module_id for step in plan.steps):
        return ModuleAnswer(plan, module_id, None)
    index = planner.catalogue.module_ids.index(module_id)
    return ModuleAnswer(plan, module_id, explain_absence(solved.problem, solved.solution, index))


def _hours_needed(solved: Solved, unit: str, plan: Plan) -> float | None:
    levels = {goal.level for goal in plan.open_goals if goal.unit == unit and goal.cause != "unreachable"}
    if not levels or solved.solution is None:
        return None
    keys = enumerate(solved.problem.catalogue.facts)
    wanted = sum(1 << index for index, key in keys if key[:2] == ("unit", unit) and key[2] in levels)
    needed = hours_to_close(solved.problem, solved.solution, wanted)
    return None if needed is None else needed / 4
