"""Measures of a whole curriculum, and of a population against it; docs/audit.md states what is counted."""
