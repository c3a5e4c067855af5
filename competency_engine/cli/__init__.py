"""The command line: options in, document out, exit code."""

from competency_engine.cli.app import app

__all__ = ["app"]
