"""One unit, topic, module, role or case → Document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from competency_engine.domain.casebook import Case, LawCheck
from competency_engine.domain.competency import Role, Unit
from competency_engine.domain.curriculum import Module, Topic
from competency_engine.domain.entity import ModuleId, TopicId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.names import FORMS, MODES, PHASES, TEACHERS
from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.text import Text, say

Node = tuple[str, str]


def show_document(
    kind: str, id_: str, leads: tuple[Node, ...], follows: tuple[Node, ...], library: Library
) -> Document:
    """Return a document of ``library`` with what leads to it and what follows from it."""
    if kind == "role":
        return _role(library.roles[id_], library)
    if kind == "case":
        return _case(library.cases[id_], library)
    if kind == "unit":
        entity: Unit | Topic | Module = library.units[UnitId(id_)]
        blocks = _unit_blocks(library.units[UnitId(id_)], library)
    elif kind == "topic":
        entity = library.topics[TopicId(id_)]
        blocks = _topic_blocks(library.topics[TopicId(id_)], library)
    else:
        entity = library.modules[ModuleId(id_)]
        blocks = _module_blocks(library.modules[ModuleId(id_)])
    place = library.where(entity)
    source = say(f"位置 {place}；可信程度 {entity.certainty}", f"at {place}; certainty {entity.certainty}")
    around = (
        _surroundings(say("先于它的", "What leads to it"), leads, library),
        _surroundings(say("由它而来的", "What follows from it"), follows, library),
    )
    data = {**entity.model_dump(mode="json"), "leads": _ids(leads), "follows": _ids(follows), "position": str(place)}
    title = say(f"{id_} {entity.title.zh}", f"{id_} {entity.title.en}")
    return Document(title, (Notes(None, (source,)), *blocks, *around), data)


def _ids(nodes: tuple[Node, ...]) -> list[dict[str, str]]:
    return [{"kind": kind, "id": id_} for kind, id_ in nodes]


def _surroundings(title: Text, nodes: tuple[Node, ...], library: Library) -> Notes:
    groups: dict[str, dict[Any, Any]] = {"unit": library.units, "topic": library.topics, "module": library.modules}
    lines = tuple(
        say(f"{id_} {groups[kind][id_].title.zh}", f"{id_} {groups[kind][id_].title.en}") for kind, id_ in nodes
    )
    return Notes(title, lines or (say("（无）", "(nothing)"),))


def _unit_blocks(unit: Unit, library: Library) -> list[Block]:
    indicators = [
        (same(level.level), _title(level.level, library), indicator)
        for level in unit.levels
        for indicator in level.indicators
    ]
    required = Notes(
        say("各角色要求", "Required by"),
        tuple(
            say(
                f"{role.id} {role.title.zh}：{role.requires[UnitId(unit.id)]} 级",
                f"{role.id} {role.title.en}: level {role.requires[UnitId(unit.id)]}",
            )
            for role in library.roles.values()
            if UnitId(unit.id) in role.requires
        )
        or (say("由社区事实触发", "switched on by facts of the community"),),
    )
    brought = [module for module in library.modules.values() if UnitId(unit.id) in module.brings]
    return [
        Notes(None, (unit.definition,)),
        Table(
            say("行为指标", "Behaviour indicators"),
            (say("级", "Level"), say("名称", "Name"), say("指标", "Indicator")),
            tuple(indicators),
        ),
        required,
        _modules(say("培养它的课程", "Modules that raise it"), brought, UnitId(unit.id)),
    ]


def _title(level: int, library: Library) -> Text:
    return next(step.title for step in library.model.scale if step.level == level)


def _modules(title: Text, modules: Iterable[Module], unit: UnitId | None) -> Table:
    columns = (
        say("课程", "Module"),
        say("名称", "Title"),
        say("相", "Phase"),
        say("方式", "Mode"),
        say("学时", "Hours"),
        say("达到", "Brings"),
    )
    rows = tuple(
        (
            same(module.id),
            module.title,
            PHASES[module.phase],
            MODES[module.mode],
            same(f"{module.hours:g}"),
            same(module.brings[unit] if unit else " ".join(f"{u}→{level}" for u, level in module.brings.items())),
        )
        for module in modules
    )
    return Table(title, columns, rows)


def _topic_blocks(topic: Topic, library: Library) -> list[Block]:
    hours = topic.hours
    lines = [
        say(
            f"单元 {topic.unit}；理论/认知/实践 {hours.theory:g}/{hours.cognition:g}/{hours.practice:g} 学时",
            f"unit {topic.unit}; theory/cognition/practice {hours.theory:g}/{hours.cognition:g}/{hours.practice:g} h",
        )
    ]
    if topic.reason is not None:
        lines.append(topic.reason)
    return [
        Notes(None, tuple(lines)),
        _modules(say("课程", "Modules"), library.modules_of_topic[TopicId(topic.id)], None),
    ]


def _module_blocks(module: Module) -> list[Block]:
    phase, mode, form = PHASES[module.phase], MODES[module.mode], FORMS[module.form]
    brings = ", ".join(f"{unit}→{level}" for unit, level in module.brings.items())
    lines = [
        say(
            f"{phase.zh}·{mode.zh}·{form.zh}，{module.hours:g} 学时",
            f"{phase.en}, {mode.en}, {form.en}, {module.hours:g} h",
        ),
        say(f"达到：{brings or '（无）'}", f"brings: {brings or '(nothing)'}"),
    ]
    if module.aim is not None:
        lines.insert(0, module.aim)
    if module.pairs_with:
        partners = ", ".join(module.pairs_with)
        lines.append(say(f"成对：{partners}", f"pairs with: {partners}"))
    if module.teacher is not None:
        teacher = TEACHERS[module.teacher]
        lines.append(say(f"谁来教：{teacher.zh}", f"taught by: {teacher.en}"))
    if module.class_size is not None:
        size = f"{module.class_size.at_least}–{module.class_size.at_most}"
        lines.append(say(f"班额：{size} 人", f"class of {size}"))
    if module.completed_by is not None:
        lines.append(say(f"凭什么算完成：{module.completed_by.zh}", f"completed by: {module.completed_by.en}"))
    for name, ids in ((say("案例", "cases"), module.cases), (say("法规", "laws"), module.laws)):
        if ids:
            lines.append(say(f"{name.zh}：{'、'.join(ids)}", f"{name.en}: {', '.join(ids)}"))
    blocks = [Notes(None, tuple(lines))]
    if module.outcomes:
        blocks.append(Notes(say("学习成果", "Learning outcomes"), module.outcomes))
    return list(blocks)


def _case(case: Case, library: Library) -> Document:
    place = library.where(case)
    historic = say("；历史做法，对照现行法", "; past practice, to be read against today's law")
    about = say(
        f"位置 {place}；可信程度 {case.certainty}{historic.zh if case.era == 'historic' else ''}",
        f"at {place}; certainty {case.certainty}{historic.en if case.era == 'historic' else ''}",
    )
    parts = (
        (None, (about, case.place)),
        (say("背景", "Context"), (case.context,)),
        (say("问题", "Problem"), (case.problem,)),
        (say("参与方", "Actors"), case.actors),
        (say("做法", "Steps"), case.steps),
        (say("数字", "Figures"), case.figures),
        (say("结果", "Result"), (case.result,)),
        (say("移植条件", "Conditions of transfer"), case.transfer),
        (say("对照现行法", "Against today's law"), tuple(_law_check(check, library) for check in case.law_check)),
        (say("讨论", "Questions"), case.questions),
        (say("用于", "Used for"), (same(" ".join((*case.units, *case.topics))),)),
        (
            say("用它的课程、问题和教学点", "Modules, problems and sites that use it"),
            (same(" ".join(_users(case, library))),),
        ),
        (say("备注", "Remark"), () if case.note is None else (case.note,)),
    )
    blocks = tuple(Notes(title, lines) for title, lines in parts if lines)
    data = {**case.model_dump(mode="json"), "position": str(place)}
    return Document(say(f"{case.id} {case.title.zh}", f"{case.id} {case.title.en}"), blocks, data)


def _users(case: Case, library: Library) -> list[str]:
    groups = (library.modules, library.problems, library.sites)
    return [entity.id for group in groups for entity in group.values() if case.id in entity.cases]


def _law_check(check: LawCheck, library: Library) -> Text:
    title = library.laws[check.law].title
    article = f" {check.article}" if check.article else ""
    return say(f"{title.zh}{article}：{check.finding.zh}", f"{title.en}{article}: {check.finding.en}")


def _role(role: Role, library: Library) -> Document:
    columns = (say("单元", "Unit"), say("名称", "Title"), say("要求", "Required"), say("底线", "Floor"))
    rows = tuple(
        (same(unit), library.units[unit].title, same(level), same(role.floor.get(unit, "")))
        for unit, level in role.requires.items()
    )
    skills = say(
        f"被触发的技能要求 {role.skill_level} 级，紧急时 {role.urgent_skill_level} 级",
        f"skills that are switched on: level {role.skill_level}, when urgent {role.urgent_skill_level}",
    )
    blocks = (Notes(None, (skills,)), Table(say("要求等级", "Required levels"), columns, rows))
    return Document(
        say(f"{role.id} {role.title.zh}", f"{role.id} {role.title.en}"), blocks, role.model_dump(mode="json")
    )
