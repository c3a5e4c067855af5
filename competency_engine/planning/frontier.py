"""What a budget buys: for every number of hours the best selection, by dynamic programming along an order of elimination.

Modules and facts are *variables*, each off or on. What a module needs is on when it is on; a fact with several givers is *owed* once it is
on, and *backed* once one of its givers is. Variables are eliminated one by one: the tables that speak of one are joined and it is forgotten,
so that one table remains over its neighbours. A row of a table is one state of these with a *frontier*, the selections behind it that are worth
keeping: ever more hours, ever more weight. Where the neighbours stay few, so do the rows, however many modules there are. The argument is in
docs/matcher.md.

Like ``kernel.py`` the file is written so that numba compiles it as it stands; plain lists are the reference.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from competency_engine.planning.kernel import Network

Array = MutableSequence[int]

WIDEST = 11
"""Variables of one table at the most, the one that is eliminated among them."""
LOSSY = 6
"""Variables of the widest table from which on only what loses little is looked for first."""
_FIRST_LOSS, _LOSS_STEP = 16, 8
"""What may be lost at first, in least gains, and how many times as much each time that there was nothing to find."""
ID_BITS = 60
"""Modules whose choice one number of a point holds."""
_ROOM, _WIDEST_ROOM = 256, 9
"""Rows, and pairs of rows, that there is room for where no table has a variable; twice as many with each one more, up to so many."""
_POINTS = 8000
"""Points that there is room for besides two a row."""
_OFF, _ON, _BACKED = 0, 1, 3
NEED, GIVER, WISH = 0, 1, 2
_HOURS, _WEIGHT, _COST, _IDS = 0, 1, 2, 3
_TABLES, _END, _STRIDE, _MOST, _LEFT, _LOSS = 0, 1, 2, 3, 4, 5


class Puzzle(NamedTuple):
    """Variables and what ties them together.

    ``fact`` marks facts with several givers. ``gain`` is the weight that a variable brings when it is on, ``hours`` and ``cost`` what it takes, ``rank`` its
    place in the order of ids, −1 where it is no module. Edge ``e`` says of ``tail[e]``, when it is on, that ``head[e]`` must be on (need), is
    backed by it (giver), or costs ``price[e]`` while it is off (wish). ``size`` counts variables and edges.
    """

    fact: Array
    gain: Array
    hours: Array
    cost: Array
    rank: Array
    tail: Array
    head: Array
    kind: Array
    price: Array
    size: Array


class Store(NamedTuple):
    """Tables one after the other: the variables of each, its rows, and of each row the points of its frontier.

    A ``code`` has two bits a variable, in the order of the scope. A point is hours, weight, cost, and words of bits, the first module highest.
    Of the variables that a table has forgotten, or brings itself, the weight ``offered`` could have been had. ``size`` counts tables and
    points, and holds the numbers in a point, the most hours, the work that is left, and the most weight that may be lost.
    """

    offered: Array
    scope_start: Array
    scope: Array
    row_start: Array
    code: Array
    first: Array
    last: Array
    point: Array
    size: Array


class Desk(NamedTuple):
    """Room to make a table in: its rows by code, the pairs of rows that make each, and two frontiers."""

    row_of: Array
    seat_of: Array
    pair_of: Array
    next_pair: Array
    one: Array
    other: Array
    pairs: Array
    frontier: Array
    spare: Array


def zeros(size: int) -> Array:
    """Return ``size`` zeros."""
    return [0] * size


def new_puzzle(variables: int, edges: int) -> Puzzle:
    """Return a puzzle with room for ``variables`` and ``edges``, none of them there yet."""
    size = zeros(2)
    rank = zeros(variables)
    for variable in range(variables):
        rank[variable] = -1
    return Puzzle(
        zeros(variables), zeros(variables), zeros(variables), zeros(variables), rank,
        zeros(edges), zeros(edges), zeros(edges), zeros(edges), size,
    )  # fmt: skip


def add_edge(puzzle: Puzzle, tail: int, head: int, kind: int, price: int) -> None:
    """Add an edge."""
    edge = puzzle.size[1]
    puzzle.tail[edge], puzzle.head[edge], puzzle.kind[edge], puzzle.price[edge] = tail, head, kind, price
    puzzle.size[1] = edge + 1


def missing_needs(net: Network, fact_part: Array, operator: int) -> tuple[int, int]:
    """Return how many needs of ``operator`` do not hold at the start and can be made to, and how many of these must hold."""
    lacking = 0
    threshold = net.threshold[operator]
    for j in range(net.need_start[operator], net.need_start[operator + 1]):
        if fact_part[net.need[j]] > 0:
            lacking += 1
        elif fact_part[net.need[j]] < 0:
            threshold -= 1
    return lacking, threshold


def gives(net: Network, part: Array, operator: int, fact: int) -> bool:
    """Return whether ``operator`` matters and can be the first to give ``fact``: it does not need it itself."""
    found = part[operator] > 0
    for j in range(net.need_start[operator], net.need_start[operator + 1]):
        found = found and net.need[j] != fact
    return found


def pose_puzzle(
    net: Network,
    modules: int,
    hours: Array,
    part: Array,
    fact_part: Array,
    room: int,
    operator_of: Array,
    of_fact: Array,
) -> tuple[Puzzle, bool]:
    """Return the variables and edges of the operators of ``part``; False where a gate asks for some, neither one nor all, of its needs.

    A module, and a gate that needs all, is a variable; so is a fact, but for one that a single such variable gives. Gates that need one of several are edges alone.
    There is room for ``room`` edges more. ``operator_of`` and ``of_fact`` become the variables of operators and facts, −1 where there is none.
    """
    operators, facts = len(part), len(fact_part)
    count, edges = 0, 0
    for operator in range(operators):
        operator_of[operator] = -1
        if part[operator] > 0:
            lacking, threshold = missing_needs(net, fact_part, operator)
            edges += lacking * 2 + net.add_start[operator + 1] - net.add_start[operator]
            if threshold >= lacking:
                operator_of[operator] = count
                count += 1
            elif threshold != 1:
                return new_puzzle(0, 0), False
    variables = count
    for fact in range(facts):
        of_fact[fact] = -1
        if fact_part[fact] > 0:
            givers, giver = 0, -1
            for i in range(net.adder_start[fact], net.adder_start[fact + 1]):
                if gives(net, part, net.adder[i], fact):
                    givers += 1
                    giver = net.adder[i]
            if givers == 1 and operator_of[giver] >= 0:
                of_fact[fact] = operator_of[giver]
            else:
                of_fact[fact] = variables
                variables += 1
    puzzle = new_puzzle(variables, edges + room)
    puzzle.size[0] = variables
    for variable in range(count, variables):
        puzzle.fact[variable] = 1
    for operator in range(operators):
        if operator_of[operator] >= 0:
            variable = operator_of[operator]
            puzzle.hours[variable] = hours[operator]
            for j in range(net.need_start[operator], net.need_start[operator + 1]):
                if fact_part[net.need[j]] > 0:
                    add_edge(puzzle, variable, of_fact[net.need[j]], NEED, 0)
    for fact in range(facts):
        if of_fact[fact] >= count:
            for i in range(net.adder_start[fact], net.adder_start[fact + 1]):
                if gives(net, part, net.adder[i], fact):
                    add_givers(net, puzzle, fact_part, operator_of, of_fact, net.adder[i], fact)
    rank = 0
    for operator in range(modules):
        if operator_of[operator] >= 0:
            puzzle.rank[operator_of[operator]] = rank
            rank += 1
    return puzzle, True


def add_givers(
    net: Network, puzzle: Puzzle, fact_part: Array, operator_of: Array, of_fact: Array, operator: int, fact: int
) -> None:
    """Add the edges by which ``operator`` gives ``fact``: from it, or from each need of a gate that one of them opens."""
    if operator_of[operator] >= 0:
        add_edge(puzzle, operator_of[operator], of_fact[fact], GIVER, 0)
    else:
        for j in range(net.need_start[operator], net.need_start[operator + 1]):
            if fact_part[net.need[j]] > 0:
                add_edge(puzzle, of_fact[net.need[j]], of_fact[fact], GIVER, 0)


def new_store(variables: int, edges: int, width: int, words: int, most: int, work: int) -> Store:
    """Return a store without tables, for tables of ``width`` variables; its point 0 is nothing at all."""
    tables = 2 * (variables + edges) + 16
    rows = room_of(width)
    size = zeros(6)
    size[_STRIDE], size[_MOST], size[_LEFT] = _IDS + words, most, work
    return Store(
        zeros(tables), zeros(tables + 1), zeros(tables * (width + 1)), zeros(tables + 1), zeros(rows), zeros(rows), zeros(rows),
        zeros((_POINTS + 2 * rows) * (_IDS + words)), size,
    )  # fmt: skip


def room_of(width: int) -> int:
    """Return how many rows, and pairs of rows, there is room for; a power of two."""
    return _ROOM << min(width, _WIDEST_ROOM)


def new_desk(width: int, most: int, stride: int) -> Desk:
    """Return an empty desk for tables of ``width`` variables."""
    rows = room_of(width)
    return Desk(
        zeros(2 * rows), zeros(rows), zeros(rows), zeros(rows), zeros(rows), zeros(rows), zeros(1),
        zeros((most + 2) * stride), zeros((most + 2) * stride),
    )  # fmt: skip


def begin_table(store: Store) -> int:
    """Return the number of a new last table without variables and rows."""
    table = store.size[_TABLES]
    store.size[_TABLES] = table + 1
    store.offered[table] = 0
    store.scope_start[table + 1] = store.scope_start[table]
    store.row_start[table + 1] = store.row_start[table]
    return table


def add_variable(store: Store, table: int, variable: int) -> None:
    """Let ``variable`` come next in the last table."""
    store.scope[store.scope_start[table + 1]] = variable
    store.scope_start[table + 1] += 1


def add_row(store: Store, table: int, code: int, first: int, last: int) -> None:
    """Add a row to the last table; the points from ``first`` to before ``last`` are its frontier."""
    row = store.row_start[table + 1]
    store.code[row] = code
    store.first[row] = first
    store.last[row] = last
    store.row_start[table + 1] = row + 1


def add_point(store: Store, hours: int, weight: int, cost: int, rank: int) -> int:
    """Return the place of a new point; 0 for nothing at all."""
    if hours == 0 and weight == 0 and cost == 0 and rank < 0:
        return 0
    end = store.size[_END]
    at = end * store.size[_STRIDE]
    for word in range(store.size[_STRIDE]):
        store.point[at + word] = 0
    store.point[at + _HOURS] = hours
    store.point[at + _WEIGHT] = weight
    store.point[at + _COST] = cost
    if rank >= 0:
        store.point[at + _IDS + rank // ID_BITS] = 1 << (ID_BITS - 1 - rank % ID_BITS)
    store.size[_END] = end + 1
    return end


def variable_table(puzzle: Puzzle, store: Store, variable: int) -> int:
    """Return a table of one variable, with what it brings and takes."""
    table = begin_table(store)
    store.offered[table] = puzzle.gain[variable]
    add_variable(store, table, variable)
    add_row(store, table, _OFF, 0, 1)
    if puzzle.hours[variable] <= store.size[_MOST]:
        point = add_point(
            store, puzzle.hours[variable], puzzle.gain[variable], puzzle.cost[variable], puzzle.rank[variable]
        )
        add_row(store, table, _ON, point, point + 1)
    return table


def edge_table(puzzle: Puzzle, store: Store, edge: int) -> int:
    """Return the table of one edge: tail first, then head."""
    table = begin_table(store)
    add_variable(store, table, puzzle.tail[edge])
    add_variable(store, table, puzzle.head[edge])
    add_row(store, table, _OFF, 0, 1)
    add_row(store, table, _ON << 2, 0, 1)
    add_row(store, table, _ON | (_BACKED if puzzle.kind[edge] == GIVER else _ON) << 2, 0, 1)
    if puzzle.kind[edge] == WISH:
        point = add_point(store, 0, 0, puzzle.price[edge], -1)
        add_row(store, table, _ON, point, point + 1)
    return table


def find_seat(store: Store, desk: Desk, code: int) -> int:
    """Return where the row of ``code`` is looked up, or would be."""
    last = len(desk.row_of) - 1
    seat = code * 40503 & last
    while desk.row_of[seat] != 0 and store.code[desk.row_of[seat] - 1] != code:
        seat = seat + 1 & last
    return seat


def note(store: Store, desk: Desk, table: int, code: int, one: int, other: int) -> bool:
    """Note that rows ``one`` and ``other`` together add to the row of ``code`` in the last table; return whether there was room."""
    seat = find_seat(store, desk, code)
    if desk.row_of[seat] == 0:
        row = store.row_start[table + 1]
        if row >= len(store.code):
            return False
        desk.row_of[seat] = row + 1
        desk.seat_of[row] = seat
        desk.pair_of[row] = 0
        add_row(store, table, code, 0, 0)
    pair = desk.pairs[0]
    if pair >= len(desk.one):
        return False
    row = desk.row_of[seat] - 1
    desk.one[pair] = one
    desk.other[pair] = other
    desk.next_pair[pair] = desk.pair_of[row]
    desk.pair_of[row] = pair + 1
    desk.pairs[0] = pair + 1
    return True


def clear(store: Store, desk: Desk, table: int) -> None:
    """Make the desk ready for the next table."""
    for row in range(store.row_start[table], store.row_start[table + 1]):
        desk.row_of[desk.seat_of[row]] = 0
    desk.pairs[0] = 0


def join(puzzle: Puzzle, store: Store, desk: Desk, one: int, other: int, variable: int, mark: int) -> int:
    """Return a new table over the variables of both but ``variable`` (−1 = all), whose owed states are dropped; −1 where it outgrows its room, or ``one`` did.

    Points from ``mark`` on are copied, so that the new table needs none of the others.
    """
    if one < 0:
        return -1
    table = begin_table(store)
    store.offered[table] = store.offered[one] + store.offered[other]
    start = store.scope_start[table]
    for at in range(store.scope_start[one], store.scope_start[one + 1]):
        add_variable(store, table, store.scope[at])
    shared = 0
    place = zeros(WIDEST + 1)
    for at in range(store.scope_start[other], store.scope_start[other + 1]):
        position = position_of(store, table, store.scope[at])
        if start + position == store.scope_start[table + 1]:
            add_variable(store, table, store.scope[at])
        else:
            shared |= 1 << 2 * position
        place[at - store.scope_start[other]] = position
    gone = position_of(store, table, variable)
    owed = -1
    if variable >= 0:
        owed = _ON if puzzle.fact[variable] else -1
        store.scope_start[table + 1] -= 1
        for at in range(start + gone, store.scope_start[table + 1]):
            store.scope[at] = store.scope[at + 1]
    low = (1 << 2 * gone) - 1
    fits = True
    for second in range(store.row_start[other], store.row_start[other + 1]):
        code = 0
        for at in range(store.scope_start[other + 1] - store.scope_start[other]):
            code |= (store.code[second] >> 2 * at & 3) << 2 * place[at]
        for first in range(store.row_start[one], store.row_start[one + 1]):
            if fits and (store.code[first] ^ code) & shared == 0 and store.first[first] < store.last[first]:
                both = store.code[first] | code
                if both >> 2 * gone & 3 != owed:
                    fits = note(store, desk, table, both & low | both >> 2 & ~low, first, second)
    for row in range(store.row_start[table], store.row_start[table + 1]):
        fits = fits and gather(store, desk, row, mark, store.offered[table])
    clear(store, desk, table)
    return table if fits else -1


def position_of(store: Store, table: int, variable: int) -> int:
    """Return the place of ``variable`` among those of ``table``; how many these are where it is none of them."""
    start, end = store.scope_start[table], store.scope_start[table + 1]
    at = start
    while at < end and store.scope[at] != variable:
        at += 1
    return at - start


def gather(store: Store, desk: Desk, row: int, mark: int, offered: int) -> bool:
    """Set the frontier of ``row`` to the best of all its pairs; return whether there was room and work left.

    Points that leave out more of the weight ``offered`` so far than may be lost are dropped. Where one frontier below ``mark`` is all there is, it is shared.
    """
    stride, least = store.size[_STRIDE], offered - store.size[_LOSS]
    pair = desk.pair_of[row] - 1
    one, other = desk.one[pair], desk.other[pair]
    if desk.next_pair[pair] == 0:
        if store.first[one] == 0:
            one, other = other, one
        if store.first[other] == 0 and store.first[one] < mark:
            store.first[row] = first_of_weight(store.point, store.first[one], store.last[one], stride, least)
            store.last[row] = store.last[one]
            return True
    frontier, spare = desk.frontier, desk.spare
    size = 0
    while pair >= 0:
        one, other = desk.one[pair], desk.other[pair]
        if store.last[other] - store.first[other] > store.last[one] - store.first[one]:
            one, other = other, one
        first, last, by, end = store.first[one], store.last[one], store.first[other], store.last[other]
        store.size[_LEFT] -= (end - by) * (last - first + size)
        if store.size[_LEFT] < 0:
            return False
        for shift in range(by, end):
            size = merge(store, frontier, size, first, last, shift, spare)
            frontier, spare = spare, frontier
        pair = desk.next_pair[pair] - 1
    skipped = first_of_weight(frontier, 0, size, stride, least)
    start = store.size[_END]
    end = start + size - skipped
    if end * stride > len(store.point):
        return False
    for at in range((size - skipped) * stride):
        store.point[start * stride + at] = frontier[skipped * stride + at]
    store.first[row], store.last[row] = start, end
    store.size[_END] = end
    return True


def first_of_weight(points: Array, first: int, last: int, stride: int, least: int) -> int:
    """Return which from ``first`` on is the first to weigh ``least``; ``last`` where none does."""
    while first < last and points[first * stride + _WEIGHT] < least:
        first += 1
    return first


def merge(store: Store, frontier: Array, size: int, first: int, last: int, shift: int, into: Array) -> int:
    """Write into ``into`` the frontier of ``frontier`` and the points from ``first`` on, each moved by the point ``shift``; return its length."""
    stride, most = store.size[_STRIDE], store.size[_MOST]
    by = shift * stride
    one, other = 0, first
    written = 0
    weight = -1
    while True:
        if other < last and store.point[other * stride + _HOURS] + store.point[by + _HOURS] > most:
            other = last
        if other < last and (one == size or comes_first(store, frontier, one * stride, other * stride, by)):
            if store.point[other * stride + _WEIGHT] + store.point[by + _WEIGHT] > weight:
                for word in range(stride):
                    into[written * stride + word] = store.point[other * stride + word] + store.point[by + word]
                weight = into[written * stride + _WEIGHT]
                written += 1
            other += 1
        elif one < size:
            if frontier[one * stride + _WEIGHT] > weight:
                for word in range(stride):
                    into[written * stride + word] = frontier[one * stride + word]
                weight = into[written * stride + _WEIGHT]
                written += 1
            one += 1
        else:
            return written


def comes_first(store: Store, frontier: Array, one: int, other: int, by: int) -> bool:
    """Return whether the point at ``other``, moved by that at ``by``, takes fewer hours than that at ``one`` or is better in as many."""
    for word in range(store.size[_STRIDE]):
        mine, yours = store.point[other + word] + store.point[by + word], frontier[one + word]
        if mine != yours:
            return mine < yours if word in (_HOURS, _COST) else mine > yours
    return False


def compact(store: Store, table: int, to: int, mark: int) -> None:
    """Move the last table to the place of table ``to``, and its points to ``mark``; what lies between is given up."""
    stride = store.size[_STRIDE]
    start, row_start = store.scope_start[to], store.row_start[to]
    width = store.scope_start[table + 1] - store.scope_start[table]
    rows = 0
    for at in range(width):
        store.scope[start + at] = store.scope[store.scope_start[table] + at]
    end = mark
    for row in range(store.row_start[table], store.row_start[table + 1]):
        first, last = store.first[row], store.last[row]
        if first == last:
            continue
        if first >= mark:
            for word in range((last - first) * stride):
                store.point[end * stride + word] = store.point[first * stride + word]
            first, last, end = end, end + last - first, end + last - first
        store.code[row_start + rows] = store.code[row]
        store.first[row_start + rows], store.last[row_start + rows] = first, last
        rows += 1
    store.offered[to] = store.offered[table]
    store.scope_start[to + 1] = start + width
    store.row_start[to + 1] = row_start + rows
    store.size[_TABLES] = to + 1
    store.size[_END] = end


def eliminate(puzzle: Puzzle, store: Store, desk: Desk, variable: int, table_used: Array, edge_used: Array) -> bool:
    """Join all that speaks of ``variable``, and forget it with the last; return whether there was room."""
    to, mark = store.size[_TABLES], store.size[_END]
    table = begin_table(store)
    add_row(store, table, 0, 0, 1)
    last = variable_table(puzzle, store, variable)
    for edge in range(puzzle.size[1]):
        if edge_used[edge] == 0 and (puzzle.tail[edge] == variable or puzzle.head[edge] == variable):
            edge_used[edge] = 1
            table = join(puzzle, store, desk, table, last, -1, store.size[_END])
            last = edge_table(puzzle, store, edge)
    for other in range(to):
        width = store.scope_start[other + 1] - store.scope_start[other]
        if table_used[other] == 0 and position_of(store, other, variable) < width:
            table_used[other] = 1
            table = join(puzzle, store, desk, table, last, -1, store.size[_END])
            last = other
    table = join(puzzle, store, desk, table, last, variable, mark)
    if table >= 0:
        compact(store, table, to, mark)
    return table >= 0


def find_order(puzzle: Puzzle, order: Array) -> int:
    """Write into ``order`` the variables, at each turn the first that has the fewest neighbours; return how many the widest table has.

    What is forgotten makes its neighbours neighbours of each other. Where a table would be wider than ``WIDEST`` it stops.
    """
    count = puzzle.size[0]
    near, degree, gone = zeros(count * count), zeros(count), zeros(count)
    for edge in range(puzzle.size[1]):
        tail, head = puzzle.tail[edge], puzzle.head[edge]
        if near[tail * count + head] == 0:
            near[tail * count + head] = 1
            near[head * count + tail] = 1
            degree[tail] += 1
            degree[head] += 1
    widest = 1
    for turn in range(count):
        chosen = -1
        for variable in range(count):
            if gone[variable] == 0 and (chosen < 0 or degree[variable] < degree[chosen]):
                chosen = variable
        widest = max(widest, degree[chosen] + 1)
        if widest > WIDEST:
            break
        order[turn] = chosen
        tie_neighbours(chosen, near, degree, gone)
    return widest


def tie_neighbours(variable: int, near: Array, degree: Array, gone: Array) -> None:
    """Take ``variable`` away and make its neighbours neighbours of each other."""
    count = len(gone)
    around = zeros(degree[variable])
    found = 0
    for other in range(count):
        if near[variable * count + other] and gone[other] == 0:
            around[found] = other
            found += 1
    gone[variable] = 1
    for i in range(found):
        degree[around[i]] -= 1
        for j in range(i):
            if near[around[i] * count + around[j]] == 0:
                near[around[i] * count + around[j]] = 1
                near[around[j] * count + around[i]] = 1
                degree[around[i]] += 1
                degree[around[j]] += 1


def best_within(puzzle: Puzzle, words: int, most: int, work: int, chosen: Array) -> bool:
    """Set ``chosen`` by rank to the modules of most weight within ``most`` hours, then fewest hours, then least cost, then smallest ids.

    Where tables are wide, it looks first for what leaves out little; what it finds is the best of all, for the others leave out more.
    Returns whether the tables stayed within their room and ``work``.
    """
    count, edges = puzzle.size[0], puzzle.size[1]
    order = zeros(count)
    width = find_order(puzzle, order)
    if width > WIDEST:
        return False
    store = new_store(count, edges, width, words, most, work)
    desk = new_desk(width, most, store.size[_STRIDE])
    offered, loss = 0, 0
    for variable in range(count):
        gain = puzzle.gain[variable]
        offered += gain
        if gain > 0 and (loss == 0 or gain < loss):
            loss = gain
    loss = offered if width < LOSSY else grown(loss, _FIRST_LOSS, offered)
    while True:
        found = best_losing(puzzle, store, desk, order, loss, chosen)
        if found != 0 or loss >= offered:
            return found > 0
        loss = grown(loss, _LOSS_STEP, offered)


def grown(loss: int, times: int, offered: int) -> int:
    """Return ``loss`` so many ``times``, but no more than all that is ``offered``, so that no number outgrows its cell."""
    return offered if loss > offered // times else loss * times


def best_losing(puzzle: Puzzle, store: Store, desk: Desk, order: Array, loss: int, chosen: Array) -> int:
    """Set ``chosen`` as `best_within`, of all that leave out no more weight than ``loss``; return 1, 0 where there is none, −1 where there is no room or work left."""
    store.size[_TABLES], store.size[_END], store.size[_LOSS] = 0, 1, loss
    table_used, edge_used = zeros(len(store.row_start)), zeros(puzzle.size[1])
    for turn in range(len(order)):
        if not eliminate(puzzle, store, desk, order[turn], table_used, edge_used):
            return -1
    return read_best(puzzle, store, desk, table_used, chosen)


def read_best(puzzle: Puzzle, store: Store, desk: Desk, table_used: Array, chosen: Array) -> int:
    """Join the tables that are left, which speak of nothing any more, and read the best point of all; returns as `best_losing`."""
    tables = store.size[_TABLES]
    whole = begin_table(store)
    add_row(store, whole, 0, 0, 1)
    for table in range(tables):
        if table_used[table] == 0:
            whole = join(puzzle, store, desk, whole, table, -1, store.size[_END])
    if whole < 0:
        return -1
    row = store.row_start[whole]
    if row == store.row_start[whole + 1] or store.first[row] == store.last[row]:
        return 0
    best = (store.last[row] - 1) * store.size[_STRIDE]
    for rank in range(len(chosen)):
        chosen[rank] = store.point[best + _IDS + rank // ID_BITS] >> (ID_BITS - 1 - rank % ID_BITS) & 1
    return 1


def buy(
    net: Network, modules: int, hours: Array, part: Array, fact_part: Array, goals: Array, gain: Array, cost: Array,
    wisher: Array, wished: Array, price: Array, most: int, work: int, plan: Array,
) -> bool:  # fmt: skip
    """Set ``plan`` to the modules of most weight within ``most`` hours, then of fewest hours, of least cost, of the smallest ids.

    What matters stands in ``part`` and ``fact_part`` as ``kernel.find_ways`` numbers it; the first ``modules`` operators are modules, the others gates.
    Each of ``goals`` is worth ``gain``; each of ``wisher`` costs ``price`` more where ``wished``, which must be numbered too, does not hold. At most ``work`` points are looked at.
    Returns whether the plan is proven; but nothing keeps facts from giving each other, which is for the caller to see.
    """
    operator_of, of_fact = zeros(len(part)), zeros(len(fact_part))
    puzzle, known = pose_puzzle(net, modules, hours, part, fact_part, len(wisher), operator_of, of_fact)
    if not known:
        return False
    ranks = 0
    for operator in range(modules):
        if operator_of[operator] >= 0:
            puzzle.cost[operator_of[operator]] = cost[operator]
            ranks += 1
    for g in range(len(goals)):
        if fact_part[goals[g]] > 0:
            puzzle.gain[of_fact[goals[g]]] += gain[g]
    for w in range(len(wisher)):
        tail, head = operator_of[wisher[w]], of_fact[wished[w]]
        if tail >= 0 and fact_part[wished[w]] == 0:
            return False
        if tail >= 0 and head >= 0 and tail != head:
            add_edge(puzzle, tail, head, WISH, price[w])
    chosen = zeros(ranks)
    if not best_within(puzzle, ranks // ID_BITS + 1, most, work, chosen):
        return False
    for operator in range(modules):
        if operator_of[operator] >= 0:
            plan[operator] = chosen[puzzle.rank[operator_of[operator]]]
    return True
