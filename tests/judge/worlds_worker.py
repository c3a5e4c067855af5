"""Judge small drawn worlds with the mixed-integer program, in a process of its own: a JSON line of stage values each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from tests.judge.rules import Case
from tests.judge.worlds import MEDIUM, TINY, World, random_world, windowed_world, world_under_way


def drawn() -> Iterator[World]:
    """Yield the worlds."""
    for draw in (random_world, windowed_world, world_under_way):
        for size, seeds in ((TINY, range(20_000, 20_120)), (MEDIUM, range(30))):
            yield from (draw(seed, size) for seed in seeds)


def main() -> None:
    """Judge every world; null where no selection is feasible."""
    from tests.judge.highs import select

    for world in drawn():
        try:
            values = select(Case(world.library, world.assessment, world.horizon))
        except LookupError:
            values = None
        sys.stdout.write(json.dumps(values) + "\n")


if __name__ == "__main__":
    main()
