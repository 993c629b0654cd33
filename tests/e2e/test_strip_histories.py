"""Random repositories, some of the thousand of benchmarks/strip_histories.py: `gitpact strip` changes nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.repos import run

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("each_git")]

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "strip_histories.py"


@pytest.mark.parametrize("seed", [100, 200])
def test_strip_changes_nothing_else(sandbox: Path, seed: int) -> None:
    done = run(sys.executable, SCRIPT, "--histories", "2", "--seed", str(seed), cwd=sandbox)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "2 histories; 0 deviations"), done.stdout
