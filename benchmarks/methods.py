"""The methods that are measured, each as a function of a person of a case."""

from __future__ import annotations

import contextlib
import inspect
import json
from collections.abc import Callable
from functools import partial

from benchmarks import answer_sets
from benchmarks.cases import Case
from benchmarks.direct import DirectAnswer, DirectModel
from benchmarks.greedy import Greedy
from benchmarks.measure import Method, Outcome
from competency_engine.planning.problem import PlanningProblem, Solution, bits
from competency_engine.planning.search import Search
from competency_engine.planning.select import select_modules
from competency_engine.planning.solve import solve_problem

PLAIN, COMPILED = "plain", "compiled"
HOURS, STAGES, PIPELINE = "hours stage", "all stages", "whole pipeline"
GREEDY, CP_SAT_HOURS, CP_SAT_STAGES = "naive greedy", "CP-SAT, hours stage", "CP-SAT, all stages"
ANSWER_SETS, FLOOR = "answer sets, hours stage", "parse and serialise"


def ours(stage: str, back_end: str) -> str:
    """Return the name of one of our methods."""
    return f"ours, {stage}, {back_end}"


def searches(case: Case) -> dict[str, Search]:
    """Return the search by back end; the compiled one only where numba is installed, and warm: it has planned someone with few goals."""
    found = {PLAIN: Search(case.catalogue)}
    with contextlib.suppress(ImportError):
        found[COMPILED] = Search(case.catalogue, compiled=True)
        first = map(case.pose, range(min(20, len(case.people))))
        easy = min(first, key=lambda problem: (not problem.goals, len(problem.goals)))
        select_modules(easy, search=found[COMPILED])
    return found


def our_methods(case: Case, problems: list[PlanningProblem], back_end: str, search: Search) -> list[Method]:
    """Return our stages on one back end; the pipeline where the product runs it on that one."""
    methods = [
        Method(ours(HOURS, back_end), lambda person: _closed(search, problems[person])),
        Method(ours(STAGES, back_end), lambda person: _selected(search, problems[person])),
    ]
    takes_search = "search" in inspect.signature(solve_problem).parameters
    if takes_search or back_end == PLAIN:
        solve = partial(solve_problem, search=search) if takes_search else solve_problem
        methods.append(Method(ours(PIPELINE, back_end), lambda person: _solved(solve, case.pose(person))))
    return methods


def yardsticks(case: Case, problems: list[PlanningProblem]) -> list[Method]:
    """Return the methods of others, for the same people."""
    greedy = Greedy(case.catalogue)
    lines = [_lines(case, person) for person in range(len(problems))]
    return [
        Method(GREEDY, lambda person: _outcome(problems[person], greedy.close_goals(problems[person]), False)),
        Method(CP_SAT_HOURS, lambda person: _direct(problems[person], DirectModel.close_goals)),
        Method(CP_SAT_STAGES, lambda person: _direct(problems[person], DirectModel.select)),
        Method(ANSWER_SETS, lambda person: _answer_set(problems[person])),
        Method(FLOOR, lambda person: _parsed(*lines[person])),
    ]


def hours_of(problem: PlanningProblem, modules: int) -> int:
    """Return the quarter hours of ``modules``."""
    return sum(problem.catalogue.hours[module] for module in bits(modules))


def _outcome(problem: PlanningProblem, modules: int, proven: bool) -> Outcome:
    return Outcome(hours_of(problem, modules), modules, proven)


def _closed(search: Search, problem: PlanningProblem) -> Outcome:
    closing = search.close_goals(problem)
    return Outcome(closing.hours, closing.modules, closing.bound == closing.hours)


def _selected(search: Search, problem: PlanningProblem) -> Outcome:
    selection = select_modules(problem, search=search)
    if selection is None:
        return Outcome(0, 0, False)
    return _outcome(problem, selection.modules, all(stage.status == "optimal" for stage in selection.stages))


def _solved(solve: Callable[[PlanningProblem], Solution | None], problem: PlanningProblem) -> Outcome:
    solution = solve(problem)
    if solution is None:
        return Outcome(0, 0, False)
    return _outcome(problem, solution.modules, all(stage.status == "optimal" for stage in solution.stages))


def _direct(problem: PlanningProblem, stage: Callable[[DirectModel], DirectAnswer]) -> Outcome:
    answer = stage(DirectModel(problem))
    return _outcome(problem, answer.modules, answer.proven)


def _answer_set(problem: PlanningProblem) -> Outcome:
    answer = answer_sets.close_goals(problem)
    return _outcome(problem, answer.modules, answer.proven)


def _lines(case: Case, person: int) -> tuple[str, dict[str, object]]:
    """Return what is recorded of a person as a JSON line, and a plan's worth of answer."""
    label = case.people[person]
    entity = case.population.persons[label]
    record = {
        "person": entity.model_dump(mode="json", exclude_defaults=True),
        "community": case.population.communities[entity.community].model_dump(mode="json", exclude_defaults=True),
        "evidence": [r.model_dump(mode="json", exclude_none=True) for r in case.population.evidence.get(label, ())],
    }
    gaps = [
        {"unit": r["unit"], "held": r["level"], "required": r["level"], "kind": r.get("gap_kind")}
        for r in record["evidence"]
    ]
    steps = [{"number": n, "month": "2027-01", "module": "T00-1T", "hours": 2.5, "reasons": []} for n in range(12)]
    return json.dumps(record, ensure_ascii=False), {
        "person": label,
        "status": "optimal",
        "gaps": gaps[:10],
        "steps": steps,
    }


def _parsed(line: str, answer: dict[str, object]) -> Outcome:
    record = json.loads(line)
    json.dumps(answer | {"person": record["person"]["id"]}, ensure_ascii=False)
    return Outcome(0, 0, True)
