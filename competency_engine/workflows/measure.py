"""What to measure next for one person."""

from __future__ import annotations

from collections.abc import Callable

from competency_engine.assessment.frame import known_by
from competency_engine.assessment.gaps import Assessment, assess, find_person
from competency_engine.planning.explain.measure import Asked, Proposal, propose_measurements, questionable_units
from competency_engine.planning.search import fastest_search, plain_search
from competency_engine.workflows.plan import Planner

_MANY_UNITS = 5
"""From so many units in question on, the compiled search is worth the time that it takes to load."""


def measure_next(
    planner: Planner, name: str, report: Callable[[int, int], None]
) -> tuple[Assessment, tuple[Proposal, ...]]:
    """Return the assessment of ``name``, and the measurements that are worth more hours than they take, the best first.

    Args:
        planner: of the population.
        name: label of the person.
        report: called before each unit with its number, from 1, and how many there are.

    Raises:
        UsageError: when nobody has this label.
    """
    library, options = planner.session.library, planner.options
    assessment = assess(find_person(name, planner.population), planner.population, library, options.as_of)
    horizon = options.horizon(planner.session)
    units = questionable_units(assessment, library)
    search_over = fastest_search if len(units) >= _MANY_UNITS else plain_search
    calibration = known_by(planner.population.calibration, options.as_of)
    asked = Asked(assessment, calibration, library, planner.catalogue, horizon, search_over(planner.catalogue))
    return assessment, propose_measurements(asked, units, report)
