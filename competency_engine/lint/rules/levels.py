"""Levels: the scale, the units' indicators on it, and what roles require of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from competency_engine.diagnostics import Path, Related, Severity
from competency_engine.domain.competency import Role, Unit
from competency_engine.domain.entity import Entity, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import Requirement, UnitAtLevel, atoms
from competency_engine.graph.build import PREREQUISITES_BIND_FROM
from competency_engine.lint.fields import normalised
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.lint.tiers import activated_skills, first_tier
from competency_engine.text import say


def check_indicators(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each level of a unit that has no indicators."""
    for unit in library.units.values():
        for index, level in enumerate(unit.levels):
            if not level.indicators:
                yield Finding(
                    library.where(unit, "levels", index, "indicators"),
                    say(f"{unit.id} 的{level.level}级没有行为指标", f"level {level.level} of {unit.id} has no indicators"),
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
                    f"{unit.id} 的第{index + 1}个等级是{level.level}", f"level number {index + 1} of {unit.id} is {level.level}"
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


def check_role_order(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each level that a later role requires below an earlier one; appointed roles come after all others."""
    staged = _staged(library)
    appointed = [role for role in library.roles.values() if role.months_in_post is None]
    steps = [*pairwise(staged), *((staged[-1], role) for role in appointed if staged)]
    for earlier, later in steps:
        for path, level in _required_levels(earlier):
            found = dict(_required_levels(later)).get(path, 0)
            if found < level:
                name = path[-1]
                yield Finding(
                    library.where(later, *path) if found else library.where(later, path[0], key=True),
                    say(f"{later.id} 对 {name} 只要求{found}级", f"{later.id} requires {name} at level {found} only"),
                    say(f"至少{level}级，同 {earlier.id}", f"at least {level}, as {earlier.id} does"),
                    say("提高它，或降低前一阶段的要求", "raise it, or lower what the earlier role requires"),
                    (Related(library.where(earlier, *path), say(f"{earlier.id} 的要求", f"what {earlier.id} requires")),),
                )


def _staged(library: Library) -> list[Role]:
    """Return the roles by months in post, earliest first."""
    spans = [(role.months_in_post.at_least, role.id) for role in library.roles.values() if role.months_in_post]
    return [library.roles[id_] for _, id_ in sorted(spans)]


def _required_levels(role: Role) -> Iterator[tuple[Path, int]]:
    for field, levels in (("requires", role.requires), ("floor", role.floor)):
        for unit, level in levels.items():
            yield (field, unit), level
    yield ("skill_level",), role.skill_level
    yield ("urgent_skill_level",), role.urgent_skill_level


def check_role_prerequisites(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each unit that a role requires too low for what another required unit builds on."""
    for role in library.roles.values():
        asked: dict[UnitId, tuple[int, Path]] = {
            unit: (level, ("requires", unit)) for unit, level in role.requires.items()
        }
        for unit, level in role.requires.items():
            prerequisites = library.units[unit].prerequisites if level >= PREREQUISITES_BIND_FROM else ()
            for index, before in enumerate(prerequisites):
                held, path = asked.get(before.unit, (0, ("requires", unit)))
                if held < before.level:
                    place = library.where(library.units[unit], "prerequisites", index)
                    yield Finding(
                        library.where(role, *path),
                        say(
                            f"{role.id} 要求 {unit} 达到{level}级，却只要求其前置 {before.unit} 达到{held}级",
                            f"{role.id} requires {unit} at level {level} but its prerequisite {before.unit} at {held} only",
                        ),
                        say(f"{before.unit} 至少{before.level}级", f"{before.unit} at level {before.level} or above"),
                        say("提高前置的要求，或降低这一单元的要求", "raise the prerequisite, or lower this unit"),
                        (Related(place, say(f"{unit} 的前置", f"the prerequisite of {unit}")),),
                    )


def check_floors(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each floor above the role's requirement, and each floor of a unit outside the first tier."""
    tier = first_tier(library)
    for role in library.roles.values():
        for unit, level in role.floor.items():
            required = role.requires.get(unit, 0)
            if library.tier_of(unit) != tier:
                yield Finding(
                    library.where(role, "floor", unit, key=True),
                    say(f"{unit} 属于 {library.tier_of(unit)}", f"{unit} is of the tier {library.tier_of(unit)}"),
                    say(f"{tier} 层级的单元", f"a unit of the tier {tier}"),
                    say("从 floor 中删去，写在 requires 里", "take it out of floor; write it in requires"),
                )
            elif level > required:
                places = (Related(library.where(role, "requires", unit), say("要求在这里", "required here")),)
                yield Finding(
                    library.where(role, "floor", unit),
                    say(f"{unit} 的底线{level}级高于要求的{required}级", f"the floor {level} of {unit} is above its {required}"),
                    say(f"不超过{required}", f"at most {required}"),
                    say("降低底线，或提高要求", "lower the floor, or raise the requirement"),
                    places if required else (),
                )


def check_repeated_indicators(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each indicator whose words the unit has used before."""
    for unit in library.units.values():
        first: dict[tuple[str, str], Path] = {}
        for level_index, level in enumerate(unit.levels):
            for index, indicator in enumerate(level.indicators):
                for lang, phrase in (("zh", indicator.zh), ("en", indicator.en)):
                    path = ("levels", level_index, "indicators", index, lang)
                    earlier = first.setdefault((lang, normalised(phrase)), path)
                    if earlier != path:
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
            yield from _too_high(library, role, ("skill_level",), skill, role.skill_level)
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
            (Related(library.where(unit, "levels", len(unit.levels) - 1, "level"), say("最高级在这里", "its top level")),),
        )


def _levels_named(entity: Entity) -> Iterator[tuple[UnitId, int, Path]]:
    for field in ("brings", "requires", "floor", "raises"):
        levels = getattr(entity, field, None)
        for unit, level in levels.items() if isinstance(levels, dict) else ():
            yield unit, level, (field, unit)
    for index, before in enumerate(getattr(entity, "prerequisites", ())):
        yield before.unit, before.level, ("prerequisites", index, "level")
    for requirements, path in requirement_lists(entity):
        for atom, where in atoms(requirements, path):
            if isinstance(atom, UnitAtLevel):
                yield atom.unit, atom.level, (*where, "level")


def requirement_lists(entity: Entity) -> Iterator[tuple[tuple[Requirement, ...], Path]]:
    """Yield every list of requirements that ``entity`` writes, with its path."""
    if entity.kind == "module":
        for field in ("requires", "recommends"):
            yield getattr(entity, field), (field,)
    for index, step in enumerate(getattr(entity, "steps", ())):
        yield step.requires, ("steps", index, "requires")
