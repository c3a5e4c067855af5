"""How long one plan takes from a cold start, as a ratio to importing the libraries that it stands on.

Bytecode is written, as it is for every installed library, and the first plan of all, which also reads the YAML, is told apart.

`python benchmarks/cold_start.py [RUNS]`: paired runs, alternating, so that a noisy machine disturbs both alike.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BASE = [sys.executable, "-c", "import typer, rich, pydantic, networkx, yaml"]
PLAN = [sys.executable, "cli.py", "plan", "学员0001", "--as-of", "2026-11-21"]

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: list[str], **environment: str) -> tuple[float, float]:
    """Return wall and CPU seconds of ``command``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=ENVIRONMENT | environment)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print medians of both and the ratio of each pair: least, median, most."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    run(BASE), run(PLAN)
    with tempfile.TemporaryDirectory() as nothing:
        wall, cpu = run(PLAN, COMPETENCY_ENGINE_CACHE=nothing)
    print(f"nothing kept from an earlier command: plan {wall:.3f} s, CPU {cpu:.3f} s")
    pairs = [(run(BASE), run(PLAN)) for _ in range(runs)]
    for index, name in enumerate(("wall", "CPU")):
        base = statistics.median(pair[0][index] for pair in pairs)
        plan = statistics.median(pair[1][index] for pair in pairs)
        ratios = sorted(pair[1][index] / pair[0][index] for pair in pairs)
        middle = statistics.median(ratios)
        print(
            f"{name}: imports {base:.3f} s, plan {plan:.3f} s, ratio {ratios[0]:.2f} / {middle:.2f} / {ratios[-1]:.2f}"
        )


if __name__ == "__main__":
    main()
