"""What was found in the catalogue → Document."""

from __future__ import annotations

from collections.abc import Sequence

from competency_engine.domain.casebook import Case, Problem
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import Entity
from competency_engine.domain.names import FORMS, MODES, TEACHERS
from competency_engine.domain.venue import Route, Site, Teacher
from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.text import Text, say


def catalogue_document(
    modules: Sequence[Module],
    cases: Sequence[Case],
    problems: Sequence[Problem],
    others: Sequence[Site | Route | Teacher],
) -> Document:
    """Return what was found: modules, cases and problems in tables, sites, routes and teachers in one."""
    counts = (
        say(f"课程 {len(modules)}", f"modules: {len(modules)}"),
        say(f"案例 {len(cases)}", f"cases: {len(cases)}"),
        say(f"问题 {len(problems)}", f"problems: {len(problems)}"),
        say(f"教学点、线路和教师 {len(others)}", f"sites, routes and teachers: {len(others)}"),
    )
    blocks: list[Block] = [Notes(None, counts)]
    if modules:
        blocks.append(_modules(modules))
    if cases:
        rows = tuple((same(c.id), c.title, c.place, same(" ".join(c.units))) for c in cases)
        columns = (say("案例", "Case"), say("名称", "Title"), say("哪里", "Where"), say("单元", "Units"))
        blocks.append(Table(say("案例", "Cases"), columns, rows))
    if problems:
        cells = tuple((same(p.id), p.title, same(" ".join(f"{u}≥{n}" for u, n in p.needs.items()))) for p in problems)
        blocks.append(
            Table(say("问题", "Problems"), (same("id"), say("问题", "Problem"), say("要用到", "Takes")), cells)
        )
    if others:
        blocks.append(_others(others))
    data = {
        "modules": _plain(modules),
        "cases": _plain(cases),
        "problems": _plain(problems),
        "places": _plain(others),
    }
    return Document(say("课程目录", "Catalogue"), tuple(blocks), data)


def _plain(entities: Sequence[Entity]) -> list[dict[str, object]]:
    return [entity.model_dump(mode="json", exclude_defaults=True) for entity in entities]


def _modules(modules: Sequence[Module]) -> Table:
    columns = (
        say("课程", "Module"),
        say("名称", "Title"),
        say("方式", "Mode"),
        say("学时", "Hours"),
        say("达到", "Brings"),
        say("谁来教", "Teacher"),
        say("案例", "Cases"),
    )
    rows = tuple(
        (
            same(module.id),
            module.title,
            say(
                f"{MODES[module.mode].zh}·{FORMS[module.form].zh}", f"{MODES[module.mode].en}, {FORMS[module.form].en}"
            ),
            same(f"{module.hours:g}"),
            same(" ".join(f"{unit}→{level}" for unit, level in module.brings.items())),
            TEACHERS[module.teacher] if module.teacher else same(""),
            same(" ".join(module.cases)),
        )
        for module in modules
    )
    return Table(say("课程", "Modules"), columns, rows)


def _others(others: Sequence[Site | Route | Teacher]) -> Table:
    rows = tuple((same(other.id), other.title, _what(other)) for other in others)
    return Table(
        say("教学点、线路和教师", "Sites, routes and teachers"),
        (same("id"), say("名称", "Title"), say("用于", "For")),
        rows,
    )


def _what(other: Site | Route | Teacher) -> Text:
    if isinstance(other, Site):
        return same(" ".join(other.shows))
    return same(" ".join((*other.topics, *(other.units if isinstance(other, Teacher) else ()))))
