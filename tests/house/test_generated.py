"""Generated pages are fresh, floors are one list, and the YAML carries its schema line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "models" / "schema" / "competency-engine.schema.json"


def test_generated_pages_are_fresh() -> None:
    code = (
        "import runpy\n"
        "pages = runpy.run_path('docs/generate.py')['pages']()\n"
        "stale = [str(path) for path, text in pages.items() if path.read_text(encoding='utf-8') != text]\n"
        "raise SystemExit(f'stale, run make docs: {stale}' if stale else 0)"
    )
    environment = {**os.environ, "LC_ALL": "C", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_floors_are_one_list_in_contract_architecture_and_tree() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    floors = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert [row.replace("\\|", "|") for row in documented] == floors
    rooms = {room.strip() for floor in floors for room in floor.split("|")}
    package = ROOT / "competency_engine"
    present = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert rooms == present - {"__init__"}


def test_every_yaml_file_names_its_schema() -> None:
    files = [*(ROOT / "models").rglob("*.yaml"), *(ROOT / "curricula").rglob("*.yaml")]
    for path in files:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert match, path
        assert (path.parent / match.group(1)).resolve() == SCHEMA.resolve(), path


def test_the_top_level_is_as_agreed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode != 0:
        return
    top = {line.split("/")[0] for line in tracked.stdout.splitlines()}
    assert top <= {
        ".ci", ".gitattributes", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "benchmarks", "cli.py",
        "competency_engine", "curricula", "docs", "examples", "models", "pyproject.toml", "tests",
    }  # fmt: skip
