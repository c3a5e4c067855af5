"""Judge people in a process of its own, away from the product's solver: JSON lines in, JSON lines out.

Each line in is ``{"person": label, "modules": [ids]}``: what the product chose for this person of the shipped example;
each line out holds the judge's values of the selection stages and, for those modules, of the sequence stages.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

from competency_engine.assessment.gaps import assess
from competency_engine.domain.entity import PersonId
from competency_engine.planning.pose import Horizon
from competency_engine.workflows.session import open_population, open_session
from tests.judge.highs import schedule, select
from tests.judge.rules import Case

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Judge every line of standard input."""
    session = open_session(ROOT)
    population, _ = open_population(session, ROOT / "examples" / "wuhan")
    for line in sys.stdin:
        asked = json.loads(line)
        assessment = assess(PersonId(asked["person"]), population, session.library, dt.date(2026, 11, 21))
        case = Case(session.library, assessment, Horizon(2027, 1, session.library.policy.horizon_months))
        values = {**select(case), **(schedule(case, tuple(asked["modules"])) or {})}
        sys.stdout.write(json.dumps({"person": asked["person"], "values": values}, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
