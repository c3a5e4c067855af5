"""`competency-engine template` and `import`: workbooks out to the offices, and back in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from competency_engine.cli.door import show_diagnostics
from competency_engine.cli.options import (
    LANG_DEFAULT,
    CurriculumOption,
    Format,
    FormatOption,
    LangOption,
    words,
)
from competency_engine.cli.output import deliver, write_atomically
from competency_engine.errors import FilesInError, UsageError
from competency_engine.text import Text, say

FolderOption = Annotated[
    Path | None,
    typer.Option("--people", help=words("学员文件夹；默认 ./people", "folder of people; ./people by default")),
]


def template(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=words(
                "roster 花名册、survey 需求调研、ratings 评分、test 测验、exercise 演练、evidence 评定等级、completions 完课、begun 在修",
                "roster, survey, ratings, test, exercise, evidence, completions or begun",
            ),
        ),
    ],
    instrument: Annotated[
        str | None,
        typer.Option("--instrument", help=words("评估工具的 id", "id of the instrument")),
    ] = None,
    rows: Annotated[
        int, typer.Option("--rows", min=1, max=20_000, help=words("有下拉列表的行数", "rows with drop-downs"))
    ] = 500,
    people: FolderOption = None,
    curriculum: CurriculumOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=words("写入的文件；默认 KIND.xlsx", "file to write; KIND.xlsx by default")),
    ] = None,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Write a workbook for an office to fill in."""
    from competency_engine.interop.outgoing import require_xlsx
    from competency_engine.workflows.session import open_session
    from competency_engine.workflows.template import find_kind, make_template

    found = find_kind(kind)
    target = require_xlsx(out or Path(f"{found}.xlsx"))
    if target.exists():
        raise UsageError(
            say(
                f"{target} 已存在，不覆盖；用 --out 另起文件名",
                f"{target} exists and is not overwritten; name another file with --out",
            )
        )
    content = make_template(open_session(Path.cwd(), curriculum), found, people, instrument, rows, lang.value)
    write_atomically(target, content)
    typer.echo(words(f"已写入 {target}", f"written: {target}"), err=True)


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=words("xlsx 或 CSV 文件", "xlsx or CSV files"))],
    people: FolderOption = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help=words("表头=字段；导入成功后记住", "HEADER=FIELD; remembered when the import succeeds")
        ),
    ] = None,
    sheet: Annotated[
        list[str] | None,
        typer.Option("--sheet", help=words("只读这张表，可多次", "read this sheet alone; may be repeated")),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help=words("允许改动已有的值", "let values take the place of others"))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--check", help=words("只检查，不写入", "check only, write nothing"))
    ] = False,
    marked: Annotated[
        Path | None,
        typer.Option(
            "--marked",
            help=words("有问题时写一份标注件（xlsx）", "where something is wrong, write a marked copy (xlsx)"),
        ),
    ] = None,
    curriculum: CurriculumOption = None,
    output_format: FormatOption = Format.TERMINAL,
    lang: LangOption = LANG_DEFAULT,
) -> None:
    """Import filled-in sheets into the folder of people."""
    from competency_engine.interop.outgoing import require_xlsx
    from competency_engine.reports.imported import imported_document
    from competency_engine.workflows.import_sheets import import_sheets
    from competency_engine.workflows.session import open_session

    if marked is not None and require_xlsx(marked).exists():
        raise UsageError(
            say(
                f"{marked} 已存在，不覆盖；标注件另取一个名字",
                f"{marked} exists and is not overwritten; give the marked copy another name",
            )
        )
    result = import_sheets(
        open_session(Path.cwd(), curriculum),
        files,
        people,
        mapped=mapped or (),
        only=sheet or (),
        replace=replace,
        dry_run=dry_run,
    )
    if marked is not None and result.troubles:
        write_atomically(marked, result.marked_copy(lang.value))
    if result.errors:
        raise FilesInError(_refusal(len(result.errors), marked), result.diagnostics, {})
    show_diagnostics(result.diagnostics, {}, lang.value)
    changes = [(change.kind, change.key, change.field, change.before, change.after) for change in result.changes]
    document = imported_document(result.outcomes, changes, result.written, result.empty_rows, dry_run=dry_run)
    deliver(document, output_format, lang.value, None)


def _refusal(errors: int, marked: Path | None) -> Text:
    if marked is not None:
        return say(
            f"{errors} 处错误，什么也没有导入；标注件：{marked}，改好后导入它或原件都行",
            f"{errors} errors, nothing was imported; marked copy: {marked}. Mend it or the file itself, and import that",
        )
    return say(
        f"{errors} 处错误，什么也没有导入；加 --marked 文件名 得到逐格标注的副本",
        f"{errors} errors, nothing was imported; with --marked FILE you get a copy with every bad cell marked",
    )
