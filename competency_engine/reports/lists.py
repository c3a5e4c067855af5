"""Plans of many people → Document: who takes which module in which month, for the office that runs the classes."""

from __future__ import annotations

from collections.abc import Iterable

from competency_engine.domain.library import Library
from competency_engine.domain.names import FORMS, MODES, TEACHERS
from competency_engine.domain.plan import Plan, Step
from competency_engine.reports.document import Document, Table, same
from competency_engine.reports.handbook import NOTHING
from competency_engine.text import Text, say, shown

_MODULE, _TITLE, _MONTH = say("课程", "Module"), say("名称", "Title"), say("月份", "Month")
_PERSON, _ROLE, _HOURS = say("学员", "Person"), say("角色", "Role"), say("学时", "Hours")
_MODE, _TEACHER = say("方式", "Mode"), say("师资", "Teacher")


def lists_document(plans: Iterable[Plan], library: Library) -> Document:
    """Return three lists of ``plans``: by module, by month, and how many take each module in each month.

    Each row of the first two is one module of one person, so a filter on any column gives the list of a class, a month or a person.
    """
    taken = [(plan, step) for plan in plans for step in plan.steps]
    by_module = sorted(taken, key=lambda one: (one[1].module, one[1].month, one[0].person))
    by_month = sorted(taken, key=lambda one: (one[1].month, one[1].module, one[0].person))
    blocks = (
        _by_module(by_module, library),
        _by_month(by_month, library),
        _classes(by_module, library),
    )
    return Document(say("学习计划汇总", "Lists of the study plans"), blocks, None)


def _by_module(taken: list[tuple[Plan, Step]], library: Library) -> Table:
    columns = (_MODULE, _TITLE, _MONTH, _PERSON, _ROLE, _HOURS, _MODE, _TEACHER)
    rows = tuple(
        (
            same(step.module),
            _title(step, library),
            same(step.month),
            same(plan.person),
            library.roles[plan.role].title,
            *_way(step, library),
        )
        for plan, step in taken
    )
    return Table(say("按课程", "By module"), columns, rows)


def _by_month(taken: list[tuple[Plan, Step]], library: Library) -> Table:
    columns = (_MONTH, _MODULE, _TITLE, _PERSON, _HOURS, _MODE, _TEACHER)
    rows = tuple(
        (same(step.month), same(step.module), _title(step, library), same(plan.person), *_way(step, library))
        for plan, step in taken
    )
    return Table(say("按月份", "By month"), columns, rows)


def _classes(taken: list[tuple[Plan, Step]], library: Library) -> Table:
    """Return how many people take each module in each month, beside the size of a class."""
    columns = (
        _MODULE,
        _TITLE,
        _MONTH,
        say("人数", "People"),
        say("班额上限", "Class at most"),
        _HOURS,
        _MODE,
        _TEACHER,
    )
    counts: dict[tuple[str, str], int] = {}
    steps: dict[tuple[str, str], Step] = {}
    for _, step in taken:
        key: tuple[str, str] = (step.module, step.month)
        counts[key] = counts.get(key, 0) + 1
        steps[key] = step
    rows = []
    for key, step in steps.items():
        size = library.modules[step.module].class_size
        most = same(size.at_most) if size is not None else NOTHING
        title = _title(step, library)
        rows.append((same(step.module), title, same(step.month), same(counts[key]), most, *_way(step, library)))
    return Table(say("开班人数", "Class sizes"), columns, tuple(rows))


def _title(step: Step, library: Library) -> Text:
    return shown(library.modules[step.module].title)


def _way(step: Step, library: Library) -> tuple[Text, Text, Text]:
    """Return hours, mode and teacher of a step."""
    module = library.modules[step.module]
    mode, form = MODES[module.mode], FORMS[module.form]
    teacher = TEACHERS[module.teacher] if module.teacher is not None else NOTHING
    return same(f"{step.hours:g}"), say(f"{mode.zh}·{form.zh}", f"{mode.en}, {form.en}"), teacher
