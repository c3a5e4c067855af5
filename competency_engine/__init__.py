"""Competency models and curricula in YAML → assessed gaps → provably best study plans."""

import os

__version__ = "0.1.0"

# One thread for products of small matrices, said before anything imports numpy: more make them slower, and their number
# must not touch the last digit of a level.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
