"""A ``Case`` as facts of answer-set programming, and clingo as the one that answers.

Ids are quoted strings, hours are quarters, requirements are numbered nodes: ``is_unit(F,U,K)``, ``is_module(F,M)``, or
``gate(F,N)``, which holds when at least N of its ``part(F,I,G)`` do. Parts are numbered as written, so that a part
written twice counts twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import clingo

from competency_engine.domain.requirement import (
    AllOf,
    AnyOf,
    AtLeast,
    ModuleDone,
    Requirement,
    TopicDone,
    UnitAtLevel,
)
from tests.judge.rules import Case

LARGEST_SUM = 2**31 - 1


class JudgeError(Exception):
    """The judge contradicts itself; a bug of the judge, never a property of the world."""


class UndecidedError(JudgeError):
    """Clingo stopped at a limit before it had proven anything."""


@dataclass
class FactWriter:
    """Writes the facts of one case; only modules in ``modules`` can be taken."""

    case: Case
    modules: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    nodes: dict[str, int] = field(default_factory=dict)

    def say(self, predicate: str, *terms: str | int) -> None:
        """Add one fact; text becomes a quoted string."""
        words = (f'"{term}"' if isinstance(term, str) else str(int(term)) for term in terms)
        self.lines.append(f"{predicate}({','.join(words)}).")

    def node(self, requirement: Requirement) -> int:
        """Return the node of ``requirement``, written on first use."""
        key = f"{type(requirement).__name__} {requirement.model_dump_json()}"
        if key in self.nodes:
            return self.nodes[key]
        if isinstance(requirement, UnitAtLevel):
            return self._new(key, "is_unit", requirement.unit, requirement.level)
        if isinstance(requirement, ModuleDone):
            return self._new(key, "is_module", requirement.module)
        if isinstance(requirement, TopicDone):
            if self.case.topic_held(requirement.topic):
                return self._gate(key, 0, [])
            paths = self.case.library.topics[requirement.topic].paths
            return self._gate(key, 1, [self.all_of([ModuleDone(module=id_) for id_ in path]) for path in paths])
        if isinstance(requirement, AllOf):
            return self._gate(key, len(requirement.all), [self.node(part) for part in requirement.all])
        if isinstance(requirement, AnyOf):
            return self._gate(key, 1, [self.node(part) for part in requirement.any])
        assert isinstance(requirement, AtLeast)
        return self._gate(key, requirement.at_least, [self.node(part) for part in requirement.of])

    def all_of(self, requirements: Iterable[Requirement]) -> int:
        """Return the node that holds when all ``requirements`` do."""
        parts = [self.node(requirement) for requirement in requirements]
        return self._gate(f"conjunction {parts}", len(parts), parts)

    def _new(self, key: str, predicate: str, *terms: str | int) -> int:
        self.nodes[key] = number = len(self.nodes)
        self.say(predicate, number, *terms)
        return number

    def _gate(self, key: str, at_least: int, parts: list[int]) -> int:
        if key in self.nodes:
            return self.nodes[key]
        number = self._new(key, "gate", at_least)
        for index, part in enumerate(parts):
            self.say("part", number, index, part)
        return number

    def write(self) -> str:
        """Return the facts that both judges share."""
        case = self.case
        for id_ in self.modules:
            module = case.library.modules[id_]
            self.say("module", id_)
            self.say("hours", id_, case.hours[id_])
            if id_ in case.counted:
                self.say("counted", id_)
            for way in case.ways[id_]:
                self.say("way", id_, self.all_of(way))
            for unit, level in module.brings.items():
                self.say("brings", id_, unit, level)
            if id_ in case.begun:
                self.say("fixed", id_)
            for partner in case.partners(id_):
                self.say("partner", id_, partner)
        for id_ in sorted(case.assessment.completed):
            self.say("completed", id_)
        for unit, level in case.start_levels.items():
            self.say("start", unit, level)
        for id_, period in case.earlier.items():
            self.say("earlier", id_)
            if period is not None:
                self.say("planned", id_, period)
        for step in case.missing:
            self.say("goal", step.unit, step.level, step.weight, step.tier, step.mandatory)
        return "\n".join(self.lines)


def find_best(program: str, *options: str) -> tuple[list[clingo.Symbol], dict[int, int]] | None:
    """Return the shown atoms of the proven best model and its cost by priority; None if it is proven there is none.

    One thread, no random choices, hence the same answer every time. Where nothing is left to optimise, because no
    element of an objective can ever hold, any model is the best.
    """
    ctl = clingo.Control(["--warn=none", "--seed=1", "--models=0", *options])
    ctl.add("base", [], program)
    ctl.ground([("base", [])])
    best: tuple[list[clingo.Symbol], dict[int, int]] | None = None
    with ctl.solve(yield_=True) as handle:
        for model in handle:
            best = model.symbols(shown=True), dict(zip(model.priority, model.cost, strict=True))
            if not model.cost:
                return best
        result = handle.get()
    if result.interrupted or not result.exhausted:
        raise UndecidedError(str(result))
    return best
