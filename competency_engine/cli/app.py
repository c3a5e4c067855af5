"""The commands, one file each; importing this imports no solver and no graph library."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Callable
from typing import Annotated

import typer

import competency_engine
from competency_engine.cli.audit import audit
from competency_engine.cli.catalogue import catalogue
from competency_engine.cli.check import check, rule, schema
from competency_engine.cli.compare import compare
from competency_engine.cli.convert import convert
from competency_engine.cli.diff import diff, whatif
from competency_engine.cli.door import DONE, INTERRUPTED, WRONG_USAGE, complain, guarded
from competency_engine.cli.evidence import COMMANDS as EVIDENCE_COMMANDS
from competency_engine.cli.evidence import profile
from competency_engine.cli.explain import alternatives, explain, price
from competency_engine.cli.handbook import handbook
from competency_engine.cli.init import init
from competency_engine.cli.laws import laws
from competency_engine.cli.migrate import migrate
from competency_engine.cli.options import LANGUAGE, words
from competency_engine.cli.people import gaps
from competency_engine.cli.plan import demo, plan
from competency_engine.cli.problem import problem
from competency_engine.cli.rank import rank
from competency_engine.cli.replan import replan
from competency_engine.cli.sheets import import_, template
from competency_engine.cli.show import show
from competency_engine.cli.usage import no_command, usage_message
from competency_engine.cli.verify import verify
from competency_engine.text import say

# A command makes many small values that live until it ends; looking for garbage among them costs a fifth of its time.
gc.set_threshold(200_000)
atexit.register(gc.freeze)

app = typer.Typer(name="competency-engine", no_args_is_help=True, pretty_exceptions_enable=False)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(competency_engine.__version__)
        raise typer.Exit


@app.callback(
    help=words("能力模型—差距—可证明最优的学习计划。", "Competency models in YAML → gaps → provably best study plans.")
)
def _program(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help=words("显示版本", "show the version")),
    ] = False,
) -> None:
    """Take what stands before the command; with it a single command keeps its name."""


COMMANDS = (
    (demo, words("为示例书记做一份学习计划", "Plan an example secretary on the shipped model.")),
    (init, words("新建带注释模板的工作区", "Create a workspace with commented templates.")),
    (
        convert,
        words(
            "把 CurricularAnalytics 的 CSV 转成工作区", "Convert a CSV file of CurricularAnalytics into a workspace."
        ),
    ),
    (
        check,
        words(
            "检查文件：一次报出所有问题，指明位置和改法", "Check files: every problem in one run, with place and cure."
        ),
    ),
    (rule, words("解释 check 报出的规则代码", "Explain a code that check reports.")),
    (schema, words("输出供编辑器使用的 JSON Schema", "Print the JSON Schema of the documents, for editors.")),
    (
        show,
        words(
            "查看单元、专题、课程、角色或案例及其前后关系",
            "Show a unit, topic, module, role or case with what leads to it.",
        ),
    ),
    (
        catalogue,
        words(
            "查课程目录：课程、案例、问题、教学点、教师；或写成离线网页",
            "Search the catalogue: modules, cases, problems, sites, teachers; or write it as a page.",
        ),
    ),
    (
        laws,
        words(
            "法规登记册：某日哪些有效、哪些引用须改写",
            "Register of laws: what binds on a date, and what must be rewritten.",
        ),
    ),
    (
        problem,
        words(
            "这是我的难题：半天学什么、一个月学什么、谁解决过",
            "This is my problem: what to learn in half a day and in a month, and who has solved it.",
        ),
    ),
    (
        audit,
        words(
            "覆盖审计：教不了什么、靠一样东西的是什么、人们缺什么和要学什么",
            "Audit coverage: what cannot be taught, what hangs on one thing, what people lack and take.",
        ),
    ),
    (
        diff,
        words(
            "比较两个版本：改了哪些文档、谁的计划因此不同、为什么",
            "Compare two versions: which documents differ, whose plans change, and why.",
        ),
    ),
    (
        compare,
        words(
            "对照两个课程体系、两个模型或两个城市：逐单元并列，差别带区间",
            "Put two curricula, two models or two cities side by side: unit by unit, differences with intervals.",
        ),
    ),
    (
        whatif,
        words(
            "假如加上、去掉或改动一些文档：谁的计划会不同",
            "What if documents were added, dropped or changed: whose plans would differ.",
        ),
    ),
    (
        rank,
        words(
            "下一步改什么：先写哪门课、去掉哪条先修，补上的差距学时最多",
            "Rank single changes: which module to write, which prerequisite to drop, to close most gap hours.",
        ),
    ),
    (
        migrate,
        words(
            "单元改名、拆分、合并之后，把学员的记录转过来，一条不丢",
            "Carry records of people over when units were renamed, split or merged, with nothing lost.",
        ),
    ),
    (gaps, words("列出学员的能力差距", "Show which units people hold below the required level.")),
    (
        profile,
        words(
            "能力画像：要求与现有、把握多大、任何一天",
            "Draw a capability profile: required against held, how sure, as of any date.",
        ),
    ),
    (
        plan,
        words(
            "制定学习计划：补什么、学哪些课、什么次序和月份、为什么",
            "Plan which modules close the gaps, in which order and month, and why.",
        ),
    ),
    (
        handbook,
        words(
            "印发学习手册：Word、PDF、网页，全市名单和日历",
            "Write study handbooks as Word, PDF or HTML, lists of a city, and calendars.",
        ),
    ),
    (
        replan,
        words(
            "重新计划：保留已开始的，对原计划改动最少",
            "Plan again: keep what is under way and change as little of an earlier plan as can be.",
        ),
    ),
    (
        explain,
        words("说明计划为何如此、怎样才会不同", "Say why a plan is as it is, and what would change it."),
    ),
    (
        alternatives,
        words("数出并列出与计划同样好的选择", "Count and list the selections that are as good as a plan."),
    ),
    (price, words("价目表：多少学时补多少差距", "Price list: how many hours close how many gaps.")),
    (
        verify,
        words("核验计划文件：逐份重放，检查证明", "Verify a file of plans: replay each one and check its proof."),
    ),
    (
        template,
        words("生成给单位填写的 Excel/WPS 表格", "Write a workbook for an office to fill in, in Excel or WPS."),
    ),
    (
        import_,
        words(
            "导入填好的表格：逐格检查，全部正确才写入",
            "Import filled-in sheets: every cell is checked, and all is written or nothing.",
        ),
    ),
)


def _name(command: Callable[..., None]) -> str:
    """Return what a command is called; one whose name is a word of Python has an underscore after it."""
    return command.__name__.rstrip("_")


for command, help_text in COMMANDS:
    app.command(_name(command), help=help_text)(guarded(command))


evidence = typer.Typer(no_args_is_help=True)
for part, help_text in EVIDENCE_COMMANDS:
    evidence.command(_name(part), help=help_text)(guarded(part))
app.add_typer(
    evidence,
    name="evidence",
    help=words("证据：标定、等级、质量、接下来测什么", "Evidence: calibrate, levels, quality, what to measure next."),
)


def main() -> None:
    """Run the command line.

    Of the commands only the one asked for is built: building all of them takes longer than many an answer.
    """
    asked = sys.argv[1] if len(sys.argv) > 1 else None
    commands = {_name(info.callback): info for info in app.registered_commands if info.callback}
    groups = {str(group.name) for group in app.registered_groups}
    if asked in commands:
        app.registered_commands, app.registered_groups = [commands[asked]], []
    elif asked in groups:
        app.registered_commands = []
    elif asked is not None and not asked.startswith("-"):
        complain(no_command(asked, {*commands, *groups}), LANGUAGE)
        sys.exit(WRONG_USAGE)
    sys.exit(_run())


def _run() -> int:
    """Run the command and return its exit code; what the parser refuses is said in the user's language."""
    try:
        return int(app(standalone_mode=False) or DONE)
    except typer.Abort:
        complain(say("已中断", "interrupted"), LANGUAGE)
        return INTERRUPTED
    except Exception as error:
        message = usage_message(error)
        if message is not None:
            complain(message, LANGUAGE)
            return WRONG_USAGE
        if hasattr(error, "show"):
            error.show()
            return WRONG_USAGE
        raise
