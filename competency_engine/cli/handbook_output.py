"""Settle what was asked for of handbooks, put them out, and say how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import typer

from competency_engine.cli.door import BAD_ANSWER, OUR_BUG, show_diagnostics
from competency_engine.cli.output import write_atomically
from competency_engine.cli.plan_output import open_noting
from competency_engine.cli.progress import shown_progress
from competency_engine.domain.plan import Plan
from competency_engine.errors import EngineError, UsageError, unreadable
from competency_engine.text import Lang, Text, say
from competency_engine.workflows.batch import SHOWN_FINDINGS, Progress
from competency_engine.workflows.handbook_folder import join_files, print_folder
from competency_engine.workflows.handbooks import (
    HandbookFormat,
    Opened,
    Printing,
    Tally,
    each_handbook,
    open_given,
    open_handbooks,
)
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session
from competency_engine.workflows.shards import OUR_DEFECT

JOINED = ("docx", "pdf")
FORMATS: tuple[HandbookFormat, ...] = get_args(HandbookFormat)


@dataclass(frozen=True)
class Asked:
    """What the command line asks for, as it stands there; ``dated`` says whether it holds any option of planning."""

    names: tuple[str, ...]
    everyone: bool
    out: Path | None
    format: HandbookFormat | None
    template: Path | None
    merged: Path | None
    plans: Path | None
    options: PlanOptions
    dated: bool
    workers: int | None
    lang: Lang

    @property
    def printed(self) -> HandbookFormat:
        """The format: the one asked for, else that of the suffix of ``out``, else docx."""
        if self.format is not None:
            return self.format
        suffix = self.out.suffix.lower().removeprefix(".") if self.out is not None else ""
        return next((known for known in FORMATS if known == suffix), "docx")

    @property
    def folder(self) -> bool:
        """Whether ``out`` is a folder with a file a person."""
        if self.printed == "xlsx" or self.out is None:
            return False
        return self.everyone or len(self.names) > 1 or self.out.is_dir()


def check_asked(asked: Asked) -> Path:
    """Return where the handbooks go.

    Raises:
        UsageError: when what is asked for does not go together.
    """
    if asked.everyone == bool(asked.names):
        raise UsageError(say("写出学员标识，或用 --all", "name people, or use --all"))
    if asked.out is None:
        raise UsageError(say("用 --out 写明写到哪里", "say where to write with --out"))
    if asked.plans is not None and asked.dated:
        raise UsageError(
            say(
                "--plans 里的计划已有日期和学时，不再写 --as-of、--start、--months、--hours",
                "the plans in --plans have their dates and hours; leave out --as-of, --start, --months and --hours",
            )
        )
    if asked.template is not None and asked.printed != "docx":
        raise UsageError(
            say(
                f"--template 只用于 docx，不能用于 {asked.printed}",
                f"--template is for docx alone, not for {asked.printed}",
            )
        )
    out, suffix = asked.out, asked.out.suffix.lower().removeprefix(".")
    if asked.folder and suffix in FORMATS and not out.is_dir():
        raise UsageError(
            say(
                f"多人要写入文件夹，{out} 是文件名；合成一份用 --merged",
                f"several people go into a folder, and {out} is the name of a file; for one file of all use --merged",
            )
        )
    if not asked.folder and suffix != asked.printed:
        raise UsageError(
            say(
                f"{out} 的后缀应为 .{asked.printed}，或改写 --format",
                f"{out} should end in .{asked.printed}, or --format say otherwise",
            )
        )
    _check_merged(asked)
    return out


def _check_merged(asked: Asked) -> None:
    if asked.merged is None:
        return
    if not asked.folder or asked.printed not in JOINED:
        raise UsageError(say("--merged 用于写入文件夹的 docx 或 pdf", "--merged goes with a folder of docx or pdf"))
    if asked.merged.suffix.lower() != f".{asked.printed}":
        raise UsageError(
            say(
                f"{asked.merged} 的后缀应为 .{asked.printed}，与每人的文件相同",
                f"{asked.merged} should end in .{asked.printed}, as the file of each person",
            )
        )


def deliver_template(path: Path, lang: Lang) -> None:
    """Write our layout as a template that an office may change; an existing file stays as it is.

    Raises:
        UsageError: when the file exists or cannot be written.
    """
    from competency_engine.interop.word_template import starter_template

    if path.suffix.lower() != ".docx":
        raise UsageError(
            say(f"模板是 Word 文件，{path} 应以 .docx 结尾", f"a template is a Word file; {path} should end in .docx")
        )
    if path.exists():
        raise UsageError(
            say(f"{path} 已存在，不覆盖；另起文件名", f"{path} exists and is not overwritten; name another file")
        )
    write_atomically(path, starter_template(lang))
    _tell(say(f"已写入 {path}；改好后用 --template {path}", f"written: {path}; use it with --template {path}"), lang)


def deliver_handbooks(asked: Asked, people: Path | None, curriculum: str | None) -> None:
    """Write what is asked for. Exit code 1 if a plan is infeasible or somebody has no handbook, 3 on a defect of ours."""
    out = check_asked(asked)
    printing = _printing(asked)
    opened = _open(asked, open_noting(people, curriculum, asked.lang), people, printing)
    tally = _put_out(asked, opened, out)
    show_diagnostics(tally.findings[:SHOWN_FINDINGS], {}, asked.lang)
    for message in _summary(tally, out):
        _tell(message, asked.lang)
    if any(finding.code == OUR_DEFECT for finding in tally.findings):
        raise typer.Exit(OUR_BUG)
    if tally.findings or tally.infeasible:
        raise typer.Exit(BAD_ANSWER)


def _printing(asked: Asked) -> Printing:
    if asked.printed == "pdf":
        from competency_engine.render.pdf import require_reportlab

        require_reportlab()
    if asked.template is None:
        return Printing(asked.printed, asked.lang)
    from competency_engine.interop.word_template import check_template

    try:
        data = asked.template.read_bytes()
    except OSError as error:
        raise unreadable(asked.template, error) from None
    check_template(data, asked.template.name)
    return Printing("docx", asked.lang, data, asked.template.name)


def _open(asked: Asked, session: Session, people: Path | None, printing: Printing) -> Opened:
    if asked.plans is not None:
        return open_given(session, people, asked.names, asked.plans, printing)
    return open_handbooks(session, people, asked.names, asked.options, printing)


def _put_out(asked: Asked, opened: Opened, out: Path) -> Tally:
    last = Progress()

    def remember(progress: Progress) -> None:
        nonlocal last
        last = progress
        show(progress)

    try:
        with shown_progress(asked.lang) as show:
            if asked.folder:
                tally, files = print_folder(opened, out, asked.workers, remember)
            else:
                tally, files = Tally(), ()
                _put_out_one(opened, tally, asked, out, remember)
    except (KeyboardInterrupt, EngineError):
        if last.people and asked.folder:
            _tell(
                say(
                    f"已完成 {last.people:,} 人，文件已保存；再次运行同一命令即可继续",
                    f"{last.people:,} people are done and their files kept; run the same command again to go on",
                ),
                asked.lang,
            )
        raise
    if asked.merged is not None and files:
        write_atomically(asked.merged, join_files(files, asked.printed))
    return tally


def _put_out_one(opened: Opened, tally: Tally, asked: Asked, out: Path, report: Callable[[Progress], None]) -> None:
    """Write the one file: the handbook of one person, or the lists of everybody."""
    made = [one for _, one in each_handbook(opened, asked.workers, tally, report)]
    if not made:
        return
    if asked.printed != "xlsx":
        write_atomically(out, made[0].content)
        return
    from competency_engine.interop.tables_book import render_tables
    from competency_engine.reports.lists import lists_document

    plans: Sequence[Plan] = [Plan.model_validate_json(one.content) for one in made]
    library = opened.job.planner.session.library
    write_atomically(out, render_tables(lists_document(plans, library), asked.lang))


def _summary(tally: Tally, out: Path) -> list[Text]:
    kept = (
        say(f"，其中 {tally.kept:,} 份原已做好", f", {tally.kept:,} of them kept as they were")
        if tally.kept
        else say("", "")
    )
    messages = [say(f"{tally.made:,} 人，写入 {out}{kept.zh}", f"{tally.made:,} people in {out}{kept.en}")]
    if tally.infeasible:
        messages.append(
            say(f"{tally.infeasible:,} 人没有可行的计划", f"{tally.infeasible:,} people have no feasible plan")
        )
    if tally.findings:
        messages.append(
            say(
                f"共 {len(tally.findings):,} 处错误；这些学员没有手册",
                f"{len(tally.findings):,} errors in all; these people have no handbook",
            )
        )
    if tally.left:
        some = ", ".join(tally.left[:5])
        messages.append(
            say(
                f"文件夹里还有 {len(tally.left):,} 份以前的文件，不再属于任何人，没有删：{some}",
                f"{len(tally.left):,} files of earlier runs belong to nobody now and were left: {some}",
            )
        )
    return messages


def _tell(message: Text, lang: Lang) -> None:
    typer.echo(message.in_language(lang), err=True)
