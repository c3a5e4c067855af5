"""`competency-engine evidence …`: calibrate, levels, quality, next."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    PersonArgument,
    parse_date,
    words,
)
from competency_engine.cli.output import deliver, write_atomically, write_lines_atomically
from competency_engine.errors import UsageError
from competency_engine.text import say

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused

FEW = 30
"""People below whom a calibration says that it learned little."""

SampleOption = Annotated[
    int | None,
    typer.Option(
        "--sample",
        min=1,
        help=words("最多用多少人，按标识的哈希抽取", "most people to use, chosen by the hash of their labels"),
    ),
]


def calibrate(
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    sample: SampleOption = None,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Estimate how instruments and raters score, and keep it beside the people."""
    from competency_engine.assessment.calibrate import SAMPLE
    from competency_engine.cli.plan_output import open_noting
    from competency_engine.cli.progress import shown_rounds
    from competency_engine.loading.calibration import calibration_path, calibration_text
    from competency_engine.workflows import evidence

    session = open_noting(people, curriculum, lang.value)
    with shown_rounds(lang.value) as report:
        calibration = evidence.calibrate(session, people, parse_date(as_of), sample or SAMPLE, report)
    path = out or calibration_path(people or session.workspace.people())
    write_atomically(path, calibration_text(calibration))
    message = say(
        f"{path}：由 {calibration.people} 人中的 {calibration.sample} 人估计，认得 {len(calibration.raters)} 名评分者",
        f"{path}: estimated from {calibration.sample} of {calibration.people} people; {len(calibration.raters)} raters known",
    )
    typer.echo(message.in_language(lang.value))
    if calibration.sample < FEW:
        note = say(
            f"不到 {FEW} 人，数据太少：结果大多仍是各工具自带的数值",
            f"fewer than {FEW} people are too few to learn much: most values are still those that the instruments came with",
        )
        typer.echo(note.in_language(lang.value), err=True)


def levels(
    person: Annotated[
        str | None,
        typer.Argument(metavar="PERSON", help=words("学员标识", "label of a person"), show_default=False),
    ] = None,
    everyone: Annotated[
        bool,
        typer.Option(
            "--all", help=words("所有人，每人一行 JSON，写入 --out", "everyone, a line of JSON each, into --out")
        ),
    ] = False,
    unit: Annotated[
        str | None,
        typer.Option("--unit", help=words("只看一个单元，并列出每个评分", "one unit alone, with every score")),
    ] = None,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Show what the sources say of a person's levels, how sure it is, and which scores count."""
    from competency_engine.cli.plan_output import open_noting
    from competency_engine.reports.evidence import levels_document
    from competency_engine.workflows.evidence import fuse_one

    if everyone == (person is not None):
        raise UsageError(say("写出一名学员，或用 --all --out 文件", "name a person, or use --all --out FILE"))
    session = open_noting(people, curriculum, lang.value)
    date = parse_date(as_of)
    if person is None:
        from competency_engine.cli.progress import shown_rounds
        from competency_engine.workflows.evidence import fuse_everyone

        if out is None:
            raise UsageError(say("--all 要写入 --out 文件", "--all needs --out FILE"))
        with shown_rounds(lang.value) as report:
            count = write_lines_atomically(out, _lines(fuse_everyone(session, people, date, report)))
        typer.echo(say(f"{out}：{count} 人", f"{out}: {count} people").in_language(lang.value))
        return
    assessment, fused = fuse_one(session, people, person, date, unit)
    deliver(levels_document(fused, assessment, session.library, unit), output_format, lang.value, out)


def _lines(everyone: Iterator[tuple[str, Fused]]) -> Iterator[str]:
    from competency_engine.reports.evidence import level_data

    for person, fused in everyone:
        levels = [level_data(level) for level in fused.levels.values()]
        yield json.dumps({"person": person, "levels": levels}, ensure_ascii=False)


def quality(
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    sample: SampleOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Show how good tests, items, raters and sources are, where the data can say."""
    from competency_engine.cli.plan_output import open_noting
    from competency_engine.cli.progress import shown_rounds
    from competency_engine.reports.quality import quality_document
    from competency_engine.workflows.evidence import QUALITY_SAMPLE, quality_of

    session = open_noting(people, curriculum, lang.value)
    with shown_rounds(lang.value) as report:
        found, calibration = quality_of(session, people, parse_date(as_of), sample or QUALITY_SAMPLE, report)
    deliver(quality_document(found, calibration, session.library), output_format, lang.value, out)


def next_(
    person: PersonArgument,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Propose what to measure before training: where the true level would change the plan."""
    from competency_engine.cli.plan_output import open_for
    from competency_engine.cli.progress import shown_count
    from competency_engine.reports.measure import measure_document
    from competency_engine.workflows.measure import measure_next
    from competency_engine.workflows.plan import PlanOptions

    options = PlanOptions(parse_date(as_of))
    planner = open_for(
        (person,), everyone=False, people=people, curriculum=curriculum, options=options, lang=lang.value
    )
    with shown_count(lang.value) as report:
        assessment, proposals = measure_next(planner, person, report)
    deliver(measure_document(assessment, proposals, planner.session.library), output_format, lang.value, out)


COMMANDS = (
    (
        calibrate,
        words(
            "由评分估计各来源、各评分者的松紧和散布",
            "Estimate the bias and scatter of sources and raters from their scores.",
        ),
    ),
    (
        levels,
        words(
            "各来源合起来说明什么等级、把握多大、依据哪些评分",
            "Show levels fused from all sources, how sure they are, and the scores behind them.",
        ),
    ),
    (
        quality,
        words(
            "试题、测验、评分者的质量；数据太少就说太少",
            "Show the quality of items, tests, raters and sources; thin data are called thin.",
        ),
    ),
    (next_, words("训练之前先测什么最划算", "Propose what is worth measuring before training.")),
)


def profile(
    person: PersonArgument,
    as_of: AsOfOption = None,
    people: PeopleOption = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Draw a person's capability profile: required against held, with how sure it is, as of any date."""
    from competency_engine.cli.plan_output import open_noting
    from competency_engine.reports.profile import profile_document
    from competency_engine.workflows.profile import profile_of

    if output_format is Format.SVG:
        raise UsageError(
            say("画像分能力域成图，用 --format html", "a profile is a picture for each domain; use --format html")
        )
    session = open_noting(people, curriculum, lang.value)
    assessment, survey = profile_of(session, people, person, parse_date(as_of))
    deliver(profile_document(assessment, survey, session.library), output_format, lang.value, out)
