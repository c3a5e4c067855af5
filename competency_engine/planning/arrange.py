"""Tasks as the columns that ``placement.py`` works on: a forest of what needs what, and with which task each goal is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from operator import and_, or_

from competency_engine.planning.placement import Jobs, bits_of
from competency_engine.planning.problem import bits

MOST_TASKS = 60
_MOST_BITS = 60


@dataclass(frozen=True, slots=True)
class Target:
    """A goal: the ways to reach it, each a set of tasks as a mask, its weight, and the last period in which it is not late."""

    ways: tuple[int, ...]
    weight: int
    deadline: int


def arrange_jobs(
    *,
    hours: Sequence[int],
    allowed: Sequence[int],
    ways: Sequence[tuple[int, ...]],
    targets: Sequence[Target],
    topics: Sequence[int],
    periods: int,
    cap: int,
    longest: int,
) -> Jobs | None:
    """Return the columns of tasks in order of preference for an early period; None when there are too many tasks or topics.

    Args:
        hours: of each task.
        allowed: periods in which each task may be taken, as a mask.
        ways: the smallest sets of tasks, as masks, of which one must come before each task or with it, with all that they need.
        targets: the goals.
        topics: tasks, as masks, that must lie within ``longest`` periods.
        periods: how many there are.
        cap: most hours of a period.
        longest: most periods between two tasks of a topic.
    """
    longest = min(longest, periods)
    topics = [topic for topic in topics if topic.bit_count() > 1]
    if len(hours) > MOST_TASKS or len(topics) * bits_of(longest) > _MOST_BITS:
        return None
    needs = [reduce(and_, sets) for sets in ways]
    parents = [_latest(_last(needed, needs), needs, hours) if needed else None for needed in needs]
    closers = [_closers(target.ways, needs, hours) for target in targets]
    order, skip = _preorder(parents, _links(parents, ways, targets, closers))
    below = [sum(1 << task for task in order[place : skip[place]]) for place in range(len(order))]
    weight = [0] * len(hours)
    for target, (closing, fewest) in zip(targets, closers, strict=True):
        for task in bits(closing):
            weight[task] += -(-target.weight // fewest)
    users = _touching(below, [reduce(or_, sets) for sets in ways])
    askers = _touching(below, [reduce(or_, target.ways) for target in targets])
    counted = _touching([1 << task for task in range(len(hours))], [closing for closing, _ in closers])
    return Jobs(
        hours=list(hours),
        allowed=list(allowed),
        need_start=_starts(ways),
        need=[way for sets in ways for way in sets],
        order=order,
        skip=skip,
        below=below,
        user_start=_starts(users),
        user=[task for found in users for task in found],
        asker_start=_starts(askers),
        asker=[goal for found in askers for goal in found],
        counted_start=_starts(counted),
        counted=[goal for found in counted for goal in found],
        weight=weight,
        goal_start=_starts([target.ways for target in targets]),
        goal=[way for target in targets for way in target.ways],
        goal_weight=[target.weight for target in targets],
        closers=[closing for closing, _ in closers],
        deadline=[target.deadline for target in targets],
        topics=list(topics),
        periods=periods,
        cap=cap,
        longest=longest,
    )


def _starts(rows: Sequence[Sequence[int]]) -> list[int]:
    return list(accumulate((len(row) for row in rows), initial=0))


def _touching(sets: Sequence[int], masks: Sequence[int]) -> list[list[int]]:
    """Return for each of ``sets`` the numbers of the ``masks`` that hold some of it."""
    return [[number for number, mask in enumerate(masks) if mask & one] for one in sets]


def _last(tasks: int, needs: Sequence[int]) -> int:
    """Return those of ``tasks`` that no other of them waits for."""
    return tasks & ~reduce(or_, (needs[task] for task in bits(tasks)), 0)


def _latest(tasks: int, needs: Sequence[int], hours: Sequence[int]) -> int:
    """Return the one of ``tasks`` that comes after the most hours."""
    return max(bits(tasks), key=lambda task: (sum(hours[other] for other in bits(needs[task])) + hours[task], task))


def _closers(ways: Sequence[int], needs: Sequence[int], hours: Sequence[int]) -> tuple[int, int]:
    """Return the tasks with which a goal is counted, and how many of them each of its ``ways`` holds at the least.

    One task that all ways hold, or else the last tasks of each: a goal that is reached has the least of them done.
    """
    always = reduce(and_, ways)
    if always:
        return 1 << _latest(_last(always, needs), needs, hours), 1
    closing = reduce(or_, (_last(way, needs) for way in ways))
    return closing, min((closing & way).bit_count() for way in ways)


def _links(
    parents: Sequence[int | None],
    ways: Sequence[tuple[int, ...]],
    targets: Sequence[Target],
    closers: Sequence[tuple[int, int]],
) -> list[int]:
    """Return sets of tasks that depend on one another in a way that the forest does not tell."""

    def chain(task: int) -> int:
        parent = parents[task]
        return 1 << task | (0 if parent is None else chain(parent))

    masks = [(1 << task | reduce(or_, sets), task) for task, sets in enumerate(ways)]
    masks += [(reduce(or_, t.ways), closing.bit_length() - 1) for t, (closing, _) in zip(targets, closers, strict=True)]
    return [mask for mask, task in masks if mask != chain(task)]


def _preorder(parents: Sequence[int | None], links: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return a preorder of the forest of ``parents``, and for each place the first after its subtree.

    Trees that one of ``links`` joins stand together and before the others: what the forest does not tell is decided first, and from there on
    it tells all.
    """
    children: dict[int | None, list[int]] = {}
    for task, parent in enumerate(parents):
        children.setdefault(parent, []).append(task)
    trees: dict[int, int] = {}

    def plant(task: int) -> int:
        trees[task] = reduce(or_, (plant(child) for child in children.get(task, ())), 1 << task)
        return trees[task]

    groups: list[int] = []
    roots = [plant(root) for root in children.get(None, ())]
    for link in links:
        group = reduce(or_, (tree for tree in roots if tree & link))
        joined = [other for other in groups if other & group]
        groups = [*(other for other in groups if not other & group), reduce(or_, joined, group)]
    linked = reduce(or_, links, 0)

    def rank(task: int) -> tuple[bool, int, int]:
        group = next((group for group in groups if group & trees[task]), 0)
        return not linked & trees[task], group.bit_count(), task

    order: list[int] = []
    skip = [0] * len(parents)

    def visit(task: int) -> None:
        place = len(order)
        order.append(task)
        for child in sorted(children.get(task, ()), key=rank):
            visit(child)
        skip[place] = len(order)

    for root in sorted(children.get(None, ()), key=rank):
        visit(root)
    return order, skip
