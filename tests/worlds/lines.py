"""People of the tiny world as JSON lines, each different, made from a number."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session, open_session
from tests.worlds.files import AS_OF, TINY

OPTIONS = PlanOptions(AS_OF)


def tiny_session() -> Session:
    """Return the open tiny world."""
    return open_session(TINY, "tiny")


def person(number: int) -> dict[str, Any]:
    """Return the person ``number``, always the same."""
    rng = random.Random(number)
    facts = {"blocks_without_lift": rng.randrange(3)} if rng.random() < 0.7 else {}
    units = [unit for unit in ("POL-1", "BAS-1", "BAS-2") if rng.random() < 0.7]
    more: dict[str, Any] = {}
    if rng.random() < 0.3:
        more["completed"] = [{"module": "P1-C", "date": "2026-10-09"}]
    if rng.random() < 0.3:
        more["begun"] = [{"module": rng.choice(["T1-T", "T2-C"]), "month": "2026-11"}]
    if rng.random() < 0.3:
        more["away"] = [f"2027-0{rng.randrange(1, 10)}"]
    return {
        "person": {
            "kind": "person",
            "id": f"学员{number:06d}",
            "community": f"社区{number:06d}",
            "post_since": f"202{rng.randrange(3, 7)}-0{rng.randrange(1, 10)}-01",
            **more,
        },
        "community": {"kind": "community", "id": f"社区{number:06d}", "types": ["old_estate"], "facts": facts},
        "evidence": [{"unit": unit, "level": rng.randrange(3), "date": "2026-09-01"} for unit in units],
    }


def write_people(path: Path, numbers: Iterable[int]) -> Path:
    """Write the people ``numbers`` to ``path``, one a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(person(number), ensure_ascii=False) + "\n" for number in numbers)
    return path
