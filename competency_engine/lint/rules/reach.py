"""Reach: every level that someone requires can be learnt, and everything that is taught serves something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from competency_engine.diagnostics import Path, Related, Severity
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import Entity, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import ModuleDone, Requirement, UnitAtLevel, atoms
from competency_engine.graph.demands import Demand, find_demands
from competency_engine.graph.reach import Reach, climb, find_blockers, find_reach
from competency_engine.graph.requirements import walk_requirements
from competency_engine.graph.tiers import skills
from competency_engine.lint.fields import requirement_lists
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.lint.rules.chains import has_cycle
from competency_engine.text import say


@dataclass(frozen=True, slots=True)
class LevelNeed:
    """A level of a unit that bars ``asker`` (a module, an urgent pack or a unit), and where that is written."""

    unit: UnitId
    level: int
    asker: Entity
    path: Path


def check_needs(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each unit level that a module needs and no other module brings."""
    for need in _unmet_needs(library):
        unit, level, asker = need.unit, need.level, need.asker
        if isinstance(asker, Module) and level >= asker.brings.get(unit, level + 1):
            continue  # PRE06 says so already
        brought = max(
            (module.brings.get(unit, 0) for module in library.modules.values() if module is not asker), default=0
        )
        yield Finding(
            library.where(asker, *need.path),
            say(
                f"{asker.id} 要求先有 {unit} {level}级，却没有课程带到",
                f"{asker.id} needs {unit} at level {level}, which no other module brings",
            ),
            say(
                f"另有课程把 {unit} 带到{level}级（现在最多{brought}级）",
                f"a module that brings {unit} to {level} (now {brought} at most)",
            ),
            say("补一门课程，或降低要求的等级", "add a module, or ask for a lower level"),
            (Related(library.where(library.units[unit], "id"), say(f"单元 {unit}", f"the unit {unit}")),),
        )


def _unmet_needs(library: Library) -> Iterator[LevelNeed]:
    """Yield the needs that no other module can meet; levels that the unit does not define are left to LEV07."""
    for need in _level_needs(library):
        bringing = (module for module in library.modules.values() if module.brings.get(need.unit, 0) >= need.level)
        if need.level <= _top(library, need.unit) and all(module is need.asker for module in bringing):
            yield need


def _level_needs(library: Library) -> Iterator[LevelNeed]:
    for module in library.modules.values():
        yield from _written_needs(module, module.requires, ("requires",))
        for unit in climb(module):
            yield LevelNeed(unit, module.brings[unit] - 1, module, ("brings", unit))
    for pack in library.urgent_packs.values():
        for index, step in enumerate(pack.steps):
            yield from _written_needs(pack, step.requires, ("steps", index, "requires"))
    for owner in library.units.values():
        for index, before in enumerate(owner.prerequisites):
            yield LevelNeed(before.unit, before.level, owner, ("prerequisites", index, "level"))


def _written_needs(asker: Entity, requirements: tuple[Requirement, ...], path: Path) -> Iterator[LevelNeed]:
    for clause in walk_requirements(requirements, path):
        atom = clause.requirement
        if isinstance(atom, UnitAtLevel) and not clause.alternative:
            yield LevelNeed(atom.unit, atom.level, asker, (*clause.path, "level"))


def check_reach(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each unit of which more is required than anyone who starts at level 0 can come to, at the first such place.

    Units that would be reached if the others were are not reported: mending the others mends them.
    """
    reaches = {urgent: find_reach(library, urgent) for urgent in (False, True)}
    failing: dict[UnitId, list[Demand]] = {}
    for demand in find_demands(library):
        if reaches[demand.urgent].levels[demand.unit] < demand.level <= _top(library, demand.unit):
            failing.setdefault(demand.unit, []).append(demand)
    unmet = {(need.unit, need.level) for need in _unmet_needs(library)}
    roots = _root_causes(library, failing)
    for unit, demands in failing.items():
        reach = reaches[demands[0].urgent]
        if unit in roots and (unit, reach.levels[unit] + 1) not in unmet:
            yield _unreachable(library, demands, reach)


def _root_causes(library: Library, failing: dict[UnitId, list[Demand]]) -> set[UnitId]:
    """Return the units that stay out of reach even when all others are granted, and one of each knot of units."""

    def fails(unit: UnitId, granted: Iterable[UnitId]) -> bool:
        assumed = {other: max(demand.level for demand in failing[other]) for other in granted}
        kinds = {demand.urgent for demand in failing[unit]}
        reached = {urgent: find_reach(library, urgent, assumed).levels[unit] for urgent in kinds}
        return any(reached[demand.urgent] < demand.level for demand in failing[unit])

    roots = {unit for unit in failing if fails(unit, failing.keys() - {unit})}
    knotted = [unit for unit in failing if unit not in roots and fails(unit, roots)]
    while knotted and not has_cycle(library):
        roots.add(knotted[0])
        knotted = [unit for unit in knotted[1:] if fails(unit, roots)]
    return roots


def _top(library: Library, unit: UnitId) -> int:
    return max((level.level for level in library.units[unit].levels), default=0)


def _unreachable(library: Library, demands: list[Demand], reach: Reach) -> Finding:
    first, *others = demands
    owner, unit, reached = first.owner.id, first.unit, reach.levels[first.unit]
    blockers = find_blockers(unit, reached + 1, reach, library)
    cause = (
        say(f"能带到{reached + 1}级的课程都修不了", f"no module that brings level {reached + 1} can be taken")
        if blockers
        else say(f"没有课程带到{reached + 1}级", f"no module brings level {reached + 1}")
    )
    also = (
        Related(
            library.where(demand.owner, *demand.path),
            say(f"{demand.owner.id} 也要求{demand.level}级", f"{demand.owner.id} requires level {demand.level} too"),
        )
        for demand in others
    )
    return Finding(
        library.where(first.owner, *first.path),
        say(
            f"{owner} 要求 {unit} {first.level}级，从零学起最多到{reached}级：{cause.zh}",
            f"{owner} requires {unit} at {first.level}; from nothing level {reached} is the most: {cause.en}",
        ),
        say(f"不超过{reached}级，或有课程可以到达", f"at most {reached}, or modules that lead there"),
        say("补上课程，放宽挡住它的先修，或降低要求", "add a module, relax what blocks it, or require less"),
        (*blockers, *also),
    )


def check_idle_modules(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each module that brings nothing and that nothing else needs."""
    needed = set(_needed_modules(library))
    for module in library.modules.values():
        if not module.brings and module.id not in needed:
            yield Finding(
                library.where(module, "id"),
                say(f"{module.id} 不提高任何单元，也没有谁需要它", f"{module.id} brings nothing, and nothing needs it"),
                say(
                    "brings，或某条路径、先修、成对、最小包用到它",
                    "brings, or a path, requirement, pair or pack that names it",
                ),
                say(
                    "写上 brings，把它放进专题的路径，或删去", "write brings, put it on its topic's path, or remove it"
                ),
            )


def _needed_modules(library: Library) -> Iterator[str]:
    for entity in library.entities():
        for requirements, _ in requirement_lists(entity):
            yield from (atom.module for atom, _ in atoms(requirements) if isinstance(atom, ModuleDone))
    for module in library.modules.values():
        yield from (partner for partner in module.pairs_with if partner != module.id)
    for topic in library.topics.values():
        yield from (module for path in topic.paths for module in path)
    for pack in library.urgent_packs.values():
        yield from (step.module for step in pack.steps)


def check_idle_units(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each skill that no context rule switches on, and each other unit that nobody requires."""
    practical = skills(library)
    switched_on = {unit for rule in library.context_rules.values() for unit in rule.activates}
    required = {unit for role in library.roles.values() for unit in role.requires}
    required |= {unit for rule in library.context_rules.values() for unit in rule.raises}
    required |= {duty.unit for duty in library.training_duties.values()}
    for unit_id, unit in library.units.items():
        if unit_id in practical and unit_id not in switched_on:
            yield Finding(
                library.where(unit, "id"),
                say(f"没有规则启用技能 {unit_id}", f"no context rule switches on the skill {unit_id}"),
                say("至少一条 activates 它的规则", "at least one context rule that activates it"),
                say("写一条 context_rule，或删去这项技能", "write a context_rule, or remove the skill"),
            )
        elif unit_id not in practical and unit_id not in required:
            yield Finding(
                library.where(unit, "id"),
                say(f"没有角色要求单元 {unit_id}", f"no role requires the unit {unit_id}"),
                say("至少一个角色或规则要求它", "at least one role or rule that requires it"),
                say("写进角色的 requires，或删去这个单元", "write it in a role's requires, or remove the unit"),
            )


def check_module_hours(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each module that is longer than a month may be."""
    limit = library.policy.hours_per_month
    for module in library.modules.values():
        if module.hours > limit:
            yield Finding(
                library.where(module, "hours"),
                say(f"{module.id} 有{module.hours:g}学时", f"{module.id} takes {module.hours:g} hours"),
                say(f"不超过每月的{limit:g}学时", f"at most {limit:g}, the hours of a month"),
                say("拆成几门课程，或提高每月上限", "split it into several modules, or raise the monthly limit"),
                (Related(library.where(library.policy, "hours_per_month"), say("每月上限", "the monthly limit")),),
            )


RULES = (
    Rule(
        "REA01",
        "reach",
        Severity.ERROR,
        say("课程要求的等级有别的课程带到", "A level that a module needs is brought by another module"),
        say(
            "没有课程带到的等级，只有碰巧测评已达标的人才能往下学。",
            "Where nothing brings the level, only those who happen to be assessed at it can go on.",
        ),
        check_needs,
    ),
    Rule(
        "REA02",
        "reach",
        Severity.ERROR,
        say("要求的等级从零学起可以到达", "A required level can be reached from nothing"),
        say(
            "把所有课程都修完也到不了的要求，会在每个人的计划里留下补不上的差距。",
            "A level that all modules together do not reach leaves an open gap in everybody's plan.",
        ),
        check_reach,
    ),
    Rule(
        "REA03",
        "reach",
        Severity.WARNING,
        say("每门课程都有用处", "Every module serves something"),
        say(
            "不提高任何单元、也不被任何课程和路径用到的课程，永远不会进入计划。",
            "A module that brings nothing and that nothing needs never enters a plan.",
        ),
        check_idle_modules,
    ),
    Rule(
        "REA04",
        "reach",
        Severity.WARNING,
        say("每个单元都有人需要", "Somebody needs every unit"),
        say(
            "没有规则启用的技能、没有角色要求的单元，谁的计划里都不会出现。",
            "A skill that no rule switches on, or a unit that no role requires, appears in nobody's plan.",
        ),
        check_idle_units,
    ),
    Rule(
        "REA07",
        "reach",
        Severity.ERROR,
        say("课程不长于一个月的学时", "A module is no longer than a month"),
        say(
            "课程整门排在一个月里；超过每月上限，就永远排不进去。",
            "A module runs within one month; longer than the monthly limit, it never fits.",
        ),
        check_module_hours,
        local=True,
    ),
)
