"""What to measure next for one person."""

from __future__ import annotations

from competency_engine.assessment.frame import known_by
from competency_engine.assessment.gaps import Assessment, assess, find_person
from competency_engine.planning.explain.measure import Asked, Proposal, propose_measurements
from competency_engine.planning.search import Search
from competency_engine.workflows.plan import Planner


def measure_next(planner: Planner, name: str) -> tuple[Assessment, tuple[Proposal, ...]]:
    """Return the assessment of ``name``, and the measurements that are worth more hours than they take, the best first.

    Raises:
        UsageError: when nobody has this label.
    """
    library, options = planner.session.library, planner.options
    assessment = assess(find_person(name, planner.population), planner.population, library, options.as_of)
    horizon = options.horizon(planner.session)
    search = planner.search or Search(planner.catalogue)
    calibration = known_by(planner.population.calibration, options.as_of)
    asked = Asked(assessment, calibration, library, planner.catalogue, horizon, search)
    return assessment, propose_measurements(asked)
