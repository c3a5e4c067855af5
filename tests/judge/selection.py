"""The exact judge of selections: which modules, by the stages of a person's policy.

A selection is a set of modules that may be taken one by one. In answer-set programming that is the meaning of rules:
``done`` is derived from the start alone, never from itself, so a taken module that only supports itself is not done.
"""

from __future__ import annotations

from dataclasses import dataclass

import clingo

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.library import Library
from tests.judge.asp import LARGEST_SUM, FactWriter, JudgeError, control, find_model
from tests.judge.rules import NOTHING, Case, Earlier, HorizonLike, Selection
from tests.judge.schedule import placement_rules

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
    """One stage: what is summed up (elements of a #sum), and whether more is better."""

    name: str
    elements: str
    more_is_better: bool = False
    at_least_zero: bool = False

    def goal(self) -> str:
        """Return the statement that optimises this stage."""
        return f"#{'maximize' if self.more_is_better else 'minimize'} {{ {self.elements} }}."

    def keep(self, value: int) -> str:
        """Return the constraint that no worse value is accepted from here on."""
        return f":- #sum {{ {self.elements} }} {'<' if self.more_is_better else '>'} {value}."


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
    candidates = case.takable if schedulable else case.useful
    program = _program(case, candidates)
    if schedulable:
        program += "\nchosen(M) :- take(M).\n" + placement_rules(case, candidates)
    values: dict[str, int] = {}
    chosen: frozenset[str] = frozenset()
    for stage in _stages(case):
        best = _best(program, stage)
        if best is None:
            return None
        chosen = best
        replayed = case.selection_stages(sorted(chosen))
        if replayed is None or any(replayed[name] != value for name, value in values.items()):
            raise JudgeError(
                f"stage {stage.name}: {sorted(chosen)} replays as {replayed}, earlier stages gave {values}"
            )
        values[stage.name] = replayed[stage.name]
        program += "\n" + stage.keep(values[stage.name])
    modules = _first_by_id(case, program, candidates, chosen)
    if case.selection_stages(modules) != values:
        raise JudgeError(f"the tie-break changed {values} to {case.selection_stages(modules)}")
    return Selection(values, modules)


def _program(case: Case, candidates: tuple[str, ...]) -> str:
    writer = FactWriter(case, candidates)
    writer.say("budget", sum(case.budgets.values()))
    writer.say("room", case.room)
    for index, cost in enumerate(case.costs):
        for id_, weight in cost.per_module.items():
            writer.say("cost", index, id_, weight)
        for id_, recommended in cost.recommendations.items():
            for number, requirement in enumerate(recommended):
                writer.say("recommended", index, id_, number, writer.node(requirement))
    if sum(abs(weight) for cost in case.costs for weight in cost.per_module.values()) > LARGEST_SUM:
        raise JudgeError("the world is too large for clingo's integers")
    return "\n".join([RULES, "#defined cost/3.", "#defined recommended/4.", writer.write()])


def _stages(case: Case) -> list[Stage]:
    stages = [Stage("mandatory", "W,U,K : closed(U,K), goal(U,K,W,_,1)", more_is_better=True)]
    for tier in case.library.model.tiers:
        elements = f'W,U,K : closed(U,K), goal(U,K,W,"{tier.id}",_)'
        stages.append(Stage(f"tier:{tier.id}", elements, more_is_better=True))
    if case.earlier:
        stages.append(Stage("kept", "1,M : take(M), earlier(M)", more_is_better=True))
    stages.append(Stage("hours", "H,M : take(M), hours(M,H)"))
    for index, cost in enumerate(case.costs):
        elements = f"W,M : take(M), cost({index},M,W); 1,M,I : take(M), recommended({index},M,I,F), not holds(F)"
        stages.append(Stage(cost.name, elements, at_least_zero=cost.at_least_zero))
    return stages


def _best(program: str, stage: Stage) -> frozenset[str] | None:
    if stage.at_least_zero:
        enough = find_model(control(program + "\n" + stage.keep(0)))
        if enough is not None:
            return _taken(enough)
    best = find_model(control(program + "\n" + stage.goal()), optimise=True)
    return None if best is None else _taken(best)


def _first_by_id(case: Case, program: str, candidates: tuple[str, ...], chosen: frozenset[str]) -> tuple[str, ...]:
    """Return the smallest sorted tuple of ids among the equally good.

    All of them have the same hours, so none is part of another, and the smaller tuple is the one that has the first id
    in which two differ. Hence: from the first id on, keep each module that can still be kept.
    """
    ctl = control(program)
    fixed: list[tuple[clingo.Symbol, bool]] = []
    spare = sum(case.hours[id_] for id_ in chosen)
    for id_ in candidates:
        if spare == 0:
            break
        wanted = (clingo.Function("take", [clingo.String(id_)]), True)
        if id_ not in chosen:
            other = find_model(ctl, [*fixed, wanted]) if case.hours[id_] <= spare else None
            if other is None:
                fixed.append((wanted[0], False))
                continue
            chosen = _taken(other)
        fixed.append(wanted)
        spare -= case.hours[id_]
    return tuple(sorted(chosen))


def _taken(atoms: list[clingo.Symbol]) -> frozenset[str]:
    return frozenset(atom.arguments[0].string for atom in atoms)
