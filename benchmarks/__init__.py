"""Measurements; see docs/benchmarks.md and docs/evidence.md."""

import competency_engine as competency_engine  # before numpy: it says how many threads numpy takes
