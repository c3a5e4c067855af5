"""The command line: options in, document out, exit code."""

import os

# Looking for plugins that other programs may have brought to pydantic takes longer than a plan; we want none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from competency_engine.cli.app import app, main

__all__ = ["app", "main"]
