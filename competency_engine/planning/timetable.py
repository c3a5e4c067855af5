"""A chosen selection as tasks for ``placement.py``: what goes together, what comes first, when each goal is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_, or_

from competency_engine.planning.arrange import MOST_TASKS, Target, arrange_jobs
from competency_engine.planning.landmarks import find_landmarks
from competency_engine.planning.placement import Jobs
from competency_engine.planning.problem import Goal, PlanningProblem, StageResult, bits
from competency_engine.planning.search import Search

WORK_LIMIT = 1_000_000_000
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
    periods_of_months = _periods_of_months(problem)
    jobs = arrange_jobs(
        hours=[sum(problem.catalogue.hours[module] for module in bits(members)) for members in tasks.members],
        allowed=[
            _periods_in(reduce(and_, (problem.catalogue.months[m] for m in bits(members))), periods_of_months)
            for members in tasks.members
        ],
        ways=tasks.ways,
        targets=[
            Target(ways, goal.weight, periods if goal.deadline is None else max(goal.deadline, -1))
            for goal, ways in tasks.goals
        ],
        topics=[
            sum(1 << task for task, members in enumerate(tasks.members) if members & topic)
            for topic in problem.catalogue.topics
            if topic & modules
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
    together: dict[int, int] = {}
    for module in bits(modules):
        together[task_of[module]] = together.get(task_of[module], 0) | 1 << module
    if len(together) > MOST_TASKS:
        return None
    if any(catalogue.partners[m] & modules & ~together[task_of[m]] for m in bits(modules)):
        return None
    members = tuple(together[first] for first in sorted(together))
    gates = catalogue.gates_of(modules, sum({1 << goal.fact for goal in problem.goals}))
    before = find_landmarks(problem, {m: 1 << task for task, own in enumerate(members) for m in bits(own)}, gates)
    needs = [
        reduce(or_, (before[fact] for m in bits(own) for fact in bits(catalogue.needs[m] & ~problem.start)), 0)
        & ~(1 << task)
        for task, own in enumerate(members)
    ]
    goals = [goal for goal in problem.goals if goal.fact in before]
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
    goal_ways = [_ways(reached_after(goal), before[goal.fact], everything) for goal in goals]
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


def _periods_of_months(problem: PlanningProblem) -> tuple[int, ...]:
    """Return for each calendar month the periods of that month in which the person is not away, as a mask."""
    periods = [0] * 12
    for number, period in enumerate(problem.periods):
        if not problem.away >> number & 1:
            periods[period.month] |= 1 << number
    return tuple(periods)


def _periods_in(months: int, periods_of_months: tuple[int, ...]) -> int:
    """Return the periods of the calendar months of the mask ``months``."""
    return sum(periods for month, periods in enumerate(periods_of_months) if months >> month & 1)
