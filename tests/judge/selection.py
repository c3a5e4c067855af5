"""The exact judge of selections: which modules, by the stages of a person's policy.

A selection is a set of modules that may be taken one by one. In answer-set programming that is the meaning of rules:
``done`` is derived from the start alone, never from itself, so a taken module that only supports itself is not done.

All stages are one objective with priorities, so that what proves one stage is still known in the next. Two ways of
optimising take turns: from below, core by core, where no budget binds, and from above, answer by answer, where one does.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import count

import clingo

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.library import Library
from tests.judge.asp import LARGEST_SUM, FactWriter, JudgeError, UndecidedError, find_best
from tests.judge.rules import NOTHING, Case, Cost, Earlier, HorizonLike, Selection
from tests.judge.schedule import placement_rules

WAYS = ("--opt-strategy=usc", "--configuration=crafty")
RULES = """
{ take(M) } :- module(M).
:- take(M), not done(M).
:- fixed(M), not take(M).

done(M) :- completed(M).
done(M) :- take(M), way(M,F), holds(F).
level(U,K) :- start(U,K).
level(U,K) :- done(M), take(M), brings(M,U,K).
level(U,K-1) :- level(U,K), K > 1.
holds(F) :- is_unit(F,U,K), level(U,K).
holds(F) :- is_module(F,M), done(M).
holds(F) :- gate(F,N), N <= #count { I : part(F,I,G), holds(G) }.

:- take(M), partner(M,_), not done(P) : partner(M,P).
:- budget(B), #sum { H,M : take(M), counted(M), hours(M,H) } > B.
:- room(B), #sum { H,M : take(M), hours(M,H) } > B.

closed(U,K) :- goal(U,K,_,_,_), level(U,K).
#show take/1.
"""


@dataclass(frozen=True)
class Stage:
    """One stage: what is summed up (weighted terms, and when they count), and whether more is better."""

    name: str
    elements: tuple[tuple[str, str], ...]
    more_is_better: bool = False

    def goal(self, priority: int) -> str:
        """Return the statement that optimises this stage."""
        elements = "; ".join(f"{weight}@{priority},{rest}" for weight, rest in self.elements)
        return f"#{'maximize' if self.more_is_better else 'minimize'} {{ {elements} }}."

    def value(self, cost: int) -> int:
        """Return the sum, of which clingo minimises the ``cost``."""
        return -cost if self.more_is_better else cost


def judge_selection(
    library: Library,
    assessment: Assessment,
    horizon: HorizonLike,
    schedulable: bool = False,
    earlier: Earlier = NOTHING,
) -> Selection | None:
    """Return the best selection, or the best one that can be scheduled; None when there is none.

    Args:
        library: the documents.
        assessment: the person, on a date.
        horizon: the months to plan.
        schedulable: admit only selections for which every rule of a schedule can be kept. Slower: an optimum among
            schedules, not a second look at one selection.
        earlier: modules of an earlier plan that are still wanted, with their periods.
    """
    case = Case(library, assessment, horizon, earlier)
    program = [_program(case)]
    if schedulable:
        program += ["chosen(M) :- take(M).", placement_rules(case, case.takable)]
    stages = _stages(case)
    goals = [*stages, *map(_id_first, case.takable)]
    program += [goal.goal(len(goals) - rank) for rank, goal in enumerate(goals)]
    best = _best("\n".join(program))
    if best is None:
        return None
    atoms, costs = best
    modules = tuple(sorted(atom.arguments[0].string for atom in atoms))
    values = {stage.name: stage.value(costs.get(len(goals) - rank, 0)) for rank, stage in enumerate(stages)}
    if case.selection_stages(modules) != values:
        raise JudgeError(f"{modules} replays as {case.selection_stages(modules)}, the answer set says {values}")
    return Selection(values, modules)


def _best(program: str) -> tuple[list[clingo.Symbol], dict[int, int]] | None:
    """Return what ``find_best`` does, each way in turn with ever more conflicts until one has the proof."""
    for limit in (10_000 * 4**turn for turn in count()):
        for way in WAYS:
            with suppress(UndecidedError):
                return find_best(program, way, f"--solve-limit={limit}")
    raise AssertionError("unreachable")


def _program(case: Case) -> str:
    writer = FactWriter(case, case.takable)
    writer.say("budget", sum(case.budgets.values()))
    writer.say("room", case.room)
    for index, cost in enumerate(case.costs):
        for id_, weight in cost.per_module.items():
            writer.say("cost", index, id_, weight)
        for id_, recommended in cost.recommendations.items():
            for number, requirement in enumerate(recommended):
                writer.say("recommended", index, id_, number, writer.node(requirement))
    if 3 * sum(abs(weight) for cost in case.costs for weight in cost.per_module.values()) > LARGEST_SUM:
        raise JudgeError("the world is too large for clingo's integers")
    rules = [_excess(index, cost) for index, cost in enumerate(case.costs) if cost.at_least_zero]
    return "\n".join([RULES, "#defined cost/3.", "#defined recommended/4.", writer.write(), *rules])


def _excess(index: int, cost: Cost) -> str:
    """Return the rules of a number, written in binary, that is at least the sum of ``cost`` and at least zero."""
    digits = (sum(map(abs, cost.per_module.values())) + sum(map(len, cost.recommendations.values()))).bit_length()
    elements = "; ".join(f"{weight},{rest}" for weight, rest in _elements(index))
    return f"{{ over({index},0..{digits - 1}) }}.\n:- #sum {{ {elements}; -(2**B),B : over({index},B) }} > 0."


def _elements(index: int) -> tuple[tuple[str, str], ...]:
    """Return what the preference of this number sums up."""
    unmet = f"M,I : take(M), recommended({index},M,I,F), not holds(F)"
    return ("W", f"M : take(M), cost({index},M,W)"), ("1", unmet)


def _stages(case: Case) -> list[Stage]:
    stages = [Stage("mandatory", (("W", "U,K : closed(U,K), goal(U,K,W,_,1)"),), more_is_better=True)]
    for tier in case.library.model.tiers:
        elements = (("W", f'U,K : closed(U,K), goal(U,K,W,"{tier.id}",_)'),)
        stages.append(Stage(f"tier:{tier.id}", elements, more_is_better=True))
    if case.earlier:
        stages.append(Stage("kept", (("1", "M : take(M), earlier(M)"),), more_is_better=True))
    stages.append(Stage("hours", (("H", "M : take(M), hours(M,H)"),)))
    for index, cost in enumerate(case.costs):
        excess = (("2**B", f"B : over({index},B)"),)
        stages.append(Stage(cost.name, excess if cost.at_least_zero else _elements(index)))
    return stages


def _id_first(module: str) -> Stage:
    """Return the stage that prefers ``module`` to be taken.

    These stages, by id, give the smallest sorted tuple of ids among the equally good: all of them have the same hours,
    so none is part of another, and the smaller tuple is the one that has the first id in which two differ.
    """
    return Stage(module, (("1", f'M : take(M), M = "{module}"'),), more_is_better=True)
