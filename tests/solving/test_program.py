"""What a solve leaves as it was."""

from __future__ import annotations

import subprocess
import sys


def test_an_interrupt_after_a_solve_is_heard_as_before_it() -> None:
    """CP-SAT has a handler of its own unless told otherwise, and leaves behind that an interrupt kills: workers that ignore it died in the middle of an answer."""
    script = """
import os, signal
from competency_engine.solving.program import Program
program = Program()
program.maximise({program.variable(upper=3): 1}, lambda values: [])
try:
    program.require_gate(program.variable(), 1, [0])
    assert program.maximise({0: 1, 1: 1}, lambda values: []).value == 4
    os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt:
    print("heard")
"""
    result = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "heard\n")
