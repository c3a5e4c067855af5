"""What each step of the search buys: the same people with one step switched off at a time, in plain Python.

A switch is a change to a copy of ``planning/kernel.py`` made for it alone: a constant set, or one function put in place of another.
Answers stay right; only the work changes.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from competency_engine.planning import kernel as plain_kernel
from competency_engine.planning import search as search_module
from competency_engine.planning.problem import Catalogue, PlanningProblem
from competency_engine.planning.search import Search

WORK_LIMIT = 300_000
"""Operators that the cuts of a search may look at here; more tells nothing new about a step."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a search cost with one step switched off.

    Attributes:
        step: what is switched off.
        seconds: CPU seconds per person.
        parts: parts bounded per person.
        at_root: share of people for whom nothing was branched on.
        proven: share of people whose search was finished within ``WORK_LIMIT``.
        hours: quarter hours of each person's answer.
    """

    step: str
    seconds: float
    parts: float
    at_root: float
    proven: float
    hours: tuple[int, ...]


class NoStepError(AttributeError):
    """The kernel has no such part any more: the switch would do nothing."""


def _put(kernel: ModuleType, name: str, value: object) -> None:
    if not hasattr(kernel, name):
        raise NoStepError(f"planning/kernel.py has no {name}")
    setattr(kernel, name, value)


def one_pass(kernel: ModuleType) -> None:
    """Bound each part once."""
    _put(kernel, "_PASSES", 1)


def old_estimates(kernel: ModuleType) -> None:
    """Estimate prices once for each pass, not before each cut."""
    ascend, estimate, perturb = kernel.ascend, kernel.estimate, kernel.perturb
    due: set[Callable[..., None]] = set()

    def ascend_anew(*arguments: Any) -> Any:
        due.update((estimate, perturb))
        return ascend(*arguments)

    def once(function: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: Any) -> None:
            if function in due:
                due.remove(function)
                function(*arguments)

        return call

    for name, function in (("ascend", ascend_anew), ("estimate", once(estimate)), ("perturb", once(perturb))):
        _put(kernel, name, function)


def one_part(kernel: ModuleType) -> None:
    """Solve all that is left as one part."""
    label_parts = kernel.label_parts

    def label(net: Any, goals: Any, cost: Any, alive: Any, start: Any, fact_part: Any, part: Any) -> int:
        parts = label_parts(net, goals, cost, alive, start, fact_part, part)
        for labels in (fact_part, part):
            labels[:] = [min(number, 1) for number in labels]
        return min(parts, 1)

    _put(kernel, "label_parts", label)


def no_striking(kernel: ModuleType) -> None:
    """Keep operators of which every plan would be as dear as the best known."""
    bound_part = kernel.bound_part

    def bound(net: Any, cost: Any, upper: Any, alive: Any, *others: Any) -> Any:
        return bound_part(net, cost, upper, _Unchanging(alive), *others)

    _put(kernel, "bound_part", bound)


class _Unchanging(list[int]):
    def __setitem__(self, index: Any, value: Any) -> None:
        pass


def branch_on_dearest(kernel: ModuleType) -> None:
    """Decide on the dearest operator of the plan, whatever the cuts say."""

    def choose(net: Any, cost: Any, alive: Any, plan: Any, cuts: Any) -> int:
        return max(
            (o for o in range(len(cost)) if plan[o] and alive[o] and cost[o] > 0),
            key=lambda o: (cost[o], -o),
            default=-1,
        )

    _put(kernel, "choose_branch", choose)


STEPS: dict[str, Callable[[ModuleType], None]] = {
    "nothing": lambda _: None,
    "further passes": one_pass,
    "fresh estimates before each cut": old_estimates,
    "splitting into parts": one_part,
    "striking by reduced cost": no_striking,
    "branching by cuts": branch_on_dearest,
}


def find_effects(catalogue: Catalogue, problems: Sequence[PlanningProblem], rounds: int) -> list[Effect]:
    """Return what each of ``STEPS`` costs when it is switched off, over interleaved rounds."""
    limit = search_module.WORK_LIMIT
    search_module.WORK_LIMIT = WORK_LIMIT
    try:
        rows = [[_run(step, catalogue, problems) for step in STEPS] for _ in range(rounds)]
    finally:
        search_module.WORK_LIMIT = limit
    return [_median(effects) for effects in zip(*rows, strict=True)]


def _median(effects: Sequence[Effect]) -> Effect:
    return sorted(effects, key=lambda effect: effect.seconds)[len(effects) // 2]


def _run(step: str, catalogue: Catalogue, problems: Sequence[PlanningProblem]) -> Effect:
    kernel, calls = _copy_of_kernel(), {"bound_part": 0, "choose_branch": 0}
    STEPS[step](kernel)
    for name in calls:
        setattr(kernel, name, _counted(getattr(kernel, name), name, calls))
    search = Search(catalogue)
    search.kernel = kernel
    closings, branched = [], []
    start = time.process_time()
    for problem in problems:
        before = calls["choose_branch"]
        closings.append(search.close_goals(problem))
        branched.append(calls["choose_branch"] > before)
    seconds = (time.process_time() - start) / len(problems)
    return Effect(
        step,
        seconds,
        parts=calls["bound_part"] / len(problems),
        at_root=1 - statistics.fmean(branched),
        proven=statistics.fmean(closing.bound == closing.hours for closing in closings),
        hours=tuple(closing.hours for closing in closings),
    )


def _counted(function: Callable[..., Any], name: str, calls: dict[str, int]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        calls[name] += 1
        return function(*arguments)

    return call


def _copy_of_kernel() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kernel_with_switches", plain_kernel.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
