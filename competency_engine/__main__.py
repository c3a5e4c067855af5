"""`python -m competency_engine`."""

from competency_engine.cli import main

main()
