"""Changes behind switches: in nasty worlds, the best plan under each is that of the library in which the change was made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from competency_engine.assessment.gaps import assess
from competency_engine.audit.candidates import Candidate, DropRequisite, WriteModule, find_candidates
from competency_engine.audit.coverage import cover
from competency_engine.audit.plan_changes import Outcome, outcome
from competency_engine.domain.entity import ModuleId, PersonId
from competency_engine.domain.library import Library
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import PlanningProblem, Solution
from competency_engine.planning.solve import solve_problem
from competency_engine.planning.switches import compile_switched, try_singly
from tests.judge.worlds import World, random_world, world_under_way
from tests.worlds.build import AS_OF, library, module, people, policy, role, unit


def changed(made: Library, candidate: Candidate) -> Library:
    """Return the library in which the change was made by hand."""
    if isinstance(candidate, WriteModule):
        modules = {**made.modules, ModuleId(candidate.module.id): candidate.module}
        return replace(made, modules=dict(sorted(modules.items())))
    assert isinstance(candidate, DropRequisite)
    kind, id_, rank = candidate.entry
    documents = dict(getattr(made, f"{kind}s"))
    name = "prerequisites" if kind == "unit" else "requires"
    left = tuple(entry for place, entry in enumerate(getattr(documents[id_], name)) if place != rank)
    documents[id_] = documents[id_].model_copy(update={name: left})
    return replace(made, **{f"{kind}s": documents})


def planned(world: World, made: Library) -> Outcome:
    problem = pose_problem(world.assessment, made, compile_catalogue(made), world.horizon)
    return outcome(problem, world.horizon, solve_problem(problem))


@pytest.mark.parametrize("draw", [random_world, world_under_way])
@pytest.mark.parametrize("seed", range(12))
def test_each_switch_alone_does_what_its_change_does(draw, seed: int) -> None:  # type: ignore[no-untyped-def]
    world = draw(seed)
    made = world.library
    candidates = find_candidates(made, cover(made), yardstick=False)
    switched = compile_switched(
        made,
        [one.module for one in candidates if isinstance(one, WriteModule)],
        [one.entry for one in candidates if isinstance(one, DropRequisite)],
    )
    switches = [
        switched.write(ModuleId(one.module.id)) if isinstance(one, WriteModule) else switched.drop(one.entry)  # type: ignore[union-attr]
        for one in candidates
    ]
    problem = switched.off(pose_problem(world.assessment, switched.library, switched.catalogue, world.horizon))
    base = planned(world, made)
    assert outcome(problem, world.horizon, solve_problem(problem)) == base
    found = {
        tried.switch: outcome(tried.problem, world.horizon, tried.solution)
        for tried in try_singly(problem, switches, solve_problem)
    }
    for place, candidate in enumerate(candidates):
        assert found.get(place, base) == planned(world, changed(made, candidate)), candidate


def test_only_what_the_best_plan_draws_on_is_tried_alone() -> None:
    """A needs X, which takes 5 of 6 hours; B needs Y, which is held: of three switches only that of A's requirement is tried."""
    modules = [
        module("a", brings={"A": 1}, hours=3, requires=[{"module": "x"}]),
        module("b", brings={"B": 1}, hours=3, requires=[{"unit": "Y", "level": 1}]),
        module("c", hours=1, requires=[{"module": "x"}]),
        module("x", hours=5),
    ]
    made = library(
        [unit("A"), unit("B"), unit("Y")],
        modules,
        roles=[role("R", {"A": 1, "B": 1})],
        planning=policy(budget={"hours_per_year": 6, "counts": ["thematic"]}),
    )
    entries = [("module", name, 0) for name in "abc"]
    switched = compile_switched(made, [], entries)
    assessment = assess(PersonId("学员0001"), people([{"unit": "Y", "level": 1}]), made, AS_OF)
    problem = switched.off(pose_problem(assessment, switched.library, switched.catalogue, Horizon(2027, 1, 12)))
    solved = []

    def solve(one: PlanningProblem) -> Solution | None:
        solved.append(one)
        return solve_problem(one)

    (tried,) = try_singly(problem, [switched.drop(entry) for entry in entries], solve)
    assert entries[tried.switch] == ("module", "a", 0)
    assert tried.solution is not None
    assert {switched.catalogue.module_ids[module] for module, _ in tried.solution.steps} == {"a", "b"}
    assert len(solved) == 3


def test_where_months_bind_a_requirement_met_in_the_same_month_is_drawn_on() -> None:
    """Y waits a month for x; without that both come in January, x first."""
    made = library(
        [unit("X"), unit("Y")],
        [module("x", brings={"X": 1}), module("y", brings={"Y": 1}, requires=[{"module": "x"}])],
        roles=[role("R", {"X": 1, "Y": 1})],
        planning=policy(prerequisites_by="earlier_month"),
    )
    switched = compile_switched(made, [], [("module", "y", 0)])
    records = [{"unit": "X", "level": 0}, {"unit": "Y", "level": 0}]
    assessment = assess(PersonId("学员0001"), people(records), made, AS_OF)
    problem = switched.off(pose_problem(assessment, switched.library, switched.catalogue, Horizon(2027, 1, 12)))
    base = solve_problem(problem)
    assert base is not None
    assert base.steps == ((0, 0), (1, 1))
    (tried,) = try_singly(problem, [switched.drop(("module", "y", 0))], solve_problem)
    assert tried.solution is not None
    assert tried.solution.steps == ((0, 0), (1, 0))
