"""Open people for planning, and put their plans out."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import typer

from competency_engine.cli.door import BAD_ANSWER
from competency_engine.cli.options import Format
from competency_engine.cli.output import deliver, rendered, write_atomically
from competency_engine.domain.plan import Plan
from competency_engine.errors import UsageError
from competency_engine.loading.workspace import shipped_root
from competency_engine.render.plan_lines import PLAN_FILE_SUFFIXES
from competency_engine.reports.plan import plan_document
from competency_engine.text import Lang, say
from competency_engine.workflows.plan import Planner, PlanOptions, make_plans, open_planner
from competency_engine.workflows.replan import open_earlier, remaining, replan
from competency_engine.workflows.session import Session, open_session, uses_example

DEMO_PERSON = "学员0001"
DEMO_DATE = "2026-11-21"


def open_for(
    names: tuple[str, ...],
    *,
    everyone: bool,
    people: Path | None,
    curriculum: str | None,
    options: PlanOptions,
    lang: Lang,
) -> Planner:
    """Return a planner over the people asked for.

    Raises:
        UsageError: when nobody, or everyone and somebody, was asked for.
    """
    if everyone == bool(names):
        raise UsageError(say("写出学员标识，或用 --all", "name people, or use --all"))
    return open_planner(open_noting(people, curriculum, lang), people, names, options)


def open_noting(people: Path | None, curriculum: str | None, lang: Lang) -> Session:
    """Return the open library; note on stderr when the people will be the shipped example's."""
    session = open_session(Path.cwd(), curriculum)
    if uses_example(session, people):
        note = say(
            "此处没有 people/，使用内置示例的学员", "there is no people/ here; the people are the shipped example's"
        )
        typer.echo(note.in_language(lang), err=True)
    return session


def file_of_plans(out: Path | None, output_format: Format) -> Path | None:
    """Return ``out`` if it is a file of many plans, which says their format by its suffix.

    Raises:
        UsageError: when ``output_format`` says otherwise.
    """
    if out is None or out.suffix not in PLAN_FILE_SUFFIXES:
        return None
    if output_format is Format.MARKDOWN:
        raise UsageError(
            say(f"{out} 不是 Markdown 文件，去掉 --format", f"{out} is no file of Markdown; leave out --format")
        )
    return out


def deliver_plans(
    planner: Planner, names: tuple[str, ...], output_format: Format, lang: Lang, out: Path | None
) -> None:
    """Put the plans out, one document each; several JSON plans become JSON lines. Exit code 1 if one is infeasible."""
    library = planner.session.library
    several = len(names) != 1
    texts: list[str] = []
    infeasible = False
    interrupted = False
    try:
        for plan in make_plans(planner, names):
            infeasible |= plan.status == "infeasible"
            if not several and out is None:
                deliver(plan_document(plan, library), output_format, lang, None)
            elif several and output_format is Format.JSON:
                texts.append(_json_line(plan))
            else:
                texts.append(rendered(plan_document(plan, library), output_format, lang))
    except KeyboardInterrupt:
        interrupted = True
    _write("\n".join(texts) if output_format is not Format.JSON else "".join(texts), out)
    if interrupted:
        raise KeyboardInterrupt
    if infeasible:
        raise typer.Exit(BAD_ANSWER)


def deliver_replan(
    name: str,
    earlier_file: Path,
    hours: float | None,
    as_of: dt.date,
    people: Path | None,
    curriculum: str | None,
    output_format: Format,
    lang: Lang,
    out: Path | None,
) -> None:
    """Put out one person's plan made anew. Exit code 1 if there is none."""
    session = open_noting(people, curriculum, lang)
    earlier = open_earlier(session, earlier_file, name)
    planner = open_planner(session, people, (name,), remaining(earlier, as_of, hours))
    plan = replan(planner, name, earlier)
    deliver(plan_document(plan, session.library), output_format, lang, out)
    if plan.status == "infeasible":
        raise typer.Exit(BAD_ANSWER)


def deliver_choice(
    planner: Planner,
    name: str,
    taken: tuple[str, ...],
    barred: tuple[str, ...],
    output_format: Format,
    lang: Lang,
    out: Path | None,
) -> None:
    """Put out one person's plan with modules asked for or refused, and what that costs. Exit code 1 if there is none."""
    from competency_engine.reports.choice import choice_document, impossible_document
    from competency_engine.reports.places import Places
    from competency_engine.workflows.choose import choose_modules

    choice = choose_modules(planner, name, taken, barred)
    library, best = planner.session.library, choice.best
    if choice.chosen is not None:
        places = Places(library, best.assessment, choice.chosen.problem)
        document = choice_document(
            choice.plan, places, choice.taken, choice.barred, best.solution, choice.chosen.solution
        )
    else:
        conflict, problem = choice.conflict or (None, best.problem)
        places = Places(library, best.assessment, problem, choice.taken)
        document = impossible_document(choice.plan, places, choice.taken, choice.barred, conflict)
    deliver(document, output_format, lang, out)
    if choice.chosen is None:
        raise typer.Exit(BAD_ANSWER)


def deliver_demo(lang: Lang) -> None:
    """Plan the example secretary in the shipped workspace."""
    from competency_engine.cli.options import parse_date

    session = open_session(shipped_root())
    planner = open_planner(
        session, shipped_root() / "examples" / "wuhan", (DEMO_PERSON,), PlanOptions(parse_date(DEMO_DATE))
    )
    deliver_plans(planner, (DEMO_PERSON,), Format.TERMINAL, lang, None)


def _json_line(plan: Plan) -> str:
    return plan.model_dump_json() + "\n"


def _write(text: str, out: Path | None) -> None:
    if out is not None:
        write_atomically(out, text)
    else:
        sys.stdout.write(text)
