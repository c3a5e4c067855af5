"""Public data sets whose estimates others have published; sources in ``data/README.md``."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent / "data"


@cache
def lsat(section: int) -> np.ndarray:
    """Return the answers of the 1000 people of section 6 or 7 of the LSAT to its five items."""
    rows = _rows("lsat.csv")
    answers = [[int(row[f"item{item}"]) for item in range(1, 6)] for row in rows]
    return np.repeat(np.array(answers), [int(row[f"section{section}"]) for row in rows], axis=0)


@cache
def verbal_aggression() -> tuple[np.ndarray, np.ndarray]:
    """Return the answers of 316 people to 24 questions, and who of them are women."""
    rows = _rows("verbal_aggression.csv")
    answers = np.array([[int(value) for name, value in row.items() if name != "gender"] for row in rows])
    return answers, np.array([row["gender"] == "F" for row in rows])


@cache
def verbal_aggression_reference() -> dict[str, Any]:
    """Return what the reference implementations say of them."""
    found: dict[str, Any] = json.loads((DATA / "verbal_aggression_reference.json").read_text(encoding="utf-8"))
    return found


@cache
def anaesthetists() -> np.ndarray:
    """Return the classes given to 45 patients (rows) in seven assessments (columns); the first three are of one observer."""
    classes: dict[int, list[int]] = {}
    for row in _rows("anaesthetists.csv"):
        classes.setdefault(int(row["patient"]), []).append(int(row["class"]))
    return np.array(list(classes.values()))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
