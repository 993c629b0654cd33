"""The defects found in the field: none of them is ours, as the script that makes the table of docs/field.md sees it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.repos import run

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


def test_none_of_the_defects_is_ours(sandbox: Path) -> None:
    done = run(sys.executable, ROOT / "benchmarks" / "field_defects.py", cwd=sandbox)
    assert not done.returncode, done.stdout + done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split()[1] == "gitpact"
    assert len(rows) == 8
    assert "DEFECT" in done.stdout, "a case that no tool fails would prove nothing"
