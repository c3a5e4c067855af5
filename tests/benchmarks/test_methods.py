"""The yardsticks agree with the product where they can be compared, and the greedy is what it says it is."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import networkx as nx
import pytest

from benchmarks import answer_sets
from benchmarks.cases import Case, open_reference, open_world
from benchmarks.compare import check_plan
from benchmarks.direct import DirectModel
from benchmarks.greedy import Greedy, Run, bundle_graph
from benchmarks.methods import hours_of
from benchmarks.steps import STEPS, NoStepError, find_effects, one_pass
from benchmarks.worlds import World
from competency_engine.planning.problem import PlanningProblem, bits
from competency_engine.planning.search import Search
from competency_engine.planning.select import select_modules
from tests.planning.small import Course, Wish, make_world

PEOPLE = 12


@pytest.fixture(scope="module", params=[0.1, 0.8], ids=["loose", "dense"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    return open_world(World(162, request.param, people=PEOPLE), tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def problems(case: Case) -> list[PlanningProblem]:
    return [case.pose(person) for person in range(PEOPLE)]


def test_direct_model_takes_as_few_hours_as_the_search(case: Case, problems: list[PlanningProblem]) -> None:
    search = Search(case.catalogue)
    for problem in problems:
        answer = DirectModel(problem).close_goals()
        assert answer.proven
        assert hours_of(problem, answer.modules) == search.close_goals(problem).hours


def test_direct_model_of_all_stages_selects_the_same_modules(problems: list[PlanningProblem]) -> None:
    for problem in problems[:4]:
        selection = select_modules(problem)
        assert selection is not None
        assert DirectModel(problem).select().modules == selection.modules


def test_answer_sets_take_as_few_hours_as_the_search(case: Case, problems: list[PlanningProblem]) -> None:
    search = Search(case.catalogue)
    answers = [answer_sets.close_goals(problem) for problem in problems]
    assert all(answer.proven for answer in answers)
    assert [hours_of(p, a.modules) for p, a in zip(problems, answers, strict=True)] == [
        search.close_goals(problem).hours for problem in problems
    ]


def test_greedy_plans_are_valid_and_never_below_the_optimum(case: Case, problems: list[PlanningProblem]) -> None:
    greedy, search = Greedy(case.catalogue), Search(case.catalogue)
    for problem in problems:
        modules = greedy.close_goals(problem)
        check_plan(problem, modules)
        assert hours_of(problem, modules) >= search.close_goals(problem).hours


def test_greedy_plans_of_the_reference_curriculum_are_valid(tmp_path: Path) -> None:
    case = open_reference(60, tmp_path)
    greedy = Greedy(case.catalogue)
    for person in range(60):
        problem = case.pose(person)
        check_plan(problem, greedy.close_goals(problem))


def test_a_bundle_is_a_module_with_its_ancestors_in_the_graph_of_the_person(
    case: Case, problems: list[PlanningProblem]
) -> None:
    greedy = Greedy(case.catalogue)
    for problem in problems[:3]:
        graph = bundle_graph(greedy, problem)
        run = Run(greedy, greedy.ways, problem)
        for module in bits(problem.available):
            assert set(run.bundle(module).modules) == {module, *nx.ancestors(graph, module)}


def test_greedy_takes_the_most_gap_per_hour_and_misses_what_two_goals_share() -> None:
    # A and B close a goal in 4 h each; X and Y need S and so 5 h for the first goal, but only 6 h for both.
    world = make_world(
        {
            "A": Course(4, adds=("A1",)),
            "B": Course(4, adds=("B1",)),
            "S": Course(4, adds=("S1",)),
            "X": Course(1, needs=("S1",), adds=("A1",)),
            "Y": Course(1, needs=("S1",), adds=("B1",)),
        },
        [Wish("A1"), Wish("B1")],
    )
    taken = Greedy(world.problem.catalogue).close_goals(world.problem)
    assert taken == world.mask("A", "B")
    assert Search(world.problem.catalogue).close_goals(world.problem).modules == world.mask("S", "X", "Y")


def test_a_plan_that_leaves_a_goal_open_or_cannot_be_taken_is_refused() -> None:
    world = make_world(
        {"A": Course(1, adds=("A1",)), "B": Course(1, needs=("A1",), adds=("B1",))},
        [Wish("B1")],
    )
    check_plan(world.problem, world.mask("A", "B"))
    for names in (("A",), ("B",), ()):
        with pytest.raises(AssertionError, match="not a plan"):
            check_plan(world.problem, world.mask(*names))
    paired = make_world({"A": Course(1, adds=("A1",), pairs=("P",)), "P": Course(1, pairs=("A",))}, [Wish("A1")])
    with pytest.raises(AssertionError, match="lack a partner"):
        check_plan(paired.problem, paired.mask("A"))


def test_switching_a_step_off_changes_the_work_and_no_answer(case: Case, problems: list[PlanningProblem]) -> None:
    effects = {effect.step: effect for effect in find_effects(case.catalogue, problems, rounds=1)}
    assert set(effects) == set(STEPS)
    assert len({effect.hours for effect in effects.values()}) == 1
    assert all(effect.proven == 1 for effect in effects.values())
    whole = effects["nothing"]
    assert effects["splitting into parts"].parts < whole.parts


def test_a_switch_whose_step_is_gone_from_the_kernel_is_refused() -> None:
    with pytest.raises(NoStepError, match="no _PASSES"):
        one_pass(ModuleType("kernel without passes"))
