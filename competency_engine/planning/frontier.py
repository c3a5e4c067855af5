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

WIDEST = 10
"""Variables of one table at the most, the one that is eliminated among them."""
ID_BITS = 60
"""Modules whose choice one number of a point holds."""
_ROOM = 250
"""Rows, and pairs of rows, that there is room for where no table has a variable; twice as many with each one more."""
_POINTS = 8000
"""Points that there is room for besides two a row."""
_OFF, _ON, _BACKED = 0, 1, 3
NEED, GIVER, WISH = 0, 1, 2
_HOURS, _WEIGHT, _COST, _IDS = 0, 1, 2, 3
_TABLES, _END, _STRIDE, _MOST, _LEFT = 0, 1, 2, 3, 4


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
    ``size`` counts tables and points, and holds the numbers in a point, the most hours, and the work that is left.
    """

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
    rows = _ROOM << width
    size = zeros(5)
    size[_END], size[_STRIDE], size[_MOST], size[_LEFT] = 1, _IDS + words, most, work
    return Store(
        zeros(tables + 1), zeros(tables * (width + 1)), zeros(tables + 1), zeros(rows), zeros(rows), zeros(rows),
        zeros((_POINTS + 2 * rows) * (_IDS + words)), size,
    )  # fmt: skip


def new_desk(width: int, most: int, stride: int) -> Desk:
    """Return an empty desk for tables of ``width`` variables."""
    rows = _ROOM << width
    return Desk(
        zeros(1 << 2 * width), zeros(rows), zeros(rows), zeros(rows), zeros(rows), zeros(1),
        zeros((most + 2) * stride), zeros((most + 2) * stride),
    )  # fmt: skip


def begin_table(store: Store) -> int:
    """Return the number of a new last table without variables and rows."""
    table = store.size[_TABLES]
    store.size[_TABLES] = table + 1
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


def note(store: Store, desk: Desk, table: int, code: int, one: int, other: int) -> bool:
    """Note that rows ``one`` and ``other`` (−1 = none) add to the row of ``code`` in the last table; return whether there was room."""
    if desk.row_of[code] == 0:
        row = store.row_start[table + 1]
        if row >= len(store.code):
            return False
        desk.row_of[code] = row + 1
        desk.pair_of[row] = 0
        add_row(store, table, code, 0, 0)
    pair = desk.pairs[0]
    if pair >= len(desk.one):
        return False
    row = desk.row_of[code] - 1
    desk.one[pair] = one
    desk.other[pair] = other
    desk.next_pair[pair] = desk.pair_of[row]
    desk.pair_of[row] = pair + 1
    desk.pairs[0] = pair + 1
    return True


def clear(store: Store, desk: Desk, table: int) -> None:
    """Make the desk ready for the next table."""
    for row in range(store.row_start[table], store.row_start[table + 1]):
        desk.row_of[store.code[row]] = 0
    desk.pairs[0] = 0


def join(store: Store, desk: Desk, one: int, other: int) -> int:
    """Return a new table over the variables of both; −1 where it outgrows its room."""
    table = begin_table(store)
    for at in range(store.scope_start[one], store.scope_start[one + 1]):
        add_variable(store, table, store.scope[at])
    begin = store.scope_start[table]
    shared = 0
    place = zeros(WIDEST + 1)
    for at in range(store.scope_start[other], store.scope_start[other + 1]):
        width = store.scope_start[table + 1] - begin
        position = 0
        while position < width and store.scope[begin + position] != store.scope[at]:
            position += 1
        if position == width:
            add_variable(store, table, store.scope[at])
        else:
            shared |= 1 << 2 * position
        place[at - store.scope_start[other]] = position
    fits = True
    for second in range(store.row_start[other], store.row_start[other + 1]):
        code = 0
        for at in range(store.scope_start[other + 1] - store.scope_start[other]):
            code |= (store.code[second] >> 2 * at & 3) << 2 * place[at]
        for first in range(store.row_start[one], store.row_start[one + 1]):
            if fits and (store.code[first] ^ code) & shared == 0:
                fits = note(store, desk, table, store.code[first] | code, first, second)
    for row in range(store.row_start[table], store.row_start[table + 1]):
        fits = fits and gather(store, desk, row, store.size[_END])
    clear(store, desk, table)
    return table if fits else -1


def forget(puzzle: Puzzle, store: Store, desk: Desk, one: int, variable: int, mark: int) -> int:
    """Return a new table without ``variable``, whose owed states are dropped; −1 where it outgrows its room.

    Points from ``mark`` on are copied, so that the new table needs none of the others.
    """
    table = begin_table(store)
    position = 0
    for at in range(store.scope_start[one], store.scope_start[one + 1]):
        if store.scope[at] == variable:
            position = at - store.scope_start[one]
        else:
            add_variable(store, table, store.scope[at])
    low = (1 << 2 * position) - 1
    fits = True
    for row in range(store.row_start[one], store.row_start[one + 1]):
        code = store.code[row]
        if puzzle.fact[variable] == 0 or code >> 2 * position & 3 != _ON:
            fits = fits and note(store, desk, table, code & low | code >> 2 & ~low, row, -1)
    for row in range(store.row_start[table], store.row_start[table + 1]):
        fits = fits and gather(store, desk, row, mark)
    clear(store, desk, table)
    return table if fits else -1


def gather(store: Store, desk: Desk, row: int, mark: int) -> bool:
    """Set the frontier of ``row`` to the best of all its pairs; return whether there was room and work left.

    Where one frontier below ``mark`` is all there is, it is shared.
    """
    pair = desk.pair_of[row] - 1
    one, other = desk.one[pair], desk.other[pair]
    if desk.next_pair[pair] == 0:
        if (other < 0 or store.first[other] == 0) and store.first[one] < mark:
            store.first[row], store.last[row] = store.first[one], store.last[one]
            return True
        if other >= 0 and store.first[one] == 0 and store.first[other] < mark:
            store.first[row], store.last[row] = store.first[other], store.last[other]
            return True
    frontier, spare = desk.frontier, desk.spare
    size = 0
    while pair >= 0:
        one, other = desk.one[pair], desk.other[pair]
        first, last, by, end = store.first[one], store.last[one], 0, 1
        if other >= 0:
            by, end = store.first[other], store.last[other]
            if end - by > last - first:
                first, last, by, end = by, end, first, last
        store.size[_LEFT] -= (end - by) * (last - first + size)
        if store.size[_LEFT] < 0:
            return False
        for shift in range(by, end):
            size = merge(store, frontier, size, first, last, shift, spare)
            frontier, spare = spare, frontier
        pair = desk.next_pair[pair] - 1
    stride = store.size[_STRIDE]
    start = store.size[_END]
    if (start + size) * stride > len(store.point):
        return False
    for at in range(size * stride):
        store.point[start * stride + at] = frontier[at]
    store.first[row], store.last[row] = start, start + size
    store.size[_END] = start + size
    return True


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
    rows = store.row_start[table + 1] - store.row_start[table]
    for at in range(width):
        store.scope[start + at] = store.scope[store.scope_start[table] + at]
    end = mark
    for at in range(rows):
        row = store.row_start[table] + at
        first, last = store.first[row], store.last[row]
        if first >= mark:
            for word in range((last - first) * stride):
                store.point[end * stride + word] = store.point[first * stride + word]
            first, last, end = end, end + last - first, end + last - first
        store.code[row_start + at] = store.code[row]
        store.first[row_start + at], store.last[row_start + at] = first, last
    store.scope_start[to + 1] = start + width
    store.row_start[to + 1] = row_start + rows
    store.size[_TABLES] = to + 1
    store.size[_END] = end


def speaks_of(store: Store, table: int, variable: int) -> bool:
    """Return whether ``variable`` is one of those of ``table``."""
    found = False
    for at in range(store.scope_start[table], store.scope_start[table + 1]):
        found = found or store.scope[at] == variable
    return found


def eliminate(puzzle: Puzzle, store: Store, desk: Desk, variable: int, table_used: Array, edge_used: Array) -> bool:
    """Join all that speaks of ``variable`` and forget it; return whether there was room."""
    to, mark = store.size[_TABLES], store.size[_END]
    table = variable_table(puzzle, store, variable)
    for edge in range(puzzle.size[1]):
        if edge_used[edge] == 0 and (puzzle.tail[edge] == variable or puzzle.head[edge] == variable):
            edge_used[edge] = 1
            table = join(store, desk, table, edge_table(puzzle, store, edge))
            if table < 0:
                return False
    for other in range(to):
        if table_used[other] == 0 and speaks_of(store, other, variable):
            table_used[other] = 1
            table = join(store, desk, table, other)
            if table < 0:
                return False
    table = forget(puzzle, store, desk, table, variable, mark)
    if table < 0:
        return False
    compact(store, table, to, mark)
    return True


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

    Returns whether the tables stayed within their room and ``work``.
    """
    count, edges = puzzle.size[0], puzzle.size[1]
    order = zeros(count)
    width = find_order(puzzle, order)
    if width > WIDEST:
        return False
    store = new_store(count, edges, width, words, most, work)
    desk = new_desk(width, most, store.size[_STRIDE])
    table_used, edge_used = zeros(len(store.row_start)), zeros(edges)
    for turn in range(count):
        if not eliminate(puzzle, store, desk, order[turn], table_used, edge_used):
            return False
    return read_best(store, desk, table_used, chosen)


def read_best(store: Store, desk: Desk, table_used: Array, chosen: Array) -> bool:
    """Join the tables that are left, which speak of nothing any more, and read the best point of all."""
    tables = store.size[_TABLES]
    whole = begin_table(store)
    add_row(store, whole, 0, 0, 1)
    for table in range(tables):
        if table_used[table] == 0:
            whole = join(store, desk, whole, table)
            if whole < 0:
                return False
    best = (store.last[store.row_start[whole]] - 1) * store.size[_STRIDE]
    for rank in range(len(chosen)):
        chosen[rank] = store.point[best + _IDS + rank // ID_BITS] >> (ID_BITS - 1 - rank % ID_BITS) & 1
    return True


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
