"""A problem that many communities have → Document."""

from __future__ import annotations

from collections.abc import Sequence

from competency_engine.domain.casebook import Case, Problem
from competency_engine.domain.library import Library
from competency_engine.domain.names import FORMS, MODES
from competency_engine.domain.plan import Plan
from competency_engine.domain.venue import Site
from competency_engine.reports.document import Block, Document, Notes, Table, same
from competency_engine.text import Text, say

_LACKS = {
    "case": say("没有可学的案例", "no case to learn from"),
    "half_day": say("半天学不到对症的课", "nothing that helps in half a day"),
    "month": say("一个月学不到对症的课", "nothing that helps in a month"),
}


def problem_document(
    problem: Problem,
    who: Text,
    plans: tuple[Plan, Plan],
    cases: Sequence[Case],
    sites: Sequence[Site],
    lacks: Sequence[str],
    library: Library,
) -> Document:
    """Return what ``who`` may learn for ``problem`` with the plans of half a day and of a month, and who has solved it."""
    half_day, month = plans
    blocks: list[Block] = [
        Notes(None, (who, *([problem.note] if problem.note else []))),
        Notes(say("怎样算是这个问题", "How to tell"), problem.signs),
        Notes(say("今天就能做", "Today"), problem.first_steps),
    ]
    if problem.mistakes:
        blocks.append(Notes(say("常见错误", "Often done wrongly"), problem.mistakes))
    blocks += [
        _needs(problem, half_day, month, library),
        _modules(say("半天学什么", "What to learn in half a day"), half_day, library),
        _modules(say("一个月学什么", "What to learn in a month"), month, library),
        _cases(cases),
    ]
    if sites:
        blocks.append(Notes(say("去哪里看", "Where to look"), tuple(_site(site) for site in sites)))
    if problem.laws:
        titles = tuple(library.laws[law].title for law in problem.laws)
        blocks.append(Notes(say("依据", "By which law"), titles))
    if lacks:
        blocks.append(Notes(say("设计者待补", "Work for designers"), tuple(_LACKS[lack] for lack in lacks)))
    data = {
        **problem.model_dump(mode="json"),
        "half_day": half_day.model_dump(mode="json"),
        "month": month.model_dump(mode="json"),
        "sites": [site.id for site in sites],
        "lacks": list(lacks),
    }
    title = say(f"{problem.number}. {problem.title.zh}", f"{problem.number}. {problem.title.en}")
    return Document(title, tuple(blocks), data)


def problems_document(rows: Sequence[tuple[Problem, Sequence[str]]], who: Text) -> Document:
    """Return every problem with what is still missing of an answer to it."""
    columns = (
        same("#"),
        same("id"),
        say("问题", "Problem"),
        say("要用到", "Takes"),
        say("案例", "Cases"),
        say("待补", "Missing"),
    )
    cells = tuple(
        (
            same(problem.number),
            same(problem.id),
            problem.title,
            same(" ".join(f"{unit}≥{level}" for unit, level in problem.needs.items())),
            same(" ".join(problem.cases)),
            say("；".join(_LACKS[lack].zh for lack in lacks), "; ".join(_LACKS[lack].en for lack in lacks)),
        )
        for problem, lacks in rows
    )
    data = [{"id": p.id, "number": p.number, "cases": list(p.cases), "lacks": list(lacks)} for p, lacks in rows]
    return Document(say("高频问题", "Frequent problems"), (Notes(None, (who,)), Table(None, columns, cells)), data)


def _needs(problem: Problem, half_day: Plan, month: Plan, library: Library) -> Table:
    after = [{gap.unit: gap for gap in plan.gaps} for plan in (half_day, month)]
    rows = []
    for unit, level in problem.needs.items():
        gaps = [plan.get(unit) for plan in after]
        held = same("✓") if gaps[0] is None else same(f"{gaps[0].held}{'?' if gaps[0].assumed else ''}")
        reached = [same("✓" if gap is None else gap.reached) for gap in gaps]
        rows.append((same(unit), library.units[unit].title, same(level), held, *reached))
    columns = (
        say("单元", "Unit"),
        say("名称", "Title"),
        say("要用到", "Takes"),
        say("现有", "Held"),
        say("半天后", "After half a day"),
        say("一个月后", "After a month"),
    )
    return Table(say("解决它要用到的能力（✓ 表示已够）", "What solving it takes (✓ = held)"), columns, tuple(rows))


def _modules(title: Text, plan: Plan, library: Library) -> Block:
    if not plan.steps:
        none = (
            say("已经够用，不必再学", "nothing: all that it takes is held")
            if not plan.gaps
            else say("没有装得下又学得了的课", "no module fits that can be taken")
        )
        return Notes(title, (none,))
    rows = []
    for step in plan.steps:
        module = library.modules[step.module]
        mode, form = MODES[module.mode], FORMS[module.form]
        rows.append(
            (
                same(step.module),
                module.title,
                say(f"{mode.zh}·{form.zh}", f"{mode.en}, {form.en}"),
                same(f"{step.hours:g}"),
                same(" ".join(f"{rise.unit} {rise.before}→{rise.after}" for rise in step.rises)),
            )
        )
    columns = (
        say("课程", "Module"),
        say("名称", "Title"),
        say("方式", "Mode"),
        say("学时", "Hours"),
        say("等级", "Levels"),
    )
    return Table(title, columns, tuple(rows))


def _cases(cases: Sequence[Case]) -> Block:
    title = say("谁解决过", "Who has solved it")
    if not cases:
        return Notes(title, (say("案例库里还没有", "nobody in the casebook yet"),))
    columns = (say("案例", "Case"), say("名称", "Title"), say("哪里", "Where"), say("结果", "Result"))
    return Table(title, columns, tuple((same(case.id), case.title, case.place, case.result) for case in cases))


def _site(site: Site) -> Text:
    return say(f"{site.id} {site.title.zh}（{site.hours:g} 学时）", f"{site.id} {site.title.en} ({site.hours:g} h)")
