"""Launcher for `python cli.py …`; the console script points at `competency_engine.cli:app`."""

from competency_engine.cli import app

if __name__ == "__main__":
    app()
