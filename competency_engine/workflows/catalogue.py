"""Search the catalogue: modules and all that goes with them, by unit, level, mode, text, law and case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from competency_engine.domain.casebook import Case, Problem
from competency_engine.domain.curriculum import Form, Mode, Module, TeacherKind
from competency_engine.domain.entity import Entity, TopicId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.venue import Route, Site, Teacher
from competency_engine.errors import UsageError
from competency_engine.lint.fields import walk_texts
from competency_engine.text import say

Kind = TypeVar("Kind", Module, Case, Problem, Site, Route, Teacher)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; whatever is None is not asked. A document is found when it answers to all that is asked.

    Attributes:
        text: words that must all stand in its texts or in the titles of its units and topics, in either language.
        unit: unit or skill that it raises, shows or needs.
        level: level to which it raises a unit (``unit``, if one is asked).
        topic: topic that it teaches.
        mode: training mode.
        form: form of teaching.
        teacher: kind of teacher.
        law: law that it cites.
        case: case that it uses.
    """

    text: str | None = None
    unit: str | None = None
    level: int | None = None
    topic: str | None = None
    mode: Mode | None = None
    form: Form | None = None
    teacher: TeacherKind | None = None
    law: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What answers to a query, each kind in order of id."""

    modules: tuple[Module, ...] = ()
    cases: tuple[Case, ...] = ()
    problems: tuple[Problem, ...] = ()
    sites: tuple[Site, ...] = ()
    routes: tuple[Route, ...] = ()
    teachers: tuple[Teacher, ...] = ()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one document has to answer with; None = documents of its kind have no such thing."""

    units: frozenset[str] = frozenset()
    levels: dict[str, int] | None = None
    topics: frozenset[str] = frozenset()
    mode: str | None = None
    form: str | None = None
    teacher: str | None = None
    laws: frozenset[str] = frozenset()
    cases: frozenset[str] = field(default=frozenset())


def search_catalogue(library: Library, query: Query) -> Found:
    """Return every module, case, problem, site, route and teacher that answers to ``query``.

    Raises:
        UsageError: when the unit, topic, law or case that is asked for does not exist; names the nearest one.
    """
    known: dict[str, tuple[str | None, Iterable[str]]] = {
        "unit": (query.unit, library.units),
        "topic": (query.topic, library.topics),
        "law": (query.law, library.laws),
        "case": (query.case, library.cases),
    }
    for noun, (id_, ids) in known.items():
        _refuse_unknown(noun, id_, ids)
    return Found(
        modules=_matching(library.modules.values(), query, library, lambda module: _of_module(module, library)),
        cases=_matching(library.cases.values(), query, library, _of_case),
        problems=_matching(library.problems.values(), query, library, _of_problem),
        sites=_matching(library.sites.values(), query, library, _of_site),
        routes=_matching(library.routes.values(), query, library, lambda route: _Facts(topics=frozenset(route.topics))),
        teachers=_matching(library.teachers.values(), query, library, _of_teacher),
    )


def _refuse_unknown(noun: str, id_: str | None, ids: Iterable[str]) -> None:
    if id_ is None or id_ in ids:
        return
    near = get_close_matches(id_, list(ids), n=1, cutoff=0.5)
    hint = say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")
    nouns = {"unit": "单元", "topic": "专题", "law": "法规", "case": "案例"}
    raise UsageError(say(f"没有{nouns[noun]} {id_}{hint.zh}", f"there is no {noun} {id_}{hint.en}"))


def _matching(
    entities: Iterable[Kind], query: Query, library: Library, facts_of: Callable[[Kind], _Facts]
) -> tuple[Kind, ...]:
    return tuple(entity for entity in entities if all(_answers(entity, facts_of(entity), query, library)))


def _answers(entity: Entity, facts: _Facts, query: Query, library: Library) -> Iterator[bool]:
    """Yield for each thing that is asked whether ``entity`` answers to it."""
    if query.unit is not None:
        yield query.unit in facts.units
    if query.level is not None:
        raised = facts.levels or {}
        yield query.level in (raised.values() if query.unit is None else (raised.get(query.unit),))
    if query.topic is not None:
        yield query.topic in facts.topics
    for asked, own in ((query.mode, facts.mode), (query.form, facts.form), (query.teacher, facts.teacher)):
        if asked is not None:
            yield asked == own
    if query.law is not None:
        yield query.law in facts.laws
    if query.case is not None:
        yield query.case in facts.cases or entity.id == query.case
    if query.text is not None:
        texts = [text for text, _ in walk_texts(entity)]
        texts += [library.units[UnitId(unit)].title for unit in facts.units]
        texts += [library.topics[TopicId(topic)].title for topic in facts.topics]
        whole = " ".join([entity.id, *(phrase for text in texts for phrase in (text.zh, text.en))])
        yield all(word in whole.casefold() for word in query.text.casefold().split())


def _of_module(module: Module, library: Library) -> _Facts:
    taught_for = library.unit_of(module)
    own = frozenset() if taught_for is None else frozenset({str(taught_for)})
    levels = {str(unit): level for unit, level in module.brings.items()}
    return _Facts(
        units=own | levels.keys(),
        levels=levels,
        topics=frozenset() if module.topic is None else frozenset({str(module.topic)}),
        mode=module.mode,
        form=module.form,
        teacher=module.teacher,
        laws=frozenset(module.laws),
        cases=frozenset(module.cases),
    )


def _of_case(case: Case) -> _Facts:
    return _Facts(
        units=frozenset(case.units),
        topics=frozenset(case.topics),
        laws=frozenset(check.law for check in case.law_check),
    )


def _of_problem(problem: Problem) -> _Facts:
    return _Facts(units=frozenset(problem.needs), laws=frozenset(problem.laws), cases=frozenset(problem.cases))


def _of_site(site: Site) -> _Facts:
    return _Facts(units=frozenset(site.shows), topics=frozenset(site.topics), cases=frozenset(site.cases))


def _of_teacher(teacher: Teacher) -> _Facts:
    return _Facts(units=frozenset(teacher.units), topics=frozenset(teacher.topics), teacher=teacher.teacher_kind)
