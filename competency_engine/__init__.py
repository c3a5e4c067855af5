"""Competency models and curricula in YAML → assessed gaps → provably best study plans."""

__version__ = "0.1.0"
