"""The commands, one file each; importing this imports no solver and no graph library."""

from __future__ import annotations

import typer

from competency_engine.cli.check import check, rule, schema
from competency_engine.cli.door import guarded
from competency_engine.cli.init import init
from competency_engine.cli.people import explain, gaps
from competency_engine.cli.plan import demo, plan
from competency_engine.cli.show import show

app = typer.Typer(
    name="competency-engine",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Competency models in YAML → gaps → proven study plans. 能力模型—差距—可证明最优的学习计划。",
)

for command in (demo, init, check, rule, schema, show, gaps, plan, explain):
    app.command()(guarded(command))
