"""What holds of every problem, on drawn ones: more is never worse, names and order do not matter, no altered plan passes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from competency_engine.planning import program, sequence
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.pose import pose_problem
from competency_engine.planning.problem import Catalogue, Gate, PlanningProblem, Solution, bits
from competency_engine.planning.solve import solve_problem
from competency_engine.planning.verify import verify_solution
from competency_engine.solving.program import Program
from tests.judge.shipped import shipped_library, shipped_world
from tests.planning.drawn import draw_world
from tests.planning.program import program_alone
from tests.planning.small import Course, Wish, make_world

SEEDS = range(40)
MAXIMISED = 3
"""The first stages, which are maximised; hours and preferences follow, which are minimised."""


def rank(problem: PlanningProblem) -> tuple[int, ...]:
    """Return the values of the stages of selection so that a better plan has a larger tuple."""
    solution = solve_problem(problem)
    assert solution is not None
    values = [stage.value for stage in solution.stages[: MAXIMISED + 1 + len(problem.preferences)]]
    assert all(stage.status == "optimal" for stage in solution.stages)
    return (*values[:MAXIMISED], *(-value for value in values[MAXIMISED:]))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_larger_budget_is_never_worse_and_none_buys_nothing(seed: int) -> None:
    problem = draw_world(seed).problem
    ranks = [rank(replace(problem, budgets=(4 * hours,))) for hours in (0, 2, 4, 7, 100)]
    assert ranks == sorted(ranks)
    assert ranks[0][MAXIMISED] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_longer_months_and_more_of_them_are_never_worse(seed: int) -> None:
    problem = draw_world(seed).problem
    assert rank(replace(problem, hours_per_period=16)) <= rank(replace(problem, hours_per_period=24))
    assert rank(replace(problem, periods=problem.periods[:2])) <= rank(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_more_modules_are_never_worse(seed: int) -> None:
    problem = draw_world(seed).problem
    everything = rank(problem)
    for module in bits(problem.available):
        assert rank(replace(problem, available=problem.available & ~(1 << module))) <= everything


def renamed(problem: PlanningProblem, modules: Sequence[int], facts: Sequence[int]) -> PlanningProblem:
    """Return the problem with module ``m`` at place ``modules[m]`` and fact ``f`` at place ``facts[f]``."""

    def moved(mask: int, places: Sequence[int]) -> int:
        return sum(1 << places[bit] for bit in bits(mask))

    def rows(values: Sequence[int]) -> tuple[int, ...]:
        return tuple(values[modules.index(place)] for place in range(len(modules)))

    old = problem.catalogue
    catalogue = Catalogue(
        module_ids=old.module_ids,
        hours=rows(old.hours),
        facts=tuple(old.facts[facts.index(place)] for place in range(len(facts))),
        needs=rows([moved(mask, facts) for mask in old.needs]),
        adds=rows([moved(mask, facts) for mask in old.adds]),
        gates=tuple(Gate(facts[gate.fact], gate.at_least, moved(gate.children, facts)) for gate in old.gates),
        partners=rows([moved(mask, modules) for mask in old.partners]),
        topics=tuple(moved(topic, modules) for topic in reversed(old.topics)),
        phases=rows(old.phases),
        months=rows(old.months),
        recommended=tuple(old.recommended[modules.index(place)] for place in range(len(modules))),
    )
    preferences = tuple(
        replace(
            preference,
            module_costs=tuple((modules[module], cost) for module, cost in preference.module_costs),
            unmet_costs=tuple((modules[module], facts[fact]) for module, fact in preference.unmet_costs),
        )
        for preference in problem.preferences
    )
    return replace(
        problem,
        catalogue=catalogue,
        start=moved(problem.start, facts),
        available=moved(problem.available, modules),
        completed=moved(problem.completed, modules),
        counted=moved(problem.counted, modules),
        goals=tuple(sorted((replace(g, fact=facts[g.fact]) for g in problem.goals), key=lambda goal: goal.fact)),
        preferences=preferences,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_names_and_order_do_not_matter(seed: int) -> None:
    problem = draw_world(seed).problem
    rng = random.Random(seed)
    modules = rng.sample(range(len(problem.catalogue.module_ids)), len(problem.catalogue.module_ids))
    facts = rng.sample(range(len(problem.catalogue.facts)), len(problem.catalogue.facts))
    assert rank(renamed(problem, modules, facts)) == rank(problem)


def altered(problem: PlanningProblem, solution: Solution) -> Iterator[tuple[str, PlanningProblem, Solution]]:
    """Yield the solution after each single alteration that makes it wrong; a lower level is one of the problem."""
    steps = solution.steps
    catalogue = problem.catalogue
    for at, (module, period) in enumerate(steps):
        yield "a step removed", problem, replace(solution, steps=(*steps[:at], *steps[at + 1 :]))
        for later, (other, then) in enumerate(steps[at + 1 :], at + 1):
            others = sum(1 << one for one, _ in steps if one != module)
            if not catalogue.closure(problem.start, others)[1] >> other & 1:
                swapped = [*steps]
                swapped[at], swapped[later] = (other, period), (module, then)
                yield "two dependent steps swapped", problem, replace(solution, steps=tuple(swapped))
        if catalogue.partners[module] & solution.modules and period + 1 < len(problem.periods):
            apart = [*steps[:at], *steps[at + 1 :], (module, period + 1)]
            yield "a pair split", problem, replace(solution, steps=tuple(sorted(apart, key=lambda step: step[1])))
        goals = sum(1 << goal.fact for goal in problem.goals)
        closed, _ = catalogue.closure(problem.start, solution.modules)
        for fact in bits(catalogue.adds[module] & goals & ~problem.start):
            adds = tuple(mask & ~(1 << fact) for mask in catalogue.adds)
            if closed >> fact & 1:
                yield "a level changed", replace(problem, catalogue=replace(catalogue, adds=adds)), solution
    heaviest = max((stage.value for stage in solution.stages if stage.name == "peak_load"), default=0)
    if heaviest:
        yield "a month over its cap", replace(problem, hours_per_period=heaviest - 1), solution


def test_no_altered_plan_passes() -> None:
    seen: dict[str, int] = {}
    for seed in range(120):
        problem = draw_world(seed).problem
        solution = solve_problem(problem)
        assert solution is not None
        assert verify_solution(problem, solution) == ()
        for what, changed, plan in altered(problem, solution):
            assert verify_solution(changed, plan) != (), (seed, what)
            seen[what] = seen.get(what, 0) + 1
    assert min(seen.values()) >= 10, seen
    assert len(seen) == 5


@pytest.mark.parametrize("seed", [4, 13, 14])
def test_months_are_the_same_however_little_the_first_tries_may_do(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Cut short at once, the search asks a program that may hardly work either; what neither proves is searched again."""
    rng = random.Random(seed)
    courses = {name: Course(hours=rng.randint(1, 4), adds=(f"{name.upper()}1",)) for name in "abcdefghijklmnop"}
    wishes = [Wish(f"{name.upper()}1", rng.randint(1, 3)) for name in courses]
    problem = make_world(courses, wishes, months=6, cap=8).problem
    everything = (1 << len(courses)) - 1
    best = sequence.schedule_modules(problem, everything)
    monkeypatch.setattr(sequence, "_BRIEFLY", 1)
    monkeypatch.setattr(sequence, "_LITTLE_WORK", 1e-3)
    assert sequence.schedule_modules(problem, everything) == best


def test_a_plan_whose_proof_was_cut_short_says_what_its_steps_come_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut-short solve may leave variables lower than they could be, and a later stage may improve on an earlier one."""
    library = shipped_library()
    catalogue = compile_catalogue(library)
    statuses: set[str] = set()
    with program_alone():
        for work in (0.003, 0.01):
            for module in (program, sequence):
                monkeypatch.setattr(module, "Program", lambda *_, work=work, **given: Program(work, **given))
            for seed in range(12):
                world = shipped_world(seed)
                problem = pose_problem(world.assessment, library, catalogue, world.horizon)
                solution = solve_problem(problem)
                if solution is not None:
                    assert verify_solution(problem, solution) == ()
                    statuses |= {stage.status for stage in solution.stages}
    assert statuses == {"optimal", "feasible"}
