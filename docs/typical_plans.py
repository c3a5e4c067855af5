"""docs/plans.md: the plans of the 24 typical secretaries of examples/typical. `docs/generate.py` writes it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from competency_engine.domain.library import Library
from competency_engine.domain.names import FORMS, MODES
from competency_engine.domain.plan import Plan
from competency_engine.render.markdown import escape
from competency_engine.reports.names import CAUSES
from competency_engine.workflows.plan import PlanOptions, make_plans, open_planner
from competency_engine.workflows.session import open_session

ROOT = Path(__file__).parents[1]
AS_OF = dt.date(2026, 11, 21)
HOURS = 56.0


def typical_plans() -> tuple[Library, tuple[Plan, ...]]:
    """Return the shipped library and the plans of everyone in examples/typical, in the order of the file."""
    session = open_session(ROOT, "7n")
    planner = open_planner(session, ROOT / "examples" / "typical", (), PlanOptions(AS_OF, hours=HOURS))
    rows = (ROOT / "examples" / "typical" / "people.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    return session.library, tuple(make_plans(planner, tuple(row.split(",")[0] for row in rows)))


def plans_page() -> str:
    """Return docs/plans.md."""
    library, plans = typical_plans()
    head = (
        "# 24份典型计划 / The plans of 24 typical secretaries\n\n"
        "由 `examples/typical` 生成，勿手改；人和社区都是编出来的。 / Generated from `examples/typical`; do not edit. People and communities are invented.\n\n"
        "四个任职阶段 × 六类社区，一年56学时，基准日 2026-11-21。R1 没有测评，其余的人隔一个单元差一级。 / "
        "Four stages of the post × six types of community, 56 hours a year, as of 2026-11-21. R1 was never assessed; the others lack one level in every second unit.\n\n"
        "```console\n$ competency-engine plan 典型R1-old_estate --people examples/typical --as-of 2026-11-21 --hours 56\n```\n"
    )
    return "\n".join([head, *(_section(plan, library) for plan in plans)])


def _section(plan: Plan, library: Library) -> str:
    role = library.roles[plan.role].title
    closed = sum(gap.reached >= gap.required for gap in plan.gaps)
    lines = [
        f"## {plan.person}",
        "",
        f"{role.zh} / {role.en}：{plan.hours:g} h，{len(plan.steps)} 门 / modules；{closed}/{len(plan.gaps)} 项差距补上 / gaps closed；{plan.status}",
        "",
        "| 月份 | 课程 | 名称 | 方式 | 学时 | 等级 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for step in plan.steps:
        module = library.modules[step.module]
        rises = " ".join(f"{rise.unit} {rise.before}→{rise.after}" for rise in step.rises)
        form = f"{MODES[module.mode].zh}·{FORMS[module.form].zh}"
        lines.append(
            f"| {step.month} | {step.module} | {escape(module.title.zh)} | {form} | {step.hours:g} | {rises} |"
        )
    if plan.open_goals:
        left = "；".join(f"{goal.unit} {goal.level}（{CAUSES[goal.cause].zh}）" for goal in plan.open_goals)
        lines += ["", f"未补上 / left open：{escape(left)}"]
    return "\n".join([*lines, ""])
