"""What it costs to begin: `python -m benchmarks.start FOLDER plain|compiled` prints the CPU seconds of each step as JSON.

A process of its own, so that nothing is loaded yet. Where numba finds no compiled code in ``NUMBA_CACHE_DIR`` it compiles: that is the cold
start; a second run loads what the first has left: that is the warm one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print CPU seconds: opening the case, making the search, the first closing, the first selection, the second of each."""
    from benchmarks.cases import open_world
    from benchmarks.worlds import World

    case = open_world(World(modules=511, people=2), Path(sys.argv[1]))
    problems = [case.pose(person) for person in range(2)]
    seconds = {}
    start = time.process_time()
    from competency_engine.planning.search import Search

    search = Search(case.catalogue, compiled=sys.argv[2] == "compiled")
    seconds["load"] = time.process_time() - start
    for order, problem in zip(("first", "second"), problems, strict=True):
        start = time.process_time()
        search.close_goals(problem)
        seconds[f"{order} closing"] = time.process_time() - start
    print(json.dumps(seconds))


def find_starts() -> dict[str, dict[str, float]]:
    """Return the steps of a start in plain Python, and compiled cold and warm; empty where numba is missing."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "NUMBA_CACHE_DIR": str(Path(folder) / "numba"),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        starts = {}
        for name, back_end in (("plain", "plain"), ("compiled, cold", "compiled"), ("compiled, warm", "compiled")):
            command = [sys.executable, "-m", "benchmarks.start", str(Path(folder) / "world"), back_end]
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                starts[name] = json.loads(done.stdout)
        return starts


if __name__ == "__main__":
    main()
