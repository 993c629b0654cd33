"""Programs that some tests need and a small machine may lack."""

from __future__ import annotations

import shutil

import pytest


def need(name: str) -> str:
    """The name of a program; skips the test, with the reason, where it is not on PATH."""
    if not shutil.which(name):
        pytest.skip(f"{name} is not at hand")
    return name
