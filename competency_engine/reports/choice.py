"""A plan as somebody chose it → Document: the plan, and what the choice costs."""

from __future__ import annotations

from collections.abc import Sequence

from competency_engine.domain.plan import Plan
from competency_engine.planning.explain.conflict import Conflict
from competency_engine.planning.problem import Solution
from competency_engine.reports.compare import comparison_data
from competency_engine.reports.conflict import conflict_block, conflict_data
from competency_engine.reports.document import Block, Document, Notes
from competency_engine.reports.explain import cost_blocks
from competency_engine.reports.places import Places
from competency_engine.reports.plan import plan_document
from competency_engine.text import Text, say


def choice_document(
    plan: Plan, places: Places, taken: Sequence[str], barred: Sequence[str], best: Solution, chosen: Solution
) -> Document:
    """Return the chosen plan with what the choice costs against the best one."""
    whole = plan_document(plan, places.library)
    cost = cost_blocks(places, best, chosen, say("照此选择", "As chosen"))
    cost[0] = Notes(say("这样选的代价", "What the choice costs"), (_asked(taken, barred), *_lines(cost[0])))
    data = {
        **whole.data,
        "choice": {
            "with": list(taken),
            "without": list(barred),
            "against_best": comparison_data(places.problem, best, chosen),
        },
    }
    return Document(whole.title, (*whole.blocks, *cost), data)


def impossible_document(
    plan: Plan, places: Places, taken: Sequence[str], barred: Sequence[str], conflict: Conflict | None
) -> Document:
    """Return that no plan keeps to the choice, and which rules stand against it."""
    lines = (_asked(taken, barred), say("没有计划能照此选择", "no plan keeps to this choice"))
    blocks: list[Block] = [Notes(None, lines)]
    if conflict is not None:
        blocks.append(conflict_block(conflict, places))
    choice = {"with": list(taken), "without": list(barred), "conflict": conflict_data(conflict, places)}
    title = say(f"{plan.person} 学习计划", f"Study plan of {plan.person}")
    return Document(title, tuple(blocks), {**plan.model_dump(mode="json"), "choice": choice})


def _asked(taken: Sequence[str], barred: Sequence[str]) -> Text:
    zh = [f"要 {'、'.join(taken)}"] if taken else []
    en = [f"with {', '.join(taken)}"] if taken else []
    if barred:
        zh.append(f"不要 {'、'.join(barred)}")
        en.append(f"without {', '.join(barred)}")
    return say("选择：" + "，".join(zh), "choice: " + ", ".join(en))


def _lines(block: Block) -> tuple[Text, ...]:
    assert isinstance(block, Notes)
    return block.lines
