"""What pytest leaves alone: the judge's own solver cannot be loaded beside the product's."""

collect_ignore = ["judge/highs.py", "judge/people_worker.py", "judge/mip.py", "judge/worker.py"]
