"""Compile the compiled search once, so that tests in several processes find it on disk: ``python -m tests.warm_up``."""

from __future__ import annotations

from competency_engine.planning.search import Search
from competency_engine.planning.solve import solve_problem
from tests.planning.drawn import draw_world


def main() -> None:
    """Solve a few small problems with the compiled search; together they call every entry."""
    for seed in range(8):
        problem = draw_world(seed).problem
        solve_problem(problem, Search(problem.catalogue, compiled=True))


if __name__ == "__main__":
    main()
