"""Apply every mutant to a copy of the project, one by one, and run the tests that must notice it.

`make mutants`, or `make mutants RULES="relaxation placement"` for those of some rules; exit code 1 when one survives.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutants.mutant import Mutant  # noqa: E402
from tests.mutants.mutants import MUTANTS  # noqa: E402

WORKERS = 2
COPIED = ("competency_engine", "tests", "models", "curricula", "examples", "pyproject.toml", "cli.py")


def copy_project(target: Path) -> None:
    """Copy what the tests need to ``target``."""
    ignore = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignore)
        else:
            shutil.copy(source, target / name)


def is_killed(mutant: Mutant, project: Path) -> bool:
    """Return whether the tests fail with ``mutant`` applied; the copy is restored afterwards."""
    path = project / mutant.file
    original = path.read_text(encoding="utf-8")
    if original.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file}: the text of a mutant must stand exactly once: {mutant.old!r}")
    path.write_text(original.replace(mutant.old, mutant.new), encoding="utf-8")
    command = [sys.executable, "-B", "-m", "pytest", mutant.tests, "-x", "-q", "-p", "no:cacheprovider"]
    try:
        return subprocess.run(command, cwd=project, capture_output=True, check=False, timeout=300).returncode == 1
    except subprocess.TimeoutExpired:
        return True
    finally:
        path.write_text(original, encoding="utf-8")


def run_share(share: list[Mutant]) -> list[Mutant]:
    """Return the mutants of ``share`` that survive."""
    with tempfile.TemporaryDirectory() as folder:
        copy_project(Path(folder))
        survivors = []
        for mutant in share:
            killed = is_killed(mutant, Path(folder))
            sys.stdout.write(
                f"{'killed  ' if killed else 'SURVIVED'} {mutant.rule}: {mutant.old.splitlines()[0][:80]}\n"
            )
            sys.stdout.flush()
            if not killed:
                survivors.append(mutant)
        return survivors


def main() -> int:
    """Run every mutant; return 1 when one survives."""
    rules = " ".join(sys.argv[1:])
    mutants = [mutant for mutant in MUTANTS if mutant.rule in (rules or mutant.rule)]
    shares = [mutants[start::WORKERS] for start in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        survivors = [mutant for found in pool.map(run_share, shares) for mutant in found]
    sys.stdout.write(f"{len(mutants) - len(survivors)} of {len(mutants)} mutants killed\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main())
