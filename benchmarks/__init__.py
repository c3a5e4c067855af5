"""Measurements; see docs/benchmarks.md and docs/evidence.md."""

import os

# As the program itself: one thread for products of small matrices, so that seconds of CPU compare.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
