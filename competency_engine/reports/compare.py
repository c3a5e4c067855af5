"""One plan beside another: which modules go and come, and what each stage loses or gains."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from competency_engine.domain.library import Library
from competency_engine.domain.names import FORMS, MODES
from competency_engine.planning.problem import PlanningProblem, Solution, bits
from competency_engine.reports.document import Table, joined, same
from competency_engine.reports.names import stage_name
from competency_engine.reports.places import Places
from competency_engine.text import Text, say


def stage_table(ours: Solution, theirs: Solution, title: Text, other: Text, library: Library) -> Table:
    """Return every stage of two plans; an arrow marks the first that differs, which decides between them."""
    rows = []
    decided = False
    for mine, their in zip(ours.stages, theirs.stages, strict=True):
        differs = mine.value != their.value
        mark = say("← 由此决定", "← decides") if differs and not decided else same("←" if differs else "")
        decided |= differs
        name, left = stage_value(mine.name, mine.value, library)
        _, right = stage_value(their.name, their.value, library)
        rows.append((name, same(left), same(right), mark))
    columns = (say("阶段", "Stage"), say("最优计划", "Best plan"), other, same(" "))
    return Table(title, columns, tuple(rows))


def stage_value(name: str, value: int, library: Library) -> tuple[Text, str]:
    """Return a stage's name and value for a reader: hours as hours, not as quarters."""
    if name == "hours":
        return say("学时", "hours"), f"{value / 4:g}"
    if name == "peak_load":
        return say("最重月学时", "hours of the heaviest month"), f"{value / 4:g}"
    return stage_name(name, library), str(value)


def modules_text(problem: PlanningProblem, modules: Iterable[int], library: Library) -> Text:
    """Return modules with their mode and form; 无 where there are none."""
    ids = problem.catalogue.module_ids
    items = []
    for index in modules:
        module = library.modules[ids[index]]
        mode, form = MODES[module.mode], FORMS[module.form]
        items.append(
            say(
                f"{module.id}（{mode.zh}·{form.zh}，{module.hours:g} 学时）",
                f"{module.id} ({mode.en}, {form.en}, {module.hours:g} h)",
            )
        )
    return joined(items, "、", ", ") if items else say("无", "none")


def exchange(ours: Solution, theirs: Solution) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the modules that only ``ours`` holds and those that only ``theirs`` does."""
    return tuple(bits(ours.modules & ~theirs.modules)), tuple(bits(theirs.modules & ~ours.modules))


def comparison_data(problem: PlanningProblem, ours: Solution, theirs: Solution) -> dict[str, Any]:
    """Return two plans side by side for machines; values of hours in quarters."""
    ids = problem.catalogue.module_ids
    gone, come = exchange(ours, theirs)
    stages = [
        {"name": mine.name, "best": mine.value, "with": their.value}
        for mine, their in zip(ours.stages, theirs.stages, strict=True)
    ]
    return {"out": [ids[module] for module in gone], "in": [ids[module] for module in come], "stages": stages}


def goals_difference(places: Places, before: int, after: int) -> Text | None:
    """Return which goals (facts) come and go, as ``+MAS-1→2 −S05→1``; None when none does."""
    facts = places.problem.catalogue.facts
    signs = [("+", fact) for fact in bits(after & ~before)] + [("−", fact) for fact in bits(before & ~after)]
    listed = " ".join(f"{sign}{facts[fact][1]}→{facts[fact][2]}" for sign, fact in signs)
    return same(listed) if listed else None


def exchange_lines(places: Places, ours: Solution, theirs: Solution) -> list[Text]:
    """Return in words which modules go and come, and which goals come and go, where any do."""
    gone, come = exchange(ours, theirs)
    out, into = (modules_text(places.problem, modules, places.library) for modules in (gone, come))
    lines = [say(f"换出 {out.zh}", f"out: {out.en}"), say(f"换入 {into.zh}", f"in: {into.en}")]
    goals = goals_difference(places, _closed(places, ours), _closed(places, theirs))
    if goals is not None:
        lines.append(say(f"补上的差距 {goals.zh}", f"gaps closed: {goals.en}"))
    return lines


def _closed(places: Places, solution: Solution) -> int:
    facts, _ = places.problem.catalogue.closure(places.problem.start, solution.modules)
    return facts & sum({1 << goal.fact for goal in places.problem.goals})
