"""Plan everyone into a file of plans, and say how it went."""

from __future__ import annotations

from pathlib import Path

import typer

from competency_engine.cli.door import BAD_ANSWER, OUR_BUG, show_diagnostics
from competency_engine.cli.progress import shown_progress
from competency_engine.errors import EngineError
from competency_engine.text import Lang, Text, say
from competency_engine.workflows.batch import Batch, Progress
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.plan_all import plan_all
from competency_engine.workflows.session import Session


def plan_into_file(
    session: Session,
    people: Path | None,
    options: PlanOptions,
    out: Path,
    *,
    workers: int | None,
    cluster: str | None,
    lang: Lang,
) -> None:
    """Write everyone's plan to ``out``. Exit code 1 if a plan is infeasible or a line of people is broken, 3 on a defect of ours."""
    last = Progress()

    def remember(progress: Progress) -> None:
        nonlocal last
        last = progress
        show(progress)

    try:
        with shown_progress(lang) as show:
            batch = plan_all(session, people, options, out, workers=workers, cluster=cluster, report=remember)
    except (KeyboardInterrupt, EngineError):
        if last.people:
            _tell(_how_to_go_on(last), lang)
        raise
    _show_broken(batch, lang)
    _tell(_summary(batch, out), lang)
    if batch.defects:
        raise typer.Exit(OUR_BUG)
    if batch.findings or batch.infeasible:
        raise typer.Exit(BAD_ANSWER)


def _tell(message: Text, lang: Lang) -> None:
    typer.echo(message.in_language(lang), err=True)


def _how_to_go_on(progress: Progress) -> Text:
    return say(
        f"已完成 {progress.people:,} 人，结果已保存；再次运行同一命令即可继续",
        f"{progress.people:,} people are done and kept; run the same command again to go on",
    )


def _show_broken(batch: Batch, lang: Lang) -> None:
    show_diagnostics(batch.shown, {}, lang)
    if batch.errors is not None:
        _tell(
            say(
                f"共 {batch.findings:,} 处错误，全部写在 {batch.errors}；这些学员没有计划",
                f"{batch.findings:,} errors in all, listed in {batch.errors}; these people have no plan",
            ),
            lang,
        )


def _summary(batch: Batch, out: Path) -> Text:
    infeasible = batch.infeasible
    return say(
        f"{batch.planned:,} 份计划写入 {out}" + (f"，其中 {infeasible:,} 份不可行" if infeasible else ""),
        f"{batch.planned:,} plans in {out}" + (f", {infeasible:,} of them infeasible" if infeasible else ""),
    )
