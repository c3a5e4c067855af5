"""Launcher for `python cli.py …`; the console script points at `competency_engine.cli:main`."""

from competency_engine.cli import main

if __name__ == "__main__":
    main()
