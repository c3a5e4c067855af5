"""`competency-engine problem`: this is my problem; what do I learn, and who has solved it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from competency_engine.cli.options import (
    LANG_DEFAULT,
    AsOfOption,
    CurriculumOption,
    Format,
    FormatOption,
    LangOption,
    OutOption,
    PeopleOption,
    parse_date,
    words,
)
from competency_engine.cli.output import deliver
from competency_engine.errors import UsageError
from competency_engine.text import Text, say

if TYPE_CHECKING:
    import datetime as dt

    from competency_engine.assessment.gaps import Assessment
    from competency_engine.domain.casebook import Problem
    from competency_engine.workflows.session import Session


def problem(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME|NUMBER",
            help=words(
                "问题的序号、id 或名称；不写则列出全部", "number, id or words of a problem; all of them without it"
            ),
            show_default=False,
        ),
    ] = None,
    person: Annotated[str | None, typer.Option("--person", help=words("学员标识", "label of a person"))] = None,
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            help=words(
                "按刚好达到这个角色要求的人回答；默认第一个角色",
                "answer for someone who just meets this role; the first role by default",
            ),
        ),
    ] = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Say what to learn for a problem, in half a day and in a month, and who has solved it."""
    from competency_engine.reports.problem import problem_document, problems_document
    from competency_engine.workflows.problem import answer_problem, find_problem
    from competency_engine.workflows.session import open_session

    session = open_session(Path.cwd(), curriculum)
    assessment, who = _whose(session, person, role, people, parse_date(as_of))
    if name is None:
        answers = [answer_problem(session, problem, assessment) for problem in _in_order(session)]
        document = problems_document([(answer.problem, answer.lacks) for answer in answers], who)
    else:
        answer = answer_problem(session, find_problem(name, session.library), assessment)
        plans = answer.half_day, answer.month
        document = problem_document(
            answer.problem, who, plans, answer.cases, answer.sites, answer.lacks, session.library
        )
    deliver(document, output_format, lang.value, out)


def _in_order(session: Session) -> list[Problem]:
    return sorted(session.library.problems.values(), key=lambda problem: (problem.number, problem.id))


def _whose(
    session: Session, person: str | None, role: str | None, people: Path | None, as_of: dt.date
) -> tuple[Assessment, Text]:
    """Return whose problem it is, and that in words.

    Raises:
        UsageError: when the person or the role does not exist, or both are given.
    """
    from competency_engine.assessment.gaps import assess, find_person
    from competency_engine.workflows.problem import assess_typical
    from competency_engine.workflows.session import open_population

    if person is not None and role is not None:
        raise UsageError(say("--person 和 --role 只写一个", "write --person or --role, not both"))
    if person is not None:
        population, _ = open_population(session, people, frozenset({person}))
        found = assess(find_person(person, population), population, session.library, as_of)
        return found, say(f"{person} 的测评，基准日 {as_of}", f"as {person} was assessed, as of {as_of}")
    roles = session.library.roles
    chosen = role or next(iter(roles))
    if chosen not in roles:
        known = ", ".join(roles)
        raise UsageError(say(f"没有角色 {chosen}；有 {known}", f"there is no role {chosen}; there are {known}"))
    title = roles[chosen].title
    return assess_typical(roles[chosen], session.library, as_of), say(
        f"按刚好达到 {chosen}（{title.zh}）要求的人回答；换成自己用 --person",
        f"for someone who just meets what {chosen} ({title.en}) requires; --person answers for yourself",
    )
