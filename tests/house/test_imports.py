"""What a command loads: the heavy libraries only where they are needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROBE = """
import sys
sys.argv = ["competency-engine", *{arguments!r}]
from competency_engine.cli import app
try:
    app()
except SystemExit:
    pass
loaded = [name for name in ("networkx", "ortools", "highspy", "numpy", "pandas", "yaml", "sqlite3", "xlsxwriter", "openpyxl", "docx", "docxtpl", "lxml", "reportlab", "pypdf", "jinja2") if name in sys.modules]
sys.stderr.write("LOADED " + ",".join(loaded))
"""


def loaded(*arguments: str) -> set[str]:
    """Return which heavy libraries a command imports."""
    command = [sys.executable, "-c", PROBE.format(arguments=list(arguments))]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, encoding="utf-8")
    names = result.stderr.rpartition("LOADED ")[2].strip()
    return set(names.split(",")) - {""}


@pytest.mark.parametrize("arguments", [("--help",), ("plan", "--help"), ("handbook", "--help"), ("schema",)])
def test_help_and_schema_load_neither_solver_nor_graph(arguments: tuple[str, ...]) -> None:
    assert loaded(*arguments) == set()


def test_check_loads_no_solver() -> None:
    assert loaded("check", "--as-of", "2026-11-21") <= {"networkx", "yaml", "sqlite3"}


def test_a_solver_loads_no_data_frame() -> None:
    found = loaded("plan", "学员0001", "--with", "T01-T", "--as-of", "2026-11-21")
    assert "ortools" in found
    assert found.isdisjoint({"pandas", "numpy"})


def test_a_second_plan_reads_no_yaml_and_loads_no_solver_even_where_a_budget_binds() -> None:
    command = ("plan", "学员0001", "--as-of", "2026-11-21")
    loaded(*command)
    assert loaded(*command) == set()


def test_products_of_matrices_take_one_thread_whatever_is_imported_first() -> None:
    probe = "import sys, os, competency_engine; print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    result = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, env=environment, capture_output=True, check=True, text=True
    )
    assert result.stdout.split() == ["1", "False"]
