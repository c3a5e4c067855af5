"""`competency-engine check` and `rule`: what is wrong in the files, and what each code means."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
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
    parse_date,
    words,
)
from competency_engine.cli.output import deliver, write_atomically
from competency_engine.text import Lang, say

if TYPE_CHECKING:
    from competency_engine.workflows.check import Checked


class SchemaSubject(StrEnum):
    """What a schema describes."""

    DOCUMENT = "document"
    PEOPLE = "people"
    PLANS = "plans"


class CheckFormat(StrEnum):
    """Formats of findings."""

    TERMINAL = "terminal"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help=words("文件或文件夹；默认整个工作区", "files or folders; the whole workspace by default"),
            show_default=False,
        ),
    ] = None,
    as_of: AsOfOption = None,
    strict: Annotated[bool, typer.Option("--strict", help=words("提醒也算不通过", "warnings fail too"))] = False,
    curriculum: CurriculumOption = None,
    output_format: Annotated[
        CheckFormat, typer.Option("--format", help=words("输出格式", "output format"))
    ] = CheckFormat.TERMINAL,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Check YAML and tables: every problem of every file, each with its place and its cure."""
    from competency_engine.diagnostics import Severity
    from competency_engine.workflows.check import check as check_files

    checked = check_files(Path.cwd(), tuple(paths or ()), parse_date(as_of), curriculum)
    if checked.shipped:
        note = say(
            "此处没有 models/ 和 curricula/，检查的是内置的",
            "there is no models/ or curricula/ here; the shipped ones were checked",
        )
        typer.echo(note.in_language(lang.value), err=True)
    text = _rendered(checked, output_format, lang.value)
    if out is None:
        sys.stdout.write(text)
    else:
        write_atomically(out, text)
    if checked.count(Severity.ERROR) or (strict and checked.diagnostics):
        raise typer.Exit(1)


def _rendered(checked: Checked, output_format: CheckFormat, lang: Lang) -> str:
    from competency_engine import __version__
    from competency_engine.diagnostics import Severity
    from competency_engine.lint.registry import RULES
    from competency_engine.render.diagnostics import diagnostic_lines, diagnostics_data, github_lines, sarif_data

    found = checked.diagnostics
    if output_format is CheckFormat.JSON:
        return json.dumps(diagnostics_data(found), ensure_ascii=False, indent=2) + "\n"
    if output_format is CheckFormat.SARIF:
        titles = {rule.code: rule.title.in_language(lang) for rule in RULES}
        return json.dumps(sarif_data(found, titles, __version__, lang), ensure_ascii=False, indent=2) + "\n"
    if output_format is CheckFormat.GITHUB:
        return "".join(f"{line}\n" for line in github_lines(found, lang))
    blocks = ["\n".join(diagnostic_lines(diagnostic, checked.lines, lang)) for diagnostic in found]
    errors, warnings = checked.count(Severity.ERROR), checked.count(Severity.WARNING)
    summary = say(
        f"检查了 {checked.files} 个文件：{errors} 处错误，{warnings} 处提醒",
        f"{checked.files} files checked: {errors} errors, {warnings} warnings",
    )
    if {rule.code for rule in RULES if rule.check is None} & {d.code for d in found if d.severity is Severity.ERROR}:
        summary = say(
            f"{summary.zh}；这些错误改好后，才检查涉及全局的规则",
            f"{summary.en}; rules on the whole library wait until these are mended",
        )
    return "\n\n".join([*blocks, summary.in_language(lang)]) + "\n"


def rule(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE",
            help=words("规则代码；不写则列出全部", "code of a rule; all are listed without it"),
            show_default=False,
        ),
    ] = None,
    output_format: FormatOption = Format.TERMINAL,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Explain a code that `check` reports: why it matters, a bad and a good example."""
    from competency_engine.lint.registry import RULES, find_rule
    from competency_engine.reports.rules import rule_document, rules_document

    document = rules_document(RULES) if code is None else rule_document(find_rule(code))
    deliver(document, output_format, lang.value, None)


def schema(
    subject: Annotated[
        SchemaSubject,
        typer.Argument(
            metavar="document|people|plans",
            help=words(
                "YAML 文档、学员的一行 JSON、计划的一行 JSON", "YAML documents, a JSON line of people, or of plans"
            ),
        ),
    ] = SchemaSubject.DOCUMENT,
    out: OutOption = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Print the JSON Schema of the YAML documents, for editors, or of lines of people or plans, for programs."""
    from competency_engine.workflows.schema import schema_text

    text = schema_text(subject.value)
    if out is None:
        sys.stdout.write(text)
    else:
        write_atomically(out, text)
