"""Tasks into periods: an exact search over the sets of tasks that are done at the end of each period.

A set is a bit mask, so at most 62 tasks fit. A schedule is a chain of sets, one after each period, and its cost a sum over them. No set
costs less than the best for its period alone; ``place`` lists for each period the sets that cost more by no more than a *slack*, links those
that can follow one another, and raises the slack until a chain exists. Of all cheapest chains it keeps those of the least peak, then, task by
task, of the earliest period. docs/matcher.md has the argument.

Like ``kernel.py``, the file is written so that numba compiles it as it stands.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from typing import NamedTuple

Array = MutableSequence[int]
Arc = tuple[int, int, int, int, int]
Link = tuple[int, int, int, int]

INFINITE = 1 << 60
NONE, CUT_SHORT = -1, -2
_MOST_LOWS = 32
_FEW = 100
_MOST_KNOWN = 100_000
_MOST_SETS = 1_000_000
_MOST_STEPS = 2_000_000
"""Sets that are remembered, sets of a period, and steps of chains: beyond, the memory of a process would not be bounded."""


class Jobs(NamedTuple):
    """What is to be placed, and when it may be; sets of tasks are masks.

    Attributes:
        hours: of each task; tasks stand in order of preference for an early period.
        allowed: periods in which each task may be taken, as a mask.
        need_start: the sets of tasks of which one must be done, or taken in the same period, before task ``t`` are
            ``need[need_start[t]:need_start[t + 1]]``; each is enough by itself and none contains another.
        need: these sets.
        order: tasks in preorder of a forest in which every task needs its parent.
        skip: for each place in ``order`` the first one after its subtree.
        below: for each place the tasks of its subtree.
        user_start: the tasks that may need one of the subtree of place ``p`` are ``user[user_start[p]:user_start[p + 1]]``.
        user: these tasks.
        asker_start: likewise the goals that may need one of the subtree of place ``p``.
        asker: these goals.
        counted_start: likewise the goals that are counted with task ``t``.
        counted: these goals.
        weight: of the goals that are counted with each task.
        goal_start: likewise the sets of tasks of which one reaches goal ``g``.
        goal: these sets.
        goal_weight: of each goal.
        closers: a task that each goal cannot do without, with which it is counted, or one of each way to it.
        deadline: last period of each goal that is not late; −1 = late already, ``periods`` = none.
        topics: sets of tasks that must lie within ``longest`` periods.
        periods: how many there are.
        cap: most hours of a period.
        longest: most periods between two tasks of a topic.
    """

    hours: Array
    allowed: Array
    need_start: Array
    need: Array
    order: Array
    skip: Array
    below: Array
    user_start: Array
    user: Array
    asker_start: Array
    asker: Array
    counted_start: Array
    counted: Array
    weight: Array
    goal_start: Array
    goal: Array
    goal_weight: Array
    closers: Array
    deadline: Array
    topics: Array
    periods: int
    cap: int
    longest: int


class Known(NamedTuple):
    """Sets that were listed for a case, and hold for every case made of it by narrowing, up to the cost for which they were listed.

    Attributes:
        cost: every chain of no more cost is made of these sets; −1 = nothing is known.
        sets: each set, and its hours.
        start: the sets of period ``p`` are ``sets[2 * start[p]:2 * end[p]]``.
        end: where they end.
    """

    cost: int
    sets: Array
    start: Array
    end: Array


Case = tuple[int, int, Jobs, Array, Array, Array, Known]


def zeros(size: int) -> Array:
    """Return ``size`` zeros."""
    return [0] * size


def ready(jobs: Jobs, task: int, without: int) -> bool:
    """Return whether ``task`` can be taken though none of ``without`` is done."""
    return some_way(jobs.need_start, jobs.need, task, without)


def some_way(start: Array, ways: Array, row: int, without: int) -> bool:
    """Return whether one of the sets ``ways[start[row]:start[row + 1]]`` holds none of ``without``."""
    for at in range(start[row], start[row + 1]):
        if ways[at] & without == 0:
            return True
    return False


def reached(jobs: Jobs, goal: int, done: int) -> bool:
    """Return whether ``done`` reaches ``goal``."""
    return some_way(jobs.goal_start, jobs.goal, goal, ~done)


def missing_weight(jobs: Jobs, done: int) -> int:
    """Return the weight of the goals that ``done`` has not reached."""
    missing = 0
    for goal in range(len(jobs.goal_weight)):
        if not reached(jobs, goal, done):
            missing += jobs.goal_weight[goal]
    return missing


def late_weight(jobs: Jobs, done: int, period: int) -> int:
    """Return the weight of the goals due at the end of ``period`` that ``done`` has not reached."""
    late = 0
    for goal in range(len(jobs.goal_weight)):
        if jobs.deadline[goal] == period and not reached(jobs, goal, done):
            late += jobs.goal_weight[goal]
    return late


def late_scale(jobs: Jobs) -> int:
    """Return the factor of late weight that makes it count before any sum of weight × period."""
    scale = 1
    for goal in range(len(jobs.goal_weight)):
        scale += jobs.goal_weight[goal] * (jobs.periods + 1)
    return scale


def tabulate(jobs: Jobs, barred: int, forced: int, table: Array, left: Array) -> None:
    """Fill ``table``: row ``r`` says in how few hours the tasks from place ``r`` of the order on come to each weight.

    No task is taken without its parent, none of ``barred`` and all of ``forced``: the tree knapsack in preorder, where a task not taken
    skips its subtree (Johnson and Niemi, Math. of OR 8, 1983).
    """
    tasks = len(jobs.hours)
    width = len(table) // (tasks + 1)
    left[0] -= len(table)
    for weight in range(1, width):
        table[tasks * width + weight] = INFINITE
    for place in range(tasks - 1, -1, -1):
        task = jobs.order[place]
        row = place * width
        spared = jobs.skip[place] * width
        for weight in range(width):
            table[row + weight] = INFINITE if forced & jobs.below[place] else table[spared + weight]
        if barred >> task & 1 == 0:
            for weight in range(width):
                hours = jobs.hours[task] + table[row + width + max(weight - jobs.weight[task], 0)]
                table[row + weight] = min(table[row + weight], hours, INFINITE)


def most_weight(table: Array, row: int, largest: int, room: int) -> int:
    """Return the greatest weight, up to ``largest``, that ``room`` hours allow by the row that begins at ``row``; −1 = none."""
    low = -1
    while low < largest:
        middle = (low + largest + 1) // 2
        if table[row + middle] <= room:
            low = middle
        else:
            largest = middle - 1
    return low


def barred_tasks(jobs: Jobs, period: int, out: int) -> int:
    """Return the tasks that cannot be done by the end of ``period``, for their offer or for what they need, ``out`` being impossible."""
    barred = 0
    for task in range(len(jobs.hours)):
        if out >> task & 1 or jobs.allowed[task] & (2 << period) - 1 == 0:
            barred |= 1 << task
    growing = True
    while growing:
        growing = False
        for task in range(len(jobs.hours)):
            if barred >> task & 1 == 0 and not ready(jobs, task, barred):
                barred |= 1 << task
                growing = True
    return barred


def forced_tasks(jobs: Jobs, period: int) -> int:
    """Return the tasks that must be done by the end of ``period``, because they can be taken no later."""
    forced = 0
    for task in range(len(jobs.hours)):
        if jobs.allowed[task] >> period + 1 == 0:
            forced |= 1 << task
    return forced


def offered(jobs: Jobs, period: int) -> int:
    """Return the tasks that may be taken in ``period``."""
    tasks = 0
    for task in range(len(jobs.hours)):
        if jobs.allowed[task] >> period & 1:
            tasks |= 1 << task
    return tasks


def room_until(jobs: Jobs, period: int) -> int:
    """Return the hours that the periods up to ``period`` hold."""
    room = 0
    for earlier in range(period + 1):
        if offered(jobs, earlier):
            room += jobs.cap
    return room


def list_sets(
    jobs: Jobs, barred: int, forced: int, room: int, weight: int, lows: Array, most: int, table: Array, left: Array,
    found: list[tuple[int, int]],
) -> int:  # fmt: skip
    """Append to ``found`` the sets that can be done, with their hours; return by how much those cut off fall short at the least.

    Args:
        jobs: the tasks.
        barred: tasks that no set may hold.
        forced: tasks that every set must hold.
        room: most hours of a set.
        weight: least weight of a set of ``lows[0]`` hours or more; one of fewer, but ``lows[i]`` or more, must weigh ``i`` more.
        lows: falling hours; fewer than the last are of no use.
        most: how many sets are enough.
        table: filled for ``barred`` and ``forced``.
        left: see ``place``.
        found: where the sets go.
    """
    tasks = len(jobs.hours)
    width = len(table) // (tasks + 1)
    undecided = zeros(tasks + 1)
    for place in range(tasks - 1, -1, -1):
        undecided[place] = undecided[place + 1] + jobs.hours[jobs.order[place]]
    beyond = INFINITE
    stack = [(0, 0, barred, 0, 0)]
    while len(stack) > 0 and left[0] >= 0 and len(found) < most:
        place, now, later, load, gained = stack.pop()
        left[0] -= tasks
        spent = 0
        while spent < len(lows) and lows[spent] > load + undecided[place]:
            spent += 1
        if spent == len(lows):
            continue
        missing = weight + spent - gained
        if missing >= width or table[place * width + max(missing, 0)] > room - load:
            fits = most_weight(table, place * width, min(missing, width) - 1, room - load)
            if fits >= 0:
                beyond = min(beyond, missing - fits)
            continue
        while place < tasks and later >> jobs.order[place] & 1:
            place += 1
        if place == tasks:
            found.append((now, load))
            continue
        task = jobs.order[place]
        without = later | jobs.below[place]
        if jobs.below[place] & forced == 0 and users_ready(jobs, place, now, without):
            lost = lost_weight(jobs, place, now, later, without)
            stack.append((jobs.skip[place], now, without, load, gained - lost))
        if load + jobs.hours[task] <= room and ready(jobs, task, later):
            gain = gained_weight(jobs, task, now, later)
            stack.append((place + 1, now | 1 << task, later, load + jobs.hours[task], gained + gain))
    return beyond


def gained_weight(jobs: Jobs, task: int, now: int, without: int) -> int:
    """Return the weight of the goals counted with ``task``, and with none of ``now``, that can be reached without ``without``."""
    weight = 0
    for at in range(jobs.counted_start[task], jobs.counted_start[task + 1]):
        goal = jobs.counted[at]
        if jobs.closers[goal] & now == 0 and reached(jobs, goal, ~without):
            weight += jobs.goal_weight[goal]
    return weight


def lost_weight(jobs: Jobs, place: int, now: int, before: int, without: int) -> int:
    """Return the weight of the goals counted with some of ``now`` that can be reached without ``before``, but not without ``without``.

    ``without`` is more than ``before`` by the subtree of ``place``.
    """
    weight = 0
    for at in range(jobs.asker_start[place], jobs.asker_start[place + 1]):
        goal = jobs.asker[at]
        if jobs.closers[goal] & now and not reached(jobs, goal, ~without) and reached(jobs, goal, ~before):
            weight += jobs.goal_weight[goal]
    return weight


def users_ready(jobs: Jobs, place: int, now: int, without: int) -> bool:
    """Return whether each of ``now`` that may need one of the subtree of ``place`` can be taken though none of ``without`` is done."""
    for at in range(jobs.user_start[place], jobs.user_start[place + 1]):
        task = jobs.user[at]
        if now >> task & 1 and not ready(jobs, task, without):
            return False
    return True


def heaviest_sets(jobs: Jobs, table: Array, left: Array) -> Array:
    """Return for each period but the last the greatest weight of a set that can be done by its end; −1 = there is no such set."""
    largest = len(table) // (len(jobs.hours) + 1) - 1
    total = missing_weight(jobs, 0)
    best = zeros(jobs.periods - 1)
    found = [(0, 0)]
    for period in range(len(best)):
        barred = barred_tasks(jobs, period, 0)
        forced = forced_tasks(jobs, period)
        room = room_until(jobs, period)
        tabulate(jobs, barred, forced, table, left)
        weight = most_weight(table, 0, largest, room)
        found.clear()
        while left[0] >= 0 and weight >= 0 and len(found) == 0:
            list_sets(jobs, barred, forced, room, weight, zeros(1), 1, table, left, found)
            weight -= 1
        best[period] = min(weight + len(found), total)
    return best


def least_hours(jobs: Jobs, slack: int, near: list[Link], first: int, last: int) -> Array:
    """Return the least hours of a set that some of ``near[first:last]`` can follow in the next period: of excess 0, of excess 1 at most, and so on."""
    lows = zeros(min(slack, _MOST_LOWS) + 1)
    for spent in range(len(lows)):
        lows[spent] = INFINITE
    for at in range(first, last):
        for spent in range(min(near[at][0], len(lows) - 1), len(lows)):
            lows[spent] = min(lows[spent], near[at][3] - jobs.cap)
    return lows


def cheapest_link(
    jobs: Jobs,
    done: int,
    hours: int,
    forward: bool,
    open_then: int,
    near: list[Link],
    first: int,
    last: int,
    left: Array,
) -> int:
    """Return the least excess of the sets of ``near[first:last]`` that can stand before ``done`` (``forward``), or after it."""
    for at in range(first, last):
        excess, _, there, hours_there = near[at]
        left[0] -= 1
        earlier = there if forward else done
        later = done if forward else there
        if earlier & ~later == 0 and later & ~earlier & ~open_then == 0 and abs(hours - hours_there) <= jobs.cap:
            return excess
    return INFINITE


def sift_sets(
    known: Known, period: int, barred: int, forced: int, room: int, left: Array, found: list[tuple[int, int]]
) -> None:
    """Append to ``found`` the known sets of ``period`` that can be done, with their hours; arguments as in ``list_sets``."""
    for at in range(known.start[period], known.end[period]):
        done = known.sets[2 * at]
        hours = known.sets[2 * at + 1]
        left[0] -= 1
        if done & barred == 0 and forced & ~done == 0 and hours <= room:
            found.append((done, hours))


def list_layer(
    jobs: Jobs, period: int, forward: bool, best: int, slack: int, known: Known, table: Array, left: Array, near: list[Link], first: int,
    last: int, layer: list[Link],
) -> int:  # fmt: skip
    """Append to ``layer`` what may be done at the end of ``period``, next to ``near[first:last]`` of the period before (``forward``) or after.

    An entry is (excess so far, its own, tasks, hours), where excess is what a set costs above the best for its period, summed over the periods
    from the first on (``forward``), or from the last on. No sum is above ``slack``; the least that was cut off is returned. The sets
    are taken from ``known`` where something is.
    """
    some = 0
    every = -1
    longest = 0
    for at in range(first, last):
        some |= near[at][2]
        every &= near[at][2]
        longest = max(longest, near[at][3])
    room = room_until(jobs, period)
    barred = barred_tasks(jobs, period, 0 if forward else ~some)
    forced = forced_tasks(jobs, period)
    lows = zeros(1)
    if forward:
        room = min(room, longest + jobs.cap)
        forced |= every
    else:
        lows = least_hours(jobs, slack, near, first, last)
    found = [(0, 0)]
    found.clear()
    beyond = slack + 1
    if known.cost >= 0:
        sift_sets(known, period, barred, forced, room, left, found)
    else:
        tabulate(jobs, barred, forced, table, left)
        beyond = slack + list_sets(jobs, barred, forced, room, best - slack, lows, _MOST_SETS, table, left, found)
        if len(found) == _MOST_SETS:
            left[0] = CUT_SHORT
    base = missing_weight(jobs, 0) - best
    scale = late_scale(jobs)
    open_then = offered(jobs, period if forward else period + 1)
    for done, hours in found:
        excess = missing_weight(jobs, done) - base + scale * late_weight(jobs, done, period)
        total = excess + cheapest_link(jobs, done, hours, forward, open_then, near, first, last, left)
        if total <= slack:
            layer.append((total, excess, done, hours))
        else:
            beyond = min(beyond, total)
    layer.sort()
    return beyond


def look_ahead(jobs: Jobs, best: Array, slack: int, front: Array, back: Array, table: Array, left: Array) -> int:
    """Raise ``front``, the least excess up to each period, as far as few sets have to be looked at; return the least excess of a chain."""
    layer = [(0, 0, 0, 0)]
    nothing = Known(-1, zeros(0), zeros(0), zeros(0))
    beyond = INFINITE
    cut_off = INFINITE
    for period in range(len(best)):
        rest = back[period + 1]
        if len(layer) > _FEW or slack < rest or left[0] < 0:
            break
        near = layer
        layer = [(0, 0, 0, 0)]
        layer.clear()
        cut = list_layer(
            jobs, period, True, best[period], slack - rest, nothing, table, left, near, 0, len(near), layer
        )
        cut_off = min(cut_off, cut)
        beyond = min(beyond, cut + rest)
        least = min(cut_off, layer[0][0]) if len(layer) > 0 else cut_off
        for later in range(period, len(best)):
            front[later] = max(front[later], least)
        if len(layer) == 0:
            return min(beyond, INFINITE)
    return slack


def list_layers(
    jobs: Jobs, best: Array, slack: int, front: Array, back: Array, known: Known, table: Array, left: Array, sets: list[Link], start: Array,
    end: Array,
) -> int:  # fmt: skip
    """Put into ``sets``, for each period, what may be done at its end and followed to the last; return the least excess that was cut off.

    The sets of a period are ``sets[start[period]:end[period]]``, by rising excess to the end. ``back`` is raised as ``front`` is by ``look_ahead``,
    but not from known sets: those are all that chains of so little cost are made of, whole chains, so that what they leave out says nothing of the
    excess from one period on.
    """
    hours = 0
    for task in range(len(jobs.hours)):
        hours += jobs.hours[task]
    sets.clear()
    sets.append((0, 0, (1 << len(jobs.hours)) - 1, hours))
    for period in range(jobs.periods):
        start[period] = 0
        end[period] = 0
    end[jobs.periods - 1] = 1
    beyond = INFINITE
    cut_off = INFINITE
    for period in range(jobs.periods - 2, -1, -1):
        before = front[period - 1] if period > 0 else 0
        layer = [(0, 0, 0, 0)]
        layer.clear()
        if before > slack:
            return min(beyond, before)
        cut = list_layer(
            jobs, period, False, best[period], slack - before, known, table, left, sets, start[period + 1], end[period + 1], layer
        )  # fmt: skip
        cut_off = min(cut_off, cut)
        beyond = min(beyond, cut + before)
        start[period] = len(sets)
        sets.extend(layer)
        end[period] = len(sets)
        least = min(cut_off, layer[0][0]) if len(layer) > 0 else cut_off
        if left[0] < 0:
            break
        if known.cost < 0:
            for earlier_period in range(period + 1):
                back[earlier_period] = max(back[earlier_period], least)
        if len(layer) == 0:
            break
    return min(beyond, INFINITE)


def open_topics(jobs: Jobs, topics: Array, opened: int, done: int, now: int) -> int:
    """Return for each topic that is begun and not finished for how many periods it has been, packed; -1 when it is for too many.

    ``opened`` is the same at the end of the period before, in which ``done`` was done; ``now`` is taken since.
    """
    size = bits_of(jobs.longest)
    packed = 0
    for number in range(len(topics)):
        topic = topics[number]
        age = opened >> number * size & (1 << size) - 1
        if topic & ~(done | now) == 0:
            continue
        if age > 0 or topic & now:
            age += 1
        if age > jobs.longest:
            return -1
        packed |= age << number * size
    return packed


def bits_of(number: int) -> int:
    """Return how many bits ``number`` takes, at least 1."""
    size = 1
    while number >> size > 0:
        size += 1
    return size


def build(
    jobs: Jobs, topics: Array, slack: int, sets: list[Link], start: Array, end: Array, left: Array, arcs: list[Arc]
) -> int:  # fmt: skip
    """Fill ``arcs`` with the steps of all chains of ``sets`` whose excess adds up to ``slack`` at most; return the least that was cut off.

    ``topics`` are those that must keep to the longest interval.
    A step is (period, state before, tasks, hours, state after); state 0 is the beginning, state 1 the end. Two ways to one state
    differ only in what they cost so far, so only the cheapest are kept.
    """
    everything = (1 << len(jobs.hours)) - 1
    beyond = INFINITE
    layer = [(0, 0, 0, 0, 0)]
    states = 2
    for period in range(jobs.periods):
        open_now = offered(jobs, period)
        index = {(everything, 0): 0}
        following = [(1, everything, 0, 0, INFINITE)]
        first = len(arcs)
        costs = [0]
        costs.clear()
        for state, done, hours_done, opened, spent in layer:
            for at in range(start[period], end[period]):
                to_go, excess, after, hours = sets[at]
                left[0] -= 1
                if spent + to_go > slack:
                    beyond = min(beyond, spent + to_go)
                    break
                now = after & ~done
                if done & ~after or hours - hours_done > jobs.cap or now & ~open_now:
                    continue
                still_open = open_topics(jobs, topics, opened, done, now)
                if still_open < 0:
                    continue
                key = (after, still_open)
                if key not in index:
                    index[key] = len(following)
                    following.append((states, after, hours, still_open, INFINITE))
                    states += 1
                number = index[key]
                target, _, _, _, least = following[number]
                following[number] = (target, after, hours, still_open, min(least, spent + excess))
                arcs.append((period, state, now, hours - hours_done, number))
                costs.append(spent + excess)
            if len(arcs) > _MOST_STEPS:
                left[0] = CUT_SHORT
                break
        keep_cheapest(arcs, first, costs, following)
        layer = following[1:]
        if left[0] < 0:
            break
    return beyond


def keep_cheapest(
    arcs: list[Arc], first: int, costs: list[int], following: list[tuple[int, int, int, int, int]]
) -> None:
    """Keep of the steps from ``first`` on those that reach their state at its least cost, and put the state for its number."""
    kept = first
    for arc in range(first, len(arcs)):
        period, before, now, load, number = arcs[arc]
        target, _, _, _, least = following[number]
        if costs[arc - first] == least:
            arcs[kept] = (period, before, now, load, target)
            kept += 1
    while len(arcs) > kept:
        arcs.pop()


def keep_paths(arcs: list[Arc], alive: Array, states: int) -> None:
    """Take out of ``alive`` every step that is on no path from beginning to end."""
    forward = zeros(states)
    forward[0] = 1
    for arc in range(len(arcs)):
        if alive[arc] and forward[arcs[arc][1]]:
            forward[arcs[arc][4]] = 1
        else:
            alive[arc] = 0
    backward = zeros(states)
    backward[1] = 1
    for arc in range(len(arcs) - 1, -1, -1):
        if alive[arc] and backward[arcs[arc][4]]:
            backward[arcs[arc][1]] = 1
        else:
            alive[arc] = 0


def least_peak(arcs: list[Arc], alive: Array, states: int) -> int:
    """Return the least largest load of a path from beginning to end."""
    peak = zeros(states)
    for state in range(states):
        peak[state] = INFINITE
    peak[1] = 0
    for arc in range(len(arcs) - 1, -1, -1):
        if alive[arc]:
            _, before, _, load, after = arcs[arc]
            peak[before] = min(peak[before], max(load, peak[after]))
    return peak[0]


def settle_periods(arcs: list[Arc], chosen: Array) -> int:
    """Set ``chosen`` to the periods of the best of the schedules that ``arcs`` spell, by peak and then by task; return the peak."""
    alive = zeros(len(arcs))
    states = 2
    for arc in range(len(arcs)):
        alive[arc] = 1
        states = max(states, arcs[arc][4] + 1)
    keep_paths(arcs, alive, states)
    peak = least_peak(arcs, alive, states)
    for arc in range(len(arcs)):
        if arcs[arc][3] > peak:
            alive[arc] = 0
    keep_paths(arcs, alive, states)
    for task in range(len(chosen)):
        chosen[task] = INFINITE
        for arc in range(len(arcs)):
            if alive[arc] and arcs[arc][2] >> task & 1:
                chosen[task] = min(chosen[task], arcs[arc][0])
        for arc in range(len(arcs)):
            if arcs[arc][2] >> task & 1 and arcs[arc][0] != chosen[task]:
                alive[arc] = 0
        keep_paths(arcs, alive, states)
    return peak


def is_ended(arcs: list[Arc]) -> bool:
    """Return whether some step ends a chain."""
    for arc in range(len(arcs)):
        if arcs[arc][4] == 1:
            return True
    return False


def torn_topic(jobs: Jobs, arcs: list[Arc]) -> tuple[int, int]:
    """Return a topic that takes too long in some chain of ``arcs``, made without topics, and the period in which it begins there."""
    before = zeros(len(arcs) + 3)
    reached_at = zeros(jobs.periods)
    for arc in range(len(arcs)):
        before[arcs[arc][4]] = arc
    arc = before[1]
    while True:
        reached_at[arcs[arc][0]] = arcs[arc][2]
        if arcs[arc][1] == 0:
            break
        arc = before[arcs[arc][1]]
    for number in range(len(jobs.topics)):
        first = -1
        for period in range(jobs.periods):
            if reached_at[period] & jobs.topics[number]:
                if first < 0:
                    first = period
                if period - first > jobs.longest:
                    return jobs.topics[number], first
    return 0, 0


def narrowed(jobs: Jobs, tasks: int, periods: int) -> Jobs:
    """Return ``jobs`` with ``tasks`` allowed in no period but ``periods``."""
    allowed = zeros(len(jobs.hours))
    for task in range(len(allowed)):
        allowed[task] = jobs.allowed[task] & periods if tasks >> task & 1 else jobs.allowed[task]
    return Jobs(
        jobs.hours, allowed, jobs.need_start, jobs.need, jobs.order, jobs.skip, jobs.below, jobs.user_start, jobs.user, jobs.asker_start,
        jobs.asker, jobs.counted_start, jobs.counted, jobs.weight, jobs.goal_start, jobs.goal, jobs.goal_weight, jobs.closers, jobs.deadline,
        jobs.topics, jobs.periods, jobs.cap, jobs.longest,
    )  # fmt: skip


def split(jobs: Jobs, arcs: list[Arc]) -> tuple[Jobs, Jobs]:
    """Return two cases that hold every schedule between them: a topic that takes too long in ``arcs`` begins later, or is finished in time."""
    topic, first = torn_topic(jobs, arcs)
    return narrowed(jobs, topic, -1 << first + 1), narrowed(jobs, topic, (2 << first + jobs.longest) - 1)


def least_cost(jobs: Jobs, best: Array) -> int:
    """Return what weight × period costs at the least: the weight not reached, summed over the beginnings of the periods."""
    total = missing_weight(jobs, 0)
    cost = total
    for period in range(len(best)):
        if best[period] < 0:
            return INFINITE
        cost += total - best[period]
    return cost


def new_case(jobs: Jobs, bound: int, known: Known, table: Array, left: Array) -> Case:
    """Return a case of the search, no chain of which costs less than ``bound``: its least cost, the slack to try, and what is known of its periods."""
    best = heaviest_sets(jobs, table, left)
    cost = least_cost(jobs, best)
    return cost, max(bound - cost, 0), jobs, best, zeros(jobs.periods), zeros(jobs.periods), known


def remember(cost: int, sets: list[Link], start: Array, end: Array) -> Known:
    """Return ``sets``, listed for chains that cost up to ``cost``, for the cases that will be made by narrowing."""
    kept = zeros(2 * len(sets))
    for at in range(len(sets)):
        kept[2 * at] = sets[at][2]
        kept[2 * at + 1] = sets[at][3]
    starts = zeros(len(start))
    ends = zeros(len(end))
    for period in range(len(start)):
        starts[period] = start[period]
        ends[period] = end[period]
    return Known(cost, kept, starts, ends)


def cheapest_case(cases: list[Case]) -> int:
    """Return the place of the case that may hold the cheapest chain; the latest of several."""
    at = 0
    for other in range(len(cases)):
        if cases[other][0] + cases[other][1] <= cases[at][0] + cases[at][1]:
            at = other
    return at


def place(jobs: Jobs, left: Array, chosen: Array) -> tuple[int, int, int]:
    """Return late weight, Σ weight × period (from 1), and peak load of the best schedule; ``chosen`` becomes its periods.

    ``left[0]`` counts the cells, nodes and pairs that the search may still look at. (NONE, 0, 0) when there is no schedule, (CUT_SHORT, 0, 0)
    when the search was cut short.

    Where there is a cheapest chain but for the topics, one that takes too long begins later, or is finished in time; both are tried.
    """
    tasks = len(jobs.hours)
    scale = late_scale(jobs)
    overdue = late_weight(jobs, 0, -1) * scale
    if tasks == 0:
        return overdue // scale, 0, 0
    largest = 0
    for task in range(tasks):
        largest += jobs.weight[task]
    table = zeros((tasks + 1) * (largest + 1))
    start, end = zeros(jobs.periods), zeros(jobs.periods)
    sets = [(0, 0, 0, 0)]
    arcs = [(0, 0, 0, 0, 0)]
    answer = (INFINITE, 0)
    periods = zeros(tasks)
    nothing = Known(-1, zeros(0), zeros(0), zeros(0))
    cases = [new_case(jobs, 0, nothing, table, left)]
    while len(cases) > 0 and left[0] >= 0:
        at = cheapest_case(cases)
        cost, slack, case, best, front, back, known = cases[at]
        cases[at] = cases[len(cases) - 1]
        cases.pop()
        if overdue + cost + slack > answer[0] or cost >= INFINITE:
            break
        arcs.clear()
        end[0] = start[0]
        beyond = look_ahead(case, best, slack, front, back, table, left)
        if left[0] >= 0 and beyond == slack:
            listed = known if known.cost == cost + slack else nothing
            beyond = list_layers(case, best, slack, front, back, listed, table, left, sets, start, end)
        if end[0] > start[0]:
            beyond = min(beyond, build(case, case.topics, slack, sets, start, end, left, arcs))
        if left[0] >= 0 and is_ended(arcs):
            peak = settle_periods(arcs, periods)
            value = (overdue + cost + slack, peak)
            if value < answer or (value == answer and earlier(periods, chosen)):
                answer = value
                for task in range(tasks):
                    chosen[task] = periods[task]
            continue
        if len(case.topics) > 0 and end[0] > start[0]:
            build(case, zeros(0), slack, sets, start, end, left, arcs)
        if left[0] < 0:
            break
        if is_ended(arcs):
            known = remember(cost + slack, sets, start, end) if len(sets) <= _MOST_KNOWN else nothing
            later, in_time = split(case, arcs)
            cases.append(new_case(later, cost + slack, known, table, left))
            cases.append(new_case(in_time, cost + slack, known, table, left))
        elif beyond < INFINITE:
            cases.append((cost, beyond, case, best, front, back, nothing))
    if left[0] < 0:
        return CUT_SHORT, 0, 0
    if answer[0] >= INFINITE:
        return NONE, 0, 0
    return answer[0] // scale, answer[0] % scale, answer[1]


def earlier(periods: Array, others: Array) -> bool:
    """Return whether ``periods`` come before ``others`` in lexicographic order."""
    for task in range(len(periods)):
        if periods[task] != others[task]:
            return periods[task] < others[task]
    return False
