"""Levels of the scale and of the units: each is defined, once, before anything speaks of it."""

from __future__ import annotations

from collections.abc import Iterator

from competency_engine.diagnostics import Path, Related, Severity
from competency_engine.domain.casebook import Problem
from competency_engine.domain.competency import ContextRule, Role, Unit
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import Entity, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import UnitAtLevel, atoms
from competency_engine.graph.tiers import activated_skills
from competency_engine.lint.fields import normalised, requirement_lists, walk_phrases
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.text import say


def check_indicators(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each level of a unit that has no indicators."""
    for unit in library.units.values():
        for index, level in enumerate(unit.levels):
            if not level.indicators:
                yield Finding(
                    library.where(unit, "levels", index, "indicators"),
                    say(
                        f"{unit.id} 的{level.level}级没有行为指标",
                        f"level {level.level} of {unit.id} has no indicators",
                    ),
                    say("至少一条看得见的行为", "at least one behaviour that can be observed"),
                    say("写出怎样看出已达到这一级，或删去这一级", "say how reaching it shows, or remove the level"),
                )


def check_unit_levels(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield where the levels of a unit leave the sequence 1, 2, 3 … or the scale."""
    top = top_of_scale(library)
    expected = say(f"1、2、3……不超过{top}", f"1, 2, 3 … up to {top}")
    mend = say("按次序写，每级一次", "write the levels in order, each once")
    for unit in library.units.values():
        if not unit.levels:
            message = say(f"{unit.id} 没有写任何等级", f"{unit.id} defines no level")
            yield Finding(library.where(unit, "levels"), message, expected, mend)
        for index, level in enumerate(unit.levels):
            if level.level != index + 1 or level.level > top:
                message = say(
                    f"{unit.id} 的第{index + 1}个等级是{level.level}",
                    f"level number {index + 1} of {unit.id} is {level.level}",
                )
                yield Finding(library.where(unit, "levels", index, "level"), message, expected, mend)
                break


def top_of_scale(library: Library) -> int:
    """Return the highest level of the model's scale."""
    return max(level.level for level in library.model.scale)


def check_scale(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield the first level of the scale that leaves the sequence 0, 1, 2 …."""
    for index, level in enumerate(library.model.scale):
        if level.level != index:
            yield Finding(
                library.where(library.model, "scale", index, "level"),
                say(f"量表的第{index + 1}级是{level.level}", f"entry {index + 1} of the scale is level {level.level}"),
                say(f"{index}", f"{index}"),
                say("从0起逐级写，每级一次", "write the levels from 0 on, in order, each once"),
            )
            break


def check_repeated_indicators(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each indicator whose words the unit has used before."""
    for unit in library.units.values():
        first: dict[tuple[str, str], Path] = {}
        repeated: set[Path] = set()
        for lang, phrase, path in walk_phrases(unit):
            earlier = first.setdefault((lang, normalised(phrase)), path) if path[0] == "levels" else path
            if earlier != path and path[:-1] not in repeated:
                repeated.add(path[:-1])
                yield Finding(
                    library.where(unit, *path),
                    say(f"{unit.id} 已有指标“{phrase}”", f"{unit.id} has the indicator “{phrase}” already"),
                    say("每条指标不同", "indicators that differ"),
                    say("写出这一级比下一级多做到什么", "say what this level shows beyond the one below"),
                    (Related(library.where(unit, *earlier), say("首次写在这里", "first written here")),),
                )


def check_level_bounds(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each level, wherever it is asked or brought, above the top level that the unit defines."""
    for entity in library.entities():
        for unit_id, level, path in _levels_named(entity):
            yield from _too_high(library, entity, path, library.units[unit_id], level)
    for role in library.roles.values():
        for skill in activated_skills(library):
            yield from _too_high(library, role, ("skill_level",), library.units[skill], role.skill_level)
    top = top_of_scale(library)
    for policy in library.policies.values():
        if policy.topic_done_level > top:
            yield Finding(
                library.where(policy, "topic_done_level"),
                say(f"topic_done_level 是{policy.topic_done_level}", f"topic_done_level is {policy.topic_done_level}"),
                say(f"不超过量表最高级{top}", f"at most {top}, the top of the scale"),
                say("改为量表上的等级", "write a level of the scale"),
            )


def _too_high(library: Library, entity: Entity, path: Path, unit: Unit, level: int) -> Iterator[Finding]:
    top = max((defined.level for defined in unit.levels), default=0)
    if 0 < top < level:
        yield Finding(
            library.where(entity, *path),
            say(f"{unit.id} 没有{level}级", f"{unit.id} has no level {level}"),
            say(f"1—{top}", f"1 to {top}"),
            say("降低等级，或为单元补写这一级的指标", "lower the level, or write this level's indicators in the unit"),
            (
                Related(
                    library.where(unit, "levels", len(unit.levels) - 1, "level"), say("最高级在这里", "its top level")
                ),
            ),
        )


def _levels_named(entity: Entity) -> Iterator[tuple[UnitId, int, Path]]:
    if isinstance(entity, Role):
        yield from ((unit, level, ("requires", unit)) for unit, level in entity.requires.items())
        yield from ((unit, level, ("floor", unit)) for unit, level in entity.floor.items())
    elif isinstance(entity, Module):
        yield from ((unit, level, ("brings", unit)) for unit, level in entity.brings.items())
    elif isinstance(entity, ContextRule):
        yield from ((unit, level, ("raises", unit)) for unit, level in entity.raises.items())
    elif isinstance(entity, Problem):
        yield from ((unit, level, ("needs", unit)) for unit, level in entity.needs.items())
    elif isinstance(entity, Unit):
        for index, before in enumerate(entity.prerequisites):
            yield before.unit, before.level, ("prerequisites", index, "level")
    for requirements, path in requirement_lists(entity):
        for atom, where in atoms(requirements, path):
            if isinstance(atom, UnitAtLevel):
                yield atom.unit, atom.level, (*where, "level")


RULES = (
    Rule(
        "LEV01",
        "levels",
        Severity.ERROR,
        say("单元的每一级都有行为指标", "Every level of a unit has indicators"),
        say(
            "没有指标的等级无法测评，要求它或培养它就成了空话。",
            "A level without indicators cannot be assessed, so neither requiring nor teaching it means anything.",
        ),
        check_indicators,
        local=True,
    ),
    Rule(
        "LEV02",
        "levels",
        Severity.ERROR,
        say("单元的等级从1起连续，不超出量表", "A unit's levels run from 1 without a gap, within the scale"),
        say(
            "计划一级一级地补差距；中间缺一级，或超出量表，这一步就说不清。",
            "Plans close a gap level by level; a level left out or beyond the scale is a step nobody can describe.",
        ),
        check_unit_levels,
        local=True,
    ),
    Rule(
        "LEV06",
        "levels",
        Severity.WARNING,
        say("同一单元内指标不重复", "A unit states each indicator once"),
        say(
            "两级写同一条指标，就分不清学员在哪一级。",
            "Two levels with the same indicator cannot be told apart in an assessment.",
        ),
        check_repeated_indicators,
        local=True,
    ),
    Rule(
        "LEV07",
        "levels",
        Severity.ERROR,
        say("任何地方的等级不超过单元的最高级", "No level anywhere is above the top level of its unit"),
        say(
            "单元没有定义的等级没有指标，既学不到也测不出，这样的要求永远满足不了。",
            "A level that the unit does not define has no indicators: it can be neither reached nor assessed.",
        ),
        check_level_bounds,
    ),
    Rule(
        "LEV09",
        "levels",
        Severity.ERROR,
        say("量表从0起连续", "The scale runs from 0 without a gap"),
        say(
            "0级是“已测评，未达1级”；缺了它或跳级，差几级就算不对。",
            "Level 0 means “assessed, below level 1”; without it, or with a gap, missing steps are counted wrong.",
        ),
        check_scale,
        local=True,
    ),
)
