"""Tasks into periods: an exact search over the sets of tasks that are done after each period.

What is done is a bit mask, so at most 62 tasks fit. The cost of a schedule is a sum over its periods that depends on what is done before and
after each; schedules are the paths of a layered graph of such sets. ``place`` builds that graph for all schedules up to a cost,
raising it until one exists, then keeps the least peak, then, task by task, the earliest period. docs/matcher.md has the argument.

Like ``kernel.py``, the file is written so that numba compiles it as it stands.
"""

from __future__ import annotations

from collections.abc import MutableSequence

Array = MutableSequence[int]

INFINITE = 1 << 60
NONE, CUT_SHORT = -1, -2
_BITS_OF_PERIOD = 6


def zeros(size: int) -> Array:
    """Return ``size`` zeros."""
    return [0] * size


def least_cost(hours: Array, weight: Array, order: Array, done: int, now: int, later: int, load: int, cap: int) -> int:
    """Return what ``weight`` × period must cost at the least, this period counted as 1.

    Args:
        hours: of each task.
        weight: of each task: weight reached no earlier than it is taken.
        order: tasks by falling weight per hour.
        done: tasks taken before this period.
        now: tasks taken in it.
        later: tasks not taken in it.
        load: hours of ``now``.
        cap: most hours of a period.

    The cost is the weight not yet reached, summed over the beginnings of the periods. With tasks cut and requirements forgotten, taking
    tasks by falling weight per hour reaches the most by the end of every period (preemptive Smith order with release dates; Goemans et
    al., SIAM J. Discrete Math. 15, 2002), and what is reached is a whole number.
    """
    total = 0
    for task in range(len(hours)):
        if done >> task & 1 == 0:
            total += weight[task]
    room = cap - load
    full = 0
    cut_rank = len(order)
    cut_hours = 0
    for rank in range(len(order)):
        task = order[rank]
        if now >> task & 1:
            full += weight[task]
        elif (done | later) >> task & 1 == 0 and cut_rank == len(order):
            if hours[task] <= room:
                room -= hours[task]
                full += weight[task]
            else:
                cut_rank = rank
                cut_hours = room
    bound = total
    part = 0
    if cut_rank < len(order):
        part = weight[order[cut_rank]] * cut_hours // hours[order[cut_rank]]
    room = 0
    for rank in range(len(order)):
        task = order[rank]
        if (done | now) >> task & 1 or (later >> task & 1 == 0 and rank < cut_rank):
            continue
        spent = cut_hours if rank == cut_rank else 0
        waiting = 0
        if rank < cut_rank < len(order) and cut_hours > 0:
            waiting = part + 1
        while hours[task] - spent > room:
            spent += room
            room = cap
            bound += max(total - full - waiting - weight[task] * spent // hours[task], 0)
        room -= hours[task] - spent
        full += weight[task]
    return bound


def smith_order(hours: Array, weight: Array) -> Array:
    """Return the tasks by falling weight per hour, then by number."""
    order = zeros(len(hours))
    for task in range(len(hours)):
        at = task
        while at > 0 and weight[order[at - 1]] * hours[task] < weight[task] * hours[order[at - 1]]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = task
    return order


def open_topics(opened: int, topics: Array, done: int, now: int, period: int, longest: int) -> int:
    """Return for each topic that is begun and not finished the period of its first task, packed; -1 when one took too long."""
    packed = 0
    for number in range(len(topics)):
        first = opened >> number * _BITS_OF_PERIOD & (1 << _BITS_OF_PERIOD) - 1
        if first == 0 and topics[number] & now:
            first = period + 1
        if first > 0 and topics[number] & now and period + 1 - first > longest:
            return -1
        if topics[number] & ~(done | now) == 0:
            first = 0
        elif first > 0 and period + 1 - first >= longest:
            return -1
        packed |= first << number * _BITS_OF_PERIOD
    return packed


def missing_weight(goal_tasks: Array, goal_weight: Array, done: int) -> int:
    """Return the weight of the goals that ``done`` has not reached."""
    missing = 0
    for goal in range(len(goal_tasks)):
        if goal_tasks[goal] & ~done:
            missing += goal_weight[goal]
    return missing


def late_weight(goal_tasks: Array, goal_weight: Array, deadline: Array, done: int, period: int) -> int:
    """Return the weight of the goals due at the end of ``period`` that ``done`` has not reached."""
    late = 0
    for goal in range(len(goal_tasks)):
        if deadline[goal] == period and goal_tasks[goal] & ~done:
            late += goal_weight[goal]
    return late


def choices(
    hours: Array, needs: Array, allowed: Array, weight: Array, order: Array, done: int, period: int, cap: int, paid: int, limit: int,
    left: Array, found: list[tuple[int, int]],
) -> int:  # fmt: skip
    """Append to ``found`` every (tasks, hours) that this period can take at a cost of ``limit`` at most; return the least cost cut off."""
    ready = zeros(len(hours))
    size = 0
    barred = 0
    placed = done
    progress = True
    while progress:
        progress = False
        for rank in range(len(order)):
            task = order[rank]
            if placed >> task & 1 == 0 and needs[task] & ~placed == 0 and allowed[task] >> period & 1:
                ready[size] = task
                size += 1
                placed |= 1 << task
                progress = True
    for task in range(len(hours)):
        if placed >> task & 1 == 0:
            barred |= 1 << task
    beyond = INFINITE
    stack = [(0, 0, barred, 0)]
    while len(stack) > 0:
        at, now, later, load = stack.pop()
        left[0] -= 1
        if left[0] < 0:
            return beyond
        bound = paid + least_cost(hours, weight, order, done, now, later, load, cap)
        if bound > limit:
            beyond = min(beyond, bound)
            continue
        if at == size:
            found.append((now, load))
            continue
        task = ready[at]
        stack.append((at + 1, now, later | 1 << task, load))
        if load + hours[task] <= cap and needs[task] & ~(done | now) == 0:
            stack.append((at + 1, now | 1 << task, later, load + hours[task]))
    return beyond


def build(
    hours: Array, needs: Array, allowed: Array, weight: Array, order: Array, goal_tasks: Array, goal_weight: Array, deadline: Array,
    topics: Array, periods: int, cap: int, longest: int, overdue: int, limit: int, left: Array,
    arcs: list[tuple[int, int, int, int, int, int]],
) -> int:  # fmt: skip
    """Fill ``arcs`` with the steps of all schedules that cost ``limit`` at most; return the least cost that was cut off.

    A step is (period, state before, tasks, hours, state after, cost so far); state 0 is the beginning, state 1 the end.
    """
    everything = (1 << len(hours)) - 1
    scale = late_scale(goal_weight, periods)
    beyond = INFINITE
    layer = [(0, 0, 0, overdue * scale)]
    states = 2
    for period in range(periods):
        index = {(everything, 0): 1}
        following = [(1, everything, 0, INFINITE)]
        for place_in_layer in range(len(layer)):
            state, done, opened, paid = layer[place_in_layer]
            if done == everything:
                continue
            found = [(0, 0)]
            found.clear()
            cut = choices(hours, needs, allowed, weight, order, done, period, cap, paid, limit, left, found)
            beyond = min(beyond, cut)
            if left[0] < 0:
                return beyond
            missing = missing_weight(goal_tasks, goal_weight, done)
            for choice in range(len(found)):
                now, load = found[choice]
                cost = paid + missing + scale * late_weight(goal_tasks, goal_weight, deadline, done | now, period)
                bound = cost + least_cost(hours, weight, order, done | now, 0, 0, 0, cap)
                if bound > limit:
                    beyond = min(beyond, bound)
                    continue
                after = open_topics(opened, topics, done, now, period, longest)
                if after < 0:
                    continue
                key = (done | now, after)
                if key not in index:
                    index[key] = states
                    following.append((states, done | now, after, cost))
                    states += 1
                arcs.append((period, state, now, load, index[key], cost))
        layer = cheapest_states(following, arcs, period)
    return beyond


def late_scale(goal_weight: Array, periods: int) -> int:
    """Return the factor of late weight that makes it count before any sum of weight × period."""
    scale = 1
    for goal in range(len(goal_weight)):
        scale += goal_weight[goal] * (periods + 1)
    return scale


def cheapest_states(
    following: list[tuple[int, int, int, int]], arcs: list[tuple[int, int, int, int, int, int]], period: int
) -> list[tuple[int, int, int, int]]:
    """Return the states of ``following`` with the least cost at which a step of ``period`` reaches each."""
    number = {(-1): -1}
    cost = zeros(len(following))
    for place_in_layer in range(len(following)):
        number[following[place_in_layer][0]] = place_in_layer
        cost[place_in_layer] = INFINITE
    for arc in range(len(arcs)):
        if arcs[arc][0] == period:
            place_in_layer = number[arcs[arc][4]]
            cost[place_in_layer] = min(cost[place_in_layer], arcs[arc][5])
    return [
        (following[at][0], following[at][1], following[at][2], cost[at])
        for at in range(len(following))
        if cost[at] < INFINITE
    ]


def keep_paths(arcs: list[tuple[int, int, int, int, int, int]], alive: Array, states: int) -> None:
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


def least_peak(arcs: list[tuple[int, int, int, int, int, int]], alive: Array, states: int) -> int:
    """Return the least largest load of a path from beginning to end."""
    peak = zeros(states)
    for state in range(states):
        peak[state] = INFINITE
    peak[1] = 0
    for arc in range(len(arcs) - 1, -1, -1):
        if alive[arc]:
            _, before, _, load, after, _ = arcs[arc]
            peak[before] = min(peak[before], max(load, peak[after]))
    return peak[0]


def place(
    hours: Array, needs: Array, allowed: Array, weight: Array, goal_tasks: Array, goal_weight: Array, deadline: Array, topics: Array,
    periods: int, cap: int, longest: int, left: Array, chosen: Array,
) -> tuple[int, int, int]:  # fmt: skip
    """Return late weight, Σ weight × period (from 1), and peak load of the best schedule; ``chosen`` becomes its periods.

    Args:
        hours: of each task; tasks stand in order of preference for an early period.
        needs: tasks, as a mask, that must be taken before each task or in the same period.
        allowed: periods in which each task may be taken, as a mask.
        weight: of the goals that are reached no earlier than each task.
        goal_tasks: tasks, as a mask, with which each goal is reached.
        goal_weight: of each goal.
        deadline: last period of each goal that is not late; −1 = late already, ``periods`` = none.
        topics: tasks, as masks, that must lie within ``longest`` periods.
        periods: how many there are, at most 62.
        cap: most hours of a period.
        longest: most periods between two tasks of a topic.
        left: how many nodes the search may still look at.
        chosen: period of each task.

    (NONE, 0, 0) when there is no schedule, (CUT_SHORT, 0, 0) when the search was.
    """
    tasks = len(hours)
    overdue = late_weight(goal_tasks, goal_weight, deadline, 0, -1)
    scale = late_scale(goal_weight, periods)
    order = smith_order(hours, weight)
    limit = overdue * scale + least_cost(hours, weight, order, 0, 0, 0, 0, cap)
    arcs = [(0, 0, 0, 0, 0, 0)]
    while True:
        arcs.clear()
        beyond = build(
            hours, needs, allowed, weight, order, goal_tasks, goal_weight, deadline, topics, periods, cap, longest, overdue, limit,
            left, arcs,
        )  # fmt: skip
        if left[0] < 0:
            return CUT_SHORT, 0, 0
        states = 2
        for arc in range(len(arcs)):
            states = max(states, arcs[arc][4] + 1)
        alive = zeros(len(arcs))
        least = zeros(states)
        for state in range(states):
            least[state] = INFINITE
        for arc in range(len(arcs)):
            least[arcs[arc][4]] = min(least[arcs[arc][4]], arcs[arc][5])
        for arc in range(len(arcs)):
            alive[arc] = 1 if arcs[arc][5] == least[arcs[arc][4]] else 0
        keep_paths(arcs, alive, states)
        if least[1] <= limit or tasks == 0:
            break
        if beyond >= INFINITE:
            return NONE, 0, 0
        limit = beyond
    peak = least_peak(arcs, alive, states) if tasks > 0 else 0
    for arc in range(len(arcs)):
        if arcs[arc][3] > peak:
            alive[arc] = 0
    keep_paths(arcs, alive, states)
    for task in range(tasks):
        chosen[task] = periods
        for arc in range(len(arcs)):
            if alive[arc] and arcs[arc][2] >> task & 1:
                chosen[task] = min(chosen[task], arcs[arc][0])
        for arc in range(len(arcs)):
            if arcs[arc][2] >> task & 1 and arcs[arc][0] != chosen[task]:
                alive[arc] = 0
        keep_paths(arcs, alive, states)
    return limit // scale, limit % scale, peak
