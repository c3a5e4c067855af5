"""What cannot be reached, proven, practised or staffed: flaws of the level error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from competency_engine.audit.blocked import Knot, find_blocked
from competency_engine.audit.coverage import PRACTICE_FROM, Step
from competency_engine.audit.flaw import Examined, Flaw
from competency_engine.domain.entity import ModuleId, UnitId
from competency_engine.domain.names import TEACHERS, with_value
from competency_engine.text import say


def find_out_of_reach(examined: Examined) -> Iterator[Flaw]:
    """Yield why required steps and modules are out of reach of somebody who holds nothing."""
    library = examined.library
    blocked = find_blocked(examined.coverage, library)
    for step, lost in _by_unit(blocked.untaught):
        unit, level = step.unit, step.level
        taught = max((m.brings.get(unit, 0) for m in library.modules.values()), default=0)
        owners = sorted({demand.owner.id for demand in step.demands})
        yield Flaw(
            "untaught",
            library.units[unit],
            lost,
            say(
                f"{unit} 的 {level} 级有要求（{'、'.join(owners)}），却没有课程教；最高教到 {taught} 级",
                f"level {level} of {unit} is required by {', '.join(owners)} and no module teaches it; {taught} is the highest taught",
            ),
            say(
                f"写一门把 {unit} 带到 {level} 级的课程，或降低要求",
                f"write a module that brings {unit} to {level}, or require less",
            ),
            tuple(
                (
                    library.where(d.owner, *d.path),
                    say(f"{d.owner.id} 要求 {d.level} 级", f"{d.owner.id} requires level {d.level}"),
                )
                for d in step.demands[:5]
            ),
        )
    for module_id, lost in blocked.unheld:
        yield _never_held(module_id, lost, examined)
    for knot in blocked.knots:
        yield _unreachable(knot, examined)


def _by_unit(untaught: Iterable[tuple[Step, tuple[Step, ...]]]) -> Iterator[tuple[Step, tuple[Step, ...]]]:
    """Yield the lowest untaught step of each unit, with all that is lost to this one and the higher ones."""
    first: dict[UnitId, tuple[Step, tuple[Step, ...]]] = {}
    for step, lost in untaught:
        earlier = first.get(step.unit)
        first[step.unit] = (earlier[0], (*earlier[1], *lost)) if earlier else (step, lost)
    yield from first.values()


_WHY_UNHELD = {
    "month": say("学时超过每月上限", "its hours exceed those of a month"),
    "year": say("学时超过全年预算", "its hours exceed those of a year"),
    "partner": say("与成对课程没有共同的开课月份", "it runs in no month in which a partner runs"),
}


def _never_held(module_id: ModuleId, lost: tuple[Step, ...], examined: Examined) -> Flaw:
    library = examined.library
    module, reason = library.modules[module_id], examined.coverage.unheld[module_id]
    why = _WHY_UNHELD[reason]
    field = "pairs_with" if reason == "partner" else "hours"
    return Flaw(
        "never_held",
        module,
        lost,
        say(f"{module.id} 排不进任何计划：{why.zh}", f"no plan can hold {module.id}: {why.en}"),
        say("拆成几门、改学时或开课月份", "split it, or change its hours or months"),
        ((library.where(module, field), why),),
    )


def _unreachable(knot: Knot, examined: Examined) -> Flaw:
    library = examined.library
    module = library.modules[knot.cycle[0] if knot.cycle else knot.needs[0][0]]
    count = len(knot.modules)
    if knot.cycle:
        way = " → ".join((*knot.cycle, knot.cycle[0]))
        message = say(
            f"{count} 门课程互相等待，从零起谁也修不了：{way}",
            f"{count} modules wait for each other, so that nobody who holds nothing can take any: {way}",
        )
    else:
        message = say(
            f"{module.id} 从零起永远修不了：先修条件没有课程能满足",
            f"nobody who holds nothing can ever take {module.id}: no module meets what it needs",
        )
    shown = knot.cycle or knot.modules
    places = tuple(
        (
            place,
            say(f"{id_} 的先修", f"what {id_} needs")
            if need is not None
            else say(f"{id_} 的成对课程", f"partners of {id_}"),
        )
        for id_, place, need in knot.needs
        if id_ in shown
    )
    return Flaw(
        "unreachable",
        module,
        knot.lost,
        message,
        say("放宽其中一处先修，或补上它所等的课程", "relax one of these requirements, or add what it waits for"),
        places,
    )


def find_unpractised(examined: Examined) -> Iterator[Flaw]:
    """Yield units with required steps from level 3 on that no practice module teaches."""
    library = examined.library
    for unit, steps in examined.coverage.of_unit.items():
        idle = [s for s in steps if s.required and s.modules and s.level >= PRACTICE_FROM and not s.practised]
        if idle:
            levels = _levels(idle)
            yield Flaw(
                "no_practice",
                library.units[unit],
                tuple(idle),
                say(
                    f"{unit} 的 {levels} 级没有实践课程：三级以上须凭实践",
                    f"no practice module teaches level {levels} of {unit}; levels from {PRACTICE_FROM} on rest on practice",
                ),
                say("补一门实践课程", "add a practice module"),
            )


def find_unproven(examined: Examined) -> Iterator[Flaw]:
    """Yield required levels that no instrument proves, one flaw for all units that lack the same levels."""
    library = examined.library
    groups: dict[str, list[tuple[UnitId, list[Step]]]] = {}
    for unit, steps in examined.coverage.of_unit.items():
        unproven = [step for step in steps if step.required and not step.instruments]
        if unproven and library.instruments:
            groups.setdefault(_levels(unproven), []).append((unit, unproven))
    for levels, units in groups.items():
        names = ", ".join(unit for unit, _ in units)
        yield Flaw(
            "unproven",
            library.units[units[0][0]],
            tuple(step for _, steps in units for step in steps),
            say(
                f"没有评估工具能证明 {len(units)} 个单元的 {levels} 级：{names}",
                f"no instrument proves level {levels} of {len(units)} units: {names}",
            ),
            say(
                "写一种能证明它的评估工具，或把单元加进已有的",
                "add an instrument that proves it, or add the units to one",
            ),
            tuple((library.where(library.units[unit], "id"), say(unit, unit)) for unit, _ in units[:5]),
        )


def _levels(steps: Iterable[Step]) -> str:
    return "/".join(str(step.level) for step in steps)


def find_unstaffed(examined: Examined) -> Iterator[Flaw]:
    """Yield the kinds of teacher that modules ask for and nobody registered is of."""
    library = examined.library
    registered = {teacher.teacher_kind for teacher in library.teachers.values()}
    if not registered:
        return
    for kind in sorted({m.teacher for m in library.modules.values() if m.teacher is not None} - registered):
        asking = [m for m in library.modules.values() if m.teacher == kind]
        lost = tuple(s for s in examined.coverage.required if s.modules and s.teachers == (kind,))
        first, name = asking[0], with_value(TEACHERS, kind)
        yield Flaw(
            "unstaffed",
            first,
            lost,
            say(
                f"{len(asking)} 门课程要{name.zh}教，师资库里一名也没有；{len(lost)} 级能力只有他们教",
                f"{len(asking)} modules ask for a teacher of the kind {name.en}, of whom none is registered; {len(lost)} steps are taught by them alone",
            ),
            say(
                f"登记一名{name.zh}教师，或换人来教",
                f"register a teacher of the kind {name.en}, or let others teach them",
            ),
            tuple((library.where(m, "teacher"), say(m.id, m.id)) for m in asking[:5]),
        )
