"""The cheapest way to make facts hold: an exact search over flat arrays of integers.

An *operator* (a module or a gate) fires once ``threshold`` of its needs hold and then adds its facts for good. ``cheapest`` finds
operators of least total cost that make every goal hold, with a proof. The steps and their arguments are in docs/matcher.md:

1. split into parts that share nothing (``label_parts``, ``extract``);
2. bound each part from below by dual ascent over cuts (``ascend``), sets of operators of which every plan holds one;
3. bound it from above by reverse deletion from the operators of no remaining cost (``minimise``);
4. where the bounds differ, drop what is too dear, pay for what no plan can leave out, split again, or branch.

The file is written so that numba compiles it as it stands (``compiled.py``): plain functions over indexable arrays, no containers but
the heap, nothing allocated but by ``zeros`` and ``new_heap``. Plain lists are the reference; the compiled arrays give the same answers.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from heapq import heappop, heappush
from typing import NamedTuple

Array = MutableSequence[int]
Heap = list[tuple[int, int]]

INFINITE = 1 << 60
CUT, FIX, FORCE, PART, BRANCH, CLOSE = -1, -2, -3, -4, -5, -6
"""Tokens of the log; ``certificate.py`` gives their grammar and checks what they say."""
_PASSES = 5
_LARGEST_SUM = 1 << 46
_LARGEST_PRICE = 1 << 48


class Network(NamedTuple):
    """Operators and facts as compressed rows: the needs of operator ``o`` are ``need[need_start[o]:need_start[o + 1]]``.

    ``user`` lists the operators that need a fact, ``adder`` those that add it; ``origin`` maps an operator to the network
    that all were cut from. The last operator of a part needs its goals and adds its last fact, the end.
    """

    threshold: Array
    need_start: Array
    need: Array
    add_start: Array
    add: Array
    user_start: Array
    user: Array
    adder_start: Array
    adder: Array
    origin: Array


def zeros(size: int) -> Array:
    """Return ``size`` zeros."""
    return [0] * size


def new_log(size: int) -> Array:
    """Return an empty log with room for ``size`` tokens."""
    log = zeros(size + 1)
    log[0] = 1
    return log


def write(log: Array, token: int) -> None:
    """Append ``token`` to ``log``, whose first cell is its length; past the end only the length grows."""
    if log[0] < len(log):
        log[log[0]] = token
    log[0] += 1


def write_cut(log: Array, weight: int, size: int) -> None:
    """Begin a cut of ``size`` operators, of which every plan holds one and each bears ``weight`` of its cost."""
    write(log, CUT)
    write(log, weight)
    write(log, size)


def fire(
    net: Network, first: int, cost: Array, alive: Array, held: Array, count: Array, fired: Array, stack: Array
) -> None:
    """Fire ``first`` and all that follows from it at no cost."""
    stack[0] = first
    top = 1
    fired[first] = 1
    while top > 0:
        top -= 1
        operator = stack[top]
        for j in range(net.add_start[operator], net.add_start[operator + 1]):
            fact = net.add[j]
            if held[fact] == 0:
                held[fact] = 1
                for i in range(net.user_start[fact], net.user_start[fact + 1]):
                    user = net.user[i]
                    count[user] += 1
                    if count[user] >= net.threshold[user] and fired[user] == 0 and alive[user] and cost[user] == 0:
                        fired[user] = 1
                        stack[top] = user
                        top += 1


def reach(net: Network, cost: Array, alive: Array, start: Array, held: Array, fired: Array) -> None:
    """Set ``held`` and ``fired`` to what follows from the facts of ``start`` by operators of no cost."""
    operators = len(net.threshold)
    count = zeros(operators)
    stack = zeros(operators + 1)
    for fact in range(len(held)):
        held[fact] = start[fact]
        if start[fact]:
            for i in range(net.user_start[fact], net.user_start[fact + 1]):
                count[net.user[i]] += 1
    for operator in range(operators):
        fired[operator] = 0
    for operator in range(operators):
        if (
            alive[operator]
            and cost[operator] == 0
            and fired[operator] == 0
            and count[operator] >= net.threshold[operator]
        ):
            fire(net, operator, cost, alive, held, count, fired, stack)


def new_heap(size: int) -> Heap:
    """Return a heap with room for ``size`` pairs, on which only the end lies."""
    return [(INFINITE, -1)]


def estimate(net: Network, cost: Array, alive: Array, price: Array) -> None:
    """Set ``price`` of each fact to its additive cost to reach (Bonet and Geffner's h_add), a guide and no bound."""
    operators = len(cost)
    best = zeros(len(price))
    for fact in range(len(price)):
        price[fact] = INFINITE
        best[fact] = INFINITE
    spread_prices(net, cost, alive, price, zeros(operators), zeros(operators), best, new_heap(len(net.add) + 1))


def spread_prices(
    net: Network, cost: Array, alive: Array, price: Array, count: Array, total: Array, best: Array, heap: Heap
) -> None:
    """Settle the prices of facts, the least first: what is paid for an operator is its cost and all that it needs."""
    for operator in range(len(cost)):
        if alive[operator] and net.threshold[operator] == 0:
            offer(net, operator, cost[operator], best, heap)
    while True:
        paid, fact = heappop(heap)
        if fact < 0:
            return
        if price[fact] < INFINITE:
            continue
        price[fact] = paid
        for i in range(net.user_start[fact], net.user_start[fact + 1]):
            user = net.user[i]
            if alive[user] and count[user] < net.threshold[user]:
                count[user] += 1
                total[user] = min(total[user] + paid, _LARGEST_PRICE)
                if count[user] == net.threshold[user]:
                    offer(net, user, total[user] + cost[user], best, heap)


def offer(net: Network, operator: int, paid: int, best: Array, heap: Heap) -> None:
    """Put the facts that ``operator`` adds on the heap where ``paid`` is less than what they had."""
    paid = min(paid, _LARGEST_PRICE)
    for j in range(net.add_start[operator], net.add_start[operator + 1]):
        fact = net.add[j]
        if paid < best[fact]:
            best[fact] = paid
            heappush(heap, (paid, fact))


def perturb(price: Array, seed: int) -> None:
    """Multiply each price by a factor between 1/2 and 3/2, always the same for one ``seed``."""
    state = seed
    for fact in range(len(price)):
        state = (state * 1103515245 + 12345) % 2147483648
        if price[fact] < INFINITE:
            price[fact] = price[fact] * (512 + state // 65536 % 1024)


def unblocked(net: Network, operator: int, zone: Array, stamp: int) -> int:
    """Return how many more needs of ``operator`` must lie in the zone before it cannot fire first into it."""
    missing = net.need_start[operator + 1] - net.need_start[operator] - net.threshold[operator] + 1
    for k in range(net.need_start[operator], net.need_start[operator + 1]):
        if zone[net.need[k]] == stamp:
            missing -= 1
    return missing


def find_cut(
    net: Network, rest: Array, alive: Array, held: Array, price: Array, zone: Array, seen: Array, stamp: int,
    todo: Array, cut: Array,
) -> int:  # fmt: skip
    """Write into ``cut`` operators of which every plan holds one and return their number; 0 = there is no plan.

    The zone is a set of facts, all missing, that grows from the end backwards: an operator of no remaining cost that adds a
    fact of the zone puts its dearest missing needs into it, enough to keep it from firing first. Then some operator that costs
    something must fire first into the zone, and those are the cut.
    """
    end = len(price) - 1
    zone[end] = stamp
    todo[0] = end
    top = 1
    size = 0
    while top > 0:
        top -= 1
        fact = todo[top]
        for i in range(net.adder_start[fact], net.adder_start[fact + 1]):
            operator = net.adder[i]
            if alive[operator] == 0 or seen[operator] == stamp:
                continue
            seen[operator] = stamp
            if rest[operator] > 0:
                cut[size] = operator
                size += 1
                continue
            for _ in range(unblocked(net, operator, zone, stamp)):
                dearest = -1
                for k in range(net.need_start[operator], net.need_start[operator + 1]):
                    need = net.need[k]
                    if held[need] == 0 and zone[need] != stamp and (dearest < 0 or price[need] > price[dearest]):
                        dearest = need
                zone[dearest] = stamp
                todo[top] = dearest
                top += 1
    kept = 0
    for c in range(size):
        if unblocked(net, cut[c], zone, stamp) > 0:
            cut[kept] = cut[c]
            kept += 1
    return kept


def ascend(
    net: Network,
    cost: Array,
    alive: Array,
    attempt: int,
    rest: Array,
    fired: Array,
    forced: Array,
    cuts: Array,
    left: Array,
    log: Array,
) -> int:
    """Return a lower bound on the cost of reaching the end: cut after cut, each charged with the least that is left of its operators.

    Sets ``rest`` to what is left of each cost, ``fired`` to what fires at no remaining cost, ``forced`` where a cut has one
    operator; writes the cuts to ``cuts`` (operators of this network) and ``log`` (of the network it was cut from). Attempt 0
    estimates prices once, attempt 1 anew before each cut, later ones perturb them. Each cut takes the number of operators off ``left``;
    where that is used up, attempts from 1 on stop, and the bound is what the cuts so far add up to.
    """
    operators = len(cost)
    facts = len(net.user_start) - 1
    held = zeros(facts)
    count = zeros(operators)
    stack = zeros(operators + 1)
    zone = zeros(facts)
    seen = zeros(operators)
    todo = zeros(facts + 1)
    cut = zeros(operators)
    price = zeros(facts)
    for operator in range(operators):
        rest[operator] = cost[operator]
        fired[operator] = 0
    for operator in range(operators):
        if alive[operator] and net.threshold[operator] == 0 and rest[operator] == 0 and fired[operator] == 0:
            fire(net, operator, rest, alive, held, count, fired, stack)
    cuts[0] = 1
    bound = 0
    stamp = 0
    while held[facts - 1] == 0 and (left[0] > 0 or attempt == 0):
        left[0] -= operators
        if attempt > 0 or stamp == 0:
            estimate(net, rest, alive, price)
        if attempt > 1:
            perturb(price, attempt)
        stamp += 1
        size = find_cut(net, rest, alive, held, price, zone, seen, stamp, todo, cut)
        if size == 0:
            write_cut(log, INFINITE, 0)
            return INFINITE
        step = rest[cut[0]]
        for c in range(size):
            step = min(step, rest[cut[c]])
        if size == 1:
            forced[cut[0]] = 1
        bound += step
        write_cut(log, step, size)
        write(cuts, step)
        write(cuts, size)
        for c in range(size):
            write(log, net.origin[cut[c]])
            write(cuts, cut[c])
            rest[cut[c]] -= step
        for c in range(size):
            operator = cut[c]
            if rest[operator] == 0 and fired[operator] == 0 and count[operator] >= net.threshold[operator]:
                fire(net, operator, rest, alive, held, count, fired, stack)
    return bound


def closes(net: Network, allowed: Array, held: Array, count: Array, stack: Array, done: Array) -> bool:
    """Return whether the operators of ``allowed`` alone reach the end."""
    end = len(held) - 1
    for fact in range(end + 1):
        held[fact] = 0
    top = 0
    for operator in range(len(allowed)):
        count[operator] = 0
        done[operator] = 0
        if allowed[operator] and net.threshold[operator] == 0:
            stack[top] = operator
            top += 1
            done[operator] = 1
    while top > 0:
        top -= 1
        operator = stack[top]
        for j in range(net.add_start[operator], net.add_start[operator + 1]):
            fact = net.add[j]
            if held[fact] == 0:
                if fact == end:
                    return True
                held[fact] = 1
                for i in range(net.user_start[fact], net.user_start[fact + 1]):
                    user = net.user[i]
                    count[user] += 1
                    if count[user] >= net.threshold[user] and done[user] == 0 and allowed[user]:
                        done[user] = 1
                        stack[top] = user
                        top += 1
    return False


def minimise(net: Network, cost: Array, plan: Array) -> int:
    """Take out of ``plan``, dearest first, every operator without which it still reaches the end; return what the rest costs."""
    operators = len(cost)
    held = zeros(len(net.user_start) - 1)
    count = zeros(operators)
    stack = zeros(operators + 1)
    done = zeros(operators)
    order = [(0, 0)]
    for operator in range(operators):
        if plan[operator] and cost[operator] > 0:
            order.append((-cost[operator], -operator))
    order.sort()
    total = 0
    for rank in range(len(order)):
        operator = -order[rank][1]
        if order[rank][0] < 0:
            plan[operator] = 0
            if not closes(net, plan, held, count, stack, done):
                plan[operator] = 1
                total += cost[operator]
    return total


def root(parent: Array, label: int) -> int:
    """Return the label that stands for all that ``label`` was joined with."""
    while parent[label] != label:
        label = parent[label]
    return label


def join(parent: Array, one: int, other: int) -> None:
    """Let two labels stand for the same part; the smaller one represents it."""
    one = root(parent, one)
    other = root(parent, other)
    parent[max(one, other)] = min(one, other)


def label_parts(
    net: Network, goals: Array, cost: Array, alive: Array, start: Array, fact_part: Array, part: Array
) -> int:
    """Number the parts into which the way to ``goals`` falls, from 1; return how many, or -1 when a goal is out of reach.

    ``part`` of an operator is 0 where it cannot matter: it cannot fire, or nothing that a goal needs leads to it. ``fact_part``
    is −1 for facts that hold at no cost. Two parts share no operator and no fact, so each can be solved alone.
    """
    operators = len(cost)
    facts = len(start)
    free = zeros(facts)
    held = zeros(facts)
    fired = zeros(operators)
    reach(net, cost, alive, start, free, fired)
    reach(net, zeros(operators), alive, start, held, fired)
    for operator in range(operators):
        part[operator] = 0
    for fact in range(facts):
        fact_part[fact] = 0
    parent = zeros(len(goals) + 1)
    todo = zeros(facts + 1)
    labels = 0
    for g in range(len(goals)):
        goal = goals[g]
        if held[goal] == 0:
            return -1
        if free[goal]:
            continue
        labels += 1
        parent[labels] = labels
        if fact_part[goal] > 0:
            join(parent, fact_part[goal], labels)
            continue
        fact_part[goal] = labels
        todo[0] = goal
        top = 1
        while top > 0:
            top -= 1
            fact = todo[top]
            for i in range(net.adder_start[fact], net.adder_start[fact + 1]):
                operator = net.adder[i]
                if part[operator] > 0:
                    join(parent, part[operator], labels)
                if fired[operator] == 0 or part[operator] > 0:
                    continue
                part[operator] = labels
                for j in range(net.need_start[operator], net.need_start[operator + 1]):
                    need = net.need[j]
                    if free[need] == 0 and held[need]:
                        if fact_part[need] > 0:
                            join(parent, fact_part[need], labels)
                        else:
                            fact_part[need] = labels
                            todo[top] = need
                            top += 1
    return number_parts(parent, labels, free, part, fact_part)


def number_parts(parent: Array, labels: int, free: Array, part: Array, fact_part: Array) -> int:
    """Turn labels into numbers from 1, the same for all that were joined; facts of ``free`` get −1. Return how many there are."""
    number = zeros(labels + 1)
    parts = 0
    for label in range(1, labels + 1):
        if root(parent, label) == label:
            parts += 1
            number[label] = parts
    for operator in range(len(part)):
        if part[operator] > 0:
            part[operator] = number[root(parent, part[operator])]
    for fact in range(len(fact_part)):
        if free[fact]:
            fact_part[fact] = -1
        elif fact_part[fact] > 0:
            fact_part[fact] = number[root(parent, fact_part[fact])]
    return parts


def invert(start: Array, flat: Array, to_start: Array, to: Array) -> None:
    """Turn rows of ``flat`` around: for each value, the rows in which it stands, in order."""
    keys = len(to_start) - 1
    for j in range(start[len(start) - 1]):
        to_start[flat[j] + 1] += 1
    for key in range(keys):
        to_start[key + 1] += to_start[key]
    filled = zeros(keys)
    for row in range(len(start) - 1):
        for j in range(start[row], start[row + 1]):
            to[to_start[flat[j]] + filled[flat[j]]] = row
            filled[flat[j]] += 1


def extract(net: Network, goals: Array, part: Array, fact_part: Array, number: int) -> Network:
    """Return part ``number`` as a network of its own: what holds at no cost is left out, the end is added."""
    facts = len(fact_part)
    renamed = zeros(facts)
    kept = 0
    for fact in range(facts):
        if fact_part[fact] == number:
            renamed[fact] = kept
            kept += 1
    operators = 0
    needs = 0
    adds = 1
    for operator in range(len(part)):
        if part[operator] == number:
            operators += 1
            needs += net.need_start[operator + 1] - net.need_start[operator]
            adds += net.add_start[operator + 1] - net.add_start[operator]
    needs += len(goals)
    sub = Network(
        zeros(operators + 1), zeros(operators + 2), zeros(needs), zeros(operators + 2), zeros(adds), zeros(kept + 2),
        zeros(needs), zeros(kept + 2), zeros(adds), zeros(operators + 1),
    )  # fmt: skip
    row = 0
    need_end = 0
    add_end = 0
    for operator in range(len(part)):
        if part[operator] == number:
            threshold = net.threshold[operator]
            for j in range(net.need_start[operator], net.need_start[operator + 1]):
                fact = net.need[j]
                if fact_part[fact] == number:
                    sub.need[need_end] = renamed[fact]
                    need_end += 1
                elif fact_part[fact] == -1:
                    threshold -= 1
            for j in range(net.add_start[operator], net.add_start[operator + 1]):
                if fact_part[net.add[j]] == number:
                    sub.add[add_end] = renamed[net.add[j]]
                    add_end += 1
            sub.threshold[row] = max(threshold, 0)
            sub.origin[row] = net.origin[operator]
            row += 1
            sub.need_start[row] = need_end
            sub.add_start[row] = add_end
    for g in range(len(goals)):
        if fact_part[goals[g]] == number:
            sub.need[need_end] = renamed[goals[g]]
            need_end += 1
    sub.threshold[row] = need_end - sub.need_start[row]
    sub.origin[row] = -1
    sub.add[add_end] = kept
    sub.need_start[row + 1] = need_end
    sub.add_start[row + 1] = add_end + 1
    invert(sub.need_start, sub.need, sub.user_start, sub.user)
    invert(sub.add_start, sub.add, sub.adder_start, sub.adder)
    return sub


def goals_of(part: Network) -> Array:
    """Return the needs of the last operator."""
    last = len(part.threshold) - 1
    goals = zeros(part.need_start[last + 1] - part.need_start[last])
    for g in range(len(goals)):
        goals[g] = part.need[part.need_start[last] + g]
    return goals


def bound_part(
    net: Network, cost: Array, upper: int, alive: Array, forced: Array, plan: Array, cuts: Array, left: Array, log: Array
) -> tuple[int, int]:  # fmt: skip
    """Return what no plan is cheaper than, and the cost of ``plan``, or ``upper`` where that is less.

    Between attempts, operators of which every plan would cost as much as the best known are struck from ``alive``.
    """
    operators = len(cost)
    rest = zeros(operators)
    fired = zeros(operators)
    value = upper
    bound = 0
    for attempt in range(_PASSES):
        begun = log[0]
        lower = ascend(net, cost, alive, attempt, rest, fired, forced, cuts, left, log)
        higher = lower > bound
        bound = max(bound, lower)
        if lower >= value or (attempt > 0 and left[0] <= 0):
            break
        total = minimise(net, cost, fired)
        if total < value or attempt == 0:
            for operator in range(operators):
                plan[operator] = fired[operator]
        value = min(value, total)
        if lower >= value:
            break
        useful = higher
        for operator in range(operators):
            if alive[operator] and rest[operator] > 0 and lower + rest[operator] >= value:
                alive[operator] = 0
                useful = True
        if useful:
            write(log, FIX)
        else:
            log[0] = begun
    return min(bound, value), value


def choose_branch(net: Network, cost: Array, alive: Array, plan: Array, cuts: Array) -> int:
    """Return the operator to decide next: of ``plan``, the one most at odds with the cuts.

    In an optimal plan that meets its bound every charged cut holds one operator; a cut that holds several is why bound and
    plan differ.
    """
    score = zeros(len(cost))
    at = 1
    end = min(cuts[0], len(cuts))
    while at + 1 < end and at + 2 + cuts[at + 1] <= end:
        hits = 0
        for j in range(at + 2, at + 2 + cuts[at + 1]):
            hits += plan[cuts[j]]
        if hits > 1:
            for j in range(at + 2, at + 2 + cuts[at + 1]):
                score[cuts[j]] += cuts[at] * (hits - 1)
        at += 2 + cuts[at + 1]
    chosen = -1
    for operator in range(len(cost)):
        candidate = plan[operator] and alive[operator] and cost[operator] > 0
        if candidate and (chosen < 0 or (score[operator], cost[operator]) > (score[chosen], cost[chosen])):
            chosen = operator
    return chosen


class Node(NamedTuple):
    """A network on the way to being solved: what it still costs, its best plan, and the parts of its present case.

    A case is one decision (an operator taken for good, or struck) or, where anything was struck or forced, just another look at what
    is left. ``state`` holds the numbers named by the constants below.
    """

    net: Network
    goals: Array
    cost: Array
    alive: Array
    start: Array
    plan: Array
    inner: Array
    part: Array
    fact_part: Array
    state: Array


_BEST, _LOWER, _REACHED, _CHOSEN, _SPENT, _PARTS, _NUMBER, _BOUND, _VALUE, _CLAIM = range(10)


def new_node(net: Network, goals: Array, cost: Array, alive: Array, start: Array, upper: int, claim: int) -> Node:
    """Return a node for which nothing is known but that plans of cost ``upper`` or more are of no use."""
    operators = len(cost)
    node = Node(
        net, goals, cost, alive, start, zeros(operators), zeros(operators), zeros(operators), zeros(len(start)), zeros(10)
    )  # fmt: skip
    node.state[_BEST] = upper
    node.state[_REACHED] = INFINITE
    node.state[_CHOSEN] = -1
    node.state[_CLAIM] = claim
    return node


def cheapest(
    net: Network,
    goals: Array,
    cost: Array,
    alive: Array,
    start: Array,
    upper: int,
    left: Array,
    log: Array,
    plan: Array,
) -> tuple[int, int]:
    """Return what no way to ``goals`` is cheaper than, and the cost of ``plan``; both ``upper`` when nothing is cheaper.

    The two are equal when the search was finished; ``left[0]`` is the work that may still be done (see ``ascend``). A depth-first search
    over a stack of nodes; it does not call itself, because compiled code that does cannot be kept on disk.
    """
    top = new_node(net, goals, cost, alive, start, upper, 0)
    begin_case(top, log)
    nodes = [top]
    while True:
        node = nodes[len(nodes) - 1]
        state = node.state
        if state[_NUMBER] < state[_PARTS] and state[_BOUND] < state[_BEST] - state[_SPENT]:
            state[_NUMBER] += 1
            child = bound_next_part(node, left, log)
            if child.state[_LOWER] < child.state[_BEST] and left[0] > 0:
                begin_case(child, log)
                nodes.append(child)
            else:
                hand_up(child, node, log)
        elif end_case(node, log):
            begin_case(node, log)
        elif len(nodes) > 1:
            nodes.pop()
            hand_up(node, nodes[len(nodes) - 1], log)
        else:
            break
    for operator in range(len(cost)):
        plan[operator] = top.plan[operator]
    return top.state[_LOWER], top.state[_BEST]


def begin_case(node: Node, log: Array) -> None:
    """Split what is left of ``node`` into parts."""
    state = node.state
    state[_PARTS] = label_parts(node.net, node.goals, node.cost, node.alive, node.start, node.fact_part, node.part)
    state[_NUMBER] = 0
    state[_BOUND] = 0
    state[_VALUE] = 0
    for operator in range(len(node.cost)):
        node.inner[operator] = 0
    if state[_PARTS] < 0:
        state[_PARTS] = 0
        state[_BOUND] = INFINITE
        state[_VALUE] = INFINITE
        write_cut(log, INFINITE, 0)


def end_case(node: Node, log: Array) -> bool:
    """Take what the parts of this case came to into ``node``; return whether another case begins."""
    state = node.state
    if state[_NUMBER] == state[_PARTS] and state[_SPENT] + state[_VALUE] < state[_BEST]:
        state[_BEST] = state[_SPENT] + state[_VALUE]
        for operator in range(len(node.cost)):
            free = node.cost[operator] == 0 and node.alive[operator]
            node.plan[operator] = 1 if node.inner[operator] or free else 0
    state[_REACHED] = min(state[_REACHED], state[_SPENT] + state[_BOUND])
    chosen = state[_CHOSEN]
    if chosen >= 0:
        write(log, CLOSE)
        if node.alive[chosen]:
            node.cost[chosen] = state[_SPENT]
            node.alive[chosen] = 0
            state[_SPENT] = 0
            return True
    state[_LOWER] = min(max(state[_LOWER], state[_REACHED]), state[_BEST])
    return False


def bound_next_part(node: Node, left: Array, log: Array) -> Node:
    """Return the part of ``node`` whose turn it is, bounded; where that leaves it open, with its first decision made."""
    state = node.state
    sub = extract(node.net, node.goals, node.part, node.fact_part, state[_NUMBER])
    operators = len(sub.threshold)
    cost = zeros(operators)
    alive = zeros(operators)
    write(log, PART)
    write(log, 0)
    write(log, 0)
    claim = log[0] - 2
    row = 0
    paying = 0
    for operator in range(len(node.cost)):
        if node.part[operator] == state[_NUMBER]:
            cost[row] = node.cost[operator]
            alive[row] = 1
            if cost[row] > 0:
                paying += 1
                write(log, sub.origin[row])
            row += 1
    alive[row] = 1
    if claim + 1 < len(log):
        log[claim + 1] = paying
    upper = state[_BEST] - state[_SPENT] - state[_BOUND]
    child = new_node(sub, goals_of(sub), cost, alive, zeros(len(sub.user_start) - 1), upper, claim)
    forced = zeros(operators)
    cuts = new_log(16 * operators)
    lower, best = bound_part(sub, cost, upper, alive, forced, child.plan, cuts, left, log)
    child.state[_LOWER] = lower
    child.state[_BEST] = best
    if lower < best:
        decide(child, forced, cuts, log)
    return child


def decide(node: Node, forced: Array, cuts: Array, log: Array) -> None:
    """Pay for what every plan holds; where nothing was forced or struck, take one operator for good, to strike it later."""
    progress = False
    for operator in range(len(node.cost)):
        progress = progress or node.alive[operator] == 0
        if forced[operator] and node.cost[operator] > 0:
            progress = True
            node.state[_SPENT] += node.cost[operator]
            node.cost[operator] = 0
            write(log, FORCE)
            write(log, node.net.origin[operator])
    if not progress:
        chosen = choose_branch(node.net, node.cost, node.alive, node.plan, cuts)
        node.state[_CHOSEN] = chosen
        node.state[_SPENT] = node.cost[chosen]
        node.cost[chosen] = 0
        write(log, BRANCH)
        write(log, node.net.origin[chosen])


def hand_up(child: Node, node: Node, log: Array) -> None:
    """Add what ``child`` came to, to the case of ``node`` that it is a part of."""
    state = node.state
    if child.state[_CLAIM] < len(log):
        log[child.state[_CLAIM]] = child.state[_LOWER]
    write(log, CLOSE)
    state[_BOUND] += child.state[_LOWER]
    state[_VALUE] += child.state[_BEST]
    row = 0
    for operator in range(len(node.cost)):
        if node.part[operator] == state[_NUMBER]:
            node.inner[operator] = child.plan[row]
            row += 1


def strike_ties(net: Network, cost: Array, value: int, left: Array, keep: Array) -> None:
    """Take out of ``keep`` operators that no plan of cost ``value``, the least there is, can hold."""
    operators = len(cost)
    rest = zeros(operators)
    fired = zeros(operators)
    unread = new_log(0)
    for attempt in range(_PASSES):
        lower = ascend(net, cost, keep, attempt, rest, fired, zeros(operators), new_log(0), left, unread)
        for operator in range(operators):
            if lower + rest[operator] > value:
                keep[operator] = 0
        if attempt > 0 and (lower == value or left[0] <= 0):
            break


def total_of(cost: Array, chosen: Array) -> int:
    """Return what ``chosen`` costs."""
    total = 0
    for operator in range(len(cost)):
        if chosen[operator]:
            total += cost[operator]
    return total


def settle_part(net: Network, cost: Array, extra: Array, stages: int, plan: Array, left: Array) -> bool:
    """Turn ``plan``, which is cheapest, into the best of all that are: by each stage of ``extra``, then by index.

    ``extra`` holds one row of costs for each stage. Costs of a later stage are added below the last digit of the earlier ones, so the
    cheapest plan is the lexicographically best. Among plans of equal cost the smallest sorted tuple of indices is the
    largest number with a binary digit for each operator, the first one highest; the digits are subtracted below the last digit.
    Returns whether that was proven.
    """
    operators = len(cost)
    keep = zeros(operators)
    for operator in range(operators):
        keep[operator] = 1
    for stage in range(stages):
        if total_of(cost, keep) == total_of(cost, plan):
            return True
        base = 1
        for operator in range(operators):
            if keep[operator]:
                base += extra[stage * operators + operator]
        if base == 1:
            continue
        if total_of(cost, keep) >= _LARGEST_SUM // base:
            if not improve(net, cost, keep, plan, left):
                return False
            strike_ties(net, cost, total_of(cost, plan), left, keep)
            if total_of(cost, keep) >= _LARGEST_SUM // base:
                return False
        for operator in range(operators):
            cost[operator] = cost[operator] * base + extra[stage * operators + operator]
    if total_of(cost, keep) == total_of(cost, plan):
        return True
    if stages > 0:
        if not improve(net, cost, keep, plan, left):
            return False
        strike_ties(net, cost, total_of(cost, plan), left, keep)
    return settle_ids(net, cost, keep, plan, left)


def settle_ids(net: Network, cost: Array, keep: Array, plan: Array, left: Array) -> bool:
    """Turn ``plan`` into the plan of equal cost with the smallest sorted tuple of indices, some digits at a time."""
    operators = len(cost)
    first = 0
    while total_of(cost, keep) > total_of(cost, plan):
        digits = 0
        while digits < 40 and total_of(cost, keep) < _LARGEST_SUM >> (digits + 1):
            digits += 1
        if digits == 0:
            return False
        scaled = zeros(operators)
        digit = digits
        last = first
        for operator in range(operators):
            scaled[operator] = cost[operator] << digits
            if operator >= first and digit > 0:
                last = operator + 1
                if keep[operator] and cost[operator] > 0:
                    digit -= 1
                    scaled[operator] -= 1 << digit
        if not improve(net, scaled, keep, plan, left):
            return False
        for operator in range(first, last):
            if cost[operator] > 0:
                if plan[operator] == 0:
                    keep[operator] = 0
                cost[operator] = 0
        first = last
    for operator in range(operators):
        plan[operator] = 1 if keep[operator] else 0
    return True


def improve(net: Network, cost: Array, keep: Array, plan: Array, left: Array) -> bool:
    """Set ``plan`` to the cheapest that uses only operators of ``keep``, if it is not; return whether that is proven."""
    operators = len(cost)
    upper = total_of(cost, plan)
    better = zeros(operators)
    nothing = zeros(len(net.user_start) - 1)
    bound, value = cheapest(net, goals_of(net), cost, keep, nothing, upper, left, new_log(0), better)
    if value < upper:
        for operator in range(operators):
            free = keep[operator] and cost[operator] == 0
            plan[operator] = 1 if better[operator] or free else 0
    return bound == value


def strike_lonely(
    net: Network, partner_start: Array, partner: Array, paired: Array, alive: Array, start: Array
) -> None:
    """Take out of ``alive`` whatever cannot fire, or has partners none of which can."""
    operators = len(alive)
    held = zeros(len(start))
    fired = zeros(operators)
    lonely = True
    while lonely:
        lonely = False
        reach(net, zeros(operators), alive, start, held, fired)
        for operator in range(len(paired)):
            if fired[operator] and paired[operator] == 0:
                company = partner_start[operator + 1] == partner_start[operator]
                for j in range(partner_start[operator], partner_start[operator + 1]):
                    company = company or fired[partner[j]] == 1
                if not company:
                    alive[operator] = 0
                    lonely = True
    for operator in range(operators):
        alive[operator] = fired[operator]


def reachable(net: Network, wanted: Array, alive: Array, start: Array) -> Array:
    """Return those of ``wanted`` that the operators of ``alive`` can make hold."""
    held = zeros(len(start))
    reach(net, zeros(len(alive)), alive, start, held, zeros(len(alive)))
    count = 0
    for g in range(len(wanted)):
        count += held[wanted[g]]
    goals = zeros(count)
    count = 0
    for g in range(len(wanted)):
        if held[wanted[g]]:
            goals[count] = wanted[g]
            count += 1
    return goals


def close_goals(
    net: Network, partner_start: Array, partner: Array, paired: Array, wanted: Array, hours: Array, alive: Array, start: Array,
    upper: int, left: Array, log: Array, plan: Array,
) -> tuple[int, int]:  # fmt: skip
    """Return the least hours that close every goal of ``wanted`` within reach: the proven bound, and the hours of ``plan``.

    Both are ``upper`` when they cannot be closed in fewer. ``alive`` becomes what can fire; ``paired`` says of which modules a partner is completed.
    """
    strike_lonely(net, partner_start, partner, paired, alive, start)
    return cheapest(net, reachable(net, wanted, alive, start), hours, alive, start, upper, left, log, plan)


def find_ways(
    net: Network, partner_start: Array, partner: Array, paired: Array, wanted: Array, hours: Array, alive: Array, start: Array,
    part: Array, fact_part: Array,
) -> None:  # fmt: skip
    """Number in ``part`` and ``fact_part`` what can matter to some of ``wanted``, as ``label_parts`` does.

    An operator that costs more than it takes to have all that it adds in another way, whatever else is chosen, is in no selection of
    fewest hours: the numbering leaves it out; ``alive`` becomes all that can matter, those included.
    """
    strike_lonely(net, partner_start, partner, paired, alive, start)
    goals = reachable(net, wanted, alive, start)
    parts = label_parts(net, goals, hours, alive, start, fact_part, part)
    kept = zeros(len(alive))
    for operator in range(len(alive)):
        alive[operator] = 1 if part[operator] > 0 else 0
    for number in range(1, parts + 1):
        strike_dear(extract(net, goals, part, fact_part, number), hours, kept)
    label_parts(net, goals, hours, kept, start, fact_part, part)


def strike_dear(part: Network, hours: Array, kept: Array) -> None:
    """Mark in ``kept`` the operators of ``part`` but those that cost more than all that they add does by other ways."""
    operators = len(part.threshold)
    alive = zeros(operators)
    for row in range(operators):
        alive[row] = 1
    price = zeros(len(part.user_start) - 1)
    cost = costs_of(part, hours)
    estimate(part, cost, alive, price)
    for row in range(operators - 1):
        total = 0
        for j in range(part.add_start[row], part.add_start[row + 1]):
            total += price[part.add[j]]
        if cost[row] <= total:
            kept[part.origin[row]] = 1


def find_tied(net: Network, wanted: Array, hours: Array, alive: Array, start: Array, plan: Array, left: Array) -> None:
    """Take out of ``alive`` what no plan of as few hours as ``plan``, the fewest there are, can hold."""
    operators = len(hours)
    part = zeros(operators)
    fact_part = zeros(len(start))
    goals = reachable(net, wanted, alive, start)
    parts = label_parts(net, goals, hours, alive, start, fact_part, part)
    for operator in range(operators):
        if part[operator] == 0 and hours[operator] > 0:
            alive[operator] = 0
    for number in range(1, parts + 1):
        sub = extract(net, goals, part, fact_part, number)
        keep = zeros(len(sub.threshold))
        value = 0
        for row in range(len(keep) - 1):
            keep[row] = 1
            value += hours[sub.origin[row]] * plan[sub.origin[row]]
        keep[len(keep) - 1] = 1
        strike_ties(sub, costs_of(sub, hours), value, left, keep)
        for row in range(len(keep) - 1):
            alive[sub.origin[row]] = keep[row]


def costs_of(part: Network, cost: Array) -> Array:
    """Return ``cost`` of the operators of ``part``; its end costs nothing."""
    own = zeros(len(part.threshold))
    for row in range(len(own) - 1):
        own[row] = cost[part.origin[row]]
    return own


def settle(
    net: Network,
    wanted: Array,
    hours: Array,
    extra: Array,
    stages: int,
    tied: Array,
    start: Array,
    left: Array,
    plan: Array,
) -> bool:
    """Turn ``plan`` into the best of as few hours: by each stage of ``extra``, then by index; return whether that is proven.

    Parts are settled one by one: they share no operator, so the best of each make up the best of all.
    """
    operators = len(hours)
    part = zeros(operators)
    fact_part = zeros(len(start))
    goals = reachable(net, wanted, tied, start)
    parts = label_parts(net, goals, hours, tied, start, fact_part, part)
    settled = True
    for number in range(1, parts + 1):
        sub = extract(net, goals, part, fact_part, number)
        rows = len(sub.threshold)
        own = zeros(rows * stages)
        chosen = zeros(rows)
        for row in range(rows - 1):
            chosen[row] = plan[sub.origin[row]]
            for stage in range(stages):
                own[stage * rows + row] = extra[stage * operators + sub.origin[row]]
        settled = settle_part(sub, costs_of(sub, hours), own, stages, chosen, left) and settled
        for row in range(rows - 1):
            plan[sub.origin[row]] = chosen[row]
    return settled
