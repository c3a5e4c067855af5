"""Write the generated pages: format.md, rules.md, cli.md, plans.md, and the schema that editors read. `make docs` runs it."""

from __future__ import annotations

import runpy
import sys
import types
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from competency_engine.domain.people import Dossier
from competency_engine.domain.plan import Plan
from competency_engine.lint.registry import RULES
from competency_engine.loading.documents import ENTITY_TYPES
from competency_engine.render.markdown import escape, render_markdown
from competency_engine.reports.rules import rule_document
from competency_engine.workflows.init import SCHEMA_PATH
from competency_engine.workflows.schema import schema_text

ROOT = Path(__file__).parents[1]


def format_page() -> str:
    """Return docs/format.md: every kind of document and every part, field by field, from the types themselves."""
    parts: list[type[BaseModel]] = [Dossier, Plan]
    sections = [_section(model, f"`kind: {kind}`", parts) for kind, model in ENTITY_TYPES.items()]
    index = 0
    while index < len(parts):
        sections.append(_section(parts[index], f"{parts[index].__name__}", parts))
        index += 1
    head = (
        "# 文件格式 / The format of the files\n\n"
        "由类型生成，勿手改 / Generated from the types; do not edit.\n\n"
        "每个 YAML 文档写明 `kind` 和 `id`；一个文件可放多个文档，以 `---` 分隔；文件和文件夹可随意拆分。 / "
        "Every YAML document says its `kind` and `id`; a file may hold several, separated by `---`; "
        "split files and folders as you like.\n\n"
        "学员、社区、测评、评分、调研、完课和在修记录也可用 CSV（UTF-8 或 GB18030），按表头辨认。 / "
        "People, communities, evidence, sittings, surveys, completions and what is begun may be CSV too (UTF-8 or GB18030), recognised by their header:\n\n"
        "| 表 / Table | 列 / Columns |\n| --- | --- |\n"
        "| people | 学员 `person`, 社区 `community`, 任现职日期 `post_since`, 角色 `role`, 离岗月份 `away` (；分隔) |\n"
        "| communities | 社区 `community`, 社区类型 `types` (；分隔), 社区名称 `title`, 其余列为社区事实 / each other column is a fact |\n"
        "| evidence | 学员 `person`, 单元 `unit`, 等级 `level`, 日期 `date`, 有效期至 `valid_until`, 差距类别 `gap_kind` |\n"
        "| completions | 学员 `person`, 课程 `module`, 完成日期 `date` |\n"
        "| sittings | 学员 `person`, 来源 `source`, 日期 `date`, 评分者 `rater`, 有效期至 `valid_until`, 其余列为单元或题目 / each other column is a unit or an item；或每行一个评分 / or one score a row: 单元 `unit` 或 / or 题目 `item`, 评分 `score` |\n"
        "| surveys | 学员 `person`, 日期 `date`, 难题 `problems` (；分隔), 其余列为单元的重要度1—5 / each other column is the importance of a unit, 1 to 5 |\n"
        "| begun | 学员 `person`, 课程 `module`, 开始月份 `month` |\n\n"
        "人多时用 JSON 行（`people.jsonl`）：每行一人，即一个 [Dossier](#dossier)；`plan --all --out plans.jsonl` 每行写一份 [Plan](#plan)。"
        "见 [batch.md](batch.md)。 / "
        "Many people go into JSON lines (`people.jsonl`), each line a [Dossier](#dossier); `plan --all --out plans.jsonl` "
        "writes a [Plan](#plan) a line. See [batch.md](batch.md).\n"
    )
    return "\n".join([head, *sections])


def _section(model: type[BaseModel], title: str, parts: list[type[BaseModel]]) -> str:
    lines = [f"## {title}", "", (model.__doc__ or "").strip().splitlines()[0], ""]
    lines += ["| 键 / Key | 类型 / Type | 必填 / Required | 含义 / Meaning |", "| --- | --- | --- | --- |"]
    for name, field in model.model_fields.items():
        required = "是 / yes" if field.is_required() else _default(field)
        lines.append(f"| `{name}` | {_type(field.annotation, parts)} | {required} | {escape(_meaning(field))} |")
    return "\n".join([*lines, ""])


def _meaning(field: FieldInfo) -> str:
    if field.description:
        return field.description
    for argument in (field.annotation, *get_args(field.annotation)):
        if isinstance(argument, type) and issubclass(argument, BaseModel):
            return (argument.__doc__ or "").strip().splitlines()[0]
    return ""


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value in (None, (), {}) or isinstance(value, BaseModel):
        return "否 / no"
    return f"否 / no (`{value}`)"


def _type(annotation: Any, parts: list[type[BaseModel]]) -> str:
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0], parts)
    if origin is Literal:
        return " · ".join(f"`{value}`" for value in arguments)
    if origin in (Union, types.UnionType):
        return " / ".join(dict.fromkeys(_type(part, parts) for part in arguments if part is not type(None)))
    if origin is tuple:
        return f"[{_type(arguments[0], parts)}]"
    if origin is dict:
        return f"{{{_type(arguments[0], parts)}: {_type(arguments[1], parts)}}}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in parts and annotation not in ENTITY_TYPES.values():
            parts.append(annotation)
        kinds = {model: f"kind-{kind}" for kind, model in ENTITY_TYPES.items()}
        return f"[{annotation.__name__}](#{kinds.get(annotation, annotation.__name__.lower())})"
    supertype = getattr(annotation, "__supertype__", annotation)
    return {"str": "text", "int": "integer", "float": "number", "bool": "true/false", "date": "date"}.get(
        getattr(supertype, "__name__", str(supertype)), str(supertype)
    )


def rules_page() -> str:
    """Return docs/rules.md: the catalogue of rules in both languages."""
    head = (
        "# 规则目录 / The rules of `check`\n\n由规则目录生成，勿手改 / Generated from the catalogue; do not edit.\n\n"
        "在一行末尾或上一行写 `# allow LEV01: 理由` 可就地放行一条规则。 / "
        "`# allow LEV01: reason` at the end of a line, or alone on the line above it, silences a rule there.\n\n"
    )
    index = "".join(
        f"- [{rule.code}](#{rule.code.lower()}) {escape(rule.title.zh)} / {escape(rule.title.en)}\n" for rule in RULES
    )
    pages = []
    for rule in RULES:
        zh = render_markdown(rule_document(rule), "zh").split("\n## ", 1)
        why = f"{escape(rule.why.zh)}\n\n{escape(rule.why.en)}\n"
        title = f"### {rule.code}\n\n**{escape(rule.title.zh)} / {escape(rule.title.en)}** ({rule.family}, {rule.severity.value})\n\n"
        pages.append(title + why + "\n#### " + zh[1].replace("\n## ", "\n#### "))
    return head + index + "\n" + "\n".join(pages)


def cli_page() -> str:
    """Return docs/cli.md: every command with its arguments and options."""
    from typer.main import get_command

    from competency_engine.cli import app

    group: Any = get_command(app)
    sections = ["# Commands\n\nGenerated from the commands; do not edit.\n"]
    for name, command in group.commands.items():
        lines = [f"## {name}", "", command.help, "", "| Option | Meaning | Default |", "| --- | --- | --- |"]
        for parameter in command.params:
            shown = parameter.metavar if parameter.param_type_name == "argument" else ", ".join(parameter.opts)
            default = parameter.default
            text = "" if default in (None, False) or callable(default) else f"`{getattr(default, 'value', default)}`"
            lines.append(f"| `{escape(shown)}` | {escape(parameter.help or '')} | {text} |")
        sections.append("\n".join([*lines, ""]))
    return "\n".join(sections)


def pages() -> dict[Path, str]:
    """Return every generated file with its content."""
    return {
        Path("docs", "format.md"): format_page(),
        Path("docs", "rules.md"): rules_page(),
        Path("docs", "cli.md"): cli_page(),
        Path("docs", "plans.md"): runpy.run_path(str(ROOT / "docs" / "typical_plans.py"))["plans_page"](),
        SCHEMA_PATH: schema_text(),
    }


def main() -> None:
    """Write every generated file."""
    for path, text in pages().items():
        (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
