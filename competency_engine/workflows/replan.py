"""Plan one person again, with the least change to an earlier plan."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from competency_engine.assessment.gaps import assess, find_person
from competency_engine.domain.plan import Plan
from competency_engine.errors import UsageError
from competency_engine.loading.plans import read_plan
from competency_engine.planning.pose import pose_problem
from competency_engine.planning.replan import describe_changes, keep_earlier
from competency_engine.planning.solve import solve_problem
from competency_engine.text import say
from competency_engine.workflows.plan import Planner, PlanOptions, Solved
from competency_engine.workflows.session import Session


def open_earlier(session: Session, path: Path, name: str) -> Plan:
    """Return the plan of ``name`` in the file at ``path``.

    Raises:
        FilesInError: when the file holds no plan as this program writes it.
        UsageError: when it is the plan of somebody else.
    """
    earlier = read_plan(path, session.workspace.name_of(path))
    if earlier.person != name:
        raise UsageError(
            say(
                f"{path} 是 {earlier.person} 的计划，不是 {name} 的",
                f"{path} is the plan of {earlier.person}, not of {name}",
            )
        )
    return earlier


def remaining(earlier: Plan, as_of: dt.date, hours: float | None = None) -> PlanOptions:
    """Return the options for what is left of ``earlier``: from the month of ``as_of`` on, to the same end.

    Args:
        earlier: the plan to go on with; its hours of a year are kept unless ``hours`` says otherwise.
        as_of: date of reference; before the plan begins, the whole of it is left.
        hours: credit hours of a calendar year.

    Raises:
        UsageError: when nothing is left.
    """
    year, month = int(earlier.start[:4]), int(earlier.start[5:])
    passed = max(0, (as_of.year - year) * 12 + as_of.month - month)
    if passed >= earlier.months:
        raise UsageError(
            say(
                f"原计划在 {as_of} 前已经结束；用 plan 另做一份",
                f"the earlier plan was over before {as_of}; make a new one with plan",
            )
        )
    first = year * 12 + month - 1 + passed
    kept = earlier.hours_per_year if hours is None else hours
    return PlanOptions(as_of, (first // 12, first % 12 + 1), earlier.months - passed, kept)


def replan(planner: Planner, name: str, earlier: Plan) -> Plan:
    """Return the new plan of ``name``, verified, with what changed against ``earlier``.

    Raises:
        UsageError: when nobody has this label.
    """
    library = planner.session.library
    horizon = planner.options.horizon(planner.session)
    assessment = assess(find_person(name, planner.population), planner.population, library, planner.options.as_of)
    problem = keep_earlier(pose_problem(assessment, library, planner.catalogue, horizon), horizon, earlier)
    plan = planner.describe(Solved(assessment, problem, solve_problem(problem)))
    changes = describe_changes(assessment, problem, horizon, earlier, plan) if plan.stages else ()
    digest = hashlib.sha256(earlier.model_dump_json().encode()).hexdigest()
    return plan.model_copy(update={"changes": changes, "inputs": {**plan.inputs, "earlier": digest}})
