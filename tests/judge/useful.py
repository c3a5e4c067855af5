"""Which modules a selection can need: a mixed-integer program proves little while hundreds of others may be taken."""

from __future__ import annotations

from competency_engine.domain.requirement import (
    AllOf,
    AnyOf,
    AtLeast,
    ModuleDone,
    Requirement,
    TopicDone,
    UnitAtLevel,
)
from tests.judge.rules import Case


def useful_modules(case: Case) -> tuple[str, ...]:
    """Return the takable modules that are under way or wanted, bring a missing step, or are asked for by such a module.

    Leave the others out of a selection: what was the first to bring each level that the rest needs is still there, and
    so is each partner. So the rest can be exhausted, closes the same steps, keeps as much and costs fewer hours: no
    selection that passes the stage of the hours holds any other module. The least of a month is no matter of selections.
    """
    found: set[str] = set()
    asked: set[Requirement] = set()
    todo: list[Requirement] = [UnitAtLevel(unit=step.unit, level=step.level) for step in case.missing]
    todo += [ModuleDone(module=id_) for id_ in (*case.begun, *case.earlier)]
    while todo:
        requirement = todo.pop()
        if requirement not in asked:
            asked.add(requirement)
            todo += _parts(case, requirement)
            new = _answering(case, requirement) - found
            found |= new
            todo += [need for id_ in new for way in case.ways[id_] for need in way]
            todo += [ModuleDone(module=partner) for id_ in new for partner in case.partners(id_)]
    return tuple(sorted(found))


def is_first(case: Case, module: str, unit: str, level: int) -> bool:
    """Return whether ``module`` can be the first to bring ``unit`` to ``level``: some way in does not ask for it."""
    ways = (
        [need for need in way if isinstance(need, UnitAtLevel) and need.unit == unit and need.level >= level]
        for way in case.ways[module]
    )
    return case.library.modules[module].brings.get(unit, 0) >= level and not all(ways)


def _parts(case: Case, requirement: Requirement) -> tuple[Requirement, ...]:
    """Return what decides whether a group, or a topic that does not count as done, will hold."""
    if isinstance(requirement, TopicDone) and not case.topic_held(requirement.topic):
        paths = case.library.topics[requirement.topic].paths
        return tuple(ModuleDone(module=module) for path in paths for module in path)
    if isinstance(requirement, AllOf):
        return requirement.all
    if isinstance(requirement, AnyOf):
        return requirement.any
    return requirement.of if isinstance(requirement, AtLeast) else ()


def _answering(case: Case, requirement: Requirement) -> set[str]:
    """Return the takable modules that can be the first to fulfil a level, or the module, asked for."""
    if isinstance(requirement, UnitAtLevel) and case.start_levels[requirement.unit] < requirement.level:
        return {id_ for id_ in case.takable if is_first(case, id_, requirement.unit, requirement.level)}
    return {requirement.module} & set(case.takable) if isinstance(requirement, ModuleDone) else set()
