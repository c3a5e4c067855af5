"""Plant one known coverage defect in a curriculum, by seed: what an audit must then find.

Each defect is an honest mistake of a designer: a module dropped together with all that names it, a requirement raised beyond
what is taught, a k-of-n group that quietly closes a circle … The planter knows nothing of the audit's formulas.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from competency_engine.domain.curriculum import Module, Topic
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import AtLeast, ModuleDone, Requirement, UnitAtLevel, atoms
from competency_engine.graph.reach import find_reach


@dataclass(frozen=True)
class Planted:
    """A curriculum with one defect.

    Attributes:
        library: with the defect.
        defect: name of what was done.
        kinds: kinds of finding that would name it.
        subjects: documents of which one must be the finding's subject, or in its message.
    """

    library: Library
    defect: str
    kinds: frozenset[str]
    subjects: frozenset[str]


def plant(library: Library, seed: int) -> Planted:
    """Return ``library`` with the defect of ``seed``; ten kinds of defect take turns."""
    return DEFECTS[seed % len(DEFECTS)](library, random.Random(seed))


def remove_modules(library: Library, gone: Iterable[str]) -> Library:
    """Return ``library`` without the modules ``gone`` and without whatever names them."""
    lost = set(gone)
    modules = {
        id_: module.model_copy(
            update={
                "pairs_with": tuple(id_ for id_ in module.pairs_with if id_ not in lost),
                "requires": _without(module.requires, lost),
                "recommends": _without(module.recommends, lost),
            }
        )
        for id_, module in library.modules.items()
        if id_ not in lost
    }
    topics = {
        id_: topic.model_copy(update={"paths": tuple(_kept(path, lost) for path in topic.paths if _kept(path, lost))})
        for id_, topic in library.topics.items()
    }
    packs = {
        id_: pack.model_copy(update={"steps": tuple(step for step in pack.steps if step.module not in lost)})
        for id_, pack in library.urgent_packs.items()
    }
    return _replaced(library, modules=modules, topics=topics, urgent_packs=packs)


def _kept(path: Iterable[str], lost: set[str]) -> tuple[str, ...]:
    return tuple(id_ for id_ in path if id_ not in lost)


def _without(requirements: tuple[Requirement, ...], lost: set[str]) -> tuple[Requirement, ...]:
    """Return the entries that name none of the lost modules; a group that names one goes as a whole."""
    return tuple(
        entry
        for entry in requirements
        if not any(isinstance(atom, ModuleDone) and atom.module in lost for atom, _ in atoms((entry,)))
    )


def _replaced(library: Library, **fields: Any) -> Library:
    return replace(library, **fields)


def _changed(library: Library, ids: Iterable[str], **update: Any) -> Library:
    """Return ``library`` with the fields ``update`` of some modules."""
    wanted = set(ids)
    modules = {id_: m.model_copy(update=update) if id_ in wanted else m for id_, m in library.modules.items()}
    return _replaced(library, modules=modules)


def _teaching(library: Library, unit: UnitId, level: int) -> list[Module]:
    return [module for module in library.modules.values() if module.brings.get(unit, 0) >= level]


def _required(library: Library) -> list[tuple[UnitId, int]]:
    """Return the highest level that some role requires of each unit, in order."""
    highest: dict[UnitId, int] = {}
    for role in library.roles.values():
        for unit, level in role.requires.items():
            highest[unit] = max(level, highest.get(unit, 0))
    return sorted(highest.items())


def _untaught(library: Library, rng: random.Random) -> Planted:
    """Drop every module that brings a unit to the highest level required of it, and those above."""
    unit, level = rng.choice(_required(library))
    gone = [module.id for module in _teaching(library, unit, level)]
    return Planted(remove_modules(library, gone), "modules removed", frozenset({"untaught"}), frozenset({unit}))


def _raised(library: Library, rng: random.Random) -> Planted:
    """Let a rule on communities raise a unit to the top level, to which no module brings it."""
    unit, top = rng.choice(_never_brought(library))
    rule = library.context_rules[rng.choice(sorted(library.context_rules))]
    raised = rule.model_copy(update={"raises": {**rule.raises, unit: top}})
    rules = {**library.context_rules, rule.id: raised}
    return Planted(
        _replaced(library, context_rules=rules), "requirement raised", frozenset({"untaught"}), frozenset({unit})
    )


def _never_brought(library: Library) -> list[tuple[UnitId, int]]:
    """Return the units that no module brings to the top level, with this level."""
    top = len(library.model.scale) - 1
    return [(unit, top) for unit in library.units if not _teaching(library, unit, top)]


def _circle(library: Library, rng: random.Random) -> Planted:
    """Let a module ask for two of three, of which two come only after it."""
    for _ in range(1000):
        module = library.modules[ModuleId(rng.choice(sorted(library.modules)))]
        reached = find_reach(library, without={ModuleId(module.id)}).modules
        after = sorted(id_ for id_ in library.modules if id_ not in reached and id_ != module.id)
        if len(after) >= 2:
            free = rng.choice(sorted(id_ for id_ in reached if not library.modules[id_].requires))
            chosen = (*rng.sample(after, 2), free)
            group = AtLeast(at_least=2, of=tuple(ModuleDone(module=ModuleId(id_)) for id_ in chosen))
            changed = _changed(library, [module.id], requires=(*module.requires, group))
            if ModuleId(module.id) in find_reach(changed).modules:
                continue  # its partner, taken with it, is one of the two
            return Planted(changed, "circle through k-of-n", frozenset({"unreachable"}), frozenset({module.id}))
    raise AssertionError("no module leads to two others")


def _no_teachers(library: Library, rng: random.Random) -> Planted:
    """Strike all teachers of one kind off the register."""
    kind = rng.choice(sorted({module.teacher for module in library.modules.values() if module.teacher}))
    teachers = {id_: teacher for id_, teacher in library.teachers.items() if teacher.teacher_kind != kind}
    return Planted(
        _replaced(library, teachers=teachers), "teacher kind missing", frozenset({"unstaffed"}), frozenset({kind})
    )


def _high_entry(library: Library, rng: random.Random) -> Planted:
    """Let a module ask for the top level of a unit that nothing brings to it."""
    unit, top = rng.choice(_never_brought(library))
    module = library.modules[ModuleId(rng.choice(sorted(library.modules)))]
    need = UnitAtLevel(unit=unit, level=top)
    changed = _changed(library, [module.id], requires=(*module.requires, need))
    return Planted(changed, "entry too high", frozenset({"unreachable"}), frozenset({module.id}))


def _months_apart(library: Library, rng: random.Random) -> Planted:
    """Let a module run in spring, and its partners in autumn."""
    module = library.modules[ModuleId(rng.choice(sorted(id_ for id_, m in library.modules.items() if m.pairs_with)))]
    changed = _changed(_changed(library, module.pairs_with, offered=(9, 10)), [module.id], offered=(3, 4))
    return Planted(
        changed, "partners in other months", frozenset({"never_held"}), frozenset({module.id, *module.pairs_with})
    )


def _too_long(library: Library, rng: random.Random) -> Planted:
    """Make a module longer than a month of the policy."""
    id_ = rng.choice(sorted(library.modules))
    changed = _changed(library, [id_], hours=library.policy.hours_per_month + 4)
    return Planted(changed, "longer than a month", frozenset({"never_held"}), frozenset({id_}))


def _unproven(library: Library, rng: random.Random) -> Planted:
    """Let no instrument prove more than level 3 or 4."""
    most = rng.choice((3, 4))
    instruments = {
        id_: i.model_copy(update={"proves_up_to": min(i.proves_up_to, most)}) for id_, i in library.instruments.items()
    }
    return Planted(
        _replaced(library, instruments=instruments),
        f"nothing proves more than {most}",
        frozenset({"unproven"}),
        frozenset(library.units),
    )


def _no_practice(library: Library, rng: random.Random) -> Planted:
    """Teach a unit from level 3 on by theory alone."""
    unit, _ = rng.choice([entry for entry in _required(library) if entry[1] >= 3])
    ids = [module.id for module in _teaching(library, unit, 3)]
    return Planted(_changed(library, ids, phase="theory"), "no practice", frozenset({"no_practice"}), frozenset({unit}))


def _one_left(library: Library, rng: random.Random) -> Planted:
    """Leave one module to a step for which there were two or three, so that without it the step is out of reach."""
    candidates = []
    for unit, level in _required(library):
        for step in range(2, level):
            exact = [m.id for m in library.modules.values() if m.brings.get(unit) == step]
            if 2 <= len(exact) <= 3 and not _is_named(library, exact):
                candidates.append((unit, step, exact))
    rng.shuffle(candidates)
    for unit, step, exact in candidates:
        left = remove_modules(library, exact[1:])
        if find_reach(left, without={ModuleId(exact[0])}).levels[unit] < step <= find_reach(left).levels[unit]:
            return Planted(left, "one module left", frozenset({"single_module"}), frozenset({unit}))
    raise AssertionError("every step has other modules")


def _is_named(library: Library, ids: list[str]) -> bool:
    """Return whether dropping all but the first of ``ids`` would leave a topic without a path."""
    lost = set(ids[1:])
    topics: list[Topic] = [topic for topic in library.topics.values() if any(lost & set(p) for p in topic.paths)]
    return any(not any(_kept(path, lost) for path in topic.paths) for topic in topics)


DEFECTS: tuple[Callable[[Library, random.Random], Planted], ...] = (
    _untaught,
    _raised,
    _circle,
    _no_teachers,
    _high_entry,
    _months_apart,
    _too_long,
    _unproven,
    _no_practice,
    _one_left,
)
