"""Packs and context rules: what they promise can be kept, and what they switch on exists."""

from __future__ import annotations

from collections.abc import Iterator

from competency_engine.diagnostics import Path, Related, Severity
from competency_engine.domain.competency import ContextRule
from competency_engine.domain.curriculum import Pack, UrgentPack
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import AllOf, AtLeast, Requirement, UnitAtLevel
from competency_engine.graph.reach import find_needs
from competency_engine.graph.requirements import walk_requirements
from competency_engine.graph.tiers import practical_tier
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.text import Text, say


def check_packs(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each topic of a pack whose prerequisites are not in it, and each wrong total of hours."""
    for pack in library.packs.values():
        yield from _open_topics(library, pack)
        topics = [library.topics[id_] for id_ in dict.fromkeys(pack.topics)]
        counted = sum(topic.hours.theory + topic.hours.cognition + topic.hours.practice for topic in topics)
        if counted != pack.hours:
            yield Finding(
                library.where(pack, "hours"),
                say(f"{pack.id} 写的是{pack.hours:g}学时", f"{pack.id} says {pack.hours:g} hours"),
                say(
                    f"{counted:g}，即 {len(topics)} 个专题的合计",
                    f"{counted:g}, the total of its topics ({len(topics)})",
                ),
                say("改学时，或改专题", "mend the hours, or the topics"),
            )


def _open_topics(library: Library, pack: Pack) -> Iterator[Finding]:
    for index, id_ in enumerate(pack.topics):
        topic = library.topics[id_]
        for place, before in enumerate(topic.requires):
            if before not in pack.topics:
                yield Finding(
                    library.where(pack, "topics", index),
                    say(
                        f"{id_} 要求先修 {before}，而 {pack.id} 里没有",
                        f"{id_} requires {before}, which is not in {pack.id}",
                    ),
                    say("前置专题都在包里", "a pack that holds all prerequisites of its topics"),
                    say(f"加上 {before}，或去掉 {id_}", f"add {before}, or leave out {id_}"),
                    (
                        Related(
                            library.where(topic, "requires", place), say(f"{id_} 的前置", f"the prerequisite of {id_}")
                        ),
                    ),
                )


def check_urgent_skills(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each skill that a rule makes urgent although it has no minimum pack."""
    packed = {pack.skill for pack in library.urgent_packs.values()}
    for rule in library.context_rules.values():
        for index, skill in enumerate(rule.activates if rule.urgent else ()):
            if skill not in packed:
                yield Finding(
                    library.where(rule, "activates", index),
                    say(
                        f"{rule.id} 使 {skill} 紧急，而它没有最小包",
                        f"{rule.id} makes {skill} urgent, which has no urgent pack",
                    ),
                    say(f"一份 skill: {skill} 的 urgent_pack", f"an urgent_pack with skill: {skill}"),
                    say(
                        "在课程体系里写一份最小包，或去掉 urgent",
                        "write the pack in the curriculum, or take urgent out",
                    ),
                    (Related(library.where(rule, "urgent", key=True), say("紧急写在这里", "made urgent here")),),
                )


def check_effects(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each context rule, or part of one, that changes nothing, and each that activates what is no skill."""
    skill = say("至少一项 activates", "at least one skill in activates")
    for rule in library.context_rules.values():
        if not rule.activates and not rule.raises:
            message = say(f"{rule.id} 什么也不改变", f"{rule.id} changes nothing")
            yield _idle(library, rule, ("id",), message, say("activates 或 raises", "activates or raises"))
        elif rule.urgent and not rule.activates:
            message = say(f"{rule.id} 紧急，却不启用技能", f"{rule.id} is urgent but activates no skill")
            yield _idle(library, rule, ("urgent",), message, skill)
        if rule.deadline is not None and not rule.urgent:
            message = say(f"{rule.id} 有期限，却不紧急", f"{rule.id} has a deadline but is not urgent")
            yield _idle(
                library, rule, ("deadline",), message, say("与 urgent: true 同用", "a deadline with urgent: true")
            )
        yield from _not_skills(library, rule)
        yield from _idle_raises(library, rule)


def _idle(library: Library, rule: ContextRule, path: Path, message: Text, expected: Text, *related: Related) -> Finding:
    mend = say("补上缺的部分，或删去不起作用的部分", "add what is missing, or remove what has no effect")
    return Finding(library.where(rule, *path), message, expected, mend, related)


def _not_skills(library: Library, rule: ContextRule) -> Iterator[Finding]:
    tier = practical_tier(library)
    for index, unit in enumerate(rule.activates):
        if library.tier_of(unit) != tier:
            found = library.tier_of(unit)
            yield Finding(
                library.where(rule, "activates", index),
                say(
                    f"{rule.id} 启用 {unit}，它属于 {found}",
                    f"{rule.id} activates {unit}, which is of the tier {found}",
                ),
                say(f"{tier} 层级的技能", f"a skill of the tier {tier}"),
                say(
                    "改为技能；要提高单元的要求，用 raises",
                    "write a skill; to raise a unit's required level, use raises",
                ),
                (
                    Related(
                        library.where(library.units[unit], "domain"), say(f"{unit} 的能力域", f"the domain of {unit}")
                    ),
                ),
            )


def _idle_raises(library: Library, rule: ContextRule) -> Iterator[Finding]:
    for unit, level in rule.raises.items():
        required = {role.id: role.requires.get(unit, 0) for role in library.roles.values()}
        lowest = min(required.values(), default=0)
        if lowest >= level:
            message = say(
                f"{rule.id} 把 {unit} 提高到{level}级，而各角色已要求至少{lowest}级",
                f"{rule.id} raises {unit} to {level}, but every role requires {lowest} or more",
            )
            places = [Related(library.where(library.roles[id_], "requires", unit), say(id_, id_)) for id_ in required]
            yield _idle(library, rule, ("raises", unit), message, say(f"高于{lowest}级", f"above {lowest}"), *places)


def check_reductions(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each requirement of an urgent pack that the module itself does not make."""
    for pack in library.urgent_packs.values():
        for index, step in enumerate(pack.steps):
            module = library.modules[step.module]
            normal = tuple(need.requirement for need in find_needs(module, library))
            for place, requirement in enumerate(step.requires):
                if not _implied(requirement, normal):
                    yield Finding(
                        library.where(pack, "steps", index, "requires", place),
                        say(
                            f"{pack.id} 对 {module.id} 的要求比平时更高",
                            f"{pack.id} asks more for {module.id} than the module itself does",
                        ),
                        say("平时的先修，或其中更低的等级", "what the module requires, or a lower level of it"),
                        say("降低等级，或删去这一项", "lower the level, or remove this requirement"),
                        (
                            Related(
                                library.where(module, "requires" if module.requires else "id"),
                                say("平时的先修", "the normal requirement"),
                            ),
                        ),
                    )


def _implied(requirement: Requirement, normal: tuple[Requirement, ...]) -> bool:
    """Return whether ``requirement`` holds whenever all of ``normal`` do."""
    certain = [clause.requirement for clause in walk_requirements(normal) if not clause.alternative]
    if requirement in certain:
        return True
    if isinstance(requirement, UnitAtLevel):
        levels = (c.level for c in certain if isinstance(c, UnitAtLevel) and c.unit == requirement.unit)
        return any(level >= requirement.level for level in levels)
    if isinstance(requirement, AllOf):
        return all(_implied(part, normal) for part in requirement.all)
    if isinstance(requirement, AtLeast):
        return sum(_implied(part, normal) for part in requirement.of) >= requirement.at_least
    return any(_implied(part, normal) for part in getattr(requirement, "any", ()))


def check_steps(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each module that stands in a second step of an urgent pack, of the same one or of another."""
    first: dict[str, tuple[UrgentPack, int]] = {}
    for pack in library.urgent_packs.values():
        for index, step in enumerate(pack.steps):
            owner = first.setdefault(step.module, (pack, index))
            if owner != (pack, index):
                place = library.where(owner[0], "steps", owner[1], "module")
                yield Finding(
                    library.where(pack, "steps", index, "module"),
                    say(
                        f"{step.module} 已在最小包 {owner[0].id} 里",
                        f"{step.module} is a step of {owner[0].id} already",
                    ),
                    say("一门课程只在一个最小包里出现一次", "each module in one step of one urgent pack"),
                    say("合并两处的先修，删去其中一处", "merge the two requirements and remove one step"),
                    (Related(place, say("首次写在这里", "first written here")),),
                )


def check_idle_packs(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each urgent pack whose skill no rule makes urgent."""
    pressing = {unit for rule in library.context_rules.values() if rule.urgent for unit in rule.activates}
    for pack in library.urgent_packs.values():
        if pack.skill not in pressing:
            yield Finding(
                library.where(pack, "skill"),
                say(f"没有规则使 {pack.skill} 紧急", f"no context rule makes {pack.skill} urgent"),
                say("一条 urgent: true、启用它的规则", "a rule with urgent: true that activates it"),
                say("写一条紧急规则，或删去这个最小包", "write an urgent rule, or remove the pack"),
            )


RULES = (
    Rule(
        "REA05",
        "reach",
        Severity.ERROR,
        say("推荐包含有全部前置专题，学时等于专题合计", "A pack holds all prerequisites and adds up"),
        say(
            "推荐包是发给学员照着学的；缺前置就学不下去，学时不对就排不进预算。",
            "People follow a pack as it is: without a prerequisite they get stuck; wrong hours break the budget.",
        ),
        check_packs,
    ),
    Rule(
        "REA06",
        "reach",
        Severity.ERROR,
        say("紧急的技能有最小包", "An urgent skill has its minimum pack"),
        say(
            "情况紧急时靠最小包放宽先修；没有它，最需要的人反而被先修挡住。",
            "In an urgent case the minimum pack relaxes the prerequisites; without it those in need are kept out.",
        ),
        check_urgent_skills,
    ),
    Rule(
        "REA08",
        "reach",
        Severity.WARNING,
        say("情境规则有效果，启用的是技能", "A context rule has an effect, and activates skills"),
        say(
            "不起作用的规则会让人以为社区情况已经考虑到了。",
            "A rule without effect makes people believe that the community's situation is taken care of.",
        ),
        check_effects,
    ),
    Rule(
        "REA09",
        "reach",
        Severity.ERROR,
        say("最小包的先修不高于平时", "An urgent pack never asks more than usual"),
        say(
            "最小包是为救急放宽先修的；比平时要求更高，就起不到作用。",
            "The pack is there to relax requirements in an emergency; where it asks more, it helps nobody.",
        ),
        check_reductions,
    ),
    Rule(
        "REA10",
        "reach",
        Severity.ERROR,
        say("一门课程只在一个最小包里出现一次", "A module stands in one step of one urgent pack"),
        say(
            "同一门课程的两种放宽条件只有一种会起作用，哪一种从文件里看不出来。",
            "Of two reduced requirements of a module only one takes effect, and the files do not show which.",
        ),
        check_steps,
    ),
    Rule(
        "REA11",
        "reach",
        Severity.WARNING,
        say("每个最小包都有紧急规则触发", "Every urgent pack is triggered by an urgent rule"),
        say(
            "没有规则触发的最小包永远用不上：不是漏了 urgent，就是技能写错了。",
            "A pack that no rule triggers is never used: urgent is missing in a rule, or the skill is wrong.",
        ),
        check_idle_packs,
    ),
)
