"""An answer-set program as a yardstick: the hours stage over the relevant modules, solved by clingo.

In an answer set nothing holds by supporting itself, so circles need no care. Core-guided optimisation (``usc``), one thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import clingo

from competency_engine.planning.problem import PlanningProblem, bits
from competency_engine.planning.reduce import reduce_problem

SECONDS = 5.0
"""Limit of one solve."""

RULES = """
{ take(M) } :- hours(M,_).
:- take(M), needs(M,F), not holds(F).
:- take(M), paired(M), not take(P) : partner(M,P).
done(M) :- take(M), holds(F) : needs(M,F).
:- take(M), not done(M).
holds(F) :- done(M), adds(M,F).
holds(F) :- gate(F,N), N <= #count { G : child(F,G), holds(G) }.
:- goal(F), not holds(F).
#minimize { H,M : take(M), hours(M,H) }.
#defined needs/2. #defined paired/1. #defined partner/2. #defined gate/2. #defined child/2. #defined goal/1. #defined adds/2.
#show take/1.
"""


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """The chosen modules as a mask, and whether they were proven to take the fewest hours."""

    modules: int
    proven: bool


def close_goals(problem: PlanningProblem) -> AnswerSet:
    """Return modules that close every goal within reach in the fewest hours, or the best found in ``SECONDS``."""
    control = clingo.Control(["--opt-strategy=usc,stratify", "--warn=none", "--seed=1"])
    control.add("base", [], RULES + facts_of(problem))
    control.ground([("base", [])])
    best: list[int] = []

    def keep(model: clingo.Model) -> None:
        best[:] = [symbol.arguments[0].number for symbol in model.symbols(shown=True)]

    with control.solve(on_model=keep, async_=True) as handle:
        finished = handle.wait(SECONDS)
        handle.cancel()
        proven = finished and (bool(handle.get().exhausted) or not best)
    return AnswerSet(sum(1 << module for module in best), proven)


def facts_of(problem: PlanningProblem) -> str:
    """Return ``problem`` as facts; what holds at the start is left out of needs, and of gates' thresholds."""
    catalogue, start = problem.catalogue, problem.start
    reduction = reduce_problem(problem)
    lines = [f"goal({goal.fact})." for goal in problem.goals if (reduction.reachable & ~start) >> goal.fact & 1]
    for module in bits(reduction.relevant):
        lines.append(f"hours({module},{catalogue.hours[module]}).")
        lines += [f"needs({module},{fact})." for fact in bits(catalogue.needs[module] & ~start)]
        lines += [f"adds({module},{fact})." for fact in bits(catalogue.adds[module] & ~start)]
        if catalogue.partners[module] and not catalogue.partners[module] & problem.completed:
            lines.append(f"paired({module}).")
            lines += [f"partner({module},{other})." for other in bits(catalogue.partners[module] & reduction.relevant)]
    for gate in catalogue.gates:
        if not start >> gate.fact & 1:
            lines.append(f"gate({gate.fact},{gate.at_least - (gate.children & start).bit_count()}).")
            lines += [f"child({gate.fact},{child})." for child in bits(gate.children & ~start)]
    return "\n".join(lines)
