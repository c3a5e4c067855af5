"""Replacement: a unit that is retired says what stands for it, so that nothing recorded of people is lost or counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from competency_engine.diagnostics import Position, Related, Severity
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.graph.crossing import Fault, Links, find_circles, find_faults
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.lint.rules.levels import top_of_scale
from competency_engine.text import say


def links_of(library: Library) -> Links:
    """Return each retired unit with what stands for it."""
    return {unit: retired.replaced_by for unit, retired in library.retired_units.items()}


def check_still_there(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each retired unit whose id is that of a unit."""
    for id_, retired in library.retired_units.items():
        unit = library.units.get(id_)
        if unit is not None:
            yield Finding(
                library.where(retired, "id"),
                say(f"{id_} 已停用，却仍是能力单元", f"{id_} is retired and still a unit"),
                say("停用的 id 不再使用", "an id that no unit has"),
                say("给新单元另起 id，或删去停用记录", "give the unit another id, or remove the retired one"),
                (Related(library.where(unit, "id"), say("单元在这里", "the unit is here")),),
            )


def check_levels(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each level that counts for less than one below it, or as one beyond the scale."""
    yield from _faults(library, "levels")


def check_joins(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield where retired units meet in a successor and nothing says how."""
    yield from _faults(library, "join")


def _faults(library: Library, kind: str) -> Iterator[Finding]:
    top = top_of_scale(library)
    for fault in find_faults(links_of(library), (top, top)):
        if fault.kind == kind:
            yield _finding(fault, library)


def _finding(fault: Fault, library: Library) -> Finding:
    retired = library.retired_units[fault.unit]
    return Finding(library.where(retired, "replaced_by", *fault.path), *fault.texts)


def check_circles(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each circle of units that replace one another."""
    for circle in find_circles(links_of(library)):
        ends = (*circle, circle[0])
        related = tuple(
            Related(_place(library, unit, other), say(f"{unit} 由 {other} 接替", f"{other} replaces {unit}"))
            for unit, other in pairwise(ends)
        )
        shown = " → ".join(ends)
        yield Finding(
            related[0].position,
            say(f"接替成环：{shown}", f"the replacements form a circle: {shown}"),
            say("最终到达现有单元", "successors that end in a unit of the model"),
            say("改正其中一处接替", "mend one of these replacements"),
            related,
        )


def _place(library: Library, unit: UnitId, other: UnitId) -> Position:
    retired = library.retired_units[unit]
    index = next(index for index, successor in enumerate(retired.replaced_by) if successor.unit == other)
    return library.where(retired, "replaced_by", index, "unit")


RULES = (
    Rule(
        "RPL01",
        "replacement",
        Severity.ERROR,
        say("停用的单元不再是单元", "A retired unit is no unit"),
        say(
            "同一个 id 既停用又在用，就分不清一条记录说的是旧单元还是新单元。",
            "Where an id is both, nobody can tell whether a record speaks of the old unit or of the new one.",
        ),
        check_still_there,
    ),
    Rule(
        "RPL02",
        "replacement",
        Severity.ERROR,
        say("接替后的等级不倒退，不超出量表", "Levels carried to a successor rise with those they come from"),
        say(
            "高的等级反而算得更低，学得越多的人折算后损失越大。",
            "Where a higher level counts for less, those who hold most lose most.",
        ),
        check_levels,
    ),
    Rule(
        "RPL03",
        "replacement",
        Severity.ERROR,
        say("拆分与合并写明怎样合在一起", "Splits and merges say how units join"),
        say(
            "两个旧单元都说自己就是同一个新单元，折算时不知道听哪一个。",
            "Where two retired units each claim to be the same new one, nobody knows whose level counts.",
        ),
        check_joins,
    ),
    Rule(
        "RPL04",
        "replacement",
        Severity.ERROR,
        say("接替不成环", "Replacements never form a circle"),
        say(
            "互相接替的单元到不了任何现有单元，记录无处可去。",
            "Units that replace each other end in no unit of the model, and their records have nowhere to go.",
        ),
        check_circles,
    ),
)
