"""Two curricula, or two cities, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from competency_engine.audit.coverage import cover
from competency_engine.audit.findings import find_findings
from competency_engine.audit.side_by_side import Comparison, Side, links_between, pair_units
from competency_engine.graph.crossing import Links
from competency_engine.workflows.audit import count_people
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session


@dataclass(frozen=True)
class Compared:
    """One side as it was asked for: its name, its library, and its people (None = the curriculum alone)."""

    name: str
    session: Session
    people: Path | None = None


def compare(
    first: Compared,
    second: Compared,
    options: PlanOptions,
    links: Links | None = None,
    workers: int | None = 1,
    report: Callable[[int], None] = lambda people: None,
) -> Comparison:
    """Return two sides with the units that stand beside each other.

    Args:
        first: one side.
        second: the other.
        options: dates and hours of the plans.
        links: how the units of the first model stand to those of the second; None = by id, or by what replaced them.
        workers: processes that plan.
        report: called now and then with the number of people that are done.

    Raises:
        UsageError: when a file of people cannot be read or lists nobody.
        FilesInError: when files of people hold an error.
    """
    libraries = first.session.library, second.session.library
    done = 0

    def told(people: int) -> None:
        report(done + people)

    sides = []
    for one in (first, second):
        sides.append(_side(one, options, workers, told))
        tally = sides[-1].tally
        done += tally.people if tally is not None else 0
    pairs = pair_units(*libraries, links if links is not None else links_between(*libraries))
    return Comparison(sides[0], sides[1], pairs)


def _side(one: Compared, options: PlanOptions, workers: int | None, report: Callable[[int], None]) -> Side:
    session = one.session
    coverage = cover(session.library)
    tally = None if one.people is None else count_people(session, one.people, options, workers, report)[0]
    findings = find_findings(session.library, coverage)
    return Side(one.name, session.library_hash, session.library, coverage, findings, tally)
