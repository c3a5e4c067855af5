"""What pytest leaves alone: the judge's own solver cannot be loaded beside the product's. `--golden` rewrites expected outputs.

Snapshots of libraries are kept in a folder of each run, so that every test that opens a library twice passes through one.
"""

import os
import tempfile

import pytest
from hypothesis import HealthCheck, settings

# A machine under load draws slowly, which says nothing of the software.
settings.register_profile("any machine", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

collect_ignore = ["office/fill.py", "judge/highs.py", "judge/people_worker.py", "judge/mip.py", "judge/worker.py"]


def pytest_configure(config: pytest.Config) -> None:
    folder = tempfile.TemporaryDirectory(prefix="competency-engine-")
    os.environ["COMPETENCY_ENGINE_CACHE"] = folder.name
    config.add_cleanup(folder.cleanup)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the expected outputs instead of comparing")
