"""Answer "why this, why not that, what would change it, what else is as good, what does more cost" for one person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from competency_engine.assessment.gaps import Assessment, find_person
from competency_engine.domain.entity import ModuleId, TopicId, UnitId
from competency_engine.domain.plan import Plan
from competency_engine.errors import EngineError, UsageError
from competency_engine.planning.explain.absence import WhyNot, explain_absence, find_cheapest
from competency_engine.planning.explain.alternatives import Alternatives, find_alternatives
from competency_engine.planning.explain.changes import Changes, find_changes
from competency_engine.planning.explain.conflict import Conflict, find_conflict, find_demand_conflict
from competency_engine.planning.explain.price import PricePoint, find_prices
from competency_engine.planning.explain.reasons import Use, find_uses
from competency_engine.planning.problem import PlanningProblem, Solution, bits
from competency_engine.planning.reduce import find_executable
from competency_engine.text import say
from competency_engine.workflows.plan import Planner


@dataclass(frozen=True, slots=True)
class Explained:
    """A person's plan with what it was made from."""

    assessment: Assessment
    problem: PlanningProblem
    solution: Solution
    plan: Plan


@dataclass(frozen=True, slots=True)
class ModuleAnswer:
    """Why a module is in the plan (the goals that it serves), or why it is not.

    ``conflict``: for one that no plan can take, the rules against it and the problem that they speak of.
    """

    module: int
    uses: tuple[Use, ...]
    why_not: WhyNot | None
    conflict: tuple[Conflict, PlanningProblem] | None = None


TopicState = Literal["completed", "assessed", "planned", "open"]


@dataclass(frozen=True, slots=True)
class TopicAnswer:
    """What the plan takes of a topic.

    Attributes:
        topic: its id.
        state: ``completed`` by a path before the plan begins; ``assessed``, its unit's level counts as having done it;
            ``planned``, a path is complete at the end of the plan; ``open``, none is.
        cheapest: for an open topic, the way to complete it that costs the plan least, as modules, and the plan with it.
    """

    topic: TopicId
    state: TopicState
    cheapest: tuple[int, Solution] | None


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """How the plan treats a unit, and what would close its open levels.

    Attributes:
        unit: its id.
        within_reach: each open level (a fact) that some plan closes, and what would close it beside the rest.
        out_of_reach: the lowest level that no plan closes (a fact), and what would open it.
        conflict: for mandatory levels within reach that stay open: rules that cannot hold together.
    """

    unit: UnitId
    within_reach: tuple[tuple[int, Changes], ...]
    out_of_reach: tuple[int, Changes] | None
    conflict: Conflict | None


def explain_plan(planner: Planner, name: str) -> Explained:
    """Return the plan of ``name`` with what it was made from.

    Raises:
        UsageError: when nobody has this label.
        EngineError: when no plan was found.
    """
    solved = planner.solve(find_person(name, planner.population))
    if solved.solution is None:
        raise EngineError(say(f"{name} 没有可行的计划", f"{name} has no feasible plan"))
    return Explained(solved.assessment, solved.problem, solved.solution, planner.describe(solved))


def explain_steps(explained: Explained) -> tuple[tuple[Use, ...], ...]:
    """Return the goals that each step of the plan serves, in the order of the steps."""
    return tuple(find_uses(explained.problem, explained.solution, module) for module, _ in explained.solution.steps)


def explain_subject(planner: Planner, explained: Explained, subject: str) -> ModuleAnswer | TopicAnswer | UnitAnswer:
    """Return why ``subject``, a module, a topic or a unit, is treated as it is in the plan.

    Raises:
        UsageError: when there is no such subject.
    """
    library = planner.session.library
    if subject in library.modules:
        return _explain_module(explained, planner.catalogue.module_ids.index(ModuleId(subject)))
    if subject in library.topics:
        return _explain_topic(planner, explained, TopicId(subject))
    if subject in library.units:
        return _explain_unit(explained, UnitId(subject))
    near = get_close_matches(subject, [*library.modules, *library.topics, *library.units], n=1)
    hint = say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")
    raise UsageError(
        say(
            f"没有课程、专题或单元 {subject}{hint.zh}",
            f"there is no module, topic or unit {subject}{hint.en}",
        )
    )


def _explain_module(explained: Explained, module: int) -> ModuleAnswer:
    if explained.solution.modules >> module & 1:
        return ModuleAnswer(module, find_uses(explained.problem, explained.solution, module), None)
    why_not = explain_absence(explained.problem, explained.solution, module)
    barred = why_not.cause in ("not_offered", "out_of_reach", "over_budget")
    conflict = find_demand_conflict(explained.problem, [module]) if barred else None
    return ModuleAnswer(module, (), why_not, conflict)


def _explain_topic(planner: Planner, explained: Explained, topic_id: TopicId) -> TopicAnswer:
    library, problem = planner.session.library, explained.problem
    topic = library.topics[topic_id]
    index = {module_id: number for number, module_id in enumerate(problem.catalogue.module_ids)}
    ways = [sum(1 << index[module] for module in set(path)) for path in topic.paths]
    held = explained.assessment.held[topic.unit]
    taken = problem.completed | explained.solution.modules
    if any(not way & ~problem.completed for way in ways):
        return TopicAnswer(topic_id, "completed", None)
    if any(not way & ~taken for way in ways):
        return TopicAnswer(topic_id, "planned", None)
    if not held.assumed and held.level >= library.policy.topic_done_level:
        return TopicAnswer(topic_id, "assessed", None)
    return TopicAnswer(topic_id, "open", find_cheapest(problem, [way & ~problem.completed for way in ways]))


def _explain_unit(explained: Explained, unit: UnitId) -> UnitAnswer:
    problem, solution = explained.problem, explained.solution
    closed, _ = problem.catalogue.closure(problem.start, solution.modules)
    reachable, _ = find_executable(problem)
    open_goals = [
        goal for goal in problem.goals if problem.catalogue.facts[goal.fact][1] == unit and not closed >> goal.fact & 1
    ]
    near = sum(1 << goal.fact for goal in open_goals if reachable >> goal.fact & 1)
    far = next((goal.fact for goal in open_goals if not reachable >> goal.fact & 1), None)
    floor = sum(1 << goal.fact for goal in open_goals if goal.mandatory and near >> goal.fact & 1)
    kept = sum(1 << goal.fact for goal in problem.goals if goal.mandatory and closed >> goal.fact & 1)
    return UnitAnswer(
        unit=unit,
        within_reach=tuple((fact, find_changes(problem, solution, 1 << fact)) for fact in bits(near)),
        out_of_reach=(far, find_changes(problem, solution, 1 << far)) if far is not None else None,
        conflict=find_conflict(problem, floor, kept) if floor else None,
    )


def explain_alternatives(explained: Explained, limit: int) -> Alternatives:
    """Return the selections as good as the plan's, at most ``limit``."""
    return find_alternatives(explained.problem, explained.solution, limit)


def explain_price(explained: Explained, *, count_gaps: bool) -> tuple[PricePoint, ...]:
    """Return every budget at which the plan closes more; with ``count_gaps`` every missing step counts one, alike."""
    problem = explained.problem
    if count_gaps:
        alike = tuple(replace(goal, weight=1, tier=0, mandatory=False) for goal in problem.goals)
        problem = replace(problem, goals=alike, tiers=("gaps",))
    return find_prices(problem)
