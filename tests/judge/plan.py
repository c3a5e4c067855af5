"""The exact judge of whole plans: the best among the selections that can be scheduled, and its best schedule."""

from __future__ import annotations

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.library import Library
from tests.judge.asp import JudgeError
from tests.judge.rules import NOTHING, Earlier, HorizonLike, Schedule, Selection
from tests.judge.schedule import judge_schedule
from tests.judge.selection import judge_selection


def judge_plan(
    library: Library, assessment: Assessment, horizon: HorizonLike, earlier: Earlier = NOTHING
) -> tuple[Selection, Schedule] | None:
    """Return the best selection that can be scheduled, and its best schedule; None when none can.

    The best selection of all is tried first, because most of them can be scheduled and the proof is quick; only when it
    cannot, months enter the choice itself. No selection is ever listed and crossed out.
    """
    selection = judge_selection(library, assessment, horizon, earlier=earlier)
    schedule = (
        judge_schedule(library, assessment, horizon, selection.modules, earlier) if selection is not None else None
    )
    if schedule is None:
        selection = judge_selection(library, assessment, horizon, schedulable=True, earlier=earlier)
        if selection is None:
            return None
        schedule = judge_schedule(library, assessment, horizon, selection.modules, earlier)
    assert selection is not None
    if schedule is None:
        raise JudgeError(f"a schedulable selection cannot be scheduled: {selection}")
    return selection, schedule
