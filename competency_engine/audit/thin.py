"""What hangs on one thing, or lacks what its peers have: flaws of the level warning."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from competency_engine.audit.coverage import Step
from competency_engine.audit.flaw import Examined, Flaw, Kind, surprise_of
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.names import MODES, PHASES, TEACHERS, with_value
from competency_engine.text import Text, say

_SINGLE: tuple[tuple[Kind, Callable[[Step], Collection[str]], Text, Mapping[str, Text]], ...] = (
    ("single_mode", lambda step: step.modes, say("培训方式", "training mode"), MODES),
    ("single_teacher", lambda step: step.teachers, say("教师类别", "kind of teacher"), TEACHERS),
)


def find_single(examined: Examined) -> Iterator[Flaw]:
    """Yield required steps that hang on one module, one mode or one kind of teacher."""
    taught = [step for step in examined.coverage.required if step.modules]
    yield from _single_module(taught, examined)
    several = [step for step in taught if len(step.modules) > 1]
    for kind, values, name, words in _SINGLE:
        for peers in _peers(several, examined.library):
            alone = [step for step in peers if len(values(step)) == 1]
            for step in alone:
                (value,) = values(step)
                only = with_value(words, value)
                yield Flaw(
                    kind,
                    examined.library.units[step.unit],
                    (step,),
                    say(
                        f"{step.unit} {step.level} 级的 {len(step.modules)} 门课程只有一种{name.zh}：{only.zh}",
                        f"all {len(step.modules)} modules for level {step.level} of {step.unit} have one {name.en}: {only.en}",
                    ),
                    say(f"换一种{name.zh}再开一门", f"add a module of another {name.en}"),
                    surprise=surprise_of(len(alone), len(peers)),
                )


def _single_module(taught: list[Step], examined: Examined) -> Iterator[Flaw]:
    library = examined.library
    for peers in _peers(taught, library):
        alone = [step for step in peers if len(step.modules) == 1]
        for step in alone:
            (module,) = step.modules
            yield Flaw(
                "single_module",
                library.units[step.unit],
                (step,),
                say(
                    f"{step.unit} 的 {step.level} 级只靠 {module.id} 一门课程",
                    f"level {step.level} of {step.unit} hangs on {module.id} alone",
                ),
                say("再写一门，或确认它每年都开得成", "write another, or make sure that it runs every year"),
                ((library.where(module, "brings", step.unit), say(module.id, module.id)),),
                surprise_of(len(alone), len(peers)),
            )


def _peers(steps: Iterable[Step], library: Library) -> list[list[Step]]:
    """Return the steps in groups of one tier and level."""
    groups: dict[tuple[str, int], list[Step]] = {}
    for step in steps:
        groups.setdefault((library.tier_of(step.unit), step.level), []).append(step)
    return [groups[key] for key in sorted(groups)]


def _facets(steps: tuple[Step, ...], examined: Examined) -> frozenset[tuple[str, str]]:
    """Return what the unit of ``steps`` has, as (facet, value)."""
    library = examined.library
    levels = {level.level for level in library.units[steps[0].unit].levels if level.indicators}
    found: set[tuple[str, str]] = set()
    for step in steps:
        found |= {("phase", phase) for phase in step.phases}
        found |= {("mode", mode) for mode in step.modes}
        found |= {("teacher", teacher) for teacher in step.teachers}
    found |= {("case", "")} if any(step.cases for step in steps) else set()
    found |= {("site", "")} if any(step.sites for step in steps) else set()
    found |= {("items", str(step.level)) for step in steps if step.items}
    found |= {("indicators", str(step.level)) for step in steps if step.level in levels}
    return frozenset(found)


def find_lacks(examined: Examined) -> Iterator[Flaw]:
    """Yield what a unit lacks that most of its peers have."""
    library = examined.library
    tiers: dict[str, list[UnitId]] = {}
    for unit, steps in examined.coverage.of_unit.items():
        if unit not in library.duty_units and any(step.required and step.modules for step in steps):
            tiers.setdefault(library.tier_of(unit), []).append(unit)
    for units in tiers.values():
        having = {unit: _facets(examined.coverage.of_unit[unit], examined) for unit in units}
        for facet, value in sorted(set().union(*having.values())):
            lacking = [unit for unit in units if (facet, value) not in having[unit]]
            if 2 * len(lacking) < len(units):
                yield from (_lack(unit, facet, value, len(lacking), len(units), examined) for unit in lacking)


def _lack(unit: UnitId, facet: str, value: str, lacking: int, peers: int, examined: Examined) -> Flaw:
    what = _words_of(facet, value)
    return Flaw(
        "lacks",
        examined.library.units[unit],
        tuple(step for step in examined.coverage.of_unit[unit] if step.required),
        say(
            f"{unit} 没有{what.zh}；同层 {peers} 个单元里 {peers - lacking} 个都有",
            f"{unit} has no {what.en}; {peers - lacking} of the {peers} units of its tier have",
        ),
        say(f"补上{what.zh}", f"add {what.en}"),
        surprise=surprise_of(lacking, peers),
    )


def _words_of(facet: str, value: str) -> Text:
    """Return what a facet of a unit is called."""
    if facet == "phase":
        phase = with_value(PHASES, value)
        return say(f"{phase.zh}课程", f"modules of the phase {phase.en}")
    if facet == "mode":
        mode = with_value(MODES, value)
        return say(f"{mode.zh}的课程", f"modules of the mode {mode.en}")
    if facet == "teacher":
        teacher = with_value(TEACHERS, value)
        return say(f"{teacher.zh}教的课程", f"modules by teachers of the kind {teacher.en}")
    if facet == "items":
        return say(f" {value} 级的试题或观察点", f"test items or observation points of level {value}")
    if facet == "indicators":
        return say(f" {value} 级的行为指标", f"indicators of level {value}")
    return {"case": say("案例", "cases"), "site": say("现场教学点", "sites")}[facet]
