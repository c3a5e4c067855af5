"""The compiled copies answer as the plain Python does, number by number, the steps of the proofs included; and they end, and give back what they take."""

from __future__ import annotations

import gc
import heapq
import itertools
from dataclasses import replace

import numba
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core.runtime import _nrt_python, rtsys

from competency_engine.planning import compiled as compiled_module
from competency_engine.planning import kernel
from competency_engine.planning.budget import select_within_budget
from competency_engine.planning.search import Search
from competency_engine.planning.solve import solve_problem
from tests.planning.drawn import draw_world
from tests.planning.small import Course, Wish, make_world
from tests.planning.test_certificate import ring


def test_compiled_and_plain_answers_are_the_same() -> None:
    problems = [draw_world(seed).problem for seed in range(150)]
    problems += [ring(size, hours) for size in range(5, 14) for hours in ((1,), (2, 3), (4, 5, 6))]
    for number, problem in enumerate(problems):
        plain, compiled = Search(problem.catalogue), Search(problem.catalogue, compiled=True)
        closing = plain.close_goals(problem)
        assert compiled.close_goals(problem) == closing, number
        rows = [dict(preference.module_costs) for preference in problem.preferences[:1]]
        assert compiled.settle(problem, closing, rows) == plain.settle(problem, closing, rows), number
        poor = replace(problem, budgets=(16,))
        assert select_within_budget(poor, compiled) == select_within_budget(poor, plain), number
        assert solve_problem(problem, compiled) == solve_problem(problem, plain), number


def test_every_array_that_a_compiled_search_makes_is_given_back() -> None:
    """Most functions do not count who holds an array; those that make some must, or a nation would fill the memory."""
    _nrt_python.memsys_enable_stats()

    def held() -> int:
        gc.collect()
        stats = rtsys.get_allocation_stats()
        return stats.mi_alloc - stats.mi_free

    problems = [replace(draw_world(seed).problem, budgets=(hours,)) for seed in range(20) for hours in (16, 400)]
    search = Search(problems[0].catalogue, compiled=True)
    search.warm_up()
    before, made = held(), rtsys.get_allocation_stats().mi_alloc
    for problem in problems:
        solve_problem(problem, Search(problem.catalogue, compiled=True))
    del search
    assert rtsys.get_allocation_stats().mi_alloc > made + 1000
    assert held() <= before


def test_the_heaviest_goal_of_all_is_bought_where_tables_are_wide() -> None:
    """What may be lost grows from round to round, and must not outgrow its 64 bits: a negative loss would never find anything."""
    facts = [f"{letter}1" for letter in "ABCDEFGH"]
    courses = {
        f"m{i}{j}": Course(adds=(one, other)) for (i, one), (j, other) in itertools.combinations(enumerate(facts), 2)
    }
    courses["z"] = Course(needs=tuple(facts), adds=("Z1",))
    for budget, modules in ((4, 0), (5, 5)):
        problem = make_world(courses, [Wish("Z1", (1 << 60) - 1)], budget=budget).problem
        found = select_within_budget(problem, Search(problem.catalogue, compiled=True))
        assert found is not None
        assert found[0].bit_count() == modules
        assert found == select_within_budget(problem, Search(problem.catalogue))


@given(st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=5), max_size=12))
def test_the_heap_gives_the_pairs_in_the_order_of_the_plain_one(rounds: list[list[tuple[int, int]]]) -> None:
    """In each round some pairs are put on it, and one is taken off; at last only the end lies there."""
    size = sum(map(len, rounds))
    plain, array = kernel.new_heap(size), compiled_module.new_heap(size)
    taken = []
    for pairs in rounds:
        for pair in pairs:
            heapq.heappush(plain, pair)
            compiled_module.heappush(array, pair)
        if len(plain) > 1:
            taken.append((heapq.heappop(plain), compiled_module.heappop(array)))
    while plain:
        taken.append((heapq.heappop(plain), compiled_module.heappop(array)))
    assert all(one == other for one, other in taken)
    assert taken[-1][1] == (kernel.INFINITE, -1)


def test_where_no_folder_can_be_written_it_compiles_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def njit(function: object = None, *, cache: bool = False, **options: object) -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return function or (lambda plain: plain)

    monkeypatch.setattr(numba, "njit", njit)
    assert compiled_module._jit(test_compiled_and_plain_answers_are_the_same, cache=True, borrows=True) is not None
