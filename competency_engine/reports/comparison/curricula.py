"""Units, steps, requirements, coverage and findings of two curricula, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from competency_engine.audit.coverage import Step
from competency_engine.audit.side_by_side import Comparison, Pair, Side, only_findings, pair_steps
from competency_engine.domain.entity import UnitId
from competency_engine.reports.audit.coverage import KINDS, LEVELS
from competency_engine.reports.comparison.sides import PAIR_COLUMNS, SIDES, relation, sided, woven
from competency_engine.reports.tables import Cell, Column, DataTable, count, label
from competency_engine.text import Text, say

_RELATION = label("relation", "关系", "Relation")


def curricula_tables(comparison: Comparison) -> Iterator[DataTable]:
    """Yield the tables that need no people."""
    yield _units(comparison)
    yield _coverage(comparison)
    yield _steps(comparison)
    yield _requirements(comparison)
    yield _findings(comparison)


def _units(comparison: Comparison) -> DataTable:
    return DataTable(
        "units",
        say("单元怎样对应", "How units stand to each other"),
        say(
            "每行一对单元；没有对应的单元单列一行",
            "a pair of units a row; a unit without a counterpart has its own row",
        ),
        (
            *PAIR_COLUMNS,
            _RELATION,
            label("levels", "等级折算", "Levels"),
            *sided(label("title", "名称", "Title"), label("tier", "层级", "Tier")),
        ),
        tuple(
            (
                pair.a,
                pair.b,
                relation(pair),
                _levels(pair),
                *woven(_titled(comparison.a, pair.a), _titled(comparison.b, pair.b)),
            )
            for pair in comparison.pairs
        ),
    )


def _levels(pair: Pair) -> str | None:
    if pair.link is None or not pair.link.levels:
        return None
    return " ".join(f"{own}→{there}" for own, there in sorted(pair.link.levels.items()))


def _titled(side: Side, unit: UnitId | None) -> tuple[Cell, Cell]:
    if unit is None:
        return None, None
    return side.library.units[unit].title, side.library.tier_of(unit)


_MEASURES: tuple[tuple[Column, Callable[[Step], Cell]], ...] = (
    (
        count("required_by", "要求者", "Required by", say("要求这一级或更高的对象", "who requires it or more")),
        lambda step: len({(demand.owner.kind, demand.owner.id) for demand in step.demands}),
    ),
    (
        Column(
            "reachable",
            say("可达", "Reachable"),
            say("什么都不会的人能否学到", "whether somebody who holds nothing can come to it"),
            "boolean",
        ),
        lambda step: step.reachable,
    ),
    (
        count("modules", "课程", "Modules", say("教这一级的课程", "modules that teach it")),
        lambda step: len(step.modules),
    ),
    (
        count("practice", "实践课程", "Practice", say("其中的实践课程", "practice modules among them")),
        lambda step: step.practised,
    ),
    (
        Column(
            "hours",
            say("最少学时", "Fewest hours"),
            say(
                "教这一级的课程中学时最少的一门，不含其先修",
                "of the shortest module that teaches it, without what it requires",
            ),
            "number",
        ),
        lambda step: min((module.hours for module in step.modules), default=None),
    ),
    (
        count("instruments", "评估工具", "Instruments", say("能证明这一级的评估工具", "instruments that prove it")),
        lambda step: len(step.instruments),
    ),
    (label("modes", "方式", "Modes"), lambda step: " ".join(step.modes)),
    (label("teachers", "教师", "Teachers"), lambda step: " ".join(step.teachers)),
)


def _steps(comparison: Comparison) -> DataTable:
    return DataTable(
        "steps",
        say("各单元各等级", "Each step"),
        say(
            "每行一个单元的一级和它所折算的一级；对面没有的，那一侧为空",
            "one level of a unit and what it counts as a row; where there is nothing beside it, that side is empty",
        ),
        (
            *PAIR_COLUMNS,
            *sided(count("level", "等级", "Level", say("升到几级", "level that it is raised to"))),
            *sided(*(column for column, _ in _MEASURES)),
            Column(
                "same", say("一样", "Same"), say("两侧各项都一样", "whether both sides agree in all of it"), "boolean"
            ),
        ),
        tuple(
            (
                both.pair.a,
                both.pair.b,
                both.a.level if both.a else None,
                both.b.level if both.b else None,
                *woven(_measured(both.a), _measured(both.b)),
                _measured(both.a) == _measured(both.b),
            )
            for both in pair_steps(comparison)
        ),
    )


def _measured(step: Step | None) -> list[Cell]:
    return [None if step is None else measure(step) for _, measure in _MEASURES]


def _requirements(comparison: Comparison) -> DataTable:
    first, second = (side.library.roles for side in comparison.sides)
    roles = (*first, *(role for role in second if role not in first))
    return DataTable(
        "requirements",
        say("各角色的要求", "What roles require"),
        say(
            "每行一个角色和一对单元；角色按 id 对应；差 = 乙的要求 − 甲的要求折算后的等级",
            "a role and a pair of units a row; roles are matched by id; difference = what B requires less what the level of A counts as",
        ),
        (
            label("role", "角色", "Role"),
            *PAIR_COLUMNS,
            count("a_level", "甲：等级", "A: Level", say("要求的等级；空为不要求", "required level; empty = none")),
            count(
                "a_counts_as",
                "甲：折算",
                "A: Counts as",
                say("甲的等级在乙算几级", "what the level of A counts as in B"),
            ),
            count("b_level", "乙：等级", "B: Level", say("要求的等级；空为不要求", "required level; empty = none")),
            count("difference", "差", "Difference", say("乙比甲高几级", "levels by which B asks more")),
        ),
        tuple(row for role in roles for pair in comparison.pairs for row in _requirement(role, pair, comparison)),
    )


def _requirement(role: str, pair: Pair, comparison: Comparison) -> Iterator[tuple[Cell, ...]]:
    asked = [
        side.library.roles[role].requires.get(unit) if unit is not None and role in side.library.roles else None
        for side, unit in zip(comparison.sides, (pair.a, pair.b), strict=True)
    ]
    if asked == [None, None]:
        return
    carried = pair.link.counts_as(asked[0] or 0) if pair.link is not None and pair.link.carries else None
    both = pair.link is not None and pair.link.carries and all(role in side.library.roles for side in comparison.sides)
    difference = (asked[1] or 0) - (carried or 0) if both else None
    yield role, pair.a, pair.b, asked[0], carried if asked[0] is not None else None, asked[1], difference


_COUNTS: tuple[tuple[Column, Callable[[Step], bool]], ...] = (
    (
        count("required", "要求的级数", "Required", say("有人要求的单元等级数", "levels of units that are required")),
        lambda step: True,
    ),
    (count("taught", "有课程", "Taught"), lambda step: bool(step.modules)),
    (count("reachable", "可达", "Reachable"), lambda step: step.reachable),
    (count("practised", "有实践", "Practised"), lambda step: bool(step.practised)),
    (count("assessed", "可证明", "Assessed"), lambda step: bool(step.instruments)),
)


def _coverage(comparison: Comparison) -> DataTable:
    served = _taught_beyond(comparison)
    return DataTable(
        "coverage",
        say("覆盖", "Coverage"),
        say(
            "每行一个范围：全部、一个层级或一对单元",
            "a scope a row: all, a tier, or a pair of units",
        ),
        (
            label("scope", "范围", "Scope"),
            label("id", "标识", "Id"),
            *sided(*(column for column, _ in _COUNTS)),
            *sided(
                count(
                    "taught_there",
                    "对方可教",
                    "Taught by the other",
                    say(
                        "要求的级数中，所折算的等级对方都有课程",
                        "required levels all counterparts of which the other teaches",
                    ),
                )
            ),
        ),
        tuple(
            (scope, id_, *woven(*(_counted(steps, keys) for steps, keys in zip(own, served, strict=True))))
            for scope, id_, own in _scopes(comparison)
        ),
    )


Steps = tuple[list[Step], list[Step]]
Key = tuple[UnitId, int]
Keys = frozenset[Key]


def _scopes(comparison: Comparison) -> Iterator[tuple[Text, str, Steps]]:
    """Yield each scope with the required steps of either side that lie in it."""
    required = [side.coverage.required for side in comparison.sides]
    yield say("全部", "all"), "", (list(required[0]), list(required[1]))
    tiers = dict.fromkeys(tier.id for side in comparison.sides for tier in side.library.model.tiers)
    for tier in tiers:
        found = [
            [step for step in steps if side.library.tier_of(step.unit) == tier]
            for side, steps in zip(comparison.sides, required, strict=True)
        ]
        yield say("层级", "tier"), tier, (found[0], found[1])
    for pair in comparison.pairs:
        found = [
            [step for step in steps if step.unit == unit]
            for steps, unit in zip(required, (pair.a, pair.b), strict=True)
        ]
        yield say("单元", "unit"), " / ".join(dict.fromkeys(filter(None, (pair.a, pair.b)))), (found[0], found[1])


def _counted(steps: Iterable[Step], served: Keys) -> list[Cell]:
    steps = list(steps)
    return [*(sum(holds(step) for step in steps) for _, holds in _COUNTS), sum(step.key in served for step in steps)]


def _taught_beyond(comparison: Comparison) -> tuple[Keys, Keys]:
    """Return for either side the steps all counterparts of which the other side teaches."""
    beside: tuple[dict[Key, list[Step | None]], ...] = ({}, {})
    for both in pair_steps(comparison):
        for found, own, other in zip(beside, (both.a, both.b), (both.b, both.a), strict=True):
            if own is not None:
                found.setdefault(own.key, []).append(other)
    first, second = (
        frozenset(key for key, others in found.items() if all(other and other.modules for other in others))
        for found in beside
    )
    return first, second


def _findings(comparison: Comparison) -> DataTable:
    names = {id(side): SIDES[name] for side, name in zip(comparison.sides, SIDES, strict=True)}
    return DataTable(
        "findings",
        say("只有一侧有的问题", "Findings of one side alone"),
        say(
            "每行一个原因；另一侧没有同种类、同对象的发现",
            "a cause a row; the other side has none of the same kind about the same subject",
        ),
        (
            label("side", "哪一侧", "Side"),
            label("level", "级别", "Level"),
            label("kind", "种类", "Kind"),
            label("subject", "对象", "Subject"),
            Column("severity", say("严重度", "Severity"), say("从 0 到 1", "from 0 to 1"), "number"),
            label("message", "发现", "Found"),
            label("mend", "改法", "Mend"),
        ),
        tuple(
            (
                names[id(side)],
                LEVELS[finding.level],
                KINDS[finding.kind],
                finding.subject,
                finding.severity,
                finding.message,
                finding.mend,
            )
            for side, finding in only_findings(comparison)
        ),
    )
