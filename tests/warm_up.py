"""Compile the compiled search once, so that tests in several processes find it on disk: ``python -m tests.warm_up``."""

from __future__ import annotations

from competency_engine.planning.search import Search
from tests.planning.drawn import draw_world

if __name__ == "__main__":
    Search(draw_world(0).problem.catalogue, compiled=True).warm_up()
