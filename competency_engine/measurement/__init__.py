"""Psychometrics over arrays: how good the items, the raters and the numbers made of them are, and what levels scores speak for."""

import os

# One thread for products of small matrices: more make them slower, and their number must not touch the last digit.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
