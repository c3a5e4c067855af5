"""What pytest leaves alone: the judge's own solver cannot be loaded beside the product's. `--golden` rewrites expected outputs."""

import pytest

collect_ignore = ["judge/highs.py", "judge/people_worker.py", "judge/mip.py", "judge/worker.py"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the expected outputs instead of comparing")
