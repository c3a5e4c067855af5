"""Plans of one population under two libraries: what becomes of each, why, and the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from competency_engine.assessment.gaps import Assessment
from competency_engine.audit.compare import DocumentChange, Key
from competency_engine.domain.entity import ModuleId, PersonId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import TopicDone, atoms
from competency_engine.planning.fingerprint import Part, PartKey
from competency_engine.planning.pose import Horizon
from competency_engine.planning.problem import PlanningProblem, Solution

Goal = tuple[UnitId, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan comes to.

    Attributes:
        feasible: whether there is a plan at all.
        quarter_hours: of all its modules.
        months: the month of each of its modules, as (module, ``2027-01``), in the order of taking them.
        goals: the levels that are missing.
        closed: those of them that the plan closes.
    """

    feasible: bool
    quarter_hours: int
    months: tuple[tuple[ModuleId, str], ...]
    goals: frozenset[Goal]
    closed: frozenset[Goal]

    @property
    def modules(self) -> frozenset[ModuleId]:
        """The modules of the plan."""
        return frozenset(module for module, _ in self.months)


def outcome(problem: PlanningProblem, horizon: Horizon, solution: Solution | None) -> Outcome:
    """Return what ``solution`` comes to; None is no plan."""
    solved = solution or Solution((), ())
    catalogue = problem.catalogue
    facts, _ = catalogue.closure(problem.start, solved.modules)
    named = {
        goal.fact: (UnitId(str(key[1])), int(key[2])) for goal in problem.goals for key in [catalogue.facts[goal.fact]]
    }
    return Outcome(
        solution is not None,
        sum(catalogue.hours[module] for module, _ in solved.steps),
        tuple((catalogue.module_ids[module], horizon.label(period)) for module, period in solved.steps),
        frozenset(named.values()),
        frozenset(goal for fact, goal in named.items() if facts >> fact & 1),
    )


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A plan that differs; ``causes`` are the changed documents on which what differs in the problem depends."""

    person: PersonId
    old: Outcome
    new: Outcome
    causes: tuple[Key, ...]

    @property
    def hours(self) -> float:
        """Hours more than before."""
        return (self.new.quarter_hours - self.old.quarter_hours) / 4

    @property
    def gained(self) -> tuple[Goal, ...]:
        """Levels that only the new plan closes."""
        return tuple(sorted(self.new.closed - self.old.closed))

    @property
    def lost(self) -> tuple[Goal, ...]:
        """Levels that only the old plan closes."""
        return tuple(sorted(self.old.closed - self.new.closed))

    @property
    def into(self) -> tuple[ModuleId, ...]:
        """Modules that only the new plan takes."""
        return tuple(sorted(self.new.modules - self.old.modules))

    @property
    def out(self) -> tuple[ModuleId, ...]:
        """Modules that only the old plan takes."""
        return tuple(sorted(self.old.modules - self.new.modules))

    @property
    def moved(self) -> tuple[ModuleId, ...]:
        """Modules of both plans whose month differs."""
        months = dict(self.old.months)
        return tuple(sorted(module for module, month in self.new.months if months.get(module, month) != month))


def causes(
    changes: Iterable[DocumentChange],
    old: tuple[Part, Assessment, Library],
    new: tuple[Part, Assessment, Library],
) -> tuple[Key, ...]:
    """Return the changed documents behind the pieces in which the parts of one person differ, in the order of ``changes``."""
    keys = [
        key for key in (*old[0], *(key for key in new[0] if key not in old[0])) if old[0].get(key) != new[0].get(key)
    ]
    before, after = (set(_documents(keys, assessment, library)) for _, assessment, library in (old, new))
    touched = {"added": after, "removed": before, "changed": before | after}
    return tuple(change.key for change in changes if not change.is_prose and change.key in touched[change.how])


def _documents(keys: Iterable[PartKey], assessment: Assessment, library: Library) -> Iterator[Key]:
    """Yield the documents that some pieces of one person's problem are made from."""
    yield "competency_model", library.model.id
    yield "curriculum", library.curriculum.id
    yield "policy", library.policy.id
    yield "role", assessment.role.id
    yield from (("instrument", heard.sitting.source) for heard in assessment.heard)
    yield from (("module", module) for module in (*assessment.completed, *assessment.begun))
    yield from _problems(assessment, library)
    for key in keys:
        if key[0] == "module" and key[1] in library.modules:
            yield from _of_module(ModuleId(key[1]), library)
    for unit, required in assessment.required.items():
        if any(key[0] == "goal" and f'"{unit}"' in key[1] for key in keys):
            yield "unit", unit
            yield "domain", library.units[unit].domain
            yield from ((kind, origin) for kind in ("context_rule", "training_duty") for origin in required.asked_by)


def _problems(assessment: Assessment, library: Library) -> Iterator[Key]:
    reported = ((name, problem) for name, problem in library.problems.items() if assessment.reported)
    yield from (("problem", name) for name, problem in reported if assessment.reported & problem.needs.keys())


def _of_module(module_id: ModuleId, library: Library) -> Iterator[Key]:
    """Yield what says when a module may be taken and what it brings."""
    module = library.modules[module_id]
    yield "module", module_id
    topics = [atom.topic for atom, _ in atoms((*module.requires, *module.recommends)) if isinstance(atom, TopicDone)]
    if module.topic is not None:
        own = library.topics[module.topic]
        topics += [module.topic, *own.requires, *own.recommends]
    yield from (("topic", topic) for topic in topics)
    yield from (("unit", unit) for unit in module.brings)
    packs = library.urgent_packs.values()
    yield from (("urgent_pack", pack.id) for pack in packs if any(step.module == module_id for step in pack.steps))


@dataclass
class ChangeTally:
    """What was counted of everyone so far; two tallies add up to that of both.

    Attributes:
        people: how many could be compared.
        solved: of how many the plans were made; those of the others cannot differ.
        changed: people whose plan differs.
        kinds: of these, how many have more or fewer ``hours``, ``levels`` closed, other ``modules``, only other ``months``.
        hours_gained: hours that plans grow by.
        hours_lost: hours that plans shrink by.
        gained: people whose plan newly closes each level.
        lost: people whose plan closes it no more.
        asked: people of whom a level is newly missing.
        excused: people of whom it is no longer missing.
        into: people whose plan newly takes each module.
        out: people whose plan takes it no more.
        causes: people whose plan differs, by changed document.
    """

    people: int = 0
    solved: int = 0
    changed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    hours_gained: float = 0.0
    hours_lost: float = 0.0
    gained: Counter[Goal] = field(default_factory=Counter)
    lost: Counter[Goal] = field(default_factory=Counter)
    asked: Counter[Goal] = field(default_factory=Counter)
    excused: Counter[Goal] = field(default_factory=Counter)
    into: Counter[ModuleId] = field(default_factory=Counter)
    out: Counter[ModuleId] = field(default_factory=Counter)
    causes: Counter[Key] = field(default_factory=Counter)

    def add(self, change: PlanChange) -> None:
        """Count one plan that differs."""
        self.changed += 1
        self.kinds.update(_kinds(change))
        self.hours_gained += max(0.0, change.hours)
        self.hours_lost += max(0.0, -change.hours)
        self.gained.update(change.gained)
        self.lost.update(change.lost)
        self.asked.update(change.new.goals - change.old.goals)
        self.excused.update(change.old.goals - change.new.goals)
        self.into.update(change.into)
        self.out.update(change.out)
        self.causes.update(change.causes)

    def merge(self, other: ChangeTally) -> None:
        """Add what ``other`` has counted."""
        for name in ("people", "solved", "changed", "hours_gained", "hours_lost"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("kinds", "gained", "lost", "asked", "excused", "into", "out", "causes"):
            getattr(self, name).update(getattr(other, name))


def _kinds(change: PlanChange) -> Iterator[str]:
    if change.hours:
        yield "more_hours" if change.hours > 0 else "fewer_hours"
    if change.gained:
        yield "closes_more"
    if change.lost:
        yield "closes_less"
    if change.into or change.out:
        yield "other_modules"
    elif change.old.months != change.new.months:
        yield "other_months"
    if change.old.feasible != change.new.feasible:
        yield "newly_feasible" if change.new.feasible else "newly_infeasible"
