"""The mixed-integer judge before the answer-set judge, which looks at every module and knows no circles."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.judge.selection import judge_selection
from tests.judge.worlds_worker import drawn

ROOT = Path(__file__).parents[2]


def test_both_judges_give_every_selection_stage_of_small_worlds_the_same_value() -> None:
    command = [sys.executable, "-m", "tests.judge.worlds_worker"]
    worked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    answers = [json.loads(line) for line in worked.stdout.splitlines()]
    for number, (world, values) in enumerate(zip(drawn(), answers, strict=True)):
        selection = judge_selection(world.library, world.assessment, world.horizon)
        assert (selection and selection.stages) == values, number
