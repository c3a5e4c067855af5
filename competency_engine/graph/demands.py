"""Who requires which level of which unit, and where that is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from competency_engine.diagnostics import Path
from competency_engine.domain.casebook import Problem
from competency_engine.domain.competency import ContextRule, Role
from competency_engine.domain.duty import DUTY_LEVEL, TrainingDuty
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.graph.tiers import activated_skills


@dataclass(frozen=True, slots=True)
class Demand:
    """A level of a unit that a role, a context rule, a training duty or a problem requires, and where it is written.

    ``urgent`` where the reduced requirements of the urgent packs serve to reach it.
    """

    unit: UnitId
    level: int
    owner: Role | ContextRule | TrainingDuty | Problem
    path: Path
    urgent: bool = False


def find_demands(library: Library) -> Iterator[Demand]:
    """Yield what roles require, by months in post, then what context rules raise, what active training duties and problems take."""
    switched_on = activated_skills(library)
    pressing = {unit for rule in library.context_rules.values() if rule.urgent for unit in rule.activates}
    for role in sorted(library.roles.values(), key=_stage):
        for unit, level in role.requires.items():
            yield Demand(unit, level, role, ("requires", unit))
        for skill in switched_on:
            yield Demand(skill, role.skill_level, role, ("skill_level",))
            if skill in pressing:
                yield Demand(skill, role.urgent_skill_level, role, ("urgent_skill_level",), urgent=True)
    for rule in library.context_rules.values():
        for unit, level in rule.raises.items():
            yield Demand(unit, level, rule, ("raises", unit))
    for duty in library.training_duties.values():
        if duty.active:
            yield Demand(duty.unit, DUTY_LEVEL, duty, ("unit",))
    for problem in library.problems.values():
        for unit, level in problem.needs.items():
            yield Demand(unit, level, problem, ("needs", unit))


def _stage(role: Role) -> tuple[float, str]:
    return (role.months_in_post.at_least if role.months_in_post else float("inf"), role.id)
