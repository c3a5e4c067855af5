"""The compiled copies answer as the plain Python does, number by number, the steps of the proofs included.

One test, because compiling takes a while where nothing is kept on disk yet.
"""

from __future__ import annotations

from dataclasses import replace

import numba
import pytest

from competency_engine.planning import compiled as compiled_module
from competency_engine.planning.budget import select_within_budget
from competency_engine.planning.search import Search
from competency_engine.planning.solve import solve_problem
from tests.planning.drawn import draw_world
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


def test_where_no_folder_can_be_written_it_compiles_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def njit(function: object = None, *, cache: bool = False) -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return function or (lambda plain: plain)

    monkeypatch.setattr(numba, "njit", njit)
    assert compiled_module._jit(test_compiled_and_plain_answers_are_the_same, cache=True) is not None
