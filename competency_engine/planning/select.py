"""Which modules: the stages of selection, each solved to proven optimality before the next begins."""

from __future__ import annotations

from dataclasses import replace

from competency_engine.planning.budget import WORK_LIMIT, select_within_budget
from competency_engine.planning.problem import PlanningProblem, Selection, bits
from competency_engine.planning.program import select_by_program
from competency_engine.planning.relax import close_relaxed, select_relaxed
from competency_engine.planning.search import Closing, Search, fastest_search, plain_search

_BRIEFLY = WORK_LIMIT // 2000


def select_modules(
    problem: PlanningProblem, *, forced: int = 0, in_calendar: bool = False, search: Search | None = None
) -> Selection | None:
    """Return the best selection; None when there is none.

    The search of our own closes everything within reach or, where the budget binds, finds what it buys; where its tables are too wide, an
    integer program says which goals the budget is for, and the search how to close these; where another limit binds, the program decides.
    The best selection is unique, so it does not matter who proves it: the plain search tries briefly, and again, compiled where that can
    be, only where the program proves nothing.

    Args:
        problem: what to plan.
        forced: modules that must be in the selection whatever it costs (for ``explain``).
        in_calendar: let only selections compete that can be scheduled.
        search: the search over the problem's catalogue; by default the one in plain Python.
    """
    if forced or in_calendar or problem.wants_more_than_goals:
        return select_by_program(problem, forced, in_calendar)
    if search is None or search.catalogue is not problem.catalogue:
        search = plain_search(problem.catalogue)
    closing = close_relaxed(problem, search)
    if closing is not None:
        relaxed = select_relaxed(problem, search, closing)
        if relaxed is not None:
            return Selection(*relaxed, closing.proof)
        selection = select_by_program(problem)
        proven = selection is not None and _reaches(problem, selection.modules, closing)
        return replace(selection, proof=closing.proof) if selection is not None and proven else selection
    bought = select_within_budget(problem, search, WORK_LIMIT if search.compiled else _BRIEFLY)
    if bought is not None:
        return Selection(*bought)
    selection = select_by_program(problem, search=search)
    if search.compiled or (selection is not None and selection.proven):
        return selection
    bought = select_within_budget(problem, fastest_search(problem.catalogue))
    return Selection(*bought) if bought is not None else selection


def _reaches(problem: PlanningProblem, modules: int, closing: Closing) -> bool:
    """Return whether ``modules`` close all the goals that ``closing`` does, in as few hours."""
    goals = sum(1 << goal.fact for goal in problem.goals)
    wanted, _ = problem.catalogue.closure(problem.start, closing.modules)
    closed, _ = problem.catalogue.closure(problem.start, modules)
    return not goals & wanted & ~closed and sum(problem.catalogue.hours[m] for m in bits(modules)) == closing.hours
