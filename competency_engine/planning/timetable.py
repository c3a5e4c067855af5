"""A chosen selection as tasks for ``placement.py``: what goes together, what comes first, when each goal is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from competency_engine.planning.problem import Goal, PlanningProblem, StageResult, bits
from competency_engine.planning.search import Search

NODE_LIMIT = 30_000
"""Nodes that one placement may look at in all; it counts work, not time."""

_MOST_TASKS = 60
_MOST_TOPICS = 10


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks in order of their smallest module.

    Attributes:
        members: modules of each task, as a mask.
        needs: tasks, as a mask, that each task waits for.
        goals: each goal that the selection reaches, with the tasks, as a mask, that reach it.
    """

    members: tuple[int, ...]
    needs: tuple[int, ...]
    goals: tuple[tuple[Goal, int], ...]


def place_modules(
    problem: PlanningProblem, modules: int, task_of: Mapping[int, int], search: Search, nodes: int
) -> tuple[dict[int, int], tuple[StageResult, ...]] | None:
    """Return the best period of each of ``modules`` and its stages, each proven, looking at no more than ``nodes`` nodes.

    None when placement cannot decide it, or was cut short: more than one budget, months with a least or a most of modules, modules under
    way, a requirement that either of two chosen modules meets, partners that need not be taken together, or too many tasks.
    """
    if len(problem.budgets) > 1 or problem.strict or problem.wants_more_than_goals:
        return None
    if problem.most_modules_per_period is not None:
        return None
    tasks = find_tasks(problem, modules, task_of)
    topics = [_tasks_of(topic, tasks) for topic in problem.catalogue.topics] if tasks is not None else []
    topics = [topic for topic in topics if topic.bit_count() > 1]
    if tasks is None or len(tasks.members) > _MOST_TASKS or len(topics) > _MOST_TOPICS:
        return None
    placed = search.place(
        hours=[sum(problem.catalogue.hours[m] for m in bits(members)) for members in tasks.members],
        needs=tasks.needs,
        allowed=[_periods_of(problem, members) for members in tasks.members],
        weight=_weights(tasks),
        goal_tasks=[mask for _, mask in tasks.goals],
        goal_weight=[goal.weight for goal, _ in tasks.goals],
        deadline=[len(problem.periods) if goal.deadline is None else max(goal.deadline, -1) for goal, _ in tasks.goals],
        topics=topics,
        periods=len(problem.periods),
        cap=problem.hours_per_period,
        longest=problem.longest_interval,
        limit=nodes,
    )
    if placed is None:
        return None
    values, periods = placed
    stages = tuple(
        StageResult(name, v, v) for name, v in zip(("deadlines", "goal_periods", "peak_load"), values, strict=True)
    )
    return {module: periods[task] for task, members in enumerate(tasks.members) for module in bits(members)}, stages


def find_tasks(problem: PlanningProblem, modules: int, task_of: Mapping[int, int]) -> Tasks | None:
    """Return the tasks of ``modules``; None when what comes first is no plain AND of tasks.

    A task waits for every task without which it cannot be taken. That is all it waits for exactly when those suffice, which is tried.
    """
    catalogue = problem.catalogue
    if any(catalogue.partners[m] & modules & ~_task(task_of[m], task_of, modules) for m in bits(modules)):
        return None
    gates = catalogue.gates_of(modules, sum({1 << goal.fact for goal in problem.goals}))
    members = tuple(_task(first, task_of, modules) for first in sorted({task_of[m] for m in bits(modules)}))
    reached, _ = catalogue.closure(problem.start, modules, gates)
    goals = [goal for goal in problem.goals if reached >> goal.fact & 1]
    needs, goal_tasks = [0] * len(members), [0] * len(goals)
    for without, task in enumerate(members):
        facts, taken = catalogue.closure(problem.start, modules & ~task, gates)
        for waiting, other in enumerate(members):
            if waiting != without and other & ~taken:
                needs[waiting] |= 1 << without
        for number, goal in enumerate(goals):
            if not facts >> goal.fact & 1:
                goal_tasks[number] |= 1 << without

    def after(tasks: int) -> tuple[int, int]:
        return catalogue.closure(problem.start, sum(members[task] for task in bits(tasks)), gates)

    if any(members[task] & ~after(needs[task] | 1 << task)[1] for task in range(len(members))):
        return None
    if any(not after(mask)[0] >> goal.fact & 1 for goal, mask in zip(goals, goal_tasks, strict=True)):
        return None
    return Tasks(members, tuple(needs), tuple(zip(goals, goal_tasks, strict=True)))


def _task(module: int, task_of: Mapping[int, int], modules: int) -> int:
    return sum(1 << other for other in bits(modules) if task_of[other] == task_of[module])


def _tasks_of(modules: int, tasks: Tasks) -> int:
    return sum(1 << task for task, members in enumerate(tasks.members) if members & modules)


def _periods_of(problem: PlanningProblem, modules: int) -> int:
    return sum(
        1 << period for period in range(len(problem.periods)) if all(problem.runs_in(m, period) for m in bits(modules))
    )


def _weights(tasks: Tasks) -> list[int]:
    """Return the weight of the goals that cannot be reached before each task; a goal counts with the last task that it waits for."""
    weights = [0] * len(tasks.members)
    for goal, mask in tasks.goals:
        waited_for = 0
        for task in bits(mask):
            waited_for |= tasks.needs[task]
        last = mask & ~waited_for or mask
        weights[last.bit_length() - 1] += goal.weight
    return weights
