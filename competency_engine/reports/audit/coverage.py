"""Findings and coverage as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from competency_engine.audit.coverage import Coverage, Step, served
from competency_engine.audit.findings import Finding
from competency_engine.domain.casebook import Problem
from competency_engine.domain.competency import CommunityType, Role
from competency_engine.domain.duty import TrainingDuty
from competency_engine.domain.library import Library
from competency_engine.reports.tables import Cell, Column, DataTable, count, label
from competency_engine.text import Text, say

KINDS: dict[str, Text] = {
    "untaught": say("无课程可教", "not taught"),
    "unreachable": say("修不到", "out of reach"),
    "never_held": say("排不进", "cannot be held"),
    "no_practice": say("无实践课程", "no practice"),
    "unproven": say("无法证明", "not provable"),
    "unstaffed": say("无师资", "no teacher"),
    "single_module": say("只靠一门课程", "one module alone"),
    "single_mode": say("只有一种培训方式", "one mode alone"),
    "single_teacher": say("只有一类教师", "one kind of teacher"),
    "lacks": say("同类都有而缺", "lacks what its peers have"),
    "unused_module": say("无人需要的课程", "module nothing needs"),
    "unused_topic": say("无人需要的专题", "topic nothing needs"),
}
LEVELS: dict[str, Text] = {
    "error": say("错误", "error"),
    "warning": say("警告", "warning"),
    "note": say("提示", "note"),
}


def findings_table(findings: Sequence[Finding]) -> DataTable:
    """Return the findings, the worst first, each with its first place."""
    share = say("从 0 到 1", "from 0 to 1")
    return DataTable(
        "findings",
        say("发现的问题", "Findings"),
        say(
            "每行一个原因，最严重的在前；公式见 docs/audit.md",
            "a cause a row, the worst first; docs/audit.md has the formula",
        ),
        (
            count("rank", "序", "#", say("名次", "rank")),
            label("level", "级别", "Level"),
            label("kind", "种类", "Kind"),
            label("subject", "对象", "Subject"),
            label("title", "名称", "Title"),
            Column("severity", say("严重度", "Severity"), share, "number"),
            Column(
                "reach",
                say("波及", "Reach"),
                say("所依赖的要求占全部要求的比例", "share of all that is required that depends on it"),
                "share",
            ),
            Column("surprise", say("反常", "Surprise"), share, "number"),
            label("message", "发现", "Found"),
            label("mend", "改法", "Mend"),
            label("place", "位置", "Place"),
        ),
        tuple(
            (
                rank,
                LEVELS[finding.level],
                KINDS[finding.kind],
                finding.subject,
                finding.title,
                finding.severity,
                finding.reach,
                finding.surprise,
                finding.message,
                finding.mend,
                str(finding.places[0][0]),
            )
            for rank, finding in enumerate(findings, start=1)
        ),
    )


def steps_table(coverage: Coverage, library: Library) -> DataTable:
    """Return every step of every unit with what serves it."""
    return DataTable(
        "steps",
        say("各单元各等级的覆盖", "Coverage of each step"),
        say("每行一个单元的一级", "one level of one unit a row"),
        (
            label("unit", "单元", "Unit"),
            label("title", "名称", "Title"),
            label("tier", "层级", "Tier"),
            count("level", "等级", "Level", say("升到几级", "level that it is raised to")),
            count(
                "required_by",
                "要求者",
                "Required by",
                say(
                    "要求这一级或更高的角色、规则、培训义务和难题",
                    "roles, rules, training duties and problems that require it or more",
                ),
            ),
            Column(
                "reachable",
                say("可达", "Reachable"),
                say("什么都不会的人能否学到", "whether somebody who holds nothing can come to it"),
                "boolean",
            ),
            count("modules", "课程", "Modules", say("教这一级的课程", "modules that teach it")),
            count("practice", "实践课程", "Practice", say("其中的实践课程", "practice modules among them")),
            count("instruments", "评估工具", "Instruments", say("能证明这一级的评估工具", "instruments that prove it")),
            count(
                "items", "题目", "Items", say("这一级的试题和观察点", "test items and observation points of the level")
            ),
            count("cases", "案例", "Cases"),
            count("sites", "教学点", "Sites", say("能看到这一单元的教学点", "sites that show the unit")),
            label("phases", "相", "Phases"),
            label("modes", "方式", "Modes"),
            label("teachers", "教师", "Teachers"),
        ),
        tuple(_step_row(step, library) for step in coverage.steps),
    )


def _step_row(step: Step, library: Library) -> tuple[Cell, ...]:
    return (
        step.unit,
        library.units[step.unit].title,
        library.tier_of(step.unit),
        step.level,
        step.required_by,
        step.reachable,
        len(step.modules),
        step.practised,
        len(step.instruments),
        step.items,
        len(step.cases),
        len(step.sites),
        " ".join(step.phases),
        " ".join(step.modes),
        " ".join(step.teachers),
    )


_Owner = Role | CommunityType | TrainingDuty | Problem


def owners_table(coverage: Coverage, library: Library) -> DataTable:
    """Return for each role, community type, rule and duty how much of what it requires is served."""
    return DataTable(
        "owners",
        say("按角色、社区类型和义务的覆盖", "Coverage by role, community type and duty"),
        say(
            "每行一个提出要求的对象；社区类型汇总以它为条件的规则所提高的等级和启用的技能",
            "what requires a row; a community type sums up what the rules that depend on it raise and switch on",
        ),
        (
            label("kind", "种类", "Kind"),
            label("id", "标识", "Id"),
            label("title", "名称", "Title"),
            count("steps", "要求的级数", "Steps required", say("要求的单元等级数", "levels of units that it requires")),
            count("taught", "有课程", "Taught"),
            count("reachable", "可达", "Reachable"),
            count("practised", "有实践", "Practised"),
            count("assessed", "可证明", "Assessed"),
            count(
                "single", "只靠一门", "One module", say("只有一门课程教的级数", "steps that one module alone teaches")
            ),
        ),
        tuple(
            (
                kind,
                owner.id,
                owner.title,
                len(steps),
                sum(bool(step.modules) for step in steps),
                sum(step.reachable for step in steps),
                sum(bool(step.practised) for step in steps),
                sum(bool(step.instruments) for step in steps),
                sum(len(step.modules) == 1 for step in steps),
            )
            for kind, owner, steps in _owners(coverage, library)
        ),
    )


def _owners(coverage: Coverage, library: Library) -> Iterator[tuple[Text, _Owner, tuple[Step, ...]]]:
    for role in library.roles.values():
        yield say("角色", "role"), role, served(coverage, {role.id})
    for type_ in library.community_types.values():
        rules = [rule for rule in library.context_rules.values() if type_.id in _types_of(rule.when)]
        skills = {skill for rule in rules for skill in rule.activates}
        yield say("社区类型", "community type"), type_, served(coverage, {rule.id for rule in rules}, skills)
    for duty in library.training_duties.values():
        if duty.active:
            yield say("法定培训", "training duty"), duty, served(coverage, {duty.id})
    for problem in library.problems.values():
        yield say("难题", "problem"), problem, served(coverage, {problem.id})


def _types_of(condition: object) -> frozenset[str]:
    """Return the community types that a condition names anywhere."""
    own = frozenset(getattr(condition, "community_type", ()))
    parts = (*getattr(condition, "all", ()), *getattr(condition, "any", ()))
    return own.union(*map(_types_of, parts))
