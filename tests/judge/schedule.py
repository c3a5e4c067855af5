"""The exact judge of schedules: in which months the modules of one selection run.

The rules of a selection, once for each period: what is ``done`` by the end of a period is derived from what the period
before it left and from the modules placed in it, and, as in every answer set, never from itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.library import Library
from tests.judge.asp import FactWriter, JudgeError, find_best
from tests.judge.rules import NOTHING, Case, Earlier, HorizonLike, Schedule

PLACEMENT = """
{ at(M,T) : runs(M,T) } = 1 :- chosen(M).
:- at(M,T), not done(M,T).

done(M,T) :- completed(M), period(T,_).
done(M,T) :- done(M,T-1), period(T,_).
done(M,T) :- at(M,T), way(M,F), holds(F,T).
level(U,K,T) :- start(U,K), period(T,_).
level(U,K,T) :- done(M,T), module(M), brings(M,U,K).
level(U,K-1,T) :- level(U,K,T), K > 1.
holds(F,T) :- is_unit(F,U,K), level(U,K,T).
holds(F,T) :- is_module(F,M), done(M,T).
holds(F,T) :- gate(F,N), period(T,_), N <= #count { I : part(F,I,G), holds(G,T) }.

:- partner(M,P), chosen(P), at(M,T), not at(P,T).
:- same_topic(M,P), at(M,T), at(P,S), longest_interval(L), T - S > L.
:- cap(T,C), #sum { H,M : at(M,T), hours(M,H) } > C.
:- least(T,L,_), #sum { H,M : at(M,T), hours(M,H) } < L.
:- least(T,_,L), #count { M : at(M,T) } < L.
:- most_modules(T,L), #count { M : at(M,T) } > L.
:- yearly(Y,B), #sum { H,M : at(M,T), period(T,Y), counted(M), hours(M,H) } > B.
#defined same_topic/2.
#defined most_modules/2.
"""
EARLIER = """
:- at(M,T), not ready(M,T).
ready(M,T) :- at(M,T), way(M,F), before(M,F,T).
beside(M,P,T) :- partner(M,P), at(M,T), at(P,T).
level_before(M,U,K,T) :- at(M,T), start(U,K).
level_before(M,U,K,T) :- at(M,T), level(U,K,T-1).
level_before(M,U,K,T) :- beside(M,P,T), brings(P,U,K).
level_before(M,U,K-1,T) :- level_before(M,U,K,T), K > 1.
before(M,F,T) :- at(M,T), is_unit(F,U,K), level_before(M,U,K,T).
before(M,F,T) :- at(M,T), is_module(F,P), completed(P).
before(M,F,T) :- at(M,T), is_module(F,P), done(P,T-1).
before(M,F,T) :- is_module(F,P), beside(M,P,T).
before(M,F,T) :- gate(F,N), at(M,T), N <= #count { I : part(F,I,G), before(M,G,T) }.
"""
OBJECTIVES = {
    "deadlines": "W,U,K : late(U,K), goal(U,K,W,_,_)",
    "moved": "1,M : planned(M,T), chosen(M), not at(M,T)",
    "goal_periods": "W,U,K,T : waits(U,K,T), goal(U,K,W,_,_)",
    "peak_load": "1,V : load(V)",
}
TIMES = """
chosen(M) :- module(M).
reached(U,K,T) :- goal(U,K,_,_,_), level(U,K,T).
closed(U,K) :- reached(U,K,_).
late(U,K) :- deadline(U,K,D), closed(U,K), not reached(U,K,D).
waits(U,K,-1) :- closed(U,K).
waits(U,K,T) :- closed(U,K), period(T,_), not reached(U,K,T).
load(V) :- possible_load(V), period(T,_), #sum { H,M : at(M,T), hours(M,H) } >= V.
#show at/2.
#defined deadline/3.
"""


def judge_schedule(
    library: Library,
    assessment: Assessment,
    horizon: HorizonLike,
    module_ids: Iterable[str],
    earlier: Earlier = NOTHING,
) -> Schedule | None:
    """Return the best schedule of exactly these modules; None if there is none."""
    case = Case(library, assessment, horizon, earlier)
    if not set(case.begun) <= set(module_ids):
        return None
    program = _program(case, tuple(sorted(module_ids)))
    values: dict[str, int] = {}
    periods: dict[str, int] = {}
    for name, elements in OBJECTIVES.items():
        if name == "moved" and not case.earlier:
            continue
        best = find_best(f"{program}\n#minimize {{ {elements} }}.", "--configuration=trendy")
        if best is None:
            return None
        periods = {atom.arguments[0].string: atom.arguments[1].number for atom in best[0]}
        replayed = case.schedule_stages(periods)
        if replayed is None or any(replayed[earlier] != value for earlier, value in values.items()):
            raise JudgeError(f"stage {name}: {periods} replays as {replayed}, earlier stages gave {values}")
        values[name] = replayed[name]
        program += f"\n:- #sum {{ {elements} }} > {values[name]}."
    return Schedule(values, periods)


def placement_rules(case: Case, modules: Iterable[str]) -> str:
    """Return the rules and facts under which those of ``modules`` that are ``chosen`` stand in months."""
    writer = FactWriter(case, tuple(modules))
    for period, (year, _) in enumerate(case.calendar):
        writer.say("period", period, year)
        writer.say("cap", period, case.most_hours(period))
        writer.say("least", period, *case.least(period))
        most = case.most_modules(period)
        if most is not None:
            writer.say("most_modules", period, most)
    for year, budget in case.budgets.items():
        writer.say("yearly", year, budget)
    policy = case.library.policy
    writer.say("longest_interval", case.library.policy.longest_interval_months)
    for id_ in writer.modules:
        for period in case.runs(id_):
            writer.say("runs", id_, period)
        topic = case.library.modules[id_].topic
        for other in writer.modules:
            same = topic is not None and topic == case.library.modules[other].topic
            if id_ != other and same and id_ not in case.begun and other not in case.begun:
                writer.say("same_topic", id_, other)
    earlier = EARLIER if policy.prerequisites_by == "earlier_month" else ""
    return "\n".join([PLACEMENT, earlier, *writer.lines])


def _program(case: Case, modules: tuple[str, ...]) -> str:
    writer = FactWriter(case, modules)
    for step in case.missing:
        if step.last_period is not None:
            writer.say("deadline", step.unit, step.level, step.last_period)
    for load in range(1, max(map(case.most_hours, range(len(case.calendar)))) + 1):
        writer.say("possible_load", load)
    return "\n".join([placement_rules(case, modules), TIMES, writer.write()])
