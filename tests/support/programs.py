"""Programs that some tests need and a small machine may lack."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.support import gits


def need(name: str) -> str:
    """The name of a program; skips the test, with the reason, where it is not on PATH."""
    if not shutil.which(name):
        pytest.skip(f"{name} is not at hand")
    return name


def need_git(least: tuple[int, int], what: str) -> None:
    """Skip the test, with the reason, where the git on PATH is older than `least`; `what` is what it then lacks."""
    if gits.version("git") < least:
        pytest.skip(f"git {least[0]}.{least[1]} is the first that has {what}")


def need_subcommand(name: str) -> None:
    """Skip the test, with the reason, where the git on PATH has no such command; `subtree` is not part of each git."""
    listed = subprocess.run(["git", "--list-cmds=main,others"], capture_output=True, text=True, check=True).stdout
    if name not in listed.split():
        pytest.skip(f"this git has no git {name}")
