"""A chosen selection as tasks for ``placement.py``: what goes together, what comes first, when each goal is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from competency_engine.planning.arrange import MOST_TASKS, Target, arrange_jobs
from competency_engine.planning.placement import Jobs
from competency_engine.planning.problem import Goal, PlanningProblem, StageResult, bits
from competency_engine.planning.search import Search

WORK_LIMIT = 100_000_000
"""Cells, nodes and pairs that one placement may look at in all; it counts work, not time."""

_MOST_WAYS = 8
_MOST_TRIALS = 100


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks in order of their smallest module; a *way* is a smallest set of tasks, as a mask, that is enough.

    Attributes:
        members: modules of each task, as a mask.
        ways: the ways in which what each task needs can be met.
        goals: each goal that the selection reaches, with the ways to reach it.
    """

    members: tuple[int, ...]
    ways: tuple[tuple[int, ...], ...]
    goals: tuple[tuple[Goal, tuple[int, ...]], ...]


def find_jobs(problem: PlanningProblem, modules: int, task_of: Mapping[int, int]) -> tuple[Tasks, Jobs] | None:
    """Return ``modules`` as tasks, and as the columns that ``placement.py`` works on.

    None when that cannot decide it: more than one budget, months with a least or a most of modules, modules under way, partners that need not
    be taken together, too many tasks or topics, or too many ways to meet what one of them needs.
    """
    if len(problem.budgets) > 1 or problem.strict or problem.wants_more_than_goals:
        return None
    if problem.most_modules_per_period is not None:
        return None
    tasks = find_tasks(problem, modules, task_of)
    if tasks is None:
        return None
    periods = len(problem.periods)
    jobs = arrange_jobs(
        hours=[sum(problem.catalogue.hours[module] for module in bits(members)) for members in tasks.members],
        allowed=[_periods_of(problem, members) for members in tasks.members],
        ways=tasks.ways,
        targets=[
            Target(ways, goal.weight, periods if goal.deadline is None else max(goal.deadline, -1))
            for goal, ways in tasks.goals
        ],
        topics=[
            sum(1 << task for task, members in enumerate(tasks.members) if members & topic)
            for topic in problem.catalogue.topics
        ],
        periods=periods,
        cap=problem.hours_per_period,
        longest=problem.longest_interval,
    )
    return None if jobs is None else (tasks, jobs)


def place_jobs(
    tasks: Tasks, jobs: Jobs, search: Search, work: int
) -> tuple[dict[int, int], tuple[StageResult, ...]] | None:
    """Return the best period of each module of ``tasks`` and the stages, each proven; None when there is none, or ``work`` was not enough."""
    placed = search.place(jobs, work)
    if placed is None:
        return None
    values, periods = placed
    stages = tuple(
        StageResult(name, v, v) for name, v in zip(("deadlines", "goal_periods", "peak_load"), values, strict=True)
    )
    return {module: periods[task] for task, members in enumerate(tasks.members) for module in bits(members)}, stages


def find_tasks(problem: PlanningProblem, modules: int, task_of: Mapping[int, int]) -> Tasks | None:
    """Return the tasks of ``modules``; None when two need each other, or there are too many ways to meet what one needs."""
    catalogue = problem.catalogue
    if any(catalogue.partners[m] & modules & ~_task(task_of[m], task_of, modules) for m in bits(modules)):
        return None
    gates = catalogue.gates_of(modules, sum({1 << goal.fact for goal in problem.goals}))
    members = tuple(_task(first, task_of, modules) for first in sorted({task_of[m] for m in bits(modules)}))
    if len(members) > MOST_TASKS:
        return None
    reached, _ = catalogue.closure(problem.start, modules, gates)
    goals = [goal for goal in problem.goals if reached >> goal.fact & 1]
    needs, goal_needs = [0] * len(members), [0] * len(goals)
    for without, task in enumerate(members):
        facts, taken = catalogue.closure(problem.start, modules & ~task, gates)
        for waiting, other in enumerate(members):
            if waiting != without and other & ~taken:
                needs[waiting] |= 1 << without
        for number, goal in enumerate(goals):
            if not facts >> goal.fact & 1:
                goal_needs[number] |= 1 << without
    if any(needs[other] >> task & 1 for task, needed in enumerate(needs) for other in bits(needed)):
        return None

    @cache
    def after(tasks: int) -> tuple[int, int]:
        return catalogue.closure(problem.start, sum(members[task] for task in bits(tasks)), gates)

    def taken_after(task: int) -> Callable[[int], bool]:
        return lambda tasks: not members[task] & ~after(tasks | 1 << task)[1]

    def reached_after(goal: Goal) -> Callable[[int], bool]:
        return lambda tasks: bool(after(tasks)[0] >> goal.fact & 1)

    everything = (1 << len(members)) - 1
    ways = [_ways(taken_after(task), needed, everything & ~(1 << task)) for task, needed in enumerate(needs)]
    goal_ways = [_ways(reached_after(goal), needed, everything) for goal, needed in zip(goals, goal_needs, strict=True)]
    if not all(ways) or not all(goal_ways):
        return None
    return Tasks(members, tuple(ways), tuple(zip(goals, goal_ways, strict=True)))


def _ways(enough: Callable[[int], bool], needed: int, tasks: int) -> tuple[int, ...]:
    """Return every smallest set of ``tasks`` that is enough, each of which holds ``needed``; nothing when they are too many.

    Each set found that a way differs from holds a task that the way lacks; so the search goes on without each in turn.
    """
    found: dict[int, None] = {}
    tried: set[int] = set()
    todo = [tasks]
    if enough(needed):
        return (needed,)
    while todo:
        allowed = todo.pop()
        if allowed in tried or not enough(allowed):
            continue
        tried.add(allowed)
        way = allowed
        for task in bits(allowed & ~needed):
            if enough(way & ~(1 << task)):
                way &= ~(1 << task)
        found[way] = None
        if len(found) > _MOST_WAYS or len(tried) > _MOST_TRIALS:
            return ()
        todo.extend(allowed & ~(1 << task) for task in bits(way & ~needed))
    return tuple(found)


def _task(module: int, task_of: Mapping[int, int], modules: int) -> int:
    return sum(1 << other for other in bits(modules) if task_of[other] == task_of[module])


def _periods_of(problem: PlanningProblem, modules: int) -> int:
    return sum(
        1 << period for period in range(len(problem.periods)) if all(problem.runs_in(m, period) for m in bits(modules))
    )
