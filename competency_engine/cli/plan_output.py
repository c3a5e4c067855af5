"""Open people for planning, and put their plans out."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import typer

from competency_engine.cli.door import BAD_ANSWER
from competency_engine.cli.options import Format
from competency_engine.cli.output import deliver, rendered, write_atomically
from competency_engine.domain.plan import Plan
from competency_engine.errors import UsageError
from competency_engine.loading.workspace import shipped_root
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
    return planner_for(open_session(Path.cwd(), curriculum), names, people, options, lang)


def planner_for(
    session: Session, names: tuple[str, ...], people: Path | None, options: PlanOptions, lang: Lang
) -> Planner:
    """Return a planner in ``session``; says so when the people are the shipped example's."""
    if uses_example(session, people):
        note = say(
            "此处没有 people/，使用内置示例的学员", "there is no people/ here; the people are the shipped example's"
        )
        typer.echo(note.in_language(lang), err=True)
    return open_planner(session, people, names, options)


def deliver_plans(
    planner: Planner, names: tuple[str, ...], workers: int, output_format: Format, lang: Lang, out: Path | None
) -> None:
    """Put the plans out, one document each; several JSON plans become JSON lines. Exit code 1 if one is infeasible."""
    library = planner.session.library
    several = len(names) != 1
    texts: list[str] = []
    infeasible = False
    interrupted = False
    try:
        for plan in make_plans(planner, names, workers, _progress if several else None):
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
    session = open_session(Path.cwd(), curriculum)
    earlier = open_earlier(session, earlier_file, name)
    planner = planner_for(session, (name,), people, remaining(earlier, as_of, hours), lang)
    plan = replan(planner, name, earlier)
    deliver(plan_document(plan, session.library), output_format, lang, out)
    if plan.status == "infeasible":
        raise typer.Exit(BAD_ANSWER)


def deliver_choice(
    planner: Planner,
    names: tuple[str, ...],
    taken: tuple[str, ...],
    barred: tuple[str, ...],
    output_format: Format,
    lang: Lang,
    out: Path | None,
) -> None:
    """Put out one person's plan with modules asked for or refused, and what that costs. Exit code 1 if there is none.

    Raises:
        UsageError: when it is not exactly one person's plan.
    """
    from competency_engine.reports.choice import choice_document, impossible_document
    from competency_engine.reports.places import Places
    from competency_engine.workflows.choose import choose_modules

    if len(names) != 1:
        raise UsageError(
            say("--with 和 --without 一次只用于一名学员", "--with and --without are for one person at a time")
        )
    choice = choose_modules(planner, names[0], taken, barred)
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
    deliver_plans(planner, (DEMO_PERSON,), 1, Format.TERMINAL, lang, None)


def _json_line(plan: Plan) -> str:
    return json.dumps(plan.model_dump(mode="json"), ensure_ascii=False) + "\n"


def _write(text: str, out: Path | None) -> None:
    if out is not None:
        write_atomically(out, text)
    else:
        sys.stdout.write(text)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{done}/{total}", err=True, nl=done == total)
