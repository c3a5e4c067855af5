"""The third opinion: try everything. Only for worlds with a dozen modules, and schedules of half a dozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.library import Library
from tests.judge.rules import NOTHING, Case, Earlier, HorizonLike, Schedule, Selection

MOST_MODULES = 12
MOST_PLACEMENTS = 4**6

Rank = tuple[tuple[int, ...], tuple[str, ...]]


def rank_selections(case: Case) -> list[tuple[Rank, Selection]]:
    """Return every feasible selection, best first, with what it is ranked by."""
    if len(case.takable) > MOST_MODULES:
        raise ValueError(f"{len(case.takable)} modules are too many to try every set of them")
    ranked = []
    for modules in _subsets(case.takable):
        stages = case.selection_stages(modules)
        if stages is not None:
            values = tuple(-value if case.maximised(name) else value for name, value in stages.items())
            ranked.append(((values, modules), Selection(stages, modules)))
    return sorted(ranked, key=lambda pair: pair[0])


def brute_force_selection(library: Library, assessment: Assessment, horizon: HorizonLike) -> Selection:
    """Return the best of all sets of modules."""
    return rank_selections(Case(library, assessment, horizon))[0][1]


def brute_force_schedule(
    library: Library,
    assessment: Assessment,
    horizon: HorizonLike,
    module_ids: Iterable[str],
    earlier: Earlier = NOTHING,
) -> Schedule | None:
    """Return a best one of all placements of exactly these modules, or None if none keeps every rule."""
    case = Case(library, assessment, horizon, earlier)
    modules = tuple(sorted(module_ids))
    if len(case.calendar) ** len(modules) > MOST_PLACEMENTS:
        raise ValueError(f"{len(modules)} modules in {len(case.calendar)} periods are too many to try every placement")
    best: Schedule | None = None
    for ats in product(range(len(case.calendar)), repeat=len(modules)):
        periods = dict(zip(modules, ats, strict=True))
        stages = case.schedule_stages(periods)
        if stages is not None and (best is None or tuple(stages.values()) < tuple(best.stages.values())):
            best = Schedule(stages, periods)
    return best


def brute_force_plan(
    library: Library, assessment: Assessment, horizon: HorizonLike, earlier: Earlier = NOTHING
) -> tuple[Selection, Schedule] | None:
    """Return the first selection, best first, that can be scheduled, and its best schedule; None when none can."""
    for _, selection in rank_selections(Case(library, assessment, horizon, earlier)):
        schedule = brute_force_schedule(library, assessment, horizon, selection.modules, earlier)
        if schedule is not None:
            return selection, schedule
    return None


def _subsets(modules: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for size in range(len(modules) + 1):
        yield from combinations(modules, size)
