"""What pytest leaves alone: the judge's own solver cannot be loaded beside the product's."""

collect_ignore = ["judge/mip.py", "judge/worker.py"]
