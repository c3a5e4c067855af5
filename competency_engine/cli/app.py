"""The commands, one file each; importing this imports no solver and no graph library."""

from __future__ import annotations

import typer

from competency_engine.cli.door import guarded
from competency_engine.cli.plan import demo, plan

app = typer.Typer(
    name="competency-engine",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Competency models in YAML → gaps → proven study plans. 能力模型—差距—可证明最优的学习计划。",
)

for command in (demo, plan):
    app.command()(guarded(command))
