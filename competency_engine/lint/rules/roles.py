"""Levels that roles require: consistent from one stage of the post to the next, and with each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from competency_engine.diagnostics import Path, Related, Severity
from competency_engine.domain.competency import PREREQUISITES_BIND_FROM, MonthsInPost, Role
from competency_engine.domain.library import Library
from competency_engine.graph.tiers import first_tier
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.text import say


def check_role_order(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each level that a later role requires below an earlier one; appointed roles come after all others."""
    staged = [role for role, _ in _stages(library)]
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
                    (
                        Related(
                            library.where(earlier, *path), say(f"{earlier.id} 的要求", f"what {earlier.id} requires")
                        ),
                    ),
                )


def _required_levels(role: Role) -> Iterator[tuple[Path, int]]:
    for field, levels in (("requires", role.requires), ("floor", role.floor)):
        for unit, level in levels.items():
            yield (field, unit), level
    yield ("skill_level",), role.skill_level
    yield ("urgent_skill_level",), role.urgent_skill_level


def check_role_prerequisites(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each unit that a role requires too low for what another required unit builds on."""
    for role in library.roles.values():
        for unit, level in role.requires.items():
            prerequisites = library.units[unit].prerequisites if level >= PREREQUISITES_BIND_FROM else ()
            for index, before in enumerate(prerequisites):
                held = role.requires.get(before.unit, 0)
                if held < before.level:
                    place = library.where(library.units[unit], "prerequisites", index)
                    yield Finding(
                        library.where(role, "requires", before.unit if held else unit),
                        say(
                            f"{role.id} 要求 {unit} 达到{level}级，却只要求其前置 {before.unit} 达到{held}级",
                            f"{role.id} requires {unit} at {level} but its prerequisite {before.unit} at {held} only",
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
                    say(
                        f"{unit} 的底线{level}级高于要求的{required}级",
                        f"the floor {level} of {unit} is above its {required}",
                    ),
                    say(f"不超过{required}", f"at most {required}"),
                    say("降低底线，或提高要求", "lower the floor, or raise the requirement"),
                    places if required else (),
                )


def check_stages(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield where the months in post of the roles overlap, leave a gap, or come to an end."""
    stages = _stages(library)
    if stages and stages[0][1].at_least > 0:
        role, span = stages[0]
        yield _stage(library, role, "at_least", f"{role.id}: {span.at_least} …", "at_least: 0")
    for index, (role, span) in enumerate(stages):
        following, next_span = stages[index + 1] if index + 1 < len(stages) else (None, None)
        shown = f"{role.id}: {span.at_least} … {span.below if span.below is not None else '∞'}"
        if span.below is not None and span.below <= span.at_least:
            yield _stage(library, role, "below", shown, f"below > {span.at_least}")
        elif following is None or next_span is None:
            if span.below is not None:
                yield _stage(library, role, "below", shown, f"{role.id}: {span.at_least} … ∞")
        elif span.below is None:
            place = library.where(following, "months_in_post")
            message = say(f"{following.id} 的月数", f"the months of {following.id}")
            yield _stage(library, role, "below", shown, f"below: {next_span.at_least}", Related(place, message))
        elif span.below != next_span.at_least:
            shown += f"; {following.id}: {next_span.at_least} …"
            place = library.where(role, "months_in_post", "below")
            expected = f"{role.id}.below = {following.id}.at_least"
            related = Related(place, say(f"{role.id} 到这里", f"{role.id} ends here"))
            yield _stage(library, following, "at_least", shown, expected, related)


def _stages(library: Library) -> list[tuple[Role, MonthsInPost]]:
    """Return the roles that have months in post, earliest first."""
    stages = [(role, role.months_in_post) for role in library.roles.values() if role.months_in_post is not None]
    return sorted(stages, key=lambda stage: (stage[1].at_least, stage[0].id))


def _stage(library: Library, role: Role, key: str, found: str, expected: str, *related: Related) -> Finding:
    return Finding(
        library.where(role, "months_in_post", key),
        say(f"任职月数不衔接：{found}", f"the months in post do not join up: {found}"),
        say(
            f"{expected}；各阶段首尾相接，从0起，最后一段不写 below",
            f"{expected}; from 0 on, end to start, no below in the last",
        ),
        say("改 at_least 或 below", "mend at_least or below"),
        related,
    )


RULES = (
    Rule(
        "LEV03",
        "levels",
        Severity.WARNING,
        say("后一阶段的要求不低于前一阶段", "A later role requires no less than an earlier one"),
        say(
            "能力只升不降；资历更深反而要求更低，多半是数字写错了行。",
            "Capability grows with the post; a lower requirement later on is mostly a number in the wrong line.",
        ),
        check_role_order,
    ),
    Rule(
        "LEV04",
        "levels",
        Severity.WARNING,
        say("要求3级以上的单元，其前置也要求到位", "Whoever requires level 3 or above requires the prerequisites too"),
        say(
            "升到3级须先具备前置；角色对前置要求更低，差距清单就少算了必学的内容。",
            "A step to level 3 needs the prerequisites; where the role asks less of them, its gaps leave out what "
            "must be learnt anyway.",
        ),
        check_role_prerequisites,
    ),
    Rule(
        "LEV05",
        "levels",
        Severity.ERROR,
        say("底线不高于要求，只用于第一层级", "A floor is at most the requirement, and only in the first tier"),
        say(
            "底线是要求里必须先满足的部分；高出的部分没有差距可补，其他层级没有“第一能力”。",
            "The floor is the part of a requirement that comes first: above it there is no gap to close, and only the "
            "first tier is the first capability.",
        ),
        check_floors,
    ),
    Rule(
        "LEV08",
        "levels",
        Severity.ERROR,
        say("各角色的任职月数首尾相接", "The months in post of the roles join up"),
        say(
            "有空档，那几个月的书记没有角色；有重叠，角色由 id 的先后决定。",
            "In a gap a secretary has no role at all; where stages overlap, the order of ids decides.",
        ),
        check_stages,
    ),
)
