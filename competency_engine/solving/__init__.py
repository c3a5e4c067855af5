"""The one place that runs a solver."""
