"""Random sequences of pushes, a few of the five hundred of benchmarks/gate_sequences.py: nothing bad gets in, all good does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.repos import run

pytestmark = pytest.mark.long

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "gate_sequences.py"


def test_no_sequence_of_pushes_gets_a_bad_commit_in(sandbox: Path) -> None:
    done = run(sys.executable, SCRIPT, "--sequences", "5", "--seed", "1000", cwd=sandbox)
    assert (done.returncode, done.stdout.strip()) == (0, "5 sequences of 7 pushes; 0 deviations")
