"""Single changes of a curriculum that may close gaps: which there are, what is assumed of them, and what a gap weighs in hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from math import ceil
from statistics import median
from typing import Any

from competency_engine.audit.coverage import Coverage, Step
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import UnitAtLevel, atoms
from competency_engine.planning.switches import Entry

YARDSTICK_HOURS = 8
"""Credit hours a year with which single changes are compared: one day more."""
_LISTS = {"module": "requires", "topic": "requires", "unit": "prerequisites"}
Peers = Mapping[tuple[UnitId, int], tuple[Module, ...]]


@dataclass(frozen=True, slots=True)
class WriteModule:
    """Write a module that brings one unit from level k−1 to k; ``taught_by`` modules do so already."""

    module: Module
    unit: UnitId
    level: int
    taught_by: int


@dataclass(frozen=True, slots=True)
class DropRequisite:
    """Drop one entry of what a module or topic requires, or of the prerequisites of a unit."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class RaiseBudget:
    """Give everybody so many hours a year: no change of the curriculum, a yardstick for those that are."""

    hours_per_year: float


Candidate = WriteModule | DropRequisite | RaiseBudget


def find_candidates(library: Library, coverage: Coverage, *, yardstick: bool = True) -> tuple[Candidate, ...]:
    """Return every single change that is tried, in a fixed order.

    Args:
        library: the model and the curriculum.
        coverage: of them.
        yardstick: whether the policy's budget is what plans go by, so that raising it changes something.
    """
    more = library.policy.budget.hours_per_year + YARDSTICK_HOURS
    return (
        *_modules_to_write(library, coverage),
        *(DropRequisite(entry) for entry in _entries_to_drop(library)),
        *((RaiseBudget(more),) if yardstick else ()),
    )


def step_hours(library: Library, coverage: Coverage) -> dict[tuple[UnitId, int], float]:
    """Return what each step weighs in hours: the median hours of its peers, in whole quarters, rounded up."""
    peers = _peers(library, coverage)
    return {key: ceil(median(module.hours for module in modules) * 4) / 4 for key, modules in peers.items()}


def _peers(library: Library, coverage: Coverage) -> Peers:
    """Return the modules that teach any step to the same level in the same tier, else in any tier, else all modules.

    No step has peers where there are no modules at all.
    """
    by_level: dict[tuple[str | None, int], dict[str, Module]] = {}
    for step in coverage.steps:
        for tier in (library.tier_of(step.unit), None):
            by_level.setdefault((tier, step.level), {}).update((module.id, module) for module in step.modules)
    found = {}
    for step in coverage.steps:
        groups = (by_level[tier, step.level] for tier in (library.tier_of(step.unit), None))
        modules = next(filter(None, groups), library.modules)
        if modules:
            found[step.key] = tuple(modules[id_] for id_ in sorted(modules))  # type: ignore[index]
    return found


def _modules_to_write(library: Library, coverage: Coverage) -> Iterator[WriteModule]:
    hours, peers = step_hours(library, coverage), _peers(library, coverage)
    taken = set(library.modules)
    for step in coverage.required:
        if step.key in peers:
            id_ = _free_id(step, taken)
            taken.add(id_)
            module = _module_to_write(id_, step, hours[step.key], peers[step.key], library)
            yield WriteModule(module, step.unit, step.level, len(step.modules))


def _free_id(step: Step, taken: Container[ModuleId]) -> ModuleId:
    """Return an id that no other module has, of the length of an id."""
    named = (f"NEW{again or ''}-{step.unit}"[:60] + f"-{step.level}" for again in count())
    return next(id_ for id_ in map(ModuleId, named) if id_ not in taken)


def _module_to_write(id_: ModuleId, step: Step, hours: float, peers: tuple[Module, ...], library: Library) -> Module:
    """Return a module of the median hours of its peers, in what phase, mode and form most of them are; it asks for nothing but level k−1."""
    counts = Counter((module.phase, module.mode, module.form) for module in peers)
    phase, mode, form = min(counts, key=lambda taught: (-counts[taught], taught))
    unit = library.units[step.unit].title
    given: dict[str, Any] = {
        "kind": "module",
        "id": id_,
        "title": {"zh": f"待写：{unit.zh}到{step.level}级", "en": f"To be written: {unit.en} to level {step.level}"},
        "phase": phase,
        "mode": mode,
        "form": form,
        "hours": hours,
        "brings": {step.unit: step.level},
        "certainty": "illustrative",
    }
    return Module.model_validate(given, strict=False)


def _entries_to_drop(library: Library) -> Iterator[Entry]:
    """Yield each requirement but those that say from which level a module may be entered: without it that would be k−1."""
    for unit in library.units.values():
        yield from (("unit", unit.id, rank) for rank in range(len(unit.prerequisites)))
    for topic in library.topics.values():
        yield from (("topic", topic.id, rank) for rank in range(len(topic.requires)))
    for module in library.modules.values():
        for rank, requirement in enumerate(module.requires):
            named = {atom.unit for atom, _ in atoms((requirement,)) if isinstance(atom, UnitAtLevel)}
            if named.isdisjoint(module.brings):
                yield "module", module.id, rank


def dropped_requirement(entry: Entry, library: Library) -> Any:
    """Return the requirement that stands at ``entry``: of a topic the id of another, of a unit or module a requirement."""
    kind, id_, rank = entry
    return getattr(_document(kind, id_, library), _LISTS[kind])[rank]


def change_of(candidate: Candidate, library: Library) -> dict[str, Any]:
    """Return ``candidate`` as a file of changes for `whatif`, as plain values."""
    if isinstance(candidate, WriteModule):
        return {"add": [candidate.module.model_dump(mode="json", exclude_unset=True)]}
    if isinstance(candidate, RaiseBudget):
        return {"hours_per_year": candidate.hours_per_year}
    kind, id_, rank = candidate.entry
    entries = _document(kind, id_, library).model_dump(mode="json", exclude_unset=True)[_LISTS[kind]]
    left = [entry for index, entry in enumerate(entries) if index != rank]
    where = {"document": f"{kind} {id_}", "path": _LISTS[kind]}
    return {"set": [{**where, "value": left}]} if left else {"unset": [where]}


def _document(kind: str, id_: str, library: Library) -> Any:
    groups: dict[str, Mapping[Any, Any]] = {"unit": library.units, "topic": library.topics, "module": library.modules}
    return groups[kind][id_]
