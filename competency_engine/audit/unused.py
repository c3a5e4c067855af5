"""What no requirement needs: flaws of the level note."""

from __future__ import annotations

from collections.abc import Iterator

from competency_engine.audit.coverage import Coverage
from competency_engine.audit.flaw import Examined, Flaw
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import ModuleId, TopicId
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import ModuleDone, TopicDone, UnitAtLevel, atoms
from competency_engine.graph.reach import find_needs
from competency_engine.text import say


def find_unused(examined: Examined) -> Iterator[Flaw]:
    """Yield modules and topics that no required step needs, directly or as a way to one that does."""
    library = examined.library
    needed = needed_modules(library, examined.coverage)
    for module in library.modules.values():
        if ModuleId(module.id) not in needed:
            yield Flaw(
                "unused_module",
                module,
                (),
                say(
                    f"{module.id} 不教任何有要求的等级，也没有谁需要它",
                    f"{module.id} teaches no required step, and nothing that does needs it",
                ),
                say("写明它教什么，或删去", "say what it teaches, or remove it"),
            )
    for topic in library.topics.values():
        if not any(module.id in needed for module in library.modules_of_topic[TopicId(topic.id)]):
            yield Flaw(
                "unused_topic",
                topic,
                (),
                say(f"专题 {topic.id} 的课程都没有谁需要", f"nothing needs any module of the topic {topic.id}"),
                say("写明它教什么，或删去", "say what it teaches, or remove it"),
            )


def needed_modules(library: Library, coverage: Coverage) -> frozenset[ModuleId]:
    """Return the modules that teach a required step, and in turn those that these need or are taken with."""
    found = {ModuleId(module.id) for step in coverage.required for module in step.modules}
    waiting = sorted(found)
    while waiting:
        for id_ in _needed_by(library.modules[waiting.pop()], library, coverage):
            if id_ in library.modules and id_ not in found:
                found.add(id_)
                waiting.append(id_)
    return frozenset(found)


def _needed_by(module: Module, library: Library, coverage: Coverage) -> Iterator[ModuleId]:
    yield from module.pairs_with
    for atom, _ in atoms(tuple(need.requirement for need in find_needs(module, library))):
        if isinstance(atom, UnitAtLevel):
            steps = (step for step in coverage.of_unit.get(atom.unit, ()) if step.level <= atom.level)
            yield from (ModuleId(other.id) for step in steps for other in step.modules)
        elif isinstance(atom, ModuleDone):
            yield atom.module
        elif isinstance(atom, TopicDone):
            yield from (id_ for path in library.topics[atom.topic].paths for id_ in path)
