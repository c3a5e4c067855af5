"""Prerequisites as one document writes them: nothing twice, nothing idle, nothing that can never be met."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from competency_engine.diagnostics import Path, Related, Severity
from competency_engine.domain.competency import Unit
from competency_engine.domain.curriculum import Module, Topic
from competency_engine.domain.entity import Entity
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import (
    AllOf,
    AnyOf,
    AtLeast,
    ModuleDone,
    Requirement,
    TopicDone,
    UnitAtLevel,
    parts,
)
from competency_engine.graph.requirements import Clause, parts_key, walk_requirements
from competency_engine.lint.fields import requirement_lists
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.text import Text, say


def check_duplicates(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each prerequisite that its list, or the list of hard ones beside it, names already."""
    for entity in library.entities():
        for path, keys in _prerequisite_lists(entity):
            for index, key in enumerate(keys):
                first = keys.index(key)
                if first != index:
                    yield _duplicate(library, entity, (*path, index), (*path, first), key)
        if isinstance(entity, Topic | Module):
            required: list[Hashable] = list(entity.requires)
            for index, wish in enumerate(entity.recommends):
                if wish in required:
                    yield _duplicate(library, entity, ("recommends", index), ("requires", required.index(wish)), wish)


def _prerequisite_lists(entity: Entity) -> Iterator[tuple[Path, list[Hashable]]]:
    if isinstance(entity, Unit):
        yield ("prerequisites",), [before.unit for before in entity.prerequisites]
    elif isinstance(entity, Topic):
        yield ("requires",), list(entity.requires)
        yield ("recommends",), list(entity.recommends)
    for requirements, path in requirement_lists(entity):
        yield path, [_key(requirement) for requirement in requirements]
        for clause in walk_requirements(requirements, path):
            group = clause.requirement
            if isinstance(group, AllOf | AnyOf | AtLeast):
                exact = isinstance(group, AtLeast)
                keys = [part if exact else _key(part) for part in parts(group)]
                yield (*clause.path, parts_key(group)), keys


def _key(requirement: Requirement) -> Hashable:
    """Return what makes two entries of one list the same: of a unit's levels only one can decide."""
    return requirement.unit if isinstance(requirement, UnitAtLevel) else requirement


def _duplicate(library: Library, entity: Entity, path: Path, first: Path, found: Hashable) -> Finding:
    name = _name(found)
    return Finding(
        library.where(entity, *path),
        say(f"{entity.id} 的前置{name.zh}重复", f"{entity.id} names {name.en} again"),
        say("每项前置一次", "each prerequisite once"),
        say(
            "删去其中一个；等级不同的，只留起作用的那个", "remove one of them; of two levels keep the one that decides"
        ),
        (Related(library.where(entity, *first), say("首次写在这里", "first written here")),),
    )


def _name(found: Hashable) -> Text:
    if isinstance(found, UnitAtLevel):
        return say(f" {found.unit} ", found.unit)
    if isinstance(found, ModuleDone):
        return say(f" {found.module} ", found.module)
    if isinstance(found, TopicDone):
        return say(f" {found.topic} ", found.topic)
    return say(f" {found} ", found) if isinstance(found, str) else say("（一组条件）", "the same group")


def check_entry_levels(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each entry level other than one below what the module brings, where no reason is given."""
    for module in library.modules.values():
        for atom, path, alternative in _own_levels(module):
            brought = module.brings[atom.unit]
            too_late = atom.level >= brought and not alternative
            if atom.level != brought - 1 and not too_late and module.reason is None:
                yield Finding(
                    library.where(module, *path, "level"),
                    say(
                        f"{module.id} 把 {atom.unit} 带到{brought}级，却从{atom.level}级起",
                        f"{module.id} brings {atom.unit} to {brought} but starts at level {atom.level}",
                    ),
                    say(f"{brought - 1}级，或写明理由", f"level {brought - 1}, or a reason"),
                    say("改等级；确需如此的，加上 reason", "mend the level; where it is meant, add a reason"),
                    (
                        Related(
                            library.where(module, "brings", atom.unit), say("带到的等级", "the level that it brings")
                        ),
                    ),
                )


def check_useless_levels(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each module that asks for the level that it brings, or for a higher one."""
    for module in library.modules.values():
        for atom, path, alternative in _own_levels(module):
            brought = module.brings[atom.unit]
            if atom.level >= brought and not alternative:
                yield Finding(
                    library.where(module, *path, "level"),
                    say(
                        f"{module.id} 要求 {atom.unit} 已达{atom.level}级，学完却只到{brought}级",
                        f"{module.id} requires {atom.unit} at {atom.level} and brings it to {brought}",
                    ),
                    say(f"低于{brought}的等级", f"a level below {brought}"),
                    say(
                        "降低先修等级，或提高、删去 brings", "lower the entry level, or raise or remove what it brings"
                    ),
                    (
                        Related(
                            library.where(module, "brings", atom.unit), say("带到的等级", "the level that it brings")
                        ),
                    ),
                )


def check_empty_levels(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each level 0 that is asked of a unit without saying where a module starts from."""
    for entity in library.entities():
        for requirements, path in requirement_lists(entity):
            for clause in walk_requirements(requirements, path):
                asked = clause.requirement
                if isinstance(asked, UnitAtLevel) and asked.level == 0 and not _starts_from(entity, clause):
                    yield Finding(
                        library.where(entity, *clause.path, "level"),
                        say(
                            f"{entity.id} 要求 {asked.unit} 0级，等于没有要求",
                            f"{entity.id} asks for {asked.unit} at 0, which everyone holds",
                        ),
                        say(
                            "1级以上；0级只用来写明本课从零起",
                            "level 1 or above; 0 only says that a module starts from nothing",
                        ),
                        say("改等级，或删去这一条", "mend the level, or remove the entry"),
                    )


def _starts_from(entity: Entity, clause: Clause) -> bool:
    """Return whether ``clause`` says at which level of a unit that it brings a module starts."""
    asked = clause.requirement
    return (
        isinstance(entity, Module)
        and isinstance(asked, UnitAtLevel)
        and clause.path[0] == "requires"
        and not clause.alternative
        and entity.brings.get(asked.unit, 0) > 1
    )


def _own_levels(module: Module) -> Iterator[tuple[UnitAtLevel, Path, bool]]:
    """Yield what ``module`` asks of the units that it brings: level, path, whether it is one way among several."""
    for clause in walk_requirements(module.requires, ("requires",)):
        if isinstance(clause.requirement, UnitAtLevel) and clause.requirement.unit in module.brings:
            yield clause.requirement, clause.path, clause.alternative


def check_impossible_groups(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each ``at_least`` that asks for more parts than it has."""
    for entity, group, path in _groups(library):
        if isinstance(group, AtLeast) and group.at_least > len(set(group.of)):
            count = len(set(group.of))
            yield Finding(
                library.where(entity, *path, "at_least"),
                say(f"至少 {group.at_least} 项，但只有 {count} 项", f"at least {group.at_least} of {count} parts"),
                say(f"不超过{count}", f"at most {count}"),
                say("减少 at_least，或补上缺的项", "lower at_least, or add the parts that are missing"),
            )


def check_idle_groups(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each group that leaves no choice although it is written as one."""
    for entity, group, path in _groups(library):
        count = len(set(parts(group)))
        if isinstance(group, AnyOf) and count == 1:
            yield _idle(library, entity, (*path, "any"), say("any 只有一项", "any has one part"))
        elif isinstance(group, AtLeast) and group.at_least == count:
            message = say(f"{count} 项中至少 {count} 项", f"at least {count} of {count} parts")
            yield _idle(library, entity, (*path, "at_least"), message)


def _idle(library: Library, entity: Entity, path: Path, message: Text) -> Finding:
    return Finding(
        library.where(entity, *path, key=True),
        message,
        say("可选的几项", "parts to choose from"),
        say(
            "补上另外的项；没有的话，直接写条件或改用 all",
            "add the other parts; if there are none, write the condition or all",
        ),
    )


def _groups(library: Library) -> Iterator[tuple[Entity, AllOf | AnyOf | AtLeast, Path]]:
    for entity in (*library.modules.values(), *library.urgent_packs.values()):
        for requirements, path in requirement_lists(entity):
            for clause in walk_requirements(requirements, path):
                if isinstance(clause.requirement, AllOf | AnyOf | AtLeast):
                    yield entity, clause.requirement, clause.path


RULES = (
    Rule(
        "PRE02",
        "prerequisites",
        Severity.WARNING,
        say("同一列表里前置不重复", "A list names each prerequisite once"),
        say(
            "重复的前置多半是改错了行：本来要写的那一项漏掉了。",
            "A repeated prerequisite is mostly a slip: the one that was meant is missing.",
        ),
        check_duplicates,
        local=True,
    ),
    Rule(
        "PRE05",
        "prerequisites",
        Severity.WARNING,
        say("课程从它所带等级的下一级起，否则写明理由", "A module starts one level below what it brings, or says why"),
        say(
            "把单元带到 k 级的课程默认要求 k−1 级；改写这个门槛会让学员跳级或白等，须有理由。",
            "A module that brings level k needs k−1; another entry level makes learners skip a level or wait in vain, "
            "so it takes a reason.",
        ),
        check_entry_levels,
        local=True,
    ),
    Rule(
        "PRE06",
        "prerequisites",
        Severity.ERROR,
        say("课程不要求它自己所带的等级", "A module does not require the level that it brings"),
        say(
            "要求的等级不低于带到的等级，学完什么也没有提高。",
            "Whoever may take such a module already holds what it brings, so it closes no gap.",
        ),
        check_useless_levels,
        local=True,
    ),
    Rule(
        "PRE07",
        "prerequisites",
        Severity.ERROR,
        say("at_least 不超过列出的项数", "No group asks for more parts than it lists"),
        say(
            "要求的项数多于列出的项数，这个条件永远满足不了，课程谁也修不了。",
            "A group that asks for more parts than it lists can never hold, so nobody may take the module.",
        ),
        check_impossible_groups,
        local=True,
    ),
    Rule(
        "PRE08",
        "prerequisites",
        Severity.WARNING,
        say("写成可选的条件要有得选", "A choice of conditions leaves a choice"),
        say(
            "只有一项的 any，或全都要满足的 at_least，多半是漏写了一项。",
            "An any with one part, or an at_least of all its parts, mostly means that a part was left out.",
        ),
        check_idle_groups,
        local=True,
    ),
    Rule(
        "PRE09",
        "prerequisites",
        Severity.WARNING,
        say("0级只用来写明课程从零起", "Level 0 only says that a module starts from nothing"),
        say(
            "0级人人都有；除了写明一门课从零把单元带到2级以上，这样的条件等于没写。",
            "Everyone holds level 0; except where a module takes a unit from nothing to level 2 or above, it asks for nothing.",
        ),
        check_empty_levels,
        local=True,
    ),
)
